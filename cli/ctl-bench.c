/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How quick the daemon is on this machine, with this bus. The bus decides how long a call takes, so
 * each thing is compared with as many empty calls to the same process: it and they take turns, a
 * round's times are medians, and of the rounds the one with the median ratio counts. */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-table.h"

#include <glib/gi18n.h>

#define N_ROUNDS 5
#define PAGE 4096

static int n_runs = 40;

static const GOptionEntry options[] = {
  { "runs", 0, 0, G_OPTION_ARG_INT, &n_runs, N_ ("How often in each of five rounds (40)"),
    N_ ("N") },
  G_OPTION_ENTRY_NULL,
};

static const CtlColumn columns[] = {
  { N_ ("WHAT"), FALSE },       { N_ ("CALLS"), TRUE }, { N_ ("µs"), TRUE },
  { N_ ("EMPTY CALLS"), TRUE }, { N_ ("RATIO"), TRUE }, { NULL },
};

typedef gboolean (*Task) (CtlContext *context, GError **error);

typedef struct
{
  double ours, reference; /* microseconds */
} Times;

static gboolean
call_empty (CtlContext *context, GError **error)
{
  g_autoptr (GVariant) reply =
    ctl_context_call (context, "org.freedesktop.DBus.Peer", "Ping", NULL, "()", error);

  return reply != NULL;
}

static SysmemConstraints *
describe (guint n_buffers)
{
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "min-size-bytes", (guint64)PAGE, NULL);

  return g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_READ,
                       "min-buffer-count-for-camping", n_buffers, "buffer-memory-constraints",
                       memory, NULL);
}

static gboolean
make_token (CtlContext *context, GError **error)
{
  g_autoptr (SysmemToken) token = sysmem_client_allocate_shared (context->client, NULL, error);

  return token != NULL && sysmem_node_release (SYSMEM_NODE (token), NULL, error);
}

static gboolean
dry_run (CtlContext *context, GError **error)
{
  g_autoptr (SysmemConstraints) constraints = describe (1);
  SysmemConstraints *participants[] = { constraints, constraints };
  g_autoptr (SysmemSettings) settings = sysmem_client_check_constraints (
    context->client, participants, G_N_ELEMENTS (participants), NULL, error);

  return settings != NULL;
}

static gboolean
make_buffers (CtlContext *context, guint n, GError **error)
{
  g_autoptr (SysmemConstraints) constraints = describe (n);
  g_autoptr (SysmemCollection) collection =
    sysmem_client_allocate_non_shared (context->client, constraints, NULL, error);

  return collection != NULL && sysmem_collection_wait (collection, NULL, error)
         && sysmem_node_release (SYSMEM_NODE (collection), NULL, error);
}

static gboolean
make_few_buffers (CtlContext *context, GError **error)
{
  return make_buffers (context, 4, error);
}

static gboolean
make_many_buffers (CtlContext *context, GError **error)
{
  return make_buffers (context, 128, error);
}

static gboolean
negotiate (CtlContext *context, GError **error)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_SAME };
  g_autoptr (SysmemConstraints) constraints = describe (2);
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (SysmemCollection) first = NULL;
  g_autoptr (SysmemCollection) second = NULL;

  tokens = sysmem_client_allocate_shared_many (context->client, rights, G_N_ELEMENTS (rights), NULL,
                                               error);
  if (tokens == NULL)
    return FALSE;
  first = sysmem_token_bind (tokens->pdata[0], constraints, NULL, error);
  if (first == NULL)
    return FALSE;
  second = sysmem_token_bind (tokens->pdata[1], constraints, NULL, error);
  return second != NULL && sysmem_collection_wait (first, NULL, error)
         && sysmem_collection_wait (second, NULL, error)
         && sysmem_node_release (SYSMEM_NODE (first), NULL, error)
         && sysmem_node_release (SYSMEM_NODE (second), NULL, error);
}

static const struct
{
  const char *key; /* in JSON */
  const char *name;
  guint n_calls;
  Task task;
} subjects[] = {
  { "token", N_ ("make and release a token"), 2, make_token },
  { "dry-run", N_ ("dry run of two participants"), 1, dry_run },
  { "four-buffers", N_ ("4 buffers for one participant"), 3, make_few_buffers },
  { "many-buffers", N_ ("128 buffers for one participant"), 3, make_many_buffers },
  { "negotiation", N_ ("two participants agree on 4 buffers"), 7, negotiate },
};

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static double
get_median (GArray *numbers)
{
  g_array_sort (numbers, compare_doubles);
  return g_array_index (numbers, double, numbers->len / 2);
}

static gboolean
measure (CtlContext *context, Task task, guint n_times, GArray *results, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  double microseconds;

  for (guint i = 0; i < n_times; i++)
    if (!task (context, error))
      return FALSE;
  microseconds = (double)(g_get_monotonic_time () - begin);
  g_array_append_val (results, microseconds);
  return TRUE;
}

static gboolean
run_round (CtlContext *context, Task task, guint n_calls, Times *times, GError **error)
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) reference = g_array_new (FALSE, FALSE, sizeof (double));

  for (int i = 0; i < n_runs; i++)
    if (!measure (context, task, 1, ours, error)
        || !measure (context, call_empty, n_calls, reference, error))
      return FALSE;
  times->ours = get_median (ours);
  times->reference = MAX (get_median (reference), 1);
  return TRUE;
}

static int
compare_ratios (gconstpointer a, gconstpointer b)
{
  const Times *x = a;
  const Times *y = b;
  double ratio_of_x = x->ours / x->reference;
  double ratio_of_y = y->ours / y->reference;

  return ratio_of_x < ratio_of_y ? -1 : ratio_of_x > ratio_of_y;
}

static gboolean
compare (CtlContext *context, Task task, guint n_calls, Times *median, GError **error)
{
  Times rounds[N_ROUNDS];

  for (guint i = 0; i < N_ROUNDS; i++)
    if (!run_round (context, task, n_calls, &rounds[i], error))
      return FALSE;
  qsort (rounds, N_ROUNDS, sizeof rounds[0], compare_ratios);
  *median = rounds[N_ROUNDS / 2];
  return TRUE;
}

static void
add_json (JsonArray *array, guint subject, const Times *times)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "what", subjects[subject].key);
  json_object_set_int_member (object, "calls", subjects[subject].n_calls);
  json_object_set_double_member (object, "usec", times->ours);
  json_object_set_double_member (object, "empty_calls_usec", times->reference);
  json_object_set_double_member (object, "ratio", times->ours / times->reference);
  json_array_add_object_element (array, object);
}

static void
add_row (CtlTable *table, guint subject, const Times *times)
{
  ctl_table_add_cell (table, "%s", _ (subjects[subject].name));
  ctl_table_add_cell (table, "%u", subjects[subject].n_calls);
  ctl_table_add_cell (table, "%.0f", times->ours);
  ctl_table_add_cell (table, "%.0f", times->reference);
  ctl_table_add_cell (table, "%.2f", times->ours / times->reference);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (CtlTable) table = ctl_table_new (columns);
  g_autoptr (JsonArray) array = json_array_new ();

  if (n_runs < 1)
    {
      ctl_set_usage_error (error, _ ("--runs=%d: at least one is needed"), n_runs);
      return FALSE;
    }
  if (!ctl_context_connect (context, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      Times times;

      if (!compare (context, subjects[i].task, subjects[i].n_calls, &times, error))
        return FALSE;
      add_row (table, i, &times);
      add_json (array, i, &times);
    }
  if (context->json)
    ctl_json_print (json_node_init_array (json_node_alloc (), array));
  else
    ctl_table_print (table);
  return TRUE;
}

const CtlCommand ctl_bench = {
  .name = "bench",
  .summary = N_ ("Measure the daemon, compared with empty calls over the same bus"),
  .options = options,
  .run = run,
};
