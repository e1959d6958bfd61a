#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the library exports is what its headers declare and what sysmem.map lists; nothing else,
nothing less."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ.get('SYSMEM_SOURCE_ROOT')
                      or pathlib.Path(__file__).resolve().parents[2])
LIBRARY = SOURCE / 'libsysmem'
BINARY, *GENERATED = sys.argv[1:]
del sys.argv[1:]


def public_headers():
    """Those that the umbrella includes."""
    names = re.findall(r'#include "(.*)"', (LIBRARY / 'sysmem.h').read_text())
    for name in names:
        for folder in (LIBRARY, LIBRARY / 'common'):
            if (folder / name).exists():
                yield folder / name
    yield from map(pathlib.Path, GENERATED)


def declared():
    found = set()
    for header in public_headers():
        text = re.sub(r'/\*.*?\*/|^#.*?$', '', header.read_text(), flags=re.DOTALL | re.MULTILINE)
        found |= set(re.findall(r'\b(sysmem_\w+)\s*\(', text))
        for name in re.findall(r'G_DECLARE_\w+ \(\s*\w+,\s*(sysmem_\w+)', text):
            found.add(name + '_get_type')
    return found


def mapped():
    return set(re.findall(r'^  (sysmem_\w+);$', (LIBRARY / 'sysmem.map').read_text(), re.MULTILINE))


def exported():
    output = subprocess.run(['nm', '--dynamic', '--defined-only', BINARY], check=True,
                            capture_output=True, text=True).stdout
    names = {line.split()[-1].split('@')[0] for line in output.splitlines()}
    return {name for name in names if not name.startswith('LIBSYSMEM_')}


class Symbols(unittest.TestCase):
    maxDiff = None

    def test_the_map_lists_what_headers_declare(self):
        self.assertEqual(sorted(mapped()), sorted(declared()))

    def test_the_library_exports_what_the_map_lists(self):
        self.assertEqual(sorted(exported()), sorted(mapped()))


if __name__ == '__main__':
    unittest.main()
