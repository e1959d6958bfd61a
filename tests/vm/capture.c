/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* capture TOKEN LINK DEVICE WIDTH HEIGHT PATTERN
 *
 * A camera's side of a collection: vivid writes the test pattern of this number straight into the
 * buffers. Every frame goes to the other side, which sends its buffer back to be filled again, until
 * it wants no more. */

#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device-side.h"

#define PIXEL_FORMAT "XR24:0x0"
#define NO_TEXT 2     /* of vivid's menu "OSD Text Mode" */
#define NO_MOVEMENT 3 /* of "Horizontal Movement" */

/* vivid's own controls have no public numbers, but names. */
static gboolean
set_control (int device, const char *name, gint32 value, GError **error)
{
  struct v4l2_queryctrl query = { .id = V4L2_CTRL_FLAG_NEXT_CTRL };

  for (; ioctl (device, VIDIOC_QUERYCTRL, &query) == 0; query.id |= V4L2_CTRL_FLAG_NEXT_CTRL)
    {
      struct v4l2_control control = { .id = query.id, .value = value };

      if (strcmp ((const char *)query.name, name) == 0)
        return ioctl (device, VIDIOC_S_CTRL, &control) == 0 || device_side_fail (name, error);
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no control \"%s\"", name);
  return FALSE;
}

static gboolean
set_buffers (int device, guint n, GError **error)
{
  struct v4l2_requestbuffers request = { .count = n,
                                         .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                         .memory = V4L2_MEMORY_DMABUF };

  if (ioctl (device, VIDIOC_REQBUFS, &request) < 0)
    return device_side_fail ("VIDIOC_REQBUFS", error);
  if (request.count == n)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the driver wants %u buffers, there are %u",
               request.count, n);
  return FALSE;
}

static gboolean
fill (DeviceSide *side, int device, guint index, GError **error)
{
  int dma_buf = device_side_dup_fd (side, index, error);
  struct v4l2_buffer buffer = { .index = index,
                                .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                .memory = V4L2_MEMORY_DMABUF,
                                .m.fd = dma_buf };
  gboolean queued;

  if (dma_buf < 0)
    return FALSE;
  queued = ioctl (device, VIDIOC_QBUF, &buffer) == 0 || device_side_fail ("VIDIOC_QBUF", error);
  (void)close (dma_buf); /* the queue has its own reference */
  return queued;
}

static gboolean
send_frame (DeviceSide *side, int device, GError **error)
{
  struct v4l2_buffer buffer = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_DMABUF };

  if (ioctl (device, VIDIOC_DQBUF, &buffer) < 0)
    return device_side_fail ("VIDIOC_DQBUF", error);
  return device_side_send (side, buffer.index, error);
}

static gboolean
stream (DeviceSide *side, int device, GError **error)
{
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  guint n = device_side_count_buffers (side);
  GError *failure = NULL;
  guint index;

  if (!set_buffers (device, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!fill (side, device, i, error))
      return FALSE;
  if (ioctl (device, VIDIOC_STREAMON, &type) < 0)
    return device_side_fail ("VIDIOC_STREAMON", error);
  while (send_frame (side, device, &failure) && device_side_receive (side, &index, &failure)
         && fill (side, device, index, &failure))
    continue;
  if (ioctl (device, VIDIOC_STREAMOFF, &type) < 0 && failure == NULL)
    (void)device_side_fail ("VIDIOC_STREAMOFF", &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL && set_buffers (device, 0, error);
}

static gboolean
run (char **arguments, GError **error)
{
  g_auto (DeviceSide)
    side = { .link_end = atoi (arguments[1]),
             .size = { (guint32)atoi (arguments[3]), (guint32)atoi (arguments[4]) } };
  g_autoptr (SysmemV4l2Queue) queue = NULL;
  int device = open (arguments[2], O_RDWR | O_CLOEXEC);

  if (device < 0)
    return device_side_fail (arguments[2], error);
  queue = sysmem_v4l2_queue_new (device, SYSMEM_V4L2_CAPTURE, error);
  return queue != NULL
         && device_side_join (&side, SYSMEM_DEVICE (queue), PIXEL_FORMAT, atoi (arguments[0]),
                              error)
         && sysmem_v4l2_queue_set_format (queue, sysmem_collection_get_settings (side.collection),
                                          &side.size, error)
         && set_control (device, "Test Pattern", atoi (arguments[5]), error)
         && set_control (device, "OSD Text Mode", NO_TEXT, error)
         && set_control (device, "Horizontal Movement", NO_MOVEMENT, error)
         && stream (&side, device, error) && device_side_leave (&side, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  if (argc == 7 && run (argv + 1, &error))
    return 0;
  g_printerr ("capture: %s\n",
              error != NULL ? error->message : "TOKEN LINK DEVICE WIDTH HEIGHT PATTERN");
  return 1;
}
