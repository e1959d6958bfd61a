/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The working form of image entries. A participant's entry is SmeImageTerms, shared by all its
 * pixel formats; while merging, each pixel format has an SmeEntry of its own. */

#pragma once

#include "common/smc-format.h"

G_BEGIN_DECLS

#define SME_IMAGE_FIELD(key) "image_format_constraints." key

#define SME_COLOR_SPACES_ANY (1u << SMC_COLOR_SPACE_ANY)

/* While a format is "*" it is open whether it has alpha at all, so that "true" and "false" are no
 * contradiction yet. */
#define SME_ALPHA_BIT(alpha) (1u << (alpha))
#define SME_ALPHA_CONTRADICTION \
  (SME_ALPHA_BIT (SMC_ALPHA_ABSENT) | SME_ALPHA_BIT (SMC_ALPHA_PRESENT))

/* What is merged field by field (03 §6.2). */
typedef struct
{
  SmcColorSpaces color_spaces;
  guint32 alphas; /* of SME_ALPHA_BIT: all that is_alpha_present was said to be */
  SmcImageBounds bounds;
} SmeImageTerms;

typedef struct
{
  SmeImageTerms terms; /* first, so that it is at the same offsets as alone */
  SmcPixelFormat pixel_format;
  const SmcFormatInfo *info; /* of the fourcc; NULL while that is "*" */
} SmeEntry;

/* @terms is raw memory. */
void sme_image_terms_init (SmeImageTerms *terms, const SmcImageEntry *from);
/* A list that owns its terms. (element-type SmeImageTerms) */
GArray *sme_image_terms_list_new (guint reserved);

/* What @terms say of @pixel_format. @entry is raw memory and gets copies of its own. */
void sme_entry_init (SmeEntry *entry,
                     const SmeImageTerms *terms,
                     const SmcPixelFormat *pixel_format);
void sme_entry_clear (SmeEntry *entry);
/* The row of an image of a specific format and @width:
 * round up(max(stride(width), min_bytes_per_row), divisor). FALSE: it does not fit 64 bits. */
gboolean sme_entry_row_bytes (const SmeEntry *entry, guint64 width, guint64 *row_bytes);
/* A list that owns its entries. (element-type SmeEntry) */
GArray *sme_entries_new (guint reserved);

static inline SmeEntry *
sme_entries_get (const GArray *entries, guint index)
{
  return &g_array_index (entries, SmeEntry, index);
}

G_END_DECLS
