/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_EXPLANATION (sysmem_explanation_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemExplanation, sysmem_explanation, SYSMEM, EXPLANATION, GObject)

SYSMEM_EXPORT SysmemOutcome sysmem_explanation_get_outcome (SysmemExplanation *self);
SYSMEM_EXPORT GError *sysmem_explanation_dup_failure (SysmemExplanation *self);
SYSMEM_EXPORT GVariant *sysmem_explanation_get_conflicts (SysmemExplanation *self);
SYSMEM_EXPORT GVariant *sysmem_explanation_get_rejected (SysmemExplanation *self);
SYSMEM_EXPORT GVariant *sysmem_explanation_get_waiting_for (SysmemExplanation *self);
SYSMEM_EXPORT GVariant *sysmem_explanation_to_variant (SysmemExplanation *self);
SYSMEM_EXPORT char *sysmem_explanation_to_string (SysmemExplanation *self);

G_END_DECLS
