/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-journal.h"

#include "common/smc-codec.h"
#include "common/smc-text.h"
#include "heaps/smd-holders.h"
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

static char *
list_holders (SmdBuffer *buffer)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  GString *list = g_string_new (NULL);
  GArray *holders = smd_holders_new ();

  g_ptr_array_add (found, holders);
  smd_holders_find (buffer->device, &buffer->inode, found);
  for (guint i = 0; i < holders->len; i++)
    {
      const SmdHolder *holder = &g_array_index (holders, SmdHolder, i);
      g_autofree char *name = smc_text_quote (holder->name);

      g_string_append_printf (list, "%s%s (pid %d)", i > 0 ? ", " : "", name, (int)holder->pid);
    }
  if (list->len == 0)
    g_string_append (list, "processes this daemon may not look into");
  return g_string_free (list, FALSE);
}

void
smd_journal_leak (SmdBuffer *buffer)
{
  g_autofree char *holders = list_holders (buffer);
  gint64 since = smd_timers_now (buffer->collection->server->timers) - buffer->strong_gone_at;

  g_message ("Collection %" G_GUINT64_FORMAT ": buffer %u was to be closed %" G_GINT64_FORMAT
             " s ago and is still held by %s",
             buffer->collection->id, buffer->index, since / G_USEC_PER_SEC, holders);
}

static guint
get_depth (const SmeNode *node)
{
  guint depth = 0;

  for (; node->parent != NULL; node = node->parent)
    depth++;
  return depth;
}

static void
log_node (SmeNode *place)
{
  SmdNode *node = place->owner;
  g_autofree char *who = smc_text_quote (place->name);
  g_autofree char *constraints = NULL;

  if (place->prepared != NULL)
    {
      g_autoptr (GVariant) said = g_variant_ref_sink (
        smc_constraints_to_variant (sme_prepared_get_constraints (place->prepared)));

      constraints = g_variant_print (said, FALSE);
    }
  g_message ("  %*s%s %" G_GUINT64_FORMAT " %s%s: %s, %s", (int)get_depth (place) * 2, "",
             smd_node_get_kind_name (node), node->id, who, place->connected ? "" : " (released)",
             smd_node_get_state_name (node), constraints != NULL ? constraints : "no constraints");
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
