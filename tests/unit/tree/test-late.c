/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Late allocation (03 §8): who may join buffers that exist. */

#include <string.h>

#include "script.h"

/* The participants of cases 50 to 59: an initiator, a participant, and who is attached. */
#define FRAME "camp=3 min=65536 max=393216 "
#define INITIATOR FRAME "nv12=256x256"
#define PARTICIPANT FRAME "nv12=512x512"

/* clang-format off */
static const ScriptCase cases[] = {
  { "/late/case-051-attached-after-the-allocation",
    { "dup root c2",
      "bind root c2",
      "set root " INITIATOR,
      "set c2 " PARTICIPANT " : allocate(6x393216@system)",
      "done : allocated(root c2)",
      "dup c2 c3",
      "bind c3",
      "set c3 camp=0 min=0 max=1000000 : allocated(c3)",
      "fail c3 : Unspecified(c3)",
      "dup c2 c4",
      "bind c4",
      "set c4 camp=0 min=0 max=1000000 : allocated(c4)" } },
  { "/late/case-053-attached-before-the-allocation-but-of-another-size",
    { "dup root c2",
      "bind root c2",
      "set root " INITIATOR,
      "dup c2 c3",
      "bind c3",
      "set c3 camp=0 min=0 max=393215",
      "set c2 " PARTICIPANT " : allocate(6x393216@system)",
      "done : allocated(root c2) ConstraintsIntersectionEmpty(c3)",
      "nodes : root c2" } },
  { "/late/case-055-counts-come-back-when-an-attached-node-goes",
    { "dup root c2",
      "bind root c2",
      "set root " INITIATOR,
      "dup c2 c3",
      "bind c3",
      "set c3 camp=2 min=0 max=1000000",
      "set c2 " PARTICIPANT " min-count=8 : allocate(8x393216@system)",
      "done : allocated(root c2 c3)",
      "fail c3 : Unspecified(c3)",
      "dup c2 c4",
      "bind c4",
      "set c4 camp=2 min=0 max=1000000 : allocated(c4)",
      "fail c4 : Unspecified(c4)",
      "dup c2 c5",
      "bind c5",
      "set c5 camp=2 min=0 max=1000000 : allocated(c5)" } },
  { "/late/case-057-an-early-attachment-reserves-nothing",
    { "dup root c2",
      "bind root c2",
      "set root " INITIATOR,
      "dup c2 c3",
      "bind c3",
      "set c3 camp=1 min=0 max=1000000",
      "set c2 " PARTICIPANT " : allocate(6x393216@system)",
      "done : allocated(root c2) ConstraintsIntersectionEmpty(c3)" } },
  { "/late/case-059-the-domain-stays-though-a-newcomer-would-have-had-another",
    { "bind root",
      "set root domains=cpu+ram : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 domains=cpu+ram usage=display-layer : allocated(x)" } },
  { "/late/a-newcomer-may-not-need-another-domain",
    { "bind root",
      "set root domains=cpu+ram : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 domains=ram : ConstraintsIntersectionEmpty(x)" } },
  { "/late/a-newcomer-may-not-need-another-heap",
    { "heap spare",
      "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 heaps=spare : ConstraintsIntersectionEmpty(x)" } },
  { "/late/a-newcomer-may-not-tighten-the-image",
    { "bind root",
      "set root min=1 max=1000000 nv12=512x512 : allocate(1x393216@system)",
      "done : allocated(root)",
      "dup root x y",
      "bind x y",
      "set x camp=0 min=1 max=1000000 nv12=256x256 : allocated(x)",
      "set y camp=0 min=1 max=1000000 nv12=512x514 : ConstraintsIntersectionEmpty(y)" } },
  { "/late/a-newcomer-may-not-tighten-what-leaves-the-size-as-it-is",
    { "bind root",
      "set root size=393216 nv12=256x256 : allocate(1x393216@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 size=393216 nv12=512x512 : ConstraintsIntersectionEmpty(x)",
      "conflicts x : image_format_constraints.min_size(the allocated buffers x)" } },
  { "/late/a-newcomer-may-not-add-padding",
    { "bind root",
      "set root min=1 max=1000000 nv12=256x256 : allocate(1x98304@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 min=1 max=1000000 nv12=256x256 pad=4096 : ConstraintsIntersectionEmpty(x)" } },
  { "/late/padding-that-exists-does-no-harm",
    { "bind root",
      "set root min=1 max=1000000 nv12=256x256 pad=4096 : allocate(1x98304@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 min=1 max=1000000 : allocated(x)" } },
  { "/late/required-sizes-that-exist-do-no-harm",
    { "bind root",
      "set root min=1 max=1000000 nv12=256x256 required-max=512x512 : allocate(1x393216@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 min=1 max=1000000 nv12=256x256 required-max=512x512 : allocated(x)" } },
  { "/late/a-newcomer-may-not-bring-an-image-to-bare-bytes",
    { "bind root",
      "set root size=98304 : allocate(1x98304@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x camp=0 size=98304 nv12=256x256 : ConstraintsIntersectionEmpty(x)",
      "conflicts x : image_format_constraints.pixel_formats(the allocated buffers x)" } },
  { "/late/first-come-first-served",
    { "bind root",
      "set root min-count=3 : allocate(3x4096@system)",
      "done : allocated(root)",
      "dup root x y z",
      "bind x y z",
      "set z camp=1 : allocated(z)",
      "set x camp=2 : ConstraintsIntersectionEmpty(x)",
      "set y camp=1 : allocated(y)" } },
  { "/late/those-who-waited-are-tried-breadth-first",
    { "dup root a",
      "bind root a",
      "dup a x",
      "dup root y",
      "bind x y",
      "set x",
      "set y",
      "set a",
      "set root min-count=3 : allocate(3x4096@system)",
      "done : allocated(root a y) ConstraintsIntersectionEmpty(x)" } },
  { "/late/a-child-comes-after-its-parent",
    { "bind root",
      "set root min-count=3 : allocate(3x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "dup x y",
      "bind y",
      "set y",
      "waiting y : x",
      "set x : allocated(x y)" } },
  { "/late/a-pass-finishes-before-the-children-of-those-it-allocated",
    { "dup root a",
      "dup a b",
      "bind root a b",
      "dup root x",
      "dup b y",
      "bind x y",
      "dup x z",
      "bind z",
      "set x camp=0",
      "set y camp=1",
      "set z camp=1",
      "set a",
      "set b",
      "set root min-count=4 : allocate(4x4096@system)",
      "done : allocated(root a b x y) ConstraintsIntersectionEmpty(z)" } },
  { "/late/a-child-falls-with-a-parent-that-may-not-join",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "dup x y",
      "bind y",
      "set y camp=0",
      "set x camp=1 : ConstraintsIntersectionEmpty(y x)",
      "state root : root=allocated" } },
  { "/late/a-whole-subtree-joins-at-once-or-not-at-all",
    { "bind root",
      "set root min-count=2 : allocate(2x4096@system)",
      "done : allocated(root)",
      "dup root x u",
      "dup x y",
      "bind x y u",
      "set x",
      "set y : ConstraintsIntersectionEmpty(y x)",
      "set u : allocated(u)" } },
  { "/late/a-release-keeps-the-counts",
    { "bind root",
      "set root min-count=2 : allocate(2x4096@system)",
      "done : allocated(root)",
      "dup root x y z",
      "dup x u",
      "bind x y z u",
      "set u camp=0",
      "set x : allocated(x u)",
      "release x",
      "set y : ConstraintsIntersectionEmpty(y)",
      "release u : gone(u x)",
      "set z : allocated(z)" } },
  { "/late/the-initiator-s-counts-stay-reserved-after-its-release",
    { "dup root a",
      "bind root a",
      "set root",
      "set a : allocate(2x4096@system)",
      "done : allocated(root a)",
      "release root",
      "dup a x",
      "bind x",
      "set x : ConstraintsIntersectionEmpty(x)" } },
  { "/late/the-end-of-a-dispensable-subtree-frees-its-counts",
    { "dup root a",
      "dispensable a",
      "bind root a",
      "set root",
      "set a : allocate(2x4096@system)",
      "done : allocated(root a)",
      "fail a : Unspecified(a)",
      "dup root x",
      "bind x",
      "set x : allocated(x)" } },
  { "/late/a-refusal-is-final-for-that-token",
    { "bind root",
      "set root min-count=2 : allocate(2x4096@system)",
      "done : allocated(root)",
      "dup root x y z",
      "bind x y z",
      "set x : allocated(x)",
      "set y : ConstraintsIntersectionEmpty(y)",
      "fail x : Unspecified(x)",
      "nodes : root z",
      "set z : allocated(z)" } },
  { "/late/groups-choose-among-what-can-join",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "group x g",
      "dup g a b",
      "bind x a b",
      "present g",
      "set x camp=0",
      "set a camp=1",
      "set b camp=0 : allocated(x g b) ConstraintsIntersectionEmpty(a)",
      "rejected b : group-choice(the group's first child)" } },
  { "/late/must-match-newcomers-match-what-exists",
    { "bind root",
      "set root min=4096 max=8192 : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x y",
      "bind x y",
      "set x match=size=4096,camp=7 camp=0 : allocated(x)",
      "set y match=size=8192 camp=0 min=1 max=10000 : ConstraintsIntersectionEmpty(y)" } },
  { "/late/newcomers-that-say-nothing-join",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "bind x",
      "set x empty : allocated(x)" } },
  { "/late/a-released-newcomer-counts-as-its-subtree-s-member",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x",
      "dup x y",
      "bind y",
      "set y camp=0",
      "release x : allocated(y)" } },
  { "/late/a-heap-that-disappeared-does-not-matter",
    { "heap spare",
      "bind root",
      "set root heaps=spare : allocate(1x4096@spare)",
      "done : allocated(root)",
      "unplug spare",
      "dup root x",
      "bind x",
      "set x camp=0 : allocated(x)" } },
  { "/late/a-cap-that-came-down-does-not-matter",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "cap 1024",
      "dup root x",
      "bind x",
      "set x camp=0 : allocated(x)" } },
  { "/late/a-cap-that-came-down-does-not-matter-to-must-match",
    { "bind root",
      "set root match=size=4096 : allocate(1x4096@system)",
      "done : allocated(root)",
      "cap 1024",
      "dup root x",
      "bind x",
      "set x camp=0 : allocated(x)" } },
  { "/late/the-size-that-the-heap-made-counts",
    { "bind root",
      "set root min=1 max=1000000 nv12=256x256 : allocate(1x98304@system)",
      "done size=131072 : allocated(root)",
      "settings : 1x131072@system",
      "dup root x y z",
      "bind x y z",
      "set x camp=0 min=131073 max=1000000 : ConstraintsIntersectionEmpty(x)",
      "set y camp=0 min=1 max=131071 : ConstraintsIntersectionEmpty(y)",
      "set z camp=0 min=131072 max=131072 : allocated(z)" } },
};
/* clang-format on */

static void
test_the_explanation_names_the_buffers_that_exist (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *conflicts = NULL;

  script_step (script, "bind root");
  script_step (script, "set root size=4096 : allocate(1x4096@system)");
  script_step (script, "done : allocated(root)");
  script_step (script, "dup root x");
  script_step (script, "bind x");
  script_step (script, "set x camp=0 size=8192 : ConstraintsIntersectionEmpty(x)");
  conflicts = script_run (script, "conflicts x");
  g_assert_nonnull (strstr (conflicts, "x"));
}

/* Nor does it matter what a heap of that name is like now. */
static void
test_a_heap_that_changed_does_not_matter (void)
{
  g_autoptr (Script) script = script_new ();
  SmeHeap *heap = g_ptr_array_index (script->policy->heaps, 0);

  script_step (script, "bind root");
  script_step (script, "set root : allocate(1x4096@system)");
  heap->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  script_step (script, "done : allocated(root)");
  script_step (script, "dup root x");
  script_step (script, "bind x");
  script_step (script, "set x camp=0 : allocated(x)");
}

/* Each try keeps its trail with the subtree that it allocated, and no longer. */
static void
test_newcomers_explain_themselves (void)
{
  g_autoptr (Script) script = script_new ();

  script_step (script, "bind root");
  script_step (script, "set root : allocate(1x4096@system)");
  script_step (script, "done : allocated(root)");
  for (guint i = 0; i < 3; i++)
    {
      script_step (script, "dup root x%u", i);
      script_step (script, "dup x%u y%u", i, i);
      script_step (script, "bind x%u y%u", i, i);
      script_step (script, "set x%u camp=0", i);
      script_step (script, "set y%u camp=0 : allocated(x%u y%u)", i, i, i);
      script_step (script, "rejected y%u", i);
      script_step (script, "fail y%u : Unspecified(y%u x%u)", i, i, i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  script_cases_add (cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/late/the-explanation-names-the-buffers-that-exist",
                   test_the_explanation_names_the_buffers_that_exist);
  g_test_add_func ("/late/a-heap-that-changed-does-not-matter",
                   test_a_heap_that_changed_does_not_matter);
  g_test_add_func ("/late/newcomers-explain-themselves", test_newcomers_explain_themselves);
  return g_test_run ();
}
