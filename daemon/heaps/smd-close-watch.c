/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-close-watch.h"

#include <errno.h>
#include <sys/inotify.h>

/* As many events as the kernel queues by default: what a call may read before it returns to the
 * main loop, so that somebody who opens and closes in a loop cannot keep it here. */
#define MAX_READS 128
#define READ_BYTES 4096

struct _SmdCloseWatch
{
  SmdFd fd;
  GHashTable *memories; /* inotify watch descriptor -> SmdMemory */
  GHashTable *watches;  /* SmdMemory -> inotify watch descriptor */
};

SmdCloseWatch *
smd_close_watch_new (GError **error)
{
  g_auto (SmdFd) fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  SmdCloseWatch *watch;

  if (fd < 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                   "buffers cannot be watched for their last close: inotify: %s",
                   g_strerror (code));
      return NULL;
    }

  watch = g_new0 (SmdCloseWatch, 1);
  watch->fd = smd_fd_steal (&fd);
  watch->memories = g_hash_table_new (NULL, NULL);
  watch->watches = g_hash_table_new (NULL, NULL);
  return watch;
}

void
smd_close_watch_free (SmdCloseWatch *watch)
{
  if (watch == NULL)
    return;
  smd_fd_clear (&watch->fd);
  g_hash_table_unref (watch->memories);
  g_hash_table_unref (watch->watches);
  g_free (watch);
}

int
smd_close_watch_get_fd (SmdCloseWatch *watch)
{
  return watch->fd;
}

gboolean
smd_close_watch_add (SmdCloseWatch *watch, SmdMemory *memory)
{
  char path[32];
  int descriptor;

  if (memory->watch_fd < 0)
    return FALSE;

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", memory->watch_fd);
  descriptor = inotify_add_watch (watch->fd, path, IN_CLOSE);
  if (descriptor < 0)
    return FALSE;

  g_hash_table_insert (watch->memories, GINT_TO_POINTER (descriptor), memory);
  g_hash_table_insert (watch->watches, memory, GINT_TO_POINTER (descriptor));
  return TRUE;
}

/* Events of this descriptor that are queued already, IN_IGNORED among them, will find no memory
 * and be skipped; the kernel does not hand the number out again before two thousand million
 * others. */
void
smd_close_watch_remove (SmdCloseWatch *watch, SmdMemory *memory)
{
  gpointer descriptor;

  if (!g_hash_table_steal_extended (watch->watches, memory, NULL, &descriptor))
    return;
  g_hash_table_remove (watch->memories, descriptor);
  (void)inotify_rm_watch (watch->fd, GPOINTER_TO_INT (descriptor));
}

static void
take_events (SmdCloseWatch *watch,
             const char *buffer,
             gsize length,
             GHashTable *seen,
             GPtrArray *touched,
             gboolean *overflow)
{
  const struct inotify_event *event;

  for (gsize at = 0; at < length; at += sizeof *event + event->len)
    {
      SmdMemory *memory;

      event = (const struct inotify_event *)(buffer + at);
      if ((event->mask & IN_Q_OVERFLOW) != 0)
        *overflow = TRUE;
      memory = g_hash_table_lookup (watch->memories, GINT_TO_POINTER (event->wd));
      if (memory != NULL && g_hash_table_add (seen, memory))
        g_ptr_array_add (touched, memory);
    }
}

void
smd_close_watch_read (SmdCloseWatch *watch, GPtrArray *touched, gboolean *overflow)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  char buffer[READ_BYTES] __attribute__ ((aligned (__alignof__(struct inotify_event))));

  *overflow = FALSE;
  for (guint i = 0; i < MAX_READS; i++)
    {
      gssize length = read (watch->fd, buffer, sizeof buffer);

      if (length < 0 && errno == EINTR)
        continue;
      if (length <= 0)
        return;
      take_events (watch, buffer, (gsize)length, seen, touched, overflow);
    }
}
