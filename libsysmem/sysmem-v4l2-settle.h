/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-settings.h"
#include "sysmem-v4l2.h"

G_BEGIN_DECLS

/* The format in which the driver lays images of @size out exactly as @settings say, in whatever code
 * it has for it. FALSE with CONSTRAINTS_INTERSECTION_EMPTY: there is none. Changes nothing. */
gboolean sysmem_v4l2_settle (const SysmemV4l2 *device,
                             SysmemSettings *settings,
                             const SysmemSize *size,
                             SysmemV4l2Format *format,
                             GError **error);

G_END_DECLS
