/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-gst-end.h"

#include <gio/gio.h>
#include <gst/base/gstpushsrc.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_USEC 2000
#define WARM_UP 50u /* frames before it is measured: negotiation, first faults */
#define N_FRAMES 1000u
#define LAST_FRAME (WARM_UP + N_FRAMES - 1)

#define CAPS "video/x-raw,format=NV12,width=1920,height=1080,framerate=500/1"

const BenchTransport bench_ours = { "sysmem", "sysmemsink", "sysmemsink sync=false socket-path=%s",
                                    "sysmemsrc socket-path=%s" };
const BenchTransport bench_shm = {
  "shm", "shmsink", "shmsink sync=false wait-for-connection=true shm-size=33554432 socket-path=%s",
  "shmsrc is-live=true socket-path=%s ! " CAPS
};
const BenchTransport bench_unixfd = { "unixfd", "unixfdsink",
                                      "unixfdsink sync=false socket-path=%s",
                                      "unixfdsrc socket-path=%s" };

gboolean
bench_transport_is_there (const BenchTransport *transport)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (transport->plugin);

  return factory != NULL;
}

static void
die (const char *what, const char *why)
{
  g_printerr ("bench: %s: %s\n", what, why);
  exit (EXIT_FAILURE);
}

static const BenchTransport *
find_transport (const char *name)
{
  const BenchTransport *all[] = { &bench_ours, &bench_shm, &bench_unixfd };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_str_equal (all[i]->name, name))
      return all[i];
  die (name, "no such transport");
  return NULL;
}

/* What a frame begins with. */
typedef struct
{
  gint64 number;
  gint64 left_at;
} Stamp;

static gint64
get_cpu_ns (void)
{
  struct timespec now;

  (void)clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static double
cpu_usec_per_frame (gint64 since_ns)
{
  return (double)(get_cpu_ns () - since_ns) / 1000.0 / N_FRAMES;
}

/* A source of frames that nobody draws: all the CPU time is that of carrying them. */
#define STAMP_TYPE_SRC (stamp_src_get_type ())
G_DECLARE_FINAL_TYPE (StampSrc, stamp_src, STAMP, SRC, GstPushSrc)

struct _StampSrc
{
  GstPushSrc parent_instance;

  gint64 next;
  gint64 started_at;
  gint64 cpu_begin_ns;
};

G_DEFINE_FINAL_TYPE (StampSrc, stamp_src, GST_TYPE_PUSH_SRC)

static gboolean
stamp_src_set_caps (GstBaseSrc *base, GstCaps *caps)
{
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps))
    return FALSE;
  gst_base_src_set_blocksize (base, (guint)GST_VIDEO_INFO_SIZE (&info));
  return TRUE;
}

static void
wait_until (gint64 time)
{
  gint64 left = time - g_get_monotonic_time ();

  if (left > 0)
    g_usleep ((gulong)left);
}

static GstFlowReturn
stamp_src_fill (GstPushSrc *base, GstBuffer *buffer)
{
  StampSrc *self = STAMP_SRC (base);
  GstMapInfo map;
  Stamp stamp;

  if (self->next == WARM_UP)
    self->cpu_begin_ns = get_cpu_ns ();
  if (self->next > LAST_FRAME)
    {
      printf ("%.3f\n", cpu_usec_per_frame (self->cpu_begin_ns));
      (void)fflush (stdout);
      return GST_FLOW_EOS;
    }
  if (self->next == 0)
    self->started_at = g_get_monotonic_time ();
  wait_until (self->started_at + self->next * PERIOD_USEC);
  if (!gst_buffer_map (buffer, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  stamp = (Stamp){ self->next, g_get_monotonic_time () };
  memcpy (map.data, &stamp, sizeof stamp);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = (GstClockTime)self->next * PERIOD_USEC * GST_USECOND;
  self->next++;
  return GST_FLOW_OK;
}

/* As the usual sources do: GstVideoMeta is welcome. */
static gboolean
stamp_src_decide_allocation (GstBaseSrc *base, GstQuery *query)
{
  if (gst_query_get_n_allocation_pools (query) > 0)
    {
      g_autoptr (GstBufferPool) pool = NULL;
      guint size;
      guint min;
      guint max;

      gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
      if (pool != NULL && gst_buffer_pool_has_option (pool, GST_BUFFER_POOL_OPTION_VIDEO_META))
        {
          GstStructure *config = gst_buffer_pool_get_config (pool);

          gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
          (void)gst_buffer_pool_set_config (pool, config);
        }
    }
  return GST_BASE_SRC_CLASS (stamp_src_parent_class)->decide_allocation (base, query);
}

static void
stamp_src_class_init (StampSrcClass *class)
{
  static GstStaticPadTemplate template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));
  GstElementClass *element_class = GST_ELEMENT_CLASS (class);

  gst_element_class_add_static_pad_template (element_class, &template);
  gst_element_class_set_static_metadata (element_class, "Frames nobody draws", "Source/Video",
                                         "Numbers frames and says when they left", "sysmem");
  GST_BASE_SRC_CLASS (class)->set_caps = stamp_src_set_caps;
  GST_BASE_SRC_CLASS (class)->decide_allocation = stamp_src_decide_allocation;
  GST_PUSH_SRC_CLASS (class)->fill = stamp_src_fill;
}

static void
stamp_src_init (StampSrc *self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
}

static GstElement *
launch (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline =
    gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (pipeline == NULL)
    die (description, error->message);
  return pipeline;
}

static char *
fill_in (const char *format, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

  return g_strconcat (parts[0], path, parts[1], NULL);
}

void
bench_produce_main (const char *transport, const char *path)
{
  g_autofree char *sink = fill_in (find_transport (transport)->sink, path);
  g_autofree char *description = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  char byte;

  (void)gst_element_register (NULL, "stampsrc", GST_RANK_NONE, STAMP_TYPE_SRC);
  description = g_strconcat ("stampsrc ! ", sink, NULL);
  pipeline = launch (description);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    die (description, "does not start");
  (void)puts ("listening");
  (void)fflush (stdout);
  while (read (STDIN_FILENO, &byte, 1) > 0)
    ; /* until the consumer is done */
  (void)gst_element_set_state (pipeline, GST_STATE_NULL);
}

typedef struct
{
  GMainLoop *loop;
  gint64 cpu_begin_ns;
  double cpu_usec;
  GArray *latencies; /* of gint64 */
} Consumer;

static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Consumer *consumer = data;
  gint64 latency;
  GstMapInfo map;
  Stamp stamp;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    die ("frame", "cannot be mapped");
  memcpy (&stamp, map.data, sizeof stamp);
  gst_buffer_unmap (buffer, &map);
  if (stamp.number < WARM_UP)
    {
      consumer->cpu_begin_ns = get_cpu_ns ();
      return;
    }
  latency = g_get_monotonic_time () - stamp.left_at;
  g_array_append_val (consumer->latencies, latency);
  if (stamp.number < LAST_FRAME)
    return;
  consumer->cpu_usec = cpu_usec_per_frame (consumer->cpu_begin_ns);
  g_main_loop_quit (consumer->loop);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

void
bench_consume_main (const char *transport, const char *path)
{
  g_autofree char *source = fill_in (find_transport (transport)->source, path);
  g_autofree char *description = g_strconcat (
    source, " ! fakesink name=sink sync=false signal-handoffs=true enable-last-sample=false", NULL);
  g_autoptr (GstElement) pipeline = launch (description);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  Consumer consumer = { .loop = g_main_loop_new (NULL, FALSE),
                        .latencies = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), &consumer);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    die (description, "does not start");
  g_main_loop_run (consumer.loop);
  g_array_sort (consumer.latencies, compare_numbers);
  printf ("%.3f %" G_GINT64_FORMAT "\n", consumer.cpu_usec,
          g_array_index (consumer.latencies, gint64, consumer.latencies->len / 2));
  (void)gst_element_set_state (pipeline, GST_STATE_NULL);
  g_array_unref (consumer.latencies);
  g_main_loop_unref (consumer.loop);
}

static GSubprocess *
spawn (const char *role, const BenchTransport *transport, const char *path)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                      "/proc/self/exe", role, transport->name, path, NULL);

  if (process == NULL)
    die (role, error->message);
  return process;
}

static char *
read_line (GDataInputStream *stream, const char *who)
{
  char *line = g_data_input_stream_read_line (stream, NULL, NULL, NULL);

  if (line == NULL)
    die (who, "has failed");
  return line;
}

static GDataInputStream *
open_output (GSubprocess *process)
{
  return g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
}

BenchFrame
bench_carry (const BenchTransport *transport)
{
  g_autofree char *directory = g_dir_make_tmp ("sysmem-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "socket", NULL);
  g_autoptr (GSubprocess) producer = spawn ("--produce", transport, path);
  g_autoptr (GDataInputStream) producer_says = open_output (producer);
  g_autofree char *listening = read_line (producer_says, transport->sink);
  g_autoptr (GSubprocess) consumer = spawn ("--consume", transport, path);
  g_autoptr (GDataInputStream) consumer_says = open_output (consumer);
  g_autofree char *received = read_line (consumer_says, transport->source);
  g_autofree char *sent = read_line (producer_says, transport->sink);
  BenchFrame frame = { .cpu = g_ascii_strtod (sent, NULL) };
  char *rest;

  frame.cpu += g_ascii_strtod (received, &rest);
  frame.latency = g_ascii_strtod (rest, NULL);
  (void)g_subprocess_wait (consumer, NULL, NULL);
  (void)g_output_stream_close (g_subprocess_get_stdin_pipe (producer), NULL, NULL);
  (void)g_subprocess_wait (producer, NULL, NULL);
  (void)unlink (path);
  (void)rmdir (directory);
  return frame;
}
