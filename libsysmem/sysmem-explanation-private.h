/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-explanation.h"

G_BEGIN_DECLS

/* @dict: an a{sv} as Explain returns it. */
SysmemExplanation *sysmem_explanation_new_from_variant (GVariant *dict);

G_END_DECLS
