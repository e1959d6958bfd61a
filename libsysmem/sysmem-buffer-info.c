/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-buffer-info-private.h"

#include "sysmem-call.h"
#include "sysmem-error.h"
#include "sysmem-fd.h"
#include "sysmem-settings-private.h"

/**
 * SysmemBufferInfo:
 *
 * What the daemon knows of a buffer that came as a file descriptor; see
 * [method@Sysmem.Client.get_buffer_info].
 *
 * Since: 1.0
 */
struct _SysmemBufferInfo
{
  GObject parent_instance;

  GVariant *info; /* a{sv} */
  SysmemSettings *settings;
  SysmemFd weak_fd;
  SysmemFd close_weak_asap_fd;
};

G_DEFINE_FINAL_TYPE (SysmemBufferInfo, sysmem_buffer_info, G_TYPE_OBJECT)

static void
sysmem_buffer_info_finalize (GObject *object)
{
  SysmemBufferInfo *self = SYSMEM_BUFFER_INFO (object);

  g_clear_pointer (&self->info, g_variant_unref);
  g_clear_object (&self->settings);
  sysmem_fd_clear (&self->weak_fd);
  sysmem_fd_clear (&self->close_weak_asap_fd);
  G_OBJECT_CLASS (sysmem_buffer_info_parent_class)->finalize (object);
}

static void
sysmem_buffer_info_class_init (SysmemBufferInfoClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sysmem_buffer_info_finalize;
}

static void
sysmem_buffer_info_init (SysmemBufferInfo *self)
{
  self->weak_fd = -1;
  self->close_weak_asap_fd = -1;
}

static gboolean
take_fd (GVariant *info, const char *key, GDBusMessage *reply, SysmemFd *fd, GError **error)
{
  gint32 handle;

  if (!g_variant_lookup (info, key, "h", &handle))
    return TRUE;
  *fd = sysmem_reply_take_fd (reply, handle, error);
  return *fd >= 0;
}

SysmemBufferInfo *
sysmem_buffer_info_new_from_reply (GDBusMessage *reply, GError **error)
{
  g_autoptr (SysmemBufferInfo) self = g_object_new (SYSMEM_TYPE_BUFFER_INFO, NULL);
  g_autoptr (GVariant) settings = NULL;

  self->info = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);
  if (!g_variant_lookup (self->info, "buffer_collection_id", "t", NULL)
      || !g_variant_lookup (self->info, "buffer_index", "t", NULL))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the daemon does not say which buffer this is");
      return NULL;
    }
  if (!take_fd (self->info, "weak_fd", reply, &self->weak_fd, error)
      || !take_fd (self->info, "close_weak_asap", reply, &self->close_weak_asap_fd, error))
    return NULL;
  settings = g_variant_lookup_value (self->info, "settings", G_VARIANT_TYPE_VARDICT);
  if (settings == NULL)
    return g_steal_pointer (&self);
  self->settings = sysmem_settings_new_from_daemon (settings, FALSE, error);
  return self->settings != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * sysmem_buffer_info_get_buffer_collection_id:
 * @self: what is known of a buffer
 *
 * Gets the number of the collection that the buffer belongs to.
 *
 * Returns: the number, never 0
 *
 * Since: 1.0
 */
guint64
sysmem_buffer_info_get_buffer_collection_id (SysmemBufferInfo *self)
{
  guint64 id = 0;

  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), 0);

  (void)g_variant_lookup (self->info, "buffer_collection_id", "t", &id);
  return id;
}

/**
 * sysmem_buffer_info_get_index:
 * @self: what is known of a buffer
 *
 * Gets which of its collection's buffers this is.
 *
 * Returns: the index, from 0
 *
 * Since: 1.0
 */
guint
sysmem_buffer_info_get_index (SysmemBufferInfo *self)
{
  guint64 index = 0;

  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), 0);

  (void)g_variant_lookup (self->info, "buffer_index", "t", &index);
  return (guint)index;
}

/**
 * sysmem_buffer_info_get_settings:
 * @self: what is known of a buffer
 *
 * Gets the settings of the buffer's collection, without the count.
 *
 * Returns: (transfer none) (nullable): the settings, or %NULL if they were not asked for
 *
 * Since: 1.0
 */
SysmemSettings *
sysmem_buffer_info_get_settings (SysmemBufferInfo *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), NULL);

  return self->settings;
}

static gboolean
get_boolean (SysmemBufferInfo *self, const char *key)
{
  gboolean value = FALSE;

  (void)g_variant_lookup (self->info, key, "b", &value);
  return value;
}

/**
 * sysmem_buffer_info_get_constraints_ok:
 * @self: what is known of a buffer
 *
 * Tells whether the constraints that were to be checked accept such buffers.
 *
 * Returns: whether they do; %FALSE if that was not asked for
 *
 * Since: 1.0
 */
gboolean
sysmem_buffer_info_get_constraints_ok (SysmemBufferInfo *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), FALSE);

  return get_boolean (self, "constraints_ok");
}

/**
 * sysmem_buffer_info_get_settings_match:
 * @self: what is known of a buffer
 *
 * Tells whether the other buffer has the same settings.
 *
 * Returns: whether it has; %FALSE if that was not asked for
 *
 * Since: 1.0
 */
gboolean
sysmem_buffer_info_get_settings_match (SysmemBufferInfo *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), FALSE);

  return get_boolean (self, "settings_match");
}

/**
 * sysmem_buffer_info_steal_weak_fd:
 * @self: what is known of a buffer
 *
 * Takes the weak file descriptor that was asked for: it does not keep the buffer alive.
 *
 * Returns: a file descriptor that the caller owns, or -1 if there is none (any more)
 *
 * Since: 1.0
 */
int
sysmem_buffer_info_steal_weak_fd (SysmemBufferInfo *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), -1);

  return sysmem_fd_steal (&self->weak_fd);
}

/**
 * sysmem_buffer_info_steal_close_weak_asap_fd:
 * @self: what is known of a buffer
 *
 * Takes the file descriptor that hangs up (`POLLHUP`) when weak file descriptors of this buffer are
 * to be closed.
 *
 * Returns: a file descriptor that the caller owns, or -1 if there is none (any more)
 *
 * Since: 1.0
 */
int
sysmem_buffer_info_steal_close_weak_asap_fd (SysmemBufferInfo *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER_INFO (self), -1);

  return sysmem_fd_steal (&self->close_weak_asap_fd);
}
