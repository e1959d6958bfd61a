/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-holders.h"

#include "ctl-dict.h"

char *
ctl_holders_join (GVariant *dict)
{
  g_autoptr (GVariant) holders = ctl_dict_get_list (dict, "holders", "a(us)");
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  const char *name;
  guint32 pid;

  g_variant_iter_init (&iter, holders);
  while (g_variant_iter_next (&iter, "(u&s)", &pid, &name))
    g_string_append_printf (text, "%s%s (%u)", text->len > 0 ? ", " : "", name, pid);
  return g_strdup (text->str);
}

/* @seen: of pids */
static void
merge_holders (GVariant *buffer, GHashTable *seen, GVariantBuilder *merged)
{
  g_autoptr (GVariant) holders = ctl_dict_get_list (buffer, "holders", "a(us)");
  GVariantIter iter;
  const char *name;
  guint32 pid;

  g_variant_iter_init (&iter, holders);
  while (g_variant_iter_next (&iter, "(u&s)", &pid, &name))
    if (g_hash_table_add (seen, GUINT_TO_POINTER (pid)))
      g_variant_builder_add (merged, "(us)", pid, name);
}

GVariant *
ctl_holders_merge (GVariant *buffers)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GVariantBuilder merged;
  GVariantIter iter;
  GVariant *buffer;

  g_variant_builder_init (&merged, G_VARIANT_TYPE ("a(us)"));
  g_variant_iter_init (&iter, buffers);
  while (g_variant_iter_loop (&iter, "@a{sv}", &buffer))
    merge_holders (buffer, seen, &merged);
  return g_variant_builder_end (&merged);
}
