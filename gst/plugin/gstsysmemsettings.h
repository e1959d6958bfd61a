/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the users of both elements set: where they meet, and what they need of the buffers. */

#pragma once

#include <gst/gst.h>
#include <sysmem.h>

G_BEGIN_DECLS

#define GST_SYSMEM_MAX_BUFFERS 128 /* the contract's */
#define GST_SYSMEM_SETTING_FLAGS \
  ((GParamFlags)(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_CONSTRUCT))

/* Ids of their properties; each element's own come after them. */
enum
{
  GST_SYSMEM_PROP_SOCKET_PATH = 1,
  GST_SYSMEM_PROP_BUS,
  GST_SYSMEM_PROP_BUFFERS,
  GST_SYSMEM_PROP_USAGE,
  GST_SYSMEM_N_PROPS
};

typedef struct
{
  char *socket_path;
  char *bus;
  guint buffers;
  SysmemUsage usage;
} GstSysmemSettings;

/* What the properties mean to an element. */
typedef struct
{
  const char *socket_path;
  const char *buffers;
  guint default_buffers;
  const char *usage;
  SysmemUsage default_usage;
} GstSysmemSettingsWords;

void gst_sysmem_settings_clear (GstSysmemSettings *self);
void gst_sysmem_settings_install (GObjectClass *class, const GstSysmemSettingsWords *words);
/* FALSE: the id is none of theirs. */
gboolean gst_sysmem_settings_get (const GstSysmemSettings *self, guint id, GValue *value);
gboolean gst_sysmem_settings_set (GstSysmemSettings *self, guint id, const GValue *value);

G_END_DECLS
