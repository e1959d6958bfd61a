/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* GetBufferInfo: what is this buffer? */

#pragma once

#include "server/smd-buffer.h"

G_BEGIN_DECLS

typedef struct
{
  uid_t asker;
  gboolean need_weak;
  SmePrepared *constraints; /* to check; NULL: not asked. Owned */
  int settings_fd;          /* of another buffer to compare with; -1: not asked. Borrowed */
  gboolean ignore_size;
} SmdBufferQuestion;

typedef struct
{
  SmdBuffer *buffer;
  SmdFd weak_fd;    /* -1: not asked */
  SmdFd close_weak; /* -1: none */
  gboolean constraints_ok;
  gboolean settings_match;
} SmdBufferAnswer;

#define SMD_BUFFER_ANSWER_INIT \
  { \
    .weak_fd = -1, .close_weak = -1 \
  }

gboolean smd_buffer_get_info (SmdServer *server,
                              int fd,
                              const SmdBufferQuestion *question,
                              SmdBufferAnswer *answer,
                              GError **error);
/* The existing buffer that @fd is; NOT_FOUND, HANDLE_ACCESS_DENIED. */
SmdBuffer *smd_buffer_of_fd (SmdServer *server, int fd, SmdFdIdentity *identity, GError **error);

G_END_DECLS
