#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What needs an authorization, with a stand-in for polkit and without one."""

import os
import pathlib
import sys
import unittest
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

from sysmemtest import contract, loop, polkit  # noqa: E402
from sysmemtest.case import DAEMON, NOBODY, needs_root, project_policy  # noqa: E402
from sysmemtest.client import Client  # noqa: E402
from sysmemtest.constraints import PAGE, PICKY, domains  # noqa: E402
from sysmemtest.daemon import Daemon  # noqa: E402
from sysmemtest.nodes import options_of  # noqa: E402
from sysmemtest.wire import CallError  # noqa: E402

ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied'
CONTIGUOUS = 'org.sysmem.Sysmem1.use-contiguous-memory'
SECURE = 'org.sysmem.Sysmem1.use-secure-memory'
INSPECT = 'org.sysmem.Sysmem1.inspect-others'
POLICY_FILE = HERE.parents[1] / 'data' / 'org.sysmem.Sysmem1.policy'
TIMEOUT = 60

WANTS_CONTIGUOUS = PICKY(PAGE, memory={'physically_contiguous_required': True})


class PolkitCase(unittest.TestCase):
    program = None

    def setUp(self):
        self.bus = polkit.Bus(project_policy())
        self.addCleanup(self.bus.stop)
        self.daemon = Daemon(self.bus, program=self.program)
        self.addCleanup(lambda: self.assertEqual(self.daemon.stop(), []))

    def client(self, uid=None):
        client = Client(self.bus.address, uid)
        self.addCleanup(client.end)
        return client

    def authority(self, *allowed):
        authority = polkit.Authority(self.bus.address, allowed)
        self.addCleanup(authority.close)
        return authority


class Polkit(PolkitCase):
    def result_of(self, client, constraints):
        """The error in which asking for such buffers ends."""
        with self.assertRaises(CallError) as raised:
            client.allocate_buffers(constraints)
        return raised.exception

    def assert_denied(self, client, constraints, action):
        error = self.result_of(client, constraints)
        self.assertEqual(error.name, ACCESS_DENIED)
        self.assertIn(action, error.message)

    def assert_admitted(self, client, constraints):
        """There is no such memory here, which is another matter."""
        self.assertEqual(self.result_of(client, constraints).name, 'ConstraintsIntersectionEmpty')

    @needs_root
    def test_polkit_decides(self):
        authority = self.authority(CONTIGUOUS)
        client = self.client(NOBODY)
        self.assert_admitted(client, WANTS_CONTIGUOUS)
        self.assertEqual(authority.asked, [('system-bus-name', client.name, CONTIGUOUS, 0)])
        authority.allowed.clear()
        self.assert_denied(client, WANTS_CONTIGUOUS, CONTIGUOUS)

    @needs_root
    def test_without_polkit_only_root_may(self):
        self.assert_denied(self.client(NOBODY), WANTS_CONTIGUOUS, CONTIGUOUS)
        self.assert_admitted(self.client(), WANTS_CONTIGUOUS)

    @needs_root
    def test_secure_memory(self):
        wants = PICKY(PAGE, usage=['video-decoder'], memory={'secure_required': True})
        self.authority(CONTIGUOUS)
        self.assert_denied(self.client(NOBODY), wants, SECURE)

    @needs_root
    def test_root_is_not_asked_about(self):
        authority = self.authority()
        self.assert_admitted(self.client(), WANTS_CONTIGUOUS)
        self.assertEqual(authority.asked, [])

    @needs_root
    def test_ordinary_memory_needs_nothing(self):
        authority = self.authority()
        self.assertEqual(self.client(NOBODY).allocate_buffers(PICKY(PAGE)).count, 1)
        self.assertEqual(authority.asked, [])

    @needs_root
    def test_every_way_to_ask(self):
        self.authority()
        client = self.client(NOBODY)
        ways = (
            lambda: client.allocate_non_shared(constraints=WANTS_CONTIGUOUS),
            lambda: client.allocate_non_shared().set_constraints(WANTS_CONTIGUOUS),
            lambda: client.bind(client.allocate_shared(), constraints=WANTS_CONTIGUOUS),
            lambda: client.allocate_shared().bind(constraints=WANTS_CONTIGUOUS),
        )
        for number, way in enumerate(ways):
            with self.subTest(way=number), self.assertRaises(CallError) as raised:
                way()
            self.assertEqual(raised.exception.name, ACCESS_DENIED)

    @needs_root
    def test_calls_keep_their_order(self):
        """What a connection sends while polkit thinks is served afterwards, what others send is
        served at once."""
        authority = self.authority()
        authority.is_slow = True
        client, other = self.client(NOBODY), self.client(DAEMON)
        first = client.start(contract.ROOT_PATH, contract.ALLOCATOR, 'AllocateNonSharedCollection',
                             options_of({'constraints': WANTS_CONTIGUOUS}))
        second = client.start(contract.ROOT_PATH, contract.ALLOCATOR, 'ListHeaps')
        self.assertTrue(loop.poll_until(lambda: authority.asked, TIMEOUT))
        other.barrier()
        self.assertFalse(first.is_done or second.is_done)
        authority.answer()
        second.result(TIMEOUT)
        self.assertTrue(first.is_done)
        with self.assertRaises(CallError):
            first.result()

    @needs_root
    def test_who_leaves_meanwhile_is_forgotten(self):
        authority = self.authority()
        authority.is_slow = True
        client = self.client(NOBODY)
        client.start(contract.ROOT_PATH, contract.ALLOCATOR, 'AllocateNonSharedCollection',
                     options_of({'constraints': WANTS_CONTIGUOUS}))
        self.assertTrue(loop.poll_until(lambda: authority.asked, TIMEOUT))
        client.end()
        other = self.client(DAEMON)
        other.barrier()
        authority.answer()
        other.barrier()

    @needs_root
    def test_inspecting_others(self):
        owner = self.client(DAEMON)
        token = owner.allocate_shared()
        authority = self.authority()
        client = self.client(NOBODY)

        def list_collections():
            return client.call(contract.ROOT_PATH, contract.INSPECTOR, 'ListCollections')

        self.assertEqual(list_collections(), [])
        authority.allowed.add(INSPECT)
        self.assertEqual(len(list_collections()), 1)
        authority.allowed.clear()
        self.assertEqual(list_collections(), [])
        self.assertEqual({action for _, _, action, _ in authority.asked}, {INSPECT})
        token.release()

    def test_actions_are_installed(self):
        actions = {action.get('id') for action in ElementTree.parse(POLICY_FILE).iter('action')}
        self.assertEqual(actions, {CONTIGUOUS, SECURE, INSPECT})


class Memory(PolkitCase):
    """Where there is such memory, somebody who may have it hands a buffer to somebody who may not."""

    program = os.environ.get('FAKE_HEAPS_DAEMON')

    def setUp(self):
        self.assertIsNotNone(self.program, 'FAKE_HEAPS_DAEMON names no program')
        super().setUp()

    def assert_needs(self, action, requirement, usage, memory):
        """More memory like that is asked for as well as the first."""
        like_that = PICKY(PAGE, usage=usage, memory={**memory, requirement: True})
        anything = PICKY(PAGE, usage=usage, memory=memory)
        given = self.client().allocate_buffers(like_that).buffers[0].fd
        client = self.client(NOBODY)
        collection = client.allocate_non_shared()
        authority = self.authority()
        with self.assertRaises(CallError) as raised:
            collection.set_constraints(anything, must_match=given)
        self.assertEqual(raised.exception.name, ACCESS_DENIED)
        self.assertIn(action, raised.exception.message)
        authority.allowed.add(action)
        collection.set_constraints(anything, must_match=given)
        self.assertEqual(collection.wait().count, 1)
        self.assertEqual({asked for _, _, asked, _ in authority.asked}, {action})

    @needs_root
    def test_like_a_buffer_of_contiguous_memory(self):
        self.assert_needs(CONTIGUOUS, 'physically_contiguous_required', ['display-layer'],
                          domains('cpu'))

    @needs_root
    def test_like_a_buffer_of_secure_memory(self):
        self.assert_needs(SECURE, 'secure_required', ['video-decoder'], domains('inaccessible'))

    @needs_root
    def test_like_a_buffer_of_ordinary_memory(self):
        given = self.client().allocate_buffers(PICKY(PAGE)).buffers[0].fd
        authority = self.authority()
        collection = self.client(NOBODY).allocate_non_shared()
        collection.set_constraints(PICKY(PAGE), must_match=given)
        self.assertEqual(collection.wait().count, 1)
        self.assertEqual(authority.asked, [])


if __name__ == '__main__':
    unittest.main()
