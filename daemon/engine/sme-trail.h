/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The record of a negotiation: every candidate that was dropped on the way, where it happened, as
 * data. It costs little while things go well: who took part is recorded once per attempt and only if
 * something drops, names are kept once, values become text only when somebody asks. It also counts
 * the work, over all attempts of one negotiation, and of all that one event of a tree leads to
 * (03 §13). */

#pragma once

#include "sme-failure.h"
#include "sme-speaker.h"

G_BEGIN_DECLS

/* How far a candidate got, in the order of 03. What got furthest says best why nothing is left. */
typedef enum
{
  SME_STAGE_UNKNOWN,     /* §6.1: a pair this daemon does not know */
  SME_STAGE_NO_PARTNER,  /* §6.2 */
  SME_STAGE_MERGED,      /* §6.2 */
  SME_STAGE_AFTER_MERGE, /* §6.3 */
  SME_STAGE_UNPINNED,    /* §6.3 */
  SME_STAGE_HEAP,        /* §7.2 */
  SME_STAGE_DOMAIN,      /* §7.3 */
  SME_STAGE_FORMAT,      /* §7.4 */
  SME_STAGE_SIZE,        /* §7.5, 6 */
  SME_STAGE_CAP,         /* §7.7 */
} SmeStage;

typedef struct _SmeDrop SmeDrop;

/* Has this participant to do with a drop? */
typedef gboolean (*SmeConcern) (const SmePrepared *prepared, const SmeDrop *drop);

struct _SmeDrop
{
  SmeRejectionKind kind;
  SmeStage stage;
  SmcPixelFormat pixel_format; /* SME_REJECTED_PIXEL_FORMAT only */
  char *candidate;             /* the others */
  const char *field;           /* static; nullable */
  char *reason;                /* NULL: the field says it all */
  guint round;                 /* G_MAXUINT: nobody's doing */
  SmeConcern concerns;         /* who of the round's participants; NULL: nobody */
  guint first, last;           /* among these, by their index */
};

/* Merges of entries, and what takes as long. */
typedef struct
{
  guint negotiating;
  guint searching; /* for those who cannot agree */
} SmeWork;

struct _SmeTrail
{
  gboolean silent;   /* count the work, record nothing */
  SmeWork work;      /* so far, each at most SMC_MAX_ENTRY_MERGES */
  GArray *drops;     /* of SmeDrop, at most SMC_MAX_REJECTIONS */
  guint n_more;      /* drops beyond */
  GPtrArray *rounds; /* of GArray of SmeSpeaker: the participants of each attempt, as they were */
  GStringChunk *names;

  /* The attempt under way: */
  const SmeParticipant *participants;
  guint n_participants;
  gboolean has_round; /* the last of rounds is this attempt's */
  SmeStage furthest_stage;
  SmeRejectionKind furthest_kind;
  SmeFailure furthest;
  GString *heaps; /* those dropped, each with its reason; but for a long list */
  guint n_heaps;
};

/* Counts only: for the conflict search. */
SmeTrail *sme_trail_new_silent (void);

/* An attempt begins and ends. */
void sme_trail_begin (SmeTrail *trail, const SmeParticipant *participants, guint n_participants);
void sme_trail_end (SmeTrail *trail);

/* FALSE: that would be more than SMC_MAX_ENTRY_MERGES, and @failure says so. */
gboolean sme_trail_work (SmeTrail *trail, guint n_merges, SmeFailure *failure);

/* Records a drop; takes drop->candidate and drop->reason. */
void sme_trail_drop (SmeTrail *trail, const SmeDrop *drop);
/* A pixel format, by the doing of everybody who offers it; takes @reason. */
void sme_trail_drop_format (SmeTrail *trail,
                            const SmcPixelFormat *pixel_format,
                            SmeStage stage,
                            const char *field,
                            char *reason);
/* Nothing is left: fails with the reason of the candidate that got furthest, or of all heaps if it
 * is one of them. */
gboolean sme_trail_fail (SmeTrail *trail, SmeFailure *failure);

/* Ready-made concerns. */
gboolean sme_concerns_everybody (const SmePrepared *prepared, const SmeDrop *drop);
gboolean sme_concerns_offering (const SmePrepared *prepared, const SmeDrop *drop);
gboolean sme_concerns_lacking (const SmePrepared *prepared, const SmeDrop *drop);
gboolean sme_concerns_image (const SmePrepared *prepared, const SmeDrop *drop);

/* The candidate in words. Transfer full. */
char *sme_drop_get_candidate (const SmeDrop *drop);

G_END_DECLS
