/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemtimes.h"

#define NS_PER_US 1000

void
gst_sysmem_time_base_read (GstSysmemTimeBase *self, GstElement *element)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (element);

  self->base_time = gst_element_get_base_time (element);
  self->clock_offset = 0;
  if (clock != NULL)
    self->clock_offset = GST_CLOCK_DIFF ((GstClockTime)g_get_monotonic_time () * NS_PER_US,
                                         gst_clock_get_time (clock));
}

/* @time moved by @offset, but not below 0. */
static GstClockTime
move (GstClockTime time, GstClockTimeDiff offset)
{
  if (offset >= 0)
    return time < GST_CLOCK_TIME_NONE - (GstClockTime)offset ? time + (GstClockTime)offset : time;
  return time >= (GstClockTime)-offset ? time - (GstClockTime)-offset : 0;
}

guint64
gst_sysmem_time_to_monotonic (const GstSysmemTimeBase *self,
                              const GstSegment *segment,
                              GstClockTime time)
{
  guint64 running = gst_segment_to_running_time (segment, GST_FORMAT_TIME, time);

  if (!GST_CLOCK_TIME_IS_VALID (running) || !GST_CLOCK_TIME_IS_VALID (self->base_time))
    return GST_SYSMEM_TIME_NONE;
  return move (move (running, (GstClockTimeDiff)self->base_time), -self->clock_offset);
}

GstClockTime
gst_sysmem_time_from_monotonic (const GstSysmemTimeBase *self, guint64 monotonic)
{
  if (monotonic == GST_SYSMEM_TIME_NONE || !GST_CLOCK_TIME_IS_VALID (self->base_time))
    return GST_CLOCK_TIME_NONE;
  return move (move (monotonic, self->clock_offset), -(GstClockTimeDiff)self->base_time);
}
