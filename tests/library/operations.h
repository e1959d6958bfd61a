/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asynchronous calls, each ready to be started, so that something may happen to it on its way. */

#pragma once

#include <sysmem.h>

G_BEGIN_DECLS

/* What a call needs to make sense. */
typedef struct
{
  const char *address;
  SysmemClient *client;
  SysmemToken *token;    /* the root, unused */
  SysmemToken *received; /* a handle of the root's duplicate, not opened yet */
  SysmemToken *above;    /* the root of another collection, with */
  SysmemGroup *group;    /* a group, with */
  GPtrArray *children;
  SysmemCollection *alone;    /* without constraints */
  SysmemCollection *complete; /* with constraints: may have its buffers */
} Scene;

typedef struct
{
  const char *name;
  void (*start) (Scene *scene,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer data);
  /* What the call made is dropped. */
  gboolean (*finish) (Scene *scene, GAsyncResult *result, GError **error);
} Operation;

extern const Operation operations[];
extern const guint n_operations;

void scene_set (Scene *scene, SysmemClient *client, const char *address);
void scene_clear (Scene *scene);

G_END_DECLS
