/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-describe.h"
#include "ctl-explanation.h"
#include "ctl-json.h"
#include "ctl-token.h"

#include <glib/gi18n.h>

/* One that has failed is gone when nobody is left who took part, and its reason is where it was
 * told. */
static void
add_hint (const char *id, GError **error)
{
  g_autofree char *sentence = NULL;

  if (error == NULL || !g_error_matches (*error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND))
    return;
  sentence = g_steal_pointer (&(*error)->message);
  (*error)->message =
    g_strdup_printf (_ ("%s; what became of one that is gone is in the log: journalctl -u sysmemd "
                        "SYSMEM_COLLECTION=%s"),
                     sentence, id);
}

/* A collection is explained by its description, to those who see all of it. */
static GVariant *
explain_collection (CtlContext *context, const char *text, GError **error)
{
  g_autoptr (GVariant) description = NULL;
  GVariant *explanation = NULL;
  guint64 id;

  if (!ctl_parse_id (text, &id, error))
    return NULL;
  description = ctl_describe (context, id, error);
  if (description == NULL)
    {
      add_hint (text, error);
      return NULL;
    }
  explanation = g_variant_lookup_value (description, "explanation", G_VARIANT_TYPE_VARDICT);
  if (explanation == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _ ("only who pays for collection %s, and root, may have it explained, and only "
                    "while somebody takes part in it"),
                 text);
  return explanation;
}

static GVariant *
explain_node (CtlContext *context, const char *path, GError **error)
{
  g_autoptr (GVariant) reply =
    ctl_context_call_at (context, path, CTL_NODE, "Explain", NULL, "(a{sv})", error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (GVariant) explanation = NULL;

  if (ctl_token_is_path (arguments[0]))
    explanation = explain_node (context, arguments[0], error);
  else
    explanation = explain_collection (context, arguments[0], error);
  if (explanation == NULL)
    return FALSE;
  if (context->json)
    ctl_json_print (ctl_json_from_variant (explanation));
  else
    ctl_explanation_print (explanation);
  return TRUE;
}

const CtlCommand ctl_explain = {
  .name = "explain",
  .usage = N_ ("ID|NODE"),
  .summary = N_ ("Tell how a collection came about, or what keeps it from it"),
  .argument = CTL_ARGUMENT_ID,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run,
};
