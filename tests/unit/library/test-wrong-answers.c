/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A daemon that answers what the contract does not allow. Every call says so in an error that names
 * what is wrong, and no file descriptor that came with the answer stays. */

#include "every-call.h"
#include "fake-daemon.h"
#include "own-fds.h"
#include "unit/sentence.h"
#include <string.h>

static void
assert_refused (FakeDaemon *daemon, EveryCallFunc call, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (call (daemon->client, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
  sentence_check (error->message);
  if (strstr (error->message, sentence) == NULL)
    g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_type (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_answer (&daemon, every_call[i].method, "('nonsense', 4)", 1);
  assert_refused (&daemon, every_call[i].call, "the daemon's reply is of type (si), not (");
  fake_daemon_answer (&daemon, every_call[i].method, NULL, 0);
  assert_refused (&daemon, every_call[i].call, "the daemon's reply is of type (), not (");
  fake_daemon_stop (&daemon);
}

typedef struct
{
  const char *name;
  EveryCallFunc call;
  const char *method;
  const char *body;
  guint n_fds;
  const char *sentence;
} Case;

static const Case shapes[] = {
  { "handle-without-fds", call_allocate_shared, "AllocateSharedCollection",
    "(objectpath '/n', handle 0, @a(oh) [])", 0, "the daemon's reply lacks file descriptor 0" },
  { "handle-out-of-range", call_duplicate, "Duplicate", "(objectpath '/n', handle 2)", 2,
    "the daemon's reply lacks file descriptor 2" },
  { "negative-handle", call_duplicate, "Duplicate", "(objectpath '/n', handle -1)", 1,
    "the daemon's reply lacks file descriptor -1" },
  { "tracker-out-of-range", call_attach_lifetime_tracking, "AttachLifetimeTracking", "(handle 1,)",
    1, "the daemon's reply lacks file descriptor 1" },
  { "no-further-tokens", call_allocate_many, "AllocateSharedCollection",
    "(objectpath '/n', handle 0, @a(oh) [])", 1, "the daemon's reply has 0 tokens instead of 2" },
  { "a-further-token-without-fd", call_allocate_many, "AllocateSharedCollection",
    "(objectpath '/n', handle 0, [(objectpath '/a', handle 1), (objectpath '/b', handle 2)])", 2,
    "the daemon's reply lacks file descriptor 2" },
  { "too-few-duplicates", call_duplicate_many, "DuplicateSync", "([(objectpath '/a', handle 0)],)",
    1, "the daemon's reply has 1 tokens instead of 2" },
  { "too-many-children", call_create_children, "CreateChildrenSync",
    "([(objectpath '/a', handle 0), (objectpath '/b', handle 1), (objectpath '/c', handle 2)],)", 3,
    "the daemon's reply has 3 tokens instead of 2" },
  { "a-child-without-fd", call_create_children, "CreateChildrenSync",
    "([(objectpath '/a', handle 0), (objectpath '/b', handle 1)],)", 1,
    "the daemon's reply lacks file descriptor 1" },
  { "which-buffer", call_get_buffer_info, "GetBufferInfo",
    "({'buffer_collection_id': <uint64 1>},)", 0, "the daemon does not say which buffer this is" },
  { "weak-fd-out-of-range", call_get_buffer_info, "GetBufferInfo",
    "({'buffer_collection_id': <uint64 1>, 'buffer_index': <uint64 0>, 'weak_fd': <handle 3>},)", 1,
    "the daemon's reply lacks file descriptor 3" },
  { "settings-of-a-buffer", call_get_buffer_info, "GetBufferInfo",
    "({'buffer_collection_id': <uint64 1>, 'buffer_index': <uint64 0>, "
    "'settings': <@a{sv} {}>},)",
    0, "the daemon's settings are malformed: size_bytes is missing" },
  { "settings-of-a-dry-run", call_check_constraints, "CheckConstraints", "(@a{sv} {},)", 0,
    "the daemon's settings are malformed: size_bytes is missing" },
};

static void
test_shape (gconstpointer data)
{
  const Case *wrong = data;
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_answer (&daemon, wrong->method, wrong->body, wrong->n_fds);
  assert_refused (&daemon, wrong->call, wrong->sentence);
  fake_daemon_stop (&daemon);
}

#define SETTINGS \
  "'size_bytes': <uint64 64>, 'raw_size_bytes': <uint64 4096>, 'heap': <'system'>, " \
  "'coherency_domain': <'cpu'>, 'is_physically_contiguous': <false>, 'is_secure': <false>, " \
  "'write_protection': <'enforced'>, 'usage': <['cpu-write']>"
#define TWO_BUFFERS SETTINGS ", 'buffer_count': <uint32 2>, 'buffer_type': <'memfd'>"

/* What a wait is answered: the settings, and the buffers of the message. */
static const struct
{
  const char *name;
  const char *info;
  const char *buffers;
  const char *sentence;
} deliveries[] = {
  { "no-settings", "'buffer_count': <uint32 1>", "", "malformed: size_bytes is missing" },
  { "no-count", SETTINGS ", 'buffer_type': <'memfd'>", "", "malformed: buffer_count is missing" },
  { "count-of-another-type", SETTINGS ", 'buffer_type': <'memfd'>, 'buffer_count': <2>", "",
    "malformed: buffer_count is of type i, not u" },
  { "unknown-buffer-type", SETTINGS ", 'buffer_count': <uint32 2>, 'buffer_type': <'ashmem'>", "",
    "unknown to this version of the library: buffer_type is ashmem" },
  { "image-that-is-none", TWO_BUFFERS ", 'image_format_constraints': <7>", "",
    "malformed: image_format_constraints is of type i, not a{sv}" },
  { "image-without-a-format",
    TWO_BUFFERS ", 'image_format_constraints': <{'color_space': <'srgb'>}>", "",
    "malformed: pixel_format is missing" },
  { "image-with-a-strange-bound",
    TWO_BUFFERS ", 'image_format_constraints': <{'pixel_format': <'XR24:0x0'>, 'color_space': "
                "<'srgb'>, 'min_size': <'big'>}>",
    "", "malformed: min_size is of type s, not (uu)" },
  { "strange-planes", TWO_BUFFERS ", 'planes': <[1, 2]>", "",
    "malformed: planes is of type ai, not a(tu)" },
  { "bundle-out-of-range", TWO_BUFFERS ", 'bundle': <handle 9>", "",
    "the daemon's reply lacks file descriptor 9" },
  { "bundle-that-ends", TWO_BUFFERS ", 'bundle': <handle 0>", "",
    "the bundle ends after 0 of 2 buffers" },
  { "no-buffers", TWO_BUFFERS, "", "the daemon delivered 0 buffers and no more" },
  { "some-buffers", TWO_BUFFERS, "{'index': <uint32 0>, 'fd': <handle 0>}",
    "the daemon delivered 1 buffers and no more" },
  { "a-buffer-without-index", TWO_BUFFERS, "{'fd': <handle 0>}", "a buffer has no index" },
  { "the-wrong-buffer", TWO_BUFFERS, "{'index': <uint32 1>, 'fd': <handle 0>}",
    "after 0 of 2 buffers comes number 1" },
  { "too-many-buffers", TWO_BUFFERS,
    "{'index': <uint32 0>, 'fd': <handle 0>}, {'index': <uint32 1>}, {'index': <uint32 2>}",
    "after 2 of 2 buffers comes number 2" },
  { "an-fd-that-is-none", TWO_BUFFERS, "{'index': <uint32 0>, 'fd': <0>}",
    "fd is of type i, not h" },
  { "a-lease-out-of-range", TWO_BUFFERS,
    "{'index': <uint32 0>, 'fd': <handle 0>, 'lease': <handle 4>}",
    "the daemon's reply lacks file descriptor 4" },
};

static void
test_delivery (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *body =
    g_strdup_printf ("({%s}, @aa{sv} [%s])", deliveries[i].info, deliveries[i].buffers);
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_answer (&daemon, "WaitForAllBuffersAllocated", body, 1);
  fake_daemon_answer (&daemon, "GetBuffers", "(@aa{sv} [],)", 0);
  assert_refused (&daemon, call_wait_for_buffers, deliveries[i].sentence);
  fake_daemon_stop (&daemon);
}

static void
test_buffers_smaller_than_settled (void)
{
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (SysmemBuffer) buffer = NULL;
  g_autoptr (GError) error = NULL;
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_answer (&daemon, "WaitForAllBuffersAllocated",
                      "({" SETTINGS ", 'buffer_type': <'memfd'>, 'buffer_count': <uint32 1>}, "
                      "[{'index': <uint32 0>, 'fd': <handle 0>}])",
                      1);
  collection = sysmem_client_allocate_non_shared (daemon.client, NULL, NULL, NULL);
  g_assert_true (sysmem_collection_wait (collection, NULL, &error));
  buffer = sysmem_collection_get_buffer (collection, 0);
  g_assert_null (sysmem_buffer_map (buffer, SYSMEM_MAP_READ, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
  g_assert_cmpstr (error->message, ==, "buffer 0 is not as large as was settled, 64 bytes");
  g_clear_object (&collection);
  fake_daemon_stop (&daemon);
}

static void
test_planes_beyond_the_end (void)
{
  g_autoptr (SysmemSettings) settings = NULL;
  g_autoptr (GPtrArray) planes = NULL;
  g_autoptr (GError) error = NULL;
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_answer (&daemon, "CheckConstraints",
                      "({" TWO_BUFFERS ", 'image_format_constraints': <{'pixel_format': "
                      "<'XR24:0x0'>, 'color_space': <'srgb'>}>, 'image_size': <(uint32 32, "
                      "uint32 32)>, 'planes': <[(uint64 0, uint32 128)]>},)",
                      0);
  settings = sysmem_client_check_constraints (daemon.client, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  planes = sysmem_settings_get_planes (settings, 32, 32, &error);
  g_assert_no_error (error);
  g_assert_null (sysmem_settings_get_planes (settings, 32, 33, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  fake_daemon_stop (&daemon);
}

/* Dictionaries whose keys are only told on: what makes no sense in them is as if it were absent. */
static void
test_strange_dictionaries (void)
{
  static const char *const bodies[] = {
    "(@a{sv} {},)",
    "({'outcome': <7>, 'error': <7>, 'message': <'m'>, 'conflicts': <'c'>},)",
    "({'outcome': <'what'>, 'conflicts': <[{'participants': <'p'>}]>, 'rejected': <[@a{sv} {}]>},)",
  };
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (SysmemCollection) collection =
        sysmem_client_allocate_non_shared (daemon.client, NULL, NULL, NULL);
      g_autoptr (SysmemExplanation) explanation = NULL;
      g_autoptr (GError) failure = NULL;
      g_autofree char *text = NULL;

      fake_daemon_answer (&daemon, "Explain", bodies[i], 0);
      explanation = sysmem_node_explain (SYSMEM_NODE (collection), NULL, NULL);
      g_assert_cmpint (sysmem_explanation_get_outcome (explanation), ==, SYSMEM_OUTCOME_PENDING);
      failure = sysmem_explanation_dup_failure (explanation);
      g_assert_no_error (failure);
      text = sysmem_explanation_to_string (explanation);
      g_assert_nonnull (text);
    }
  fake_daemon_stop (&daemon);
}

static void
test_strange_heaps (void)
{
  g_autoptr (GPtrArray) heaps = NULL;
  g_autoptr (GError) error = NULL;
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_answer (&daemon, "ListHeaps",
                      "([('a', @a{sv} {}), ('b', {'formats': <7>, 'coherency_domains': <'cpu'>, "
                      "'secure': <'yes'>, 'buffer_type': <false>})],)",
                      0);
  heaps = sysmem_client_list_heaps (daemon.client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (heaps->len, ==, 2);
  fake_daemon_stop (&daemon);
}

static void
test_an_unknown_error (void)
{
  g_autoptr (GError) error = NULL;
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_refuse (&daemon, "AllocateSharedCollection", "org.sysmem.Sysmem1.Error.New", "so");
  g_assert_false (call_allocate_shared (daemon.client, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_DBUS_ERROR);
  g_assert_cmpstr (error->message, ==, "so");
  fake_daemon_stop (&daemon);
}

/* Every test leaves as many file descriptors as there were. */
typedef struct
{
  void (*test) (gconstpointer data);
  void (*plain) (void);
  gconstpointer data;
} Counted;

static void
run_counted (gconstpointer data)
{
  const Counted *counted = data;
  guint before = own_fds_count ();

  if (counted->test != NULL)
    counted->test (counted->data);
  else
    counted->plain ();
  g_assert_cmpuint (own_fds_count (), ==, before);
}

static void
add (const char *group, const char *name, void (*test) (gconstpointer), gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/wrong-answers/%s/%s", group, name);
  Counted counted = { test, NULL, data };

  g_test_add_data_func_full (path, g_memdup2 (&counted, sizeof counted), run_counted, g_free);
}

static void
add_plain (const char *path, void (*test) (void))
{
  Counted counted = { NULL, test, NULL };

  g_test_add_data_func_full (path, g_memdup2 (&counted, sizeof counted), run_counted, g_free);
}

/* GDBus keeps a thread with fds of its own from its first use on. */
static void
warm_up (void)
{
  FakeDaemon daemon;

  fake_daemon_start (&daemon);
  fake_daemon_stop (&daemon);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  warm_up ();
  for (guint i = 0; every_call[i].method != NULL; i++)
    add ("type", every_call[i].method, test_type, GUINT_TO_POINTER (i));
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    add ("shape", shapes[i].name, test_shape, &shapes[i]);
  for (guint i = 0; i < G_N_ELEMENTS (deliveries); i++)
    add ("delivery", deliveries[i].name, test_delivery, GUINT_TO_POINTER (i));
  add_plain ("/wrong-answers/small-buffers", test_buffers_smaller_than_settled);
  add_plain ("/wrong-answers/planes-beyond-the-end", test_planes_beyond_the_end);
  add_plain ("/wrong-answers/strange-dictionaries", test_strange_dictionaries);
  add_plain ("/wrong-answers/strange-heaps", test_strange_heaps);
  add_plain ("/wrong-answers/unknown-error", test_an_unknown_error);
  return g_test_run ();
}
