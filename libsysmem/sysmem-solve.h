/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-constraints.h"
#include "sysmem-explanation.h"
#include "sysmem-heap.h"
#include "sysmem-settings.h"

G_BEGIN_DECLS

SYSMEM_EXPORT SysmemSettings *sysmem_constraints_solve (SysmemConstraints **participants,
                                                        gsize n_participants,
                                                        SysmemHeap **heaps,
                                                        gsize n_heaps,
                                                        SysmemExplanation **explanation,
                                                        GError **error);

G_END_DECLS
