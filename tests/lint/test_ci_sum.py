#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What .ci/sum counts, and that it never takes a bad run for a good one."""

import json
import subprocess
import tempfile
import unittest

import tree

TAP = '''TAP version 13
ok 1 /engine/merge
not ok 2 - /engine/settle
ok 3 /heaps/udmabuf # SKIP no /dev/udmabuf
1..3
'''


def run(*programs):
    """The last line and the status for a log of these programs."""
    text, status = run_whole(*programs)
    return text.strip().split('\n')[-1], status


def run_whole(*programs):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as log:
        for program in programs:
            log.write(json.dumps({'name': 'program', **program}) + '\n')
        log.flush()
        return run_on(log.name)


def run_on(*logs):
    answer = subprocess.run([tree.ROOT / '.ci/sum', *logs], text=True, stdout=subprocess.PIPE,
                            check=False)
    return answer.stdout, answer.returncode


class Sum(unittest.TestCase):
    def test_programs_without_tap_count_once(self):
        self.assertEqual(run({'result': 'OK', 'stdout': 'ok, fine'}, {'result': 'OK'}),
                         ('2 passed, 0 failed, 0 skipped', 0))

    def test_programs_with_tap_count_once_per_test(self):
        self.assertEqual(run({'result': 'FAIL', 'stdout': TAP}),
                         ('1 passed, 1 failed, 1 skipped', 1))

    def test_a_program_that_ends_badly_has_failed(self):
        for result in ('FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT'):
            with self.subTest(result=result):
                self.assertEqual(run({'result': result, 'stdout': 'ok 1 /one\n1..2\n'}),
                                 ('1 passed, 1 failed, 0 skipped', 1))
                self.assertEqual(run({'result': result}), ('0 passed, 1 failed, 0 skipped', 1))

    def test_a_skipped_program_counts_once(self):
        self.assertEqual(run({'result': 'SKIP', 'stdout': '1..0 # SKIP no bus'}, {'result': 'OK'}),
                         ('1 passed, 0 failed, 1 skipped', 0))

    def test_nothing_is_not_good(self):
        self.assertEqual(run(), ('0 passed, 0 failed, 0 skipped', 1))
        text, status = run_on('/nonexistent')
        self.assertTrue(text.endswith('\n0 passed, 1 failed, 0 skipped\n'), text)
        self.assertEqual(status, 1)

    def test_what_a_failed_program_printed_last_is_shown(self):
        long = ''.join(f'line {i}\n' for i in range(1000))
        text, _ = run_whole({'result': 'OK', 'stdout': 'fine\n'},
                            {'result': 'FAIL', 'stdout': long, 'stderr': 'why it failed\n'})
        self.assertIn('\nstdout: line 999\nstderr: why it failed\n', text)
        self.assertNotIn('line 100\n', text)
        self.assertNotIn('fine', text)


if __name__ == '__main__':
    unittest.main()
