# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Video in and out of files, by GStreamer. Nothing in here knows of sysmem."""

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstApp', '1.0')
gi.require_version('GstPbutils', '1.0')
gi.require_version('GstVideo', '1.0')
from gi.repository import Gst, GstApp, GstPbutils, GstVideo  # noqa: E402,F401

# GStreamer's name and the right colorimetry for what sysmem calls the same.
GST_FORMATS = {'NV12': 'NV12', 'XR24': 'BGRx'}
GST_COLORIMETRY = {'rec709': 'bt709', 'rec601-ntsc': 'bt601', 'srgb': 'sRGB'}


def encode(path, frames=320, width=640, height=360):
    """Writes a VP8 video of a moving test pattern."""
    Gst.init(None)
    pipeline = Gst.parse_launch(
        f'videotestsrc num-buffers={frames} pattern=smpte horizontal-speed=4 '
        f'! video/x-raw,width={width},height={height},framerate=30/1 '
        '! vp8enc deadline=1 cpu-used=8 ! webmmux ! filesink name=file')
    pipeline.get_by_name('file').set_property('location', path)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message.type == Gst.MessageType.ERROR:
        raise message.parse_error()[0]


def frame_size(path):
    """Width and height of a video file, without decoding it."""
    Gst.init(None)
    discoverer = GstPbutils.Discoverer.new(10 * Gst.SECOND)
    stream = discoverer.discover_uri(Gst.filename_to_uri(path)).get_video_streams()[0]
    return stream.get_width(), stream.get_height()


def decode(path, fourcc, color_space):
    """Yields every frame as its time and its planes; a plane is (pixels, offset, stride)."""
    Gst.init(None)
    pipeline = Gst.parse_launch(
        'filesrc name=file ! decodebin ! videoconvert '
        f'! video/x-raw,format={GST_FORMATS[fourcc]},colorimetry={GST_COLORIMETRY[color_space]} '
        '! appsink name=frames sync=false max-buffers=2')
    pipeline.get_by_name('file').set_property('location', path)
    appsink = pipeline.get_by_name('frames')
    pipeline.set_state(Gst.State.PLAYING)
    try:
        while (sample := appsink.pull_sample()) is not None:
            yield sample.get_buffer().pts, planes_of(sample)
        raise_pipeline_error(pipeline)
    finally:
        pipeline.set_state(Gst.State.NULL)


def planes_of(sample):
    buffer = sample.get_buffer()
    layout = GstVideo.VideoInfo.new_from_caps(sample.get_caps())
    n_planes = layout.finfo.n_planes
    # Decoders that pad their rows say so with a video meta.
    layout = GstVideo.buffer_get_video_meta(buffer) or layout
    _, mapped = buffer.map(Gst.MapFlags.READ)
    pixels = memoryview(mapped.data)
    buffer.unmap(mapped)
    return [(pixels, layout.offset[i], layout.stride[i]) for i in range(n_planes)]


def raise_pipeline_error(pipeline):
    message = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
    if message is not None:
        raise message.parse_error()[0]
