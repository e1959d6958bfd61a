/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-buffer-name.h"

#include <string.h>

static gboolean
is_inside_character (const char *text)
{
  return ((guchar)*text & 0xc0) == 0x80;
}

char *
smd_buffer_name_new (const char *name, guint index, gsize max_bytes)
{
  g_autofree char *suffix = g_strdup_printf (":%u", index);
  gsize room = max_bytes - strlen (suffix);
  gsize length = strlen (name);

  g_return_val_if_fail (max_bytes >= strlen (suffix), NULL);

  if (length > room)
    {
      length = room;
      while (length > 0 && is_inside_character (name + length))
        length--;
    }
  return g_strdup_printf ("%.*s%s", (int)length, name, suffix);
}
