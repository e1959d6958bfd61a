#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads frames straight out of shared buffers, checks each one and makes a contact sheet."""

import argparse
import os
import sys
import zlib

import gi

gi.require_version('Sysmem', '1.0')
from gi.repository import GLib, Sysmem  # noqa: E402

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from contact_sheet import ContactSheet  # noqa: E402
from frame_link import END, RELEASED, FrameLink  # noqa: E402


def constraints():
    return Sysmem.Constraints(
        usage=Sysmem.Usage.CPU_READ_OFTEN,
        # We look at one frame and have the next one in the queue.
        min_buffer_count_for_camping=2,
        image_format_constraints=[
            Sysmem.ImageFormatConstraints(pixel_formats=['NV12'],
                                          color_spaces=['rec709', 'rec601-ntsc'],
                                          max_size=(1920, 1080)),
        ])


def frame_checksum(view, planes, row_bytes):
    """CRC-32 of the pixels in a mapped buffer, leaving out what pads the rows."""
    checksum = 0
    for offset, stride, rows in planes:
        for row in range(rows):
            start = offset + row * stride
            checksum = zlib.crc32(view[start:start + row_bytes], checksum)
    return checksum


def consume(collection, args):
    # Nobody asked for larger images than the producer's frames: the negotiated minimum is the
    # frame's size. Programs whose frames vary say the size with each frame.
    width, height = collection.settings.get_image_format_constraints().props.min_size
    planes = [tuple(plane) for plane in collection.settings.get_planes(width, height)]
    mappings = [buffer.map() for buffer in collection]

    link = FrameLink(args.link_fd)
    sheet = ContactSheet(columns=4, rows=5, frame_size=(width, height))
    frames = 0
    while True:
        kind, index, time, expected = link.receive()
        if kind == END:
            break
        with mappings[index] as view:
            if frame_checksum(view, planes, width) != expected:
                sys.exit(f'consumer: frame {frames} at {time} ns has a wrong checksum')
            if frames % args.thumbnail_every == 0:
                sheet.add(view, planes)
        link.send(RELEASED, index)
        frames += 1
    link.send(END)
    sheet.write(args.contact_sheet)
    report(collection.settings, (width, height), planes, frames)
    print(f'contact sheet {args.contact_sheet}')
    print(f'messages      {link.message_bytes()} bytes: index, time, checksum')
    print(f'{link.pixel_bytes()} bytes copied between processes')


def report(settings, size, planes, frames):
    width, height = size
    pixel_bytes = frames * sum(width * rows for _offset, _stride, rows in planes)
    print(f'frames        {frames}, {pixel_bytes} bytes of pixels, '
          'every checksum equal to the decoder\'s')
    print(f'buffers       {settings.get_buffer_count()} of {settings.get_size_bytes()} bytes')
    print(f'heap          {settings.get_heap()} ({settings.get_buffer_type().value_nick}, '
          f'{settings.get_coherency_domain().first_value_nick} domain)')
    print(f'format        {settings.get_pixel_format()} {width}x{height}, stride {planes[0][1]}, '
          f'{settings.get_color_space()}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--token-fd', type=int, required=True)
    parser.add_argument('--link-fd', type=int, required=True)
    parser.add_argument('--contact-sheet', required=True)
    parser.add_argument('--thumbnail-every', type=int, default=16, metavar='FRAMES')
    args = parser.parse_args()
    try:
        client = Sysmem.Client.new()
        client.set_debug_client_info('example consumer', 0)
        with Sysmem.Token.new_from_fd(client, args.token_fd).bind(constraints()) as collection:
            collection.wait()
            consume(collection, args)
    except GLib.Error as error:
        what = error.message
    except (EOFError, ConnectionError):
        what = 'the producer has gone'
    else:
        return 0
    # The line in one piece: the producer may have something to say in the same moment.
    sys.stderr.write(f'consumer: {what}\n')
    return 1


if __name__ == '__main__':
    sys.exit(main())
