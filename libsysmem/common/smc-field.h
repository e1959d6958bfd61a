/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A dictionary of the contract and the struct that holds its values, joined by a table: one
 * SmcField for each key, one SmcKind for each sort of value. Reading, writing and telling a value
 * as text all walk the same tables (smc-schema.h), so that no key can be known to one of them only.
 *
 * What an absent key means is not in the tables: a new model struct says it. A field that holds
 * what it holds in a new struct counts as absent, unless it has a flag of its own for that. */

#pragma once

#include "smc-dict.h"
#include "smc-model.h"

G_BEGIN_DECLS

typedef struct _SmcField SmcField;

/* How one sort of value is handled. @member points at the field's value. A dictionary inside a
 * dictionary is read like any value; comparing, writing and describing it is up to whoever owns
 * both tables, hence NULL. */
typedef struct
{
  const char *type; /* GVariant */
  /* @value is of @type. @constraints is what was read of the participant so far. */
  gboolean (*read) (const SmcField *field,
                    GVariant *value,
                    const SmcPath *path,
                    const SmcConstraints *constraints,
                    gpointer member,
                    GError **error);
  gboolean (*equal) (const SmcField *field, gconstpointer a, gconstpointer b);
  /* Returns: (transfer floating) (nullable): NULL leaves the key out. */
  GVariant *(*write) (const SmcField *field, gconstpointer member);
  /* Appends the value as text for a person. */
  void (*describe) (const SmcField *field, gconstpointer member, GString *out);
} SmcKind;

struct _SmcField
{
  const char *key;
  const SmcKind *kind;
  gsize offset;      /* of the value in its struct */
  gsize has_offset;  /* of the gboolean that says whether the key was given; 0: there is none */
  guint32 bit;       /* smc_kind_bit only: which one */
  gboolean required; /* a dictionary without it is refused */
};

/* b, u, t and (uu). */
extern const SmcKind smc_kind_boolean, smc_kind_uint32, smc_kind_uint64, smc_kind_size;
/* b: one bit of a guint32; SmcAlpha. */
extern const SmcKind smc_kind_bit, smc_kind_alpha;
/* as: a guint32 of SmcUsage, a char **, GArrays of SmcPixelFormat and SmcColorSpace. */
extern const SmcKind smc_kind_usage, smc_kind_heaps, smc_kind_pixel_formats, smc_kind_color_spaces;
/* a(uu): a GArray of SmcSize. */
extern const SmcKind smc_kind_sizes;

/* All tables end with a NULL key and have at most this many keys. */
#define SMC_MAX_FIELDS 32

/* Reads @dict, found at @path, into the struct @base. @given gets a bit for each key that was
 * there, by its place in the table. */
gboolean smc_fields_read (const SmcField *fields,
                          GVariant *dict,
                          const SmcPath *path,
                          const SmcConstraints *constraints,
                          gpointer base,
                          guint32 *given,
                          GError **error);

/* Adds the fields of @base to an a{sv}; those that count as absent compared with @neutral are left
 * out. Without a @neutral only flags decide about absence. */
void smc_fields_write (const SmcField *fields,
                       gconstpointer base,
                       gconstpointer neutral,
                       GVariantBuilder *builder);

gboolean smc_field_is_absent (const SmcField *field, gconstpointer base, gconstpointer neutral);
/* Appends the value as text, "absent" if it counts as that. */
void smc_field_describe (const SmcField *field,
                         gconstpointer base,
                         gconstpointer neutral,
                         GString *out);

/* The bit of @key in what smc_fields_read () gives. */
guint32 smc_field_get_mask (const SmcField *fields, const char *key);
/* Returns: (nullable) */
const SmcField *smc_fields_find (const SmcField *fields, const char *key);

G_END_DECLS
