#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What needs an authorization, with a stand-in for polkit and without one."""

import pathlib
import sys
import unittest
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

from sysmemtest import contract, loop, polkit  # noqa: E402
from sysmemtest.case import DAEMON, NOBODY, needs_root, project_policy  # noqa: E402
from sysmemtest.client import Client  # noqa: E402
from sysmemtest.constraints import PAGE, PICKY  # noqa: E402
from sysmemtest.daemon import Daemon  # noqa: E402
from sysmemtest.nodes import options_of  # noqa: E402
from sysmemtest.wire import CallError  # noqa: E402

ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied'
CONTIGUOUS = 'org.sysmem.Sysmem1.use-contiguous-memory'
SECURE = 'org.sysmem.Sysmem1.use-secure-memory'
INSPECT = 'org.sysmem.Sysmem1.inspect-others'
POLICY_FILE = HERE.parents[1] / 'data' / 'org.sysmem.Sysmem1.policy'
TIMEOUT = 10

WANTS_CONTIGUOUS = PICKY(PAGE, memory={'physically_contiguous_required': True})


class Polkit(unittest.TestCase):
    def setUp(self):
        self.bus = polkit.Bus(project_policy())
        self.addCleanup(self.bus.stop)
        self.daemon = Daemon(self.bus)
        self.addCleanup(lambda: self.assertEqual(self.daemon.stop(), []))

    def client(self, uid=None):
        client = Client(self.bus.address, uid)
        self.addCleanup(client.end)
        return client

    def authority(self, *allowed):
        authority = polkit.Authority(self.bus.address, allowed)
        self.addCleanup(authority.close)
        return authority

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


if __name__ == '__main__':
    unittest.main()
