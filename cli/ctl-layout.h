/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a program that inherits buffers is told of them: $SYSMEM_BUFFERS, see sysmemctl(1). */

#pragma once

#include "sysmem.h"

G_BEGIN_DECLS

/* @first_fd: of buffer 0; the others follow.
 * Returns: (transfer full): JSON */
char *ctl_layout_format (SysmemCollection *collection, int first_fd);

G_END_DECLS
