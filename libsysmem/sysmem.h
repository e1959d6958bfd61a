/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer-info.h"
#include "sysmem-buffer.h"
#include "sysmem-client.h"
#include "sysmem-collection.h"
#include "sysmem-constraints.h"
#include "sysmem-device.h"
#include "sysmem-enum-types.h"
#include "sysmem-enums.h"
#include "sysmem-error.h"
#include "sysmem-explanation.h"
#include "sysmem-group.h"
#include "sysmem-heap.h"
#include "sysmem-image-format-constraints.h"
#include "sysmem-kms-plane.h"
#include "sysmem-mapping.h"
#include "sysmem-memory-constraints.h"
#include "sysmem-node.h"
#include "sysmem-plane.h"
#include "sysmem-settings.h"
#include "sysmem-size.h"
#include "sysmem-solve.h"
#include "sysmem-token.h"
#include "sysmem-types.h"
#include "sysmem-v4l2-queue.h"
