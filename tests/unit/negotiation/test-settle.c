/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7, settling: count, heap, domain, format, caps. (Sizes: test-after-merge.c; block padding:
 * test-padding.c.) */

#include "case.h"

#define FAILS(field) "'error': <'ConstraintsIntersectionEmpty'>, 'field': <'" field "'>"
#define MEM "buffer_memory_constraints."
#define IMG "image_format_constraints."
#define COUNT_IS(n) "'buffer_count': " U32 (n)
#define RAW ", " BYTES (4096)
#define GPU "'usage': <['gpu-sampled']>, " CAMP (1)
#define DISPLAY "'usage': <['display-layer']>, " CAMP (1)
#define WITH(memory) ", " MEMORY ("'min_size_bytes': " U64 (4096) ", " memory)
#define FORMATS(formats) ", " IMAGES (IMAGE (formats, "'srgb'", ", 'min_size': " SIZE_2D (64, 64)))
#define FOUR_HEAPS "'heaps': <['system', 'udmabuf', 'gbm:renderD128', 'dma-heap:system']>"
#define X_TILED "0x100000000000001"

static const CaseRow rows[] = {
  /* 1. Count */
  { "/settle/count/sum-of-all-kinds",
    { CPU_RW ", " CAMP (3) ", 'min_buffer_count_for_dedicated_slack': " U32 (
        2) ", 'min_buffer_count_for_shared_slack': " U32 (4) RAW,
      CPU_RW ", " CAMP (1) ", 'min_buffer_count_for_shared_slack': " U32 (5) },
    COUNT_IS (11),
    NULL },
  { "/settle/count/007-min-buffer-count-is-no-part-of-the-sum",
    { CPU_RW ", " CAMP (3) ", 'min_buffer_count': " U32 (5) RAW },
    COUNT_IS (5),
    NULL },
  { "/settle/count/the-sum-above-min-buffer-count",
    { CPU_RW ", " CAMP (7) ", 'min_buffer_count': " U32 (5) RAW },
    COUNT_IS (7),
    NULL },
  { "/settle/count/0", { CPU_RW RAW }, FAILS ("min_buffer_count") ", 'parties': <['a']>", NULL },
  { "/settle/count/0-of-two",
    { CPU_RW RAW, CPU_RW },
    FAILS ("min_buffer_count") ", 'parties': <['a', 'b']>",
    NULL },
  { "/settle/count/at-max",
    { CPU_RW ", " CAMP (3) RAW, CPU_RW ", 'max_buffer_count': " U32 (3) },
    COUNT_IS (3),
    NULL },
  { "/settle/count/above-max",
    { CPU_RW ", " CAMP (3) RAW, CPU_RW ", " CAMP (1), CPU_RW ", 'max_buffer_count': " U32 (3) },
    FAILS ("max_buffer_count") ", 'values': <['min_buffer_count_for_camping 3', "
                               "'min_buffer_count_for_camping 1', '3']>",
    NULL },
  { "/settle/count/128", { CPU_RW ", " CAMP (128) RAW }, COUNT_IS (128), NULL },
  { "/settle/count/043-129",
    { CPU_RW ", " CAMP (129) RAW },
    FAILS (
      "min_buffer_count") ", 'message': <'129 buffers are needed; a collection has at most 128 "
                          "(MaxBuffers): a says min_buffer_count_for_camping 129'>",
    NULL },
  { "/settle/count/043-262144",
    { CPU_RW ", 'min_buffer_count': " U32 (262144) RAW },
    FAILS ("min_buffer_count"),
    NULL },
  { "/settle/count/sums-do-not-wrap",
    { CPU_RW ", " CAMP (4294967295) RAW, CPU_RW ", " CAMP (4294967295) },
    FAILS ("min_buffer_count"),
    NULL },
  /* usage */
  { "/settle/usage/029-none-alone",
    { "'usage': <['none']>, " CAMP (3) RAW },
    FAILS ("usage") ", 'parties': <['a']>",
    NULL },
  { "/settle/usage/031-none-with-somebody-else-s",
    { "'usage': <['none']>, " CAMP (3) RAW, USAGE ('gpu-transfer-dst') ", " CAMP (3) },
    COUNT_IS (6),
    NULL },
  /* 2. Heap: the order */
  { "/settle/heap/cpu-usage-prefers-system",
    { ONE_BUFFER RAW },
    "'heap': <'system'>, 'rejected': <@a(ss) []>",
    "'heaps': <['udmabuf', 'dma-heap:system', 'system']>" },
  { "/settle/heap/none-counts-as-cpu",
    { "'usage': <['none']>, " CAMP (1) RAW, ONE_BUFFER },
    "'heap': <'system'>",
    "'heaps': <['udmabuf', 'dma-heap:system', 'system']>" },
  { "/settle/heap/device-usage-prefers-dma-heaps",
    { GPU RAW },
    "'heap': <'dma-heap:system'>, 'buffer_type': <'dma-buf'>, 'write_protection': <'advisory'>",
    FOUR_HEAPS },
  { "/settle/heap/contiguous-ones-after-others-of-their-kind",
    { GPU RAW },
    "'heap': <'dma-heap:system'>",
    "'heaps': <['dma-heap:cma', 'dma-heap:system', 'udmabuf']>" },
  { "/settle/heap/contiguous-ones-before-others-of-a-lesser-kind",
    { GPU RAW },
    "'heap': <'dma-heap:cma'>",
    "'heaps': <['udmabuf', 'dma-heap:cma']>" },
  { "/settle/heap/contiguous-ones-last-where-none-is-named",
    { ONE_BUFFER RAW },
    "'heap': <'udmabuf'>",
    "'heaps': <['dma-heap:cma', 'udmabuf']>" },
  { "/settle/heap/device-usage-prefers-udmabuf-to-system",
    { GPU RAW, ONE_BUFFER },
    "'heap': <'udmabuf'>",
    "'heaps': <['system', 'udmabuf']>" },
  { "/settle/heap/those-not-named-come-last-as-listed",
    { ONE_BUFFER RAW },
    "'heap': <'udmabuf'>",
    "'heaps': <['udmabuf', 'dma-heap:system']>" },
  { "/settle/heap/configured-order",
    { ONE_BUFFER RAW },
    "'heap': <'dma-heap:system'>",
    FOUR_HEAPS
    ", 'policy': <{'preferences': <[(['cpu-read-often'], ['dma-heap:*', 'system'])]>}>" },
  { "/settle/heap/configured-order-any",
    { ONE_BUFFER RAW },
    "'heap': <'udmabuf'>",
    "'heaps': <['udmabuf', 'system']>, 'policy': <{'preferences': <[(@as [], ['*'])]>}>" },
  { "/settle/heap/configured-order-of-other-usage",
    { ONE_BUFFER RAW },
    "'heap': <'system'>",
    "'heaps': <['system', 'udmabuf']>, "
    "'policy': <{'preferences': <[(['gpu-sampled'], ['udmabuf'])]>}>" },
  { "/settle/heap/permitted-order-wins",
    { GPU WITH ("'permitted_heaps': <['system', 'udmabuf']>") },
    "'heap': <'system'>",
    FOUR_HEAPS },
  { "/settle/heap/not-permitted-by-everybody",
    { GPU WITH ("'permitted_heaps': <['system', 'udmabuf']>"),
      ONE_BUFFER WITH ("'permitted_heaps': <['system']>") },
    "'heap': <'system'>, 'rejected': <[('heap', 'udmabuf')]>, "
    "'reasons': <['not permitted by everybody']>",
    "'heaps': <['system', 'udmabuf']>" },
  { "/settle/heap/permitted-but-not-here",
    { ONE_BUFFER WITH ("'permitted_heaps': <['dma-heap:mars', 'system']>") },
    "'heap': <'system'>, 'rejected': <[('heap', 'dma-heap:mars')]>, "
    "'reasons': <['there is no such heap here']>",
    NULL },
  { "/settle/heap/only-one-that-is-not-here",
    { ONE_BUFFER WITH ("'permitted_heaps': <['dma-heap:mars']>") },
    FAILS (MEM "permitted_heaps") ", 'parties': <['a']>, 'message': "
                                  "<'dma-heap:mars: there is no such heap here: a permits "
                                  "dma-heap:mars'>",
    NULL },
  { "/settle/heap/names-are-no-patterns",
    { ONE_BUFFER WITH ("'permitted_heaps': <['dma-heap:*']>") },
    FAILS (MEM "permitted_heaps"),
    FOUR_HEAPS },
  { "/settle/heap/there-is-none",
    { ONE_BUFFER RAW },
    FAILS (MEM "permitted_heaps"),
    "'heaps': <@as []>" },
  { "/settle/heap/one-that-failed-is-left-out",
    { ONE_BUFFER RAW },
    "'heap': <'udmabuf'>, 'rejected': <@a(ss) []>",
    "'heaps': <['system', 'udmabuf']>, 'failed_heaps': <['system']>" },
  { "/settle/heap/all-failed",
    { ONE_BUFFER RAW },
    "'error': <'ConstraintsIntersectionEmpty'>",
    "'heaps': <['system', 'udmabuf']>, 'failed_heaps': <['system', 'udmabuf']>" },
  /* 2. Heap: what it must be able to do */
  { "/settle/heap/dma-buf-required",
    { ONE_BUFFER WITH ("'dma_buf_required': <true>") },
    "'heap': <'udmabuf'>, 'rejected': <[('heap', 'system')]>, "
    "'reasons': <['its buffers are no dma-bufs']>",
    "'heaps': <['system', 'udmabuf']>" },
  { "/settle/heap/dma-buf-required-and-none-here",
    { ONE_BUFFER RAW, ONE_BUFFER WITH ("'dma_buf_required': <true>") },
    FAILS (MEM "dma_buf_required") ", 'parties': <['b']>, 'message': "
                                   "<'system: its buffers are no dma-bufs: b says "
                                   "dma_buf_required true'>",
    NULL },
  { "/settle/heap/contiguous",
    { ONE_BUFFER WITH ("'physically_contiguous_required': <true>") },
    "'heap': <'dma-heap:cma'>, 'is_physically_contiguous': <true>",
    "'heaps': <['system', 'udmabuf', 'dma-heap:cma']>" },
  { "/settle/heap/contiguous-and-none-here",
    { ONE_BUFFER WITH ("'physically_contiguous_required': <true>") },
    FAILS (MEM "physically_contiguous_required"),
    NULL },
  { "/settle/heap/base-alignment-of-a-page",
    { ONE_BUFFER WITH ("'physically_contiguous_required': <true>, "
                       "'min_physical_base_alignment': " U64 (4096)) },
    "'heap': <'dma-heap:cma'>",
    "'heaps': <['dma-heap:cma']>" },
  { "/settle/heap/base-alignment-nobody-promises",
    { ONE_BUFFER WITH ("'physically_contiguous_required': <true>, "
                       "'min_physical_base_alignment': " U64 (8192)) },
    FAILS (MEM "min_physical_base_alignment"),
    "'heaps': <['dma-heap:cma']>" },
  { "/settle/heap/secure",
    { DISPLAY WITH ("'secure_required': <true>") },
    "'heap': <'secure'>, 'is_secure': <true>",
    "'heaps': <['system', 'secure']>" },
  { "/settle/heap/secure-and-none-here",
    { DISPLAY WITH ("'secure_required': <true>") },
    FAILS (MEM "secure_required"),
    NULL },
  { "/settle/heap/secure-not-required",
    { DISPLAY WITH ("'permitted_heaps': <['secure', 'system']>") },
    "'heap': <'system'>, 'reasons': <['its memory is secure, which nobody requires']>",
    "'heaps': <['system', 'secure']>" },
  { "/settle/heap/secure-but-not-permitted-by-all",
    { DISPLAY WITH ("'secure_required': <true>"), GPU WITH ("'permitted_heaps': <['system']>") },
    FAILS (MEM "secure_required"),
    "'heaps': <['system', 'secure']>" },
  { "/settle/heap/secure-against-cpu-usage",
    { DISPLAY WITH ("'secure_required': <true>"),
      ONE_BUFFER ", " MEMORY ("'cpu_domain_supported': <true>, "
                              "'inaccessible_domain_supported': <true>") },
    "'error': <'ConstraintsIntersectionEmpty'>, 'parties': <['a', 'b']>",
    "'heaps': <['system', 'secure']>" },
  { "/settle/heap/cpu-usage-needs-a-mapping",
    { ONE_BUFFER RAW },
    "'heap': <'system'>, 'reasons': <['the CPU cannot map its memory']>",
    "'heaps': <['system']>, 'custom_heaps': <[{'name': <'far'>, 'cpu_mappable': <false>}]>, "
    "'policy': <{'preferences': <[(@as [], ['far', 'system'])]>}>" },
  { "/settle/heap/no-cpu-usage-needs-no-mapping",
    { GPU RAW },
    "'heap': <'far'>",
    "'heaps': <['system']>, 'custom_heaps': <[{'name': <'far'>, 'cpu_mappable': <false>}]>, "
    "'policy': <{'preferences': <[(@as [], ['far', 'system'])]>}>" },
  { "/settle/heap/too-small",
    { ONE_BUFFER RAW },
    "'heap': <'system'>, 'rejected': <[('heap', 'small')]>, "
    "'reasons': <['a buffer of 4096 bytes is more than it can make, 4095']>",
    "'custom_heaps': <[{'name': <'small'>, 'max_buffer_size': <uint64 4095>}]>, "
    "'policy': <{'preferences': <[(@as [], ['small', 'system'])]>}>" },
  { "/settle/heap/just-large-enough",
    { ONE_BUFFER RAW },
    "'heap': <'small'>",
    "'custom_heaps': <[{'name': <'small'>, 'max_buffer_size': <uint64 4096>}]>, "
    "'policy': <{'preferences': <[(@as [], ['small', 'system'])]>}>" },
  { "/settle/heap/only-too-small-ones",
    { ONE_BUFFER RAW },
    FAILS (MEM "min_size_bytes"),
    "'heaps': <@as []>, 'custom_heaps': <[{'name': <'small'>, 'max_buffer_size': <uint64 "
    "4095>}]>" },
  { "/settle/heap/cannot-hold-the-cheapest-format",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'NV12', 'XR24'", "'passthrough'", ", 'min_size': " SIZE_2D (64, 64))) },
    "'heap': <'gl'>, 'rejected': <[('pixel-format', 'NV12:0x0')]>, "
    "'reasons': <['heap gl cannot hold it']>",
    "'heaps': <@as []>, 'custom_heaps': <[{'name': <'gl'>, 'formats': <['XR24:0x0']>}]>" },
  { "/settle/heap/too-small-for-the-cheapest-format",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'AB24'", "'srgb'", ", 'min_size': " SIZE_2D (164, 64)) ", " IMAGE (
        "'XR24'", "'srgb'", ", 'min_size': " SIZE_2D (4, 4))) },
    "'heap': <'small'>, 'rejected': <[('pixel-format', 'AB24:0x0')]>, "
    "'reasons': <['heap small: a buffer of 45056 bytes is more than it can make, 10000']>",
    "'heaps': <@as []>, 'custom_heaps': <[{'name': <'small'>, 'max_buffer_size': <uint64 "
    "10000>}]>" },
  /* 3. Domain */
  { "/settle/domain/cpu-first", { ONE_BUFFER RAW }, "'coherency_domain': <'cpu'>", NULL },
  { "/settle/domain/009-ram-with-display-usage",
    { "'usage': <['cpu-read-often', 'cpu-write-often', 'display-layer']>, " CAMP (3)
        WITH ("'cpu_domain_supported': <true>, 'ram_domain_supported': <true>") },
    "'coherency_domain': <'ram'>",
    NULL },
  { "/settle/domain/ram-with-the-cursor-s-usage",
    { USAGE ('display-cursor') ", " CAMP (1) RAW },
    "'coherency_domain': <'ram'>",
    NULL },
  { "/settle/domain/display-usage-but-not-all-support-ram",
    { DISPLAY RAW, ONE_BUFFER },
    "'coherency_domain': <'cpu'>, 'rejected': <[('coherency-domain', 'ram')]>, "
    "'reasons': <['not everybody supports it']>",
    NULL },
  { "/settle/domain/display-usage-but-the-heap-has-no-ram",
    { DISPLAY RAW },
    "'coherency_domain': <'cpu'>, 'reasons': <['heap near does not have it']>",
    "'heaps': <@as []>, 'custom_heaps': <[{'name': <'near'>, 'coherency_domains': <['cpu']>}]>" },
  { "/settle/domain/ram-before-inaccessible",
    { GPU WITH ("'cpu_domain_supported': <false>") },
    "'coherency_domain': <'ram'>",
    NULL },
  { "/settle/domain/inaccessible-last",
    { GPU WITH ("'cpu_domain_supported': <false>, 'ram_domain_supported': <false>") },
    "'coherency_domain': <'inaccessible'>",
    NULL },
  { "/settle/domain/039-cpu-usage-with-inaccessible-supported",
    { CPU_RW ", " CAMP (3) WITH ("'cpu_domain_supported': <true>, "
                                 "'inaccessible_domain_supported': <true>") },
    "'coherency_domain': <'cpu'>",
    NULL },
  { "/settle/domain/cpu-usage-is-never-inaccessible",
    { ONE_BUFFER WITH ("'inaccessible_domain_supported': <true>"),
      GPU ", " MEMORY ("'cpu_domain_supported': <false>, 'ram_domain_supported': <false>") },
    FAILS (MEM "cpu_domain_supported"),
    NULL },
  { "/settle/domain/inaccessible-with-cpu-usage-is-the-usage-s-doing",
    { ONE_BUFFER WITH ("'inaccessible_domain_supported': <true>") },
    FAILS (MEM
           "cpu_domain_supported") ", 'reasons': <['heap odd does not have it', 'not everybody "
                                   "supports it', 'the CPU takes part and cannot reach it', 'no "
                                   "coherency domain that it has is supported by everybody']>",
    "'heaps': <@as []>, 'custom_heaps': <[{'name': <'odd'>, 'coherency_domains': "
    "<['inaccessible']>}]>" },
  { "/settle/domain/nobody-supports-any",
    { GPU WITH ("'cpu_domain_supported': <false>, 'ram_domain_supported': <false>, "
                "'inaccessible_domain_supported': <false>") },
    FAILS (MEM "cpu_domain_supported") ", 'values': <['no domain']>",
    NULL },
  { "/settle/domain/the-next-heap-has-one",
    { GPU WITH ("'cpu_domain_supported': <false>, 'ram_domain_supported': <false>") },
    "'heap': <'system'>, 'coherency_domain': <'inaccessible'>",
    "'heaps': <['udmabuf', 'system']>" },
  /* 4. Format */
  { "/settle/format/smaller-fourcc",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24', 'AR24'") },
    "'image_format_constraints': <{'pixel_format': <'AB24:0x0'>}>",
    NULL },
  { "/settle/format/smaller-modifier",
    { ONE_BUFFER FORMATS ("'XR24:" X_TILED "', 'XR24:0x0', 'XR24:0x100000000000002'") },
    "'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    NULL },
  { "/settle/format/lowest-cost",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24', 'AR24'") },
    "'image_format_constraints': <{'pixel_format': <'AR24:0x0'>}>",
    "'policy': <{'format_costs': <[('AB24', @as [], 3.0), ('AR24', [], 1.0), ('XR24', [], "
    "2.0)]>}>" },
  { "/settle/format/no-row-is-most-expensive",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24'") },
    "'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    "'policy': <{'format_costs': <[('XR24', @as [], 1e9)]>}>" },
  { "/settle/format/same-cost-smaller-fourcc",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24'") },
    "'image_format_constraints': <{'pixel_format': <'AB24:0x0'>}>",
    "'policy': <{'format_costs': <[('*', @as [], 1.0)]>}>" },
  { "/settle/format/most-shared-usage-counts",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24'") },
    "'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    "'policy': <{'format_costs': <[('AB24', @as [], 2.0), "
    "('XR24', ['cpu-read-often', 'cpu-write-often'], 1.0), ('XR24', ['cpu-read-often'], 9.0)]>}>" },
  { "/settle/format/later-row-wins-ties",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24'") },
    "'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    "'policy': <{'format_costs': <[('AB24', @as [], 2.0), ('XR24', [], 9.0), ('XR24', [], "
    "1.0)]>}>" },
  { "/settle/format/row-of-other-usage-does-not-count",
    { ONE_BUFFER FORMATS ("'XR24', 'AB24'") },
    "'image_format_constraints': <{'pixel_format': <'AB24:0x0'>}>",
    "'policy': <{'format_costs': <[('XR24', ['display-layer'], 1.0)]>}>" },
  { "/settle/format/tiled-if-that-is-cheaper",
    { ONE_BUFFER FORMATS ("'XR24:0x0', 'XR24:" X_TILED "'") },
    "'image_format_constraints': <{'pixel_format': <'XR24:" X_TILED "'>}>",
    "'policy': <{'format_costs': <[('XR24:*', @as [], 2.0), ('XR24:" X_TILED "', [], 1.0)]>}>" },
  { "/settle/format/one-does-not-fit-the-next-does",
    { ONE_BUFFER ", " IMAGES (
        IMAGE ("'AB24'", "'srgb'", ", 'required_max_size': " SIZE_2D (64, 64)) ", " IMAGE (
          "'XR24'", "'srgb'", ", 'required_max_size': " SIZE_2D (32, 32))),
      ONE_BUFFER ", " MEMORY ("'max_size_bytes': " U64 (4096)) },
    "'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>, "
    "'rejected': <[('pixel-format', 'AB24:0x0')]>",
    NULL },
  { "/settle/format/what-the-heap-can-lay-out",
    { GPU FORMATS ("'AB24', 'XR24'") },
    "'heap': <'gbm:renderD128'>, 'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    "'heaps': <['gbm:renderD128', 'system']>" },
  { "/settle/format/what-the-heap-cannot-lay-out",
    { GPU FORMATS ("'AB24'") },
    "'heap': <'system'>, 'rejected': <[('coherency-domain', 'cpu'), ('heap', 'gbm:renderD128')]>, "
    "'reasons': <['heap gbm:renderD128 does not have it', 'it can hold none of the pixel "
    "formats']>",
    "'heaps': <['gbm:renderD128', 'system']>" },
  { "/settle/format/no-heap-can-lay-it-out",
    { GPU FORMATS ("'AB24'") },
    FAILS (IMG "pixel_formats"),
    "'heaps': <['gbm:renderD128']>" },
  { "/settle/format/plain-bytes-on-a-heap-of-images",
    { GPU RAW },
    "'heap': <'system'>, 'rejected': <[('coherency-domain', 'cpu'), ('heap', 'gbm:renderD128')]>, "
    "'reasons': <['heap gbm:renderD128 does not have it', 'it makes images only, not plain "
    "bytes']>",
    "'heaps': <['gbm:renderD128', 'system']>" },
  { "/settle/format/too-large-for-the-heap-the-next-is-not",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'AB24'", "'srgb'", ", 'min_size': " SIZE_2D (64, 64)) ", " IMAGE (
        "'XR24'", "'srgb'", ", 'min_size': " SIZE_2D (32, 32))) },
    "'heap': <'small'>, 'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    "'custom_heaps': <[{'name': <'small'>, 'max_buffer_size': <uint64 4096>}]>, "
    "'policy': <{'preferences': <[(@as [], ['small', 'system'])]>}>" },
  /* 7. Caps */
  { "/settle/caps/at-max-buffer-size",
    { ONE_BUFFER ", " BYTES (268435456) },
    "'size_bytes': " U64 (268435456),
    NULL },
  { "/settle/caps/above-max-buffer-size",
    { ONE_BUFFER ", " BYTES (268435457) },
    FAILS (MEM "min_size_bytes") ", 'detail': <'a buffer of 268439552 bytes is more than "
                                 "MaxBufferSize, 268435456'>",
    NULL },
  { "/settle/caps/padding-counts",
    { ONE_BUFFER ", " BYTES (268435456) ", " IMAGES (
      IMAGE ("'XR24'", "'srgb'", ", 'pad_beyond_image_size_bytes': " U64 (1))) },
    FAILS (MEM "min_size_bytes"),
    NULL },
  { "/settle/caps/at-max-collection-size",
    { CPU_RW ", " CAMP (4) ", " BYTES (268435456) },
    COUNT_IS (4),
    NULL },
  { "/settle/caps/above-max-collection-size",
    { CPU_RW ", " CAMP (5) ", " BYTES (268435456) },
    FAILS (MEM "min_size_bytes") ", 'detail': <'5 buffers of 268435456 bytes are more than "
                                 "MaxCollectionSize, 1073741824'>",
    NULL },
  { "/settle/caps/configured",
    { ONE_BUFFER ", " BYTES (4097) },
    FAILS (MEM "min_size_bytes"),
    "'policy': <{'max_buffer_size': <uint64 4096>}>" },
  { "/settle/caps/one-format-exceeds-them-another-does-not",
    { ONE_BUFFER
      ", " IMAGES (IMAGE ("'AB24'", "'srgb'", ", 'min_size': " SIZE_2D (64, 64)) ", " IMAGE (
        "'XR24'", "'srgb'", ", 'min_size': " SIZE_2D (32, 32))) },
    "'image_format_constraints': <{'pixel_format': <'XR24:0x0'>}>",
    "'policy': <{'max_buffer_size': <uint64 4096>}>" },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  case_add_rows (rows, G_N_ELEMENTS (rows));

  return g_test_run ();
}
