/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemlistening.h"

#include "gstsysmemdeadline.h"
#include <errno.h>
#include <glib-unix.h>

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

/* A collection has at most 128 buffers, and each consumer holds one and is sent the next. */
#define MAX_CONSUMERS 64
#define MAX_CONSUMERS_OF_PROCESS 32
#define PAUSE_MS 1000

/* With the lock held. */
static void
keep_out (GstSysmemServer *self, const char *reason)
{
  if (self->keeps_out)
    return;
  self->keeps_out = TRUE;
  GST_WARNING ("nobody can connect: %s", reason);
  gst_sysmem_server_note (
    self, gst_structure_new ("sysmem-consumer-kept-out", "reason", G_TYPE_STRING, reason, NULL));
}

/* With the lock held. */
static guint
count_of_process (GstSysmemServer *self, pid_t pid)
{
  guint n = 0;

  for (guint i = 0; i < self->consumers->len; i++)
    n += ((GstSysmemConsumer *)self->consumers->pdata[i])->identity.pid == pid;
  return n;
}

/* With the lock held. Why one more would be too much; NULL: it would not. */
static char *
find_obstacle (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  if (self->consumers->len >= MAX_CONSUMERS)
    return g_strdup_printf ("there are %u consumers already, which is the limit", MAX_CONSUMERS);
  if (count_of_process (self, consumer->identity.pid) >= MAX_CONSUMERS_OF_PROCESS)
    return g_strdup_printf ("%s has %u consumers already, which is the limit for a process",
                            consumer->name, MAX_CONSUMERS_OF_PROCESS);
  return NULL;
}

static void
let_in (GstSysmemServer *self, int fd)
{
  g_autoptr (GstSysmemConsumer) consumer = gst_sysmem_consumer_new (fd);
  g_autofree char *obstacle = NULL;

  gst_sysmem_server_lock (self);
  obstacle = find_obstacle (self, consumer);
  if (obstacle != NULL)
    {
      keep_out (self, obstacle);
      gst_sysmem_consumer_dismiss (consumer, obstacle);
    }
  else
    {
      GST_INFO ("%s has connected", consumer->name);
      self->keeps_out = FALSE;
      g_ptr_array_add (self->consumers, gst_sysmem_consumer_ref (consumer));
      gst_sysmem_server_listen_to (self, consumer);
      gst_sysmem_deadline_set (self, consumer);
    }
  gst_sysmem_server_unlock (self);
}

static gboolean
listen_again (gpointer server)
{
  gst_sysmem_server_listen (server);
  return G_SOURCE_REMOVE;
}

/* Who wants to connect would wake this thread up all the time. */
static void
pause_listening (GstSysmemServer *self, int code)
{
  g_autoptr (GSource) timer = g_timeout_source_new (PAUSE_MS);
  g_autofree char *reason = g_strdup_printf ("no connection can be taken: %s", g_strerror (code));

  gst_sysmem_server_lock (self);
  keep_out (self, reason);
  gst_sysmem_server_unlock (self);
  g_source_set_callback (timer, listen_again, self, NULL);
  g_source_attach (timer, self->context);
}

static gboolean
on_connection (gint listener, GIOCondition condition, gpointer data)
{
  GstSysmemServer *self = data;
  int fd = gst_sysmem_listener_accept (self->listener);
  int code = errno;

  if (fd >= 0)
    let_in (self, fd);
  else if (code != EAGAIN)
    {
      pause_listening (self, code);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

void
gst_sysmem_server_listen (GstSysmemServer *self)
{
  g_autoptr (GSource) source =
    g_unix_fd_source_new (gst_sysmem_listener_get_fd (self->listener), G_IO_IN);

  g_source_set_callback (source, G_SOURCE_FUNC (on_connection), self, NULL);
  g_source_attach (source, self->context);
}
