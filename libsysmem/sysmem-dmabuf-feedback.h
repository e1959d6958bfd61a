/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-constraints.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_DMABUF_FEEDBACK (sysmem_dmabuf_feedback_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (
  SysmemDmabufFeedback, sysmem_dmabuf_feedback, SYSMEM, DMABUF_FEEDBACK, GObject)

SYSMEM_EXPORT SysmemDmabufFeedback *sysmem_dmabuf_feedback_new (void);

SYSMEM_EXPORT gboolean sysmem_dmabuf_feedback_format_table (SysmemDmabufFeedback *self,
                                                            int fd,
                                                            guint32 size,
                                                            GError **error);
SYSMEM_EXPORT gboolean sysmem_dmabuf_feedback_main_device (SysmemDmabufFeedback *self,
                                                           const guint8 *device,
                                                           gsize size,
                                                           GError **error);
SYSMEM_EXPORT gboolean sysmem_dmabuf_feedback_tranche_target_device (SysmemDmabufFeedback *self,
                                                                     const guint8 *device,
                                                                     gsize size,
                                                                     GError **error);
SYSMEM_EXPORT void sysmem_dmabuf_feedback_tranche_flags (SysmemDmabufFeedback *self, guint32 flags);
SYSMEM_EXPORT gboolean sysmem_dmabuf_feedback_tranche_formats (SysmemDmabufFeedback *self,
                                                               const guint8 *indices,
                                                               gsize size,
                                                               GError **error);
SYSMEM_EXPORT void sysmem_dmabuf_feedback_tranche_done (SysmemDmabufFeedback *self);
SYSMEM_EXPORT void sysmem_dmabuf_feedback_done (SysmemDmabufFeedback *self);

SYSMEM_EXPORT guint64 sysmem_dmabuf_feedback_get_main_device (SysmemDmabufFeedback *self);
SYSMEM_EXPORT guint sysmem_dmabuf_feedback_get_n_tranches (SysmemDmabufFeedback *self);
SYSMEM_EXPORT guint64 sysmem_dmabuf_feedback_get_target_device (SysmemDmabufFeedback *self,
                                                                guint tranche);
SYSMEM_EXPORT gboolean sysmem_dmabuf_feedback_is_scanout (SysmemDmabufFeedback *self,
                                                          guint tranche);
SYSMEM_EXPORT SysmemConstraints *sysmem_dmabuf_feedback_describe (SysmemDmabufFeedback *self,
                                                                  int tranche,
                                                                  const SysmemSize *size,
                                                                  GError **error);

G_END_DECLS
