/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What SmePrepared holds, for the files of one negotiation. */

#pragma once

#include "sme-entry.h"
#include "sme-negotiation.h"
#include "sme-pairs.h"
#include "sme-terms.h"

G_BEGIN_DECLS

struct _SmePrepared
{
  SmcConstraints *constraints; /* as said; of a pinning participant, what the settings amount to */
  gboolean contributes;        /* FALSE: the dictionary was empty */
  gboolean implies_size;       /* 03 §6, the gate */
  SmeTerms terms;
  gboolean has_image;  /* it said image_format_constraints, even if nothing is left of them */
  GArray *image_terms; /* of SmeImageTerms, one per entry as said */
  GArray *pairs;       /* of SmePair, sorted; their source is an index of image_terms */
  GArray *unknown;     /* of SmcPixelFormat: specific pairs dropped because nobody knows them */

  /* A pinning participant only (03 §8). */
  SmcSettings *pinned;
  gboolean pins_count;  /* these very buffers, not only others like them */
  SmeHeap *pinned_heap; /* as it was then; NULL: as it is now */
};

G_END_DECLS
