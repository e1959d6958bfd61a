/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Times of one pipeline in those of another: both know CLOCK_MONOTONIC. */

#pragma once

#include "gstsysmemmessage.h"
#include <gst/gst.h>

G_BEGIN_DECLS

/* What an element's times are relative to. Begins zeroed. */
typedef struct
{
  GstClockTime base_time;
  GstClockTimeDiff clock_offset; /* of the pipeline's clock to CLOCK_MONOTONIC */
  gconstpointer clock;           /* that it was measured of; not to be used */
  gint64 measured_at;            /* monotonic */
} GstSysmemTimeBase;

/* Clocks drift slowly: the offset is measured now and then, not for each frame. */
void gst_sysmem_time_base_update (GstSysmemTimeBase *self, GstElement *element);

/* NONE stays NONE, and so does what is outside of the segment, or in one that is not of time. */
guint64 gst_sysmem_time_to_monotonic (const GstSysmemTimeBase *self,
                                      const GstSegment *segment,
                                      GstClockTime time);
/* As running time; 0 if it is before the pipeline began to run. */
GstClockTime gst_sysmem_time_from_monotonic (const GstSysmemTimeBase *self, guint64 monotonic);

G_END_DECLS
