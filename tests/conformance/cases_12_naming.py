# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Names, debug identities, logs."""

import os
import time

from sysmemtest import fds, loop
from sysmemtest.case import SysmemCase, daemon_config
from sysmemtest.constraints import CAMP, EMPTY, PAGE, PICKY


def link(fd):
    return fds.link_of(fd.fileno())


class Names(SysmemCase):
    def test_411_the_highest_priority_wins(self):
        collections = self.bound(2)
        for collection, priority, name, expected in (
                (collections[0], 10, 'ten', 'ten'), (collections[1], 9, 'nine', 'ten'),
                (collections[1], 10, 'another ten', 'ten'),
                (collections[1], 11, 'eleven', 'eleven'),
                (collections[0], 2**32 - 1, 'camera frames', 'camera frames')):
            collection.set_name(priority, name)
            for reader in collections:
                self.assertEqual(reader.name, expected)

    def test_412_names_show_in_the_system(self):
        collection = self.single()
        collection.set_name(2**32 - 1, 'camera frames')
        collection.set_constraints(PICKY(PAGE, camping=3))
        buffers = collection.wait().buffers
        for buffer in buffers:
            self.assertIn('camera frames', link(buffer.fd))
            self.assertRegex(link(buffer.fd), r'\b{}\b'.format(buffer.index))
        memory = fds.map_shared(buffers[0].fd, PAGE, writable=False)
        with open('/proc/self/maps') as maps:
            self.assertIn('camera frames', maps.read())
        memory.close()
        collection.set_name(2**32 - 1, 'too late')
        self.assertIn('camera frames', link(collection.wait().fds[0]))

    def test_413_lengths_of_names(self):
        collection = self.bind(self.root())
        for name in ('', 'x' * 65, '\u00e9' * 33):
            with self.assertRaises(Exception) as raised:
                collection.set_name(1, name)
            self.assertIn(raised.exception.name, ('ProtocolDeviation', 'LimitExceeded'))
            self.assertIn('64', raised.exception.message)
        self.assertEqual(collection.name, '')
        for priority, name in enumerate(('x', 'y' * 64, '\u00e9' * 32), 1):
            collection.set_name(priority, name)
            self.assertEqual(collection.name, name)
        collection.set_constraints(PICKY(PAGE))
        self.assertIn('\u00e9' * 32, link(collection.wait().fds[0]))

    def test_414_names_cannot_forge_anything(self):
        """Line breaks and slashes of a client do not reach the log or the file system."""
        collection = self.bind(self.root())
        collection.set_verbose_logging()
        collection.set_name(1, 'a\nb/../c')
        collection.set_debug_client_info('evil\nsysmemd: all is well', 1)
        collection.set_constraints(PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1)
        self.assertNotIn('\nsysmemd: all is well', self.daemon.log)

    def test_415_collection_ids(self):
        root = self.root()
        child = self.dup(root)
        group = self.group(root)
        number = root.get_buffer_collection_id()
        self.assertNotEqual(number, 0)
        nodes = [root, child, group, self.kid(group), self.bind(child)]
        self.assertEqual({node.collection_id for node in nodes[:1] + nodes[2:]}, {number})
        self.assertEqual({node.get_buffer_collection_id() for node in nodes[2:]}, {number})
        others = [self.root().get_buffer_collection_id() for _ in range(10)]
        self.assertEqual(len({number, *others}), 11)
        boot_clock = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
        self.assertLessEqual(number, boot_clock + 1000)


class DebugInfo(SysmemCase):
    def test_416_debug_identity_is_inherited_at_creation(self):
        client = self.client()
        client.set_debug_client_info('camera', 7)
        root = client.allocate_shared()
        self.assertEqual(root.debug_client_info, ('camera', 7))
        before = root.duplicate()
        root.set_debug_client_info('shell', 8)
        after, group = root.duplicate(), root.create_group()
        kid = group.create_child()
        self.assertEqual(before.debug_client_info, ('camera', 7))
        for node in (root, after, group, kid):
            self.assertEqual(node.debug_client_info, ('shell', 8))

    def test_417_debug_identity_of_who_binds(self):
        client = self.client()
        client.set_debug_client_info('camera', 7)
        token = client.allocate_shared()
        other = self.client()
        other.set_debug_client_info('encoder', 9)
        bound = other.bind(token)
        self.assertEqual(bound.debug_client_info, ('encoder', 9))
        client.set_debug_client_info('camera two', 10)
        self.assertEqual(bound.debug_client_info, ('encoder', 9))
        self.assertEqual(client.allocate_shared().debug_client_info, ('camera two', 10))

    def test_418_lengths_of_client_names(self):
        client = self.client()
        root = client.allocate_shared()
        for call in (client.set_debug_client_info, root.set_debug_client_info):
            call('x' * 256, 2**64 - 1)
            with self.assertRaises(Exception) as raised:
                call('x' * 257, 1)
            self.assertIn(raised.exception.name, ('ProtocolDeviation', 'LimitExceeded'))
            self.assertIn('256', raised.exception.message)
        self.assertEqual(root.debug_client_info, ('x' * 256, 2**64 - 1))

    def test_419_errors_name_the_participants(self):
        first, second = self.bound(2)
        first.set_debug_client_info('the camera', 3)
        second.set_debug_client_info('the shell', 4)
        first.set_constraints(PICKY(PAGE))
        second.set_constraints(PICKY(2 * PAGE))
        error = self.assert_wait_fails(first, 'ConstraintsIntersectionEmpty')
        self.assertIn('the camera', error.message)
        self.assertIn('the shell', error.message)
        self.assertIn('8192', error.message)


class Logs(SysmemCase):
    @staticmethod
    def _monotonic():
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000

    def test_431_the_missing_are_logged_at_the_deadline(self):
        first, second = self.bound(2)
        first.set_debug_client_info('the early bird', 3)
        second.set_debug_client_info('the sluggard', 4)
        first.set_constraints(CAMP(1))
        first.client.barrier()
        self.assertNotIn('the sluggard', self.daemon.log)
        first.set_debug_timeout_log_deadline(self._monotonic() + 50_000)
        self.assertTrue(loop.poll_until(lambda: 'the sluggard' in self.daemon.log, 4),
                        'nobody was named at the deadline')
        missing = [line for line in self.daemon.log.splitlines() if 'the sluggard' in line]
        self.assertEqual(len(missing), 1)
        second.set_constraints(EMPTY)
        self.assertEqual(first.wait().count, 1)

    def test_432_a_deadline_after_allocation_logs_nothing(self):
        collection = self.bind(self.root())
        collection.set_debug_client_info('the only one', 3)
        collection.set_constraints(CAMP(1))
        collection.wait()
        collection.set_debug_timeout_log_deadline(0)
        collection.client.barrier()
        self.assertNotIn('the only one', self.daemon.log)

    def test_433_verbose_logging(self):
        quiet, loud = self.bind(self.root()), self.bind(self.root())
        for collection, name in ((quiet, 'the quiet one'), (loud, 'the loud one')):
            collection.set_debug_client_info(name, 1)
        loud.set_verbose_logging()
        for collection in (quiet, loud):
            collection.set_constraints(CAMP(2))
            self.assertEqual(collection.wait().count, 2)
        self.assertIn('the loud one', self.daemon.log)
        self.assertNotIn('the quiet one', self.daemon.log)

    @daemon_config(NoSuchLimit=3, MaxBuffers=4, WaitTimeout='soon')
    def test_434_nonsense_in_the_configuration_is_reported_and_left_out(self):
        self.assertEqual(self.client().limits['WaitTimeout'], 20000)
        self.assertEqual(self.client().limits['MaxBuffers'], 128)
        for key in ('NoSuchLimit', 'MaxBuffers', 'WaitTimeout'):
            self.assertIn(key, self.daemon.log)
        self.assertTrue(os.path.exists('/proc/{}'.format(self.daemon.pid)))
