/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-settings.h"

G_BEGIN_DECLS

/* @info: an a{sv} as the daemon tells settings. */
SysmemSettings *sysmem_settings_new_from_variant (GVariant *info);
/* All that was told, an a{sv}. */
GVariant *sysmem_settings_peek_info (SysmemSettings *self);
/* What of it is about images, an a{sv}. (nullable) */
GVariant *sysmem_settings_peek_image (SysmemSettings *self);

G_END_DECLS
