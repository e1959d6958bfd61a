/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-dmabuf-feedback.h"

#include "devices/sysmem-feedback-table.h"
#include "sysmem-error.h"
#include "sysmem-format-list.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>

/* zwp_linux_dmabuf_feedback_v1.tranche_flags */
#define FLAG_SCANOUT 1u

#define ALL_TRANCHES (-1)

/**
 * SysmemDmabufFeedback:
 *
 * What a Wayland compositor says about the buffers it would like: the events of
 * `zwp_linux_dmabuf_feedback_v1`, without a dependency on libwayland.
 *
 * Pass every event on with the function of the same name. What was collected counts from `done` on,
 * and replaces what the compositor said before:
 *
 * ```c
 * static void
 * on_tranche_formats (void *data, struct zwp_linux_dmabuf_feedback_v1 *wl, struct wl_array *indices)
 * {
 *   sysmem_dmabuf_feedback_tranche_formats (data, indices->data, indices->size, NULL);
 * }
 * ```
 *
 * Tranches come in the compositor's order of preference, which constraints cannot say. Either take
 * all of them at once, or make a group ([class@Sysmem.Group]) with a child for each.
 *
 * Since: 1.0
 */
struct _SysmemDmabufFeedback
{
  GObject parent_instance;

  GArray *table; /* of SmcPixelFormat; nullable */
  guint64 pending_main_device;
  GPtrArray *pending; /* of Tranche; the last one is not done yet */
  guint64 main_device;
  GPtrArray *current; /* of Tranche */
};

typedef struct
{
  guint64 device;
  guint32 flags;
  GArray *pairs; /* of SmcPixelFormat */
} Tranche;

G_DEFINE_FINAL_TYPE (SysmemDmabufFeedback, sysmem_dmabuf_feedback, G_TYPE_OBJECT)

static Tranche *
tranche_new (void)
{
  Tranche *tranche = g_new0 (Tranche, 1);

  tranche->pairs = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  return tranche;
}

static void
tranche_free (Tranche *tranche)
{
  g_array_unref (tranche->pairs);
  g_free (tranche);
}

/* A list that ends in the tranche that events are about. */
static GPtrArray *
tranches_new (void)
{
  GPtrArray *tranches = g_ptr_array_new_with_free_func ((GDestroyNotify)tranche_free);

  g_ptr_array_add (tranches, tranche_new ());
  return tranches;
}

static Tranche *
get_pending (SysmemDmabufFeedback *self)
{
  return g_ptr_array_index (self->pending, self->pending->len - 1);
}

static void
sysmem_dmabuf_feedback_finalize (GObject *object)
{
  SysmemDmabufFeedback *self = SYSMEM_DMABUF_FEEDBACK (object);

  g_clear_pointer (&self->table, g_array_unref);
  g_clear_pointer (&self->pending, g_ptr_array_unref);
  g_clear_pointer (&self->current, g_ptr_array_unref);
  G_OBJECT_CLASS (sysmem_dmabuf_feedback_parent_class)->finalize (object);
}

static void
sysmem_dmabuf_feedback_class_init (SysmemDmabufFeedbackClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sysmem_dmabuf_feedback_finalize;
}

static void
sysmem_dmabuf_feedback_init (SysmemDmabufFeedback *self)
{
  self->pending = tranches_new ();
  self->current = g_ptr_array_new_with_free_func ((GDestroyNotify)tranche_free);
}

/**
 * sysmem_dmabuf_feedback_new:
 *
 * Makes feedback in which nothing was said yet.
 *
 * Returns: (transfer full): a new object
 *
 * Since: 1.0
 */
SysmemDmabufFeedback *
sysmem_dmabuf_feedback_new (void)
{
  return g_object_new (SYSMEM_TYPE_DMABUF_FEEDBACK, NULL);
}

/* Events */

/**
 * sysmem_dmabuf_feedback_format_table:
 * @self: feedback
 * @fd: the table, which is read at once; it stays the caller's
 * @size: of the table, in bytes
 * @error: return location for an error
 *
 * The event `format_table`.
 *
 * Returns: %TRUE; or %FALSE with %SYSMEM_ERROR_PROTOCOL_DEVIATION if that is no table, or with an
 *   error of %G_IO_ERROR if it cannot be mapped
 *
 * Since: 1.0
 */
gboolean
sysmem_dmabuf_feedback_format_table (SysmemDmabufFeedback *self,
                                     int fd,
                                     guint32 size,
                                     GError **error)
{
  GArray *table;
  void *bytes;

  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), FALSE);

  /* Private, as the protocol wants it. A file that is shorter than it says would be a SIGBUS. */
  if (lseek (fd, 0, SEEK_END) < (off_t)size)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "format table: the file is shorter than %u bytes", size);
      return FALSE;
    }
  bytes = size > 0 ? mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
  if (bytes == MAP_FAILED)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                   "format table: cannot map it: %s", g_strerror (code));
      return FALSE;
    }
  table = sysmem_feedback_table_parse (bytes, size, error);
  if (bytes != NULL)
    (void)munmap (bytes, size);
  if (table == NULL)
    return FALSE;
  g_clear_pointer (&self->table, g_array_unref);
  self->table = table;
  return TRUE;
}

static gboolean
read_device (const guint8 *bytes, gsize size, guint64 *device, GError **error)
{
  dev_t number;

  if (size != sizeof number)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "device: %" G_GSIZE_FORMAT " bytes are no dev_t, which has %" G_GSIZE_FORMAT,
                   size, sizeof number);
      return FALSE;
    }
  memcpy (&number, bytes, sizeof number);
  *device = number;
  return TRUE;
}

/**
 * sysmem_dmabuf_feedback_main_device:
 * @self: feedback
 * @device: (array length=size): the event's array, a `dev_t`
 * @size: in bytes
 * @error: return location for an error
 *
 * The event `main_device`.
 *
 * Returns: %TRUE, or %FALSE with %SYSMEM_ERROR_PROTOCOL_DEVIATION if that is no device
 *
 * Since: 1.0
 */
gboolean
sysmem_dmabuf_feedback_main_device (SysmemDmabufFeedback *self,
                                    const guint8 *device,
                                    gsize size,
                                    GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), FALSE);

  return read_device (device, size, &self->pending_main_device, error);
}

/**
 * sysmem_dmabuf_feedback_tranche_target_device:
 * @self: feedback
 * @device: (array length=size): the event's array, a `dev_t`
 * @size: in bytes
 * @error: return location for an error
 *
 * The event `tranche_target_device`.
 *
 * Returns: %TRUE, or %FALSE with %SYSMEM_ERROR_PROTOCOL_DEVIATION if that is no device
 *
 * Since: 1.0
 */
gboolean
sysmem_dmabuf_feedback_tranche_target_device (SysmemDmabufFeedback *self,
                                              const guint8 *device,
                                              gsize size,
                                              GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), FALSE);

  return read_device (device, size, &get_pending (self)->device, error);
}

/**
 * sysmem_dmabuf_feedback_tranche_flags:
 * @self: feedback
 * @flags: the event's flags
 *
 * The event `tranche_flags`.
 *
 * Since: 1.0
 */
void
sysmem_dmabuf_feedback_tranche_flags (SysmemDmabufFeedback *self, guint32 flags)
{
  g_return_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self));

  get_pending (self)->flags = flags;
}

/**
 * sysmem_dmabuf_feedback_tranche_formats:
 * @self: feedback
 * @indices: (array length=size): the event's array, indices of 16 bits
 * @size: in bytes
 * @error: return location for an error
 *
 * The event `tranche_formats`.
 *
 * Returns: %TRUE; or %FALSE with %SYSMEM_ERROR_PROTOCOL_DEVIATION, and nothing added, if one of them
 *   is not in the format table
 *
 * Since: 1.0
 */
gboolean
sysmem_dmabuf_feedback_tranche_formats (SysmemDmabufFeedback *self,
                                        const guint8 *indices,
                                        gsize size,
                                        GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), FALSE);

  if (self->table == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "tranche: there was no format table yet");
      return FALSE;
    }
  return sysmem_feedback_table_pick (self->table, indices, size, get_pending (self)->pairs, error);
}

/**
 * sysmem_dmabuf_feedback_tranche_done:
 * @self: feedback
 *
 * The event `tranche_done`.
 *
 * Since: 1.0
 */
void
sysmem_dmabuf_feedback_tranche_done (SysmemDmabufFeedback *self)
{
  g_return_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self));

  g_ptr_array_add (self->pending, tranche_new ());
}

/**
 * sysmem_dmabuf_feedback_done:
 * @self: feedback
 *
 * The event `done`: what was said since the last one counts from now on. The format table stays until
 * there is another one.
 *
 * Since: 1.0
 */
void
sysmem_dmabuf_feedback_done (SysmemDmabufFeedback *self)
{
  g_return_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self));

  g_ptr_array_set_size (self->pending, (gint)self->pending->len - 1);
  g_ptr_array_unref (self->current);
  self->current = self->pending;
  self->main_device = self->pending_main_device;
  self->pending = tranches_new ();
}

/* What was said */

/**
 * sysmem_dmabuf_feedback_get_main_device:
 * @self: feedback
 *
 * Gets the device that the compositor works with.
 *
 * Returns: a `dev_t`, 0 before the first `done`
 *
 * Since: 1.0
 */
guint64
sysmem_dmabuf_feedback_get_main_device (SysmemDmabufFeedback *self)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), 0);

  return self->main_device;
}

/**
 * sysmem_dmabuf_feedback_get_n_tranches:
 * @self: feedback
 *
 * Gets how many tranches there are.
 *
 * Returns: the number, 0 before the first `done`
 *
 * Since: 1.0
 */
guint
sysmem_dmabuf_feedback_get_n_tranches (SysmemDmabufFeedback *self)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), 0);

  return self->current->len;
}

/**
 * sysmem_dmabuf_feedback_get_target_device:
 * @self: feedback
 * @tranche: which, from 0: the most preferred one
 *
 * Gets the device that buffers of a tranche should be allocated for.
 *
 * Returns: a `dev_t`
 *
 * Since: 1.0
 */
guint64
sysmem_dmabuf_feedback_get_target_device (SysmemDmabufFeedback *self, guint tranche)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), 0);
  g_return_val_if_fail (tranche < self->current->len, 0);

  return ((const Tranche *)g_ptr_array_index (self->current, tranche))->device;
}

/**
 * sysmem_dmabuf_feedback_is_scanout:
 * @self: feedback
 * @tranche: which, from 0: the most preferred one
 *
 * Tells whether the compositor may scan buffers of a tranche out directly.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
sysmem_dmabuf_feedback_is_scanout (SysmemDmabufFeedback *self, guint tranche)
{
  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), FALSE);
  g_return_val_if_fail (tranche < self->current->len, FALSE);

  return (((const Tranche *)g_ptr_array_index (self->current, tranche))->flags & FLAG_SCANOUT) != 0;
}

/* Adds what the tranche says. Returns: what the compositor would do with such buffers */
static SysmemUsage
add_tranche (const Tranche *tranche, SysmemFormatList *formats)
{
  sysmem_format_list_add_all (formats, tranche->pairs);
  return SYSMEM_USAGE_GPU_SAMPLED
         | ((tranche->flags & FLAG_SCANOUT) != 0 ? SYSMEM_USAGE_DISPLAY_LAYER : 0);
}

/**
 * sysmem_dmabuf_feedback_describe:
 * @self: feedback
 * @tranche: which, from 0: the most preferred one; or -1 for all of them
 * @size: (nullable): the size of the images that buffers have to hold, in pixels
 * @error: return location for an error
 *
 * Says in the compositor's name what it can live with: dma-bufs of these formats and modifiers,
 * sampled by a GPU and perhaps scanned out, two of them at a time.
 *
 * Returns: (transfer full): new constraints, or %NULL with
 *   %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY if there is nothing that could be shared
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_dmabuf_feedback_describe (SysmemDmabufFeedback *self,
                                 int tranche,
                                 const SysmemSize *size,
                                 GError **error)
{
  g_autoptr (SysmemFormatList) formats = sysmem_format_list_new ();
  g_autoptr (SysmemMemoryConstraints) memory = NULL;
  g_autoptr (SysmemConstraints) constraints = NULL;
  SysmemUsage usage = SYSMEM_USAGE_GPU_SAMPLED;

  g_return_val_if_fail (SYSMEM_IS_DMABUF_FEEDBACK (self), NULL);
  g_return_val_if_fail (tranche >= ALL_TRANCHES && tranche < (int)self->current->len, NULL);

  for (guint i = 0; i < self->current->len; i++)
    if (tranche == ALL_TRANCHES || (guint)tranche == i)
      usage |= add_tranche (g_ptr_array_index (self->current, i), formats);
  memory = g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "dma-buf-required", TRUE, NULL);
  constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", usage, "min-buffer-count-for-camping", 2,
                  "buffer-memory-constraints", memory, "name", "compositor", NULL);
  if (!sysmem_format_list_describe (formats, size, NULL, "compositor", constraints, error))
    return NULL;
  return g_steal_pointer (&constraints);
}
