#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Decodes a video into buffers it shares with a consumer it knows nothing about."""

import argparse
import sys
import zlib

from gi.repository import GLib

import test_video
from frame_link import END, FILLED, FrameLink
from sysmem_dbus import Sysmem, explain, image_planes


def constraints(width, height):
    """What this participant can do, and no more: the daemon finds what suits everybody."""
    def image(pixel_format, color_space):
        return {
            'pixel_formats': GLib.Variant('as', [pixel_format]),
            'color_spaces': GLib.Variant('as', [color_space]),
            'min_size': GLib.Variant('(uu)', (width, height)),
            # Our (imaginary) blitter wants rows to be a multiple of 256 bytes.
            'bytes_per_row_divisor': GLib.Variant('u', 256),
        }

    return {
        'usage': GLib.Variant('as', ['cpu-write-often']),
        # One buffer to write while another one waits to be sent: we keep up to two to ourselves.
        'min_buffer_count_for_camping': GLib.Variant('u', 2),
        'image_format_constraints': GLib.Variant(
            'aa{sv}', [image('NV12', 'rec709'), image('XR24', 'srgb')]),
    }


def write_frame(view, planes, frame, row_bytes):
    """Writes a decoded frame where all participants see it; returns the checksum of its pixels.

    This is the only time the frame is written. Rows are set one by one because the negotiated
    stride is seldom the decoder's.
    """
    checksum = 0
    for (offset, stride, rows), (pixels, from_offset, from_stride) in zip(planes, frame):
        for row in range(rows):
            start = from_offset + row * from_stride
            line = pixels[start:start + row_bytes]
            checksum = zlib.crc32(line, checksum)
            view[offset + row * stride:offset + row * stride + row_bytes] = line
    return checksum


def produce(sysmem, args):
    width, height = test_video.frame_size(args.video)
    collection = sysmem.bind(args.token_fd, constraints(width, height))
    info, buffers = sysmem.wait(collection)
    image = info['image_format_constraints']
    fourcc = image['pixel_format'].split(':')[0]
    planes = image_planes(info, width, height)
    row_bytes = width * (4 if fourcc == 'XR24' else 1)
    for buffer in buffers:
        buffer.map(writable=True)

    link = FrameLink(args.link_fd)
    free = [buffer.index for buffer in buffers]
    for time, frame in test_video.decode(args.video, fourcc, image['color_space']):
        if not free:
            _, released, _, _ = link.receive()
            free.append(released)
        index = free.pop(0)
        with buffers[index] as view:
            checksum = write_frame(view, planes, frame, row_bytes)
        link.send(FILLED, index, time, checksum)
    link.send(END)
    while link.receive()[0] != END:
        pass  # the consumer is still reading
    sysmem.release(collection)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--token-fd', type=int, required=True)
    parser.add_argument('--link-fd', type=int, required=True)
    parser.add_argument('--video', required=True)
    try:
        produce(Sysmem('example producer'), parser.parse_args())
    except GLib.Error as error:
        what = explain(error)
    except (EOFError, ConnectionError):
        what = 'the consumer has gone'
    else:
        return 0
    # The line in one piece: the consumer may have something to say in the same moment.
    sys.stderr.write(f'producer: {what}\n')
    return 1


if __name__ == '__main__':
    sys.exit(main())
