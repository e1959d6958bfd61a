/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How participants and what they said appear in explanations. Who has no debug name is called
 * "participant N", N being the place in the negotiation's order, from 1. */

#pragma once

#include "sme-speaker.h"

G_BEGIN_DECLS

/* What a party that said nothing of a field has as its value. */
#define SME_VALUE_ABSENT "absent"

typedef enum
{
  SME_VALUE_ALONE,    /* absent, or the same as: */
  SME_VALUE_PLAIN,    /* NV12, P010 */
  SME_VALUE_WITH_KEY, /* max_buffer_count 3, min_buffer_count_for_camping 2 */
} SmeValueForm;

/* The participant with its value of @field (nullable: no value). Where it said nothing of
 * @field itself but of what @field is held against, that is its value, with its key:
 * "min_buffer_count 5" for max_buffer_count; unless it is asked for @field alone. */
SmeParty *sme_party_new_speaking (const SmeSpeaker *speaker, const char *field, SmeValueForm form);
/* The same with a value that is text already. */
SmeParty *sme_party_new_with_value (const SmeSpeaker *speaker, const char *value);

/* The name for a sentence: escaped, cut if it is long. */
char *sme_party_get_text (const SmeParty *party);
/* The beginning of a long value, with an ellipsis. */
char *sme_value_cut (const char *value, glong max_chars);

G_END_DECLS
