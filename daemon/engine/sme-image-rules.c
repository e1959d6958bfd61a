/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.1, per image entry: one row per rule, in the order of the text. A rule looks at an entry
 * and answers whether it holds; where it does not, it says why. */

#include "engine/sme-image-rules.h"

#include "common/smc-checked.h"
#include "common/smc-names.h"

/* The rule says "at most a page". Constraints are made on one machine and may be used on another,
 * so the page is the smallest there is and not this machine's. */
#define SMALLEST_PAGE 4096

/* The format's own divisors are powers of two like the alignment, so the larger one is a multiple
 * of both. */
static SmcSize
get_alignment (const SmeEntry *entry)
{
  SmcSize alignment = entry->terms.bounds.size_alignment;

  if (entry->info == NULL)
    return alignment;
  return (SmcSize){ MAX (alignment.width, entry->info->width_divisor),
                    MAX (alignment.height, entry->info->height_divisor) };
}

/* The numbers below have been rounded, so nobody need have said them just so: words that tell. */
typedef struct
{
  char text[48];
} Multiples;

static Multiples
describe_multiples (SmcSize multiple)
{
  Multiples multiples = { "" };

  if (multiple.width > 1 || multiple.height > 1)
    g_snprintf (multiples.text, sizeof multiples.text, ", in multiples of %ux%u", multiple.width,
                multiple.height);
  return multiples;
}

static gboolean
is_size_of_powers (SmcSize size, const char *field, SmeFailure *failure)
{
  if (smc_is_power_of_two (size.width) && smc_is_power_of_two (size.height))
    return TRUE;
  return sme_fail (failure, field,
                   "%ux%u is not allowed; each dimension is a power of two: 1, 2, 4, …", size.width,
                   size.height);
}

/* Alignments non-zero powers of two. */
static gboolean
check_size_alignment (const SmeEntry *entry,
                      const SmcImageBounds *bounds,
                      const char *field,
                      SmeFailure *failure)
{
  return is_size_of_powers (bounds->size_alignment, field, failure);
}

static gboolean
check_display_rect_alignment (const SmeEntry *entry,
                              const SmcImageBounds *bounds,
                              const char *field,
                              SmeFailure *failure)
{
  return is_size_of_powers (bounds->display_rect_alignment, field, failure);
}

/* Divisors ≠ 0. */
static gboolean
check_bytes_per_row_divisor (const SmeEntry *entry,
                             const SmcImageBounds *bounds,
                             const char *field,
                             SmeFailure *failure)
{
  if (bounds->bytes_per_row_divisor != 0)
    return TRUE;
  return sme_fail (failure, field, "0 divides nothing; 1 allows every number of bytes");
}

/* start_offset_divisor a power of two ≤ page. */
static gboolean
check_start_offset_divisor (const SmeEntry *entry,
                            const SmcImageBounds *bounds,
                            const char *field,
                            SmeFailure *failure)
{
  guint32 divisor = bounds->start_offset_divisor;

  if (smc_is_power_of_two (divisor) && divisor <= SMALLEST_PAGE)
    return TRUE;
  return sme_fail (failure, field, "%u is not allowed; it is a power of two and at most %u",
                   divisor, SMALLEST_PAGE);
}

/* min ≤ max per field, and a maximum of 0 allows no image. */
static gboolean
check_max_size (const SmeEntry *entry,
                const SmcImageBounds *bounds,
                const char *field,
                SmeFailure *failure)
{
  SmcSize min = bounds->min_size, max = bounds->max_size;

  if (min.width > max.width || min.height > max.height)
    return sme_fail (failure, field, "min_size %ux%u does not fit in max_size %ux%u%s", min.width,
                     min.height, max.width, max.height,
                     describe_multiples (get_alignment (entry)).text);
  if (max.width > 0 && max.height > 0)
    return TRUE;
  return sme_fail (failure, field, "%ux%u allows no image%s", max.width, max.height,
                   describe_multiples (get_alignment (entry)).text);
}

static gboolean
check_max_bytes_per_row (const SmeEntry *entry,
                         const SmcImageBounds *bounds,
                         const char *field,
                         SmeFailure *failure)
{
  guint32 min = bounds->min_bytes_per_row, max = bounds->max_bytes_per_row;
  guint32 divisor = bounds->bytes_per_row_divisor;

  if (min > max && divisor == 1)
    return sme_fail (failure, field, "min_bytes_per_row %u is more than max_bytes_per_row %u", min,
                     max);
  if (min > max)
    return sme_fail (failure, field,
                     "min_bytes_per_row %u is more than max_bytes_per_row %u, in multiples of %u",
                     min, max, divisor);
  return max > 0 || sme_fail (failure, field, "0 allows no image, in multiples of %u", divisor);
}

/* Area fits 32 bits and ≤ max_width_times_height. */
static gboolean
check_max_width_times_height (const SmeEntry *entry,
                              const SmcImageBounds *bounds,
                              const char *field,
                              SmeFailure *failure)
{
  SmcSize min = bounds->min_size;
  guint64 area = (guint64)min.width * min.height; /* of 32-bit numbers: cannot overflow */
  guint64 max = MIN (bounds->max_width_times_height, G_MAXUINT32);

  if (max == 0)
    return sme_fail (failure, field, "0 allows no image");
  if (area <= max)
    return TRUE;
  return sme_fail (
    failure, field,
    "min_size %ux%u has %" G_GUINT64_FORMAT " pixels; at most %" G_GUINT64_FORMAT " are allowed%s",
    min.width, min.height, area, max, describe_multiples (get_alignment (entry)).text);
}

static gboolean
is_within_max_size (const SmeEntry *entry, SmcSize required, const char *field, SmeFailure *failure)
{
  SmcSize max = entry->terms.bounds.max_size;

  if (required.width <= max.width && required.height <= max.height)
    return TRUE;
  return sme_fail (failure, field, "%ux%u does not fit in max_size %ux%u%s", required.width,
                   required.height, max.width, max.height,
                   describe_multiples (get_alignment (entry)).text);
}

/* required_min_size ≥ min_size, ≤ max_size and non-zero. */
static gboolean
check_required_min_size (const SmeEntry *entry,
                         const SmcImageBounds *bounds,
                         const char *field,
                         SmeFailure *failure)
{
  SmcSize min = bounds->min_size, required = bounds->required_min_size;

  if (!bounds->has_required_min_size)
    return TRUE;
  if (required.width == 0 || required.height == 0)
    return sme_fail (failure, field, "%ux%u has a zero; leave it out if no size is required",
                     required.width, required.height);
  if (required.width < min.width || required.height < min.height)
    return sme_fail (failure, field, "%ux%u is smaller than min_size %ux%u%s", required.width,
                     required.height, min.width, min.height,
                     describe_multiples (get_alignment (entry)).text);
  return is_within_max_size (entry, required, field, failure);
}

/* required_max_size(s) ≤ max_size, list entries non-zero. 0x0 is how "none" is spelled; half a
 * size would be neither none nor a size. */
static gboolean
check_required_max_size (const SmeEntry *entry,
                         const SmcImageBounds *bounds,
                         const char *field,
                         SmeFailure *failure)
{
  SmcSize required = bounds->required_max_size;

  if (!bounds->has_required_max_size)
    return TRUE;
  if ((required.width == 0) != (required.height == 0))
    return sme_fail (failure, field, "%ux%u has one zero; say both dimensions or leave it out",
                     required.width, required.height);
  return is_within_max_size (entry, required, field, failure);
}

static gboolean
check_required_max_size_list (const SmeEntry *entry,
                              const SmcImageBounds *bounds,
                              const char *field,
                              SmeFailure *failure)
{
  const GArray *list = bounds->required_max_size_list;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      SmcSize required = g_array_index (list, SmcSize, i);
      if (required.width == 0 || required.height == 0)
        return sme_fail (failure, field, "%ux%u has a zero; leave it out if no size is required",
                         required.width, required.height);
      if (!is_within_max_size (entry, required, field, failure))
        return FALSE;
    }
  return TRUE;
}

/* color_spaces non-empty, `*` alone, and compatible with a specific format. (That there are no
 * duplicates is checked where they are still a list.) */
static gboolean
check_color_spaces (const SmeEntry *entry,
                    const SmcImageBounds *bounds,
                    const char *field,
                    SmeFailure *failure)
{
  SmcColorSpaces said = entry->terms.color_spaces;

  if (said == 0)
    return sme_fail (failure, field, "none is given; name at least one, or \"*\"");
  if (said == SME_COLOR_SPACES_ANY)
    return TRUE;
  if (said & SME_COLOR_SPACES_ANY)
    return sme_fail (failure, field, "\"*\" stands alone: it includes the others");
  if (entry->info == NULL || (said & ~entry->info->color_spaces) == 0)
    return TRUE;
  if (failure->silent)
    return sme_fail (failure, field, "incompatible");

  g_autofree char *format = smc_pixel_format_to_string (&entry->pixel_format);
  g_autofree char *strange = smc_color_spaces_to_string (said & ~entry->info->color_spaces);
  g_autofree char *allowed = smc_color_spaces_to_string (entry->info->color_spaces);
  return sme_fail (failure, field, "%s cannot carry %s; it can carry %s", format, strange, allowed);
}

/* Block size powers of two. */
static gboolean
check_pad_for_block_size (const SmeEntry *entry,
                          const SmcImageBounds *bounds,
                          const char *field,
                          SmeFailure *failure)
{
  return is_size_of_powers (bounds->pad_for_block_size, field, failure);
}

/* …and if larger than 1×1 in either direction: specific linear single-plane format, and with
 * height > 1 a max_size.width. */
static gboolean
check_block_format (const SmeEntry *entry,
                    const SmcImageBounds *bounds,
                    const char *field,
                    SmeFailure *failure)
{
  SmcSize block = bounds->pad_for_block_size;
  const SmcPixelFormat *format = &entry->pixel_format;

  if (block.width == 1 && block.height == 1)
    return TRUE;
  if (!smc_pixel_format_is_specific (format) || format->modifier != SMC_MODIFIER_LINEAR
      || (entry->info != NULL && entry->info->n_planes != 1))
    {
      g_autofree char *name = smc_pixel_format_to_string (format);
      return sme_fail (failure, field,
                       "blocks of %ux%u need a linear format of one plane; %s is none", block.width,
                       block.height, name);
    }
  if (block.height > 1 && bounds->max_size.width == G_MAXUINT32)
    return sme_fail (failure, field, "blocks of %ux%u need a max_size with a width", block.width,
                     block.height);
  return TRUE;
}

typedef struct
{
  const char *field;
  gboolean (*check) (const SmeEntry *entry,
                     const SmcImageBounds *bounds,
                     const char *field,
                     SmeFailure *failure);
} ImageRule;

/* clang-format off */
static const ImageRule field_rules[] = {
  { SME_IMAGE_FIELD ("size_alignment"),         check_size_alignment },
  { SME_IMAGE_FIELD ("display_rect_alignment"), check_display_rect_alignment },
  { SME_IMAGE_FIELD ("bytes_per_row_divisor"),  check_bytes_per_row_divisor },
  { SME_IMAGE_FIELD ("start_offset_divisor"),   check_start_offset_divisor },
  { SME_IMAGE_FIELD ("pad_for_block_size"),     check_pad_for_block_size },
};

static const ImageRule together_rules[] = {
  { SME_IMAGE_FIELD ("max_size"),               check_max_size },
  { SME_IMAGE_FIELD ("max_bytes_per_row"),      check_max_bytes_per_row },
  { SME_IMAGE_FIELD ("max_width_times_height"), check_max_width_times_height },
  { SME_IMAGE_FIELD ("required_min_size"),      check_required_min_size },
  { SME_IMAGE_FIELD ("required_max_size"),      check_required_max_size },
  { SME_IMAGE_FIELD ("required_max_size_list"), check_required_max_size_list },
  { SME_IMAGE_FIELD ("color_spaces"),           check_color_spaces },
  { SME_IMAGE_FIELD ("pad_for_block_size"),     check_block_format },
};
/* clang-format on */

static gboolean
check_rules (const ImageRule *rules, guint n_rules, const SmeEntry *entry, SmeFailure *failure)
{
  for (guint i = 0; i < n_rules; i++)
    if (!rules[i].check (entry, &entry->terms.bounds, rules[i].field, failure))
      return FALSE;
  return TRUE;
}

gboolean
sme_image_check_fields (const SmeEntry *entry, SmeFailure *failure)
{
  return check_rules (field_rules, G_N_ELEMENTS (field_rules), entry, failure);
}

gboolean
sme_image_check_together (const SmeEntry *entry, SmeFailure *failure)
{
  return check_rules (together_rules, G_N_ELEMENTS (together_rules), entry, failure);
}

static gboolean
round_up (guint32 *value, guint32 multiple)
{
  guint64 rounded;

  if (!smc_checked_round_up (&rounded, *value, multiple) || rounded > G_MAXUINT32)
    return FALSE;
  *value = (guint32)rounded;
  return TRUE;
}

static gboolean
round_size_up (SmcSize *size, SmcSize multiple)
{
  return round_up (&size->width, multiple.width) && round_up (&size->height, multiple.height);
}

/* A maximum that is "no maximum" stays one. */
static void
round_down (guint32 *value, guint32 multiple)
{
  if (*value != G_MAXUINT32)
    *value = (guint32)smc_round_down (*value, multiple);
}

static gboolean
fail_rounding (const char *field, SmeFailure *failure)
{
  return sme_fail (failure, field,
                   "rounded up to what it must be a multiple of, it does not fit 32 bits");
}

gboolean
sme_image_round (SmeEntry *entry, SmeFailure *failure)
{
  SmcImageBounds *bounds = &entry->terms.bounds;
  SmcSize alignment = get_alignment (entry);

  if (!round_size_up (&bounds->min_size, alignment))
    return fail_rounding (SME_IMAGE_FIELD ("min_size"), failure);
  if (bounds->has_required_min_size && !round_size_up (&bounds->required_min_size, alignment))
    return fail_rounding (SME_IMAGE_FIELD ("required_min_size"), failure);
  if (!round_up (&bounds->min_bytes_per_row, bounds->bytes_per_row_divisor))
    return fail_rounding (SME_IMAGE_FIELD ("min_bytes_per_row"), failure);

  round_down (&bounds->max_size.width, alignment.width);
  round_down (&bounds->max_size.height, alignment.height);
  round_down (&bounds->max_bytes_per_row, bounds->bytes_per_row_divisor);
  return TRUE;
}
