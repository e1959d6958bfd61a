#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The README's commands run, and answer what it says; HACKING.md knows what there is.

Fenced blocks are marked behind their language: "sh ci" is what .ci/run runs, "sh tour" is run here,
all of them in one shell on a private bus; a "text" block after it is the output, where … stands for
anything. $SYSMEMD says which daemon to start: that of a build tree, build/ unless set.
"""

import os
import pathlib
import re
import subprocess
import unittest

import tree

BLOCK = re.compile(r'^```(\w+)(?: (\w+))?\n(.*?)^```\n(?:```text\n(.*?)^```\n)?',
                   re.MULTILINE | re.DOTALL)
BUILD_DIR = (pathlib.Path(os.environ['SYSMEMD']).parents[1] if 'SYSMEMD' in os.environ
             else tree.ROOT / 'build')
END = 'end of block'
# What the bus and the daemon log goes another way than what the commands say; Python is Debian's.
PRELUDE = 'exec 2>&1\npython3 () { /usr/bin/python3 "$@"; }\n'
# Read by Python or C by any name, by shell scripts by the project's.
VARIABLE = re.compile(r'''(?:environ(?:\.get\(|\[)|getenv \()["'](\w+)|\$\{?(SYSMEM_\w+)''')


def blocks(mark):
    """(commands, expected output or empty) of every block with this mark."""
    found = [(commands, output) for _, said, commands, output in BLOCK.findall(tree.read('README.md'))
             if said == mark]
    assert found, f'the README has no block marked {mark}'
    return found


def pattern(expected):
    """The output as a regular expression; blanks and line ends count as one."""
    parts = [r'\s+'.join(map(re.escape, part.split())) for part in expected.split('…')]
    return r'\s*.*?\s*'.join(parts)


class Readme(unittest.TestCase):
    def test_ci_runs_the_same_commands(self):
        steps = re.findall(r'^step (.*?)(?: -Dwerror=true)?$', tree.read('.ci/run'), re.MULTILINE)
        for commands, _ in blocks('ci'):
            for command in commands.strip().split(' && '):
                with self.subTest(command=command):
                    self.assertIn(command, steps)

    def test_links_lead_somewhere(self):
        for path in ('README.md', 'HACKING.md'):
            for link in re.findall(r'\]\(([^)#:]+)\)', tree.read(path)):
                with self.subTest(document=path, link=link):
                    self.assertTrue((tree.ROOT / link).exists())

    def test_tour(self):
        tour = blocks('tour')
        script = PRELUDE + ''.join(f'{commands}\necho "{END}"\n' for commands, _ in tour)
        shell = ['examples/run', f'--build-dir={BUILD_DIR}', 'bash', '-c', script]
        run = subprocess.run(shell, cwd=tree.ROOT, text=True, timeout=60, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        answers = run.stdout.split(f'{END}\n')
        self.assertEqual(len(answers), len(tour) + 1, run.stdout + run.stderr)
        for (commands, expected), answer in zip(tour, answers):
            with self.subTest(commands=commands):
                wanted = re.compile(pattern(expected), re.DOTALL)
                self.assertTrue(wanted.fullmatch(answer.strip()), f'it answered: {answer}')


class Hacking(unittest.TestCase):
    def test_every_environment_variable_is_named(self):
        named = tree.read('HACKING.md')
        for path in tree.files('.c', '.h', '.py', ''):
            if 'LICENSES' in path.parts:
                continue
            for variable in map(''.join, VARIABLE.findall(tree.read(path))):
                with self.subTest(path=str(path), variable=variable):
                    self.assertIn(f'`{variable}`', named)

    def test_the_map_shows_what_is_there(self):
        for path in re.findall(r'^\| (`[^|]*`) \|', tree.read('HACKING.md'), re.MULTILINE):
            for part in re.findall(r'`([\w./-]+[/.][\w./-]*)`', path):
                with self.subTest(path=part):
                    self.assertTrue((tree.ROOT / part).exists())


if __name__ == '__main__':
    unittest.main()
