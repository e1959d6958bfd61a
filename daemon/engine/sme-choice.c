/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was chosen, in the words of 02: the Info of a collection. */

#include "engine/sme-settle.h"

static SmcImage *
make_image (const SmeEntry *entry, const SmcSettings *pinned)
{
  SmcImage *image = g_new0 (SmcImage, 1);

  image->pixel_format = entry->pixel_format;
  image->color_space = (SmcColorSpace)g_bit_nth_lsf (entry->terms.color_spaces, -1);
  smc_image_bounds_copy (&image->bounds, &entry->terms.bounds);
  if (pinned != NULL && pinned->image != NULL)
    {
      image->bounds.pad_for_block_size = pinned->image->bounds.pad_for_block_size;
      image->bounds.pad_beyond_image_size_bytes = pinned->image->bounds.pad_beyond_image_size_bytes;
    }
  return image;
}

SmcSettings *
sme_choice_make_settings (const SmeChoice *choice, const SmeRoom *room)
{
  const SmcSettings *pinned = room->pinned;
  const SmeHeap *heap = choice->heap;
  SmcSettings *settings = smc_settings_new ();

  settings->buffer_count = (guint32)room->count;
  settings->size_bytes = choice->fit->size_bytes;
  settings->max_size_bytes = room->terms->max_size_bytes;
  settings->raw_size_bytes = choice->fit->raw_size_bytes;
  settings->heap = g_strdup (heap->name);
  settings->buffer_type = heap->buffer_type;
  settings->coherency_domain = choice->domain;
  settings->is_physically_contiguous = heap->physically_contiguous;
  settings->is_secure = heap->secure;
  settings->write_protection = heap->write_protection;
  settings->usage = room->terms->usage;
  if (choice->entry != NULL)
    settings->image = make_image (choice->entry, pinned);
  if (pinned != NULL && pinned->planes != NULL)
    {
      settings->planes = g_array_copy (pinned->planes);
      settings->image_size = pinned->image_size;
    }
  return settings;
}
