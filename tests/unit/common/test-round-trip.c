/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever model is written, reading it gives an equal model. The models are random; GTest prints
 * the seed and --seed takes it. */

#include "chance.h"
#include "common/smc-format.h"
#include "wire.h"

#define ROUNDS 2000

static gboolean
toss (void)
{
  return g_test_rand_bit ();
}

/* The interesting numbers more often than the others. */
static guint32
random_uint32 (void)
{
  static const guint32 special[] = { 0, 1, 2, 4096, G_MAXUINT32 - 1, G_MAXUINT32 };

  return toss () ? special[g_test_rand_int_range (0, G_N_ELEMENTS (special))]
                 : (guint32)g_test_rand_int ();
}

static guint64
random_uint64 (void)
{
  guint64 high = random_uint32 ();

  return toss () ? high : (high << 32) | random_uint32 ();
}

static SmcSize
random_size (void)
{
  return (SmcSize){ random_uint32 (), random_uint32 () };
}

static guint32
random_fourcc (void)
{
  const SmcFormatInfo *info = smc_format_nth ((guint)g_test_rand_int_range (0, 100));
  guint32 fourcc = 0;

  if (info != NULL)
    return info->fourcc;
  for (guint i = 0; i < 4; i++)
    fourcc = (fourcc << 8) | (guint32) "ABXYZ012"[g_test_rand_int_range (0, 8)];
  return fourcc;
}

static SmcPixelFormat
random_pixel_format (void)
{
  SmcPixelFormat format = { .any_fourcc = toss (), .any_modifier = toss () };

  if (!format.any_fourcc)
    format.fourcc = random_fourcc ();
  if (!format.any_modifier)
    format.modifier = random_uint64 ();
  return format;
}

static void
randomize_bounds (SmcImageBounds *bounds)
{
  bounds->min_size = random_size ();
  bounds->max_size = random_size ();
  bounds->min_bytes_per_row = random_uint32 ();
  bounds->max_bytes_per_row = random_uint32 ();
  bounds->max_width_times_height = random_uint64 ();
  bounds->size_alignment = random_size ();
  bounds->display_rect_alignment = random_size ();
  bounds->has_required_min_size = toss ();
  if (bounds->has_required_min_size)
    bounds->required_min_size = random_size ();
  bounds->has_required_max_size = toss ();
  if (bounds->has_required_max_size)
    bounds->required_max_size = random_size ();
  bounds->bytes_per_row_divisor = random_uint32 ();
  bounds->start_offset_divisor = random_uint32 ();
  bounds->require_bytes_per_row_at_pixel_boundary = toss ();
  bounds->is_alpha_present = (SmcAlpha)g_test_rand_int_range (0, 3);
  bounds->pad_for_block_size = random_size ();
  bounds->pad_beyond_image_size_bytes = random_uint64 ();

  bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
  for (gint n = g_test_rand_int_range (0, 5); n > 0; n--)
    {
      SmcSize size = random_size ();
      g_array_append_val (bounds->required_max_size_list, size);
    }
}

static SmcImageEntry *
random_entry (void)
{
  SmcImageEntry *entry = smc_image_entry_new ();

  for (gint n = g_test_rand_int_range (0, 5); n > 0; n--)
    {
      SmcPixelFormat format = random_pixel_format ();
      g_array_append_val (entry->pixel_formats, format);
    }
  for (gint n = g_test_rand_int_range (0, 5); n > 0; n--)
    {
      SmcColorSpace color_space = (SmcColorSpace)g_test_rand_int_range (0, SMC_COLOR_SPACE_ANY + 1);
      g_array_append_val (entry->color_spaces, color_space);
    }
  if (toss ())
    randomize_bounds (&entry->bounds);
  return entry;
}

static void
randomize_memory (SmcMemoryConstraints *memory)
{
  static const char *const heaps[] = { "system", "", "dma-heap:a b", "größer", NULL };

  memory->min_size_bytes = random_uint64 ();
  memory->max_size_bytes = random_uint64 ();
  memory->physically_contiguous_required = toss ();
  memory->secure_required = toss ();
  memory->domains = (guint32)g_test_rand_int_range (0, 8);
  if (toss ())
    memory->permitted_heaps = g_strdupv ((char **)heaps + g_test_rand_int_range (0, 5));
  memory->has_min_physical_base_alignment = toss ();
  if (memory->has_min_physical_base_alignment)
    memory->min_physical_base_alignment = random_uint64 ();
  memory->dma_buf_required = toss ();
}

static SmcConstraints *
random_constraints (void)
{
  SmcConstraints *constraints = smc_constraints_new ();

  if (g_test_rand_int_range (0, 50) == 0)
    return constraints;

  constraints->is_empty = FALSE;
  constraints->usage = (guint32)g_test_rand_int () & SMC_USAGE_ALL;
  constraints->min_buffer_count_for_camping = random_uint32 ();
  constraints->min_buffer_count_for_dedicated_slack = random_uint32 ();
  constraints->min_buffer_count_for_shared_slack = random_uint32 ();
  constraints->min_buffer_count = random_uint32 ();
  constraints->max_buffer_count = random_uint32 ();
  if (toss ())
    randomize_memory (&constraints->memory);
  if (toss ())
    {
      constraints->image_entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
      for (gint n = g_test_rand_int_range (0, 4); n > 0; n--)
        g_ptr_array_add (constraints->image_entries, random_entry ());
    }
  return constraints;
}

static SmcConstraints *
decode (GVariant *dict)
{
  g_autoptr (GError) error = NULL;
  SmcConstraints *constraints = smc_constraints_from_variant (dict, &error);

  g_assert_no_error (error);
  return constraints;
}

/* As a client on the other side of a socket would: from bytes that nobody vouches for. */
static GVariant *
resend (GVariant *dict)
{
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (dict);

  return g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (dict), bytes, FALSE));
}

static void
test_models (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (SmcConstraints) sent = random_constraints ();
      g_autoptr (GVariant) dict = g_variant_ref_sink (smc_constraints_to_variant (sent));
      g_autoptr (GVariant) resent = resend (dict);
      g_autoptr (SmcConstraints) received = decode (dict);
      g_autoptr (SmcConstraints) received_again = decode (resent);

      g_assert_true (smc_constraints_equal (sent, received));
      g_assert_true (smc_constraints_equal (sent, received_again));
    }
}

/* A copy is equal, shares nothing, and is written the same. */
static void
test_copies (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      SmcConstraints *original = random_constraints ();
      g_autoptr (GVariant) before = g_variant_ref_sink (smc_constraints_to_variant (original));
      g_autoptr (SmcConstraints) copy = smc_constraints_copy (original);

      g_assert_true (smc_constraints_equal (original, copy));
      smc_constraints_free (original);
      g_autoptr (GVariant) after = g_variant_ref_sink (smc_constraints_to_variant (copy));
      g_assert_cmpvariant (before, after);
    }
}

/* What an absent key would mean is not written. */
static void
test_neutral_values_are_left_out (void)
{
  static const char *const texts[] = {
    "{'usage': <['cpu-read']>}",
    "{'usage': <['none']>, 'image_format_constraints': "
    "<[{'pixel_formats': <['NV12:*']>, 'color_spaces': <['*']>}]>}",
    "{'usage': <['gpu-sampled']>, 'buffer_memory_constraints': <{'secure_required': <true>}>}",
    "{'usage': <['cpu-read']>, 'buffer_memory_constraints': <{'ram_domain_supported': <true>}>}",
    "{'usage': <['cpu-read']>, 'buffer_memory_constraints': <{'permitted_heaps': <@as []>}>}",
    "@a{sv} {}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) expected = wire_parse (texts[i]);
      g_autoptr (SmcConstraints) constraints = wire_decode (texts[i]);
      g_autoptr (GVariant) written = g_variant_ref_sink (smc_constraints_to_variant (constraints));

      g_assert_cmpvariant (written, expected);
    }
}

int
main (int argc, char **argv)
{
  chance_test_init (&argc, &argv);

  g_test_add_func ("/common/round-trip/models", test_models);
  g_test_add_func ("/common/round-trip/copies", test_copies);
  g_test_add_func ("/common/round-trip/neutral-values-are-left-out",
                   test_neutral_values_are_left_out);

  return g_test_run ();
}
