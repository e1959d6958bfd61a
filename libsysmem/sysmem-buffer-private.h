/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer.h"
#include "sysmem-delivery.h"

G_BEGIN_DECLS

/* Takes the file descriptors of @delivered. */
SysmemBuffer *sysmem_buffer_new (SysmemSettings *settings, SysmemDelivered *delivered);
/* The buffer's own; -1: there is none. */
int sysmem_buffer_peek_fd (SysmemBuffer *self);
/* As that, with an error if there is none. */
int sysmem_buffer_need_fd (SysmemBuffer *self, GError **error);
gboolean sysmem_buffer_is_dma_buf (SysmemBuffer *self);

G_END_DECLS
