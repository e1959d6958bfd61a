/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_SYSMEM_SRC (gst_sysmem_src_get_type ())
G_DECLARE_FINAL_TYPE (GstSysmemSrc, gst_sysmem_src, GST, SYSMEM_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE (sysmemsrc)

G_END_DECLS
