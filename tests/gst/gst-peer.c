/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-peer.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

GstSysmemChannel *
gst_peer_connect (const char *path)
{
  g_autoptr (GError) error = NULL;
  GstSysmemChannel *peer = gst_sysmem_channel_connect (path, &error);

  while (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_clear_error (&error); /* others are before us */
      g_thread_yield ();
      peer = gst_sysmem_channel_connect (path, &error);
    }
  g_assert_no_error (error);
  return peer;
}

void
gst_peer_say (GstSysmemChannel *peer, GstSysmemMessage message)
{
  if (message.type != GST_SYSMEM_MESSAGE_GENERATION && message.type != GST_SYSMEM_MESSAGE_WELCOME)
    message.fd = -1;
  (void)gst_sysmem_channel_send (peer, &message, NULL);
}

void
gst_peer_say_hello (GstSysmemChannel *peer, const char *caps)
{
  gst_peer_say (peer, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_HELLO, .text = (char *)caps });
}

char *
gst_peer_make_monstrous_caps (guint i)
{
  static const struct
  {
    const char *begin;
    const char *part;
    const char *end;
    guint n;
  } monsters[] = {
    { "video/x-raw,a=", "{", "", 32000 },
    { "video/x-raw,a=", "<", "", 32000 },
    { "video/x-raw,a=", "[a,b=", "", 1000 },
    { "video/x-raw,a=", "[a,b=\"]\",c=", "", 1000 },
    { "video/x-raw,a=", "[a,b=\\]", "", 1000 },
    { "video/x-raw,a={1", ",1", "}", 20000 },
    { "video/x-raw,a=(structure)\"1,b=1\"", "", "", 0 },
    { "video/x-raw,a=( GstCaps )[1,b=1]", "", "", 0 },
    { "video/x-raw", ";video/x-raw", "", 5000 },
  };
  GString *text;

  if (i >= G_N_ELEMENTS (monsters))
    return NULL;
  text = g_string_new (monsters[i].begin);
  for (guint n = 0; n < monsters[i].n; n++)
    (void)g_string_append (text, monsters[i].part);
  (void)g_string_append (text, monsters[i].end);
  return g_string_free (text, FALSE);
}

void
gst_peer_say_bytes (GstSysmemChannel *peer, gconstpointer data, gsize size)
{
  (void)send (gst_sysmem_channel_get_fd (peer), data, size, MSG_NOSIGNAL);
}

void
gst_peer_hear (GstSysmemChannel *peer, GstSysmemMessage *message)
{
  struct pollfd wait = { gst_sysmem_channel_get_fd (peer), POLLIN, 0 };
  GstSysmemReceived received = GST_SYSMEM_RECEIVED_NOTHING;
  g_autoptr (GError) error = NULL;

  while (received == GST_SYSMEM_RECEIVED_NOTHING)
    {
      (void)poll (&wait, 1, -1);
      received = gst_sysmem_channel_receive (peer, message, &error);
    }
  g_assert_no_error (error);
}

void
gst_peer_wait_for (GstSysmemChannel *peer, GstSysmemMessageType type, GstSysmemMessage *message)
{
  for (;;)
    {
      gst_peer_hear (peer, message);
      if (message->type == type)
        return;
      if (message->type == 0)
        g_error ("it went without %s", gst_sysmem_message_type_to_string (type));
      gst_sysmem_message_clear (message);
    }
}

GstSysmemChannel *
gst_peer_wait_for_return_path (GstSysmemChannel *peer)
{
  g_auto (GstSysmemMessage) welcome = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (peer, GST_SYSMEM_MESSAGE_WELCOME, &welcome);
  return gst_sysmem_channel_new (sysmem_fd_steal (&welcome.fd), GST_SYSMEM_PRODUCER);
}

void
gst_peer_assert_dismissed (GstSysmemChannel *peer, const char *sentence)
{
  g_auto (GstSysmemMessage) bye = GST_SYSMEM_MESSAGE_INIT;
  g_auto (GstSysmemMessage) end = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (peer, GST_SYSMEM_MESSAGE_BYE, &bye);
  g_assert_nonnull (bye.text);
  if (strstr (bye.text, sentence) == NULL)
    g_error ("\"%s\" is not in \"%s\"", sentence, bye.text);
  gst_peer_hear (peer, &end);
  g_assert_cmpint (end.type, ==, 0);
}

SysmemCollection *
gst_peer_bind (GstSysmemChannel *peer,
               SysmemClient *client,
               GstSysmemMessage *invitation,
               guint camping)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (invitation->text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_READ_OFTEN, NULL, &error);
  SysmemCollection *collection;

  g_assert_no_error (error);
  g_object_set (constraints, "min-buffer-count-for-camping", camping, NULL);
  collection = sysmem_client_bind (client, invitation->fd, constraints, NULL, &error);
  g_assert_no_error (error);
  gst_peer_say (peer, (GstSysmemMessage){
                        .type = GST_SYSMEM_MESSAGE_BOUND,
                        .generation = invitation->generation,
                        .camping = camping,
                      });
  return collection;
}
