/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"

const CtlCommand *const ctl_commands[] = {
  &ctl_list,      &ctl_info,   &ctl_explain, &ctl_top,      &ctl_monitor, &ctl_heaps,
  &ctl_negotiate, &ctl_create, &ctl_bind,    &ctl_hold,     &ctl_exec,    &ctl_clients,
  &ctl_limits,    &ctl_bench,  &ctl_version, &ctl_complete, NULL,
};

const CtlCommand *
ctl_command_find (const char *name)
{
  for (guint i = 0; ctl_commands[i] != NULL; i++)
    if (g_str_equal (ctl_commands[i]->name, name))
      return ctl_commands[i];
  return NULL;
}
