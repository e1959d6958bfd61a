/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Caps that another process has said. GStreamer reads lists in lists by recursion, and compares
 * everything with everything: caps of some kilobytes can keep it busy for ever, or end the process.
 * Nobody who describes video needs such caps. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* NULL with an error of G_IO_ERROR: they are no caps, or more than anybody needs. */
GstCaps *gst_sysmem_peer_caps_parse (const char *text, GError **error);
/* What both take, in the order of @first; no more structures than one peer may say. */
GstCaps *gst_sysmem_peer_caps_intersect (GstCaps *first, GstCaps *second);
/* As text that is fit for logs, without control characters; cut so that a message has room for a
 * sentence about two of them. */
char *gst_sysmem_peer_caps_to_string (const GstCaps *caps);
/* Takes caps and leaves of them what one peer may say: what is liked least is left out. */
GstCaps *gst_sysmem_peer_caps_shorten (GstCaps *caps);

G_END_DECLS
