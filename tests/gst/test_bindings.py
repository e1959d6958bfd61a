#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The GStreamer library from a language that knows it by introspection only."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / 'library'))

import gi  # noqa: E402

import library  # noqa: E402
from library import GLib, LibraryCase, Sysmem  # noqa: E402

gi.require_version('Gst', '1.0')
gi.require_version('GstSysmem', '1.0')
gi.require_version('GstVideo', '1.0')
from gi.repository import Gst, GstSysmem, GstVideo  # noqa: E402

CAPS = 'video/x-raw, format=NV12, width=64, height=48, colorimetry=bt709'
COUNT = 3


class Words(LibraryCase):
    def test_formats(self):
        self.assertEqual(
            GstSysmem.video_format_to_pixel_format(GstVideo.VideoFormat.NV12), 'NV12:0x0')
        self.assertEqual(
            GstSysmem.video_format_from_pixel_format('XR24:0x0'), GstVideo.VideoFormat.BGRX)
        self.assertIn(GstVideo.VideoFormat.I420, GstSysmem.list_video_formats())

    def test_caps_to_constraints_to_settings_to_caps(self):
        caps = Gst.Caps.from_string(CAPS)
        constraints = GstSysmem.constraints_new_from_caps(caps, Sysmem.Usage.CPU_WRITE, None)
        settings = self.client().check_constraints([constraints])
        self.assertTrue(GstSysmem.settings_to_caps(settings, 64, 48).is_equal(caps))
        info = GstSysmem.settings_get_video_info(settings, caps)
        self.assertEqual((info.size, list(info.stride[:2])), (64 * 48 * 3 // 2, [64, 64]))

    def test_a_layout_that_caps_do_not_have(self):
        settings = self.client().check_constraints([GstSysmem.constraints_new_from_caps(
            Gst.Caps.from_string(CAPS), Sysmem.Usage.CPU_WRITE, None)])
        with self.assertRaisesRegex(GLib.Error, 'the caps say BGRx'):
            GstSysmem.settings_get_video_info(
                settings, Gst.Caps.from_string('video/x-raw, format=BGRx, width=64, height=48'))

    def test_errors_are_exceptions(self):
        with self.assertRaisesRegex(GLib.Error, 'no raw video'):
            GstSysmem.constraints_new_from_caps(
                Gst.Caps.from_string('audio/x-raw'), Sysmem.Usage.CPU_READ, None)


class Pool(LibraryCase):
    def setUp(self):
        super().setUp()
        caps = Gst.Caps.from_string(CAPS)
        constraints = GstSysmem.constraints_new_from_caps(caps, Sysmem.Usage.CPU_WRITE, None)
        constraints.props.min_buffer_count_for_camping = COUNT
        self.collection = self.client().allocate_non_shared(constraints)
        self.collection.wait()
        self.pool = GstSysmem.BufferPool.new(self.collection)
        self.pool.configure(caps)
        self.pool.set_active(True)

    def tearDown(self):
        self.pool.set_active(False)
        self.collection.release()

    def test_layout(self):
        self.assertEqual(self.pool.get_video_info().size, 64 * 48 * 3 // 2)

    def test_buffers_by_index(self):
        self.assertEqual(self.pool.get_n_buffers(), COUNT)
        flow, buffer = self.pool.acquire_index(1, 0)
        self.assertEqual(flow, Gst.FlowReturn.OK)
        self.assertEqual(self.pool.find_frame(buffer), 1)
        self.assertEqual(self.pool.get_n_free(), COUNT - 1)

    def test_no_buffer(self):
        info = gi.Repository.get_default().find_by_name('GstSysmem', 'BufferPool')
        for method in info.get_methods():
            if method.get_name().startswith('acquire'):
                self.assertTrue(method.get_arguments()[-1].may_be_null(), method.get_name())
        buffers = [self.pool.acquire_until(0)[1] for _ in range(COUNT)]
        self.assertEqual(self.pool.acquire_until(0), (Gst.FlowReturn.EOS, None))
        self.assertEqual(self.pool.acquire_index(0, 0), (Gst.FlowReturn.EOS, None))
        self.assertEqual(len(buffers), COUNT)

    def test_released(self):
        released = []
        self.pool.connect('released', lambda pool, index: released.append(index))
        _flow, buffer = self.pool.acquire_until(0)
        self.assertEqual(released, [])
        del buffer
        self.assertEqual(released, [0])


if __name__ == '__main__':
    Gst.init(None)
    library.main()
