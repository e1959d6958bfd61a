/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* libgbm, as far as importing goes. It is loaded when somebody needs it: programs that do not draw
 * should not bring a graphics driver along. Where the library was built without it nothing opens. */

#pragma once

#include "common/smc-model.h"
#include "sysmem-settings.h"

G_BEGIN_DECLS

typedef struct _SysmemGbm SysmemGbm;

/* @fd has to stay open as long. NULL with G_IO_ERROR. */
SysmemGbm *sysmem_gbm_open (int fd, GError **error);
void sysmem_gbm_close (SysmemGbm *self);

/* Can the driver import such images, to draw into them if @draws? Modifiers are asked for as they
 * are; of linear images a driver may say so in the way that is older than modifiers. */
gboolean sysmem_gbm_supports (SysmemGbm *self, const SmcPixelFormat *format, gboolean draws);

/* Imports an image that is laid out in @dma_buf as @settings say, and lets go of it. */
gboolean sysmem_gbm_try_import (SysmemGbm *self,
                                int dma_buf,
                                SysmemSettings *settings,
                                const SysmemSize *size,
                                gboolean draws,
                                GError **error);

G_END_DECLS
