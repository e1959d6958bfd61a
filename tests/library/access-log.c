/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "access-log.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_BRACKETS 16

static GMutex lock;
static guint64 brackets[MAX_BRACKETS];
static guint n_brackets;
static guint n_to_interrupt;

void
access_log_clear (guint n_interrupted)
{
  g_mutex_lock (&lock);
  n_brackets = 0;
  n_to_interrupt = n_interrupted;
  g_mutex_unlock (&lock);
}

void
access_log_assert (const guint64 *flags, guint n_flags)
{
  g_mutex_lock (&lock);
  g_assert_cmpmem (brackets, n_brackets * sizeof *brackets, flags, n_flags * sizeof *flags);
  g_mutex_unlock (&lock);
}

/* FALSE: it was interrupted. */
static gboolean
remember (const struct dma_buf_sync *sync)
{
  gboolean passed;

  g_mutex_lock (&lock);
  passed = n_to_interrupt == 0;
  if (!passed)
    n_to_interrupt--;
  else if (n_brackets < MAX_BRACKETS)
    brackets[n_brackets++] = sync->flags;
  g_mutex_unlock (&lock);
  return passed;
}

int
ioctl (int fd, unsigned long request, ...)
{
  gpointer argument;
  va_list arguments;

  va_start (arguments, request);
  argument = va_arg (arguments, gpointer);
  va_end (arguments);
  if (request == DMA_BUF_IOCTL_SYNC && !remember (argument))
    {
      errno = EINTR;
      return -1;
    }
  return (int)syscall (SYS_ioctl, fd, request, argument);
}
