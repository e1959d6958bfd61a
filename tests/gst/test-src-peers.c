/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A sysmemsrc whose producer is in the test's hands: frames and times arrive, and a producer that
 * breaks the protocol is an error that names it. */

#include "gst-peer.h"

#include "gstsysmemsocket.h"
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define SRC "sysmemsrc name=s ! fakesink name=sink sync=false"
#define INSISTENT_SRC "sysmemsrc name=s on-disconnect=reconnect ! fakesink name=sink sync=false"
#define N_BUFFERS 4
/* The clocks differ by years; a busy machine may take this long to read the other one. */
#define BUSY (60 * GST_SECOND)
#define AHEAD (2 * BUSY)

typedef struct
{
  GstWorld world;
  GstSysmemListener *listener;
  GstSysmemChannel *peer;
  GstSysmemChannel *return_path;
  GstLine src;
} Fixture;

static GstSysmemChannel *
accept_consumer (Fixture *fixture)
{
  struct pollfd wait = { gst_sysmem_listener_get_fd (fixture->listener), POLLIN, 0 };
  int fd;

  (void)poll (&wait, 1, -1);
  fd = gst_sysmem_listener_accept (fixture->listener);
  g_assert_cmpint (fd, >=, 0);
  return gst_sysmem_channel_new (fd, GST_SYSMEM_CONSUMER);
}

static void
say_welcome (Fixture *fixture)
{
  g_auto (GstSysmemMessage) welcome = { .type = GST_SYSMEM_MESSAGE_WELCOME, .fd = -1 };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->return_path, gst_sysmem_channel_unref);
  fixture->return_path = gst_sysmem_channel_new_pair (GST_SYSMEM_RETURN_PATH, &welcome.fd, &error);
  g_assert_no_error (error);
  gst_peer_say (fixture->peer, welcome);
}

static void
accept_and_hear_hello (Fixture *fixture)
{
  g_auto (GstSysmemMessage) hello = GST_SYSMEM_MESSAGE_INIT;

  fixture->peer = accept_consumer (fixture);
  gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_HELLO, &hello);
}

static void
begin (Fixture *fixture)
{
  gst_line_start (&fixture->src, &fixture->world, SRC);
  accept_and_hear_hello (fixture);
  say_welcome (fixture);
}

static void
end (Fixture *fixture)
{
  gst_line_stop (&fixture->src);
  g_clear_pointer (&fixture->peer, gst_sysmem_channel_unref);
  g_clear_pointer (&fixture->return_path, gst_sysmem_channel_unref);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  gst_world_start (&fixture->world);
  fixture->listener = gst_sysmem_listener_new (fixture->world.path, &error);
  g_assert_no_error (error);
  begin (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  end (fixture);
  gst_sysmem_listener_free (fixture->listener);
  gst_world_stop (&fixture->world);
}

static void
say_generation (Fixture *fixture, guint32 number, const char *caps, int token)
{
  gst_peer_say (fixture->peer, (GstSysmemMessage){
                                 .type = GST_SYSMEM_MESSAGE_GENERATION,
                                 .generation = number,
                                 .text = (char *)caps,
                                 .fd = token,
                               });
}

static void
say_frame (Fixture *fixture, guint32 generation, guint32 index, GstSysmemTimes times)
{
  gst_peer_say (fixture->peer, (GstSysmemMessage){
                                 .type = GST_SYSMEM_MESSAGE_FRAME,
                                 .generation = generation,
                                 .index = index,
                                 .times = times,
                               });
}

/* Our own place, and the tokens of the others. */
static SysmemCollection *
allocate (Fixture *fixture, GPtrArray **tokens, guint n_others)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_READ, SYSMEM_RIGHTS_READ };
  g_autoptr (GstCaps) caps = gst_caps_from_string (GST_LINE_FORMAT);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_WRITE_OFTEN, NULL, &error);
  SysmemCollection *collection;

  g_assert_no_error (error);
  g_object_set (constraints, "min-buffer-count", N_BUFFERS, NULL);
  *tokens =
    sysmem_client_allocate_shared_many (fixture->world.client, rights, n_others, NULL, &error);
  g_assert_no_error (error);
  collection = sysmem_token_bind ((*tokens)->pdata[0], constraints, NULL, &error);
  g_assert_no_error (error);
  return collection;
}

/* The consumer has joined a generation. */
static SysmemCollection *
share (Fixture *fixture, guint32 number)
{
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GstSysmemMessage) ready = GST_SYSMEM_MESSAGE_INIT;
  SysmemCollection *collection = allocate (fixture, &tokens, 1);
  g_auto (SysmemFd) token = sysmem_token_steal_fd (tokens->pdata[1]);

  say_generation (fixture, number, GST_LINE_FORMAT, token);
  sysmem_fd_clear (&token);
  gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_READY, &ready);
  g_assert_cmpuint (ready.generation, ==, number);
  g_assert_true (sysmem_collection_wait (collection, NULL, &error));
  g_assert_no_error (error);
  return collection;
}

/* It ends, and says who is to blame for what. */
static void
assert_blamed (Fixture *fixture, const char *sentence)
{
  g_autofree char *said = gst_line_wait_for_error (&fixture->src);
  g_autofree char *pid = g_strdup_printf ("(pid %d)", (int)getpid ());

  if (strstr (said, sentence) == NULL || strstr (said, pid) == NULL)
    g_error ("\"%s\" of %s is not in \"%s\"", sentence, pid, said);
}

static void
assert_released (Fixture *fixture, guint32 generation, guint32 index)
{
  g_auto (GstSysmemMessage) release = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (fixture->return_path, GST_SYSMEM_MESSAGE_RELEASE, &release);
  g_assert_cmpuint (release.generation, ==, generation);
  g_assert_cmpuint (release.index, ==, index);
}

/* The sink keeps the last one until the next comes, or is asked what buffers it needs. */
static void
test_frames_arrive (Fixture *fixture, gconstpointer data)
{
  for (guint32 number = 1; number < 4; number++)
    {
      g_autoptr (SysmemCollection) collection = share (fixture, number);

      if (number > 1)
        assert_released (fixture, number - 1, 19 % N_BUFFERS);
      for (guint32 i = 0; i < 20; i++)
        {
          say_frame (fixture, number, i % N_BUFFERS, (GstSysmemTimes){ .pts = i });
          if (i > 0)
            assert_released (fixture, number, (i - 1) % N_BUFFERS);
        }
      gst_world_release (collection);
    }
  gst_line_reach (&fixture->src, 60);
}

static void
test_times_arrive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstClock) clock =
    g_object_new (GST_TYPE_SYSTEM_CLOCK, "clock-type", GST_CLOCK_TYPE_REALTIME, NULL);
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  g_autoptr (SysmemCollection) collection = NULL;
  GstClockTime expected;
  GstClockTime latency;
  gboolean is_live;

  end (fixture);
  gst_object_ref_sink (clock);
  gst_line_make (&fixture->src, &fixture->world, SRC);
  gst_pipeline_use_clock (GST_PIPELINE (fixture->src.pipeline), clock);
  gst_line_play (&fixture->src);
  accept_and_hear_hello (fixture);
  say_welcome (fixture);
  collection = share (fixture, 1);
  say_frame (fixture, 1, 0,
             (GstSysmemTimes){
               .pts = (guint64)g_get_monotonic_time () * 1000 + AHEAD,
               .dts = GST_SYSMEM_TIME_NONE,
               .duration = GST_SECOND,
               .latency = 40 * GST_MSECOND,
             });
  gst_line_reach (&fixture->src, 1);
  expected = gst_clock_get_time (clock)
             - gst_element_get_base_time (GST_ELEMENT (fixture->src.pipeline)) + AHEAD;
  g_assert_cmpuint (fixture->src.pts, <=, expected + GST_MSECOND);
  g_assert_cmpuint (fixture->src.pts, >, expected - BUSY);
  g_assert_true (gst_element_query (fixture->src.element, query));
  gst_query_parse_latency (query, &is_live, &latency, NULL);
  g_assert_true (is_live);
  g_assert_cmpuint (latency, ==, 40 * GST_MSECOND);
  gst_world_release (collection);
}

/* That of the usual clock: nothing is measured, nothing lost. */
static void
test_times_arrive_as_they_are (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SysmemCollection) collection = share (fixture, 1);
  GstClockTime base = gst_element_get_base_time (fixture->src.pipeline);

  for (guint32 i = 0; i < 20; i++)
    {
      GstClockTime due = base + AHEAD + i * 7;

      say_frame (fixture, 1, i % N_BUFFERS, (GstSysmemTimes){ .pts = due });
      gst_line_reach (&fixture->src, i + 1);
      g_assert_cmpuint (fixture->src.pts, ==, due - base);
      if (i > 0)
        assert_released (fixture, 1, (i - 1) % N_BUFFERS);
    }
  gst_world_release (collection);
}

static void
test_a_frame_of_no_generation (Fixture *fixture, gconstpointer data)
{
  say_frame (fixture, 1, 0, (GstSysmemTimes){ 0 });
  assert_blamed (fixture, "a generation that this consumer has no part in");
}

static void
test_a_frame_of_an_earlier_generation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SysmemCollection) first = share (fixture, 1);
  g_autoptr (SysmemCollection) second = share (fixture, 2);

  say_frame (fixture, 1, 0, (GstSysmemTimes){ 0 });
  assert_blamed (fixture, "a generation that this consumer has no part in");
  gst_world_release (first);
  gst_world_release (second);
}

static void
test_a_frame_in_no_buffer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SysmemCollection) collection = share (fixture, 1);

  say_frame (fixture, 1, G_MAXUINT32, (GstSysmemTimes){ 0 });
  assert_blamed (fixture, "in buffer 4294967295, and there are ");
  gst_world_release (collection);
}

static void
test_a_frame_in_a_buffer_in_use (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SysmemCollection) collection = share (fixture, 1);

  say_frame (fixture, 1, 2, (GstSysmemTimes){ 0 });
  say_frame (fixture, 1, 2, (GstSysmemTimes){ 0 });
  assert_blamed (fixture, "in buffer 2, which was not released");
  gst_world_release (collection);
}

/* That may be the daemon's fault, or time's: the next one may be better. */
static void
test_a_token_that_is_none (Fixture *fixture, gconstpointer data)
{
  g_auto (SysmemFd) nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_auto (GstSysmemMessage) refused = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;

  say_generation (fixture, 1, GST_LINE_FORMAT, nothing);
  gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_REFUSED, &refused);
  g_assert_cmpuint (refused.generation, ==, 1);
  g_assert_nonnull (refused.text);
  collection = share (fixture, 2);
  say_frame (fixture, 2, 0, (GstSysmemTimes){ 0 });
  gst_line_reach (&fixture->src, 1);
  gst_world_release (collection);
}

/* The producer knew before that it has its buffers, and not yet that it does not want them. */
static void
test_a_frame_that_it_refused (Fixture *fixture, gconstpointer data)
{
  g_auto (SysmemFd) nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_auto (GstSysmemMessage) refused = GST_SYSMEM_MESSAGE_INIT;
  g_auto (GstSysmemMessage) release = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;

  say_generation (fixture, 1, GST_LINE_FORMAT, nothing);
  gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_REFUSED, &refused);
  say_frame (fixture, 1, 2, (GstSysmemTimes){ 0 });
  gst_peer_wait_for (fixture->return_path, GST_SYSMEM_MESSAGE_RELEASE, &release);
  g_assert_cmpuint (release.generation, ==, 1);
  g_assert_cmpuint (release.index, ==, 2);
  collection = share (fixture, 2);
  say_frame (fixture, 2, 0, (GstSysmemTimes){ 0 });
  gst_line_reach (&fixture->src, 1);
  gst_world_release (collection);
}

static void
test_caps_that_are_none (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "nonsense,,",  "nonsense", "audio/x-raw,rate=1",
                                       "video/x-raw", "ANY",      "EMPTY" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (SysmemFd) nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);

      say_generation (fixture, 1, wrong[i], nothing);
      assert_blamed (fixture, "are not those of one raw video format");
      end (fixture);
      begin (fixture);
    }
}

static void
test_words_of_the_other_end (Fixture *fixture, gconstpointer data)
{
  gst_peer_say_hello (fixture->peer, "video/x-raw");
  assert_blamed (fixture, "HELLO is not for a producer to say");
}

static void
test_an_invitation_without_a_return_path (Fixture *fixture, gconstpointer data)
{
  g_auto (SysmemFd) nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  end (fixture);
  gst_line_start (&fixture->src, &fixture->world, SRC);
  accept_and_hear_hello (fixture);
  say_generation (fixture, 1, GST_LINE_FORMAT, nothing);
  assert_blamed (fixture, "before it has said WELCOME");
}

static void
test_a_second_return_path (Fixture *fixture, gconstpointer data)
{
  say_welcome (fixture);
  assert_blamed (fixture, "WELCOME twice");
}

static void
test_a_reason_to_leave (Fixture *fixture, gconstpointer data)
{
  gst_peer_say (fixture->peer,
                (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_BYE, .text = (char *)"too late" });
  assert_blamed (fixture, "too late");
}

/* Says a few things of which one or the other may be right. */
static void
babble (Fixture *fixture, GRand *random)
{
  for (guint n = (guint)g_rand_int_range (random, 1, 6); n > 0; n--)
    {
      struct
      {
        GstSysmemWire wire;
        char text[16];
      } said = { .text = "video/x-raw" };
      const GstSysmemMessage plausible = {
        .type = (GstSysmemMessageType)g_rand_int_range (random, 0, 12),
        .generation = (guint32)g_rand_int_range (random, 0, 3),
        .index = (guint32)g_rand_int_range (random, 0, 2 * N_BUFFERS),
        .flags = (guint32)g_rand_int_range (random, 0, 300),
      };
      guint8 *bytes = (guint8 *)&said;

      gst_sysmem_message_encode (&plausible, &said.wire);
      said.wire.text_size = (guint32)g_rand_int_range (random, 0, 12);
      if (g_rand_int_range (random, 0, 4) == 0)
        bytes[g_rand_int_range (random, 0, sizeof said)] = (guint8)g_rand_int (random);
      gst_peer_say_bytes (fixture->peer, &said, sizeof said.wire + said.wire.text_size % 16);
    }
}

/* Whatever it says, it can be stopped, and another producer serves it. */
static void
test_nonsense (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  g_autoptr (SysmemCollection) last = NULL;

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (SysmemCollection) collection = NULL;

      if (g_rand_boolean (random))
        collection = share (fixture, 1);
      babble (fixture, random);
      if (collection != NULL)
        gst_world_release (collection);
      end (fixture);
      begin (fixture);
    }
  last = share (fixture, 1);
  say_frame (fixture, 1, 0, (GstSysmemTimes){ 0 });
  gst_line_reach (&fixture->src, 1);
  gst_world_release (last);
}

/* As many as may wait to be let in. */
static GPtrArray *
fill_queue (Fixture *fixture)
{
  GPtrArray *queue = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sysmem_channel_unref);
  g_autoptr (GError) error = NULL;
  GstSysmemChannel *peer;

  while ((peer = gst_sysmem_channel_connect (fixture->world.path, &error)) != NULL)
    g_ptr_array_add (queue, peer);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return queue;
}

static void
assert_awaits (Fixture *fixture)
{
  g_autoptr (GstStructure) awaited = gst_line_wait_for (&fixture->src, "sysmem-producer-awaited");

  g_assert_nonnull (strstr (gst_structure_get_string (awaited, "reason"), fixture->world.path));
}

/* A producer that lets nobody in for a while is waited for as one that is not there yet. */
static void
test_waiting_to_be_let_in (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) queue = NULL;

  end (fixture);
  queue = fill_queue (fixture);
  gst_line_start (&fixture->src, &fixture->world, INSISTENT_SRC);
  assert_awaits (fixture);
  for (guint i = 0; i < queue->len; i++)
    gst_sysmem_channel_unref (accept_consumer (fixture));
  accept_and_hear_hello (fixture);
}

static void
test_waiting_is_no_matter_of_course (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) queue = NULL;
  g_autofree char *error = NULL;

  end (fixture);
  queue = fill_queue (fixture);
  gst_line_start (&fixture->src, &fixture->world, SRC);
  error = gst_line_wait_for_error (&fixture->src);
  g_assert_nonnull (strstr (error, "too many wait"));
}

/* It is told at once, even if the producer has nothing to say. */
static void
test_downstream_changes_its_mind_while_idle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstElement) filter = NULL;

  end (fixture);
  gst_line_start (&fixture->src, &fixture->world,
                  "sysmemsrc name=s ! capsfilter name=filter ! fakesink sync=false");
  accept_and_hear_hello (fixture);
  filter = gst_bin_get_by_name (GST_BIN (fixture->src.pipeline), "filter");
  for (gint width = 1; width < 10; width++)
    {
      g_autoptr (GstCaps) wanted =
        gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT, width, NULL);
      g_autofree char *expected = g_strdup_printf ("width=(int)%d", width);
      g_auto (GstSysmemMessage) caps = GST_SYSMEM_MESSAGE_INIT;

      g_object_set (filter, "caps", wanted, NULL);
      gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_CAPS, &caps);
      g_assert_nonnull (strstr (caps.text, expected));
    }
}

/* A consumer in front of a filter, which it returns, that takes only this since the producer has heard
 * that it takes anything. */
static GstElement *
start_with_other_mind (Fixture *fixture, GstCaps *wanted)
{
  GstElement *filter;

  end (fixture);
  gst_line_start (&fixture->src, &fixture->world,
                  "sysmemsrc name=s ! capsfilter name=filter ! fakesink sync=false");
  accept_and_hear_hello (fixture);
  filter = gst_bin_get_by_name (GST_BIN (fixture->src.pipeline), "filter");
  g_object_set (filter, "caps", wanted, NULL);
  say_welcome (fixture);
  return filter;
}

/* The producer has not heard of it yet: it takes part, and shows nothing. */
static void
test_downstream_has_changed_its_mind (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GstElement) filter = NULL;
  g_autoptr (GstCaps) wanted = gst_caps_from_string ("video/x-raw,width=128");

  filter = start_with_other_mind (fixture, wanted);
  collection = share (fixture, 1);
  for (guint32 i = 0; i < N_BUFFERS; i++)
    {
      say_frame (fixture, 1, i, (GstSysmemTimes){ 0 });
      assert_released (fixture, 1, i);
    }
  g_assert_cmpuint (fixture->src.n_frames, ==, 0);
  gst_world_release (collection);
}

static void
test_monstrous_caps (Fixture *fixture, gconstpointer data)
{
  g_autofree char *caps = NULL;

  for (guint i = 0; (caps = gst_peer_make_monstrous_caps (i)) != NULL; g_free (caps), i++)
    {
      g_auto (SysmemFd) nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);

      say_generation (fixture, 1, caps, nothing);
      assert_blamed (fixture, "its caps have");
      end (fixture);
      begin (fixture);
    }
}

/* Stopping does not wait for those who do not answer the daemon. */
static void
test_stopping_while_waiting_for_buffers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (SysmemCollection) collection = allocate (fixture, &tokens, 2);
  g_auto (SysmemFd) token = sysmem_token_steal_fd (tokens->pdata[1]);
  g_auto (GstSysmemMessage) bound = GST_SYSMEM_MESSAGE_INIT;

  say_generation (fixture, 1, GST_LINE_FORMAT, token);
  gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_BOUND, &bound);
}

/* And comes round before the producer has done anything about it: nothing but a frame follows. */
static void
test_downstream_changes_its_mind_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstCaps) other = gst_caps_from_string ("video/x-raw,width=128");
  g_autoptr (GstCaps) expected = gst_caps_from_string (GST_LINE_FORMAT);
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GstElement) filter = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstCaps) shown = NULL;
  g_auto (GstSysmemMessage) caps = GST_SYSMEM_MESSAGE_INIT;

  filter = start_with_other_mind (fixture, other);
  collection = share (fixture, 1);
  g_object_set (filter, "caps", expected, NULL);
  gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_CAPS, &caps);
  while (strstr (caps.text, "width=(int)64") == NULL)
    {
      gst_sysmem_message_clear (&caps);
      gst_peer_wait_for (fixture->peer, GST_SYSMEM_MESSAGE_CAPS, &caps);
    }
  say_frame (fixture, 1, 0, (GstSysmemTimes){ 0 });
  gst_line_reach (&fixture->src, 1);
  pad = gst_element_get_static_pad (fixture->src.element, "src");
  shown = gst_pad_get_current_caps (pad);
  g_assert_true (shown != NULL && gst_caps_is_equal (shown, expected));
  gst_world_release (collection);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/src-peers/frames", test_frames_arrive);
  add ("/src-peers/times", test_times_arrive);
  add ("/src-peers/times/usual-clock", test_times_arrive_as_they_are);
  add ("/src-peers/frame/no-generation", test_a_frame_of_no_generation);
  add ("/src-peers/frame/earlier-generation", test_a_frame_of_an_earlier_generation);
  add ("/src-peers/frame/no-buffer", test_a_frame_in_no_buffer);
  add ("/src-peers/frame/buffer-in-use", test_a_frame_in_a_buffer_in_use);
  add ("/src-peers/no-token", test_a_token_that_is_none);
  add ("/src-peers/refused", test_a_frame_that_it_refused);
  add ("/src-peers/no-caps", test_caps_that_are_none);
  add ("/src-peers/other-end", test_words_of_the_other_end);
  add ("/src-peers/return-path/none", test_an_invitation_without_a_return_path);
  add ("/src-peers/return-path/two", test_a_second_return_path);
  add ("/src-peers/bye", test_a_reason_to_leave);
  add ("/src-peers/nonsense", test_nonsense);
  add ("/src-peers/queue/reconnect", test_waiting_to_be_let_in);
  add ("/src-peers/queue/error", test_waiting_is_no_matter_of_course);
  add ("/src-peers/other-mind/idle", test_downstream_changes_its_mind_while_idle);
  add ("/src-peers/other-mind/invited", test_downstream_has_changed_its_mind);
  add ("/src-peers/other-mind/twice", test_downstream_changes_its_mind_twice);
  add ("/src-peers/monstrous-caps", test_monstrous_caps);
  add ("/src-peers/stop", test_stopping_while_waiting_for_buffers);
  return g_test_run ();
}
