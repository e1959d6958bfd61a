/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-buffer.h"

#include "server/smd-allocation.h"
#include "server/smd-ask-again.h"
#include "server/smd-changes.h"
#include "server/smd-leak.h"
#include "server/smd-tracker.h"

SmdBuffer *
smd_buffer_new (SmdCollection *collection, guint index, SmdMemory *memory)
{
  SmdBuffer *buffer = g_new0 (SmdBuffer, 1);

  buffer->collection = collection;
  buffer->index = index;
  buffer->memory = memory;
  buffer->device = memory->device;
  buffer->inode = memory->inode;
  buffer->close_weak = smd_trackers_new ();
  buffer->leases = smd_trackers_new ();
  buffer->n_handles = smd_tracker_counts_new ();
  memory->owner = buffer;
  g_hash_table_add (collection->server->buffers, buffer);
  return buffer;
}

/* Lets go of the memory; the record stays. */
static SmdMemory *
detach (SmdBuffer *buffer)
{
  SmdServer *server = buffer->collection->server;

  g_ptr_array_set_size (buffer->close_weak, 0);
  g_ptr_array_set_size (buffer->leases, 0);
  if (buffer->memory == NULL)
    return NULL;
  if (buffer->watched)
    smd_close_watch_remove (server->close_watch, buffer->memory);
  buffer->watched = FALSE;
  g_hash_table_remove (server->buffers, buffer);
  return g_steal_pointer (&buffer->memory);
}

void
smd_buffer_free (SmdBuffer *buffer)
{
  smd_memory_free (detach (buffer));
  g_ptr_array_unref (buffer->close_weak);
  g_ptr_array_unref (buffer->leases);
  g_hash_table_unref (buffer->n_handles);
  g_free (buffer);
}

SmdBuffer *
smd_buffer_lookup (SmdServer *server, guint64 device, guint64 inode)
{
  SmdBuffer key = { .device = device, .inode = inode };

  return g_hash_table_lookup (server->buffers, &key);
}

static gboolean
has_connected_strong_node (SmdCollection *collection)
{
  return collection->tree != NULL && sme_tree_has_connected_strong_node (collection->tree);
}

/* The last strong holder is gone: whoever holds it weakly is to close it now. */
static void
end_strong (SmdBuffer *buffer)
{
  SmdServer *server = buffer->collection->server;

  if (buffer->strong_gone)
    return;
  buffer->strong_gone = TRUE;
  buffer->strong_gone_at = smd_timers_now (server->timers);
  g_ptr_array_set_size (buffer->close_weak, 0);
  smd_leak_expect (buffer->collection);
}

/* The watch is put on before the question, so that no close can fall between them. */
static SmdHolders
watch_and_ask (SmdBuffer *buffer)
{
  SmdServer *server = buffer->collection->server;

  if (!buffer->watched && buffer->memory->watch_fd >= 0 && server->close_watch != NULL)
    buffer->watched = smd_close_watch_add (server->close_watch, buffer->memory);
  return smd_memory_ask (buffer->memory);
}

static gboolean
is_strongly_held (SmdBuffer *buffer, SmdHolders holders)
{
  if (buffer->memory->tells_strong)
    return holders == SMD_HOLDERS_STRONG;
  return holders != SMD_HOLDERS_NONE && buffer->leases->len > 0;
}

/* Returns the memory of a buffer that has ceased to exist. */
static SmdMemory *
reconsider (SmdBuffer *buffer)
{
  SmdHolders holders = smd_memory_ask (buffer->memory);

  if (holders != SMD_HOLDERS_NONE)
    holders = watch_and_ask (buffer);
  if (!is_strongly_held (buffer, holders))
    end_strong (buffer);
  if (holders != SMD_HOLDERS_NONE)
    return NULL;
  buffer->collection->n_existing--;
  return detach (buffer);
}

static gboolean
all_strong_gone (SmdCollection *collection)
{
  for (guint i = 0; i < collection->buffers->len; i++)
    if (!((SmdBuffer *)collection->buffers->pdata[i])->strong_gone)
      return FALSE;
  return TRUE;
}

/* Frees what does not exist any more. */
static void
ask (SmdCollection *collection, SmdBufferFilter filter)
{
  GPtrArray *gone = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_memory_free);

  for (guint i = 0; i < collection->buffers->len; i++)
    {
      SmdBuffer *buffer = collection->buffers->pdata[i];
      SmdMemory *memory = NULL;

      if (buffer->memory != NULL && (filter == NULL || filter (buffer)))
        memory = reconsider (buffer);
      if (memory != NULL)
        g_ptr_array_add (gone, memory);
    }
  if (gone->len > 0)
    smd_changes_tell (collection, "buffers");
  smd_allocation_free_memories (gone);
}

gboolean
smd_buffers_are_asked_about (SmdCollection *collection)
{
  return collection->n_existing > 0 && !has_connected_strong_node (collection);
}

void
smd_buffers_reconsider_some (SmdCollection *collection, SmdBufferFilter filter)
{
  g_autoptr (SmdCollection) keep = smd_collection_ref (collection);

  /* Failing the tree below comes back here. */
  if (collection->reconsidering || !smd_buffers_are_asked_about (collection))
    return;
  collection->reconsidering = TRUE;
  ask (collection, filter);
  if (collection->tree != NULL && all_strong_gone (collection))
    smd_collection_fail (collection, SYSMEM_ERROR_UNSPECIFIED,
                         "no strong holder of any buffer is left");
  collection->reconsidering = FALSE;
  smd_trackers_reconsider (collection);
  smd_ask_again (collection);
  smd_collection_maybe_end (collection);
}

void
smd_buffers_reconsider (SmdCollection *collection)
{
  smd_buffers_reconsider_some (collection, NULL);
}

void
smd_buffers_let_go (SmdCollection *collection)
{
  for (guint i = 0; i < collection->buffers->len; i++)
    smd_memory_free (detach (collection->buffers->pdata[i]));
  collection->n_existing = 0;
  smd_collection_maybe_end (collection);
}
