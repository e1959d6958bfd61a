# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A film: vivid writes into buffers that cirrus scans out, by GStreamer's own v4l2src and kmssink
in two processes, with sysmemsink and sysmemsrc between them.
"""

import functools
import os
import tempfile
import zlib

import numpy

import machine
from picture_checks import HEIGHT, WIDTH, expect, look_at_screen

TIMEOUT = 300  # everything is slow in here
N_FRAMES = 60
# No two pictures are the same: they count, and since two that follow each other quickly may have
# the same count, color bars move from each to the next.
PICTURES = 'extra-controls="vivid,test_pattern=0,osd_text_mode=0,horizontal_movement=0"'
CAMERA = (f'v4l2src device=%s io-mode=dmabuf-import {PICTURES} num-buffers={N_FRAMES} ! '
          f'%s,width={WIDTH},height={HEIGHT} ! '
          'sysmemsink name=s socket-path=%s usage=video-capture buffers=4 sync=false '
          f'stall-timeout={TIMEOUT * 10 ** 9}')
# A kmssink that sets the mode shows a frame by nothing but the page flip that it waits for: with
# skip-vsync the screen would stay black.
SCREEN = ('sysmemsrc name=s socket-path=%s usage=display-layer buffers=3 ! '
          'kmssink name=check driver-name=cirrus force-modesetting=true sync=false')


def expect_on_screen(studio, frames):
    """The last of them, none of whose pixels has been copied to get there."""
    picture = numpy.zeros((HEIGHT, WIDTH, 4), dtype=numpy.uint8)  # vivid, too, leaves the fourth 0
    picture[:, :, 2::-1] = look_at_screen(studio)
    shown = zlib.crc32(picture)
    if shown != frames[-1]:
        known = f'frame {frames.index(shown)}' if shown in frames else 'no frame of the film'
        raise AssertionError(f'the screen shows {known} instead of frame {len(frames) - 1}')
    imported = machine.list_framebuffers('cirrus')
    expect(len(imported) > 0 and all(imported), True, 'all that kmssink shows is imported')


def watch(studio, screen):
    """Each frame stays on the screen until it has been looked at."""
    for _ in range(N_FRAMES):
        screen.wait_for('frame', timeout=TIMEOUT)  # which comes next: the one before is shown
        if len(screen.frames()) > 1:
            expect_on_screen(studio, screen.frames()[:-1])
        screen.command('next')
    screen.wait_for('eos', timeout=TIMEOUT)
    expect_on_screen(studio, screen.frames())


def check_film(studio, caps):
    """Each frame is captured in place, and what is delivered is what the screen shows."""
    with tempfile.TemporaryDirectory() as directory:
        socket = os.path.join(directory, 'frames')
        with studio.play(CAMERA % (studio.find_cameras()[0], caps, socket)) as camera:
            camera.wait_for('state', 'ready', timeout=TIMEOUT)  # others may connect now
            with studio.play(SCREEN % socket, '--step') as screen:
                watch(studio, screen)
                camera.wait_for('eos', timeout=TIMEOUT)
                stats = camera.stats()
                screen.quit()
            camera.quit()
    expect((stats['in-place'], stats['copied']), (N_FRAMES, 0), 'frames in place, and copied')
    expect(len(set(screen.frames())), N_FRAMES, 'pictures')


CHECKS = (
    ('camera-to-screen', functools.partial(check_film, caps='video/x-raw,format=BGRx')),
)
# As GStreamer calls images in dma-bufs since 1.24.
DMA_DRM_CHECKS = (
    ('camera-to-screen-dma-drm', functools.partial(
        check_film, caps='video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24')),
)
