# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Tokens and lifecycle."""

import os
import socket

from sysmemtest import fds, loop
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CPU_RW, EMPTY, PAGE, PICKY, constraints, domains, to_variant
from sysmemtest.contract import (ALL_ONES, ALLOCATOR, COLLECTION, NODE, PROPERTIES, READ, ROOT_PATH,
                                 SAME_RIGHTS, TOKEN, WRITE)
from sysmemtest.fds import Fd
from sysmemtest.raw import RawClient, arguments, describe, reply_values
from sysmemtest.wire import GLib


class Lifecycle(SysmemCase):
    def test_001_service_connection(self):
        client = self.client()
        client.set_debug_client_info(self._testMethodName, 0)
        client.allocate_non_shared().sync()

    def test_015_duplicate_sync(self):
        t1 = self.root()
        t2, = t1.duplicate_sync([SAME_RIGHTS])
        t3, t4 = t2.duplicate_sync([SAME_RIGHTS, ALL_ONES & ~WRITE])
        collections = [self.bind(token) for token in (t1, t2, t3, t4)]
        for collection in collections:
            collection.set_constraints(
                constraints(CPU_RW, 1, {'min_size_bytes': 65536, **domains('cpu')}))
        first, _, third, fourth = [collection.wait() for collection in collections]
        self.assertEqual([first.count, third.count, fourth.count], [4, 4, 4])
        self.assertTrue(fds.is_writable(third.buffers[0].fd))
        self.assertFalse(fds.is_writable(fourth.buffers[0].fd))
        with self.assertRaises(OSError):
            os.pwrite(fourth.buffers[0].fd.fileno(), b'x', 0)

    def test_017_constraints_retained_beyond_release(self):
        root = self.root()
        first, second = self.bind(self.dup(root)), root
        wanted = constraints(CPU_RW, 2, {'min_size_bytes': 65536, 'max_size_bytes': 65536,
                                         **domains('cpu')})
        first.set_constraints(wanted)
        first.sync()
        first.release()
        first.client.close()
        second = self.bind(second)
        with self.refused('Pending'):
            second.check()
        second.set_constraints(wanted)
        self.assertEqual(second.wait().count, 4)

    def test_033_release_token(self):
        t1 = self.root()
        t2 = self.client().open_token(self.dup(t1))
        t1.sync()
        t1.release()
        t1.handle.close()
        t1.client.close()
        t2.sync()

    def test_201_validate_token(self):
        token = self.root()
        stranger = self.client()
        self.assertTrue(stranger.validate(token.handle))
        self.assertTrue(stranger.validate(token.handle.dup()))
        self.assertEqual(token.state, 'waiting')
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pipe = [Fd(number) for number in os.pipe()]
        with ours, theirs:
            for foreign in (ours, theirs, *pipe, Fd(os.memfd_create('foreign')),
                            Fd(os.open('/', os.O_PATH)), Fd(os.open('/dev/null', os.O_RDWR))):
                self.assertFalse(stranger.validate(foreign))
        # A token turned in is no token any more, nor is one that was released.
        duplicate = self.dup(token)
        copies = [token.handle.dup(), duplicate.handle.dup()]
        self.bind(token)
        duplicate.release()
        for copy in copies:
            self.assertFalse(stranger.validate(copy))

    def test_202_closing_the_last_handle_fails_the_tree(self):
        root = self.root()
        child = self.dup(root)
        child.drop()
        error, message = root.wait_failed()
        self.assertEqual(error, 'Unspecified', message)
        self.assertTrue(message)
        self.assert_hangs_up(root.handle)

    def test_203_copies_of_a_handle_keep_the_token_alive(self):
        root = self.root()
        child = self.dup(root)
        copies = [child.handle.dup() for _ in range(3)]
        child.handle.close()
        for copy in copies[1:]:
            copy.close()
        root.client.barrier()
        self.assertEqual(root.state, 'waiting')
        self.assertTrue(root.client.validate(copies[0]))
        copies[0].close()
        self.assertIsNotNone(root.wait_failed())

    def test_204_a_handle_closed_after_bind_is_fine(self):
        root = self.root()
        child = self.dup(root)
        copy = child.handle.dup()
        collection = self.bind(child)
        self.assert_hangs_up(copy, 'the handle of a token that was turned in goes dead')
        copy.close()
        root.client.barrier()
        self.assertEqual(root.state, 'waiting')
        self.assertEqual(collection.state, 'waiting')

    def test_205_a_handle_in_flight_keeps_the_token_alive(self):
        root = self.root()
        child = self.dup(root)
        sender, receiver = socket.socketpair()
        with receiver:
            with sender:
                socket.send_fds(sender, [b'x'], [child.handle.fileno()])
                child.handle.close()
                root.client.barrier()
                self.assertEqual(root.state, 'waiting')
            _, numbers, _, _ = socket.recv_fds(receiver, 1, 1)
        self.assertTrue(root.client.validate(Fd(numbers[0])))
        self.assertIsNotNone(root.wait_failed(), 'its last copy has been closed')

    def test_206_whoever_shows_the_handle_owns_the_token(self):
        first, second, third = (self.client() for _ in range(3))
        token = first.allocate_shared()
        early_child = token.duplicate()
        opened = second.open_token(token)
        self.assertEqual(opened.path, token.path)
        opened.sync()
        with self.refused('NotFound'):
            token.sync()
        early_child.sync()
        with self.refused('NotFound'):
            early_child.seen_by(second).sync()
        late_child = opened.duplicate()
        again = third.open_token(token)
        with self.refused('NotFound'):
            opened.sync()
        late_child.sync()
        collection = first.bind(again)
        self.assertEqual(collection.path, token.path)
        self.assertEqual(collection.kind, 'collection')
        with self.refused('NotFound'):
            again.sync()

    def test_207_a_token_survives_its_owner(self):
        root = self.root()
        child = self.dup(root)
        heir = self.client()
        self.bind(root)
        # The collection fails with its connection, a token does not: it has no owner until
        # somebody shows the handle. The root is bound by another connection than made it.
        root.client.close()
        opened = heir.open_token(child)
        self.assertEqual(opened.path, child.path)
        self.assertEqual(opened.state, 'waiting')

    def test_208_bind_by_path_keeps_the_path(self):
        root = self.root()
        child = self.dup(root)
        self.assertEqual((child.kind, child.state), ('token', 'waiting'))
        collection = child.bind()
        self.assertEqual(collection.path, child.path)
        self.assertEqual((collection.kind, collection.state), ('collection', 'waiting'))
        with self.refused('org.freedesktop.DBus.Error.UnknownMethod'):
            child.duplicate()
        collection.set_constraints(EMPTY)
        self.assertEqual(collection.state, 'ready')

    def test_209_bind_with_refused_constraints_keeps_the_token(self):
        root = self.root()
        client = self.client()
        bad = PICKY(PAGE, max_buffer_count=0)
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            client.bind(root, constraints=bad)
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            root.bind(constraints=bad)
        self.assertTrue(client.validate(root.handle))
        root.sync()
        collection = client.bind(root, constraints=PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1)
        before = client.list_collections()
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            client.allocate_non_shared(constraints=bad)
        self.assertEqual(len(client.list_collections()), len(before))

    def test_210_bind_with_constraints(self):
        root = self.root()
        child = self.dup(root)
        first = self.bind(root, constraints=PICKY(PAGE))
        with self.refused('Pending'):
            first.check()
        with self.refused('ProtocolDeviation'):
            first.set_constraints(PICKY(PAGE))
        second = child.bind(constraints=PICKY(PAGE))
        self.assertEqual([first.wait().count, second.wait().count], [2, 2])

    def test_211_bind_of_what_is_no_token(self):
        client = self.client()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            for foreign in (ours, Fd(os.memfd_create('foreign'))):
                with self.refused('NotFound'):
                    client.bind(foreign.dup())
                with self.refused('NotFound'):
                    client.open_token(foreign)

    def test_212_a_failed_token_tells_why(self):
        root = self.root()
        child = self.dup(root)
        root.abandon('the camera is on fire')
        error, message = child.wait_failed()
        self.assertEqual(error, 'Unspecified')
        self.assertIn('the camera is on fire', message)
        self.assert_hangs_up(child.handle)
        stranger = self.client()
        self.assertFalse(stranger.validate(child.handle))
        with self.refused('Unspecified', 'the camera is on fire'):
            stranger.open_token(child)
        with self.refused('Unspecified', 'the camera is on fire'):
            stranger.bind(child)

    def test_213_release_ends_a_token_cleanly(self):
        root = self.root()
        child = self.dup(root)
        child.release()
        self.assert_hangs_up(child.handle)
        with self.refused('NotFound'):
            child.sync()
        with self.refused('NotFound'):
            self.client().bind(child)
        collection = self.bind(root, constraints=PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1, 'a released token wants nothing')

    def test_214_a_collection_dies_with_its_connection(self):
        first, second = self.bound(2)
        second.drop()
        error, message = first.wait_failed()
        self.assertEqual(error, 'Unspecified', message)
        self.assertEqual(first.state, 'failed')

    def test_215_abandon_fails_the_domain(self):
        first, second = self.bound(2)
        second.abandon('a reason of its own')
        error, message = first.wait_failed()
        self.assertEqual(error, 'Unspecified')
        self.assertIn('a reason of its own', message)
        self.assertEqual(second.state, 'failed')

    def test_216_one_connection_may_own_many_participants(self):
        client = self.client()
        root, duplicates = client.allocate_shared(rights_attenuation_masks=[SAME_RIGHTS] * 3)
        collections = [client.bind(token, constraints=PICKY(PAGE)) for token in (root, *duplicates)]
        allocations = [collection.wait() for collection in collections]
        self.assertEqual([allocation.count for allocation in allocations], [4] * 4)
        collections[0].release()
        self.assertEqual(collections[1].state, 'allocated')

    def test_217_duplicates_at_allocation(self):
        client = self.client()
        root, duplicates = client.allocate_shared(
            rights_attenuation_masks=[SAME_RIGHTS, READ, ALL_ONES])
        self.assertEqual(len(duplicates), 3)
        self.assertEqual(len({root.path, *(token.path for token in duplicates)}), 4)
        collections = [self.bind(token, constraints=PICKY(PAGE)) for token in (root, *duplicates)]
        writable = [fds.is_writable(collection.wait().buffers[0].fd) for collection in collections]
        self.assertEqual(writable, [True, True, False, True])

    def test_218_everybody_releasing_before_allocation_ends_the_tree(self):
        first, second = self.bound(2)
        trackers = [collection.attach_node_tracking() for collection in (first, second)]
        first.release()
        second.sync()
        self.assert_silent(*trackers)
        second.release()
        for tracker in trackers:
            self.assert_hangs_up(tracker)

    def test_222_a_collection_released_without_constraints_asks_for_nothing(self):
        first, second = self.bound(2)
        second.set_constraints(PICKY(PAGE))
        with self.refused('Pending'):
            second.check()
        first.release()
        self.assertEqual(second.wait().count, 1)

    def test_223_paths_are_never_used_again(self):
        client = self.client()
        numbers = []
        for _ in range(20):
            token = client.allocate_shared()
            numbers.append(int(token.path.rpartition('/')[2]))
            token.release()
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_219_calls_come_before_the_disconnect_that_followed_them(self):
        """A client that released its collection and left has not lost it."""
        root = self.root()
        floods = [self.root() for _ in range(4)]
        for _ in range(50):
            child = root.duplicate()
            leaver = RawClient(self.address)
            leaver.call_sysmem(ROOT_PATH, ALLOCATOR, 'OpenToken', arguments('(h)', 0),
                               [child.handle])
            flood = [node.client.start(node.path, NODE, 'Sync') for node in floods
                     for _ in range(10)]
            leaver.send(leaver.message(child.path, TOKEN, 'Bind', arguments('(a{sv})', {})),
                        leaver.message(child.path, COLLECTION, 'SetConstraints',
                                       arguments('(a{sv}a{sv})', {}, {})),
                        leaver.message(child.path, NODE, 'Release'))
            leaver.close()
            for call in flood:
                call.result()
            # The place of a released node is not gone, so nothing but the daemon's own list can
            # tell that it has noticed.
            self.assertTrue(loop.poll_until(
                lambda: leaver.name not in str(root.client.list_clients())),
                'the daemon never noticed that {} left'.format(leaver.name))
            self.assertEqual(root.state, 'waiting')

    def test_220_pipelined_calls_are_answered_in_order(self):
        """Also across kinds of objects: the allocator's and the nodes' calls are one queue."""
        peer = RawClient(self.address)
        token = self.root()
        peer.call_sysmem(ROOT_PATH, ALLOCATOR, 'OpenToken', arguments('(h)', 0), [token.handle])
        sent = peer.send(
            peer.message(token.path, TOKEN, 'SetDispensable'),
            peer.message(ROOT_PATH, ALLOCATOR, 'ListHeaps'),
            peer.message(token.path, TOKEN, 'Duplicate', arguments('(u)', SAME_RIGHTS)),
            peer.message(ROOT_PATH, ALLOCATOR, 'BindSharedCollection',
                         arguments('(ha{sv})', 0, {}), [token.handle]),
            peer.message(token.path, PROPERTIES, 'Get', arguments('(ss)', NODE, 'Kind')),
            peer.message(token.path, COLLECTION, 'SetConstraints',
                         arguments('(a{sv}a{sv})', {}, {})),
            peer.message(ROOT_PATH, PROPERTIES, 'Get', arguments('(ss)', ALLOCATOR, 'Version')),
            peer.message(token.path, NODE, 'Release'),
            peer.message(token.path, NODE, 'Sync'))
        answers = []
        while len(answers) < len(sent):
            message, received = peer.receive()
            if message.get_reply_serial():
                answers.append((message, received))
        self.assertEqual([message.get_reply_serial() for message, _ in answers], sent)
        *accepted, last = answers
        for message, received in accepted:
            reply_values(message, received)
        self.assertEqual(accepted[4][0].get_body().unpack(), ('collection',))
        with self.refused('NotFound'):
            reply_values(*last)
        peer.close()

    def test_221_a_reply_precedes_the_signals_it_causes(self):
        client = RawClient(self.address)
        path, = client.call_sysmem(ROOT_PATH, ALLOCATOR, 'AllocateNonSharedCollection',
                                   arguments('(a{sv})', {}))
        set_constraints, = client.send(client.message(
            path, COLLECTION, 'SetConstraints',
            GLib.Variant.new_tuple(to_variant(PICKY(PAGE)), GLib.Variant('a{sv}', {}))))
        self.assertEqual(describe(client.receive()[0]), ('reply', set_constraints))
        self.assertEqual(describe(client.receive()[0]), ('signal', path, 'Allocated'))
        abandon, = client.send(client.message(path, NODE, 'Abandon', arguments('(s)', 'enough')))
        self.assertEqual(describe(client.receive()[0]), ('reply', abandon))
        self.assertEqual(describe(client.receive()[0]), ('signal', path, 'Failed'))
        client.close()
