/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* For every heap and every pixel format: one buffer from the daemon, of the real size and with the
 * use that the device will make of it, and into the device with it. What the daemon cannot give is
 * not tried; what the device refuses is written down, and taken out of the constraints as
 * devices/sysmem-trial-table.h says. */

#include "sysmem-device.h"

#include "common/smc-format.h"
#include "common/smc-names.h"
#include "devices/sysmem-trial-table.h"
#include "sysmem-error.h"
#include "sysmem-import-report-private.h"
#include "sysmem-trial-constraints.h"

typedef struct
{
  SysmemDevice *device;
  SysmemClient *client;
  GVariant *constraints; /* a{sv} */
  const char *name;
  SysmemSize size;
  GCancellable *cancellable;

  GPtrArray *heaps;   /* of SysmemHeap */
  GPtrArray *formats; /* of names; one that is empty for raw bytes */
  SysmemTrialTable *table;
  GVariantBuilder trials;
} Trial;

static void
trial_clear (Trial *trial)
{
  g_clear_pointer (&trial->heaps, g_ptr_array_unref);
  g_clear_pointer (&trial->formats, g_ptr_array_unref);
  g_clear_pointer (&trial->table, sysmem_trial_table_free);
  g_variant_builder_clear (&trial->trials);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

/* A heap without such buffers is nobody's fault, least of all the device's. */
static gboolean
is_none_to_be_had (const GError *error)
{
  return g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY)
         || g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY)
         || g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
}

static SysmemTrialOutcome
import (Trial *trial, SysmemCollection *collection, const char *heap, const char *format)
{
  g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (collection, 0);
  g_autoptr (GError) reason = NULL;
  gboolean accepted = sysmem_device_try_import (trial->device, buffer, &trial->size, &reason);

  g_variant_builder_add (&trial->trials, "(ssbs)", heap, format, accepted,
                         reason != NULL ? reason->message : "");
  return accepted ? SYSMEM_TRIAL_ACCEPTED : SYSMEM_TRIAL_REFUSED;
}

/* A heap that lays images out by itself says which. */
static gboolean
can_hold (SysmemHeap *heap, const char *format)
{
  g_auto (GStrv) formats = NULL;
  SmcPixelFormat wanted;
  SmcPixelFormat offered;

  g_object_get (heap, "formats", &formats, NULL);
  if (formats == NULL || formats[0] == NULL)
    return TRUE;
  if (!smc_pixel_format_parse (format, TRUE, &wanted))
    return FALSE;
  for (guint i = 0; formats[i] != NULL; i++)
    if (smc_pixel_format_parse (formats[i], TRUE, &offered)
        && smc_pixel_format_combinable (&wanted, &offered))
      return TRUE;
  return FALSE;
}

/* FALSE: the trial itself failed, the daemon went away for instance. */
static gboolean
try_pair (Trial *trial, guint heap, guint format, GError **error)
{
  const char *heap_name = sysmem_heap_get_name (trial->heaps->pdata[heap]);
  const char *format_name = trial->formats->pdata[format];
  g_autoptr (SysmemConstraints) constraints =
    sysmem_trial_constraints_new (trial->constraints, heap_name, format_name, &trial->size, error);
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GError) failure = NULL;

  if (constraints == NULL)
    return FALSE;
  collection =
    sysmem_client_allocate_non_shared (trial->client, constraints, trial->cancellable, &failure);
  if (collection != NULL && sysmem_collection_wait (collection, trial->cancellable, &failure))
    sysmem_trial_table_set (trial->table, heap, format,
                            import (trial, collection, heap_name, format_name));
  else if (!is_none_to_be_had (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return collection == NULL
         || sysmem_node_release (SYSMEM_NODE (collection), trial->cancellable, error);
}

static gboolean
try_all (Trial *trial, GError **error)
{
  trial->table = sysmem_trial_table_new (trial->heaps->len, trial->formats->len);
  for (guint heap = 0; heap < trial->heaps->len; heap++)
    for (guint format = 0; format < trial->formats->len; format++)
      if (can_hold (trial->heaps->pdata[heap], trial->formats->pdata[format])
          && !try_pair (trial, heap, format, error))
        return FALSE;
  return TRUE;
}

/* What comes of it */

static char **
list_heaps (const Trial *trial, gboolean kept)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < trial->heaps->len; i++)
    if (!trial->table->keeps_heap[i] == !kept)
      g_strv_builder_add (names, sysmem_heap_get_name (trial->heaps->pdata[i]));
  return g_strv_builder_end (names);
}

static char **
list_refused_formats (const Trial *trial)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < trial->formats->len; i++)
    if (!trial->table->keeps_format[i])
      g_strv_builder_add (names, trial->formats->pdata[i]);
  return g_strv_builder_end (names);
}

static SysmemImportReport *
conclude (Trial *trial, GError **error)
{
  g_autoptr (GVariant) trials = g_variant_ref_sink (g_variant_builder_end (&trial->trials));
  gboolean something_left = sysmem_trial_table_settle (trial->table);
  g_auto (GStrv) heaps = list_heaps (trial, TRUE);
  g_auto (GStrv) refused_heaps = list_heaps (trial, FALSE);
  g_auto (GStrv) refused_formats = list_refused_formats (trial);
  g_autoptr (SysmemConstraints) narrowed = NULL;

  if (!something_left)
    {
      g_autofree char *lines = sysmem_import_trials_to_string (trials, "; ");

      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "%s can import no buffer there is: %s", sysmem_device_get_name (trial->device),
                   lines);
      return NULL;
    }
  narrowed = sysmem_trial_constraints_narrow (trial->constraints, trial->name, heaps, refused_heaps,
                                              refused_formats, error);
  if (narrowed == NULL)
    return NULL;
  return sysmem_import_report_new (narrowed, g_steal_pointer (&refused_heaps),
                                   g_steal_pointer (&refused_formats), trials);
}

static SysmemImportReport *
run (SysmemDevice *device,
     SysmemClient *client,
     GVariant *constraints,
     const char *name,
     const SysmemSize *size,
     GCancellable *cancellable,
     GError **error)
{
  g_auto (Trial) trial = {
    .device = device,
    .client = client,
    .constraints = constraints,
    .name = name,
    .size = *size,
    .cancellable = cancellable,
  };
  g_autoptr (GPtrArray) heaps = NULL;

  g_variant_builder_init (&trial.trials, G_VARIANT_TYPE (SYSMEM_IMPORT_TRIALS_TYPE));
  heaps = sysmem_client_list_heaps (client, cancellable, error);
  if (heaps == NULL)
    return NULL;
  trial.heaps = sysmem_trial_constraints_list_heaps (constraints, heaps);
  trial.formats = sysmem_trial_constraints_list_formats (constraints);
  return try_all (&trial, error) ? conclude (&trial, error) : NULL;
}

/**
 * sysmem_device_try_heaps:
 * @self: a device
 * @client: where to get buffers from
 * @constraints: what the device can live with, as [method@Sysmem.Device.describe] told and perhaps
 *   narrowed; it is not changed
 * @size: the real size of the images, in pixels
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds out whose buffers the device can import: gets a buffer of each heap in each pixel format
 * from the daemon and lets the device [try it](method.Device.try_import.html).
 *
 * What the device refuses becomes a constraint, instead of a surprise when the buffers are there:
 * a heap is not permitted, or a format dropped. Afterwards heaps that appear later are not permitted
 * either, nobody knows about those; and of what is left dma-bufs are preferred. If nothing was
 * refused the constraints are as they were.
 *
 * It takes a small allocation for every heap and format: narrow the formats first where they are
 * many and the buffers large.
 *
 * Returns: (transfer full): a report with the new constraints; or %NULL with
 *   %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY if the device refused everything, or with an error
 *   of the daemon
 *
 * Since: 1.0
 */
SysmemImportReport *
sysmem_device_try_heaps (SysmemDevice *self,
                         SysmemClient *client,
                         SysmemConstraints *constraints,
                         const SysmemSize *size,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GVariant) dict = NULL;

  g_return_val_if_fail (SYSMEM_IS_DEVICE (self), NULL);
  g_return_val_if_fail (SYSMEM_IS_CLIENT (client), NULL);
  g_return_val_if_fail (SYSMEM_IS_CONSTRAINTS (constraints), NULL);
  g_return_val_if_fail (size != NULL, NULL);

  dict = g_variant_ref_sink (sysmem_constraints_to_variant (constraints));
  return run (self, client, dict, sysmem_constraints_get_name (constraints), size, cancellable,
              error);
}

/* Asynchronously */

typedef struct
{
  SysmemClient *client;
  GVariant *constraints;
  char *name;
  SysmemSize size;
} Order;

static void
order_free (Order *order)
{
  g_object_unref (order->client);
  g_variant_unref (order->constraints);
  g_free (order->name);
  g_free (order);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Order *order = data;
  GError *error = NULL;
  SysmemImportReport *report =
    run (source, order->client, order->constraints, order->name, &order->size, cancellable, &error);

  if (report != NULL)
    g_task_return_pointer (task, report, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * sysmem_device_try_heaps_async:
 * @self: a device
 * @client: where to get buffers from
 * @constraints: what the device can live with
 * @size: the real size of the images, in pixels
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when all was tried
 * @user_data: for @callback
 *
 * As [method@Sysmem.Device.try_heaps], without blocking: the device is asked in another thread.
 *
 * Since: 1.0
 */
void
sysmem_device_try_heaps_async (SysmemDevice *self,
                               SysmemClient *client,
                               SysmemConstraints *constraints,
                               const SysmemSize *size,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Order *order;

  g_return_if_fail (SYSMEM_IS_DEVICE (self));
  g_return_if_fail (SYSMEM_IS_CLIENT (client));
  g_return_if_fail (SYSMEM_IS_CONSTRAINTS (constraints));
  g_return_if_fail (size != NULL);

  order = g_new0 (Order, 1);
  order->client = g_object_ref (client);
  order->constraints = g_variant_ref_sink (sysmem_constraints_to_variant (constraints));
  order->name = g_strdup (sysmem_constraints_get_name (constraints));
  order->size = *size;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sysmem_device_try_heaps_async);
  g_task_set_task_data (task, order, (GDestroyNotify)order_free);
  g_task_run_in_thread (task, run_in_thread);
}

/**
 * sysmem_device_try_heaps_finish:
 * @self: a device
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Device.try_heaps_async].
 *
 * Returns: (transfer full): as [method@Sysmem.Device.try_heaps]
 *
 * Since: 1.0
 */
SysmemImportReport *
sysmem_device_try_heaps_finish (SysmemDevice *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_DEVICE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
