/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is at the other end of a socket, so that messages can name it. */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct
{
  pid_t pid; /* 0: the kernel does not say */
  char comm[64];
} GstSysmemIdentity;

/* As it was when the peer connected, or listened. */
void gst_sysmem_identity_read (GstSysmemIdentity *self, int socket);
char *gst_sysmem_identity_to_string (const GstSysmemIdentity *self); /* gst-launch-1.0 (pid 42) */

G_END_DECLS
