# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Pixel formats, modifiers and color spaces, and leaving them to the others with `*`."""

from sysmemtest.case import SysmemCase
from sysmemtest.constraints import (AFBC_16X16, FMT, IMAGE, X_TILED, Y_TILED, constraints, domains,
                                    fourcc)

X, Y, AFBC = hex(X_TILED), hex(Y_TILED), hex(AFBC_16X16)
ANY_OF_X = fourcc('*', X_TILED)
RGBA, BGRA, BGR, RGB = 'AB24', 'AR24', 'RG24', 'BG24'


def small(pixel_formats, color_spaces=('rec709',), memory=None):
    memory = memory or {'min_size_bytes': 1, 'max_size_bytes': 512 * 1024 * 1024, **domains('cpu')}
    return constraints(['cpu-write-often'], 1, memory,
                       [IMAGE(pixel_formats, color_spaces, min_size=(32, 32))])


class Wildcards(SysmemCase):
    def _assert_agreed(self, collections, pixel_format):
        for collection in collections:
            allocation = collection.wait()
            self.assertEqual(allocation.count, len(collections))
            self.assertEqual(allocation.pixel_format, pixel_format)

    def test_071_pixel_format_do_not_care(self):
        collections = self.bound(2)
        for collection, formats in zip(collections, ('*', 'NV12')):
            collection.set_verbose_logging()
            collection.set_constraints(small(formats))
        self._assert_agreed(collections, 'NV12:0x0')

    def test_073_pixel_format_unconstrained_fails(self):
        self._assert_agreed(self.negotiate(small('*'), small('NV12')), 'NV12:0x0')
        self.assert_no_agreement(*self.negotiate(small('*'), small('*')))

    def test_075_one_color_space_or_all(self):
        collections = self.bound(2)
        collections[1].set_constraints(small('NV12'))
        for spaces in (['*', 'rec709'], ['*', '*'], ['invalid', '*']):
            with self.refused('ProtocolDeviation', 'color_spaces'):
                collections[0].set_constraints(small('NV12', spaces))
            self.assertEqual(collections[0].state, 'waiting')
        collections[0].set_constraints(small('NV12', ['*']))
        self._assert_agreed(collections, 'NV12:0x0')
        self.assertEqual(collections[0].wait().image['color_space'], 'rec709')

    def test_091_modifier_do_not_care(self):
        participants = [FMT([RGBA + ':*']), FMT([fourcc(RGBA, X_TILED)])]
        for order in (participants, participants[::-1]):
            self._assert_agreed(self.negotiate(*order), RGBA + ':' + X)

    def test_093_any_format_with_one_modifier(self):
        self._assert_agreed(self.negotiate(FMT([RGBA + ':*']), FMT([ANY_OF_X])), RGBA + ':' + X)

    def test_095_a_format_with_usage_defaults_to_linear(self):
        self._assert_agreed(self.negotiate(FMT([RGBA + ':*']), FMT([RGBA])), RGBA + ':0x0')

    def test_097_several_formats_of_one_participant(self):
        self._assert_agreed(self.negotiate(FMT([BGR + ':0x0', RGBA + ':0x0']),
                                           FMT([RGBA + ':0x0', BGRA + ':0x0'])), RGBA + ':0x0')

    def test_099_a_modifier_without_a_format(self):
        """Malformed, so refused; without it the two have no format in common."""
        parent, child = self.bound(2)
        parent.set_constraints(FMT([fourcc(RGBA, X_TILED), fourcc(RGBA, Y_TILED)]))
        with self.refused('ProtocolDeviation', 'pixel_formats'):
            child.set_constraints(FMT([':' + X, fourcc(RGBA, AFBC_16X16)]))
        child.set_constraints(FMT([fourcc(RGBA, AFBC_16X16)]))
        self.assert_no_agreement(parent, child)
        self.assert_service_works()

    def test_101_a_format_listed_twice_is_refused(self):
        def says(formats):
            return constraints(['cpu-write-often'], images=[IMAGE(formats, min_size=(64, 64))],
                               min_buffer_count=1)

        collection = self.single()
        with self.refused('ProtocolDeviation', 'pixel_formats'):
            collection.set_constraints(says([fourcc(RGBA, X_TILED)] * 2))
        collection.set_constraints(says([fourcc(RGBA, X_TILED)]))
        self.assertEqual(collection.wait().pixel_format, RGBA + ':' + X)

    def test_103_any_format_combined_with_any_modifier(self):
        self._assert_agreed(self.negotiate(FMT([ANY_OF_X]), FMT([RGBA + ':*'])), RGBA + ':' + X)

    def test_105_redundant_pickier_modifier_is_refused(self):
        parent, child = self.bound(2)
        child.set_constraints(FMT([ANY_OF_X]))
        with self.refused('ProtocolDeviation', 'pixel_formats'):
            parent.set_constraints(FMT([RGBA + ':*', fourcc(RGBA, X_TILED)]))
        parent.set_constraints(FMT([RGBA + ':*']))
        self._assert_agreed([parent, child], RGBA + ':' + X)

    def test_107_implied_unknown_formats_do_no_harm(self):
        self._assert_agreed(self.negotiate(FMT([RGBA + ':*', 'MJPG:*']), FMT([ANY_OF_X])),
                            RGBA + ':' + X)

    def test_109_combinable_formats_of_one_participant_are_refused(self):
        for formats in ([RGBA + ':*', ANY_OF_X], [fourcc(RGBA, X_TILED), ANY_OF_X],
                        ['*', RGBA], ['*:*', ANY_OF_X], [RGBA + ':*', RGBA], ['*', '*']):
            with self.subTest(formats=formats):
                collection = self.single()
                with self.refused('ProtocolDeviation', 'pixel_formats'):
                    collection.set_constraints(FMT(formats))
                collection.set_constraints(FMT([RGBA]))
                self.assertEqual(collection.wait().pixel_format, RGBA + ':0x0')

    def test_321_combinable_formats_of_two_participants(self):
        self._assert_agreed(self.negotiate(FMT([RGBA + ':*']), FMT([RGBA + ':*', BGRA + ':0x0']),
                                           FMT([fourcc(RGBA, Y_TILED), BGRA])), RGBA + ':' + Y)

    def test_322_combinable_across_entries_is_refused(self):
        collection = self.single()
        entries = [IMAGE([RGBA + ':*'], min_size=(64, 64)), IMAGE([ANY_OF_X], min_size=(32, 32))]
        with self.refused('ProtocolDeviation', 'pixel_formats'):
            collection.set_constraints(constraints(['cpu-read'], 1, images=entries))
        self.assertEqual(collection.state, 'waiting')

    def test_323_without_usage_any_modifier(self):
        """A participant that touches nothing has no reason to insist on linear."""
        self._assert_agreed(self.negotiate(FMT([fourcc(RGBA, X_TILED)]), FMT([RGBA], usage=False)),
                            RGBA + ':' + X)
        self.assert_no_agreement(*self.negotiate(FMT([fourcc(RGBA, X_TILED)]), FMT([RGBA])))

    def test_324_the_star_alone_means_any_modifier(self):
        self._assert_agreed(self.negotiate(FMT(['*']), FMT([fourcc(RGBA, X_TILED)])),
                            RGBA + ':' + X)

    def test_325_any_modifier_needs_somebody_who_names_one(self):
        self.assert_no_agreement(*self.negotiate(FMT([RGBA + ':*']), FMT([RGBA + ':*'])))
        self.assert_no_agreement(*self.negotiate(FMT([ANY_OF_X]), FMT([ANY_OF_X])))

    def test_326_color_space_unconstrained_fails(self):
        self.assert_no_agreement(*self.negotiate(small('NV12', ['*']), small('NV12', ['*'])))

    def test_327_any_format_drops_what_its_color_spaces_cannot_be(self):
        collections = self.negotiate(small('*', ['srgb', 'rec709']),
                                     small(['NV12', 'YUYV'], ['*']))
        for collection in collections:
            self.assertEqual(collection.wait().image['color_space'], 'rec709')
        self.assert_no_agreement(*self.negotiate(small('*', ['srgb']), small('NV12', ['*'])))

    def test_328_any_format_carries_its_bounds_over(self):
        wide = constraints(['cpu-read'], 1, images=[
            IMAGE('*', ['*'], min_size=(100, 50), bytes_per_row_divisor=64)])
        _, two = self.negotiate(wide, small('NV12'))
        image = two.wait().image
        self.assertEqual((image['min_size'], image['bytes_per_row_divisor']), ((100, 50), 64))

    def test_329_modifiers_by_number(self):
        """Upper case and leading zeros mean the same modifier; the answer has one spelling."""
        spelled = '{}:0x{:016X}'.format(RGBA, X_TILED)
        self._assert_agreed(self.negotiate(FMT([spelled]), FMT([fourcc(RGBA, X_TILED)])),
                            RGBA + ':' + X)
        collection = self.single()
        with self.refused('ProtocolDeviation', 'pixel_formats'):
            collection.set_constraints(FMT([spelled, fourcc(RGBA, X_TILED)]))
        self.assertEqual(collection.state, 'waiting')

    def test_330_invalid_modifier_is_no_modifier(self):
        """DRM_FORMAT_MOD_INVALID says that nothing is known: no two can agree on that."""
        invalid = fourcc(RGBA, 0x00ffffffffffffff)
        self.assert_no_agreement(*self.negotiate(FMT([invalid]), FMT([invalid])))
