/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7.5, size: the smallest buffer that holds every image that has to fit. Each required size r
 * is an image of its own, so 500x1000 and 1000x500 cost what the larger of the two costs, not
 * 1000x1000.
 *
 * Example: NV12, r = 1920x1080, bytes_per_row_divisor 256: w 1920, h 1080, row 2048,
 * size 2048 * 1080 * 3/2 = 3317760. */

#include "engine/sme-settle.h"

#include "common/smc-checked.h"
#include "common/smc-image.h"

typedef struct
{
  guint64 width, height;
  guint64 area;
  guint64 row;
  guint64 bytes;
} Layout;

/* w = round up(max(min_size.w, r.w), align), h likewise,
 * row = round up(max(stride(w), min_bytes_per_row), divisor). */
static gboolean
lay_out (const SmeEntry *entry, SmcSize required, Layout *layout)
{
  const SmcImageBounds *bounds = &entry->terms.bounds;

  return smc_checked_round_up (&layout->width, MAX (bounds->min_size.width, required.width),
                               bounds->size_alignment.width)
         && smc_checked_round_up (&layout->height, MAX (bounds->min_size.height, required.height),
                                  bounds->size_alignment.height)
         && smc_checked_mul (&layout->area, layout->width, layout->height)
         && sme_entry_row_bytes (entry, layout->width, &layout->row)
         && smc_image_size_bytes (&entry->pixel_format, layout->row, layout->height,
                                  &layout->bytes);
}

/* Bounds of max_size, max_bytes_per_row, max_width_times_height, max_size_bytes hold. */
static gboolean
check_layout (const SmeEntry *entry,
              const SmeTerms *terms,
              const Layout *layout,
              SmeFailure *failure)
{
  const SmcImageBounds *bounds = &entry->terms.bounds;
  const struct
  {
    const char *field;
    const char *what;
    guint64 value, limit;
  } checks[] = {
    { SME_IMAGE_FIELD ("max_size"), "pixels wide", layout->width, bounds->max_size.width },
    { SME_IMAGE_FIELD ("max_size"), "pixels high", layout->height, bounds->max_size.height },
    { SME_IMAGE_FIELD ("max_bytes_per_row"), "bytes per row", layout->row,
      bounds->max_bytes_per_row },
    { SME_IMAGE_FIELD ("max_width_times_height"), "pixels", layout->area,
      bounds->max_width_times_height },
    { SME_MEMORY_FIELD ("max_size_bytes"), "bytes", layout->bytes, terms->max_size_bytes },
  };

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    if (checks[i].value > checks[i].limit)
      return sme_fail (failure, checks[i].field,
                       "an image that has to fit is %" G_GUINT64_FORMAT " %s; at most "
                       "%" G_GUINT64_FORMAT " are allowed",
                       checks[i].value, checks[i].what, checks[i].limit);
  return TRUE;
}

static gboolean
grow_for (const SmeEntry *entry,
          const SmeTerms *terms,
          SmcSize required,
          guint64 *size_bytes,
          SmeFailure *failure)
{
  Layout layout;

  if (!lay_out (entry, required, &layout))
    return sme_fail (failure, SME_IMAGE_FIELD ("min_size"),
                     "the number of bytes does not fit 64 bits");
  if (!check_layout (entry, terms, &layout, failure))
    return FALSE;
  *size_bytes = MAX (*size_bytes, layout.bytes);
  return TRUE;
}

gboolean
sme_image_size (const SmeEntry *entry,
                const SmeTerms *terms,
                guint64 *size_bytes,
                SmeFailure *failure)
{
  static const SmcSize nothing_required = { 0, 0 };
  const GArray *list = entry->terms.bounds.required_max_size_list;

  *size_bytes = terms->min_size_bytes;
  if (list == NULL || list->len == 0)
    return grow_for (entry, terms, nothing_required, size_bytes, failure);

  for (guint i = 0; i < list->len; i++)
    if (!grow_for (entry, terms, g_array_index (list, SmcSize, i), size_bytes, failure))
      return FALSE;
  return TRUE;
}
