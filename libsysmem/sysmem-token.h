/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-collection.h"
#include "sysmem-group.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_TOKEN (sysmem_token_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemToken, sysmem_token, SYSMEM, TOKEN, SysmemNode)

SYSMEM_EXPORT SysmemToken *sysmem_token_new_from_fd (SysmemClient *client, int fd);
SYSMEM_EXPORT int sysmem_token_dup_fd (SysmemToken *self, GError **error);
SYSMEM_EXPORT int sysmem_token_steal_fd (SysmemToken *self);
SYSMEM_EXPORT gboolean sysmem_token_get_is_closed (SysmemToken *self);
SYSMEM_EXPORT SysmemToken *sysmem_token_duplicate (SysmemToken *self,
                                                   SysmemRights rights,
                                                   GCancellable *cancellable,
                                                   GError **error);
SYSMEM_EXPORT void sysmem_token_duplicate_async (SysmemToken *self,
                                                 SysmemRights rights,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);
SYSMEM_EXPORT SysmemToken *sysmem_token_duplicate_finish (SysmemToken *self,
                                                          GAsyncResult *result,
                                                          GError **error);
SYSMEM_EXPORT GPtrArray *sysmem_token_duplicate_many (SysmemToken *self,
                                                      const SysmemRights *rights,
                                                      gsize n_rights,
                                                      GCancellable *cancellable,
                                                      GError **error);
SYSMEM_EXPORT void sysmem_token_duplicate_many_async (SysmemToken *self,
                                                      const SysmemRights *rights,
                                                      gsize n_rights,
                                                      GCancellable *cancellable,
                                                      GAsyncReadyCallback callback,
                                                      gpointer user_data);
SYSMEM_EXPORT GPtrArray *sysmem_token_duplicate_many_finish (SysmemToken *self,
                                                             GAsyncResult *result,
                                                             GError **error);
SYSMEM_EXPORT gboolean sysmem_token_set_dispensable (SysmemToken *self,
                                                     GCancellable *cancellable,
                                                     GError **error);
SYSMEM_EXPORT void sysmem_token_set_dispensable_async (SysmemToken *self,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_token_set_dispensable_finish (SysmemToken *self,
                                                            GAsyncResult *result,
                                                            GError **error);
SYSMEM_EXPORT SysmemGroup *sysmem_token_create_group (SysmemToken *self,
                                                      GCancellable *cancellable,
                                                      GError **error);
SYSMEM_EXPORT void sysmem_token_create_group_async (SysmemToken *self,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
SYSMEM_EXPORT SysmemGroup *sysmem_token_create_group_finish (SysmemToken *self,
                                                             GAsyncResult *result,
                                                             GError **error);
SYSMEM_EXPORT SysmemCollection *sysmem_token_bind (SysmemToken *self,
                                                   SysmemConstraints *constraints,
                                                   GCancellable *cancellable,
                                                   GError **error);
SYSMEM_EXPORT void sysmem_token_bind_async (SysmemToken *self,
                                            SysmemConstraints *constraints,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
SYSMEM_EXPORT SysmemCollection *sysmem_token_bind_finish (SysmemToken *self,
                                                          GAsyncResult *result,
                                                          GError **error);

G_END_DECLS
