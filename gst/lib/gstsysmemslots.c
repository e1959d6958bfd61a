/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemslots.h"

#include <fcntl.h>
#include <gst/allocators/gstdmabuf.h>
#include <gst/allocators/gstfdmemory.h>

struct _GstSysmemSlots
{
  GstAllocator *allocator;
  GPtrArray *slots; /* of GstSysmemSlot, by index */
  GQueue home;
};

/* On a memory: its slot. */
static GQuark
slot_quark (void)
{
  static gsize quark = 0;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("gst-sysmem-slot"));
  return (GQuark)quark;
}

/* The memory is freed before the buffer is dropped, and with it the lease: the daemon must not
 * believe earlier that nobody has it. */
static void
slot_free (GstSysmemSlot *slot)
{
  if (slot->memory != NULL)
    {
      GST_MINI_OBJECT_CAST (slot->memory)->dispose = NULL;
      gst_memory_unref (slot->memory);
    }
  g_clear_object (&slot->buffer);
  g_free (slot);
}

/* Maps the memory once, for all that this participant may do: it stays mapped, and elements that
 * map it get the same address without asking the kernel. */
static void
map_for_good (GstMemory *memory, gboolean writable)
{
  GstMapInfo info;

  if (gst_memory_map (memory, &info, writable ? GST_MAP_READWRITE : GST_MAP_READ))
    gst_memory_unmap (memory, &info);
  else
    GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
}

static GstMemory *
make_memory (GstAllocator *allocator, SysmemBuffer *buffer, GError **error)
{
  SysmemSettings *settings = sysmem_buffer_get_settings (buffer);
  gsize size = (gsize)sysmem_settings_get_raw_size_bytes (settings);
  int fd = sysmem_buffer_dup_fd (buffer, error);
  gboolean writable;
  GstMemory *memory;

  if (fd < 0)
    return NULL;
  writable = (fcntl (fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
  memory =
    GST_IS_DMABUF_ALLOCATOR (allocator)
      ? gst_dmabuf_allocator_alloc_with_flags (allocator, fd, size, GST_FD_MEMORY_FLAG_KEEP_MAPPED)
      : gst_fd_allocator_alloc (allocator, fd, size, GST_FD_MEMORY_FLAG_KEEP_MAPPED);
  if (!writable)
    GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
  if (sysmem_settings_get_coherency_domain (settings) == SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE)
    GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
  else
    map_for_good (memory, writable);
  return memory;
}

static gboolean
add_slot (GstSysmemSlots *self,
          SysmemBuffer *buffer,
          gpointer owner,
          GstMiniObjectDisposeFunction dispose,
          GError **error)
{
  GstSysmemSlot *slot = g_new0 (GstSysmemSlot, 1);

  slot->owner = owner;
  slot->index = self->slots->len;
  slot->link.data = slot;
  slot->buffer = g_object_ref (buffer);
  g_ptr_array_add (self->slots, slot);
  slot->memory = make_memory (self->allocator, buffer, error);
  if (slot->memory == NULL)
    return FALSE;
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (slot->memory), slot_quark (), slot, NULL);
  GST_MINI_OBJECT_CAST (slot->memory)->dispose = dispose;
  gst_sysmem_slots_put (self, slot);
  return TRUE;
}

GstSysmemSlots *
gst_sysmem_slots_new (SysmemCollection *collection,
                      gpointer owner,
                      GstMiniObjectDisposeFunction dispose,
                      GError **error)
{
  SysmemSettings *settings = sysmem_collection_get_settings (collection);
  g_autoptr (GstSysmemSlots) self = g_new0 (GstSysmemSlots, 1);

  self->allocator = sysmem_settings_get_buffer_type (settings) == SYSMEM_BUFFER_DMA_BUF
                      ? gst_dmabuf_allocator_new ()
                      : gst_fd_allocator_new ();
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify)slot_free);
  g_queue_init (&self->home);
  for (guint i = 0; i < sysmem_settings_get_buffer_count (settings); i++)
    {
      g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (collection, i);

      if (buffer == NULL || !add_slot (self, buffer, owner, dispose, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
gst_sysmem_slots_free (GstSysmemSlots *self)
{
  g_ptr_array_unref (self->slots);
  gst_object_unref (self->allocator);
  g_free (self);
}

guint
gst_sysmem_slots_count (GstSysmemSlots *self)
{
  return self->slots->len;
}

guint
gst_sysmem_slots_count_home (GstSysmemSlots *self)
{
  return self->home.length;
}

GstSysmemSlot *
gst_sysmem_slots_take (GstSysmemSlots *self)
{
  GstSysmemSlot *first = g_queue_peek_head (&self->home);

  return first != NULL ? gst_sysmem_slots_take_nth (self, first->index) : NULL;
}

GstSysmemSlot *
gst_sysmem_slots_take_nth (GstSysmemSlots *self, guint index)
{
  GstSysmemSlot *slot = self->slots->pdata[index];

  if (!slot->is_home)
    return NULL;
  g_queue_unlink (&self->home, &slot->link);
  slot->is_home = FALSE;
  return slot;
}

void
gst_sysmem_slots_put (GstSysmemSlots *self, GstSysmemSlot *slot)
{
  slot->is_home = TRUE;
  g_queue_push_tail_link (&self->home, &slot->link);
}

GstSysmemSlot *
gst_sysmem_slot_of (GstMemory *memory)
{
  GstMemory *whole = memory->parent != NULL ? memory->parent : memory;

  return gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (whole), slot_quark ());
}
