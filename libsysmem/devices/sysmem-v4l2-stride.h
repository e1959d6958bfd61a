/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which strides a V4L2 driver takes. It does not say; it corrects what it is asked for. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What it made of three wishes. */
typedef struct
{
  guint32 smallest; /* of none, so its own choice */
  guint32 next;     /* of one byte more than that */
  guint32 largest;  /* of far too much */
} SysmemV4l2Answers;

typedef struct
{
  guint32 min;
  guint32 max; /* G_MAXUINT32: no maximum */
  guint32 divisor;
} SysmemV4l2Strides;

SysmemV4l2Strides sysmem_v4l2_strides_from_answers (const SysmemV4l2Answers *answers);

G_END_DECLS
