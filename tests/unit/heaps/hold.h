/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ways in which a process can go on holding a buffer, for tests of who is found to hold it. */

#pragma once

#include <sys/types.h>

#include "heaps/smd-memory.h"

G_BEGIN_DECLS

typedef struct
{
  void *mapping;
  gsize size;
  SmdFd fd;
  SmdFd sockets[2];
  pid_t child;
} Hold;

typedef struct
{
  const char *name;
  void (*take) (Hold *hold, int fd, gsize size); /* keeps the buffer without @fd, which it closes */
  void (*drop) (Hold *hold);                     /* gives up what take kept */
  gboolean memfd_only;                           /* not every dma-buf can be held like this */
} HoldKind;

extern const HoldKind hold_kinds[]; /* ends with an entry whose name is NULL */

/* Asserts that the holders come to be @expected within the bounded time in which the kernel drops
 * what a close left behind (05: the close is announced a moment before it counts). */
void assert_holders (SmdMemory *memory, SmdHolders expected);

SmdFd open_or_die (SmdMemory *memory, SmdAccess access);
guint count_own_fds (void);

/* Runs @function in a child process that has become @uid and asserts that it returned 0. Needs to
 * be root unless @uid is our own. */
void run_as (uid_t uid, int (*function) (gpointer data), gpointer data);

#define NOBODY 65534

G_END_DECLS
