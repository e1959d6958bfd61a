#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads the producer's frames where they are and checks them. See producer.c."""

import os
import sys

import gi

gi.require_version('Sysmem', '1.0')
from gi.repository import GLib, Sysmem  # noqa: E402

TOKEN_FD, LINK_FD = 3, 4
WIDTH, HEIGHT = 640, 480
DARK, BRIGHT = 16, 255


def constraints():
    """What this participant can live with: another choice of formats than the producer's."""
    return Sysmem.Constraints(
        usage=Sysmem.Usage.CPU_READ,
        min_buffer_count_for_camping=1,
        image_format_constraints=[
            Sysmem.ImageFormatConstraints(pixel_formats=['NV12', 'NV16'], color_spaces=['rec709'],
                                          min_size=(16, 16)),
        ])


def check(view, plane, frame):
    """Is the bright bar where this frame has to have it?"""
    offset, stride, rows = plane
    bright = frame % rows
    before, at = offset + (bright - 1) % rows * stride, offset + bright * stride
    if (view[before], view[at]) != (DARK, BRIGHT):
        sys.exit(f'consumer: frame {frame} is not what was drawn')


def main():
    client = Sysmem.Client.new()
    client.set_debug_client_info('consumer', os.getpid())
    with Sysmem.Token.new_from_fd(client, TOKEN_FD).bind(constraints()) as collection:
        collection.wait()
        luma = collection[0].get_planes(WIDTH, HEIGHT)[0]
        mappings = [buffer.map() for buffer in collection]
        frame = 0
        while index := os.read(LINK_FD, 1):
            with mappings[index[0]] as view:
                check(view, luma, frame)
            frame += 1
            try:
                os.write(LINK_FD, index)
            except BrokenPipeError:
                pass  # the producer has drawn its last frame
        print(f'{frame} frames of {collection.settings.get_pixel_format()} in '
              f'{len(collection)} buffers, all as they were drawn')


if __name__ == '__main__':
    try:
        main()
    except GLib.Error as error:
        sys.exit(f'consumer: {error.message}')
