/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-failure.h"

gboolean
sme_fail (SmeFailure *failure, const char *field, const char *format, ...)
{
  va_list arguments;

  sme_failure_clear (failure);
  failure->code = SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY;
  failure->field = field;
  if (failure->silent)
    return FALSE;
  va_start (arguments, format);
  failure->detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return FALSE;
}

void
sme_failure_clear (SmeFailure *failure)
{
  g_clear_pointer (&failure->detail, g_free);
  failure->field = NULL;
}

void
sme_failure_propagate (const SmeFailure *failure, GError **error)
{
  g_set_error (error, SYSMEM_ERROR, (gint)failure->code, "%s%s%s",
               failure->field != NULL ? failure->field : "", failure->field != NULL ? ": " : "",
               failure->detail);
}
