/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-heap-monitor.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include "heaps/smd-fd.h"

/* IN_ATTRIB: a new node first belongs to root alone; it becomes ours when its mode changes. */
#define EVENTS (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)
#define READ_BYTES 4096

typedef struct
{
  char *path;
  char *name;   /* in its parent, which always is */
  int parent;   /* inotify watch descriptor */
  int contents; /* the same, while the path is a directory; or -1 */
} Place;

struct _SmdHeapMonitor
{
  SmdFd fd;
  GArray *places; /* of Place */
};

static void
place_clear (gpointer data)
{
  Place *place = data;

  g_free (place->path);
  g_free (place->name);
}

static void
watch_contents (SmdHeapMonitor *monitor)
{
  for (guint i = 0; i < monitor->places->len; i++)
    {
      Place *place = &g_array_index (monitor->places, Place, i);

      place->contents = inotify_add_watch (monitor->fd, place->path, EVENTS | IN_ONLYDIR);
    }
}

static gboolean
add_place (SmdHeapMonitor *monitor, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  Place place = { .parent = inotify_add_watch (monitor->fd, parent, EVENTS), .contents = -1 };

  if (place.parent < 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                   "%s cannot be watched for devices: %s", parent, g_strerror (code));
      return FALSE;
    }
  place.path = g_strdup (path);
  place.name = g_path_get_basename (path);
  g_array_append_val (monitor->places, place);
  return TRUE;
}

SmdHeapMonitor *
smd_heap_monitor_new (const char *const *paths, GError **error)
{
  g_autoptr (SmdHeapMonitor) monitor = g_new0 (SmdHeapMonitor, 1);

  monitor->places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (monitor->places, place_clear);
  monitor->fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (monitor->fd < 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                   "devices cannot be watched: inotify: %s", g_strerror (code));
      return NULL;
    }
  for (; *paths != NULL; paths++)
    if (!add_place (monitor, *paths, error))
      return NULL;
  watch_contents (monitor);
  return g_steal_pointer (&monitor);
}

void
smd_heap_monitor_free (SmdHeapMonitor *monitor)
{
  if (monitor == NULL)
    return;
  smd_fd_clear (&monitor->fd);
  g_array_unref (monitor->places);
  g_free (monitor);
}

int
smd_heap_monitor_get_fd (SmdHeapMonitor *monitor)
{
  return monitor->fd;
}

static gboolean
matters (SmdHeapMonitor *monitor, const struct inotify_event *event)
{
  if ((event->mask & IN_Q_OVERFLOW) != 0)
    return TRUE;
  if (event->len == 0) /* about a directory itself, which its parent reports too */
    return FALSE;
  for (guint i = 0; i < monitor->places->len; i++)
    {
      const Place *place = &g_array_index (monitor->places, Place, i);

      if (event->wd == place->contents
          || (event->wd == place->parent && strcmp (event->name, place->name) == 0))
        return TRUE;
    }
  return FALSE;
}

gboolean
smd_heap_monitor_read (SmdHeapMonitor *monitor)
{
  char buffer[READ_BYTES] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  const struct inotify_event *event;
  gboolean changed = FALSE;
  gssize length;

  while ((length = read (monitor->fd, buffer, sizeof buffer)) > 0)
    for (const char *at = buffer; at < buffer + length; at += sizeof *event + event->len)
      {
        event = (const struct inotify_event *)at;
        if (matters (monitor, event))
          changed = TRUE;
      }
  if (changed)
    watch_contents (monitor);
  return changed;
}
