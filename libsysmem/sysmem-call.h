/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One call of the daemon, synchronous or not. Replies travel as whole messages: body, file
 * descriptors and the unique name of the daemon that answered belong together. */

#pragma once

#include "sysmem-types.h"

G_BEGIN_DECLS

#define SYSMEM_BUS_NAME "org.sysmem.Sysmem1"
#define SYSMEM_ROOT_PATH "/org/sysmem/Sysmem1"
#define SYSMEM_ALLOCATOR "org.sysmem.Sysmem1.Allocator"
#define SYSMEM_INTERFACE_NODE "org.sysmem.Sysmem1.Node"
#define SYSMEM_INTERFACE_TOKEN "org.sysmem.Sysmem1.Token"
#define SYSMEM_INTERFACE_GROUP "org.sysmem.Sysmem1.Group"
#define SYSMEM_INTERFACE_COLLECTION "org.sysmem.Sysmem1.Collection"

typedef enum
{
  /* It changes something: cancelling keeps it from being sent, but once it is sent its answer
   * counts. Otherwise nobody could tell what has become of a token. */
  SYSMEM_CALL_DECIDES,
  /* It asks or waits: cancelling ends it at once. */
  SYSMEM_CALL_ASKS,
} SysmemCallKind;

/* Runs once when the call succeeded, before the caller hears of it, in the caller's context. */
typedef void (*SysmemCallDone) (gpointer source, gpointer data, GDBusMessage *reply);

typedef struct
{
  SysmemCallKind kind;
  const char *destination; /* NULL: whoever has the bus name */
  const char *path;
  const char *interface;
  const char *method;
  GVariant *parameters; /* floating; NULL: none */
  GUnixFDList *fds;     /* taken; NULL: none; from sysmem_fds_new () */
  const char *answer;   /* the reply's type; NULL: whatever it is */
  gsize n_answers;      /* how long the list is that ends the reply; 0: any length */
  SysmemCallDone done;  /* nullable */
  gpointer source;      /* for done, as is data; a task knows both by itself */
  gpointer data;
} SysmemCall;

/* Duplicates. If one of them cannot be duplicated the list is empty, and the call that gets it fails
 * with an error. */
GUnixFDList *sysmem_fds_new (const int *fds, guint n_fds);

/* Returns: (transfer full): the reply, which is no error */
GDBusMessage *sysmem_call_sync (SysmemClient *client,
                                const SysmemCall *call,
                                GCancellable *cancellable,
                                GError **error);
/* Calls and returns the reply through @task, which it takes; done gets the task's source and data. */
void sysmem_call_start (SysmemClient *client, const SysmemCall *call, GTask *task);
/* Sends without expecting an answer. */
void sysmem_call_send (SysmemClient *client, const SysmemCall *call);

/* The file descriptor that an h of the reply stands for, the caller's own; -1: there is none. */
int sysmem_reply_take_fd (GDBusMessage *reply, gint32 handle, GError **error);
/* The file descriptor of a reply that is one h and nothing else. */
int sysmem_reply_take_only_fd (GDBusMessage *reply, GError **error);

G_END_DECLS
