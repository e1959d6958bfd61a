/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What every command has: the options that all understand, and the way to the daemon. */

#pragma once

#include "sysmem.h"

G_BEGIN_DECLS

typedef struct _CtlCommand CtlCommand;

typedef enum
{
  CTL_EXIT_OK = 0,
  CTL_EXIT_FAILED = 1,
  CTL_EXIT_USAGE = 2,
  CTL_EXIT_NOT_FOUND = 3,
  CTL_EXIT_UNSATISFIABLE = 4,
} CtlExit;

typedef struct
{
  const CtlCommand *command;
  char *bus; /* --bus; %NULL: as the library chooses */
  gboolean json;
  gboolean all;   /* polkit may ask whoever sits there for permission to see what others have */
  char **program; /* (nullable) (transfer none): what came after "--" */
  SysmemClient *client;
  int status; /* to end with where there is no error */
} CtlContext;

/* Makes @context->client, unless there is one already. */
gboolean ctl_context_connect (CtlContext *context, GError **error);
void ctl_context_clear (CtlContext *context);

/* Calls the daemon at its root object, for what the library has no function for.
 * @parameters: (nullable): floating
 * Returns: (transfer full): the reply's tuple, or %NULL with an error */
GVariant *ctl_context_call (CtlContext *context,
                            const char *interface,
                            const char *method,
                            GVariant *parameters,
                            const char *reply_type,
                            GError **error);

/* The same at another @path. */
GVariant *ctl_context_call_at (CtlContext *context,
                               const char *path,
                               const char *interface,
                               const char *method,
                               GVariant *parameters,
                               const char *reply_type,
                               GError **error);

CtlExit ctl_exit_for_error (const GError *error);

/* An error for exit status 2. */
void ctl_set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

#define CTL_ALLOCATOR "org.sysmem.Sysmem1.Allocator"
#define CTL_BUS_NAME "org.sysmem.Sysmem1"
#define CTL_INSPECTOR "org.sysmem.Sysmem1.Inspector"
#define CTL_NODE "org.sysmem.Sysmem1.Node"
#define CTL_NODE_PATH "/org/sysmem/Sysmem1/node/"
#define CTL_ROOT_PATH "/org/sysmem/Sysmem1"
#define CTL_TOKEN "org.sysmem.Sysmem1.Token"

G_END_DECLS
