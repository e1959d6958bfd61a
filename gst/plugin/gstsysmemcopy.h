/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

/* Copies a frame that is elsewhere into one of the generation's buffers, with its flags and times;
 * waits for a free one. OK, FLUSHING, or ERROR if it cannot be read or written as the caps say. */
GstFlowReturn gst_sysmem_copy_frame (GstSysmemServer *server,
                                     GstSysmemGeneration *generation,
                                     GstBuffer *frame,
                                     GstBuffer **copy);

G_END_DECLS
