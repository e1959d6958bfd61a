/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The conflict set as defined in 02, word by word and the slow way: together the listed ones cannot
 * agree; without any one of them the remaining listed ones can, but for what nobody said; and it is
 * the set that is left when participants are struck out one by one, the last first. */

#pragma once

#include "engine/sme-negotiation.h"

/* @all: of SmeParticipant, each with its place in the list as its id. FALSE: they can agree but for
 * what nobody said, so there is no such set. */
gboolean conflict_check (const SmeConflict *conflict, const GArray *all, const SmePolicy *policy);
