#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What bench prints; how quick the daemon is, is not a matter of tests."""

from cli import USAGE, CliCase, main


class Bench(CliCase):
    def test_table(self):
        heading, *rows = self.table(self.tool('bench', '--runs=1'))
        self.assertEqual(heading, ['WHAT', 'CALLS', 'µs', 'EMPTY CALLS', 'RATIO'])
        self.assertEqual([row[0] for row in rows],
                         ['make and release a token', 'dry run of two participants',
                          '4 buffers for one participant', '128 buffers for one participant',
                          'two participants agree on 4 buffers'])

    def test_json(self):
        results = self.json('bench', '--runs=1')
        self.assertEqual({one['what']: one['calls'] for one in results},
                         {'token': 2, 'dry-run': 1, 'four-buffers': 3, 'many-buffers': 3,
                          'negotiation': 7})
        for one in results:
            self.assertEqual(set(one), {'what', 'calls', 'usec', 'empty_calls_usec', 'ratio'})
            self.assertAlmostEqual(one['ratio'], one['usec'] / one['empty_calls_usec'])

    def test_nothing_is_left_behind(self):
        self.tool('bench', '--runs=1')
        self.poll_until(lambda: self.json('list') == [])

    def test_usage(self):
        self.assertIn('--runs=0', self.complaint(USAGE, 'bench', '--runs=0'))


if __name__ == '__main__':
    main()
