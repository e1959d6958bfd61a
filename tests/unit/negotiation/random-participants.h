/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Participants by chance, from g_test_rand_*: valid in themselves, and alike enough that about half
 * of the small groups agree. */

#pragma once

#include "engine/sme-negotiation.h"

/* Owns its participants; they are called "a", "b", … (element-type SmeParticipant) */
GArray *random_participants_new (guint n_participants);
/* Without permitted_heaps, whose order is the one thing that depends on who comes first. */
GArray *random_participants_new_heapless (guint n_participants);
