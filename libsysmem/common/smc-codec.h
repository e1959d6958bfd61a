/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The wire's dictionaries (02: Constraints, Info) to and from the model.
 *
 * Decoding refuses with SYSMEM_ERROR_PROTOCOL_DEVIATION, naming the key by its full dotted name,
 * the type found and the type wanted: unknown key, key given twice, wrong type, a string that is
 * none of the contract's. A list longer than its limit is SYSMEM_ERROR_LIMIT_EXCEEDED, naming the
 * limit. Nothing is defaulted silently except what 02 says an absent key means. Rules between
 * fields are not checked here: that is the engine's validation (03 §6.1). */

#pragma once

#include "smc-dict.h"
#include "smc-model.h"

G_BEGIN_DECLS

/* @dict is an a{sv}. Returns: (transfer full) (nullable) */
SmcConstraints *smc_constraints_from_variant (GVariant *dict, GError **error);
/* A floating a{sv} that decodes to an equal model; what equals an absent key's value is left out. */
GVariant *smc_constraints_to_variant (const SmcConstraints *constraints);

/* Adds the Info keys from size_bytes on (02) to an a{sv} under construction. Of the image's fields
 * all are there, except those that have no value when nobody said one: required_min_size,
 * required_max_size and is_alpha_present. */
void smc_settings_add_to_builder (const SmcSettings *settings,
                                  SmcWriteProtection write_protection,
                                  GVariantBuilder *builder);

/* A participant's value of one field as text, for explanations; @field is spelled as in 02, e.g.
 * "image_format_constraints.pixel_formats" or "max_buffer_count". Transfer full, never NULL;
 * "absent" where the participant said nothing. */
char *smc_constraints_field_to_string (const SmcConstraints *constraints, const char *field);

G_END_DECLS
