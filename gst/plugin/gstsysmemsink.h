/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GST_TYPE_SYSMEM_SINK (gst_sysmem_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstSysmemSink, gst_sysmem_sink, GST, SYSMEM_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE (sysmemsink)

G_END_DECLS
