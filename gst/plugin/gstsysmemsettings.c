/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemsettings.h"

void
gst_sysmem_settings_clear (GstSysmemSettings *self)
{
  g_clear_pointer (&self->socket_path, g_free);
  g_clear_pointer (&self->bus, g_free);
}

void
gst_sysmem_settings_install (GObjectClass *class, const GstSysmemSettingsWords *words)
{
  const GParamFlags flags = GST_SYSMEM_SETTING_FLAGS;

  g_object_class_install_property (class, GST_SYSMEM_PROP_SOCKET_PATH,
                                   g_param_spec_string ("socket-path", "Socket path",
                                                        words->socket_path, NULL,
                                                        flags | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
    class, GST_SYSMEM_PROP_BUS,
    g_param_spec_string ("bus", "Bus",
                         "D-Bus address of sysmemd's bus; if unset the system bus, or the session "
                         "bus if SYSMEM_BUS=session",
                         NULL, flags | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
    class, GST_SYSMEM_PROP_BUFFERS,
    g_param_spec_uint ("buffers", "Buffers", words->buffers, 1, GST_SYSMEM_MAX_BUFFERS,
                       words->default_buffers, flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (class, GST_SYSMEM_PROP_USAGE,
                                   g_param_spec_flags ("usage", "Usage", words->usage,
                                                       SYSMEM_TYPE_USAGE, words->default_usage,
                                                       flags | GST_PARAM_MUTABLE_PLAYING));
}

gboolean
gst_sysmem_settings_get (const GstSysmemSettings *self, guint id, GValue *value)
{
  switch (id)
    {
    case GST_SYSMEM_PROP_SOCKET_PATH:
      g_value_set_string (value, self->socket_path);
      return TRUE;
    case GST_SYSMEM_PROP_BUS:
      g_value_set_string (value, self->bus);
      return TRUE;
    case GST_SYSMEM_PROP_BUFFERS:
      g_value_set_uint (value, self->buffers);
      return TRUE;
    case GST_SYSMEM_PROP_USAGE:
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
gst_sysmem_settings_set (GstSysmemSettings *self, guint id, const GValue *value)
{
  switch (id)
    {
    case GST_SYSMEM_PROP_SOCKET_PATH:
      take_string (&self->socket_path, value);
      return TRUE;
    case GST_SYSMEM_PROP_BUS:
      take_string (&self->bus, value);
      return TRUE;
    case GST_SYSMEM_PROP_BUFFERS:
      self->buffers = g_value_get_uint (value);
      return TRUE;
    case GST_SYSMEM_PROP_USAGE:
      self->usage = (SysmemUsage)g_value_get_flags (value);
      return TRUE;
    default:
      return FALSE;
    }
}
