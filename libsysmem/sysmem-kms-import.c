/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-kms-import.h"

#include "common/smc-names.h"
#include "sysmem-error.h"
#include "sysmem-fd.h"
#include "sysmem-ioctl.h"

#include <drm.h>
#include <drm_mode.h>

#define MAX_PLANES 4

static gboolean
supports_modifiers (int fd)
{
  struct drm_get_cap cap = { .capability = DRM_CAP_ADDFB2_MODIFIERS };

  return sysmem_ioctl (fd, DRM_IOCTL_GET_CAP, &cap) && cap.value == 1;
}

/* How the image is laid out, all planes in the one object @handle. */
static gboolean
make_request (SysmemSettings *settings,
              const SysmemSize *size,
              gboolean with_modifiers,
              struct drm_mode_fb_cmd2 *request,
              GError **error)
{
  g_autoptr (GPtrArray) planes =
    sysmem_settings_get_planes (settings, size->width, size->height, error);
  SmcPixelFormat format;

  if (planes == NULL
      || !smc_pixel_format_parse (sysmem_settings_get_pixel_format (settings), TRUE, &format))
    return FALSE;
  *request = (struct drm_mode_fb_cmd2){ .width = size->width,
                                        .height = size->height,
                                        .pixel_format = format.fourcc,
                                        .flags = with_modifiers ? DRM_MODE_FB_MODIFIERS : 0 };
  for (guint i = 0; i < MIN (planes->len, MAX_PLANES); i++)
    {
      const SysmemPlane *plane = planes->pdata[i];

      if (plane->stride > G_MAXUINT32 || plane->offset > G_MAXUINT32)
        {
          g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                       "plane %u begins or has rows beyond 4 GiB, which KMS cannot say", i);
          return FALSE;
        }
      request->offsets[i] = (guint32)plane->offset;
      request->pitches[i] = (guint32)plane->stride;
      request->modifier[i] = with_modifiers ? format.modifier : 0;
    }
  return TRUE;
}

static gboolean
try_frame_buffer (int fd, guint32 handle, struct drm_mode_fb_cmd2 *request, GError **error)
{
  for (guint i = 0; i < MAX_PLANES; i++)
    request->handles[i] = request->pitches[i] != 0 ? handle : 0;
  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_ADDFB2, request, "making it a frame buffer", error))
    return FALSE;
  (void)sysmem_ioctl (fd, DRM_IOCTL_MODE_RMFB, &request->fb_id);
  return TRUE;
}

gboolean
sysmem_kms_try_import (int fd, SysmemBuffer *buffer, const SysmemSize *size, GError **error)
{
  struct drm_mode_fb_cmd2 request;
  struct drm_prime_handle import = { 0 };
  struct drm_gem_close release = { 0 };
  g_auto (SysmemFd) dma_buf = -1;
  gboolean accepted;

  if (!make_request (sysmem_buffer_get_settings (buffer), size, supports_modifiers (fd), &request,
                     error))
    return FALSE;
  dma_buf = sysmem_buffer_dup_fd (buffer, error);
  import.fd = dma_buf;
  if (dma_buf < 0
      || !sysmem_ioctl_checked (fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &import, "importing it", error))
    return FALSE;
  accepted = try_frame_buffer (fd, import.handle, &request, error);
  release.handle = import.handle;
  (void)sysmem_ioctl (fd, DRM_IOCTL_GEM_CLOSE, &release);
  return accepted;
}
