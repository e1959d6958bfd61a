/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-snapshot.h"

#include "ctl-describe.h"
#include "ctl-dict.h"
#include "ctl-explanation.h"
#include "ctl-holders.h"
#include "ctl-text.h"
#include <glib/gi18n.h>

static const CtlColumn columns[] = {
  { N_ ("ID"), TRUE },       { N_ ("NAME"), FALSE },        { N_ ("STATE"), FALSE },
  { N_ ("BYTES"), TRUE },    { N_ ("BUFFERS"), TRUE },      { N_ ("AGE"), TRUE },
  { N_ ("HELD BY"), FALSE }, { N_ ("WAITING FOR"), FALSE }, { NULL },
};

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  GVariant *x = *(GVariant *const *)a;
  GVariant *y = *(GVariant *const *)b;
  guint64 bytes_of_x = ctl_dict_get_number (x, "size_bytes");
  guint64 bytes_of_y = ctl_dict_get_number (y, "size_bytes");

  if (bytes_of_x != bytes_of_y)
    return bytes_of_x > bytes_of_y ? -1 : 1;
  return ctl_dict_get_number (x, "id") < ctl_dict_get_number (y, "id") ? -1 : 1;
}

/* Returns: (transfer full) (element-type GVariant) */
static GPtrArray *
list_by_size (CtlContext *context, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GPtrArray) collections =
    g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);

  reply = ctl_context_call (context, CTL_INSPECTOR, "ListCollections", NULL, "(aa{sv})", error);
  if (reply == NULL)
    return NULL;
  list = g_variant_get_child_value (reply, 0);
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    g_ptr_array_add (collections, g_variant_get_child_value (list, i));
  g_ptr_array_sort (collections, compare_sizes);
  return g_steal_pointer (&collections);
}

static guint32
count_buffers_left (GVariant *buffers)
{
  guint32 n = 0;

  for (gsize i = 0; i < g_variant_n_children (buffers); i++)
    {
      g_autoptr (GVariant) buffer = g_variant_get_child_value (buffers, i);

      n += ctl_dict_get_number (buffer, "exists") != 0;
    }
  return n;
}

/* Returns: (transfer full): @collection with what its description says more of it */
static GVariant *
add_details (GVariant *collection, GVariant *description)
{
  g_autoptr (GVariant) buffers = ctl_dict_get_list (description, "buffers", "aa{sv}");
  g_autoptr (GVariant) missing = ctl_dict_get_list (description, "waiting_for", "a(st)");
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (collection);

  g_variant_dict_insert (&dict, "buffers_left", "u", count_buffers_left (buffers));
  g_variant_dict_insert_value (&dict, "holders", ctl_holders_merge (buffers));
  g_variant_dict_insert_value (&dict, "waiting_for", missing);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

GVariant *
ctl_snapshot_take (CtlContext *context, guint n_detailed, GError **error)
{
  g_autoptr (GPtrArray) collections = list_by_size (context, error);
  GVariantBuilder snapshot;

  if (collections == NULL)
    return NULL;
  g_variant_builder_init (&snapshot, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < collections->len; i++)
    {
      GVariant *collection = collections->pdata[i];
      g_autoptr (GVariant) description = NULL;
      g_autoptr (GVariant) detailed = NULL;

      /* One that has ended since is shown for the last time. */
      if (i < n_detailed)
        description = ctl_describe (context, ctl_dict_get_number (collection, "id"), NULL);
      if (description != NULL)
        detailed = add_details (collection, description);
      g_variant_builder_add_value (&snapshot, detailed != NULL ? detailed : collection);
    }
  return g_variant_ref_sink (g_variant_builder_end (&snapshot));
}

guint64
ctl_snapshot_sum_bytes (GVariant *snapshot)
{
  guint64 sum = 0;

  for (gsize i = 0; i < g_variant_n_children (snapshot); i++)
    {
      g_autoptr (GVariant) collection = g_variant_get_child_value (snapshot, i);

      sum += ctl_dict_get_number (collection, "size_bytes");
    }
  return sum;
}

static void
add_row (CtlTable *table, GVariant *collection)
{
  g_autoptr (GVariant) missing = ctl_dict_get_list (collection, "waiting_for", "a(st)");
  g_autofree char *bytes = ctl_text_format_bytes (ctl_dict_get_number (collection, "size_bytes"));
  g_autofree char *age = ctl_text_format_age (ctl_dict_get_number (collection, "age_usec"));
  g_autofree char *holders = ctl_holders_join (collection);
  g_autofree char *names = ctl_explanation_join_parties (missing);
  guint64 count = ctl_dict_get_number (collection, "buffer_count");
  guint64 left = ctl_dict_get_number (collection, "buffers_left");

  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (collection, "id"));
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (collection, "name"));
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (collection, "state"));
  ctl_table_add_cell (table, "%s", bytes);
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, left, count);
  ctl_table_add_cell (table, "%s", age);
  ctl_table_add_cell (table, "%s", holders);
  ctl_table_add_cell (table, "%s", names);
}

CtlTable *
ctl_snapshot_make_table (GVariant *snapshot)
{
  CtlTable *table = ctl_table_new (columns);
  GVariantIter iter;
  GVariant *collection;

  g_variant_iter_init (&iter, snapshot);
  while (g_variant_iter_loop (&iter, "@a{sv}", &collection))
    add_row (table, collection);
  return table;
}
