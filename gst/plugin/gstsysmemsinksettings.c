/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemsinksettings.h"

#define DEFAULT_STALL_TIMEOUT (3 * GST_SECOND)
#define DEFAULT_BUFFERS 3
#define DEFAULT_MIN_BUFFERS 10 /* for upstream, two consumers of the default, and one to spare */

enum
{
  PROP_WAIT_FOR_CONNECTION = GST_SYSMEM_N_PROPS,
  PROP_STALL_POLICY,
  PROP_STALL_TIMEOUT,
  PROP_COPY,
  PROP_MIN_BUFFERS,
  N_PROPERTIES
};

static GType
get_stall_policy_type (void)
{
  static const GEnumValue values[] = {
    { GST_SYSMEM_STALL_BLOCK, "Everybody waits for it", "block" },
    { GST_SYSMEM_STALL_DROP, "It misses frames", "drop" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstSysmemStallPolicy", values));
  return type;
}

static GType
get_copy_policy_type (void)
{
  static const GEnumValue values[] = {
    { GST_SYSMEM_COPY_AUTO, "Copy frames that are elsewhere", "auto" },
    { GST_SYSMEM_COPY_NEVER, "Fail instead of copying", "never" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstSysmemCopyPolicy", values));
  return type;
}

void
gst_sysmem_sink_settings_clear (GstSysmemSinkSettings *self)
{
  gst_sysmem_settings_clear (&self->common);
}

static void
install_policies (GObjectClass *class, GParamFlags flags)
{
  g_object_class_install_property (
    class, PROP_WAIT_FOR_CONNECTION,
    g_param_spec_boolean ("wait-for-connection", "Wait for connection",
                          "Block while no consumer is there; otherwise frames pass unseen", TRUE,
                          flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
    class, PROP_STALL_POLICY,
    g_param_spec_enum ("stall-policy", "Stall policy",
                       "What happens while a consumer holds as many frames as it may",
                       get_stall_policy_type (), GST_SYSMEM_STALL_BLOCK,
                       flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
    class, PROP_STALL_TIMEOUT,
    g_param_spec_uint64 ("stall-timeout", "Stall timeout",
                         "Nanoseconds after which a message names a consumer that releases no "
                         "frame, and one that does not answer in a negotiation is left out",
                         0, G_MAXUINT64, DEFAULT_STALL_TIMEOUT, flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
    class, PROP_COPY,
    g_param_spec_enum ("copy", "Copy",
                       "What to do with frames that upstream has drawn elsewhere, or shows again "
                       "while a consumer still has them",
                       get_copy_policy_type (), GST_SYSMEM_COPY_AUTO,
                       flags | GST_PARAM_MUTABLE_PLAYING));
}

guint
gst_sysmem_sink_settings_install (GObjectClass *class)
{
  static const GstSysmemSettingsWords words = {
    .socket_path = "Where consumers find this sink: the path of a socket that it makes. "
                   "What a dead process left there is replaced",
    .buffers = "How many buffers upstream has at a time, besides those that consumers hold",
    .default_buffers = DEFAULT_BUFFERS,
    .usage = "What upstream does with the buffers: video-capture or video-decoder, for "
             "example, if a device fills them",
    .default_usage = SYSMEM_USAGE_CPU_WRITE_OFTEN,
  };
  const GParamFlags flags = GST_SYSMEM_SETTING_FLAGS;

  gst_sysmem_settings_install (class, &words);
  install_policies (class, flags);
  g_object_class_install_property (
    class, PROP_MIN_BUFFERS,
    g_param_spec_uint ("min-buffers", "Minimum of buffers",
                       "At least so many buffers in all: those that nobody needs yet let further "
                       "consumers join without new buffers for everybody",
                       0, GST_SYSMEM_MAX_BUFFERS, DEFAULT_MIN_BUFFERS,
                       flags | GST_PARAM_MUTABLE_PLAYING));
  gst_type_mark_as_plugin_api (get_stall_policy_type (), 0);
  gst_type_mark_as_plugin_api (get_copy_policy_type (), 0);
  return N_PROPERTIES;
}

gboolean
gst_sysmem_sink_settings_get (GstSysmemSinkSettings *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_WAIT_FOR_CONNECTION:
      g_value_set_boolean (value, self->waits);
      return TRUE;
    case PROP_STALL_POLICY:
      g_value_set_enum (value, (gint)self->stall_policy);
      return TRUE;
    case PROP_STALL_TIMEOUT:
      g_value_set_uint64 (value, self->stall_timeout);
      return TRUE;
    case PROP_COPY:
      g_value_set_enum (value, (gint)self->copy);
      return TRUE;
    case PROP_MIN_BUFFERS:
      g_value_set_uint (value, self->min_buffers);
      return TRUE;
    default:
      return gst_sysmem_settings_get (&self->common, id, value);
    }
}

gboolean
gst_sysmem_sink_settings_set (GstSysmemSinkSettings *self, guint id, const GValue *value)
{
  switch (id)
    {
    case PROP_WAIT_FOR_CONNECTION:
      self->waits = g_value_get_boolean (value);
      return TRUE;
    case PROP_STALL_POLICY:
      self->stall_policy = (GstSysmemStallPolicy)g_value_get_enum (value);
      return TRUE;
    case PROP_STALL_TIMEOUT:
      self->stall_timeout = g_value_get_uint64 (value);
      return TRUE;
    case PROP_COPY:
      self->copy = (GstSysmemCopyPolicy)g_value_get_enum (value);
      return TRUE;
    case PROP_MIN_BUFFERS:
      self->min_buffers = g_value_get_uint (value);
      return TRUE;
    default:
      return gst_sysmem_settings_set (&self->common, id, value);
    }
}

/* More than anybody waits is forever. */
gint64
gst_sysmem_sink_settings_get_patience (const GstSysmemSinkSettings *self)
{
  return (gint64)MIN (GST_TIME_AS_USECONDS (self->stall_timeout), G_MAXINT64 / 4);
}

GstSysmemNegotiation
gst_sysmem_sink_settings_to_negotiation (const GstSysmemSinkSettings *self, SysmemClient *client)
{
  return (GstSysmemNegotiation){
    .client = client,
    .usage = self->common.usage,
    .camping = self->common.buffers,
    .min_buffers = self->min_buffers,
    .waits = self->waits,
    .patience = gst_sysmem_sink_settings_get_patience (self),
  };
}

GstSysmemDelivery
gst_sysmem_sink_settings_to_delivery (const GstSysmemSinkSettings *self)
{
  return (GstSysmemDelivery){
    .policy = self->stall_policy,
    .waits = self->waits,
  };
}
