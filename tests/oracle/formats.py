# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The few pixel formats the oracle knows, and what follows from them.

A *pair* is (fourcc, modifier); either part may be ANY. Formats that are known to the daemon and not
in this table do not occur in the oracle's tests.
"""

from collections import namedtuple

ANY = '*'
LINEAR = 0x0
X_TILED = 0x0100000000000001
TILE_ROW_BYTES, TILE_ROWS = 512, 8  # of X_TILED, as drm_fourcc.h defines it

COLOR_SPACES = ('srgb', 'rec2100', 'rec2020', 'rec709', 'rec601-pal-full', 'rec601-pal',
                'rec601-ntsc-full', 'rec601-ntsc', 'passthrough')  # best first
RGB = {'srgb', 'passthrough'}
YUV = {'rec709', 'rec601-pal-full', 'rec601-pal', 'rec601-ntsc-full', 'rec601-ntsc', 'passthrough'}
YUV_10 = YUV | {'rec2020', 'rec2100'}

# Bytes per pixel of a row of the first plane; image bytes are row × height × numerator ÷ 2.
Format = namedtuple('Format', 'bytes_per_pixel divisors sample_alignment n_planes halves '
                              'color_spaces has_alpha_slot')

FORMATS = {
    'XR24': Format(4, (1, 1), 4, 1, 2, RGB, True),
    'AR24': Format(4, (1, 1), 4, 1, 2, RGB, True),
    'RG24': Format(3, (1, 1), 1, 1, 2, RGB, False),
    'RG16': Format(2, (1, 1), 2, 1, 2, RGB, False),
    'YUYV': Format(2, (2, 1), 2, 1, 2, YUV, False),
    'NV12': Format(1, (2, 2), 2, 2, 3, YUV, False),
    'YU12': Format(1, (2, 2), 2, 3, 3, YUV, False),
    'NV16': Format(1, (2, 1), 2, 2, 4, YUV, False),
    'P010': Format(2, (2, 2), 4, 2, 3, YUV_10, False),
}
TILED = {'XR24', 'AR24'}


def round_up(value, multiple):
    return (value + multiple - 1) // multiple * multiple


def is_power_of_two(value):
    return value > 0 and value & (value - 1) == 0


def parse(text, real_usage):
    """A pair as a participant spells it."""
    fourcc, _, modifier = text.partition(':')
    if modifier:
        return fourcc, ANY if modifier == ANY else int(modifier, 16)
    return fourcc, LINEAR if fourcc != ANY and real_usage else ANY


def spell(pair):
    return '{}:{}'.format(pair[0], ANY if pair[1] == ANY else hex(pair[1]))


def may_exist(pair):
    """Is the pair known, or can a wildcard in it stand for something known?"""
    fourcc, modifier = pair
    if fourcc != ANY and fourcc not in FORMATS:
        return False
    if modifier in (ANY, LINEAR):
        return True
    return modifier == X_TILED and (fourcc == ANY or fourcc in TILED)


def combine(one, other):
    """What two pairs can both mean; None if there is no such thing."""
    pair = []
    for ours, theirs in zip(one, other):
        if ours != theirs and ANY not in (ours, theirs):
            return None
        pair.append(theirs if ours == ANY else ours)
    return tuple(pair) if may_exist(pair) else None


def has_alpha_slot(pair):
    return pair[0] == ANY or FORMATS[pair[0]].has_alpha_slot


def order(pair):
    """Pairs of equal cost are taken in this order."""
    return int.from_bytes(pair[0].encode(), 'little'), pair[1]


def row_multiple(pair):
    """Rows of tiles are whole tiles."""
    return TILE_ROW_BYTES if pair[1] == X_TILED else 1


def row_bytes(pair, width):
    return round_up(width * FORMATS[pair[0]].bytes_per_pixel, row_multiple(pair))


def image_bytes(pair, row, height):
    rows = round_up(height, TILE_ROWS) if pair[1] == X_TILED else height
    return row * rows * FORMATS[pair[0]].halves // 2
