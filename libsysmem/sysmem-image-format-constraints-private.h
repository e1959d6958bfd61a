/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-image-format-constraints.h"

G_BEGIN_DECLS

/* @dict is a part of a dictionary that the codec has accepted. */
SysmemImageFormatConstraints *sysmem_image_format_constraints_new_from_dict (GVariant *dict);

G_END_DECLS
