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

/* All that set @error fail with CONSTRAINTS_INTERSECTION_EMPTY, which says that this heap is not for these
 * constraints. @settings have an image. */
gboolean smd_image_demand_init (SmdImageDemand *demand,
                                const SmcSettings *settings,
                                GError **error);

/* Room for such an image with rows of @row_bytes: as it is, but at least as much as was agreed on;
 * and with its padding. FALSE: it does not fit 64 bits. */
gboolean smd_image_measure (const SmcSettings *settings,
                            const SmdImageDemand *demand,
                            guint64 row_bytes,
                            guint64 *size_bytes,
                            guint64 *padded_bytes);

/* The one linear image of the format's first plane in which everything has room, all planes and the
 * padding below each other: as wide as a row, in pixels, and as high as it takes. */
typedef struct
{
  guint32 width, height;
  guint64 size_bytes; /* as measured */
} SmdImageRoom;

/* @row_bytes: the driver's stride once it is known. FALSE: a number does not fit. */
gboolean smd_image_room_init (SmdImageRoom *room,
                              const SmcSettings *settings,
                              const SmdImageDemand *demand,
                              guint64 row_bytes);

/* Sets planes and image_size of @settings to those of a linear image with rows of @row_bytes. */
gboolean smd_image_lay_out_linear (SmcSettings *settings,
                                   const SmdImageDemand *demand,
                                   guint64 row_bytes,
                                   GError **error);

/* What images may use of @raw_size bytes in which a driver placed the planes of @settings: of rows it
 * is known where they end, tiles may take all there is. FALSE: these are not the format's planes. */
gboolean smd_image_measure_planes (const SmcSettings *settings,
                                   guint64 raw_size,
                                   guint64 *size_bytes);

/* Do the planes of @settings obey the bounds of its image, and have they room in @raw_size? Sets
 * size_bytes and raw_size_bytes if so. @size_bytes: as measured. */
gboolean smd_image_accept_layout (SmcSettings *settings,
                                  guint64 size_bytes,
                                  guint64 raw_size,
                                  GError **error);

G_END_DECLS
