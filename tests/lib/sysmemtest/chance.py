# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Where random tests take their seed from. "meson test" gives them all the same, so that two runs
of it are alike; whoever looks for what nobody thought of leaves the choice to chance."""

import os
import random


def seed():
    """That of SYSMEM_TEST_SEED, or another one each time: a test that takes it has to print it."""
    return os.environ.get('SYSMEM_TEST_SEED') or str(random.SystemRandom().getrandbits(32))
