/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-arguments.h"
#include "bus/smd-encode.h"
#include "bus/smd-methods.h"
#include "common/smc-dict.h"
#include "common/smc-text.h"
#include "server/smd-collection.h"
#include "server/smd-handle.h"
#include "server/smd-stall.h"
#include "server/smd-tracker.h"

static GVariant *
nothing (void)
{
  return g_variant_new ("()");
}

static GVariant *
sync_node (SmdCall *call, GError **error)
{
  return nothing (); /* calls are handled in order: being here is the answer */
}

static GVariant *
release_node (SmdCall *call, GError **error)
{
  smd_node_release (call->node);
  return nothing ();
}

static GVariant *
abandon_node (SmdCall *call, GError **error)
{
  g_autofree char *quoted = NULL;
  g_autofree char *why = NULL;
  const char *reason;

  g_variant_get (call->parameters, "(&s)", &reason);
  quoted = smc_text_quote (reason);
  why = g_strdup_printf ("it was abandoned, saying %s", quoted);
  smd_node_fail (call->node, why);
  return nothing ();
}

static GVariant *
set_name (SmdCall *call, GError **error)
{
  guint32 priority;
  const char *name;

  g_variant_get (call->parameters, "(u&s)", &priority, &name);
  if (*name == '\0')
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "name: must have 1 to %u bytes, it is empty", SMC_MAX_NAME_BYTES);
      return NULL;
    }
  if (!smd_arguments_check_name (name, "name", SMC_MAX_NAME_BYTES, "MaxNameBytes", error))
    return NULL;
  smd_collection_set_name (call->node->collection, priority, name);
  return nothing ();
}

static GVariant *
set_debug_client_info (SmdCall *call, GError **error)
{
  const char *name;
  guint64 id;

  g_variant_get (call->parameters, "(&st)", &name, &id);
  if (!smd_arguments_check_debug_info (name, error))
    return NULL;
  smd_node_set_debug_info (call->node, name, id);
  return nothing ();
}

static GVariant *
set_debug_timeout_log_deadline (SmdCall *call, GError **error)
{
  guint64 deadline;

  g_variant_get (call->parameters, "(t)", &deadline);
  if (deadline > G_MAXINT64)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "usec: %" G_GUINT64_FORMAT " is no CLOCK_MONOTONIC time", deadline);
      return NULL;
    }
  smd_stall_set_deadline (call->node->collection, (gint64)deadline);
  return nothing ();
}

static GVariant *
set_verbose_logging (SmdCall *call, GError **error)
{
  call->node->collection->verbose = TRUE;
  return nothing ();
}

static GVariant *
get_node_ref (SmdCall *call, GError **error)
{
  g_auto (SmdFd) ref = smd_node_dup_ref (call->node, error);

  return ref >= 0 ? g_variant_new ("(@h)", smd_call_put_fd (call, &ref)) : NULL;
}

static GVariant *
is_alternate_for (SmdCall *call, GError **error)
{
  gint32 handle;
  guint64 cookie;
  SmdNode *other;
  int fd;

  g_variant_get (call->parameters, "(h)", &handle);
  if (!smd_call_get_fd (call, handle, &fd, error))
    return NULL;
  if (!smd_cookie_of_fd (fd, &cookie))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "node_ref: the fd is no socket, so it is no node ref");
      return NULL;
    }
  other = smd_node_lookup_ref (call->node, cookie);
  if (other == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "node_ref: no node of this collection has this ref, or has it any more");
      return NULL;
    }
  return g_variant_new ("(b)", sme_node_is_alternate_for (call->node->sme, other->sme));
}

static GVariant *
get_buffer_collection_id (SmdCall *call, GError **error)
{
  return g_variant_new ("(t)", call->node->collection->id);
}

static GVariant *
set_weak (SmdCall *call, GError **error)
{
  return smd_node_set_weak (call->node, error) ? nothing () : NULL;
}

static GVariant *
set_weak_ok (SmdCall *call, GError **error)
{
  static const SmcDictKey keys[] = { { "for_child_nodes_also", "b" }, { NULL, NULL } };
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 0);

  if (!smc_dict_check (options, "options", keys, error)
      || !smd_node_set_weak_ok (call->node,
                                smd_options_get_boolean (options, "for_child_nodes_also"), error))
    return NULL;
  return nothing ();
}

static GVariant *
attach_node_tracking (SmdCall *call, GError **error)
{
  g_auto (SmdFd) fd = -1;

  if (!smd_node_attach_tracking (call->node, &fd, error))
    return NULL;
  return g_variant_new ("(@h)", smd_call_put_fd (call, &fd));
}

static GVariant *
explain (SmdCall *call, GError **error)
{
  g_autoptr (SmeExplanation) explanation = smd_node_explain (call->node);

  return g_variant_new ("(@a{sv})", smd_encode_explanation (explanation));
}

const SmdMethod smd_node_methods[] = {
  { "Sync", sync_node, FALSE },
  { "Release", release_node, TRUE },
  { "Abandon", abandon_node, FALSE },
  { "SetName", set_name, FALSE },
  { "SetDebugClientInfo", set_debug_client_info, FALSE },
  { "SetDebugTimeoutLogDeadline", set_debug_timeout_log_deadline, FALSE },
  { "SetVerboseLogging", set_verbose_logging, FALSE },
  { "GetNodeRef", get_node_ref, FALSE },
  { "IsAlternateFor", is_alternate_for, FALSE },
  { "GetBufferCollectionId", get_buffer_collection_id, FALSE },
  { "SetWeak", set_weak, FALSE },
  { "SetWeakOk", set_weak_ok, FALSE },
  { "AttachNodeTracking", attach_node_tracking, FALSE },
  { "Explain", explain, TRUE },
  { NULL, NULL, FALSE },
};

GVariant *
smd_node_get_property (SmdNode *node, const char *name)
{
  const SmdCollection *collection = node->collection;

  if (g_str_equal (name, "Kind"))
    return g_variant_new_string (smd_node_get_kind_name (node));
  if (g_str_equal (name, "State"))
    return g_variant_new_string (smd_node_get_state_name (node));
  if (g_str_equal (name, "BufferCollectionId"))
    return g_variant_new_uint64 (collection->id);
  if (g_str_equal (name, "Name"))
    return g_variant_new_string (collection->name != NULL ? collection->name : "");
  if (g_str_equal (name, "DebugClientInfo"))
    return g_variant_new ("(st)", node->debug_name, node->debug_id);
  return NULL;
}
