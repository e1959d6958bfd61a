/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-import-report-private.h"

/**
 * SysmemImportReport:
 *
 * What came of [method@Sysmem.Device.try_heaps]: whose buffers a device can import, and the
 * constraints that say so.
 *
 * A heap that was refused is not among [property@Sysmem.MemoryConstraints:permitted-heaps] of
 * these constraints, a format that was refused not among their formats. Their
 * [property@Sysmem.Constraints:name] says what was refused: given to
 * [method@Sysmem.Client.set_debug_client_info] it shows up in everybody's explanations. Why is in the
 * report.
 *
 * Since: 1.0
 */
struct _SysmemImportReport
{
  GObject parent_instance;

  SysmemConstraints *constraints;
  char **refused_heaps;
  char **refused_formats;
  GVariant *trials;
};

G_DEFINE_FINAL_TYPE (SysmemImportReport, sysmem_import_report, G_TYPE_OBJECT)

static void
sysmem_import_report_finalize (GObject *object)
{
  SysmemImportReport *self = SYSMEM_IMPORT_REPORT (object);

  g_clear_object (&self->constraints);
  g_strfreev (self->refused_heaps);
  g_strfreev (self->refused_formats);
  g_clear_pointer (&self->trials, g_variant_unref);
  G_OBJECT_CLASS (sysmem_import_report_parent_class)->finalize (object);
}

static void
sysmem_import_report_class_init (SysmemImportReportClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sysmem_import_report_finalize;
}

static void
sysmem_import_report_init (SysmemImportReport *self)
{
}

SysmemImportReport *
sysmem_import_report_new (SysmemConstraints *constraints,
                          char **refused_heaps,
                          char **refused_formats,
                          GVariant *trials)
{
  SysmemImportReport *self = g_object_new (SYSMEM_TYPE_IMPORT_REPORT, NULL);

  self->constraints = g_object_ref (constraints);
  self->refused_heaps = refused_heaps;
  self->refused_formats = refused_formats;
  self->trials = g_variant_ref_sink (trials);
  return self;
}

/**
 * sysmem_import_report_get_constraints:
 * @self: a report
 *
 * Gets the constraints that were tried, without what was refused.
 *
 * Returns: (transfer none): constraints of the report's own
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_import_report_get_constraints (SysmemImportReport *self)
{
  g_return_val_if_fail (SYSMEM_IS_IMPORT_REPORT (self), NULL);

  return self->constraints;
}

/**
 * sysmem_import_report_get_refused_heaps:
 * @self: a report
 *
 * Gets the names of the heaps whose buffers the device refused.
 *
 * Returns: (transfer none) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
const char *const *
sysmem_import_report_get_refused_heaps (SysmemImportReport *self)
{
  g_return_val_if_fail (SYSMEM_IS_IMPORT_REPORT (self), NULL);

  return (const char *const *)self->refused_heaps;
}

/**
 * sysmem_import_report_get_refused_formats:
 * @self: a report
 *
 * Gets the pixel formats, with modifier, that the device refused in memory that it takes otherwise.
 *
 * Returns: (transfer none) (array zero-terminated=1): the pixel formats
 *
 * Since: 1.0
 */
const char *const *
sysmem_import_report_get_refused_formats (SysmemImportReport *self)
{
  g_return_val_if_fail (SYSMEM_IS_IMPORT_REPORT (self), NULL);

  return (const char *const *)self->refused_formats;
}

/**
 * sysmem_import_report_to_variant:
 * @self: a report
 *
 * Tells every trial as data.
 *
 * Returns: (transfer full): an `a(ssbs)`: heap, pixel format (empty for raw bytes), whether the
 *   device accepted the buffer, and if not, what it said
 *
 * Since: 1.0
 */
GVariant *
sysmem_import_report_to_variant (SysmemImportReport *self)
{
  g_return_val_if_fail (SYSMEM_IS_IMPORT_REPORT (self), NULL);

  return g_variant_ref (self->trials);
}

char *
sysmem_import_trials_to_string (GVariant *trials, const char *separator)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *heap;
  const char *format;
  const char *reason;
  gboolean accepted;

  g_variant_iter_init (&iter, trials);
  while (g_variant_iter_next (&iter, "(&s&sb&s)", &heap, &format, &accepted, &reason))
    g_ptr_array_add (lines,
                     g_strdup_printf ("%s: %s%s%s%s", heap, format, format[0] != '\0' ? " " : "",
                                      accepted ? "accepted" : "refused: ", reason));
  g_ptr_array_add (lines, NULL);
  return g_strjoinv (separator, (char **)lines->pdata);
}

/**
 * sysmem_import_report_to_string:
 * @self: a report
 *
 * Tells every trial for people, a line for each: `udmabuf: XR24:0x0 refused: importing it: No such
 * device`.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
sysmem_import_report_to_string (SysmemImportReport *self)
{
  g_return_val_if_fail (SYSMEM_IS_IMPORT_REPORT (self), NULL);

  return sysmem_import_trials_to_string (self->trials, "\n");
}
