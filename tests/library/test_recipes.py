#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The code of docs/reference/recipes.md runs as it stands: what is in Python from top to bottom, in C
each program by itself."""

import os
import pathlib
import re
import subprocess

from library import SOURCE, LibraryCase, Sysmem, main

RECIPES = SOURCE / 'docs' / 'reference' / 'recipes.md'
LIBRARY_BUILD = pathlib.Path(os.environ['SYSMEMD']).parents[1] / 'libsysmem'


def blocks_of(language):
    """The text, and each block of code in it."""
    text = RECIPES.read_text()
    return text, list(re.finditer(rf'^```{language}\n(.*?)^```$', text, re.DOTALL | re.MULTILINE))


class Recipes(LibraryCase):
    def test_python(self):
        text, blocks = blocks_of('python')
        self.assertGreater(len(blocks), 5)
        names = {'Sysmem': Sysmem, 'client': self.client()}
        for block in blocks:
            # Line numbers of the page, should one of them fail.
            lines = '\n' * (text[:block.start()].count('\n') + 1)
            exec(compile(lines + block.group(1), str(RECIPES), 'exec'), names)
        cached, owner = names['cached'], names['owner']
        self.assertEqual(len(cached), 2)
        owner.release()
        del owner, names['owner']
        self.run_until(lambda: not cached)

    def test_c(self):
        _, blocks = blocks_of('c')
        self.assertGreater(len(blocks), 0)
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'gio-2.0', 'gio-unix-2.0'],
                               check=True, capture_output=True, text=True).stdout.split()
        for number, block in enumerate(blocks):
            program = os.path.join(self.bus.directory, f'recipe-{number}')
            subprocess.run(
                ['cc', '-Wall', '-Wextra', '-Werror', '-o', program, '-x', 'c', '-',
                 f'-I{SOURCE}/libsysmem', f'-I{SOURCE}/libsysmem/common', f'-I{LIBRARY_BUILD}',
                 f'-L{LIBRARY_BUILD}', '-lsysmem-1', *flags],
                input=block.group(1), text=True, check=True)
            environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.bus.address)
            subprocess.run([program], env=environment, check=True)


if __name__ == '__main__':
    main()
