# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Waiting, checking, and being told."""

import time

from sysmemtest import loop
from sysmemtest.case import SysmemCase, daemon_config
from sysmemtest.constraints import CAMP, PAGE, PICKY
from sysmemtest.contract import NODE, NODE_PROPERTIES, PROPERTIES, check_types
from sysmemtest.wire import CallError


class Waits(SysmemCase):
    def _error_of(self, call):
        with self.assertRaises(CallError) as raised:
            call.result()
        return raised.exception.name

    def test_461_a_second_wait_ends_the_first(self):
        first, second = self.bound(2)
        first.set_constraints(CAMP(1))
        older = first.start_wait()
        newer = first.start_wait()
        self.assertEqual(self._error_of(older), 'Pending')
        first.client.barrier()
        self.assertFalse(newer.is_done)
        second.set_constraints(CAMP(1))
        self.assertEqual(newer.result().count, 2)

    def test_462_release_and_abandon_end_waits(self):
        for end in ('release', 'abandon'):
            first, _ = self.bound(2)
            first.set_constraints(CAMP(1))
            waiting = first.start_wait()
            getattr(first, end)()
            self.assertEqual(self._error_of(waiting), 'Unspecified')

    @daemon_config(WaitTimeout=200)
    def test_463_a_wait_with_nothing_to_say_ends_in_pending(self):
        first, second = self.bound(2)
        first.set_constraints(CAMP(1))
        for _ in range(2):
            started = time.monotonic()
            with self.refused('Pending'):
                first.wait_once()
            self.assertGreaterEqual(time.monotonic() - started, 0.19)
        self.assertEqual(first.state, 'ready')
        second.set_constraints(CAMP(1))
        self.assertEqual(first.wait().count, 2)

    def test_464_pending_waits_per_connection(self):
        client = self.client()
        collections = []
        for _ in range(33):
            root = client.allocate_shared()
            root.duplicate()
            collections.append(client.bind(root, constraints=CAMP(1)))
        waits = [collection.start_wait() for collection in collections[:32]]
        with self.refused('LimitExceeded', 'MaxWaitsPerConnection'):
            collections[32].wait_once()
        self.assertFalse(any(wait.is_done for wait in waits))
        # A second wait on the same node takes the first one's place.
        again = collections[0].start_wait()
        self.assertEqual(self._error_of(waits[0]), 'Pending')
        collections[1].release()
        self.assertEqual(self._error_of(waits[1]), 'Unspecified')
        one_more = collections[32].start_wait()
        client.barrier()
        self.assertFalse(again.is_done or one_more.is_done)
        other = self.bind(self.root(), constraints=CAMP(1))
        self.assertEqual(other.wait().count, 1, 'other connections are not concerned')

    def test_465_waits_learn_of_failures(self):
        first, second, third = self.bound(3)
        first.set_constraints(CAMP(1))
        second.set_constraints(PICKY(2 * PAGE))
        waits = [first.start_wait(), second.start_wait()]
        third.set_constraints(CAMP(1))
        for wait in waits:
            self.assertEqual(self._error_of(wait), 'ConstraintsIntersectionEmpty')

        first, second = self.bound(2)
        first.set_constraints(CAMP(1))
        waiting = first.start_wait()
        first.client.barrier()
        second.drop()
        self.assertEqual(self._error_of(waiting), 'Unspecified')

    def test_466_check(self):
        first, second = self.negotiate(CAMP(1), CAMP(1))
        first.wait()
        for _ in range(3):
            second.check()
        failing, other = self.bound(2)
        failing.set_constraints(PICKY(PAGE))
        with self.refused('Pending'):
            failing.check()
        other.set_constraints(PICKY(2 * PAGE))
        self.assert_no_agreement(other)
        for _ in range(3):
            with self.refused('ConstraintsIntersectionEmpty'):
                failing.check()

    def test_467_a_connection_lost_with_a_wait_pending(self):
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        first, lost = self.bind(root, constraints=CAMP(1)), self.bind(child, constraints=CAMP(1))
        first.wait()
        attached = self.bind(first.attach_token())
        attached.set_constraints(CAMP(0))
        attached.start_wait()
        attached.client.close()
        lost.start_wait()
        lost.client.close()
        first.client.barrier()
        first.check()
        self.assert_service_works()

    def test_468_waiting_again_gives_the_same_buffers(self):
        collection = self.bind(self.root(), constraints=CAMP(2))
        one, two = collection.wait(), collection.wait()
        self.assertEqual(one.info, two.info)

    def test_469_states(self):
        root = self.root()
        child = self.dup(root)
        self.assertEqual([root.state, child.state], ['waiting', 'waiting'])
        first, second = self.bind(root), self.bind(child)
        self.assertEqual(first.state, 'waiting')
        first.set_constraints(CAMP(1))
        self.assertEqual(first.state, 'ready')
        second.set_constraints(CAMP(1))
        first.wait()
        self.assertEqual([first.state, second.state], ['allocated', 'allocated'])
        second.abandon()
        self.assertIsNotNone(first.wait_failed())
        self.assertEqual([first.state, second.state], ['failed', 'failed'])


class Signals(SysmemCase):
    def test_481_allocated_comes_once_and_to_the_owner(self):
        first, second = self.bound(2)
        first.set_constraints(CAMP(1))
        second.set_constraints(CAMP(1))
        for collection in (first, second):
            self.assertTrue(collection.wait_allocated_signal())
            collection.wait()
            collection.client.barrier()
            self.assertEqual(collection.client.signals, [(collection.path, 'Allocated', ())])

    def test_482_failed_comes_once(self):
        first, second = self.bound(2)
        first.set_constraints(PICKY(PAGE))
        second.set_constraints(PICKY(2 * PAGE))
        for collection in (first, second):
            error, message = collection.wait_failed()
            self.assertEqual(error, 'ConstraintsIntersectionEmpty')
            self.assertTrue(message)
        for call in (first.sync, first.wait_once, first.check, first.set_weak,
                     lambda: first.set_constraints({})):
            with self.refused('ConstraintsIntersectionEmpty'):
                call()
        first.client.barrier()
        self.assertEqual([name for _, name, _ in first.client.signals], ['Failed'])
        full_name = first.client.signals[0][2][0]
        self.assertEqual(full_name, 'org.sysmem.Sysmem1.Error.ConstraintsIntersectionEmpty')

    def test_483_failed_nodes_stay_readable(self):
        first, second = self.negotiate(PICKY(PAGE), PICKY(2 * PAGE))
        number = first.collection_id
        error = self.assert_wait_fails(first)
        self.assertEqual((first.state, first.kind), ('failed', 'collection'))
        self.assertEqual(first.collection_id, number)
        explanation = first.explain()
        self.assertEqual(explanation['outcome'], 'failed')
        self.assertEqual(explanation['message'], error.message)
        with self.refused(error.name) as raised:
            first.sync()
        self.assertEqual(raised.exception.message, error.message)
        first.release()
        with self.refused('NotFound'):
            first.explain()
        with self.refused('NotFound'):
            first.client.get_property(first.path, 'org.sysmem.Sysmem1.Node', 'State')
        second.explain()

    @daemon_config(FailedNodeTimeout=4)
    def test_484_failed_nodes_are_forgotten_in_time(self):
        first, _ = self.negotiate(PICKY(PAGE), PICKY(2 * PAGE))
        self.assert_wait_fails(first)

        def forgotten():
            try:
                return not first.state
            except CallError as error:
                return error.name == 'NotFound'

        self.assertFalse(forgotten())
        self.assertTrue(loop.poll_until(forgotten, interval=0.05))

    @daemon_config(MaxFailedNodesPerConnection=3)
    def test_485_a_connection_keeps_its_newest_failed_nodes(self):
        client = self.client()
        collections = []
        for _ in range(5):
            collection = client.allocate_non_shared()
            collection.abandon()
            collections.append(collection)
        for collection in collections[:2]:
            with self.refused('NotFound'):
                collection.explain()
        for collection in collections[2:]:
            self.assertEqual(collection.state, 'failed')

    def test_487_properties(self):
        root = self.root()
        group = self.group(root)
        collection = self.bind(self.dup(root))
        for node, kind in ((root, 'token'), (group, 'group'), (collection, 'collection')):
            reply, _ = node.client.call_raw(node.path, PROPERTIES, 'GetAll', NODE)
            found = reply.get_child_value(0)
            check_types(found, NODE_PROPERTIES, 'the properties')
            values = found.unpack()
            self.assertEqual(set(values), set(NODE_PROPERTIES))
            self.assertEqual((values['Kind'], values['State']), (kind, 'waiting'))

    def test_486_one_failure_many_nodes(self):
        root = self.root()
        other = self.client()
        tokens = [self.dup(root) for _ in range(10)]
        collections = [other.bind(token) for token in tokens[:5]]
        root.abandon('all of them')
        for node in (root, *collections, *tokens[5:]):
            error, message = node.wait_failed()
            self.assertEqual(error, 'Unspecified')
            self.assertIn('all of them', message)
        other.barrier()
        self.assertEqual(len(other.signals), 5)
