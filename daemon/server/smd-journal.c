/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-journal.h"

#include "common/smc-codec.h"
#include "common/smc-text.h"
#include "server/smd-missing.h"

void
smd_journal_stall (SmdCollection *collection)
{
  SmeNode *root = sme_tree_get_root (collection->tree);
  g_autofree char *missing = smd_missing_describe (root);
  gint64 age = smd_timers_now (collection->server->timers) - collection->created;

  g_message ("Collection %" G_GUINT64_FORMAT " waits for %s since %" G_GINT64_FORMAT " s",
             collection->id, missing, age / G_USEC_PER_SEC);
}

#define MAX_LISTED 8
#define MAX_CONSTRAINTS_BYTES 1024

/* "a, b and 3 more" */
typedef struct
{
  GString *text;
  guint n;
} List;

static void
list_add (List *list, const char *item)
{
  if (list->n < MAX_LISTED)
    g_string_append_printf (list->text, "%s%s", list->n > 0 ? ", " : "", item);
  list->n++;
}

static char *
list_end (List *list, const char *nothing)
{
  if (list->n > MAX_LISTED)
    g_string_append_printf (list->text, " and %u more", list->n - MAX_LISTED);
  if (list->n == 0)
    g_string_append (list->text, nothing);
  return g_string_free (list->text, FALSE);
}

static void
list_holders (List *list, const GArray *holders, GHashTable *seen)
{
  for (guint i = 0; holders != NULL && i < holders->len; i++)
    {
      const SmdHolder *holder = &g_array_index (holders, SmdHolder, i);
      g_autofree char *name = smc_text_quote (holder->name);
      g_autofree char *item = g_strdup_printf ("%s (pid %d)", name, (int)holder->pid);

      if (g_hash_table_add (seen, GINT_TO_POINTER ((int)holder->pid)))
        list_add (list, item);
    }
}

void
smd_journal_leak (SmdCollection *collection, SmdHolderTable *table)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  List buffers = { g_string_new (NULL), 0 };
  List holders = { g_string_new (NULL), 0 };
  g_autofree char *which = NULL;
  g_autofree char *who = NULL;

  for (guint i = 0; i < collection->buffers->len; i++)
    {
      const SmdBuffer *buffer = collection->buffers->pdata[i];
      g_autofree char *index = g_strdup_printf ("%u", i);

      if (buffer->memory == NULL || !buffer->leak_told)
        continue;
      list_add (&buffers, index);
      list_holders (&holders, smd_holder_table_get (table, buffer->device, buffer->inode), seen);
    }
  which = list_end (&buffers, "");
  who = list_end (&holders, "processes this daemon may not look into");
  if (buffers.n > 0) /* else they were closed while we looked */
    g_message ("Collection %" G_GUINT64_FORMAT ": buffer %s should have been closed and is still "
               "held by %s",
               collection->id, which, who);
}

static guint
get_depth (const SmeNode *node)
{
  guint depth = 0;

  for (; node->parent != NULL; node = node->parent)
    depth++;
  return depth;
}

/* A log is no place for the constraints of a device that lists 500 pixel formats. */
static char *
print_constraints (SmePrepared *prepared)
{
  g_autoptr (GVariant) said = NULL;

  if (prepared == NULL)
    return g_strdup ("no constraints");
  said = g_variant_ref_sink (smc_constraints_to_variant (sme_prepared_get_constraints (prepared)));
  if (g_variant_get_size (said) > MAX_CONSTRAINTS_BYTES)
    return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes of constraints", g_variant_get_size (said));
  return g_variant_print (said, FALSE);
}

static void
log_node (SmeNode *place)
{
  SmdNode *node = place->owner;
  g_autofree char *who = smc_text_quote (place->name);
  g_autofree char *constraints = print_constraints (place->prepared);

  g_message ("  %*s%s %" G_GUINT64_FORMAT " %s%s: %s, %s", (int)get_depth (place) * 2, "",
             smd_node_get_kind_name (node), node->id, who, place->connected ? "" : " (released)",
             smd_node_get_state_name (node), constraints);
}

void
smd_journal_allocated (SmdCollection *collection)
{
  g_autoptr (GPtrArray) places = NULL;

  if (!collection->verbose)
    return;
  g_message ("Collection %" G_GUINT64_FORMAT ": allocated %u buffers of %" G_GUINT64_FORMAT
             " bytes in heap %s",
             collection->id, collection->settings->buffer_count, collection->settings->size_bytes,
             collection->settings->heap);
  places = sme_tree_list_nodes (collection->tree);
  for (guint i = 0; i < places->len; i++)
    log_node (places->pdata[i]);
}

void
smd_journal_failed (SmdNode *node)
{
  if (!node->collection->verbose)
    return;
  g_message ("Collection %" G_GUINT64_FORMAT ": a node failed: %s", node->collection->id,
             node->failure->message);
  log_node (node->sme);
}
