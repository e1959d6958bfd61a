/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.3, after merging, and §7.5, the size that comes of it. */

#include "case.h"

#define FAILS(field) "'error': <'ConstraintsIntersectionEmpty'>, 'field': <'" field "'>"
#define IMG "image_format_constraints."
#define IMAGE_IS(inside) "'image_format_constraints': <{" inside "}>"
#define SIZE_IS(n) "'size_bytes': " U64 (n)
#define ANY(inside) ONE_BUFFER ", " IMAGES (IMAGE ("'*'", "'*'", inside))
#define XR24(inside) ONE_BUFFER ", " IMAGES (IMAGE ("'XR24'", "'srgb'", inside))
#define AB24(inside) ONE_BUFFER ", " IMAGES (IMAGE ("'AB24'", "'srgb'", inside))
#define NV12(inside) ONE_BUFFER ", " IMAGES (IMAGE ("'NV12'", "'rec709'", inside))
#define RG24(inside) ONE_BUFFER ", " IMAGES (IMAGE ("'RG24'", "'srgb'", inside))
#undef MIN
#define MIN(w, h) ", 'min_size': " SIZE_2D (w, h)
#define LIST(sizes) ", 'required_max_size_list': <@a(uu) [" sizes "]>"

static const CaseRow rows[] = {
  /* required sizes */
  { "/after-merge/required-max-joins-the-list",
    { XR24 (MIN (1, 1) ", 'required_max_size': " SIZE_2D (64, 32) LIST ("(32, 64)")) },
    IMAGE_IS ("'required_max_size_list': <[(uint32 32, uint32 64), (64, 32)]>"),
    NULL },
  { "/after-merge/021-required-max-alone",
    { NV12 (MIN (256, 256) ", 'min_bytes_per_row': " U32 (256) ", 'required_max_size': " SIZE_2D (
      512, 1024)) },
    IMAGE_IS ("'required_max_size_list': <[(uint32 512, uint32 1024)]>") ", " SIZE_IS (786432),
    NULL },
  { "/after-merge/covered-sizes-drop",
    { XR24 (MIN (1, 1) LIST ("(64, 32), (64, 16), (32, 32), (64, 32)")) },
    IMAGE_IS ("'required_max_size_list': <[(uint32 64, uint32 32)]>"),
    NULL },
  { "/after-merge/023-sizes-that-do-not-cover-each-other-stay-apart",
    { NV12 (", 'bytes_per_row_divisor': " U32 (512) LIST ("(500, 1000), (1000, 500)")) },
    IMAGE_IS ("'required_max_size_list': <[(uint32 500, uint32 1000), (1000, 500)]>") ", " SIZE_IS (
      768000),
    NULL },
  { "/after-merge/sizes-of-two-participants-cover-each-other",
    { XR24 (LIST ("(64, 32)")), XR24 (LIST ("(128, 32)")) },
    IMAGE_IS ("'required_max_size_list': <[(uint32 128, uint32 32)]>"),
    NULL },
  /* what the format needs */
  { "/after-merge/alignment-of-chroma",
    { NV12 (MIN (3, 3)) },
    IMAGE_IS ("'size_alignment': " SIZE_2D (2, 2) MIN (4, 4)),
    NULL },
  { "/after-merge/alignment-of-half-chroma",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'NV16'", "'rec709'", MIN (3, 3))) },
    IMAGE_IS ("'size_alignment': " SIZE_2D (2, 1) MIN (4, 3)),
    NULL },
  { "/after-merge/alignment-once-the-format-is-certain",
    { ANY (MIN (3, 3)), NV12 ("") },
    IMAGE_IS ("'size_alignment': " SIZE_2D (2, 2) MIN (4, 4)),
    NULL },
  { "/after-merge/maxima-are-rounded-down",
    { NV12 (MIN (2, 2) ", 'max_size': " SIZE_2D (9, 9)) },
    IMAGE_IS ("'max_size': " SIZE_2D (8, 8)),
    NULL },
  { "/after-merge/no-maximum-stays-none",
    { NV12 (MIN (2, 2) ", 'max_size': " SIZE_2D (4294967295, 9)) },
    IMAGE_IS ("'max_size': " SIZE_2D (4294967295, 8)),
    NULL },
  { "/after-merge/max-row-is-rounded-down",
    { XR24 (
      MIN (1, 1) ", 'max_bytes_per_row': " U32 (1000) ", 'bytes_per_row_divisor': " U32 (64)) },
    IMAGE_IS ("'max_bytes_per_row': " U32 (960)),
    NULL },
  { "/after-merge/rows-of-whole-tiles",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'AB24:0x100000000000001'",
                                     "'srgb'",
                                     MIN (64, 64) ", 'bytes_per_row_divisor': " U32 (1000))) },
    IMAGE_IS ("'bytes_per_row_divisor': " U32 (64000) ", 'min_bytes_per_row': " U32 (64000)),
    NULL },
  { "/after-merge/a-required-min-size-that-others-cannot-have",
    { XR24 (MIN (1, 1) ", 'required_min_size': " SIZE_2D (9, 9)),
      XR24 (", 'max_size': " SIZE_2D (8, 8)) },
    "'error': <'ConstraintsIntersectionEmpty'>, "
    "'field': <'image_format_constraints.required_min_size'>, "
    "'values': <['9x9', 'max_size 8x8']>",
    NULL },
  { "/after-merge/divisor-of-samples",
    { XR24 (MIN (1, 1) ", 'bytes_per_row_divisor': " U32 (6)) },
    IMAGE_IS ("'bytes_per_row_divisor': " U32 (12)),
    NULL },
  { "/after-merge/divisor-of-10-bit-samples",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'P010'", "'rec709'", MIN (2, 2))) },
    IMAGE_IS ("'bytes_per_row_divisor': " U32 (4) ", 'start_offset_divisor': " U32 (4)),
    NULL },
  { "/after-merge/115-no-pixel-boundary",
    { RG24 (MIN (64, 64) ", 'bytes_per_row_divisor': " U32 (4)) },
    IMAGE_IS (
      "'bytes_per_row_divisor': " U32 (4) ", 'require_bytes_per_row_at_pixel_boundary': <false>"),
    NULL },
  { "/after-merge/115-pixel-boundary",
    { RG24 (MIN (64, 64) ", 'bytes_per_row_divisor': " U32 (
      4) ", 'require_bytes_per_row_at_pixel_boundary': <true>") },
    IMAGE_IS (
      "'bytes_per_row_divisor': " U32 (12) ", 'require_bytes_per_row_at_pixel_boundary': <true>"),
    NULL },
  { "/after-merge/pixel-boundary-does-not-fit",
    { RG24 (MIN (1, 1) ", 'bytes_per_row_divisor': " U32 (
      4294967291) ", 'require_bytes_per_row_at_pixel_boundary': <true>") },
    FAILS (IMG "bytes_per_row_divisor"),
    NULL },
  { "/after-merge/start-offset-of-samples",
    { XR24 (MIN (1, 1) ", 'start_offset_divisor': " U32 (1)) },
    IMAGE_IS ("'start_offset_divisor': " U32 (4)),
    NULL },
  { "/after-merge/025-row-of-the-smallest-width",
    { AB24 (
      MIN (254, 256) ", 'min_bytes_per_row': " U32 (256) ", 'bytes_per_row_divisor': " U32 (64)) },
    IMAGE_IS ("'min_bytes_per_row': " U32 (1024)),
    NULL },
  { "/after-merge/larger-min-row-stays",
    { AB24 (
      MIN (1, 1) ", 'min_bytes_per_row': " U32 (250) ", 'bytes_per_row_divisor': " U32 (64)) },
    IMAGE_IS ("'min_bytes_per_row': " U32 (256)),
    NULL },
  { "/after-merge/row-of-the-smallest-width-does-not-fit",
    { XR24 (MIN (2147483648, 1)) },
    FAILS (IMG "min_bytes_per_row"),
    NULL },
  { "/after-merge/row-of-a-tiled-image",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24:0x100000000000001'", "'srgb'", MIN (1, 1))) },
    IMAGE_IS ("'min_bytes_per_row': " U32 (512)) ", " SIZE_IS (4096),
    NULL },
  /* the rules of 6.1 again */
  { "/after-merge/min-size-above-max-size",
    { XR24 (MIN (1920, 1080)), XR24 (", 'max_size': " SIZE_2D (640, 480)) },
    FAILS (
      IMG "max_size") ", 'parties': <['a', 'b']>, 'values': <['min_size 1920x1080', '640x480']>, "
                      "'message': <'XR24:0x0: min_size 1920x1080 does not fit in max_size 640x480: "
                      "a says min_size 1920x1080; b says max_size 640x480'>",
    NULL },
  { "/after-merge/min-size-at-max-size",
    { XR24 (MIN (640, 480)), XR24 (", 'max_size': " SIZE_2D (640, 480)) },
    SIZE_IS (1228800),
    NULL },
  { "/after-merge/alignment-of-one-past-max-size-of-the-other",
    { XR24 (MIN (9, 1) ", 'size_alignment': " SIZE_2D (16, 1)),
      XR24 (", 'max_size': " SIZE_2D (15, 15)) },
    FAILS (IMG "max_size"),
    NULL },
  { "/after-merge/min-row-above-max-row",
    { XR24 (MIN (1, 1) ", 'min_bytes_per_row': " U32 (128)),
      XR24 (", 'max_bytes_per_row': " U32 (64)) },
    FAILS (IMG "max_bytes_per_row"),
    NULL },
  { "/after-merge/area-above-its-maximum",
    { XR24 (MIN (10, 10)), XR24 (", 'max_width_times_height': " U64 (99)) },
    FAILS (IMG "max_width_times_height"),
    NULL },
  { "/after-merge/area-of-two-does-not-fit-32-bits",
    { XR24 (MIN (65536, 1)), XR24 (MIN (1, 65536)) },
    FAILS (IMG "max_width_times_height"),
    NULL },
  { "/after-merge/required-min-below-min-size",
    { XR24 (", 'required_min_size': " SIZE_2D (4, 4)), XR24 (MIN (8, 8)) },
    FAILS (IMG "required_min_size"),
    NULL },
  { "/after-merge/required-max-above-max-size",
    { XR24 (", 'required_max_size': " SIZE_2D (64, 64)), XR24 (", 'max_size': " SIZE_2D (32, 64)) },
    FAILS (IMG "required_max_size_list"),
    NULL },
  { "/after-merge/any-color-space-of-a-format-that-has-others",
    { ANY (MIN (8, 8)), XR24 ("") },
    IMAGE_IS ("'color_space': <'srgb'>"),
    NULL },
  { "/after-merge/one-format-breaks-a-rule-another-stays",
    { ONE_BUFFER ", " IMAGES (
        IMAGE ("'XR24'", "'srgb'", MIN (64, 64)) ", " IMAGE ("'AB24'", "'srgb'", MIN (8, 8))),
      ONE_BUFFER
      ", " IMAGES (IMAGE ("'XR24', 'AB24'", "'srgb'", ", 'max_size': " SIZE_2D (16, 16))) },
    IMAGE_IS ("'pixel_format': <'AB24:0x0'>") ", 'rejected': <[('pixel-format', 'XR24:0x0')]>, "
                                              "'reasons': <['min_size 64x64 does not fit in "
                                              "max_size 16x16']>",
    NULL },
  /* somebody must pin them */
  { "/after-merge/073-any-format-alone",
    { ANY (MIN (8, 8)) },
    FAILS (IMG "pixel_formats") ", 'parties': <['a']>",
    NULL },
  { "/after-merge/073-any-format-twice",
    { ANY (MIN (8, 8)), ANY ("") },
    FAILS (IMG "pixel_formats") ", 'parties': <['a', 'b']>",
    NULL },
  { "/after-merge/any-modifier-twice",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24:*'", "'srgb'", MIN (8, 8))),
      ONE_BUFFER ", " IMAGES (IMAGE ("'XR24:*'", "'srgb'", "")) },
    FAILS (IMG "pixel_formats"),
    NULL },
  { "/after-merge/any-color-space-twice",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24'", "'*'", MIN (8, 8))), ANY ("") },
    FAILS (IMG "color_spaces") ", 'parties': <['a', 'b']>",
    NULL },
  { "/after-merge/one-format-is-pinned-another-is-not",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24:*', 'AB24'", "'srgb'", MIN (8, 8))) },
    IMAGE_IS ("'pixel_format': <'AB24:0x0'>") ", 'rejected': <[('pixel-format', 'XR24:*')]>",
    NULL },
  /* the best color space */
  { "/after-merge/013-color-space-ranking",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'NV12'", "'rec601-pal', 'rec601-pal-full', 'rec709'", MIN (8, 8))),
      ONE_BUFFER ", " IMAGES (IMAGE ("'NV12'", "'rec601-pal-full', 'rec709'", "")) },
    IMAGE_IS ("'color_space': <'rec709'>"),
    NULL },
  { "/after-merge/color-space-rec2100-first",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'P010'", "'passthrough', 'rec709', 'rec2020', 'rec2100'", MIN (8, 8))) },
    IMAGE_IS ("'color_space': <'rec2100'>"),
    NULL },
  { "/after-merge/color-space-full-range-before-narrow",
    { ONE_BUFFER ", " IMAGES (
      IMAGE ("'NV12'", "'rec601-ntsc', 'rec601-ntsc-full', 'rec601-pal'", MIN (8, 8))) },
    IMAGE_IS ("'color_space': <'rec601-pal'>"),
    NULL },
  { "/after-merge/color-space-passthrough-last",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24'", "'passthrough', 'srgb'", MIN (8, 8))) },
    IMAGE_IS ("'color_space': <'srgb'>"),
    NULL },
  /* size */
  { "/size/is-not-rounded-to-pages",
    { ONE_BUFFER ", " BYTES (65535) },
    SIZE_IS (65535) ", 'raw_size_bytes': " U64 (65536),
    NULL },
  { "/size/min-size-bytes-above-the-image",
    { XR24 (MIN (8, 8)), ONE_BUFFER ", " BYTES (1000) },
    SIZE_IS (1000),
    NULL },
  { "/size/min-size-alone", { NV12 (MIN (640, 480)) }, SIZE_IS (460800), NULL },
  { "/size/041-required-size",
    { NV12 (", 'required_max_size': " SIZE_2D (512, 1024)) },
    SIZE_IS (786432) ", 'raw_size_bytes': " U64 (786432),
    NULL },
  { "/size/required-size-is-aligned",
    { XR24 (", 'size_alignment': " SIZE_2D (16, 8) LIST ("(17, 9)")) },
    SIZE_IS (2048),
    NULL },
  { "/size/required-size-below-min-size",
    { XR24 (MIN (32, 4) LIST ("(8, 8)")) },
    SIZE_IS (1024),
    NULL },
  { "/size/row-is-a-multiple-of-the-divisor",
    { XR24 (MIN (65, 2) ", 'bytes_per_row_divisor': " U32 (256)) },
    SIZE_IS (1024),
    NULL },
  { "/size/row-is-at-least-min-bytes-per-row",
    { XR24 (MIN (8, 2) ", 'min_bytes_per_row': " U32 (4096)) },
    SIZE_IS (8192),
    NULL },
  { "/size/planar-chroma",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'YU12'", "'rec709'", MIN (64, 64))) },
    SIZE_IS (6144),
    NULL },
  { "/size/aligned-width-above-max-size",
    { XR24 (", 'max_size': " SIZE_2D (64, 64) ", 'size_alignment': " SIZE_2D (32, 1)
              LIST ("(33, 1)")),
      XR24 (", 'max_size': " SIZE_2D (63, 64)) },
    FAILS (IMG "required_max_size_list"),
    NULL },
  { "/size/row-above-max-bytes-per-row",
    { XR24 (", 'max_bytes_per_row': " U32 (255) LIST ("(64, 1)")) },
    FAILS (IMG "max_bytes_per_row"),
    NULL },
  { "/size/row-at-max-bytes-per-row",
    { XR24 (", 'max_bytes_per_row': " U32 (256) LIST ("(64, 1)")) },
    SIZE_IS (256),
    NULL },
  { "/size/area-above-max-width-times-height",
    { XR24 (", 'max_width_times_height': " U64 (4095) LIST ("(64, 64)")) },
    FAILS (IMG "max_width_times_height"),
    NULL },
  { "/size/053-above-max-size-bytes",
    { NV12 (MIN (512, 512)), ONE_BUFFER ", " MEMORY ("'max_size_bytes': " U64 (393215)) },
    FAILS (
      "buffer_memory_constraints.max_size_bytes") ", 'values': <['min_size 512x512', '393215']>",
    NULL },
  { "/size/at-max-size-bytes",
    { NV12 (MIN (512, 512)), ONE_BUFFER ", " MEMORY ("'max_size_bytes': " U64 (393216)) },
    SIZE_IS (393216),
    NULL },
  { "/size/does-not-fit-64-bits",
    { ONE_BUFFER ", " BYTES (18446744073709551615) },
    FAILS ("buffer_memory_constraints.min_size_bytes"),
    NULL },
  { "/size/huge-images-do-not-wrap",
    { XR24 (MIN (1, 1) LIST ("(1073741820, 4294967294)")) },
    FAILS ("buffer_memory_constraints.min_size_bytes"),
    NULL },
  { "/size/a-tiled-image-is-whole-tiles",
    { ONE_BUFFER ", " IMAGES (IMAGE ("'XR24:0x100000000000001'", "'srgb'", MIN (129, 9))) },
    SIZE_IS (16384),
    NULL },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  case_add_rows (rows, G_N_ELEMENTS (rows));

  return g_test_run ();
}
