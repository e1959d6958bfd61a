# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The source tree as the lint tests see it: all files but those .gitignore names."""

import fnmatch
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Hidden folders that are part of the project; all others (.git, editors' caches) are not.
HIDDEN_FOLDERS = {'.ci'}


def read(path):
    return (ROOT / path).read_text(encoding='utf-8')


def ignored_patterns():
    """The patterns of .gitignore; of git's rules only what ours need: "/" first means in the root,
    "/" last a folder."""
    return [line for line in read('.gitignore').split('\n') if line and not line.startswith('#')]


def is_ignored(path, is_folder, patterns):
    for pattern in patterns:
        if pattern.endswith('/') and not is_folder:
            continue
        name = f'/{path}' if pattern.startswith('/') else path.name
        if fnmatch.fnmatch(name, pattern.rstrip('/')):
            return True
    return False


def is_foreign(folder, patterns):
    """A build tree, a cache, or something of the machine's own."""
    hidden = folder.name.startswith('.') and folder.name not in HIDDEN_FOLDERS
    return hidden or (ROOT / folder / 'meson-private').exists() or is_ignored(folder, True, patterns)


def files(*suffixes):
    """Every file of the project, or those with one of the suffixes, as sorted paths below ROOT."""
    patterns = ignored_patterns()
    found = []
    for parent, folders, names in os.walk(ROOT):
        parent = pathlib.Path(parent).relative_to(ROOT)
        folders[:] = sorted(name for name in folders if not is_foreign(parent / name, patterns))
        for name in names:
            path = parent / name
            if name == '.git':  # In a worktree or a submodule it is a file.
                continue
            if not is_ignored(path, False, patterns) and (not suffixes or path.suffix in suffixes):
                found.append(path)
    return sorted(found)
