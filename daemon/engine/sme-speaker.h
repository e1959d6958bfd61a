/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A participant as it was when something was recorded about it: enough to say later who said what,
 * with no text made before somebody asks. */

#pragma once

#include "sme-prepared.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name; /* of the GStringChunk it was made with */
  guint64 id;
  SmePrepared *prepared;
  guint index; /* its place in the negotiation's order */
} SmeSpeaker;

/* Owns what is in it. (element-type SmeSpeaker) */
GArray *sme_speakers_new (guint reserved);
/* @names keeps each name once, however often it is recorded. */
void sme_speakers_add (GArray *speakers,
                       const SmeParticipant *participant,
                       guint index,
                       GStringChunk *names);

static inline const SmeSpeaker *
sme_speakers_get (const GArray *speakers, guint nth)
{
  return &g_array_index (speakers, SmeSpeaker, nth);
}

G_END_DECLS
