/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer-info.h"

G_BEGIN_DECLS

SysmemBufferInfo *sysmem_buffer_info_new_from_reply (GDBusMessage *reply, GError **error);

G_END_DECLS
