/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* When the kernel is asked again who holds a collection's buffers (05, "When to ask"): three times
 * after something was closed, and now and then where it does not tell of closes. Not at all while
 * smd_buffers_are_asked_about () says no. */

#pragma once

#include "server/smd-buffer.h"

G_BEGIN_DECLS

/* Something that held @buffer was closed. */
void smd_ask_again_touched (SmdBuffer *buffer);
/* Somebody wants to know of @buffer, which exists. */
void smd_ask_now (SmdBuffer *buffer);
/* The close watch has something to read. */
void smd_ask_again_after_closes (SmdServer *server);

/* It was just asked: when next? */
void smd_ask_again (SmdCollection *collection);
void smd_ask_again_stop (SmdCollection *collection);

G_END_DECLS
