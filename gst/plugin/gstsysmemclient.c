/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemclient.h"

SysmemClient *
gst_sysmem_client_new (GstElement *element, const char *bus, GError **error)
{
  g_autofree char *name = gst_object_get_name (GST_OBJECT (element));
  const char *program = g_get_prgname (); /* not everybody says it */
  g_autofree char *said = g_strdup_printf ("%s/%s", program != NULL ? program : "GStreamer", name);
  g_autoptr (SysmemClient) client = bus != NULL ? sysmem_client_new_for_address (bus, NULL, error)
                                                : sysmem_client_new (NULL, error);

  if (client == NULL
      || !sysmem_client_set_debug_client_info (client, said, (guint64)getpid (), NULL, error))
    return NULL;
  return g_steal_pointer (&client);
}
