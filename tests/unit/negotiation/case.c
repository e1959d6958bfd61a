/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "case.h"

#include "case-policy.h"
#include "common/smc-codec.h"

#include <string.h>

GVariant *
case_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  if (value == NULL)
    {
      g_autofree char *where = g_variant_parse_error_print_context (error, text);
      g_error ("%s", where);
    }
  return value;
}

/* Participants */

static void
participant_clear (SmeParticipant *participant)
{
  g_free ((char *)participant->name);
  if (participant->prepared != NULL)
    sme_prepared_unref (participant->prepared);
}

static GArray *
participants_new (void)
{
  GArray *participants = g_array_new (FALSE, TRUE, sizeof (SmeParticipant));

  g_array_set_clear_func (participants, (GDestroyNotify)participant_clear);
  return participants;
}

static SmePrepared *
prepare (GVariant *dict, GError **error)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, error);

  return constraints != NULL ? sme_prepared_new (constraints, error) : NULL;
}

static void
add_participant (Case *negotiation, GArray *participants, GVariant *description)
{
  g_autoptr (GVariant) dict =
    g_variant_lookup_value (description, "constraints", G_VARIANT_TYPE_VARDICT);
  char letter[] = { (char)('a' + participants->len), '\0' };
  const char *name = letter;
  SmeParticipant participant = { NULL };

  g_variant_lookup (description, "name", "&s", &name);
  g_variant_lookup (description, "id", "t", &participant.id);
  participant.name = g_strdup (name);
  if (dict != NULL && negotiation->refusal == NULL)
    {
      participant.prepared = prepare (dict, &negotiation->refusal);
      if (participant.prepared == NULL)
        negotiation->refused = g_strdup (name);
    }
  g_array_append_val (participants, participant);
}

static void
add_participants (Case *negotiation, GArray *participants, GVariant *description, const char *key)
{
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *one;

  if (g_variant_lookup (description, key, "aa{sv}", &iter))
    while (g_variant_iter_loop (iter, "@a{sv}", &one))
      add_participant (negotiation, participants, one);
}

static SmcSettings *
negotiate_or_fail (const GArray *participants, const SmePolicy *policy)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error = NULL;
  SmcSettings *settings = NULL;

  sme_negotiate ((const SmeParticipant *)participants->data, participants->len, policy, NULL, trail,
                 &settings, &error);
  g_assert_no_error (error);
  return settings;
}

static SmeParticipant
make_pin (const SmcSettings *settings, gboolean with_count)
{
  return (SmeParticipant){
    .name = g_strdup ("existing"),
    .prepared = sme_prepared_new_pinning (settings, with_count, NULL),
  };
}

/* As the tree does it: the pin comes before those who have their buffers. */
static void
settle_existing (Case *negotiation)
{
  GArray *participants = negotiation->participants;
  g_autoptr (SmcSettings) settings = negotiate_or_fail (participants, negotiation->policy);
  SmeParticipant pin = make_pin (settings, TRUE);

  for (guint i = 0; i < participants->len; i++)
    g_array_index (participants, SmeParticipant, i).settled = TRUE;
  g_array_prepend_val (participants, pin);
}

Case *
case_new (GVariant *description)
{
  Case *negotiation = g_new0 (Case, 1);
  g_autoptr (GArray) matching = participants_new ();

  negotiation->policy = case_policy_new (description);
  negotiation->participants = participants_new ();
  g_variant_lookup (description, "failed_heaps", "^as", &negotiation->failed_heaps);

  add_participants (negotiation, matching, description, "matching");
  add_participants (negotiation, negotiation->participants, description, "existing");
  if (negotiation->participants->len > 0)
    settle_existing (negotiation);
  if (matching->len > 0)
    {
      g_autoptr (SmcSettings) settings = negotiate_or_fail (matching, negotiation->policy);
      SmeParticipant pin = make_pin (settings, FALSE);
      g_array_append_val (negotiation->participants, pin);
    }
  add_participants (negotiation, negotiation->participants, description, "participants");
  return negotiation;
}

void
case_free (Case *negotiation)
{
  g_array_unref (negotiation->participants);
  sme_policy_free (negotiation->policy);
  g_strfreev (negotiation->failed_heaps);
  g_free (negotiation->refused);
  g_clear_error (&negotiation->refusal);
  g_free (negotiation);
}

/* Outcomes */

static void
describe_settings (GVariantBuilder *builder, const SmcSettings *settings)
{
  g_variant_builder_add (builder, "{sv}", "buffer_count",
                         g_variant_new_uint32 (settings->buffer_count));
  smc_settings_add_to_builder (settings, settings->write_protection, builder);
}

static GVariant *
list_strings (GPtrArray *strings)
{
  return g_variant_new_strv ((const char *const *)strings->pdata, strings->len);
}

static void
add_string (GVariantBuilder *builder, const char *key, const char *value)
{
  g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (value));
}

static void
describe_conflict (GVariantBuilder *builder, const SmeConflict *conflict)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  for (guint i = 0; i < conflict->parties->len; i++)
    {
      const SmeParty *party = g_ptr_array_index (conflict->parties, i);
      g_ptr_array_add (names, party->name);
      g_ptr_array_add (values, party->value != NULL ? party->value : (char *)"(none)");
    }
  add_string (builder, "field", conflict->field);
  add_string (builder, "detail", conflict->detail);
  g_variant_builder_add (builder, "{sv}", "parties", list_strings (names));
  g_variant_builder_add (builder, "{sv}", "values", list_strings (values));
}

static void
add_error (GVariantBuilder *builder, SysmemError code, const char *message)
{
  add_string (builder, "error",
              sysmem_error_get_dbus_name (code) + strlen (SYSMEM_ERROR_DBUS_PREFIX));
  add_string (builder, "message", message);
}

static void
describe_failure (GVariantBuilder *builder, const SmeExplanation *explanation)
{
  g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);

  add_error (builder, explanation->error, explanation->message);
  if (conflicts->len > 0)
    describe_conflict (builder, g_ptr_array_index (conflicts, 0));
}

static GVariant *
describe_refusal (const Case *negotiation)
{
  const char *message = negotiation->refusal->message;
  const char *colon = strstr (message, ": ");
  g_autofree char *field = colon != NULL ? g_strndup (message, (gsize)(colon - message)) : NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_error (&builder, (SysmemError)negotiation->refusal->code, message);
  add_string (&builder, "refused", negotiation->refused);
  add_string (&builder, "field", field != NULL ? field : "");
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
describe_rejected (GVariantBuilder *builder, const SmeExplanation *explanation)
{
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);
  g_autoptr (GPtrArray) reasons = g_ptr_array_new ();
  GVariantBuilder candidates;

  g_variant_builder_init (&candidates, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < rejected->len; i++)
    {
      const SmeRejection *rejection = g_ptr_array_index (rejected, i);
      g_variant_builder_add (&candidates, "(ss)", sme_rejection_kind_get_name (rejection->kind),
                             rejection->candidate);
      g_ptr_array_add (reasons, rejection->reason);
    }
  g_variant_builder_add (builder, "{sv}", "rejected", g_variant_builder_end (&candidates));
  g_variant_builder_add (builder, "{sv}", "reasons", list_strings (reasons));
}

GVariant *
case_describe (const Case *negotiation)
{
  const SmeParticipant *participants = (const SmeParticipant *)negotiation->participants->data;
  guint n_participants = negotiation->participants->len;
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmeExplanation) explanation = NULL;
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  GVariantBuilder builder;

  if (negotiation->refusal != NULL)
    return describe_refusal (negotiation);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  gboolean success =
    sme_negotiate (participants, n_participants, negotiation->policy,
                   (const char *const *)negotiation->failed_heaps, trail, &settings, &error);
  g_assert_true (success == (settings != NULL) && success == (error == NULL));
  if (success)
    {
      explanation = sme_explain_allocated (trail);
      describe_settings (&builder, settings);
    }
  else
    {
      explanation =
        sme_explain_failed (participants, n_participants, negotiation->policy, trail, error);
      describe_failure (&builder, explanation);
    }
  describe_rejected (&builder, explanation);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
compare_dicts (GVariant *expected, GVariant *found, const char *where)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, expected);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) there = g_variant_lookup_value (found, key, NULL);
      g_autofree char *path = g_strdup_printf ("%s%s%s", where, *where != '\0' ? "." : "", key);

      if (there != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT)
          && g_variant_is_of_type (there, G_VARIANT_TYPE_VARDICT))
        {
          compare_dicts (value, there, path);
          continue;
        }
      if (there != NULL && g_variant_equal (value, there))
        continue;

      g_autofree char *wanted = g_variant_print (value, TRUE);
      g_autofree char *got = there != NULL ? g_variant_print (there, TRUE) : g_strdup ("nothing");
      g_autofree char *all = g_variant_print (found, FALSE);
      g_test_message ("%s: expected %s, found %s", path, wanted, got);
      g_test_message ("in %s", all);
      g_test_fail ();
    }
}

void
case_check (GVariant *description)
{
  g_autoptr (Case) negotiation = case_new (description);
  g_autoptr (GVariant) expected =
    g_variant_lookup_value (description, "expect", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) found = case_describe (negotiation);

  g_assert_nonnull (expected);
  g_assert_cmpuint (g_variant_n_children (expected), >, 0);
  compare_dicts (expected, found, "");
}

/* Tables */

GVariant *
case_row_build (const CaseRow *row)
{
  g_autoptr (GString) text = g_string_new ("{'participants': <@aa{sv} [");

  for (guint i = 0; i < CASE_MAX_PARTICIPANTS && row->participants[i] != NULL; i++)
    g_string_append_printf (text, "%s{'constraints': <@a{sv} {%s}>}", i > 0 ? ", " : "",
                            row->participants[i]);
  g_string_append_printf (text, "]>, 'expect': <@a{sv} {%s}>%s%s}", row->expect,
                          row->rest != NULL ? ", " : "", row->rest != NULL ? row->rest : "");
  return case_parse (text->str);
}

static void
test_row (gconstpointer data)
{
  g_autoptr (GVariant) description = case_row_build (data);

  case_check (description);
}

void
case_add_rows (const CaseRow *rows, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    g_test_add_data_func (rows[i].name, &rows[i], test_row);
}
