/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Draws frames into buffers that it shares with a consumer in another process, and never copies
 * one. Neither knows what the other needs: both tell the daemon.
 *
 *   producer CONSUMER [FRAMES]
 *
 * CONSUMER is a program, ./consumer.py for example. It inherits a token's handle as file descriptor
 * 3 and a socket as 4, over which each frame travels as one byte: the index of its buffer. */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysmem.h>
#include <unistd.h>

#define WIDTH 640
#define HEIGHT 480

#define TOKEN_FD 3
#define LINK_FD 4

/* What this participant can live with. */
static SysmemConstraints *
describe (void)
{
  static const char *const formats[] = { "XR24", "NV12", NULL };
  static const char *const spaces[] = { "*", NULL };
  g_autoptr (SysmemImageFormatConstraints) image = g_object_new (
    SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "color-spaces", spaces,
    "min-size", &(SysmemSize){ WIDTH, HEIGHT }, "bytes-per-row-divisor", 256, NULL);
  SysmemConstraints *constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_WRITE_OFTEN,
                  "min-buffer-count-for-camping", 2, NULL);

  sysmem_constraints_add_image_format (constraints, image);
  return constraints;
}

/* A bright bar that moves downwards in plane 0. */
static gboolean
draw (SysmemBuffer *buffer, SysmemMapping *mapping, guint frame, GError **error)
{
  g_autoptr (GPtrArray) planes = sysmem_buffer_get_planes (buffer, WIDTH, HEIGHT, error);
  const SysmemPlane *plane;
  guint8 *data;

  if (planes == NULL || !sysmem_mapping_begin_access (mapping, error))
    return FALSE;
  plane = planes->pdata[0];
  data = (guint8 *)sysmem_mapping_get_data (mapping, NULL) + plane->offset;
  for (guint64 row = 0; row < plane->rows; row++)
    memset (data + row * plane->stride, row == frame % plane->rows ? 255 : 16, plane->stride);
  return sysmem_mapping_end_access (mapping, error);
}

/* Starts the consumer with its token and its end of the link, which are its own from then on. */
static GSubprocess *
start_consumer (const char *program, int token, int link_end, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);

  g_subprocess_launcher_take_fd (launcher, token, TOKEN_FD);
  g_subprocess_launcher_take_fd (launcher, link_end, LINK_FD);
  return g_subprocess_launcher_spawn (launcher, error, program, NULL);
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

/* Every buffer is either ours or on its way: the consumer sends each index back when it is done. */
static gboolean
produce (SysmemCollection *collection, int link_end, guint n_frames, GError **error)
{
  g_autoptr (GPtrArray) mappings = map_all (collection, error);

  for (guint frame = 0; mappings != NULL && frame < n_frames; frame++)
    {
      guint8 index = (guint8)(frame % mappings->len);
      g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (collection, index);

      if ((frame >= mappings->len && read (link_end, &index, 1) != 1)
          || !draw (buffer, mappings->pdata[index], frame, error)
          || write (link_end, &index, 1) != 1)
        {
          if (error != NULL && *error == NULL)
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "the consumer has gone");
          return FALSE;
        }
    }
  return mappings != NULL;
}

static gboolean
run (const char *program, guint n_frames, GError **error)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_READ };
  g_autoptr (SysmemClient) client = sysmem_client_new (NULL, error);
  g_autoptr (SysmemConstraints) constraints = describe ();
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GSubprocess) consumer = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  int ends[2];

  if (client == NULL || !sysmem_client_set_debug_client_info (client, "producer", 0, NULL, error))
    return FALSE;
  tokens = sysmem_client_allocate_shared_many (client, rights, G_N_ELEMENTS (rights), NULL, error);
  if (tokens == NULL || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return FALSE;
  consumer = start_consumer (program, sysmem_token_steal_fd (tokens->pdata[1]), ends[1], error);
  if (consumer != NULL)
    collection = sysmem_token_bind (tokens->pdata[0], constraints, NULL, error);
  if (collection == NULL || !sysmem_collection_wait (collection, NULL, error)
      || !produce (collection, ends[0], n_frames, error))
    return FALSE;
  (void)shutdown (ends[0], SHUT_WR); /* the consumer sees that this was all */
  return g_subprocess_wait_check (consumer, NULL, error)
         && sysmem_node_release (SYSMEM_NODE (collection), NULL, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  if (argc < 2)
    {
      g_printerr ("usage: producer CONSUMER [FRAMES]\n");
      return 2;
    }
  if (run (argv[1], argc > 2 ? (guint)atoi (argv[2]) : 100, &error))
    return 0;
  g_printerr ("producer: %s\n", error != NULL ? error->message : "no socket pair");
  return 1;
}
