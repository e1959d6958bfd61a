/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-arguments.h"
#include "bus/smd-methods.h"
#include "server/smd-collection.h"

GVariant *
smd_method_new_token (SmdCall *call, GError **error)
{
  g_autoptr (GArray) tokens = smd_new_tokens_new ();
  guint32 mask;

  g_variant_get (call->parameters, "(u)", &mask);
  if (!smd_node_add_tokens (call->node, call->client, &mask, 1, tokens, error))
    return NULL;
  return smd_call_put_token (call, &g_array_index (tokens, SmdNewToken, 0));
}

static GVariant *
new_tokens (SmdCall *call, GError **error)
{
  g_autoptr (GVariant) masks = g_variant_get_child_value (call->parameters, 0);
  g_autoptr (GArray) tokens = smd_new_tokens_new ();
  GVariantBuilder list;
  gsize n_masks;
  const guint32 *array = g_variant_get_fixed_array (masks, &n_masks, sizeof (guint32));

  if (!sme_node_check_add_tokens (call->node->sme, array, (guint)n_masks, error)
      || !smd_arguments_check_masks (call->server, "rights_attenuation_masks", n_masks, 0, error)
      || !smd_node_add_tokens (call->node, call->client, array, (guint)n_masks, tokens, error))
    return NULL;
  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(oh)"));
  for (guint i = 0; i < tokens->len; i++)
    g_variant_builder_add_value (
      &list, smd_call_put_token (call, &g_array_index (tokens, SmdNewToken, i)));
  return g_variant_new ("(a(oh))", &list);
}

static GVariant *
set_dispensable (SmdCall *call, GError **error)
{
  sme_node_set_dispensable (call->node->sme);
  return g_variant_new ("()");
}

static GVariant *
create_group (SmdCall *call, GError **error)
{
  SmdNode *group = smd_node_add_group (call->node, call->client, error);
  g_autofree char *path = NULL;

  if (group == NULL)
    return NULL;
  path = smd_node_path (group);
  return g_variant_new ("(o)", path);
}

GVariant *
smd_method_bind (SmdCall *call, SmdNode *token, GVariant *options, GError **error)
{
  g_autofree char *path = smd_node_path (token);
  g_auto (SmdBinding) binding = { 0 };

  if (!smd_binding_init (&binding, options, error)
      || !smd_node_bind (token, call->client, binding.linger, binding.prepared, error))
    return NULL;
  return g_variant_new ("(o)", path);
}

static GVariant *
bind_token (SmdCall *call, GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (call->parameters, 0);

  return smd_method_bind (call, call->node, options, error);
}

static GVariant *
all_children_present (SmdCall *call, GError **error)
{
  return smd_node_all_children_present (call->node, error) ? g_variant_new ("()") : NULL;
}

const SmdMethod smd_token_methods[] = {
  { "Duplicate", smd_method_new_token, FALSE },
  { "DuplicateSync", new_tokens, FALSE },
  { "SetDispensable", set_dispensable, FALSE },
  { "CreateBufferCollectionTokenGroup", create_group, FALSE },
  { "Bind", bind_token, FALSE },
  { NULL, NULL, FALSE },
};

const SmdMethod smd_group_methods[] = {
  { "CreateChild", smd_method_new_token, FALSE },
  { "CreateChildrenSync", new_tokens, FALSE },
  { "AllChildrenPresent", all_children_present, FALSE },
  { NULL, NULL, FALSE },
};
