/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-holder-search.h"

#include "server/smd-buffer.h"

typedef struct
{
  SmdCollection *collection; /* a reference */
  SmdHoldersFound found;
  gpointer data;
  GDestroyNotify destroy;
} Question;

struct _SmdHolderSearch
{
  GPtrArray *asked;   /* of Question, for the next walk */
  GPtrArray *walking; /* of Question, of the walk under way; NULL: there is none */
  GCancellable *walk;
  SmdHolderTable *table; /* while they are answered */
  guint answering;       /* an idle source */
};

static void
question_free (Question *question)
{
  if (question->destroy != NULL)
    question->destroy (question->data);
  smd_collection_unref (question->collection);
  g_free (question);
}

static GPtrArray *
questions_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)question_free);
}

SmdHolderSearch *
smd_holder_search_new (void)
{
  SmdHolderSearch *search = g_new0 (SmdHolderSearch, 1);

  search->asked = questions_new ();
  return search;
}

void
smd_holder_search_free (SmdHolderSearch *search)
{
  g_cancellable_cancel (search->walk); /* on_walked () must not look at us */
  g_clear_object (&search->walk);
  g_clear_handle_id (&search->answering, g_source_remove);
  g_clear_pointer (&search->table, g_hash_table_unref);
  g_clear_pointer (&search->walking, g_ptr_array_unref);
  g_ptr_array_unref (search->asked);
  g_free (search);
}

static void
walk (GTask *task, gpointer source, gpointer table, GCancellable *cancellable)
{
  smd_holder_table_fill (table);
  g_task_return_boolean (task, TRUE);
}

static SmdHolderTable *
make_table (GPtrArray *questions)
{
  SmdHolderTable *table = smd_holder_table_new ();

  for (guint i = 0; i < questions->len; i++)
    {
      const Question *question = questions->pdata[i];
      const GPtrArray *buffers = question->collection->buffers;

      for (guint j = 0; j < buffers->len; j++)
        {
          const SmdBuffer *buffer = buffers->pdata[j];

          smd_holder_table_add (table, buffer->device, buffer->inode);
        }
    }
  return table;
}

static void start (SmdHolderSearch *search);

/* One answer at a time: a description is long, and others want to be served between two. */
static gboolean
answer_next (gpointer data)
{
  SmdHolderSearch *search = data;
  Question *question = g_ptr_array_steal_index (search->walking, 0);

  question->found (question->collection, search->table, question->data);
  question_free (question);
  if (search->walking->len > 0)
    return G_SOURCE_CONTINUE;
  search->answering = 0;
  g_clear_pointer (&search->walking, g_ptr_array_unref);
  g_clear_pointer (&search->table, g_hash_table_unref);
  if (search->asked->len > 0)
    start (search);
  return G_SOURCE_REMOVE;
}

static void
on_walked (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = G_TASK (result);
  SmdHolderSearch *search = data;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return;
  g_clear_object (&search->walk);
  search->table = g_hash_table_ref (g_task_get_task_data (task));
  search->answering = g_idle_add_full (G_PRIORITY_DEFAULT, answer_next, search, NULL);
}

static void
start (SmdHolderSearch *search)
{
  g_autoptr (GTask) task = NULL;

  search->walking = search->asked;
  search->asked = questions_new ();
  search->walk = g_cancellable_new ();
  task = g_task_new (NULL, search->walk, on_walked, search);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, make_table (search->walking), (GDestroyNotify)g_hash_table_unref);
  g_task_run_in_thread (task, walk);
}

void
smd_holder_search_ask (SmdHolderSearch *search,
                       SmdCollection *collection,
                       SmdHoldersFound found,
                       gpointer data,
                       GDestroyNotify destroy)
{
  Question *question = g_new0 (Question, 1);

  question->collection = smd_collection_ref (collection);
  question->found = found;
  question->data = data;
  question->destroy = destroy;
  g_ptr_array_add (search->asked, question);
  if (search->walking == NULL)
    start (search);
}
