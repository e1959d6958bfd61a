/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a Wayland compositor says, event by event, and the constraints that come of it. */

#include <string.h>
#include <sys/mman.h>
#include <sysmem.h>
#include <unistd.h>

#define FOURCC(a, b, c, d) \
  ((guint32)(a) | (guint32)(b) << 8 | (guint32)(c) << 16 | (guint32)(d) << 24)
#define XR24 FOURCC ('X', 'R', '2', '4')
#define AR24 FOURCC ('A', 'R', '2', '4')
#define NV12 FOURCC ('N', 'V', '1', '2')
#define NOT_KNOWN FOURCC ('?', '?', '?', '?')
#define LINEAR G_GUINT64_CONSTANT (0)
#define X_TILED G_GUINT64_CONSTANT (0x0100000000000001)
#define INVALID G_GUINT64_CONSTANT (0x00ffffffffffffff)

typedef struct
{
  guint32 fourcc;
  guint32 padding;
  guint64 modifier;
} Entry;

static const Entry entries[] = { { XR24, 0, X_TILED },     { XR24, 0, LINEAR },
                                 { NV12, 0, LINEAR },      { AR24, 0, INVALID },
                                 { NOT_KNOWN, 0, LINEAR }, { AR24, 0, LINEAR } };

static int
make_file (gconstpointer bytes, gsize size)
{
  int fd = memfd_create ("table", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, size), ==, size);
  return fd;
}

static SysmemDmabufFeedback *
make_feedback (void)
{
  SysmemDmabufFeedback *feedback = sysmem_dmabuf_feedback_new ();
  int fd = make_file (entries, sizeof entries);
  g_autoptr (GError) error = NULL;

  g_assert_true (sysmem_dmabuf_feedback_format_table (feedback, fd, sizeof entries, &error));
  g_assert_no_error (error);
  g_assert_cmpint (close (fd), ==, 0);
  return feedback;
}

static void
add_tranche (
  SysmemDmabufFeedback *feedback, guint64 device, guint32 flags, const guint16 *indices, gsize n)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sysmem_dmabuf_feedback_tranche_target_device (feedback, (const guint8 *)&device,
                                                               sizeof device, &error));
  sysmem_dmabuf_feedback_tranche_flags (feedback, flags);
  g_assert_true (sysmem_dmabuf_feedback_tranche_formats (feedback, (const guint8 *)indices,
                                                         n * sizeof *indices, &error));
  g_assert_no_error (error);
  sysmem_dmabuf_feedback_tranche_done (feedback);
}

static char *
print (SysmemConstraints *constraints)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (sysmem_constraints_to_variant (constraints));
  g_autoptr (GVariant) images = g_variant_lookup_value (dict, "image_format_constraints", NULL);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < g_variant_n_children (images); i++)
    {
      g_autoptr (GVariant) image = g_variant_get_child_value (images, i);
      g_autofree const char **formats = NULL;
      g_autofree char *joined = NULL;

      g_assert_true (g_variant_lookup (image, "pixel_formats", "^a&s", &formats));
      joined = g_strjoinv (" ", (char **)formats);
      g_string_append_printf (text, "%s%s", i > 0 ? " | " : "", joined);
    }
  return g_string_free (text, FALSE);
}

static void
assert_formats (SysmemDmabufFeedback *feedback, int tranche, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    sysmem_dmabuf_feedback_describe (feedback, tranche, &(SysmemSize){ 64, 64 }, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  g_assert_true (sysmem_constraints_validate (constraints, &error));
  g_assert_no_error (error);
  found = print (constraints);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_tranches (void)
{
  const guint16 best[] = { 0, 1, 2 };
  const guint16 rest[] = { 1, 5, 4, 3 };
  guint64 main_device = 0xe280;
  g_autoptr (SysmemDmabufFeedback) feedback = make_feedback ();
  g_autoptr (SysmemConstraints) scanned_out = NULL;
  SysmemUsage usage;

  g_assert_true (sysmem_dmabuf_feedback_main_device (feedback, (const guint8 *)&main_device,
                                                     sizeof main_device, NULL));
  add_tranche (feedback, 0xe200, 1, best, G_N_ELEMENTS (best));
  add_tranche (feedback, main_device, 0, rest, G_N_ELEMENTS (rest));
  g_assert_cmpuint (sysmem_dmabuf_feedback_get_n_tranches (feedback), ==, 0);
  sysmem_dmabuf_feedback_done (feedback);
  g_assert_cmpuint (sysmem_dmabuf_feedback_get_main_device (feedback), ==, main_device);
  g_assert_cmpuint (sysmem_dmabuf_feedback_get_n_tranches (feedback), ==, 2);
  g_assert_cmpuint (sysmem_dmabuf_feedback_get_target_device (feedback, 0), ==, 0xe200);
  g_assert_true (sysmem_dmabuf_feedback_is_scanout (feedback, 0));
  g_assert_false (sysmem_dmabuf_feedback_is_scanout (feedback, 1));
  assert_formats (feedback, 0, "XR24:0x100000000000001 XR24:0x0 | NV12:0x0");
  assert_formats (feedback, 1, "XR24:0x0 AR24:0x0");
  assert_formats (feedback, -1, "XR24:0x100000000000001 XR24:0x0 AR24:0x0 | NV12:0x0");
  scanned_out = sysmem_dmabuf_feedback_describe (feedback, 0, NULL, NULL);
  g_object_get (scanned_out, "usage", &usage, NULL);
  g_assert_cmpuint (usage, ==, SYSMEM_USAGE_GPU_SAMPLED | SYSMEM_USAGE_DISPLAY_LAYER);
}

static void
test_new_feedback_replaces_the_old (void)
{
  const guint16 linear[] = { 1 };
  const guint16 tiled[] = { 0 };
  g_autoptr (SysmemDmabufFeedback) feedback = make_feedback ();

  add_tranche (feedback, 1, 0, linear, 1);
  sysmem_dmabuf_feedback_done (feedback);
  add_tranche (feedback, 1, 0, tiled, 1);
  assert_formats (feedback, -1, "XR24:0x0");
  sysmem_dmabuf_feedback_done (feedback);
  assert_formats (feedback, -1, "XR24:0x100000000000001");
}

static void
test_nothing_to_share (void)
{
  const guint16 opaque[] = { 3 };
  g_autoptr (SysmemDmabufFeedback) feedback = make_feedback ();
  g_autoptr (GError) error = NULL;

  g_assert_null (sysmem_dmabuf_feedback_describe (feedback, -1, NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_clear_error (&error);
  add_tranche (feedback, 1, 0, opaque, 1);
  sysmem_dmabuf_feedback_done (feedback);
  g_assert_null (sysmem_dmabuf_feedback_describe (feedback, 0, NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

static void
test_malformed_events (void)
{
  const guint8 three[] = { 1, 2, 3 };
  const guint16 outside[] = { G_N_ELEMENTS (entries) };
  g_autoptr (SysmemDmabufFeedback) feedback = sysmem_dmabuf_feedback_new ();
  int fd = make_file (entries, sizeof entries);

#define ASSERT_REFUSED(call, says) \
  { \
    g_autoptr (GError) error = NULL; \
    g_assert_false (sysmem_dmabuf_feedback_##call); \
    g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION); \
    g_assert_nonnull (strstr (error->message, says)); \
  }
  ASSERT_REFUSED (tranche_formats (feedback, (const guint8 *)outside, 2, &error), "no format table")
  ASSERT_REFUSED (format_table (feedback, fd, sizeof entries + 16, &error), "shorter")
  ASSERT_REFUSED (format_table (feedback, fd, 17, &error), "multiple of 16")
  ASSERT_REFUSED (main_device (feedback, three, sizeof three, &error), "no dev_t")
  ASSERT_REFUSED (tranche_target_device (feedback, three, sizeof three, &error), "no dev_t")
  g_assert_true (sysmem_dmabuf_feedback_format_table (feedback, fd, sizeof entries, NULL));
  ASSERT_REFUSED (tranche_formats (feedback, (const guint8 *)outside, 2, &error), "outside")
  ASSERT_REFUSED (tranche_formats (feedback, three, sizeof three, &error), "16 bits")
  g_assert_true (sysmem_dmabuf_feedback_format_table (feedback, fd, 0, NULL));
  g_assert_cmpint (close (fd), ==, 0);
}

/* More pairs than one entry, and than one participant, may have: what everybody can lay out stays. */
static void
test_more_than_there_is_room_for (void)
{
  const guint n = 1000;
  g_autofree Entry *many = g_new0 (Entry, n);
  g_autofree guint16 *indices = g_new (guint16, n);
  g_autoptr (SysmemDmabufFeedback) feedback = sysmem_dmabuf_feedback_new ();
  g_autoptr (SysmemConstraints) constraints = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *formats = NULL;
  int fd;

  for (guint i = 0; i < n; i++)
    {
      many[i] = (Entry){ .fourcc = XR24, .modifier = 0x0900000000000000 + i };
      indices[i] = (guint16)i;
    }
  many[n - 1] = (Entry){ .fourcc = XR24, .modifier = LINEAR };
  fd = make_file (many, n * sizeof *many);
  g_assert_true (
    sysmem_dmabuf_feedback_format_table (feedback, fd, (guint32)(n * sizeof *many), NULL));
  g_assert_cmpint (close (fd), ==, 0);
  add_tranche (feedback, 1, 0, indices, n);
  sysmem_dmabuf_feedback_done (feedback);
  constraints = sysmem_dmabuf_feedback_describe (feedback, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sysmem_constraints_validate (constraints, &error));
  g_assert_no_error (error);
  formats = print (constraints);
  g_assert_true (g_str_has_prefix (formats, "XR24:0x0 "));
}

static void
test_shm (void)
{
  const guint32 formats[] = { 0, 1, NV12, NOT_KNOWN, XR24 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    sysmem_constraints_new_for_shm (formats, G_N_ELEMENTS (formats), NULL, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = print (constraints);
  g_assert_cmpstr (found, ==, "AR24:0x0 XR24:0x0 | NV12:0x0");
  g_assert_null (sysmem_constraints_new_for_shm (&formats[3], 1, NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feedback/tranches", test_tranches);
  g_test_add_func ("/feedback/new-replaces-old", test_new_feedback_replaces_the_old);
  g_test_add_func ("/feedback/nothing-to-share", test_nothing_to_share);
  g_test_add_func ("/feedback/malformed", test_malformed_events);
  g_test_add_func ("/feedback/more-than-room", test_more_than_there_is_room_for);
  g_test_add_func ("/feedback/shm", test_shm);
  return g_test_run ();
}
