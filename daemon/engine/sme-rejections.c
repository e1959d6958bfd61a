/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The candidates that were dropped, in words (02, Explanations). Goal: an answer of a bounded size,
 * at a bounded cost, whatever the participants said: 256 rejections, each with at most 16
 * participants and a value of theirs that fits on a line. Where a pixel format was dropped because
 * of who offers it, that value is this one format and not the list it stands in; other values are
 * looked up once for each participant and field. */

#include "engine/sme-trail.h"

#include "common/smc-names.h"
#include "engine/sme-party.h"

#include <string.h>

/* Parties of one rejection; where more are concerned the first ones stand for them. */
#define MAX_PARTIES 16
#define MAX_VALUE_CHARS 256

#define VALUE_NOT_OFFERED "not offered"

static void
rejection_free (SmeRejection *rejection)
{
  g_free (rejection->candidate);
  g_free (rejection->reason);
  g_ptr_array_unref (rejection->parties);
  g_free (rejection);
}

/* Values of one field, by participant. */
static GHashTable *
get_values (GHashTable *fields, const char *field)
{
  GHashTable *values = g_hash_table_lookup (fields, field);

  if (values == NULL)
    {
      values = g_hash_table_new_full (NULL, NULL, NULL, g_free);
      g_hash_table_insert (fields, (gpointer)field, values);
    }
  return values;
}

static SmeParty *
make_speaking_party (const SmeSpeaker *speaker, const char *field, GHashTable *fields)
{
  GHashTable *values = get_values (fields, field);
  char *value = g_hash_table_lookup (values, speaker->prepared);

  if (value == NULL)
    {
      g_autoptr (SmeParty) party = sme_party_new_speaking (speaker, field, SME_VALUE_PLAIN);

      value = sme_value_cut (party->value, MAX_VALUE_CHARS);
      g_hash_table_insert (values, speaker->prepared, value);
    }
  return sme_party_new_with_value (speaker, value);
}

/* What it says of this one pixel format. */
static SmeParty *
make_offering_party (const SmeSpeaker *speaker, const SmeDrop *drop)
{
  const SmePair *pair = sme_pairs_find_meaning (speaker->prepared->pairs, &drop->pixel_format);
  const SmcPixelFormat *offered = pair != NULL ? &pair->pixel_format : NULL;

  if (drop->stage == SME_STAGE_UNKNOWN)
    offered = &drop->pixel_format;
  g_autofree char *value =
    offered != NULL ? smc_pixel_format_to_string (offered) : g_strdup (VALUE_NOT_OFFERED);
  return sme_party_new_with_value (speaker, value);
}

static SmeParty *
make_party (const SmeSpeaker *speaker, const SmeDrop *drop, GHashTable *fields)
{
  gboolean by_format = drop->kind == SME_REJECTED_PIXEL_FORMAT
                       && strcmp (drop->field, SME_IMAGE_FIELD ("pixel_formats")) == 0;

  return by_format ? make_offering_party (speaker, drop)
                   : make_speaking_party (speaker, drop->field, fields);
}

static void
add_parties (const SmeDrop *drop, const GArray *round, GHashTable *fields, GPtrArray *parties)
{
  for (guint i = 0; i < round->len && parties->len < MAX_PARTIES; i++)
    {
      const SmeSpeaker *speaker = sme_speakers_get (round, i);
      gboolean in_range = speaker->index >= drop->first && speaker->index <= drop->last;

      if (in_range && drop->concerns (speaker->prepared, drop))
        g_ptr_array_add (parties, make_party (speaker, drop, fields));
    }
}

/* What has no words of its own lacks a partner. */
static char *
describe_reason (const SmeDrop *drop, const GPtrArray *parties)
{
  if (drop->reason != NULL)
    return g_strdup (drop->reason);
  if (parties->len == 0)
    return g_strdup ("the others have dropped it before");

  const SmeParty *first = g_ptr_array_index (parties, 0);
  g_autofree char *name = sme_party_get_text (first);
  return g_strdup_printf ("%s does not offer it", name);
}

static SmeRejection *
describe_drop (const SmeTrail *trail, const SmeDrop *drop, GHashTable *fields)
{
  SmeRejection *rejection = g_new0 (SmeRejection, 1);

  rejection->kind = drop->kind;
  rejection->candidate = sme_drop_get_candidate (drop);
  rejection->parties = g_ptr_array_new_with_free_func ((GDestroyNotify)sme_party_free);
  if (drop->round != G_MAXUINT)
    add_parties (drop, g_ptr_array_index (trail->rounds, drop->round), fields, rejection->parties);
  rejection->reason = describe_reason (drop, rejection->parties);
  return rejection;
}

GPtrArray *
sme_explanation_list_rejected (const SmeExplanation *explanation, guint *n_more)
{
  const SmeTrail *trail = explanation->trail;
  GPtrArray *rejected = g_ptr_array_new_with_free_func ((GDestroyNotify)rejection_free);
  g_autoptr (GHashTable) fields = /* names of fields are static */
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);

  *n_more = trail != NULL ? trail->n_more : 0;
  for (guint i = 0; trail != NULL && i < trail->drops->len; i++)
    g_ptr_array_add (rejected,
                     describe_drop (trail, &g_array_index (trail->drops, SmeDrop, i), fields));
  return rejected;
}
