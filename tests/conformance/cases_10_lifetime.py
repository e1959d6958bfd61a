# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Lifetime and node tracking."""

import socket

from sysmemtest import fds
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CAMP, PAGE, PICKY, RAW
from sysmemtest.contract import ALL_ONES


class LifetimeTracking(SysmemCase):
    def test_005_attach_lifetime_tracking(self):
        collection = self.single()
        trackers = [collection.attach_lifetime_tracking(n) for n in range(6)]
        collection.client.barrier()
        self.assert_silent(*trackers)
        collection.set_constraints(RAW(3))
        allocation = collection.wait()
        self.assertEqual(allocation.count, 3)
        for tracker in trackers[3:]:
            self.assert_hangs_up(tracker)
        collection.client.barrier()
        self.assert_silent(*trackers[:3])
        token = collection.attach_token(ALL_ONES)
        attached = self.bind(token)
        its_tracker = attached.attach_lifetime_tracking(0)
        attached.set_constraints(RAW(1))
        self.assert_no_agreement(attached)
        self.assert_hangs_up(its_tracker)
        collection.check()
        place = collection.attach_node_tracking()
        collection.drop()
        self.assert_hangs_up(place)
        self.assert_silent(*trackers[:3])
        for index, buffer in enumerate(allocation.buffers):
            buffer.close()
            self.assert_hangs_up(trackers[2 - index])
            self.assert_silent(*trackers[:2 - index])

    def test_381_lifetime_tracking_needs_an_allocation(self):
        collection, other = self.bound(2)
        tracker = collection.attach_lifetime_tracking(128)
        collection.client.barrier()
        self.assert_silent(tracker)
        collection.set_constraints(PICKY(PAGE))
        collection.release()
        self.assert_hangs_up(tracker, 'dropped with its node before allocation')
        tracker = other.attach_lifetime_tracking(0)
        other.set_constraints(PICKY(2 * PAGE))
        self.assert_no_agreement(other)
        self.assert_hangs_up(tracker)

    def test_382_lifetime_tracking_survives_its_node(self):
        collection, other = self.negotiate(CAMP(1), CAMP(1))
        buffers = other.wait().buffers
        tracker = collection.attach_lifetime_tracking(1)
        collection.release()
        collection.client.close()
        other.release()
        other.client.barrier()
        self.assert_silent(tracker)
        buffers[0].close()
        self.assert_hangs_up(tracker)

    def test_383_whatever_holds_a_buffer_counts(self):
        """Duplicates, mappings, fds in flight; read-only or not."""
        collection = self.single()
        collection.set_constraints(PICKY(PAGE, ['cpu-read']))
        buffer, = collection.wait().buffers
        tracker = collection.attach_lifetime_tracking(0)
        copy = buffer.fd.dup()
        memory = fds.map_shared(buffer.fd, PAGE, writable=False)
        sender, receiver = socket.socketpair()
        socket.send_fds(sender, [b'x'], [buffer.fd.fileno()])
        collection.release()
        probe = self.client()
        for holder in (buffer.fd, memory, copy):
            holder.close()
            probe.barrier()
            self.assert_silent(tracker)
        sender.close()
        receiver.close()
        self.assert_hangs_up(tracker)

    def test_384_a_buffer_that_nobody_took(self):
        collection = self.single()
        collection.set_constraints(PICKY(PAGE, camping=2))
        tracker = collection.attach_lifetime_tracking(0)
        self.assertTrue(collection.wait_allocated_signal())
        collection.client.barrier()
        self.assert_silent(tracker)
        collection.release()
        self.assert_hangs_up(tracker)

    def test_385_trackers_are_their_holders_own(self):
        collection = self.single()
        trackers = [collection.attach_lifetime_tracking(0) for _ in range(2)]
        self.assertNotEqual(*[fds.identity(tracker) for tracker in trackers])
        with socket.socket(fileno=trackers[0].take()) as first:
            with self.assertRaises(OSError):
                first.send(b'x')
            first.shutdown(socket.SHUT_RDWR)
        collection.client.barrier()
        self.assert_silent(trackers[1])

    def test_386_lifetime_tracker_limit(self):
        collection = self.single()
        trackers = [collection.attach_lifetime_tracking(0) for _ in range(256)]
        with self.refused('LimitExceeded', 'MaxLifetimeTrackers'):
            collection.attach_lifetime_tracking(0)
        collection.client.barrier()
        self.assert_silent(*trackers)
        collection.set_constraints(PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1)

    def test_387_attached_collections_track_the_same_buffers(self):
        collection = self.single()
        collection.set_constraints(CAMP(2))
        buffers = collection.wait().buffers
        attached = self.bind(collection.attach_token())
        trackers = [attached.attach_lifetime_tracking(n) for n in (0, 1, 2)]
        attached.set_constraints(CAMP(0))
        attached.wait().close()
        self.assert_hangs_up(trackers[2])
        attached.release()
        collection.release()
        buffers[0].close()
        self.assert_hangs_up(trackers[1])
        self.assert_silent(trackers[0])
        buffers[1].close()
        self.assert_hangs_up(trackers[0])

    def test_388_lifetime_trackers_are_counted_over_all_nodes(self):
        collections = self.bound(2)
        trackers = [collections[0].attach_lifetime_tracking(0) for _ in range(255)]
        trackers.append(collections[1].attach_lifetime_tracking(0))
        for collection in collections:
            with self.refused('LimitExceeded', 'MaxLifetimeTrackers'):
                collection.attach_lifetime_tracking(0)
        collections[0].client.barrier()
        self.assert_silent(*trackers)


class NodeTracking(SysmemCase):
    def test_123_attach_node_tracking(self):
        parent = self.root()
        child = self.dup(parent)
        tracker = parent.attach_node_tracking()
        parent, child = self.bind(parent), self.bind(child)
        parent.client.barrier()
        self.assert_silent(tracker)
        child.drop()
        self.assert_hangs_up(tracker)

    def test_125_node_tracker_limit(self):
        """The 257th is refused, and nothing is lost."""
        token = self.root()
        trackers = [token.attach_node_tracking() for _ in range(256)]
        token.sync()
        with self.refused('LimitExceeded', 'MaxNodeTrackers'):
            token.attach_node_tracking()
        token.sync()
        self.assert_silent(*trackers)
        collection = self.bind(token)
        with self.refused('LimitExceeded', 'MaxNodeTrackers'):
            collection.attach_node_tracking()

    def test_391_release_is_not_the_end_of_a_place(self):
        collection, other = self.negotiate(CAMP(1), CAMP(1))
        tracker = collection.attach_node_tracking()
        collection.wait()
        collection.release()
        other.client.barrier()
        self.assert_silent(tracker)
        other.release()
        self.assert_hangs_up(tracker)

    def test_392_when_it_hangs_up_the_counts_are_free(self):
        collection = self.single()
        collection.set_constraints(CAMP(1) | {'min_buffer_count': 2})
        collection.wait()
        for _ in range(20):
            attached = self.bind(collection.attach_token(), constraints=CAMP(1))
            tracker = attached.attach_node_tracking()
            attached.wait()
            attached.drop()
            self.assert_hangs_up(tracker)
        collection.check()

    def test_393_trackers_of_a_group(self):
        root = self.root()
        group = self.group(root)
        tracker = group.attach_node_tracking()
        kid = self.kid(group)
        group.all_children_present()
        group.release()
        root.client.barrier()
        self.assert_silent(tracker)
        kid.drop()
        self.assert_hangs_up(tracker)

    def test_394_a_released_attached_domain_ends(self):
        """Nobody is left in it, so its counts are free, unlike those of a released participant."""
        collection = self.single()
        collection.set_constraints(CAMP(1) | {'min_buffer_count': 2})
        collection.wait()
        for _ in range(2):
            attached = self.bind(collection.attach_token())
            below = self.bind(attached.attach_token())
            attached.set_constraints(CAMP(1))
            attached.wait()
            tracker = attached.attach_node_tracking()
            attached.release()
            below.sync()
            self.assert_silent(tracker)
            self.assert_no_agreement(self.bind(collection.attach_token(), constraints=CAMP(1)))
            below.release()
            self.assert_hangs_up(tracker)
        collection.check()

    def test_395_a_released_dispensable_domain_ends_too(self):
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        top, other = [self.bind(token, constraints=CAMP(1)) for token in (root, child)]
        other.wait()
        tracker = other.attach_node_tracking()
        other.release()
        self.assert_hangs_up(tracker)
        self.assertEqual(self.bind(top.attach_token(), constraints=CAMP(1)).wait().count, 2)
