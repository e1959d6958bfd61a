# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Groups: one of several children takes part."""

import os
import socket

from sysmemtest import fds
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CAMP, EMPTY, PAGE, PICKY
from sysmemtest.contract import ALL_ONES, SAME_RIGHTS, WRITE
from sysmemtest.fds import Fd
from sysmemtest.wire import CallError

ROUNDS = 50


class Alternates(SysmemCase):
    def test_061_is_alternate_for_false(self):
        root = self.root()
        a, b = self.dup(root), self.dup(root)
        self.assertFalse(a.is_alternate_for(b.get_node_ref()))

    def test_063_is_alternate_for_mini_stress(self):
        for _ in range(ROUNDS):
            start = self._chain(self.root(), self.random.randrange(5), may_fork=True)
            expected = self.random.random() < 0.5
            if expected:
                group = start.create_group()
                a, b = group.create_child(), group.create_child()
            else:
                a = b = start
            a = self._chain(a, self.random.randrange(5))
            b = self._chain(b, self.random.randrange(5))
            self.assertEqual(a.is_alternate_for(b.get_node_ref()), expected)
            start.client.end()

    def _chain(self, token, length, may_fork=False):
        """length tokens below token, perhaps with a group of two halfway, of which the second
        child goes on."""
        fork = length // 2 if may_fork and self.random.random() < 0.5 else None
        for step in range(length):
            if step == fork:
                group = token.create_group()
                group.create_child()
                token = group.create_child()
            token = token.duplicate()
        return token

    def test_231_is_alternate_for_true(self):
        root = self.root()
        sibling = self.dup(root)
        group = self.group(root)
        a, b = self.kid(group), self.kid(group)
        below_b = self.dup(self.dup(b))
        refs = {node: node.get_node_ref() for node in (root, sibling, a, b, below_b)}
        expected = {(a, b), (a, below_b)}
        for one in refs:
            for other in refs:
                self.assertEqual(one.is_alternate_for(refs[other]),
                                 (one, other) in expected or (other, one) in expected)

    def test_232_a_node_ref_is_one_per_node_and_stays(self):
        root = self.root()
        child = self.dup(root)
        ref = child.get_node_ref()
        self.assertEqual(fds.identity(ref), fds.identity(child.get_node_ref()))
        self.assertNotEqual(fds.identity(ref), fds.identity(root.get_node_ref()))
        collection = self.bind(child)
        self.assertEqual(fds.identity(ref), fds.identity(collection.get_node_ref()))
        self.assertFalse(root.is_alternate_for(ref))
        collection.release()
        self.assertFalse(root.is_alternate_for(ref), 'refs of orphans stay valid')

    def test_233_is_alternate_for_refusals(self):
        root, other_tree = self.root(), self.root()
        child = self.dup(root)
        pipe = [Fd(number) for number in os.pipe()]
        for wrong in (*pipe, Fd(os.memfd_create('foreign'))):
            with self.refused('ProtocolDeviation'):
                root.is_alternate_for(wrong)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            for unknown in (ours, child.handle, other_tree.get_node_ref()):
                with self.refused('NotFound'):
                    root.is_alternate_for(unknown)
        attached = self.bind(self.bind(root).attach_token())
        survivor, ref = self.bind(child), attached.get_node_ref()
        self.assertFalse(survivor.is_alternate_for(ref))
        attached.abandon()
        with self.refused('NotFound'):
            survivor.is_alternate_for(ref)


class Selection(SysmemCase):
    def test_065_group_priority(self):
        for _ in range(ROUNDS):
            self._one_priority_round()

    def _one_priority_round(self):
        root = self.root()
        client = root.client
        tokens = [root]
        # In order of creation, so that it can be walked depth first afterwards.
        children = {root.path: []}
        for _ in range(12):
            parent = self.random.choice(tokens)
            token = parent.duplicate()
            children[parent.path].append(token.path)
            children[token.path] = []
            tokens.append(token)
        groups, kids = [], {}
        for _ in range(4):
            parent = self.random.choice(tokens)
            group = parent.create_group()
            children[parent.path].append(group.path)
            children[group.path] = []
            groups.append(group)
            kids[group.path] = [group.create_child()]
        picked = self.random.sample(groups, 2)
        for group in picked:
            kids[group.path].append(group.create_child())
        for group in groups:
            group.all_children_present()

        order = self._depth_first(root.path, children)
        earlier, later = sorted(picked, key=lambda group: order.index(group.path))
        losers = {kids[earlier.path][1].path, kids[later.path][0].path}
        collections = []
        for token in tokens:
            limit = 16 if token is root else None
            collections.append(client.bind(token, constraints=CAMP(1, limit)))
        for group in groups:
            for index, kid in enumerate(kids[group.path]):
                collections.append(client.bind(kid, constraints=CAMP(1 - index)))
        self.assertEqual(collections[0].wait_once().count, 16)
        failed = {collection.path for collection in collections if not self._succeeds(collection)}
        self.assertEqual(failed, losers)
        client.end()

    def _depth_first(self, path, children):
        return [path] + [below for child in children[path]
                         for below in self._depth_first(child, children)]

    def _succeeds(self, collection):
        try:
            collection.check()
        except CallError as error:
            self.assertEqual(error.name, 'ConstraintsIntersectionEmpty', error.message)
            return False
        return True

    def _nested(self, depth):
        """A chain of groups. Returns the root's collection, the topmost second child's, and all
        others'; only those two ever fit together."""
        root = self.root()
        client = root.client
        token, collections, groups = root, [], []
        for _ in range(depth):
            group = token.create_group()
            deeper, leaf = group.create_children_sync([SAME_RIGHTS] * 2)
            groups.append(group)
            size = PICKY(PAGE) if token is root else PICKY(2 * PAGE)
            collections.append((token, size))
            collections.append((leaf, PICKY(PAGE)))
            token = deeper
        collections.append((token, PICKY(2 * PAGE)))
        bound = [client.bind(token, constraints=says) for token, says in collections]
        for group in groups:
            group.all_children_present()
        return bound[0], bound[1], bound[2:]

    def test_067_skip_unreachable_child_selections(self):
        root, winner, losers = self._nested(63)
        self.assertEqual(len(losers), 125)
        for collection in (root, winner):
            self.assertEqual(collection.wait().size, PAGE)
        self.assert_no_agreement(*losers)

    def test_234_too_many_group_child_combinations(self):
        root, winner, losers = self._nested(64)
        for collection in (root, winner, *losers):
            self.assert_wait_fails(collection, 'TooManyGroupChildCombinations')
        self.assert_service_works()

    def test_235_many_sibling_groups_answer_at_once(self):
        """2^64 combinations exist; trying them all would outlive the machine."""
        for root_size, error in ((PAGE, None), (2 * PAGE, 'TooManyGroupChildCombinations')):
            root = self.root()
            client = root.client
            kids, groups = [], []
            for _ in range(64):
                group = root.create_group()
                groups.append(group)
                kids += group.create_children_sync([SAME_RIGHTS] * 2)
            collections = [client.bind(kid, constraints=PICKY(PAGE, camping=0)) for kid in kids]
            top = client.bind(root, constraints=PICKY(root_size))
            for group in groups:
                group.all_children_present()
            if error:
                self.assert_wait_fails(top, error)
            else:
                self.assertEqual(top.wait().count, 1)
                self.assertEqual([collection.state for collection in collections],
                                 ['allocated', 'failed'] * 64)
            client.end()

    def test_069_group_create_children_sync(self):
        for attenuated in (False, True):
            root = self.root()
            group = self.group(root)
            masks = [SAME_RIGHTS] * 16
            if attenuated:
                masks[8] = ALL_ONES & ~WRITE
            kids = group.create_children_sync(masks)
            group.all_children_present()
            collections = [
                self.bind(kid, constraints=PICKY(PAGE if index == 8 else 2 * PAGE))
                for index, kid in enumerate(kids)]
            top = self.bind(root, constraints=PICKY(PAGE))
            oddball = collections.pop(8)
            for collection in (top, oddball):
                allocation = collection.wait()
                self.assertEqual((allocation.count, allocation.size), (2, PAGE))
                expected = not (attenuated and collection is oddball)
                self.assertEqual(fds.is_writable(allocation.buffers[0].fd), expected)
                if expected:
                    os.pwrite(allocation.buffers[0].fd.fileno(), b'x', 0)
            self.assert_no_agreement(*collections)

    def test_236_the_first_child_is_preferred(self):
        root = self.root()
        group = self.group(root)
        first, second, third = (self.kid(group) for _ in range(3))
        group.all_children_present()
        below_second = self.dup(second)
        winner, *losers = [self.bind(token, constraints=CAMP(1))
                           for token in (first, second, third, below_second)]
        top = self.bind(root)
        with self.refused('Pending'):
            winner.check()
        top.set_constraints(CAMP(1))
        self.assertEqual((top.wait().count, winner.wait().count), (2, 2))
        self.assert_no_agreement(*losers)
        self.assertEqual(winner.state, 'allocated', 'a losing child fails alone')

    def test_237_a_later_child_where_earlier_ones_do_not_fit(self):
        root = self.root()
        group = self.group(root)
        kids = [self.kid(group) for _ in range(3)]
        group.all_children_present()
        sizes = [2 * PAGE, 3 * PAGE, PAGE]
        first, second, third = [self.bind(kid, constraints=PICKY(size))
                                for kid, size in zip(kids, sizes)]
        top = self.bind(root, constraints=PICKY(PAGE))
        self.assertEqual((top.wait().count, third.wait().count), (2, 2))
        self.assert_no_agreement(first, second)

    def test_238_hidden_groups_fail_with_their_child(self):
        root = self.root()
        outer = self.group(root)
        loser, winner = self.kid(outer), self.kid(outer)
        inner = self.group(loser)
        inner_kids = [self.kid(inner), self.kid(inner)]
        outer.all_children_present()
        inner.all_children_present()
        inside = [self.bind(kid, constraints=CAMP(1)) for kid in inner_kids]
        loser = self.bind(loser, constraints=PICKY(2 * PAGE))
        winner = self.bind(winner, constraints=CAMP(1))
        top = self.bind(root, constraints=CAMP(1))
        self.assertEqual((top.wait().count, winner.wait().count), (2, 2))
        self.assert_no_agreement(loser, *inside)
        self.assertEqual(inner.wait_failed()[0], 'ConstraintsIntersectionEmpty')
        self.assertEqual(outer.state, 'allocated')

    def test_239_no_combination_fits(self):
        root = self.root()
        group = self.group(root)
        kids = [self.kid(group), self.kid(group)]
        group.all_children_present()
        collections = [self.bind(kid, constraints=PICKY(2 * PAGE)) for kid in kids]
        top = self.bind(root, constraints=PICKY(PAGE))
        self.assert_no_agreement(top, *collections)


class GroupLife(SysmemCase):
    def test_111_group_child_with_mask_zero_is_refused(self):
        """The original kills the tree; here nothing is lost."""
        root = self.root()
        group = self.group(root)
        with self.refused('ProtocolDeviation', 'mask'):
            group.create_child(0)
        with self.refused('ProtocolDeviation', 'mask'):
            group.create_children_sync([SAME_RIGHTS, 0])
        root.sync()
        with self.refused('ProtocolDeviation'):
            group.all_children_present()
        kid = self.kid(group)
        group.all_children_present()
        collections = [self.bind(token, constraints=CAMP(1)) for token in (root, kid)]
        self.assertEqual([collection.wait().count for collection in collections], [2, 2])

    def test_113_group_released_before_all_children_present_fails(self):
        root = self.root()
        group = self.group(root)
        kid = self.kid(group)
        group.release()
        error, message = root.wait_failed()
        self.assertTrue(message)
        with self.refused(error):
            root.sync()
        with self.refused(error):
            kid.sync()

    def test_241_group_released_after_all_children_present(self):
        root = self.root()
        group = self.group(root)
        kids = [self.kid(group), self.kid(group)]
        group.all_children_present()
        group.release()
        with self.refused('NotFound'):
            group.sync()
        winner, loser = [self.bind(kid, constraints=CAMP(1)) for kid in kids]
        top = self.bind(root, constraints=CAMP(1))
        self.assertEqual((top.wait().count, winner.wait().count), (2, 2), 'still one of two')
        self.assert_no_agreement(loser)

    def test_242_a_group_dies_with_its_connection(self):
        root = self.root()
        owner = self.client()
        child = owner.open_token(self.dup(root))
        group = self.group(child)
        kid = self.kid(group)
        group.all_children_present()
        heirs = [self.client().open_token(token) for token in (child, kid)]
        root.client.barrier()
        self.assertEqual(root.state, 'waiting')
        owner.close()
        self.assertEqual(root.wait_failed()[0], 'Unspecified')
        for heir in heirs:
            self.assertEqual(heir.wait_failed()[0], 'Unspecified')

    def test_243_order_of_calls_on_a_group(self):
        root = self.root()
        group = self.group(root)
        with self.refused('ProtocolDeviation'):
            group.all_children_present()
        kid = self.kid(group)
        self.assertEqual(group.state, 'waiting')
        group.all_children_present()
        self.assertEqual(group.state, 'ready')
        for call in (group.all_children_present, group.create_child, group.set_weak,
                     lambda: group.create_children_sync([SAME_RIGHTS])):
            with self.refused('ProtocolDeviation'):
                call()
        self.assertEqual(group.state, 'ready')
        self.assertEqual(kid.state, 'waiting')

    def test_244_a_group_must_be_complete(self):
        root = self.root()
        group = self.group(root)
        kid = self.bind(self.kid(group), constraints=CAMP(1))
        top = self.bind(root, constraints=CAMP(1))
        with self.refused('Pending'):
            top.check()
        group.all_children_present()
        self.assertEqual((top.wait().count, kid.wait().count), (2, 2))

    def test_245_all_children_of_a_group_must_be_ready(self):
        root = self.root()
        group = self.group(root)
        first, second = self.kid(group), self.kid(group)
        group.all_children_present()
        winner = self.bind(first, constraints=CAMP(1))
        top = self.bind(root, constraints=CAMP(1))
        loser = self.bind(second)
        with self.refused('Pending'):
            top.check()
        loser.set_constraints(EMPTY)
        self.assertEqual((top.wait().count, winner.wait().count), (2, 2))

    def test_246_a_child_lost_before_allocation_fails_the_tree(self):
        root = self.root()
        group = self.group(root)
        first, second = self.kid(group), self.kid(group)
        group.all_children_present()
        second.drop()
        for node in (root, group, first):
            self.assertEqual(node.wait_failed()[0], 'Unspecified')

    def test_247_the_winning_child_still_matters_after_allocation(self):
        root = self.root()
        group = self.group(root)
        kids = [self.kid(group), self.kid(group)]
        group.all_children_present()
        winner, loser = [self.bind(kid, constraints=CAMP(1)) for kid in kids]
        top = self.bind(root, constraints=CAMP(1))
        top.wait()
        self.assert_no_agreement(loser)
        loser.drop()
        top.client.barrier()
        self.assertEqual(top.state, 'allocated')
        winner.drop()
        self.assertEqual(top.wait_failed()[0], 'Unspecified')

    def test_248_a_group_stays_below_the_collection_its_token_becomes(self):
        root = self.root()
        group = self.group(root)
        kid = self.kid(group)
        top = self.bind(root, constraints=CAMP(1))
        other = self.kid(group)
        group.all_children_present()
        winner, loser = [self.bind(token, constraints=CAMP(1)) for token in (kid, other)]
        self.assertEqual((top.wait().count, winner.wait().count), (2, 2))
        self.assert_no_agreement(loser)
