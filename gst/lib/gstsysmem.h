/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstsysmembufferpool.h"
#include "gstsysmemcolor.h"
#include "gstsysmemconstraints.h"
#include "gstsysmemformat.h"
#include "gstsysmemlayout.h"
#include "gstsysmemtypes.h"
