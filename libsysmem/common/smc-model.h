/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The plain structs that the whole project speaks in: what a participant asks for and what the
 * negotiation settled. No behaviour beyond making, copying and freeing them. Names are those of
 * the D-Bus contract. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* usage: one bit per string of the contract, in its order. */
typedef enum
{
  SMC_USAGE_NONE = 1 << 0,
  SMC_USAGE_CPU_READ = 1 << 1,
  SMC_USAGE_CPU_READ_OFTEN = 1 << 2,
  SMC_USAGE_CPU_WRITE = 1 << 3,
  SMC_USAGE_CPU_WRITE_OFTEN = 1 << 4,
  SMC_USAGE_GPU_TRANSFER_SRC = 1 << 5,
  SMC_USAGE_GPU_TRANSFER_DST = 1 << 6,
  SMC_USAGE_GPU_SAMPLED = 1 << 7,
  SMC_USAGE_GPU_STORAGE = 1 << 8,
  SMC_USAGE_GPU_COLOR_ATTACHMENT = 1 << 9,
  SMC_USAGE_GPU_STENCIL_ATTACHMENT = 1 << 10,
  SMC_USAGE_GPU_TRANSIENT_ATTACHMENT = 1 << 11,
  SMC_USAGE_GPU_INPUT_ATTACHMENT = 1 << 12,
  SMC_USAGE_GPU_BUFFER = 1 << 13,
  SMC_USAGE_DISPLAY_LAYER = 1 << 14,
  SMC_USAGE_DISPLAY_CURSOR = 1 << 15,
  SMC_USAGE_VIDEO_DECODER = 1 << 16,
  SMC_USAGE_VIDEO_ENCODER = 1 << 17,
  SMC_USAGE_VIDEO_CAPTURE = 1 << 18,
  SMC_USAGE_VIDEO_DECRYPTOR_OUTPUT = 1 << 19,
  SMC_USAGE_VIDEO_DECODER_INTERNAL = 1 << 20,
} SmcUsage;

#define SMC_USAGE_ALL ((1u << 21) - 1)
#define SMC_USAGE_CPU \
  (SMC_USAGE_CPU_READ | SMC_USAGE_CPU_READ_OFTEN | SMC_USAGE_CPU_WRITE | SMC_USAGE_CPU_WRITE_OFTEN)
#define SMC_USAGE_DISPLAY (SMC_USAGE_DISPLAY_LAYER | SMC_USAGE_DISPLAY_CURSOR)
/* Usages that entitle a participant to write (03 §9). */
#define SMC_USAGE_WRITING \
  (SMC_USAGE_CPU_WRITE | SMC_USAGE_CPU_WRITE_OFTEN | SMC_USAGE_GPU_TRANSFER_DST \
   | SMC_USAGE_GPU_STORAGE | SMC_USAGE_GPU_COLOR_ATTACHMENT | SMC_USAGE_VIDEO_DECODER \
   | SMC_USAGE_VIDEO_ENCODER | SMC_USAGE_VIDEO_CAPTURE | SMC_USAGE_VIDEO_DECRYPTOR_OUTPUT \
   | SMC_USAGE_VIDEO_DECODER_INTERNAL)

/* Coherency domains; also used as a set of bits. */
typedef enum
{
  SMC_DOMAIN_CPU = 1 << 0,
  SMC_DOMAIN_RAM = 1 << 1,
  SMC_DOMAIN_INACCESSIBLE = 1 << 2,
} SmcDomain;

/* Color spaces, best first (03 §6.3); ANY is "*". */
typedef enum
{
  SMC_COLOR_SPACE_SRGB,
  SMC_COLOR_SPACE_REC2100,
  SMC_COLOR_SPACE_REC2020,
  SMC_COLOR_SPACE_REC709,
  SMC_COLOR_SPACE_REC601_PAL_FULL,
  SMC_COLOR_SPACE_REC601_PAL,
  SMC_COLOR_SPACE_REC601_NTSC_FULL,
  SMC_COLOR_SPACE_REC601_NTSC,
  SMC_COLOR_SPACE_PASSTHROUGH,
  SMC_COLOR_SPACE_ANY,
} SmcColorSpace;

/* A set of color spaces: bit (1 << SmcColorSpace). */
typedef guint32 SmcColorSpaces;
#define SMC_COLOR_SPACES_ALL ((1u << (SMC_COLOR_SPACE_ANY + 1)) - 1)

typedef enum
{
  SMC_BUFFER_MEMFD,
  SMC_BUFFER_DMA_BUF,
} SmcBufferType;

typedef enum
{
  SMC_WRITE_PROTECTION_ENFORCED,
  SMC_WRITE_PROTECTION_ADVISORY,
} SmcWriteProtection;

typedef enum
{
  SMC_ALPHA_UNSAID,
  SMC_ALPHA_ABSENT,
  SMC_ALPHA_PRESENT,
} SmcAlpha;

/* Rights masks. */
#define SMC_RIGHT_READ (1u << 0)
#define SMC_RIGHT_WRITE (1u << 1)
#define SMC_RIGHTS_ALL (SMC_RIGHT_READ | SMC_RIGHT_WRITE)

typedef struct
{
  guint32 width;
  guint32 height;
} SmcSize;

/* By width, then by height: < 0, 0 or > 0. For sorting arrays of them. */
gint smc_size_compare (gconstpointer a, gconstpointer b);

/* Neither dimension is 0. */
static inline gboolean
smc_size_has_area (SmcSize size)
{
  return size.width > 0 && size.height > 0;
}

/* FOURCC[:MODIFIER]; either part may be "*". The value of a part that is any is 0. */
typedef struct
{
  guint32 fourcc;
  gboolean any_fourcc;
  guint64 modifier;
  gboolean any_modifier;
} SmcPixelFormat;

/* The part of an image_format_constraints entry that is merged field by field. Absent fields hold
 * the value that constrains nothing. */
typedef struct
{
  SmcSize min_size;               /* 0x0 */
  SmcSize max_size;               /* G_MAXUINT32 = no maximum */
  guint32 min_bytes_per_row;      /* 0 */
  guint32 max_bytes_per_row;      /* G_MAXUINT32 */
  guint64 max_width_times_height; /* G_MAXUINT64 */
  SmcSize size_alignment;         /* 1x1 */
  SmcSize display_rect_alignment; /* 1x1 */
  gboolean has_required_min_size;
  SmcSize required_min_size;
  gboolean has_required_max_size;
  SmcSize required_max_size;
  GArray *required_max_size_list; /* of SmcSize; NULL = empty */
  guint32 bytes_per_row_divisor;  /* 1 */
  guint32 start_offset_divisor;   /* 1 */
  gboolean require_bytes_per_row_at_pixel_boundary;
  SmcAlpha is_alpha_present;
  SmcSize pad_for_block_size; /* 1x1 */
  guint64 pad_beyond_image_size_bytes;
} SmcImageBounds;

/* One entry of image_format_constraints as the participant said it. */
typedef struct
{
  GArray *pixel_formats; /* of SmcPixelFormat, modifiers defaulted already */
  GArray *color_spaces;  /* of SmcColorSpace */
  SmcImageBounds bounds;
} SmcImageEntry;

typedef struct
{
  guint64 min_size_bytes;
  guint64 max_size_bytes; /* G_MAXUINT64 */
  gboolean physically_contiguous_required;
  gboolean secure_required;
  guint32 domains;        /* of SmcDomain, defaults filled in */
  char **permitted_heaps; /* NULL = any; an empty list is one the engine refuses */
  gboolean has_min_physical_base_alignment;
  guint64 min_physical_base_alignment; /* 1 */
  gboolean dma_buf_required;
} SmcMemoryConstraints;

typedef struct
{
  gboolean is_empty; /* the dictionary had no key: constrains nothing, gets no buffers */
  guint32 usage;     /* of SmcUsage */
  guint32 min_buffer_count_for_camping;
  guint32 min_buffer_count_for_dedicated_slack;
  guint32 min_buffer_count_for_shared_slack;
  guint32 min_buffer_count;
  guint32 max_buffer_count; /* G_MAXUINT32 = no maximum */
  SmcMemoryConstraints memory;
  GPtrArray *image_entries; /* of SmcImageEntry; NULL = none: raw bytes */
} SmcConstraints;

/* The one image format that was settled: bounds as aggregated. */
typedef struct
{
  SmcPixelFormat pixel_format; /* specific */
  SmcColorSpace color_space;
  SmcImageBounds bounds;
} SmcImage;

typedef struct
{
  guint64 offset;
  guint32 stride;
} SmcPlane;

/* What a negotiation settled; identical for every participant. */
typedef struct
{
  guint32 buffer_count;
  guint64 size_bytes;
  guint64 max_size_bytes; /* what a heap that lays the image out may make of it; not compared */
  guint64 raw_size_bytes;
  char *heap;
  SmcBufferType buffer_type;
  SmcDomain coherency_domain;
  gboolean is_physically_contiguous;
  gboolean is_secure;
  SmcWriteProtection write_protection; /* what the heap enforces */
  guint32 usage;                       /* aggregated */
  SmcImage *image;                     /* NULL: raw bytes */
  GArray *planes;                      /* of SmcPlane; NULL unless the heap laid the image out */
  SmcSize image_size;                  /* with planes */
} SmcSettings;

SmcConstraints *smc_constraints_new (void); /* every field absent; is_empty */
/* What @constraints would hold if it said only its usage and whether it is secure: what both imply
 * about other fields is filled in. */
SmcConstraints *smc_constraints_new_neutral (const SmcConstraints *constraints);
SmcConstraints *smc_constraints_copy (const SmcConstraints *constraints);
void smc_constraints_free (SmcConstraints *constraints);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmcConstraints, smc_constraints_free)
gboolean smc_constraints_equal (const SmcConstraints *a, const SmcConstraints *b);

SmcImageEntry *smc_image_entry_new (void);
SmcImageEntry *smc_image_entry_copy (const SmcImageEntry *entry);
void smc_image_entry_free (SmcImageEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmcImageEntry, smc_image_entry_free)
gboolean smc_image_entry_equal (const SmcImageEntry *a, const SmcImageEntry *b);

void smc_image_bounds_init (SmcImageBounds *bounds);
void smc_image_bounds_copy (SmcImageBounds *to,
                            const SmcImageBounds *from); /* deep; @to is raw memory */
void smc_image_bounds_clear (SmcImageBounds *bounds);
/* The order of required_max_size_list does not matter. */
gboolean smc_image_bounds_equal (const SmcImageBounds *a, const SmcImageBounds *b);

SmcSettings *smc_settings_new (void);
SmcSettings *smc_settings_copy (const SmcSettings *settings);
void smc_settings_free (SmcSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmcSettings, smc_settings_free)
/* Equal in every field that describes the buffers (03 §8); @ignore_count and @ignore_size leave
 * those fields out. The aggregated usage describes the participants and is not compared; a layout
 * is compared where both sides have one. */
gboolean smc_settings_equal (const SmcSettings *a,
                             const SmcSettings *b,
                             gboolean ignore_count,
                             gboolean ignore_size);

/* The coherency domains of a participant that names none (02, buffer_memory_constraints). */
guint32 smc_default_domains (guint32 usage, gboolean secure_required);

/* Does this participant touch buffers at all (some usage other than "none")? */
gboolean smc_constraints_has_real_usage (const SmcConstraints *constraints);

G_END_DECLS
