/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/sysmem-error.h"

#include <string.h>

/* The names of the contract, in its order. */
static const char *const contract[] = {
  "Unspecified",
  "ProtocolDeviation",
  "NotFound",
  "HandleAccessDenied",
  "NoMemory",
  "ConstraintsIntersectionEmpty",
  "Pending",
  "TooManyGroupChildCombinations",
  "NoMoreStrongHandles",
  "LimitExceeded",
};

static void
test_names (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (contract), ==, SYSMEM_N_ERRORS);
  for (guint i = 0; i < SYSMEM_N_ERRORS; i++)
    {
      g_autofree char *name = g_strconcat ("org.sysmem.Sysmem1.Error.", contract[i], NULL);
      g_assert_cmpstr (sysmem_error_get_dbus_name ((SysmemError)i), ==, name);
    }
}

static void
test_quark (void)
{
  g_assert_cmpstr (g_quark_to_string (SYSMEM_ERROR), ==, "sysmem-error-quark");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/error/names", test_names);
  g_test_add_func ("/common/error/quark", test_quark);

  return g_test_run ();
}
