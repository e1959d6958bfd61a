/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>
#include <sysmem.h>

G_BEGIN_DECLS

/* What the library offers; everything else is hidden. gstsysmem.map says the same to the linker. */
#define GST_SYSMEM_EXPORT __attribute__ ((visibility ("default")))

typedef struct _GstSysmemBufferPool GstSysmemBufferPool;

G_END_DECLS
