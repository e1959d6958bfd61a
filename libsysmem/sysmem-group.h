/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-node.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_GROUP (sysmem_group_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemGroup, sysmem_group, SYSMEM, GROUP, SysmemNode)

SYSMEM_EXPORT SysmemToken *sysmem_group_create_child (SysmemGroup *self,
                                                      SysmemRights rights,
                                                      GCancellable *cancellable,
                                                      GError **error);
SYSMEM_EXPORT void sysmem_group_create_child_async (SysmemGroup *self,
                                                    SysmemRights rights,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
SYSMEM_EXPORT SysmemToken *sysmem_group_create_child_finish (SysmemGroup *self,
                                                             GAsyncResult *result,
                                                             GError **error);
SYSMEM_EXPORT GPtrArray *sysmem_group_create_children (SysmemGroup *self,
                                                       const SysmemRights *rights,
                                                       gsize n_rights,
                                                       GCancellable *cancellable,
                                                       GError **error);
SYSMEM_EXPORT void sysmem_group_create_children_async (SysmemGroup *self,
                                                       const SysmemRights *rights,
                                                       gsize n_rights,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);
SYSMEM_EXPORT GPtrArray *sysmem_group_create_children_finish (SysmemGroup *self,
                                                              GAsyncResult *result,
                                                              GError **error);
SYSMEM_EXPORT gboolean sysmem_group_all_children_present (SysmemGroup *self,
                                                          gboolean release,
                                                          GCancellable *cancellable,
                                                          GError **error);
SYSMEM_EXPORT void sysmem_group_all_children_present_async (SysmemGroup *self,
                                                            gboolean release,
                                                            GCancellable *cancellable,
                                                            GAsyncReadyCallback callback,
                                                            gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_group_all_children_present_finish (SysmemGroup *self,
                                                                 GAsyncResult *result,
                                                                 GError **error);

G_END_DECLS
