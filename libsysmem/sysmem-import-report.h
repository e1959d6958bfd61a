/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-constraints.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_IMPORT_REPORT (sysmem_import_report_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemImportReport, sysmem_import_report, SYSMEM, IMPORT_REPORT, GObject)

SYSMEM_EXPORT SysmemConstraints *sysmem_import_report_get_constraints (SysmemImportReport *self);
SYSMEM_EXPORT const char *const *sysmem_import_report_get_refused_heaps (SysmemImportReport *self);
SYSMEM_EXPORT const char *const *sysmem_import_report_get_refused_formats (
  SysmemImportReport *self);
SYSMEM_EXPORT GVariant *sysmem_import_report_to_variant (SysmemImportReport *self);
SYSMEM_EXPORT char *sysmem_import_report_to_string (SysmemImportReport *self);

G_END_DECLS
