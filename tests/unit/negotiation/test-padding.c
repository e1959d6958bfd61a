/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7.5, 6: raw_size_bytes and block padding. Numbers worked out by hand, and a comparison with
 * every image that could be put into a buffer. */

#include "case.h"
#include "chance.h"

#define XR24(inside) ONE_BUFFER ", " IMAGES (IMAGE ("'XR24'", "'srgb'", inside))
#define SIZES(size, raw) "'size_bytes': " U64 (size) ", 'raw_size_bytes': " U64 (raw)
#define MIN_SIZE(w, h) ", 'min_size': " SIZE_2D (w, h)
#define MAX_SIZE(w, h) ", 'max_size': " SIZE_2D (w, h)
#define BLOCKS(w, h) ", 'pad_for_block_size': " SIZE_2D (w, h)

static const CaseRow rows[] = {
  { "/padding/none-rounds-to-pages", { XR24 (MIN_SIZE (32, 32)) }, SIZES (4096, 4096), NULL },
  { "/padding/one-byte-beyond-takes-a-page",
    { XR24 (MIN_SIZE (32, 32) ", 'pad_beyond_image_size_bytes': " U64 (1)) },
    SIZES (4096, 8192),
    NULL },
  { "/padding/127-a-page-beyond-is-provided",
    { XR24 (MIN_SIZE (464, 450) ", 'pad_beyond_image_size_bytes': " U64 (4096)), ONE_BUFFER },
    SIZES (835200, 839680),
    NULL },
  { "/padding/beyond-counts-from-size-bytes",
    { XR24 (MIN_SIZE (32, 32) ", 'pad_beyond_image_size_bytes': " U64 (1)),
      ONE_BUFFER ", " BYTES (8192) },
    SIZES (8192, 12288),
    NULL },
  { "/padding/beyond-does-not-fit",
    { XR24 (MIN_SIZE (32, 32) ", 'pad_beyond_image_size_bytes': " U64 (18446744073709551615)) },
    "'error': <'ConstraintsIntersectionEmpty'>, "
    "'field': <'image_format_constraints.pad_beyond_image_size_bytes'>",
    NULL },
  /* Whole blocks side by side need longer rows, not more of them. */
  { "/padding/wide-blocks-are-in-the-rows",
    { XR24 (MIN_SIZE (33, 32) BLOCKS (16, 1)) },
    SIZES (6144, 8192),
    NULL },
  /* 4096 bytes: one row of 1024 pixels, padded to 4. H2 = 5: 204 pixels, 816 bytes, 5 rows to 8. */
  { "/padding/the-lowest-image-is-the-worst",
    { XR24 (MIN_SIZE (4, 1) MAX_SIZE (4096, 4096) BLOCKS (1, 4)), ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 16384),
    NULL },
  /* H1 = 4 is whole blocks already. H2 = 5: 816 bytes, 3 rows more: 2448. */
  { "/padding/the-next-row-of-blocks-is-the-worst",
    { XR24 (MIN_SIZE (4, 4) MAX_SIZE (4096, 4096) BLOCKS (1, 4)), ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 8192),
    NULL },
  /* H2 = 8 is the first multiple of 8 past 4, and whole blocks: nothing is missing. */
  { "/padding/aligned-heights-are-whole-blocks",
    { XR24 (MIN_SIZE (4, 8) MAX_SIZE (4096, 4096) ", 'size_alignment': " SIZE_2D (1, 8)
              BLOCKS (1, 4)),
      ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 4096),
    NULL },
  /* max_size.width 16: 64 bytes; H1 = 1: 3 rows more. */
  { "/padding/max-size-bounds-the-width",
    { XR24 (MIN_SIZE (4, 1) MAX_SIZE (16, 4096) BLOCKS (1, 4)), ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 8192),
    NULL },
  { "/padding/max-bytes-per-row-bounds-the-width",
    { XR24 (MIN_SIZE (4, 1) MAX_SIZE (4096, 4096) ", 'max_bytes_per_row': " U32 (1364)
              BLOCKS (1, 4)),
      ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 8192),
    NULL },
  /* max_size.height 4: no image enters the second row of blocks. */
  { "/padding/max-size-bounds-the-height",
    { XR24 (MIN_SIZE (4, 4) MAX_SIZE (4096, 4) BLOCKS (1, 4)), ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 4096),
    NULL },
  /* Five rows of at least 1024 pixels do not fit into 4096 bytes. */
  { "/padding/heights-that-do-not-fit-do-not-count",
    { XR24 (MIN_SIZE (1024, 1) MAX_SIZE (1024, 4096) BLOCKS (1, 4)), ONE_BUFFER },
    SIZES (4096, 16384),
    NULL },
  /* H1 is whole blocks; in H2 = 5 rows there is room for 819 pixels, and images are 1024 wide. */
  { "/padding/heights-whose-images-are-too-narrow-do-not-count",
    { XR24 (MIN_SIZE (1024, 4) MAX_SIZE (1024, 4096) BLOCKS (1, 4)), ONE_BUFFER },
    SIZES (16384, 16384),
    NULL },
  /* H2 = 5: 204 pixels fit, in rows of 1024 bytes all the same; 3 rows more. */
  { "/padding/rows-are-at-least-min-bytes-per-row",
    { XR24 (MIN_SIZE (4, 4) MAX_SIZE (4096, 4096)
              BLOCKS (1, 4) ", 'min_bytes_per_row': " U32 (1024)),
      ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 8192),
    NULL },
  { "/padding/the-larger-of-both-paddings",
    { XR24 (MIN_SIZE (4, 1) MAX_SIZE (16, 4096)
              BLOCKS (1, 4) ", 'pad_beyond_image_size_bytes': " U64 (5000)),
      ONE_BUFFER ", " BYTES (4096) },
    SIZES (4096, 12288),
    NULL },
  { "/padding/high-blocks-do-not-overflow",
    { XR24 (MIN_SIZE (1, 1) MAX_SIZE (4294967294, 4294967294) BLOCKS (1, 2147483648)) },
    "'size_bytes': " U64 (4) ", 'raw_size_bytes': <uint64 8589934592>",
    "'policy': <{'max_buffer_size': <uint64 18446744073709551615>, "
    "'max_collection_size': <uint64 18446744073709551615>}>" },
};

/* Every image against the formula */

#define N_ROUNDS 400

static guint32
random_power (guint32 max_exponent)
{
  return 1u << g_test_rand_int_range (0, (gint32)max_exponent + 1);
}

static char *
random_constraints (void)
{
  SmcSize min = { (guint32)g_test_rand_int_range (1, 12), (guint32)g_test_rand_int_range (1, 12) };
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, ONE_BUFFER ", " MEMORY ("'min_size_bytes': <uint64 %d>") ", ",
                          g_test_rand_int_range (1, 3000));
  g_string_append_printf (
    text,
    "'image_format_constraints': <[{'pixel_formats': <['%s']>, 'color_spaces': <['srgb']>, "
    "'min_size': <(uint32 %u, uint32 %u)>, 'max_size': <(uint32 %u, uint32 %u)>, "
    "'size_alignment': <(uint32 %u, uint32 %u)>, 'pad_for_block_size': <(uint32 %u, uint32 %u)>, "
    "'bytes_per_row_divisor': <uint32 %d>, 'min_bytes_per_row': <uint32 %d>}]>",
    g_test_rand_bit () ? "XR24" : "R8", min.width, min.height,
    min.width + (guint32)g_test_rand_int_range (32, 80),
    min.height + (guint32)g_test_rand_int_range (16, 80), random_power (3), random_power (3),
    random_power (3), random_power (4), g_test_rand_int_range (1, 40),
    g_test_rand_int_range (0, 60));
  return g_string_free (text, FALSE);
}

static guint64
round_up (guint64 value, guint64 multiple)
{
  return (value + multiple - 1) / multiple * multiple;
}

static guint64
row_of (const SmcImage *image, guint64 width)
{
  guint64 pixel_bytes = (image->pixel_format.fourcc & 0xff) == 'X' ? 4 : 1; /* or R8 */

  return round_up (MAX (width * pixel_bytes, image->bounds.min_bytes_per_row),
                   image->bounds.bytes_per_row_divisor);
}

static void
check_every_image (const SmcSettings *settings)
{
  const SmcImage *image = settings->image;
  const SmcImageBounds *bounds = &image->bounds;

  for (guint64 w = bounds->min_size.width; w <= bounds->max_size.width;
       w += bounds->size_alignment.width)
    for (guint64 h = bounds->min_size.height; h <= bounds->max_size.height;
         h += bounds->size_alignment.height)
      {
        guint64 blocks_row = row_of (image, round_up (w, bounds->pad_for_block_size.width));
        guint64 blocks = blocks_row * round_up (h, bounds->pad_for_block_size.height);
        if (row_of (image, w) * h <= settings->size_bytes)
          g_assert_cmpuint (blocks, <=, settings->raw_size_bytes);
      }
}

static void
test_every_image (void)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autofree char *constraints = random_constraints ();
      CaseRow row = { "random", { constraints }, "", NULL };
      g_autoptr (GVariant) description = case_row_build (&row);
      g_autoptr (Case) negotiation = case_new (description);
      g_autoptr (SmeTrail) trail = sme_trail_new ();
      g_autoptr (SmcSettings) settings = NULL;
      g_autoptr (GError) error = NULL;

      negotiation->policy->page_size = 1; /* or pages would hide what is missing */
      sme_negotiate ((const SmeParticipant *)negotiation->participants->data,
                     negotiation->participants->len, negotiation->policy, NULL, trail, &settings,
                     &error);
      g_assert_no_error (error);
      check_every_image (settings);
    }
}

int
main (int argc, char **argv)
{
  chance_test_init (&argc, &argv);

  case_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add_func ("/padding/every-image-fits-in-whole-blocks", test_every_image);

  return g_test_run ();
}
