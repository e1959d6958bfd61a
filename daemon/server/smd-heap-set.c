/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-heap-set.h"

#include <gio/gio.h>
#include <glib-unix.h>

#include "heaps/smd-fd.h"
#include "heaps/smd-heap-monitor.h"

struct _SmdHeapSet
{
  GPtrArray *heaps;  /* of SmdHeap */
  SmePolicy *policy; /* has copies of their properties, in the same order */
  SmdHeapMonitor *monitor;
  SmdProbeFunc probe;
  GSource *source;
  GCancellable *probing; /* while a worker thread probes; cancelled when nobody waits for it */
  gboolean outdated;     /* something changed since it began */
  SmdFd pressure;
  GSource *pressure_source;
};

static void
take (SmdHeapSet *set, GPtrArray *heaps)
{
  g_clear_pointer (&set->heaps, g_ptr_array_unref);
  set->heaps = heaps;
  g_ptr_array_set_size (set->policy->heaps, 0);
  for (guint i = 0; i < heaps->len; i++)
    {
      const SmdHeap *heap = heaps->pdata[i];

      g_ptr_array_add (set->policy->heaps, sme_heap_copy (heap->properties));
    }
}

SmdHeapSet *
smd_heap_set_new (GPtrArray *heaps, SmePolicy *policy)
{
  SmdHeapSet *set = g_new0 (SmdHeapSet, 1);

  set->policy = policy;
  set->pressure = -1;
  take (set, heaps);
  return set;
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
smd_heap_set_free (SmdHeapSet *set)
{
  drop_source (&set->source);
  drop_source (&set->pressure_source);
  smd_fd_clear (&set->pressure);
  if (set->probing != NULL)
    g_cancellable_cancel (set->probing);
  g_clear_object (&set->probing);
  g_clear_pointer (&set->monitor, smd_heap_monitor_free);
  g_ptr_array_unref (set->heaps);
  g_free (set);
}

static void
probe_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SmdProbeFunc probe = (SmdProbeFunc)data;

  g_task_return_pointer (task, probe (), (GDestroyNotify)g_ptr_array_unref);
}

static void start_probing (SmdHeapSet *set);

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  SmdHeapSet *set = data;
  GTask *task = G_TASK (result);
  GPtrArray *heaps;

  /* Then the set may be gone, and the task frees what was found. */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return;
  heaps = g_task_propagate_pointer (task, NULL);
  g_clear_object (&set->probing);
  take (set, heaps);
  if (set->outdated)
    start_probing (set);
}

/* Drivers take their time to open a device and to make a buffer for trial, some of them while they
 * wake the hardware: nobody's call has to wait for that. */
static void
start_probing (SmdHeapSet *set)
{
  g_autoptr (GTask) task = NULL;

  set->outdated = FALSE;
  set->probing = g_cancellable_new ();
  task = g_task_new (NULL, set->probing, on_probed, set);
  g_task_set_check_cancellable (task, FALSE); /* what was found must be freed, not lost */
  g_task_set_task_data (task, (gpointer)set->probe, NULL);
  g_task_run_in_thread (task, probe_work);
}

static gboolean
on_devices_changed (int fd, GIOCondition condition, gpointer data)
{
  SmdHeapSet *set = data;

  if (!smd_heap_monitor_read (set->monitor))
    return G_SOURCE_CONTINUE;
  if (set->probing != NULL)
    set->outdated = TRUE;
  else
    start_probing (set);
  return G_SOURCE_CONTINUE;
}

void
smd_heap_set_follow_devices (SmdHeapSet *set, const char *const *paths, SmdProbeFunc probe)
{
  g_autoptr (GError) error = NULL;

  set->probe = probe;
  set->monitor = smd_heap_monitor_new (paths, &error);
  if (set->monitor == NULL)
    {
      g_message ("Heaps that come or go will not be noticed: %s", error->message);
      return;
    }
  set->source = g_unix_fd_source_new (smd_heap_monitor_get_fd (set->monitor), G_IO_IN);
  g_source_set_callback (set->source, G_SOURCE_FUNC (on_devices_changed), set, NULL);
  g_source_attach (set->source, g_main_context_get_thread_default ());
}

static void
trim_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *heaps = data;

  for (guint i = 0; i < heaps->len; i++)
    smd_heap_trim (heaps->pdata[i]);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_pressure (int fd, GIOCondition condition, gpointer data)
{
  SmdHeapSet *set = data;
  g_autoptr (GTask) task = NULL;

  if ((condition & G_IO_PRI) == 0) /* the kernel measures no more */
    return G_SOURCE_REMOVE;
  g_debug ("memory is short: the heaps give back what they keep");
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, g_ptr_array_ref (set->heaps), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, trim_work);
  return G_SOURCE_CONTINUE;
}

void
smd_heap_set_follow_pressure (SmdHeapSet *set, int pressure)
{
  set->pressure = pressure;
  set->pressure_source = g_unix_fd_source_new (pressure, G_IO_PRI | G_IO_ERR);
  g_source_set_callback (set->pressure_source, G_SOURCE_FUNC (on_pressure), set, NULL);
  g_source_attach (set->pressure_source, g_main_context_get_thread_default ());
}

SmdHeap *
smd_heap_set_find (SmdHeapSet *set, const char *name)
{
  for (guint i = 0; i < set->heaps->len; i++)
    {
      SmdHeap *heap = set->heaps->pdata[i];

      if (g_str_equal (heap->properties->name, name))
        return heap;
    }
  return NULL;
}
