/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decodes a video into buffers that it shares with a consumer it knows nothing about.
 *
 *   sysmem-example-video-producer TOKEN_FD LINK_FD VIDEO
 *
 * video.py starts it; LINK_FD is a socket that carries the messages of ../frame_link.py. */

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysmem.h>
#include <zlib.h>

enum
{
  FILLED,
  RELEASED,
  END
};

/* Never pixels. */
typedef struct __attribute__ ((packed))
{
  guint32 kind;
  guint32 index; /* of the buffer */
  guint64 time;  /* of presentation, in ns */
  guint32 checksum;
} Message;

static gboolean
send_message (int link_end, Message message, GError **error)
{
  if (send (link_end, &message, sizeof message, MSG_NOSIGNAL) == sizeof message)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "the consumer has gone");
  return FALSE;
}

static gboolean
receive_message (int link_end, Message *message, GError **error)
{
  if (recv (link_end, message, sizeof *message, 0) == sizeof *message)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "the consumer has gone");
  return FALSE;
}

static gboolean
find_frame_size (const char *video, SysmemSize *size, GError **error)
{
  g_autofree char *uri = gst_filename_to_uri (video, error);
  g_autoptr (GstDiscoverer) discoverer = gst_discoverer_new (10 * GST_SECOND, error);
  g_autoptr (GstDiscovererInfo) info = NULL;
  GList *streams;

  if (uri == NULL || discoverer == NULL)
    return FALSE;
  info = gst_discoverer_discover_uri (discoverer, uri, error);
  streams = info != NULL ? gst_discoverer_info_get_video_streams (info) : NULL;
  if (streams != NULL)
    {
      size->width = gst_discoverer_video_info_get_width (streams->data);
      size->height = gst_discoverer_video_info_get_height (streams->data);
    }
  else if (info != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s has no video", video);
  gst_discoverer_stream_info_list_free (streams);
  return streams != NULL;
}

static void
add_format (SysmemConstraints *constraints, const char *format, const char *space, SysmemSize *size)
{
  const char *const formats[] = { format, NULL };
  const char *const spaces[] = { space, NULL };
  /* Our (imaginary) blitter wants rows to be a multiple of 256 bytes. */
  g_autoptr (SysmemImageFormatConstraints) image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "color-spaces",
                  spaces, "min-size", size, "bytes-per-row-divisor", 256, NULL);

  sysmem_constraints_add_image_format (constraints, image);
}

/* What this participant can do, and no more: the daemon finds what suits everybody. One buffer to
 * write while another one waits to be sent: we keep up to two to ourselves. */
static SysmemConstraints *
describe (SysmemSize *size)
{
  SysmemConstraints *constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_WRITE_OFTEN,
                  "min-buffer-count-for-camping", 2, NULL);

  add_format (constraints, "NV12", "rec709", size);
  add_format (constraints, "XR24", "srgb", size);
  return constraints;
}

/* The decoder, set up for what was settled. */
static GstElement *
make_decoder (const char *video, SysmemSettings *settings, GError **error)
{
  gboolean is_nv12 = g_str_has_prefix (sysmem_settings_get_pixel_format (settings), "NV12");
  g_autofree char *description = g_strdup_printf (
    "filesrc name=file ! decodebin ! videoconvert ! video/x-raw,format=%s,colorimetry=%s ! "
    "appsink name=frames sync=false max-buffers=2",
    is_nv12 ? "NV12" : "BGRx", is_nv12 ? "bt709" : "sRGB");
  GstElement *pipeline = gst_parse_launch (description, error);
  g_autoptr (GstElement) file = NULL;

  if (pipeline == NULL)
    return NULL;
  file = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  g_object_set (file, "location", video, NULL);
  (void)gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

/* Maps each buffer once: that is what takes time. (element-type SysmemMapping) */
static GPtrArray *
map_all (SysmemCollection *collection, GError **error)
{
  g_autoptr (GPtrArray) mappings = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (collection)); i++)
    {
      g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (collection, i);
      SysmemMapping *mapping = sysmem_buffer_map (buffer, SYSMEM_MAP_WRITE, error);

      if (mapping == NULL || !sysmem_mapping_end_access (mapping, error))
        return NULL;
      g_ptr_array_add (mappings, mapping);
    }
  return g_steal_pointer (&mappings);
}

/* This is the only time the frame is written. Rows are copied one by one because the negotiated
 * stride is seldom the decoder's. Returns the checksum of the pixels. */
static guint32
write_pixels (guint8 *data, GPtrArray *planes, GstVideoFrame *frame)
{
  uLong checksum = 0;

  for (guint i = 0; i < planes->len; i++)
    {
      const SysmemPlane *plane = planes->pdata[i];
      gsize n_bytes =
        (gsize)(GST_VIDEO_FRAME_COMP_WIDTH (frame, i) * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, i));

      for (guint64 row = 0; row < plane->rows; row++)
        {
          const guint8 *line = (const guint8 *)GST_VIDEO_FRAME_PLANE_DATA (frame, i)
                               + row * (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (frame, i);

          checksum = crc32 (checksum, line, (uInt)n_bytes);
          memcpy (data + plane->offset + row * plane->stride, line, n_bytes);
        }
    }
  return (guint32)checksum;
}

static gboolean
write_frame (
  SysmemMapping *mapping, GPtrArray *planes, GstSample *sample, Message *message, GError **error)
{
  GstVideoFrame frame;
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "this is no frame");
      return FALSE;
    }
  message->kind = FILLED;
  message->time = GST_BUFFER_PTS (frame.buffer);
  if (sysmem_mapping_begin_access (mapping, error))
    message->checksum = write_pixels (sysmem_mapping_get_data (mapping, NULL), planes, &frame);
  gst_video_frame_unmap (&frame);
  return sysmem_mapping_end_access (mapping, error);
}

static gboolean
check_decoder (GstElement *decoder, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (decoder);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message != NULL)
    gst_message_parse_error (message, error, NULL);
  return message == NULL;
}

/* Every buffer is ours until it was sent, and again when its index has come back. */
static gboolean
pass_frames (
  GstElement *decoder, GPtrArray *mappings, GPtrArray *planes, int link_end, GError **error)
{
  g_autoptr (GstElement) frames = gst_bin_get_by_name (GST_BIN (decoder), "frames");
  Message message = { 0 };

  for (guint n = 0;; n++)
    {
      g_autoptr (GstSample) sample = gst_app_sink_pull_sample (GST_APP_SINK (frames));

      if (sample == NULL)
        return check_decoder (decoder, error);
      if (n < mappings->len)
        message.index = n;
      else if (!receive_message (link_end, &message, error))
        return FALSE;
      if (message.index >= mappings->len
          || !write_frame (mappings->pdata[message.index], planes, sample, &message, error)
          || !send_message (link_end, message, error))
        return FALSE;
    }
}

/* The consumer may still be reading. */
static gboolean
say_goodbye (int link_end, GError **error)
{
  Message message = { .kind = END };

  if (!send_message (link_end, message, error))
    return FALSE;
  do
    if (!receive_message (link_end, &message, error))
      return FALSE;
  while (message.kind != END);
  return TRUE;
}

static gboolean
produce (SysmemCollection *collection,
         const char *video,
         const SysmemSize *size,
         int link_end,
         GError **error)
{
  SysmemSettings *settings = sysmem_collection_get_settings (collection);
  g_autoptr (GPtrArray) planes =
    sysmem_settings_get_planes (settings, size->width, size->height, error);
  g_autoptr (GPtrArray) mappings = planes != NULL ? map_all (collection, error) : NULL;
  g_autoptr (GstElement) decoder = mappings != NULL ? make_decoder (video, settings, error) : NULL;
  gboolean passed;

  if (decoder == NULL)
    return FALSE;
  passed = pass_frames (decoder, mappings, planes, link_end, error);
  (void)gst_element_set_state (decoder, GST_STATE_NULL);
  return passed && say_goodbye (link_end, error);
}

static gboolean
run (int token_fd, int link_end, const char *video, GError **error)
{
  g_autoptr (SysmemClient) client = sysmem_client_new (NULL, error);
  g_autoptr (SysmemConstraints) constraints = NULL;
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (SysmemToken) token = NULL;
  SysmemSize size;

  if (client == NULL || !find_frame_size (video, &size, error)
      || !sysmem_client_set_debug_client_info (client, "example producer", 0, NULL, error))
    return FALSE;
  token = sysmem_token_new_from_fd (client, token_fd);
  constraints = describe (&size);
  collection = sysmem_token_bind (token, constraints, NULL, error);
  return collection != NULL && sysmem_collection_wait (collection, NULL, error)
         && produce (collection, video, &size, link_end, error)
         && sysmem_node_release (SYSMEM_NODE (collection), NULL, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  gst_init (&argc, &argv);
  if (argc != 4)
    {
      g_printerr ("usage: sysmem-example-video-producer TOKEN_FD LINK_FD VIDEO\n");
      return 2;
    }
  if (run (atoi (argv[1]), atoi (argv[2]), argv[3], &error))
    return 0;
  g_printerr ("producer: %s\n", error != NULL ? error->message : "the consumer talks nonsense");
  return 1;
}
