# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""With this folder on PYTHONPATH, PyGObject finds the library's overrides in the source tree."""

import pathlib

try:
    import gi.overrides
except ImportError:
    pass  # another Python than the one with PyGObject
else:
    gi.overrides.__path__.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
