/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The blob is a header, an array of fourccs and an array of modifiers, both at offsets that the
 * header names. A modifier says which of 64 fourccs, from a first one on, it goes with:
 *
 *   fourccs    XR24 AR24 NV12
 *   modifiers  { 0x0, first 0, bits 111 }  { X_TILED, first 0, bits 011 }
 *   pairs      XR24:0x0 AR24:0x0 NV12:0x0 XR24:X_TILED AR24:X_TILED */

#include "devices/sysmem-in-formats.h"

#include "common/smc-checked.h"
#include "common/sysmem-error.h"

#include <drm_mode.h>
#include <string.h>

#define BITS 64u

typedef struct
{
  const guint8 *bytes;
  gsize size;
  struct drm_format_modifier_blob header;
} Blob;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "IN_FORMATS: %s", why);
  return FALSE;
}

static gboolean
is_inside (const Blob *blob, guint32 offset, guint32 count, gsize element)
{
  guint64 end;

  return smc_checked_mul (&end, count, element) && smc_checked_add (&end, end, offset)
         && offset >= sizeof blob->header && end <= blob->size;
}

static gboolean
read_header (Blob *blob, GError **error)
{
  if (blob->size < sizeof blob->header)
    return refuse (error, "the blob is too short for its header");
  memcpy (&blob->header, blob->bytes, sizeof blob->header);
  if (blob->header.version != FORMAT_BLOB_CURRENT)
    return refuse (error, "the blob is of a version that this library does not know");
  if (!is_inside (blob, blob->header.formats_offset, blob->header.count_formats, sizeof (guint32)))
    return refuse (error, "the formats are outside of the blob");
  if (!is_inside (blob, blob->header.modifiers_offset, blob->header.count_modifiers,
                  sizeof (struct drm_format_modifier)))
    return refuse (error, "the modifiers are outside of the blob");
  return TRUE;
}

static gboolean
add_pairs (const Blob *blob, const struct drm_format_modifier *modifier, GArray *pairs)
{
  for (guint bit = 0; bit < BITS; bit++)
    {
      guint64 index = (guint64)modifier->offset + bit;
      SmcPixelFormat pair = { .modifier = modifier->modifier };

      if ((modifier->formats >> bit & 1) == 0)
        continue;
      if (index >= blob->header.count_formats)
        return FALSE;
      memcpy (&pair.fourcc, blob->bytes + blob->header.formats_offset + index * sizeof pair.fourcc,
              sizeof pair.fourcc);
      g_array_append_val (pairs, pair);
    }
  return TRUE;
}

GArray *
sysmem_in_formats_parse (gconstpointer bytes, gsize size, GError **error)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  Blob blob = { .bytes = bytes, .size = size };

  if (!read_header (&blob, error))
    return NULL;
  for (guint32 i = 0; i < blob.header.count_modifiers; i++)
    {
      struct drm_format_modifier modifier;

      memcpy (&modifier, blob.bytes + blob.header.modifiers_offset + i * sizeof modifier,
              sizeof modifier);
      if (!add_pairs (&blob, &modifier, pairs))
        {
          (void)refuse (error, "a modifier goes with a format that is not in the blob");
          return NULL;
        }
    }
  return g_steal_pointer (&pairs);
}
