/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules of 03 §6.1 for one image entry. They are checked when a participant sets its
 * constraints and again, on the merged entries, after merging (§6.3). */

#pragma once

#include "sme-entry.h"

G_BEGIN_DECLS

/* A rule that @entry breaks. */
typedef struct
{
  const char *field; /* static, with its dictionary */
  char *why;         /* what it says and what would work; NULL unless asked for */
} SmeBrokenRule;

void sme_broken_rule_clear (SmeBrokenRule *broken);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmeBrokenRule, sme_broken_rule_clear)

/* The rules that one field breaks by itself, whatever the pixel format is. */
gboolean sme_image_check_fields (const SmeEntry *entry, gboolean want_words, SmeBrokenRule *broken);
/* Rounds in the participant's favour, minima up and maxima down, then checks the fields against
 * each other and against the pixel format. */
gboolean sme_image_round (SmeEntry *entry, gboolean want_words, SmeBrokenRule *broken);
gboolean sme_image_check_together (const SmeEntry *entry,
                                   gboolean want_words,
                                   SmeBrokenRule *broken);

G_END_DECLS
