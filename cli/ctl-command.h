/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One command of sysmemctl: ctl-NAME.c defines ctl_NAME, and ctl-commands.c lists them all. */

#pragma once

#include "ctl-context.h"

G_BEGIN_DECLS

/* What may stand where, for completion. */
typedef enum
{
  CTL_ARGUMENT_NONE,
  CTL_ARGUMENT_ID,
  CTL_ARGUMENT_FILE,
  CTL_ARGUMENT_TOKEN_THEN_FILE,
} CtlArgument;

struct _CtlCommand
{
  const char *name;
  const char *usage;           /* of its arguments, as --help shows it; translated; nullable */
  const char *summary;         /* translated */
  const GOptionEntry *options; /* nullable */
  CtlArgument argument;
  guint min_arguments;
  guint max_arguments;
  gboolean runs_program; /* what follows "--" is a program to run */
  gboolean is_hidden;

  /* @arguments: what is left when options are taken out. What is printed before a failure stays. */
  gboolean (*run) (CtlContext *context, char **arguments, GError **error);
};

/* Ends in %NULL. */
extern const CtlCommand *const ctl_commands[];

extern const CtlCommand ctl_bench;
extern const CtlCommand ctl_bind;
extern const CtlCommand ctl_clients;
extern const CtlCommand ctl_complete;
extern const CtlCommand ctl_create;
extern const CtlCommand ctl_exec;
extern const CtlCommand ctl_explain;
extern const CtlCommand ctl_heaps;
extern const CtlCommand ctl_hold;
extern const CtlCommand ctl_info;
extern const CtlCommand ctl_limits;
extern const CtlCommand ctl_list;
extern const CtlCommand ctl_monitor;
extern const CtlCommand ctl_negotiate;
extern const CtlCommand ctl_top;
extern const CtlCommand ctl_version;

const CtlCommand *ctl_command_find (const char *name);

G_END_DECLS
