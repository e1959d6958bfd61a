/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-constraints.h"

G_BEGIN_DECLS

SYSMEM_EXPORT SysmemConstraints *sysmem_constraints_new_for_shm (const guint32 *formats,
                                                                 gsize n_formats,
                                                                 const SysmemSize *size,
                                                                 GError **error);

G_END_DECLS
