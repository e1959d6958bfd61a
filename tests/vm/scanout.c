/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* scanout TOKEN LINK CARD WIDTH HEIGHT
 *
 * A screen's side of a collection: the display controller shows the buffers themselves, each when
 * its index comes, and says so by sending it back. */

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include <drm_fourcc.h>

#include "device-side.h"

#define PIXEL_FORMAT "XR24:0x0"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (drmModeRes, drmModeFreeResources)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (drmModeConnector, drmModeFreeConnector)

typedef struct
{
  int card;
  guint32 connector;
  guint32 crtc;
  drmModeModeInfo mode;
} Screen;

static gboolean
find_mode (Screen *screen, const drmModeConnector *connector, const SysmemSize *size)
{
  for (int i = 0; i < connector->count_modes; i++)
    if (connector->modes[i].hdisplay == size->width && connector->modes[i].vdisplay == size->height)
      {
        screen->connector = connector->connector_id;
        screen->mode = connector->modes[i];
        return TRUE;
      }
  return FALSE;
}

/* The card has one connector and one CRTC. */
static gboolean
find_screen (Screen *screen, const SysmemSize *size, GError **error)
{
  g_autoptr (drmModeRes) resources = drmModeGetResources (screen->card);
  g_autoptr (drmModeConnector) connector = NULL;

  if (resources == NULL || resources->count_connectors == 0 || resources->count_crtcs == 0)
    return device_side_fail ("the card has no screen", error);
  screen->crtc = resources->crtcs[0];
  connector = drmModeGetConnector (screen->card, resources->connectors[0]);
  if (connector == NULL)
    return device_side_fail ("asking for the connector", error);
  if (find_mode (screen, connector, size))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the screen has no mode of %ux%u",
               size->width, size->height);
  return FALSE;
}

static SysmemKmsPlane *
find_primary_plane (int card, GError **error)
{
  g_autoptr (GPtrArray) planes = sysmem_kms_plane_list (card, error);

  for (guint i = 0; planes != NULL && i < planes->len; i++)
    if (sysmem_kms_plane_get_kind (planes->pdata[i]) == SYSMEM_KMS_PLANE_PRIMARY)
      return g_object_ref (planes->pdata[i]);
  if (planes != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the card has no primary plane");
  return NULL;
}

/* Returns: the id of a frame buffer, 0 on failure */
static guint32
import (DeviceSide *side, int card, guint index, GError **error)
{
  g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (side->collection, index);
  g_autoptr (GPtrArray) planes =
    sysmem_buffer_get_planes (buffer, side->size.width, side->size.height, error);
  int dma_buf = device_side_dup_fd (side, index, error);
  guint32 handles[4] = { 0 };
  guint32 strides[4] = { 0 };
  guint32 offsets[4] = { 0 };
  guint32 id = 0;

  if (planes == NULL || dma_buf < 0)
    return 0;
  strides[0] = (guint32)((const SysmemPlane *)planes->pdata[0])->stride;
  offsets[0] = (guint32)((const SysmemPlane *)planes->pdata[0])->offset;
  if (drmPrimeFDToHandle (card, dma_buf, &handles[0]) < 0)
    (void)device_side_fail ("importing a buffer", error);
  else if (drmModeAddFB2 (card, side->size.width, side->size.height, DRM_FORMAT_XRGB8888, handles,
                          strides, offsets, &id, 0)
           < 0)
    (void)device_side_fail ("making it a frame buffer", error);
  (void)close (dma_buf);
  return id;
}

static gboolean
show (DeviceSide *side, Screen *screen, GError **error)
{
  g_autofree guint32 *ids = g_new0 (guint32, device_side_count_buffers (side));
  GError *failure = NULL;
  guint index;

  for (guint i = 0; i < device_side_count_buffers (side); i++)
    {
      ids[i] = import (side, screen->card, i, error);
      if (ids[i] == 0)
        return FALSE;
    }
  while (device_side_receive (side, &index, &failure))
    {
      if (drmModeSetCrtc (screen->card, screen->crtc, ids[index], 0, 0, &screen->connector, 1,
                          &screen->mode)
          < 0)
        return device_side_fail ("showing a buffer", error);
      if (!device_side_send (side, index, error))
        return FALSE;
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

static gboolean
run (char **arguments, GError **error)
{
  g_auto (DeviceSide)
    side = { .link_end = atoi (arguments[1]),
             .size = { (guint32)atoi (arguments[3]), (guint32)atoi (arguments[4]) } };
  Screen screen = { .card = open (arguments[2], O_RDWR | O_CLOEXEC) };
  g_autoptr (SysmemKmsPlane) plane = NULL;

  if (screen.card < 0)
    return device_side_fail (arguments[2], error);
  plane = find_primary_plane (screen.card, error);
  return plane != NULL && find_screen (&screen, &side.size, error)
         && device_side_join (&side, SYSMEM_DEVICE (plane), PIXEL_FORMAT, atoi (arguments[0]),
                              error)
         && show (&side, &screen, error) && device_side_leave (&side, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  if (argc == 6 && run (argv + 1, &error))
    return 0;
  g_printerr ("scanout: %s\n", error != NULL ? error->message : "TOKEN LINK CARD WIDTH HEIGHT");
  return 1;
}
