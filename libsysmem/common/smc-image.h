/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Image arithmetic for known specific pixel formats. All results are checked: FALSE means the
 * number does not fit, never a wrap. */

#pragma once

#include "smc-format.h"

G_BEGIN_DECLS

/* Bytes of one row of plane 0 at @width pixels, rounded up to what the modifier needs. */
gboolean smc_image_row_bytes (const SmcPixelFormat *format, guint64 width, guint64 *row_bytes);
/* Bytes of the whole image whose plane 0 has rows of @row_bytes. */
gboolean smc_image_size_bytes (const SmcPixelFormat *format,
                               guint64 row_bytes,
                               guint64 height,
                               guint64 *size_bytes);
/* Bytes between horizontally neighbouring pixels of plane 0 (single-plane formats: pixel stride). */
guint smc_image_pixel_stride (const SmcPixelFormat *format);
/* Planes of a linear image: offset, stride and rows of each. Returns the number of planes, 0 when
 * the format is not linear or a number does not fit. */
guint smc_image_planes (const SmcPixelFormat *format,
                        guint64 row_bytes,
                        guint64 height,
                        guint64 offsets[4],
                        guint64 strides[4],
                        guint64 rows[4]);

G_END_DECLS
