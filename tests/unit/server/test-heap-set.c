/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The set of heaps follows devices that come and go, played with an ordinary file, and nobody waits
 * while a worker thread probes. And its heaps give back what they keep when memory is short. */

#include <glib.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

#include "heaps/smd-fake-heap.h"
#include "server/smd-heap-set.h"
#include "support.h"

/* The probe of these tests finds one heap, named after how many probes there were; it can be held
 * up. */
static struct
{
  GMutex mutex;
  GCond changed;
  guint n_begun;
  gboolean hold;
  SmdHeap *last_found; /* a reference */
} probes;

typedef struct
{
  char *directory, *node;
  SmePolicy *policy;
  SmdHeapSet *set;
} Fixture;

static GPtrArray *
make_heaps (guint number)
{
  GPtrArray *heaps = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_heap_unref);
  g_autofree char *name = g_strdup_printf ("heap-%u", number);

  g_ptr_array_add (heaps, smd_fake_heap_new (sme_heap_new (name)));
  return heaps;
}

static GPtrArray *
probe (void)
{
  GPtrArray *found;

  g_mutex_lock (&probes.mutex);
  found = make_heaps (++probes.n_begun);
  smd_heap_unref (probes.last_found);
  probes.last_found = smd_heap_ref (g_ptr_array_index (found, 0));
  g_cond_broadcast (&probes.changed);
  while (probes.hold)
    g_cond_wait (&probes.changed, &probes.mutex);
  g_mutex_unlock (&probes.mutex);
  return found;
}

static void
hold_probes (gboolean hold)
{
  g_mutex_lock (&probes.mutex);
  probes.hold = hold;
  g_cond_broadcast (&probes.changed);
  g_mutex_unlock (&probes.mutex);
}

static void
await_begin (void)
{
  g_mutex_lock (&probes.mutex);
  while (probes.n_begun == 0)
    g_cond_wait (&probes.changed, &probes.mutex);
  g_mutex_unlock (&probes.mutex);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  const char *paths[] = { NULL, NULL };

  f->directory = g_dir_make_tmp ("sysmem-heaps-XXXXXX", &error);
  g_assert_no_error (error);
  paths[0] = f->node = g_build_filename (f->directory, "node", NULL);
  probes.n_begun = 0;
  f->policy = sme_policy_new ();
  f->set = smd_heap_set_new (make_heaps (0), f->policy);
  smd_heap_set_follow_devices (f->set, paths, probe);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_clear_pointer (&f->set, smd_heap_set_free);
  sme_policy_free (f->policy);
  g_clear_pointer (&probes.last_found, smd_heap_unref);
  (void)g_unlink (f->node);
  g_assert_no_errno (g_rmdir (f->directory));
  g_free (f->directory);
  g_free (f->node);
}

static void
change_devices (Fixture *f)
{
  if (g_unlink (f->node) != 0)
    g_assert_true (g_file_set_contents (f->node, "", 0, NULL));
}

static gboolean
has (Fixture *f, const char *name)
{
  const SmeHeap *only = g_ptr_array_index (f->policy->heaps, 0);

  g_assert_cmpuint (f->policy->heaps->len, ==, 1);
  g_assert_true ((smd_heap_set_find (f->set, name) != NULL) == g_str_equal (only->name, name));
  return g_str_equal (only->name, name);
}

static void
await_heap (Fixture *f, const char *name)
{
  while (!has (f, name))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_follows (Fixture *f, gconstpointer unused)
{
  g_assert_true (has (f, "heap-0"));
  change_devices (f);
  await_heap (f, "heap-1");
  change_devices (f);
  await_heap (f, "heap-2");
}

/* The heaps of before are there until others are known. */
static void
test_does_not_wait (Fixture *f, gconstpointer unused)
{
  hold_probes (TRUE);
  change_devices (f);
  run_pending ();
  await_begin ();
  run_pending ();
  g_assert_true (has (f, "heap-0"));
  hold_probes (FALSE);
  await_heap (f, "heap-1");
}

/* However much changes meanwhile, one more probe sees all of it. */
static void
test_changes_while_probing (Fixture *f, gconstpointer unused)
{
  hold_probes (TRUE);
  change_devices (f);
  run_pending ();
  await_begin ();
  for (guint i = 0; i < 5; i++)
    {
      change_devices (f);
      run_pending ();
    }
  g_assert_cmpuint (probes.n_begun, ==, 1);
  hold_probes (FALSE);
  await_heap (f, "heap-2");
  run_pending ();
  g_assert_cmpuint (probes.n_begun, ==, 2);
}

/* What is found for nobody is freed: by the worker thread, if that is the last to let go of its
 * task, and then nothing wakes this one. */
static void
test_freed_while_probing (Fixture *f, gconstpointer unused)
{
  hold_probes (TRUE);
  change_devices (f);
  run_pending ();
  await_begin ();
  g_clear_pointer (&f->set, smd_heap_set_free);
  hold_probes (FALSE);
  while (!g_atomic_ref_count_compare (&probes.last_found->references, 1))
    if (!g_main_context_iteration (NULL, FALSE))
      g_thread_yield ();
}

/* Data out of band is what a socket has in common with the kernel's file. */
static void
test_memory_pressure (Fixture *f, gconstpointer unused)
{
  SmdHeap *heap = smd_heap_set_find (f->set, "heap-0");
  SmdFd sockets[2];
  char byte;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets));
  smd_heap_set_follow_pressure (f->set, sockets[0]);
  run_pending ();
  g_assert_cmpuint (smd_fake_heap_get_n_trims (heap), ==, 0);
  g_assert_cmpint (send (sockets[1], "!", 1, MSG_OOB), ==, 1);
  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (recv (sockets[0], &byte, 1, MSG_OOB), ==, 1);
  while (smd_fake_heap_get_n_trims (heap) == 0)
    g_main_context_iteration (NULL, TRUE);
  smd_fd_clear (&sockets[1]);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/heap-set/follows", test_follows);
  ADD ("/heap-set/does-not-wait", test_does_not_wait);
  ADD ("/heap-set/changes-while-probing", test_changes_while_probing);
  ADD ("/heap-set/freed-while-probing", test_freed_while_probing);
  ADD ("/heap-set/memory-pressure", test_memory_pressure);
  return g_test_run ();
}
