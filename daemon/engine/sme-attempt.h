/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One attempt to agree: 03 §6, then §7. */

#pragma once

#include "sme-aggregate.h"

G_BEGIN_DECLS

/* As sme_negotiate (), for the engine's own purposes. Of formats left "*", leniently, @settings
 * say nothing but that something can be found. */
gboolean sme_attempt (const SmeParticipant *participants,
                      guint n_participants,
                      const SmePolicy *policy,
                      const char *const *failed_heaps,
                      SmeNegotiateFlags flags,
                      SmeTrail *trail,
                      SmcSettings **settings,
                      SmeFailure *failure);

G_END_DECLS
