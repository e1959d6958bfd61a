/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One method call on its way: what a handler gets, and how its outcome gets out. A handler decodes
 * its arguments, makes one call of the server's and encodes the result; it returns the reply's
 * body, or NULL with an error, or NULL with call->deferred set. One place completes the call. */

#pragma once

#include "bus/smd-bus.h"
#include "server/smd-node.h"

G_BEGIN_DECLS

typedef struct
{
  SmdBus *bus;
  SmdServer *server;
  SmdClient *client;
  SmdNode *node; /* of node methods */
  GDBusMethodInvocation *invocation;
  GVariant *parameters;
  GArray *reply_fds; /* of int, owned until the reply takes them */
  guint denied;      /* permissions the caller has not, see smd-permissions.h */
  gboolean deferred; /* the handler keeps the invocation and completes it later */
} SmdCall;

typedef GVariant *(*SmdMethodFunc) (SmdCall *call, GError **error);

/* An 'h' argument: borrowed. PROTOCOL_DEVIATION when the message has no such fd. */
gboolean smd_call_get_fd (SmdCall *call, gint32 handle, int *fd, GError **error);
/* The same of a call that is not served yet. */
gboolean smd_invocation_get_fd (GDBusMethodInvocation *invocation,
                                gint32 handle,
                                int *fd,
                                GError **error);
/* An fd for the reply: its 'h'. Takes *fd. */
GVariant *smd_call_put_fd (SmdCall *call, SmdFd *fd);
/* A new token for the reply: (oh) of its path and handle. */
GVariant *smd_call_put_token (SmdCall *call, SmdNewToken *token);

/* Completes an invocation: takes @reply (floating) and the fds of @reply_fds. */
void smd_call_complete (SmdBus *bus,
                        GDBusMethodInvocation *invocation,
                        GVariant *reply,
                        GArray *reply_fds,
                        const GError *error);
GArray *smd_reply_fds_new (void);

/* Options that are there or not. */
gboolean smd_options_get_boolean (GVariant *options, const char *key);

G_END_DECLS
