/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* fake-heaps-daemon --address=ADDRESS ...
 *
 * What sysmemd would be on a machine with a device that lays tiles out, and with memory that not
 * everybody may have: besides "system" it has heaps that claim to be of dma-bufs, contiguous,
 * secure. It is all memfds, so no device can import it; everything before that can be tried on any
 * machine. The other options of sysmemd are not heard. */

#include "bus/smd-bus.h"
#include "bus/smd-name.h"
#include "heaps/smd-fake-heap.h"
#include "private-bus.h"
#include "server/smd-rlimit.h"
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_OPTION "--address="
#define MEMORY (G_GUINT64_CONSTANT (4) << 30)

static const char *const specs[] = {
  "system",
  "tiles,dma-buf,advisory,formats=XR24:0x0+XR24:0x100000000000001+NV12:0x0",
  "scarce,contiguous",
  "vault,secure,no-cpu,domains=inaccessible",
};

static GPtrArray *
make_heaps (void)
{
  GPtrArray *heaps = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_heap_unref);

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (heaps, smd_fake_heap_new_from_spec (specs[i], &error));
      g_assert_no_error (error);
    }
  return heaps;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  SmcLimits limits;
  SmdServer *server;
  SmdBus *bus;

  g_assert_cmpint (argc, >=, 2);
  g_assert_true (g_str_has_prefix (argv[1], ADDRESS_OPTION));
  connection = private_bus_connect (argv[1] + strlen (ADDRESS_OPTION));
  (void)smd_rlimit_raise_nofile (NULL);
  smc_limits_init (&limits, MEMORY);
  server = smd_server_new (&limits, sme_policy_new (), make_heaps ());
  bus = smd_bus_new (server, connection, &error);
  g_assert_no_error (error);
  (void)smd_bus_take_name (bus, &error);
  g_assert_no_error (error);
  g_unix_signal_add (SIGTERM, quit, loop);
  g_main_loop_run (loop);
  smd_bus_free (bus);
  smd_server_free (server);
  return EXIT_SUCCESS;
}
