/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Everything a participant says besides images, in the form that is merged (03 §6.2): one
 * participant's terms and the terms of all together have the same shape. */

#pragma once

#include "common/smc-model.h"

G_BEGIN_DECLS

#define SME_MEMORY_FIELD(key) "buffer_memory_constraints." key

#define SME_DOMAINS_ALL (SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE)

typedef struct
{
  guint32 usage;
  guint64 camping;
  guint64 dedicated_slack;
  guint64 shared_slack;
  guint64 min_buffer_count;
  guint64 max_buffer_count; /* G_MAXUINT32 = no maximum */
  guint64 min_size_bytes;   /* at least 1 */
  guint64 max_size_bytes;
  gboolean physically_contiguous_required;
  gboolean secure_required;
  gboolean dma_buf_required;
  guint64 min_physical_base_alignment;
  guint32 domains;            /* of SmcDomain */
  GPtrArray *permitted_heaps; /* of char *, borrowed; NULL = any */
  GHashTable *permitted_set;  /* the same as a set; of one participant's terms only */
} SmeTerms;

/* Terms that ask for nothing: merging them changes nothing. */
void sme_terms_init (SmeTerms *terms);
/* The names in @constraints must outlive @terms. */
void sme_terms_init_from (SmeTerms *terms, const SmcConstraints *constraints);
void sme_terms_clear (SmeTerms *terms);

/* 03 §6.2, the upper table. FALSE: they do not combine; @field says in what. */
gboolean sme_terms_merge (SmeTerms *into, const SmeTerms *with, const char **field);

G_END_DECLS
