/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-delivery.h"

#include "server/smd-buffer-handles.h"
#include "server/smd-client.h"
#include "server/smd-unread.h"
#include "server/smd-wait.h"

static void
delivered_clear (SmdDelivered *delivered)
{
  for (guint i = 0; i < G_N_ELEMENTS (delivered->fds); i++)
    smd_fd_clear (&delivered->fds[i]);
}

GArray *
smd_delivered_new (void)
{
  GArray *delivered = g_array_new (FALSE, FALSE, sizeof (SmdDelivered));

  g_array_set_clear_func (delivered, (GDestroyNotify)delivered_clear);
  return delivered;
}

/* 03 §9: what this participant may do with the buffers it is handed. */
static SmdAccess
get_access (const SmdNode *node)
{
  const SmcConstraints *constraints = sme_prepared_get_constraints (node->sme->prepared);
  SmdAccess access = 0;

  if ((constraints->usage & SMC_USAGE_WRITING) != 0 && (node->sme->rights & SMC_RIGHT_WRITE) != 0)
    access |= SMD_ACCESS_WRITE;
  if (node->sme->weak)
    access |= SMD_ACCESS_WEAK;
  return access;
}

static gboolean
gets_fds (const SmdNode *node)
{
  return smc_constraints_has_real_usage (sme_prepared_get_constraints (node->sme->prepared));
}

static gboolean
gets_lease (const SmdNode *node, const SmdBuffer *buffer)
{
  return !node->sme->weak && gets_fds (node) && !buffer->memory->tells_strong;
}

static guint
count_fds (const SmdNode *node, const SmdBuffer *buffer)
{
  if (buffer->memory == NULL || buffer->strong_gone)
    return 0;
  return gets_fds (node) + node->sme->weak + gets_lease (node, buffer);
}

static gboolean
deliver_one (SmdNode *node, SmdBuffer *buffer, SmdDelivered *delivered, GError **error)
{
  SmdFd *fds = delivered->fds;

  /* Its last strong holder is gone: for a newcomer it does not exist any more (03 §10). */
  if (buffer->memory == NULL || buffer->strong_gone)
    return TRUE;
  if (gets_fds (node))
    {
      fds[SMD_DELIVERED_BUFFER] = smd_memory_open (buffer->memory, get_access (node), error);
      if (fds[SMD_DELIVERED_BUFFER] < 0)
        return FALSE;
    }
  if (node->sme->weak
      && !smd_buffer_add_close_weak (buffer, smd_asker_of_node (node),
                                     &fds[SMD_DELIVERED_CLOSE_WEAK], error))
    return FALSE;
  return !gets_lease (node, buffer)
         || smd_buffer_add_lease (buffer, smd_asker_of_node (node), &fds[SMD_DELIVERED_LEASE],
                                  error);
}

gboolean
smd_deliver (
  SmdNode *node, guint first, guint count, guint max_fds, GArray *delivered, GError **error)
{
  GPtrArray *buffers = node->collection->buffers;
  guint n_fds = 0;

  for (guint i = first; i < buffers->len && i - first < count; i++)
    {
      SmdBuffer *buffer = buffers->pdata[i];
      SmdDelivered one = { i, { -1, -1, -1 } };

      n_fds += count_fds (node, buffer);
      if (n_fds > max_fds)
        break;
      if (!deliver_one (node, buffer, &one, error))
        {
          delivered_clear (&one);
          return FALSE;
        }
      g_array_append_val (delivered, one);
    }
  return TRUE;
}

gboolean
smd_node_check_deliverable (SmdNode *node, guint first, GError **error)
{
  const SmdCollection *collection = node->collection;

  if (!smd_node_check_allocated (node, error) || !smd_wait_check_order (node, error))
    return FALSE;
  if (first < collection->settings->buffer_count)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
               "first: %u is beyond the last buffer; there are %u, counted from 0", first,
               collection->settings->buffer_count);
  return FALSE;
}

static void
add_to_bundle (SmdBundle *bundle, SmdDelivered *delivered)
{
  SmdFd fds[SMD_BUNDLE_MAX_FDS_PER_RECORD];
  guint32 which = 0;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (delivered->fds); i++)
    if (delivered->fds[i] >= 0)
      {
        which |= 1u << i;
        fds[n++] = smd_fd_steal (&delivered->fds[i]);
      }
  smd_bundle_add (bundle, delivered->index, which, fds);
}

gboolean
smd_deliver_bundle (SmdNode *node, SmdClient *client, SmdFd *client_end, GError **error)
{
  g_autoptr (GArray) delivered = smd_delivered_new ();
  g_autoptr (SmdBundle) bundle = smd_bundle_new ();

  if (!smd_unread_check (client, error)
      || !smd_deliver (node, 0, G_MAXUINT, G_MAXUINT, delivered, error))
    return FALSE;
  for (guint i = 0; i < delivered->len; i++)
    add_to_bundle (bundle, &g_array_index (delivered, SmdDelivered, i));
  return smd_bundle_seal (bundle, client_end, error)
         && smd_unread_keep (client, g_steal_pointer (&bundle), error);
}
