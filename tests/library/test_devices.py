#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Trial imports, with a device that imports what the test says. Real ones are tried in tests/vm."""

from library import Gio, GLib, LibraryCase, Sysmem, images_of, main

SIZE = Sysmem.Size(64, 48)
EMPTY = Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY


class Picky(Sysmem.Device):
    """Imports only images of some pixel formats."""

    def __init__(self, accepts):
        super().__init__(name='picky')
        self.accepts = accepts
        self.seen = []

    def do_try_import(self, buffer, size):
        settings = buffer.get_settings()
        pixel_format = settings.get_pixel_format() or ''
        self.seen.append((pixel_format, tuple(size), buffer.get_size()))
        if pixel_format in self.accepts:
            return True
        raise GLib.Error.new_literal(Gio.io_error_quark(), f'no {pixel_format}',
                                     Gio.IOErrorEnum.NOT_SUPPORTED)


class TrialImport(LibraryCase):
    def constraints(self, *pixel_formats, **properties):
        constraints = images_of(list(pixel_formats), (16, 16), count=5, **properties)
        constraints.props.name = 'picky'
        return constraints

    def test_everything_accepted_changes_nothing(self):
        device = Picky({'XR24:0x0', 'NV12:0x0'})
        constraints = self.constraints('XR24', 'NV12:0x0')
        report = device.try_heaps(self.client(), constraints, SIZE)
        self.assertEqual(report.get_constraints().to_string(), constraints.to_string())
        self.assertEqual(report.get_refused_heaps(), [])
        self.assertEqual(report.get_refused_formats(), [])
        self.assertEqual(str(report),
                         'system: XR24 accepted\nsystem: NV12:0x0 accepted')

    def test_buffers_have_the_real_size(self):
        device = Picky({'XR24:0x0'})
        device.try_heaps(self.client(), self.constraints('XR24', bytes_per_row_divisor=512), SIZE)
        self.assertEqual(device.seen, [('XR24:0x0', (64, 48), 512 * 48)])

    def test_a_refused_format_is_dropped(self):
        device = Picky({'XR24:0x0'})
        constraints = self.constraints('XR24', 'NV12:0x0', 'RG24')
        report = device.try_heaps(self.client(), constraints, SIZE)
        self.assertEqual(report.get_refused_formats(), ['NV12:0x0', 'RG24'])
        narrowed = report.get_constraints()
        [entry] = narrowed.props.image_format_constraints
        self.assertEqual(entry.props.pixel_formats, ['XR24'])
        self.assertEqual(tuple(entry.props.min_size), (16, 16))
        self.assertEqual(narrowed.props.min_buffer_count_for_camping, 5)
        self.assertEqual(narrowed.get_name(), 'picky (cannot import NV12:0x0, RG24)')
        self.assertIsNone(narrowed.props.buffer_memory_constraints)
        self.assertIn(('system', 'RG24', False, 'no RG24:0x0'), report.to_variant().unpack())
        [entry] = constraints.props.image_format_constraints
        self.assertEqual(len(entry.props.pixel_formats), 3)

    def test_entries_without_a_format_left_go(self):
        device = Picky({'XR24:0x0'})
        constraints = self.constraints('XR24')
        constraints.add_image_format(Sysmem.ImageFormatConstraints(
            pixel_formats=['NV12'], color_spaces=['rec709']))
        narrowed = device.try_heaps(self.client(), constraints, SIZE).get_constraints()
        self.assertEqual(len(narrowed.props.image_format_constraints), 1)

    def test_everything_refused(self):
        message = self.assert_error(EMPTY, Picky(set()).try_heaps, self.client(),
                                    self.constraints('XR24', 'NV12'), SIZE)
        self.assertEqual(message, 'picky can import no buffer there is: '
                         'system: XR24 refused: no XR24:0x0; system: NV12 refused: no NV12:0x0')

    def test_a_heap_that_cannot_serve_is_not_the_devices_fault(self):
        device = Picky(set())
        memory = Sysmem.MemoryConstraints(dma_buf_required=True)
        constraints = self.constraints('XR24')
        constraints.props.buffer_memory_constraints = memory
        report = device.try_heaps(self.client(), constraints, SIZE)
        self.assertEqual(report.get_constraints().to_string(), constraints.to_string())
        self.assertEqual(device.seen, [])

    def test_raw_bytes(self):
        device = Picky({''})
        constraints = Sysmem.Constraints(
            usage=Sysmem.Usage.CPU_READ, min_buffer_count=3,
            buffer_memory_constraints=Sysmem.MemoryConstraints(min_size_bytes=5000))
        device.try_heaps(self.client(), constraints, SIZE)
        self.assertEqual(device.seen, [('', (64, 48), 5000)])

    def test_what_is_not_permitted_is_not_tried(self):
        device = Picky(set())
        memory = Sysmem.MemoryConstraints(permitted_heaps=['elsewhere'])
        constraints = self.constraints('XR24')
        constraints.props.buffer_memory_constraints = memory
        device.try_heaps(self.client(), constraints, SIZE)
        self.assertEqual(device.seen, [])

    def test_asynchronously(self):
        report = self.run_async(Picky({'XR24:0x0'}), 'try_heaps', self.client(),
                                self.constraints('XR24', 'NV12'), SIZE)
        self.assertEqual(report.get_refused_formats(), ['NV12'])

    def test_no_daemon(self):
        client = self.client()
        self.stop_daemon()
        with self.assertRaises(GLib.Error):
            Picky(set()).try_heaps(client, self.constraints('XR24'), SIZE)


if __name__ == '__main__':
    main()
