/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A sysmemsink that wants new buffers of the same caps, and does not get them at once: those who were
 * invited to them have left the ones that there are, so these serve nobody. Both neighbours of the
 * sink are the test's own. */

#include "gst-upstream.h"

typedef GstUpstream Fixture;

static void
refuse (GstConsumer *consumer, guint32 generation)
{
  gst_peer_say (consumer->link, (GstSysmemMessage){
                                  .type = GST_SYSMEM_MESSAGE_REFUSED,
                                  .generation = generation,
                                });
}

/* Says no to its next invitation, whose token it drops. */
static void
refuse_next (GstConsumer *consumer)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (consumer->link, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  refuse (consumer, invitation.generation);
}

/* The sink has heard all that was said before: it answers in order. */
static void
wait_until_heard (Fixture *fixture)
{
  guint n_before = gst_line_count_consumers (&fixture->sink);
  GstConsumer witness;

  gst_consumer_greet (&witness, fixture, "video/x-raw");
  gst_consumer_leave (&witness);
  while (gst_line_count_consumers (&fixture->sink) > n_before)
    g_thread_yield ();
}

/* The first one has its buffers; the second one is there, and does not take them. */
static GstSysmemBufferPool *
start (Fixture *fixture, GstConsumer *first, GstConsumer *second)
{
  GstSysmemBufferPool *pool;

  gst_consumer_greet (first, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, first, 1, 1);
  gst_upstream_show (fixture, pool);
  gst_consumer_release (first, gst_consumer_see (first));
  gst_consumer_greet (second, fixture, "video/x-raw");
  refuse_next (second);
  wait_until_heard (fixture);
  return pool;
}

static void
assert_goes_on (Fixture *fixture, GstConsumer *consumer, GstSysmemBufferPool *pool)
{
  gst_upstream_show (fixture, pool);
  gst_consumer_release (consumer, gst_consumer_see (consumer));
}

/* The other one is to blame for that there are no new ones with it: then there are some without it. */
static void
test_one_that_refuses_again (Fixture *fixture, gconstpointer data)
{
  GstConsumer first;
  GstConsumer second;
  GstSysmemBufferPool *old = start (fixture, &first, &second);
  GThread *asking = gst_upstream_ask_for_pool (fixture);
  GstSysmemBufferPool *pool;

  gst_consumer_join (&first, 1);
  refuse_next (&second);
  gst_consumer_join (&first, 1);
  pool = gst_upstream_get_pool (asking);
  assert_goes_on (fixture, &first, pool);
  gst_upstream_give_up_pool (old);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&second);
  gst_consumer_leave (&first);
}

/* Who takes part hears of its failure from the daemon, perhaps before the sink does. */
static void
test_one_that_refuses_because_of_another (Fixture *fixture, gconstpointer data)
{
  GstConsumer first;
  GstConsumer second;
  GstSysmemBufferPool *old = start (fixture, &first, &second);
  GThread *asking = gst_upstream_ask_for_pool (fixture);
  GstSysmemBufferPool *pool;

  gst_consumer_join (&first, 1);
  refuse (&first, 2);
  wait_until_heard (fixture);
  refuse_next (&second);
  gst_consumer_join (&first, 1);
  pool = gst_upstream_get_pool (asking);
  assert_goes_on (fixture, &first, pool);
  gst_upstream_give_up_pool (old);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&second);
  gst_consumer_leave (&first);
}

/* A consumer that is paused while it waits for the daemon, for example. */
static void
test_one_that_has_bound_and_refuses (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstSysmemBufferPool *next;
  GstConsumer both[2];
  GThread *asking;

  for (guint i = 0; i < 2; i++)
    gst_consumer_greet (&both[i], fixture, "video/x-raw");
  asking = gst_upstream_ask_for_pool (fixture);
  gst_consumer_join (&both[0], 1);
  refuse (&both[0], 1);
  wait_until_heard (fixture);
  gst_consumer_join (&both[1], 1);
  pool = gst_upstream_get_pool (asking);
  assert_goes_on (fixture, &both[1], pool);
  next = gst_upstream_negotiate (fixture, both, 2, 1);
  gst_upstream_show (fixture, next);
  for (guint i = 0; i < 2; i++)
    gst_consumer_release (&both[i], gst_consumer_see (&both[i]));
  gst_upstream_give_up_pool (pool);
  gst_upstream_give_up_pool (next);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&both[i]);
}

/* That happens to it when the sink has its buffers already, and has begun. */
static void
test_one_that_refuses_late (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstSysmemBufferPool *next;
  GstSysmemMessage frame;
  GstConsumer consumer;

  gst_consumer_greet (&consumer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &consumer, 1, 1);
  gst_upstream_show (fixture, pool);
  frame = gst_consumer_see (&consumer);
  refuse (&consumer, frame.generation);
  gst_consumer_release (&consumer, frame);
  wait_until_heard (fixture);
  next = gst_upstream_negotiate (fixture, &consumer, 1, 1);
  assert_goes_on (fixture, &consumer, next);
  gst_upstream_give_up_pool (pool);
  gst_upstream_give_up_pool (next);
  gst_consumer_leave (&consumer);
}

/* It turns its token in and keeps that to itself: somebody should know why it is sent away. */
static void
test_one_that_does_not_say_that_it_has_bound (Fixture *fixture, gconstpointer data)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemConstraints) nothing = sysmem_constraints_new (0);
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GstStructure) told = NULL;
  g_autoptr (GError) error = NULL;
  GstConsumer silent;
  GThread *asking;

  g_object_set (fixture->sink.element, "stall-timeout", 2 * GST_SECOND, NULL);
  gst_consumer_greet (&silent, fixture, "video/x-raw");
  asking = gst_upstream_ask_for_pool (fixture);
  gst_peer_wait_for (silent.link, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  collection = sysmem_client_bind (fixture->world.client, invitation.fd, nothing, NULL, &error);
  g_assert_no_error (error);
  gst_peer_assert_dismissed (silent.link, "that it has bound its token");
  told = gst_line_wait_for (&fixture->sink, "sysmem-consumer-unserved");
  gst_upstream_give_up_pool (gst_upstream_get_pool (asking));
  gst_consumer_leave (&silent);
}

/* It has ended its stream and given its claim back to the daemon, but no frames: another one cannot have
 * these, and upstream needs some. */
static void
test_one_that_keeps_what_it_gave_up (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstSysmemBufferPool *next;
  GstConsumer hoarder;
  GstConsumer honest;
  GThread *asking;

  g_object_set (fixture->sink.element, "min-buffers", 8, NULL);
  gst_consumer_greet (&hoarder, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &hoarder, 1, 4);
  g_assert_cmpuint (gst_sysmem_buffer_pool_get_n_buffers (pool), ==, 8);
  for (guint i = 0; i < 4; i++)
    gst_upstream_show (fixture, pool);
  gst_peer_say (hoarder.link, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_EOS });
  gst_world_release (hoarder.collection);
  g_clear_object (&hoarder.collection);
  gst_consumer_greet (&honest, fixture, "video/x-raw");
  gst_consumer_join (&honest, 5);
  gst_peer_say (honest.link,
                (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_READY, .generation = 1 });
  wait_until_heard (fixture);
  asking = gst_upstream_ask_for_pool (fixture);
  gst_consumer_join (&honest, 5);
  next = gst_upstream_get_pool (asking);
  assert_goes_on (fixture, &honest, next);
  gst_upstream_give_up_pool (pool);
  gst_upstream_give_up_pool (next);
  gst_consumer_leave (&hoarder);
  gst_consumer_leave (&honest);
}

/* It keeps its token and never turns it in. */
static void
assert_nobody_waits_after (Fixture *fixture, GstSysmemMessageType last_word)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  GstSysmemBufferPool *pool;
  GstConsumer gone;
  GstConsumer honest;
  GThread *asking;

  gst_consumer_greet (&gone, fixture, "video/x-raw");
  asking = gst_upstream_ask_for_pool (fixture);
  gst_peer_wait_for (gone.link, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  gst_peer_say (gone.link, (GstSysmemMessage){ .type = last_word });
  gst_consumer_greet (&honest, fixture, "video/x-raw");
  gst_consumer_join (&honest, 2);
  pool = gst_upstream_get_pool (asking);
  assert_goes_on (fixture, &honest, pool);
  gst_upstream_give_up_pool (pool);
  gst_sysmem_channel_unref (gone.link);
  gst_consumer_leave (&honest);
}

static void
test_one_that_ends_when_invited (Fixture *fixture, gconstpointer data)
{
  assert_nobody_waits_after (fixture, GST_SYSMEM_MESSAGE_EOS);
}

static void
test_one_that_leaves_when_invited (Fixture *fixture, gconstpointer data)
{
  assert_nobody_waits_after (fixture, GST_SYSMEM_MESSAGE_BYE);
}

/* Binds with more than any buffer has, in so many alternatives that the daemon gives up. */
static SysmemCollection *
bind_to_nothing (Fixture *fixture, GstSysmemMessage *invitation)
{
  g_autoptr (SysmemToken) token =
    sysmem_token_new_from_fd (fixture->world.client, sysmem_fd_steal (&invitation->fd));
  g_autoptr (SysmemConstraints) constraints = sysmem_constraints_new (SYSMEM_USAGE_CPU_READ_OFTEN);
  g_autoptr (SysmemMemoryConstraints) memory = sysmem_memory_constraints_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemGroup) group = sysmem_token_create_group (token, NULL, &error);
  SysmemCollection *collection;

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (SysmemToken) child =
        sysmem_group_create_child (group, SYSMEM_RIGHTS_READ, NULL, &error);

      g_assert_true (sysmem_node_release (SYSMEM_NODE (child), NULL, &error));
    }
  g_assert_true (sysmem_group_all_children_present (group, TRUE, NULL, &error));
  g_object_set (memory, "min-size-bytes", (guint64)1 << 50, NULL);
  g_object_set (constraints, "buffer-memory-constraints", memory, NULL);
  collection = sysmem_token_bind (token, constraints, NULL, &error);
  g_assert_no_error (error);
  return collection;
}

/* Whatever becomes of a negotiation because of one consumer is no reason for the producer to fail. */
static void
test_one_that_wants_too_much (Fixture *fixture, gconstpointer data)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (SysmemCollection) nothing = NULL;
  GstSysmemBufferPool *pool;
  GstConsumer modest;
  GstConsumer greedy;
  GThread *asking;

  gst_consumer_greet (&modest, fixture, "video/x-raw");
  gst_consumer_greet (&greedy, fixture, "video/x-raw");
  asking = gst_upstream_ask_for_pool (fixture);
  gst_consumer_join (&modest, 1);
  gst_peer_wait_for (greedy.link, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  nothing = bind_to_nothing (fixture, &invitation);
  gst_consumer_join (&modest, 1);
  pool = gst_upstream_get_pool (asking);
  assert_goes_on (fixture, &modest, pool);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&greedy);
  gst_consumer_leave (&modest);
}

/* Keeps the sink's own thread busy while it is locked. */
static GMutex busy;
static gint is_busy; /* atomic */

static gboolean
answer_when_unlocked (GstPad *pad, GstObject *parent, GstQuery *query)
{
  g_atomic_int_set (&is_busy, TRUE);
  g_mutex_lock (&busy);
  g_mutex_unlock (&busy);
  return gst_pad_query_default (pad, parent, query);
}

static void
keep_busy (Fixture *fixture, GstConsumer *newcomer)
{
  gst_pad_set_query_function (fixture->pad, answer_when_unlocked);
  g_atomic_int_set (&is_busy, FALSE);
  g_mutex_lock (&busy);
  *newcomer = (GstConsumer){ fixture, gst_peer_connect (fixture->world.path), NULL, NULL };
  gst_peer_say_hello (newcomer->link, "video/x-raw");
  while (!g_atomic_int_get (&is_busy))
    g_thread_yield ();
}

/* The daemon sees somebody die, and the sink is busy: those who live are not to blame. */
static void
die_unseen (Fixture *fixture, gboolean is_invited)
{
  g_auto (GstSysmemMessage) in_vain = GST_SYSMEM_MESSAGE_INIT;
  g_auto (GstSysmemMessage) last = GST_SYSMEM_MESSAGE_INIT;
  GstConsumer mortal;
  GstConsumer survivor;
  GstConsumer newcomer;
  GThread *asking;

  gst_consumer_greet (&mortal, fixture, "video/x-raw");
  gst_consumer_greet (&survivor, fixture, "video/x-raw");
  keep_busy (fixture, &newcomer);
  if (!is_invited)
    g_clear_pointer (&mortal.link, gst_sysmem_channel_unref);
  asking = gst_upstream_ask_for_pool (fixture);
  gst_peer_wait_for (survivor.link, GST_SYSMEM_MESSAGE_GENERATION, &in_vain);
  if (is_invited)
    gst_peer_wait_for (mortal.link, GST_SYSMEM_MESSAGE_GENERATION, &last);
  g_clear_pointer (&mortal.link, gst_sysmem_channel_unref);
  gst_sysmem_message_clear (&last); /* with its token */
  gst_consumer_join (&survivor, 1);
  g_mutex_unlock (&busy);
  gst_upstream_give_up_pool (gst_upstream_get_pool (asking));
  gst_sysmem_channel_unref (mortal.return_path);
  gst_consumer_leave (&newcomer);
  gst_consumer_leave (&survivor);
}

static void
test_one_that_dies_before_it_is_invited (Fixture *fixture, gconstpointer data)
{
  die_unseen (fixture, FALSE);
}

static void
test_one_that_dies_when_it_is_invited (Fixture *fixture, gconstpointer data)
{
  die_unseen (fixture, TRUE);
}

static gpointer
ask_in_vain (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (fixture->pad);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);

  g_assert_false (gst_pad_peer_query (fixture->pad, query));
  return NULL;
}

/* A seek comes in between. */
static void
test_flushing (Fixture *fixture, gconstpointer data)
{
  GstConsumer first;
  GstConsumer second;
  GstSysmemBufferPool *old = start (fixture, &first, &second);
  GThread *asking = g_thread_new ("upstream", ask_in_vain, fixture);
  GstSysmemBufferPool *pool;
  GstConsumer both[2];

  gst_consumer_join (&first, 1);
  g_assert_true (gst_pad_push_event (fixture->pad, gst_event_new_flush_start ()));
  (void)g_thread_join (asking);
  g_assert_true (gst_pad_push_event (fixture->pad, gst_event_new_flush_stop (TRUE)));
  gst_upstream_begin_segment (fixture, GST_FORMAT_TIME);
  refuse_next (&second);
  both[0] = first;
  both[1] = second;
  pool = gst_upstream_negotiate (fixture, both, 2, 1);
  gst_upstream_show (fixture, pool);
  for (guint i = 0; i < 2; i++)
    gst_consumer_release (&both[i], gst_consumer_see (&both[i]));
  gst_upstream_give_up_pool (old);
  gst_upstream_give_up_pool (pool);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&both[i]);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, "stall-timeout=18446744073709551615", gst_upstream_start, test,
              gst_upstream_stop);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/attempts/refused-again", test_one_that_refuses_again);
  add ("/attempts/refused-because-of-another", test_one_that_refuses_because_of_another);
  add ("/attempts/bound-and-refused", test_one_that_has_bound_and_refuses);
  add ("/attempts/refused-late", test_one_that_refuses_late);
  add ("/attempts/kept", test_one_that_keeps_what_it_gave_up);
  add ("/attempts/too-much", test_one_that_wants_too_much);
  add ("/attempts/bound-in-silence", test_one_that_does_not_say_that_it_has_bound);
  add ("/attempts/dead/before", test_one_that_dies_before_it_is_invited);
  add ("/attempts/dead/invited", test_one_that_dies_when_it_is_invited);
  add ("/attempts/invited/ends", test_one_that_ends_when_invited);
  add ("/attempts/invited/leaves", test_one_that_leaves_when_invited);
  add ("/attempts/flushing", test_flushing);
  return g_test_run ();
}
