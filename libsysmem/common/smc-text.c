/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-text.h"

static void
append_char (GString *out, gunichar c)
{
  if (c == '"' || c == '\\')
    g_string_append_printf (out, "\\%c", (char)c);
  else if (g_unichar_isprint (c))
    g_string_append_unichar (out, c);
  else
    g_string_append_printf (out, "\\u{%x}", c);
}

/* Bytes that are no UTF-8 become escapes of their own, so that a message is always valid text. */
static void
append_escaped (GString *out, const char *text)
{
  guint chars = 0;

  for (const char *p = text; *p != '\0'; chars++)
    {
      if (chars == SMC_TEXT_MAX_CHARS)
        {
          g_string_append (out, "…");
          return;
        }

      gunichar c = g_utf8_get_char_validated (p, -1);
      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          g_string_append_printf (out, "\\x%02x", (guchar)*p);
          p++;
          continue;
        }
      append_char (out, c);
      p = g_utf8_next_char (p);
    }
}

char *
smc_text_escape (const char *text)
{
  GString *out = g_string_new (NULL);

  append_escaped (out, text);
  return g_string_free (out, FALSE);
}

char *
smc_text_quote (const char *text)
{
  GString *out = g_string_new ("\"");

  append_escaped (out, text);
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}
