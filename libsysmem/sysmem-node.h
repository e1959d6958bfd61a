/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_NODE (sysmem_node_get_type ())
SYSMEM_EXPORT
G_DECLARE_DERIVABLE_TYPE (SysmemNode, sysmem_node, SYSMEM, NODE, GObject)

/**
 * SysmemNodeClass:
 *
 * The class of nodes. Only the library derives from it.
 *
 * Since: 1.0
 */
struct _SysmemNodeClass
{
  /*< private >*/
  GObjectClass parent_class;

  gboolean abandoned_when_dropped;
  int (*peek_handle) (SysmemNode *self);
  gpointer padding[8];
};

SYSMEM_EXPORT SysmemClient *sysmem_node_get_client (SysmemNode *self);
SYSMEM_EXPORT char *sysmem_node_dup_path (SysmemNode *self);
SYSMEM_EXPORT SysmemNodeState sysmem_node_get_state (SysmemNode *self);
SYSMEM_EXPORT GError *sysmem_node_dup_failure (SysmemNode *self);

SYSMEM_EXPORT gboolean sysmem_node_sync (SysmemNode *self,
                                         GCancellable *cancellable,
                                         GError **error);
SYSMEM_EXPORT void sysmem_node_sync_async (SysmemNode *self,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_sync_finish (SysmemNode *self,
                                                GAsyncResult *result,
                                                GError **error);
SYSMEM_EXPORT gboolean sysmem_node_release (SysmemNode *self,
                                            GCancellable *cancellable,
                                            GError **error);
SYSMEM_EXPORT void sysmem_node_release_async (SysmemNode *self,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_release_finish (SysmemNode *self,
                                                   GAsyncResult *result,
                                                   GError **error);
SYSMEM_EXPORT gboolean sysmem_node_abandon (SysmemNode *self,
                                            const char *reason,
                                            GCancellable *cancellable,
                                            GError **error);
SYSMEM_EXPORT void sysmem_node_abandon_async (SysmemNode *self,
                                              const char *reason,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_abandon_finish (SysmemNode *self,
                                                   GAsyncResult *result,
                                                   GError **error);
SYSMEM_EXPORT SysmemExplanation *sysmem_node_explain (SysmemNode *self,
                                                      GCancellable *cancellable,
                                                      GError **error);
SYSMEM_EXPORT void sysmem_node_explain_async (SysmemNode *self,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
SYSMEM_EXPORT SysmemExplanation *sysmem_node_explain_finish (SysmemNode *self,
                                                             GAsyncResult *result,
                                                             GError **error);
SYSMEM_EXPORT gboolean sysmem_node_set_name (
  SysmemNode *self, guint32 priority, const char *name, GCancellable *cancellable, GError **error);
SYSMEM_EXPORT void sysmem_node_set_name_async (SysmemNode *self,
                                               guint32 priority,
                                               const char *name,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_set_name_finish (SysmemNode *self,
                                                    GAsyncResult *result,
                                                    GError **error);
SYSMEM_EXPORT gboolean sysmem_node_set_debug_client_info (
  SysmemNode *self, const char *name, guint64 id, GCancellable *cancellable, GError **error);
SYSMEM_EXPORT void sysmem_node_set_debug_client_info_async (SysmemNode *self,
                                                            const char *name,
                                                            guint64 id,
                                                            GCancellable *cancellable,
                                                            GAsyncReadyCallback callback,
                                                            gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_set_debug_client_info_finish (SysmemNode *self,
                                                                 GAsyncResult *result,
                                                                 GError **error);
SYSMEM_EXPORT gboolean sysmem_node_set_debug_timeout_log_deadline (SysmemNode *self,
                                                                   guint64 time_us,
                                                                   GCancellable *cancellable,
                                                                   GError **error);
SYSMEM_EXPORT void sysmem_node_set_debug_timeout_log_deadline_async (SysmemNode *self,
                                                                     guint64 time_us,
                                                                     GCancellable *cancellable,
                                                                     GAsyncReadyCallback callback,
                                                                     gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_set_debug_timeout_log_deadline_finish (SysmemNode *self,
                                                                          GAsyncResult *result,
                                                                          GError **error);
SYSMEM_EXPORT gboolean sysmem_node_set_verbose_logging (SysmemNode *self,
                                                        GCancellable *cancellable,
                                                        GError **error);
SYSMEM_EXPORT void sysmem_node_set_verbose_logging_async (SysmemNode *self,
                                                          GCancellable *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_set_verbose_logging_finish (SysmemNode *self,
                                                               GAsyncResult *result,
                                                               GError **error);
SYSMEM_EXPORT guint64 sysmem_node_get_buffer_collection_id (SysmemNode *self,
                                                            GCancellable *cancellable,
                                                            GError **error);
SYSMEM_EXPORT void sysmem_node_get_buffer_collection_id_async (SysmemNode *self,
                                                               GCancellable *cancellable,
                                                               GAsyncReadyCallback callback,
                                                               gpointer user_data);
SYSMEM_EXPORT guint64 sysmem_node_get_buffer_collection_id_finish (SysmemNode *self,
                                                                   GAsyncResult *result,
                                                                   GError **error);
SYSMEM_EXPORT gboolean sysmem_node_set_weak (SysmemNode *self,
                                             GCancellable *cancellable,
                                             GError **error);
SYSMEM_EXPORT void sysmem_node_set_weak_async (SysmemNode *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_set_weak_finish (SysmemNode *self,
                                                    GAsyncResult *result,
                                                    GError **error);
SYSMEM_EXPORT gboolean sysmem_node_set_weak_ok (SysmemNode *self,
                                                gboolean for_child_nodes_also,
                                                GCancellable *cancellable,
                                                GError **error);
SYSMEM_EXPORT void sysmem_node_set_weak_ok_async (SysmemNode *self,
                                                  gboolean for_child_nodes_also,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_set_weak_ok_finish (SysmemNode *self,
                                                       GAsyncResult *result,
                                                       GError **error);
SYSMEM_EXPORT int sysmem_node_get_node_ref (SysmemNode *self,
                                            GCancellable *cancellable,
                                            GError **error);
SYSMEM_EXPORT void sysmem_node_get_node_ref_async (SysmemNode *self,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
SYSMEM_EXPORT int sysmem_node_get_node_ref_finish (SysmemNode *self,
                                                   GAsyncResult *result,
                                                   GError **error);
SYSMEM_EXPORT gboolean sysmem_node_is_alternate_for (SysmemNode *self,
                                                     int node_ref,
                                                     GCancellable *cancellable,
                                                     GError **error);
SYSMEM_EXPORT void sysmem_node_is_alternate_for_async (SysmemNode *self,
                                                       int node_ref,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);
SYSMEM_EXPORT gboolean sysmem_node_is_alternate_for_finish (SysmemNode *self,
                                                            GAsyncResult *result,
                                                            GError **error);
SYSMEM_EXPORT int sysmem_node_attach_node_tracking (SysmemNode *self,
                                                    GCancellable *cancellable,
                                                    GError **error);
SYSMEM_EXPORT void sysmem_node_attach_node_tracking_async (SysmemNode *self,
                                                           GCancellable *cancellable,
                                                           GAsyncReadyCallback callback,
                                                           gpointer user_data);
SYSMEM_EXPORT int sysmem_node_attach_node_tracking_finish (SysmemNode *self,
                                                           GAsyncResult *result,
                                                           GError **error);

G_END_DECLS
