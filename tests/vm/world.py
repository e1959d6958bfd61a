# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A bus, the real daemon on it and its clients, for checks that have a whole machine to themselves.
"""

import machine
from peers import Peer
from sysmemtest import bus, loop
from sysmemtest.case import NOBODY, project_policy
from sysmemtest.client import Client
from sysmemtest.daemon import Daemon

# After a client was killed the kernel closes its files, the daemon hears of it, and lets go.
PATIENCE = 60  # seconds: nothing here takes a second, on a machine that is not busy


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f'{what}: {found!r} instead of {wanted!r}')


class World:
    """n_peers: how many take_peer () will be asked for."""

    def __init__(self, n_peers, importer):
        # Forked before there are threads.
        self.reader = Peer(uid=NOBODY)
        self._peers = [Peer() for _ in range(n_peers)]
        self.importer = importer  # the graphics node that takes everybody's buffers
        self._n_names = 0
        self._bus = bus.DbusDaemon(project_policy())
        self.address = self._bus.address
        self._start_daemon()

    def _start_daemon(self, config=None):
        self.daemon = Daemon(self._bus, config, environment={'G_MESSAGES_DEBUG': 'all'})
        self.client = Client(self.address)

    def restart_daemon(self, config=None):
        self.client.end()
        expect(self.daemon.stop(), [], 'what was wrong with the daemon')
        self._start_daemon(config)

    def end(self):
        for peer in (self.reader, *self._peers):
            peer.end()
        self.client.end()
        faults = self.daemon.stop()
        self._bus.stop()
        expect(faults, [], 'what was wrong with the daemon')

    def take_peer(self):
        """A process that the check may kill."""
        return self._peers.pop()

    def next_name(self):
        """For the buffers of one collection; none of them is the beginning of another."""
        self._n_names += 1
        return f'vm-{self._n_names}.'

    def await_heaps(self, *wanted, without=()):
        """ListHeaps comes to show the wanted heaps and not those it should be without."""
        def follows():
            names = self.client.list_heaps().keys()
            return names >= set(wanted) and not names & set(without)

        if not loop.poll_until(follows, PATIENCE, 0.02):
            raise AssertionError(f'ListHeaps has {sorted(self.client.list_heaps())}; '
                                 f'wanted {wanted}, without {without}')

    @staticmethod
    def assert_gone(name, buffer_type):
        """Nobody has these buffers any more, and the kernel has freed them."""
        if not loop.poll_until(lambda: machine.count_buffers(name, buffer_type) == 0, PATIENCE):
            raise AssertionError(f'some of the {buffer_type}s of {name} are left')
