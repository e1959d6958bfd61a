/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the user of a sysmemsink sets. */

#pragma once

#include "gstsysmemdelivery.h"
#include "gstsysmemnegotiation.h"
#include "gstsysmemsettings.h"

G_BEGIN_DECLS

typedef enum
{
  GST_SYSMEM_COPY_AUTO,
  GST_SYSMEM_COPY_NEVER,
} GstSysmemCopyPolicy;

typedef struct
{
  GstSysmemSettings common;
  gboolean waits;
  GstSysmemStallPolicy stall_policy;
  GstClockTime stall_timeout;
  GstSysmemCopyPolicy copy;
  guint min_buffers;
} GstSysmemSinkSettings;

void gst_sysmem_sink_settings_clear (GstSysmemSinkSettings *self);

/* Their properties, with ids from 1 on; returns the first free id. */
guint gst_sysmem_sink_settings_install (GObjectClass *class);
/* FALSE: the id is none of theirs. */
gboolean gst_sysmem_sink_settings_get (GstSysmemSinkSettings *self, guint id, GValue *value);
gboolean gst_sysmem_sink_settings_set (GstSysmemSinkSettings *self, guint id, const GValue *value);

/* How long to wait for a consumer's answer, in microseconds. */
gint64 gst_sysmem_sink_settings_get_patience (const GstSysmemSinkSettings *self);
/* For one call each. */
GstSysmemNegotiation gst_sysmem_sink_settings_to_negotiation (const GstSysmemSinkSettings *self,
                                                              SysmemClient *client);
GstSysmemDelivery gst_sysmem_sink_settings_to_delivery (const GstSysmemSinkSettings *self);

G_END_DECLS
