/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/sysmem-error.h"
#include "datagram.h"
#include "server/smd-bundle.h"
#include "support.h"
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define ALL_WHICH (SMD_BUNDLE_BUFFER | SMD_BUNDLE_CLOSE_WEAK_ASAP | SMD_BUNDLE_LEASE)
/* A memfd whose size tells which one it is. */
static SmdFd
make_fd (guint number)
{
  SmdFd fd = memfd_create ("bundle", MFD_CLOEXEC);

  g_assert_cmpint (ftruncate (fd, number), ==, 0);
  return fd;
}

static guint
number_of_fd (int fd)
{
  struct stat status;

  g_assert_cmpint (fstat (fd, &status), ==, 0);
  return (guint)status.st_size;
}

static void
add_record (SmdBundle *bundle, guint32 index, guint32 which)
{
  SmdFd fds[SMD_BUNDLE_MAX_FDS_PER_RECORD] = { -1, -1, -1 };

  for (guint i = 0; i < (guint)__builtin_popcount (which); i++)
    fds[i] = make_fd (10 * index + i);
  smd_bundle_add (bundle, index, which, fds);
  for (guint i = 0; i < SMD_BUNDLE_MAX_FDS_PER_RECORD; i++)
    g_assert_cmpint (fds[i], ==, -1);
}

static SmdBundle *
make_bundle (guint n_records, guint32 which, SmdFd *client_end)
{
  g_autoptr (SmdBundle) bundle = smd_bundle_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_records; i++)
    add_record (bundle, i, which);
  g_assert_true (smd_bundle_seal (bundle, client_end, &error));
  g_assert_no_error (error);
  return g_steal_pointer (&bundle);
}

static void
test_records_are_as_the_contract_says (void)
{
  static const guint8 expected[] = {
    7, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, /* buffer and lease */
    8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* gone: nothing */
    9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, /* close_weak_asap alone */
  };
  g_autoptr (SmdBundle) bundle = smd_bundle_new ();
  g_auto (SmdFd) client_end = -1;
  g_auto (Datagram) got = { .n_fds = 0 };

  add_record (bundle, 7, SMD_BUNDLE_BUFFER | SMD_BUNDLE_LEASE);
  add_record (bundle, 8, 0);
  add_record (bundle, 9, SMD_BUNDLE_CLOSE_WEAK_ASAP);
  g_assert_true (smd_bundle_seal (bundle, &client_end, NULL));

  g_assert_true (datagram_receive (client_end, 0, &got));
  g_assert_cmpmem (got.words, got.n_records * 16, expected, sizeof expected);
  g_assert_cmpuint (got.n_fds, ==, 3);
  g_assert_cmpuint (number_of_fd (got.fds[0]), ==, 70);
  g_assert_cmpuint (number_of_fd (got.fds[1]), ==, 71);
  g_assert_cmpuint (number_of_fd (got.fds[2]), ==, 90);
  datagram_clear (&got);
  g_assert_false (datagram_receive (client_end, 0, &got));
}

/* The largest there is, without anybody reading meanwhile. */
static void
test_everything_fits_unread (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (128, ALL_WHICH, &client_end);
  guint next = 0;

  for (guint n_datagrams = 0;; n_datagrams++)
    {
      g_auto (Datagram) got = { .n_fds = 0 };

      if (!datagram_receive (client_end, 0, &got))
        {
          g_assert_cmpuint (n_datagrams, ==, 2); /* of 84 and 44 buffers */
          break;
        }
      g_assert_cmpuint (got.n_fds, ==, 3 * got.n_records); /* whole buffers */
      for (guint i = 0; i < got.n_records; i++, next++)
        {
          g_assert_cmpuint (datagram_get_word (&got, i, 0), ==, next);
          g_assert_cmpuint (datagram_get_word (&got, i, 1), ==, 3);
          for (guint j = 0; j < 3; j++)
            g_assert_cmpuint (number_of_fd (got.fds[3 * i + j]), ==, 10 * next + j);
        }
    }
  g_assert_cmpuint (next, ==, 128);
}

static void
test_buffers_without_fds_fit_one_datagram (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (128, 0, &client_end);
  g_auto (Datagram) got = { .n_fds = 0 };

  g_assert_true (datagram_receive (client_end, 0, &got));
  g_assert_cmpuint (got.n_records, ==, 128);
  g_assert_cmpuint (got.n_fds, ==, 0);
  g_assert_false (datagram_receive (client_end, 0, &got));
}

static void
test_an_empty_bundle_is_read (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (0, 0, &client_end);
  Datagram got;

  g_assert_true (smd_bundle_is_read (bundle));
  g_assert_false (datagram_receive (client_end, 0, &got));
}

static void
test_is_read_when_the_last_datagram_is (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (128, ALL_WHICH, &client_end);
  g_auto (Datagram) peeked = { .n_fds = 0 };
  g_auto (Datagram) first = { .n_fds = 0 };
  g_auto (Datagram) second = { .n_fds = 0 };

  g_assert_false (smd_bundle_is_read (bundle));
  g_assert_true (datagram_receive (client_end, MSG_PEEK, &peeked));
  g_assert_true (datagram_receive (client_end, 0, &first));
  g_assert_false (smd_bundle_is_read (bundle));
  g_assert_true (datagram_receive (client_end, MSG_PEEK, &second));
  g_assert_false (smd_bundle_is_read (bundle)); /* looking is not taking */
  datagram_clear (&second);
  g_assert_true (datagram_receive (client_end, 0, &second));
  g_assert_true (smd_bundle_is_read (bundle));
}

static void
test_is_read_when_nobody_can_read_it (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (3, ALL_WHICH, &client_end);

  smd_fd_clear (&client_end);
  g_assert_true (smd_bundle_is_read (bundle));
}

static void
test_passing_it_on_is_not_reading (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (3, ALL_WHICH, &client_end);
  g_auto (SmdFd) sender = -1;
  g_auto (SmdFd) receiver = -1;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  sender = ends[0];
  receiver = ends[1];
  send_fd (sender, client_end);
  smd_fd_clear (&client_end);
  g_assert_false (smd_bundle_is_read (bundle));
  smd_fd_clear (&receiver); /* and the bundle in it */
  g_assert_true (smd_bundle_is_read (bundle));
}

static void
test_client_that_shuts_it_down_can_still_read (void)
{
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (3, ALL_WHICH, &client_end);
  g_auto (Datagram) got = { .n_fds = 0 };

  g_assert_cmpint (shutdown (client_end, SHUT_RDWR), ==, 0);
  g_assert_false (smd_bundle_is_read (bundle));
  g_assert_true (datagram_receive (client_end, 0, &got));
  g_assert_cmpuint (got.n_fds, ==, 9);
  g_assert_true (smd_bundle_is_read (bundle));
}

static void
set_true (gpointer user_data)
{
  gboolean *flag = user_data;

  g_assert_false (*flag); /* once only */
  *flag = TRUE;
}

static void
test_watch_tells_when_it_is_read (void)
{
  g_autoptr (SmdHangups) hangups = smd_hangups_new (NULL);
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (128, ALL_WHICH, &client_end);
  g_auto (Datagram) got = { .n_fds = 0 };
  gboolean is_read = FALSE;

  g_assert_true (smd_bundle_watch (bundle, hangups, set_true, &is_read, NULL));
  run_pending ();
  g_assert_true (datagram_receive (client_end, 0, &got));
  datagram_clear (&got);
  run_pending ();
  g_assert_false (is_read);

  g_assert_true (datagram_receive (client_end, 0, &got));
  run_until (&is_read);
  smd_fd_clear (&client_end);
  run_pending ();
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 0);
}

static void
test_watch_tells_when_the_client_is_gone (void)
{
  g_autoptr (SmdHangups) hangups = smd_hangups_new (NULL);
  g_auto (SmdFd) client_end = -1;
  g_autoptr (SmdBundle) bundle = make_bundle (128, ALL_WHICH, &client_end);
  gboolean is_read = FALSE;

  g_assert_true (smd_bundle_watch (bundle, hangups, set_true, &is_read, NULL));
  smd_fd_clear (&client_end);
  run_until (&is_read);
}

static void
free_bundle (gpointer user_data)
{
  SmdBundle **bundle = user_data;

  g_clear_pointer (bundle, smd_bundle_free);
}

static void
test_callback_may_free_the_bundle (void)
{
  g_autoptr (SmdHangups) hangups = smd_hangups_new (NULL);
  g_auto (SmdFd) client_end = -1;
  SmdBundle *bundle = make_bundle (1, SMD_BUNDLE_BUFFER, &client_end);

  g_assert_true (smd_bundle_watch (bundle, hangups, free_bundle, &bundle, NULL));
  smd_fd_clear (&client_end);
  run_pending ();
  g_assert_null (bundle);
}

static void
test_a_freed_bundle_still_reaches_its_client (void)
{
  g_autoptr (SmdHangups) hangups = smd_hangups_new (NULL);
  g_auto (SmdFd) client_end = -1;
  SmdBundle *bundle = make_bundle (2, SMD_BUNDLE_BUFFER, &client_end);
  g_auto (Datagram) got = { .n_fds = 0 };
  gboolean is_read = FALSE;

  g_assert_true (smd_bundle_watch (bundle, hangups, set_true, &is_read, NULL));
  smd_bundle_free (bundle);
  g_assert_true (datagram_receive (client_end, 0, &got));
  g_assert_cmpuint (got.n_fds, ==, 2);
  run_pending ();
  g_assert_false (is_read);
}

static void
test_an_unsealed_bundle_closes_its_fds (void)
{
  g_autoptr (SmdBundle) bundle = smd_bundle_new ();

  add_record (bundle, 0, ALL_WHICH);
}

static void
test_without_fds_left_it_is_a_limit (void)
{
  g_autoptr (SmdBundle) bundle = smd_bundle_new ();
  g_autoptr (GError) error = NULL;
  SmdFd client_end = 0;
  struct rlimit before, none;
  gboolean sealed;

  add_record (bundle, 0, ALL_WHICH);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  sealed = smd_bundle_seal (bundle, &client_end, &error);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);

  g_assert_false (sealed);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_cmpint (client_end, ==, -1);
}

/* A process without privileges may have about as many fds in flight as it may have open. */
static void
exceed_fds_in_flight (void)
{
  const struct rlimit limit = { 64, 64 };
  g_autoptr (GPtrArray) bundles = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_bundle_free);
  g_autoptr (GError) error = NULL;
  gboolean sealed;

  if (geteuid () == 0)
    g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  do
    {
      SmdBundle *bundle = smd_bundle_new ();
      SmdFd client_end; /* stays open: the bundle is never read */

      g_ptr_array_add (bundles, bundle);
      for (guint i = 0; i < 8; i++)
        add_record (bundle, i, ALL_WHICH);
      sealed = smd_bundle_seal (bundle, &client_end, &error);
    }
  while (sealed);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "on their way"));
  g_assert_cmpuint (bundles->len, >, 1);
}

static void
test_too_many_fds_in_flight_is_a_limit (void)
{
  if (g_test_subprocess ())
    {
      exceed_fds_in_flight ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

typedef struct
{
  const char *path;
  void (*run) (void);
} Case;

static const Case cases[] = {
  { "records-are-as-the-contract-says", test_records_are_as_the_contract_says },
  { "everything-fits-unread", test_everything_fits_unread },
  { "buffers-without-fds-fit-one-datagram", test_buffers_without_fds_fit_one_datagram },
  { "an-empty-bundle-is-read", test_an_empty_bundle_is_read },
  { "is-read-when-the-last-datagram-is", test_is_read_when_the_last_datagram_is },
  { "is-read-when-nobody-can-read-it", test_is_read_when_nobody_can_read_it },
  { "passing-it-on-is-not-reading", test_passing_it_on_is_not_reading },
  { "client-that-shuts-it-down-can-still-read", test_client_that_shuts_it_down_can_still_read },
  { "watch-tells-when-it-is-read", test_watch_tells_when_it_is_read },
  { "watch-tells-when-the-client-is-gone", test_watch_tells_when_the_client_is_gone },
  { "callback-may-free-the-bundle", test_callback_may_free_the_bundle },
  { "a-freed-bundle-still-reaches-its-client", test_a_freed_bundle_still_reaches_its_client },
  { "an-unsealed-bundle-closes-its-fds", test_an_unsealed_bundle_closes_its_fds },
  { "without-fds-left-it-is-a-limit", test_without_fds_left_it_is_a_limit },
  { "too-many-fds-in-flight-is-a-limit", test_too_many_fds_in_flight_is_a_limit },
};

/* Every test gives back every fd. */
static void
run_case (gconstpointer user_data)
{
  const Case *test_case = user_data;
  guint before = count_fds ();

  test_case->run ();
  if (!g_test_subprocess ())
    g_assert_cmpuint (count_fds (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  run_pending (); /* the context has its own fd from here on */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/bundle/", cases[i].path, NULL);

      g_test_add_data_func (path, &cases[i], run_case);
    }
  return g_test_run ();
}
