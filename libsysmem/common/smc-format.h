/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts about pixel formats (03 §12). libdrm's drm_fourcc.h is the authority on codes. */

#pragma once

#include "smc-model.h"
#include "smc-modifier.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 fourcc;
  guint8 stride_bytes;  /* per pixel of width, plane 0 */
  guint8 width_divisor; /* of the image, for subsampling */
  guint8 height_divisor;
  guint8 sample_alignment; /* bytes */
  guint8 n_planes;
  guint8 chroma_width_shift, chroma_height_shift; /* how chroma planes are subsampled */
  gboolean chroma_interleaved;                    /* plane 1 has both components */
  gboolean has_alpha_slot; /* A and X formats: is_alpha_present means something */
  SmcColorSpaces color_spaces;
} SmcFormatInfo;

/* NULL: a fourcc this project does not know. */
const SmcFormatInfo *smc_format_lookup (guint32 fourcc);
/* Iterates over all known fourccs; NULL after the last. */
const SmcFormatInfo *smc_format_nth (guint n);

/* Is this specific pair known, so that its size can be computed? */
gboolean smc_pixel_format_is_known (guint32 fourcc, guint64 modifier);
/* How the pair arranges its pixels. FALSE: it is not known. */
gboolean smc_format_get_modifier_info (guint32 fourcc, guint64 modifier, SmcModifierInfo *info);
/* Known modifiers of a fourcc: writes up to @max, returns how many there are. LINEAR is first. */
guint smc_format_list_modifiers (guint32 fourcc, guint64 *modifiers, guint max);

/* Can two pixel formats mean the same pair (each part equal or "*", and the combination known)? */
gboolean smc_pixel_format_combinable (const SmcPixelFormat *a, const SmcPixelFormat *b);
gboolean smc_pixel_format_equal (const SmcPixelFormat *a, const SmcPixelFormat *b);
gboolean smc_pixel_format_is_specific (const SmcPixelFormat *format);

G_END_DECLS
