/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tables of the constraints dictionaries: every key of 02 (Constraints), in its order. */

#pragma once

#include "smc-field.h"

G_BEGIN_DECLS

#define SMC_KEY_MEMORY "buffer_memory_constraints"
#define SMC_KEY_IMAGE "image_format_constraints"

extern const SmcField smc_constraints_fields[]; /* of SmcConstraints */
extern const SmcField smc_memory_fields[];      /* of SmcMemoryConstraints */
extern const SmcField smc_entry_fields[];       /* of SmcImageEntry */
/* Those of smc_entry_fields that a settled image has as well: SmcImageEntry.bounds. */
extern const SmcField *const smc_bounds_fields;

G_END_DECLS
