/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-group.h"

G_BEGIN_DECLS

/* A group that is to come: it listens already. */
SysmemGroup *sysmem_group_new (SysmemClient *client);

G_END_DECLS
