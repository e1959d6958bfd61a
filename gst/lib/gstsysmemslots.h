/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The buffers of a collection as GstMemory, one for each, made once. A memory that is taken leaves
 * its slot, with the reference that the slot had; whoever drops the last one calls its dispose,
 * which puts it back instead of having it freed. Not locked: the pool does that. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

typedef struct _GstSysmemSlots GstSysmemSlots;

typedef struct
{
  gpointer owner; /* not referenced */
  guint index;
  SysmemBuffer *buffer;
  GstMemory *memory;
  GList link; /* among those at home */
  gboolean is_home;
} GstSysmemSlot;

/* @dispose is that of each memory, and finds its slot with gst_sysmem_slot_of (). */
GstSysmemSlots *gst_sysmem_slots_new (SysmemCollection *collection,
                                      gpointer owner,
                                      GstMiniObjectDisposeFunction dispose,
                                      GError **error);
/* All have to be at home. */
void gst_sysmem_slots_free (GstSysmemSlots *self);
guint gst_sysmem_slots_count (GstSysmemSlots *self);
guint gst_sysmem_slots_count_home (GstSysmemSlots *self);
/* The slot that came home first, or that of an index; NULL: it is not at home. */
GstSysmemSlot *gst_sysmem_slots_take (GstSysmemSlots *self);
GstSysmemSlot *gst_sysmem_slots_take_nth (GstSysmemSlots *self, guint index);
void gst_sysmem_slots_put (GstSysmemSlots *self, GstSysmemSlot *slot);

/* NULL: it is no memory of a slot, nor a part of one. */
GstSysmemSlot *gst_sysmem_slot_of (GstMemory *memory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemSlots, gst_sysmem_slots_free)

G_END_DECLS
