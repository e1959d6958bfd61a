/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstsysmemconstraints.h"

G_BEGIN_DECLS

/* As gst_sysmem_constraints_new_from_caps (). @packed: rows as long as GStreamer assumes where
 * nothing is said, for those who do not know GstVideoMeta. */
SysmemConstraints *gst_sysmem_constraints_make (GstCaps *caps,
                                                SysmemUsage usage,
                                                const GstVideoAlignment *alignment,
                                                gboolean packed,
                                                GError **error);

G_END_DECLS
