/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemtimes.h"

#define NS_PER_US 1000
#define MEASURED_FOR_US (100 * 1000) /* a clock that is 1/1000 too fast is off by 0.1 ms then */

/* The usual clock is CLOCK_MONOTONIC itself: reading both, one after the other, would only tell how busy
 * the machine is. */
static gboolean
is_monotonic (GstClock *clock)
{
  GstClockType type;
  GstClockTime internal;
  GstClockTime external;
  GstClockTime numerator;
  GstClockTime denominator;

  if (G_OBJECT_TYPE (clock) != GST_TYPE_SYSTEM_CLOCK)
    return FALSE;
  g_object_get (clock, "clock-type", &type, NULL);
  gst_clock_get_calibration (clock, &internal, &external, &numerator, &denominator);
  return type == GST_CLOCK_TYPE_MONOTONIC && internal == external && numerator == denominator;
}

void
gst_sysmem_time_base_update (GstSysmemTimeBase *self, GstElement *element)
{
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GstClock) clock = NULL;

  GST_OBJECT_LOCK (element);
  self->base_time = element->base_time;
  if (element->clock == NULL)
    self->clock_offset = 0;
  else if (element->clock != self->clock || now - self->measured_at > MEASURED_FOR_US)
    clock = gst_object_ref (element->clock);
  GST_OBJECT_UNLOCK (element);
  if (clock == NULL)
    return;
  self->clock = clock;
  self->measured_at = g_get_monotonic_time ();
  self->clock_offset =
    is_monotonic (clock)
      ? 0
      : GST_CLOCK_DIFF ((GstClockTime)self->measured_at * NS_PER_US, gst_clock_get_time (clock));
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
  guint64 running = segment->format == GST_FORMAT_TIME
                      ? gst_segment_to_running_time (segment, GST_FORMAT_TIME, time)
                      : GST_CLOCK_TIME_NONE;

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
