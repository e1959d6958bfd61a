# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Processes that die at any point, daemons too; and nothing is left behind."""

import collections
import os
import subprocess
import sys

from sysmemtest import fds, loop, participant
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CAMP, PAGE, PICKY, to_variant
from sysmemtest.contract import ALLOCATOR, ROOT_PATH
from sysmemtest.results import Allocation

MANY = 10_000
IN_FLIGHT = 16


class Killed(SysmemCase):
    def _start(self, token, stage):
        """A participant in a process of its own, which has got as far as stage. It takes over the
        only copy of the token's handle."""
        number = token.handle.fileno()
        process = subprocess.Popen(
            [sys.executable, participant.__file__, self.address, str(number), stage],
            pass_fds=[number], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        token.handle.close()
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), 'ready\n', stage)
        return process

    def _kill_at(self, stage):
        name = 'killed {} {}'.format(os.getpid(), stage)
        root = self.root()
        child = self.dup(root)
        unready = self.dup(root)
        root.set_name(1, name)
        top = self.bind(root, constraints=CAMP(1))
        third = self.bind(unready)
        if stage in participant.AFTER_ALLOCATION:
            third.set_constraints(CAMP(1))
        tracker = top.attach_lifetime_tracking(0)
        process = self._start(child, stage)
        top.client.barrier()
        self.assertNotEqual(top.state, 'failed')
        process.kill()
        for survivor in (top, third):
            self.assertEqual(survivor.wait_failed()[0], 'Unspecified')
        self.assert_hangs_up(tracker)
        self.assertTrue(loop.poll_until(lambda: not fds.find_memory_files(name)),
                        fds.find_memory_files(name))

    def test_641_killed_before_allocation(self):
        for stage in participant.STAGES:
            if stage not in participant.AFTER_ALLOCATION:
                with self.subTest(stage=stage):
                    self._kill_at(stage)

    def test_642_killed_after_allocation(self):
        for stage in participant.AFTER_ALLOCATION:
            with self.subTest(stage=stage):
                self._kill_at(stage)

    def test_643_killed_where_it_hurts_nobody(self):
        """A dispensable participant takes its share along and nothing else."""
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        top = self.bind(root, constraints=CAMP(1))
        process = self._start(child, 'tracking')
        # Itself, its duplicate and the chosen one of its two children.
        buffers = top.wait().buffers
        self.assertEqual(len(buffers), 4)
        trackers = [top.attach_lifetime_tracking(n) for n in (0, 3)]
        process.kill()
        process.wait()
        fresh = None

        def replaced():
            nonlocal fresh
            fresh = self.bind(top.attach_token(), constraints=CAMP(3))
            fresh.wait_failed(0) or loop.run_until(lambda: fresh.client.signals)
            return fresh.state == 'allocated'

        self.assertTrue(loop.poll_until(replaced, interval=0.05), 'its counts are not free')
        self.assertEqual(fresh.wait().count, 4)
        top.check()
        self.assert_silent(*trackers)

    def test_644_a_killed_strong_holder(self):
        """Whoever holds buffers weakly hears of it."""
        root = self.root()
        weak_token, strong_token = self.dup(root), self.dup(root)
        weak_token.set_weak()
        strong_token.set_dispensable()
        top = self.bind(root, constraints=CAMP(0))
        weak = self.bind(weak_token, constraints=CAMP(1))
        process = self._start(strong_token, 'mapped')
        signals = [buffer.close_weak_asap for buffer in weak.wait().buffers]
        top.release()
        weak.client.barrier()
        self.assert_silent(*signals)
        process.kill()
        for signal in signals:
            self.assert_hangs_up(signal)

    def test_645_a_killed_daemon(self):
        """Buffers stay with who has them; everything else is over, and a new daemon knows it."""
        collection, child = self.bound(2)
        token = collection.attach_token()
        tracker = collection.attach_node_tracking()
        for one in (collection, child):
            one.set_constraints(CAMP(1))
        buffer = collection.wait().fds[0]
        number = collection.collection_id
        self.daemon.kill()
        self.assert_hangs_up(token.handle)
        self.assert_hangs_up(tracker)
        with fds.map_shared(buffer, PAGE, writable=True) as memory:
            memory[:4] = b'kept'
        self.start_daemon()
        client = self.client()
        self.assertFalse(client.validate(token.handle))
        with self.refused('NotFound'):
            client.get_buffer_info(buffer)
        with self.refused('NotFound'):
            collection.seen_by(collection.client).sync()
        self.assertGreater(self.root().collection_id, number, 'ids are unique per boot')


class NothingLeft(SysmemCase):
    def test_651_ten_thousand_collections(self):
        """The daemon ends with the fds it began with; the fixture looks at that, too."""
        client = self.client()
        says = to_variant(PICKY(PAGE))
        flying = collections.deque()
        before = self.daemon.count_fds()
        for _ in range(MANY):
            flying.append(client.start(ROOT_PATH, ALLOCATOR, 'AllocateBuffers', says, {},
                                       decode=Allocation))
            if len(flying) == IN_FLIGHT:
                flying.popleft().result().close()
        while flying:
            flying.popleft().result().close()
        self.assertTrue(loop.poll_until(lambda: self.daemon.count_fds() <= before),
                        self.daemon.count_fds())
        self.assertEqual(client.list_collections(), [])

    def test_652_every_way_to_leave(self):
        """Hundreds of trees that end at random moments in random ways."""
        for _ in range(20):
            clients = [self.client() for _ in range(3)]
            for _ in range(15):
                self._random_tree(clients)
            for client in clients:
                client.end()
        self.assertTrue(loop.poll_until(lambda: not self.client().list_collections()))

    def _random_tree(self, clients):
        choice = self.random.choice
        tokens, bound = [choice(clients).allocate_shared()], []
        for _ in range(self.random.randrange(8)):
            if not tokens:
                break
            token = choice(tokens)
            action = self.random.randrange(6)
            if action < 3:
                tokens.append(token.duplicate())
            elif action == 3:
                token.attach_node_tracking()
            else:
                tokens.remove(token)
                bound.append(choice(clients).bind(token, constraints=CAMP(1)))
        nodes = tokens + bound
        for node in self.random.sample(nodes, len(nodes)):
            if node.state in ('waiting', 'ready', 'allocated'):
                getattr(node, choice(['release', 'sync', 'sync', 'abandon']))()
