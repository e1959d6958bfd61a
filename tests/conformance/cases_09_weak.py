# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Weak participants: they give their buffers back when nobody strong is left."""

import os
import socket

from sysmemtest import fds, loop
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CAMP, EMPTY, PAGE, PICKY
from sysmemtest.contract import SAME_RIGHTS


class Weak(SysmemCase):
    def _strong_and_weak(self, n, **weak_options):
        """A strong root and a weak child, allocated, with n buffers for the child."""
        root = self.root()
        token = self.dup(root)
        token.set_weak()
        strong, weak = self.bind(root, constraints=CAMP(0)), self.bind(token)
        weak.set_constraints(CAMP(n), **weak_options)
        return strong, weak

    def test_081_set_weak_ok_just_before_the_wait(self):
        root = self.root()
        tokens = [root, self.dup(root), self.dup(root)]
        tokens[2].set_weak()
        collections = [self.bind(token) for token in tokens]
        for collection in collections:
            collection.set_constraints(PICKY(PAGE))
            collection.sync()
        collections[2].set_weak_ok()
        for collection in collections:
            self.assertEqual(collection.wait().count, 3)

    def test_082_wait_without_set_weak_ok_is_refused(self):
        """Weak by its parent only; a participant that does not know must not get weak buffers."""
        root = self.root()
        parent = self.dup(root)
        parent.set_weak()
        child = self.dup(parent)
        top, middle, bottom = [self.bind(token, constraints=CAMP(1))
                               for token in (root, parent, child)]
        with self.refused('ProtocolDeviation', 'SetWeakOk'):
            bottom.wait()
        top.wait()
        middle.wait()
        with self.refused('ProtocolDeviation', 'SetWeakOk'):
            bottom.wait()
        bottom.set_weak_ok()
        self.assertEqual(bottom.wait().count, 3, 'a refused wait is no wait')

    def test_083_sparse_buffer_set(self):
        strong, weak = self._strong_and_weak(10)
        buffers = strong.wait().buffers
        self.assertEqual(len(buffers), 10)
        tracker = strong.attach_lifetime_tracking(8)
        buffers[0].close()
        buffers[9].close()
        strong.client.barrier()
        self.assert_silent(tracker)
        strong.release()
        strong.client.close()
        self.assert_hangs_up(tracker)
        weak.set_weak_ok()
        late = weak.wait()
        self.assertEqual([buffer.index for buffer in late.buffers], list(range(10)))
        for buffer in late.buffers:
            gone = buffer.index in (0, 9)
            self.assertEqual(buffer.fd is None, gone, buffer.index)
            self.assertEqual(buffer.close_weak_asap is None, gone, buffer.index)

    def test_085_close_weak_asap(self):
        root = self.root()
        child = self.dup(root)
        strong, weak = self.bind(root), self.bind(child)
        weak.set_weak()
        strong.set_constraints(CAMP(0))
        weak.set_constraints(CAMP(10))
        ours, theirs = strong.wait().buffers, weak.wait().buffers
        for buffer in ours:
            self.assertIsNotNone(buffer.fd)
            self.assertIsNone(buffer.close_weak_asap)
        signals = [buffer.close_weak_asap for buffer in theirs]
        for buffer in theirs:
            self.assertIsNotNone(buffer.fd)
            self.assertIsNotNone(buffer.close_weak_asap)
        strong.release()
        strong.client.close()
        weak.sync()
        self.assert_silent(*signals)
        tracker = weak.attach_lifetime_tracking(0)
        for index, buffer in enumerate(ours):
            weak.sync()
            buffer.close()
            self.assert_hangs_up(signals[index])
            self.assert_silent(*signals[index + 1:])
        self.assertIsNotNone(weak.wait_failed(), 'without strong holders the tree has ended')
        with self.refused(weak.wait_failed()[0]):
            weak.sync()
        self.assert_silent(tracker)
        for buffer in theirs[:-1]:
            buffer.close()
        weak.client.barrier()
        self.assert_silent(tracker)
        theirs[-1].close()
        self.assert_hangs_up(tracker)

    def test_087_set_weak_ok_for_child_nodes_also(self):
        root = self.root()
        child1 = self.dup(root)
        child1.set_weak()
        child1.set_weak_ok(for_child_nodes_also=True)
        child2 = self.dup(child1)
        collections = [self.bind(token, constraints=CAMP(1)) for token in (root, child1, child2)]
        for collection, weak in zip(collections, (False, True, True)):
            for buffer in collection.wait().buffers:
                self.assertEqual(buffer.close_weak_asap is not None, weak)

    def test_361_set_weak_ok_for_children_reaches_descendants_made_later(self):
        root = self.root()
        child = self.dup(root)
        child.set_weak()
        early = self.dup(child)
        child.set_weak_ok(for_child_nodes_also=True)
        late = self.dup(self.dup(child))
        early, late, child = [self.bind(token, constraints=CAMP(0))
                              for token in (early, late, child)]
        with self.refused('ProtocolDeviation', 'SetWeakOk'):
            early.wait_once()
        for accepted in (child, late):
            waiting = accepted.start_wait()
            accepted.client.barrier()
            self.assertFalse(waiting.is_done, 'accepted, but the root is missing')

    def test_362_set_weak_ok_after_the_first_wait_is_refused(self):
        _, weak = self._strong_and_weak(1)
        weak.wait()
        with self.refused('ProtocolDeviation'):
            weak.set_weak_ok()
        weak.sync()

    def test_363_set_weak_has_its_time(self):
        root = self.root()
        child, grouped = self.dup(root), self.dup(root)
        group = self.group(grouped)
        self.kid(group)
        group.all_children_present()
        collection = self.bind(child, constraints=CAMP(1))
        for node in (collection, group):
            with self.refused('ProtocolDeviation', 'SetWeak'):
                node.set_weak()
            node.sync()

    def test_364_existing_children_stay_strong(self):
        root = self.root()
        parent = self.dup(root)
        before = self.dup(parent)
        parent.set_weak()
        after = self.dup(parent)
        after.set_weak_ok()
        collections = [self.bind(token, constraints=CAMP(1))
                       for token in (root, parent, before, after)]
        for collection, weak in zip(collections, (False, True, False, True)):
            buffers = collection.wait().buffers
            self.assertEqual([buffer.close_weak_asap is not None for buffer in buffers], [weak] * 4)

    def test_365_weak_groups_have_weak_children(self):
        root = self.root()
        group = self.group(root)
        group.set_weak()
        kids = [self.kid(group), self.kid(group)]
        group.all_children_present()
        for kid in kids:
            kid.set_weak_ok()
        top = self.bind(root, constraints=CAMP(1))
        winner, _ = [self.bind(kid, constraints=CAMP(1)) for kid in kids]
        self.assertIsNone(top.wait().buffers[0].close_weak_asap)
        self.assertIsNotNone(winner.wait().buffers[0].close_weak_asap)

    def test_366_no_strong_node_before_allocation(self):
        root = self.root()
        child = self.dup(root)
        child.set_weak()
        root.set_weak()
        self.assertIsNotNone(root.wait_failed())
        self.assertIsNotNone(child.wait_failed())

    def test_367_the_last_strong_node_leaving_before_allocation(self):
        root = self.root()
        child = self.dup(root)
        child.set_weak()
        weak = self.bind(child, constraints=CAMP(1))
        root.release()
        self.assertIsNotNone(weak.wait_failed())

    def test_368_weak_without_usage_gets_only_the_signal(self):
        root = self.root()
        child = self.dup(root)
        child.set_weak()
        strong = self.bind(root, constraints=CAMP(2))
        weak = self.bind(child, constraints=PICKY(PAGE, ['none'], camping=0))
        buffers = strong.wait().buffers
        signals = weak.wait().buffers
        self.assertEqual([buffer.fd for buffer in signals], [None, None])
        strong.release()
        buffers[1].close()
        self.assert_hangs_up(signals[1].close_weak_asap)
        weak.client.barrier()
        self.assert_silent(signals[0].close_weak_asap)

    def test_369_every_delivery_has_signals_of_its_own(self):
        """A holder that shuts its end down signals nobody else."""
        strong, weak = self._strong_and_weak(1)
        first, second = weak.wait().buffers[0], weak.wait().buffers[0]
        self.assertNotEqual(fds.identity(first.close_weak_asap),
                            fds.identity(second.close_weak_asap))
        with socket.socket(fileno=first.close_weak_asap.take()) as theirs:
            with self.assertRaises(OSError):
                theirs.send(b'x')
            theirs.shutdown(socket.SHUT_RDWR)
        weak.client.barrier()
        self.assert_silent(second.close_weak_asap)
        buffer = strong.wait().buffers[0]
        strong.release()
        buffer.close()
        self.assert_hangs_up(second.close_weak_asap)

    def test_370_what_counts_as_a_strong_holder(self):
        """Duplicates, mappings and fds in flight, but no weak ones."""
        strong, weak = self._strong_and_weak(1)
        buffer, = strong.wait().buffers
        mine, = weak.wait().buffers
        signal = mine.close_weak_asap
        copy = buffer.fd.dup()
        memory = fds.map_shared(buffer.fd, PAGE, writable=True)
        sender, receiver = socket.socketpair()
        socket.send_fds(sender, [b'x'], [buffer.fd.fileno()])
        strong.release()
        buffer.close()
        weak.sync()
        self.assert_silent(signal)
        copy.close()
        weak.sync()
        self.assert_silent(signal)
        memory.close()
        weak.sync()
        self.assert_silent(signal)
        sender.close()
        receiver.close()
        self.assert_hangs_up(signal)
        self.assertIsNotNone(mine.fd)

    def test_371_a_connected_strong_node_keeps_all_buffers(self):
        """Even where it never asked for them."""
        strong, weak = self._strong_and_weak(2)
        buffers = weak.wait().buffers
        tracker = weak.attach_lifetime_tracking(1)
        for buffer in buffers:
            buffer.close()
        weak.client.barrier()
        self.assert_silent(tracker, *[buffer.close_weak_asap for buffer in buffers])
        self.assertTrue(all(buffer.fd for buffer in strong.wait().buffers))

    def test_372_a_released_strong_node_that_never_took_a_buffer(self):
        strong, weak = self._strong_and_weak(2)
        buffers = weak.wait().buffers
        strong.release()
        for buffer in buffers:
            self.assert_hangs_up(buffer.close_weak_asap)
        self.assertIsNotNone(weak.wait_failed())

    def test_373_a_weak_node_that_goes_takes_nothing_with_it(self):
        strong, weak = self._strong_and_weak(1)
        child_signal = weak.wait().buffers[0].close_weak_asap
        strong.wait()
        weak.release()
        self.assertEqual(strong.state, 'allocated')
        self.assert_silent(child_signal)

    def test_374_empty_weak_participant(self):
        root = self.root()
        child = self.dup(root)
        child.set_weak()
        strong = self.bind(root, constraints=CAMP(1))
        weak = self.bind(child, constraints=EMPTY)
        buffer, = weak.wait().buffers
        self.assertIsNone(buffer.fd)
        self.assertIsNotNone(buffer.close_weak_asap)
        self.assertEqual(strong.wait().count, 1)

    def test_375_late_strong_participants_count(self):
        strong, weak = self._strong_and_weak(1)
        strong.wait()
        attached = self.bind(strong.attach_token(SAME_RIGHTS), constraints=CAMP(0))
        buffer, = attached.wait().buffers
        signal = weak.wait().buffers[0].close_weak_asap
        strong.release()
        weak.sync()
        self.assert_silent(signal)
        attached.release()
        weak.sync()
        self.assert_silent(signal)
        buffer.close()
        self.assert_hangs_up(signal)

    def test_376_attach_token_on_a_weak_collection_is_refused(self):
        _, weak = self._strong_and_weak(1)
        with self.refused('ProtocolDeviation', 'weak'):
            weak.attach_token()
        weak.sync()

    def test_377_a_holder_that_ignores_the_signal_is_named(self):
        strong, weak = self._strong_and_weak(1)
        mine, = weak.wait().buffers
        strong.release()
        self.assert_hangs_up(mine.close_weak_asap)
        logged = len(self.daemon.log)
        self.assertTrue(
            loop.poll_until(lambda: str(os.getpid()) in self.daemon.log[logged:], interval=0.1),
            'no warning 5 s later that names this process')
