# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The source tree as the lint tests see it."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Hidden folders that are part of the project; all others (.git, editors' caches) are not.
HIDDEN_FOLDERS = {'.ci'}


def is_foreign(folder):
    """A build tree, a cache, or something of the machine's own."""
    name = folder.name
    if name == '__pycache__' or name.startswith('.') and name not in HIDDEN_FOLDERS:
        return True
    return (folder / 'meson-private').exists()


def files(*suffixes):
    """Every file of the project, or those with one of the suffixes, as sorted paths below ROOT."""
    found = []
    for parent, folders, names in os.walk(ROOT):
        parent = pathlib.Path(parent)
        folders[:] = sorted(name for name in folders if not is_foreign(parent / name))
        for name in names:
            path = (parent / name).relative_to(ROOT)
            if not suffixes or path.suffix in suffixes:
                found.append(path)
    return sorted(found)


def read(path):
    return (ROOT / path).read_text(encoding='utf-8')
