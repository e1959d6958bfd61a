/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-allocation.h"

#include <gio/gio.h>

#include "common/smc-checked.h"
#include "server/smd-buffer.h"

/* Memory is dear: a page or so is made faster than a thread is woken, more is made elsewhere so
 * that nobody waits for somebody's 1 GiB. Nor for a driver that lays images out, of any size. */
#define INLINE_BYTES (64 * 1024)

typedef struct
{
  SmdServer *server;     /* while it is in server->jobs */
  SmdHeap *heap;         /* a reference; NULL: it is gone */
  SmcSettings *settings; /* as negotiated, then as the heap lays them out */
  char *name;
  guint64 max_buffer_size, max_collection_size;
  SmdCharge bytes_charge, fds_charge; /* until the collection has the buffers */
} Job;

/* The payer's account belongs to the main loop, whereas the job is freed by whoever drops its task
 * last, which may be the worker. And another heap may be asked next, for the same bytes. */
static void
stop_charging (Job *job)
{
  smd_charge_clear (&job->bytes_charge);
  smd_charge_clear (&job->fds_charge);
  if (job->server != NULL)
    g_hash_table_remove (job->server->jobs, job);
  job->server = NULL;
}

static void
job_free (Job *job)
{
  smd_heap_unref (job->heap);
  smc_settings_free (job->settings);
  g_free (job->name);
  g_free (job);
}

static Job *
job_new (SmdCollection *collection, const SmcSettings *settings)
{
  SmdServer *server = collection->server;
  SmdHeap *heap = smd_heap_set_find (server->heaps, settings->heap);
  Job *job = g_new0 (Job, 1);

  job->heap = heap != NULL ? smd_heap_ref (heap) : NULL;
  job->max_buffer_size = server->limits.max_buffer_size;
  job->max_collection_size = server->limits.max_collection_size;
  job->settings = smc_settings_copy (settings);
  job->name = collection->name != NULL
                ? g_strdup (collection->name)
                : g_strdup_printf ("sysmem-%" G_GUINT64_FORMAT, collection->id);
  return job;
}

/* Capped by MaxCollectionSize, but for what a heap lays out and check_caps () refuses. */
static guint64
total_bytes (const SmcSettings *settings)
{
  guint64 total;

  return smc_checked_mul (&total, settings->raw_size_bytes, settings->buffer_count) ? total
                                                                                    : G_MAXUINT64;
}

/* A heap that lays images out may need more than the negotiation computed. */
static gboolean
check_caps (const Job *job, GError **error)
{
  const SmcSettings *settings = job->settings;

  if (settings->raw_size_bytes <= job->max_buffer_size
      && total_bytes (settings) <= job->max_collection_size)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
               "heap %s lays %u buffers out with %" G_GUINT64_FORMAT
               " bytes each, more than MaxBufferSize or MaxCollectionSize allows",
               settings->heap, settings->buffer_count, settings->raw_size_bytes);
  return FALSE;
}

/* Whoever is asked next may need what a heap keeps for its own next time. */
static GPtrArray *
allocate (Job *job, GError **error)
{
  g_autoptr (GError) refused = NULL;
  GPtrArray *memories = smd_heap_allocate (job->heap, job->settings, job->name, &refused);

  if (g_error_matches (refused, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY))
    smd_heap_trim (job->heap);
  if (refused != NULL)
    g_propagate_error (error, g_steal_pointer (&refused));
  return memories;
}

/* Touches nothing but the job: it may run in a worker thread. */
static GPtrArray *
do_job (Job *job, GError **error)
{
  SmcSettings *laid_out;

  if (job->heap == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "heap %s is gone",
                   job->settings->heap);
      return NULL;
    }
  laid_out = smd_heap_lay_out (job->heap, job->settings, error);
  if (laid_out == NULL)
    return NULL;
  smc_settings_free (job->settings);
  job->settings = laid_out;
  return check_caps (job, error) ? allocate (job, error) : NULL;
}

/* The heap has delivered: the buffers are the collection's. Unless the layout made them larger than
 * the payer can afford. */
static gboolean
take_memories (SmdCollection *collection, Job *job, GPtrArray *memories, GError **error)
{
  if (!smd_charge_resize (&job->bytes_charge, total_bytes (job->settings), error))
    return FALSE;
  smd_charge_move (&collection->bytes_charge, &job->bytes_charge);
  smd_charge_move (&collection->fds_charge, &job->fds_charge);
  collection->settings = smc_settings_copy (job->settings);
  collection->n_existing = memories->len;
  for (guint i = 0; i < memories->len; i++)
    g_ptr_array_add (collection->buffers,
                     smd_buffer_new (collection, i, g_steal_pointer (&memories->pdata[i])));
  return TRUE;
}

/* Takes @memories (NULL: there is @error). */
static void
finish (
  SmdCollection *collection, Job *job, GPtrArray *memories, const GError *error, GPtrArray *events)
{
  g_autoptr (GError) refused = NULL;

  if (memories != NULL)
    {
      if (!take_memories (collection, job, memories, &refused))
        error = refused;
      smd_allocation_free_memories (memories);
    }
  sme_tree_memory_done (collection->tree, job->settings, error, events);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  GPtrArray *memories = do_job (job, &error);

  if (memories == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, memories, (GDestroyNotify)g_ptr_array_unref);
}

static void
on_worked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SmdCollection) collection = data;
  SmdServer *server = collection->server;
  GTask *task = G_TASK (result);
  Job *job = g_task_get_task_data (task);
  gboolean wanted = collection->allocation == g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  GPtrArray *memories = g_task_propagate_pointer (task, &error);
  GPtrArray *events;

  if (!wanted)
    {
      stop_charging (job);
      if (memories != NULL)
        smd_allocation_free_memories (memories);
      return;
    }
  g_clear_object (&collection->allocation);
  events = sme_events_new ();
  finish (collection, job, memories, error, events);
  stop_charging (job);
  smd_collection_carry_out (collection, events);
  smd_server_flush (server);
}

static gboolean
is_quick (const Job *job)
{
  return total_bytes (job->settings) <= INLINE_BYTES
         && (job->heap == NULL || job->heap->klass->lay_out == NULL);
}

static void
allocate_inline (SmdCollection *collection, Job *job, GPtrArray *events)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *memories = do_job (job, &error);

  finish (collection, job, memories, error, events);
  stop_charging (job);
  job_free (job);
}

/* Before any memory is made, so that who may not have it costs nobody anything. */
static gboolean
charge (SmdCollection *collection, Job *job, GError **error)
{
  return smd_collection_charge (collection, SMD_RESOURCE_BYTES, total_bytes (job->settings),
                                &job->bytes_charge, error)
         && smd_collection_charge (collection, SMD_RESOURCE_FDS, job->settings->buffer_count,
                                   &job->fds_charge, error);
}

void
smd_allocation_start (SmdCollection *collection, const SmcSettings *settings, GPtrArray *events)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  Job *job = job_new (collection, settings);

  if (!charge (collection, job, &error))
    {
      sme_tree_memory_done (collection->tree, NULL, error, events);
      stop_charging (job);
      job_free (job);
      return;
    }
  if (is_quick (job))
    {
      allocate_inline (collection, job, events);
      return;
    }
  job->server = collection->server;
  g_hash_table_add (job->server->jobs, job);
  collection->allocation = g_cancellable_new ();
  task = g_task_new (NULL, collection->allocation, on_worked, smd_collection_ref (collection));
  g_task_set_check_cancellable (task, FALSE); /* the outcome must be freed, not lost */
  g_task_set_task_data (task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread (task, work);
}

void
smd_allocation_cancel (SmdCollection *collection)
{
  g_clear_object (&collection->allocation); /* on_worked () sees that nobody wants it any more */
}

void
smd_allocation_forget_all (SmdServer *server)
{
  g_autoptr (GList) jobs = g_hash_table_get_keys (server->jobs);

  for (GList *l = jobs; l != NULL; l = l->next)
    stop_charging (l->data);
}

static void
free_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_ptr_array_set_size (data, 0);
  g_task_return_boolean (task, TRUE);
}

static gboolean
are_small (GPtrArray *memories)
{
  guint64 bytes = 0;

  for (guint i = 0; i < memories->len; i++)
    {
      const SmdMemory *memory = memories->pdata[i];

      if (memory != NULL && !smc_checked_add (&bytes, bytes, memory->raw_size))
        return FALSE;
    }
  return bytes <= INLINE_BYTES;
}

void
smd_allocation_free_memories (GPtrArray *memories)
{
  g_autoptr (GTask) task = NULL;

  if (are_small (memories))
    {
      g_ptr_array_unref (memories);
      return;
    }
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, memories, (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, free_work);
}
