/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A device's side of a collection, in a process of its own. It is started with a token's handle and
 * one end of a socket, over which buffers change hands: one byte each, the index. */

#pragma once

#include <sysmem.h>

G_BEGIN_DECLS

typedef struct
{
  SysmemClient *client;
  SysmemCollection *collection; /* allocated */
  SysmemSize size;
  int link_end;
} DeviceSide;

/* Tells the daemon what the device can live with of @pixel_format, after a trial import of every
 * heap, and waits for the buffers. */
gboolean device_side_join (
  DeviceSide *self, SysmemDevice *device, const char *pixel_format, int token, GError **error);
/* Leaves cleanly. */
gboolean device_side_leave (DeviceSide *self, GError **error);
void device_side_clear (DeviceSide *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DeviceSide, device_side_clear)

guint device_side_count_buffers (DeviceSide *self);
/* The caller's own file descriptor of a buffer. */
int device_side_dup_fd (DeviceSide *self, guint index, GError **error);

gboolean device_side_send (DeviceSide *self, guint index, GError **error);
/* FALSE without an error: the other side wants no more. */
gboolean device_side_receive (DeviceSide *self, guint *index, GError **error);

/* Sets @error to "@what: errno"; always FALSE. */
gboolean device_side_fail (const char *what, GError **error);

G_END_DECLS
