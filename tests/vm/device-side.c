/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "device-side.h"

#include <errno.h>
#include <unistd.h>

gboolean
device_side_fail (const char *what, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));
  return FALSE;
}

/* Drops the entries without @pixel_format: there are many, and every one would be tried. */
static void
keep_only (SysmemConstraints *constraints, const char *pixel_format)
{
  g_autoptr (GListStore) kept = g_list_store_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS);
  const char *const only[] = { pixel_format, NULL };
  g_autoptr (GListModel) images = NULL;

  g_object_get (constraints, "image-format-constraints", &images, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (images); i++)
    {
      g_autoptr (GObject) image = g_list_model_get_item (images, i);
      g_auto (GStrv) formats = NULL;

      g_object_get (image, "pixel-formats", &formats, NULL);
      if (!g_strv_contains ((const char *const *)formats, pixel_format))
        continue;
      g_object_set (image, "pixel-formats", only, NULL);
      g_list_store_append (kept, image);
    }
  g_object_set (constraints, "image-format-constraints", kept, NULL);
}

gboolean
device_side_join (
  DeviceSide *self, SysmemDevice *device, const char *pixel_format, int token, GError **error)
{
  g_autoptr (SysmemConstraints) constraints = sysmem_device_describe (device, &self->size, error);
  g_autoptr (SysmemImportReport) report = NULL;
  SysmemConstraints *narrowed;

  if (constraints == NULL)
    return FALSE;
  keep_only (constraints, pixel_format);
  self->client = sysmem_client_new (NULL, error);
  if (self->client == NULL)
    return FALSE;
  report = sysmem_device_try_heaps (device, self->client, constraints, &self->size, NULL, error);
  if (report == NULL)
    return FALSE;
  narrowed = sysmem_import_report_get_constraints (report);
  if (!sysmem_client_set_debug_client_info (self->client, sysmem_constraints_get_name (narrowed),
                                            (guint64)getpid (), NULL, error))
    return FALSE;
  self->collection = sysmem_client_bind (self->client, token, narrowed, NULL, error);
  return self->collection != NULL && sysmem_collection_wait (self->collection, NULL, error);
}

gboolean
device_side_leave (DeviceSide *self, GError **error)
{
  return sysmem_node_release (SYSMEM_NODE (self->collection), NULL, error);
}

void
device_side_clear (DeviceSide *self)
{
  g_clear_object (&self->collection);
  g_clear_object (&self->client);
}

guint
device_side_count_buffers (DeviceSide *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->collection));
}

int
device_side_dup_fd (DeviceSide *self, guint index, GError **error)
{
  g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (self->collection, index);

  return sysmem_buffer_dup_fd (buffer, error);
}

gboolean
device_side_send (DeviceSide *self, guint index, GError **error)
{
  guint8 byte = (guint8)index;

  return write (self->link_end, &byte, 1) == 1 || device_side_fail ("writing to the link", error);
}

gboolean
device_side_receive (DeviceSide *self, guint *index, GError **error)
{
  guint8 byte;
  gssize n = read (self->link_end, &byte, 1);

  if (n < 0)
    return device_side_fail ("reading from the link", error);
  *index = byte;
  return n == 1;
}
