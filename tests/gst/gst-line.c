/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-line.h"

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLine *line = data;

  g_mutex_lock (&line->lock);
  line->n_frames++;
  line->pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  g_cond_broadcast (&line->changed);
  g_mutex_unlock (&line->lock);
  return GST_PAD_PROBE_OK;
}

void
gst_line_make (GstLine *line, GstWorld *world, const char *description)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) pad = NULL;

  *line = (GstLine){ .pipeline = gst_parse_launch (description, &error) };
  g_assert_no_error (error);
  g_mutex_init (&line->lock);
  g_cond_init (&line->changed);
  line->element = gst_bin_get_by_name (GST_BIN (line->pipeline), "s");
  g_object_set (line->element, "bus", world->bus.address, "socket-path", world->path, NULL);
  pad = g_object_ref (line->element->pads->data);
  (void)gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, line, NULL);
}

void
gst_line_play (GstLine *line)
{
  (void)gst_element_set_state (line->pipeline, GST_STATE_PLAYING);
}

void
gst_line_start (GstLine *line, GstWorld *world, const char *description)
{
  gst_line_make (line, world, description);
  gst_line_play (line);
}

void
gst_line_stop (GstLine *line)
{
  g_assert_cmpint (gst_element_set_state (line->pipeline, GST_STATE_NULL), ==,
                   GST_STATE_CHANGE_SUCCESS);
  gst_clear_object (&line->element);
  gst_clear_object (&line->pipeline);
  g_cond_clear (&line->changed);
  g_mutex_clear (&line->lock);
}

void
gst_line_reach (GstLine *line, guint n_frames)
{
  g_mutex_lock (&line->lock);
  while (line->n_frames < n_frames)
    g_cond_wait (&line->changed, &line->lock);
  g_mutex_unlock (&line->lock);
}

void
gst_line_wait_for_frames (GstLine *line, guint more)
{
  guint n_before;

  g_mutex_lock (&line->lock);
  n_before = line->n_frames;
  g_mutex_unlock (&line->lock);
  gst_line_reach (line, n_before + more);
}

static char *
describe_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  return g_strconcat (error->message, ": ", debug, NULL);
}

GstStructure *
gst_line_wait_for (GstLine *line, const char *name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (line->pipeline);

  for (;;)
    {
      g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

      if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        {
          g_autofree char *error = describe_error (message);

          g_error ("waiting for %s: %s", name, error);
        }
      if (gst_message_has_name (message, name))
        return gst_structure_copy (gst_message_get_structure (message));
    }
}

char *
gst_line_wait_for_error (GstLine *line)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (line->pipeline);
  g_autoptr (GstMessage) message =
    gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR);

  return describe_error (message);
}

gboolean
gst_line_has_said (GstLine *line, const char *name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (line->pipeline);
  gboolean found = FALSE;
  GstMessage *message;

  while (!found && (message = gst_bus_pop (bus)) != NULL)
    {
      found = gst_message_has_name (message, name);
      gst_message_unref (message);
    }
  return found;
}

gboolean
gst_line_has_failed (GstLine *line)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (line->pipeline);
  g_autoptr (GstMessage) error = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  return error != NULL;
}

guint
gst_line_count_consumers (GstLine *line)
{
  g_autoptr (GstStructure) stats = NULL;
  g_autoptr (GstStructure) consumers = NULL;

  g_object_get (line->element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get (stats, "consumers", GST_TYPE_STRUCTURE, &consumers, NULL));
  return (guint)gst_structure_n_fields (consumers);
}
