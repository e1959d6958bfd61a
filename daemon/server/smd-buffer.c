/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-buffer.h"

#include "server/smd-allocation.h"
#include "server/smd-changes.h"
#include "server/smd-leak.h"
#include "server/smd-tracker.h"

/* 05, "When to ask": the event comes a moment before the kernel's count drops. */
static const guint retry_after_ms[] = { 1, 10, 100 };

#define POLL_FIRST_MS 50
#define POLL_LAST_MS 1000

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

  g_clear_pointer (&buffer->retry_timer, smd_timer_cancel);
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

static gboolean
is_polled (const SmdBuffer *buffer)
{
  return buffer->memory != NULL && !buffer->watched;
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

static void
on_poll (gpointer data)
{
  SmdCollection *collection = data;
  SmdServer *server = collection->server;

  collection->poll_timer = NULL;
  collection->poll_interval_ms = MIN (collection->poll_interval_ms * 2, POLL_LAST_MS);
  smd_buffers_reconsider (collection);
  smd_server_flush (server);
}

static void
poll_if_needed (SmdCollection *collection)
{
  SmdTimers *timers = collection->server->timers;

  if (collection->poll_timer != NULL)
    return;
  for (guint i = 0; i < collection->buffers->len; i++)
    if (is_polled (collection->buffers->pdata[i]))
      {
        collection->poll_interval_ms = MAX (collection->poll_interval_ms, POLL_FIRST_MS);
        collection->poll_timer =
          smd_timers_add (timers, smd_timers_now (timers) + collection->poll_interval_ms * 1000,
                          on_poll, collection);
        return;
      }
}

static gboolean
all_strong_gone (SmdCollection *collection)
{
  for (guint i = 0; i < collection->buffers->len; i++)
    if (!((SmdBuffer *)collection->buffers->pdata[i])->strong_gone)
      return FALSE;
  return TRUE;
}

/* Asks about all that exist; frees what does not any more. */
static void
ask_all (SmdCollection *collection)
{
  GPtrArray *gone = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_memory_free);
  guint64 bytes;

  for (guint i = 0; i < collection->buffers->len; i++)
    {
      SmdBuffer *buffer = collection->buffers->pdata[i];
      SmdMemory *memory = buffer->memory != NULL ? reconsider (buffer) : NULL;

      if (memory != NULL)
        g_ptr_array_add (gone, memory);
    }
  bytes = gone->len * collection->settings->raw_size_bytes; /* capped by MaxCollectionSize */
  if (gone->len > 0)
    smd_changes_tell (collection, "buffers");
  smd_allocation_free_memories (gone, bytes);
}

void
smd_buffers_reconsider (SmdCollection *collection)
{
  g_autoptr (SmdCollection) keep = smd_collection_ref (collection);

  /* Failing the tree below comes back here. */
  if (collection->n_existing == 0 || collection->reconsidering
      || has_connected_strong_node (collection))
    return;
  collection->reconsidering = TRUE;
  ask_all (collection);
  if (collection->tree != NULL && all_strong_gone (collection))
    smd_collection_fail (collection, SYSMEM_ERROR_UNSPECIFIED,
                         "no strong holder of any buffer is left");
  collection->reconsidering = FALSE;
  smd_trackers_reconsider (collection);
  poll_if_needed (collection);
  smd_collection_maybe_end (collection);
}

static void
on_retry (gpointer data)
{
  SmdBuffer *buffer = data;
  SmdCollection *collection = buffer->collection;
  SmdServer *server = collection->server;

  buffer->retry_timer = NULL;
  smd_buffer_ask_again (buffer);
  smd_buffers_reconsider (collection);
  smd_server_flush (server);
}

void
smd_buffer_ask_again (SmdBuffer *buffer)
{
  SmdTimers *timers = buffer->collection->server->timers;

  if (buffer->n_retries >= G_N_ELEMENTS (retry_after_ms))
    return;
  g_clear_pointer (&buffer->retry_timer, smd_timer_cancel);
  buffer->retry_timer = smd_timers_add (
    timers, smd_timers_now (timers) + retry_after_ms[buffer->n_retries++] * 1000, on_retry, buffer);
}

void
smd_buffers_closed (SmdServer *server)
{
  g_autoptr (GPtrArray) touched = g_ptr_array_new ();
  g_autoptr (GHashTable) collections =
    g_hash_table_new_full (NULL, NULL, (GDestroyNotify)smd_collection_unref, NULL);
  gboolean overflow = FALSE;
  GHashTableIter iter;
  gpointer key;

  smd_close_watch_read (server->close_watch, touched, &overflow);
  if (overflow)
    {
      g_hash_table_iter_init (&iter, server->buffers);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (touched, ((SmdBuffer *)key)->memory);
    }
  for (guint i = 0; i < touched->len; i++)
    {
      SmdBuffer *buffer = ((SmdMemory *)touched->pdata[i])->owner;

      buffer->n_retries = 0;
      smd_buffer_ask_again (buffer);
      g_hash_table_add (collections, smd_collection_ref (buffer->collection));
    }
  g_hash_table_iter_init (&iter, collections);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    smd_buffers_reconsider (key);
}

void
smd_buffers_let_go (SmdCollection *collection)
{
  for (guint i = 0; i < collection->buffers->len; i++)
    smd_memory_free (detach (collection->buffers->pdata[i]));
  collection->n_existing = 0;
  smd_collection_maybe_end (collection);
}
