/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.1: one participant alone. One test per rule and edge: the constraints, and how the refusal
 * begins (NULL: there is none). */

#include "case.h"

#include "common/smc-codec.h"

#include <string.h>

#define NV12_709(inside) IMAGE ("'NV12'", "'rec709'", inside)
#define XR24(inside) IMAGE ("'XR24'", "'srgb'", inside)
#define ONE_IMAGE(entry) ONE_BUFFER ", " IMAGES (entry)
#define ONE_MEMORY(inside) ONE_BUFFER ", " MEMORY (inside)
#define ENTRY(n) "image_format_constraints[" #n "]."
#define MEM "buffer_memory_constraints."
#define SECURE_ONLY \
  "'secure_required': <true>, 'cpu_domain_supported': <false>, 'ram_domain_supported': <false>, " \
  "'inaccessible_domain_supported': <true>"

typedef struct
{
  const char *name;
  const char *constraints; /* the inside of the dictionary */
  const char *refusal;
} Row;

static const Row rows[] = {
  /* usage */
  { "/validate/usage/empty-dictionary-is-fine", "", NULL },
  { "/validate/usage/empty-list", "'usage': <@as []>", "usage: " },
  { "/validate/usage/none-alone", "'usage': <['none']>", NULL },
  { "/validate/usage/none-with-another", "'usage': <['none', 'cpu-read']>", "usage: \"none\"" },
  /* counts */
  { "/validate/counts/max-0", CPU_RW ", 'max_buffer_count': " U32 (0), "max_buffer_count: 0" },
  { "/validate/counts/max-1", CPU_RW ", 'max_buffer_count': " U32 (1), NULL },
  { "/validate/counts/min-equals-max",
    CPU_RW ", 'min_buffer_count': " U32 (3) ", 'max_buffer_count': " U32 (3), NULL },
  { "/validate/counts/min-above-max",
    CPU_RW ", 'min_buffer_count': " U32 (4) ", 'max_buffer_count': " U32 (3),
    "max_buffer_count: " },
  { "/validate/counts/its-own-equal-max",
    CPU_RW ", " CAMP (1) ", 'min_buffer_count_for_dedicated_slack': " U32 (
      1) ", 'min_buffer_count_for_shared_slack': " U32 (1) ", 'max_buffer_count': " U32 (3),
    NULL },
  { "/validate/counts/its-own-above-max",
    CPU_RW ", " CAMP (1) ", 'min_buffer_count_for_dedicated_slack': " U32 (
      1) ", 'min_buffer_count_for_shared_slack': " U32 (1) ", 'max_buffer_count': " U32 (2),
    "max_buffer_count: it is less than min_buffer_count_for_camping" },
  { "/validate/counts/all-largest",
    CPU_RW ", 'min_buffer_count': " U32 (4294967295) ", " CAMP (
      4294967295) ", 'min_buffer_count_for_dedicated_slack': " U32 (4294967295) ", "
                                                                                "'min_buffer_count_"
                                                                                "for_shared_slack':"
                                                                                " " U32 (
                                                                                  4294967295),
    NULL },
  /* memory */
  { "/validate/memory/min-equals-max",
    ONE_MEMORY ("'min_size_bytes': " U64 (8) ", 'max_size_bytes': " U64 (8)), NULL },
  { "/validate/memory/min-above-max",
    ONE_MEMORY ("'min_size_bytes': " U64 (9) ", 'max_size_bytes': " U64 (8)),
    MEM "max_size_bytes: " },
  { "/validate/memory/min-largest", ONE_MEMORY ("'min_size_bytes': " U64 (18446744073709551615)),
    NULL },
  { "/validate/memory/alignment-without-contiguous",
    ONE_MEMORY ("'min_physical_base_alignment': " U64 (4096)),
    MEM "min_physical_base_alignment: " },
  { "/validate/memory/alignment-with-contiguous",
    ONE_MEMORY (
      "'physically_contiguous_required': <true>, 'min_physical_base_alignment': " U64 (4096)),
    NULL },
  { "/validate/memory/alignment-0",
    ONE_MEMORY (
      "'physically_contiguous_required': <true>, 'min_physical_base_alignment': " U64 (0)),
    MEM "min_physical_base_alignment: " },
  { "/validate/memory/alignment-3",
    ONE_MEMORY (
      "'physically_contiguous_required': <true>, 'min_physical_base_alignment': " U64 (3)),
    MEM "min_physical_base_alignment: " },
  { "/validate/memory/alignment-largest",
    ONE_MEMORY ("'physically_contiguous_required': <true>, 'min_physical_base_alignment': " U64 (
      9223372036854775808)),
    NULL },
  { "/validate/memory/no-heap-permitted", ONE_MEMORY ("'permitted_heaps': <@as []>"),
    MEM "permitted_heaps: " },
  { "/validate/memory/a-heap-twice", ONE_MEMORY ("'permitted_heaps': <['system', 'system']>"),
    NULL },
  { "/validate/memory/019-cpu-usage-inaccessible-only",
    ONE_MEMORY ("'cpu_domain_supported': <false>, 'ram_domain_supported': <false>, "
                "'inaccessible_domain_supported': <true>"),
    MEM "cpu_domain_supported: " },
  { "/validate/memory/cpu-usage-ram-only",
    ONE_MEMORY ("'cpu_domain_supported': <false>, 'ram_domain_supported': <true>"), NULL },
  { "/validate/memory/cpu-usage-inaccessible-too",
    ONE_MEMORY ("'cpu_domain_supported': <true>, 'inaccessible_domain_supported': <true>"), NULL },
  { "/validate/memory/cpu-usage-secure",
    ONE_MEMORY ("'secure_required': <true>, 'cpu_domain_supported': <true>, "
                "'inaccessible_domain_supported': <true>"),
    MEM "secure_required: " },
  { "/validate/memory/secure", USAGE ('display-layer') ", " MEMORY (SECURE_ONLY), NULL },
  { "/validate/memory/secure-by-default",
    USAGE ('display-layer') ", " MEMORY ("'secure_required': <true>"), NULL },
  { "/validate/memory/secure-not-inaccessible",
    USAGE ('display-layer') ", " MEMORY (
      "'secure_required': <true>, 'inaccessible_domain_supported': <false>"),
    MEM "inaccessible_domain_supported: " },
  { "/validate/memory/secure-with-ram",
    USAGE ('display-layer') ", " MEMORY (
      "'secure_required': <true>, 'ram_domain_supported': <true>"),
    MEM "ram_domain_supported: " },
  { "/validate/memory/secure-with-cpu",
    USAGE ('display-layer') ", " MEMORY (
      "'secure_required': <true>, 'cpu_domain_supported': <true>"),
    MEM "cpu_domain_supported: " },
  /* pixel formats */
  { "/validate/pixel-formats/none",
    ONE_IMAGE ("{'pixel_formats': <@as []>, 'color_spaces': <['srgb']>}"),
    ENTRY (0) "pixel_formats: " },
  { "/validate/pixel-formats/049-an-entry-twice", ONE_IMAGE (XR24 ("") ", " XR24 ("")),
    ENTRY (1) "pixel_formats: XR24:0x0 and XR24:0x0" },
  { "/validate/pixel-formats/101-same-modifier-twice",
    ONE_IMAGE (IMAGE ("'AB24:0x100000000000001'", "'srgb'", "") ", " IMAGE (
      "'AB24:0x100000000000001'", "'srgb'", "")),
    ENTRY (1) "pixel_formats: " },
  { "/validate/pixel-formats/twice-in-one-entry",
    ONE_IMAGE (IMAGE ("'XR24', 'XR24'", "'srgb'", "")), ENTRY (0) "pixel_formats: " },
  { "/validate/pixel-formats/109-any-modifier-and-any-fourcc",
    ONE_IMAGE (IMAGE ("'AB24:*'", "'srgb'", "") ", " IMAGE ("'*:0x100000000000001'", "'srgb'", "")),
    ENTRY (1) "pixel_formats: " },
  { "/validate/pixel-formats/105-any-modifier-and-one-of-them",
    ONE_IMAGE (IMAGE ("'AB24:*', 'AB24:0x100000000000001'", "'srgb'", "")),
    ENTRY (0) "pixel_formats: " },
  { "/validate/pixel-formats/any-fourcc-and-one-of-them",
    ONE_IMAGE (IMAGE ("'*:0x0'", "'passthrough'", "") ", " IMAGE ("'NV12:0x0'", "'rec709'", "")),
    ENTRY (1) "pixel_formats: " },
  { "/validate/pixel-formats/any-with-another", ONE_IMAGE (IMAGE ("'*', 'XR24'", "'srgb'", "")),
    ENTRY (0) "pixel_formats: \"*\" stands alone" },
  { "/validate/pixel-formats/any-with-an-unknown-one",
    ONE_IMAGE (IMAGE ("'*', 'XR24:0x1234'", "'srgb'", "")), ENTRY (0) "pixel_formats: \"*\"" },
  { "/validate/pixel-formats/any-alone", ONE_IMAGE (IMAGE ("'*'", "'srgb'", "")), NULL },
  { "/validate/pixel-formats/any-modifier-of-a-format-that-has-no-such-tiling",
    ONE_IMAGE (
      IMAGE ("'NV12:*'", "'rec709'", "") ", " IMAGE ("'*:0x100000000000001'", "'srgb'", "")),
    NULL },
  { "/validate/pixel-formats/two-wildcards-of-different-fourccs",
    ONE_IMAGE (IMAGE ("'XR24:*', 'AR24:*'", "'srgb'", "")), NULL },
  { "/validate/pixel-formats/unknown-pair-is-dropped-not-refused",
    ONE_IMAGE (IMAGE ("'XR24', 'XYZ1', 'NV12:0x100000000000001'", "'passthrough'", "")), NULL },
  { "/validate/pixel-formats/only-unknown-pairs-are-not-refused",
    ONE_IMAGE (IMAGE ("'XYZ1'", "'srgb'", "")), NULL },
  { "/validate/pixel-formats/unknown-pair-twice",
    ONE_IMAGE (IMAGE ("'XYZ1', 'XYZ1'", "'srgb'", "")), ENTRY (0) "pixel_formats: " },
  /* alignments and divisors */
  { "/validate/alignment/1x1", ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (1, 1))), NULL },
  { "/validate/alignment/129-1x0", ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (1, 0))),
    ENTRY (0) "size_alignment: 1x0" },
  { "/validate/alignment/129-0x1", ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (0, 1))),
    ENTRY (0) "size_alignment: 0x1" },
  { "/validate/alignment/3x4", ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (3, 4))),
    ENTRY (0) "size_alignment: 3x4" },
  { "/validate/alignment/largest",
    ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (2147483648, 2147483648))), NULL },
  { "/validate/alignment/max", ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (4294967295, 1))),
    ENTRY (0) "size_alignment: " },
  { "/validate/alignment/in-the-second-entry",
    ONE_IMAGE (NV12_709 ("") ", " XR24 (", 'size_alignment': " SIZE_2D (1, 0))),
    ENTRY (1) "size_alignment: " },
  { "/validate/alignment/of-an-unknown-format",
    ONE_IMAGE (IMAGE ("'XYZ1'", "'srgb'", ", 'size_alignment': " SIZE_2D (1, 0))),
    ENTRY (0) "size_alignment: " },
  { "/validate/display-rect/0x1", ONE_IMAGE (XR24 (", 'display_rect_alignment': " SIZE_2D (0, 1))),
    ENTRY (0) "display_rect_alignment: " },
  { "/validate/display-rect/6x2", ONE_IMAGE (XR24 (", 'display_rect_alignment': " SIZE_2D (6, 2))),
    ENTRY (0) "display_rect_alignment: " },
  { "/validate/divisor/row-0", ONE_IMAGE (XR24 (", 'bytes_per_row_divisor': " U32 (0))),
    ENTRY (0) "bytes_per_row_divisor: 0" },
  { "/validate/divisor/row-3", ONE_IMAGE (XR24 (", 'bytes_per_row_divisor': " U32 (3))), NULL },
  { "/validate/divisor/start-0", ONE_IMAGE (XR24 (", 'start_offset_divisor': " U32 (0))),
    ENTRY (0) "start_offset_divisor: 0" },
  { "/validate/divisor/start-3", ONE_IMAGE (XR24 (", 'start_offset_divisor': " U32 (3))),
    ENTRY (0) "start_offset_divisor: 3" },
  { "/validate/divisor/start-a-page", ONE_IMAGE (XR24 (", 'start_offset_divisor': " U32 (4096))),
    NULL },
  { "/validate/divisor/start-two-pages", ONE_IMAGE (XR24 (", 'start_offset_divisor': " U32 (8192))),
    ENTRY (0) "start_offset_divisor: 8192" },
  /* sizes */
  { "/validate/size/min-equals-max",
    ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (8, 8) ", 'max_size': " SIZE_2D (8, 8))), NULL },
  { "/validate/size/min-wider-than-max",
    ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (9, 8) ", 'max_size': " SIZE_2D (8, 8))),
    ENTRY (0) "max_size: min_size 9x8" },
  { "/validate/size/min-higher-than-max",
    ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (8, 9) ", 'max_size': " SIZE_2D (8, 8))),
    ENTRY (0) "max_size: min_size 8x9" },
  { "/validate/size/min-fits-until-it-is-aligned",
    ONE_IMAGE (XR24 (", 'size_alignment': " SIZE_2D (16, 1) ", 'min_size': " SIZE_2D (
      9, 8) ", 'max_size': " SIZE_2D (15, 8))),
    ENTRY (0) "max_size: min_size 16x8" },
  { "/validate/size/min-fits-until-it-is-whole-chroma",
    ONE_IMAGE (NV12_709 (", 'min_size': " SIZE_2D (3, 2) ", 'max_size': " SIZE_2D (3, 2))),
    ENTRY (0) "max_size: min_size 4x2" },
  { "/validate/size/min-too-large-to-align",
    ONE_IMAGE (
      XR24 (", 'size_alignment': " SIZE_2D (16, 1) ", 'min_size': " SIZE_2D (4294967295, 1))),
    ENTRY (0) "min_size: " },
  { "/validate/size/area-does-not-fit-32-bits",
    ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (65536, 65536))),
    ENTRY (0) "max_width_times_height: " },
  { "/validate/size/largest-area", ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (65536, 65535))),
    NULL },
  { "/validate/size/area-above-its-maximum",
    ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (10, 10) ", 'max_width_times_height': " U64 (99))),
    ENTRY (0) "max_width_times_height: min_size 10x10 has 100 pixels; at most 99" },
  { "/validate/size/area-at-its-maximum",
    ONE_IMAGE (XR24 (", 'min_size': " SIZE_2D (10, 10) ", 'max_width_times_height': " U64 (100))),
    NULL },
  { "/validate/row/min-equals-max",
    ONE_IMAGE (XR24 (", 'min_bytes_per_row': " U32 (64) ", 'max_bytes_per_row': " U32 (64))),
    NULL },
  { "/validate/row/min-above-max",
    ONE_IMAGE (XR24 (", 'min_bytes_per_row': " U32 (65) ", 'max_bytes_per_row': " U32 (64))),
    ENTRY (0) "max_bytes_per_row: " },
  { "/validate/row/no-multiple-between-min-and-max",
    ONE_IMAGE (XR24 (", 'min_bytes_per_row': " U32 (100) ", 'max_bytes_per_row': " U32 (
      110) ", 'bytes_per_row_divisor': " U32 (64))),
    ENTRY (0) "max_bytes_per_row: min_bytes_per_row 128 is more than max_bytes_per_row 64" },
  { "/validate/row/min-too-large-to-round",
    ONE_IMAGE (
      XR24 (", 'min_bytes_per_row': " U32 (4294967295) ", 'bytes_per_row_divisor': " U32 (2))),
    ENTRY (0) "min_bytes_per_row: " },
  /* required sizes */
  { "/validate/max-size/0", ONE_IMAGE (XR24 (", 'max_size': " SIZE_2D (8, 0))),
    ENTRY (0) "max_size: 8x0 allows no image (for" },
  { "/validate/max-size/0-in-whole-multiples",
    ONE_IMAGE (XR24 (", 'max_size': " SIZE_2D (1, 8) ", 'size_alignment': " SIZE_2D (2, 1))),
    ENTRY (0) "max_size: 0x8 allows no image, in multiples of 2x1" },
  { "/validate/max-bytes-per-row/0", ONE_IMAGE (XR24 (", 'max_bytes_per_row': " U32 (0))),
    ENTRY (0) "max_bytes_per_row: 0 allows no image" },
  { "/validate/max-width-times-height/0", ONE_IMAGE (XR24 (", 'max_width_times_height': " U64 (0))),
    ENTRY (0) "max_width_times_height: 0 allows no image" },
  { "/validate/max-size/numbers-nobody-said-just-so",
    ONE_IMAGE (IMAGE ("'XR24', 'NV12'",
                      "'passthrough'",
                      ", 'min_size': " SIZE_2D (3, 3) ", 'max_size': " SIZE_2D (3, 3))),
    ENTRY (0) "max_size: min_size 4x4 does not fit in max_size 2x2, in multiples of 2x2 (for "
              "NV12:0x0)" },
  { "/validate/required-min/047-width-0",
    ONE_IMAGE (XR24 (", 'required_min_size': " SIZE_2D (0, 1))),
    ENTRY (0) "required_min_size: 0x1" },
  { "/validate/required-min/048-height-0",
    ONE_IMAGE (XR24 (", 'required_min_size': " SIZE_2D (1, 0))),
    ENTRY (0) "required_min_size: 1x0" },
  { "/validate/required-min/equals-min",
    ONE_IMAGE (XR24 (", 'required_min_size': " SIZE_2D (4, 4) ", 'min_size': " SIZE_2D (4, 4))),
    NULL },
  { "/validate/required-min/below-min",
    ONE_IMAGE (XR24 (", 'required_min_size': " SIZE_2D (4, 3) ", 'min_size': " SIZE_2D (4, 4))),
    ENTRY (0) "required_min_size: 4x3 is smaller than min_size 4x4" },
  { "/validate/required-min/rounded-like-min",
    ONE_IMAGE (NV12_709 (", 'required_min_size': " SIZE_2D (1, 1) ", 'min_size': " SIZE_2D (1, 1))),
    NULL },
  { "/validate/required-min/equals-max-size",
    ONE_IMAGE (XR24 (", 'required_min_size': " SIZE_2D (8, 8) ", 'max_size': " SIZE_2D (8, 8))),
    NULL },
  { "/validate/required-min/above-max-size",
    ONE_IMAGE (XR24 (", 'required_min_size': " SIZE_2D (8, 9) ", 'max_size': " SIZE_2D (8, 8))),
    ENTRY (0) "required_min_size: 8x9 does not fit in max_size 8x8" },
  { "/validate/required-max/none", ONE_IMAGE (XR24 (", 'required_max_size': " SIZE_2D (0, 0))),
    NULL },
  { "/validate/required-max/half-a-size",
    ONE_IMAGE (XR24 (", 'required_max_size': " SIZE_2D (0, 8))),
    ENTRY (0) "required_max_size: 0x8" },
  { "/validate/required-max/equals-max",
    ONE_IMAGE (XR24 (", 'required_max_size': " SIZE_2D (8, 8) ", 'max_size': " SIZE_2D (8, 8))),
    NULL },
  { "/validate/required-max/above-max",
    ONE_IMAGE (XR24 (", 'required_max_size': " SIZE_2D (8, 9) ", 'max_size': " SIZE_2D (8, 8))),
    ENTRY (0) "required_max_size: 8x9 does not fit in max_size 8x8" },
  { "/validate/required-list/an-entry-with-0",
    ONE_IMAGE (XR24 (", 'required_max_size_list': <[(uint32 8, uint32 8), (8, 0)]>")),
    ENTRY (0) "required_max_size_list: 8x0" },
  { "/validate/required-list/an-entry-above-max",
    ONE_IMAGE (XR24 (", 'required_max_size_list': <[(uint32 8, uint32 8), (9, 8)]>, "
                     "'max_size': " SIZE_2D (8, 8))),
    ENTRY (0) "required_max_size_list: 9x8" },
  { "/validate/required-list/empty", ONE_IMAGE (XR24 (", 'required_max_size_list': <@a(uu) []>")),
    NULL },
  /* color spaces */
  { "/validate/color-spaces/none",
    ONE_IMAGE ("{'pixel_formats': <['XR24']>, 'color_spaces': <@as []>}"),
    ENTRY (0) "color_spaces: " },
  { "/validate/color-spaces/075-any-with-another",
    ONE_IMAGE (IMAGE ("'NV12'", "'*', 'rec709'", "")),
    ENTRY (0) "color_spaces: \"*\" stands alone" },
  { "/validate/color-spaces/any-alone", ONE_IMAGE (IMAGE ("'NV12'", "'*'", "")), NULL },
  { "/validate/color-spaces/twice", ONE_IMAGE (IMAGE ("'NV12'", "'rec709', 'rec709'", "")),
    ENTRY (0) "color_spaces: \"rec709\" is given twice" },
  { "/validate/color-spaces/strange-to-the-format", ONE_IMAGE (IMAGE ("'NV12'", "'srgb'", "")),
    ENTRY (0) "color_spaces: NV12:0x0 cannot carry srgb" },
  { "/validate/color-spaces/one-of-two-is-strange",
    ONE_IMAGE (IMAGE ("'NV12'", "'rec709', 'srgb'", "")), ENTRY (0) "color_spaces: " },
  { "/validate/color-spaces/strange-to-one-of-two-formats",
    ONE_IMAGE (IMAGE ("'XR24', 'NV12'", "'srgb'", "")), ENTRY (0) "color_spaces: NV12" },
  { "/validate/color-spaces/strange-to-a-format-of-any-modifier",
    ONE_IMAGE (IMAGE ("'NV12:*'", "'srgb'", "")), ENTRY (0) "color_spaces: " },
  { "/validate/color-spaces/10-bit", ONE_IMAGE (IMAGE ("'P010'", "'rec2100', 'rec709'", "")),
    NULL },
  { "/validate/color-spaces/8-bit-with-10-bit-s", ONE_IMAGE (IMAGE ("'NV12'", "'rec2100'", "")),
    ENTRY (0) "color_spaces: " },
  { "/validate/color-spaces/passthrough-fits-all",
    ONE_IMAGE (IMAGE ("'XR24', 'NV12', 'P010'", "'passthrough'", "")), NULL },
  { "/validate/color-spaces/any-fourcc-takes-all",
    ONE_IMAGE (IMAGE ("'*'", "'srgb', 'rec709', 'rec2100'", "")), NULL },
  /* blocks */
  { "/validate/blocks/1x1",
    ONE_IMAGE (IMAGE ("'*'", "'srgb'", ", 'pad_for_block_size': " SIZE_2D (1, 1))), NULL },
  { "/validate/blocks/0x1", ONE_IMAGE (XR24 (", 'pad_for_block_size': " SIZE_2D (0, 1))),
    ENTRY (0) "pad_for_block_size: 0x1" },
  { "/validate/blocks/3x1", ONE_IMAGE (XR24 (", 'pad_for_block_size': " SIZE_2D (3, 1))),
    ENTRY (0) "pad_for_block_size: 3x1" },
  { "/validate/blocks/wide", ONE_IMAGE (XR24 (", 'pad_for_block_size': " SIZE_2D (16, 1))), NULL },
  { "/validate/blocks/high-without-max-width",
    ONE_IMAGE (XR24 (", 'pad_for_block_size': " SIZE_2D (1, 16))),
    ENTRY (0) "pad_for_block_size: blocks of 1x16 need a max_size" },
  { "/validate/blocks/high-with-max-width",
    ONE_IMAGE (XR24 (", 'pad_for_block_size': " SIZE_2D (1, 16) ", 'max_size': " SIZE_2D (64, 64))),
    NULL },
  { "/validate/blocks/of-any-format",
    ONE_IMAGE (IMAGE ("'*'", "'srgb'", ", 'pad_for_block_size': " SIZE_2D (2, 1))),
    ENTRY (0) "pad_for_block_size: " },
  { "/validate/blocks/of-any-modifier",
    ONE_IMAGE (IMAGE ("'XR24:*'", "'srgb'", ", 'pad_for_block_size': " SIZE_2D (2, 1))),
    ENTRY (0) "pad_for_block_size: " },
  { "/validate/blocks/of-a-tiled-format",
    ONE_IMAGE (
      IMAGE ("'XR24:0x100000000000001'", "'srgb'", ", 'pad_for_block_size': " SIZE_2D (2, 1))),
    ENTRY (0) "pad_for_block_size: " },
  { "/validate/blocks/of-two-planes",
    ONE_IMAGE (NV12_709 (", 'pad_for_block_size': " SIZE_2D (2, 1))),
    ENTRY (0) "pad_for_block_size: " },
};

static SmePrepared *
prepare (const char *inside, GError **error)
{
  g_autofree char *text = g_strdup_printf ("@a{sv} {%s}", inside);
  g_autoptr (GVariant) dict = case_parse (text);
  g_autoptr (GError) bad_case = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &bad_case);

  g_assert_no_error (bad_case);
  return sme_prepared_new (constraints, error);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmePrepared) prepared = prepare (row->constraints, &error);

  if (row->refusal == NULL)
    {
      g_assert_no_error (error);
      g_assert_nonnull (prepared);
      return;
    }
  g_assert_null (prepared);
  g_assert_error (error, SYSMEM_ERROR, (gint)SYSMEM_ERROR_PROTOCOL_DEVIATION);
  if (!g_str_has_prefix (error->message, row->refusal))
    {
      g_test_message ("expected \"%s…\", found \"%s\"", row->refusal, error->message);
      g_test_fail ();
    }
}

static void
test_constraints_as_said (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmePrepared) prepared =
    prepare (ONE_IMAGE (NV12_709 (", 'min_size': " SIZE_2D (3, 3))), &error);

  g_assert_no_error (error);
  const SmcImageEntry *entry =
    g_ptr_array_index (sme_prepared_get_constraints (prepared)->image_entries, 0);
  g_assert_cmpuint (entry->bounds.min_size.width, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add_data_func (rows[i].name, &rows[i], test_row);
  g_test_add_func ("/validate/constraints-stay-as-said", test_constraints_as_said);

  return g_test_run ();
}
