/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets in the file system: what a path may hold when somebody wants to listen there. */

#include "gstsysmemidentity.h"
#include "gstsysmemsocket.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/prctl.h>

#define N_AT_ONCE 8

typedef struct
{
  char *folder;
  char *path;
} Place;

static void
place_make (Place *place)
{
  place->folder = g_dir_make_tmp ("sysmem-socket-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "socket", NULL);
}

static void
place_clear (Place *place)
{
  g_assert_cmpint (g_rmdir (place->folder), ==, 0); /* fails if something was left in it */
  g_free (place->folder);
  g_free (place->path);
}

static void
test_who_connects_is_accepted (void)
{
  Place place;
  GstSysmemIdentity identity;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *expected = g_strdup_printf ("some\\\"one (pid %d)", getpid ());

  g_assert_cmpint (prctl (PR_SET_NAME, "some\"one"), ==, 0);
  place_make (&place);
  {
    g_autoptr (GstSysmemListener) listener = gst_sysmem_listener_new (place.path, &error);
    g_auto (SysmemFd) mine = gst_sysmem_socket_connect (place.path, &error);
    g_auto (SysmemFd) accepted = gst_sysmem_listener_accept (listener);

    g_assert_no_error (error);
    g_assert_cmpint (accepted, >=, 0);
    g_assert_cmpint (gst_sysmem_listener_accept (listener), ==, -1);
    gst_sysmem_identity_read (&identity, accepted);
  }
  name = gst_sysmem_identity_to_string (&identity);
  g_assert_cmpstr (name, ==, expected);
  place_clear (&place);
}

static void
test_nobody_there (void)
{
  Place place;
  g_autoptr (GError) error = NULL;

  place_make (&place);
  g_assert_cmpint (gst_sysmem_socket_connect (place.path, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  place_clear (&place);
}

/* What somebody leaves at @path who listened there and could not clean up. */
static void
leave_socket (const char *path)
{
  g_autofree char *kept = g_strconcat (path, ".kept", NULL);
  g_autoptr (GError) error = NULL;

  {
    g_autoptr (GstSysmemListener) listener = gst_sysmem_listener_new (path, &error);

    g_assert_no_error (error);
    g_assert_cmpint (g_rename (path, kept), ==, 0);
  }
  g_assert_cmpint (g_rename (kept, path), ==, 0);
}

static void
test_what_the_dead_left_is_replaced (void)
{
  Place place;
  g_autoptr (GError) error = NULL;

  place_make (&place);
  leave_socket (place.path);
  g_assert_cmpint (gst_sysmem_socket_connect (place.path, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&error);
  {
    g_autoptr (GstSysmemListener) second = gst_sysmem_listener_new (place.path, &error);

    g_assert_no_error (error);
  }
  place_clear (&place);
}

static gpointer
listen_at (gpointer path)
{
  return gst_sysmem_listener_new (path, NULL);
}

/* However many find the same socket of somebody dead in the same moment. */
static void
test_one_of_many_replaces_it (void)
{
  Place place;

  place_make (&place);
  for (guint round = 0; round < 300; round++)
    {
      GThread *threads[N_AT_ONCE];
      GstSysmemListener *winner = NULL;

      leave_socket (place.path);
      for (guint i = 0; i < N_AT_ONCE; i++)
        threads[i] = g_thread_new (NULL, listen_at, place.path);
      for (guint i = 0; i < N_AT_ONCE; i++)
        {
          GstSysmemListener *listener = g_thread_join (threads[i]);

          if (listener == NULL)
            continue;
          g_assert_null (winner);
          winner = listener;
        }
      g_assert_nonnull (winner);
      {
        g_auto (SysmemFd) mine = gst_sysmem_socket_connect (place.path, NULL);
        g_auto (SysmemFd) accepted = gst_sysmem_listener_accept (winner);

        g_assert_cmpint (accepted, >=, 0);
      }
      gst_sysmem_listener_free (winner);
    }
  place_clear (&place);
}

static void
test_who_listens_is_left_alone (void)
{
  Place place;
  g_autoptr (GError) error = NULL;

  place_make (&place);
  {
    g_autoptr (GstSysmemListener) first = gst_sysmem_listener_new (place.path, &error);

    g_assert_null (gst_sysmem_listener_new (place.path, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    g_clear_error (&error);
    g_assert_true (g_file_test (place.path, G_FILE_TEST_EXISTS));
  }
  place_clear (&place);
}

static void
test_what_is_no_socket_is_left_alone (void)
{
  Place place;
  g_autoptr (GError) error = NULL;

  place_make (&place);
  g_assert_true (g_file_set_contents (place.path, "precious", -1, NULL));
  g_assert_null (gst_sysmem_listener_new (place.path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpint (g_remove (place.path), ==, 0);
  place_clear (&place);
}

static void
test_what_somebody_else_put_there_is_left_alone (void)
{
  Place place;
  g_autoptr (GstSysmemListener) second = NULL;

  place_make (&place);
  {
    g_autoptr (GstSysmemListener) first = gst_sysmem_listener_new (place.path, NULL);

    g_assert_cmpint (g_remove (place.path), ==, 0);
    second = gst_sysmem_listener_new (place.path, NULL);
    g_assert_nonnull (second);
  }
  g_assert_true (g_file_test (place.path, G_FILE_TEST_EXISTS));
  g_clear_pointer (&second, gst_sysmem_listener_free);
  place_clear (&place);
}

static void
test_a_path_that_no_socket_can_have (void)
{
  g_autofree char *path = g_strnfill (108, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (gst_sysmem_listener_new (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_clear_error (&error);
  g_assert_cmpint (gst_sysmem_socket_connect (NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/who-connects-is-accepted", test_who_connects_is_accepted);
  g_test_add_func ("/socket/nobody-there", test_nobody_there);
  g_test_add_func ("/socket/what-the-dead-left-is-replaced", test_what_the_dead_left_is_replaced);
  g_test_add_func ("/socket/one-of-many-replaces-it", test_one_of_many_replaces_it);
  g_test_add_func ("/socket/who-listens-is-left-alone", test_who_listens_is_left_alone);
  g_test_add_func ("/socket/what-is-no-socket-is-left-alone", test_what_is_no_socket_is_left_alone);
  g_test_add_func ("/socket/what-somebody-else-put-there-is-left-alone",
                   test_what_somebody_else_put_there_is_left_alone);
  g_test_add_func ("/socket/a-path-that-no-socket-can-have", test_a_path_that_no_socket_can_have);
  return g_test_run ();
}
