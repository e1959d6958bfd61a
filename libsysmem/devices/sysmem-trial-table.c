/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* First everything goes that was refused and never accepted: a device that cannot import a heap's
 * buffers refuses the whole row, one that cannot show a format the whole column. If refusals are
 * left then, the row or column with most of them goes, formats before heaps, and again from the
 * start. For instance, with + accepted and - refused:
 *
 *                XR24 NV12 P010
 *   udmabuf        -    -    -      refused throughout: dropped
 *   dma-heap       +    +    -      P010 is refused throughout by now, too: dropped
 *   drm-dumb       +    -           one refusal in its row and in NV12's column: NV12 is dropped
 *
 * which leaves XR24 in dma-heap and drm-dumb. A row or column of which nothing was tried stays: it
 * is not the device that is in its way. */

#include "devices/sysmem-trial-table.h"

typedef struct
{
  guint n_accepted;
  guint n_refused;
} Sum;

SysmemTrialTable *
sysmem_trial_table_new (guint n_heaps, guint n_formats)
{
  SysmemTrialTable *self = g_new0 (SysmemTrialTable, 1);

  self->n_heaps = n_heaps;
  self->n_formats = n_formats;
  self->outcomes = g_new0 (SysmemTrialOutcome, (gsize)n_heaps * n_formats);
  self->keeps_heap = g_new0 (gboolean, n_heaps);
  self->keeps_format = g_new0 (gboolean, n_formats);
  return self;
}

void
sysmem_trial_table_free (SysmemTrialTable *self)
{
  g_free (self->outcomes);
  g_free (self->keeps_heap);
  g_free (self->keeps_format);
  g_free (self);
}

void
sysmem_trial_table_set (SysmemTrialTable *self,
                        guint heap,
                        guint format,
                        SysmemTrialOutcome outcome)
{
  self->outcomes[(gsize)heap * self->n_formats + format] = outcome;
}

SysmemTrialOutcome
sysmem_trial_table_get (const SysmemTrialTable *self, guint heap, guint format)
{
  return self->outcomes[(gsize)heap * self->n_formats + format];
}

static void
count (const SysmemTrialTable *self, guint heap, guint format, Sum *sum)
{
  SysmemTrialOutcome outcome = sysmem_trial_table_get (self, heap, format);

  if (!self->keeps_heap[heap] || !self->keeps_format[format])
    return;
  sum->n_accepted += outcome == SYSMEM_TRIAL_ACCEPTED;
  sum->n_refused += outcome == SYSMEM_TRIAL_REFUSED;
}

static Sum
sum_heap (const SysmemTrialTable *self, guint heap)
{
  Sum sum = { 0, 0 };

  for (guint format = 0; format < self->n_formats; format++)
    count (self, heap, format, &sum);
  return sum;
}

static Sum
sum_format (const SysmemTrialTable *self, guint format)
{
  Sum sum = { 0, 0 };

  for (guint heap = 0; heap < self->n_heaps; heap++)
    count (self, heap, format, &sum);
  return sum;
}

static gboolean
is_hopeless (Sum sum)
{
  return sum.n_refused > 0 && sum.n_accepted == 0;
}

/* Heaps first: a device that imports nothing of a heap says nothing about formats there. */
static gboolean
drop_hopeless (SysmemTrialTable *self)
{
  gboolean dropped = FALSE;

  for (guint heap = 0; heap < self->n_heaps; heap++)
    if (is_hopeless (sum_heap (self, heap)))
      {
        self->keeps_heap[heap] = FALSE;
        dropped = TRUE;
      }
  for (guint format = 0; format < self->n_formats; format++)
    if (is_hopeless (sum_format (self, format)))
      {
        self->keeps_format[format] = FALSE;
        dropped = TRUE;
      }
  return dropped;
}

static gboolean
drop_worst (SysmemTrialTable *self)
{
  guint worst = 0;
  gboolean *where = NULL;

  for (guint format = 0; format < self->n_formats; format++)
    if (sum_format (self, format).n_refused > worst)
      {
        worst = sum_format (self, format).n_refused;
        where = &self->keeps_format[format];
      }
  for (guint heap = 0; heap < self->n_heaps; heap++)
    if (sum_heap (self, heap).n_refused > worst)
      {
        worst = sum_heap (self, heap).n_refused;
        where = &self->keeps_heap[heap];
      }
  if (where != NULL)
    *where = FALSE;
  return where != NULL;
}

gboolean
sysmem_trial_table_settle (SysmemTrialTable *self)
{
  guint n_accepted = 0;
  gboolean dropped = FALSE;

  for (guint heap = 0; heap < self->n_heaps; heap++)
    self->keeps_heap[heap] = TRUE;
  for (guint format = 0; format < self->n_formats; format++)
    self->keeps_format[format] = TRUE;
  while (drop_hopeless (self) || drop_worst (self))
    dropped = TRUE;
  for (guint heap = 0; heap < self->n_heaps; heap++)
    n_accepted += sum_heap (self, heap).n_accepted;
  return !dropped || n_accepted > 0;
}
