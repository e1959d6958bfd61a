/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The other end of an element's link, in the test's own hands: it says what it wants to, be it
 * wrong. */

#pragma once

#include "gst-line.h"
#include "gstsysmemchannel.h"

G_BEGIN_DECLS

/* A consumer. */
GstSysmemChannel *gst_peer_connect (const char *path);

/* Says what @message is, if the other end can still be told. */
void gst_peer_say (GstSysmemChannel *peer, GstSysmemMessage message);
void gst_peer_say_hello (GstSysmemChannel *peer, const char *caps);
/* Caps that GStreamer would read for ever, or not survive: number @i; NULL: there are no more. */
char *gst_peer_make_monstrous_caps (guint i);
void gst_peer_say_bytes (GstSysmemChannel *peer, gconstpointer data, gsize size);

/* The next message; one of type 0: the other end has gone. */
void gst_peer_hear (GstSysmemChannel *peer, GstSysmemMessage *message);
/* The next message of the type; others are passed over. */
void gst_peer_wait_for (GstSysmemChannel *peer,
                        GstSysmemMessageType type,
                        GstSysmemMessage *message);
/* Where a consumer says what it releases, as it is told when it comes. */
GstSysmemChannel *gst_peer_wait_for_return_path (GstSysmemChannel *peer);
/* The other end says goodbye, with @sentence among its reasons, and goes. */
void gst_peer_assert_dismissed (GstSysmemChannel *peer, const char *sentence);

/* Turns the token of a GENERATION in for so many buffers, and says so. */
SysmemCollection *gst_peer_bind (GstSysmemChannel *peer,
                                 SysmemClient *client,
                                 GstSysmemMessage *invitation,
                                 guint camping);

G_END_DECLS
