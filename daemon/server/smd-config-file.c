/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-config-file.h"

#include <string.h>

typedef enum
{
  LINE_NOTHING, /* empty or a comment */
  LINE_GROUP,
  LINE_KEY,
  LINE_BAD,
} LineKind;

/* As GKeyFile sees one line; @name is the group's or the key's. */
static LineKind
parse_line (const char *line, char **name)
{
  g_autofree char *stripped = g_strstrip (g_strdup (line));
  char *end;

  *name = NULL;
  if (stripped[0] == '\0' || stripped[0] == '#')
    return LINE_NOTHING;
  if (stripped[0] == '[')
    {
      end = strchr (stripped, ']');
      if (end == NULL)
        return LINE_BAD;
      *name = g_strndup (stripped + 1, (gsize)(end - stripped - 1));
      return LINE_GROUP;
    }
  end = strchr (stripped, '=');
  if (end == NULL || end == stripped)
    return LINE_BAD;
  *end = '\0';
  *name = g_strdup (g_strchomp (stripped));
  return LINE_KEY;
}

/* The line, from 1, that gives @key of @group its value: the last one that does, as in GKeyFile.
 * @key NULL: of the group's first header. 0: there is none. */
static guint
find_line (const char *text, const char *group, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;
  guint found = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      LineKind kind = parse_line (lines[i], &name);

      if (kind == LINE_GROUP)
        in_group = g_str_equal (name, group);
      if (kind == LINE_GROUP && in_group && key == NULL)
        return i + 1;
      if (kind == LINE_KEY && in_group && g_strcmp0 (name, key) == 0)
        found = i + 1;
    }
  return found;
}

/* The first line that no key file can have: neither comment, group nor key, or a key before the
 * first group. 0: there is none. */
static guint
find_bad_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      LineKind kind = parse_line (lines[i], &name);

      if (kind == LINE_BAD || (kind == LINE_KEY && !in_group))
        return i + 1;
      in_group = in_group || kind == LINE_GROUP;
    }
  return 0;
}

static char *
place_to_string (const char *path, guint line)
{
  return line > 0 ? g_strdup_printf ("%s:%u", path, line) : g_strdup (path);
}

gboolean
smd_config_file_open (SmdConfigFile *file, const char *path, GPtrArray *complaints)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *place = NULL;
  gsize length;

  *file = (SmdConfigFile){ .path = path, .complaints = complaints };
  file->keys = g_key_file_new ();
  if (!g_file_get_contents (path, &file->text, &length, &error))
    {
      g_ptr_array_add (complaints, g_strdup_printf ("%s: %s", path, error->message));
      return FALSE;
    }
  if (g_key_file_load_from_data (file->keys, file->text, length, G_KEY_FILE_NONE, &error))
    return TRUE;
  place = place_to_string (path, find_bad_line (file->text));
  g_ptr_array_add (complaints,
                   g_strdup_printf ("%s: %s; nothing of this file is used", place, error->message));
  return FALSE;
}

void
smd_config_file_clear (SmdConfigFile *file)
{
  g_clear_pointer (&file->keys, g_key_file_unref);
  g_clear_pointer (&file->text, g_free);
}

void
smd_config_file_complain (
  SmdConfigFile *file, const char *group, const char *key, const char *format, ...)
{
  g_autofree char *place = place_to_string (file->path, find_line (file->text, group, key));
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (file->complaints,
                   key == NULL ? g_strdup_printf ("%s: [%s]: %s", place, group, sentence)
                               : g_strdup_printf ("%s: [%s] %s: %s", place, group, key, sentence));
}
