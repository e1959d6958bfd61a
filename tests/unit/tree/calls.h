/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls on a tree, chosen by numbers: by chance in test-random.c, by the bytes of a fuzzer's input.
 * Each does what it can with the node it is given, or nothing. */

#pragma once

#include "world.h"

/* Numbers of inputs that are kept: new ones go to the end. */
typedef enum
{
  CALL_ADD_TOKENS, /* duplicates, children of a group, attached ones */
  CALL_ADD_GROUP,
  CALL_BIND,
  CALL_RELEASE,
  CALL_SET_CONSTRAINTS,
  CALL_ALL_CHILDREN_PRESENT,
  CALL_FAIL,
  CALL_SET_WEAK,
  CALL_SET_DISPENSABLE,
  CALL_EXPLAIN,
  CALL_MEMORY_DONE, /* or failed */
  CALL_SET_WEAK_OK,
  CALL_SET_DEBUG_INFO,
  CALL_IS_ALTERNATE_FOR,
  CALL_SET_CONSTRAINTS_MUST_MATCH,
} Call;
#define N_CALLS (CALL_SET_CONSTRAINTS_MUST_MATCH + 1)

/* Makes the call and checks what comes of it. @node is the number of a connected one, counted
 * around; @argument says how. Not on a tree that has ended. */
void call_make (World *world, Call call, guint node, guint argument);
