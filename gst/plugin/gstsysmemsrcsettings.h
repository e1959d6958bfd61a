/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the user of a sysmemsrc sets. */

#pragma once

#include "gstsysmemsettings.h"

G_BEGIN_DECLS

typedef enum
{
  GST_SYSMEM_DISCONNECT_ERROR,
  GST_SYSMEM_DISCONNECT_EOS,
  GST_SYSMEM_DISCONNECT_RECONNECT,
} GstSysmemDisconnectPolicy;

typedef struct
{
  GstSysmemSettings common;
  GstSysmemDisconnectPolicy on_disconnect;
} GstSysmemSrcSettings;

void gst_sysmem_src_settings_clear (GstSysmemSrcSettings *self);

/* Their properties, with ids from 1 on; returns the first free id. */
guint gst_sysmem_src_settings_install (GObjectClass *class);
/* FALSE: the id is none of theirs. */
gboolean gst_sysmem_src_settings_get (GstSysmemSrcSettings *self, guint id, GValue *value);
gboolean gst_sysmem_src_settings_set (GstSysmemSrcSettings *self, guint id, const GValue *value);

G_END_DECLS
