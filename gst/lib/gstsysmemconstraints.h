/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an element can live with, in the contract's words. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

GST_SYSMEM_EXPORT SysmemConstraints *gst_sysmem_constraints_new_from_caps (
  GstCaps *caps, SysmemUsage usage, const GstVideoAlignment *alignment, GError **error);
GST_SYSMEM_EXPORT SysmemConstraints *gst_sysmem_constraints_new_from_query (GstQuery *query,
                                                                            SysmemUsage usage,
                                                                            GError **error);

G_END_DECLS
