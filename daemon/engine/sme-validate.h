/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.1: is one participant's demand possible in itself? Refusals are PROTOCOL_DEVIATION and
 * begin with the field. */

#pragma once

#include "sme-prepared.h"

G_BEGIN_DECLS

/* Usage, counts and memory. */
gboolean sme_validate_terms (const SmcConstraints *constraints, GError **error);
/* Image entries; fills in @prepared's image_terms, pairs and unknown. */
gboolean sme_validate_images (const SmcConstraints *constraints,
                              SmePrepared *prepared,
                              GError **error);

G_END_DECLS
