/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a corpus through a fuzzer without libFuzzer, as a regression test: every file as it is, cut
 * off after every byte, and with every single bit flipped. With --export DIR the files are only
 * written to DIR as bytes, for libFuzzer to start from.
 *
 * A corpus file is text, so that it can be read and reviewed: NAME.gvariant is a GVariant in text
 * form, of which the fuzzer gets the bytes; NAME.hex is plain bytes; NAME.text is what the fuzzer
 * gets as it is. Lines that begin with # are comments. */

#include <glib.h>
#include <string.h>

#include "fuzz.h"

static char *export_folder;

static const GOptionEntry options[] = {
  { "export", 0, 0, G_OPTION_ARG_FILENAME, &export_folder, "Write the inputs to DIR", "DIR" },
  G_OPTION_ENTRY_NULL,
};

static char *
read_without_comments (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '#')
      g_string_append_printf (out, "%s\n", lines[i]);
  return g_string_free (out, FALSE);
}

static GByteArray *
parse_hex (const char *path, const char *text)
{
  GByteArray *bytes = g_byte_array_new ();
  gint high = -1;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isxdigit (*p))
        continue;
      if (high < 0)
        {
          high = g_ascii_xdigit_value (*p);
          continue;
        }
      guint8 byte = (guint8)(high << 4 | g_ascii_xdigit_value (*p));
      g_byte_array_append (bytes, &byte, 1);
      high = -1;
    }
  return bytes;
}

static GByteArray *
parse_gvariant (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = g_variant_parse (NULL, text, NULL, NULL, &error);

  if (value == NULL)
    g_error ("%s: %s", path, error->message);

  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_append (bytes, g_variant_get_data (value), (guint)g_variant_get_size (value));
  return bytes;
}

static GByteArray *
take_text (const char *path, const char *text)
{
  GByteArray *bytes = g_byte_array_new ();

  return g_byte_array_append (bytes, (const guint8 *)text, (guint)strlen (text));
}

static const struct
{
  const char *suffix;
  GByteArray *(*parse) (const char *path, const char *text);
} forms[] = {
  { ".gvariant", parse_gvariant },
  { ".hex", parse_hex },
  { ".text", take_text },
};

/* G_N_ELEMENTS (forms): it is no corpus file. */
static guint
find_form (const char *path)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (forms) && !g_str_has_suffix (path, forms[i].suffix))
    i++;
  return i;
}

static GByteArray *
read_input (const char *path)
{
  g_autofree char *text = read_without_comments (path);

  return forms[find_form (path)].parse (path, text);
}

static void
run_with_neighbours (GByteArray *input)
{
  for (guint size = 0; size <= input->len; size++)
    LLVMFuzzerTestOneInput (input->data, size);

  for (guint bit = 0; bit < input->len * 8; bit++)
    {
      guint8 *byte = &input->data[bit / 8], mask = (guint8)(1u << (bit % 8));
      *byte ^= mask;
      LLVMFuzzerTestOneInput (input->data, input->len);
      *byte ^= mask;
    }
}

static void
test_input (gconstpointer path)
{
  g_autoptr (GByteArray) input = read_input (path);

  run_with_neighbours (input);
}

static void
export_input (const char *path)
{
  g_autoptr (GByteArray) input = read_input (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *target = g_build_filename (export_folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (target, (const char *)input->data, (gssize)input->len, &error))
    g_error ("%s", error->message);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Returns: (transfer full): the paths of the corpus files, sorted */
static GPtrArray *
list_corpus (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (find_form (name) < G_N_ELEMENTS (forms))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  if (paths->len == 0)
    g_error ("%s: no corpus file", folder);

  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("CORPUS-FOLDER");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("wanted one corpus folder");

  g_autoptr (GPtrArray) paths = list_corpus (argv[1]);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *name = g_path_get_basename (path);
      g_autofree char *test_path = g_strconcat ("/corpus/", name, NULL);

      if (export_folder != NULL)
        export_input (path);
      else
        g_test_add_data_func (test_path, path, test_input);
    }
  return export_folder != NULL ? 0 : g_test_run ();
}
