/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Why something is not possible: the field it fails on and the rest in words. The same for one rule
 * and for a whole attempt. */

#pragma once

#include "common/sysmem-error.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean silent; /* set by who asks: nobody will read the words */
  SysmemError code;
  const char *field; /* static, spelled as in 02 with its dictionary; NULL where there is none */
  char *detail;      /* for a person, without the field; NULL if silent */
} SmeFailure;

/* Returns FALSE, so that a check can end with it. */
gboolean sme_fail (SmeFailure *failure, const char *field, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
void sme_failure_clear (SmeFailure *failure);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmeFailure, sme_failure_clear)
/* "FIELD: DETAIL". */
void sme_failure_propagate (const SmeFailure *failure, GError **error);

G_END_DECLS
