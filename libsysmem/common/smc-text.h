/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text that a client chose, made fit for messages and logs: control characters, quotes and
 * backslashes escaped, cut after SMC_TEXT_MAX_CHARS characters with an ellipsis. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMC_TEXT_MAX_CHARS 64

char *smc_text_escape (const char *text); /* cpu-reed */
char *smc_text_quote (const char *text);  /* "cpu-reed" */

G_END_DECLS
