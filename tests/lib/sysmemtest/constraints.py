# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What participants say. Constraints are plain dictionaries with the keys of the contract; the
functions with capital names are the shorthand in which the conformance cases are written.

    PICKY(8192)                     one buffer for itself of exactly 8192 bytes
    CAMP(1, maximum=16)             the same with 4096 bytes, n buffers and a maximum for everybody
    RAW(3)                          three buffers of 64 to 128 KiB
    NV12(256, 256)                  an image entry
    FMT(['AB24:0x0'])               one buffer of 256x256 in any of these formats
    EMPTY                           a participant that constrains nothing
"""

import gi

gi.require_version('GLib', '2.0')
from gi.repository import GLib  # noqa: E402

PAGE = 4096
NO_MAXIMUM = 2**32 - 1

CPU_RW = ['cpu-read-often', 'cpu-write-often']

LINEAR = 0
X_TILED = 0x0100000000000001
Y_TILED = 0x0100000000000002
AFBC_16X16 = 0x0800000000000001

CONSTRAINT_TYPES = {
    'usage': 'as',
    'min_buffer_count_for_camping': 'u',
    'min_buffer_count_for_dedicated_slack': 'u',
    'min_buffer_count_for_shared_slack': 'u',
    'min_buffer_count': 'u',
    'max_buffer_count': 'u',
    'buffer_memory_constraints': 'a{sv}',
    'image_format_constraints': 'aa{sv}',
}

MEMORY_TYPES = {
    'min_size_bytes': 't',
    'max_size_bytes': 't',
    'physically_contiguous_required': 'b',
    'secure_required': 'b',
    'cpu_domain_supported': 'b',
    'ram_domain_supported': 'b',
    'inaccessible_domain_supported': 'b',
    'permitted_heaps': 'as',
    'min_physical_base_alignment': 't',
    'dma_buf_required': 'b',
}

IMAGE_TYPES = {
    'pixel_formats': 'as',
    'color_spaces': 'as',
    'min_size': '(uu)',
    'max_size': '(uu)',
    'min_bytes_per_row': 'u',
    'max_bytes_per_row': 'u',
    'max_width_times_height': 't',
    'size_alignment': '(uu)',
    'display_rect_alignment': '(uu)',
    'required_min_size': '(uu)',
    'required_max_size': '(uu)',
    'required_max_size_list': 'a(uu)',
    'bytes_per_row_divisor': 'u',
    'start_offset_divisor': 'u',
    'require_bytes_per_row_at_pixel_boundary': 'b',
    'is_alpha_present': 'b',
    'pad_for_block_size': '(uu)',
    'pad_beyond_image_size_bytes': 't',
}


def _entries(values, types):
    return {key: value if isinstance(value, GLib.Variant) else GLib.Variant(types[key], value)
            for key, value in values.items()}


def to_variant(constraints):
    """The a{sv} of the contract. A value that is a variant already is sent as it is, so that tests
    can also say what is wrong; so is a whole dictionary that is one."""
    if isinstance(constraints, GLib.Variant):
        return constraints
    values = dict(constraints)
    memory = values.get('buffer_memory_constraints')
    if isinstance(memory, dict):
        values['buffer_memory_constraints'] = GLib.Variant('a{sv}', _entries(memory, MEMORY_TYPES))
    images = values.get('image_format_constraints')
    if isinstance(images, list):
        values['image_format_constraints'] = GLib.Variant(
            'aa{sv}', [_entries(image, IMAGE_TYPES) for image in images])
    return GLib.Variant('a{sv}', _entries(values, CONSTRAINT_TYPES))


def domains(*supported):
    """The three domain fields, spelled out."""
    return {name + '_domain_supported': name in supported
            for name in ('cpu', 'ram', 'inaccessible')}


def constraints(usage, camping=0, memory=None, images=None, **others):
    """The long form. A part that is None is absent."""
    values = {'usage': usage, **others}
    if camping:
        values['min_buffer_count_for_camping'] = camping
    if memory is not None:
        values['buffer_memory_constraints'] = memory
    if images is not None:
        values['image_format_constraints'] = images
    return values


def exact(size):
    return {'min_size_bytes': size, 'max_size_bytes': size,
            'physically_contiguous_required': False, 'secure_required': False, **domains('cpu')}


EMPTY = {}


def PICKY(size, usage=None, camping=1, memory=None, **others):
    return constraints(usage or CPU_RW, camping, {**exact(size), **(memory or {})}, **others)


def CAMP(n, maximum=None):
    limit = {} if maximum is None else {'max_buffer_count': maximum}
    return PICKY(PAGE, camping=n, **limit)


def RAW(n, usage=None, memory=None, **others):
    size = {'min_size_bytes': 65536, 'max_size_bytes': 131072,
            'physically_contiguous_required': False, 'secure_required': False, **domains('cpu')}
    return constraints(usage or CPU_RW, n, {**size, **(memory or {})}, **others)


def HEAP(heaps, cpu_and_ram, inaccessible):
    memory = {'min_size_bytes': PAGE, 'max_size_bytes': PAGE,
              'cpu_domain_supported': cpu_and_ram, 'ram_domain_supported': cpu_and_ram,
              'inaccessible_domain_supported': inaccessible}
    if heaps is not None:
        memory['permitted_heaps'] = heaps
    return constraints(['display-layer'], memory=memory, min_buffer_count=1)


def IMAGE(pixel_formats, color_spaces=('srgb',), **fields):
    """One image entry."""
    if isinstance(pixel_formats, str):
        pixel_formats = [pixel_formats]
    return {'pixel_formats': list(pixel_formats), 'color_spaces': list(color_spaces), **fields}


def NV12(width, height, **fields):
    return IMAGE(**{
        'pixel_formats': 'NV12', 'color_spaces': ['rec709'],
        'min_size': (width, height), 'max_size': (NO_MAXIMUM, NO_MAXIMUM),
        'min_bytes_per_row': 256, 'max_bytes_per_row': NO_MAXIMUM,
        'max_width_times_height': NO_MAXIMUM, 'size_alignment': (2, 2),
        'bytes_per_row_divisor': 2, 'start_offset_divisor': 2,
        'display_rect_alignment': (1, 1), **fields})


def FMT(pixel_formats, usage=True, alpha=None):
    fields = {} if alpha is None else {'is_alpha_present': alpha}
    memory = {'min_size_bytes': PAGE, 'physically_contiguous_required': False,
              'secure_required': False, **domains('cpu')}
    return constraints(CPU_RW if usage else ['none'], 1, memory,
                       [IMAGE(pixel_formats, min_size=(256, 256), **fields)])


def fourcc(code, modifier=None):
    """'AB24', 'AB24:0x0' or 'AB24:*'."""
    if modifier is None:
        return code
    return '{}:{}'.format(code, modifier if modifier == '*' else hex(modifier))
