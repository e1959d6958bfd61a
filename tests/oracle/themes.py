# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Random participants, all from one random.Random.

Pure chance would make trees that never agree. So the participants of one tree share a Theme, a
rough idea of the buffers, and depart from it with the tree's own measure of discord.
"""

import participant

UNKNOWN_FORMATS = ['QQ42', 'XR24:0xffffffffffff01', 'ZZZZ:*']
X_TILED = '0x100000000000001'

SAME_RIGHTS, READ, WRITE = 0x80000000, 1, 2


class Theme:
    def __init__(self, rng, heaps):
        self.rng = rng
        self.heaps = heaps
        self.discord = rng.choice([0, 0.01, 0.03, 0.1])
        self.family = rng.choice(['raw', 'rgb', 'rgb', 'yuv', 'yuv', 'packed'])
        self.size = (rng.choice([16, 30, 64, 100]), rng.choice([8, 16, 50]))
        self.padded = rng.random() < 0.2
        self.fourccs, self.color_spaces = {
            'raw': ([], []),
            'rgb': (['XR24', 'AR24', 'RG24', 'RG16'], ['srgb', 'passthrough']),
            'yuv': (['NV12', 'YU12', 'NV16', 'P010'], ['rec709', 'rec601-pal', 'rec601-ntsc-full']),
            'packed': (['XR24', 'YUYV'], ['passthrough']),
        }[self.family]

    def chance(self, probability):
        return self.rng.random() < probability

    def odd(self):
        """Does a participant leave the common path here?"""
        return self.chance(self.discord)

    # --- constraints ---

    def constraints(self, late=False):
        """What a participant says; now and then something that is refused."""
        while True:
            constraints = self._latecomer() if late and self.chance(0.7) else self._participant()
            self.name_heap(constraints)
            try:
                participant.check(constraints)
                return constraints
            except participant.Refused:
                if self.chance(0.2):
                    return constraints

    def name_heap(self, constraints):
        """Which heap is the best is configuration; where there is a choice, it is made here."""
        if constraints and len(self.heaps) > 1:
            memory = constraints.setdefault('buffer_memory_constraints', {})
            memory.setdefault('permitted_heaps', ['nowhere', 'system'])

    def _latecomer(self):
        """Asks for nothing new, or only for a buffer of its own."""
        constraints = {'usage': [self.rng.choice(['cpu-read', 'cpu-write', 'gpu-sampled'])]}
        if self.chance(0.5):
            constraints['min_buffer_count_for_camping'] = 1
        if self.fourccs and self.chance(0.3):
            constraints['image_format_constraints'] = [
                {'pixel_formats': ['*'], 'color_spaces': ['*']}]
        return constraints

    def _participant(self):
        if self.chance(0.07):
            return {}
        rng = self.rng
        constraints = {'usage': rng.choice([
            ['cpu-read-often'], ['cpu-write-often'], ['cpu-read', 'cpu-write'], ['none'],
            ['gpu-transfer-dst'], ['gpu-sampled', 'cpu-read'], ['video-encoder'], ['display-layer'],
            ['cpu-write', 'display-cursor']])}
        self._add_counts(constraints)
        if self.family == 'raw' or self.chance(0.4):
            constraints['buffer_memory_constraints'] = self._memory()
        if self.fourccs and self.chance(0.8) or self.odd():
            constraints['image_format_constraints'] = self._images()
        if self.odd():
            constraints['usage'] = rng.choice([[], ['none', 'cpu-read'], ['none']])
        return constraints

    def _add_counts(self, constraints):
        rng = self.rng
        for name, most, probability in (
                ('min_buffer_count_for_camping', 3, 0.8),
                ('min_buffer_count_for_dedicated_slack', 2, 0.2),
                ('min_buffer_count_for_shared_slack', 3, 0.2),
                ('min_buffer_count', 8, 0.4)):
            if self.chance(probability):
                constraints[name] = rng.randint(0, most)
        if self.odd():
            constraints['min_buffer_count_for_camping'] = rng.choice([40, 129, 2**32 - 1])
        if self.chance(0.1) or self.odd():
            constraints['max_buffer_count'] = rng.choice([20, 10]) if not self.odd() \
                else rng.randint(0, 5)

    def _memory(self):
        rng = self.rng
        memory = {}
        if self.family == 'raw' or self.chance(0.5):
            memory['min_size_bytes'] = rng.choice([1, 4096, 5000, 20000, 65536])
        if self.chance(0.3):
            memory['max_size_bytes'] = rng.choice([100000, 1 << 20, 2**64 - 1])
        for domain in participant.DOMAINS:
            if self.chance(0.3):
                memory[domain + '_domain_supported'] = not self.chance(0.2)
        if self.chance(0.2):
            memory['permitted_heaps'] = rng.sample(['nowhere', 'system', 'elsewhere'], 3)
        if self.odd():
            memory.update(rng.choice([
                {'permitted_heaps': ['nowhere']}, {'permitted_heaps': []},
                {'physically_contiguous_required': True}, {'secure_required': True},
                {'dma_buf_required': True}, {'min_size_bytes': 300 << 20},
                {'min_size_bytes': 30 << 20, 'max_size_bytes': 1 << 20},
                {'max_size_bytes': 2000}, {'inaccessible_domain_supported': True,
                                           'cpu_domain_supported': False,
                                           'ram_domain_supported': False}]))
        return memory

    def _images(self):
        rng = self.rng
        if self.chance(0.1):
            return [self._image([rng.choice(['*', '*', '*:*', '*:0x0', '*:' + X_TILED])])]
        fourccs = list(self.fourccs) if not self.odd() else ['NV12', 'XR24', 'RG24', 'YUYV']
        if not fourccs or self.chance(0.3):
            fourccs = rng.sample(fourccs or ['NV12', 'XR24'], rng.randint(1, len(fourccs) or 2))
        names = [self._pixel_format(fourcc) for fourcc in fourccs]
        if self.chance(0.1):
            names.append(rng.choice(UNKNOWN_FORMATS))
        rng.shuffle(names)
        if self.chance(0.5):
            return [self._image(names)]
        return [self._image([name]) for name in names]

    def _pixel_format(self, fourcc):
        if fourcc in ('XR24', 'AR24') and self.chance(0.1):
            return fourcc + ':' + X_TILED
        return fourcc + self.rng.choice(['', ':*', ':*', ':0x0'])

    def _image(self, names):
        rng = self.rng
        spaces = self.color_spaces or ['passthrough']
        if self.odd():
            spaces = ['srgb', 'rec709']
        image = {
            'pixel_formats': names,
            'color_spaces': ['*'] if self.chance(0.2) else rng.sample(
                spaces, rng.randint(1 if self.odd() else len(spaces), len(spaces))),
        }
        if self.chance(0.8):
            image['min_size'] = rng.choice([self.size, (2, 2), (self.size[0] // 2, 4)])
        for name, probability, values in (
                ('max_size', 0.3, [(1920, 1080), (256, 256), (2**32 - 1, 2**32 - 1)]),
                ('min_bytes_per_row', 0.15, [512, 1024]),
                ('max_bytes_per_row', 0.15, [4096, 10000]),
                ('max_width_times_height', 0.1, [1 << 20, 65536]),
                ('size_alignment', 0.2, [(1, 1), (2, 2), (16, 1), (4, 16)]),
                ('display_rect_alignment', 0.1, [(1, 1), (2, 4)]),
                ('required_min_size', 0.05, [(128, 64), (112, 64)]),
                ('required_max_size', 0.1, [(128, 64), (112, 96)]),
                ('required_max_size_list', 0.1, [[(128, 64)], [(64, 128), (128, 64)], [(16, 16)]]),
                ('bytes_per_row_divisor', 0.3, [1, 2, 4, 64, 256]),
                ('start_offset_divisor', 0.1, [1, 8, 64]),
                ('require_bytes_per_row_at_pixel_boundary', 0.1, [False, True]),
                ('is_alpha_present', 0.05, [False, True, True])):
            if self.chance(probability):
                image[name] = rng.choice(values)
        if self.padded:
            image.update(self._padding(names))
        if self.chance(0.05) and not any('R24' in name or '*' in name[:4] for name in names):
            image['bytes_per_row_divisor'] = 48  # makes no rows of whole tiles
        if self.odd():
            image.update(self._odd_fields())
        return image

    def _padding(self, names):
        padding = {}
        if self.chance(0.3):
            padding['pad_beyond_image_size_bytes'] = self.rng.choice([1, 4096, 10000])
        if self.chance(0.5) and all(name in ('XR24', 'AR24', 'RG16', 'YUYV') for name in names):
            padding['pad_for_block_size'] = self.rng.choice([(4, 4), (16, 8), (1, 2), (8, 1)])
            padding['max_size'] = (1920, 1080)
        return padding

    def _odd_fields(self):
        return self.rng.choice([
            {'max_size': (10, 10)}, {'min_size': (2000, 3000)}, {'min_size': (70000, 70000)},
            {'size_alignment': (3, 1)}, {'size_alignment': (0, 1)}, {'bytes_per_row_divisor': 0},
            {'bytes_per_row_divisor': 65537},
            {'start_offset_divisor': 3}, {'start_offset_divisor': 8192},
            {'max_width_times_height': 10}, {'max_bytes_per_row': 16}, {'min_bytes_per_row': 20000},
            {'required_min_size': (0, 2)}, {'required_max_size_list': [(0, 1)]},
            {'required_max_size_list': [(4000, 4000)]}, {'required_max_size': (3000, 10)},
            {'pad_for_block_size': (3, 1)}, {'pad_for_block_size': (4, 4)},
            {'color_spaces': []}, {'color_spaces': ['srgb', 'srgb']},
            {'color_spaces': ['srgb', '*']},
            {'pixel_formats': []}, {'pixel_formats': ['XR24:*', 'XR24:0x0']},
            {'pixel_formats': ['*', 'NV12']}, {'pixel_formats': ['NV12', 'NV12']}])

    def mask(self):
        return self.rng.choice([SAME_RIGHTS, SAME_RIGHTS, 0xFFFFFFFF, READ | WRITE, READ, 0xF1]
                               + ([0, WRITE] if self.chance(0.05) else []))
