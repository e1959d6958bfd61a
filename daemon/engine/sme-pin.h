/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The synthetic participant of 03 §8, that demands exactly what exists. Padding is exempt: it is
 * judged by whether it fits into what exists. */

#pragma once

#include "common/smc-model.h"
#include "sme-failure.h"

G_BEGIN_DECLS

/* What exists, in the words of a participant. */
SmcConstraints *sme_pin_get_constraints (const SmcSettings *settings, gboolean with_count);

/* The result must equal what exists in every field: with everybody else's say besides, it may
 * have become tighter. */
gboolean sme_pin_check (const SmcSettings *pinned,
                        gboolean with_count,
                        const SmcSettings *settings,
                        SmeFailure *failure);

G_END_DECLS
