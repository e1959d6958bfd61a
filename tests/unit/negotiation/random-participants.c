/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "random-participants.h"

#include "common/smc-names.h"

static guint
pick (guint n)
{
  return (guint)g_test_rand_int_range (0, (gint32)n);
}

static gboolean
one_in (guint n)
{
  return pick (n) == 0;
}

#define PICK(array) ((array)[pick (G_N_ELEMENTS (array))])

static guint32
random_usage (void)
{
  static const guint32 usages[] = {
    SMC_USAGE_CPU_READ,        SMC_USAGE_CPU_READ | SMC_USAGE_CPU_WRITE,
    SMC_USAGE_CPU_WRITE_OFTEN, SMC_USAGE_GPU_SAMPLED,
    SMC_USAGE_DISPLAY_LAYER,   SMC_USAGE_VIDEO_ENCODER | SMC_USAGE_CPU_READ,
  };

  return one_in (8) ? SMC_USAGE_NONE : PICK (usages);
}

static char **
random_heaps (void)
{
  static const char *const names[] = { "system", "udmabuf", "dma-heap:cma", "gbm:renderD128",
                                       "nowhere" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint first = pick (G_N_ELEMENTS (names));

  for (guint i = 0; i < 3 || one_in (2); i++)
    g_strv_builder_add (builder, names[(first + i) % G_N_ELEMENTS (names)]);
  return g_strv_builder_end (builder);
}

static void
fill_memory (SmcConstraints *constraints, gboolean heaps)
{
  SmcMemoryConstraints *memory = &constraints->memory;
  gboolean uses_cpu = (constraints->usage & SMC_USAGE_CPU) != 0;

  memory->domains = smc_default_domains (constraints->usage, FALSE);
  if (one_in (3))
    memory->domains |= SMC_DOMAIN_RAM;
  if (one_in (8))
    memory->domains &= ~(guint32)SMC_DOMAIN_CPU;
  if (uses_cpu && (memory->domains & (SMC_DOMAIN_CPU | SMC_DOMAIN_RAM)) == 0)
    memory->domains |= SMC_DOMAIN_RAM;
  if (one_in (3))
    memory->min_size_bytes = pick (9000);
  if (one_in (6))
    memory->max_size_bytes = memory->min_size_bytes + pick (20000);
  memory->physically_contiguous_required = one_in (12);
  memory->dma_buf_required = one_in (10);
  if (heaps && one_in (4))
    memory->permitted_heaps = random_heaps ();
}

static SmcSize
random_size (guint max)
{
  return (SmcSize){ pick (max), pick (max) };
}

static SmcSize
random_power_size (guint max_exponent)
{
  return (SmcSize){ 1u << pick (max_exponent + 1), 1u << pick (max_exponent + 1) };
}

static void
fill_sizes (SmcImageBounds *bounds)
{
  if (one_in (2))
    bounds->min_size = random_size (48);
  if (one_in (3))
    {
      bounds->max_size.width = 64 + pick (64);
      bounds->max_size.height = 64 + pick (64);
    }
  if (one_in (4))
    {
      bounds->has_required_min_size = TRUE;
      bounds->required_min_size = (SmcSize){ 48 + pick (9), 48 + pick (9) };
    }
  if (one_in (3))
    {
      bounds->has_required_max_size = TRUE;
      bounds->required_max_size = (SmcSize){ 1 + pick (60), 1 + pick (60) };
    }
  for (guint i = 0; one_in (2) && i < 3; i++)
    {
      SmcSize size = { 1 + pick (60), 1 + pick (60) };
      if (bounds->required_max_size_list == NULL)
        bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
      g_array_append_val (bounds->required_max_size_list, size);
    }
  if (one_in (8))
    bounds->max_width_times_height = 4000 + pick (8000);
}

static void
fill_rows (SmcImageBounds *bounds)
{
  static const guint32 divisors[] = { 1, 2, 3, 16, 24, 64 };

  if (one_in (2))
    bounds->size_alignment = random_power_size (3);
  if (one_in (4))
    bounds->display_rect_alignment = random_power_size (3);
  if (one_in (3))
    bounds->bytes_per_row_divisor = PICK (divisors);
  if (one_in (4))
    bounds->min_bytes_per_row = pick (300);
  if (one_in (8))
    bounds->max_bytes_per_row = 512 + pick (512);
  if (one_in (4))
    bounds->start_offset_divisor = 1u << pick (8);
  bounds->require_bytes_per_row_at_pixel_boundary = one_in (4);
  if (one_in (4))
    bounds->is_alpha_present = one_in (4) ? SMC_ALPHA_PRESENT : SMC_ALPHA_ABSENT;
  if (one_in (6))
    bounds->pad_beyond_image_size_bytes = pick (9000);
}

/* Lists that are valid in themselves, with color spaces that all their formats can carry. */
static const struct
{
  const char *formats;
  SmcColorSpace color_spaces[2];
} choices[] = {
  { "XR24", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "XR24 AR24 AB24", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "XR24:* RG24", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "XR24:0x0 XR24:0x100000000000001", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "*:0x0", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_REC709 } },
  { "*:0x0 XR24:0x100000000000001", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "*", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_REC709 } },
  { "NV12 XR24", { SMC_COLOR_SPACE_PASSTHROUGH, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "NV12:* P010", { SMC_COLOR_SPACE_REC709, SMC_COLOR_SPACE_PASSTHROUGH } },
  { "XYZ1 XR24", { SMC_COLOR_SPACE_SRGB, SMC_COLOR_SPACE_PASSTHROUGH } },
};

static SmcImageEntry *
random_entry (void)
{
  SmcImageEntry *entry = smc_image_entry_new ();
  guint choice = pick (G_N_ELEMENTS (choices));
  g_auto (GStrv) names = g_strsplit (choices[choice].formats, " ", -1);
  SmcColorSpace any = SMC_COLOR_SPACE_ANY;

  for (guint i = 0; names[i] != NULL; i++)
    {
      SmcPixelFormat format;
      g_assert_true (smc_pixel_format_parse (names[i], TRUE, &format));
      g_array_append_val (entry->pixel_formats, format);
    }
  if (one_in (4))
    g_array_append_val (entry->color_spaces, any);
  else
    for (guint i = 0; i < 2; i++)
      if (i == 0
          || (one_in (2) && choices[choice].color_spaces[0] != choices[choice].color_spaces[1]))
        g_array_append_val (entry->color_spaces, choices[choice].color_spaces[i]);

  fill_sizes (&entry->bounds);
  fill_rows (&entry->bounds);
  if (choice == 0 && one_in (2))
    {
      entry->bounds.max_size.width = MIN (entry->bounds.max_size.width, 128);
      entry->bounds.pad_for_block_size = random_power_size (4);
    }
  return entry;
}

static SmcConstraints *
random_constraints (gboolean heaps)
{
  SmcConstraints *constraints = smc_constraints_new ();

  if (one_in (12))
    return constraints;
  constraints->is_empty = FALSE;
  constraints->usage = random_usage ();
  constraints->min_buffer_count_for_camping = pick (4);
  constraints->min_buffer_count_for_dedicated_slack = one_in (4) ? pick (3) : 0;
  constraints->min_buffer_count_for_shared_slack = one_in (4) ? pick (3) : 0;
  constraints->min_buffer_count = one_in (4) ? pick (8) : 0;
  if (one_in (8))
    constraints->max_buffer_count = 8 + pick (8);
  fill_memory (constraints, heaps);
  if (one_in (4))
    return constraints;

  constraints->image_entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
  g_ptr_array_add (constraints->image_entries, random_entry ());
  return constraints;
}

/* By chance a participant is impossible in itself, for instance where rounding leaves nothing:
 * then there is another one. */
static SmePrepared *
random_prepared (gboolean heaps)
{
  for (;;)
    {
      g_autoptr (SmcConstraints) constraints = random_constraints (heaps);
      SmePrepared *prepared = sme_prepared_new (constraints, NULL);
      if (prepared != NULL)
        return prepared;
    }
}

static void
participant_clear (SmeParticipant *participant)
{
  g_free ((char *)participant->name);
  sme_prepared_unref (participant->prepared);
}

static GArray *
participants_new (guint n_participants, gboolean heaps)
{
  GArray *participants = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));

  g_array_set_clear_func (participants, (GDestroyNotify)participant_clear);
  for (guint i = 0; i < n_participants; i++)
    {
      SmeParticipant participant = {
        .name = g_strdup_printf ("%c", (char)('a' + i)),
        .id = i,
        .prepared = random_prepared (heaps),
      };
      g_array_append_val (participants, participant);
    }
  return participants;
}

GArray *
random_participants_new (guint n_participants)
{
  return participants_new (n_participants, TRUE);
}

GArray *
random_participants_new_heapless (guint n_participants)
{
  return participants_new (n_participants, FALSE);
}
