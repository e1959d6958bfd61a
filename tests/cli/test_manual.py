#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The manual page leaves nothing out: commands, options, and what is in their JSON."""

import re

from cli import CONSUMER, PRODUCER, SOURCE, STUBBORN, UNSATISFIABLE, CliCase, main


def sections(text, heading):
    """{title: text} of what stands between headings of one kind."""
    parts = re.split(heading, text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


class Manual(CliCase):
    def setUp(self):
        super().setUp()
        page = (SOURCE / 'data' / 'man' / 'sysmemctl.1.scd').read_text(encoding='utf-8')
        self.page = sections(page, r'^# (.+)$')
        self.commands = sections(self.page['COMMANDS'], r'^\*(\w+)\*')
        self.json_of = sections(self.page['JSON'], r'^\*(\w+)\*$')

    def told_commands(self):
        listed = self.tool('--help').partition('Commands:\n')[2]
        return re.findall(r'^  (\w+) ', listed, re.MULTILINE)

    def test_commands(self):
        told = self.told_commands()
        self.assertIn('list', told)
        self.assertEqual(sorted(self.commands), sorted(told))
        # What a program cannot wait for has no JSON.
        self.assertEqual(sorted(self.json_of), sorted(set(told) - {'exec'}))

    def test_options(self):
        for command in self.told_commands():
            text = self.tool(command, '--help')
            for option in re.findall(r'--[a-z]+', text.partition('Application Options:')[2]):
                with self.subTest(command=command, option=option):
                    self.assertIn(f'*{option}*', self.page['OPTIONS'] + self.page['COMMANDS'])

    def assert_documented(self, command, value):
        for entry in value if isinstance(value, list) else [value]:
            for key in entry:
                with self.subTest(command=command, key=key):
                    documented = self.json_of[command]
                    for other in re.findall(r'as of \*(\w+)\*|keys of \*(\w+)\*|of\n\t\*(\w+)\*',
                                            documented):
                        documented += self.json_of[''.join(other)]
                    self.assertIn(f'*{key}*', documented)

    def test_keys_of_json(self):
        producer = self.write_json('producer', PRODUCER)
        consumer = self.write_json('consumer', CONSUMER)
        stubborn = self.write_json('stubborn', STUBBORN)
        created = self.json('create', 'producer', 'consumer')
        self.assert_documented('create', created)
        first, second = created['tokens']
        self.assert_documented('bind', self.json('bind', first, producer))
        self.assert_documented('explain', self.json('explain', created['id']))
        self.json('bind', second, consumer)
        for command in ('list', 'clients', 'heaps', 'version'):
            self.assert_documented(command, self.json(command))
        self.assert_documented('info', self.json('info', created['id']))
        self.assert_documented('explain', self.json('explain', created['id']))
        top = self.json('top', '--once')
        self.assert_documented('top', top)
        self.assert_documented('top', top['collections'])
        self.assert_documented('negotiate', self.json('negotiate', producer, consumer))
        self.assert_documented('negotiate', self.json('negotiate', producer, stubborn,
                                                      status=UNSATISFIABLE))
        self.assert_documented('bench', self.json('bench', '--runs=1'))


if __name__ == '__main__':
    main()
