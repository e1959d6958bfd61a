/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every limit of 03 §13 and 02, in one place. The constants belong to the protocol and never
 * change; SmcLimits holds what an administrator may set, with the key names of sysmem.conf.
 * smc_limits_get_infos () lists both, for the Limits property. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMC_MAX_BUFFERS 128u
#define SMC_MAX_MASKS 64u
#define SMC_MAX_GROUP_COMBINATIONS 64u
#define SMC_MAX_IMAGE_ENTRIES 64u
#define SMC_MAX_PIXEL_FORMATS 65u
#define SMC_MAX_COLOR_SPACES 32u
#define SMC_MAX_REQUIRED_SIZES 64u
#define SMC_MAX_PERMITTED_HEAPS 64u
#define SMC_MAX_HEAP_NAME_BYTES 128u
#define SMC_MAX_NAME_BYTES 64u
#define SMC_MAX_CLIENT_NAME_BYTES 256u
#define SMC_MAX_NODE_TRACKERS 256u
#define SMC_MAX_LIFETIME_TRACKERS 256u
#define SMC_MAX_HANDLES_PER_BUFFER 256u
#define SMC_MAX_NODES_PER_TREE 512u
#define SMC_MAX_PAIRS_PER_PARTICIPANT 512u
#define SMC_MAX_ENTRY_MERGES (1u << 20)
#define SMC_MAX_CHECK_PARTICIPANTS 512u
#define SMC_MAX_REJECTIONS 256u

typedef struct
{
  guint64 max_buffer_size;            /* MaxBufferSize, bytes of one buffer */
  guint64 max_collection_size;        /* MaxCollectionSize, bytes of all buffers of a collection */
  guint64 max_fds_per_message;        /* MaxFdsPerMessage */
  guint64 max_waits_per_connection;   /* MaxWaitsPerConnection */
  guint64 max_bundles_per_connection; /* MaxBundlesPerConnection, unread ones */
  guint64 max_bundles_per_uid;        /* MaxBundlesPerUid, unread ones */
  guint64 max_trees_per_connection;   /* MaxTreesPerConnection */
  guint64 max_bytes_per_uid;          /* MaxBytesPerUid; the default is 25 % of RAM */
  guint64 max_collections_per_uid;    /* MaxCollectionsPerUid */
  guint64 max_nodes_per_uid;          /* MaxNodesPerUid */
  guint64 max_fds_per_uid;            /* MaxFdsPerUid */
  guint64 max_failed_nodes_per_connection; /* MaxFailedNodesPerConnection */
  guint64 wait_timeout_ms;                 /* WaitTimeout, milliseconds, at most 20000 */
  guint64 linger_timeout_s;                /* LingerTimeout, seconds */
  guint64 failed_node_timeout_s;           /* FailedNodeTimeout, seconds */
} SmcLimits;

/* One limit: its sysmem.conf key and its place. A limit with @offset < 0 is a constant. */
typedef struct
{
  const char *key;
  const char *description;  /* one sentence with the unit */
  gssize offset;            /* of a guint64 in SmcLimits */
  guint64 value;            /* the constant, or the built-in default */
  guint64 minimum, maximum; /* what the configuration file may say */
} SmcLimitInfo;

/* The defaults; @ram_bytes is the machine's memory, for MaxBytesPerUid. */
void smc_limits_init (SmcLimits *limits, guint64 ram_bytes);

/* All limits, in the order of the documentation; ends with an entry whose key is NULL. */
const SmcLimitInfo *smc_limits_get_infos (void);

guint64 smc_limits_get (const SmcLimits *limits, const SmcLimitInfo *info);

G_END_DECLS
