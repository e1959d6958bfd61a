/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-settings.h"

G_BEGIN_DECLS

/* @info: an a{sv} in the contract's shape. */
SysmemSettings *sysmem_settings_new_from_variant (GVariant *info);
/* As that, of what the daemon tells: anything else is refused with SYSMEM_ERROR_UNSPECIFIED.
 * @counted: whether a number of buffers has to be there. */
SysmemSettings *sysmem_settings_new_from_daemon (GVariant *info, gboolean counted, GError **error);
/* All that was told, an a{sv}. */
GVariant *sysmem_settings_peek_info (SysmemSettings *self);
/* What of it is about images, an a{sv}. (nullable) */
GVariant *sysmem_settings_peek_image (SysmemSettings *self);

G_END_DECLS
