/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the two ends of a link say to each other: one message a datagram.
 *
 *   consumer                               producer
 *      | HELLO caps ------------------------> |  what it could take
 *      | <-------------- WELCOME + return path
 *      | <------------ GENERATION 1 caps + token
 *      | BOUND 1, camping ------------------> |  turned the token in, has said its constraints
 *      | READY 1 ---------------------------> |  has its buffers (or REFUSED 1, and why)
 *      | <----------------- FRAME 1 index times
 *      | RELEASE 1 index ===================> |  by the return path
 *      | CAPS caps -------------------------> |  what it could take has changed
 *      | EOS <------------------------------> |  of this consumer; the next stream takes a new link
 *      | BYE <------------------------------> |  leaves, and why
 *
 * The return path is a second socket of each consumer's, for RELEASE alone: the producer listens there
 * only when it lacks a buffer (gstsysmemreturns.h).
 *
 * Pixels never travel, and of file descriptors only a token's handle and the return path do. Where an
 * image is in its buffer is not said either: each end has it from the daemon. Both ends are on one machine, so
 * numbers are in its byte order. Whatever a peer sends is checked here as far as one message can be
 * judged alone: unused fields are zero, sizes are exact, text is UTF-8. */

#pragma once

#include "sysmem-fd.h"

G_BEGIN_DECLS

#define GST_SYSMEM_PROTOCOL_VERSION 1
#define GST_SYSMEM_TEXT_MAX_BYTES 65536
#define GST_SYSMEM_TIME_NONE G_MAXUINT64

typedef enum
{
  GST_SYSMEM_MESSAGE_HELLO = 1,
  GST_SYSMEM_MESSAGE_CAPS,
  GST_SYSMEM_MESSAGE_BOUND,
  GST_SYSMEM_MESSAGE_READY,
  GST_SYSMEM_MESSAGE_REFUSED,
  GST_SYSMEM_MESSAGE_RELEASE,
  GST_SYSMEM_MESSAGE_WELCOME,
  GST_SYSMEM_MESSAGE_GENERATION,
  GST_SYSMEM_MESSAGE_FRAME,
  GST_SYSMEM_MESSAGE_EOS,
  GST_SYSMEM_MESSAGE_BYE,
} GstSysmemMessageType;

/* Who says it. */
typedef enum
{
  GST_SYSMEM_CONSUMER = 1 << 0,
  GST_SYSMEM_PRODUCER = 1 << 1,
  GST_SYSMEM_RETURN_PATH = 1 << 2, /* the consumer, too */
} GstSysmemEnd;

/* What a frame says about itself. */
typedef enum
{
  GST_SYSMEM_FRAME_DISCONT = 1 << 0,
  GST_SYSMEM_FRAME_CORRUPTED = 1 << 1,
  GST_SYSMEM_FRAME_GAP = 1 << 2,
  GST_SYSMEM_FRAME_DROPPABLE = 1 << 3,
  GST_SYSMEM_FRAME_INTERLACED = 1 << 4,
  GST_SYSMEM_FRAME_TOP_FIELD_FIRST = 1 << 5,
  GST_SYSMEM_FRAME_REPEAT_FIRST_FIELD = 1 << 6,
  GST_SYSMEM_FRAME_ONE_FIELD = 1 << 7,
  GST_SYSMEM_FRAME_MULTIPLE_VIEW = 1 << 8,
  GST_SYSMEM_FRAME_FIRST_IN_BUNDLE = 1 << 9,
  GST_SYSMEM_FRAME_ALL_FLAGS = (1 << 10) - 1,
} GstSysmemFrameFlags;

/* When a frame is due and how long it lasts: nanoseconds of CLOCK_MONOTONIC, or TIME_NONE. */
typedef struct
{
  guint64 pts;
  guint64 dts;
  guint64 duration;
  guint64 latency; /* how long after its pts the producer may have sent it; never TIME_NONE */
} GstSysmemTimes;

typedef struct
{
  GstSysmemMessageType type;
  guint32 generation; /* from 1 */
  guint32 index;      /* FRAME, RELEASE: which of the generation's buffers */
  guint32 camping;    /* BOUND: how many frames the consumer holds at most */
  guint32 flags;      /* FRAME: GstSysmemFrameFlags */
  GstSysmemTimes times;
  char *text;  /* HELLO, CAPS, GENERATION: caps; REFUSED, BYE: why */
  SysmemFd fd; /* GENERATION: a token's handle; WELCOME: the consumer's end of its return path */
} GstSysmemMessage;

#define GST_SYSMEM_MESSAGE_INIT \
  { \
    .fd = -1 \
  }

/* A message as it travels, its text behind it without a NUL. */
typedef struct
{
  guint32 magic;
  guint16 version;
  guint16 type;
  guint32 generation;
  guint32 index;
  guint32 camping;
  guint32 flags;
  GstSysmemTimes times;
  guint32 text_size;
  guint32 zero;
} GstSysmemWire;

#define GST_SYSMEM_MESSAGE_MAX_BYTES (sizeof (GstSysmemWire) + GST_SYSMEM_TEXT_MAX_BYTES)

void gst_sysmem_message_clear (GstSysmemMessage *self);
const char *gst_sysmem_message_type_to_string (GstSysmemMessageType type);

/* What travels before the text. A message that decoding would refuse is a fault of the caller. */
void gst_sysmem_message_encode (const GstSysmemMessage *self, GstSysmemWire *wire);

/* Reads what @from sent. Takes *@fd (-1: none came) in any case. FALSE with a sentence about
 * what is wrong with it, and an empty message, if the protocol does not allow it. */
gboolean gst_sysmem_message_decode (GstSysmemMessage *self,
                                    GstSysmemEnd from,
                                    const guint8 *data,
                                    gsize size,
                                    SysmemFd *fd,
                                    GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstSysmemMessage, gst_sysmem_message_clear)

G_END_DECLS
