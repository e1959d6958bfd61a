/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemframe.h"

#include <gst/video/video.h>

static const struct
{
  guint buffer;
  guint32 frame;
} flags[] = {
  { GST_BUFFER_FLAG_DISCONT, GST_SYSMEM_FRAME_DISCONT },
  { GST_BUFFER_FLAG_CORRUPTED, GST_SYSMEM_FRAME_CORRUPTED },
  { GST_BUFFER_FLAG_GAP, GST_SYSMEM_FRAME_GAP },
  { GST_BUFFER_FLAG_DROPPABLE, GST_SYSMEM_FRAME_DROPPABLE },
  { GST_VIDEO_BUFFER_FLAG_INTERLACED, GST_SYSMEM_FRAME_INTERLACED },
  { GST_VIDEO_BUFFER_FLAG_TFF, GST_SYSMEM_FRAME_TOP_FIELD_FIRST },
  { GST_VIDEO_BUFFER_FLAG_RFF, GST_SYSMEM_FRAME_REPEAT_FIRST_FIELD },
  { GST_VIDEO_BUFFER_FLAG_ONEFIELD, GST_SYSMEM_FRAME_ONE_FIELD },
  { GST_VIDEO_BUFFER_FLAG_MULTIPLE_VIEW, GST_SYSMEM_FRAME_MULTIPLE_VIEW },
  { GST_VIDEO_BUFFER_FLAG_FIRST_IN_BUNDLE, GST_SYSMEM_FRAME_FIRST_IN_BUNDLE },
};

void
gst_sysmem_frame_describe (GstSysmemMessage *frame,
                           GstBuffer *buffer,
                           const GstSysmemTimeBase *base,
                           const GstSegment *segment)
{
  frame->flags = 0;
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if ((GST_BUFFER_FLAGS (buffer) & flags[i].buffer) == flags[i].buffer)
      frame->flags |= flags[i].frame;
  frame->times.pts = gst_sysmem_time_to_monotonic (base, segment, GST_BUFFER_PTS (buffer));
  frame->times.dts = gst_sysmem_time_to_monotonic (base, segment, GST_BUFFER_DTS (buffer));
  frame->times.duration = GST_BUFFER_DURATION (buffer);
}

void
gst_sysmem_frame_apply (const GstSysmemMessage *frame,
                        GstBuffer *buffer,
                        const GstSysmemTimeBase *base)
{
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if ((frame->flags & flags[i].frame) != 0)
      GST_BUFFER_FLAG_SET (buffer, flags[i].buffer);
  GST_BUFFER_PTS (buffer) = gst_sysmem_time_from_monotonic (base, frame->times.pts);
  GST_BUFFER_DTS (buffer) = gst_sysmem_time_from_monotonic (base, frame->times.dts);
  GST_BUFFER_DURATION (buffer) = frame->times.duration;
}
