#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""House rules of the C code: sizes, nesting, no goto, no default in a switch over an enum."""

import re
import sys
import unittest

import c_source
import tree

FILE_AIM, FILE_LIMIT = 400, 700
FUNCTION_AIM, FUNCTION_LIMIT = 40, 100
NESTING_LIMIT = 4

ENUMERATOR = re.compile(r'(SMC|SME|SMD|SYSMEM|G)_[A-Z0-9_]+$')


class Code(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sources = {path: tree.read(path) for path in tree.files('.c', '.h')}
        cls.functions = [(path, function) for path, text in cls.sources.items()
                         for function in c_source.functions(text)]
        assert cls.functions, 'no C code found: the lint looks in the wrong place'

    def report(self, broken):
        self.assertEqual(broken, [], '\n' + '\n'.join(broken))

    def remark(self, text):
        print(f'over the aim: {text}', file=sys.stderr)

    def test_file_sizes(self):
        broken = []
        for path, text in self.sources.items():
            lines = text.count('\n')
            if path.suffix == '.c' and lines > FILE_LIMIT:
                broken.append(f'{path}: {lines} lines, the limit is {FILE_LIMIT}')
            elif path.suffix == '.c' and lines > FILE_AIM:
                self.remark(f'{path}: {lines} lines, aim for {FILE_AIM}')
        self.report(broken)

    def test_function_sizes(self):
        broken = []
        for path, function in self.functions:
            said = f'{path}:{function.line}: {function.name} has {function.length} lines'
            if function.length > FUNCTION_LIMIT:
                broken.append(f'{said}, the limit is {FUNCTION_LIMIT}')
            elif function.length > FUNCTION_AIM:
                self.remark(f'{said}, aim for {FUNCTION_AIM}')
        self.report(broken)

    def test_nesting(self):
        self.report([f'{path}:{function.line}: {function.name} nests {depth} control statements, '
                     f'the limit is {NESTING_LIMIT}'
                     for path, function in self.functions
                     for depth in [c_source.nesting(function)] if depth > NESTING_LIMIT])

    def test_no_goto(self):
        self.report([f'{path}:{function.line}: {function.name} uses goto'
                     for path, function in self.functions if 'goto' in function.tokens])

    def test_no_default_in_a_switch_over_an_enum(self):
        self.report([f'{path}:{function.line}: {function.name} has "default" among enumerators: '
                     'name them all, so that the compiler finds the switch when one is added'
                     for path, function in self.functions
                     for labels in c_source.switches(function)
                     if ['default'] in labels
                     and any(ENUMERATOR.match(label[-1]) for label in labels)])


if __name__ == '__main__':
    unittest.main()
