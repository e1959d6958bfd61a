/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer.h"
#include "sysmem-constraints.h"
#include "sysmem-node.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_COLLECTION (sysmem_collection_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemCollection, sysmem_collection, SYSMEM, COLLECTION, SysmemNode)

SYSMEM_EXPORT SysmemSettings *sysmem_collection_get_settings (SysmemCollection *self);
SYSMEM_EXPORT SysmemBuffer *sysmem_collection_get_buffer (SysmemCollection *self, guint index);
SYSMEM_EXPORT gboolean sysmem_collection_set_constraints (SysmemCollection *self,
                                                          SysmemConstraints *constraints,
                                                          int must_match,
                                                          GCancellable *cancellable,
                                                          GError **error);
SYSMEM_EXPORT void sysmem_collection_set_constraints_async (SysmemCollection *self,
                                                            SysmemConstraints *constraints,
                                                            int must_match,
                                                            GCancellable *cancellable,
                                                            GAsyncReadyCallback callback,
                                                            gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_collection_set_constraints_finish (SysmemCollection *self,
                                                                 GAsyncResult *result,
                                                                 GError **error);
SYSMEM_EXPORT gboolean sysmem_collection_check (SysmemCollection *self,
                                                GCancellable *cancellable,
                                                GError **error);
SYSMEM_EXPORT void sysmem_collection_check_async (SysmemCollection *self,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_collection_check_finish (SysmemCollection *self,
                                                       GAsyncResult *result,
                                                       GError **error);
SYSMEM_EXPORT gboolean sysmem_collection_wait (SysmemCollection *self,
                                               GCancellable *cancellable,
                                               GError **error);
SYSMEM_EXPORT void sysmem_collection_wait_async (SysmemCollection *self,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_collection_wait_finish (SysmemCollection *self,
                                                      GAsyncResult *result,
                                                      GError **error);
SYSMEM_EXPORT SysmemToken *sysmem_collection_attach_token (SysmemCollection *self,
                                                           SysmemRights rights,
                                                           GCancellable *cancellable,
                                                           GError **error);
SYSMEM_EXPORT void sysmem_collection_attach_token_async (SysmemCollection *self,
                                                         SysmemRights rights,
                                                         GCancellable *cancellable,
                                                         GAsyncReadyCallback callback,
                                                         gpointer user_data);
SYSMEM_EXPORT SysmemToken *sysmem_collection_attach_token_finish (SysmemCollection *self,
                                                                  GAsyncResult *result,
                                                                  GError **error);
SYSMEM_EXPORT int sysmem_collection_attach_lifetime_tracking (SysmemCollection *self,
                                                              guint buffers_remaining,
                                                              GCancellable *cancellable,
                                                              GError **error);
SYSMEM_EXPORT void sysmem_collection_attach_lifetime_tracking_async (SysmemCollection *self,
                                                                     guint buffers_remaining,
                                                                     GCancellable *cancellable,
                                                                     GAsyncReadyCallback callback,
                                                                     gpointer user_data);
SYSMEM_EXPORT int sysmem_collection_attach_lifetime_tracking_finish (SysmemCollection *self,
                                                                     GAsyncResult *result,
                                                                     GError **error);

G_END_DECLS
