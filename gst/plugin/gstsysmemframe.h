/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a message says about a frame, from and to a GstBuffer. */

#pragma once

#include "gstsysmemmessage.h"
#include "gstsysmemtimes.h"

G_BEGIN_DECLS

void gst_sysmem_frame_describe (GstSysmemMessage *frame,
                                GstBuffer *buffer,
                                const GstSysmemTimeBase *base,
                                const GstSegment *segment);
void gst_sysmem_frame_apply (const GstSysmemMessage *frame,
                             GstBuffer *buffer,
                             const GstSysmemTimeBase *base);

G_END_DECLS
