/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A tree under random calls, and what must hold whatever was called: events name only nodes that
 * are there, every node that leaves does so by exactly one event, memory is wanted once at a time,
 * the end comes last; buffers never change and are what everybody who gets them asked for; and
 * between calls nothing is left that could have been decided (03 §3, §4), found here by looking at
 * every node. There are two heaps, system and second; the second
 * one lays images out. */

#pragma once

#include "engine/sme-tree.h"

typedef struct
{
  SmePolicy *policy;
  SmeTree *tree;
  GHashTable *live;      /* of SmeNode: what is in the tree, by what calls and events said */
  GHashTable *answered;  /* of SmeNode: who was told of its allocation */
  SmcSettings *wanted;   /* what memory is to be made for, by what events said; or NULL */
  SmcSettings *settings; /* of the buffers, once there are some */
  gboolean ended;
} World;

World *world_new (void);
void world_free (World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* A node that a call has made. */
void world_add (World *world, SmeNode *node);
/* What a call gave rise to. Checks it, and everything that must hold after it. */
void world_take (World *world, GPtrArray *events);
/* What their heap makes of these settings. FALSE: nothing, the layout does not fit. */
gboolean world_lay_out (SmcSettings *settings);
/* Where a failure of @node stops, by the rules and without the engine's help. */
SmeNode *world_find_domain (SmeNode *node);
