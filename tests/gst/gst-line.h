/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pipeline in the test's own process, with a sysmemsink or sysmemsrc that is named "s". */

#pragma once

#include "gst-world.h"

G_BEGIN_DECLS

#define GST_LINE_FORMAT "video/x-raw,format=NV12,width=64,height=48,framerate=100/1"

typedef struct
{
  GstElement *pipeline;
  GstElement *element; /* s */
  GMutex lock;         /* of the following */
  GCond changed;
  guint n_frames;   /* that have come to it, or from it */
  GstClockTime pts; /* of the last one */
} GstLine;

/* Plays it on the world's bus, with its socket, as far as it comes. */
void gst_line_start (GstLine *line, GstWorld *world, const char *description);
/* Made, but not started: @line->pipeline can be changed before gst_line_play (). */
void gst_line_make (GstLine *line, GstWorld *world, const char *description);
void gst_line_play (GstLine *line);
void gst_line_stop (GstLine *line);

void gst_line_wait_for_frames (GstLine *line, guint more);
/* As many in all. */
void gst_line_reach (GstLine *line, guint n_frames);
/* The next message of this name; an error of the pipeline's is one of the test's. */
GstStructure *gst_line_wait_for (GstLine *line, const char *name);
/* What the element says of its failure. */
char *gst_line_wait_for_error (GstLine *line);
/* Is there a message of this name among those that nobody has waited for? */
gboolean gst_line_has_said (GstLine *line, const char *name);
/* Is there an error among them? */
gboolean gst_line_has_failed (GstLine *line);
guint gst_line_count_consumers (GstLine *line);

G_END_DECLS
