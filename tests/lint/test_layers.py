#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The ladder: a layer includes only what is below it, and only the outside world it is meant for.

The linker proves the same for what is called; this also covers types and macros.
"""

import re
import unittest

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

# What the C language itself brings along.
LANGUAGE = {'math.h', 'stdarg.h', 'string.h'}

# From below to above: layer, its folder, what it may include from outside (None: no rule).
LADDER = (
    ('common', 'libsysmem/common', LANGUAGE | {'glib.h', 'drm_fourcc.h'}),
    ('engine', 'daemon/engine', LANGUAGE | {'glib.h'}),
    ('heaps', 'daemon/heaps', None),
    ('server', 'daemon/server', None),
    ('bus', 'daemon/bus', None),
)
LAYERS = [layer for layer, _, _ in LADDER]

# D-Bus begins in the server's gio; the kernel's graphics interfaces end in the heaps.
FORBIDDEN = {
    'heaps': re.compile(r'gio/'),
    'server': re.compile(r'(xf86drm|gbm)'),
    'bus': re.compile(r'(xf86drm|gbm)'),
}


class Layers(unittest.TestCase):
    def includes(self, folder):
        for path in tree.files('.c', '.h'):
            if path.is_relative_to(folder):
                for bracket, name in INCLUDE.findall(tree.read(path)):
                    yield path, bracket == '"', name

    def layer_of(self, path, name):
        """The layer that a quoted include belongs to, or None if it is none of the ladder's."""
        if (tree.ROOT / path.parent / name).exists():
            name = f'{path.parent.name}/{name}'
        first = name.split('/')[0]
        return first if first in LAYERS else None

    def test_no_include_goes_up(self):
        for layer, folder, _ in LADDER:
            below = LAYERS[:LAYERS.index(layer) + 1]
            for path, quoted, name in self.includes(folder):
                with self.subTest(path=str(path), include=name):
                    if quoted and self.layer_of(path, name):
                        self.assertIn(self.layer_of(path, name), below)

    def test_common_and_engine_know_only_glib(self):
        for layer, folder, outside in LADDER:
            if outside is None:
                continue
            for path, quoted, name in self.includes(folder):
                with self.subTest(path=str(path), include=name):
                    if quoted:
                        self.assertTrue(self.layer_of(path, name), 'not a header of the ladder')
                    else:
                        self.assertIn(name, outside)

    def test_the_outside_world_stays_in_its_layer(self):
        for layer, folder, _ in LADDER:
            for path, quoted, name in self.includes(folder):
                with self.subTest(path=str(path), include=name):
                    if not quoted and layer in FORBIDDEN:
                        self.assertNotRegex(name, FORBIDDEN[layer])

    def test_the_ladder_is_there(self):
        for layer, folder, _ in LADDER:
            with self.subTest(layer=layer):
                self.assertTrue(list(self.includes(folder)), f'nothing found in {folder}')


if __name__ == '__main__':
    unittest.main()
