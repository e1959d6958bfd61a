/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients do, in a line each. A method is named with its interface: "Token.Duplicate". What is
 * not said to be refusable fails the test when it is refused. */

#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "common/sysmem-error.h"
#include "heaps/smd-fd.h"

G_BEGIN_DECLS

#define BUS_NAME "org.sysmem.Sysmem1"
#define BUS_ROOT "/org/sysmem/Sysmem1"

/* "Token.Duplicate": *interface is "org.sysmem.Sysmem1.Token", returns "Duplicate". An interface of
 * somebody else's, with more dots, stays what it is. */
const char *bus_split_method (const char *method, char **interface);

/* Plain calls. @parameters may be floating, and NULL for none. */
GVariant *bus_call (GDBusConnection *peer,
                    const char *path,
                    const char *method,
                    GVariant *parameters);
/* With one fd going there (-1: none), and those that come back (nullable). May be refused. */
GVariant *bus_try (GDBusConnection *peer,
                   const char *path,
                   const char *method,
                   GVariant *parameters,
                   int fd,
                   GUnixFDList **fds,
                   GError **error);
/* The same, and may not be refused. */
GVariant *bus_call_with_fds (GDBusConnection *peer,
                             const char *path,
                             const char *method,
                             GVariant *parameters,
                             int fd,
                             GUnixFDList **fds);
/* Asserts that it is refused with @code and a message that contains @text. */
void bus_refused (GDBusConnection *peer,
                  const char *path,
                  const char *method,
                  GVariant *parameters,
                  SysmemError code,
                  const char *text);
/* The one fd of a reply. */
SmdFd bus_call_for_fd (GDBusConnection *peer,
                       const char *path,
                       const char *method,
                       GVariant *parameters);
GVariant *bus_get_property (GDBusConnection *peer, const char *path, const char *name);
char *bus_get_state (GDBusConnection *peer, const char *path);

GUnixFDList *bus_list_fd (int fd); /* NULL for -1 */
SmdFd bus_take_fd (GUnixFDList *fds, gint32 handle);

/* Calls that are answered later. */
typedef struct _BusPending BusPending;
BusPending *bus_start (
  GDBusConnection *peer, const char *path, const char *method, GVariant *parameters, int fd);
guint32 bus_pending_get_serial (BusPending *pending);   /* of the call's message */
gboolean bus_pending_is_answered (BusPending *pending); /* after all that has come by now */
GVariant *bus_finish (BusPending *pending, GUnixFDList **fds, GError **error);
void bus_finish_refused (BusPending *pending, SysmemError code, const char *text);

typedef struct
{
  char *path;
  SmdFd handle;
} BusToken;

void bus_token_clear (BusToken *token);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BusToken, bus_token_clear)

BusToken bus_allocate_shared (GDBusConnection *peer);
/* By Token.Duplicate, Group.CreateChild or Collection.AttachToken. */
BusToken bus_new_token (GDBusConnection *peer, const char *path, const char *method);
BusToken bus_duplicate (GDBusConnection *peer, const char *path);
/* Turns the token in and closes its handle; @constraints (nullable). Returns the path. */
char *bus_bind (GDBusConnection *peer, BusToken *token, GVariant *constraints);

/* Of one participant that wants @camping buffers of @bytes for its CPU; floating. */
GVariant *bus_constraints (guint camping, guint64 bytes);
void bus_set_constraints (GDBusConnection *peer, const char *path, GVariant *constraints);
/* A collection of one participant: its path. */
char *bus_allocate_single (GDBusConnection *peer, GVariant *constraints);
void bus_release (GDBusConnection *peer, const char *path);

GVariant *bus_options (const char *key); /* ({key: true},), floating */
GVariant *bus_no_options (void);         /* ({},), floating */

/* Has the daemon's end of it been closed? */
gboolean bus_hung_up (int fd);
void bus_await_hangup (int fd);

G_END_DECLS
