/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-types.h"

G_BEGIN_DECLS

/**
 * SysmemUsage:
 * @SYSMEM_USAGE_NONE: settings only, no buffers; stands alone
 * @SYSMEM_USAGE_CPU_READ: reads with the CPU now and then
 * @SYSMEM_USAGE_CPU_READ_OFTEN: reads with the CPU as its main business
 * @SYSMEM_USAGE_CPU_WRITE: writes with the CPU now and then
 * @SYSMEM_USAGE_CPU_WRITE_OFTEN: writes with the CPU as its main business
 * @SYSMEM_USAGE_GPU_TRANSFER_SRC: source of GPU copies
 * @SYSMEM_USAGE_GPU_TRANSFER_DST: destination of GPU copies
 * @SYSMEM_USAGE_GPU_SAMPLED: sampled texture
 * @SYSMEM_USAGE_GPU_STORAGE: storage image or buffer
 * @SYSMEM_USAGE_GPU_COLOR_ATTACHMENT: rendered to
 * @SYSMEM_USAGE_GPU_STENCIL_ATTACHMENT: depth and stencil
 * @SYSMEM_USAGE_GPU_TRANSIENT_ATTACHMENT: lives within a render pass
 * @SYSMEM_USAGE_GPU_INPUT_ATTACHMENT: read within a render pass
 * @SYSMEM_USAGE_GPU_BUFFER: plain buffer of the GPU
 * @SYSMEM_USAGE_DISPLAY_LAYER: scanned out as a plane
 * @SYSMEM_USAGE_DISPLAY_CURSOR: scanned out as a cursor
 * @SYSMEM_USAGE_VIDEO_DECODER: a decoder's output
 * @SYSMEM_USAGE_VIDEO_ENCODER: an encoder's input
 * @SYSMEM_USAGE_VIDEO_CAPTURE: a camera's output
 * @SYSMEM_USAGE_VIDEO_DECRYPTOR_OUTPUT: a decryptor's output
 * @SYSMEM_USAGE_VIDEO_DECODER_INTERNAL: a decoder's own use
 *
 * What a participant does with the buffers. Who has any use but
 * %SYSMEM_USAGE_NONE gets them; who has a writing one (CPU writes, GPU transfer
 * destination, storage and color attachment, everything of video) gets them
 * writable as far as its token's rights allow.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  SYSMEM_USAGE_NONE = 1 << 0,
  SYSMEM_USAGE_CPU_READ = 1 << 1,
  SYSMEM_USAGE_CPU_READ_OFTEN = 1 << 2,
  SYSMEM_USAGE_CPU_WRITE = 1 << 3,
  SYSMEM_USAGE_CPU_WRITE_OFTEN = 1 << 4,
  SYSMEM_USAGE_GPU_TRANSFER_SRC = 1 << 5,
  SYSMEM_USAGE_GPU_TRANSFER_DST = 1 << 6,
  SYSMEM_USAGE_GPU_SAMPLED = 1 << 7,
  SYSMEM_USAGE_GPU_STORAGE = 1 << 8,
  SYSMEM_USAGE_GPU_COLOR_ATTACHMENT = 1 << 9,
  SYSMEM_USAGE_GPU_STENCIL_ATTACHMENT = 1 << 10,
  SYSMEM_USAGE_GPU_TRANSIENT_ATTACHMENT = 1 << 11,
  SYSMEM_USAGE_GPU_INPUT_ATTACHMENT = 1 << 12,
  SYSMEM_USAGE_GPU_BUFFER = 1 << 13,
  SYSMEM_USAGE_DISPLAY_LAYER = 1 << 14,
  SYSMEM_USAGE_DISPLAY_CURSOR = 1 << 15,
  SYSMEM_USAGE_VIDEO_DECODER = 1 << 16,
  SYSMEM_USAGE_VIDEO_ENCODER = 1 << 17,
  SYSMEM_USAGE_VIDEO_CAPTURE = 1 << 18,
  SYSMEM_USAGE_VIDEO_DECRYPTOR_OUTPUT = 1 << 19,
  SYSMEM_USAGE_VIDEO_DECODER_INTERNAL = 1 << 20,
} SysmemUsage;

/**
 * SysmemCoherencyDomains:
 * @SYSMEM_COHERENCY_DOMAIN_CPU: CPU caches hold the truth; devices snoop them
 * @SYSMEM_COHERENCY_DOMAIN_RAM: RAM holds the truth; CPU access is bracketed
 * @SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE: the CPU does not touch the buffers
 *
 * Where the truth about a buffer's content is while it changes hands.
 *
 * Since: 1.0
 */
typedef enum /*< flags,prefix=SYSMEM_COHERENCY_DOMAIN >*/
{
  SYSMEM_COHERENCY_DOMAIN_CPU = 1 << 0,
  SYSMEM_COHERENCY_DOMAIN_RAM = 1 << 1,
  SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE = 1 << 2,
} SysmemCoherencyDomains;

/**
 * SysmemBufferType:
 * @SYSMEM_BUFFER_MEMFD: plain memory, a memfd
 * @SYSMEM_BUFFER_DMA_BUF: a dma-buf, which devices can import
 *
 * What kind of file a buffer is.
 *
 * Since: 1.0
 */
typedef enum /*< prefix=SYSMEM_BUFFER >*/
{
  SYSMEM_BUFFER_MEMFD,
  SYSMEM_BUFFER_DMA_BUF,
} SysmemBufferType;

/**
 * SysmemWriteProtection:
 * @SYSMEM_WRITE_PROTECTION_ENFORCED: the kernel keeps a read-only participant from writing
 * @SYSMEM_WRITE_PROTECTION_ADVISORY: it is a promise among friends
 *
 * What a read-only file descriptor is worth.
 *
 * Since: 1.0
 */
typedef enum
{
  SYSMEM_WRITE_PROTECTION_ENFORCED,
  SYSMEM_WRITE_PROTECTION_ADVISORY,
} SysmemWriteProtection;

/**
 * SysmemRights:
 * @SYSMEM_RIGHTS_READ: may read; no token is without it
 * @SYSMEM_RIGHTS_WRITE: may write
 * @SYSMEM_RIGHTS_SAME: all that the parent has
 *
 * What a new token keeps of its parent's rights. Rights only ever shrink.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  SYSMEM_RIGHTS_READ = 1 << 0,
  SYSMEM_RIGHTS_WRITE = 1 << 1,
  SYSMEM_RIGHTS_SAME = SYSMEM_RIGHTS_READ | SYSMEM_RIGHTS_WRITE,
} SysmemRights;

/**
 * SysmemNodeState:
 * @SYSMEM_NODE_WAITING: has not said all yet: a token, a collection before its
 *   constraints are set, a group before all children are present
 * @SYSMEM_NODE_READY: has said all and waits for the others
 * @SYSMEM_NODE_ALLOCATED: may have its buffers
 * @SYSMEM_NODE_FAILED: has failed, see [property@Sysmem.Node:failure]
 * @SYSMEM_NODE_RELEASED: was released, abandoned or, a token, turned in
 *
 * How far a node is, as this process knows it.
 *
 * Since: 1.0
 */
typedef enum /*< prefix=SYSMEM_NODE >*/
{
  SYSMEM_NODE_WAITING,
  SYSMEM_NODE_READY,
  SYSMEM_NODE_ALLOCATED,
  SYSMEM_NODE_FAILED,
  SYSMEM_NODE_RELEASED,
} SysmemNodeState;

/**
 * SysmemMapFlags:
 * @SYSMEM_MAP_READ: the CPU reads
 * @SYSMEM_MAP_WRITE: the CPU writes; reading is possible, too
 *
 * What a mapping is for.
 *
 * Since: 1.0
 */
typedef enum /*< flags,prefix=SYSMEM_MAP >*/
{
  SYSMEM_MAP_READ = 1 << 0,
  SYSMEM_MAP_WRITE = 1 << 1,
} SysmemMapFlags;

/**
 * SysmemBufferInfoFlags:
 * @SYSMEM_BUFFER_INFO_NEED_WEAK: get a weak file descriptor of the buffer
 * @SYSMEM_BUFFER_INFO_NEED_SETTINGS: get the settings
 * @SYSMEM_BUFFER_INFO_IGNORE_SIZE: leave sizes out when comparing settings
 *
 * What to find out about a buffer.
 *
 * Since: 1.0
 */
typedef enum /*< flags,prefix=SYSMEM_BUFFER_INFO >*/
{
  SYSMEM_BUFFER_INFO_NEED_WEAK = 1 << 0,
  SYSMEM_BUFFER_INFO_NEED_SETTINGS = 1 << 1,
  SYSMEM_BUFFER_INFO_IGNORE_SIZE = 1 << 2,
} SysmemBufferInfoFlags;

/**
 * SysmemOutcome:
 * @SYSMEM_OUTCOME_PENDING: somebody has not answered yet
 * @SYSMEM_OUTCOME_ALLOCATED: there are buffers
 * @SYSMEM_OUTCOME_FAILED: there are none, and will not be
 *
 * What an explanation explains.
 *
 * Since: 1.0
 */
typedef enum
{
  SYSMEM_OUTCOME_PENDING,
  SYSMEM_OUTCOME_ALLOCATED,
  SYSMEM_OUTCOME_FAILED,
} SysmemOutcome;

/**
 * SysmemKmsPlaneKind:
 * @SYSMEM_KMS_PLANE_OVERLAY: lies over or under the others
 * @SYSMEM_KMS_PLANE_PRIMARY: the screen itself
 * @SYSMEM_KMS_PLANE_CURSOR: the mouse pointer
 *
 * What a plane of a display controller is for.
 *
 * Since: 1.0
 */
typedef enum /*< prefix=SYSMEM_KMS_PLANE >*/
{
  SYSMEM_KMS_PLANE_OVERLAY,
  SYSMEM_KMS_PLANE_PRIMARY,
  SYSMEM_KMS_PLANE_CURSOR,
} SysmemKmsPlaneKind;

/**
 * SysmemV4l2Direction:
 * @SYSMEM_V4L2_CAPTURE: the device fills buffers
 * @SYSMEM_V4L2_OUTPUT: the device reads buffers
 *
 * A direction of a V4L2 device. Codecs have both: a decoder fills with pictures what it captures,
 * an encoder reads pictures from its output.
 *
 * Since: 1.0
 */
typedef enum /*< prefix=SYSMEM_V4L2 >*/
{
  SYSMEM_V4L2_CAPTURE,
  SYSMEM_V4L2_OUTPUT,
} SysmemV4l2Direction;

G_END_DECLS
