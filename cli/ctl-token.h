/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tokens on a command line. A token is a file descriptor that the shell has open: its number. Or it
 * lingers, so that calls of other connections find it: the path of its node. */

#pragma once

#include "ctl-context.h"

G_BEGIN_DECLS

/* A rights attenuation mask: all that the parent has. */
#define CTL_SAME_RIGHTS 0x80000000u

gboolean ctl_token_is_path (const char *text);

/* The token's handle, whatever way it came. One that lingers is passed on: a duplicate takes its
 * place, and it is released.
 * Returns: a file descriptor of the caller's, closed on exec, or -1 with an error */
int ctl_token_take (CtlContext *context, const char *text, GError **error);

/* A new participant, called and with such needs as the file at @path says, with buffers: waits for
 * all others.
 * Returns: (transfer full): the allocated collection, or %NULL with an error */
SysmemCollection *ctl_token_participate (CtlContext *context,
                                         const char *text,
                                         const char *path,
                                         GError **error);

G_END_DECLS
