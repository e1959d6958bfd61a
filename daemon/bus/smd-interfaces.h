/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The interfaces as the XML of 02 documents them, parsed once. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SMD_INTERFACE_ALLOCATOR,
  SMD_INTERFACE_INSPECTOR,
  SMD_INTERFACE_NODE,
  SMD_INTERFACE_TOKEN, /* the following three in the order of SmeNodeKind */
  SMD_INTERFACE_GROUP,
  SMD_INTERFACE_COLLECTION,
} SmdInterface;

#define SMD_N_INTERFACES (SMD_INTERFACE_COLLECTION + 1)

GDBusInterfaceInfo *smd_interface_get_info (SmdInterface which);

G_END_DECLS
