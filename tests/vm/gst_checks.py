# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What has to hold for the GStreamer library where there are dma-bufs."""

import os
import pathlib
import shutil
import subprocess
import tempfile


def check_pool(build):
    """Its own test program, with a daemon and a bus of its own."""
    tests = pathlib.Path(build, 'tests', 'gst')
    with tempfile.TemporaryDirectory() as directory:
        # Looking at all plugins takes minutes in here: run has done it outside.
        registry = shutil.copy(tests / 'registry.bin', directory)
        done = subprocess.run(
            [tests / 'test-gst-dma-buf'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, 'GST_REGISTRY': registry, 'G_DEBUG': 'fatal-criticals'})
    if done.returncode != 0:
        raise AssertionError(done.stdout)
