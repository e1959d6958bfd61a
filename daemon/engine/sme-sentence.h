/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sme-conflict.h"
#include "sme-speaker.h"

G_BEGIN_DECLS

/* One sentence for a person, from the same data as the conflict (02, Explanations):
 * "no common pixel format: camera offers NV12, P010; shell accepts XR24, AR24". @members are those
 * of @set, of SmeSpeaker. */
char *sme_sentence_new (const SmeConflictSet *set, const GArray *members);

G_END_DECLS
