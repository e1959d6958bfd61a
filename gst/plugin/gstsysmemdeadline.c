/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemdeadline.h"

#include "gstsysmemhearing.h"

typedef struct
{
  GstSysmemServer *server;
  GstSysmemConsumer *consumer;
  guint32 generation; /* that it was invited to; 0: it has just connected */
} Deadline;

static void
deadline_free (gpointer data)
{
  Deadline *deadline = data;

  gst_sysmem_consumer_unref (deadline->consumer);
  g_free (deadline);
}

/* With the lock held: what it has not done; NULL: it has. */
static const char *
find_omission (const Deadline *deadline)
{
  GstSysmemConsumer *consumer = deadline->consumer;

  if (consumer->state == GST_SYSMEM_CONSUMER_CONNECTED)
    return "it has connected and does not say what it takes";
  if (deadline->generation != 0 && consumer->generation == deadline->generation
      && (consumer->state == GST_SYSMEM_CONSUMER_INVITED
          || consumer->state == GST_SYSMEM_CONSUMER_BOUND))
    return "it did not answer in time to an invitation to buffers that exist";
  return NULL;
}

static gboolean
on_deadline (gpointer data)
{
  Deadline *deadline = data;
  const char *omission;

  gst_sysmem_server_lock (deadline->server);
  omission = find_omission (deadline);
  if (omission != NULL)
    gst_sysmem_server_send_away (deadline->server, deadline->consumer, "sysmem-consumer-unserved",
                                 omission);
  gst_sysmem_server_unlock (deadline->server);
  return G_SOURCE_REMOVE;
}

void
gst_sysmem_deadline_drop (GstSysmemConsumer *consumer)
{
  if (consumer->deadline == NULL)
    return;
  g_source_destroy (consumer->deadline);
  g_clear_pointer (&consumer->deadline, g_source_unref);
}

void
gst_sysmem_deadline_set (GstSysmemServer *server, GstSysmemConsumer *consumer)
{
  gint64 patience = server->patience / 1000;
  Deadline *deadline;

  gst_sysmem_deadline_drop (consumer);
  if (patience > G_MAXINT) /* weeks */
    return;
  deadline = g_new (Deadline, 1);
  *deadline = (Deadline){ server, gst_sysmem_consumer_ref (consumer), consumer->generation };
  consumer->deadline = g_timeout_source_new ((guint)patience + 1);
  g_source_set_callback (consumer->deadline, on_deadline, deadline, deadline_free);
  g_source_attach (consumer->deadline, server->context);
}
