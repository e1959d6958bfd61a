/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as calls on a tree, three for each: which call (calls.h), on which node, and how.
 * Oracle: what must hold whatever was called (world.h). */

#include "calls.h"
#include "fuzz.h"

#define CALL_BYTES 3
/* More would only be slower. */
#define MAX_CALLS 200

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (World) world = world_new ();
  size_t n_calls = MIN (size / CALL_BYTES, MAX_CALLS);

  for (size_t i = 0; i < n_calls && !world->ended; i++)
    {
      const uint8_t *call = data + i * CALL_BYTES;

      call_make (world, (Call)(call[0] % N_CALLS), call[1], call[2]);
    }
  return 0;
}
