/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer.h"

G_BEGIN_DECLS

/* Imports @buffer, makes a frame buffer of it, and takes both back. */
gboolean sysmem_kms_try_import (int fd,
                                SysmemBuffer *buffer,
                                const SysmemSize *size,
                                GError **error);

G_END_DECLS
