# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""CheckConstraints: the same negotiation, with nothing at stake."""

import gc
import re

from sysmemtest.case import SysmemCase
from sysmemtest.constraints import (CAMP, CPU_RW, EMPTY, NV12, PAGE, PICKY, constraints, to_variant)
from sysmemtest.contract import ALLOCATOR, ROOT_PATH, SAME_RIGHTS
from sysmemtest.wire import CallError, GLib

RANDOM_SETS = 500


class DryRun(SysmemCase):
    def test_551_a_dry_run_leaves_nothing_behind(self):
        client = self.client()
        before = self.daemon.count_fds()
        info = client.check_constraints([('camera', PICKY(PAGE, camping=128)), ('shell', EMPTY)])
        self.assertEqual((info['buffer_count'], info['size_bytes']), (128, PAGE))
        self.assertEqual(self.daemon.memory_files(), [])
        self.assertEqual(self.daemon.count_fds(), before)

    def test_552_a_dry_run_fails_like_the_real_thing(self):
        client = self.client()
        with self.refused('ConstraintsIntersectionEmpty', 'camera', 'shell', '4096', '8192'):
            client.check_constraints([('camera', PICKY(PAGE)), ('shell', PICKY(2 * PAGE))])
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            client.check_constraints([('camera', CAMP(1)), ('shell', CAMP(1, 0))])
        with self.refused('ConstraintsIntersectionEmpty'):
            client.check_constraints([('camera', EMPTY)])

    def test_553_malformed_participants(self):
        client = self.client()

        def check(*participants):
            client.call(ROOT_PATH, ALLOCATOR, 'CheckConstraints', list(participants), {})

        name, says = GLib.Variant('s', 'camera'), to_variant(CAMP(1))
        with self.refused('ProtocolDeviation', 'name'):
            check({'name': GLib.Variant('u', 1), 'constraints': says})
        with self.refused('ProtocolDeviation', 'constraints'):
            check({'name': name, 'constraints': GLib.Variant('s', 'any')})
        with self.refused('ProtocolDeviation', 'nmae'):
            check({'nmae': name, 'name': name, 'constraints': says})
        with self.refused('ProtocolDeviation', 'constraints'):
            check({'name': name})
        client.check_constraints([('camera', CAMP(1))])

    def test_554_at_most_512_participants(self):
        client = self.client()
        info = client.check_constraints([(str(n), CAMP(0)) for n in range(511)]
                                        + [('the last', CAMP(1))])
        self.assertEqual(info['buffer_count'], 1)
        with self.refused('LimitExceeded'):
            client.check_constraints([(str(n), CAMP(0)) for n in range(513)])

    def test_555_the_result_of_the_real_negotiation(self):
        client = self.client()
        outcomes = {True: 0, False: 0}
        for _ in range(RANDOM_SETS):
            participants = [('p{}'.format(n), self._participant())
                            for n in range(self.random.randrange(1, 5))]
            dry = self._result_of(lambda: client.check_constraints(participants))
            real = self._result_of(lambda: self._negotiate(client, participants))
            self.assertEqual(dry, real, participants)
            outcomes[isinstance(dry, dict)] += 1
        # Random sets that always, or never, agree would test nothing.
        self.assertGreater(min(outcomes.values()), RANDOM_SETS // 10, outcomes)
        gc.collect()

    @staticmethod
    def _result_of(negotiate):
        """What was settled, or the error: name and sentence."""
        try:
            info = negotiate()
        except CallError as error:
            # A dry run has to say which of the sets a refused one is.
            return (error.name, re.sub(r'^participants\[\d+\]: ', '', error.message))
        info.pop('buffer_collection_id', None)
        return info

    def _negotiate(self, client, participants):
        root, duplicates = client.allocate_shared(
            rights_attenuation_masks=[SAME_RIGHTS] * (len(participants) - 1))
        collections = []
        try:
            for token, (name, says) in zip([root, *duplicates], participants):
                token.set_debug_client_info(name, 0)
                collections.append(client.bind(token, constraints=says))
            return collections[0].wait_once().info
        finally:
            for collection in collections:
                collection.release()
            for token in [root, *duplicates]:
                token.handle.close()

    def _participant(self):
        choice = self.random.choice
        if self.random.random() < 0.05:
            return EMPTY
        usage = choice([['none'], ['cpu-read'], CPU_RW, CPU_RW, ['gpu-sampled'],
                        ['display-layer', 'cpu-read'], ['video-encoder']])
        says = constraints(usage, choice([0, 1, 1, 2, 3, 60]))
        for key in ('min_buffer_count_for_dedicated_slack', 'min_buffer_count_for_shared_slack',
                    'min_buffer_count'):
            if self.random.random() < 0.3:
                says[key] = choice([0, 1, 4])
        if self.random.random() < 0.15:
            says['max_buffer_count'] = choice([1, 4, 8, 64])
        if self.random.random() < 0.6:
            says['buffer_memory_constraints'] = self._memory()
        if self.random.random() < 0.7:
            says['image_format_constraints'] = [self._entry(formats) for formats in choice([
                [['NV12']], [['NV12', 'NV21']], [['XR24']], [['*']], [['NV12:*']],
                [['XR24', 'AR24'], ['NV12']], [['AR24:*', 'ZZZZ'], ['YUYV']]])]
        return says

    def _memory(self):
        memory = {}
        for key, values in (
                ('min_size_bytes', [1, PAGE, 5000, 65536]),
                ('max_size_bytes', [100000, 1 << 20, 1 << 26]),
                ('cpu_domain_supported', [True, True, False]),
                ('ram_domain_supported', [True, False]),
                ('inaccessible_domain_supported', [True, False]),
                ('permitted_heaps', [['system'], ['elsewhere', 'system'], ['elsewhere']]),
                ('dma_buf_required', [False]), ('secure_required', [False])):
            if self.random.random() < 0.2:
                memory[key] = self.random.choice(values)
        return memory

    def _entry(self, formats):
        choice = self.random.choice
        spaces = [['*']] if formats == ['*'] else [
            ['*'], ['srgb'] if formats[0][:2] in ('XR', 'AR') else ['rec709', 'rec601-pal']]
        entry = {'pixel_formats': formats, 'color_spaces': choice(spaces)}
        for key, values in (
                ('min_size', [(16, 16), (64, 48), (65, 33), (640, 480)]),
                ('max_size', [(1920, 1080), (640, 480), (4096, 4096)]),
                ('min_bytes_per_row', [256, 1000, 4096]), ('max_bytes_per_row', [4096, 65536]),
                ('size_alignment', [(2, 2), (16, 16), (64, 1)]),
                ('required_max_size', [(320, 240), (640, 480)]),
                ('required_max_size_list', [[(320, 200), (200, 320)]]),
                ('bytes_per_row_divisor', [4, 64, 96, 256]), ('start_offset_divisor', [4, 64]),
                ('require_bytes_per_row_at_pixel_boundary', [True]),
                ('is_alpha_present', [True, False]),
                ('pad_beyond_image_size_bytes', [1, PAGE])):
            if self.random.random() < 0.25:
                entry[key] = choice(values)
        return entry

    def test_556_names_need_not_differ(self):
        client = self.client()
        info = client.check_constraints([('twin', NV12_TWICE), ('twin', NV12_TWICE)])
        self.assertEqual(info['buffer_count'], 2)


NV12_TWICE = constraints(CPU_RW, 1, images=[NV12(64, 64)])
