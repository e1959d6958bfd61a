/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-arguments.h"
#include "bus/smd-dry-run.h"
#include "bus/smd-encode.h"
#include "bus/smd-methods.h"
#include "bus/smd-wait-call.h"
#include "common/smc-dict.h"
#include "common/smc-names.h"
#include "server/smd-buffer-info.h"
#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-linger.h"
#include "server/smd-token.h"

static GVariant *
reply_path (const SmdNode *node)
{
  g_autofree char *path = smd_node_path (node);

  return g_variant_new ("(o)", path);
}

static GVariant *
encode_shared (SmdCall *call, GArray *tokens)
{
  SmdNewToken *root = &g_array_index (tokens, SmdNewToken, 0);
  g_autofree char *path = smd_node_path (root->node);
  GVariant *handle = smd_call_put_fd (call, &root->handle);
  GVariantBuilder duplicates;

  g_variant_builder_init (&duplicates, G_VARIANT_TYPE ("a(oh)"));
  for (guint i = 1; i < tokens->len; i++)
    g_variant_builder_add_value (
      &duplicates, smd_call_put_token (call, &g_array_index (tokens, SmdNewToken, i)));
  return g_variant_new ("(o@ha(oh))", path, handle, &duplicates);
}

static GVariant *
allocate_shared_collection (SmdCall *call, GError **error)
{
  static const SmcDictKey keys[] = { { "linger", "b" },
                                     { "rights_attenuation_masks", "au" },
                                     { NULL, NULL } };
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 0);
  g_autoptr (GArray) tokens = smd_new_tokens_new ();
  g_autoptr (GVariant) masks = NULL;
  const guint32 *array = NULL;
  gsize n_masks = 0;
  guint32 rights;

  if (!smc_dict_check (options, "options", keys, error))
    return NULL;
  masks = g_variant_lookup_value (options, "rights_attenuation_masks", G_VARIANT_TYPE ("au"));
  if (masks != NULL)
    array = g_variant_get_fixed_array (masks, &n_masks, sizeof (guint32));
  for (gsize i = 0; i < n_masks; i++)
    if (!sme_rights_attenuate (SMC_RIGHTS_ALL, array[i], &rights, error))
      return NULL;
  if (!smd_arguments_check_masks (call->server, "options.rights_attenuation_masks", n_masks, 1,
                                  error)
      || !smd_collection_new_shared (call->client, smd_options_get_boolean (options, "linger"),
                                     array, (guint)n_masks, tokens, error))
    return NULL;
  return encode_shared (call, tokens);
}

static GVariant *
allocate_non_shared_collection (SmdCall *call, GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 0);
  g_auto (SmdBinding) binding = { 0 };
  SmdNode *node;

  if (!smd_binding_init (&binding, options, error))
    return NULL;
  node = smd_collection_new_single (call->client, binding.linger, binding.prepared, error);
  return node != NULL ? reply_path (node) : NULL;
}

/* The token that argument 0 shows. NOT_FOUND, or the stored error of one that failed. */
static SmdNode *
get_token (SmdCall *call, GError **error)
{
  SmdNode *token;
  gint32 handle;
  int fd;

  g_variant_get_child (call->parameters, 0, "h", &handle);
  if (!smd_call_get_fd (call, handle, &fd, error))
    return NULL;
  token = smd_token_lookup (call->server, fd);
  if (token != NULL && token->failure == NULL)
    {
      if (token->linger)
        smd_linger_called (token->collection);
      return token;
    }
  if (token != NULL)
    g_propagate_error (error, g_error_copy (token->failure));
  else
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                 "token: the handle is no token of this daemon, or it was turned in or released");
  return NULL;
}

static GVariant *
bind_shared_collection (SmdCall *call, GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 1);
  SmdNode *token = get_token (call, error);

  return token != NULL ? smd_method_bind (call, token, options, error) : NULL;
}

static GVariant *
open_token (SmdCall *call, GError **error)
{
  SmdNode *token = get_token (call, error);

  if (token == NULL)
    return NULL;
  smd_token_open (token, call->client);
  return reply_path (token);
}

static GVariant *
validate_token (SmdCall *call, GError **error)
{
  SmdNode *token;
  gint32 handle;
  int fd;

  g_variant_get (call->parameters, "(h)", &handle);
  if (!smd_call_get_fd (call, handle, &fd, error))
    return NULL;
  token = smd_token_lookup (call->server, fd);
  return g_variant_new ("(b)", token != NULL && token->failure == NULL);
}

static GVariant *
set_debug_client_info (SmdCall *call, GError **error)
{
  const char *name;
  guint64 id;

  g_variant_get (call->parameters, "(&st)", &name, &id);
  if (!smd_arguments_check_debug_info (name, error))
    return NULL;
  smd_client_set_debug_info (call->client, name, id);
  return g_variant_new ("()");
}

static gboolean
read_question (SmdCall *call, GVariant *options, SmdBufferQuestion *question, GError **error)
{
  g_autoptr (GVariant) constraints = NULL;
  gint32 handle;

  constraints = g_variant_lookup_value (options, "constraints_to_check", G_VARIANT_TYPE_VARDICT);
  if (constraints != NULL)
    {
      question->constraints = smd_arguments_prepare (constraints, error);
      if (question->constraints == NULL)
        {
          g_prefix_error (error, "constraints_to_check: ");
          return FALSE;
        }
    }
  question->need_weak = smd_options_get_boolean (options, "need_weak");
  question->ignore_size = smd_options_get_boolean (options, "settings_to_check_ignore_size");
  question->settings_fd = -1;
  return !g_variant_lookup (options, "settings_to_check", "h", &handle)
         || smd_call_get_fd (call, handle, &question->settings_fd, error);
}

static GVariant *
encode_buffer_info (SmdCall *call,
                    const SmdBufferQuestion *question,
                    SmdBufferAnswer *answer,
                    gboolean need_settings)
{
  const SmdCollection *collection = answer->buffer->collection;
  const SmcSettings *settings = collection->settings;
  GVariantBuilder info;

  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&info, "{sv}", "buffer_collection_id",
                         g_variant_new_uint64 (collection->id));
  g_variant_builder_add (&info, "{sv}", "buffer_index",
                         g_variant_new_uint64 (answer->buffer->index));
  if (answer->weak_fd >= 0)
    g_variant_builder_add (&info, "{sv}", "weak_fd", smd_call_put_fd (call, &answer->weak_fd));
  if (answer->close_weak >= 0)
    g_variant_builder_add (&info, "{sv}", "close_weak_asap",
                           smd_call_put_fd (call, &answer->close_weak));
  if (question->constraints != NULL)
    g_variant_builder_add (&info, "{sv}", "constraints_ok",
                           g_variant_new_boolean (answer->constraints_ok));
  if (question->settings_fd >= 0)
    g_variant_builder_add (&info, "{sv}", "settings_match",
                           g_variant_new_boolean (answer->settings_match));
  if (need_settings)
    g_variant_builder_add (&info, "{sv}", "settings", smd_encode_settings (call, settings));
  return g_variant_new ("(a{sv})", &info);
}

static GVariant *
get_buffer_info (SmdCall *call, GError **error)
{
  static const SmcDictKey keys[] = {
    { "need_weak", "b" },
    { "need_settings", "b" },
    { "settings_to_check", "h" },
    { "settings_to_check_ignore_size", "b" },
    { "constraints_to_check", "a{sv}" },
    { NULL, NULL },
  };
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 1);
  g_autoptr (SmePrepared) constraints = NULL;
  SmdBufferQuestion question = { .asker = call->client->uid };
  SmdBufferAnswer answer = SMD_BUFFER_ANSWER_INIT;
  GVariant *reply = NULL;
  gint32 handle;
  gboolean read;
  int fd;

  g_variant_get_child (call->parameters, 0, "h", &handle);
  if (!smd_call_get_fd (call, handle, &fd, error)
      || !smc_dict_check (options, "options", keys, error))
    return NULL;
  read = read_question (call, options, &question, error);
  constraints = question.constraints;
  if (read && smd_buffer_get_info (call->server, fd, &question, &answer, error))
    reply = encode_buffer_info (call, &question, &answer,
                                smd_options_get_boolean (options, "need_settings"));
  smd_fd_clear (&answer.weak_fd);
  smd_fd_clear (&answer.close_weak);
  return reply;
}

static GVariant *
allocate_buffers (SmdCall *call, GError **error)
{
  static const SmcDictKey keys[] = { { "bundle", "b" }, { NULL, NULL } };
  g_autoptr (GVariant) constraints = g_variant_get_child_value (call->parameters, 0);
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 1);
  g_autoptr (SmePrepared) prepared = NULL;
  g_autoptr (SmdNode) node = NULL;
  SmdWaitFlags flags = SMD_WAIT_SINGLE;

  if (!smc_dict_check (options, "options", keys, error))
    return NULL;
  prepared = smd_arguments_prepare (constraints, error);
  if (prepared == NULL)
    return NULL;
  if (smd_options_get_boolean (options, "bundle"))
    flags |= SMD_WAIT_BUNDLE;
  if (!smd_wait_call_check_room (call, flags, error)
      || !smd_node_check_constraints (call->server, call->client->uid, prepared, error))
    return NULL;
  node = smd_collection_new_single (call->client, FALSE, NULL, error);
  if (node == NULL)
    return NULL;
  (void)smd_node_ref (node);
  smd_node_retire (node); /* nobody is told its path */
  (void)smd_node_set_constraints (node, prepared, NULL, NULL);
  if (node->failure != NULL)
    g_propagate_error (error, g_error_copy (node->failure));
  else if (!smd_wait_call_start (call, node, flags, error))
    smd_node_release (node);
  return NULL;
}

static GVariant *
check_constraints (SmdCall *call, GError **error)
{
  g_autoptr (GVariant) participants = g_variant_get_child_value (call->parameters, 0);
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 1);
  static const SmcDictKey keys[] = { { NULL, NULL } };
  g_autoptr (SmcSettings) settings = NULL;

  if (!smc_dict_check (options, "options", keys, error))
    return NULL;
  settings = smd_dry_run (call->server, participants, error);
  return settings != NULL ? g_variant_new ("(@a{sv})", smd_encode_dry_info (call, settings)) : NULL;
}

static GVariant *
encode_formats (GArray *formats)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < formats->len; i++)
    {
      g_autofree char *text =
        smc_pixel_format_to_string (&g_array_index (formats, SmcPixelFormat, i));

      g_variant_builder_add (&list, "s", text);
    }
  return g_variant_builder_end (&list);
}

static GVariant *
encode_heap (SmdCall *call, const SmeHeap *heap)
{
  SmcWriteProtection protection =
    smd_write_protection_towards (heap->write_protection, call->client->uid);
  GVariantBuilder dict;

  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&dict, "{sv}", "buffer_type",
                         g_variant_new_string (smc_buffer_type_get_name (heap->buffer_type)));
  g_variant_builder_add (&dict, "{sv}", "coherency_domains", smd_encode_domains (heap->domains));
  g_variant_builder_add (&dict, "{sv}", "physically_contiguous",
                         g_variant_new_boolean (heap->physically_contiguous));
  g_variant_builder_add (&dict, "{sv}", "secure", g_variant_new_boolean (heap->secure));
  g_variant_builder_add (&dict, "{sv}", "cpu_mappable", g_variant_new_boolean (heap->cpu_mappable));
  g_variant_builder_add (&dict, "{sv}", "write_protection",
                         g_variant_new_string (smc_write_protection_get_name (protection)));
  if (heap->formats != NULL)
    g_variant_builder_add (&dict, "{sv}", "formats", encode_formats (heap->formats));
  return g_variant_new ("(sa{sv})", heap->name, &dict);
}

static GVariant *
list_heaps (SmdCall *call, GError **error)
{
  GPtrArray *heaps = call->server->policy->heaps;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sa{sv})"));
  for (guint i = 0; i < heaps->len; i++)
    g_variant_builder_add_value (&list, encode_heap (call, heaps->pdata[i]));
  return g_variant_new ("(a(sa{sv}))", &list);
}

const SmdMethod smd_allocator_methods[] = {
  { "AllocateSharedCollection", allocate_shared_collection, FALSE },
  { "AllocateNonSharedCollection", allocate_non_shared_collection, FALSE },
  { "BindSharedCollection", bind_shared_collection, FALSE },
  { "OpenToken", open_token, FALSE },
  { "ValidateBufferCollectionToken", validate_token, FALSE },
  { "SetDebugClientInfo", set_debug_client_info, FALSE },
  { "GetBufferInfo", get_buffer_info, FALSE },
  { "AllocateBuffers", allocate_buffers, FALSE },
  { "CheckConstraints", check_constraints, FALSE },
  { "ListHeaps", list_heaps, FALSE },
  { NULL, NULL, FALSE },
};

GVariant *
smd_allocator_get_property (SmdServer *server, const char *name)
{
  if (g_str_equal (name, "Version"))
    return g_variant_new_string (SYSMEM_VERSION);
  if (g_str_equal (name, "Limits"))
    return smd_encode_limits (&server->limits);
  if (g_str_equal (name, "MaxFdsPerMessage"))
    return g_variant_new_uint32 ((guint32)server->limits.max_fds_per_message);
  return NULL;
}
