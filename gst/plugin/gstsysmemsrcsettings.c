/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemsrcsettings.h"

#define DEFAULT_BUFFERS 2
#define MAX_BUFFERS 128 /* the contract's */

enum
{
  PROP_SOCKET_PATH = 1,
  PROP_BUS,
  PROP_ON_DISCONNECT,
  PROP_BUFFERS,
  PROP_USAGE,
  N_PROPERTIES
};

static GType
get_disconnect_policy_type (void)
{
  static const GEnumValue values[] = {
    { GST_SYSMEM_DISCONNECT_ERROR, "Fail, naming the producer", "error" },
    { GST_SYSMEM_DISCONNECT_EOS, "End the stream", "eos" },
    { GST_SYSMEM_DISCONNECT_RECONNECT, "Wait for a producer at the same path", "reconnect" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstSysmemDisconnectPolicy", values));
  return type;
}

void
gst_sysmem_src_settings_clear (GstSysmemSrcSettings *self)
{
  g_clear_pointer (&self->socket_path, g_free);
  g_clear_pointer (&self->bus, g_free);
}

guint
gst_sysmem_src_settings_install (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_CONSTRUCT;

  g_object_class_install_property (class, PROP_SOCKET_PATH,
                                   g_param_spec_string ("socket-path", "Socket path",
                                                        "The socket-path of the sysmemsink", NULL,
                                                        flags | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
    class, PROP_BUS,
    g_param_spec_string ("bus", "Bus",
                         "D-Bus address of sysmemd's bus; if unset the system bus, or the session "
                         "bus if SYSMEM_BUS=session",
                         NULL, flags | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
    class, PROP_ON_DISCONNECT,
    g_param_spec_enum ("on-disconnect", "On disconnect",
                       "What to do when the producer stops or dies without having ended the "
                       "stream, and with reconnect also if it is not there yet",
                       get_disconnect_policy_type (), GST_SYSMEM_DISCONNECT_ERROR,
                       flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
    class, PROP_BUFFERS,
    g_param_spec_uint ("buffers", "Buffers",
                       "How many frames downstream holds at a time at least; more if it says so "
                       "itself. A queue, for example, holds as many as go into it",
                       1, MAX_BUFFERS, DEFAULT_BUFFERS, flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
    class, PROP_USAGE,
    g_param_spec_flags ("usage", "Usage",
                        "What downstream does with the buffers: display-layer or video-encoder, "
                        "for example, if a device reads them",
                        SYSMEM_TYPE_USAGE, SYSMEM_USAGE_CPU_READ_OFTEN,
                        flags | GST_PARAM_MUTABLE_PLAYING));
  gst_type_mark_as_plugin_api (get_disconnect_policy_type (), 0);
  return N_PROPERTIES;
}

gboolean
gst_sysmem_src_settings_get (GstSysmemSrcSettings *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_SOCKET_PATH:
      g_value_set_string (value, self->socket_path);
      return TRUE;
    case PROP_BUS:
      g_value_set_string (value, self->bus);
      return TRUE;
    case PROP_ON_DISCONNECT:
      g_value_set_enum (value, (gint)self->on_disconnect);
      return TRUE;
    case PROP_BUFFERS:
      g_value_set_uint (value, self->buffers);
      return TRUE;
    case PROP_USAGE:
      g_value_set_flags (value, self->usage);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
take_string (char **string, const GValue *value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

gboolean
gst_sysmem_src_settings_set (GstSysmemSrcSettings *self, guint id, const GValue *value)
{
  switch (id)
    {
    case PROP_SOCKET_PATH:
      take_string (&self->socket_path, value);
      return TRUE;
    case PROP_BUS:
      take_string (&self->bus, value);
      return TRUE;
    case PROP_ON_DISCONNECT:
      self->on_disconnect = (GstSysmemDisconnectPolicy)g_value_get_enum (value);
      return TRUE;
    case PROP_BUFFERS:
      self->buffers = g_value_get_uint (value);
      return TRUE;
    case PROP_USAGE:
      self->usage = (SysmemUsage)g_value_get_flags (value);
      return TRUE;
    default:
      return FALSE;
    }
}
