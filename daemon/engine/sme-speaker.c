/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-speaker.h"

static void
speaker_clear (SmeSpeaker *speaker)
{
  sme_prepared_unref (speaker->prepared);
}

GArray *
sme_speakers_new (guint reserved)
{
  GArray *speakers = g_array_sized_new (FALSE, FALSE, sizeof (SmeSpeaker), reserved);

  g_array_set_clear_func (speakers, (GDestroyNotify)speaker_clear);
  return speakers;
}

void
sme_speakers_add (GArray *speakers,
                  const SmeParticipant *participant,
                  guint index,
                  GStringChunk *names)
{
  const char *name = participant->name != NULL ? participant->name : "";
  SmeSpeaker speaker = {
    .name = g_string_chunk_insert_const (names, name),
    .id = participant->id,
    .prepared = sme_prepared_ref (participant->prepared),
    .index = index,
  };

  g_array_append_val (speakers, speaker);
}
