/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-text.h"

#include <glib/gi18n.h>
#include <pwd.h>
#include <stdio.h>

static gboolean
is_harmless (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return c == '\n'
         || (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT
             && type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR);
}

char *
ctl_text_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_harmless (c))
        g_string_append_unichar (clean, c);
      else
        g_string_append_printf (clean, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
    }
  return g_string_free (clean, FALSE);
}

static guint
get_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
ctl_text_get_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += get_width (g_utf8_get_char (p));
  return width;
}

char *
ctl_text_cut (const char *text, guint n_columns)
{
  const char *end = text;
  guint width = 0;

  for (; *end != '\0'; end = g_utf8_next_char (end))
    {
      width += get_width (g_utf8_get_char (end));
      if (width > n_columns)
        break;
    }
  return g_strndup (text, (gsize)(end - text));
}

char *
ctl_text_format_number (guint64 number)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, number);
}

char *
ctl_text_format_bytes (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

char *
ctl_text_format_age (guint64 microseconds)
{
  static const struct
  {
    guint64 seconds;
    const char *unit;
  } units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" } };
  guint64 seconds = microseconds / G_USEC_PER_SEC;

  /* From two on, so that the number says something. */
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (seconds >= 2 * units[i].seconds)
      return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", seconds / units[i].seconds,
                              units[i].unit);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " s", seconds);
}

char *
ctl_text_format_user (guint64 uid)
{
  const struct passwd *user;

  if (uid >= G_MAXUINT32)
    return g_strdup ("");
  user = getpwuid ((uid_t)uid);
  return user != NULL ? g_strdup (user->pw_name) : g_strdup_printf ("%" G_GUINT64_FORMAT, uid);
}

char *
ctl_text_format_party (const char *name, guint64 id)
{
  const char *known = *name != '\0' ? name : _ ("unnamed");

  if (id == 0)
    return g_strdup (known);
  return g_strdup_printf ("%s (%" G_GUINT64_FORMAT ")", known, id);
}

void
ctl_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  clean = ctl_text_clean (text);
  g_print ("%s", clean);
}
