#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""clang-format has nothing to change; "ninja -C build format" (--fix) makes it so."""

import shutil
import subprocess
import sys
import unittest

import tree

# Releases differ in what they make of the same file: one of them decides.
CLANG_FORMAT = 'clang-format-14'


def fix():
    for path in tree.files('.c', '.h'):
        subprocess.run([CLANG_FORMAT, '-i', path], cwd=tree.ROOT, check=True)


class Format(unittest.TestCase):
    def test_code_is_formatted(self):
        unformatted = []
        for path in tree.files('.c', '.h'):
            formatted = subprocess.run([CLANG_FORMAT, path], cwd=tree.ROOT, text=True, check=True,
                                       stdout=subprocess.PIPE).stdout
            if formatted != tree.read(path):
                unformatted.append(str(path))
        self.assertEqual(unformatted, [], 'run "ninja -C build format"')


if __name__ == '__main__':
    if shutil.which(CLANG_FORMAT) is None:
        print(f'SKIP: {CLANG_FORMAT} is not installed')
        raise SystemExit(77)
    if sys.argv[1:] == ['--fix']:
        fix()
    else:
        unittest.main()
