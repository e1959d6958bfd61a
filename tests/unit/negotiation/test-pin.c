/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §8: joining what exists, matching it, and GetBufferInfo's constraints_to_check. What exists is
 * the result of the `existing` participants: NV12 of 512x512, 6 buffers of 393216 bytes, unless the
 * row says otherwise. */

#include "case.h"

#define FAILS(field) "'error': <'ConstraintsIntersectionEmpty'>, 'field': <'" field "'>"
#define SAME "'buffer_count': <uint32 6>, 'size_bytes': <uint64 393216>, 'heap': <'system'>"
#define MEM "buffer_memory_constraints."
#define IMG "image_format_constraints."
#define NV12(inside) IMAGES (IMAGE ("'NV12'", "'rec709'", inside))
#define SEMI(inside) CPU_RW ", " CAMP (3) ", " NV12 (inside)
#define EXISTING(more) \
  "'existing': <[{'constraints': <{" SEMI (", 'min_size': " SIZE_2D ( \
    256, 256) more) "}>}, " \
                    "{'constraints': <{" SEMI (", 'min_size': " SIZE_2D (512, 512)) "}>}]>"
#define EIGHT \
  "'existing': <[{'constraints': <{" SEMI (", 'min_size': " SIZE_2D ( \
    512, 512)) ", 'min_buffer_count': " U32 (8) "}>}, {'constraints': <{" CPU_RW \
                                                ", " CAMP (3) "}>}]>"

static const CaseRow rows[] = {
  { "/late/051-a-newcomer-without-buffers-of-its-own", { CPU_RW }, SAME, EXISTING ("") },
  { "/late/an-empty-dictionary", { "" }, SAME, EXISTING ("") },
  { "/late/053-size-above-the-newcomer-s-maximum",
    { CPU_RW ", " MEMORY ("'max_size_bytes': " U64 (393215)) },
    FAILS (MEM "min_size_bytes") ", 'parties': <['existing', 'd']>",
    EXISTING ("") },
  { "/late/size-below-the-newcomer-s-minimum",
    { CPU_RW ", " BYTES (393217) },
    FAILS (MEM "min_size_bytes"),
    EXISTING ("") },
  { "/late/size-at-the-newcomer-s-minimum", { CPU_RW ", " BYTES (393216) }, SAME, EXISTING ("") },
  { "/late/055-counts-that-fit", { CPU_RW ", " CAMP (2) }, "'buffer_count': <uint32 8>", EIGHT },
  { "/late/057-counts-that-do-not-fit",
    { CPU_RW ", " CAMP (1) },
    FAILS ("max_buffer_count"),
    EXISTING ("") },
  { "/late/its-min-buffer-count-above",
    { CPU_RW ", 'min_buffer_count': " U32 (7) },
    FAILS ("max_buffer_count"),
    EXISTING ("") },
  { "/late/its-max-buffer-count-below",
    { CPU_RW ", 'max_buffer_count': " U32 (5) },
    FAILS ("max_buffer_count"),
    EXISTING ("") },
  { "/late/059-display-usage-does-not-move-the-domain",
    { "'usage': <['cpu-read', 'display-layer']>, " MEMORY (
      "'cpu_domain_supported': <true>, 'ram_domain_supported': <true>") },
    SAME ", 'coherency_domain': <'cpu'>",
    EXISTING ("") },
  { "/late/another-domain-alone",
    { "'usage': <['display-layer']>, " MEMORY ("'cpu_domain_supported': <false>") },
    FAILS (MEM "cpu_domain_supported"),
    EXISTING ("") },
  { "/late/another-heap-alone",
    { CPU_RW ", " MEMORY ("'permitted_heaps': <['udmabuf']>") },
    FAILS (MEM "permitted_heaps"),
    "'heaps': <['system', 'udmabuf']>, " EXISTING ("") },
  { "/late/this-heap-among-others",
    { CPU_RW ", " MEMORY ("'permitted_heaps': <['udmabuf', 'system']>") },
    SAME,
    "'heaps': <['system', 'udmabuf']>, " EXISTING ("") },
  { "/late/a-device-that-would-prefer-another-heap",
    { "'usage': <['gpu-sampled']>" },
    SAME,
    "'heaps': <['system', 'udmabuf']>, " EXISTING ("") },
  { "/late/needs-a-dma-buf",
    { CPU_RW ", " MEMORY ("'dma_buf_required': <true>") },
    FAILS (MEM "dma_buf_required"),
    "'heaps': <['system', 'udmabuf']>, " EXISTING ("") },
  { "/late/same-image", { CPU_RW ", " NV12 ("") }, SAME, EXISTING ("") },
  { "/late/any-image",
    { CPU_RW ", " IMAGES (IMAGE ("'*'", "'*'", "")) },
    SAME ", 'image_format_constraints': <{'pixel_format': <'NV12:0x0'>}>",
    EXISTING ("") },
  { "/late/another-format",
    { CPU_RW ", " IMAGES (IMAGE ("'XR24'", "'srgb'", "")) },
    FAILS (IMG "pixel_formats"),
    EXISTING ("") },
  { "/late/another-color-space",
    { CPU_RW ", " IMAGES (IMAGE ("'NV12'", "'rec601-pal'", "")) },
    FAILS (IMG "color_spaces"),
    EXISTING ("") },
  { "/late/a-better-color-space-besides",
    { CPU_RW ", " IMAGES (IMAGE ("'NV12'", "'rec601-pal', 'rec709'", "")) },
    SAME ", 'image_format_constraints': <{'color_space': <'rec709'>}>",
    EXISTING ("") },
  { "/late/tightens-min-size",
    { CPU_RW ", " NV12 (", 'min_size': " SIZE_2D (514, 512)) },
    "'error': <'ConstraintsIntersectionEmpty'>",
    EXISTING ("") },
  { "/late/tightens-max-size",
    { CPU_RW ", " NV12 (", 'max_size': " SIZE_2D (512, 512)) },
    FAILS (IMG "max_size") ", 'detail': <'the buffers to be shared exist already and would have to "
                           "be different'>"
                           ", 'parties': <['existing', 'd']>",
    EXISTING ("") },
  { "/late/tightens-max-size-to-the-same",
    { CPU_RW ", " NV12 (", 'max_size': " SIZE_2D (600, 600)) },
    SAME,
    EXISTING (", 'max_size': " SIZE_2D (600, 600)) },
  { "/late/tightens-size-alignment",
    { CPU_RW ", " NV12 (", 'size_alignment': " SIZE_2D (4, 2)) },
    FAILS (IMG "max_size"),
    EXISTING (", 'max_size': " SIZE_2D (602, 602)) },
  { "/late/tightens-row-divisor",
    { CPU_RW ", " NV12 (", 'bytes_per_row_divisor': " U32 (64)) },
    FAILS (IMG "bytes_per_row_divisor"),
    EXISTING ("") },
  { "/late/tightens-alpha",
    { CPU_RW ", " IMAGES (IMAGE ("'XR24'", "'srgb'", ", 'is_alpha_present': <true>")) },
    FAILS (IMG "is_alpha_present"),
    "'existing': <[{'constraints': <{" ONE_BUFFER
    ", " IMAGES (IMAGE ("'XR24'", "'srgb'", ", 'min_size': " SIZE_2D (8, 8))) "}>}]>" },
  { "/late/a-required-size-that-is-covered",
    { CPU_RW ", " NV12 (", 'required_max_size': " SIZE_2D (512, 256)) },
    SAME,
    EXISTING (", 'required_max_size': " SIZE_2D (512, 512)) },
  { "/late/a-required-size-that-is-not",
    { CPU_RW ", " NV12 (", 'required_max_size': " SIZE_2D (256, 512)) },
    FAILS (IMG "required_max_size_list"),
    EXISTING (", 'required_max_size': " SIZE_2D (512, 256)) },
  { "/late/padding-that-fits-into-the-last-page",
    { CPU_RW ", " NV12 (", 'pad_beyond_image_size_bytes': " U64 (1000)) },
    "'size_bytes': <uint64 393216>, 'raw_size_bytes': <uint64 397312>, "
    "'image_format_constraints': <{'pad_beyond_image_size_bytes': <uint64 1>}>",
    EXISTING (", 'pad_beyond_image_size_bytes': " U64 (1)) },
  { "/late/padding-that-does-not-fit",
    { CPU_RW ", " NV12 (", 'pad_beyond_image_size_bytes': " U64 (1)) },
    FAILS (IMG "pad_beyond_image_size_bytes"),
    EXISTING ("") },
  /* must_match: the settings, but not the count. */
  { "/must-match/its-own-count",
    { ONE_BUFFER },
    "'buffer_count': <uint32 1>, 'size_bytes': <uint64 8192>",
    "'matching': <[{'constraints': <{" CPU_RW ", " CAMP (5) ", " BYTES (8192) "}>}]>" },
  { "/must-match/another-size",
    { ONE_BUFFER ", " BYTES (8193) },
    FAILS (MEM "min_size_bytes"),
    "'matching': <[{'constraints': <{" CPU_RW ", " CAMP (5) ", " BYTES (8192) "}>}]>" },
  { "/must-match/an-image-of-its-own",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24'", "'srgb'", ", 'min_size': " SIZE_2D (8, 8))) },
    FAILS (IMG "pixel_formats"),
    "'matching': <[{'constraints': <{" CPU_RW ", " CAMP (5) ", " BYTES (8192) "}>}]>" },
  { "/must-match/caps-count-for-what-is-made",
    { CPU_RW ", " CAMP (3) },
    FAILS (MEM "min_size_bytes"),
    "'policy': <{'max_collection_size': <uint64 16384>}>, "
    "'matching': <[{'constraints': <{" ONE_BUFFER ", " BYTES (8192) "}>}]>" },
};

/* GetBufferInfo */

typedef struct
{
  const char *name;
  const char *constraints;
  gboolean accepts;
} AcceptRow;

/* One buffer of a page, of many, as in case 079. */
static const AcceptRow accept_rows[] = {
  { "/accepts/079-the-same-without-counts",
    CPU_RW
    ", " CAMP (0) ", " MEMORY ("'min_size_bytes': " U64 (4096) ", 'max_size_bytes': " U64 (4096)),
    TRUE },
  { "/accepts/079-two-pages",
    CPU_RW ", " MEMORY ("'min_size_bytes': " U64 (8192) ", 'max_size_bytes': " U64 (8192)), FALSE },
  { "/accepts/counts-do-not-matter", CPU_RW ", " CAMP (100) ", 'max_buffer_count': " U32 (1),
    TRUE },
  { "/accepts/the-empty-dictionary", "", TRUE },
  { "/accepts/no-real-usage", "'usage': <['none']>", TRUE },
  { "/accepts/another-heap", CPU_RW ", " MEMORY ("'permitted_heaps': <['udmabuf']>"), FALSE },
  { "/accepts/an-image", CPU_RW ", " IMAGES (IMAGE ("'XR24'", "'srgb'", "")), FALSE },
  { "/accepts/an-image-of-another-heap-s",
    "'usage': <['gpu-sampled']>, " MEMORY ("'dma_buf_required': <true>"), FALSE },
};

static void
test_accepts (gconstpointer data)
{
  const AcceptRow *row = data;
  CaseRow maker = {
    "existing", { CPU_RW ", " CAMP (10) ", " BYTES (4096), row->constraints }, "", NULL
  };
  g_autoptr (GVariant) description = case_row_build (&maker);
  g_autoptr (Case) negotiation = case_new (description);
  SmeParticipant *participants = (SmeParticipant *)negotiation->participants->data;
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  sme_negotiate (participants, 1, negotiation->policy, NULL, trail, &settings, &error);
  g_assert_no_error (error);

  /* Whether its heap is still there does not matter. */
  for (guint with_heap = 0; with_heap < 2; with_heap++)
    {
      gboolean accepts =
        sme_prepared_accepts (participants[1].prepared, settings, negotiation->policy, &error);
      g_assert_true (accepts == row->accepts);
      g_assert_true (accepts == (error == NULL));
      g_clear_error (&error);
      g_ptr_array_set_size (negotiation->policy->heaps, 0);
    }
}

/* What the first participant alone settles on. */
static SmcSettings *
negotiate_first (const Case *negotiation)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error = NULL;
  SmcSettings *settings = NULL;

  sme_negotiate ((const SmeParticipant *)negotiation->participants->data, 1, negotiation->policy,
                 NULL, trail, &settings, &error);
  g_assert_no_error (error);
  return settings;
}

/* All participants, with the pin first, come to what exists. */
static void
assert_joins (const Case *negotiation, const SmcSettings *existing)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  sme_negotiate ((const SmeParticipant *)negotiation->participants->data,
                 negotiation->participants->len, negotiation->policy, NULL, trail, &settings,
                 &error);
  g_assert_no_error (error);
  g_assert_true (smc_settings_equal (existing, settings, FALSE, FALSE));
}

/* A heap that lays images out decides about sizes itself, and says so after the negotiation: here
 * XR24 of 64x64 in rows of 512 bytes, in a buffer of 65536. */
static SmcSettings *
lay_out (const Case *negotiation)
{
  const SmcPlane plane = { 0, 512 };
  SmcSettings *settings = negotiate_first (negotiation);

  settings->size_bytes = 512 * 64;
  settings->raw_size_bytes = 65536;
  settings->image_size = (SmcSize){ 64, 64 };
  settings->planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  g_array_append_val (settings->planes, plane);
  return settings;
}

/* Negotiates again with the pin in the first one's place and @newcomer beside it; NULL: refused. */
static SmcSettings *
join_layout (const char *existing, const char *newcomer, SmcSettings **laid_out)
{
  CaseRow maker = { "existing", { existing, newcomer }, "", NULL };
  g_autoptr (GVariant) description = case_row_build (&maker);
  g_autoptr (Case) negotiation = case_new (description);
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  SmcSettings *settings = NULL;
  SmeParticipant pin = { .name = g_strdup ("pin") };

  *laid_out = lay_out (negotiation);
  pin.prepared = sme_prepared_new_pinning (*laid_out, TRUE, NULL);
  g_array_prepend_val (negotiation->participants, pin);
  sme_negotiate ((const SmeParticipant *)negotiation->participants->data,
                 negotiation->participants->len, negotiation->policy, NULL, trail, &settings, NULL);
  return settings;
}

#define LAID_OUT(inside) \
  ONE_BUFFER ", " IMAGES (IMAGE ("'XR24'", "'srgb'", ", 'min_size': " SIZE_2D (64, 64) inside))
#define JOINING(inside) CPU_RW ", " IMAGES (IMAGE ("'XR24'", "'srgb'", inside))

static void
test_layout_of_the_heap (void)
{
  g_autoptr (SmcSettings) laid_out = NULL;
  g_autoptr (SmcSettings) joined = join_layout (LAID_OUT (""), JOINING (""), &laid_out);

  g_assert_nonnull (joined);
  g_assert_true (smc_settings_equal (laid_out, joined, FALSE, FALSE));
  g_assert_cmpuint (joined->planes->len, ==, 1);
}

/* What lies behind the image in such a buffer is what there is for padding. */
static void
test_padding_behind_a_layout (void)
{
  g_autoptr (SmcSettings) laid_out = NULL;
  g_autoptr (SmcSettings) fits = join_layout (
    LAID_OUT (""), JOINING (", 'pad_beyond_image_size_bytes': " U64 (32768)), &laid_out);
  g_clear_pointer (&laid_out, smc_settings_free);
  g_autoptr (SmcSettings) too_much = join_layout (
    LAID_OUT (""), JOINING (", 'pad_beyond_image_size_bytes': " U64 (32769)), &laid_out);

  g_assert_nonnull (fits);
  g_assert_null (too_much);
}

/* Caps and limits of heaps are for buffers that are made, not for those that exist. */
static void
test_caps_are_for_new_buffers (void)
{
  CaseRow maker = { "existing", { ONE_BUFFER ", " BYTES (8192) }, "", NULL };
  g_autoptr (GVariant) description = case_row_build (&maker);
  g_autoptr (Case) negotiation = case_new (description);
  SmePolicy *policy = negotiation->policy;
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  sme_negotiate ((const SmeParticipant *)negotiation->participants->data, 1, policy, NULL, trail,
                 &settings, &error);
  g_assert_no_error (error);
  policy->max_buffer_size = policy->max_collection_size = 4096;
  ((SmeHeap *)g_ptr_array_index (policy->heaps, 0))->max_buffer_size = 4096;

  for (guint with_count = 0; with_count < 2; with_count++)
    {
      g_autoptr (SmePrepared) pinning =
        sme_prepared_new_pinning (settings, (gboolean)with_count, NULL);
      g_autoptr (SmcSettings) again = NULL;
      const SmeParticipant participants[] = {
        g_array_index (negotiation->participants, SmeParticipant, 0),
        { .name = "pin", .prepared = pinning },
      };
      gboolean agrees = sme_negotiate (participants, 2, policy, NULL, trail, &again, NULL);
      g_assert_true (agrees == (gboolean)with_count);
    }
}

static void
test_a_pin_has_no_constraints (void)
{
  g_autoptr (SmcSettings) settings = smc_settings_new ();

  settings->heap = g_strdup ("system");
  g_autoptr (SmePrepared) pin = sme_prepared_new_pinning (settings, TRUE, NULL);
  g_assert_null (sme_prepared_get_constraints (pin));
}

/* A heap that has promised an alignment may go, or come back as another. What it made stays what it
 * was. */
static void
test_the_heap_as_it_was (void)
{
  CaseRow maker = { "existing",
                    { ONE_BUFFER ", " MEMORY ("'min_size_bytes': " U64 (
                        4096) ", 'physically_contiguous_required': <true>, "
                              "'min_physical_base_alignment': " U64 (65536)),
                      CPU_RW },
                    "",
                    "'heaps': <@as []>, 'custom_heaps': <[{'name': <'cma'>, "
                    "'physically_contiguous': <true>, 'physical_alignment': <uint64 65536>}]>" };
  g_autoptr (GVariant) description = case_row_build (&maker);
  g_autoptr (Case) negotiation = case_new (description);
  SmePolicy *policy = negotiation->policy;
  SmeHeap *heap = g_ptr_array_index (policy->heaps, 0);
  g_autoptr (SmcSettings) settings = negotiate_first (negotiation);
  SmeParticipant pin = { .name = g_strdup ("pin"),
                         .prepared = sme_prepared_new_pinning (settings, TRUE, heap) };

  g_array_prepend_val (negotiation->participants, pin);
  assert_joins (negotiation, settings);
  heap->physical_alignment = 0;
  heap->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  assert_joins (negotiation, settings);
  g_ptr_array_set_size (policy->heaps, 0);
  assert_joins (negotiation, settings);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  case_add_rows (rows, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (accept_rows); i++)
    g_test_add_data_func (accept_rows[i].name, &accept_rows[i], test_accepts);
  g_test_add_func ("/late/the-heap-laid-the-image-out", test_layout_of_the_heap);
  g_test_add_func ("/late/the-heap-as-it-was", test_the_heap_as_it_was);
  g_test_add_func ("/late/padding-behind-a-layout", test_padding_behind_a_layout);
  g_test_add_func ("/late/caps-are-for-new-buffers", test_caps_are_for_new_buffers);
  g_test_add_func ("/late/a-pin-said-nothing-itself", test_a_pin_has_no_constraints);

  return g_test_run ();
}
