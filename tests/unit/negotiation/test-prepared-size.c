/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What constraints are said to take in memory grows with everything a participant can say at
 * length. */

#include "case.h"
#include "common/smc-codec.h"
#include "engine/sme-trail.h"

#define BASE "'usage': <['cpu-read']>, 'min_buffer_count': <uint32 1>"
#define COLORS "'color_spaces': <['srgb']>"

static gsize
get_size (const char *inside)
{
  g_autofree char *text = g_strdup_printf ("{%s}", inside);
  g_autoptr (GVariant) dict = case_parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &error);
  g_autoptr (SmePrepared) prepared = NULL;

  g_assert_no_error (error);
  prepared = sme_prepared_new (constraints, &error);
  g_assert_no_error (error);
  return sme_prepared_get_size (prepared);
}

typedef struct
{
  const char *name;
  const char *shorter, *longer;
  gsize at_least; /* bytes by which they differ */
} Growth;

static void
test_longer_is_larger (gconstpointer data)
{
  const Growth *test = data;

  g_assert_cmpuint (get_size (test->longer), >=, get_size (test->shorter) + test->at_least);
}

/* So much that most participants say fits in what their place pays for. */
static void
test_ordinary (void)
{
  g_assert_cmpuint (get_size (BASE), <, 1024);
  g_assert_cmpuint (get_size (BASE ", 'image_format_constraints': <[{'pixel_formats': "
                                   "<['XR24:0x0', 'AR24:0x0', 'NV12:0x0']>, 'color_spaces': "
                                   "<['*']>}]>"),
                    <, 4096);
}

int
main (int argc, char **argv)
{
  static const Growth cases[] = {
    { "heaps", BASE ", 'buffer_memory_constraints': <{'permitted_heaps': <['a']>}>",
      BASE ", 'buffer_memory_constraints': <{'permitted_heaps': <['a', 'abcdefghij']>}>", 11 },
    { "entries",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0']>, " COLORS "}]>",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0']>, " COLORS
           "}, {'pixel_formats': <['AR24:0x0']>, " COLORS "}]>",
      2 * sizeof (SmcImageBounds) },
    { "formats",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0']>, " COLORS "}]>",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0', 'AR24:0x0']>, " COLORS
           "}]>",
      2 * sizeof (SmcPixelFormat) + sizeof (SmeDrop) },
    { "unknown-formats",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0']>, " COLORS "}]>",
      BASE
      ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0', 'XR24:0x12345']>, " COLORS
      "}]>",
      2 * sizeof (SmcPixelFormat) + sizeof (SmeDrop) },
    { "color-spaces",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['NV12:0x0']>, 'color_spaces': "
           "<['rec709']>}]>",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['NV12:0x0']>, 'color_spaces': "
           "<['rec709', 'rec601-pal']>}]>",
      sizeof (SmcColorSpace) },
    { "sizes",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0']>, " COLORS "}]>",
      BASE ", 'image_format_constraints': <[{'pixel_formats': <['XR24:0x0']>, " COLORS
           ", 'required_max_size_list': <[(uint32 8, uint32 8)]>}]>",
      2 * sizeof (SmcSize) },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/prepared-size/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_longer_is_larger);
    }
  g_test_add_func ("/prepared-size/ordinary", test_ordinary);
  return g_test_run ();
}
