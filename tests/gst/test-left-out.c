/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Consumers that take something else than upstream has, which claimed to have everything: upstream is
 * asked for what they take, and goes on; so they are told why nothing comes. */

#include "gst-upstream.h"

#define OTHER_CAPS "video/x-raw,format=I420,width=64,height=48,framerate=100/1"

typedef GstUpstream Fixture;

/* It was patient with consumers that answer. */
static void
show_until_unserved (Fixture *fixture)
{
  g_object_set (fixture->sink.element, "stall-timeout", 100 * GST_MSECOND, NULL);
  while (!gst_line_has_said (&fixture->sink, "sysmem-consumer-unserved"))
    gst_upstream_show_own (fixture);
}

/* By all consumers. */
static void
wait_until_taken (Fixture *fixture, const char *text)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->sink.element, "sink");
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  gboolean is_taken = FALSE;

  while (!is_taken)
    {
      g_autoptr (GstCaps) taken = gst_pad_query_caps (pad, NULL);

      is_taken = gst_caps_can_intersect (taken, caps);
    }
}

/* Nobody gets anything. */
static void
test_the_only_one (Fixture *fixture, gconstpointer data)
{
  GstConsumer consumer;

  gst_consumer_greet (&consumer, fixture, "video/x-raw,format=RGB");
  show_until_unserved (fixture);
  gst_peer_assert_dismissed (consumer.link, "upstream goes on with");
  gst_consumer_leave (&consumer);
}

/* The first one has joined. */
static void
assert_second_is_left_out (Fixture *fixture, GstConsumer consumers[2])
{
  show_until_unserved (fixture);
  gst_peer_assert_dismissed (consumers[1].link, "upstream goes on with");
  (void)gst_consumer_see (&consumers[0]);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&consumers[i]);
}

/* What upstream goes on with is taken, and others get it. */
static void
test_one_of_two (Fixture *fixture, gconstpointer data)
{
  GstConsumer consumers[2];

  gst_consumer_greet (&consumers[0], fixture, "video/x-raw");
  gst_consumer_greet (&consumers[1], fixture, "video/x-raw,format=NV12");
  gst_upstream_give_up_pool (gst_upstream_negotiate (fixture, consumers, 2, 1));
  gst_upstream_tell_caps (fixture, OTHER_CAPS);
  gst_upstream_give_up_pool (gst_upstream_negotiate (fixture, consumers, 1, 1));
  assert_second_is_left_out (fixture, consumers);
}

/* One that changes its mind in time stays. */
static void
test_one_that_comes_round (Fixture *fixture, gconstpointer data)
{
  GstConsumer consumers[2];

  gst_consumer_greet (&consumers[0], fixture, "video/x-raw,format=RGB");
  gst_upstream_show_own (fixture);
  gst_peer_say (consumers[0].link, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_CAPS,
                                                       .text = (char *)"video/x-raw" });
  wait_until_taken (fixture, GST_UPSTREAM_CAPS);
  gst_consumer_greet (&consumers[1], fixture, "video/x-raw,format=RGB");
  gst_upstream_give_up_pool (gst_upstream_negotiate (fixture, consumers, 1, 1));
  assert_second_is_left_out (fixture, consumers);
}

/* Upstream has gone on to what the second one does not take. */
static void
leave_second_out (Fixture *fixture, GstConsumer consumers[2])
{
  gst_consumer_greet (&consumers[0], fixture, "video/x-raw");
  gst_consumer_greet (&consumers[1], fixture, "video/x-raw,format=NV12");
  gst_upstream_give_up_pool (gst_upstream_negotiate (fixture, consumers, 2, 1));
  gst_upstream_tell_caps (fixture, OTHER_CAPS);
  gst_upstream_give_up_pool (gst_upstream_negotiate (fixture, consumers, 1, 1));
}

/* It had buffers, so it is no stranger, and still one who has none of those that there are now. */
static void
test_one_that_follows (Fixture *fixture, gconstpointer data)
{
  GstConsumer consumers[2];

  leave_second_out (fixture, consumers);
  gst_peer_say (consumers[1].link, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_CAPS,
                                                       .text = (char *)"video/x-raw" });
  gst_consumer_join (&consumers[1], 1);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&consumers[i]);
}

/* Nobody else is there any more, and frames go on without it: if they were kept for it, upstream could
 * never come round. */
static void
test_the_only_one_that_stays (Fixture *fixture, gconstpointer data)
{
  GstConsumer consumers[2];

  g_object_set (fixture->sink.element, "wait-for-connection", TRUE, NULL);
  leave_second_out (fixture, consumers);
  gst_consumer_leave (&consumers[0]);
  while (gst_line_count_consumers (&fixture->sink) > 1)
    g_thread_yield ();
  gst_upstream_show_own (fixture);
  g_object_set (fixture->sink.element, "wait-for-connection", FALSE, NULL);
  show_until_unserved (fixture);
  gst_peer_assert_dismissed (consumers[1].link, "upstream goes on with");
  gst_consumer_leave (&consumers[1]);
}

/* What it says of itself is in logs and on the bus. */
static void
test_one_with_control_characters (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstSysmemChannel) link = gst_peer_connect (fixture->world.path);
  g_autoptr (GstStructure) told = NULL;

  gst_peer_say_hello (link, "audio/x-raw,format=\"\033[2J\n\"");
  gst_peer_assert_dismissed (link, "what the producer can send");
  told = gst_line_wait_for (&fixture->sink, "sysmem-consumer-unserved");
  for (const char *at = gst_structure_get_string (told, "reason"); *at != '\0'; at++)
    g_assert_cmpint (*at, >=, ' ');
}

/* As much as a message has room for: the reason why it is sent away has room, too. */
static void
test_one_that_says_much (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstSysmemChannel) link = gst_peer_connect (fixture->world.path);
  g_autofree char *format = g_strnfill (65000, 'a');
  g_autofree char *caps = g_strconcat ("audio/x-raw,format=", format, NULL);

  gst_peer_say_hello (link, caps);
  gst_peer_assert_dismissed (link, "it takes audio/x-raw");
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, "stall-policy=drop wait-for-connection=false", gst_upstream_start,
              test, gst_upstream_stop);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  add ("/left-out/only-one", test_the_only_one);
  add ("/left-out/one-of-two", test_one_of_two);
  add ("/left-out/comes-round", test_one_that_comes_round);
  add ("/left-out/follows", test_one_that_follows);
  add ("/left-out/stays", test_the_only_one_that_stays);
  add ("/left-out/control-characters", test_one_with_control_characters);
  add ("/left-out/says-much", test_one_that_says_much);
  return g_test_run ();
}
