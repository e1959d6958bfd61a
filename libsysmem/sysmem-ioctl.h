/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking a device, and what it says when it cannot. */

#pragma once

#include "sysmem-types.h"

G_BEGIN_DECLS

/* As ioctl (), again after a signal. FALSE: see errno. */
gboolean sysmem_ioctl (int fd, unsigned long request, gpointer argument);

/* The same; on failure @error says "@what: errno", as G_IO_ERROR. */
gboolean sysmem_ioctl_checked (
  int fd, unsigned long request, gpointer argument, const char *what, GError **error);

G_END_DECLS
