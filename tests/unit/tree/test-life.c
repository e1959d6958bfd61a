/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node's life (03 §1, §2): what makes it ready, how it ends, what it inherits. The language of
 * the cases is explained in script.h. */

#include <string.h>

#include "script.h"

/* clang-format off */
static const ScriptCase cases[] = {
  { "/life/one-participant-is-enough",
    { "bind root",
      "state root : root=waiting",
      "set root : allocate(1x4096@system)",
      "state root : root=ready",
      "settings : none",
      "done : allocated(root)",
      "state root : root=allocated",
      "settings : 1x4096@system" } },
  { "/life/a-token-is-never-ready",
    { "dup root a",
      "bind root",
      "set root",
      "state a : a=waiting",
      "waiting root : a" } },
  { "/life/a-collection-is-ready-once-its-constraints-are-set",
    { "dup root a",
      "bind root a",
      "set root",
      "waiting root : a",
      "set a : allocate(2x4096@system)" } },
  { "/life/empty-constraints-count-as-set",
    { "dup root a",
      "bind root a",
      "set root",
      "set a empty : allocate(1x4096@system)",
      "done : allocated(root a)" } },
  { "/life/a-group-is-ready-once-its-children-are-present",
    { "group root g",
      "dup g a",
      "bind root a",
      "set root",
      "set a",
      "state g : g=waiting",
      "waiting root : g",
      "present g : allocate(2x4096@system)",
      "state g : g=ready" } },
  { "/life/an-orphan-is-always-ready",
    { "dup root a b",
      "bind root b",
      "set root",
      "release a",
      "release b : allocate(1x4096@system)",
      "state a b : a=released b=released" } },
  { "/life/case-033-a-token-is-released-without-harm",
    { "dup root a",
      "release root",
      "bind a",
      "state a : a=waiting",
      "set a : allocate(1x4096@system)",
      "done : allocated(a)" } },
  { "/life/case-017-constraints-stay-after-a-release",
    { "dup root a",
      "bind root a",
      "set root camp=2 size=65536",
      "release root",
      "state root a : root=released a=waiting",
      "set a camp=2 size=65536 : allocate(4x65536@system)",
      "done : allocated(a)" } },
  { "/life/an-allocated-collection-is-released-without-harm",
    { "dup root a",
      "bind root a",
      "set root",
      "set a : allocate(2x4096@system)",
      "done : allocated(root a)",
      "release root",
      "state root a : root=released a=allocated" } },
  { "/life/a-handle-closed-everywhere-fails-the-domain",
    { "dup root a",
      "fail a : Unspecified(a root) ended",
      "state root a : root=failed a=failed" } },
  { "/life/a-lost-connection-fails-the-domain",
    { "dup root a",
      "bind a",
      "set a",
      "fail a : Unspecified(a root) ended",
      "why root : \"a\" (id 1) went away: its connection left the bus" } },
  { "/life/a-group-that-goes-away-fails-the-domain-at-any-time",
    { "group root g",
      "dup g a",
      "present g",
      "fail g : Unspecified(a g root) ended" } },
  { "/life/case-113-a-group-released-before-its-children-are-present-fails",
    { "group root g",
      "dup g a",
      "release g : Unspecified(a g root) ended",
      "why root : \"g\" (id 1) was released before AllChildrenPresent" } },
  { "/life/a-released-group-still-chooses-one-of-its-children",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "present g",
      "release g",
      "set root",
      "set a",
      "set b : allocate(2x4096@system)",
      "done : allocated(root a) ConstraintsIntersectionEmpty(b)" } },
  { "/life/constraints-are-set-once",
    { "dup root a",
      "bind root a",
      "set root camp=1",
      "set root camp=5 : refused(ProtocolDeviation)",
      "set a : allocate(2x4096@system)",
      "set a : refused(ProtocolDeviation)",
      "done : allocated(root a)",
      "set a : refused(ProtocolDeviation)" } },
  { "/life/all-children-are-present-once",
    { "group root g",
      "dup g a",
      "present g",
      "present g : refused(ProtocolDeviation)" } },
  { "/life/a-group-needs-a-child",
    { "group root g",
      "present g : refused(ProtocolDeviation)",
      "state g : g=waiting",
      "dup g a",
      "present g" } },
  { "/life/a-complete-group-takes-no-children",
    { "group root g",
      "dup g a",
      "present g",
      "dup g b : refused(ProtocolDeviation)",
      "nodes : root g a" } },
  { "/life/children-stay-when-a-token-becomes-a-collection",
    { "dup root a",
      "dup a b",
      "group a g",
      "bind a",
      "nodes : root a b g" } },
  { "/life/rights-only-shrink-along-a-path",
    { "mask root a 1",
      "mask a b 3",
      "mask a c ffffffff",
      "mask a d 80000000",
      "mask root e fd",
      "group a g",
      "dup g f",
      "bind root",
      "mask root x 1",
      "rights root a b c d e g f x : root=rw a=r b=r c=r d=r e=r g=r f=r x=r" } },
  { "/life/same-rights-are-two-masks",
    { "mask root a 80000000",
      "mask root b ffffffff",
      "mask root c 80000001",
      "rights a b c : a=rw b=rw c=r" } },
  { "/life/case-111-a-mask-keeps-the-read-right",
    { "group root g",
      "mask g a 0 : refused(ProtocolDeviation)",
      "mask root a 2 : refused(ProtocolDeviation)",
      "mask root a 7ffffffe : refused(ProtocolDeviation)",
      "nodes : root g" } },
  { "/life/alternates-meet-in-a-group",
    { "group root g",
      "dup g a b",
      "dup a c",
      "alternate a b : yes",
      "alternate c b : yes",
      "alternate b c : yes" } },
  { "/life/case-061-duplicates-are-no-alternates",
    { "dup root a b",
      "group a g",
      "dup g c",
      "alternate a b : no",
      "alternate c b : no",
      "alternate c c : no",
      "alternate a c : no",
      "alternate root c : no" } },
  { "/life/nodes-are-listed-parents-first",
    { "dup root a b",
      "dup a c d",
      "dup b e",
      "release a",
      "nodes : root a c d b e" } },
};
/* clang-format on */

static void
test_debug_identity_is_inherited_at_creation (void)
{
  g_autoptr (Script) script = script_new ();
  SmeNode *root = script_get_node (script, "root"), *child;
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  const guint32 mask = SMC_RIGHTS_ALL;

  sme_node_set_debug_info (root, "camera", 42);
  g_assert_true (sme_node_add_tokens (root, &mask, 1, children, NULL));
  sme_node_set_debug_info (root, "lens", 43);
  child = g_ptr_array_index (children, 0);
  g_assert_cmpstr (child->name, ==, "camera");
  g_assert_cmpuint (child->id, ==, 42);
}

static void
test_nodes_are_described_for_sentences (void)
{
  g_autoptr (Script) script = script_new ();
  SmeNode *root = script_get_node (script, "root");
  g_autofree char *named = sme_node_describe (root), *unnamed = NULL, *hostile = NULL;

  sme_node_set_debug_info (root, "", 7);
  unnamed = sme_node_describe (root);
  sme_node_set_debug_info (root, "a\"b", 7);
  hostile = sme_node_describe (root);
  g_assert_cmpstr (named, ==, "\"root\" (id 0)");
  g_assert_cmpstr (unnamed, ==, "an unnamed token (id 7)");
  g_assert_cmpstr (hostile, ==, "\"a\\\"b\" (id 7)");
}

/* All or none: the mask that is bad is named, the good ones before it make nothing. */
static void
test_a_bad_mask_makes_no_node (void)
{
  g_autoptr (Script) script = script_new ();
  SmeNode *root = script_get_node (script, "root");
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const guint32 masks[] = { 1, 3, 2 };

  g_assert_false (sme_node_add_tokens (root, masks, 3, children, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
  g_assert_nonnull (strstr (error->message, "mask 3 of 3"));
  g_assert_cmpuint (children->len, ==, 0);
  g_assert_cmpuint (sme_tree_get_n_nodes (script->tree), ==, 1);
}

static void
test_a_tree_has_512_places_at_most (void)
{
  g_autoptr (Script) script = script_new ();
  SmeNode *root = script_get_node (script, "root");
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree guint32 *masks = g_new (guint32, SMC_MAX_NODES_PER_TREE);

  for (guint i = 0; i < SMC_MAX_NODES_PER_TREE; i++)
    masks[i] = SMC_RIGHTS_ALL;
  g_assert_false (sme_node_add_tokens (root, masks, SMC_MAX_NODES_PER_TREE, children, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "MaxNodesPerTree"));

  g_assert_true (sme_node_add_tokens (root, masks, SMC_MAX_NODES_PER_TREE - 1, children, NULL));
  script_step (script, "release root"); /* an orphan keeps its place */
  g_assert_cmpuint (sme_tree_get_n_nodes (script->tree), ==, SMC_MAX_NODES_PER_TREE);
  root = g_ptr_array_index (children, 0);
  g_assert_false (sme_node_add_tokens (root, masks, 1, children, NULL));
  g_assert_null (sme_node_add_group (root, NULL));
  g_assert_true (sme_node_add_tokens (root, masks, 0, children, NULL));
}

/* Every place below the one before it: whatever walks the tree must be able to. */
static void
test_a_tree_may_be_as_deep_as_it_has_places (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = NULL;

  script_step (script, "dup root n1");
  for (guint i = 2; i < SMC_MAX_NODES_PER_TREE; i++)
    script_step (script, "dup n%u n%u", i - 1, i);
  for (guint i = 1; i < SMC_MAX_NODES_PER_TREE; i++)
    {
      script_step (script, "bind n%u", i);
      script_step (script, "set n%u camp=0", i);
    }
  script_step (script, "bind root");
  script_step (script, "set root camp=3 : allocate(3x4096@system)");
  g_free (script_run (script, "done"));
  script_step (script, "state n511 : n511=allocated");
  result = script_run (script, "fail n511");
  g_assert_true (g_str_has_prefix (result, "Unspecified(n511 n510 "));
  g_assert_true (g_str_has_suffix (result, " n1 root) ended"));
}

/* The server may hold nodes for as long as it likes. */
static void
test_nodes_outlive_their_tree (void)
{
  g_autoptr (Script) script = script_new ();
  g_autoptr (SmeNode) root = sme_node_ref (script_get_node (script, "root"));

  script_step (script, "dup root a");
  g_clear_pointer (&script, script_free);
  g_assert_null (root->tree);
  g_assert_cmpuint (root->children->len, ==, 0);
  g_assert_cmpint (sme_node_get_state (root), ==, SME_STATE_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  script_cases_add (cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/life/debug-identity-is-inherited-at-creation",
                   test_debug_identity_is_inherited_at_creation);
  g_test_add_func ("/life/nodes-are-described-for-sentences",
                   test_nodes_are_described_for_sentences);
  g_test_add_func ("/life/a-bad-mask-makes-no-node", test_a_bad_mask_makes_no_node);
  g_test_add_func ("/life/a-tree-has-512-places-at-most", test_a_tree_has_512_places_at_most);
  g_test_add_func ("/life/a-tree-may-be-as-deep-as-it-has-places",
                   test_a_tree_may_be_as_deep_as_it_has_places);
  g_test_add_func ("/life/nodes-outlive-their-tree", test_nodes_outlive_their_tree);
  return g_test_run ();
}
