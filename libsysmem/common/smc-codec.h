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

#include "smc-model.h"

G_BEGIN_DECLS

/* @dict is an a{sv}. Returns: (transfer full) (nullable) */
SmcConstraints *smc_constraints_from_variant (GVariant *dict, GError **error);
/* A floating a{sv} that decodes to an equal model; absent values are left out. */
GVariant *smc_constraints_to_variant (const SmcConstraints *constraints);

/* Adds the Info keys from size_bytes on (02) to an a{sv} under construction. */
void smc_settings_add_to_builder (const SmcSettings *settings,
                                  SmcWriteProtection write_protection,
                                  GVariantBuilder *builder);

/* A participant's value of one field as text, for explanations; @field is spelled as in 02, e.g.
 * "image_format_constraints.pixel_formats" or "max_buffer_count". Transfer full, never NULL;
 * "absent" where the participant said nothing. */
char *smc_constraints_field_to_string (const SmcConstraints *constraints, const char *field);

/* Reading option dictionaries (a{sv}) with the same strictness, for the bus layer. */
typedef struct
{
  const char *key;
  const char *type; /* a GVariant type string */
} SmcDictKey;

/* Checks @dict against @keys (ends with a NULL key): unknown key, twice the same key, wrong type.
 * @what names the dictionary in the message, e.g. "options". */
gboolean smc_dict_check (GVariant *dict, const char *what, const SmcDictKey *keys, GError **error);

G_END_DECLS
