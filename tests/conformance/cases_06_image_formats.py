# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Image formats, of one participant and of several."""

from sysmemtest import fds
from sysmemtest.case import SysmemCase, daemon_config
from sysmemtest.constraints import (CPU_RW, FMT, IMAGE, LINEAR, NV12, PAGE, PICKY, constraints,
                                    domains, fourcc)

# Every format of the contract: (stride per pixel of width, bytes per image as a multiple of
# height x row in halves, color space, divisors of width and height).
FORMATS = {
    **dict.fromkeys('XR24 AR24 XB24 AB24 RX24 RA24 BX24 BA24 XR30 AR30 XB30 AB30'.split(),
                    (4, 2, 'srgb', (1, 1))),
    **dict.fromkeys(['RG24', 'BG24'], (3, 2, 'srgb', (1, 1))),
    **dict.fromkeys(['RG16', 'BG16'], (2, 2, 'srgb', (1, 1))),
    **dict.fromkeys(['GR88', 'RG88'], (2, 2, 'passthrough', (1, 1))),
    'R8  ': (1, 2, 'passthrough', (1, 1)),
    'RGB8': (1, 2, 'srgb', (1, 1)),
    **dict.fromkeys('YUYV UYVY YVYU VYUY'.split(), (2, 2, 'rec709', (2, 1))),
    **dict.fromkeys('NV12 NV21 YU12 YV12'.split(), (1, 3, 'rec709', (2, 2))),
    **dict.fromkeys('NV16 NV61 YU16'.split(), (1, 4, 'rec709', (2, 1))),
    **dict.fromkeys(['NV24', 'YU24'], (1, 6, 'rec709', (1, 1))),
    **dict.fromkeys(['P010', 'P016'], (2, 3, 'passthrough', (2, 2))),
    **dict.fromkeys('AB4H AR4H XB4H XR4H'.split(), (8, 2, 'srgb', (1, 1))),
}


def basic(images, **others):
    memory = {'min_size_bytes': PAGE, 'max_size_bytes': 64 * 1024 * 1024, **domains('cpu')}
    return constraints(CPU_RW, 1, memory, images, **others)


class ImageFormats(SysmemCase):
    def test_013_color_space_ranking(self):
        memory = {'min_size_bytes': 65536, 'max_size_bytes': 131072, **domains('cpu')}
        spaces = (['rec601-pal', 'rec601-pal-full', 'rec709'], ['rec601-pal-full', 'rec709'])
        for collection in self.negotiate(*[
                constraints(CPU_RW, 1, memory, [NV12(256, 256, color_spaces=some)])
                for some in spaces]):
            allocation = collection.wait()
            self.assertEqual(allocation.count, 2)
            self.assertEqual(allocation.pixel_format, 'NV12:0x0')
            self.assertEqual(allocation.image['color_space'], 'rec709')

    def test_041_default_attributes(self):
        collection = self.single()
        collection.set_constraints(constraints(
            CPU_RW, 1, images=[IMAGE('NV12', ['rec709'], required_max_size=(512, 1024))]))
        allocation = collection.wait()
        self.assertGreaterEqual(allocation.size, 512 * 1024 * 3 // 2)
        self.assertGreaterEqual(fds.object_size(allocation.fds[0]), 512 * 1024 * 3 // 2)
        self.assertNotIn('planes', allocation.info, 'nobody but the formula laid it out')

    def _assert_entry_refused(self, field, **fields):
        collection = self.single()
        with self.refused('ProtocolDeviation', field):
            collection.set_constraints(basic([NV12(64, 64, **fields)]))
        collection.set_constraints(basic([NV12(64, 64)]))
        self.assertEqual(collection.wait().count, 1)

    def test_047_zero_required_min_width_is_refused(self):
        self._assert_entry_refused('required_min_size', required_min_size=(0, 1))

    def test_048_zero_required_min_height_is_refused(self):
        self._assert_entry_refused('required_min_size', required_min_size=(1, 0))

    def test_049_duplicate_entries_are_refused(self):
        collection = self.single()
        with self.refused('ProtocolDeviation', 'image_format_constraints'):
            collection.set_constraints(basic([NV12(64, 64)] * 2))
        collection.set_constraints(basic([NV12(64, 64)]))
        self.assertEqual(collection.wait().count, 1)

    def _assert_allocates(self, code, alpha=None):
        for usage in (True, False):
            participants = [FMT([fourcc(code, LINEAR)], usage, alpha)]
            if not usage:
                participants.append(PICKY(256 * 256 * 4))
            collection = self.negotiate(*participants)[0]
            allocation = collection.wait()
            self.assertEqual(allocation.pixel_format, code + ':0x0')
            if alpha is not None:
                self.assertEqual(allocation.image['is_alpha_present'], alpha)

    def test_117_r8g8b8x8(self):
        self._assert_allocates('XB24')

    def test_118_b8g8r8x8(self):
        self._assert_allocates('XR24')

    def test_119_r8g8b8a8_without_alpha(self):
        self._assert_allocates('AB24', alpha=False)

    def test_120_b8g8r8a8_without_alpha(self):
        self._assert_allocates('AR24', alpha=False)

    def test_301_size_of_every_format(self):
        client = self.client()
        for code, (pixel, halves, space, divisors) in FORMATS.items():
            for width, height in ((64, 48), (66, 50), (1920, 1080)):
                with self.subTest(format=code, size=(width, height)):
                    collection = client.allocate_non_shared(constraints=constraints(
                        CPU_RW, 1, images=[IMAGE(code, [space], min_size=(width, height))]))
                    allocation = collection.wait()
                    row = width * pixel
                    self.assertEqual(allocation.size, height * row * halves // 2)
                    self.assertEqual(allocation.image['min_size'], (width, height))
                    self.assertEqual(allocation.pixel_format, code.strip() + ':0x0')
                    for ours, least in zip(allocation.image['size_alignment'], divisors):
                        self.assertEqual(ours % least, 0)
                    collection.release()

    def test_302_formats_without_overlap(self):
        collections = self.negotiate(basic([IMAGE(['XR24', 'AR24'], min_size=(64, 64))]),
                                     basic([IMAGE(['AB24', 'XB24'], min_size=(64, 64))]))
        self.assert_no_agreement(*collections)

    def test_303_color_spaces_without_overlap(self):
        collections = self.negotiate(
            basic([NV12(64, 64, color_spaces=['rec601-pal', 'rec601-ntsc'])]),
            basic([NV12(64, 64, color_spaces=['rec709', 'rec601-ntsc-full'])]))
        self.assert_no_agreement(*collections)

    def test_304_color_space_ranking_of_all(self):
        for code, ranking in (('XR24', ['srgb', 'passthrough']),
                              ('NV12', ['rec709', 'rec601-pal-full', 'rec601-pal',
                                        'rec601-ntsc-full', 'rec601-ntsc', 'passthrough']),
                              ('P010', ['rec2100', 'rec2020', 'rec709', 'rec601-pal-full',
                                        'rec601-pal', 'rec601-ntsc-full', 'rec601-ntsc',
                                        'passthrough'])):
            for best in range(len(ranking)):
                left = ranking[best:]
                self.random.shuffle(left)
                allocation = self.client().allocate_buffers(basic(
                    [IMAGE(code, left, min_size=(64, 64))]))
                self.assertEqual(allocation.image['color_space'], ranking[best])

    def test_305_color_spaces_a_format_cannot_carry_are_refused(self):
        for code, space in (('NV12', 'srgb'), ('XR24', 'rec709'), ('NV12', 'rec2020'),
                            ('YUYV', 'rec2100'), ('P010', 'srgb')):
            collection = self.single()
            with self.refused('ProtocolDeviation', 'color_spaces'):
                collection.set_constraints(basic([IMAGE(code, [space], min_size=(64, 64))]))
            self.assertEqual(collection.state, 'waiting')

    def test_306_color_space_lists(self):
        collection = self.single()
        for spaces in ([], ['rec709', 'rec709'], ['rec709', '*'], ['rec709', 'rec708']):
            with self.refused('ProtocolDeviation', 'color_spaces'):
                collection.set_constraints(basic([NV12(64, 64, color_spaces=spaces)]))
        self.assertEqual(collection.state, 'waiting')

    def test_307_unknown_formats_drop(self):
        """Real devices list formats nobody else has heard of; that harms only those."""
        collection = self.single()
        collection.set_constraints(basic([IMAGE(['ZZZZ', 'NV12', 'ZZZY:0x5'], ['rec709'],
                                                min_size=(64, 64))]))
        self.assertEqual(collection.wait().pixel_format, 'NV12:0x0')
        collection = self.single()
        collection.set_constraints(basic([IMAGE(['ZZZZ', 'ZZZY:0x5'], ['rec709'],
                                                min_size=(64, 64))]))
        self.assert_no_agreement(collection)

    def test_308_malformed_formats_are_refused(self):
        collection = self.single()
        for code in ('', ':', 'NV12X', 'NV12:', 'NV12:0', 'NV12:0x', 'NV12:0xg',
                     'NV12:0x00000000000000000', 'NV12:**', 'NV12:0x0:0x0', ':0x0', 'NV12 :0x0',
                     'nv\u00e92', '**', 'NV12:-1'):
            with self.subTest(format=code):
                with self.refused('ProtocolDeviation', 'pixel_formats'):
                    collection.set_constraints(basic([IMAGE([code], ['rec709'],
                                                            min_size=(64, 64))]))
        self.assertEqual(collection.state, 'waiting')

    def test_309_alpha(self):
        for ours, theirs, expected in ((True, None, True), (None, False, False),
                                       (True, True, True), (None, None, None)):
            one, _ = self.negotiate(FMT(['AR24'], alpha=ours), FMT(['AR24'], alpha=theirs))
            self.assertEqual(one.wait().image.get('is_alpha_present'), expected)
        self.assert_no_agreement(*self.negotiate(FMT(['AR24'], alpha=True),
                                                 FMT(['AR24'], alpha=False)))
        one, _ = self.negotiate(FMT(['RG16'], alpha=True), FMT(['RG16'], alpha=False))
        self.assertIsNone(one.wait().image.get('is_alpha_present'), 'it has none to speak of')

    def test_310_every_bound_is_merged(self):
        ours = {'min_size': (64, 130), 'max_size': (4096, 2048), 'min_bytes_per_row': 512,
                'max_bytes_per_row': 1 << 16, 'max_width_times_height': 1 << 24,
                'size_alignment': (8, 2), 'display_rect_alignment': (2, 16),
                'required_min_size': (640, 480), 'bytes_per_row_divisor': 12,
                'start_offset_divisor': 4, 'require_bytes_per_row_at_pixel_boundary': True,
                'pad_beyond_image_size_bytes': 10}
        theirs = {'min_size': (128, 64), 'max_size': (2048, 4096), 'min_bytes_per_row': 1024,
                  'max_bytes_per_row': 1 << 15, 'max_width_times_height': 1 << 22,
                  'size_alignment': (4, 8), 'display_rect_alignment': (4, 8),
                  'required_min_size': (320, 512), 'bytes_per_row_divisor': 32,
                  'start_offset_divisor': 64, 'pad_beyond_image_size_bytes': 20}
        expected = {'min_size': (128, 136), 'max_size': (2048, 2048), 'min_bytes_per_row': 1056,
                    'max_bytes_per_row': (1 << 15) // 96 * 96, 'max_width_times_height': 1 << 22,
                    'size_alignment': (8, 8), 'display_rect_alignment': (4, 16),
                    'required_min_size': (320, 480), 'bytes_per_row_divisor': 96,
                    'start_offset_divisor': 64, 'require_bytes_per_row_at_pixel_boundary': True,
                    'pad_beyond_image_size_bytes': 20}
        for order in ((ours, theirs), (theirs, ours)):
            one, _ = self.negotiate(*[basic([IMAGE('XR24', **fields)]) for fields in order])
            image = one.wait().image
            self.assertEqual({key: image.get(key) for key in expected}, expected)

    def test_311_entries_pair_up_by_format(self):
        """Each format keeps its own bounds."""
        both = [NV12(64, 64), IMAGE('XR24', min_size=(32, 32))]
        for code, other, size in (('NV12', NV12(128, 128), (128, 128)),
                                  ('XR24', IMAGE('XR24', min_size=(16, 16)), (32, 32))):
            one, two = self.negotiate(basic(both), basic([other]))
            allocation = one.wait()
            self.assertEqual(allocation.pixel_format, code + ':0x0')
            self.assertEqual(allocation.image['min_size'], size)
            self.assertEqual(allocation.info, two.wait().info)

    @daemon_config(FormatCosts={'YUYV': 2, 'UYVY': 1, 'UYVY cpu-read': 3, 'NV16:*': 0.5})
    def test_313_the_cheapest_format_wins(self):
        """By the configured table; what is not in it costs most, and then the smaller code wins,
        whose last letter weighs most."""
        for usage, formats, expected in (
                (CPU_RW, ['NV12', 'YUYV'], 'YUYV'), (CPU_RW, ['YUYV', 'UYVY', 'NV12'], 'UYVY'),
                (['cpu-read'], ['YUYV', 'UYVY', 'NV12'], 'YUYV'),
                (CPU_RW, ['YUYV', 'NV16'], 'NV16'), (CPU_RW, ['NV12', 'NV21', 'YV12'], 'NV21')):
            says = constraints(usage, 1, domains('cpu'), [IMAGE(formats, ['rec709'],
                                                                min_size=(64, 64))])
            allocation = self.client().allocate_buffers(says)
            self.assertEqual(allocation.pixel_format, expected + ':0x0')

    def test_312_raw_bytes_and_images(self):
        """Who says nothing of images accepts any, but its sizes hold."""
        one, two = self.negotiate(basic([NV12(64, 64)]), PICKY(64 * 256 * 3 // 2))
        self.assertEqual(one.wait().pixel_format, 'NV12:0x0')
        self.assertEqual(two.wait().size, 64 * 256 * 3 // 2)
        self.assert_no_agreement(*self.negotiate(basic([NV12(64, 64)]), PICKY(PAGE)))
