/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "devices/sysmem-feedback-table.h"

#include "common/sysmem-error.h"

#include <string.h>

#define MODIFIER_OFFSET 8

GArray *
sysmem_feedback_table_parse (gconstpointer bytes, gsize size, GError **error)
{
  GArray *table;

  if (size % SYSMEM_FEEDBACK_ENTRY_BYTES != 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "format table: %" G_GSIZE_FORMAT " bytes are no multiple of %u", size,
                   SYSMEM_FEEDBACK_ENTRY_BYTES);
      return NULL;
    }
  table = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  for (gsize at = 0; at < size; at += SYSMEM_FEEDBACK_ENTRY_BYTES)
    {
      const guint8 *entry = (const guint8 *)bytes + at;
      SmcPixelFormat pair = { 0 };

      memcpy (&pair.fourcc, entry, sizeof pair.fourcc);
      memcpy (&pair.modifier, entry + MODIFIER_OFFSET, sizeof pair.modifier);
      g_array_append_val (table, pair);
    }
  return table;
}

gboolean
sysmem_feedback_table_pick (
  const GArray *table, gconstpointer indices, gsize size, GArray *pairs, GError **error)
{
  guint before = pairs->len;

  if (size % sizeof (guint16) != 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "tranche: %" G_GSIZE_FORMAT " bytes are no indices of 16 bits", size);
      return FALSE;
    }
  for (gsize at = 0; at < size; at += sizeof (guint16))
    {
      guint16 index;

      memcpy (&index, (const guint8 *)indices + at, sizeof index);
      if (index >= table->len)
        {
          g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                       "tranche: index %u is outside of the format table, which has %u entries",
                       index, table->len);
          g_array_set_size (pairs, before);
          return FALSE;
        }
      g_array_append_val (pairs, g_array_index (table, SmcPixelFormat, index));
    }
  return TRUE;
}
