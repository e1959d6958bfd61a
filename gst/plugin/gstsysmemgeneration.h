/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One set of buffers as the producer has it, from one negotiation to the next. */

#pragma once

#include "gstsysmem.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 number; /* from 1 */
  GstCaps *caps;
  SysmemCollection *collection;
  GstSysmemBufferPool *pool;
} GstSysmemGeneration;

/* Of a collection that has its buffers. */
GstSysmemGeneration *gst_sysmem_generation_new (guint32 number,
                                                GstCaps *caps,
                                                SysmemCollection *collection,
                                                GError **error);
GstSysmemGeneration *gst_sysmem_generation_ref (GstSysmemGeneration *self);
/* With the last reference the producer's place is released; buffers that are still in use stay. */
void gst_sysmem_generation_unref (GstSysmemGeneration *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemGeneration, gst_sysmem_generation_unref)

G_END_DECLS
