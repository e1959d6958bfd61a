/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was agreed on, for people. */

#pragma once

#include "ctl-table.h"

G_BEGIN_DECLS

/* A table of two columns without a heading: what, and what it is. */
CtlTable *ctl_facts_new (void);
/* Rows of @settings: the info of the D-Bus contract from size_bytes on. */
void ctl_facts_add_settings (CtlTable *facts, GVariant *settings, guint64 buffer_count);

G_END_DECLS
