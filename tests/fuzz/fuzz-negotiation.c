/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any text as the constraints of some participants, an aa{sv} in GVariant's text form: so a finding
 * can be read, and what changes a character seldom breaks the whole. Oracle: each participant is
 * prepared or refused with a sentence; all together get settings or an error, never both, never
 * neither.
 *
 * Settings keep within every limit and are something the heap can make; every participant accepts
 * them; pinned, they come out again; and so they do with the participants in reverse order, unless
 * somebody has a preference of heaps. Without the heap that was chosen another one is, or none.
 *
 * An error's explanation is a sentence, and its conflict set obeys its definition. */

#include "case-policy.h"
#include "case.h"
#include "conflict-check.h"
#include "fuzz.h"
#include "sentence.h"

#include "common/smc-codec.h"
#include "common/smc-format.h"

#define MAX_PARTICIPANTS 10
/* The definition of a conflict set takes a negotiation for each way to leave somebody out. */
#define MAX_PARTICIPANTS_CHECKED 6

/* One heap of each kind that the rules know, and the ready-made ones. */
static const char world[] =
  "{'heaps': <['system', 'udmabuf', 'dma-heap:cma', 'gbm:renderD128', 'secure']>,"
  " 'custom_heaps': <["
  "   {'name': <'small'>, 'max_buffer_size': <uint64 65536>},"
  "   {'name': <'huge-pages'>, 'physically_contiguous': <true>,"
  "    'physical_alignment': <uint64 2097152>, 'max_buffer_size': <uint64 8388608>},"
  "   {'name': <'secure-frames'>, 'buffer_type': <'dma-buf'>, 'secure': <true>,"
  "    'cpu_mappable': <false>, 'coherency_domains': <['inaccessible']>,"
  "    'formats': <['NV12:0x0', 'P010:0x0']>},"
  "   {'name': <'frames'>, 'coherency_domains': <['ram']>, 'cpu_mappable': <false>,"
  "    'formats': <['XR24:0x0', 'AR24:0x100000000000001', 'NV12:0x0', 'YU12:0x0']>}]>,"
  " 'policy': <{'max_buffer_size': <uint64 16777216>, 'max_collection_size': <uint64 67108864>,"
  "   'format_costs': <[('NV12:0x0', ['video-decoder', 'video-encoder'], 1.0),"
  "                     ('XR24:*', ['display-layer'], 2.0), ('*:0x0', @as [], 3.0)]>}>}";

static const SmePolicy *
get_policy (void)
{
  static SmePolicy *policy;

  if (policy == NULL)
    {
      g_autoptr (GVariant) description = case_parse (world);
      policy = case_policy_new (description);
    }
  return policy;
}

/* Participants */

static void
participant_clear (SmeParticipant *participant)
{
  sme_prepared_unref (participant->prepared);
}

static SmePrepared *
prepare (GVariant *dict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &error);
  SmePrepared *prepared = constraints != NULL ? sme_prepared_new (constraints, &error) : NULL;

  g_assert_true ((prepared == NULL) == (error != NULL));
  if (error == NULL)
    return prepared;
  g_assert_true (error->domain == SYSMEM_ERROR);
  g_assert_true (error->code == SYSMEM_ERROR_PROTOCOL_DEVIATION
                 || error->code == SYSMEM_ERROR_LIMIT_EXCEEDED
                 || error->code == SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  sentence_check (error->message);
  return NULL;
}

/* NULL: the text is no aa{sv}. */
static GArray *
read_participants (const uint8_t *data, size_t size)
{
  static const char *const names[MAX_PARTICIPANTS] = { "a", "b", "c", "d", "e",
                                                       "f", "g", "h", "i", "j" };
  const char *text = (const char *)data;
  g_autoptr (GVariant) dicts = NULL;
  GArray *participants;

  if (size > 0 && g_utf8_validate_len (text, size, NULL))
    dicts = g_variant_parse (G_VARIANT_TYPE ("aa{sv}"), text, text + size, NULL, NULL);
  if (dicts == NULL)
    return NULL;

  participants = g_array_new (FALSE, TRUE, sizeof (SmeParticipant));
  g_array_set_clear_func (participants, (GDestroyNotify)participant_clear);
  for (gsize i = 0; i < g_variant_n_children (dicts) && participants->len < MAX_PARTICIPANTS; i++)
    {
      g_autoptr (GVariant) dict = g_variant_get_child_value (dicts, i);
      SmeParticipant participant = { .name = names[participants->len],
                                     .id = participants->len,
                                     .prepared = prepare (dict) };

      if (participant.prepared != NULL)
        g_array_append_val (participants, participant);
    }
  return participants;
}

/* The outcomes */

/* NULL: @error says why. */
static SmcSettings *
negotiate (const GArray *participants, const char *failed_heap, SmeTrail *trail, GError **error)
{
  const char *const failed_heaps[] = { failed_heap, NULL };
  GError *problem = NULL;
  SmcSettings *settings = NULL;
  gboolean agreed = sme_negotiate ((const SmeParticipant *)participants->data, participants->len,
                                   get_policy (), failed_heaps, trail, &settings, &problem);

  g_assert_true (agreed == (settings != NULL));
  g_assert_true (agreed == (problem == NULL));
  if (!agreed)
    g_propagate_error (error, problem);
  return settings;
}

/* The same again, in another way: it gives the same settings, or it was too much work. */
static void
check_again (const GArray *participants, const SmcSettings *settings)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcSettings) again = negotiate (participants, NULL, trail, &error);

  if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED))
    return;
  g_assert_no_error (error);
  g_assert_true (smc_settings_equal (settings, again, FALSE, FALSE));
}

static gboolean
can_hold (const SmeHeap *heap, const SmcSettings *settings)
{
  if (heap->formats == NULL)
    return TRUE;
  for (guint i = 0; settings->image != NULL && i < heap->formats->len; i++)
    if (smc_pixel_format_equal (&g_array_index (heap->formats, SmcPixelFormat, i),
                                &settings->image->pixel_format))
      return TRUE;
  return FALSE;
}

static void
check_settings (const SmcSettings *settings)
{
  const SmePolicy *policy = get_policy ();
  const SmeHeap *heap = sme_policy_find_heap (policy, settings->heap);

  g_assert_nonnull (heap);
  g_assert_cmpuint (settings->coherency_domain & heap->domains, !=, 0);
  g_assert_true (settings->is_secure == heap->secure);
  g_assert_true (can_hold (heap, settings));
  if (settings->image != NULL)
    g_assert_true (smc_pixel_format_is_known (settings->image->pixel_format.fourcc,
                                              settings->image->pixel_format.modifier));

  g_assert_cmpuint (settings->buffer_count, >=, 1);
  g_assert_cmpuint (settings->buffer_count, <=, SMC_MAX_BUFFERS);
  g_assert_cmpuint (settings->size_bytes, >=, 1);
  g_assert_cmpuint (settings->raw_size_bytes, >=, settings->size_bytes);
  g_assert_cmpuint (settings->raw_size_bytes % policy->page_size, ==, 0);
  g_assert_cmpuint (settings->raw_size_bytes, <=, policy->max_buffer_size);
  g_assert_cmpuint (settings->raw_size_bytes * settings->buffer_count, <=,
                    policy->max_collection_size);
  if (heap->max_buffer_size > 0)
    g_assert_cmpuint (settings->raw_size_bytes, <=, heap->max_buffer_size);
}

static void
check_pinned (const GArray *participants, const SmcSettings *settings)
{
  g_autoptr (SmePrepared) prepared = sme_prepared_new_pinning (settings, TRUE, NULL);
  g_autoptr (GArray) pinned = g_array_copy ((GArray *)participants);
  const SmeParticipant pin = { .name = "pin", .prepared = prepared };

  g_array_append_val (pinned, pin);
  check_again (pinned, settings);

  for (guint i = 0; i < participants->len; i++)
    {
      const SmeParticipant *participant = &g_array_index (participants, SmeParticipant, i);
      g_autoptr (GError) error = NULL;
      sme_prepared_accepts (participant->prepared, settings, get_policy (), &error);
      g_assert_no_error (error);
    }
}

static void
check_reversed (const GArray *participants, const SmcSettings *settings)
{
  g_autoptr (GArray) reversed = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));

  for (guint i = participants->len; i > 0; i--)
    {
      SmeParticipant participant = g_array_index (participants, SmeParticipant, i - 1);
      if (sme_prepared_get_constraints (participant.prepared)->memory.permitted_heaps != NULL)
        return;
      g_array_append_val (reversed, participant);
    }
  check_again (reversed, settings);
}

static void
check_without_its_heap (const GArray *participants, const SmcSettings *settings)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) other = negotiate (participants, settings->heap, trail, NULL);

  if (other == NULL)
    return;
  check_settings (other);
  g_assert_cmpstr (other->heap, !=, settings->heap);
}

static void
check_failure (const GArray *participants, SmeTrail *trail, const GError *error)
{
  g_autoptr (SmeExplanation) explanation = sme_explain_failed (
    (const SmeParticipant *)participants->data, participants->len, get_policy (), trail, error);

  g_assert_cmpint (explanation->outcome, ==, SME_OUTCOME_FAILED);
  g_assert_true (error->domain == SYSMEM_ERROR);
  g_assert_true (explanation->error == (SysmemError)error->code);
  sentence_check (error->message);
  sentence_check (explanation->message);
  if (explanation->error == SYSMEM_ERROR_LIMIT_EXCEEDED)
    return;

  g_assert_true (explanation->error == SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);
  g_assert_cmpuint (conflicts->len, ==, 1);
  const SmeConflict *conflict = g_ptr_array_index (conflicts, 0);
  g_assert_cmpstr (conflict->field, !=, "");
  g_assert_true (g_str_has_prefix (explanation->message, conflict->detail));
  if (participants->len <= MAX_PARTICIPANTS_CHECKED)
    conflict_check (conflict, participants, get_policy ());
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GArray) participants = read_participants (data, size);
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error = NULL;

  if (participants == NULL)
    return 0;
  g_autoptr (SmcSettings) settings = negotiate (participants, NULL, trail, &error);
  if (settings == NULL)
    {
      check_failure (participants, trail, error);
      return 0;
    }
  check_settings (settings);
  check_pinned (participants, settings);
  check_reversed (participants, settings);
  check_without_its_heap (participants, settings);
  return 0;
}
