/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is left of sysmem-gbm.h where there is no libgbm to build with. */

#include "sysmem-gbm.h"

SysmemGbm *
sysmem_gbm_open (int fd, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "this library was built without GBM");
  return NULL;
}

void
sysmem_gbm_close (SysmemGbm *self)
{
}

gboolean
sysmem_gbm_supports (SysmemGbm *self, const SmcPixelFormat *format, gboolean draws)
{
  return FALSE;
}

gboolean
sysmem_gbm_try_import (SysmemGbm *self,
                       int dma_buf,
                       SysmemSettings *settings,
                       const SysmemSize *size,
                       gboolean draws,
                       GError **error)
{
  return FALSE;
}
