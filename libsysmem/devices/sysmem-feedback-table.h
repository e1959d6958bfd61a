/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The format table of zwp_linux_dmabuf_feedback_v1: entries of 16 bytes (fourcc, padding, modifier),
 * which tranches refer to by index. */

#pragma once

#include "common/smc-model.h"

G_BEGIN_DECLS

#define SYSMEM_FEEDBACK_ENTRY_BYTES 16u

/* Returns: (element-type SmcPixelFormat) (transfer full): one pair for each entry, or NULL with
 *   PROTOCOL_DEVIATION if @size is no multiple of an entry's */
GArray *sysmem_feedback_table_parse (gconstpointer bytes, gsize size, GError **error);

/* Appends the pairs of @table that the @size bytes of @indices (16 bits each) name to @pairs. FALSE
 * with PROTOCOL_DEVIATION, and nothing appended, for an odd size or an index outside of the table. */
gboolean sysmem_feedback_table_pick (
  const GArray *table, gconstpointer indices, gsize size, GArray *pairs, GError **error);

G_END_DECLS
