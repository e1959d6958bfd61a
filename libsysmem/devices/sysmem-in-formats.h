/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The value of a KMS plane's property IN_FORMATS: which modifiers go with which formats. */

#pragma once

#include "common/smc-model.h"

G_BEGIN_DECLS

/* Reads @size bytes of a blob (struct drm_format_modifier_blob and what follows it). The pairs come
 * in the blob's order of modifiers. A blob that points outside of itself, or whose version is
 * another one, is refused with PROTOCOL_DEVIATION.
 * Returns: (element-type SmcPixelFormat) (transfer full): specific pairs, or NULL */
GArray *sysmem_in_formats_parse (gconstpointer blob, gsize size, GError **error);

G_END_DECLS
