/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-fake-heap.h"

#include <errno.h>
#include <fcntl.h>

#include "common/smc-checked.h"
#include "common/sysmem-error.h"
#include "heaps/smd-image-layout.h"
#include "heaps/smd-memfd.h"

/* What the heap and its buffers share, so that either may go first. */
typedef struct
{
  GMutex mutex;
  GCond changed; /* held, n_waiting or n_live */
  gboolean held, stubbed, tells_strong;
  guint n_good, n_failing; /* the script: so many succeed, then so many fail */
  guint n_live, n_made, n_waiting, n_trims;
} Script;

typedef struct
{
  SmdHeap base;
  Script *script;
  guint stride_multiple; /* 0: plain bytes */
} SmdFakeHeap;

typedef struct
{
  SmdMemory base;
  SmdMemory *memfd; /* NULL: stubbed */
  Script *script;
} SmdFakeMemory;

static void
script_clear (gpointer data)
{
  Script *script = data;

  g_mutex_clear (&script->mutex);
  g_cond_clear (&script->changed);
}

static void
script_unref (Script *script)
{
  g_atomic_rc_box_release_full (script, script_clear);
}

static int
open_stub (GError **error)
{
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (fd < 0)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED, "/dev/null: %s",
                 g_strerror (errno));
  return fd;
}

static int
fake_memory_open (SmdMemory *memory, SmdAccess access, GError **error)
{
  SmdFakeMemory *self = (SmdFakeMemory *)memory;

  if (self->memfd == NULL)
    return open_stub (error);
  if (!memory->tells_strong)
    access &= ~SMD_ACCESS_WEAK;
  return smd_memory_open (self->memfd, access, error);
}

static SmdHolders
fake_memory_ask (SmdMemory *memory)
{
  SmdFakeMemory *self = (SmdFakeMemory *)memory;
  SmdHolders holders = self->memfd == NULL ? SMD_HOLDERS_NONE : smd_memory_ask (self->memfd);

  return holders == SMD_HOLDERS_WEAK && !memory->tells_strong ? SMD_HOLDERS_STRONG : holders;
}

static void
fake_memory_free (SmdMemory *memory)
{
  SmdFakeMemory *self = (SmdFakeMemory *)memory;

  smd_memory_free (self->memfd);
  g_mutex_lock (&self->script->mutex);
  self->script->n_live--;
  g_cond_broadcast (&self->script->changed);
  g_mutex_unlock (&self->script->mutex);
  script_unref (self->script);
  g_free (self);
}

static const SmdMemoryClass fake_memory_class = {
  .open = fake_memory_open,
  .ask = fake_memory_ask,
  .free = fake_memory_free,
};

/* Waits while held; then whether the script lets this allocation succeed. Under the mutex. */
static gboolean
script_next (Script *script)
{
  script->n_waiting++;
  g_cond_broadcast (&script->changed);
  while (script->held)
    g_cond_wait (&script->changed, &script->mutex);
  script->n_waiting--;
  g_cond_broadcast (&script->changed);

  if (script->n_good > 0)
    {
      script->n_good--;
      return TRUE;
    }
  if (script->n_failing == 0)
    return TRUE;
  if (script->n_failing != G_MAXUINT)
    script->n_failing--;
  return FALSE;
}

static void
describe_memory (SmdFakeMemory *self)
{
  Script *script = self->script;

  self->base.klass = &fake_memory_class;
  self->base.tells_strong = script->tells_strong;
  self->base.watch_fd = -1;
  if (self->memfd == NULL)
    {
      self->base.inode = script->n_made + 1; /* on device 0, where no file is */
      return;
    }
  self->base.device = self->memfd->device;
  self->base.inode = self->memfd->inode;
  if (script->tells_strong)
    self->base.watch_fd = self->memfd->watch_fd;
}

static gboolean
fake_heap_lay_out (SmdHeap *heap, SmcSettings *settings, GError **error)
{
  guint64 multiple = ((SmdFakeHeap *)heap)->stride_multiple;
  SmdImageDemand demand;
  guint64 row_bytes, size_bytes, raw_size;

  if (!smd_image_demand_init (&demand, settings, error))
    return FALSE;
  if (!smc_checked_round_up (&row_bytes, demand.row_bytes, multiple)
      || !smd_image_measure (settings, &demand, row_bytes, &size_bytes, &raw_size)
      || !smc_checked_round_up (&raw_size, raw_size, (guint64)sysconf (_SC_PAGESIZE)))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "the image does not fit 64 bits");
      return FALSE;
    }
  return smd_image_lay_out_linear (settings, &demand, row_bytes, error)
         && smd_image_accept_layout (settings, size_bytes, raw_size, error);
}

static SmdMemory *
fake_heap_allocate (
  SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);
  SmdMemory *memfd = NULL;
  SmdFakeMemory *self;

  if (!script_next (script))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "as the test demands");
      return NULL;
    }
  if (!script->stubbed)
    {
      memfd = smd_memfd_new (name, index, settings->raw_size_bytes, error);
      if (memfd == NULL)
        return NULL;
    }

  self = g_new0 (SmdFakeMemory, 1);
  self->memfd = memfd;
  self->script = g_atomic_rc_box_acquire (script);
  self->base.raw_size = settings->raw_size_bytes;
  describe_memory (self);
  script->n_made++;
  script->n_live++;
  return &self->base;
}

static void
fake_heap_trim (SmdHeap *heap)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  script->n_trims++;
}

static void
fake_heap_clear (SmdHeap *heap)
{
  script_unref (((SmdFakeHeap *)heap)->script);
}

static const SmdHeapClass plain_class = {
  .allocate = fake_heap_allocate,
  .trim = fake_heap_trim,
  .clear = fake_heap_clear,
};

static const SmdHeapClass laying_out_class = {
  .lay_out = fake_heap_lay_out,
  .allocate = fake_heap_allocate,
  .trim = fake_heap_trim,
  .clear = fake_heap_clear,
};

static SmdHeap *
make_heap (const SmdHeapClass *klass, SmeHeap *properties, guint stride_multiple)
{
  SmdFakeHeap *self = smd_heap_new (sizeof *self, klass, properties);

  self->stride_multiple = stride_multiple;
  self->script = g_atomic_rc_box_new0 (Script);
  self->script->tells_strong = properties->buffer_type == SMC_BUFFER_MEMFD;
  g_mutex_init (&self->script->mutex);
  g_cond_init (&self->script->changed);
  return &self->base;
}

SmdHeap *
smd_fake_heap_new (SmeHeap *properties)
{
  return make_heap (&plain_class, properties, 0);
}

SmdHeap *
smd_fake_heap_new_laying_out (SmeHeap *properties, guint stride_multiple)
{
  g_return_val_if_fail (properties->formats != NULL && stride_multiple > 0, NULL);

  return make_heap (&laying_out_class, properties, stride_multiple);
}

void
smd_fake_heap_fail_next (SmdHeap *heap, guint n)
{
  smd_fake_heap_fail_after (heap, 0, n);
}

void
smd_fake_heap_fail_after (SmdHeap *heap, guint n_good, guint n)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  script->n_good = n_good;
  script->n_failing = n;
}

void
smd_fake_heap_set_tells_strong (SmdHeap *heap, gboolean tells_strong)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  script->tells_strong = tells_strong;
}

void
smd_fake_heap_set_stubbed (SmdHeap *heap, gboolean stubbed)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  script->stubbed = stubbed;
}

void
smd_fake_heap_hold (SmdHeap *heap)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  script->held = TRUE;
}

void
smd_fake_heap_let_go (SmdHeap *heap)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  script->held = FALSE;
  g_cond_broadcast (&script->changed);
}

static gboolean
is_held (const Script *script)
{
  return script->held && script->n_waiting > 0;
}

static gboolean
is_empty (const Script *script)
{
  return script->n_waiting == 0 && script->n_live == 0;
}

static gboolean
await (SmdHeap *heap, gboolean (*condition) (const Script *script))
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  while (!condition (script))
    if (!g_cond_wait_until (&script->changed, &script->mutex, deadline))
      return condition (script);
  return TRUE;
}

gboolean
smd_fake_heap_await_held (SmdHeap *heap)
{
  return await (heap, is_held);
}

gboolean
smd_fake_heap_await_empty (SmdHeap *heap)
{
  return await (heap, is_empty);
}

/* One of the script's counters. */
static guint
read_counter (SmdHeap *heap, gsize offset)
{
  Script *script = ((SmdFakeHeap *)heap)->script;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->mutex);

  return G_STRUCT_MEMBER (guint, script, offset);
}

guint
smd_fake_heap_get_n_live (SmdHeap *heap)
{
  return read_counter (heap, G_STRUCT_OFFSET (Script, n_live));
}

guint
smd_fake_heap_get_n_made (SmdHeap *heap)
{
  return read_counter (heap, G_STRUCT_OFFSET (Script, n_made));
}

guint
smd_fake_heap_get_n_waiting (SmdHeap *heap)
{
  return read_counter (heap, G_STRUCT_OFFSET (Script, n_waiting));
}

guint
smd_fake_heap_get_n_trims (SmdHeap *heap)
{
  return read_counter (heap, G_STRUCT_OFFSET (Script, n_trims));
}
