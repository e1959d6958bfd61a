/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Why a negotiation ended as it did, as data: what Explain returns and error sentences are made
 * of (02, Explanations). Immutable once handed out; reference counted. Failed places keep theirs for
 * a while, and there may be many, so only the sentence is text from the beginning: the rest becomes
 * text when it is listed. */

#pragma once

#include "common/smc-model.h"
#include "common/sysmem-error.h"

G_BEGIN_DECLS

/* A participant and its value of the field in question. */
typedef struct
{
  char *name; /* debug name */
  guint64 id;
  char *value; /* NULL where only the identity counts (waiting_for) */
} SmeParty;

typedef struct
{
  char *field;        /* as spelled in 02, with its dictionary's prefix */
  GPtrArray *parties; /* of SmeParty */
  char *detail;
} SmeConflict;

typedef enum
{
  SME_REJECTED_GROUP_CHOICE,
  SME_REJECTED_PIXEL_FORMAT,
  SME_REJECTED_HEAP,
  SME_REJECTED_COHERENCY_DOMAIN,
} SmeRejectionKind;

typedef struct
{
  SmeRejectionKind kind;
  char *candidate;
  char *reason;
  GPtrArray *parties; /* of SmeParty */
} SmeRejection;

typedef enum
{
  SME_OUTCOME_PENDING,
  SME_OUTCOME_ALLOCATED,
  SME_OUTCOME_FAILED,
} SmeOutcome;

/* The record of candidates dropped on the way, as data; texts are made only when an explanation
 * is asked for. Belongs to one negotiation (all its group combinations); reference counted. */
typedef struct _SmeTrail SmeTrail;

typedef struct
{
  SmeOutcome outcome;
  SysmemError error;      /* failed only */
  char *message;          /* failed only: one sentence for a person */
  GPtrArray *waiting_for; /* of SmeParty; pending only */

  SmeTrail *trail; /* nullable: the candidates dropped on the way */

  /* The conflict. It names its participants by the trail's names. */
  GArray *conflict_members;   /* of SmeSpeaker; NULL: there is none */
  const char *conflict_field; /* static, nullable */
  char *conflict_detail;
  gboolean conflict_of_silence; /* of what nobody said */
} SmeExplanation;

/* @trail (nullable) gets one more reference. */
SmeExplanation *sme_explanation_new (SmeOutcome outcome, SmeTrail *trail);
SmeExplanation *sme_explanation_ref (SmeExplanation *explanation);
void sme_explanation_unref (SmeExplanation *explanation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeExplanation, sme_explanation_unref)

/* In words: of SmeConflict, at most one; of SmeRejection, in order, at most SMC_MAX_REJECTIONS, with
 * the number of those beyond. Both lists are the caller's. */
GPtrArray *sme_explanation_list_conflicts (const SmeExplanation *explanation);
GPtrArray *sme_explanation_list_rejected (const SmeExplanation *explanation, guint *n_more);

SmeParty *sme_party_new (const char *name, guint64 id, const char *value);
void sme_party_free (SmeParty *party);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeParty, sme_party_free)
const char *sme_rejection_kind_get_name (SmeRejectionKind kind); /* "pixel-format" … */
const char *sme_outcome_get_name (SmeOutcome outcome);

/* As 02 (Explanations) spells it, an a{sv}; names and ids alone, an a(st). Both are floating. */
GVariant *sme_explanation_to_variant (const SmeExplanation *explanation);
GVariant *sme_parties_to_variant (const GPtrArray *parties);

/* The explanation as an error with its message. Failed ones only. */
GError *sme_explanation_to_error (const SmeExplanation *explanation);

G_END_DECLS
