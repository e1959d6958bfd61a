/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The heap port (05): a backend is one file with a probe, properties, allocation and perhaps trim.
 * All backends are listed in one array in smd-heaps.c. */

#pragma once

#include "engine/sme-policy.h"
#include "smd-memory.h"

G_BEGIN_DECLS

typedef struct _SmdHeap SmdHeap;

typedef struct
{
  /* Where the driver decides strides and offsets: sets planes, image_size, size_bytes and
   * raw_size_bytes of @settings, which have an image of one of the heap's formats. Refuses with
   * CONSTRAINTS_INTERSECTION_EMPTY when that is not what the image's bounds allow. Nullable. */
  gboolean (*lay_out) (SmdHeap *heap, SmcSettings *settings, GError **error);
  /* Makes one buffer as @settings say: raw_size_bytes, zeroed, named "@name:@index". Runs in a
   * worker thread for anything larger than a page or so, and always where there is a lay_out.
   * NO_MEMORY when it cannot. */
  SmdMemory *(*allocate) (
    SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error);
  /* Gives cached memory back. Nullable. */
  void (*trim) (SmdHeap *heap);
  /* Closes what the backend added to the heap. Nullable. */
  void (*clear) (SmdHeap *heap);
} SmdHeapClass;

struct _SmdHeap
{
  const SmdHeapClass *klass;
  SmeHeap *properties; /* owned; what the engine sees and ListHeaps shows */
  gatomicrefcount references;
};

/* For backends: @size bytes that begin with an SmdHeap. Takes @properties. */
gpointer smd_heap_new (gsize size, const SmdHeapClass *klass, SmeHeap *properties);

/* Heaps come and go with their devices while worker threads still allocate from them: whoever
 * does holds a reference. NULL is fine for unref. Thread safe. */
SmdHeap *smd_heap_ref (SmdHeap *heap);
void smd_heap_unref (SmdHeap *heap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdHeap, smd_heap_unref)
/* Gives back what the heap keeps for later allocations. */
void smd_heap_trim (SmdHeap *heap);

typedef enum
{
  SMD_PROBE_OK,
  SMD_PROBE_ABSENT, /* not on this machine */
  SMD_PROBE_LATER,  /* there, but not usable now; ask again on change */
} SmdProbe;

typedef struct
{
  const char *name; /* of the backend: "system", "udmabuf", "dma-heap" … */
  const char *path; /* where its devices appear: a node or a directory. NULL: needs none */
  /* Appends the SmdHeaps this backend finds by trial. */
  SmdProbe (*probe) (GPtrArray *heaps);
} SmdHeapBackend;

const char *smd_probe_get_name (SmdProbe probe);

/* The paths of all backends, for an SmdHeapMonitor. NULL-terminated; free it with g_free (). */
const char **smd_heaps_list_paths (void);

/* All heaps of this machine, "system" always among them. (element-type SmdHeap) */
GPtrArray *smd_heaps_probe (void);

/* @settings as this heap makes them: a copy, with planes where its driver lays images out. That is
 * what must be allocated and what the participants get. Thread safe, and may take as long as
 * allocating one buffer. */
SmcSettings *smd_heap_lay_out (SmdHeap *heap, const SmcSettings *settings, GError **error);

/* Makes settings->buffer_count buffers of one heap, all or none. Thread safe. Takes no time on the
 * main loop beyond what it does: call it in a worker thread unless the total is small.
 * Returns: (element-type SmdMemory) (transfer full) */
GPtrArray *smd_heap_allocate (SmdHeap *heap,
                              const SmcSettings *settings,
                              const char *name,
                              GError **error);

G_END_DECLS
