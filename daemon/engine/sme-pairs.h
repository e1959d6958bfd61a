/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of pixel formats, each with the image entry it came from: the clones of 03 §6.1 without
 * the copies. They are kept sorted, so that two lists are compared in one walk; "*" comes last:
 * NV12:0x0, NV12:*, XR24:0x0, *:0x0, *:*. */

#pragma once

#include "common/smc-format.h"

G_BEGIN_DECLS

typedef struct
{
  SmcPixelFormat pixel_format;
  guint source; /* index of the entry that says more about it */
} SmePair;

/* (element-type SmePair) */
GArray *sme_pairs_new (guint reserved);
void sme_pairs_sort (GArray *pairs);

static inline SmePair *
sme_pairs_get (const GArray *pairs, guint index)
{
  return &g_array_index (pairs, SmePair, index);
}

/* The order of the lists: < 0, 0 or > 0. */
int sme_pixel_format_compare (const SmcPixelFormat *a, const SmcPixelFormat *b);

/* In a sorted list: the place of the first pair that is not before @fourcc, and of the first whose
 * fourcc is "*". */
guint sme_pairs_find_fourcc (const GArray *pairs, guint32 fourcc);
guint sme_pairs_find_any_fourcc (const GArray *pairs);
/* In a sorted list of which no two can mean the same: the pair that means @specific, itself or by a
 * "*"; NULL if there is none. */
const SmePair *sme_pairs_find_meaning (const GArray *pairs, const SmcPixelFormat *specific);
/* Has a sorted list a pair that @pixel_format can be combined with? */
gboolean sme_pairs_offer (const GArray *pairs, const SmcPixelFormat *pixel_format);

G_END_DECLS
