/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-import-report.h"

G_BEGIN_DECLS

/* The type of what sysmem_import_report_to_variant () returns. */
#define SYSMEM_IMPORT_TRIALS_TYPE "a(ssbs)"

/* What is left of the constraints, what was dropped, and every trial: a SYSMEM_IMPORT_TRIALS_TYPE.
 * Takes the lists; @trials may be floating. */
SysmemImportReport *sysmem_import_report_new (SysmemConstraints *constraints,
                                              char **refused_heaps,
                                              char **refused_formats,
                                              GVariant *trials);

/* What came of each trial, for people. */
char *sysmem_import_trials_to_string (GVariant *trials, const char *separator);

G_END_DECLS
