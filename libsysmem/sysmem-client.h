/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer-info.h"
#include "sysmem-heap.h"
#include "sysmem-token.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_CLIENT (sysmem_client_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemClient, sysmem_client, SYSMEM, CLIENT, GObject)

SYSMEM_EXPORT SysmemClient *sysmem_client_new (GCancellable *cancellable, GError **error);
SYSMEM_EXPORT void sysmem_client_new_async (GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
SYSMEM_EXPORT SysmemClient *sysmem_client_new_finish (GAsyncResult *result, GError **error);
SYSMEM_EXPORT SysmemClient *sysmem_client_new_for_address (const char *address,
                                                           GCancellable *cancellable,
                                                           GError **error);
SYSMEM_EXPORT void sysmem_client_new_for_address_async (const char *address,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);
SYSMEM_EXPORT SysmemClient *sysmem_client_new_for_address_finish (GAsyncResult *result,
                                                                  GError **error);
SYSMEM_EXPORT SysmemClient *sysmem_client_new_for_connection (GDBusConnection *connection,
                                                              GCancellable *cancellable,
                                                              GError **error);
SYSMEM_EXPORT void sysmem_client_new_for_connection_async (GDBusConnection *connection,
                                                           GCancellable *cancellable,
                                                           GAsyncReadyCallback callback,
                                                           gpointer user_data);
SYSMEM_EXPORT SysmemClient *sysmem_client_new_for_connection_finish (GAsyncResult *result,
                                                                     GError **error);
SYSMEM_EXPORT GDBusConnection *sysmem_client_get_connection (SysmemClient *self);
SYSMEM_EXPORT const char *sysmem_client_get_version (SysmemClient *self);
SYSMEM_EXPORT GVariant *sysmem_client_get_limits (SysmemClient *self);
SYSMEM_EXPORT SysmemToken *sysmem_client_allocate_shared (SysmemClient *self,
                                                          GCancellable *cancellable,
                                                          GError **error);
SYSMEM_EXPORT void sysmem_client_allocate_shared_async (SysmemClient *self,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);
SYSMEM_EXPORT SysmemToken *sysmem_client_allocate_shared_finish (SysmemClient *self,
                                                                 GAsyncResult *result,
                                                                 GError **error);
SYSMEM_EXPORT GPtrArray *sysmem_client_allocate_shared_many (SysmemClient *self,
                                                             const SysmemRights *rights,
                                                             gsize n_rights,
                                                             GCancellable *cancellable,
                                                             GError **error);
SYSMEM_EXPORT void sysmem_client_allocate_shared_many_async (SysmemClient *self,
                                                             const SysmemRights *rights,
                                                             gsize n_rights,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);
SYSMEM_EXPORT GPtrArray *sysmem_client_allocate_shared_many_finish (SysmemClient *self,
                                                                    GAsyncResult *result,
                                                                    GError **error);
SYSMEM_EXPORT SysmemCollection *sysmem_client_allocate_non_shared (SysmemClient *self,
                                                                   SysmemConstraints *constraints,
                                                                   GCancellable *cancellable,
                                                                   GError **error);
SYSMEM_EXPORT void sysmem_client_allocate_non_shared_async (SysmemClient *self,
                                                            SysmemConstraints *constraints,
                                                            GCancellable *cancellable,
                                                            GAsyncReadyCallback callback,
                                                            gpointer user_data);
SYSMEM_EXPORT SysmemCollection *sysmem_client_allocate_non_shared_finish (SysmemClient *self,
                                                                          GAsyncResult *result,
                                                                          GError **error);
SYSMEM_EXPORT SysmemCollection *sysmem_client_bind (SysmemClient *self,
                                                    int fd,
                                                    SysmemConstraints *constraints,
                                                    GCancellable *cancellable,
                                                    GError **error);
SYSMEM_EXPORT void sysmem_client_bind_async (SysmemClient *self,
                                             int fd,
                                             SysmemConstraints *constraints,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
SYSMEM_EXPORT SysmemCollection *sysmem_client_bind_finish (SysmemClient *self,
                                                           GAsyncResult *result,
                                                           GError **error);
SYSMEM_EXPORT gboolean sysmem_client_validate_token (SysmemClient *self,
                                                     int fd,
                                                     GCancellable *cancellable,
                                                     GError **error);
SYSMEM_EXPORT void sysmem_client_validate_token_async (SysmemClient *self,
                                                       int fd,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_client_validate_token_finish (SysmemClient *self,
                                                            GAsyncResult *result,
                                                            GError **error);
SYSMEM_EXPORT gboolean sysmem_client_set_debug_client_info (
  SysmemClient *self, const char *name, guint64 id, GCancellable *cancellable, GError **error);
SYSMEM_EXPORT void sysmem_client_set_debug_client_info_async (SysmemClient *self,
                                                              const char *name,
                                                              guint64 id,
                                                              GCancellable *cancellable,
                                                              GAsyncReadyCallback callback,
                                                              gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_client_set_debug_client_info_finish (SysmemClient *self,
                                                                   GAsyncResult *result,
                                                                   GError **error);
SYSMEM_EXPORT SysmemSettings *sysmem_client_check_constraints (SysmemClient *self,
                                                               SysmemConstraints **participants,
                                                               gsize n_participants,
                                                               GCancellable *cancellable,
                                                               GError **error);
SYSMEM_EXPORT void sysmem_client_check_constraints_async (SysmemClient *self,
                                                          SysmemConstraints **participants,
                                                          gsize n_participants,
                                                          GCancellable *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer user_data);
SYSMEM_EXPORT SysmemSettings *sysmem_client_check_constraints_finish (SysmemClient *self,
                                                                      GAsyncResult *result,
                                                                      GError **error);
SYSMEM_EXPORT GPtrArray *sysmem_client_list_heaps (SysmemClient *self,
                                                   GCancellable *cancellable,
                                                   GError **error);
SYSMEM_EXPORT void sysmem_client_list_heaps_async (SysmemClient *self,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
SYSMEM_EXPORT GPtrArray *sysmem_client_list_heaps_finish (SysmemClient *self,
                                                          GAsyncResult *result,
                                                          GError **error);
SYSMEM_EXPORT SysmemBufferInfo *sysmem_client_get_buffer_info (
  SysmemClient *self,
  int fd,
  SysmemBufferInfoFlags flags,
  SysmemConstraints *constraints_to_check,
  int settings_to_check,
  GCancellable *cancellable,
  GError **error);
SYSMEM_EXPORT void sysmem_client_get_buffer_info_async (SysmemClient *self,
                                                        int fd,
                                                        SysmemBufferInfoFlags flags,
                                                        SysmemConstraints *constraints_to_check,
                                                        int settings_to_check,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);
SYSMEM_EXPORT SysmemBufferInfo *sysmem_client_get_buffer_info_finish (SysmemClient *self,
                                                                      GAsyncResult *result,
                                                                      GError **error);

G_END_DECLS
