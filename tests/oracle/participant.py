# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One participant: the defaults of what it left unsaid, and what it may not say."""

from math import lcm

import formats
from formats import ANY, is_power_of_two, round_up

PAGE = 4096
MAX32 = 2**32 - 1
MAX64 = 2**64 - 1

DOMAINS = ('cpu', 'ram', 'inaccessible')

IMAGE_DEFAULTS = {
    'min_size': (0, 0), 'max_size': (MAX32, MAX32),
    'min_bytes_per_row': 0, 'max_bytes_per_row': MAX32, 'max_width_times_height': MAX64,
    'size_alignment': (1, 1), 'display_rect_alignment': (1, 1),
    'required_min_size': None, 'required_max_size': None, 'required_max_size_list': [],
    'bytes_per_row_divisor': 1, 'start_offset_divisor': 1,
    'require_bytes_per_row_at_pixel_boundary': False, 'is_alpha_present': None,
    'pad_for_block_size': (1, 1), 'pad_beyond_image_size_bytes': 0,
}


class Refused(Exception):
    """One participant contradicts itself."""


class DoesNotFit(Exception):
    """The participants cannot agree, or nothing can serve them."""


def check(constraints):
    """The participant with defaults filled in and one entry per pixel format, or Refused. A
    participant that constrains nothing is None."""
    if not constraints:
        return None
    usage = frozenset(constraints.get('usage', ()))
    if not usage or ('none' in usage and len(usage) > 1):
        raise Refused('usage')
    images = constraints.get('image_format_constraints')
    participant = {
        'usage': usage,
        'camping': constraints.get('min_buffer_count_for_camping', 0),
        'dedicated': constraints.get('min_buffer_count_for_dedicated_slack', 0),
        'shared': constraints.get('min_buffer_count_for_shared_slack', 0),
        'min_buffer_count': constraints.get('min_buffer_count', 0),
        'max_buffer_count': constraints.get('max_buffer_count', MAX32),
        'memory': check_memory(constraints.get('buffer_memory_constraints', {}), uses_cpu(usage)),
        'entries': None if not images else check_images(images, usage != {'none'}),
    }
    own = sum(participant[name] for name in ('camping', 'dedicated', 'shared'))
    most = participant['max_buffer_count']
    if most == 0 or participant['min_buffer_count'] > most or most < own and most != MAX32:
        raise Refused('max_buffer_count')
    return participant


def uses_cpu(usage):
    return any(use.startswith('cpu-') for use in usage)


def check_memory(said, cpu):
    secure = said.get('secure_required', False)
    contiguous = said.get('physically_contiguous_required', False)
    defaults = {'cpu': not secure, 'ram': not secure and not cpu, 'inaccessible': not cpu}
    memory = {
        'min_size_bytes': said.get('min_size_bytes', 0),
        'max_size_bytes': said.get('max_size_bytes', MAX64),
        'contiguous': contiguous,
        'secure': secure,
        'dma_buf': said.get('dma_buf_required', False),
        'domains': {name for name in DOMAINS
                    if said.get(name + '_domain_supported', defaults[name])},
        'heaps': said.get('permitted_heaps'),
    }
    if memory['min_size_bytes'] > memory['max_size_bytes'] or memory['heaps'] == []:
        raise Refused('buffer_memory_constraints')
    if cpu and (secure or not memory['domains'] & {'cpu', 'ram'}):
        raise Refused('cpu usage needs a domain the cpu reaches')
    if secure and memory['domains'] != {'inaccessible'}:
        raise Refused('secure memory is inaccessible')
    return memory


def check_images(images, real_usage):
    """The entries of one participant, one for each pixel format."""
    entries = []
    for image in images:
        if not image.get('pixel_formats'):
            raise Refused('pixel_formats')
        for text in image['pixel_formats']:
            entry = {**IMAGE_DEFAULTS, **image}
            del entry['pixel_formats'], entry['color_spaces']
            entry['pair'] = formats.parse(text, real_usage)
            entry['color_spaces'] = check_color_spaces(image.get('color_spaces'), entry['pair'])
            try:
                entries.append(obey_rules(entry))
            except DoesNotFit as error:
                raise Refused(str(error)) from error
    for i, one in enumerate(entries):
        for other in entries[:i]:
            if one['pair'] == other['pair'] or formats.combine(one['pair'], other['pair']):
                raise Refused('two entries may mean the same pixel format')
    return entries


def check_color_spaces(spaces, pair):
    """A set of color spaces, or ANY."""
    if not spaces or len(set(spaces)) < len(spaces) or ('*' in spaces and len(spaces) > 1):
        raise Refused('color_spaces')
    if spaces == ['*']:
        return ANY
    if pair[0] in formats.FORMATS and not set(spaces) <= formats.FORMATS[pair[0]].color_spaces:
        raise Refused('color_spaces do not suit the pixel format')
    return set(spaces)


def obey_rules(entry):
    """The entry with its bounds rounded in the client's favour, or DoesNotFit if its fields
    contradict each other. Holds for one participant's entries and again for merged ones."""
    entry = dict(entry)
    form = formats.FORMATS.get(entry['pair'][0])
    for name in ('size_alignment', 'display_rect_alignment', 'pad_for_block_size'):
        if not all(is_power_of_two(value) for value in entry[name]):
            raise DoesNotFit(name)
    if entry['bytes_per_row_divisor'] == 0:
        raise DoesNotFit('bytes_per_row_divisor')
    if not is_power_of_two(entry['start_offset_divisor']) or entry['start_offset_divisor'] > PAGE:
        raise DoesNotFit('start_offset_divisor')
    if entry['pad_for_block_size'] != (1, 1):
        obey_block_rules(entry, form)

    align = entry['size_alignment']
    up_to = tuple(map(max, align, form.divisors)) if form else align
    entry['min_size'] = tuple(map(round_up, entry['min_size'], up_to))
    entry['max_size'] = tuple(round_down(size, to, MAX32)
                              for size, to in zip(entry['max_size'], up_to))
    divisor = entry['bytes_per_row_divisor']
    entry['min_bytes_per_row'] = round_up(entry['min_bytes_per_row'], divisor)
    entry['max_bytes_per_row'] = round_down(entry['max_bytes_per_row'], divisor, MAX32)

    if 0 in entry['max_size'] or 0 in (entry['max_bytes_per_row'], entry['max_width_times_height']):
        raise DoesNotFit('a maximum of 0 allows no image')
    if not fits_in(entry['min_size'], entry['max_size']):
        raise DoesNotFit('min_size above max_size')
    if entry['min_bytes_per_row'] > entry['max_bytes_per_row']:
        raise DoesNotFit('min_bytes_per_row above max_bytes_per_row')
    area = entry['min_size'][0] * entry['min_size'][1]
    if area > min(MAX32, entry['max_width_times_height']):
        raise DoesNotFit('min_size above max_width_times_height')
    required = entry['required_min_size']
    if required:
        required = entry['required_min_size'] = tuple(map(round_up, required, up_to))
        if 0 in required or not fits_in(entry['min_size'], required):
            raise DoesNotFit('required_min_size below min_size')
        if not fits_in(required, entry['max_size']):
            raise DoesNotFit('required_min_size above max_size')
    for size in entry['required_max_size_list']:
        if 0 in size or not fits_in(size, entry['max_size']):
            raise DoesNotFit('required_max_size_list above max_size')
    if entry['required_max_size'] and not fits_in(entry['required_max_size'], entry['max_size']):
        raise DoesNotFit('required_max_size above max_size')
    return entry


def obey_block_rules(entry, form):
    """Blocks are for linear images of one plane, in a specific format; wider ones make rows whole
    blocks. Of a format that nobody knows the planes are not known; it drops later."""
    width, height = entry['pad_for_block_size']
    fourcc, modifier = entry['pair']
    if fourcc == formats.ANY or modifier != formats.LINEAR or (form and form.n_planes != 1):
        raise DoesNotFit('pad_for_block_size')
    if height > 1 and entry['max_size'][0] == MAX32:
        raise DoesNotFit('pad_for_block_size without max_size')
    if width > 1 and form:
        entry['bytes_per_row_divisor'] = checked_lcm(entry['bytes_per_row_divisor'],
                                                     form.bytes_per_pixel * width)


def round_down(value, multiple, no_maximum):
    return value if value == no_maximum else value // multiple * multiple


def fits_in(small, large):
    return small[0] <= large[0] and small[1] <= large[1]


def checked_lcm(*values):
    result = lcm(*values)
    if result > MAX32:
        raise DoesNotFit('bytes_per_row_divisor')
    return result
