/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-arguments.h"
#include "bus/smd-encode.h"
#include "bus/smd-methods.h"
#include "bus/smd-wait-call.h"
#include "common/smc-dict.h"
#include "server/smd-buffer-info.h"
#include "server/smd-tracker.h"
#include "server/smd-wait.h"

/* The settings of the buffer of option must_match; *settings is NULL where it is absent. */
static gboolean
get_must_match (SmdCall *call, GVariant *options, const SmcSettings **settings, GError **error)
{
  SmdFdIdentity identity;
  SmdBuffer *buffer;
  gint32 handle;
  int fd;

  *settings = NULL;
  if (!g_variant_lookup (options, "must_match", "h", &handle))
    return TRUE;
  if (!smd_call_get_fd (call, handle, &fd, error))
    return FALSE;
  buffer = smd_buffer_of_fd (call->server, fd, &identity, error);
  if (buffer == NULL)
    {
      g_prefix_error (error, "must_match: ");
      return FALSE;
    }
  *settings = buffer->collection->settings;
  return TRUE;
}

static GVariant *
set_constraints (SmdCall *call, GError **error)
{
  static const SmcDictKey keys[] = { { "must_match", "h" }, { NULL, NULL } };
  g_autoptr (GVariant) constraints = g_variant_get_child_value (call->parameters, 0);
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 1);
  g_autoptr (SmePrepared) prepared = NULL;
  const SmcSettings *must_match;

  if (!smc_dict_check (options, "options", keys, error)
      || !get_must_match (call, options, &must_match, error))
    return NULL;
  prepared = smd_arguments_prepare (constraints, error);
  if (prepared == NULL || !smd_node_set_constraints (call->node, prepared, must_match, error))
    return NULL;
  return g_variant_new ("()");
}

static GVariant *
wait_for_all_buffers_allocated (SmdCall *call, GError **error)
{
  static const SmcDictKey keys[] = { { "bundle", "b" }, { NULL, NULL } };
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 0);

  if (smc_dict_check (options, "options", keys, error))
    (void)smd_wait_call_start (
      call, call->node, smd_options_get_boolean (options, "bundle") ? SMD_WAIT_BUNDLE : 0, error);
  return NULL;
}

static GVariant *
check_all_buffers_allocated (SmdCall *call, GError **error)
{
  return smd_node_check_allocated (call->node, error) ? g_variant_new ("()") : NULL;
}

static GVariant *
get_buffers (SmdCall *call, GError **error)
{
  g_autoptr (GArray) delivered = smd_delivered_new ();
  guint32 first;
  guint32 count;

  g_variant_get (call->parameters, "(uu)", &first, &count);
  if (!smd_node_check_deliverable (call->node, first, error)
      || !smd_deliver (call->node, first, count, (guint)call->server->limits.max_fds_per_message,
                       delivered, error))
    return NULL;
  return g_variant_new ("(@aa{sv})", smd_encode_delivered (call, delivered));
}

static GVariant *
attach_lifetime_tracking (SmdCall *call, GError **error)
{
  g_auto (SmdFd) fd = -1;
  guint32 buffers_remaining;

  g_variant_get (call->parameters, "(u)", &buffers_remaining);
  if (!smd_node_attach_lifetime_tracking (call->node, buffers_remaining, &fd, error))
    return NULL;
  return g_variant_new ("(@h)", smd_call_put_fd (call, &fd));
}

const SmdMethod smd_collection_methods[] = {
  { "SetConstraints", set_constraints, FALSE },
  { "WaitForAllBuffersAllocated", wait_for_all_buffers_allocated, FALSE },
  { "CheckAllBuffersAllocated", check_all_buffers_allocated, FALSE },
  { "GetBuffers", get_buffers, FALSE },
  { "AttachToken", smd_method_new_token, FALSE },
  { "AttachLifetimeTracking", attach_lifetime_tracking, FALSE },
  { NULL, NULL, FALSE },
};
