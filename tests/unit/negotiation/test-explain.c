/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Explanations (02): who is listed, in which words, and what was tried. */

#include "case.h"

#include "common/smc-limits.h"

#include <string.h>

#define RAW ", " BYTES (4096)
#define NOBODY "'error': <'ConstraintsIntersectionEmpty'>, "
#define HEAPS(names) \
  ONE_BUFFER ", " MEMORY ("'min_size_bytes': <uint64 1>, 'permitted_heaps': <[" names "]>")

static const CaseRow rows[] = {
  /* Who is listed */
  { "/explain/conflict/only-who-has-to-do-with-it",
    { ONE_BUFFER RAW, CPU_RW ", " MEMORY ("'max_size_bytes': " U64 (4095)), ONE_BUFFER,
      ONE_BUFFER },
    NOBODY "'parties': <['a', 'b']>",
    NULL },
  { "/explain/conflict/the-last-are-struck-out-first",
    { HEAPS ("'system'"), HEAPS ("'udmabuf'"), HEAPS ("'system'"), HEAPS ("'udmabuf'") },
    NOBODY "'parties': <['a', 'b']>",
    "'heaps': <['system', 'udmabuf']>" },
  { "/explain/conflict/three-who-agree-in-pairs",
    { HEAPS ("'x', 'y'"), HEAPS ("'y', 'z'"), ONE_BUFFER, HEAPS ("'z', 'x'") },
    NOBODY "'parties': <['a', 'b', 'd']>, 'message': <'no heap is permitted by everybody: "
           "a permits x, y; b permits y, z; d permits z, x'>",
    "'custom_heaps': <[{'name': <'x'>}, {'name': <'y'>}, {'name': <'z'>}]>" },
  { "/explain/conflict/one-alone-whom-nothing-can-serve",
    { ONE_BUFFER, ONE_BUFFER RAW, HEAPS ("'mars'") },
    NOBODY "'parties': <['c']>, 'field': <'buffer_memory_constraints.permitted_heaps'>",
    NULL },
  { "/explain/conflict/counts-of-many",
    { CPU_RW ", " CAMP (3) RAW, CPU_RW ", " CAMP (4), CPU_RW ", " CAMP (5),
      CPU_RW ", 'max_buffer_count': " U32 (6) },
    NOBODY "'parties': <['a', 'b', 'd']>, 'message': <'7 buffers are needed and at most 6 allowed: "
           "a says min_buffer_count_for_camping 3; b says min_buffer_count_for_camping 4; "
           "d says max_buffer_count 6'>",
    NULL },
  { "/explain/conflict/empty-dictionaries-are-never-listed",
    { "", HEAPS ("'system'"), "", HEAPS ("'udmabuf'"), "" },
    NOBODY "'parties': <['b', 'd']>",
    "'heaps': <['system', 'udmabuf']>" },
  { "/explain/values/all-the-counts-that-add-up",
    { CPU_RW ", " CAMP (2) RAW ", 'max_buffer_count': " U32 (3), CPU_RW ", " CAMP (1),
      CPU_RW ", " CAMP (1) },
    NOBODY "'values': <['3', 'min_buffer_count_for_camping 1', 'min_buffer_count_for_camping 1']>, "
           "'message': <'4 buffers are needed and at most 3 allowed: a says max_buffer_count 3, "
           "min_buffer_count_for_camping 2; b says min_buffer_count_for_camping 1; c says "
           "min_buffer_count_for_camping 1'>",
    NULL },
  { "/explain/values/counts-where-all-buffers-are-too-much",
    { CPU_RW ", " BYTES (16777216), CPU_RW ", " CAMP (100) },
    NOBODY "'values': <['16777216', 'min_buffer_count_for_camping 100']>",
    NULL },
  { "/explain/values/a-required-size-that-is-too-much",
    { ONE_BUFFER ", " IMAGES (
      IMAGE ("'AB24'", "'srgb'", ", 'required_max_size': " SIZE_2D (4294967295, 4294967295))) },
    NOBODY "'field': <'image_format_constraints.min_size'>, "
           "'values': <['required_max_size 4294967295x4294967295']>",
    NULL },
  { "/explain/values/a-width-of-which-a-row-is-too-much",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'AB24'", "'srgb'", ", 'min_size': " SIZE_2D (4294967295, 1))) },
    NOBODY "'field': <'image_format_constraints.min_bytes_per_row'>, "
           "'values': <['min_size 4294967295x1']>",
    NULL },
  /* What nobody said */
  { "/explain/silence/a-conflict-is-told-rather-than-silence",
    { HEAPS ("'system'"), CPU_RW ", " MEMORY ("'permitted_heaps': <['udmabuf']>"),
      CPU_RW ", " IMAGES (IMAGE ("'*'", "'*'", "")) },
    NOBODY "'parties': <['a', 'b']>, 'field': <'buffer_memory_constraints.permitted_heaps'>",
    "'heaps': <['system', 'udmabuf']>" },
  { "/explain/silence/no-size-names-everybody",
    { ONE_BUFFER, CPU_RW },
    NOBODY "'parties': <['a', 'b']>, 'field': <'buffer_memory_constraints.min_size_bytes'>, "
           "'values': <['absent', 'absent']>",
    NULL },
  { "/explain/silence/no-count-names-everybody",
    { CPU_RW RAW, CPU_RW ", 'max_buffer_count': " U32 (4) },
    NOBODY "'field': <'min_buffer_count'>, 'parties': <['a', 'b']>",
    NULL },
  { "/explain/silence/an-image-for-a-heap-of-images",
    { "'usage': <['gpu-sampled']>, " CAMP (1) RAW },
    NOBODY "'field': <'image_format_constraints.pixel_formats'>, 'parties': <['a']>",
    "'heaps': <['gbm:renderD128']>" },
  /* Sentences */
  { "/explain/sentence/domains",
    { ONE_BUFFER RAW, "'usage': <['gpu-sampled']>, " MEMORY ("'cpu_domain_supported': <false>") },
    "'message': <'no coherency domain is supported by everybody: "
    "a supports cpu; b supports ram, inaccessible'>",
    NULL },
  { "/explain/sentence/color-spaces",
    { ONE_BUFFER RAW ", " IMAGES (IMAGE ("'NV12'", "'rec709', 'rec601-pal'", "")),
      ONE_BUFFER ", " IMAGES (IMAGE ("'NV12'", "'rec601-ntsc'", "")) },
    "'message': <'NV12:0x0: no common color space: a offers rec709, rec601-pal; b accepts "
    "rec601-ntsc'>",
    NULL },
  { "/explain/sentence/modifiers",
    { ONE_BUFFER RAW ", " IMAGES (IMAGE ("'XR24:0x100000000000001', 'XR24:0x0'", "'srgb'", "")),
      ONE_BUFFER ", " IMAGES (IMAGE ("'AR24:*'", "'srgb'", "")) },
    "'message': <'no common pixel format: a offers XR24:0x100000000000001, XR24; b accepts "
    "AR24:*'>",
    NULL },
  { "/explain/sentence/a-heap-by-a-name-that-is-none",
    { HEAPS ("'a\\nb'"), ONE_BUFFER RAW },
    "'message': <'a\\\\u{a}b: there is no such heap here: a permits a\\\\u{a}b'>",
    NULL },
  { "/explain/sentence/heaps-by-names-that-are-none",
    { HEAPS ("'\\u001b[2J', '\"'"), ONE_BUFFER RAW },
    "'message': <'no heap will do: \\\\u{1b}[2J: there is no such heap here; \\\\\": there is no "
    "such heap here: a permits \\\\u{1b}[2J, \\\\\"'>",
    NULL },
};

static Case *
make_case (const char *text)
{
  g_autoptr (GVariant) description = case_parse (text);

  return case_new (description);
}

static SmeExplanation *
explain (const Case *negotiation)
{
  const SmeParticipant *participants = (const SmeParticipant *)negotiation->participants->data;
  guint n_participants = negotiation->participants->len;
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  if (sme_negotiate (participants, n_participants, negotiation->policy, NULL, trail, &settings,
                     &error))
    return sme_explain_allocated (trail);
  return sme_explain_failed (participants, n_participants, negotiation->policy, trail, error);
}

static void
test_names (void)
{
  g_autoptr (Case) negotiation = make_case (
    "{'heaps': <['system', 'udmabuf']>, 'participants': <[{'name': <'camera'>, 'constraints': "
    "<{" ONE_BUFFER RAW "}>}, {'name': <''>, 'constraints': <{" HEAPS (
      "'system'") "}>}, "
                  "{'name': <'evil\\n\"one\"'>, 'constraints': <{" HEAPS ("'udmabuf'") "}>}]>}");
  g_autoptr (SmeExplanation) explanation = explain (negotiation);
  g_autoptr (GError) error = sme_explanation_to_error (explanation);

  g_assert_cmpstr (explanation->message, ==,
                   "no heap is permitted by everybody: participant 2 permits system; "
                   "evil\\u{a}\\\"one\\\" permits udmabuf");
  g_assert_error (error, SYSMEM_ERROR, (gint)SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_assert_cmpstr (error->message, ==, explanation->message);
}

static void
test_values_as_the_codec_says (void)
{
  g_autoptr (Case) negotiation = make_case (
    "{'heaps': <['system', 'udmabuf']>, 'participants': <[{'id': <uint64 7>, 'constraints': "
    "<{" HEAPS ("'system'") "}>}, {'id': <uint64 9>, 'constraints': <{" HEAPS (
      "'udmabuf', 'x'") "}>}]>}");
  g_autoptr (SmeExplanation) explanation = explain (negotiation);
  g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);
  const SmeConflict *conflict = g_ptr_array_index (conflicts, 0);
  const SmeParty *first = g_ptr_array_index (conflict->parties, 0);
  const SmeParty *second = g_ptr_array_index (conflict->parties, 1);

  g_assert_cmpuint (first->id, ==, 7);
  g_assert_cmpstr (first->value, ==, "system");
  g_assert_cmpuint (second->id, ==, 9);
  g_assert_cmpstr (second->value, ==, "udmabuf, x");
}

/* A long list and many parties: the data has all, the sentence the beginning. */
static void
test_sentence_is_short (void)
{
  g_autoptr (GString) text = g_string_new ("{'participants': <@aa{sv} [");

  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text, "%s{'name': <'p%u'>, 'constraints': <{" CPU_RW "}>}",
                            i > 0 ? ", " : "", i);
  g_string_append (text, "]>}");
  g_autoptr (Case) negotiation = make_case (text->str);
  g_autoptr (SmeExplanation) explanation = explain (negotiation);
  g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);
  const SmeConflict *conflict = g_ptr_array_index (conflicts, 0);

  g_assert_cmpuint (conflict->parties->len, ==, 20);
  g_assert_nonnull (strstr (explanation->message, "p7 does not say"));
  g_assert_null (strstr (explanation->message, "p8"));
  g_assert_true (g_str_has_suffix (explanation->message, "; and 12 more"));
}

/* Rejections */

static void
test_rejections_of_a_success (void)
{
  g_autoptr (Case) negotiation = make_case (
    "{'heaps': <['system', 'udmabuf']>, 'participants': <[{'name': <'camera'>, 'constraints': "
    "<{" ONE_BUFFER RAW ", " IMAGES (IMAGE (
      "'XR24', 'AR24'", "'srgb'", "")) "}>}, {'name': <'shell'>, 'constraints': <{" ONE_BUFFER
                                       ", " MEMORY ("'dma_buf_required': <true>") ", " IMAGES (
                                         IMAGE ("'XR24'", "'srgb'", "")) "}>}]>}");
  g_autoptr (SmeExplanation) explanation = explain (negotiation);
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);

  g_assert_cmpint (explanation->outcome, ==, SME_OUTCOME_ALLOCATED);
  g_assert_cmpuint (rejected->len, ==, 2);
  const SmeRejection *format = g_ptr_array_index (rejected, 0);
  const SmeRejection *heap = g_ptr_array_index (rejected, 1);
  const SmeParty *party = g_ptr_array_index (format->parties, 0);
  g_assert_cmpstr (format->candidate, ==, "AR24:0x0");
  g_assert_cmpstr (format->reason, ==, "shell does not offer it");
  g_assert_cmpuint (format->parties->len, ==, 1);
  g_assert_cmpstr (party->name, ==, "shell");
  g_assert_cmpstr (party->value, ==, "not offered");
  party = g_ptr_array_index (heap->parties, 0);
  g_assert_cmpint (heap->kind, ==, SME_REJECTED_HEAP);
  g_assert_cmpstr (heap->candidate, ==, "system");
  g_assert_cmpstr (party->name, ==, "shell");
  g_assert_cmpstr (party->value, ==, "true");
}

static void
test_rejections_of_several_attempts (void)
{
  g_autoptr (Case) first =
    make_case ("{'participants': <[{'name': <'old'>, 'constraints': <{" HEAPS ("'mars'") "}>}]>}");
  g_autoptr (Case) second = make_case (
    "{'participants': <[{'name': <'new'>, 'constraints': <{" HEAPS ("'venus', 'system'") "}>}]>}");
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;

  g_assert_false (sme_negotiate ((const SmeParticipant *)first->participants->data, 1,
                                 first->policy, NULL, trail, &settings, NULL));
  sme_trail_add (trail, SME_REJECTED_GROUP_CHOICE, "the group's first child", "it did not fit");
  g_clear_pointer (&first, case_free); /* what is recorded outlives them */
  g_assert_true (sme_negotiate ((const SmeParticipant *)second->participants->data, 1,
                                second->policy, NULL, trail, &settings, NULL));

  g_autoptr (SmeExplanation) explanation = sme_explain_allocated (trail);
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);
  g_assert_cmpuint (rejected->len, ==, 4);
  const SmeRejection *mars = g_ptr_array_index (rejected, 0);
  const SmeRejection *system = g_ptr_array_index (rejected, 1);
  const SmeRejection *choice = g_ptr_array_index (rejected, 2);
  const SmeRejection *venus = g_ptr_array_index (rejected, 3);
  g_assert_cmpstr (((SmeParty *)g_ptr_array_index (mars->parties, 0))->name, ==, "old");
  g_assert_cmpstr (system->reason, ==, "not permitted by everybody");
  g_assert_cmpstr (((SmeParty *)g_ptr_array_index (system->parties, 0))->name, ==, "old");
  g_assert_cmpint (choice->kind, ==, SME_REJECTED_GROUP_CHOICE);
  g_assert_cmpstr (choice->reason, ==, "it did not fit");
  g_assert_cmpuint (choice->parties->len, ==, 0);
  g_assert_cmpstr (((SmeParty *)g_ptr_array_index (venus->parties, 0))->name, ==, "new");
}

static void
test_256_rejections_and_the_rest (void)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();

  for (guint i = 0; i < SMC_MAX_REJECTIONS + 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("heap-%u", i);
      sme_trail_add (trail, SME_REJECTED_HEAP, name, "it was full");
    }
  g_autoptr (SmeExplanation) explanation = sme_explain_allocated (trail);
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);
  const SmeRejection *last = g_ptr_array_index (rejected, SMC_MAX_REJECTIONS - 1);
  g_assert_cmpuint (rejected->len, ==, SMC_MAX_REJECTIONS);
  g_assert_cmpuint (n_more, ==, 5);
  g_assert_cmpstr (last->candidate, ==, "heap-255");
}

/* Long lists, and many who have them: an answer still fits into a message, and says of each what it
 * says of the candidate. */
static void
test_rejections_are_short (void)
{
  g_autoptr (GString) text = g_string_new ("{'participants': <@aa{sv} [");
  g_autoptr (GString) heaps = g_string_new (NULL);

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (heaps, "%s'heap-with-a-name-%u'", i > 0 ? ", " : "", i);
  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text,
                            "%s{'constraints': <{" ONE_BUFFER ", " MEMORY (
                              "'min_size_bytes': <uint64 4096>, 'permitted_heaps': <[%s]>") "}>}",
                            i > 0 ? ", " : "", heaps->str);
  g_string_append (text, "]>}");
  g_autoptr (Case) negotiation = make_case (text->str);
  g_autoptr (SmeExplanation) explanation = explain (negotiation);
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);
  const SmeRejection *last = g_ptr_array_index (rejected, 59);
  const SmeParty *party = g_ptr_array_index (last->parties, 15);

  g_assert_cmpuint (rejected->len, ==, 61); /* and the one heap there is */
  g_assert_cmpuint (last->parties->len, ==, 16);
  g_assert_true (g_str_has_prefix (party->value, "heap-with-a-name-0, "));
  g_assert_true (g_str_has_suffix (party->value, "…"));
  g_assert_cmpint (g_utf8_strlen (party->value, -1), ==, 257);
}

static void
test_other_errors_keep_their_message (void)
{
  g_autoptr (Case) negotiation =
    make_case ("{'participants': <[{'constraints': <{" ONE_BUFFER RAW "}>}]>}");
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error =
    g_error_new_literal (SYSMEM_ERROR, (gint)SYSMEM_ERROR_NO_MEMORY, "the heap is full");
  g_autoptr (SmeExplanation) explanation = sme_explain_failed (
    (const SmeParticipant *)negotiation->participants->data, 1, negotiation->policy, trail, error);

  g_assert_cmpint (explanation->error, ==, SYSMEM_ERROR_NO_MEMORY);
  g_assert_cmpstr (explanation->message, ==, "the heap is full");
  g_assert_null (explanation->conflict_members);
}

static void
test_names_of_the_contract (void)
{
  g_assert_cmpstr (sme_rejection_kind_get_name (SME_REJECTED_GROUP_CHOICE), ==, "group-choice");
  g_assert_cmpstr (sme_rejection_kind_get_name (SME_REJECTED_PIXEL_FORMAT), ==, "pixel-format");
  g_assert_cmpstr (sme_rejection_kind_get_name (SME_REJECTED_HEAP), ==, "heap");
  g_assert_cmpstr (sme_rejection_kind_get_name (SME_REJECTED_COHERENCY_DOMAIN), ==,
                   "coherency-domain");
  g_assert_cmpstr (sme_outcome_get_name (SME_OUTCOME_PENDING), ==, "pending");
  g_assert_cmpstr (sme_outcome_get_name (SME_OUTCOME_ALLOCATED), ==, "allocated");
  g_assert_cmpstr (sme_outcome_get_name (SME_OUTCOME_FAILED), ==, "failed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  case_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add_func ("/explain/names", test_names);
  g_test_add_func ("/explain/values-as-the-codec-says", test_values_as_the_codec_says);
  g_test_add_func ("/explain/sentence/is-short", test_sentence_is_short);
  g_test_add_func ("/explain/rejections/of-a-success", test_rejections_of_a_success);
  g_test_add_func ("/explain/rejections/of-several-attempts", test_rejections_of_several_attempts);
  g_test_add_func ("/explain/rejections/256-and-the-rest", test_256_rejections_and_the_rest);
  g_test_add_func ("/explain/rejections/are-short", test_rejections_are_short);
  g_test_add_func ("/explain/other-errors-keep-their-message",
                   test_other_errors_keep_their_message);
  g_test_add_func ("/explain/names-of-the-contract", test_names_of_the_contract);

  return g_test_run ();
}
