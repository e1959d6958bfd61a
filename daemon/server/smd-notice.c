/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-notice.h"

#include "server/smd-collection.h"
#include "server/smd-wait.h"

typedef enum
{
  NOTICE_NODE_ALLOCATED,
  NOTICE_NODE_FAILED,
  NOTICE_WAIT_DONE,
  NOTICE_COLLECTION_CHANGED,
} NoticeType;

typedef struct
{
  NoticeType type;
  SmdNode *node;             /* a reference */
  SmdWait *wait;             /* owned */
  SmdCollection *collection; /* a reference */
  const char *what;
} Notice;

static void
notice_free (Notice *notice)
{
  g_clear_pointer (&notice->node, smd_node_unref);
  g_clear_pointer (&notice->wait, smd_wait_free);
  g_clear_pointer (&notice->collection, smd_collection_unref);
  g_free (notice);
}

static Notice *
push (SmdServer *server, NoticeType type)
{
  Notice *notice = g_new0 (Notice, 1);

  notice->type = type;
  g_queue_push_tail (&server->notices, notice);
  return notice;
}

void
smd_notice_node_allocated (SmdNode *node)
{
  push (node->server, NOTICE_NODE_ALLOCATED)->node = smd_node_ref (node);
}

void
smd_notice_node_failed (SmdNode *node)
{
  push (node->server, NOTICE_NODE_FAILED)->node = smd_node_ref (node);
}

void
smd_notice_wait_done (SmdServer *server, SmdWait *wait)
{
  push (server, NOTICE_WAIT_DONE)->wait = wait;
}

void
smd_notice_collection_changed (SmdCollection *collection, const char *what)
{
  Notice *notice = push (collection->server, NOTICE_COLLECTION_CHANGED);

  notice->collection = smd_collection_ref (collection);
  notice->what = what;
}

static void
tell (SmdServer *server, Notice *notice)
{
  const SmdListener *listener = server->listener;

  if (notice->type == NOTICE_WAIT_DONE)
    {
      notice->wait->done (notice->wait->data, notice->wait->error);
      return;
    }
  if (listener == NULL)
    return;
  switch (notice->type)
    {
    case NOTICE_NODE_ALLOCATED:
      listener->node_allocated (notice->node, server->listener_data);
      break;
    case NOTICE_NODE_FAILED:
      listener->node_failed (notice->node, server->listener_data);
      break;
    case NOTICE_COLLECTION_CHANGED:
      listener->collection_changed (notice->collection, notice->what, server->listener_data);
      break;
    case NOTICE_WAIT_DONE:
      break;
    }
}

void
smd_server_flush (SmdServer *server)
{
  Notice *notice;

  /* What telling causes (an answered AllocateBuffers releases its collection) queues up behind. */
  while ((notice = g_queue_pop_head (&server->notices)) != NULL)
    {
      tell (server, notice);
      notice_free (notice);
    }
}

void
smd_notice_clear_all (SmdServer *server)
{
  g_queue_clear_full (&server->notices, (GDestroyNotify)notice_free);
}
