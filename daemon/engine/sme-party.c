/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-party.h"

#include "common/smc-codec.h"
#include "common/smc-names.h"
#include "common/smc-text.h"

#include <string.h>

#define MAX_RELATED 8
#define COUNTS \
  "min_buffer_count", "min_buffer_count_for_camping", "min_buffer_count_for_dedicated_slack", \
    "min_buffer_count_for_shared_slack"
#define REQUIRED_SIZES \
  SME_IMAGE_FIELD ("required_max_size"), SME_IMAGE_FIELD ("required_max_size_list")
#define IMAGE_SIZES SME_IMAGE_FIELD ("min_size"), REQUIRED_SIZES

/* What else speaks of a field's matter: what is told together with the field, since only all of it
 * explains the numbers; and what is told of those who said nothing of that. */
static const struct
{
  const char *field;
  const char *together[MAX_RELATED + 1];
  const char *instead[MAX_RELATED + 1];
} relations[] = {
  { "min_buffer_count", { COUNTS, NULL }, { NULL } },
  { "max_buffer_count", { COUNTS, NULL }, { NULL } },
  { SME_MEMORY_FIELD ("min_size_bytes"),
    { SME_MEMORY_FIELD ("max_size_bytes"), NULL },
    { IMAGE_SIZES, COUNTS, NULL } },
  { SME_MEMORY_FIELD ("max_size_bytes"),
    { SME_MEMORY_FIELD ("min_size_bytes"), IMAGE_SIZES, SME_IMAGE_FIELD ("min_bytes_per_row"),
      SME_IMAGE_FIELD ("bytes_per_row_divisor"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("min_size"),
    { REQUIRED_SIZES, SME_IMAGE_FIELD ("size_alignment"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("max_size"),
    { IMAGE_SIZES, SME_IMAGE_FIELD ("size_alignment"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("min_bytes_per_row"),
    { SME_IMAGE_FIELD ("min_size"), SME_IMAGE_FIELD ("bytes_per_row_divisor"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("max_bytes_per_row"),
    { SME_IMAGE_FIELD ("min_bytes_per_row"), SME_IMAGE_FIELD ("bytes_per_row_divisor"), IMAGE_SIZES,
      NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("max_width_times_height"),
    { IMAGE_SIZES, SME_IMAGE_FIELD ("size_alignment"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("required_min_size"),
    { SME_IMAGE_FIELD ("min_size"), SME_IMAGE_FIELD ("max_size"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("required_max_size_list"),
    { SME_IMAGE_FIELD ("required_max_size"), SME_IMAGE_FIELD ("max_size"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("bytes_per_row_divisor"),
    { SME_IMAGE_FIELD ("require_bytes_per_row_at_pixel_boundary"),
      SME_IMAGE_FIELD ("pad_for_block_size"), NULL },
    { NULL } },
  { SME_IMAGE_FIELD ("pad_beyond_image_size_bytes"),
    { SME_IMAGE_FIELD ("pad_for_block_size"), NULL },
    { NULL } },
};
static const char *const nothing_related[] = { NULL };

static const char *
get_key (const char *field)
{
  const char *dot = strrchr (field, '.');

  return dot != NULL ? dot + 1 : field;
}

/* NULL: said nothing of it. */
static char *
get_said (const SmePrepared *prepared, const char *field)
{
  g_autofree char *value = smc_constraints_field_to_string (prepared->constraints, field);

  return strcmp (value, SME_VALUE_ABSENT) != 0 ? g_steal_pointer (&value) : NULL;
}

static void
add_said (GPtrArray *said, const SmePrepared *prepared, const char *field)
{
  g_autofree char *value = get_said (prepared, field);

  if (value != NULL)
    g_ptr_array_add (said, g_strdup_printf ("%s %s", get_key (field), value));
}

static void
add_related (GPtrArray *said,
             const SmePrepared *prepared,
             const char *field,
             const char *const *related)
{
  for (guint i = 0; related[i] != NULL; i++)
    if (strcmp (related[i], field) != 0)
      add_said (said, prepared, related[i]);
}

static void
find_related (const char *field, const char *const **together, const char *const **instead)
{
  *together = *instead = nothing_related;
  for (guint i = 0; i < G_N_ELEMENTS (relations); i++)
    if (strcmp (relations[i].field, field) == 0)
      {
        *together = relations[i].together;
        *instead = relations[i].instead;
      }
}

/* With the key, and with what is held against it. */
static char *
describe_with_key (const SmePrepared *prepared, const char *field)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  const char *const *together, *const *instead;

  find_related (field, &together, &instead);
  add_said (said, prepared, field);
  add_related (said, prepared, field, together);
  if (said->len == 0)
    add_related (said, prepared, field, instead);
  if (said->len == 0)
    return g_strdup (SME_VALUE_ABSENT);
  g_ptr_array_add (said, NULL);
  return g_strjoinv (", ", (char **)said->pdata);
}

static gboolean
is_domain_field (const char *field)
{
  return g_str_has_suffix (field, "_domain_supported");
}

static char *
describe_value (const SmePrepared *prepared, const char *field, SmeValueForm form)
{
  if (is_domain_field (field))
    return smc_domains_to_string (prepared->terms.domains);

  char *value = form == SME_VALUE_WITH_KEY ? NULL : get_said (prepared, field);
  if (value != NULL)
    return value;
  return form == SME_VALUE_ALONE ? g_strdup (SME_VALUE_ABSENT)
                                 : describe_with_key (prepared, field);
}

SmeParty *
sme_party_new_with_value (const SmeSpeaker *speaker, const char *value)
{
  g_autofree char *anonymous = NULL;
  const char *name = speaker->name;

  if (*name == '\0')
    name = anonymous = g_strdup_printf ("participant %u", speaker->index + 1);
  return sme_party_new (name, speaker->id, value);
}

SmeParty *
sme_party_new_speaking (const SmeSpeaker *speaker, const char *field, SmeValueForm form)
{
  g_autofree char *value = field != NULL ? describe_value (speaker->prepared, field, form) : NULL;

  return sme_party_new_with_value (speaker, value);
}

char *
sme_party_get_text (const SmeParty *party)
{
  return smc_text_escape (party->name);
}

char *
sme_value_cut (const char *value, glong max_chars)
{
  if (g_utf8_strlen (value, -1) <= max_chars)
    return g_strdup (value);

  const char *end = g_utf8_offset_to_pointer (value, max_chars);
  return g_strdup_printf ("%.*s…", (int)(end - value), value);
}
