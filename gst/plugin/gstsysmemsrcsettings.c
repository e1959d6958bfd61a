/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemsrcsettings.h"

#define DEFAULT_BUFFERS 3 /* one is shown, one waits for what follows it, and that one */

enum
{
  PROP_ON_DISCONNECT = GST_SYSMEM_N_PROPS,
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
  gst_sysmem_settings_clear (&self->common);
}

guint
gst_sysmem_src_settings_install (GObjectClass *class)
{
  static const GstSysmemSettingsWords words = {
    .socket_path = "The socket-path of the sysmemsink",
    .buffers = "How many frames downstream holds at a time at least; more if it says so "
               "itself. A queue, for example, holds as many as go into it",
    .default_buffers = DEFAULT_BUFFERS,
    .usage = "What downstream does with the buffers: display-layer or video-encoder, "
             "for example, if a device reads them",
    .default_usage = SYSMEM_USAGE_CPU_READ_OFTEN,
  };

  gst_sysmem_settings_install (class, &words);
  g_object_class_install_property (
    class, PROP_ON_DISCONNECT,
    g_param_spec_enum ("on-disconnect", "On disconnect",
                       "What to do when the producer stops or dies without having ended the "
                       "stream, and with reconnect also if it is not there yet",
                       get_disconnect_policy_type (), GST_SYSMEM_DISCONNECT_ERROR,
                       GST_SYSMEM_SETTING_FLAGS | GST_PARAM_MUTABLE_PLAYING));
  gst_type_mark_as_plugin_api (get_disconnect_policy_type (), 0);
  return N_PROPERTIES;
}

gboolean
gst_sysmem_src_settings_get (GstSysmemSrcSettings *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_ON_DISCONNECT:
      g_value_set_enum (value, (gint)self->on_disconnect);
      return TRUE;
    default:
      return gst_sysmem_settings_get (&self->common, id, value);
    }
}

gboolean
gst_sysmem_src_settings_set (GstSysmemSrcSettings *self, guint id, const GValue *value)
{
  switch (id)
    {
    case PROP_ON_DISCONNECT:
      self->on_disconnect = (GstSysmemDisconnectPolicy)g_value_get_enum (value);
      return TRUE;
    default:
      return gst_sysmem_settings_set (&self->common, id, value);
    }
}
