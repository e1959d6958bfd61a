/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-journal.h"

#include "common/smc-checked.h"
#include "common/smc-names.h"
#include "common/smc-text.h"
#include "server/smd-dump.h"
#include "server/smd-list.h"
#include "server/smd-missing.h"

/* One line: its fields, among them MESSAGE, the sentence for a person. */
typedef GVariantBuilder Line;

static void
line_add_text (Line *line, const char *field, const char *text)
{
  g_variant_builder_add (line, "{sv}", field, g_variant_new_string (text));
}

static void
line_add_number (Line *line, const char *field, guint64 number)
{
  g_variant_builder_add (line, "{sv}", field, g_variant_new_uint64 (number));
}

static void
line_begin (Line *line, const char *event, const SmdCollection *collection)
{
  g_variant_builder_init (line, G_VARIANT_TYPE_VARDICT);
  line_add_text (line, "SYSMEM_EVENT", event);
  line_add_number (line, "SYSMEM_COLLECTION", collection->id);
  line_add_number (line, "SYSMEM_UID", collection->payer);
  if (collection->name != NULL)
    line_add_text (line, "SYSMEM_NAME", collection->name);
}

static void G_GNUC_PRINTF (4, 5) line_end (
  Line *line, GLogLevelFlags level, const SmdCollection *collection, const char *format, ...)
{
  g_autofree char *name = collection->name != NULL ? smc_text_quote (collection->name) : NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *message = NULL;
  g_autoptr (GVariant) fields = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  message = g_strdup_printf ("Collection %" G_GUINT64_FORMAT "%s%s%s %s", collection->id,
                             name != NULL ? " (" : "", name != NULL ? name : "",
                             name != NULL ? ")" : "", sentence);
  line_add_text (line, "MESSAGE", message);
  fields = g_variant_ref_sink (g_variant_builder_end (line));
  g_log_variant (G_LOG_DOMAIN, level, fields);
}

/* Outcomes. */

static char *
describe_participants (SmdCollection *collection)
{
  g_autoptr (GPtrArray) places = sme_tree_list_nodes (collection->tree);
  SmdList list;

  smd_list_init (&list);
  for (guint i = 0; i < places->len; i++)
    {
      const SmeNode *place = places->pdata[i];
      g_autofree char *who = NULL;

      if (place->prepared == NULL)
        continue;
      who = sme_node_describe (place);
      smd_list_add (&list, who);
    }
  return smd_list_end (&list, "nobody");
}

static void
tell_allocated (SmdCollection *collection)
{
  const SmcSettings *settings = collection->settings;
  g_autofree char *format =
    settings->image != NULL ? smc_pixel_format_to_string (&settings->image->pixel_format) : NULL;
  g_autofree char *participants = describe_participants (collection);
  guint64 bytes;
  Line line;

  line_begin (&line, "allocated", collection);
  line_add_number (&line, "SYSMEM_BUFFERS", settings->buffer_count);
  if (smc_checked_mul (&bytes, settings->raw_size_bytes, settings->buffer_count))
    line_add_number (&line, "SYSMEM_BYTES", bytes);
  line_add_text (&line, "SYSMEM_HEAP", settings->heap);
  if (format != NULL)
    line_add_text (&line, "SYSMEM_FORMAT", format);
  line_add_text (&line, "SYSMEM_PARTICIPANTS", participants);
  line_end (&line, G_LOG_LEVEL_INFO, collection,
            "is %u buffers of %" G_GUINT64_FORMAT " bytes from heap %s%s%s, for %s",
            settings->buffer_count, settings->size_bytes, settings->heap,
            format != NULL ? ", " : "", format != NULL ? format : "", participants);
}

/* The end of a collection that was allocated is part of its life, that of one that was not is
 * something to look into. */
static void
tell_failed (SmdCollection *collection, const SmeExplanation *explanation)
{
  GLogLevelFlags level = collection->settings == NULL ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_INFO;
  Line line;

  line_begin (&line, "failed", collection);
  line_add_text (&line, "SYSMEM_ERROR", sysmem_error_get_dbus_name (explanation->error));
  line_end (&line, level, collection, "failed%s: %s",
            collection->settings != NULL ? " after it was allocated" : "", explanation->message);
}

static void
tell_released (SmdCollection *collection)
{
  Line line;

  line_begin (&line, "released", collection);
  line_end (&line, G_LOG_LEVEL_INFO, collection,
            "was released by all its participants before it was allocated");
}

static gboolean
has_event (GPtrArray *events, SmeEventType type)
{
  for (guint i = 0; i < events->len; i++)
    if (((const SmeEvent *)events->pdata[i])->type == type)
      return TRUE;
  return FALSE;
}

void
smd_journal_outcome (SmdCollection *collection, GPtrArray *events)
{
  if (collection->tree == NULL && has_event (events, SME_EVENT_TREE_ENDED))
    {
      if (collection->failure != NULL)
        tell_failed (collection, collection->failure);
      else if (collection->settings == NULL)
        tell_released (collection);
      return;
    }
  if (collection->tree == NULL || !has_event (events, SME_EVENT_NODE_ALLOCATED))
    return;
  if (!collection->allocation_told) /* else latecomers got what there was */
    tell_allocated (collection);
  collection->allocation_told = TRUE;
  if (collection->verbose)
    smd_dump_tree (collection);
}

void
smd_journal_node_failed (SmdNode *node)
{
  if (!node->collection->verbose)
    return;
  g_message ("Collection %" G_GUINT64_FORMAT ": a node failed: %s", node->collection->id,
             node->failure->message);
  smd_dump_node (node);
}

void
smd_journal_stall (SmdCollection *collection)
{
  SmeNode *root = sme_tree_get_root (collection->tree);
  g_autofree char *missing = smd_missing_describe (root);
  gint64 age = smd_timers_now (collection->server->timers) - collection->created;
  guint64 seconds = (guint64)(age / G_USEC_PER_SEC);
  Line line;

  line_begin (&line, "stalled", collection);
  line_add_text (&line, "SYSMEM_MISSING", missing);
  line_add_number (&line, "SYSMEM_SECONDS", seconds);
  line_end (&line, G_LOG_LEVEL_MESSAGE, collection,
            "has been waiting for %s for %" G_GUINT64_FORMAT " s", missing, seconds);
}

/* Leaks. */

static void
list_holders (SmdList *list, const GArray *holders, GHashTable *seen)
{
  for (guint i = 0; holders != NULL && i < holders->len; i++)
    {
      const SmdHolder *holder = &g_array_index (holders, SmdHolder, i);
      g_autofree char *name = smc_text_quote (holder->name);
      g_autofree char *item = g_strdup_printf ("%s (pid %d)", name, (int)holder->pid);

      if (g_hash_table_add (seen, GINT_TO_POINTER ((int)holder->pid)))
        smd_list_add (list, item);
    }
}

void
smd_journal_leak (SmdCollection *collection, SmdHolderTable *table)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autofree char *which = NULL;
  g_autofree char *who = NULL;
  guint n_buffers = 0;
  SmdList buffers, holders;
  Line line;

  smd_list_init (&buffers);
  smd_list_init (&holders);
  for (guint i = 0; i < collection->buffers->len; i++)
    {
      const SmdBuffer *buffer = collection->buffers->pdata[i];
      g_autofree char *index = g_strdup_printf ("%u", i);

      if (buffer->memory == NULL || !buffer->leak_told)
        continue;
      n_buffers++;
      smd_list_add (&buffers, index);
      list_holders (&holders, smd_holder_table_get (table, buffer->device, buffer->inode), seen);
    }
  which = smd_list_end (&buffers, "");
  who = smd_list_end (&holders, "processes this daemon may not look into");
  if (n_buffers == 0)
    return; /* they were closed while we looked */
  line_begin (&line, "leaked", collection);
  line_add_number (&line, "SYSMEM_BUFFERS", n_buffers);
  line_add_text (&line, "SYSMEM_HOLDERS", who);
  line_end (&line, G_LOG_LEVEL_WARNING, collection,
            "has buffers that should have been closed: %s still held by %s", which, who);
}
