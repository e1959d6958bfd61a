/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-server.h"

#include <glib-unix.h>
#include <time.h>
#include <unistd.h>

#include "server/smd-allocation.h"
#include "server/smd-ask-again.h"
#include "server/smd-buffer.h"
#include "server/smd-changes.h"
#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-holder-search.h"
#include "server/smd-notice.h"
#include "server/smd-unread.h"

/* Ids must not come again after a restart of the daemon within one boot, so they start at the
 * boot clock's microseconds, which no counter can have reached by then. */
static guint64
first_id (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return MAX (1, (guint64)now.tv_sec * G_USEC_PER_SEC + (guint64)now.tv_nsec / 1000);
}

static guint
memory_hash (gconstpointer key)
{
  const SmdBuffer *buffer = key;

  return g_int64_hash (&buffer->inode);
}

static gboolean
memory_equal (gconstpointer a, gconstpointer b)
{
  const SmdBuffer *x = a;
  const SmdBuffer *y = b;

  return x->inode == y->inode && x->device == y->device;
}

static gboolean
on_buffers_closed (int fd, GIOCondition condition, gpointer data)
{
  SmdServer *server = data;

  smd_ask_again_after_closes (server);
  smd_server_flush (server);
  return G_SOURCE_CONTINUE;
}

static void
watch_closes (SmdServer *server, GMainContext *context)
{
  g_autoptr (GError) error = NULL;

  server->close_watch = smd_close_watch_new (&error);
  if (server->close_watch == NULL)
    {
      g_message ("Buffers will be polled: %s", error->message);
      return;
    }
  server->close_source =
    g_unix_fd_source_new (smd_close_watch_get_fd (server->close_watch), G_IO_IN);
  g_source_set_callback (server->close_source, G_SOURCE_FUNC (on_buffers_closed), server, NULL);
  g_source_attach (server->close_source, context);
}

static void
make_tables (SmdServer *server)
{
  server->clients = g_hash_table_new (g_str_hash, g_str_equal);
  server->nodes = g_hash_table_new (g_int64_hash, g_int64_equal);
  server->collections = g_hash_table_new (g_int64_hash, g_int64_equal);
  server->failed = g_hash_table_new (g_int64_hash, g_int64_equal);
  server->tokens = g_hash_table_new (g_int64_hash, g_int64_equal);
  server->node_refs = g_hash_table_new (g_int64_hash, g_int64_equal);
  server->buffers = g_hash_table_new (memory_hash, memory_equal);
  server->n_polled = g_hash_table_new (NULL, NULL);
  server->unread = g_hash_table_new (NULL, NULL);
  server->jobs = g_hash_table_new (NULL, NULL);
  server->changes = g_hash_table_new (g_int64_hash, g_int64_equal);
  server->holders = smd_holder_search_new ();
  g_queue_init (&server->notices);
}

SmdServer *
smd_server_new (const SmcLimits *limits, SmePolicy *policy, GPtrArray *heaps)
{
  SmdServer *server = g_new0 (SmdServer, 1);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  server->limits = *limits;
  server->policy = policy;
  policy->max_buffer_size = limits->max_buffer_size;
  policy->max_collection_size = limits->max_collection_size;
  policy->page_size = (guint64)sysconf (_SC_PAGESIZE);
  make_tables (server);
  server->heaps = smd_heap_set_new (heaps, policy);
  server->timers = smd_timers_new (context);
  server->accounts = smd_accounts_new (&server->limits);
  server->next_id = first_id ();
  server->hangups = smd_hangups_new (context);
  watch_closes (server, context);
  return server;
}

void
smd_server_shut_down (SmdServer *server)
{
  g_autoptr (GList) collections = g_hash_table_get_values (server->collections);
  g_autoptr (GList) clients = NULL;

  for (GList *l = collections; l != NULL; l = l->next)
    smd_collection_shut_down (l->data);
  smd_server_flush (server);
  clients = g_hash_table_get_values (server->clients);
  for (GList *l = clients; l != NULL; l = l->next)
    smd_client_leave (l->data);
  smd_server_flush (server);
}

/* Failed tokens that nobody owns, kept for whoever still has their handle. */
static void
forget_nodes (SmdServer *server)
{
  g_autoptr (GList) nodes = g_hash_table_get_values (server->nodes);

  for (GList *l = nodes; l != NULL; l = l->next)
    smd_node_forget (l->data);
}

void
smd_server_free (SmdServer *server)
{
  smd_server_shut_down (server);
  forget_nodes (server);
  smd_notice_clear_all (server);
  smd_unread_free_all (server);
  smd_changes_forget_all (server);
  smd_holder_search_free (server->holders);
  smd_allocation_forget_all (server);
  if (server->close_source != NULL)
    {
      g_source_destroy (server->close_source);
      g_source_unref (server->close_source);
    }
  g_clear_pointer (&server->close_watch, smd_close_watch_free);
  g_hash_table_unref (server->clients);
  g_hash_table_unref (server->nodes);
  g_hash_table_unref (server->collections);
  g_hash_table_unref (server->failed);
  g_hash_table_unref (server->tokens);
  g_hash_table_unref (server->node_refs);
  g_hash_table_unref (server->buffers);
  g_hash_table_unref (server->n_polled);
  g_hash_table_unref (server->unread);
  g_hash_table_unref (server->changes);
  g_hash_table_unref (server->jobs);
  smd_accounts_free (server->accounts);
  smd_hangups_free (server->hangups);
  smd_timers_free (server->timers);
  smd_heap_set_free (server->heaps);
  sme_policy_free (server->policy);
  g_free (server);
}

void
smd_server_set_listener (SmdServer *server, const SmdListener *listener, gpointer data)
{
  server->listener = listener;
  server->listener_data = data;
}

guint64
smd_server_take_id (SmdServer *server)
{
  return server->next_id++;
}
