#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The oracle against numbers that are known: cases of the reference implementation. An oracle that
is wrong in the same way as what it judges would be no judge."""

import os
import random
import sys
import unittest
from itertools import permutations

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lib'))

import oracle  # noqa: E402
import solver  # noqa: E402
from sysmemtest.constraints import (CAMP, CPU_RW, EMPTY, FMT, IMAGE, NV12, PICKY, RAW,  # noqa: E402
                                    constraints, domains, exact)
from themes import Theme  # noqa: E402

SYSTEM = {'name': 'system', 'buffer_type': 'memfd', 'secure': False, 'cpu_mappable': True,
          'coherency_domains': ['cpu', 'ram', 'inaccessible'], 'physically_contiguous': False}
SAME = 0x80000000


def settle(*participants):
    return solver.negotiate([solver.check(said) for said in participants], [SYSTEM])


def settle_or_not(participants):
    """As a dictionary, lists of sizes in one order; None if they cannot agree."""
    try:
        settings = settle(*participants)
    except (solver.Refused, solver.DoesNotFit):
        return None
    return {**vars(settings), 'image': settings.image and {
        **settings.image, 'required_max_size_list': sorted(settings.image['required_max_size_list'])}}


class Settling(unittest.TestCase):
    def assert_nothing_fits(self, *participants):
        with self.assertRaises(solver.DoesNotFit):
            settle(*participants)

    def test_raw_buffers(self):
        settings = settle(RAW(3))
        self.assertEqual((settings.buffer_count, settings.size_bytes, settings.raw_size_bytes),
                         (3, 65536, 65536))
        self.assertEqual((settings.coherency_domain, settings.image), ('cpu', None))

    def test_min_buffer_count_is_no_sum(self):
        self.assertEqual(settle(RAW(3, min_buffer_count=5)).buffer_count, 5)

    def test_size_is_not_rounded(self):
        settings = settle(RAW(3, memory={'min_size_bytes': 65535}))
        self.assertEqual((settings.size_bytes, settings.raw_size_bytes), (65535, 65536))

    def test_display_prefers_ram(self):
        self.assertEqual(settle(RAW(3, usage=CPU_RW + ['display-layer'],
                                    memory=domains('cpu', 'ram'))).coherency_domain, 'ram')

    def test_three_participants(self):
        memory = {'min_size_bytes': 65536, 'max_size_bytes': 393216, **domains('cpu')}
        settings = settle(constraints(CPU_RW, 3, memory, [NV12(256, 256)]),
                          constraints(CPU_RW, 3, memory, [NV12(512, 512)]), EMPTY)
        self.assertEqual((settings.buffer_count, settings.size_bytes), (6, 393216))

    def test_best_color_space(self):
        def nv12(*spaces):
            return constraints(CPU_RW, 1, {'min_size_bytes': 65536}, [IMAGE('NV12', spaces)])

        settings = settle(nv12('rec601-pal', 'rec601-pal-full', 'rec709'),
                          nv12('rec601-pal-full', 'rec709'))
        self.assertEqual(settings.image['color_spaces'], {'rec709'})

    def test_required_sizes_are_not_merged(self):
        image = NV12(256, 256, bytes_per_row_divisor=512,
                     required_max_size_list=[(500, 1000), (1000, 500)])
        self.assertEqual(settle(constraints(CPU_RW, 1, images=[image])).size_bytes, 768000)

    def test_row_of_the_smallest_image(self):
        image = IMAGE('AR24', min_size=(254, 256), min_bytes_per_row=256,
                      bytes_per_row_divisor=64)
        settings = settle(constraints(CPU_RW, 1, images=[image]))
        self.assertEqual(settings.image['min_bytes_per_row'], 1024)

    def test_rows_of_whole_pixels(self):
        for whole, divisor in ((False, 4), (True, 12)):
            image = IMAGE('RG24', min_size=(64, 64), bytes_per_row_divisor=4,
                          require_bytes_per_row_at_pixel_boundary=whole)
            settings = settle(constraints(['cpu-write'], 1, images=[image]))
            self.assertEqual(settings.image['bytes_per_row_divisor'], divisor)

    def test_wildcards(self):
        x_tiled = ':0x100000000000001'
        for one, other, expected in (
                (['AR24:*'], ['AR24' + x_tiled], ('AR24', 0x100000000000001)),
                (['AR24:*'], ['*' + x_tiled], ('AR24', 0x100000000000001)),
                (['AR24:*'], ['AR24'], ('AR24', 0)),
                (['AR24:*', 'QQ42:*'], ['*' + x_tiled], ('AR24', 0x100000000000001))):
            with self.subTest(one=one, other=other):
                self.assertEqual(settle(FMT(one), FMT(other)).image['pair'], expected)
                self.assertEqual(settle(FMT(other), FMT(one)).image['pair'], expected)
        self.assert_nothing_fits(FMT(['*']), FMT(['*']))

    def test_alpha_of_formats_without(self):
        def with_alpha(pixel_formats, **said):
            return constraints(CPU_RW, 1, {'min_size_bytes': 4096},
                               [IMAGE(pixel_formats, ['passthrough'], **said)])

        both = (with_alpha(['*:*'], is_alpha_present=True),
                with_alpha(['*:0x0'], is_alpha_present=False))
        for order in permutations((*both, with_alpha(['XR24', 'YUYV']))):
            self.assertEqual(settle(*order).image['pair'], ('YUYV', 0))
        for order in permutations((*both, with_alpha(['XR24']))):
            self.assert_nothing_fits(*order)

    def test_order_has_no_effect(self):
        """Except on the order of heaps; there is one."""
        rng = random.Random(62)
        settled = 0
        for number in range(500):
            theme = Theme(rng, [SYSTEM])
            participants = [theme.constraints() for _ in range(rng.randint(2, 4))]
            results = [settle_or_not(order) for order in permutations(participants)]
            for result in results:
                self.assertEqual(result, results[0], participants)
            settled += results[0] is not None
        self.assertGreater(settled, 100)

    def test_counts_that_nothing_serves(self):
        self.assert_nothing_fits(PICKY(4096, min_buffer_count=129))
        self.assert_nothing_fits(CAMP(2, maximum=3), CAMP(2))

    def test_nobody_uses_the_buffers(self):
        self.assert_nothing_fits(RAW(3, usage=['none']))
        self.assertEqual(
            settle(RAW(3, usage=['none']), RAW(3, usage=['gpu-transfer-dst'])).buffer_count, 6)

    def test_refused(self):
        for said in (constraints(CPU_RW, 1, exact(4096) | domains('inaccessible')),
                     FMT(['AR24', 'AR24']), FMT(['AR24:*', '*:0x100000000000001']),
                     constraints(CPU_RW, 1, images=[NV12(2, 2, required_min_size=(0, 1))]),
                     constraints(CPU_RW, 1, images=[IMAGE('AR24', size_alignment=(1, 0))]),
                     constraints(CPU_RW, 1, images=[IMAGE('*:0x0', pad_for_block_size=(4, 1))])):
            with self.subTest(said=said), self.assertRaises(solver.Refused):
                solver.check(said)


class Trees(unittest.TestCase):
    def setUp(self):
        self.tree = oracle.Tree([SYSTEM], 'root', 'a')

    def group(self, parent, name, *children):
        self.tree.create_group(parent, name)
        for child in children:
            self.tree.create_child(name, child, SAME)
        self.tree.all_children_present(name)

    def failed(self):
        return {name: node.error for name, node in self.tree.nodes.items() if node.gone}

    def test_constraints_outlive_release(self):
        self.tree.duplicate('root', 'child', SAME)
        self.tree.bind('root', 'a', PICKY(65536, camping=2))
        self.tree.release('root')
        self.tree.bind('child', 'b', PICKY(65536, camping=2))
        self.assertEqual(self.tree.settings.buffer_count, 4)

    def test_nested_groups(self):
        for depth, error in ((63, oracle.EMPTY), (64, oracle.TOO_MANY)):
            with self.subTest(depth=depth):
                self.setUp()
                inner = 'root'
                for level in range(depth):
                    self.group(inner, 'group %d' % level, 'deep %d' % level, 'leaf %d' % level)
                    inner = 'deep %d' % level
                tokens = [name for name, node in self.tree.nodes.items() if node.kind == 'token']
                for name in tokens:
                    self.tree.bind(name, 'a', PICKY(8192 if name.startswith('deep') else 4096))
                allocated = [node.name for node in self.tree.nodes.values() if node.allocated]
                self.assertEqual(set(self.failed().values()), {error})
                self.assertEqual(allocated, ['root', 'group 0', 'leaf 0'] if depth == 63 else [])

    def test_group_priority(self):
        rng = random.Random(65)
        for _ in range(20):
            self.setUp()
            tokens = ['root'] + ['token %d' % number for number in range(12)]
            for name in tokens[1:]:
                self.tree.duplicate(rng.choice(list(self.tree.nodes)), name, SAME)
            picked = rng.sample(range(4), 2)
            for number in range(4):
                kids = ['first %d' % number] + ['second %d' % number] * (number in picked)
                self.group(rng.choice(tokens), 'group %d' % number, *kids)
            for name, node in list(self.tree.nodes.items()):
                if node.kind == 'token':
                    self.tree.bind(name, 'a', CAMP(0 if name.startswith('second') else 1,
                                                   16 if name == 'root' else None))
            order = [node.name for node in self.tree.root.depth_first() if node.kind == 'group']
            earlier, later = sorted(picked, key=lambda number: order.index('group %d' % number))
            self.assertEqual(self.failed(), dict.fromkeys(
                ('second %d' % earlier, 'first %d' % later), oracle.EMPTY))

    def test_attached_before_allocation(self):
        """The reference's helper: camping 3 and 3, and an attached participant."""
        memory = {'min_size_bytes': 65536, 'max_size_bytes': 393216, **domains('cpu')}
        for others, late, count, late_state in (
                ({}, constraints(CPU_RW, 0, domains('cpu')), 6, 'allocated'),
                ({}, constraints(CPU_RW, 0, {**domains('cpu'), 'max_size_bytes': 393215}), 6,
                 'failed'),
                ({'min_buffer_count': 8}, constraints(CPU_RW, 2, domains('cpu')), 8, 'allocated'),
                ({}, constraints(CPU_RW, 1, domains('cpu')), 6, 'failed')):
            with self.subTest(others=others, late=late):
                self.setUp()
                self.tree.duplicate('root', 'second', SAME)
                self.tree.bind('root', 'a', constraints(CPU_RW, 3, memory, [NV12(256, 256)]))
                self.tree.bind('second', 'b')
                self.tree.attach('second', 'late', SAME)
                self.tree.bind('late', 'c', late)
                self.assertEqual(self.tree.nodes['late'].state, 'ready')
                self.tree.set_constraints(
                    'second', constraints(CPU_RW, 3, memory, [NV12(512, 512)], **others))
                self.assertEqual(self.tree.settings.buffer_count, count)
                self.assertEqual(self.tree.nodes['late'].state, late_state)
                # Its counts are free for a successor once it has gone.
                if late_state == 'allocated':
                    self.tree.abandon('late')
                    self.tree.attach('second', 'successor', SAME)
                    self.tree.bind('successor', 'c', late)
                    self.assertEqual(self.tree.nodes['successor'].state, 'allocated')

    def test_group_released_too_early(self):
        self.tree.create_group('root', 'group')
        self.tree.create_child('group', 'child', SAME)
        self.tree.release('group')
        self.assertTrue(self.tree.root.gone)


if __name__ == '__main__':
    unittest.main()
