/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-sentence.h"

#include "engine/sme-party.h"

#include <string.h>

/* A sentence is read by a person: of many participants and long lists it shows the beginning.
 * Explain has them all. */
#define MAX_PARTIES 8
#define MAX_VALUE_CHARS 160

/* How participants say a value of a field that is a choice; others "say" it, with the key. */
static const struct
{
  const char *field;
  const char *first_verb, *verb;
} verbs[] = {
  { SME_IMAGE_FIELD ("pixel_formats"), "offers", "accepts" },
  { SME_IMAGE_FIELD ("color_spaces"), "offers", "accepts" },
  { SME_MEMORY_FIELD ("permitted_heaps"), "permits", "permits" },
  { SME_MEMORY_FIELD ("cpu_domain_supported"), "supports", "supports" },
};

static const char *
find_verb (const char *field, gboolean first)
{
  for (guint i = 0; field != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].field, field) == 0)
      return first ? verbs[i].first_verb : verbs[i].verb;
  return NULL;
}

/* Linear goes without saying. */
static char *
leave_out_linear (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ":0x0", -1);
  GString *text = g_string_new (parts[0]);

  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    {
      gboolean is_longer_modifier = g_ascii_isxdigit (parts[i][0]);
      g_string_append (text, is_longer_modifier ? ":0x0" : "");
      g_string_append (text, parts[i]);
    }
  return g_string_free (text, FALSE);
}

static void
append_value (GString *sentence, const char *value)
{
  g_autofree char *text = leave_out_linear (value);

  g_autofree char *beginning = sme_value_cut (text, MAX_VALUE_CHARS);

  g_string_append (sentence, beginning);
}

static void
append_party (GString *sentence, const SmeConflictSet *set, const GArray *members, guint nth)
{
  const char *verb = find_verb (set->failure.field, nth == 0);
  SmeValueForm form = set->everybody ? SME_VALUE_ALONE
                      : verb != NULL ? SME_VALUE_PLAIN
                                     : SME_VALUE_WITH_KEY;
  g_autoptr (SmeParty) party =
    sme_party_new_speaking (sme_speakers_get (members, nth), set->failure.field, form);
  g_autofree char *name = sme_party_get_text (party);

  g_string_append_printf (sentence, "%s%s", nth == 0 ? ": " : "; ", name);
  if (strcmp (party->value, SME_VALUE_ABSENT) == 0)
    {
      g_string_append (sentence, " does not say");
      return;
    }
  g_string_append_printf (sentence, " %s ", verb != NULL ? verb : "says");
  append_value (sentence, party->value);
}

char *
sme_sentence_new (const SmeConflictSet *set, const GArray *members)
{
  GString *sentence = g_string_new (set->failure.detail);
  guint n_shown = MIN (members->len, MAX_PARTIES);

  for (guint i = 0; set->failure.field != NULL && i < n_shown; i++)
    append_party (sentence, set, members, i);
  if (members->len > n_shown)
    g_string_append_printf (sentence, "; and %u more", members->len - n_shown);
  return g_string_free (sentence, FALSE);
}
