/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemdeadline.h"

#include "gstsysmemhearing.h"
#include "gstsysmempeercaps.h"

typedef struct
{
  GstSysmemServer *server;
  GstSysmemConsumer *consumer;
  guint32 generation; /* that it was invited to; 0: it has just connected */
  gboolean is_left_out;
  guint64 n_shown; /* by then */
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

/* With the lock held. */
static gboolean
is_left_out (GstSysmemServer *server, GstSysmemConsumer *consumer)
{
  return server->shown != NULL && gst_sysmem_consumer_takes_part (consumer)
         && !gst_sysmem_consumer_takes (consumer, server->shown);
}

static char *
describe_mismatch (const Deadline *deadline)
{
  g_autofree char *taken = gst_sysmem_peer_caps_to_string (deadline->consumer->caps);
  g_autofree char *shown = gst_sysmem_peer_caps_to_string (deadline->server->shown);

  return g_strdup_printf ("it takes %s; upstream goes on with %s", taken, shown);
}

static void
send_away (const Deadline *deadline, const char *reason)
{
  gst_sysmem_server_send_away (deadline->server, deadline->consumer, "sysmem-consumer-unserved",
                               reason);
}

/* With the lock held. Upstream has not gone on if it has shown nothing. */
static void
judge (const Deadline *deadline)
{
  const char *omission = find_omission (deadline);

  if (omission != NULL)
    {
      send_away (deadline, omission);
      return;
    }
  if (!is_left_out (deadline->server, deadline->consumer))
    return;
  if (deadline->is_left_out && deadline->n_shown != deadline->server->n_shown)
    {
      g_autofree char *mismatch = describe_mismatch (deadline);

      send_away (deadline, mismatch);
    }
  else
    gst_sysmem_deadline_set (deadline->server, deadline->consumer);
}

static gboolean
on_deadline (gpointer data)
{
  const Deadline *deadline = data;

  gst_sysmem_server_lock (deadline->server);
  /* Or it was renewed while this waited for the lock. */
  if (deadline->consumer->deadline == g_main_current_source ())
    {
      gst_sysmem_deadline_drop (deadline->consumer);
      judge (deadline);
    }
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
  *deadline = (Deadline){ server, gst_sysmem_consumer_ref (consumer), consumer->generation,
                          is_left_out (server, consumer), server->n_shown };
  consumer->deadline = g_timeout_source_new ((guint)patience + 1);
  g_source_set_callback (consumer->deadline, on_deadline, deadline, deadline_free);
  g_source_attach (consumer->deadline, server->context);
}

void
gst_sysmem_deadline_set_for_left_out (GstSysmemServer *server)
{
  for (guint i = 0; i < server->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = server->consumers->pdata[i];

      if (consumer->deadline == NULL && is_left_out (server, consumer))
        gst_sysmem_deadline_set (server, consumer);
    }
}

void
gst_sysmem_deadline_renew (GstSysmemServer *server, GstSysmemConsumer *consumer)
{
  if (consumer->deadline != NULL)
    gst_sysmem_deadline_set (server, consumer);
}
