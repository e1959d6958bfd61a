/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemproducer.h"

#include "gstsysmemidentity.h"
#include <errno.h>
#include <sys/eventfd.h>

void
gst_sysmem_producer_init (GstSysmemProducer *self)
{
  self->poll = gst_poll_new (TRUE);
  gst_poll_fd_init (&self->wake_fd);
  self->wake_fd.fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  (void)gst_poll_add_fd (self->poll, &self->wake_fd);
  (void)gst_poll_fd_ctl_read (self->poll, &self->wake_fd, TRUE);
}

void
gst_sysmem_producer_clear (GstSysmemProducer *self)
{
  gst_sysmem_producer_disconnect (self);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->poll, gst_poll_free);
  sysmem_fd_clear (&self->wake_fd.fd);
}

gboolean
gst_sysmem_producer_connect (GstSysmemProducer *self, const char *path, GError **error)
{
  GstSysmemIdentity identity;

  self->channel = gst_sysmem_channel_connect (path, error);
  if (self->channel == NULL)
    return FALSE;
  gst_poll_fd_init (&self->poll_fd);
  self->poll_fd.fd = gst_sysmem_channel_get_fd (self->channel);
  gst_sysmem_identity_read (&identity, self->poll_fd.fd);
  g_free (self->name);
  self->name = gst_sysmem_identity_to_string (&identity);
  (void)gst_poll_add_fd (self->poll, &self->poll_fd);
  (void)gst_poll_fd_ctl_read (self->poll, &self->poll_fd, TRUE);
  return TRUE;
}

void
gst_sysmem_producer_disconnect (GstSysmemProducer *self)
{
  const GstSysmemMessage bye = { .type = GST_SYSMEM_MESSAGE_BYE, .fd = -1 };

  gst_clear_caps (&self->told);
  if (self->channel == NULL)
    return;
  (void)gst_sysmem_channel_send (self->channel, &bye, NULL);
  (void)gst_poll_remove_fd (self->poll, &self->poll_fd);
  gst_sysmem_channel_close (self->channel);
  g_clear_pointer (&self->channel, gst_sysmem_channel_unref);
  g_clear_pointer (&self->return_path, gst_sysmem_channel_unref);
}

gboolean
gst_sysmem_producer_take_return_path (GstSysmemProducer *self, GstSysmemMessage *welcome)
{
  if (self->return_path != NULL)
    return FALSE;
  self->return_path = gst_sysmem_channel_new (sysmem_fd_steal (&welcome->fd), GST_SYSMEM_PRODUCER);
  return TRUE;
}

void
gst_sysmem_producer_set_flushing (GstSysmemProducer *self, gboolean flushing)
{
  gst_poll_set_flushing (self->poll, flushing);
}

void
gst_sysmem_producer_wake (GstSysmemProducer *self)
{
  (void)eventfd_write (self->wake_fd.fd, 1);
}

gboolean
gst_sysmem_producer_wait (GstSysmemProducer *self, GstClockTime timeout)
{
  gboolean goes_on = gst_poll_wait (self->poll, timeout) >= 0 || errno == EINTR || errno == EAGAIN;
  eventfd_t n_wakes;

  if (gst_poll_fd_can_read (self->poll, &self->wake_fd))
    (void)eventfd_read (self->wake_fd.fd, &n_wakes);
  return goes_on;
}

gboolean
gst_sysmem_producer_tell_caps (GstSysmemProducer *self, GstCaps *caps, GError **error)
{
  g_auto (GstSysmemMessage) message = {
    .type = self->told == NULL ? GST_SYSMEM_MESSAGE_HELLO : GST_SYSMEM_MESSAGE_CAPS,
    .fd = -1,
  };

  if (self->told != NULL && gst_caps_is_equal (self->told, caps))
    return TRUE;
  message.text = gst_caps_to_string (caps);
  gst_caps_replace (&self->told, caps);
  return gst_sysmem_channel_send (self->channel, &message, error);
}
