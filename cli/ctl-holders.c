/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-holders.h"

#include "ctl-dict.h"

static void
collect (GVariant *buffer, GPtrArray *names)
{
  g_autoptr (GVariant) holders = ctl_dict_get_list (buffer, "holders", "a(us)");
  GVariantIter iter;
  const char *name;
  guint32 pid;

  g_variant_iter_init (&iter, holders);
  while (g_variant_iter_next (&iter, "(u&s)", &pid, &name))
    {
      char *holder = g_strdup_printf ("%s (%u)", name, pid);

      if (g_ptr_array_find_with_equal_func (names, holder, g_str_equal, NULL))
        g_free (holder);
      else
        g_ptr_array_add (names, holder);
    }
}

static char *
join (GPtrArray *names)
{
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}

char *
ctl_holders_join (GVariant *buffer)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  collect (buffer, names);
  return join (names);
}

char *
ctl_holders_join_all (GVariant *buffers)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  GVariant *buffer;

  g_variant_iter_init (&iter, buffers);
  while (g_variant_iter_loop (&iter, "@a{sv}", &buffer))
    collect (buffer, names);
  return join (names);
}
