/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A daemon that answers whatever a test wants it to, over a connection without a bus. */

#pragma once

#include <sysmem.h>

G_BEGIN_DECLS

typedef struct
{
  GDBusConnection *connection; /* the daemon's end */
  SysmemClient *client;
  GSocket *sockets[2];
  GMutex lock;         /* of the answers, which are looked up in another thread */
  GHashTable *answers; /* of Answer, by the method's name */
} FakeDaemon;

void fake_daemon_start (FakeDaemon *daemon);
void fake_daemon_stop (FakeDaemon *daemon);

/* From now on calls of @method are answered with @body, a tuple in GVariant text format (NULL: an
 * empty one), and @n_fds file descriptors, all sockets that have reached their end. */
void fake_daemon_answer (FakeDaemon *daemon, const char *method, const char *body, guint n_fds);
/* ... with an error. */
void fake_daemon_refuse (FakeDaemon *daemon,
                         const char *method,
                         const char *error_name,
                         const char *message);

G_END_DECLS
