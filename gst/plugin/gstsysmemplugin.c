/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemsink.h"
#include "gstsysmemsrc.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (sysmemsink, plugin) && GST_ELEMENT_REGISTER (sysmemsrc, plugin);
}

#define PACKAGE "sysmem"

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR,
                   GST_VERSION_MINOR,
                   sysmem,
                   "Raw video in buffers that several processes share",
                   plugin_init,
                   SYSMEM_VERSION,
                   "LGPL",
                   "sysmem",
                   "Unknown package origin")
