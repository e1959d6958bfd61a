/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Explanations, for people. Their sentences are those of the daemon. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The outcome and, if it failed, why; who cannot agree; what was dropped; who is waited for. */
void ctl_explanation_print (GVariant *explanation);
/* All but the outcome. */
void ctl_explanation_print_reasons (GVariant *explanation);
/* Returns: (transfer full): the names of an a(st), with commas between them */
char *ctl_explanation_join_parties (GVariant *parties);

G_END_DECLS
