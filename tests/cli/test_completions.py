#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Completions, as the shells themselves make them of what is typed."""

import os
import shutil
import subprocess

from cli import SOURCE, SYSMEMCTL, TIMEOUT, CliCase, main
from terminal import Terminal

COMPLETIONS = SOURCE / 'data' / 'completions'


class CompletionCase(CliCase):
    def environment(self, **more):
        """With the tool in the path, in a folder with one file, and no user's settings."""
        plain = super().environment(**more)
        home = os.path.join(self.bus.directory, 'home')
        os.makedirs(home, exist_ok=True)
        return {**plain, 'HOME': home, 'XDG_CONFIG_HOME': home, 'XDG_DATA_HOME': home,
                'PATH': os.path.dirname(SYSMEMCTL) + ':' + plain['PATH'], 'PS1': '> '}

    def prepare(self, terminal, commands):
        """The prompt changes, so that it is seen when the shell has done all that."""
        terminal.type(f"cd; touch camera.json; {commands}; PS1='$ '; clear", 'Enter')
        terminal.wait_until(lambda screen: screen == ['$'])

    def collection(self):
        client = self.client()
        token = client.allocate_shared()
        token.set_name(5, 'frames')
        return str(token.collection_id)


class Engine(CompletionCase):
    def candidates(self, *words):
        lines = self.tool('complete', '--', *words).splitlines()
        return [line.split('\t')[0] for line in lines]

    def test_commands(self):
        self.assertEqual(self.candidates('ex'), ['explain', 'exec'])
        self.assertIn('list', self.candidates(''))
        self.assertNotIn('complete', self.candidates(''))
        self.assertEqual(self.candidates('--json', 'ex'), ['explain', 'exec'])

    def test_options(self):
        self.assertEqual(self.candidates('info', '--'), ['--bus=', '--json', '--all', '--help', '--dot'])
        self.assertEqual(self.candidates('--v'), ['--version'])
        self.assertEqual(self.candidates('top', '--i'), ['--interval='])
        self.assertEqual(self.candidates('--bus=s'), ['--bus=system', '--bus=session'])

    def test_ids(self):
        number = self.collection()
        self.assertEqual(self.tool('complete', '--', 'info', ''), f'{number}\twaiting frames\n')
        self.assertEqual(self.candidates('explain', number[:3]), [number])
        self.assertEqual(self.candidates('info', number, ''), [])
        self.assertEqual(self.candidates('info', 'x'), [])
        self.assertEqual(self.candidates('--bus=unix:path=/nowhere', 'info', ''), [])

    def test_files_and_programs(self):
        self.assertEqual(self.candidates('negotiate', 'a', ''), [':files'])
        self.assertEqual(self.candidates('bind', ''), [])
        self.assertEqual(self.candidates('bind', '3', ''), [':files'])
        self.assertEqual(self.candidates('exec', '3', 'a.json', '--', 'l'), [':program'])
        self.assertEqual(self.candidates('nonsense', ''), [])


class TypingCase:
    """In a shell that has to be watched; a subclass starts it."""

    def test_what_is_typed_is_completed(self):
        number = self.collection()
        for typed, becomes in (
                ('sysmemctl expl', 'sysmemctl explain'),
                ('sysmemctl info ', f'sysmemctl info {number}'),
                (f'sysmemctl info --dot {number[:4]}', f'sysmemctl info --dot {number}'),
                ('sysmemctl --bus=sy', 'sysmemctl --bus=system'),
                ('sysmemctl top --int', 'sysmemctl top --interval='),
                ('sysmemctl negotiate cam', 'sysmemctl negotiate camera.json'),
                ('sysmemctl exec 3 camera.json -- sysmemc',
                 'sysmemctl exec 3 camera.json -- sysmemctl')):
            with self.subTest(typed=typed):
                terminal = self.shell()
                terminal.type('-l', typed)
                terminal.type('Tab')
                terminal.wait_until(lambda screen: screen == ['$ ' + becomes])
                terminal.close()


class Bash(TypingCase, CompletionCase):
    def shell(self):
        terminal = Terminal(self.bus.directory, ['bash', '--noprofile', '--norc'],
                            self.environment(), columns=120)
        self.addCleanup(terminal.close)
        self.prepare(terminal, f'source {COMPLETIONS}/sysmemctl.bash')
        return terminal

    def test_several_are_listed(self):
        terminal = self.shell()
        terminal.type('-l', 'sysmemctl ex')
        terminal.type('Tab', 'Tab')
        lines = terminal.wait_until(lambda screen: len(screen) == 3)
        self.assertEqual(sorted(lines[1].split()), ['exec', 'explain'])


class Zsh(TypingCase, CompletionCase):
    def setUp(self):
        super().setUp()
        if shutil.which('zsh') is None:
            self.skipTest('zsh is not installed')

    def shell(self):
        terminal = Terminal(self.bus.directory, ['zsh', '-f'], self.environment(), columns=120)
        self.addCleanup(terminal.close)
        place = os.path.join(self.bus.directory, 'functions')
        os.makedirs(place, exist_ok=True)
        shutil.copy(COMPLETIONS / 'sysmemctl.zsh', os.path.join(place, '_sysmemctl'))
        self.prepare(terminal, f'fpath=({place} $fpath); autoload -U compinit; compinit -u -D')
        return terminal


class Fish(CompletionCase):
    def setUp(self):
        super().setUp()
        if shutil.which('fish') is None:
            self.skipTest('fish is not installed')

    def candidates(self, line):
        """fish says itself what it would offer."""
        home = self.environment()['HOME']
        with open(os.path.join(home, 'camera.json'), 'w', encoding='utf-8'):
            pass
        run = subprocess.run(
            ['fish', '--no-config', '-c',
             f'source {COMPLETIONS}/sysmemctl.fish; complete --do-complete "{line}"'],
            cwd=home, env=self.environment(), text=True, timeout=TIMEOUT, check=True,
            stdout=subprocess.PIPE)
        return [candidate.split('\t')[0] for candidate in run.stdout.splitlines()]

    def test_candidates(self):
        number = self.collection()
        for line, candidates in (('sysmemctl expl', ['explain']),
                                 ('sysmemctl info ', [number]),
                                 ('sysmemctl --bus=sy', ['--bus=system']),
                                 ('sysmemctl top --int', ['--interval=']),
                                 ('sysmemctl negotiate cam', ['camera.json'])):
            with self.subTest(line=line):
                self.assertEqual(self.candidates(line), candidates)


if __name__ == '__main__':
    main()
