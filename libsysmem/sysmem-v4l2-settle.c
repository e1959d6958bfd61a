/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-v4l2-settle.h"

#include "common/smc-names.h"
#include "devices/sysmem-v4l2-format.h"
#include "sysmem-error.h"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

/* What to ask the driver for so that frames are laid out as @settings say. */
static gboolean
make_format (SysmemSettings *settings,
             const SysmemSize *size,
             guint nth_code,
             SysmemV4l2Format *format,
             GError **error)
{
  g_autoptr (GPtrArray) planes =
    sysmem_settings_get_planes (settings, size->width, size->height, error);
  const char *name = sysmem_settings_get_pixel_format (settings);
  SmcColorSpace space = SMC_COLOR_SPACE_PASSTHROUGH;
  SmcPixelFormat pair;

  if (planes == NULL || !smc_pixel_format_parse (name, TRUE, &pair))
    return FALSE;
  (void)smc_color_space_parse (sysmem_settings_get_color_space (settings), &space);
  *format = (SysmemV4l2Format){
    .pixel_format = sysmem_v4l2_format_nth (pair.fourcc, nth_code),
    .size = *size,
    .field = V4L2_FIELD_NONE,
    .bytes_per_line = (guint32)((const SysmemPlane *)planes->pdata[0])->stride,
    .color = sysmem_v4l2_color_from_space (space),
  };
  if (format->pixel_format != 0 && pair.modifier == DRM_FORMAT_MOD_LINEAR)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
               "the driver has no format that is %s", name);
  return FALSE;
}

static gboolean
is_as_asked (const SysmemV4l2Format *asked, const SysmemV4l2Format *got)
{
  return got->pixel_format == asked->pixel_format && got->n_planes == 1
         && got->size.width == asked->size.width && got->size.height == asked->size.height
         && got->bytes_per_line == asked->bytes_per_line;
}

gboolean
sysmem_v4l2_settle (const SysmemV4l2 *device,
                    SysmemSettings *settings,
                    const SysmemSize *size,
                    SysmemV4l2Format *format,
                    GError **error)
{
  SysmemV4l2Format asked;

  for (guint i = 0; make_format (settings, size, i, &asked, error); i++)
    {
      *format = asked;
      if (!sysmem_v4l2_try_format (device, format, NULL)
          || format->pixel_format != asked.pixel_format)
        continue;
      if (is_as_asked (&asked, format))
        return TRUE;
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "the driver makes %ux%u with rows of %u bytes of the %ux%u with %u that were "
                   "settled",
                   format->size.width, format->size.height, format->bytes_per_line,
                   asked.size.width, asked.size.height, asked.bytes_per_line);
      return FALSE;
    }
  return FALSE;
}
