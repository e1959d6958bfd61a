/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One buffer's memory, whatever made it, and what the kernel knows of its holders (05).
 *
 * A memory keeps only what it needs to ask the kernel and to make further fds; that much must not
 * count as a holder. Thread use: made and freed in any one thread at a time; everything else on
 * the main loop. */

#pragma once

#include <sys/types.h>

#include "common/smc-model.h"
#include "smd-fd.h"

G_BEGIN_DECLS

typedef struct _SmdMemory SmdMemory;

typedef enum
{
  SMD_ACCESS_WRITE = 1 << 0, /* else read only */
  SMD_ACCESS_WEAK = 1 << 1,  /* not a strong holder */
} SmdAccess;

/* Who holds it besides the daemon: fds anywhere, mappings, fds in flight, imports. Ordered. */
typedef enum
{
  SMD_HOLDERS_NONE,
  SMD_HOLDERS_WEAK,   /* some, none of them strong */
  SMD_HOLDERS_STRONG, /* some strong; or some, where the kernel cannot tell (tells_strong FALSE) */
} SmdHolders;

typedef struct
{
  /* A new fd for one participant: its own open file description where the kernel has such. */
  int (*open) (SmdMemory *memory, SmdAccess access, GError **error);
  SmdHolders (*ask) (SmdMemory *memory);
  void (*free) (SmdMemory *memory);
} SmdMemoryClass;

struct _SmdMemory
{
  const SmdMemoryClass *klass;
  guint64 device, inode; /* identity of every fd of it */
  guint64 raw_size;
  gboolean tells_strong; /* else strong holders are known by their leases */
  int watch_fd;          /* what a close watch can be put on; -1: ask () must be polled */
  gpointer owner;        /* the server's */
};

static inline int
smd_memory_open (SmdMemory *memory, SmdAccess access, GError **error)
{
  return memory->klass->open (memory, access, error);
}

static inline SmdHolders
smd_memory_ask (SmdMemory *memory)
{
  return memory->klass->ask (memory);
}

void smd_memory_free (SmdMemory *memory); /* the daemon's own hold; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdMemory, smd_memory_free)

/* What an fd somebody shows us is. */
typedef struct
{
  guint64 device, inode;
  gboolean readable, writable;
  gboolean path_only; /* O_PATH: no access at all */
  gboolean weak;      /* a memfd description made with SMD_ACCESS_WEAK */
} SmdFdIdentity;

gboolean smd_fd_identify (int fd, SmdFdIdentity *identity, GError **error);

/* What a heap's write protection is worth to one receiver: the daemon's own uid and root can
 * re-open any read-only fd for writing (05). */
SmcWriteProtection smd_write_protection_towards (SmcWriteProtection heap_protection,
                                                 uid_t receiver);

G_END_DECLS
