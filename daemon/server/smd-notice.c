/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-notice.h"

#include "server/smd-client.h"
#include "server/smd-node.h"
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
  char *destination; /* a connection, as of when it happened */
  SmdNode *node;     /* a reference */
  SmdWait *wait;     /* owned */
  guint64 id;        /* of a collection */
  const char *what;
} Notice;

static void
notice_free (Notice *notice)
{
  g_clear_pointer (&notice->node, smd_node_unref);
  g_clear_pointer (&notice->wait, smd_wait_free);
  g_free (notice->destination);
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

static void
push_node (SmdNode *node, NoticeType type)
{
  Notice *notice;

  if (node->owner == NULL)
    return; /* nobody to tell */
  notice = push (node->server, type);
  notice->node = smd_node_ref (node);
  notice->destination = g_strdup (node->owner->name);
}

void
smd_notice_node_allocated (SmdNode *node)
{
  push_node (node, NOTICE_NODE_ALLOCATED);
}

void
smd_notice_node_failed (SmdNode *node)
{
  push_node (node, NOTICE_NODE_FAILED);
}

void
smd_notice_wait_done (SmdServer *server, SmdWait *wait)
{
  push (server, NOTICE_WAIT_DONE)->wait = wait;
}

void
smd_notice_collection_changed (SmdServer *server,
                               const char *destination,
                               guint64 id,
                               const char *what)
{
  Notice *notice = push (server, NOTICE_COLLECTION_CHANGED);

  notice->destination = g_strdup (destination);
  notice->id = id;
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
      listener->node_allocated (notice->node, notice->destination, server->listener_data);
      break;
    case NOTICE_NODE_FAILED:
      listener->node_failed (notice->node, notice->destination, server->listener_data);
      break;
    case NOTICE_COLLECTION_CHANGED:
      listener->collection_changed (notice->id, notice->what, notice->destination,
                                    server->listener_data);
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
