/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A directory for configuration files, and what reading them starts from. */

#pragma once

#include "server/smd-config.h"

typedef struct
{
  char *directory;
  SmcLimits limits;
  SmcLimits defaults;
  SmePolicy *policy;
  GPtrArray *complaints;
} ConfigFixture;

void config_set_up (ConfigFixture *fixture, gconstpointer data);
void config_tear_down (ConfigFixture *fixture, gconstpointer data);

/* Returns the path; @name may contain directories. */
char *config_write_file (ConfigFixture *fixture, const char *name, const char *text);
/* Reads a file named sysmem.conf with this text. */
gboolean config_load_text (ConfigFixture *fixture, const char *text);
