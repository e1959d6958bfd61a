/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "engine/sme-policy.h"

/* The policy of a case: its heaps, preferences, costs and caps. */
SmePolicy *case_policy_new (GVariant *description);
/* One of the ready-made heaps. */
SmeHeap *case_heap_new (const char *name);
