/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What came of trying to import buffers: heaps in rows, pixel formats in columns. Constraints can
 * name heaps and formats but no pairs of them, so what is kept has to be a table without refusals. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SYSMEM_TRIAL_NONE, /* the heap has no such buffers, or was not asked */
  SYSMEM_TRIAL_ACCEPTED,
  SYSMEM_TRIAL_REFUSED,
} SysmemTrialOutcome;

typedef struct
{
  guint n_heaps;
  guint n_formats;
  SysmemTrialOutcome *outcomes; /* n_heaps x n_formats */
  gboolean *keeps_heap;         /* after _settle () */
  gboolean *keeps_format;
} SysmemTrialTable;

SysmemTrialTable *sysmem_trial_table_new (guint n_heaps, guint n_formats);
void sysmem_trial_table_free (SysmemTrialTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SysmemTrialTable, sysmem_trial_table_free)

void sysmem_trial_table_set (SysmemTrialTable *self,
                             guint heap,
                             guint format,
                             SysmemTrialOutcome outcome);
SysmemTrialOutcome sysmem_trial_table_get (const SysmemTrialTable *self, guint heap, guint format);

/* Decides what is kept: no refusal is left, and nothing is dropped that is not in the way. FALSE:
 * there were refusals, and no accepted pair is left. */
gboolean sysmem_trial_table_settle (SysmemTrialTable *self);

G_END_DECLS
