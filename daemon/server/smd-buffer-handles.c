/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-buffer-handles.h"

#include "server/smd-ask-again.h"
#include "server/smd-tracker.h"

/* No node's id comes near it: they are counted from the microseconds since boot. */
#define ASKER_IS_UID (G_GUINT64_CONSTANT (1) << 63)

guint64
smd_asker_of_node (const SmdNode *node)
{
  return node->id;
}

guint64
smd_asker_of_uid (uid_t uid)
{
  return ASKER_IS_UID | uid;
}

static gboolean
check_count (SmdBuffer *buffer, guint64 asker, GError **error)
{
  guint n = smd_tracker_counts_get (buffer->n_handles, asker);

  if (n < SMC_MAX_HANDLES_PER_BUFFER)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxHandlesPerBuffer: %s holds %u handles (close_weak_asap or lease) of buffer %u; "
               "the limit is %u: close those of earlier answers",
               (asker & ASKER_IS_UID) != 0 ? "this user" : "this node", n, buffer->index,
               SMC_MAX_HANDLES_PER_BUFFER);
  return FALSE;
}

/* @closed (nullable) is called when the client closed its end. */
static gboolean
add_handle (SmdBuffer *buffer,
            GPtrArray *list,
            guint64 asker,
            void (*closed) (gpointer buffer),
            SmdFd *client_end,
            GError **error)
{
  SmdTracker *handle;

  if (!check_count (buffer, asker, error))
    return FALSE;
  handle = smd_tracker_add (list, buffer->collection, closed, buffer, client_end, error);
  if (handle == NULL)
    return FALSE;
  smd_tracker_count (handle, buffer->n_handles, asker);
  return TRUE;
}

gboolean
smd_buffer_add_close_weak (SmdBuffer *buffer, guint64 asker, SmdFd *client_end, GError **error)
{
  return add_handle (buffer, buffer->close_weak, asker, NULL, client_end, error);
}

static void
on_lease_closed (gpointer data)
{
  smd_ask_again_touched (data);
}

gboolean
smd_buffer_add_lease (SmdBuffer *buffer, guint64 asker, SmdFd *client_end, GError **error)
{
  return add_handle (buffer, buffer->leases, asker, on_lease_closed, client_end, error);
}
