# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Seeing what is there, and who may."""

import os
import time

from sysmemtest import loop
from sysmemtest.case import BIN, DAEMON, NOBODY, SysmemCase, needs_root
from sysmemtest.constraints import CAMP, PAGE, PICKY


class Inspector(SysmemCase):
    def _own(self, client, collection):
        """The entry of a collection in a client's list, or None."""
        number = collection.collection_id
        entries = [entry for entry in client.list_collections() if entry['id'] == number]
        return entries[0] if entries else None

    def test_561_list_collections(self):
        collection, other = self.bound(2)
        client = collection.client
        entry = self._own(client, collection)
        self.assertEqual((entry['state'], entry['buffer_count'], entry['heap']), ('waiting', 0, ''))
        collection.set_name(5, 'frames')
        collection.set_constraints(CAMP(2))
        other.set_constraints(CAMP(1))
        collection.wait()
        entry = self._own(client, collection)
        self.assertEqual((entry['name'], entry['state'], entry['heap'], entry['buffer_count']),
                         ('frames', 'allocated', 'system', 3))
        self.assertEqual((entry['size_bytes'], entry['nodes'], entry['uid']),
                         (3 * PAGE, 2, os.geteuid()))
        self.assertLess(entry['age_usec'], 60_000_000)

    def test_562_describe_collection(self):
        root = self.root()
        child = self.dup(root)
        collection = self.bind(root)
        collection.set_debug_client_info('camera', 7)
        child.set_debug_client_info('shell', 8)
        collection.set_constraints(CAMP(2))
        number = collection.collection_id
        description = collection.client.describe_collection(number)
        self.assertEqual(description['waiting_for'], [('shell', 8)])
        top, below = description['tree']
        self.assertEqual((top['kind'], top['state'], top['name'], top['id'], top['pid'],
                          top['uid'], top['parent']),
                         ('collection', 'ready', 'camera', 7, os.getpid(), os.geteuid(), 0))
        self.assertEqual((below['kind'], below['state'], below['parent']),
                         ('token', 'waiting', top['node']))
        self.assertEqual(top['constraints']['min_buffer_count_for_camping'], 2)
        self.assertNotIn('constraints', below)
        self.bind(child, constraints=CAMP(0))
        buffers = collection.wait().buffers

        description = collection.client.describe_collection(number)
        self.assertEqual(description['waiting_for'], [])
        self.assertEqual(description['settings']['size_bytes'], PAGE)
        self.assertEqual([entry['index'] for entry in description['buffers']], [0, 1])
        for entry, buffer in zip(description['buffers'], buffers):
            self.assertTrue(entry['exists'])
            self.assertEqual(entry['inode'], os.fstat(buffer.fd.fileno()).st_ino)
            self.assertIn(os.getpid(), [pid for pid, _ in entry['holders']])

    def test_563_collections_without_a_tree(self):
        """What outlives its tree stays visible until it is really gone."""
        collection = self.bind(self.root(), constraints=CAMP(2))
        number = collection.collection_id
        buffers = collection.wait().buffers
        tracker = collection.attach_lifetime_tracking(0)
        one_left = collection.attach_lifetime_tracking(1)
        collection.release()
        client = collection.client
        entry, = client.list_collections()
        self.assertEqual((entry['id'], entry['state'], entry['nodes']), (number, 'released', 0))
        buffers[0].close()
        self.assert_hangs_up(one_left)
        self.assertEqual([one['exists'] for one in client.describe_collection(number)['buffers']],
                         [False, True])
        buffers[1].close()
        self.assert_hangs_up(tracker)
        self.assertEqual(client.list_collections(), [])
        with self.refused('NotFound'):
            client.describe_collection(number)

    def test_564_list_clients(self):
        client = self.client()
        client.set_debug_client_info('inspected', 5)
        tokens = [client.allocate_shared() for _ in range(3)]
        tokens.append(tokens[0].duplicate())
        entry, = [one for one in client.list_clients() if one['name'] == client.name]
        self.assertEqual((entry['uid'], entry['pid'], entry['debug_name']),
                         (os.geteuid(), os.getpid(), 'inspected'))
        self.assertEqual((entry['nodes'], entry['trees'], entry['waits'], entry['bundles']),
                         (4, 3, 0, 0))
        self.assertEqual((entry['collections'], entry['uid_nodes']), (3, 4))
        tokens[1].release()
        entry, = [one for one in client.list_clients() if one['name'] == client.name]
        self.assertEqual((entry['nodes'], entry['trees'], entry['collections']), (3, 2, 2))

    @needs_root
    def test_565_who_may_see_what(self):
        """Root sees all, who pays sees the whole tree, others see their own nodes."""
        payer, guest, stranger = self.client(NOBODY), self.client(DAEMON), self.client(BIN)
        root = payer.allocate_shared()
        child = root.duplicate()
        collection = payer.bind(root)
        guest_collection = guest.bind(child)
        number = collection.collection_id
        self.assertEqual(guest_collection.collection_id, number)
        for client, n_nodes in ((self.client(), 2), (payer, 2), (guest, 1)):
            self.assertIsNotNone(next((one for one in client.list_collections()
                                       if one['id'] == number), None))
            tree = client.describe_collection(number)['tree']
            self.assertEqual(len(tree), n_nodes)
        own, = guest.describe_collection(number)['tree']
        self.assertEqual((own['uid'], own['parent']), (DAEMON, 0))
        self.assertEqual(stranger.list_collections(), [])
        with self.refused('NotFound'):
            stranger.describe_collection(number)
        names = {client['name'] for client in stranger.list_clients()}
        self.assertFalse(names & {payer.name, guest.name})
        guest_collection.release()
        self.assertEqual(guest.list_collections(), [])
        with self.refused('NotFound'):
            guest.describe_collection(number)

    @needs_root
    def test_566_holders_are_for_who_sees_the_whole_tree(self):
        payer, guest = self.client(NOBODY), self.client(DAEMON)
        root = payer.allocate_shared()
        child = root.duplicate()
        ours = payer.bind(root, constraints=CAMP(1))
        theirs = guest.bind(child, constraints=CAMP(1))
        self.assertEqual((ours.wait().count, theirs.wait().count), (2, 2))
        number = ours.collection_id
        self.assertIn('holders', payer.describe_collection(number)['buffers'][0])
        for entry in guest.describe_collection(number).get('buffers', []):
            self.assertNotIn('holders', entry)

    def test_567_unknown_collections(self):
        client = self.client()
        for number in (0, 1, 2**64 - 1):
            with self.refused('NotFound'):
                client.describe_collection(number)


class LiveView(SysmemCase):
    def _changes(self, client, collection_id):
        client.barrier()
        return [arguments[1] for _, name, arguments in client.signals
                if name == 'CollectionChanged' and arguments[0] == collection_id]

    def _wait_for(self, client, collection_id, what):
        self.assertTrue(loop.run_until(
            lambda: what in [arguments[1] for _, name, arguments in client.signals
                             if name == 'CollectionChanged' and arguments[0] == collection_id]),
            what)

    def test_571_subscribers_hear_of_changes(self):
        watcher, deaf = self.client(), self.client()
        watcher.subscribe()
        watcher.subscribe()
        collection = self.bind(self.root())
        number = collection.collection_id
        collection.set_constraints(PICKY(PAGE))
        self._wait_for(watcher, number, 'allocated')
        collection.release()
        self._wait_for(watcher, number, 'ended')
        self.assertEqual(self._changes(deaf, number), [])
        self.assertLessEqual(len(self._changes(watcher, number)), 8)
        watcher.unsubscribe()
        other = self.bind(self.root(), constraints=PICKY(PAGE))
        other_number = other.collection_id
        other.wait()
        other.release()
        self.assertEqual(self._changes(watcher, other_number), [])

    def test_572_at_most_one_signal_in_a_hundred_milliseconds(self):
        watcher = self.client()
        began = time.monotonic()
        watcher.subscribe()
        top = self.bind(self.root(), constraints=CAMP(1))
        top.wait()
        number = top.collection_id
        for _ in range(100):
            attached = top.client.bind(top.attach_token(), constraints=CAMP(0))
            attached.wait_once()
            attached.abandon()
        self._wait_for(watcher, number, 'failed')
        n_changes = len(self._changes(watcher, number))
        self.assertLessEqual(n_changes, (time.monotonic() - began) / 0.1 + 2)

    @needs_root
    def test_573_signals_only_of_what_may_be_seen(self):
        stranger, payer = self.client(DAEMON), self.client(NOBODY)
        for client in (stranger, payer):
            client.subscribe()
        collection = payer.allocate_non_shared(constraints=PICKY(PAGE))
        number = collection.collection_id
        self._wait_for(payer, number, 'allocated')
        self.assertEqual(self._changes(stranger, number), [])
