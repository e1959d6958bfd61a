/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <drm_fourcc.h>
#include <drm_mode.h>
#include <string.h>

#include "common/sysmem-error.h"
#include "devices/sysmem-in-formats.h"

#define MAX_FORMATS 70

/* A blob as the kernel lays it out, with a gap here and there. */
typedef struct
{
  struct drm_format_modifier_blob header;
  guint32 gap;
  guint32 formats[MAX_FORMATS];
  struct drm_format_modifier modifiers[2];
} Blob;

static Blob
make_blob (guint n_formats)
{
  Blob blob = {
    .header = {
      .version = FORMAT_BLOB_CURRENT,
      .count_formats = n_formats,
      .formats_offset = offsetof (Blob, formats),
      .count_modifiers = 2,
      .modifiers_offset = offsetof (Blob, modifiers),
    },
    .modifiers = { { .formats = 0x3, .modifier = DRM_FORMAT_MOD_LINEAR },
                   { .formats = 0x1, .offset = 1, .modifier = I915_FORMAT_MOD_X_TILED } },
  };

  for (guint i = 0; i < n_formats; i++)
    blob.formats[i] = 1000 + i;
  return blob;
}

static void
assert_pair (const GArray *pairs, guint index, guint32 fourcc, guint64 modifier)
{
  const SmcPixelFormat *pair = &g_array_index (pairs, SmcPixelFormat, index);

  g_assert_cmpuint (pair->fourcc, ==, fourcc);
  g_assert_cmpuint (pair->modifier, ==, modifier);
  g_assert_false (pair->any_fourcc);
  g_assert_false (pair->any_modifier);
}

static void
test_pairs (void)
{
  Blob blob = make_blob (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pairs = sysmem_in_formats_parse (&blob, sizeof blob, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pairs->len, ==, 3);
  assert_pair (pairs, 0, 1000, DRM_FORMAT_MOD_LINEAR);
  assert_pair (pairs, 1, 1001, DRM_FORMAT_MOD_LINEAR);
  assert_pair (pairs, 2, 1001, I915_FORMAT_MOD_X_TILED);
}

/* A modifier's bits are for 64 formats; with more formats it comes again with another first one. */
static void
test_formats_beyond_64 (void)
{
  Blob blob = make_blob (MAX_FORMATS);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pairs = NULL;

  blob.modifiers[0].formats = G_GUINT64_CONSTANT (1) << 63;
  blob.modifiers[1].offset = 64;
  blob.modifiers[1].formats = 0x21;
  pairs = sysmem_in_formats_parse (&blob, sizeof blob, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pairs->len, ==, 3);
  assert_pair (pairs, 0, 1063, DRM_FORMAT_MOD_LINEAR);
  assert_pair (pairs, 1, 1064, I915_FORMAT_MOD_X_TILED);
  assert_pair (pairs, 2, 1069, I915_FORMAT_MOD_X_TILED);
}

static void
test_nothing_in_it (void)
{
  Blob blob = make_blob (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pairs = NULL;

  blob.header.count_modifiers = 0;
  pairs = sysmem_in_formats_parse (&blob, sizeof blob, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pairs->len, ==, 0);
}

static void
assert_refused (const void *bytes, gsize size, const char *why)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sysmem_in_formats_parse (bytes, size, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
  g_assert_nonnull (strstr (error->message, why));
}

/* Whatever the length, nothing beyond it is read: the copies end where the memory does. */
static void
test_every_length_too_short (void)
{
  Blob blob = make_blob (2);

  for (gsize size = 0; size < sizeof blob; size++)
    {
      g_autofree void *copy = g_memdup2 (&blob, size);

      assert_refused (copy, size, "IN_FORMATS: ");
    }
}

static void
test_numbers_that_lie (void)
{
  static const struct
  {
    gsize where;
    guint32 value;
    const char *why;
  } cases[] = {
    { offsetof (Blob, header.version), 2, "version" },
    { offsetof (Blob, header.count_formats), G_MAXUINT32, "formats are outside" },
    { offsetof (Blob, header.formats_offset), G_MAXUINT32, "formats are outside" },
    { offsetof (Blob, header.formats_offset), 0, "formats are outside" },
    { offsetof (Blob, header.count_modifiers), G_MAXUINT32, "modifiers are outside" },
    { offsetof (Blob, header.count_modifiers), 3, "modifiers are outside" },
    { offsetof (Blob, header.modifiers_offset), sizeof (Blob) - 1, "modifiers are outside" },
    { offsetof (Blob, header.count_formats), 1, "not in the blob" },
    { offsetof (Blob, modifiers[0].offset), G_MAXUINT32, "not in the blob" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Blob blob = make_blob (2);

      g_test_message ("%u at %" G_GSIZE_FORMAT, cases[i].value, cases[i].where);
      memcpy ((char *)&blob + cases[i].where, &cases[i].value, sizeof cases[i].value);
      assert_refused (&blob, sizeof blob, cases[i].why);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/in-formats/pairs", test_pairs);
  g_test_add_func ("/in-formats/beyond-64", test_formats_beyond_64);
  g_test_add_func ("/in-formats/nothing", test_nothing_in_it);
  g_test_add_func ("/in-formats/too-short", test_every_length_too_short);
  g_test_add_func ("/in-formats/numbers-that-lie", test_numbers_that_lie);
  return g_test_run ();
}
