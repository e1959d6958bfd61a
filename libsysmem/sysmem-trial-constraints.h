/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Constraints before, during and after a trial import. They come as the contract spells them: an
 * a{sv}. */

#pragma once

#include "sysmem-constraints.h"

G_BEGIN_DECLS

/* Those of @heaps that are worth a trial, best first: those permitted, in their order, or else
 * dma-bufs before memfds; no memfds where dma-bufs are required. Both: (element-type SysmemHeap) */
GPtrArray *sysmem_trial_constraints_list_heaps (GVariant *constraints, const GPtrArray *heaps);
/* Every pixel format once; one that is empty where there are no images. (element-type utf8) */
GPtrArray *sysmem_trial_constraints_list_formats (GVariant *constraints);

/* For one buffer of @heap that holds an image of @size in @format. */
SysmemConstraints *sysmem_trial_constraints_new (GVariant *constraints,
                                                 const char *heap,
                                                 const char *format,
                                                 const SysmemSize *size,
                                                 GError **error);

/* Without the refused formats, and if a heap was refused, permitting only @heaps. Their name is
 * @name and what was refused. */
SysmemConstraints *sysmem_trial_constraints_narrow (GVariant *constraints,
                                                    const char *name,
                                                    char **heaps,
                                                    char **refused_heaps,
                                                    char **refused_formats,
                                                    GError **error);

G_END_DECLS
