#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What participants do with the library, from Python."""

import os
from unittest import mock

from library import Gio, GLib, LibraryCase, Sysmem, bus, bytes_of, images_of, main

SAME = Sysmem.Rights.SAME
READ = Sysmem.Rights.READ
READING = Sysmem.Usage.CPU_READ


class Negotiation(LibraryCase):
    def test_two_participants_share_what_was_written(self):
        root, other = self.share(READ)
        producer = root.bind(images_of(['NV12', 'XR24'], (1000, 600), bytes_per_row_divisor=256,
                                       count=2))
        consumer = self.pass_on(other).bind(
            images_of(['NV12'], (64, 64), READING, color_space='rec709'))
        self.assertTrue(producer.wait())
        self.assertTrue(consumer.wait())
        self.assertEqual((len(producer), len(consumer)), (3, 3))
        self.assertTrue(producer.settings.equal(consumer.settings))
        self.assertEqual(producer.settings.get_pixel_format(), 'NV12:0x0')
        self.assertEqual([tuple(plane) for plane in producer[0].get_planes(1000, 600)],
                         [(0, 1024, 600), (1024 * 600, 1024, 300)])
        with producer[2].map(write=True) as written:
            written[:5] = b'hello'
        with consumer[2].map() as read:
            self.assertEqual(bytes(read[:5]), b'hello')
        producer.release()
        consumer.release()

    def test_everything_asynchronous(self):
        results = []
        with mock.patch.dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.bus.address):
            Sysmem.Client.new_async(None, lambda _source, result: results.append(result))
        self.run_until(lambda: results)
        client = Sysmem.Client.new_finish(results[0])
        root = self.run_async(client, 'allocate_shared')
        other = self.run_async(root, 'duplicate', SAME)
        mine = self.run_async(root, 'bind', None)
        self.run_async(mine, 'set_constraints', bytes_of(5000), -1)
        theirs = self.run_async(other, 'bind', bytes_of(100))
        self.assertTrue(self.run_async(mine, 'wait'))
        self.assertTrue(self.run_async(theirs, 'wait'))
        self.assertEqual(mine[0].get_size(), 5000)
        self.assertEqual(len(mine), 2)
        self.run_async(mine, 'release')
        self.assertEqual(mine.get_state(), Sysmem.NodeState.RELEASED)
        self.run_async(theirs, 'release')

    def test_128_buffers_come_in_one_delivery(self):
        collection = self.client().allocate_non_shared(
            bytes_of(1, min_buffer_count_for_camping=128))
        collection.wait()
        self.assertEqual([buffer.get_index() for buffer in collection], list(range(128)))
        self.assertTrue(all(buffer.has_fd() for buffer in collection))

    def test_a_participant_without_usage_gets_settings_only(self):
        root, other = self.share(SAME)
        working = root.bind(bytes_of(100))
        watching = other.bind(Sysmem.Constraints(usage=Sysmem.Usage.NONE))
        working.wait()
        watching.wait()
        self.assertFalse(watching[0].has_fd())
        self.assert_error(Sysmem.Error.HANDLE_ACCESS_DENIED, watching[0].map)
        self.assert_error(Sysmem.Error.HANDLE_ACCESS_DENIED, watching[0].dup_fd)

    def test_a_reader_cannot_write(self):
        collection = self.client().allocate_non_shared(bytes_of(100, READING))
        collection.wait()
        message = self.assert_error(Sysmem.Error.HANDLE_ACCESS_DENIED,
                                    lambda: collection[0].map(write=True))
        self.assertIn('may only be read', message)

    def test_why_there_is_no_agreement(self):
        root, other = self.share(SAME)
        failures = []
        mine = root.bind(images_of(['NV12'], (64, 64)))
        mine.connect('failed', lambda _node, error: failures.append(error.message))
        theirs = other.bind(images_of(['XR24'], (64, 64)))
        message = self.assert_error(Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY, mine.wait)
        self.assertIn('NV12', message)
        self.run_until(lambda: failures)
        self.assertEqual(failures, [message])
        self.assertEqual(mine.props.failure.message, message)
        explanation = theirs.explain()
        self.assertEqual(explanation.get_outcome(), Sysmem.Outcome.FAILED)
        self.assertEqual(explanation.dup_failure().message, message)
        self.assertEqual(explanation.get_conflicts().unpack()[0]['field'],
                         'image_format_constraints.pixel_formats')
        self.assertIn('cannot agree', str(explanation))

    def test_allocated_is_heard_even_right_after_the_reply(self):
        heard = []
        collection = self.client().allocate_non_shared(bytes_of(10))
        collection.connect('allocated', heard.append)
        self.run_until(lambda: heard)
        self.assertEqual(collection.get_state(), Sysmem.NodeState.ALLOCATED)
        self.assertEqual(len(collection), 0)
        changes = []
        collection.connect('items-changed', lambda _model, *change: changes.append(change))
        collection.wait()
        self.assertEqual(changes, [(0, 0, 1)])

    def test_refused_constraints_leave_the_token_as_it_was(self):
        root, = self.share()
        self.assert_error(Sysmem.Error.PROTOCOL_DEVIATION, root.bind,
                          bytes_of(10, max_buffer_count=0))
        self.assertFalse(root.props.is_closed)
        self.assertEqual(len(root.bind(bytes_of(10))), 0)

    def test_waiting_before_the_constraints_is_refused_at_once(self):
        root, = self.share()
        self.assert_error(Sysmem.Error.PROTOCOL_DEVIATION, root.bind(None).wait)

    def test_must_match(self):
        first = self.client().allocate_non_shared(bytes_of(5000))
        first.wait()
        fd = first[0].dup_fd()
        second = self.client().allocate_non_shared(None)
        second.set_constraints(bytes_of(100), fd)
        second.wait()
        self.assertEqual(second.settings.get_size_bytes(), 5000)
        GLib.close(fd)

    def test_pending_names_who_is_missing(self):
        root, other = self.share(SAME)
        other.set_debug_client_info('latecomer', 7)
        mine = root.bind(bytes_of(10))
        self.assertIn('latecomer', self.assert_error(Sysmem.Error.PENDING, mine.check))
        explanation = mine.explain()
        self.assertEqual(explanation.get_waiting_for().unpack(), [('latecomer', 7)])


class Nodes(LibraryCase):
    def test_a_group_released_in_the_same_step(self):
        root, = self.share()
        group = root.create_group()
        better, worse = group.create_children([SAME, SAME])
        group.all_children_present(True)
        self.assertEqual(group.get_state(), Sysmem.NodeState.RELEASED)
        del group
        mine = root.bind(images_of(['XR24'], (8, 8)))
        failed = better.bind(images_of(['NV12'], (8, 8)))
        chosen = worse.bind(images_of(['XR24'], (8, 8), color_space='srgb'))
        self.assertTrue(mine.wait())
        self.assertTrue(chosen.wait())
        self.assert_error(Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY, failed.wait)

    def test_alternatives_know_each_other(self):
        root, beside = self.share(SAME)
        group = root.create_group()
        one, other = group.create_child(SAME), group.create_child(SAME)
        reference = one.get_node_ref()
        self.assertTrue(other.is_alternate_for(reference))
        self.assertFalse(beside.is_alternate_for(reference))
        GLib.close(reference)

    def test_a_late_participant(self):
        mine = self.client().allocate_non_shared(
            bytes_of(100, min_buffer_count_for_camping=1, min_buffer_count=2))
        mine.wait()
        late = self.pass_on(mine.attach_token(READ)).bind(bytes_of(10, READING))
        self.assertTrue(late.wait())
        self.assertEqual(len(late), 2)
        too_big = mine.attach_token(SAME).bind(bytes_of(1000))
        self.assert_error(Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY, too_big.wait)
        self.assertTrue(mine.check())

    def test_a_weak_participant_is_told_to_let_go(self):
        root, other = self.share(SAME)
        other.set_weak()
        strong = root.bind(bytes_of(10))
        weak = other.bind(bytes_of(10))
        strong.wait()
        weak.wait()
        told = []
        for buffer in weak:
            buffer.connect('close-asap', lambda buffer: told.append(buffer.get_index()))
        strong.release()
        del strong
        self.run_until(lambda: len(told) == len(weak))

    def test_a_weak_collection_that_never_said_so(self):
        root, other = self.share(SAME)
        root.set_weak()
        other.set_weak_ok(True)
        token = root.duplicate(SAME)
        mine = self.pass_on(token).bind(bytes_of(10))
        self.assert_error(Sysmem.Error.PROTOCOL_DEVIATION, mine.wait)

    def test_what_a_token_hears_of_its_end(self):
        root, released, turned_in, failed = self.share(SAME, SAME, SAME)
        told = {}
        for name, token in (('released', released), ('turned in', turned_in), ('failed', failed)):
            token.connect('closed', lambda _token, error, name=name: told.update({name: error}))
        released.release()
        handle = turned_in.dup_fd()
        taken = self.client('receiver').bind(handle, None)
        GLib.close(handle)
        self.run_until(lambda: len(told) == 2)
        self.assertEqual(told, {'released': None, 'turned in': None})
        root.abandon('enough')
        self.run_until(lambda: 'failed' in told)
        self.assertIn('enough', told['failed'].message)
        self.run_until(lambda: taken.get_state() == Sysmem.NodeState.FAILED)
        self.assertTrue(all(token.props.is_closed for token in (released, turned_in, failed)))

    def test_a_handle_alone_hears_why_it_failed(self):
        root, other = self.share(SAME)
        received = self.pass_on(other)
        told = []
        received.connect('closed', lambda _token, error: told.append(error))
        root.abandon('enough')
        self.run_until(lambda: told)
        self.assertIn('enough', told[0].message)

    def test_dropping_is_an_accident(self):
        root, other = self.share(SAME)
        mine = root.bind(bytes_of(10))
        theirs = other.bind(None)
        del theirs
        self.assert_error(Sysmem.Error.UNSPECIFIED, mine.wait)

    def test_dropping_a_token_is_an_accident(self):
        root, other = self.share(SAME)
        mine = root.bind(bytes_of(10))
        del other
        self.assert_error(Sysmem.Error.UNSPECIFIED, mine.wait)

    def test_identity(self):
        root, other = self.share(SAME)
        self.assertTrue(root.sync())
        self.assertEqual(root.get_buffer_collection_id(), other.get_buffer_collection_id())
        self.assertTrue(root.set_name(1, 'frames'))
        self.assertTrue(root.set_verbose_logging())
        self.assertTrue(root.set_dispensable())
        self.assertTrue(root.set_debug_timeout_log_deadline(GLib.get_monotonic_time() + 10 ** 9))

    def test_trackers_hang_up(self):
        collection = self.client().allocate_non_shared(bytes_of(10))
        collection.wait()
        trackers = collection.attach_lifetime_tracking(0), collection.attach_node_tracking()
        hung_up = []
        for fd in trackers:
            GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, fd, GLib.IO_HUP,
                                  lambda fd, _condition: hung_up.append(fd) or False)
        collection.release()
        del collection
        self.run_until(lambda: len(hung_up) == 2)
        for fd in trackers:
            GLib.close(fd)


class Questions(LibraryCase):
    def test_the_daemon_tells_of_itself(self):
        client = self.client()
        self.assertRegex(client.get_version(), r'^\d+\.\d+\.\d+$')
        self.assertEqual(client.get_limits().unpack()['MaxBuffers'], 128)
        self.assertIn('system', [heap.get_name() for heap in client.list_heaps()])

    def test_which_fd_is_a_token(self):
        client = self.client()
        token = client.allocate_shared()
        handle = token.dup_fd()
        self.assertTrue(client.validate_token(handle))
        self.assertFalse(client.validate_token(0))
        token.release()
        self.assertFalse(client.validate_token(handle))
        GLib.close(handle)

    def test_what_a_buffer_is(self):
        client = self.client()
        constraints = bytes_of(5000, min_buffer_count=3)
        collection = client.allocate_non_shared(constraints)
        collection.wait()
        fd, other = collection[2].dup_fd(), collection[0].dup_fd()
        flags = Sysmem.BufferInfoFlags
        info = client.get_buffer_info(fd, flags.NEED_WEAK | flags.NEED_SETTINGS, constraints, other)
        self.assertEqual(info.get_index(), 2)
        self.assertEqual(info.get_buffer_collection_id(), collection.get_buffer_collection_id())
        self.assertEqual(info.get_settings().get_size_bytes(), 5000)
        self.assertTrue(info.get_constraints_ok())
        self.assertTrue(info.get_settings_match())
        weak, asap = info.steal_weak_fd(), info.steal_close_weak_asap_fd()
        self.assertEqual((info.steal_weak_fd(), info.steal_close_weak_asap_fd()), (-1, -1))
        picky = client.get_buffer_info(fd, flags(0), bytes_of(10000), -1)
        self.assertFalse(picky.get_constraints_ok())
        self.assertIsNone(picky.get_settings())
        for one in (fd, other, weak, asap):
            GLib.close(one)

    def test_what_is_no_buffer(self):
        client = self.client()
        self.assert_error(Sysmem.Error.NOT_FOUND, client.get_buffer_info, 0,
                          Sysmem.BufferInfoFlags(0), None, -1)
        self.assert_error(Sysmem.Error.HANDLE_ACCESS_DENIED, client.get_buffer_info, 9999,
                          Sysmem.BufferInfoFlags(0), None, -1)

    def test_a_dry_run(self):
        client = self.client()
        participants = [images_of(['XR24'], (8, 8), color_space='srgb', count=2),
                        images_of(['XR24', 'NV12'], (100, 100))]
        settings = client.check_constraints(participants)
        self.assertEqual(settings.get_pixel_format(), 'XR24:0x0')
        self.assertEqual(settings.get_buffer_count(), 3)
        for name, constraints in zip(('tom', 'tim'), participants):
            constraints.props.name = name
        participants[1] = images_of(['NV12'], (8, 8))
        participants[1].props.name = 'ada'
        message = self.assert_error(Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY,
                                    client.check_constraints, participants)
        self.assertIn('tom', message)
        self.assertIn('ada', message)

    def test_plain_memory_has_no_fences(self):
        collection = self.client().allocate_non_shared(bytes_of(10))
        collection.wait()
        with self.assertRaises(GLib.Error) as caught:
            collection[0].export_sync_file(Sysmem.MapFlags.READ)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_SUPPORTED))


class Connections(LibraryCase):
    """Which bus a client is on."""

    def assert_works(self, client):
        self.assertIn('system', [heap.get_name() for heap in client.list_heaps()])

    def test_the_system_bus(self):
        with mock.patch.dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.bus.address):
            self.assert_works(Sysmem.Client.new())

    def test_the_session_bus(self):
        with mock.patch.dict(os.environ, SYSMEM_BUS='session',
                             DBUS_SESSION_BUS_ADDRESS=self.bus.address,
                             DBUS_SYSTEM_BUS_ADDRESS='unix:path=/nowhere'):
            self.assert_works(Sysmem.Client.new())

    def test_an_address(self):
        self.assert_works(Sysmem.Client.new_for_address(self.bus.address))

    def test_a_connection_that_exists(self):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        connection = Gio.DBusConnection.new_for_address_sync(self.bus.address, flags, None, None)
        client = Sysmem.Client.new_for_connection(connection)
        self.assertIs(client.get_connection(), connection)
        self.assert_works(client)

    def connect_async(self, name, where):
        """As LibraryCase.run_async, for constructors."""
        results = []
        getattr(Sysmem.Client, name + '_async')(
            where, None, lambda _source, result: results.append(result))
        self.run_until(lambda: results)
        return getattr(Sysmem.Client, name + '_finish')(results[0])

    def test_without_blocking(self):
        client = self.connect_async('new_for_address', self.bus.address)
        self.assert_works(client)
        connection = client.get_connection()
        again = self.connect_async('new_for_connection', connection)
        self.assertIs(again.get_connection(), connection)
        self.assert_works(again)

    def test_what_is_not_there_is_said_without_blocking(self):
        with self.assertRaises(GLib.Error):
            self.connect_async('new_for_address', 'unix:path=/nowhere')


class OnDbusBroker(Negotiation):
    bus_kind = bus.DbusBroker


if __name__ == '__main__':
    main()
