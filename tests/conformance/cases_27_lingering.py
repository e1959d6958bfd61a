# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Lingering trees: for shells, whose every call is a new connection."""

import json
import subprocess

from sysmemtest import loop
from sysmemtest.case import BIN, NOBODY, SysmemCase, daemon_config, needs_root
from sysmemtest.constraints import CAMP, PAGE, PICKY
from sysmemtest.contract import (ALLOCATOR, BUS_NAME, COLLECTION, NODE, ROOT_PATH, SAME_RIGHTS,
                                 TOKEN)
from sysmemtest.nodes import Collection, Token


class Lingering(SysmemCase):
    def tearDown(self):
        # Nothing but their time-out ends these trees otherwise.
        for path in self._lingering:
            Collection(self.client(), path).release()
        super().tearDown()

    def setUp(self):
        super().setUp()
        self._lingering = []

    def _root(self, client=None):
        token = (client or self.client()).allocate_shared(linger=True)
        self._lingering.append(token.path)
        return token

    def _busctl(self, *arguments):
        """The values that busctl prints for a call."""
        result = subprocess.run(
            ['busctl', '--address=' + self.address, '--json=short', 'call', BUS_NAME, *arguments],
            capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)['data'] if result.stdout.strip() else None

    def test_601_a_negotiation_with_busctl_alone(self):
        root = self._busctl(ROOT_PATH, ALLOCATOR, 'AllocateSharedCollection', 'a{sv}', '1',
                            'linger', 'b', 'true')[0]
        child = self._busctl(root, TOKEN, 'Duplicate', 'u', str(SAME_RIGHTS))[0]
        for path in (root, child):
            self._lingering.append(path)
            self.assertEqual(self._busctl(path, TOKEN, 'Bind', 'a{sv}', '1', 'linger', 'b', 'true'),
                             [path])
        size = ['buffer_memory_constraints', 'a{sv}', '1', 'min_size_bytes', 't', str(PAGE)]
        self._busctl(root, COLLECTION, 'SetConstraints', 'a{sv}a{sv}', '3', 'usage', 'as', '1',
                     'cpu-write', 'min_buffer_count_for_camping', 'u', '2', *size, '0')
        waiting_for = self._busctl(root, NODE, 'Explain')[0]['waiting_for']['data']
        self.assertEqual(len(waiting_for), 1)
        self._busctl(child, COLLECTION, 'SetConstraints', 'a{sv}a{sv}', '2', 'usage', 'as', '1',
                     'cpu-read', 'min_buffer_count_for_camping', 'u', '1', '0')
        for path in (root, child):
            info, buffers = self._busctl(path, COLLECTION, 'WaitForAllBuffersAllocated', 'a{sv}',
                                         '0')
            self.assertEqual(info['buffer_count']['data'], 3)
            self.assertEqual([buffer['index']['data'] for buffer in buffers], [0, 1, 2])

    def test_602_lingering_nodes_outlive_connections_and_handles(self):
        root = self._root()
        child = root.duplicate()
        group = root.create_group()
        kids = group.create_children_sync([SAME_RIGHTS] * 2)
        handles = [token.handle for token in (root, child, *kids)]
        root.client.close()
        for handle in handles:
            handle.close()
        other = self.client()
        for node in (root, child, group, *kids):
            self.assertEqual(node.seen_by(other).state, 'waiting')
        group.seen_by(other).all_children_present()
        collections = [Token(self.client(), token.path).bind(linger=True, constraints=CAMP(1))
                       for token in (root, child, *kids)]
        for collection in collections:
            collection.client.close()
        again = [collection.seen_by(other) for collection in collections]
        self.assertEqual([collection.wait().count for collection in again[:3]], [3] * 3)
        self.assert_no_agreement(again[3])
        for node in (*again[1:3], group.seen_by(other)):
            node.release()

    @needs_root
    def test_603_lingering_nodes_are_their_users_only(self):
        mine = self._root()
        nobodys = self.client(NOBODY).allocate_shared(linger=True)
        for stranger in (self.client(BIN), self.client(NOBODY)):
            with self.refused('NotFound'):
                mine.seen_by(stranger).sync()
        nobodys.seen_by(self.client(NOBODY)).sync()
        for stranger in (self.client(BIN), self.client()):
            with self.refused('NotFound'):
                nobodys.seen_by(stranger).sync()
        nobodys.seen_by(self.client(NOBODY)).release()

    def test_604_bind_without_the_option_makes_an_ordinary_collection(self):
        root = self._root()
        child = root.duplicate()
        ordinary = self.bind(child)
        with self.refused('NotFound'):
            ordinary.seen_by(self.client()).sync()
        observer = self.client()
        ordinary.drop()
        self.assertTrue(loop.poll_until(lambda: root.seen_by(observer).state == 'failed'))
        with self.refused('Unspecified'):
            root.seen_by(observer).sync()

    def test_605_lingering_non_shared_collections(self):
        path = self.client().allocate_non_shared(linger=True, constraints=PICKY(PAGE)).path
        self._lingering.append(path)
        self._clients[-1].close()
        self.assertEqual(Collection(self.client(), path).wait().count, 1)

    def _is_there(self, client, number):
        return any(entry['id'] == number for entry in client.list_collections())

    @daemon_config(LingerTimeout=4)
    def test_606_lingering_ends_in_time(self):
        """Two trees that must not end, and two that must, in the same time: one in which a busy
        machine, too, comes to call again."""
        watcher = self.client()
        called, accompanied = self._root(), self._root()
        ordinary = self.bind(accompanied.duplicate())
        idle, idle_child = [self.client().allocate_shared(linger=True) for _ in range(2)]
        idle_child.duplicate()
        numbers = [node.collection_id for node in (called, accompanied, idle, idle_child)]
        for node in (idle, idle_child):
            node.client.close()

        def idle_ones_are_gone():
            called.seen_by(watcher).sync()
            return not any(self._is_there(watcher, number) for number in numbers[2:])

        self.assertTrue(loop.poll_until(idle_ones_are_gone, interval=0.05))
        self.assertTrue(self._is_there(watcher, numbers[0]), 'a call starts the time anew')
        self.assertTrue(self._is_there(watcher, numbers[1]), 'it has an ordinary node')
        ordinary.release()
        self.assertTrue(
            loop.poll_until(lambda: not self._is_there(watcher, numbers[1]), interval=0.05))
        self._lingering.remove(accompanied.path)
