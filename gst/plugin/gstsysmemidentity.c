/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemidentity.h"

#include "common/smc-text.h"
#include <string.h>
#include <sys/socket.h>

void
gst_sysmem_identity_read (GstSysmemIdentity *self, int socket)
{
  struct ucred credentials = { 0 };
  socklen_t size = sizeof credentials;
  g_autofree char *path = NULL;
  g_autofree char *comm = NULL;
  g_autofree char *escaped = NULL;

  if (getsockopt (socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
    credentials.pid = 0;
  self->pid = credentials.pid;
  path = g_strdup_printf ("/proc/%d/comm", (int)self->pid);
  if (self->pid != 0 && g_file_get_contents (path, &comm, NULL, NULL))
    escaped = smc_text_escape (g_strchomp (comm));
  (void)g_strlcpy (self->comm, escaped != NULL ? escaped : "unknown", sizeof self->comm);
}

char *
gst_sysmem_identity_to_string (const GstSysmemIdentity *self)
{
  return g_strdup_printf ("%s (pid %d)", self->comm, (int)self->pid);
}
