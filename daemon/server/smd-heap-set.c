/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-heap-set.h"

#include <glib-unix.h>

#include "heaps/smd-heap-monitor.h"

struct _SmdHeapSet
{
  GPtrArray *heaps;  /* of SmdHeap */
  SmePolicy *policy; /* has copies of their properties, in the same order */
  SmdHeapMonitor *monitor;
  GSource *source;
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
  take (set, heaps);
  return set;
}

void
smd_heap_set_free (SmdHeapSet *set)
{
  if (set->source != NULL)
    {
      g_source_destroy (set->source);
      g_source_unref (set->source);
    }
  g_clear_pointer (&set->monitor, smd_heap_monitor_free);
  g_ptr_array_unref (set->heaps);
  g_free (set);
}

static gboolean
on_devices_changed (int fd, GIOCondition condition, gpointer data)
{
  SmdHeapSet *set = data;

  if (smd_heap_monitor_read (set->monitor))
    take (set, smd_heaps_probe ());
  return G_SOURCE_CONTINUE;
}

void
smd_heap_set_follow_devices (SmdHeapSet *set, GMainContext *context)
{
  g_autofree const char **paths = smd_heaps_list_paths ();
  g_autoptr (GError) error = NULL;

  set->monitor = smd_heap_monitor_new (paths, &error);
  if (set->monitor == NULL)
    {
      g_message ("Heaps that come or go will not be noticed: %s", error->message);
      return;
    }
  set->source = g_unix_fd_source_new (smd_heap_monitor_get_fd (set->monitor), G_IO_IN);
  g_source_set_callback (set->source, G_SOURCE_FUNC (on_devices_changed), set, NULL);
  g_source_attach (set->source, context);
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
