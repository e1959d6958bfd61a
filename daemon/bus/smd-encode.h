/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The server's results as the dictionaries of 02. All return floating variants. */

#pragma once

#include "bus/smd-call.h"
#include "server/smd-delivery.h"

G_BEGIN_DECLS

/* Info; @bundle (nullable) is put into the call's reply fds. */
GVariant *smd_encode_info (SmdCall *call, SmdCollection *collection, SmdFd *bundle);
/* Info from size_bytes on: GetBufferInfo, DescribeCollection. */
GVariant *smd_encode_settings (SmdCall *call, const SmcSettings *settings);
/* Info without the id: CheckConstraints. */
GVariant *smd_encode_dry_info (SmdCall *call, const SmcSettings *settings);
/* aa{sv}; the fds go to the call's reply fds. */
GVariant *smd_encode_delivered (SmdCall *call, GArray *delivered);
GVariant *smd_encode_explanation (const SmeExplanation *explanation);
/* a(st) */
GVariant *smd_encode_waiting_for (const GPtrArray *parties);
/* as */
GVariant *smd_encode_domains (guint32 domains);
GVariant *smd_encode_limits (const SmcLimits *limits);

G_END_DECLS
