#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What every file owes: its licence, its end of line, its place in the translators' list."""

import re
import unittest

import tree

SPDX = ('SPDX-FileCopyrightText: The sysmem authors',
        'SPDX-License-Identifier: LGPL-2.1-or-later')
# The licence itself, and what cannot hold a comment: such a file has its two lines in FILE.license.
LICENCE_TEXTS = ('COPYING', 'LICENSES')
NO_COMMENTS = {'.json', '.png', '.svg', '.license'}

TRANSLATABLE = re.compile(r'(?<!\w)(N_|_|C_|gettext|ngettext) ?\("| gettext-domain="')


def is_text(path):
    return b'\0' not in (tree.ROOT / path).read_bytes()[:4096]


class Files(unittest.TestCase):
    def test_spdx_lines(self):
        for path in tree.files():
            if path.parts[0] in LICENCE_TEXTS or path.suffix == '.license':
                continue
            with self.subTest(path=str(path)):
                beside = path.with_name(path.name + '.license')
                own = path.suffix not in NO_COMMENTS and is_text(path)
                holder = path if own and not (tree.ROOT / beside).exists() else beside
                self.assertTrue((tree.ROOT / holder).exists(), f'no {holder}')
                head = tree.read(holder).split('\n')[:10]
                for line in SPDX:
                    self.assertTrue(any(line in said for said in head), f'lacks "{line}"')

    def test_lines(self):
        for path in tree.files():
            if path.parts[0] in LICENCE_TEXTS or path.suffix in NO_COMMENTS or not is_text(path):
                continue
            with self.subTest(path=str(path)):
                text = tree.read(path)
                self.assertTrue(text.endswith('\n'), 'ends without a line break')
                self.assertNotIn('\r', text, 'has carriage returns')
                for number, line in enumerate(text.split('\n'), 1):
                    self.assertEqual(line, line.rstrip(), f'line {number}: blanks at the end')

    def test_potfiles_lists_every_file_with_translatable_text(self):
        listed = {line for line in tree.read('po/POTFILES').split('\n')
                  if line and not line.startswith('#')}
        marked = {str(path) for path in tree.files('.c', '.h', '.py', '.in', '.policy')
                  if not path.is_relative_to('tests') and TRANSLATABLE.search(tree.read(path))}
        self.assertEqual(listed, marked)


if __name__ == '__main__':
    unittest.main()
