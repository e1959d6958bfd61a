/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.1, image entries. Goal: one list of pixel formats, of which no two can mean the same, each
 * pointing at the entry that says more about it; every entry is possible for every one of its
 * pixel formats.
 *
 * Limits: pixel formats that this daemon does not know are put aside, so that a list has at most as
 * many "*" as there are fourccs and modifiers; sorted, equal ones are neighbours, and each "*" is
 * compared with all others once.
 *
 * Example: [{NV12:0x0, XYZ1:0x0}, {XR24:*}] gives NV12:0x0 (entry 0), XR24:* (entry 1) and puts
 * XYZ1:0x0 aside. [{XR24:*}, {XR24:0x0}] is refused: XR24:0x0 is meant twice. */

#include "engine/sme-validate.h"

#include "common/smc-limits.h"
#include "common/smc-names.h"
#include "engine/sme-image-rules.h"

#include <string.h>

/* "image_format_constraints[ENTRY].KEY: WHY" */
static gboolean G_GNUC_PRINTF (4, 5)
  refuse (GError **error, guint entry, const char *key, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list arguments;

  va_start (arguments, format);
  why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
               "image_format_constraints[%u].%s: %s", entry, key, why);
  return FALSE;
}

static const char *
get_key (const SmeFailure *failure)
{
  return failure->field + strlen (SME_IMAGE_FIELD (""));
}

static gboolean
refuse_rule (GError **error, guint entry, const SmeFailure *failure)
{
  return refuse (error, entry, get_key (failure), "%s", failure->detail);
}

static gboolean
check_color_space_list (const GArray *color_spaces, guint entry, GError **error)
{
  guint32 seen = 0;

  for (guint i = 0; i < color_spaces->len; i++)
    {
      SmcColorSpace color_space = g_array_index (color_spaces, SmcColorSpace, i);
      if (seen & (1u << color_space))
        return refuse (error, entry, "color_spaces", "\"%s\" is given twice",
                       smc_color_space_get_name (color_space));
      seen |= 1u << color_space;
    }
  return TRUE;
}

/* The rules that hold whatever the pixel format, and the rounding that does not depend on it. The
 * format's own divisors are applied after merging, when the format is certain (§6.3). */
static gboolean
check_entry (const SmcImageEntry *said, guint index, SmeImageTerms *terms, GError **error)
{
  static const SmcPixelFormat any = { .any_fourcc = TRUE, .any_modifier = TRUE };
  SmeEntry entry = { .terms = *terms, .pixel_format = any };
  g_auto (SmeFailure) failure = { 0 };

  if (said->pixel_formats->len == 0)
    return refuse (error, index, "pixel_formats", "none is given; name at least one, or \"*\"");
  if (!check_color_space_list (said->color_spaces, index, error))
    return FALSE;
  if (!sme_image_check_fields (&entry, &failure) || !sme_image_round (&entry, &failure))
    return refuse_rule (error, index, &failure);

  *terms = entry.terms;
  return TRUE;
}

/* The rules between fields, for one of the entry's pixel formats and with its divisors. */
static gboolean
check_clone (const SmeImageTerms *terms, const SmePair *pair, GError **error)
{
  SmeEntry clone = { .terms = *terms, .pixel_format = pair->pixel_format }; /* borrows the list */
  g_auto (SmeFailure) failure = { 0 };

  if (!pair->pixel_format.any_fourcc)
    clone.info = smc_format_lookup (pair->pixel_format.fourcc);
  if (sme_image_round (&clone, &failure) && sme_image_check_together (&clone, &failure))
    return TRUE;

  g_autofree char *name = smc_pixel_format_to_string (&pair->pixel_format);
  if (strstr (failure.detail, name) != NULL)
    return refuse_rule (error, pair->source, &failure);
  return refuse (error, pair->source, get_key (&failure), "%s (for %s)", failure.detail, name);
}

static gboolean
refuse_twice (const SmePair *pair, const SmePair *other, GError **error)
{
  g_autofree char *name = smc_pixel_format_to_string (&pair->pixel_format);
  g_autofree char *other_name = smc_pixel_format_to_string (&other->pixel_format);

  return refuse (error, MAX (pair->source, other->source), "pixel_formats",
                 "%s and %s can mean the same; one participant says each pixel format once", name,
                 other_name);
}

static gboolean
check_no_equals (const GArray *pairs, GError **error)
{
  for (guint i = 1; i < pairs->len; i++)
    {
      const SmePair *pair = sme_pairs_get (pairs, i - 1), *next = sme_pairs_get (pairs, i);
      if (smc_pixel_format_equal (&pair->pixel_format, &next->pixel_format))
        return refuse_twice (pair, next, error);
    }
  return TRUE;
}

/* `*` must be alone: sorted, it would be the last. */
static gboolean
check_any_alone (const GArray *pairs, GError **error)
{
  const SmePair *last = pairs->len > 1 ? sme_pairs_get (pairs, pairs->len - 1) : NULL;

  if (last == NULL || !last->pixel_format.any_fourcc || !last->pixel_format.any_modifier)
    return TRUE;
  return refuse (error, last->source, "pixel_formats",
                 "\"*\" stands alone: it includes the others");
}

/* Puts aside the pairs that match nothing this daemon knows: not an error, real devices list many. */
static void
put_unknown_aside (GArray *pairs, GArray *unknown)
{
  guint n_known = 0;

  for (guint i = 0; i < pairs->len; i++)
    {
      const SmePair *pair = sme_pairs_get (pairs, i);
      if (smc_pixel_format_combinable (&pair->pixel_format, &pair->pixel_format))
        *sme_pairs_get (pairs, n_known++) = *pair;
      else
        g_array_append_val (unknown, pair->pixel_format);
    }
  g_array_set_size (pairs, n_known);
}

static gboolean
check_no_combinables (const GArray *pairs, GError **error)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      const SmePair *wild = sme_pairs_get (pairs, i);
      if (smc_pixel_format_is_specific (&wild->pixel_format))
        continue;
      for (guint j = 0; j < pairs->len; j++)
        {
          const SmePair *other = sme_pairs_get (pairs, j);
          if (i != j && smc_pixel_format_combinable (&wild->pixel_format, &other->pixel_format))
            return refuse_twice (wild, other, error);
        }
    }
  return TRUE;
}

static gboolean
clone_per_pixel_format (const SmcImageEntry *said, guint source, GArray *pairs, GError **error)
{
  for (guint i = 0; i < said->pixel_formats->len; i++)
    {
      SmePair pair = { g_array_index (said->pixel_formats, SmcPixelFormat, i), source };
      g_array_append_val (pairs, pair);
    }
  if (pairs->len <= SMC_MAX_PAIRS_PER_PARTICIPANT)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "image_format_constraints: more than %u pixel formats in all entries together "
               "(MaxPixelFormatPairs)",
               SMC_MAX_PAIRS_PER_PARTICIPANT);
  return FALSE;
}

static gboolean
read_entries (const GPtrArray *said, SmePrepared *prepared, GError **error)
{
  for (guint i = 0; i < said->len; i++)
    {
      const SmcImageEntry *entry = g_ptr_array_index (said, i);
      SmeImageTerms terms;

      sme_image_terms_init (&terms, entry);
      g_array_append_val (prepared->image_terms, terms);
      if (!check_entry (entry, i, &g_array_index (prepared->image_terms, SmeImageTerms, i), error)
          || !clone_per_pixel_format (entry, i, prepared->pairs, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sme_validate_images (const SmcConstraints *constraints, SmePrepared *prepared, GError **error)
{
  if (!read_entries (constraints->image_entries, prepared, error))
    return FALSE;

  sme_pairs_sort (prepared->pairs);
  if (!check_no_equals (prepared->pairs, error) || !check_any_alone (prepared->pairs, error))
    return FALSE;

  for (guint i = 0; i < prepared->pairs->len; i++)
    {
      const SmePair *pair = sme_pairs_get (prepared->pairs, i);
      const SmeImageTerms *terms =
        &g_array_index (prepared->image_terms, SmeImageTerms, pair->source);
      if (!check_clone (terms, pair, error))
        return FALSE;
    }

  put_unknown_aside (prepared->pairs, prepared->unknown);
  return check_no_combinables (prepared->pairs, error);
}
