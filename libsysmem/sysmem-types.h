/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the library offers; everything else is hidden. sysmem.map says the same to the linker. */
#define SYSMEM_EXPORT __attribute__ ((visibility ("default")))

typedef struct _SysmemBuffer SysmemBuffer;
typedef struct _SysmemBufferInfo SysmemBufferInfo;
typedef struct _SysmemClient SysmemClient;
typedef struct _SysmemCollection SysmemCollection;
typedef struct _SysmemConstraints SysmemConstraints;
typedef struct _SysmemExplanation SysmemExplanation;
typedef struct _SysmemGroup SysmemGroup;
typedef struct _SysmemHeap SysmemHeap;
typedef struct _SysmemMapping SysmemMapping;
typedef struct _SysmemNode SysmemNode;
typedef struct _SysmemSettings SysmemSettings;
typedef struct _SysmemToken SysmemToken;

G_END_DECLS
