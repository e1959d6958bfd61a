/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One bus connection: who it is, what it owns, what it uses up. */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

struct _SmdClient
{
  SmdServer *server;
  char *name; /* unique bus name */
  uid_t uid;
  pid_t pid;
  char *process_name;
  char *debug_name; /* NULL until SetDebugClientInfo */
  guint64 debug_id;
  GHashTable *nodes;    /* set of SmdNode it owns, failed ones included */
  GQueue failed_nodes;  /* of SmdNode, oldest first */
  GPtrArray *waits;     /* of SmdWait, pending */
  guint n_descriptions; /* pending, see smd-holder-search.h */
  GHashTable *trees;    /* set of SmdCollection of its own making */
  guint n_unread;       /* bundles */
  gboolean subscribed;
  gboolean may_inspect; /* others, by the authority's last answer */
};

SmdClient *smd_client_new (SmdServer *server, const char *name, uid_t uid, pid_t pid);
SmdClient *smd_client_lookup (SmdServer *server, const char *name);
/* The connection left the bus: its collections and groups fail, its tokens have no owner. */
void smd_client_leave (SmdClient *client);
/* Does it want CollectionChanged? */
void smd_client_set_subscribed (SmdClient *client, gboolean subscribed);
void smd_client_set_debug_info (SmdClient *client, const char *name, guint64 id);

G_END_DECLS
