/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-explanation-private.h"

#include "sysmem-enum-types.h"

/**
 * SysmemExplanation:
 *
 * Why a negotiation ended as it did, as data: what an error's message says in one sentence.
 *
 * Since: 1.0
 */
struct _SysmemExplanation
{
  GObject parent_instance;

  GVariant *dict; /* a{sv} */
};

G_DEFINE_FINAL_TYPE (SysmemExplanation, sysmem_explanation, G_TYPE_OBJECT)

static void
sysmem_explanation_finalize (GObject *object)
{
  g_clear_pointer (&SYSMEM_EXPLANATION (object)->dict, g_variant_unref);
  G_OBJECT_CLASS (sysmem_explanation_parent_class)->finalize (object);
}

static void
sysmem_explanation_class_init (SysmemExplanationClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sysmem_explanation_finalize;
}

static void
sysmem_explanation_init (SysmemExplanation *self)
{
}

SysmemExplanation *
sysmem_explanation_new_from_variant (GVariant *dict)
{
  SysmemExplanation *self = g_object_new (SYSMEM_TYPE_EXPLANATION, NULL);

  self->dict = g_variant_ref_sink (dict);
  return self;
}

/**
 * sysmem_explanation_get_outcome:
 * @self: an explanation
 *
 * Gets what there is to explain.
 *
 * Returns: the outcome
 *
 * Since: 1.0
 */
SysmemOutcome
sysmem_explanation_get_outcome (SysmemExplanation *self)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (SYSMEM_TYPE_OUTCOME);
  const char *outcome = "pending";
  const GEnumValue *value;

  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), SYSMEM_OUTCOME_PENDING);

  (void)g_variant_lookup (self->dict, "outcome", "&s", &outcome);
  value = g_enum_get_value_by_nick (class, outcome);
  return value != NULL ? (SysmemOutcome)value->value : SYSMEM_OUTCOME_PENDING;
}

/**
 * sysmem_explanation_dup_failure:
 * @self: an explanation
 *
 * Gets the error that participants got.
 *
 * Returns: (transfer full) (nullable): an error of %SYSMEM_ERROR, or %NULL if nothing failed
 *
 * Since: 1.0
 */
GError *
sysmem_explanation_dup_failure (SysmemExplanation *self)
{
  const char *name;
  const char *message;
  GError *error;

  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), NULL);

  if (!g_variant_lookup (self->dict, "error", "&s", &name)
      || !g_variant_lookup (self->dict, "message", "&s", &message))
    return NULL;
  error = g_dbus_error_new_for_dbus_error (name, message);
  g_dbus_error_strip_remote_error (error);
  return error;
}

static GVariant *
get_list (SysmemExplanation *self, const char *key, const char *type)
{
  GVariant *list = g_variant_lookup_value (self->dict, key, G_VARIANT_TYPE (type));

  return list != NULL ? list : g_variant_ref_sink (g_variant_new (type, NULL));
}

/**
 * sysmem_explanation_get_conflicts:
 * @self: an explanation
 *
 * Gets a smallest set of participants that cannot agree: together they cannot, without any one of
 * them the others can.
 *
 * Returns: (transfer full): an `aa{sv}`; each has `field s`, `participants a(sts)` (debug name, id,
 *   that participant's value as text) and `detail s`
 *
 * Since: 1.0
 */
GVariant *
sysmem_explanation_get_conflicts (SysmemExplanation *self)
{
  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), NULL);

  return get_list (self, "conflicts", "aa{sv}");
}

/**
 * sysmem_explanation_get_rejected:
 * @self: an explanation
 *
 * Gets every candidate that was tried and dropped on the way, in order; at most 256, and one that
 * counts the rest.
 *
 * Returns: (transfer full): an `aa{sv}`; each has `kind s` (`group-choice`, `pixel-format`, `heap`,
 *   `coherency-domain`), `candidate s`, `reason s` and `participants a(sts)`
 *
 * Since: 1.0
 */
GVariant *
sysmem_explanation_get_rejected (SysmemExplanation *self)
{
  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), NULL);

  return get_list (self, "rejected", "aa{sv}");
}

/**
 * sysmem_explanation_get_waiting_for:
 * @self: an explanation
 *
 * Gets who has not answered yet.
 *
 * Returns: (transfer full): an `a(st)` of debug names and ids; empty unless the outcome is
 *   %SYSMEM_OUTCOME_PENDING
 *
 * Since: 1.0
 */
GVariant *
sysmem_explanation_get_waiting_for (SysmemExplanation *self)
{
  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), NULL);

  return get_list (self, "waiting_for", "a(st)");
}

/**
 * sysmem_explanation_to_variant:
 * @self: an explanation
 *
 * Gets the whole explanation as the D-Bus contract has it.
 *
 * Returns: (transfer full): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
sysmem_explanation_to_variant (SysmemExplanation *self)
{
  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), NULL);

  return g_variant_ref (self->dict);
}

static void
append_parties (GString *text, GVariant *parties)
{
  GVariantIter iter;
  const char *name;
  const char *said;
  guint64 id;

  if (parties == NULL)
    return;
  g_variant_iter_init (&iter, parties);
  while (g_variant_iter_next (&iter, "(&st&s)", &name, &id, &said))
    g_string_append_printf (text, "    %s (%" G_GUINT64_FORMAT "): %s\n",
                            *name != '\0' ? name : "unnamed", id, said);
}

static void
append_list (GString *text, const char *title, GVariant *list, const char *what, const char *why)
{
  GVariantIter iter;
  GVariant *one;

  if (g_variant_n_children (list) > 0)
    g_string_append_printf (text, "%s:\n", title);
  g_variant_iter_init (&iter, list);
  while ((one = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) parties =
        g_variant_lookup_value (one, "participants", G_VARIANT_TYPE ("a(sts)"));
      const char *name = "";
      const char *reason = "";

      (void)g_variant_lookup (one, what, "&s", &name);
      (void)g_variant_lookup (one, why, "&s", &reason);
      g_string_append_printf (text, "  %s: %s\n", name, reason);
      append_parties (text, parties);
      g_variant_unref (one);
    }
}

/**
 * sysmem_explanation_to_string:
 * @self: an explanation
 *
 * Tells the explanation to a person.
 *
 * Returns: (transfer full): some lines of text
 *
 * Since: 1.0
 */
char *
sysmem_explanation_to_string (SysmemExplanation *self)
{
  g_autoptr (GVariant) conflicts = NULL;
  g_autoptr (GVariant) rejected = NULL;
  g_autoptr (GVariant) waiting_for = NULL;
  g_autoptr (GError) failure = NULL;
  const char *outcome = "";
  const char *name;
  GVariantIter iter;
  GString *text;
  guint64 id;

  g_return_val_if_fail (SYSMEM_IS_EXPLANATION (self), NULL);

  (void)g_variant_lookup (self->dict, "outcome", "&s", &outcome);
  text = g_string_new (outcome);
  failure = sysmem_explanation_dup_failure (self);
  if (failure != NULL)
    g_string_append_printf (text, ": %s", failure->message);
  g_string_append_c (text, '\n');
  conflicts = sysmem_explanation_get_conflicts (self);
  append_list (text, "cannot agree", conflicts, "field", "detail");
  rejected = sysmem_explanation_get_rejected (self);
  append_list (text, "rejected", rejected, "candidate", "reason");
  waiting_for = sysmem_explanation_get_waiting_for (self);
  g_variant_iter_init (&iter, waiting_for);
  while (g_variant_iter_next (&iter, "(&st)", &name, &id))
    g_string_append_printf (text, "waiting for %s (%" G_GUINT64_FORMAT ")\n",
                            *name != '\0' ? name : "unnamed", id);
  return g_string_free (text, FALSE);
}
