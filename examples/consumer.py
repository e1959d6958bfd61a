#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads frames straight out of shared buffers, checks each one and makes a contact sheet."""

import argparse
import sys
import zlib

from gi.repository import GLib

from contact_sheet import ContactSheet
from frame_link import END, RELEASED, FrameLink
from sysmem_dbus import Sysmem, explain, image_planes

CONSTRAINTS = {
    'usage': GLib.Variant('as', ['cpu-read-often']),
    # We look at one frame and have the next one in the queue.
    'min_buffer_count_for_camping': GLib.Variant('u', 2),
    'image_format_constraints': GLib.Variant('aa{sv}', [{
        'pixel_formats': GLib.Variant('as', ['NV12']),
        'color_spaces': GLib.Variant('as', ['rec709', 'rec601-ntsc']),
        'max_size': GLib.Variant('(uu)', (1920, 1080)),
    }]),
}


def frame_checksum(view, planes, row_bytes):
    """CRC-32 of the pixels in a mapped buffer, leaving out what pads the rows."""
    checksum = 0
    for offset, stride, rows in planes:
        for row in range(rows):
            start = offset + row * stride
            checksum = zlib.crc32(view[start:start + row_bytes], checksum)
    return checksum


def consume(sysmem, args):
    collection = sysmem.bind(args.token_fd, CONSTRAINTS)
    info, buffers = sysmem.wait(collection)
    # Nobody asked for larger images than the producer's frames: the negotiated minimum is the
    # frame's size. Programs whose frames vary say the size with each frame.
    width, height = info['image_format_constraints']['min_size']
    planes = image_planes(info, width, height)
    for buffer in buffers:
        buffer.map(writable=False)

    link = FrameLink(args.link_fd)
    sheet = ContactSheet(columns=4, rows=5, frame_size=(width, height))
    frames = 0
    while True:
        kind, index, time, expected = link.receive()
        if kind == END:
            break
        with buffers[index] as view:
            if frame_checksum(view, planes, width) != expected:
                sys.exit(f'consumer: frame {frames} at {time} ns has a wrong checksum')
            if frames % args.thumbnail_every == 0:
                sheet.add(view, planes)
        link.send(RELEASED, index)
        frames += 1
    link.send(END)
    sysmem.release(collection)
    sheet.write(args.contact_sheet)
    report(info, planes, frames)
    print(f'contact sheet {args.contact_sheet}')
    print(f'messages      {link.message_bytes()} bytes: index, time, checksum')
    print(f'{link.pixel_bytes()} bytes copied between processes')


def report(info, planes, frames):
    image = info['image_format_constraints']
    width, height = image['min_size']
    pixel_bytes = frames * sum(width * rows for _offset, _stride, rows in planes)
    print(f'frames        {frames}, {pixel_bytes} bytes of pixels, '
          'every checksum equal to the decoder\'s')
    print(f'buffers       {info["buffer_count"]} of {info["size_bytes"]} bytes')
    print(f'heap          {info["heap"]} ({info["buffer_type"]}, '
          f'{info["coherency_domain"]} domain)')
    print(f'format        {image["pixel_format"]} {width}x{height}, stride {planes[0][1]}, '
          f'{image["color_space"]}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--token-fd', type=int, required=True)
    parser.add_argument('--link-fd', type=int, required=True)
    parser.add_argument('--contact-sheet', required=True)
    parser.add_argument('--thumbnail-every', type=int, default=16, metavar='FRAMES')
    try:
        consume(Sysmem('example consumer'), parser.parse_args())
    except GLib.Error as error:
        what = explain(error)
    except (EOFError, ConnectionError):
        what = 'the producer has gone'
    else:
        return 0
    # The line in one piece: the producer may have something to say in the same moment.
    sys.stderr.write(f'consumer: {what}\n')
    return 1


if __name__ == '__main__':
    sys.exit(main())
