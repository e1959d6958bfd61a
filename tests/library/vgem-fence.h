/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A device that works on a buffer as long as a test wants: vgem, which imports every dma-buf and
 * lets programs attach fences to it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int device;
  guint32 handle;
  guint32 fence;
} VgemFence;

/* FALSE: there is no vgem here. */
gboolean vgem_fence_attach (VgemFence *self, int dma_buf);
void vgem_fence_signal (VgemFence *self);
void vgem_fence_clear (VgemFence *self);

G_END_DECLS
