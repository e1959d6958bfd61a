/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What every message owes, whatever was said by whom: a person can read it. */

#pragma once

#include <glib.h>

/* Not empty, one line, and nothing that a terminal would obey. */
static inline void
sentence_check (const char *sentence)
{
  g_assert_nonnull (sentence);
  g_assert_cmpstr (sentence, !=, "");
  g_assert_true (g_utf8_validate (sentence, -1, NULL));
  for (const char *p = sentence; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
}
