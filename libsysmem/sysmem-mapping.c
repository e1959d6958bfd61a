/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-mapping-private.h"

#include "sysmem-buffer-private.h"
#include "sysmem-error.h"
#include "sysmem-ioctl.h"
#include <errno.h>
#include <linux/dma-buf.h>
#include <sys/mman.h>
#include <sys/stat.h>

/**
 * SysmemMapping:
 *
 * A buffer's memory in this process: the memory itself, not a copy. It stays mapped until the last
 * reference is dropped, and keeps its buffer.
 *
 * CPU access to a dma-buf is bracketed, so that caches are in order when devices and CPU take
 * turns: [method@Sysmem.Buffer.map] begins it, dropping the last reference ends it, and
 * [method@Sysmem.Mapping.end_access] and [method@Sysmem.Mapping.begin_access] do so in between.
 * Plain memory needs no brackets: there these calls cost nothing.
 *
 * Since: 1.0
 */
struct _SysmemMapping
{
  GObject parent_instance;

  SysmemBuffer *buffer;
  SysmemMapFlags flags;
  gpointer data;
  gsize size;
  gint in_access; /* atomic */
};

G_DEFINE_FINAL_TYPE (SysmemMapping, sysmem_mapping, G_TYPE_OBJECT)

static gboolean
bracket (SysmemMapping *self, guint64 where, GError **error)
{
  struct dma_buf_sync sync = { .flags = where };
  int code;

  if (!sysmem_buffer_is_dma_buf (self->buffer))
    return TRUE;
  sync.flags |= (self->flags & SYSMEM_MAP_READ) != 0 ? DMA_BUF_SYNC_READ : 0;
  sync.flags |= (self->flags & SYSMEM_MAP_WRITE) != 0 ? DMA_BUF_SYNC_WRITE : 0;
  if (sysmem_ioctl (sysmem_buffer_peek_fd (self->buffer), DMA_BUF_IOCTL_SYNC, &sync))
    return TRUE;
  code = errno;
  g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
               "CPU access to buffer %u cannot %s: %s", sysmem_buffer_get_index (self->buffer),
               where == DMA_BUF_SYNC_START ? "begin" : "end", g_strerror (code));
  return FALSE;
}

static void
sysmem_mapping_finalize (GObject *object)
{
  SysmemMapping *self = SYSMEM_MAPPING (object);

  (void)sysmem_mapping_end_access (self, NULL);
  if (self->data != NULL)
    (void)munmap (self->data, self->size);
  g_clear_object (&self->buffer);
  G_OBJECT_CLASS (sysmem_mapping_parent_class)->finalize (object);
}

static void
sysmem_mapping_class_init (SysmemMappingClass *class)
{
  G_OBJECT_CLASS (class)->finalize = sysmem_mapping_finalize;
}

static void
sysmem_mapping_init (SysmemMapping *self)
{
}

static void
set_map_error (SysmemMapping *self, int code, GError **error)
{
  guint index = sysmem_buffer_get_index (self->buffer);

  if (code == EACCES && (self->flags & SYSMEM_MAP_WRITE) != 0)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED,
                 "buffer %u may only be read: this participant has no writing usage, or its token "
                 "was given without the right to write",
                 index);
  else
    g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                 "buffer %u cannot be mapped: %s", index, g_strerror (code));
}

/* Touching memory beyond the end of a file is a SIGBUS. A dma-buf cannot be mapped beyond its end. */
static gboolean
check_size (SysmemMapping *self, GError **error)
{
  struct stat file;

  if (sysmem_buffer_is_dma_buf (self->buffer)
      || (fstat (sysmem_buffer_peek_fd (self->buffer), &file) == 0
          && (guint64)file.st_size >= self->size))
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
               "buffer %u is not as large as was settled, %" G_GSIZE_FORMAT " bytes",
               sysmem_buffer_get_index (self->buffer), self->size);
  return FALSE;
}

SysmemMapping *
sysmem_mapping_new (SysmemBuffer *buffer, SysmemMapFlags flags, GError **error)
{
  g_autoptr (SysmemMapping) self = g_object_new (SYSMEM_TYPE_MAPPING, NULL);
  int protection = PROT_READ | ((flags & SYSMEM_MAP_WRITE) != 0 ? PROT_WRITE : 0);
  gpointer data;

  self->buffer = g_object_ref (buffer);
  self->flags = flags;
  self->size = (gsize)sysmem_buffer_get_size (buffer);
  if (!check_size (self, error))
    return NULL;
  data = mmap (NULL, self->size, protection, MAP_SHARED, sysmem_buffer_peek_fd (buffer), 0);
  if (data == MAP_FAILED)
    {
      set_map_error (self, errno, error);
      return NULL;
    }
  self->data = data;
  return sysmem_mapping_begin_access (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * sysmem_mapping_get_data: (skip)
 * @self: a mapping
 * @size: (out) (optional): return location for the size in bytes
 *
 * Gets the memory. Writing is allowed if the mapping is for writing.
 *
 * Returns: (transfer none): the first byte
 *
 * Since: 1.0
 */
gpointer
sysmem_mapping_get_data (SysmemMapping *self, gsize *size)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), NULL);

  if (size != NULL)
    *size = self->size;
  return self->data;
}

/**
 * sysmem_mapping_get_address:
 * @self: a mapping
 *
 * Gets the memory's address as a number, for language bindings that make views of memory.
 *
 * Returns: the address of the first byte
 *
 * Since: 1.0
 */
gsize
sysmem_mapping_get_address (SysmemMapping *self)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), 0);

  return (gsize)self->data;
}

/**
 * sysmem_mapping_get_size:
 * @self: a mapping
 *
 * Gets the size of the memory.
 *
 * Returns: the size in bytes
 *
 * Since: 1.0
 */
gsize
sysmem_mapping_get_size (SysmemMapping *self)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), 0);

  return self->size;
}

/**
 * sysmem_mapping_get_flags:
 * @self: a mapping
 *
 * Gets what the mapping is for.
 *
 * Returns: the flags
 *
 * Since: 1.0
 */
SysmemMapFlags
sysmem_mapping_get_flags (SysmemMapping *self)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), 0);

  return self->flags;
}

/**
 * sysmem_mapping_get_bytes:
 * @self: a mapping
 *
 * Gets the memory as bytes, without a copy. They keep the mapping, and change when somebody writes
 * the buffer.
 *
 * Returns: (transfer full): the bytes
 *
 * Since: 1.0
 */
GBytes *
sysmem_mapping_get_bytes (SysmemMapping *self)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), NULL);

  return g_bytes_new_with_free_func (self->data, self->size, g_object_unref, g_object_ref (self));
}

/**
 * sysmem_mapping_begin_access:
 * @self: a mapping
 * @error: return location for an error
 *
 * Begins CPU access again. Blocks until devices have done the work that is in the way. Does nothing
 * if access has begun already.
 *
 * Returns: %TRUE on success, %FALSE with an error of %G_IO_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_mapping_begin_access (SysmemMapping *self, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), FALSE);

  if (!g_atomic_int_compare_and_exchange (&self->in_access, FALSE, TRUE))
    return TRUE;
  if (bracket (self, DMA_BUF_SYNC_START, error))
    return TRUE;
  g_atomic_int_set (&self->in_access, FALSE);
  return FALSE;
}

/**
 * sysmem_mapping_end_access:
 * @self: a mapping
 * @error: return location for an error
 *
 * Ends CPU access: before a device, or somebody else, uses what was written. The memory stays
 * mapped. Does nothing if access has ended already.
 *
 * Returns: %TRUE on success, %FALSE with an error of %G_IO_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_mapping_end_access (SysmemMapping *self, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_MAPPING (self), FALSE);

  if (!g_atomic_int_compare_and_exchange (&self->in_access, TRUE, FALSE))
    return TRUE;
  return bracket (self, DMA_BUF_SYNC_END, error);
}
