/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node is told its constraints, which its place holds from then on. Legal ones can take a hundred
 * KiB, and a user may have thousands of nodes: so they are paid for like buffers. */

#include "server/smd-collection.h"

/* The place pays for constraints as most have them; long lists count as memory. */
#define CONSTRAINTS_INCLUDED (4 * 1024)

static gboolean
charge_constraints (
  SmdServer *server, uid_t payer, SmePrepared *prepared, SmdCharge *charge, GError **error)
{
  gsize size = sme_prepared_get_size (prepared);

  if (size <= CONSTRAINTS_INCLUDED)
    return TRUE;
  if (smd_charge (charge, server->accounts, payer, SMD_RESOURCE_BYTES, size - CONSTRAINTS_INCLUDED,
                  error))
    return TRUE;
  g_prefix_error (error, "constraints: ");
  return FALSE;
}

gboolean
smd_node_check_constraints (SmdServer *server, uid_t payer, SmePrepared *prepared, GError **error)
{
  g_auto (SmdCharge) charge = { 0 };

  return charge_constraints (server, payer, prepared, &charge, error);
}

gboolean
smd_node_set_constraints (SmdNode *node,
                          SmePrepared *prepared,
                          const SmcSettings *must_match,
                          GError **error)
{
  SmdCollection *collection = node->collection;
  g_auto (SmdCharge) charge = { 0 };
  GPtrArray *events;
  gboolean accepted;

  /* The engine refuses a second time, which comes before any limit. */
  if (node->sme->prepared == NULL
      && !charge_constraints (node->server, collection->payer, prepared, &charge, error))
    return FALSE;
  events = sme_events_new ();
  accepted = sme_node_set_constraints (node->sme, prepared, must_match, events, error);
  if (accepted)
    smd_charge_move (&node->constraints_charge, &charge);
  smd_collection_carry_out (collection, events);
  return accepted;
}
