/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known about format modifiers: LINEAR, and the tilings whose geometry drm_fourcc.h and the
 * kernel's documentation define exactly. All of those are for packed pixels of 32 bits. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMC_MODIFIER_LINEAR 0x0

/* The only pixels that tilings are known for. */
#define SMC_TILED_PIXEL_BYTES 4u

/* An image is a grid of tiles of tile_row_bytes x tile_rows. Compressed layouts divide the tiles
 * into blocks and put a table with a header for every block in front of the grid. */
typedef struct
{
  guint64 modifier;
  guint32 tile_row_bytes;       /* rows are whole multiples of this; 1 for linear */
  guint32 tile_rows;            /* heights are; 1 for linear */
  guint32 block_bytes;          /* of the pixels that one header describes; 0: no headers */
  guint32 block_header_bytes;   /* of one header */
  guint32 header_area_multiple; /* the table of headers is rounded up to this */
} SmcModifierInfo;

void smc_modifier_describe_linear (SmcModifierInfo *info);
/* FALSE: not a known tiling. */
gboolean smc_modifier_describe_tiling (guint64 modifier, SmcModifierInfo *info);

guint smc_modifier_count_tilings (void);
guint64 smc_modifier_nth_tiling (guint n);

G_END_DECLS
