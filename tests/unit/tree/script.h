/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Trees as scripts, so that a case reads like a sentence of the rules. A step is a command and,
 * after " : ", all that must come of it; a step without that must have no result.
 *
 *   dup PARENT CHILD…      make tokens: duplicates, children of a group, attached ones
 *   mask PARENT CHILD MASK the same with a rights mask
 *   group TOKEN NAME       make a group
 *   bind NODE…             turn tokens into collections
 *   dispensable NODE       also: weak, weak-ok, weak-ok-for-children
 *   set NODE WORD…         SetConstraints; the words are those of script_constraints_new (), before
 *                          them perhaps match=WORD,WORD…: must_match buffers made for those
 *   present GROUP          AllChildrenPresent
 *   rename NODE NAME       SetDebugClientInfo
 *   release NODE           also: fail NODE
 *   end CODE               sme_tree_fail () with that error
 *   done                   the memory is there; "done size=N": the heap laid the image out,
 *                          in that many bytes
 *   no-memory              the heap has none; "no-fit": it cannot lay the image out as agreed;
 *                          "quota": none may be had
 *   heap NAME              one more heap appears; "unplug NAME": it disappears
 *   cap N                  MaxCollectionSize from now on
 *
 *   state NODE…  rights NODE…  waiting NODE  why NODE  conflicts NODE  rejected NODE
 *   alternate NODE NODE  is-weak NODE…  is-weak-ok NODE…  strong  allocating  nodes  settings
 *
 * The root token is called root. A node's debug name is the name it has here, its id the number
 * of nodes made before it. Results, in order:
 *
 *   refused(CODE)          the call was refused
 *   allocate(NxSIZE@HEAP)  memory is wanted
 *   cancel                 it is not wanted any more
 *   allocated(NODE…)       these have their buffers
 *   CODE(NODE…)            these failed, with one explanation
 *   gone(NODE…)            these orphans' places are gone
 *   ended                  the tree has no node left
 */

#pragma once

#include "engine/sme-tree.h"

typedef struct
{
  SmePolicy *policy; /* one heap to begin with: system */
  SmeTree *tree;
  GHashTable *nodes;        /* name → SmeNode */
  GHashTable *explanations; /* name → SmeExplanation, of those that failed */
  SmcSettings *wanted;      /* what the last allocate asked for */
} Script;

Script *script_new (void);
void script_free (Script *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Script, script_free)

/* Runs one step and checks its result. */
void script_step (Script *script, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Runs one command and returns its result. */
char *script_run (Script *script, const char *command);
SmeNode *script_get_node (Script *script, const char *name);

/* Constraints from words. Without any: cpu-read-often and cpu-write-often, camping 1, exactly 4096
 * bytes, cpu domain only. "empty": an empty dictionary. Else KEY=VALUE changes one field:
 *
 *   camp=N dedicated=N shared=N min-count=N max-count=N   counts
 *   size=N (both) min=N max=N                             bytes
 *   usage=A+B domains=A+B heaps=A+B                       lists
 *   nv12=WxH                                              one entry, rec709, of at least that size
 *   pad=N required-max=WxH required-sizes=N               of that entry
 *   formats=N                                             one entry of that many pixel formats
 */
SmePrepared *script_constraints_new (const char *const *words, GError **error);

/* A test that is nothing but a script. */
typedef struct
{
  const char *path;
  const char *steps[40];
} ScriptCase;

void script_cases_add (const ScriptCase *cases, gsize n_cases);
