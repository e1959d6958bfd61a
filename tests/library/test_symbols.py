#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What a library exports is what its headers declare and what its map lists; nothing else, nothing
less.

  test_symbols.py BINARY UMBRELLA PREFIX [GENERATED HEADER...]

UMBRELLA is the header that includes all public ones, relative to the source tree; beside it is the
map, of the same name. The functions begin with PREFIX."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ.get('SYSMEM_SOURCE_ROOT')
                      or pathlib.Path(__file__).resolve().parents[2])
BINARY, UMBRELLA, PREFIX, *GENERATED = sys.argv[1:]
UMBRELLA = SOURCE / UMBRELLA
del sys.argv[1:]


def public_headers():
    """Those that the umbrella includes."""
    for name in re.findall(r'#include "(.*)"', UMBRELLA.read_text()):
        for folder in (UMBRELLA.parent, UMBRELLA.parent / 'common'):
            if (folder / name).exists():
                yield folder / name
    yield from map(pathlib.Path, GENERATED)


def declared():
    found = set()
    for header in public_headers():
        text = re.sub(r'/\*.*?\*/|^#.*?$', '', header.read_text(), flags=re.DOTALL | re.MULTILINE)
        found |= set(re.findall(rf'\b({PREFIX}\w+)\s*\(', text))
        for name in re.findall(rf'G_DECLARE_\w+ \(\s*\w+,\s*({PREFIX}\w+)', text):
            found.add(name + '_get_type')
    return found


def mapped():
    text = UMBRELLA.with_suffix('.map').read_text()
    return set(re.findall(rf'^  ({PREFIX}\w+);$', text, re.MULTILINE))


def exported():
    output = subprocess.run(['nm', '--dynamic', '--defined-only', BINARY], check=True,
                            capture_output=True, text=True).stdout
    names = {line.split()[-1].split('@')[0] for line in output.splitlines()}
    return {name for name in names if not name.startswith('LIB')}


class Symbols(unittest.TestCase):
    maxDiff = None

    def test_the_map_lists_what_headers_declare(self):
        self.assertEqual(sorted(mapped()), sorted(declared()))

    def test_the_library_exports_what_the_map_lists(self):
        self.assertEqual(sorted(exported()), sorted(mapped()))


if __name__ == '__main__':
    unittest.main()
