/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program that receives a stream by UDP before it has anything to do with D-Bus: GStreamer's
 * udpsrc teaches GLib other kinds of control messages, and must not be given the daemon's fds. */

#include "gst-world.h"

/* All their fds come in one message of the bus. */
static void
test_tokens (gconstpointer data)
{
  const guint n_tokens = GPOINTER_TO_UINT (data);
  const SysmemRights rights[] = { SYSMEM_RIGHTS_READ, SYSMEM_RIGHTS_READ, SYSMEM_RIGHTS_READ };
  GstWorld world = { 0 };
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (n_tokens - 1, <=, G_N_ELEMENTS (rights));
  gst_world_start (&world);
  tokens = sysmem_client_allocate_shared_many (world.client, rights, n_tokens - 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tokens->len, ==, n_tokens);
  g_clear_pointer (&tokens, g_ptr_array_unref);
  gst_world_stop (&world);
}

int
main (int argc, char **argv)
{
  GstElement *udpsrc;

  gst_test_init (&argc, &argv);
  udpsrc = gst_element_factory_make ("udpsrc", NULL);
  g_assert_nonnull (udpsrc);
  gst_object_unref (gst_object_ref_sink (udpsrc));
  g_test_add_data_func ("/udp/two-tokens", GUINT_TO_POINTER (2), test_tokens);
  g_test_add_data_func ("/udp/four-tokens", GUINT_TO_POINTER (4),
                        test_tokens); /* as long as a time */
  return g_test_run ();
}
