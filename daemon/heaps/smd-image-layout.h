/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* For heaps whose drivers decide strides and offsets: what to ask them for, and whether what they
 * answered is what the participants agreed on. */

#pragma once

#include "common/smc-model.h"

G_BEGIN_DECLS

/* The smallest image that no required size exceeds, in either direction. A driver lays out one
 * image, so where several sizes are required it is as wide as the widest and as high as the
 * highest. */
typedef struct
{
  SmcSize size;
  guint64 row_bytes; /* of plane 0, at least; a multiple of the divisor */
} SmdImageDemand;

/* All three fail with CONSTRAINTS_INTERSECTION_EMPTY, which says that this heap is not for these
 * constraints. @settings have an image. */
gboolean smd_image_demand_init (SmdImageDemand *demand,
                                const SmcSettings *settings,
                                GError **error);

/* Sets planes and image_size of @settings to those of a linear image with rows of @row_bytes. */
gboolean smd_image_lay_out_linear (SmcSettings *settings,
                                   const SmdImageDemand *demand,
                                   guint64 row_bytes,
                                   GError **error);

/* Do the planes of @settings obey the bounds of its image, and do they end before @raw_size? Sets
 * size_bytes and raw_size_bytes if so. @size_bytes: where the last plane ends. */
gboolean smd_image_accept_layout (SmcSettings *settings,
                                  guint64 size_bytes,
                                  guint64 raw_size,
                                  GError **error);

G_END_DECLS
