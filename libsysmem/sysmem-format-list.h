/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pairs of fourcc and modifier that a device names, made fit for constraints: each once, none that
 * nobody can lay out, no more than a participant may name. */

#pragma once

#include "common/smc-model.h"
#include "sysmem-constraints.h"

G_BEGIN_DECLS

typedef struct _SysmemFormatList SysmemFormatList;

SysmemFormatList *sysmem_format_list_new (void);
void sysmem_format_list_free (SysmemFormatList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SysmemFormatList, sysmem_format_list_free)

void sysmem_format_list_add (SysmemFormatList *self, guint32 fourcc, guint64 modifier);
/* @pairs: (element-type SmcPixelFormat) */
void sysmem_format_list_add_all (SysmemFormatList *self, const GArray *pairs);

/* One entry for the formats of each set of color spaces, or more where they are many: formats and
 * color spaces are filled in, all that these formats can carry.
 * Returns: (element-type SysmemImageFormatConstraints) (transfer full) */
GPtrArray *sysmem_format_list_to_images (SysmemFormatList *self);

/* Adds those entries to @constraints, with this smallest and largest size where there is one. FALSE
 * with CONSTRAINTS_INTERSECTION_EMPTY if the list is empty: "@who: ...". */
gboolean sysmem_format_list_describe (SysmemFormatList *self,
                                      const SysmemSize *min_size,
                                      const SysmemSize *max_size,
                                      const char *who,
                                      SysmemConstraints *constraints,
                                      GError **error);

/* The names of the color spaces in a set, for the property color-spaces. */
char **sysmem_color_spaces_to_strv (SmcColorSpaces spaces);

G_END_DECLS
