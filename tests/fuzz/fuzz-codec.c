/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a constraints dictionary. Oracle: decoding gives a model or an error, never both,
 * never neither; an error says something a person can read; a model survives being written and read
 * again, and every field of it can be told as text. */

#include "common/smc-codec.h"
#include "fuzz.h"
#include "sentence.h"

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == SYSMEM_ERROR);
  g_assert_true (error->code == SYSMEM_ERROR_PROTOCOL_DEVIATION
                 || error->code == SYSMEM_ERROR_LIMIT_EXCEEDED);
  sentence_check (error->message);
}

static void
check_model (const SmcConstraints *constraints)
{
  g_autoptr (GVariant) written = g_variant_ref_sink (smc_constraints_to_variant (constraints));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcConstraints) again = smc_constraints_from_variant (written, &error);

  g_assert_no_error (error);
  g_assert_true (smc_constraints_equal (constraints, again));

  GVariantIter iter;
  const char *key;
  g_variant_iter_init (&iter, written);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    {
      g_autofree char *text = smc_constraints_field_to_string (constraints, key);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) dict =
    g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &error);

  if (constraints == NULL)
    check_error (error);
  else
    {
      g_assert_no_error (error);
      check_model (constraints);
    }
  return 0;
}
