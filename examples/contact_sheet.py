# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A page of thumbnails of NV12 frames, written as PNG with the standard library alone."""

import struct
import zlib


class ContactSheet:
    THUMBNAIL_WIDTH = 160

    def __init__(self, columns, rows, frame_size):
        self.frame_width, self.frame_height = frame_size
        self.columns, self.rows = columns, rows
        self.height = self.THUMBNAIL_WIDTH * self.frame_height // self.frame_width
        self.row_bytes = columns * self.THUMBNAIL_WIDTH * 3
        self.pixels = bytearray(self.row_bytes * rows * self.height)
        self.count = 0

    def add(self, view, planes):
        """Adds the frame in a mapped buffer; the sheet's places that are taken stay as they are."""
        if self.count == self.columns * self.rows:
            return
        (luma, luma_stride, _), (chroma, chroma_stride, _) = planes
        row, column = divmod(self.count, self.columns)
        left = column * self.THUMBNAIL_WIDTH * 3
        for y in range(self.height):
            from_y = y * self.frame_height // self.height
            luma_row = luma + from_y * luma_stride
            chroma_row = chroma + from_y // 2 * chroma_stride
            line = bytearray()
            for x in range(self.THUMBNAIL_WIDTH):
                from_x = x * self.frame_width // self.THUMBNAIL_WIDTH
                pair = chroma_row + from_x // 2 * 2
                line += rec709_to_rgb(view[luma_row + from_x], view[pair], view[pair + 1])
            start = (row * self.height + y) * self.row_bytes + left
            self.pixels[start:start + len(line)] = line
        self.count += 1

    def write(self, path):
        height = self.rows * self.height
        header = struct.pack('>IIBBBBB', self.row_bytes // 3, height, 8, 2, 0, 0, 0)
        lines = b''.join(b'\0' + self.pixels[y * self.row_bytes:(y + 1) * self.row_bytes]
                         for y in range(height))
        with open(path, 'wb') as file:
            file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header)
                       + chunk(b'IDAT', zlib.compress(lines)) + chunk(b'IEND', b''))


def rec709_to_rgb(y, cb, cr):
    luma = 1.164 * (y - 16)
    return bytes(min(255, max(0, round(value))) for value in (
        luma + 1.793 * (cr - 128),
        luma - 0.213 * (cb - 128) - 0.533 * (cr - 128),
        luma + 2.112 * (cb - 128)))


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
