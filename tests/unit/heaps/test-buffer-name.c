/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>
#include <string.h>

#include "heaps/smd-buffer-name.h"

typedef struct
{
  const char *test;
  const char *name;
  guint index;
  gsize max_bytes;
  const char *expected;
} Case;

static const Case cases[] = {
  { "fits", "camera", 3, 31, "camera:3" },
  { "exactly-fits", "abcdef", 3, 8, "abcdef:3" },
  { "one-byte-too-long", "abcdef", 3, 7, "abcde:3" },
  { "keeps-a-long-index", "abcdef", 127, 8, "abcd:127" },
  { "only-the-index-fits", "abcdef", 127, 4, ":127" },
  { "cuts-no-character-in-two", "aé", 0, 4, "a:0" },
  { "keeps-a-character-that-fits", "aéb", 0, 5, "aé:0" },
  { "cuts-no-character-of-four-bytes", "a😀", 0, 6, "a:0" },
  { "no-name", "", 7, 31, ":7" },
};

static void
check (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *name = smd_buffer_name_new (c->name, c->index, c->max_bytes);

  g_assert_cmpstr (name, ==, c->expected);
  g_assert_cmpuint (strlen (name), <=, c->max_bytes);
  g_assert_true (g_utf8_validate (name, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/buffer-name/%s", cases[i].test);

      g_test_add_data_func (path, &cases[i], check);
    }
  return g_test_run ();
}
