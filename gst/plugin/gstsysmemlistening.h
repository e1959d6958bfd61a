/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who may connect: a limited number of consumers, few of them of one process, as long as there are
 * file descriptors. Who is kept out is told why; the element says it once until somebody is let in
 * again. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

/* From now on, in the server's thread. */
void gst_sysmem_server_listen (GstSysmemServer *self);

G_END_DECLS
