/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A sysmemsink among consumers that are silent, slow, many, or talk nonsense: they are sent away and
 * named, and those who keep to the protocol get their frames. */

#include "gst-peer.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LIVE "videotestsrc is-live=true ! " GST_LINE_FORMAT " ! sysmemsink name=s sync=false "
#define ANY_SIZE \
  "videotestsrc is-live=true ! video/x-raw,format=NV12,framerate=100/1 ! sysmemsink name=s " \
  "sync=false "
#define QUICK "stall-timeout=200000000 "
#define PATIENT "stall-timeout=18446744073709551615 "
#define CONSUMER "sysmemsrc name=s ! fakesink sync=false"

typedef struct
{
  GstWorld world;
  GstLine sink;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer description)
{
  gst_world_start (&fixture->world);
  gst_line_start (&fixture->sink, &fixture->world, description);
}

/* It listens, but does not play yet. */
static void
set_up_ready (Fixture *fixture, gconstpointer description)
{
  gst_world_start (&fixture->world);
  gst_line_make (&fixture->sink, &fixture->world, description);
  (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_READY);
}

static void
tear_down (Fixture *fixture, gconstpointer description)
{
  gst_line_stop (&fixture->sink);
  gst_world_stop (&fixture->world);
}

/* A consumer as there should be more of. */
static void
start_consumer (Fixture *fixture, GstLine *consumer)
{
  gst_line_start (consumer, &fixture->world, CONSUMER);
  gst_line_wait_for_frames (consumer, 5);
}

/* From now on: until then a machine that is busy may take its time. */
static void
lose_patience (Fixture *fixture)
{
  g_object_set (fixture->sink.element, "stall-timeout", (guint64)(200 * GST_MSECOND), NULL);
}

static GstSysmemChannel *
greet (Fixture *fixture)
{
  GstSysmemChannel *peer = gst_peer_connect (fixture->world.path);

  gst_peer_say_hello (peer, "video/x-raw");
  return peer;
}

/* The sink says whom it has sent away, and why. */
static void
assert_named (Fixture *fixture, const char *message, const char *sentence)
{
  g_autoptr (GstStructure) what = gst_line_wait_for (&fixture->sink, message);
  const char *reason = gst_structure_get_string (what, "reason");
  gint pid = 0;

  g_assert_true (gst_structure_get_int (what, "pid", &pid));
  g_assert_cmpint (pid, ==, getpid ());
  g_assert_nonnull (gst_structure_get_string (what, "comm"));
  if (strstr (reason, sentence) == NULL)
    g_error ("\"%s\" is not in \"%s\"", sentence, reason);
}

static void
test_one_that_says_nothing (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) silent = gst_peer_connect (fixture->world.path);

  gst_peer_assert_dismissed (silent, "does not say what it takes");
  assert_named (fixture, "sysmem-consumer-unserved", "does not say what it takes");
}

static void
test_a_latecomer_that_never_binds (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) late = NULL;
  GstLine consumer;

  start_consumer (fixture, &consumer);
  lose_patience (fixture);
  late = greet (fixture);
  gst_peer_assert_dismissed (late, "did not answer in time");
  assert_named (fixture, "sysmem-consumer-unserved", "did not answer in time");
  gst_line_wait_for_frames (&consumer, 20);
  g_assert_cmpuint (gst_line_count_consumers (&fixture->sink), ==, 1);
  gst_line_stop (&consumer);
}

static void
test_a_latecomer_that_is_never_ready (Fixture *fixture, gconstpointer description)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GstSysmemChannel) late = NULL;
  GstLine consumer;

  start_consumer (fixture, &consumer);
  lose_patience (fixture);
  late = greet (fixture);
  gst_peer_wait_for (late, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  collection = gst_peer_bind (late, fixture->world.client, &invitation, 1);
  gst_peer_assert_dismissed (late, "did not answer in time");
  gst_line_wait_for_frames (&consumer, 20);
  gst_line_stop (&consumer);
}

/* What it may hold is what it said first. */
static void
test_one_that_claims_twice (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) liar = greet (fixture);
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  GstLine consumer;

  gst_peer_wait_for (liar, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  for (guint camping = 1; camping <= 2; camping++)
    gst_peer_say (liar, (GstSysmemMessage){
                          .type = GST_SYSMEM_MESSAGE_BOUND,
                          .generation = invitation.generation,
                          .camping = camping,
                        });
  gst_peer_assert_dismissed (liar, "BOUND without an invitation");
  gst_sysmem_message_clear (&invitation); /* with its token */
  start_consumer (fixture, &consumer);
  gst_line_stop (&consumer);
}

/* It takes something else by the time it has its buffers: it gets others. */
static void
test_one_that_changes_its_mind (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) peer = greet (fixture);
  g_auto (GstSysmemMessage) first = GST_SYSMEM_MESSAGE_INIT;
  g_auto (GstSysmemMessage) second = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;

  gst_peer_wait_for (peer, GST_SYSMEM_MESSAGE_GENERATION, &first);
  gst_peer_say (peer, (GstSysmemMessage){
                        .type = GST_SYSMEM_MESSAGE_CAPS,
                        .text = (char *)"video/x-raw,width=64",
                      });
  collection = gst_peer_bind (peer, fixture->world.client, &first, 1);
  gst_peer_say (peer, (GstSysmemMessage){
                        .type = GST_SYSMEM_MESSAGE_READY,
                        .generation = first.generation,
                      });
  gst_peer_wait_for (peer, GST_SYSMEM_MESSAGE_GENERATION, &second);
  g_assert_nonnull (strstr (second.text, "width=(int)64"));
}

/* What it may hold is what the daemon has counted. */
static void
test_one_that_claims_all_buffers (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) liar = greet (fixture);
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemConstraints) nothing = sysmem_constraints_new (0);
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GError) error = NULL;
  GstLine consumer;

  gst_peer_wait_for (liar, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  gst_peer_say (liar, (GstSysmemMessage){
                        .type = GST_SYSMEM_MESSAGE_BOUND,
                        .generation = invitation.generation,
                        .camping = 1000,
                      });
  collection = sysmem_client_bind (fixture->world.client, invitation.fd, nothing, NULL, &error);
  g_assert_no_error (error);
  gst_peer_assert_dismissed (liar, "more frames than there are buffers");
  assert_named (fixture, "sysmem-consumer-expelled", "more frames than there are buffers");
  start_consumer (fixture, &consumer);
  gst_line_stop (&consumer);
}

/* The sink takes what all consumers take, so it can be seen whose wishes it knows. */
static GstSysmemChannel *
greet_and_be_heard (Fixture *fixture, gint min_fps)
{
  g_autofree char *wanted = g_strdup_printf ("video/x-raw,framerate=[%d/1000,1000/1]", min_fps);
  g_autoptr (GstCaps) expected = gst_caps_from_string (wanted);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->sink.element, "sink");
  g_autoptr (GstCaps) taken = gst_pad_query_caps (pad, NULL);
  GstSysmemChannel *peer = gst_peer_connect (fixture->world.path);

  gst_peer_say_hello (peer, wanted);
  while (!gst_caps_is_subset (taken, expected))
    {
      gst_clear_caps (&taken);
      taken = gst_pad_query_caps (pad, NULL);
    }
  return peer;
}

/* More than a message of the bus has room for tokens. */
static void
test_many_at_once (Fixture *fixture, gconstpointer description)
{
  GstSysmemChannel *peers[20];
  SysmemCollection *collections[20];

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    peers[i] = greet_and_be_heard (fixture, 1000 + (gint)i);
  gst_line_play (&fixture->sink);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;

      gst_peer_wait_for (peers[i], GST_SYSMEM_MESSAGE_GENERATION, &invitation);
      collections[i] = gst_peer_bind (peers[i], fixture->world.client, &invitation, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_auto (GstSysmemMessage) frame = GST_SYSMEM_MESSAGE_INIT;

      gst_peer_wait_for (peers[i], GST_SYSMEM_MESSAGE_FRAME, &frame);
      g_object_unref (collections[i]);
      gst_sysmem_channel_unref (peers[i]);
    }
}

/* Nobody can make the sink hold any number of connections; those who are there stay. */
static void
test_too_many_connections (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GPtrArray) flood =
    g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sysmem_channel_unref);
  g_autoptr (GstStructure) told = NULL;
  GstLine consumer;
  GstLine next;

  start_consumer (fixture, &consumer);
  for (guint i = 0; i < 200; i++)
    g_ptr_array_add (flood, gst_peer_connect (fixture->world.path));
  told = gst_line_wait_for (&fixture->sink, "sysmem-consumer-kept-out");
  for (guint i = 100; i < 200; i++)
    gst_peer_assert_dismissed (flood->pdata[i], "consumers already");
  g_assert_cmpuint (gst_line_count_consumers (&fixture->sink), <=, 64);
  g_assert_false (gst_line_has_said (&fixture->sink, "sysmem-consumer-kept-out")); /* once */
  gst_line_wait_for_frames (&consumer, 20);
  g_ptr_array_set_size (flood, 0);
  while (gst_line_count_consumers (&fixture->sink) > 1)
    g_thread_yield ();
  start_consumer (fixture, &next);
  gst_line_stop (&next);
  gst_line_stop (&consumer);
}

static gint64
get_cpu_time (void)
{
  return (gint64)clock () * (G_USEC_PER_SEC / CLOCKS_PER_SEC);
}

/* A process that has no file descriptors left tells so, goes on with the consumers that it has, and
 * lets the others in as soon as it can. */
static void
test_out_of_file_descriptors (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) kept_out = NULL;
  g_autoptr (GstStructure) told = NULL;
  g_autoptr (GstStructure) joined = NULL;
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;
  struct rlimit limit;
  struct rlimit none;
  gint64 begin;
  gint64 cpu;
  GstLine consumer;

  start_consumer (fixture, &consumer);
  joined = gst_line_wait_for (&fixture->sink, "sysmem-consumer-joined");
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  none = limit;
  none.rlim_cur = (rlim_t)dup (0); /* the first one that is free */
  g_assert_cmpint (close ((int)none.rlim_cur), ==, 0);
  none.rlim_cur++;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  kept_out = greet (fixture); /* takes the last one */
  told = gst_line_wait_for (&fixture->sink, "sysmem-consumer-kept-out");
  g_assert_nonnull (strstr (gst_structure_get_string (told, "reason"), g_strerror (EMFILE)));
  begin = g_get_monotonic_time ();
  cpu = get_cpu_time ();
  gst_line_wait_for_frames (&consumer, 100);
  cpu = get_cpu_time () - cpu;
  g_assert_cmpint (cpu, <, (g_get_monotonic_time () - begin) / 3); /* it does not spin */
  g_assert_false (gst_line_has_said (&fixture->sink, "sysmem-consumer-kept-out")); /* once */
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  gst_peer_wait_for (kept_out, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  gst_line_stop (&consumer);
}

static guint
count_file_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

/* Nor can somebody who comes and goes make it keep what is past. */
static void
test_coming_and_going (Fixture *fixture, gconstpointer description)
{
  guint before = count_file_descriptors ();

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GstSysmemChannel) peer = greet (fixture);
      g_autoptr (GstSysmemChannel) return_path = gst_peer_wait_for_return_path (peer);
    }
  while (gst_line_count_consumers (&fixture->sink) > 0)
    g_thread_yield ();
  g_assert_cmpuint (count_file_descriptors (), <, before + 50); /* some are of a negotiation */
}

/* Who has said EOS is not invited any more, nor waited for. */
static void
test_ending_at_once (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GPtrArray) ended =
    g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sysmem_channel_unref);
  GstLine consumer;

  for (guint round = 0; round < 20; round++)
    {
      GstSysmemChannel *peer = greet (fixture);

      g_ptr_array_add (ended, peer);
      gst_peer_say (peer, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_EOS });
    }
  start_consumer (fixture, &consumer);
  gst_line_stop (&consumer);
}

/* There is none for the newcomer's return path: that is not its fault. */
static void
test_no_file_descriptor_for_a_return_path (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) peer = gst_peer_connect (fixture->world.path);
  struct rlimit limit;
  struct rlimit none;

  while (gst_line_count_consumers (&fixture->sink) == 0)
    g_thread_yield ();
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  none = limit;
  none.rlim_cur = (rlim_t)dup (0);
  g_assert_cmpint (close ((int)none.rlim_cur), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  gst_peer_say_hello (peer, "video/x-raw");
  gst_peer_assert_dismissed (peer, g_strerror (EMFILE));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  assert_named (fixture, "sysmem-consumer-unserved", g_strerror (EMFILE));
}

/* Whatever somebody says, a consumer that keeps to the protocol gets its frames. */
static void
test_nonsense (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  GstLine consumer;

  start_consumer (fixture, &consumer);
  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GstSysmemChannel) peer = gst_peer_connect (fixture->world.path);

      if (g_rand_boolean (random))
        gst_peer_say_hello (peer, "video/x-raw");
      for (guint n = (guint)g_rand_int_range (random, 1, 6); n > 0; n--)
        {
          struct
          {
            GstSysmemWire wire;
            char text[16];
          } said = { .text = "video/x-raw" };
          const GstSysmemMessage plausible = {
            .type = (GstSysmemMessageType)g_rand_int_range (random, 0, 12),
            .generation = (guint32)g_rand_int_range (random, 0, 4),
            .index = (guint32)g_rand_int_range (random, 0, 12),
            .camping = (guint32)g_rand_int_range (random, 0, 3),
          };
          guint8 *bytes = (guint8 *)&said;

          gst_sysmem_message_encode (&plausible, &said.wire);
          said.wire.text_size = (guint32)g_rand_int_range (random, 0, 12);
          if (g_rand_int_range (random, 0, 4) == 0)
            bytes[g_rand_int_range (random, 0, sizeof said)] = (guint8)g_rand_int (random);
          gst_peer_say_bytes (peer, &said, sizeof said.wire + said.wire.text_size % 16);
        }
    }
  gst_line_wait_for_frames (&consumer, 50);
  while (gst_line_count_consumers (&fixture->sink) > 1)
    g_thread_yield ();
  gst_line_stop (&consumer);
}

/* Stopping does not wait for those who do not answer: nor for anybody to come. */
static void
test_stopping_while_waiting_for_anybody (Fixture *fixture, gconstpointer description)
{
  gst_line_wait_for_frames (&fixture->sink, 0);
}

static void
test_stopping_while_waiting_for_an_answer (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) slow = greet (fixture);
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (slow, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  gst_line_stop (&fixture->sink);
  gst_peer_wait_for (slow, GST_SYSMEM_MESSAGE_BYE, &(GstSysmemMessage){ 0 });
  gst_line_start (&fixture->sink, &fixture->world, description);
}

/* Pausing ends no wait for good: nor that for anybody to come, ... */
static void
test_pausing_while_waiting_for_anybody (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 n_copied = 0;
  GstLine consumer;

  for (guint i = 0; i < 20; i++)
    {
      (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_PAUSED);
      (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_PLAYING);
    }
  start_consumer (fixture, &consumer);
  gst_line_wait_for_frames (&consumer, 100);
  g_object_get (fixture->sink.element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, "copied", &n_copied));
  g_assert_cmpuint (n_copied, <, 5);
  gst_line_stop (&consumer);
}

static void
release (GstSysmemChannel *return_path, guint32 generation, guint32 index)
{
  gst_peer_say (return_path, (GstSysmemMessage){
                               .type = GST_SYSMEM_MESSAGE_RELEASE,
                               .generation = generation,
                               .index = index,
                             });
}

/* ... nor that for a frame to be released. */
static void
test_pausing_while_a_consumer_stalls (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) slow = greet (fixture);
  g_autoptr (GstSysmemChannel) return_path = gst_peer_wait_for_return_path (slow);
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_auto (GstSysmemMessage) frame = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GstStructure) told = NULL;

  gst_peer_wait_for (slow, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  collection = gst_peer_bind (slow, fixture->world.client, &invitation, 1);
  gst_peer_wait_for (slow, GST_SYSMEM_MESSAGE_FRAME, &frame);
  lose_patience (fixture);
  told = gst_line_wait_for (&fixture->sink, "sysmem-consumer-stalled");
  for (guint i = 0; i < 5; i++)
    {
      (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_PAUSED);
      (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_PLAYING);
    }
  for (guint i = 0; i < 5; i++)
    {
      release (return_path, frame.generation, frame.index);
      gst_sysmem_message_clear (&frame);
      gst_peer_wait_for (slow, GST_SYSMEM_MESSAGE_FRAME, &frame);
    }
}

/* One that has a frame, and then says by its return path what it should not. */
static void
misuse_return_path (Fixture *fixture, const char *fault, void (*misuse) (GstSysmemChannel *))
{
  g_autoptr (GstSysmemChannel) liar = greet (fixture);
  g_autoptr (GstSysmemChannel) return_path = gst_peer_wait_for_return_path (liar);
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_auto (GstSysmemMessage) frame = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) collection = NULL;

  gst_peer_wait_for (liar, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  collection = gst_peer_bind (liar, fixture->world.client, &invitation, 1);
  gst_peer_say (liar, (GstSysmemMessage){
                        .type = GST_SYSMEM_MESSAGE_READY,
                        .generation = invitation.generation,
                      });
  gst_peer_wait_for (liar, GST_SYSMEM_MESSAGE_FRAME, &frame);
  misuse (return_path);
  gst_peer_assert_dismissed (liar, fault);
  assert_named (fixture, "sysmem-consumer-expelled", fault);
}

static void
release_what_it_does_not_hold (GstSysmemChannel *return_path)
{
  release (return_path, 1000, 0);
}

static void
say_goodbye (GstSysmemChannel *return_path)
{
  gst_peer_say (return_path, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_BYE });
}

static void
test_one_that_misuses_its_return_path (Fixture *fixture, gconstpointer description)
{
  misuse_return_path (fixture, "does not hold", release_what_it_does_not_hold);
  misuse_return_path (fixture, "not for a return path", say_goodbye);
}

/* Who need not be waited for misses what was before. */
static void
test_nobody_to_wait_for (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 n_unseen = 0;
  GstLine consumer;

  gst_line_wait_for_frames (&fixture->sink, 20);
  g_object_get (fixture->sink.element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, "unseen", &n_unseen));
  g_assert_cmpuint (n_unseen, >=, 15);
  start_consumer (fixture, &consumer);
  gst_line_stop (&consumer);
  gst_line_wait_for_frames (&fixture->sink, 20);
}

/* Whoever is upstream may take anything; this element does not. */
static void
test_one_that_takes_no_video (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemChannel) deaf = gst_peer_connect (fixture->world.path);

  gst_peer_say_hello (deaf, "audio/x-raw");
  gst_peer_assert_dismissed (deaf, "what the producer can send");
  assert_named (fixture, "sysmem-consumer-unserved", "audio/x-raw");
}

/* Nobody can keep it busy, or worse, with what GStreamer makes of a text. */
static void
test_monstrous_caps (Fixture *fixture, gconstpointer description)
{
  g_autofree char *caps = NULL;
  GstLine consumer;

  start_consumer (fixture, &consumer);
  for (guint i = 0; (caps = gst_peer_make_monstrous_caps (i)) != NULL; g_free (caps), i++)
    {
      g_autoptr (GstSysmemChannel) monster = gst_peer_connect (fixture->world.path);

      gst_peer_say_hello (monster, caps);
      gst_peer_assert_dismissed (monster, "its caps have");
    }
  gst_line_wait_for_frames (&consumer, 5);
  gst_line_stop (&consumer);
}

static void
wait_for_format (Fixture *fixture, const char *format)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->sink.element, "sink");
  gboolean found = FALSE;

  while (!found)
    {
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

      found =
        caps != NULL
        && g_strcmp0 (gst_structure_get_string (gst_caps_get_structure (caps, 0), "format"), format)
             == 0;
      g_thread_yield ();
    }
}

/* What one consumer likes best is sent again when the one that did not take it has gone. */
static void
test_one_that_leaves_narrows_nothing_any_more (Fixture *fixture, gconstpointer description)
{
  GstLine first;
  GstLine second;

  gst_line_start (&first, &fixture->world,
                  "sysmemsrc name=s ! video/x-raw,format=I420;video/x-raw,format=NV12 ! fakesink "
                  "sync=false");
  wait_for_format (fixture, "I420");
  gst_line_wait_for_frames (&first, 5);
  gst_line_start (&second, &fixture->world,
                  "sysmemsrc name=s ! video/x-raw,format=NV12 ! fakesink sync=false");
  gst_line_reach (&second, 5);
  wait_for_format (fixture, "NV12");
  gst_line_stop (&second);
  wait_for_format (fixture, "I420");
  gst_line_wait_for_frames (&first, 5);
  gst_line_stop (&first);
}

/* Frames go on without the daemon, and when there is another one, consumers can join again. */
static void
test_a_latecomer_after_the_daemon_died (Fixture *fixture, gconstpointer description)
{
  GstLine first;
  GstLine second;

  start_consumer (fixture, &first);
  gst_world_replace_daemon (&fixture->world);
  gst_line_wait_for_frames (&first, 20);
  start_consumer (fixture, &second);
  gst_line_wait_for_frames (&first, 20);
  gst_line_wait_for_frames (&second, 20);
  gst_line_stop (&first);
  gst_line_stop (&second);
}

static void
add (const char *path, const char *description, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, description, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/sink-peers/says-nothing", LIVE QUICK, test_one_that_says_nothing);
  add ("/sink-peers/never-binds", LIVE PATIENT, test_a_latecomer_that_never_binds);
  add ("/sink-peers/never-ready", LIVE PATIENT, test_a_latecomer_that_is_never_ready);
  add ("/sink-peers/bound-twice", LIVE PATIENT, test_one_that_claims_twice);
  add ("/sink-peers/other-mind", ANY_SIZE PATIENT, test_one_that_changes_its_mind);
  add ("/sink-peers/claims-all", LIVE PATIENT, test_one_that_claims_all_buffers);
  add ("/sink-peers/return-path", LIVE PATIENT, test_one_that_misuses_its_return_path);
  g_test_add ("/sink-peers/many", Fixture, LIVE PATIENT, set_up_ready, test_many_at_once,
              tear_down);
  add ("/sink-peers/too-many", LIVE PATIENT, test_too_many_connections);
  add ("/sink-peers/no-fds", LIVE PATIENT, test_out_of_file_descriptors);
  add ("/sink-peers/no-fd-for-return-path", LIVE PATIENT,
       test_no_file_descriptor_for_a_return_path);
  add ("/sink-peers/coming-and-going", LIVE, test_coming_and_going);
  add ("/sink-peers/ending-at-once", LIVE PATIENT, test_ending_at_once);
  add ("/sink-peers/nonsense", LIVE PATIENT, test_nonsense);
  add ("/sink-peers/stop/nobody", LIVE PATIENT, test_stopping_while_waiting_for_anybody);
  add ("/sink-peers/stop/no-answer", LIVE PATIENT, test_stopping_while_waiting_for_an_answer);
  add ("/sink-peers/pause/nobody", LIVE PATIENT, test_pausing_while_waiting_for_anybody);
  add ("/sink-peers/pause/stalled", LIVE PATIENT, test_pausing_while_a_consumer_stalls);
  add ("/sink-peers/no-waiting", LIVE PATIENT "wait-for-connection=false", test_nobody_to_wait_for);
  add ("/sink-peers/no-video", "appsrc ! sysmemsink name=s sync=false " PATIENT,
       test_one_that_takes_no_video);
  add ("/sink-peers/monstrous-caps", LIVE PATIENT, test_monstrous_caps);
  add ("/sink-peers/leaves",
       "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=100/1 ! "
       "sysmemsink name=s sync=false " PATIENT,
       test_one_that_leaves_narrows_nothing_any_more);
  add ("/sink-peers/new-daemon", LIVE PATIENT, test_a_latecomer_after_the_daemon_died);
  return g_test_run ();
}
