# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What a set of participants settles on: the rules of aggregation and settling, once more.

This is the oracle's half of the negotiation, written from the rules alone and as plainly as they
can be said: a participant is a dictionary with every field filled in, merging goes through them one
after the other, and whatever does not fit raises DoesNotFit with a sentence. Nothing is recorded,
nothing is fast.

    check (constraints)                       refuses what one participant may not say
    negotiate (participants, heaps)           → Settings
    negotiate (participants, heaps, existing) the same for latecomers
"""

from dataclasses import dataclass, field, replace

import formats
from formats import ANY, round_up
from participant import (DOMAINS, IMAGE_DEFAULTS, PAGE, DoesNotFit, Refused, check,  # noqa: F401
                         checked_lcm, fits_in, obey_rules, uses_cpu)

MAX_BUFFERS = 128
MAX_BUFFER_SIZE = 256 << 20
MAX_COLLECTION_SIZE = 1 << 30

BOTH = 'present and absent'  # what has been said of alpha


@dataclass
class Settings:
    buffer_count: int
    size_bytes: int
    raw_size_bytes: int
    heap: str
    coherency_domain: str
    is_physically_contiguous: bool
    is_secure: bool
    usage: frozenset = field(compare=False)
    image: dict = None  # as an entry below, with one color space


# --- Merging --------------------------------------------------------------------------------------

def merge_memory(participants):
    parts = [participant['memory'] for participant in participants]
    heaps = None
    for part in parts:
        if heaps is None:
            heaps = part['heaps']
        elif part['heaps'] is not None:
            heaps = [heap for heap in heaps if heap in part['heaps']]
    return {
        'min_size_bytes': max([1] + [part['min_size_bytes'] for part in parts]),
        'max_size_bytes': min(part['max_size_bytes'] for part in parts),
        'contiguous': any(part['contiguous'] for part in parts),
        'secure': any(part['secure'] for part in parts),
        'dma_buf': any(part['dma_buf'] for part in parts),
        'domains': set.intersection(*(part['domains'] for part in parts)),
        'heaps': heaps,
    }


def merge_images(participants):
    """The entries all can live with; None if nobody speaks of images."""
    merged = None
    for participant in participants:
        entries = participant['entries']
        if entries is not None:  # real devices list what we do not know
            entries = [entry for entry in entries if formats.may_exist(entry['pair'])]
        if merged is None or entries is None:
            merged = entries if merged is None else merged
        else:
            merged = intersect(fan_out(merged, entries), fan_out(entries, merged))
        if merged == []:
            raise DoesNotFit('no common pixel format')
    return merged


def fan_out(entries, others):
    """Each entry with a wildcard becomes one for each entry of the others that it may mean."""
    result = []
    for entry in entries:
        if ANY not in entry['pair']:
            result.append(entry)
            continue
        for other in others:
            pair = formats.combine(entry['pair'], other['pair'])
            spaces = pair and filter_color_spaces(entry['color_spaces'], pair)
            if spaces:
                result.append({**entry, 'pair': pair, 'color_spaces': spaces})
    return result


def filter_color_spaces(spaces, pair):
    if spaces == ANY or pair[0] == ANY:
        return spaces
    return spaces & formats.FORMATS[pair[0]].color_spaces


def intersect(ours, theirs):
    result = []
    for one in ours:
        for other in theirs:
            if one['pair'] == other['pair']:
                try:
                    result.append(merge_entries(one, other))
                except DoesNotFit:
                    pass
    return result


def merge_entries(one, other):
    def each(how, name):
        return how(one[name], other[name])

    def both(how, name):
        return tuple(map(how, one[name], other[name]))

    return {
        'pair': one['pair'],
        'color_spaces': merge_color_spaces(one['color_spaces'], other['color_spaces']),
        'min_size': both(max, 'min_size'),
        'max_size': both(min, 'max_size'),
        'min_bytes_per_row': each(max, 'min_bytes_per_row'),
        'max_bytes_per_row': each(min, 'max_bytes_per_row'),
        'max_width_times_height': each(min, 'max_width_times_height'),
        'size_alignment': both(max, 'size_alignment'),
        'display_rect_alignment': both(max, 'display_rect_alignment'),
        'required_min_size': merge_sizes(min, one['required_min_size'],
                                         other['required_min_size']),
        'required_max_size': merge_sizes(max, one['required_max_size'],
                                         other['required_max_size']),
        'required_max_size_list': one['required_max_size_list'] + other['required_max_size_list'],
        'bytes_per_row_divisor': each(checked_lcm, 'bytes_per_row_divisor'),
        'start_offset_divisor': each(max, 'start_offset_divisor'),
        'require_bytes_per_row_at_pixel_boundary':
            each(bool.__or__, 'require_bytes_per_row_at_pixel_boundary'),
        'is_alpha_present': merge_alpha(one, other),
        'pad_for_block_size': both(max, 'pad_for_block_size'),
        'pad_beyond_image_size_bytes': each(max, 'pad_beyond_image_size_bytes'),
    }


def merge_color_spaces(ours, theirs):
    if ANY in (ours, theirs):
        return theirs if ours == ANY else ours
    if not ours & theirs:
        raise DoesNotFit('color_spaces')
    return ours & theirs


def merge_sizes(how, one, other):
    if one is None or other is None:
        return other if one is None else one
    return tuple(map(how, one, other))


def merge_alpha(one, other):
    """While the format is open it is open, too, whether it has alpha at all."""
    if not formats.has_alpha_slot(one['pair']):
        return None
    said = {entry['is_alpha_present'] for entry in (one, other)} - {None}
    alpha = BOTH if len(said) > 1 else said.pop() if said else None
    if alpha == BOTH and one['pair'][0] != ANY:
        raise DoesNotFit('is_alpha_present')
    return alpha


def finish_entry(entry):
    """A merged entry as it can be settled: of a specific format, with that format's own needs."""
    if ANY in entry['pair'] or entry['color_spaces'] == ANY:
        raise DoesNotFit('nobody said which')
    form = formats.FORMATS[entry['pair'][0]]
    entry = dict(entry)
    if not formats.has_alpha_slot(entry['pair']):
        entry['is_alpha_present'] = None
    sizes = list(entry['required_max_size_list'])
    if entry['required_max_size'] and 0 not in entry['required_max_size']:
        sizes.append(entry['required_max_size'])
    entry['required_max_size_list'] = without_covered(sizes)
    entry['required_max_size'] = None
    entry['size_alignment'] = tuple(map(max, entry['size_alignment'], form.divisors))
    divisors = [entry['bytes_per_row_divisor'], form.sample_alignment,
                formats.row_multiple(entry['pair'])]
    if entry['require_bytes_per_row_at_pixel_boundary']:
        divisors.append(form.bytes_per_pixel)
    entry['bytes_per_row_divisor'] = checked_lcm(*divisors)
    entry['start_offset_divisor'] = max(entry['start_offset_divisor'], form.sample_alignment)
    width = round_up(entry['min_size'][0], entry['size_alignment'][0])
    entry['min_bytes_per_row'] = max(entry['min_bytes_per_row'],
                                     formats.row_bytes(entry['pair'], width))
    entry = obey_rules(entry)
    best = min(entry['color_spaces'], key=formats.COLOR_SPACES.index)
    return {**entry, 'color_spaces': {best}}


def without_covered(sizes):
    unique = sorted(set(sizes))
    return [size for size in unique
            if not any(fits_in(size, other) and other != size for other in unique)]


# --- Settling -------------------------------------------------------------------------------------

def implies_size(participant):
    if participant['memory']['min_size_bytes'] > 0:
        return True
    for entry in participant['entries'] or []:
        sizes = [entry['min_size'], entry['required_max_size'], *entry['required_max_size_list']]
        if any(size and 0 not in size for size in sizes):
            return True
    return False


def negotiate(participants, heaps, existing=None):
    """What all participants settle on. Heaps are dictionaries, best first. Latecomers must
    arrive at what exists."""
    participants = [participant for participant in participants if participant is not None]
    if existing is not None:
        participants = participants + [pin(existing)]
    if not any(implies_size(participant) for participant in participants):
        raise DoesNotFit('nobody says how large a buffer is')
    usage = frozenset().union(*(participant['usage'] for participant in participants)) - {'none'}
    if not usage:
        raise DoesNotFit('nobody uses the buffers')

    memory = merge_memory(participants)
    merged = merge_images(participants)
    entries = None
    if merged is not None:
        entries = [entry for entry in map(finished_or_none, merged) if entry]
        if not entries:
            raise DoesNotFit('no pixel format is left')
    count = settle_count(participants)
    heap = settle_heap(heaps, memory, usage)
    settings = settle_image(entries, memory, count)
    settings.heap = heap['name']
    settings.coherency_domain = settle_domain(heap, memory, usage)
    settings.is_physically_contiguous = heap['physically_contiguous']
    settings.is_secure = heap['secure']
    settings.usage = usage
    if existing is not None and without_padding(settings) != without_padding(existing):
        raise DoesNotFit('the existing buffers are different')
    return existing or settings


def without_padding(settings):
    """Latecomers may wish for padding that is there already: the raw size tells."""
    if settings.image is None:
        return settings
    return replace(settings, image={**settings.image, 'pad_for_block_size': None,
                                    'pad_beyond_image_size_bytes': None})


def finished_or_none(entry):
    try:
        return finish_entry(entry)
    except DoesNotFit:
        return None


def pin(existing):
    """What exists, said as constraints."""
    return {
        'usage': frozenset({'none'}), 'camping': 0, 'dedicated': 0, 'shared': 0,
        'min_buffer_count': existing.buffer_count, 'max_buffer_count': existing.buffer_count,
        'memory': {
            'min_size_bytes': existing.size_bytes, 'max_size_bytes': existing.size_bytes,
            'contiguous': existing.is_physically_contiguous, 'secure': existing.is_secure,
            'dma_buf': False, 'domains': {existing.coherency_domain}, 'heaps': [existing.heap],
        },
        'entries': [existing.image] if existing.image else None,
    }


def settle_count(participants):
    count = max(sum(participant['camping'] + participant['dedicated']
                    for participant in participants)
                + max(participant['shared'] for participant in participants),
                max(participant['min_buffer_count'] for participant in participants))
    most = min([MAX_BUFFERS] + [participant['max_buffer_count'] for participant in participants])
    if not 0 < count <= most:
        raise DoesNotFit('buffer count')
    return count


def settle_heap(heaps, memory, usage):
    if memory['secure'] and uses_cpu(usage):
        raise DoesNotFit('cpu usage of secure memory')
    if uses_cpu(usage) and not memory['domains'] & {'cpu', 'ram'}:
        raise DoesNotFit('cpu usage needs a domain the cpu reaches')
    names = memory['heaps']
    ordered = heaps if names is None else \
        [heap for name in names for heap in heaps if heap['name'] == name]
    for heap in ordered:
        if (heap['secure'] == memory['secure']
                and (heap['physically_contiguous'] or not memory['contiguous'])
                and (heap['buffer_type'] == 'dma-buf' or not memory['dma_buf'])
                and (heap['cpu_mappable'] or not uses_cpu(usage))
                and memory['domains'] & set(heap['coherency_domains'])):
            return heap
    raise DoesNotFit('no heap serves everybody')


def settle_domain(heap, memory, usage):
    possible = memory['domains'] & set(heap['coherency_domains'])
    if 'ram' in possible and any(use.startswith('display-') for use in usage):
        return 'ram'
    return next(domain for domain in DOMAINS if domain in possible)


def settle_image(entries, memory, count):
    """The cheapest format whose buffers fit: without a table of costs, that of the smallest
    fourcc and then the smallest modifier."""
    if entries is None:
        return sized(None, memory['min_size_bytes'], memory, count)
    reasons = []
    for entry in sorted(entries, key=lambda entry: formats.order(entry['pair'])):
        try:
            return sized(entry, image_size(entry, memory['min_size_bytes']), memory, count)
        except DoesNotFit as error:
            reasons.append(str(error))
    raise DoesNotFit('; '.join(reasons))


def image_size(entry, at_least):
    size = at_least
    for required in entry['required_max_size_list'] or [(0, 0)]:
        width, height = (round_up(max(least, most), align) for least, most, align in zip(
            entry['min_size'], required, entry['size_alignment']))
        row = round_up(max(formats.row_bytes(entry['pair'], width), entry['min_bytes_per_row']),
                       entry['bytes_per_row_divisor'])
        if not fits_in((width, height), entry['max_size']) or row > entry['max_bytes_per_row'] \
                or width * height > entry['max_width_times_height']:
            raise DoesNotFit('image size')
        size = max(size, formats.image_bytes(entry['pair'], row, height))
    return size


def sized(entry, size, memory, count):
    if size > memory['max_size_bytes']:
        raise DoesNotFit('max_size_bytes')
    padding = 0
    if entry:
        padding = max(block_padding(entry, size), entry['pad_beyond_image_size_bytes'])
    raw = round_up(size + padding, PAGE)
    if raw > MAX_BUFFER_SIZE or raw * count > MAX_COLLECTION_SIZE:
        raise DoesNotFit('size caps')
    return Settings(count, size, raw, None, None, False, False, frozenset(), entry)


def block_padding(entry, size):
    """How far the image of the buffer's size that is worst for it reaches beyond the buffer when
    it is rounded up to whole blocks: one of the lowest height, or of the lowest that begins
    another row of blocks."""
    block_width, block_height = entry['pad_for_block_size']
    if (block_width, block_height) == (1, 1):
        return 0
    align = entry['size_alignment'][1]
    first = max(round_up(entry['min_size'][1], align), align)
    second = round_up(round_up(first, block_height) + 1, align)
    return max(pad_of_height(entry, size, height) for height in (first, second))


def pad_of_height(entry, size, height):
    form = formats.FORMATS[entry['pair'][0]]
    block_width, block_height = entry['pad_for_block_size']
    divisor = entry['bytes_per_row_divisor']
    row = min(size // height, entry['max_bytes_per_row']) // divisor * divisor
    width = min(row // form.bytes_per_pixel, entry['max_size'][0])
    width -= width % entry['size_alignment'][0]
    if height > entry['max_size'][1] or width == 0 or width < entry['min_size'][0]:
        return 0

    def image(width, height):
        row = round_up(max(width * form.bytes_per_pixel, entry['min_bytes_per_row']), divisor)
        return row * height

    padded = image(round_up(width, block_width), round_up(height, block_height))
    return padded - image(width, height)
