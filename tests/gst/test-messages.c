/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages between the two ends: what is said arrives, what may not be said is refused by name. */

#include "chance.h"
#include "gstsysmemchannel.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

typedef struct
{
  SysmemFd raw; /* of somebody who sends what it likes */
  GstSysmemChannel *channel;
} Link;

static void
link_open (Link *link, GstSysmemEnd peer)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  link->raw = ends[0];
  link->channel = gst_sysmem_channel_new (ends[1], peer);
}

/* The producer says this, and has gone. */
static void
link_open_and_say (Link *link, const GstSysmemMessage *message)
{
  g_autoptr (GstSysmemChannel) sender = NULL;
  g_autoptr (GError) error = NULL;

  link_open (link, GST_SYSMEM_PRODUCER);
  sender = gst_sysmem_channel_new (sysmem_fd_steal (&link->raw), GST_SYSMEM_CONSUMER);
  g_assert_true (gst_sysmem_channel_send (sender, message, &error));
  g_assert_no_error (error);
}

static void
link_close (Link *link)
{
  sysmem_fd_clear (&link->raw);
  gst_sysmem_channel_unref (link->channel);
}

static void
send_raw (int socket, gconstpointer data, gsize size, const int *fds, guint n_fds)
{
  struct iovec part = { (gpointer)data, size };
  struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
  g_autofree char *control = g_malloc0 (CMSG_SPACE (n_fds * sizeof *fds));

  if (n_fds > 0)
    {
      struct cmsghdr *rights = (struct cmsghdr *)(gpointer)control;

      *rights = (struct cmsghdr){
        .cmsg_len = CMSG_LEN (n_fds * sizeof *fds),
        .cmsg_level = SOL_SOCKET,
        .cmsg_type = SCM_RIGHTS,
      };
      memcpy (CMSG_DATA (rights), fds, n_fds * sizeof *fds);
      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE (n_fds * sizeof *fds);
    }
  g_assert_cmpint (sendmsg (socket, &header, MSG_NOSIGNAL), ==, (gssize)size);
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Sends the bytes as @peer and expects the refusal to say @sentence. */
static void
assert_refused (
  GstSysmemEnd peer, gconstpointer data, gsize size, guint n_fds, const char *sentence)
{
  const int fds[] = { 0, 0, 0, 0, 0, 0 };
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  guint n_open;
  Link link;

  link_open (&link, peer);
  n_open = count_fds ();
  send_raw (link.raw, data, size, fds, n_fds);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_NONSENSE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  if (strstr (error->message, sentence) == NULL)
    g_error ("\"%s\" is not in \"%s\"", sentence, error->message);
  g_assert_cmpint (message.fd, ==, -1);
  g_assert_cmpuint (count_fds (), ==, n_open);
  link_close (&link);
}

/* A frame that is right, for tests to spoil. */
static GstSysmemWire
make_frame (void)
{
  const GstSysmemMessage frame = {
    .type = GST_SYSMEM_MESSAGE_FRAME,
    .generation = 1,
    .fd = -1,
  };
  GstSysmemWire wire;

  gst_sysmem_message_encode (&frame, &wire);
  return wire;
}

static void
test_everything_arrives (void)
{
  const GstSysmemMessage sent = {
    .type = GST_SYSMEM_MESSAGE_FRAME,
    .generation = 7,
    .index = 3,
    .flags = GST_SYSMEM_FRAME_DISCONT | GST_SYSMEM_FRAME_ONE_FIELD,
    .times = { 1, GST_SYSMEM_TIME_NONE, 40, 5 },
    .fd = -1,
  };
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  Link link;

  link_open_and_say (&link, &sent);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_MESSAGE);
  g_assert_no_error (error);
  g_assert_cmpuint (message.generation, ==, 7);
  g_assert_cmpuint (message.index, ==, 3);
  g_assert_cmpuint (message.flags, ==, sent.flags);
  g_assert_cmpmem (&message.times, sizeof message.times, &sent.times, sizeof sent.times);
  g_assert_null (message.text);
  link_close (&link);
}

static void
test_caps_and_token_arrive (void)
{
  GstSysmemMessage sent = {
    .type = GST_SYSMEM_MESSAGE_GENERATION,
    .generation = 1,
    .text = (char *)"video/x-raw",
    .fd = 0,
  };
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  Link link;

  link_open_and_say (&link, &sent);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_MESSAGE);
  g_assert_cmpstr (message.text, ==, "video/x-raw");
  g_assert_cmpint (message.fd, >, 0);
  link_close (&link);
}

static void
test_nothing_and_the_end_are_told_apart (void)
{
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  Link link;

  link_open (&link, GST_SYSMEM_CONSUMER);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_NOTHING);
  sysmem_fd_clear (&link.raw);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_END);
  g_assert_false (gst_sysmem_channel_send (
    link.channel, &(GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_EOS, .fd = -1 }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  link_close (&link);
}

/* Closing with something unread resets a connection; what was said before is still there. */
static void
test_last_words_arrive (void)
{
  const GstSysmemMessage eos = { .type = GST_SYSMEM_MESSAGE_EOS, .fd = -1 };
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  Link link;

  link_open (&link, GST_SYSMEM_PRODUCER);
  g_assert_true (gst_sysmem_channel_send (link.channel, &eos, &error));
  {
    g_autoptr (GstSysmemChannel) sender =
      gst_sysmem_channel_new (sysmem_fd_steal (&link.raw), GST_SYSMEM_CONSUMER);

    g_assert_true (gst_sysmem_channel_send (sender, &eos, &error));
  }
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_MESSAGE);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_END);
  link_close (&link);
}

static void
test_a_peer_that_does_not_read_blocks_nobody (void)
{
  const GstSysmemMessage eos = { .type = GST_SYSMEM_MESSAGE_EOS, .fd = -1 };
  g_autoptr (GError) error = NULL;
  Link link;

  link_open (&link, GST_SYSMEM_CONSUMER);
  while (gst_sysmem_channel_send (link.channel, &eos, &error))
    continue;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  link_close (&link);
}

static void
test_an_envelope_that_is_wrong (void)
{
  GstSysmemWire wire = make_frame ();

  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire - 1, 0, "has at least 64 bytes, this 63");
  assert_refused (GST_SYSMEM_PRODUCER, "GET /", 5, 0, "has at least");
  wire.magic++;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "no message of this protocol");
  wire = make_frame ();
  wire.version = 9;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "speaks version 9");
  wire = make_frame ();
  wire.type = 0;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "no message of type 0");
  wire.type = 12;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "no message of type 12");
}

static void
test_an_end_says_only_what_is_its_own (void)
{
  GstSysmemWire wire = make_frame ();

  assert_refused (GST_SYSMEM_CONSUMER, &wire, sizeof wire, 0, "FRAME is not for a consumer to say");
  wire.type = GST_SYSMEM_MESSAGE_RELEASE;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0,
                  "RELEASE is not for a producer to say");
}

static void
test_text_is_exact_and_utf8 (void)
{
  struct
  {
    GstSysmemWire wire;
    char text[4];
  } bye = { make_frame (), "a\xff"
                           "b" };

  bye.wire.generation = 0;
  bye.wire.type = GST_SYSMEM_MESSAGE_BYE;
  bye.wire.text_size = 2;
  assert_refused (GST_SYSMEM_PRODUCER, &bye, sizeof bye.wire + 3, 0, "announces 2 bytes of text");
  assert_refused (GST_SYSMEM_PRODUCER, &bye, sizeof bye.wire + 2, 0, "is no UTF-8");
  memcpy (bye.text, "a\0b", 3);
  assert_refused (GST_SYSMEM_PRODUCER, &bye, sizeof bye.wire + 2, 0, "is no UTF-8");
  bye.wire.text_size = G_MAXUINT32;
  assert_refused (GST_SYSMEM_PRODUCER, &bye, sizeof bye.wire + 3, 0,
                  "announces 4294967295 bytes of text");
}

static void
test_a_message_that_is_too_long (void)
{
  g_autofree guint8 *data = g_malloc0 (GST_SYSMEM_MESSAGE_MAX_BYTES + 1);
  GstSysmemWire wire = make_frame ();

  memcpy (data, &wire, sizeof wire);
  assert_refused (GST_SYSMEM_PRODUCER, data, GST_SYSMEM_MESSAGE_MAX_BYTES + 1, 0, "has at most");
}

static void
test_fields_without_a_use_are_refused (void)
{
  GstSysmemWire wire = make_frame ();

  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 1, "FRAME has a file descriptor");
  wire.camping = 1;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "FRAME has a camping count");
  wire = make_frame ();
  wire.zero = 1;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "the reserved field");
  wire = make_frame ();
  wire.flags = 1u << 31;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "the unknown flags 0x80000000");
  wire.type = GST_SYSMEM_MESSAGE_EOS;
  wire.flags = 0;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "EOS has a generation");
  wire.generation = 0;
  wire.times.pts = 1;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "EOS has times");
}

static void
test_fields_that_lack_are_named (void)
{
  GstSysmemWire wire = make_frame ();
  const GstSysmemTimes times = wire.times;

  wire.times.latency = GST_SYSMEM_TIME_NONE;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "FRAME lacks a latency");
  wire.times = times;
  wire.generation = 0;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "FRAME lacks a generation");
  wire.type = GST_SYSMEM_MESSAGE_HELLO;
  assert_refused (GST_SYSMEM_CONSUMER, &wire, sizeof wire, 0, "HELLO lacks caps");
  wire.type = GST_SYSMEM_MESSAGE_BOUND;
  wire.generation = 1;
  assert_refused (GST_SYSMEM_CONSUMER, &wire, sizeof wire, 0, "BOUND lacks a camping count");
}

static void
test_a_generation_has_one_token (void)
{
  struct
  {
    GstSysmemWire wire;
    char text[1];
  } message = { make_frame (), "v" };

  message.wire.type = GST_SYSMEM_MESSAGE_GENERATION;
  message.wire.text_size = 1;
  assert_refused (GST_SYSMEM_PRODUCER, &message, sizeof message.wire + 1, 0,
                  "GENERATION lacks a token");
  assert_refused (GST_SYSMEM_PRODUCER, &message, sizeof message.wire + 1, 2,
                  "at most one file descriptor");
  assert_refused (GST_SYSMEM_PRODUCER, &message, sizeof message.wire + 1, 6,
                  "at most one file descriptor");
}

/* No datagram breaks anything, and only what encodes to the same bytes is let in. */
static void
test_random_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int_range (0, G_MAXINT));

  for (guint round = 0; round < 20000; round++)
    {
      struct
      {
        GstSysmemWire wire;
        char text[8];
      } sent = { make_frame (), "video" };
      guint8 *bytes = (guint8 *)&sent;
      gsize size = sizeof sent.wire + g_rand_int_range (random, 0, 8);
      GstSysmemWire again;
      g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
      SysmemFd none = -1;

      sent.wire.type = (guint16)g_rand_int_range (random, 0, 12);
      sent.wire.text_size = (guint32)(size - sizeof sent.wire);
      for (gint spoiled = g_rand_int_range (random, 0, 4); spoiled > 0; spoiled--)
        bytes[g_rand_int_range (random, 0, (gint)size)] = (guint8)g_rand_int (random);
      if (!gst_sysmem_message_decode (&message, GST_SYSMEM_PRODUCER, bytes, size, &none, NULL))
        continue;
      gst_sysmem_message_encode (&message, &again);
      g_assert_cmpmem (&again, sizeof again, &sent.wire, sizeof sent.wire);
    }
}

/* The kernel drops what this process cannot have: not the peer's fault. */
static void
test_a_token_that_finds_no_room (void)
{
  GstSysmemMessage sent = {
    .type = GST_SYSMEM_MESSAGE_GENERATION,
    .generation = 1,
    .text = (char *)"video/x-raw",
    .fd = 0,
  };
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  struct rlimit full;
  Link link;

  link_open_and_say (&link, &sent);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  full = limit;
  full.rlim_cur = 0;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &full), ==, 0);
  g_assert_cmpint (gst_sysmem_channel_receive (link.channel, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_NONSENSE);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  link_close (&link);
}

static void
test_a_welcome_has_a_return_path (void)
{
  GstSysmemWire wire = make_frame ();

  wire.type = GST_SYSMEM_MESSAGE_WELCOME;
  wire.generation = 0;
  assert_refused (GST_SYSMEM_PRODUCER, &wire, sizeof wire, 0, "WELCOME lacks a return path");
}

/* Where nobody listens nothing else may be said. */
static void
test_only_releases_come_by_the_return_path (void)
{
  GstSysmemWire wire = make_frame ();

  wire.type = GST_SYSMEM_MESSAGE_RELEASE;
  assert_refused (GST_SYSMEM_CONSUMER, &wire, sizeof wire, 0,
                  "RELEASE is not for a consumer to say");
  wire.type = GST_SYSMEM_MESSAGE_READY;
  assert_refused (GST_SYSMEM_RETURN_PATH, &wire, sizeof wire, 0,
                  "READY is not for a return path to say");
}

static void
test_what_is_released_arrives (void)
{
  const GstSysmemMessage release = {
    .type = GST_SYSMEM_MESSAGE_RELEASE,
    .generation = 2,
    .index = 5,
    .fd = -1,
  };
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_auto (SysmemFd) fd = -1;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstSysmemChannel) producer =
    gst_sysmem_channel_new_pair (GST_SYSMEM_RETURN_PATH, &fd, &error);
  GstSysmemChannel *consumer;

  g_assert_no_error (error);
  consumer = gst_sysmem_channel_new (sysmem_fd_steal (&fd), GST_SYSMEM_PRODUCER);
  g_assert_true (gst_sysmem_channel_send (consumer, &release, &error));
  g_assert_cmpint (gst_sysmem_channel_receive (producer, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_MESSAGE);
  g_assert_cmpuint (message.generation, ==, 2);
  g_assert_cmpuint (message.index, ==, 5);
  gst_sysmem_channel_unref (consumer);
  g_assert_cmpint (gst_sysmem_channel_receive (producer, &message, &error), ==,
                   GST_SYSMEM_RECEIVED_END);
}

int
main (int argc, char *argv[])
{
  chance_test_init (&argc, &argv);
  g_test_add_func ("/message/everything-arrives", test_everything_arrives);
  g_test_add_func ("/message/caps-and-token-arrive", test_caps_and_token_arrive);
  g_test_add_func ("/message/nothing-and-the-end-are-told-apart",
                   test_nothing_and_the_end_are_told_apart);
  g_test_add_func ("/message/last-words-arrive", test_last_words_arrive);
  g_test_add_func ("/message/a-peer-that-does-not-read-blocks-nobody",
                   test_a_peer_that_does_not_read_blocks_nobody);
  g_test_add_func ("/message/refused/envelope", test_an_envelope_that_is_wrong);
  g_test_add_func ("/message/refused/of-the-other-end", test_an_end_says_only_what_is_its_own);
  g_test_add_func ("/message/refused/text", test_text_is_exact_and_utf8);
  g_test_add_func ("/message/refused/too-long", test_a_message_that_is_too_long);
  g_test_add_func ("/message/refused/surplus", test_fields_without_a_use_are_refused);
  g_test_add_func ("/message/refused/lack", test_fields_that_lack_are_named);
  g_test_add_func ("/message/refused/tokens", test_a_generation_has_one_token);
  g_test_add_func ("/message/refused/no-room", test_a_token_that_finds_no_room);
  g_test_add_func ("/message/refused/welcome", test_a_welcome_has_a_return_path);
  g_test_add_func ("/message/refused/way", test_only_releases_come_by_the_return_path);
  g_test_add_func ("/message/release", test_what_is_released_arrives);
  g_test_add_func ("/message/random-bytes", test_random_bytes);
  return g_test_run ();
}
