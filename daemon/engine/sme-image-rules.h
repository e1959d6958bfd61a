/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules of 03 §6.1 for one image entry. They are checked when a participant sets its
 * constraints and again, on the merged entries, after merging (§6.3). */

#pragma once

#include "sme-entry.h"
#include "sme-failure.h"

G_BEGIN_DECLS

/* The rules that one field breaks by itself, whatever the pixel format is. */
gboolean sme_image_check_fields (const SmeEntry *entry, SmeFailure *failure);
/* Rounds in the participant's favour, minima up and maxima down, so that the fields can be checked
 * against each other and against the pixel format. */
gboolean sme_image_round (SmeEntry *entry, SmeFailure *failure);
gboolean sme_image_check_together (const SmeEntry *entry, SmeFailure *failure);

G_END_DECLS
