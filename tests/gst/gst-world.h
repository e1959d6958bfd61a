/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A private bus with a real sysmemd on it, for one test. */

#pragma once

#include <gstsysmem.h>

#include "private-bus.h"

G_BEGIN_DECLS

typedef struct
{
  PrivateBus bus;
  GSubprocess *daemon;
  SysmemClient *client;
  char *folder; /* of a test's, and a path in it for a socket */
  char *path;
} GstWorld;

/* Instead of gst_init () and g_test_init (). */
void gst_test_init (int *argc, char ***argv);

void gst_world_start (GstWorld *world);
/* By then nothing of GStreamer's may be left, nor anything in the folder. */
void gst_world_stop (GstWorld *world);

/* It dies, and another one takes its place. */
void gst_world_replace_daemon (GstWorld *world);

/* The same for what is no test. */
void gst_world_start_daemon (GstWorld *world, const char *program);
void gst_world_stop_daemon (GstWorld *world);

/* The buffers of one participant alone. */
SysmemCollection *gst_world_allocate (GstWorld *world, SysmemConstraints *constraints);
/* @count of them for frames of @caps, with strides of a multiple of @stride_multiple bytes. */
SysmemCollection *gst_world_allocate_video (GstWorld *world,
                                            const char *caps,
                                            guint stride_multiple,
                                            guint count);
/* Cleanly, as who bound it does. */
void gst_world_release (SysmemCollection *collection);

G_END_DECLS
