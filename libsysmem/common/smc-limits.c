/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-limits.h"

#define KIB G_GUINT64_CONSTANT (1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* Sizes of memory objects are off_t to the kernel. */
#define MAX_BYTES ((guint64)G_MAXINT64)

/* clang-format off */
#define CONSTANT(key, value, description) \
  { key, description, -1, value, value, value }
#define SETTING(key, member, value, minimum, maximum, description) \
  { key, description, G_STRUCT_OFFSET (SmcLimits, member), value, minimum, maximum }

static const SmcLimitInfo infos[] = {
  CONSTANT ("MaxBuffers", SMC_MAX_BUFFERS,
            "Buffers of one collection."),
  CONSTANT ("MaxRightsMasks", SMC_MAX_MASKS,
            "Rights attenuation masks in one call."),
  CONSTANT ("MaxGroupCombinations", SMC_MAX_GROUP_COMBINATIONS,
            "Combinations of group children tried for one allocation."),
  CONSTANT ("MaxImageFormatConstraints", SMC_MAX_IMAGE_ENTRIES,
            "Entries in image_format_constraints of one participant."),
  CONSTANT ("MaxPixelFormats", SMC_MAX_PIXEL_FORMATS,
            "Strings in pixel_formats of one entry."),
  CONSTANT ("MaxColorSpaces", SMC_MAX_COLOR_SPACES,
            "Strings in color_spaces of one entry."),
  CONSTANT ("MaxRequiredSizes", SMC_MAX_REQUIRED_SIZES,
            "Sizes in required_max_size_list of one entry."),
  CONSTANT ("MaxPermittedHeaps", SMC_MAX_PERMITTED_HEAPS,
            "Strings in permitted_heaps of one participant."),
  CONSTANT ("MaxHeapNameBytes", SMC_MAX_HEAP_NAME_BYTES,
            "Bytes of one string in permitted_heaps."),
  CONSTANT ("MaxNameBytes", SMC_MAX_NAME_BYTES,
            "Bytes of a collection's name."),
  CONSTANT ("MaxClientNameBytes", SMC_MAX_CLIENT_NAME_BYTES,
            "Bytes of a debug client name."),
  CONSTANT ("MaxNodeTrackers", SMC_MAX_NODE_TRACKERS,
            "Node trackers of one node."),
  CONSTANT ("MaxLifetimeTrackers", SMC_MAX_LIFETIME_TRACKERS,
            "Lifetime trackers of one collection."),
  CONSTANT ("MaxHandlesPerBuffer", SMC_MAX_HANDLES_PER_BUFFER,
            "Open close_weak_asap and lease handles of one buffer that one node was given, or one user "
            "by GetBufferInfo."),
  CONSTANT ("MaxNodesPerTree", SMC_MAX_NODES_PER_TREE,
            "Nodes of one tree."),
  CONSTANT ("MaxPixelFormatPairs", SMC_MAX_PAIRS_PER_PARTICIPANT,
            "Pixel format pairs of one participant, over all its entries."),
  CONSTANT ("MaxEntryMerges", SMC_MAX_ENTRY_MERGES,
            "Merges of two image format entries in one negotiation."),
  CONSTANT ("MaxCheckParticipants", SMC_MAX_CHECK_PARTICIPANTS,
            "Participants in one call of CheckConstraints."),
  CONSTANT ("MaxRejections", SMC_MAX_REJECTIONS,
            "Rejected candidates that an explanation lists."),

  SETTING ("MaxBufferSize", max_buffer_size, 256 * MIB, 4 * KIB, MAX_BYTES,
           "Bytes of one buffer."),
  SETTING ("MaxCollectionSize", max_collection_size, 1 * GIB, 4 * KIB, MAX_BYTES,
           "Bytes of all buffers of one collection together."),
  SETTING ("MaxFdsPerMessage", max_fds_per_message, 16, 4, 253,
           "File descriptors in one D-Bus message."),
  SETTING ("MaxWaitsPerConnection", max_waits_per_connection, 32, 1, 4096,
           "Pending waits of one connection."),
  SETTING ("MaxBundlesPerConnection", max_bundles_per_connection, 4, 1, 1024,
           "Unread bundles of one connection."),
  SETTING ("MaxBundlesPerUid", max_bundles_per_uid, 16, 1, 4096,
           "Unread bundles of one user."),
  SETTING ("MaxTreesPerConnection", max_trees_per_connection, 1024, 1, 1 << 20,
           "Trees made by one connection."),
  SETTING ("MaxBytesPerUid", max_bytes_per_uid, 0, 4 * KIB, MAX_BYTES,
           "Bytes of all buffers one user pays for, and of what constraints take beyond 4 KiB for each "
           "participant; by default a quarter of the machine's memory."),
  SETTING ("MaxCollectionsPerUid", max_collections_per_uid, 1024, 1, 1 << 20,
           "Collections one user pays for."),
  SETTING ("MaxNodesPerUid", max_nodes_per_uid, 16384, 1, 1 << 24,
           "Nodes one user pays for."),
  SETTING ("MaxFdsPerUid", max_fds_per_uid, 32768, 16, 1 << 24,
           "File descriptors one user pays for."),
  SETTING ("MaxFailedNodesPerConnection", max_failed_nodes_per_connection, 256, 1, 1 << 16,
           "Failed nodes kept for one connection to ask for the reason."),
  SETTING ("WaitTimeout", wait_timeout_ms, 20000, 100, 20000,
           "Milliseconds after which a wait is answered with Pending."),
  SETTING ("LingerTimeout", linger_timeout_s, 300, 1, 86400,
           "Seconds without a call after which a lingering tree fails."),
  SETTING ("FailedNodeTimeout", failed_node_timeout_s, 60, 1, 3600,
           "Seconds for which a failed node is kept."),

  { NULL, NULL, -1, 0, 0, 0 },
};
/* clang-format on */

void
smc_limits_init (SmcLimits *limits, guint64 ram_bytes)
{
  g_return_if_fail (limits != NULL);

  for (const SmcLimitInfo *info = infos; info->key != NULL; info++)
    if (info->offset >= 0)
      G_STRUCT_MEMBER (guint64, limits, info->offset) = info->value;

  limits->max_bytes_per_uid = MAX (ram_bytes / 4, 4 * KIB);
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
