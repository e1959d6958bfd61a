/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The elements' connection to the daemon. */

#pragma once

#include <gst/gst.h>
#include <sysmem.h>

G_BEGIN_DECLS

/* @bus: (nullable): an address; else what libsysmem takes. The daemon's messages name the program
 * and the element. */
SysmemClient *gst_sysmem_client_new (GstElement *element, const char *bus, GError **error);

G_END_DECLS
