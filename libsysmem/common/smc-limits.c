/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-limits.h"

#define KIB G_GUINT64_CONSTANT (1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* Sizes of memory objects are off_t to the kernel. */
#define MAX_BYTES ((guint64)G_MAXINT64)

#define CONSTANT(key, description, value) \
  { \
    key, description, -1, value, value, value \
  }
#define SETTING(key, description, member, value, minimum, maximum) \
  { \
    key, description, G_STRUCT_OFFSET (SmcLimits, member), value, minimum, maximum \
  }

/* clang-format off */
static const SmcLimitInfo infos[] = {
  CONSTANT ("MaxBuffers", "Buffers of one collection.", SMC_MAX_BUFFERS),
  CONSTANT ("MaxRightsMasks", "Rights attenuation masks in one call.", SMC_MAX_MASKS),
  CONSTANT ("MaxGroupCombinations", "Combinations of group children tried for one allocation.", SMC_MAX_GROUP_COMBINATIONS),
  CONSTANT ("MaxImageFormatConstraints", "Entries in image_format_constraints of one participant.", SMC_MAX_IMAGE_ENTRIES),
  CONSTANT ("MaxPixelFormats", "Strings in pixel_formats of one entry.", SMC_MAX_PIXEL_FORMATS),
  CONSTANT ("MaxColorSpaces", "Strings in color_spaces of one entry.", SMC_MAX_COLOR_SPACES),
  CONSTANT ("MaxRequiredSizes", "Sizes in required_max_size_list of one entry.", SMC_MAX_REQUIRED_SIZES),
  CONSTANT ("MaxPermittedHeaps", "Strings in permitted_heaps of one participant.", SMC_MAX_PERMITTED_HEAPS),
  CONSTANT ("MaxHeapNameBytes", "Bytes of one string in permitted_heaps.", SMC_MAX_HEAP_NAME_BYTES),
  CONSTANT ("MaxNameBytes", "Bytes of a collection's name.", SMC_MAX_NAME_BYTES),
  CONSTANT ("MaxClientNameBytes", "Bytes of a debug client name.", SMC_MAX_CLIENT_NAME_BYTES),
  CONSTANT ("MaxNodeTrackers", "Node trackers of one node.", SMC_MAX_NODE_TRACKERS),
  CONSTANT ("MaxLifetimeTrackers", "Lifetime trackers of one collection.", SMC_MAX_LIFETIME_TRACKERS),
  CONSTANT ("MaxNodesPerTree", "Nodes of one tree.", SMC_MAX_NODES_PER_TREE),
  CONSTANT ("MaxPixelFormatPairs", "Pixel format pairs of one participant, over all its entries.", SMC_MAX_PAIRS_PER_PARTICIPANT),
  CONSTANT ("MaxEntryMerges", "Merges of two image format entries in one negotiation.", SMC_MAX_ENTRY_MERGES),
  CONSTANT ("MaxCheckParticipants", "Participants in one call of CheckConstraints.", SMC_MAX_CHECK_PARTICIPANTS),
  CONSTANT ("MaxRejections", "Entries in an explanation's list of rejected candidates.", SMC_MAX_REJECTIONS),

  SETTING ("MaxBufferSize", "Bytes of one buffer.", max_buffer_size, 256 * MIB, 4 * KIB, MAX_BYTES),
  SETTING ("MaxCollectionSize", "Bytes of all buffers of one collection together.", max_collection_size, 1 * GIB, 4 * KIB, MAX_BYTES),
  SETTING ("MaxFdsPerMessage", "File descriptors in one D-Bus message.", max_fds_per_message, 16, 4, 253),
  SETTING ("MaxWaitsPerConnection", "Pending waits of one connection.", max_waits_per_connection, 32, 1, 4096),
  SETTING ("MaxBundlesPerConnection", "Unread bundles of one connection.", max_bundles_per_connection, 4, 1, 1024),
  SETTING ("MaxBundlesPerUid", "Unread bundles of one user.", max_bundles_per_uid, 16, 1, 4096),
  SETTING ("MaxTreesPerConnection", "Trees made by one connection.", max_trees_per_connection, 1024, 1, 1 << 20),
  SETTING ("MaxBytesPerUid", "Bytes of all buffers one user pays for; a quarter of the machine's memory unless configured.", max_bytes_per_uid, 0, 4 * KIB, MAX_BYTES),
  SETTING ("MaxCollectionsPerUid", "Collections one user pays for.", max_collections_per_uid, 1024, 1, 1 << 20),
  SETTING ("MaxNodesPerUid", "Nodes one user pays for.", max_nodes_per_uid, 16384, 1, 1 << 24),
  SETTING ("MaxFdsPerUid", "File descriptors one user pays for.", max_fds_per_uid, 32768, 16, 1 << 24),
  SETTING ("MaxFailedNodesPerConnection", "Failed nodes kept for one connection to ask for the reason.", max_failed_nodes_per_connection, 256, 1, 65536),
  SETTING ("WaitTimeout", "Milliseconds after which a wait is answered with Pending.", wait_timeout_ms, 20000, 100, 20000),
  SETTING ("LingerTimeout", "Seconds without a call after which a lingering tree fails.", linger_timeout_s, 300, 1, 86400),
  SETTING ("FailedNodeTimeout", "Seconds for which a failed node is kept.", failed_node_timeout_s, 60, 1, 3600),

  { NULL, NULL, -1, 0, 0, 0 },
};
/* clang-format on */

#define RAM_SHARE_PER_UID 4

void
smc_limits_init (SmcLimits *limits, guint64 ram_bytes)
{
  g_return_if_fail (limits != NULL);

  for (const SmcLimitInfo *info = infos; info->key != NULL; info++)
    if (info->offset >= 0)
      G_STRUCT_MEMBER (guint64, limits, info->offset) = info->value;

  limits->max_bytes_per_uid = MAX (ram_bytes / RAM_SHARE_PER_UID, 4 * KIB);
}

const SmcLimitInfo *
smc_limits_get_infos (void)
{
  return infos;
}

guint64
smc_limits_get (const SmcLimits *limits, const SmcLimitInfo *info)
{
  g_return_val_if_fail (limits != NULL && info != NULL, 0);

  if (info->offset < 0)
    return info->value;
  return G_STRUCT_MEMBER (const guint64, limits, info->offset);
}
