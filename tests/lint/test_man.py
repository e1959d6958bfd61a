#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The manual pages say all there is."""

import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import tree

PAGES = tree.ROOT / 'data' / 'man'


def plain(page):
    return page.replace('\\', '')


class Sysmemd(unittest.TestCase):
    page = plain(tree.read('data/man/sysmemd.8.scd'))

    def assert_same(self, said, found):
        self.assertEqual(sorted(set(said)), sorted(set(found)))

    def test_options(self):
        found = re.findall(r'\{ "([a-z-]+)", 0,', tree.read('daemon/main.c'))
        self.assertGreater(len(found), 4)
        self.assert_same(re.findall(r'(?m)^\*--([a-z-]+)\*', self.page), found)

    def test_signals(self):
        found = re.findall(r'g_unix_signal_add \((SIG\w+)', tree.read('daemon/main.c'))
        self.assertGreater(len(found), 3)
        self.assert_same(re.findall(r'\*(SIG\w+)\*', self.page), found)

    def test_fields_and_events_of_the_log(self):
        source = tree.read('daemon/server/smd-journal.c')
        fields = re.findall(r'"(SYSMEM_\w+)"', source)
        events = re.findall(r'line_begin \(&line, "(\w+)"', source)
        self.assertGreater(min(len(fields), len(events)), 4)
        self.assert_same(re.findall(r'_(SYSMEM_[A-Z]+)_', self.page), fields)
        self.assert_same(re.findall(r'\*(\w+)\*: ', self.page), events)


class MadePages(unittest.TestCase):
    @staticmethod
    def make(program, *sources):
        return plain(subprocess.run([PAGES / program, *(tree.ROOT / source for source in sources)],
                                    stdout=subprocess.PIPE, text=True, check=True).stdout)

    def test_configuration(self):
        text = tree.read('data/sysmem.conf')
        page = self.make('describe-config', 'data/sysmem.conf')
        keys = re.findall(r'(?m)^#([A-Za-z]+)=', text)
        self.assertGreater(len(keys), 10)
        self.assertEqual(re.findall(r'(?m)^\*([A-Za-z]+)\* = ', page), keys)
        for group in re.findall(r'(?m)^\[\w+\]', text):
            self.assertIn(f'\nGroup *{group}*\n', page)

    def test_interfaces(self):
        sources = sorted(path for path in tree.files('.xml')
                         if path.parts[0] == 'introspection' and 'gresource' not in path.name)
        page = self.make('describe-interfaces', *sources)
        for source in sources:
            members = [element.get('name')
                       for element in ElementTree.parse(tree.ROOT / source).iter()
                       if element.tag in ('method', 'signal', 'property')]
            self.assertTrue(members)
            for member in members:
                self.assertRegex(page, rf'(?m)^\*{member}\*[ (]', str(source))
        self.assertIn('\n\nTOKENS. A token travels', page, 'paragraphs are lost')


if __name__ == '__main__':
    unittest.main()
