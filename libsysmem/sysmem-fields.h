/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects whose properties are the keys of one of the contract's dictionaries. The properties are
 * made from the tables that the codec reads (common/smc-schema.h), so that a key added there is a
 * property here: "min_buffer_count" of type u becomes "min-buffer-count", a guint. What was not set
 * counts as not said. */

#pragma once

#include "common/smc-schema.h"
#include <glib-object.h>

G_BEGIN_DECLS

/* The value of each field as the contract spells it, by its place in the table; NULL: not said. */
typedef struct
{
  GVariant *values[SMC_MAX_FIELDS];
} SysmemFields;

/* One property for each field of @fields but those whose value is a dictionary, numbered from 1 by
 * their place in the table. @neutral is a struct that says nothing: the properties' defaults. */
void sysmem_fields_install (GObjectClass *class, const SmcField *fields, gconstpointer neutral);
void sysmem_fields_get (const SysmemFields *self, guint id, GValue *value, GParamSpec *pspec);
void sysmem_fields_set (SysmemFields *self, const SmcField *fields, guint id, const GValue *value);
void sysmem_fields_clear (SysmemFields *self);

/* Adds what was said to an a{sv}. */
void sysmem_fields_add (const SysmemFields *self, const SmcField *fields, GVariantDict *dict);
/* Takes over what @dict, which the codec has accepted, says. */
void sysmem_fields_read (SysmemFields *self, const SmcField *fields, GVariant *dict);

G_END_DECLS
