# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The fixture of one test: a bus of the wanted kind, a daemon on it, and its clients.

After a test that passed, all clients are closed and the daemon has to be as it was at the start:
no file descriptor and no memory more; then it has to end cleanly.
"""

import contextlib
import gc
import os
import pathlib
import random
import resource
import sys
import unittest

from . import bus, chance, fds, loop
from .client import Client
from .constraints import PICKY, PAGE
from .contract import SAME_RIGHTS
from .daemon import Daemon
from .wire import CallError

# Users that every Debian has; dbus-daemon turns away those that have no name.
DAEMON, BIN, NOBODY = 1, 2, 65534

# Hundreds of trackers and buffers are nothing unusual here.
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)


def project_policy():
    """The bus policy file of the source tree, if it has one yet."""
    root = os.environ.get('SYSMEM_SOURCE_ROOT') or pathlib.Path(__file__).parents[3]
    path = pathlib.Path(root, 'data', 'org.sysmem.Sysmem1.conf')
    return path.read_text() if path.exists() else None


def daemon_config(**config):
    """For a test method: the daemon's limits, with the key names of sysmem.conf. A dictionary is
    another section of that file."""
    def mark(method):
        method.daemon_config = config
        return method
    return mark


def needs_root(method):
    """For a test method that acts as several users."""
    return unittest.skipIf(os.geteuid() != 0, 'acts as another user, which only root may')(method)


class SysmemCase(unittest.TestCase):
    """Tests subclass this. bus_kind is set by the runner."""

    bus_kind = bus.DbusDaemon
    # The address of a bus with a daemon that somebody else runs: no fixture of our own then.
    foreign_address = None
    maxDiff = None

    def run(self, result=None):
        self._result = result
        return super().run(result)

    def setUp(self):
        self._clients = []
        self._random = None
        if self.foreign_address:
            self.address = self.foreign_address
            return
        self.bus = self.bus_kind(project_policy())
        self.addCleanup(self.bus.stop)
        self.address = self.bus.address
        method = getattr(self, self._testMethodName)
        self.start_daemon(config=getattr(method, 'daemon_config', None))

    def start_daemon(self, **options):
        self.daemon = Daemon(self.bus, **options)
        self._warm_up()

    def _warm_up(self):
        """What the daemon opens once and keeps must not look like a leak later."""
        client = Client(self.address)
        client.allocate_buffers(PICKY(PAGE)).close()
        client.close()
        gc.collect()
        self._polled(lambda: not self.daemon.memory_files())
        self._fds_at_start = self.daemon.count_fds()

    def tearDown(self):
        passed = not self._has_failed()
        for client in self._clients:
            client.end()
        self._clients.clear()
        if self.foreign_address:
            return
        faults = self._leaks() if passed and self.daemon.is_running else []
        faults += self.daemon.stop()
        if not passed or faults:
            sys.stderr.write('--- sysmemd on {}:\n{}---\n'.format(self.bus.name, self.daemon.log))
        self.assertEqual(faults, [])

    def _has_failed(self):
        problems = self._result.failures + self._result.errors
        return any(getattr(test, 'test_case', test) is self for test, _ in problems)

    @staticmethod
    def _polled(predicate):
        return loop.poll_until(predicate)

    def _leaks(self):
        gc.collect()
        loop.dispatch_pending()
        faults = []
        if not self._polled(lambda: not self.daemon.memory_files()):
            faults.append('the daemon still holds {}'.format(self.daemon.memory_files()))
        if not self._polled(lambda: self.daemon.count_fds() <= self._fds_at_start):
            links = sorted(fds.link_of(number, self.daemon.pid)
                           for number in os.listdir('/proc/{}/fd'.format(self.daemon.pid)))
            faults.append('the daemon began with {} fds and ends with {}'.format(
                self._fds_at_start, links))
        return faults

    # --- randomness ---

    @property
    def random(self):
        """A source of chance that can be had again: see chance.py."""
        if self._random is None:
            seed = chance.seed()
            print('# {} on {}: SYSMEM_TEST_SEED={}'.format(
                self._testMethodName, self.bus_kind.name, seed))
            self._random = random.Random(seed)
        return self._random

    # --- participants ---

    def client(self, uid=None):
        client = Client(self.address, uid)
        self._clients.append(client)
        return client

    def root(self, **options):
        return self.client().allocate_shared(**options)

    def dup(self, token, mask=SAME_RIGHTS):
        duplicate = token.duplicate(mask)
        duplicate.sync()
        return duplicate

    def group(self, token):
        group = token.create_group()
        group.sync()
        return group

    def kid(self, group, mask=SAME_RIGHTS):
        child = group.create_child(mask)
        child.sync()
        return child

    def bind(self, token, **options):
        """Turned in by a participant with a connection of its own."""
        return self.client().bind(token, **options)

    def single(self):
        collection = self.bind(self.root())
        collection.set_name(1_000_000, self._testMethodName[:64])
        return collection

    def bound(self, n):
        """n participants of one tree: the root, and duplicates of it."""
        root = self.root()
        tokens = [root] + [self.dup(root) for _ in range(n - 1)]
        return [self.bind(token) for token in tokens]

    def negotiate(self, *constraints):
        """As many participants, each with its constraints sent."""
        collections = self.bound(len(constraints))
        for collection, says in zip(collections, constraints):
            collection.set_constraints(says)
        return collections

    # --- assertions ---

    @contextlib.contextmanager
    def refused(self, name, *mentions):
        """The call inside is answered with this error, whose sentence mentions these words."""
        with self.assertRaises(CallError) as raised:
            yield raised
        error = raised.exception
        self.assertEqual(error.name, name, error.message)
        for word in mentions:
            self.assertIn(str(word), error.message)

    def assert_wait_fails(self, collection, *names):
        """Its wait ends with one of these errors (or any real one)."""
        with self.assertRaises(CallError) as raised:
            collection.wait_once()
        error = raised.exception
        if names:
            self.assertIn(error.name, names, error.message)
        self.assertNotEqual(error.name, 'Pending', error.message)
        self.assertTrue(error.message)
        return error

    def assert_no_agreement(self, *collections):
        for collection in collections:
            self.assert_wait_fails(collection, 'ConstraintsIntersectionEmpty')

    def assert_hangs_up(self, fd, message=None):
        self.assertTrue(fds.has_hung_up(fd, loop.PATIENCE), message or 'no hang-up')

    def assert_silent(self, *watched):
        """Nothing has happened on these fds by now; the caller has put a barrier before this."""
        for fd in watched:
            self.assertFalse(fds.has_hung_up(fd), 'hung up before its time')

    def assert_service_works(self):
        self.assertEqual(self.client().allocate_buffers(PICKY(PAGE)).count, 1)
