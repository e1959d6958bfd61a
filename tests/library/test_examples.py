#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The examples on the library run and say what they should: C and Python, JavaScript, Vala.

    test_examples.py PRODUCER LIBRARY_BUILD_DIRECTORY
"""

import os
import subprocess
import sys

from library import SOURCE, LibraryCase, main

PRODUCER, LIBRARY_BUILD = (os.path.abspath(path) for path in sys.argv[1:3])
del sys.argv[1:3]
EXAMPLES = SOURCE / 'examples' / 'library'
TIMEOUT = 60


def lines(values):
    return ''.join(f'buffer {index}: 5000 bytes, the first is {value}\n'
                   for index, value in enumerate(values))


class Examples(LibraryCase):
    def run_example(self, *command):
        """What it prints."""
        environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.bus.address,
                           PYTHONPATH=str(SOURCE / 'libsysmem' / 'python' / 'uninstalled'))
        done = subprocess.run(command, env=environment, capture_output=True, text=True,
                              timeout=TIMEOUT)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout

    def test_c_and_python(self):
        self.assertEqual(self.run_example(PRODUCER, str(EXAMPLES / 'consumer.py'), '500'),
                         '500 frames of NV12:0x0 in 3 buffers, all as they were drawn\n')

    def test_javascript(self):
        self.assertEqual(self.run_example('gjs', str(EXAMPLES / 'buffers.js')), lines([0, 0, 0]))

    def test_vala(self):
        program = os.path.join(self.bus.directory, 'buffers')
        flags = [f'-I{SOURCE}/libsysmem', f'-I{SOURCE}/libsysmem/common', f'-I{LIBRARY_BUILD}',
                 f'-L{LIBRARY_BUILD}', '-lsysmem-1', '-w']
        subprocess.run(
            ['valac', '--pkg=gio-2.0', '--pkg=sysmem-1', f'--vapidir={LIBRARY_BUILD}',
             *(word for flag in flags for word in ('-X', flag)), '-o', program,
             f'--directory={self.bus.directory}', str(EXAMPLES / 'buffers.vala')], check=True)
        self.assertEqual(self.run_example(program), lines([0, 1, 2]))


if __name__ == '__main__':
    main()
