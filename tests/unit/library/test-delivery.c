/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bundles as the daemon must not send them: each is refused by name, and no fd of it stays. */

#include "sysmem-delivery.h"

#include "own-fds.h"
#include "sysmem-error.h"
#include "unit/sentence.h"
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MAX_WORDS 1100

/* One datagram. A record is four words. */
typedef struct
{
  gsize size; /* in bytes */
  guint32 words[MAX_WORDS];
  guint n_fds;
} Sent;

typedef struct
{
  const char *name;
  guint n_buffers;
  Sent sent[3]; /* up to one of neither size nor fds */
  const char *sentence;
} Case;

#define ONE(...) \
  { \
    sizeof ((guint32[]){ __VA_ARGS__ }), { __VA_ARGS__ }, 1 \
  }
#define WITH(n, ...) \
  { \
    sizeof ((guint32[]){ __VA_ARGS__ }), { __VA_ARGS__ }, n \
  }

static const Case refused[] = {
  { "nothing", 1, { { 0 } }, "the bundle ends after 0 of 1 buffers" },
  { "too-few", 3, { WITH (2, 0, 1, 1, 0, 1, 1, 1, 0) }, "the bundle ends after 2 of 3 buffers" },
  { "too-many", 1, { ONE (0, 1, 1, 0), ONE (1, 1, 1, 0) }, "after 1 of 1 buffers comes number 1" },
  { "one-twice", 2, { WITH (2, 0, 1, 1, 0, 0, 1, 1, 0) }, "after 1 of 2 buffers comes number 0" },
  { "one-left-out",
    3,
    { WITH (2, 0, 1, 1, 0, 2, 1, 1, 0) },
    "after 1 of 3 buffers comes number 2" },
  { "a-high-index",
    2,
    { ONE (0xffffffff, 1, 1, 0) },
    "after 0 of 2 buffers comes number 4294967295" },
  { "half-a-record", 1, { ONE (0, 1) }, "a datagram of 8 bytes does not consist of" },
  { "a-record-and-a-half",
    1,
    { ONE (0, 1, 1, 0, 1, 1) },
    "a datagram of 24 bytes does not consist" },
  { "too-long",
    300,
    { { 16 * 254, { 0, 1, 1, 0 }, 1 } },
    "a datagram of 4064 bytes does not consist" },
  { "unknown-bits", 1, { ONE (0, 1, 8, 0) }, "buffer 0 has bits that mean nothing, 0x8 and 0x0" },
  { "no-zero", 1, { ONE (0, 1, 1, 7) }, "buffer 0 has bits that mean nothing, 0x1 and 0x7" },
  { "more-fds-than-bits", 1, { WITH (2, 0, 2, 1, 0) }, "says 2 file descriptors, and 0x1 which" },
  { "fewer-fds-than-bits", 1, { ONE (0, 1, 7, 0) }, "says 1 file descriptors, and 0x7 which" },
  { "an-fd-missing", 1, { ONE (0, 3, 7, 0) }, "a file descriptor of buffer 0 is missing" },
  { "no-fds-at-all", 1, { WITH (0, 0, 1, 1, 0) }, "a file descriptor of buffer 0 is missing" },
  { "an-fd-too-many", 1, { WITH (3, 0, 1, 1, 0) }, "2 file descriptors belong to no buffer" },
  { "fds-alone", 1, { { 0, { 0 }, 2 } }, "2 file descriptors belong to no buffer" },
};

static void
send_datagram (int end, const Sent *sent)
{
  union
  {
    char bytes[CMSG_SPACE (253 * sizeof (int))];
    struct cmsghdr align;
  } control = { { 0 } };
  struct iovec data = { (gpointer)sent->words, sent->size };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
  g_auto (SysmemFd) some = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (sent->n_fds > 0)
    {
      struct cmsghdr *rights = &control.align;

      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE (sent->n_fds * sizeof (int));
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN (sent->n_fds * sizeof (int));
      for (guint i = 0; i < sent->n_fds; i++)
        memcpy (CMSG_DATA (rights) + i * sizeof (int), &some, sizeof (int));
    }
  g_assert_cmpint (sendmsg (end, &message, 0), ==, (gssize)sent->size);
}

/* The receiver's end of a bundle that holds this. */
static int
make_bundle (const Sent *sent, guint n_sent)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  for (guint i = 0; i < n_sent && (sent[i].size > 0 || sent[i].n_fds > 0); i++)
    send_datagram (ends[0], &sent[i]);
  g_assert_cmpint (close (ends[0]), ==, 0);
  return ends[1];
}

static void
assert_refused (int bundle, guint n_buffers, int code, const char *sentence)
{
  g_autoptr (GArray) delivered = sysmem_delivered_new ();
  g_auto (SysmemFd) mine = bundle;
  g_autoptr (GError) error = NULL;

  g_assert_false (sysmem_delivered_read_bundle (delivered, n_buffers, mine, &error));
  g_assert_error (error, SYSMEM_ERROR, code);
  sentence_check (error->message);
  if (strstr (error->message, sentence) == NULL)
    g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_refused (gconstpointer data)
{
  const Case *expected = data;
  guint before = own_fds_count ();
  int bundle = make_bundle (expected->sent, G_N_ELEMENTS (expected->sent));

  assert_refused (bundle, expected->n_buffers, SYSMEM_ERROR_UNSPECIFIED, expected->sentence);
  g_assert_cmpuint (own_fds_count (), ==, before);
}

static void
test_no_end (void)
{
  guint before = own_fds_count ();
  g_auto (SysmemFd) other = -1;
  static const Sent sent = ONE (0, 1, 1, 0);
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  other = ends[0];
  send_datagram (ends[0], &sent);
  assert_refused (ends[1], 1, SYSMEM_ERROR_UNSPECIFIED, "the bundle has no end");
  sysmem_fd_clear (&other);
  g_assert_cmpuint (own_fds_count (), ==, before);
}

static void
test_no_socket (void)
{
  assert_refused (open ("/dev/null", O_RDWR | O_CLOEXEC), 1, SYSMEM_ERROR_UNSPECIFIED,
                  "the bundle cannot be read: Socket operation on non-socket");
}

static void
test_no_room (void)
{
  static const Sent sent[] = { WITH (3, 0, 1, 1, 0, 1, 1, 1, 0, 2, 1, 1, 0) };
  int bundle = make_bundle (sent, 1);
  guint before = own_fds_count ();
  struct rlimit limit;
  rlim_t soft;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  soft = limit.rlim_cur;
  limit.rlim_cur = (rlim_t)bundle + 2; /* for one of three */
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  assert_refused (bundle, 3, SYSMEM_ERROR_LIMIT_EXCEEDED, "raise RLIMIT_NOFILE");
  limit.rlim_cur = soft;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (own_fds_count (), ==, before - 1);
}

static void
test_taken (void)
{
  static const Sent sent[] = { WITH (4, 0, 3, 7, 0, 1, 1, 4, 0), WITH (0, 2, 0, 0, 0) };
  static const gboolean there[3][SYSMEM_N_DELIVERED] = {
    { TRUE, TRUE, TRUE },
    { FALSE, FALSE, TRUE },
    { FALSE, FALSE, FALSE },
  };
  guint before = own_fds_count ();
  GArray *delivered = sysmem_delivered_new ();
  SysmemFd bundle = make_bundle (sent, 2);
  g_autoptr (GError) error = NULL;

  (void)sysmem_delivered_read_bundle (delivered, 3, bundle, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      const SysmemDelivered *one = &g_array_index (delivered, SysmemDelivered, i);

      g_assert_cmpuint (one->index, ==, i);
      for (guint kind = 0; kind < SYSMEM_N_DELIVERED; kind++)
        {
          g_assert_cmpint (one->fds[kind] >= 0, ==, there[i][kind]);
          if (there[i][kind])
            g_assert_cmpint (fcntl (one->fds[kind], F_GETFD), ==, FD_CLOEXEC);
        }
    }
  g_array_unref (delivered);
  sysmem_fd_clear (&bundle);
  g_assert_cmpuint (own_fds_count (), ==, before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strconcat ("/delivery/refused/", refused[i].name, NULL);

      g_test_add_data_func (path, &refused[i], test_refused);
    }
  g_test_add_func ("/delivery/refused/no-end", test_no_end);
  g_test_add_func ("/delivery/refused/no-socket", test_no_socket);
  g_test_add_func ("/delivery/no-room-for-the-fds", test_no_room);
  g_test_add_func ("/delivery/taken", test_taken);
  return g_test_run ();
}
