#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""clang-format has nothing to change; "ninja -C build format" (--fix) makes it so."""

import re
import shutil
import subprocess
import sys
import unittest

import tree

# Releases differ in what they make of the same file: one of them decides.
CLANG_FORMAT = 'clang-format-14'


def clang_format(*arguments):
    """Runs it once over everything: most of its time is spent on starting."""
    return subprocess.run([CLANG_FORMAT, *arguments, *tree.files('.c', '.h')], cwd=tree.ROOT,
                          text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Format(unittest.TestCase):
    def test_code_is_formatted(self):
        run = clang_format('--dry-run', '--Werror')
        unformatted = sorted(set(re.findall(r'^([^:\n]+):\d+:\d+: ', run.stdout, re.MULTILINE)))
        self.assertEqual(unformatted, [], 'run "ninja -C build format"')
        self.assertEqual(run.returncode, 0, run.stdout)


if __name__ == '__main__':
    if shutil.which(CLANG_FORMAT) is None:
        print(f'SKIP: {CLANG_FORMAT} is not installed')
        raise SystemExit(77)
    if sys.argv[1:] == ['--fix']:
        raise SystemExit(clang_format('-i').returncode)
    unittest.main()
