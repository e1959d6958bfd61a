/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the library tells the kernel about CPU access: this program's own ioctl () stands before that
 * of libc, remembers DMA_BUF_IOCTL_SYNC and passes everything on. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The flags of every bracket since the last time, of both kinds: DMA_BUF_SYNC_START, _END. The next
 * @n_interrupted ones are interrupted before they get anywhere, as by a signal. */
void access_log_clear (guint n_interrupted);
void access_log_assert (const guint64 *flags, guint n_flags);

G_END_DECLS
