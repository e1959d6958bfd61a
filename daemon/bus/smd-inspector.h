/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

/* May @client see anything of this collection? */
gboolean smd_inspector_sees (SmdClient *client, SmdCollection *collection);

G_END_DECLS
