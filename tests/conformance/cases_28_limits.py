# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Limits and quotas: named when they are met, and given back exactly once."""

import os

from sysmemtest.case import DAEMON, NOBODY, SysmemCase, daemon_config, needs_root
from sysmemtest.constraints import CAMP, PAGE, PICKY
from sysmemtest.contract import ALLOCATOR, ROOT_PATH, SAME_RIGHTS

DEFAULTS = {
    'MaxBuffers': 128, 'MaxRightsMasks': 64, 'MaxGroupCombinations': 64,
    'MaxImageFormatConstraints': 64, 'MaxPixelFormats': 65, 'MaxColorSpaces': 32,
    'MaxRequiredSizes': 64, 'MaxPermittedHeaps': 64, 'MaxHeapNameBytes': 128, 'MaxNameBytes': 64,
    'MaxClientNameBytes': 256, 'MaxNodeTrackers': 256, 'MaxLifetimeTrackers': 256,
    'MaxHandlesPerBuffer': 256, 'MaxNodesPerTree': 512, 'MaxPixelFormatPairs': 512,
    'MaxEntryMerges': 1 << 20, 'MaxCheckParticipants': 512,
    'MaxBufferSize': 256 << 20, 'MaxCollectionSize': 1 << 30,
    'MaxFdsPerMessage': 16, 'MaxWaitsPerConnection': 32, 'MaxBundlesPerConnection': 4,
    'MaxBundlesPerUid': 16, 'MaxTreesPerConnection': 1024, 'MaxCollectionsPerUid': 1024,
    'MaxNodesPerUid': 16384, 'MaxFdsPerUid': 32768, 'MaxFailedNodesPerConnection': 256,
    'WaitTimeout': 20000, 'LingerTimeout': 300, 'FailedNodeTimeout': 60,
}


class Limits(SysmemCase):
    def test_611_limits_in_force(self):
        client = self.client()
        limits = client.limits
        self.assertLessEqual(DEFAULTS.items(), limits.items())
        memory = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
        self.assertAlmostEqual(limits['MaxBytesPerUid'], memory // 4, delta=memory // 100)
        self.assertTrue(client.get_property(ROOT_PATH, ALLOCATOR, 'Version'))

    @daemon_config(MaxBufferSize='1M', MaxNodesPerUid=100)
    def test_612_limits_are_configurable(self):
        limits = self.client().limits
        self.assertEqual((limits['MaxBufferSize'], limits['MaxNodesPerUid']), (1 << 20, 100))
        self.assertEqual(limits['MaxFdsPerUid'], DEFAULTS['MaxFdsPerUid'])

    @daemon_config(MaxTreesPerConnection=3)
    def test_613_trees_of_one_connection(self):
        client = self.client()
        trees = [client.allocate_shared(), client.allocate_non_shared(), client.allocate_shared()]
        for allocate in (client.allocate_shared, client.allocate_non_shared,
                         lambda: client.allocate_buffers(PICKY(PAGE))):
            with self.refused('LimitExceeded', 'MaxTreesPerConnection'):
                allocate()
        trees[0].duplicate()
        self.assertEqual(self.client().allocate_buffers(PICKY(PAGE)).count, 1)
        for end in ('release', 'abandon'):
            getattr(trees.pop(), end)()
            trees.append(client.allocate_shared())
            with self.refused('LimitExceeded', 'MaxTreesPerConnection'):
                client.allocate_shared()
        for _ in range(10):
            trees.pop().release()
            self.assertEqual(client.allocate_buffers(PICKY(PAGE)).count, 1)
            trees.append(client.allocate_non_shared())

    def test_614_nodes_of_a_tree(self):
        root = self.root()
        nodes = [root]
        while len(nodes) < 512 - 15:
            nodes += root.duplicate_sync([SAME_RIGHTS] * 16)
        while len(nodes) < 512:
            nodes.append(root.duplicate())
        for call in (root.duplicate, root.create_group,
                     lambda: root.duplicate_sync([SAME_RIGHTS] * 2)):
            with self.refused('LimitExceeded', 'MaxNodesPerTree'):
                call()
        nodes[1].set_dispensable()
        self.assertEqual(root.state, 'waiting')
        collections = [root.client.bind(node, constraints=CAMP(0)) for node in nodes[1:]]
        top = self.bind(root, constraints=CAMP(1))
        with self.refused('LimitExceeded', 'MaxNodesPerTree'):
            top.attach_token()
        self.assertEqual(top.wait().count, 1)
        self.assertEqual(collections[-1].state, 'allocated')
        # A place that is gone makes room, one that is merely released does not.
        collections[1].release()
        with self.refused('LimitExceeded', 'MaxNodesPerTree'):
            top.attach_token()
        collections[0].abandon()
        top.attach_token()


@needs_root
class Quotas(SysmemCase):
    """What a user pays for. Root is exempt, so these act as another."""

    def _paid(self, client):
        """(collections, nodes, fds, bytes) of the client's user."""
        entry, = [one for one in client.list_clients() if one['name'] == client.name]
        return tuple(entry[key] for key in ('collections', 'uid_nodes', 'fds', 'bytes'))

    def _assert_nothing_owed(self, client):
        self.assertTrue(self._polled(lambda: self._paid(client) == (0, 0, 0, 0)),
                        self._paid(client))

    @daemon_config(MaxCollectionsPerUid=2)
    def test_621_collections(self):
        client, other = self.client(NOBODY), self.client(NOBODY)
        one, two = client.allocate_shared(), other.allocate_non_shared(constraints=PICKY(PAGE))
        for caller in (client, other):
            with self.refused('LimitExceeded', 'MaxCollectionsPerUid'):
                caller.allocate_shared()
            with self.refused('LimitExceeded', 'MaxCollectionsPerUid'):
                caller.allocate_buffers(PICKY(PAGE))
        for unconcerned in (self.client(), self.client(DAEMON)):
            self.assertEqual(unconcerned.allocate_buffers(PICKY(PAGE)).count, 1)
        for _ in range(3):
            self.client().allocate_shared()
        buffer = two.wait().fds[0]
        tracker = two.attach_lifetime_tracking(0)
        two.release()
        with self.refused('LimitExceeded', 'MaxCollectionsPerUid'):
            client.allocate_shared()
        buffer.close()
        self.assert_hangs_up(tracker)
        three = client.allocate_shared()
        with self.refused('LimitExceeded', 'MaxCollectionsPerUid'):
            client.allocate_shared()
        for token in (one, three):
            token.release()
        self._assert_nothing_owed(client)

    @daemon_config(MaxNodesPerUid=6)
    def test_622_nodes(self):
        client = self.client(NOBODY)
        root = client.allocate_shared()
        group = root.create_group()
        kids = group.create_children_sync([SAME_RIGHTS] * 2)
        child = root.duplicate()
        with self.refused('LimitExceeded', 'MaxNodesPerUid'):
            root.duplicate_sync([SAME_RIGHTS] * 2)
        self.assertEqual(self._paid(client)[1], 5)
        sixth = root.duplicate()
        for call in (root.duplicate, root.create_group, client.allocate_shared,
                     lambda: group.create_child(), client.allocate_non_shared):
            with self.refused('LimitExceeded', 'MaxNodesPerUid'):
                call()
        # Whoever binds, the maker of the root pays.
        guest = self.client(DAEMON)
        collection = guest.bind(child)
        with self.refused('LimitExceeded', 'MaxNodesPerUid'):
            collection.attach_token()
        self.assertEqual(self._paid(guest)[1], 0)
        guest.allocate_shared()
        sixth.release()
        with self.refused('LimitExceeded', 'MaxNodesPerUid'):
            root.duplicate()
        for token in kids:
            token.release()
        root.abandon()
        for node in (root, group, collection):
            node.release()
        self._assert_nothing_owed(client)

    @daemon_config(MaxBytesPerUid=8 * PAGE)
    def test_623_bytes(self):
        client = self.client(NOBODY)
        held = client.allocate_buffers(PICKY(PAGE, camping=6))
        self.assertEqual(self._paid(client)[3], 6 * PAGE)
        with self.refused('LimitExceeded', 'MaxBytesPerUid'):
            client.allocate_buffers(PICKY(PAGE, camping=3))
        collection = client.allocate_non_shared(constraints=PICKY(3 * PAGE))
        self.assert_wait_fails(collection, 'LimitExceeded')
        self.assertEqual(client.allocate_buffers(PICKY(PAGE, camping=2)).count, 2)
        self.assertEqual(self.client(DAEMON).allocate_buffers(PICKY(PAGE, camping=8)).count, 8)
        self.assertEqual(self.client().allocate_buffers(PICKY(PAGE, camping=16)).count, 16)
        for buffer in held.buffers[1:]:
            buffer.close()
        collection.release()
        client.barrier()
        self.assertEqual(self._paid(client)[3], 6 * PAGE, 'until the last buffer is gone')
        held.close()
        self._assert_nothing_owed(client)

    @daemon_config(MaxFdsPerUid=16)
    def test_624_fds(self):
        client = self.client(NOBODY)
        root = client.allocate_shared()
        trackers = []
        with self.refused('LimitExceeded', 'MaxFdsPerUid'):
            while len(trackers) < 17:
                trackers.append(root.attach_node_tracking())
        self.assertLessEqual(self._paid(client)[2], 16)
        for call in (root.duplicate, client.allocate_shared, root.get_node_ref):
            with self.refused('LimitExceeded', 'MaxFdsPerUid'):
                call()
        root.sync()
        root.release()
        for tracker in trackers:
            self.assert_hangs_up(tracker)
        self._assert_nothing_owed(client)
        self.assertEqual(client.allocate_buffers(PICKY(PAGE)).count, 1)

    @daemon_config(MaxCollectionsPerUid=1, MaxNodesPerUid=8, MaxBytesPerUid=8 * PAGE,
                   MaxFdsPerUid=64, FailedNodeTimeout=4)
    def test_625_quotas_are_given_back_exactly_once(self):
        """Whatever way a tree ends, the next one has the whole quota again."""
        observer = self.client(NOBODY)
        for _ in range(5):
            for end in (self._end_unused, self._end_by_release, self._end_by_death,
                        self._end_by_handle, self._end_by_disagreement, self._end_in_parts,
                        self._end_with_buffers_held):
                with self.subTest(end=end.__name__):
                    end(self.client(NOBODY))
                    self._assert_nothing_owed(observer)

    def _tree(self, client):
        root, tokens = client.allocate_shared(rights_attenuation_masks=[SAME_RIGHTS] * 3)
        tokens[0].set_dispensable()
        return [root, *tokens]

    def _end_unused(self, client):
        for token in self._tree(client):
            token.attach_node_tracking()
            token.get_node_ref()
        client.end()

    def _end_by_release(self, client):
        collections = [client.bind(token, constraints=CAMP(2)) for token in self._tree(client)]
        buffers = [collection.wait() for collection in collections]
        for collection in collections:
            collection.attach_lifetime_tracking(3)
            collection.release()
        for allocation in buffers:
            allocation.close()

    def _end_by_death(self, client):
        collections = [client.bind(token, constraints=CAMP(2)) for token in self._tree(client)]
        collections[0].wait_once(bundle=True)
        client.end()

    def _end_by_handle(self, client):
        tokens = self._tree(client)
        tokens[2].drop()
        tokens[0].wait_failed()
        client.end()

    def _end_by_disagreement(self, client):
        collections = [client.bind(token) for token in self._tree(client)]
        for size, collection in enumerate(collections, 1):
            collection.set_constraints(PICKY(size * PAGE))
        self.assert_no_agreement(*collections)
        client.end()

    def _end_in_parts(self, client):
        collections = [client.bind(token, constraints=CAMP(1)) for token in self._tree(client)]
        collections[0].wait()
        collections[1].abandon()
        attached = client.bind(collections[0].attach_token(), constraints=CAMP(1))
        attached.wait()
        attached.abandon()
        for collection in collections[2:]:
            collection.release()
        collections[0].abandon()
        client.end()

    def _end_with_buffers_held(self, client):
        collections = [client.bind(token, constraints=CAMP(2)) for token in self._tree(client)]
        allocation = collections[0].wait()
        client.end()
        observer = self.client(NOBODY)
        self.assertEqual(self._paid(observer)[3], 8 * PAGE)
        allocation.close()
