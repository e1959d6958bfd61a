# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Sizes, alignment, padding."""

from sysmemtest import fds
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CPU_RW, IMAGE, NO_MAXIMUM, NV12, PAGE, constraints, domains
from sysmemtest.wire import CallError

ONE_BY_ONE = {'size_alignment': (1, 1), 'display_rect_alignment': (1, 1),
              'bytes_per_row_divisor': 1, 'start_offset_divisor': 1}


def up(value, step):
    return (value + step - 1) // step * step


class Sizes(SysmemCase):
    def _settle(self, *entries, **others):
        """What one participant with these image entries gets."""
        says = constraints(CPU_RW, 1, domains('cpu'), list(entries), **others)
        return self.client().allocate_non_shared(constraints=says).wait()

    def _assert_refused(self, *entries, field):
        collection = self.single()
        with self.refused('ProtocolDeviation', field):
            collection.set_constraints(constraints(CPU_RW, 1, domains('cpu'), list(entries)))
        self.assertEqual(collection.state, 'waiting')

    def _assert_does_not_fit(self, *entries):
        collection = self.single()
        collection.set_constraints(constraints(CPU_RW, 1, domains('cpu'), list(entries)))
        self.assert_no_agreement(collection)

    def test_021_required_size(self):
        allocation = self._settle(NV12(256, 256, **ONE_BY_ONE, required_max_size=(512, 1024)))
        self.assertEqual(allocation.image['required_max_size_list'], [(512, 1024)])
        self.assertGreaterEqual(allocation.size, 512 * 1024 * 3 // 2)
        self.assertGreaterEqual(fds.object_size(allocation.fds[0]), 512 * 1024 * 3 // 2)

    def test_023_required_size_multiple_entries(self):
        wanted = [(500, 1000), (1000, 500)]
        allocation = self._settle(NV12(
            256, 256, **{**ONE_BY_ONE, 'bytes_per_row_divisor': 512},
            required_max_size_list=wanted))
        self.assertEqual(sorted(allocation.image['required_max_size_list']), wanted)
        self.assertEqual(allocation.image.get('required_max_size', (0, 0)), (0, 0))
        self.assertGreaterEqual(allocation.size, 768000)
        self.assertLess(allocation.size, 1500000)
        self.assertGreaterEqual(fds.object_size(allocation.fds[0]), 768000)

    def test_025_bytes_per_row_min_row(self):
        allocation = self._settle(IMAGE('AB24', min_size=(254, 256), min_bytes_per_row=256,
                                        bytes_per_row_divisor=64))
        self.assertEqual(allocation.image['min_bytes_per_row'], 1024)

    def test_115_require_bytes_per_row_at_pixel_boundary(self):
        for code in ('BG24', 'RG24'):
            for required, divisor in ((False, 4), (True, 12)):
                fields = {'require_bytes_per_row_at_pixel_boundary': True} if required else {}
                says = constraints(['cpu-write-often'], images=[
                    IMAGE(code, min_size=(64, 64), bytes_per_row_divisor=4, **fields)],
                    min_buffer_count=1)
                image = self.client().allocate_buffers(says).image
                self.assertEqual(
                    image.get('require_bytes_per_row_at_pixel_boundary', False), required)
                self.assertEqual(image['bytes_per_row_divisor'], divisor)

    def test_127_page_for_pad_beyond_image_size_bytes(self):
        says = constraints(CPU_RW, images=[IMAGE('AB24', min_size=(480, 435),
                                                 pad_beyond_image_size_bytes=PAGE)],
                           min_buffer_count=1)
        for weak in (False, True):
            root = self.root()
            child = self.dup(root)
            if weak:
                child.set_weak()
            for collection in [self.bind(token, constraints=says) for token in (root, child)]:
                allocation = collection.wait()
                self.assertEqual(allocation.size, 835200)
                self.assertEqual(allocation.info['raw_size_bytes'], 205 * PAGE)
                self.assertEqual(fds.object_size(allocation.fds[0]), 205 * PAGE)

    def test_129_size_alignment_zero_is_refused(self):
        def says(alignment):
            return constraints(['cpu-read'], images=[
                IMAGE('AB24', min_size=(1, 1), size_alignment=alignment)], min_buffer_count=1)

        collection = self.single()
        for alignment in ((1, 0), (0, 1)):
            with self.refused('ProtocolDeviation', 'size_alignment'):
                collection.set_constraints(says(alignment))
        collection.set_constraints(says((1, 1)))
        self.assertEqual(collection.wait().count, 1)

    def test_341_what_breaks_a_rule_by_itself_is_refused(self):
        for field, value in (
                ('size_alignment', (3, 1)), ('size_alignment', (1, 6)),
                ('display_rect_alignment', (0, 1)), ('display_rect_alignment', (1, 12)),
                ('bytes_per_row_divisor', 0), ('start_offset_divisor', 0),
                ('start_offset_divisor', 3), ('start_offset_divisor', 2 * PAGE),
                ('pad_for_block_size', (3, 1)), ('pad_for_block_size', (0, 4)),
                ('max_size', (63, 64)), ('max_size', (64, 63)),
                ('max_bytes_per_row', 255), ('max_width_times_height', 64 * 64 - 1),
                ('required_min_size', (62, 64)), ('required_min_size', (64, 62)),
                ('required_max_size_list', [(64, 64), (0, 64)]),
                ('required_max_size_list', [(64, 0)])):
            with self.subTest(field=field, value=value):
                self._assert_refused(NV12(64, 64, **{field: value}), field=field)

    def test_342_required_max_size_within_max_size(self):
        for fields in ({'required_max_size': (130, 64)}, {'required_max_size': (64, 130)},
                       {'required_max_size_list': [(64, 64), (130, 128)]}):
            self._assert_refused(NV12(64, 64, max_size=(128, 128), **fields),
                                 field='required_max_size')

    def test_343_rounding_favours_the_client(self):
        """Mins up, maxima down."""
        image = self._settle(IMAGE('XR24', min_size=(61, 35), max_size=(131, 77),
                                   size_alignment=(16, 4), min_bytes_per_row=260,
                                   max_bytes_per_row=1000, bytes_per_row_divisor=96)).image
        self.assertEqual((image['min_size'], image['max_size']), ((64, 36), (128, 76)))
        self.assertEqual((image['min_bytes_per_row'], image['max_bytes_per_row']), (288, 960))

    def test_344_strides(self):
        """Row = width in bytes, at least min_bytes_per_row, rounded to the divisor."""
        for width, least, divisor in ((64, 0, 1), (64, 0, 256), (65, 0, 256), (64, 1000, 1),
                                      (64, 1000, 96), (100, 0, 7)):
            allocation = self._settle(IMAGE('XR24', min_size=(width, 10), min_bytes_per_row=least,
                                            bytes_per_row_divisor=divisor))
            divisor = allocation.image['bytes_per_row_divisor']
            self.assertEqual(divisor % 4, 0, 'a row of XR24 holds whole samples')
            self.assertEqual(allocation.size, 10 * up(max(4 * width, least), divisor))

    def test_345_divisors_merge_to_their_least_common_multiple(self):
        one, two = [constraints(CPU_RW, 1, domains('cpu'), [
            IMAGE('XR24', min_size=(64, 64), bytes_per_row_divisor=divisor)])
            for divisor in (48, 40)]
        image = self.negotiate(one, two)[0].wait().image
        self.assertEqual(image['bytes_per_row_divisor'], 240)
        coprime = [constraints(CPU_RW, 1, domains('cpu'), [
            IMAGE('XR24', min_size=(64, 64), bytes_per_row_divisor=divisor)])
            for divisor in (4 * 65537, 4 * 65539)]
        self.assert_no_agreement(*self.negotiate(*coprime))

    def test_346_required_max_sizes_are_a_union(self):
        one, two = [constraints(CPU_RW, 1, domains('cpu'), [
            NV12(64, 64, required_max_size=size)]) for size in ((320, 100), (160, 240))]
        allocation = self.negotiate(one, two)[0].wait()
        self.assertEqual(allocation.image['required_max_size_list'], [(320, 240)])
        self.assertEqual(allocation.size, 320 * 240 * 3 // 2)
        lists = [constraints(CPU_RW, 1, domains('cpu'), [
            NV12(64, 64, required_max_size_list=sizes)])
            for sizes in ([(320, 100), (160, 100)], [(160, 240), (300, 100)])]
        allocation = self.negotiate(*lists)[0].wait()
        self.assertEqual(sorted(allocation.image['required_max_size_list']),
                         [(160, 240), (320, 100)], 'entries covered by another are dropped')
        self.assertEqual(allocation.size, 256 * 240 * 3 // 2)

    def test_347_bounds_that_an_image_breaks(self):
        for fields in ({'required_max_size': (128, 128), 'max_bytes_per_row': 256},
                       {'required_max_size': (128, 128), 'max_width_times_height': 128 * 128 - 1}):
            self._assert_does_not_fit(IMAGE('XR24', min_size=(64, 64), **fields))
        too_small = constraints(CPU_RW, 1, {'max_size_bytes': 64 * 64 * 4 - 1, **domains('cpu')},
                                [IMAGE('XR24', min_size=(64, 64))])
        self.assert_no_agreement(*self.negotiate(too_small))

    def test_348_maxima_and_overflows(self):
        """Never a wrap, a crash or an assertion: refused, or does not fit."""
        largest = (NO_MAXIMUM, NO_MAXIMUM)
        for fields in ({'min_size': largest}, {'min_size': (65536, 65536)},
                       {'min_size': (1, NO_MAXIMUM)}, {'min_size': (NO_MAXIMUM, 1)},
                       {'required_max_size': largest}, {'required_max_size_list': [largest] * 3},
                       {'required_max_size': (NO_MAXIMUM, 1)},
                       {'min_bytes_per_row': NO_MAXIMUM},
                       {'bytes_per_row_divisor': NO_MAXIMUM},
                       {'size_alignment': (1 << 31, 1 << 31)},
                       {'pad_for_block_size': (1 << 31, 1 << 31), 'max_size': (4096, 4096)},
                       {'pad_beyond_image_size_bytes': 2**64 - 1},
                       {'display_rect_alignment': (1 << 31, 1 << 31),
                        'min_bytes_per_row': NO_MAXIMUM - 1}):
            for code in ('XR24', 'AB4H'):
                with self.subTest(format=code, **fields):
                    entry = IMAGE(code, **{'min_size': (64, 64), **fields})
                    client = self.client()
                    with self.assertRaises(CallError) as raised:
                        client.allocate_buffers(constraints(CPU_RW, 1, domains('cpu'), [entry]))
                    self.assertIn(raised.exception.name,
                                  ('ProtocolDeviation', 'ConstraintsIntersectionEmpty'))
        self.assert_service_works()

    def test_349_pad_for_block_size(self):
        """The image rounded up to whole blocks fits, whatever allowed shape it takes."""
        for width, height, blocks in ((64, 64, (32, 32)), (100, 50, (32, 32)), (100, 50, (1, 64)),
                                      (33, 17, (16, 4)), (64, 48, (8, 64))):
            with self.subTest(size=(width, height), blocks=blocks):
                allocation = self._settle(IMAGE(
                    'XR24', min_size=(width, height), max_size=(4096, 4096),
                    pad_for_block_size=blocks))
                divisor = allocation.image['bytes_per_row_divisor']
                row = up(4 * width, divisor)
                self.assertEqual(divisor % (4 * blocks[0]), 0)
                self.assertEqual(allocation.size, row * height)
                self.assertGreaterEqual(allocation.info['raw_size_bytes'],
                                        row * up(height, blocks[1]))
                self.assertEqual(allocation.info['raw_size_bytes'] % PAGE, 0)

    def test_350_pad_for_block_size_refusals(self):
        blocks = {'pad_for_block_size': (32, 32)}
        for entry in (IMAGE('NV12', ['rec709'], min_size=(64, 64), max_size=(64, 64), **blocks),
                      IMAGE('*', min_size=(64, 64), max_size=(64, 64), **blocks),
                      IMAGE('XR24:*', min_size=(64, 64), max_size=(64, 64), **blocks),
                      IMAGE('XR24:0x0100000000000001', min_size=(64, 64), max_size=(64, 64),
                            **blocks),
                      IMAGE('XR24', min_size=(64, 64), **blocks)):
            self._assert_refused(entry, field='pad_for_block_size')

    def test_351_min_size_bytes_may_exceed_the_image(self):
        says = constraints(CPU_RW, 1, {'min_size_bytes': 100000, **domains('cpu')},
                           [IMAGE('XR24', min_size=(64, 64))])
        allocation = self.client().allocate_buffers(says)
        self.assertEqual((allocation.size, allocation.info['raw_size_bytes']), (100000, 25 * PAGE))
