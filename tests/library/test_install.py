#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What is installed is complete, and works from there, in C, Python and Vala.

    test_install.py BUILD_DIRECTORY MESON
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get('SYSMEM_SOURCE_ROOT')
                      or pathlib.Path(__file__).resolve().parents[2])
BUILD, MESON = sys.argv[1:3]
del sys.argv[1:3]

OVERRIDDEN = ('import gi; gi.require_version("Sysmem", "1.0")\n'
              'from gi.repository import Sysmem\n'
              'assert Sysmem.Collection.__len__ and tuple(Sysmem.Size(4, 3)) == (4, 3)\n'
              'assert Sysmem.Constraints.solve\n')


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name)
        subprocess.run([MESON, 'install', '-C', BUILD, '--no-rebuild', '--quiet', '--destdir', cls.root],
                       check=True, stdout=subprocess.DEVNULL)

    def find(self, name):
        """The one file of this name."""
        found = list(self.root.rglob(name))
        self.assertEqual(len(found), 1, f'{name}: {found}')
        return found[0]

    def pkg_config(self, *arguments):
        environment = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=str(self.root),
                           PKG_CONFIG_PATH=str(self.find('sysmem-1.pc').parent))
        words = subprocess.run(['pkg-config', *arguments, 'sysmem-1'], env=environment, check=True,
                               capture_output=True, text=True).stdout.split()
        # The sysroot is ours alone: what it needs is the system's.
        return [word if not word.startswith(f'-I{self.root}/usr/')
                or pathlib.Path(word[2:]).exists() else '-I' + word[2 + len(str(self.root)):]
                for word in words]

    def environment(self):
        return dict(os.environ, LD_LIBRARY_PATH=str(self.find('libsysmem-1.so.0').parent),
                    GI_TYPELIB_PATH=str(self.find('Sysmem-1.0.typelib').parent),
                    PYTHONPATH=str(self.find('Sysmem.py').parents[2]))

    def test_names_and_places(self):
        for name, place in (('libsysmem-1.so', 'lib'), ('sysmem-1.pc', 'lib/pkgconfig'),
                            ('Sysmem-1.0.typelib', 'lib/girepository-1.0'),
                            ('Sysmem-1.0.gir', 'share/gir-1.0'),
                            ('sysmem-1.vapi', 'share/vala/vapi'),
                            ('sysmem.h', 'include/sysmem-1')):
            folders = list(self.find(name).relative_to(self.root).parent.parts)
            with self.subTest(file=name):
                folders = [folder for folder in folders if '-linux-gnu' not in folder]
                self.assertEqual('/'.join(folders[-place.count('/') - 1:]), place)
        self.assertTrue(self.find('libsysmem-1.so').is_symlink())
        self.assertFalse(self.find('libsysmem-1.so.0').is_symlink())
        self.assertTrue((self.find('sysmem.h').parent / 'sysmem-enum-types.h').exists())

    def test_every_header_stands_alone(self):
        flags = self.pkg_config('--cflags')
        headers = sorted(self.find('sysmem.h').parent.glob('*.h'))
        self.assertGreater(len(headers), 15)
        for header in headers:
            with self.subTest(header=header.name):
                subprocess.run(['cc', '-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-x', 'c',
                                *flags, '-include', header, '/dev/null'], check=True)

    def test_a_program_in_c(self):
        program = self.root / 'program'
        subprocess.run(['cc', '-Wall', '-Werror', '-o', program,
                        SOURCE / 'examples' / 'library' / 'producer.c',
                        *self.pkg_config('--cflags', '--libs')], check=True)
        needed = subprocess.run(['readelf', '-d', program], check=True, capture_output=True,
                                text=True).stdout
        self.assertIn('[libsysmem-1.so.0]', needed)
        said = subprocess.run([program], env=self.environment(), capture_output=True, text=True,
                              check=False)
        self.assertEqual((said.returncode, said.stderr), (2, 'usage: producer CONSUMER [FRAMES]\n'))

    def test_a_program_in_python(self):
        """The overrides are found wherever the folder is that they are installed to."""
        subprocess.run([sys.executable, '-c', OVERRIDDEN], env=self.environment(), check=True)

    def test_a_program_in_vala(self):
        subprocess.run(['valac', '-C', '--pkg=gio-2.0', '--pkg=sysmem-1',
                        f'--vapidir={self.find("sysmem-1.vapi").parent}',
                        f'--directory={self.root}',
                        SOURCE / 'examples' / 'library' / 'buffers.vala'], check=True)


if __name__ == '__main__':
    unittest.main()
