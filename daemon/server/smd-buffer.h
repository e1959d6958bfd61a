/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One buffer of a collection: does it still exist, is it strongly held, whose close_weak_asap has
 * to hang up (03 §10, §11). While a strong node is connected nothing is asked; afterwards only the
 * kernel counts. */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

struct _SmdBuffer
{
  SmdCollection *collection;
  guint index;
  SmdMemory *memory;     /* NULL once gone */
  guint64 device, inode; /* its identity, also after it is gone */
  gboolean watched;
  gboolean strong_gone; /* the last strong holder has gone; final */
  gint64 strong_gone_at;
  GPtrArray *close_weak; /* of SmdTracker: our ends of close_weak_asap */
  GPtrArray *leases;     /* of SmdTracker: our ends of leases */
  GHashTable *n_handles; /* how many of both each asker has */
  gboolean touched;      /* closed somewhere; the kernel may not know yet */
  gboolean leak_told;    /* in the log */
};

SmdBuffer *smd_buffer_new (SmdCollection *collection, guint index, SmdMemory *memory);
void smd_buffer_free (SmdBuffer *buffer);

/* Which buffer of this daemon is this? NULL: none that still exists. */
SmdBuffer *smd_buffer_lookup (SmdServer *server, guint64 device, guint64 inode);

/* The daemon stops: its own hold goes, whoever still has one. */
void smd_buffers_let_go (SmdCollection *collection);

/* Is there anything to ask the kernel about? While a strong node is connected there is not. */
gboolean smd_buffers_are_asked_about (SmdCollection *collection);
/* After anything that may have ended a holder: asks about each that exists, or only those that
 * @filter chooses, and carries out what follows. */
typedef gboolean (*SmdBufferFilter) (const SmdBuffer *buffer);
void smd_buffers_reconsider (SmdCollection *collection);
void smd_buffers_reconsider_some (SmdCollection *collection, SmdBufferFilter filter);

G_END_DECLS
