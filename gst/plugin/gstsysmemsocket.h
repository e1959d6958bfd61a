/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets in the file system: who listens at a path, and who does not any more. */

#pragma once

#include "sysmem-fd.h"

G_BEGIN_DECLS

/* A SOCK_SEQPACKET socket connected to @path, or -1. G_IO_ERROR_NOT_FOUND: nothing is there;
 * G_IO_ERROR_CONNECTION_REFUSED: a socket is, but nobody listens. */
int gst_sysmem_socket_connect (const char *path, GError **error);

/* Listens at a path until it is freed. */
typedef struct _GstSysmemListener GstSysmemListener;

/* A socket that nobody listens at is left over from somebody who died, and is replaced. One that
 * somebody listens at, and whatever is no socket, stays: that is an error. */
GstSysmemListener *gst_sysmem_listener_new (const char *path, GError **error);
void gst_sysmem_listener_free (GstSysmemListener *self);
int gst_sysmem_listener_get_fd (GstSysmemListener *self);

/* The next one that connected, or -1: there is none (any more). */
int gst_sysmem_listener_accept (GstSysmemListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemListener, gst_sysmem_listener_free)

G_END_DECLS
