/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The client's side of a bundle. */

#pragma once

#include "heaps/smd-fd.h"

#define DATAGRAM_MAX_FDS 253

/* What a client gets out of one datagram. */
typedef struct
{
  guint32 words[4 * 256]; /* records, as they come */
  guint n_records;
  SmdFd fds[DATAGRAM_MAX_FDS];
  guint n_fds;
} Datagram;

/* FALSE: end of file. */
gboolean datagram_receive (int client_end, int flags, Datagram *datagram);
/* Word @i of a record: index, number of fds, which, zero. */
guint32 datagram_get_word (const Datagram *datagram, guint record, guint i);
void datagram_clear (Datagram *datagram); /* closes the fds */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Datagram, datagram_clear)
