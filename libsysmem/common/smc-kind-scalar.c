/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sorts of values that are one number, flag or size. Their type was checked already, so that
 * reading them cannot fail. */

#include "common/smc-field.h"
#include "common/smc-names.h"

/* b, a gboolean */

static gboolean
read_boolean (const SmcField *field,
              GVariant *value,
              const SmcPath *path,
              const SmcConstraints *constraints,
              gpointer member,
              GError **error)
{
  *(gboolean *)member = g_variant_get_boolean (value);
  return TRUE;
}

static gboolean
equal_booleans (const SmcField *field, gconstpointer a, gconstpointer b)
{
  return !*(const gboolean *)a == !*(const gboolean *)b;
}

static GVariant *
write_boolean (const SmcField *field, gconstpointer member)
{
  return g_variant_new_boolean (*(const gboolean *)member);
}

static void
append_boolean (GString *out, gboolean value)
{
  g_string_append (out, value ? "true" : "false");
}

static void
describe_boolean (const SmcField *field, gconstpointer member, GString *out)
{
  append_boolean (out, *(const gboolean *)member);
}

const SmcKind smc_kind_boolean = { "b", read_boolean, equal_booleans, write_boolean,
                                   describe_boolean };

/* u, a guint32 */

static gboolean
read_uint32 (const SmcField *field,
             GVariant *value,
             const SmcPath *path,
             const SmcConstraints *constraints,
             gpointer member,
             GError **error)
{
  *(guint32 *)member = g_variant_get_uint32 (value);
  return TRUE;
}

static gboolean
equal_uint32s (const SmcField *field, gconstpointer a, gconstpointer b)
{
  return *(const guint32 *)a == *(const guint32 *)b;
}

static GVariant *
write_uint32 (const SmcField *field, gconstpointer member)
{
  return g_variant_new_uint32 (*(const guint32 *)member);
}

static void
describe_uint32 (const SmcField *field, gconstpointer member, GString *out)
{
  g_string_append_printf (out, "%" G_GUINT32_FORMAT, *(const guint32 *)member);
}

const SmcKind smc_kind_uint32 = { "u", read_uint32, equal_uint32s, write_uint32, describe_uint32 };

/* t, a guint64 */

static gboolean
read_uint64 (const SmcField *field,
             GVariant *value,
             const SmcPath *path,
             const SmcConstraints *constraints,
             gpointer member,
             GError **error)
{
  *(guint64 *)member = g_variant_get_uint64 (value);
  return TRUE;
}

static gboolean
equal_uint64s (const SmcField *field, gconstpointer a, gconstpointer b)
{
  return *(const guint64 *)a == *(const guint64 *)b;
}

static GVariant *
write_uint64 (const SmcField *field, gconstpointer member)
{
  return g_variant_new_uint64 (*(const guint64 *)member);
}

static void
describe_uint64 (const SmcField *field, gconstpointer member, GString *out)
{
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, *(const guint64 *)member);
}

const SmcKind smc_kind_uint64 = { "t", read_uint64, equal_uint64s, write_uint64, describe_uint64 };

/* (uu), a SmcSize */

static gboolean
read_size (const SmcField *field,
           GVariant *value,
           const SmcPath *path,
           const SmcConstraints *constraints,
           gpointer member,
           GError **error)
{
  SmcSize *size = member;

  g_variant_get (value, "(uu)", &size->width, &size->height);
  return TRUE;
}

static gboolean
equal_sizes (const SmcField *field, gconstpointer a, gconstpointer b)
{
  const SmcSize *left = a, *right = b;

  return left->width == right->width && left->height == right->height;
}

static GVariant *
write_size (const SmcField *field, gconstpointer member)
{
  const SmcSize *size = member;

  return g_variant_new ("(uu)", size->width, size->height);
}

static void
describe_size (const SmcField *field, gconstpointer member, GString *out)
{
  g_autofree char *text = smc_size_to_string (*(const SmcSize *)member);

  g_string_append (out, text);
}

const SmcKind smc_kind_size = { "(uu)", read_size, equal_sizes, write_size, describe_size };

/* b, one bit of a guint32 */

static gboolean
read_bit (const SmcField *field,
          GVariant *value,
          const SmcPath *path,
          const SmcConstraints *constraints,
          gpointer member,
          GError **error)
{
  guint32 *bits = member;

  if (g_variant_get_boolean (value))
    *bits |= field->bit;
  else
    *bits &= ~field->bit;
  return TRUE;
}

static gboolean
equal_bits (const SmcField *field, gconstpointer a, gconstpointer b)
{
  return ((*(const guint32 *)a ^ *(const guint32 *)b) & field->bit) == 0;
}

static GVariant *
write_bit (const SmcField *field, gconstpointer member)
{
  return g_variant_new_boolean ((*(const guint32 *)member & field->bit) != 0);
}

static void
describe_bit (const SmcField *field, gconstpointer member, GString *out)
{
  append_boolean (out, (*(const guint32 *)member & field->bit) != 0);
}

const SmcKind smc_kind_bit = { "b", read_bit, equal_bits, write_bit, describe_bit };

/* b, a SmcAlpha */

static gboolean
read_alpha (const SmcField *field,
            GVariant *value,
            const SmcPath *path,
            const SmcConstraints *constraints,
            gpointer member,
            GError **error)
{
  *(SmcAlpha *)member = g_variant_get_boolean (value) ? SMC_ALPHA_PRESENT : SMC_ALPHA_ABSENT;
  return TRUE;
}

static gboolean
equal_alphas (const SmcField *field, gconstpointer a, gconstpointer b)
{
  return *(const SmcAlpha *)a == *(const SmcAlpha *)b;
}

static GVariant *
write_alpha (const SmcField *field, gconstpointer member)
{
  SmcAlpha alpha = *(const SmcAlpha *)member;

  return alpha == SMC_ALPHA_UNSAID ? NULL : g_variant_new_boolean (alpha == SMC_ALPHA_PRESENT);
}

static void
describe_alpha (const SmcField *field, gconstpointer member, GString *out)
{
  append_boolean (out, *(const SmcAlpha *)member == SMC_ALPHA_PRESENT);
}

const SmcKind smc_kind_alpha = { "b", read_alpha, equal_alphas, write_alpha, describe_alpha };
