/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-buffer-private.h"

#include "sysmem-error.h"
#include "sysmem-mapping-private.h"
#include <gio/gio.h>
#include <glib-unix.h>

/**
 * SysmemBuffer:
 *
 * One of a collection's buffers.
 *
 * The object holds the buffer's file descriptor and, where the daemon needs it to know who still
 * uses a buffer, its lease: exactly as long as the object lives, mappings included. It does not
 * keep its collection alive, and stays usable after that was released. A duplicate made with
 * [method@Sysmem.Buffer.dup_fd] is the caller's own affair: keep the object while you use it.
 *
 * A participant without usage gets buffers without a file descriptor, as does a weak one for a
 * buffer that is gone already.
 *
 * Since: 1.0
 */
struct _SysmemBuffer
{
  GObject parent_instance;

  guint index;
  SysmemSettings *settings;
  SysmemFd fds[SYSMEM_N_DELIVERED];
  GSource *close_source;
};

enum
{
  PROP_INDEX = 1,
  PROP_SIZE,
  PROP_SETTINGS,
  N_PROPERTIES
};

enum
{
  CLOSE_ASAP,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SysmemBuffer, sysmem_buffer, G_TYPE_OBJECT)

static void
sysmem_buffer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemBuffer *self = SYSMEM_BUFFER (object);

  switch (id)
    {
    case PROP_INDEX:
      g_value_set_uint (value, self->index);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, sysmem_buffer_get_size (self));
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_buffer_finalize (GObject *object)
{
  SysmemBuffer *self = SYSMEM_BUFFER (object);

  if (self->close_source != NULL)
    g_source_destroy (self->close_source);
  g_clear_pointer (&self->close_source, g_source_unref);
  /* The lease last: it says that the buffer is not held any more. */
  for (guint i = 0; i < SYSMEM_N_DELIVERED; i++)
    sysmem_fd_clear (&self->fds[i]);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sysmem_buffer_parent_class)->finalize (object);
}

static void
sysmem_buffer_class_init (SysmemBufferClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_buffer_get_property;
  object_class->finalize = sysmem_buffer_finalize;

  /**
   * SysmemBuffer:index:
   *
   * Which of the collection's buffers this is, from 0: the same for every participant.
   *
   * Since: 1.0
   */
  properties[PROP_INDEX] = g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT32, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * SysmemBuffer:size:
   *
   * What may be used of the buffer, in bytes.
   *
   * Since: 1.0
   */
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * SysmemBuffer:settings:
   *
   * What the negotiation settled, for this and all other buffers of the collection.
   *
   * Since: 1.0
   */
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, SYSMEM_TYPE_SETTINGS,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SysmemBuffer::close-asap:
   * @self: the buffer
   *
   * The last participant that kept this buffer alive is gone: a weak participant drops the buffer
   * now, with all mappings and duplicates. Only weak participants hear this.
   *
   * Since: 1.0
   */
  signals[CLOSE_ASAP] = g_signal_new ("close-asap", SYSMEM_TYPE_BUFFER, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
}

static void
sysmem_buffer_init (SysmemBuffer *self)
{
  for (guint i = 0; i < SYSMEM_N_DELIVERED; i++)
    self->fds[i] = -1;
}

static gboolean
on_hangup (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (SysmemBuffer) self = g_weak_ref_get (data);

  if (self != NULL)
    g_signal_emit (self, signals[CLOSE_ASAP], 0);
  return G_SOURCE_REMOVE;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
watch_close_asap (SysmemBuffer *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  self->close_source = g_unix_fd_source_new (self->fds[SYSMEM_DELIVERED_CLOSE_WEAK_ASAP], G_IO_HUP);
  g_source_set_static_name (self->close_source, "sysmem close-asap");
  g_source_set_callback (self->close_source, G_SOURCE_FUNC (on_hangup), ref, weak_ref_free);
  g_source_attach (self->close_source, context);
}

SysmemBuffer *
sysmem_buffer_new (SysmemSettings *settings, SysmemDelivered *delivered)
{
  SysmemBuffer *self = g_object_new (SYSMEM_TYPE_BUFFER, NULL);

  self->settings = g_object_ref (settings);
  self->index = delivered->index;
  for (guint i = 0; i < SYSMEM_N_DELIVERED; i++)
    self->fds[i] = sysmem_fd_steal (&delivered->fds[i]);
  if (self->fds[SYSMEM_DELIVERED_CLOSE_WEAK_ASAP] >= 0)
    watch_close_asap (self);
  return self;
}

int
sysmem_buffer_peek_fd (SysmemBuffer *self)
{
  return self->fds[SYSMEM_DELIVERED_BUFFER];
}

gboolean
sysmem_buffer_is_dma_buf (SysmemBuffer *self)
{
  return sysmem_settings_get_buffer_type (self->settings) == SYSMEM_BUFFER_DMA_BUF;
}

/**
 * sysmem_buffer_get_index: (get-property index)
 * @self: a buffer
 *
 * Gets which of the collection's buffers this is: the same for every participant.
 *
 * Returns: the index, from 0
 *
 * Since: 1.0
 */
guint
sysmem_buffer_get_index (SysmemBuffer *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), 0);

  return self->index;
}

/**
 * sysmem_buffer_get_size: (get-property size)
 * @self: a buffer
 *
 * Gets what may be used of the buffer.
 *
 * Returns: the size in bytes
 *
 * Since: 1.0
 */
guint64
sysmem_buffer_get_size (SysmemBuffer *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), 0);

  return sysmem_settings_get_size_bytes (self->settings);
}

/**
 * sysmem_buffer_get_settings: (get-property settings)
 * @self: a buffer
 *
 * Gets what the negotiation settled.
 *
 * Returns: (transfer none): the settings
 *
 * Since: 1.0
 */
SysmemSettings *
sysmem_buffer_get_settings (SysmemBuffer *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), NULL);

  return self->settings;
}

/**
 * sysmem_buffer_has_fd:
 * @self: a buffer
 *
 * Tells whether there is something to map and to pass on.
 *
 * Returns: %FALSE for a participant without usage, and for a buffer that is gone
 *
 * Since: 1.0
 */
gboolean
sysmem_buffer_has_fd (SysmemBuffer *self)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), FALSE);

  return sysmem_buffer_peek_fd (self) >= 0;
}

/* The fd, or -1 with an error. */
int
sysmem_buffer_need_fd (SysmemBuffer *self, GError **error)
{
  int fd = sysmem_buffer_peek_fd (self);

  if (fd < 0)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED,
                 "buffer %u came without a file descriptor: this participant has no usage, or the "
                 "buffer is gone",
                 self->index);
  return fd;
}

/**
 * sysmem_buffer_dup_fd:
 * @self: a buffer
 * @error: return location for an error
 *
 * Duplicates the buffer's file descriptor: a memfd or a dma-buf with the rights of this
 * participant, for importing into a device or mapping by hand. Keep the buffer object while the
 * duplicate is in use.
 *
 * Returns: a file descriptor that the caller owns, closed on exec; or -1 with
 *   %SYSMEM_ERROR_HANDLE_ACCESS_DENIED if there is none, or an error of %G_IO_ERROR
 *
 * Since: 1.0
 */
int
sysmem_buffer_dup_fd (SysmemBuffer *self, GError **error)
{
  int fd;

  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), -1);

  fd = sysmem_buffer_need_fd (self, error);
  return fd >= 0 ? sysmem_fd_dup (fd, error) : -1;
}

/**
 * sysmem_buffer_map:
 * @self: a buffer
 * @flags: what for
 * @error: return location for an error
 *
 * Maps the buffer into memory and begins CPU access. A mapping is made once and kept: between
 * frames, [method@Sysmem.Mapping.end_access] and [method@Sysmem.Mapping.begin_access] are enough.
 *
 * Returns: (transfer full): the mapping, or %NULL with %SYSMEM_ERROR_HANDLE_ACCESS_DENIED if there
 *   is nothing to map or it may not be written, or an error of %G_IO_ERROR
 *
 * Since: 1.0
 */
SysmemMapping *
sysmem_buffer_map (SysmemBuffer *self, SysmemMapFlags flags, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), NULL);
  g_return_val_if_fail (flags != 0, NULL);

  return sysmem_buffer_need_fd (self, error) >= 0 ? sysmem_mapping_new (self, flags, error) : NULL;
}

/**
 * sysmem_buffer_get_planes:
 * @self: a buffer
 * @width: of the image, in pixels
 * @height: of the image, in pixels
 * @error: return location for an error
 *
 * As [method@Sysmem.Settings.get_planes].
 *
 * Returns: (transfer container) (element-type SysmemPlane): the planes, or %NULL with an error as there
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_buffer_get_planes (SysmemBuffer *self, guint32 width, guint32 height, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), NULL);

  return sysmem_settings_get_planes (self->settings, width, height, error);
}
