/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-mapping.h"

G_BEGIN_DECLS

SysmemMapping *sysmem_mapping_new (SysmemBuffer *buffer, SysmemMapFlags flags, GError **error);

G_END_DECLS
