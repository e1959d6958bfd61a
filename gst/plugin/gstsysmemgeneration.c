/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemgeneration.h"

static void
clear (gpointer box)
{
  GstSysmemGeneration *self = box;

  gst_caps_unref (self->caps);
  gst_clear_object (&self->pool);
  (void)sysmem_node_release (SYSMEM_NODE (self->collection), NULL, NULL);
  g_object_unref (self->collection);
}

GstSysmemGeneration *
gst_sysmem_generation_new (guint32 number,
                           GstCaps *caps,
                           SysmemCollection *collection,
                           GError **error)
{
  g_autoptr (GstSysmemGeneration) self = g_atomic_rc_box_new0 (GstSysmemGeneration);

  self->number = number;
  self->caps = gst_caps_ref (caps);
  self->collection = g_object_ref (collection);
  self->pool = gst_sysmem_buffer_pool_new (collection, error);
  if (self->pool == NULL || !gst_sysmem_buffer_pool_configure (self->pool, caps, error))
    return NULL;
  return g_steal_pointer (&self);
}

GstSysmemGeneration *
gst_sysmem_generation_ref (GstSysmemGeneration *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_sysmem_generation_unref (GstSysmemGeneration *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
