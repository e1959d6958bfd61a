/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/sysmem-error.h"

/**
 * SYSMEM_ERROR_DBUS_PREFIX:
 *
 * What the names of errors on the bus begin with.
 *
 * Since: 1.0
 */

/**
 * SYSMEM_N_ERRORS:
 *
 * How many errors there are.
 *
 * Since: 1.0
 */

/* In the order of SysmemError. */
static const char *const dbus_names[SYSMEM_N_ERRORS] = {
  SYSMEM_ERROR_DBUS_PREFIX "Unspecified",
  SYSMEM_ERROR_DBUS_PREFIX "ProtocolDeviation",
  SYSMEM_ERROR_DBUS_PREFIX "NotFound",
  SYSMEM_ERROR_DBUS_PREFIX "HandleAccessDenied",
  SYSMEM_ERROR_DBUS_PREFIX "NoMemory",
  SYSMEM_ERROR_DBUS_PREFIX "ConstraintsIntersectionEmpty",
  SYSMEM_ERROR_DBUS_PREFIX "Pending",
  SYSMEM_ERROR_DBUS_PREFIX "TooManyGroupChildCombinations",
  SYSMEM_ERROR_DBUS_PREFIX "NoMoreStrongHandles",
  SYSMEM_ERROR_DBUS_PREFIX "LimitExceeded",
};

/**
 * sysmem_error_quark:
 *
 * Gets the domain of the errors.
 *
 * Returns: the quark
 *
 * Since: 1.0
 */
GQuark
sysmem_error_quark (void)
{
  return g_quark_from_static_string ("sysmem-error-quark");
}

/**
 * sysmem_error_get_dbus_name:
 * @code: an error code
 *
 * Gets the name under which @code travels over D-Bus.
 *
 * Returns: (transfer none): the full D-Bus error name
 *
 * Since: 1.0
 */
const char *
sysmem_error_get_dbus_name (SysmemError code)
{
  g_return_val_if_fail ((guint)code < SYSMEM_N_ERRORS, dbus_names[SYSMEM_ERROR_UNSPECIFIED]);

  return dbus_names[code];
}
