/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon's dry run decides; what led there is told by the same rules in the library, with the
 * daemon's heaps. */

#include "ctl-command.h"
#include "ctl-dict.h"
#include "ctl-explanation.h"
#include "ctl-json.h"
#include "ctl-settings.h"
#include "ctl-text.h"

#include <glib/gi18n.h>

/* Returns: (transfer full) (element-type SysmemConstraints) */
static GPtrArray *
read_files (char **paths, GError **error)
{
  g_autoptr (GPtrArray) participants = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      SysmemConstraints *constraints = sysmem_constraints_new_from_file (paths[i], error);

      if (constraints == NULL)
        return NULL;
      g_ptr_array_add (participants, constraints);
    }
  return g_steal_pointer (&participants);
}

/* Returns: (transfer full) (nullable): an explanation as the contract has it */
static GVariant *
explain (CtlContext *context, GPtrArray *participants)
{
  g_autoptr (GPtrArray) heaps = sysmem_client_list_heaps (context->client, NULL, NULL);
  g_autoptr (SysmemExplanation) explanation = NULL;
  g_autoptr (SysmemSettings) settings = NULL;

  if (heaps == NULL)
    return NULL;
  settings = sysmem_constraints_solve ((SysmemConstraints **)participants->pdata, participants->len,
                                       (SysmemHeap **)heaps->pdata, heaps->len, &explanation, NULL);
  return explanation != NULL ? sysmem_explanation_to_variant (explanation) : NULL;
}

/* The outcome is the daemon's, the reasons are those of @explanation. */
static GVariant *
make_result (GVariant *settings, const GError *failure, GVariant *explanation)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (explanation);

  g_variant_dict_remove (&dict, "error");
  g_variant_dict_remove (&dict, "message");
  g_variant_dict_remove (&dict, "waiting_for");
  g_variant_dict_insert (&dict, "outcome", "s", settings != NULL ? "allocated" : "failed");
  if (settings != NULL)
    g_variant_dict_insert_value (&dict, "settings", settings);
  else
    {
      g_autofree char *name = g_dbus_error_encode_gerror (failure);

      g_variant_dict_insert (&dict, "error", "s", name);
      g_variant_dict_insert (&dict, "message", "s", failure->message);
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
print (GVariant *settings, GVariant *explanation)
{
  if (settings != NULL)
    {
      g_autoptr (CtlTable) facts = ctl_facts_new ();

      ctl_facts_add_settings (facts, settings, ctl_dict_get_number (settings, "buffer_count"));
      ctl_table_print (facts);
    }
  if (explanation != NULL)
    ctl_explanation_print_reasons (explanation);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) participants = NULL;
  g_autoptr (SysmemSettings) winner = NULL;
  g_autoptr (GVariant) settings = NULL;
  g_autoptr (GVariant) explanation = NULL;
  g_autoptr (GVariant) result = NULL;
  GError *failure = NULL;

  participants = read_files (arguments, error);
  if (participants == NULL || !ctl_context_connect (context, error))
    return FALSE;
  winner = sysmem_client_check_constraints (
    context->client, (SysmemConstraints **)participants->pdata, participants->len, NULL, &failure);
  if (winner != NULL)
    settings = sysmem_settings_to_variant (winner);
  else if (ctl_exit_for_error (failure) != CTL_EXIT_UNSATISFIABLE)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  explanation = explain (context, participants);
  result = make_result (settings, failure, explanation);
  if (context->json)
    ctl_json_print (ctl_json_from_variant (result));
  else
    print (settings, explanation);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return winner != NULL;
}

const CtlCommand ctl_negotiate = {
  .name = "negotiate",
  .usage = N_ ("FILE…"),
  .summary = N_ ("Try whether participants would agree, and on what; nothing is allocated"),
  .argument = CTL_ARGUMENT_FILE,
  .min_arguments = 1,
  .max_arguments = 512,
  .run = run,
};
