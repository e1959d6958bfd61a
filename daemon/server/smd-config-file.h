/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One file of the configuration: a key file that knows the lines of its keys, which GKeyFile does
 * not tell, and complains about them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *path;
  char *text;
  GKeyFile *keys;
  GPtrArray *complaints; /* of char *, borrowed */
} SmdConfigFile;

/* FALSE, with a complaint, when it cannot be read or is no key file. */
gboolean smd_config_file_open (SmdConfigFile *file, const char *path, GPtrArray *complaints);
void smd_config_file_clear (SmdConfigFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdConfigFile, smd_config_file_clear)

/* "PATH:LINE: [GROUP] KEY: " and the sentence; @key NULL: about the group. */
void smd_config_file_complain (SmdConfigFile *file,
                               const char *group,
                               const char *key,
                               const char *format,
                               ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
