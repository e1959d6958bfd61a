/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is said in the log, and when: by a clock of the test's own, so that nobody waits. */

#include <gio/gio.h>

#include "common/smc-codec.h"
#include "heaps/smd-fake-heap.h"
#include "server/smd-buffer.h"
#include "server/smd-client.h"
#include "server/smd-dump.h"
#include "server/smd-stall.h"
#include "support.h"
#include <string.h>
#include <unistd.h>

#define SECONDS(n) ((n) * (gint64)G_USEC_PER_SEC)
#define UID 1000

/* Of the lines since it was last emptied: a GHashTable of fields each. */
static GPtrArray *lines;

static GLogWriterOutput
capture (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  GHashTable *line = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (gsize i = 0; i < n_fields; i++)
    g_hash_table_insert (line, g_strdup (fields[i].key),
                         fields[i].length < 0
                           ? g_strdup (fields[i].value)
                           : g_strndup (fields[i].value, (gsize)fields[i].length));
  g_ptr_array_add (lines, line);
  return G_LOG_WRITER_HANDLED;
}

typedef struct
{
  gint64 now;
  SmdServer *server;
  SmdClient *client;
  GArray *tokens; /* of the tree, the root first */
} Fixture;

static gint64
read_clock (gpointer data)
{
  const Fixture *fixture = data;

  return fixture->now;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GPtrArray *heaps = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_heap_unref);
  SmcLimits limits;

  smc_limits_init (&limits, G_GUINT64_CONSTANT (1) << 30);
  g_ptr_array_add (heaps, smd_fake_heap_new_from_spec ("system", NULL));
  fixture->now = SECONDS (1000);
  fixture->server = smd_server_new (&limits, sme_policy_new (), heaps);
  smd_timers_free (fixture->server->timers);
  fixture->server->timers = smd_timers_new_with_clock (NULL, read_clock, fixture);
  fixture->client = smd_client_new (fixture->server, ":1.5", UID, getpid ());
  fixture->tokens = smd_new_tokens_new ();
  lines = g_ptr_array_new_with_free_func ((GDestroyNotify)g_hash_table_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_array_unref (fixture->tokens);
  smd_server_free (fixture->server);
  g_clear_pointer (&lines, g_ptr_array_unref);
}

static void
pass (Fixture *fixture, gint64 time)
{
  fixture->now += time;
  run_pending ();
}

/* A root and a duplicate, with the names of participants. */
static SmdCollection *
make_tree (Fixture *fixture)
{
  static const char *const names[] = { "camera", "\"shell\"" };
  const guint32 masks[] = { G_MAXUINT32 };
  g_autoptr (GError) error = NULL;

  (void)smd_collection_new_shared (fixture->client, FALSE, masks, G_N_ELEMENTS (masks),
                                   fixture->tokens, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    smd_node_set_debug_info (g_array_index (fixture->tokens, SmdNewToken, i).node, names[i], i + 5);
  return g_array_index (fixture->tokens, SmdNewToken, 0).node->collection;
}

static SmePrepared *
prepare (const char *said)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed (said));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &error);
  SmePrepared *prepared;

  g_assert_no_error (error);
  prepared = sme_prepared_new (constraints, &error);
  g_assert_no_error (error);
  return prepared;
}

static SmdNode *
bind_token (Fixture *fixture, guint i, const char *said)
{
  SmdNode *token = g_array_index (fixture->tokens, SmdNewToken, i).node;
  g_autoptr (SmePrepared) prepared = prepare (said);
  g_autoptr (GError) error = NULL;

  (void)smd_node_bind (token, fixture->client, FALSE, prepared, &error);
  g_assert_no_error (error);
  return token;
}

#define WANTS_TWO_PAGES \
  "{'usage': <['cpu-write']>, 'min_buffer_count_for_camping': <uint32 2>," \
  " 'buffer_memory_constraints': <{'min_size_bytes': <uint64 4096>}>}"
#define WANTS_LITTLE \
  "{'usage': <['cpu-read']>, 'buffer_memory_constraints': <{'max_size_bytes': <uint64 100>}>}"

/* The field of the one line there is; NULL: the line lacks it. */
static const char *
get_field (const char *field)
{
  g_assert_cmpuint (lines->len, ==, 1);
  return g_hash_table_lookup (lines->pdata[0], field);
}

static void
assert_field (const char *field, const char *value)
{
  g_assert_cmpstr (get_field (field), ==, value);
}

static void
assert_number (const char *field, guint64 number)
{
  g_autofree char *value = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  assert_field (field, value);
}

static void
test_stall_names_who_is_missing (Fixture *fixture, gconstpointer data)
{
  SmdCollection *collection = make_tree (fixture);

  (void)bind_token (fixture, 0, WANTS_TWO_PAGES);
  pass (fixture, SECONDS (5) - 1);
  g_assert_cmpuint (lines->len, ==, 0);
  pass (fixture, 1);
  assert_field ("SYSMEM_EVENT", "stalled");
  assert_number ("SYSMEM_COLLECTION", collection->id);
  assert_number ("SYSMEM_UID", UID);
  assert_field ("SYSMEM_MISSING", "\"\\\"shell\\\"\" (id 6)");
  assert_number ("SYSMEM_SECONDS", 5);
  g_assert_nonnull (strstr (get_field ("MESSAGE"), "shell"));
}

static void
test_stall_is_told_twice (Fixture *fixture, gconstpointer data)
{
  (void)make_tree (fixture);
  pass (fixture, SECONDS (5));
  g_ptr_array_set_size (lines, 0);
  pass (fixture, SECONDS (30) - 1);
  g_assert_cmpuint (lines->len, ==, 0);
  pass (fixture, 1);
  assert_field ("SYSMEM_EVENT", "stalled");
  assert_number ("SYSMEM_SECONDS", 35);
  g_ptr_array_set_size (lines, 0);
  pass (fixture, SECONDS (100000));
  g_assert_cmpuint (lines->len, ==, 0);
}

static void
test_stall_deadline_of_a_client (Fixture *fixture, gconstpointer data)
{
  SmdCollection *collection = make_tree (fixture);

  smd_stall_set_deadline (collection, fixture->now + SECONDS (1));
  pass (fixture, SECONDS (1));
  assert_number ("SYSMEM_SECONDS", 1);
  pass (fixture, SECONDS (5)); /* the default deadline is no more */
  g_assert_cmpuint (lines->len, ==, 1);
}

static void
test_no_stall_once_allocated (Fixture *fixture, gconstpointer data)
{
  (void)make_tree (fixture);
  (void)bind_token (fixture, 0, WANTS_TWO_PAGES);
  (void)bind_token (fixture, 1, "{'usage': <['cpu-read']>}");
  g_ptr_array_set_size (lines, 0);
  pass (fixture, SECONDS (100));
  g_assert_cmpuint (lines->len, ==, 0);
}

static void
test_allocated (Fixture *fixture, gconstpointer data)
{
  SmdCollection *collection = make_tree (fixture);

  smd_collection_set_name (collection, 1, "frames");
  (void)bind_token (fixture, 0, WANTS_TWO_PAGES);
  g_assert_cmpuint (lines->len, ==, 0);
  (void)bind_token (fixture, 1, "{'usage': <['cpu-read']>}");
  assert_field ("SYSMEM_EVENT", "allocated");
  assert_number ("SYSMEM_COLLECTION", collection->id);
  assert_field ("SYSMEM_NAME", "frames");
  assert_field ("SYSMEM_HEAP", "system");
  assert_number ("SYSMEM_BUFFERS", 2);
  assert_number ("SYSMEM_BYTES", 8192);
  assert_field ("SYSMEM_FORMAT", NULL);
  assert_field ("SYSMEM_PARTICIPANTS", "\"camera\" (id 5), \"\\\"shell\\\"\" (id 6)");
  g_assert_nonnull (strstr (get_field ("MESSAGE"), "\"frames\""));
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  (void)make_tree (fixture);
  (void)bind_token (fixture, 0, WANTS_TWO_PAGES);
  (void)bind_token (fixture, 1, WANTS_LITTLE);
  assert_field ("SYSMEM_EVENT", "failed");
  assert_field ("SYSMEM_ERROR", "org.sysmem.Sysmem1.Error.ConstraintsIntersectionEmpty");
  g_assert_nonnull (strstr (get_field ("MESSAGE"), "camera"));
  g_assert_nonnull (strstr (get_field ("MESSAGE"), "shell"));
}

static void
test_failed_by_somebodys_end (Fixture *fixture, gconstpointer data)
{
  SmdNode *node;

  (void)make_tree (fixture);
  node = bind_token (fixture, 0, WANTS_TWO_PAGES);
  smd_node_fail (node, "it fell over");
  assert_field ("SYSMEM_EVENT", "failed");
  assert_field ("SYSMEM_ERROR", "org.sysmem.Sysmem1.Error.Unspecified");
  g_assert_nonnull (strstr (get_field ("MESSAGE"), "it fell over"));
}

static void
test_released (Fixture *fixture, gconstpointer data)
{
  (void)make_tree (fixture);
  smd_node_release (g_array_index (fixture->tokens, SmdNewToken, 0).node);
  g_assert_cmpuint (lines->len, ==, 0);
  smd_node_release (g_array_index (fixture->tokens, SmdNewToken, 1).node);
  assert_field ("SYSMEM_EVENT", "released");
}

/* A process that has @fd open until it is told to end. Takes @fd. */
static GSubprocess *
hold (SmdFd *fd)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GError) error = NULL;
  GSubprocess *holder;

  g_subprocess_launcher_take_fd (launcher, smd_fd_steal (fd), 3);
  holder = g_subprocess_launcher_spawn (launcher, &error, "cat", NULL);
  g_assert_no_error (error);
  return holder;
}

/* A weak participant keeps its buffer when the last strong one has gone. */
static void
test_leak_names_who_holds_what (Fixture *fixture, gconstpointer data)
{
  SmdCollection *collection = make_tree (fixture);
  SmdNode *weak = g_array_index (fixture->tokens, SmdNewToken, 1).node;
  SmdNode *strong;
  g_autoptr (GError) error = NULL;
  g_auto (SmdFd) kept = -1;
  g_autoptr (GSubprocess) holder = NULL;
  g_autofree char *expected = NULL;
  guint64 id = collection->id;

  (void)smd_node_set_weak (weak, &error);
  g_assert_no_error (error);
  strong = bind_token (fixture, 0, WANTS_TWO_PAGES);
  (void)bind_token (fixture, 1, "{'usage': <['cpu-read']>}");
  kept =
    smd_memory_open (((SmdBuffer *)collection->buffers->pdata[1])->memory, SMD_ACCESS_WEAK, &error);
  g_assert_no_error (error);
  holder = hold (&kept);
  smd_node_release (strong);
  g_ptr_array_set_size (lines, 0);
  pass (fixture, SECONDS (5));
  for (guint i = 0; lines->len == 0 && i < 1000; i++)
    g_main_context_iteration (NULL, TRUE);
  assert_field ("SYSMEM_EVENT", "leaked");
  assert_number ("SYSMEM_COLLECTION", id);
  assert_number ("SYSMEM_BUFFERS", 1);
  expected = g_strdup_printf ("\"cat\" (pid %s)", g_subprocess_get_identifier (holder));
  assert_field ("SYSMEM_HOLDERS", expected);
  g_subprocess_force_exit (holder);
  g_assert_true (g_subprocess_wait (holder, NULL, NULL));
}

static void
test_dump_tells_everything (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) all = g_string_new (NULL);

  (void)make_tree (fixture);
  smd_dump_server (fixture->server);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (all, "%s\n",
                            (const char *)g_hash_table_lookup (lines->pdata[i], "MESSAGE"));
  for (const char *const *word = (const char *const[]){ "Heap system", "Client :1.5", "uid 1000",
                                                        "camera", "shell", "waits for", NULL };
       *word != NULL; word++)
    if (strstr (all->str, *word) == NULL)
      g_error ("no “%s” in:\n%s", *word, all->str);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (capture, NULL, NULL);
  /* Newer versions of GLib print g_message () in tests, and pass it on to nobody. */
  g_log_set_default_handler (g_log_default_handler, NULL);

  add ("/journal/stall/names-who-is-missing", test_stall_names_who_is_missing);
  add ("/journal/stall/is-told-twice", test_stall_is_told_twice);
  add ("/journal/stall/deadline-of-a-client", test_stall_deadline_of_a_client);
  add ("/journal/stall/not-once-allocated", test_no_stall_once_allocated);
  add ("/journal/outcome/allocated", test_allocated);
  add ("/journal/outcome/failed", test_failed);
  add ("/journal/outcome/failed-by-somebodys-end", test_failed_by_somebodys_end);
  add ("/journal/outcome/released", test_released);
  add ("/journal/leak/names-who-holds-what", test_leak_names_who_holds_what);
  add ("/journal/dump/tells-everything", test_dump_tells_everything);

  return g_test_run ();
}
