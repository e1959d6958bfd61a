/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-party.h"

#include "common/smc-codec.h"
#include "common/smc-names.h"
#include "common/smc-text.h"

#include <string.h>

#define MAX_RELATED 6
#define COUNTS \
  "min_buffer_count", "min_buffer_count_for_camping", "min_buffer_count_for_dedicated_slack", \
    "min_buffer_count_for_shared_slack"
#define IMAGE_SIZES \
  SME_IMAGE_FIELD ("min_size"), SME_IMAGE_FIELD ("required_max_size"), \
    SME_IMAGE_FIELD ("required_max_size_list")

/* What else speaks of a field's matter. */
static const struct
{
  const char *field;
  const char *related[MAX_RELATED + 1];
} relations[] = {
  { "min_buffer_count", { COUNTS, NULL } },
  { "max_buffer_count", { COUNTS, NULL } },
  { SME_MEMORY_FIELD ("min_size_bytes"),
    { SME_MEMORY_FIELD ("max_size_bytes"), IMAGE_SIZES, NULL } },
  { SME_MEMORY_FIELD ("max_size_bytes"),
    { SME_MEMORY_FIELD ("min_size_bytes"), IMAGE_SIZES, SME_IMAGE_FIELD ("min_bytes_per_row"),
      SME_IMAGE_FIELD ("bytes_per_row_divisor"), NULL } },
  { SME_IMAGE_FIELD ("min_size"), { SME_IMAGE_FIELD ("size_alignment"), NULL } },
  { SME_IMAGE_FIELD ("max_size"), { IMAGE_SIZES, SME_IMAGE_FIELD ("size_alignment"), NULL } },
  { SME_IMAGE_FIELD ("max_bytes_per_row"),
    { SME_IMAGE_FIELD ("min_bytes_per_row"), SME_IMAGE_FIELD ("bytes_per_row_divisor"), IMAGE_SIZES,
      NULL } },
  { SME_IMAGE_FIELD ("max_width_times_height"),
    { IMAGE_SIZES, SME_IMAGE_FIELD ("size_alignment"), NULL } },
  { SME_IMAGE_FIELD ("required_min_size"), { SME_IMAGE_FIELD ("min_size"), NULL } },
  { SME_IMAGE_FIELD ("required_max_size_list"),
    { SME_IMAGE_FIELD ("required_max_size"), SME_IMAGE_FIELD ("max_size"), NULL } },
  { SME_IMAGE_FIELD ("bytes_per_row_divisor"),
    { SME_IMAGE_FIELD ("require_bytes_per_row_at_pixel_boundary"),
      SME_IMAGE_FIELD ("pad_for_block_size"), NULL } },
};

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

static char *
describe_related (const SmePrepared *prepared, const char *const *related)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; related[i] != NULL; i++)
    {
      g_autofree char *value = get_said (prepared, related[i]);
      if (value != NULL)
        g_ptr_array_add (said, g_strdup_printf ("%s %s", get_key (related[i]), value));
    }
  if (said->len == 0)
    return NULL;
  g_ptr_array_add (said, NULL);
  return g_strjoinv (", ", (char **)said->pdata);
}

static const char *const *
find_related (const char *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (relations); i++)
    if (strcmp (relations[i].field, field) == 0)
      return relations[i].related;
  return NULL;
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

  g_autofree char *value = get_said (prepared, field);
  if (value != NULL && form == SME_VALUE_WITH_KEY)
    return g_strdup_printf ("%s %s", get_key (field), value);
  if (value != NULL)
    return g_steal_pointer (&value);

  const char *const *related = find_related (field);
  char *said = related != NULL ? describe_related (prepared, related) : NULL;
  return said != NULL ? said : g_strdup (SME_VALUE_ABSENT);
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
