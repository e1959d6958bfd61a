/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-wait-call.h"

#include "bus/smd-encode.h"
#include "server/smd-client.h"
#include "server/smd-unread.h"
#include "server/smd-wait.h"

typedef struct
{
  SmdBus *bus;
  GDBusMethodInvocation *invocation; /* owned */
  SmdNode *node;                     /* a reference */
  SmdWaitFlags flags;
} WaitCall;

static GVariant *
make_reply (SmdCall *call, SmdNode *node, SmdWaitFlags flags, GError **error)
{
  SmdCollection *collection = node->collection;
  g_autoptr (GArray) delivered = smd_delivered_new ();
  g_auto (SmdFd) bundle = -1;
  gboolean bundled = (flags & SMD_WAIT_BUNDLE) != 0;
  guint max_fds = (guint)call->server->limits.max_fds_per_message;
  GVariant *info;

  if (bundled && !smd_deliver_bundle (node, call->client, &bundle, error))
    return NULL;
  if (!bundled && !smd_deliver (node, 0, G_MAXUINT, max_fds, delivered, error))
    return NULL;
  if (!bundled && (flags & SMD_WAIT_SINGLE) != 0
      && delivered->len < collection->settings->buffer_count)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                   "MaxFdsPerMessage: %u buffers are more than fit in one message of %u fds; ask "
                   "with the option bundle",
                   collection->settings->buffer_count, max_fds);
      return NULL;
    }
  info = smd_encode_info (call, collection, bundled ? &bundle : NULL);
  return g_variant_new ("(@a{sv}@aa{sv})", info, smd_encode_delivered (call, delivered));
}

static void
answer (WaitCall *wait, SmdClient *client)
{
  g_autoptr (GArray) reply_fds = smd_reply_fds_new ();
  g_autoptr (GError) error = NULL;
  SmdCall call = {
    .bus = wait->bus,
    .server = wait->bus->server,
    .client = client,
    .node = wait->node,
    .invocation = wait->invocation,
    .reply_fds = reply_fds,
  };
  GVariant *reply = make_reply (&call, wait->node, wait->flags, &error);

  smd_call_complete (wait->bus, g_steal_pointer (&wait->invocation), reply, reply_fds, error);
}

/* AllocateBuffers keeps nothing but the buffers it handed out. */
static void
end_single (SmdNode *node, gboolean allocated)
{
  if (node->failure != NULL)
    return;
  if (allocated)
    smd_node_release (node);
  else
    smd_node_fail (node, "AllocateBuffers got no answer in time");
}

static void
on_wait_done (gpointer data, const GError *error)
{
  WaitCall *wait = data;
  SmdBus *bus = wait->bus;
  SmdClient *client =
    smd_client_lookup (bus->server, g_dbus_method_invocation_get_sender (wait->invocation));

  if (client == NULL)
    g_clear_object (&wait->invocation); /* it left: nobody to answer */
  else if (error != NULL)
    smd_call_complete (bus, g_steal_pointer (&wait->invocation), NULL, NULL, error);
  else
    answer (wait, client);
  if ((wait->flags & SMD_WAIT_SINGLE) != 0)
    end_single (wait->node, error == NULL);
  smd_node_unref (wait->node);
  g_free (wait);
}

gboolean
smd_wait_call_check_room (SmdCall *call, SmdWaitFlags flags, GError **error)
{
  return smd_wait_check_count (call->client, error)
         && ((flags & SMD_WAIT_BUNDLE) == 0 || smd_unread_check (call->client, error));
}

gboolean
smd_wait_call_start (SmdCall *call, SmdNode *node, SmdWaitFlags flags, GError **error)
{
  WaitCall *wait;

  if (!smd_wait_check_order (node, error)
      || ((flags & SMD_WAIT_BUNDLE) != 0 && !smd_unread_check (call->client, error)))
    return FALSE;
  wait = g_new0 (WaitCall, 1);
  wait->bus = call->bus;
  wait->invocation = call->invocation;
  wait->node = smd_node_ref (node);
  wait->flags = flags;
  if (smd_wait_start (node, call->client, on_wait_done, wait, error))
    {
      call->deferred = TRUE;
      return TRUE;
    }
  smd_node_unref (wait->node);
  g_free (wait);
  return FALSE;
}
