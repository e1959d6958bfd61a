/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-wait.h"

#include "server/smd-client.h"
#include "server/smd-missing.h"
#include "server/smd-node.h"
#include "server/smd-notice.h"

/* Takes the wait off its node and client; what is left is to tell its caller. */
static SmdWait *
detach (SmdNode *node)
{
  SmdWait *wait = g_steal_pointer (&node->wait);

  g_clear_pointer (&wait->timer, smd_timer_cancel);
  g_ptr_array_remove_fast (wait->client->waits, wait);
  wait->client = NULL;
  wait->node = NULL;
  return wait;
}

void
smd_wait_end (SmdNode *node, const GError *error)
{
  SmdWait *wait;

  if (node->wait == NULL)
    return;
  wait = detach (node);
  wait->error = error != NULL ? g_error_copy (error) : NULL;
  smd_notice_wait_done (node->server, wait);
}

void
smd_wait_drop (SmdWait *wait)
{
  g_autoptr (GError) left =
    g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED, "the caller left the bus");

  smd_wait_end (wait->node, left); /* what it keeps must be freed; the bus drops the answer */
}

void
smd_wait_free (SmdWait *wait)
{
  g_clear_error (&wait->error);
  g_free (wait);
}

/* Below the promised limit by enough for the answer to get out in time. */
static gint64
deadline (SmdServer *server)
{
  gint64 timeout_ms = (gint64)server->limits.wait_timeout_ms;

  return smd_timers_now (server->timers) + (timeout_ms - timeout_ms / 100) * 1000;
}

static void
on_timeout (gpointer data)
{
  SmdWait *wait = data;
  SmdNode *node = wait->node;
  SmdServer *server = node->server;
  g_autoptr (GError) error = smd_missing_new_error (node);

  wait->timer = NULL;
  smd_wait_end (node, error);
  smd_server_flush (server);
}

gboolean
smd_wait_check_order (SmdNode *node, GError **error)
{
  if (node->sme->prepared == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "SetConstraints must come before asking for buffers");
      return FALSE;
    }
  if (!sme_node_is_weak_ok (node->sme))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "this node is weak: SetWeakOk must come before asking for buffers");
      return FALSE;
    }
  return TRUE;
}

gboolean
smd_wait_check_count (SmdClient *client, GError **error)
{
  guint64 limit = client->server->limits.max_waits_per_connection;
  guint n = client->waits->len + client->n_descriptions;

  if (n < limit)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxWaitsPerConnection: %u waits of this connection are pending; the limit is "
               "%" G_GUINT64_FORMAT,
               n, limit);
  return FALSE;
}

gboolean
smd_wait_start (SmdNode *node, SmdClient *client, SmdWaitDone done, gpointer data, GError **error)
{
  SmdServer *server = node->server;
  gboolean replaces_own = node->wait != NULL && node->wait->client == client;
  SmdWait *wait;

  if (!replaces_own && !smd_wait_check_count (client, error))
    return FALSE;
  if (node->wait != NULL)
    {
      g_autoptr (GError) replaced = g_error_new (
        SYSMEM_ERROR, SYSMEM_ERROR_PENDING, "another wait on this node took the place of this one");

      smd_wait_end (node, replaced);
    }
  node->waited = TRUE;
  wait = g_new0 (SmdWait, 1);
  wait->node = node;
  wait->client = client;
  wait->done = done;
  wait->data = data;
  node->wait = wait;
  g_ptr_array_add (client->waits, wait);
  if (node->sme->allocated)
    smd_wait_end (node, NULL);
  else
    wait->timer = smd_timers_add (server->timers, deadline (server), on_timeout, wait);
  return TRUE;
}

gboolean
smd_node_check_allocated (SmdNode *node, GError **error)
{
  if (node->sme->allocated)
    return TRUE;
  g_propagate_error (error, smd_missing_new_error (node));
  return FALSE;
}
