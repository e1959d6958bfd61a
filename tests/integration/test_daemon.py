#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The daemon as a process: its options, how it says that it is ready, and how it ends."""

import os
import pathlib
import queue
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))

from sysmemtest import bus, loop  # noqa: E402
from sysmemtest.case import project_policy  # noqa: E402
from sysmemtest.client import Client  # noqa: E402
from sysmemtest.constraints import CAMP, PAGE, PICKY  # noqa: E402
from sysmemtest.daemon import Daemon, default_program  # noqa: E402
from sysmemtest.wire import CallError  # noqa: E402

TIMEOUT = 60


def run(*arguments, **environment):
    """Runs the daemon where it is expected to end by itself."""
    return subprocess.run([default_program(), *arguments], capture_output=True, text=True,
                          timeout=TIMEOUT, env={**os.environ, **environment})


class Options(unittest.TestCase):
    def test_version(self):
        result = run('--version')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertRegex(result.stdout, r'\Asysmemd \d+\.\d+\.\d+\n\Z')

    def test_help_names_the_options(self):
        result = run('--help')
        self.assertEqual(result.returncode, 0)
        for option in ('--system', '--session', '--address', '--config', '--idle-exit',
                       '--version'):
            self.assertIn(option, result.stdout)

    def test_wrong_options(self):
        for arguments in (['--no-such-option'], ['--system', '--session'], ['an argument'],
                          ['--session', '--address=unix:path=/nowhere'], ['--idle-exit=-1'],
                          ['--idle-exit=nan'], ['--idle-exit=soon']):
            result = run(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertTrue(result.stderr)

    def test_no_bus(self):
        result = run('--address=unix:path=/nowhere/bus')
        self.assertEqual(result.returncode, 1)
        self.assertIn('/nowhere/bus', result.stderr)


class NotifySocket:
    """What a service manager listens on. It always does: where a few messages lie unread, the next
    one keeps its sender waiting."""

    def __init__(self, directory):
        self.path = os.path.join(directory, 'notify')
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._messages = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        while message := self._socket.recv(4096):
            self._messages.put(message.decode().splitlines())

    def receive(self):
        return self._messages.get(timeout=TIMEOUT)

    def receive_until(self, line):
        """Everything up to this line, which has to come."""
        lines = []
        while line not in lines:
            lines += self.receive()
        return lines

    def close(self):
        self._socket.shutdown(socket.SHUT_RD)
        self._reader.join()
        self._socket.close()


class Life(unittest.TestCase):
    bus_kind = bus.DbusDaemon

    def setUp(self):
        self.bus = self.bus_kind(project_policy())
        self.addCleanup(self.bus.stop)

    def _start(self, **options):
        daemon = Daemon(self.bus, **options)
        self.addCleanup(lambda: daemon.is_running and daemon.stop())
        return daemon

    def _client(self):
        client = Client(self.bus.address)
        self.addCleanup(client.end)
        return client

    def _notify_socket(self):
        if b'libsystemd.so' not in pathlib.Path(default_program()).read_bytes():
            self.skipTest('the daemon was built without libsystemd')
        notify = NotifySocket(self.bus.directory)
        self.addCleanup(notify.close)
        return notify

    def test_watchdog(self):
        notify = self._notify_socket()
        daemon = self._start(environment={'NOTIFY_SOCKET': notify.path, 'WATCHDOG_USEC': '20000'})
        notify.receive_until('READY=1')
        for _ in range(3):
            notify.receive_until('WATCHDOG=1')
        self.assertEqual(daemon.stop(), [])

    def test_no_watchdog_unless_wanted(self):
        notify = self._notify_socket()
        daemon = self._start(environment={'NOTIFY_SOCKET': notify.path})
        self.assertEqual(daemon.stop(), [])
        self.assertNotIn('WATCHDOG=1', notify.receive_until('STOPPING=1'))

    def _limit(self, name):
        return self._client().limits[name]

    def test_reload(self):
        notify = self._notify_socket()
        daemon = self._start(config={'MaxNodesPerUid': 77},
                             environment={'NOTIFY_SOCKET': notify.path})
        notify.receive_until('READY=1')
        self.assertEqual(self._limit('MaxNodesPerUid'), 77)
        config = pathlib.Path(self.bus.directory, 'sysmem.conf')
        config.write_text('[Limits]\nMaxNodesPerUid=many\nMaxCollectionsPerUid=78\n')
        os.kill(daemon.pid, signal.SIGHUP)
        self.assertIn('RELOADING=1', notify.receive_until('READY=1'))
        self.assertEqual((self._limit('MaxNodesPerUid'), self._limit('MaxCollectionsPerUid')),
                         (77, 78))
        self.assertIn(f'{config}:2: [Limits] MaxNodesPerUid: “many” is no number', daemon.log)
        self.assertEqual(daemon.stop(), [])

    def test_dump(self):
        daemon = self._start()
        client = self._client()
        client.set_debug_client_info('camera', 5)
        token = client.allocate_shared()
        os.kill(daemon.pid, signal.SIGUSR1)
        loop.poll_until(lambda: 'waits for' in daemon.log, TIMEOUT)
        for word in ('State: ', 'Heap system', f'Client {client.name}', '"camera"', 'waits for'):
            self.assertIn(word, daemon.log)
        token.release()
        self.assertEqual(daemon.stop(), [])

    def test_idleness_ends_it(self):
        notify = self._notify_socket()
        daemon = self._start(arguments=['--idle-exit=0.01'],
                             environment={'NOTIFY_SOCKET': notify.path})
        self.assertEqual(daemon.wait(TIMEOUT), 0, daemon.log)
        self.assertIn('STOPPING=1', notify.receive_until('STOPPING=1'))

    def _start_and_hold(self, client, option):
        """A daemon that leaves soon, and a buffer of it."""
        while True:
            daemon = self._start(arguments=[option])
            try:
                return daemon, client.allocate_buffers(PICKY(PAGE))
            except CallError:
                # We were too slow, if it has left as it should.
                self.assertEqual(daemon.wait(TIMEOUT), 0, daemon.log)

    def test_what_is_held_keeps_it(self):
        client = self._client()
        daemon, buffers = self._start_and_hold(client, '--idle-exit=0.1')
        # It has looked several times by then, and each of these calls is answered by the same daemon.
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            client.barrier()
        self.assertTrue(daemon.is_running)
        buffers.close()
        self.assertEqual(daemon.wait(TIMEOUT), 0, daemon.log)

    def test_readiness(self):
        notify = self._notify_socket()
        daemon = self._start(environment={'NOTIFY_SOCKET': notify.path})
        self.assertIn('READY=1', notify.receive())
        # Whoever was told can call at once.
        self.assertEqual(self._client().allocate_buffers(PICKY(PAGE)).count, 1)
        self.assertEqual(daemon.stop(), [])
        self.assertIn('STOPPING=1', notify.receive())

    def test_signals_end_it(self):
        """Also in the very moment in which it becomes ready."""
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self._start()
            os.kill(daemon.pid, number)
            self.assertEqual(daemon.wait(TIMEOUT), 0, daemon.log)

    def test_it_ends_while_the_last_buffer_goes(self):
        """The kernel may say so at any time, in the middle of the end, too."""
        for _ in range(30):
            daemon = self._start()
            client = Client(self.bus.address)
            client.allocate_buffers(PICKY(PAGE)).close()
            self.assertEqual(daemon.stop(), [])
            client.end()

    def test_it_ends_in_the_middle_of_work(self):
        """Trees of all kinds, buffers given away and calls unanswered are no reason to stay."""
        daemon = self._start()
        client = self._client()
        root = client.allocate_shared(linger=True)
        group = root.create_group()
        kids = [group.create_child() for _ in range(2)]
        waiting = client.bind(root, constraints=CAMP(1))
        waiting.attach_node_tracking()
        waiting.attach_lifetime_tracking(0)
        wait = waiting.start_wait()
        buffers = client.allocate_buffers(PICKY(PAGE, camping=16))
        unread = client.allocate_buffers(PICKY(PAGE), bundle=True)
        client.barrier()
        self.assertEqual(daemon.stop(), [])
        with self.assertRaises(CallError):
            wait.result(TIMEOUT)
        self.assertEqual((len(kids), buffers.count, unread.count), (2, 16, 1))

    def test_only_one_serves_a_bus(self):
        first = self._start()
        second = run('--address=' + self.bus.address)
        self.assertEqual(second.returncode, 1)
        self.assertIn('org.sysmem.Sysmem1', second.stderr)
        self.assertEqual(self._client().allocate_buffers(PICKY(PAGE)).count, 1)
        self.assertEqual(first.stop(), [])

    def test_it_ends_with_its_bus(self):
        daemon = self._start()
        self.bus.stop()
        self.assertEqual(daemon.wait(TIMEOUT), 1)

    def test_buses_by_name(self):
        """Session and system bus, and which of them it is if nobody says."""
        for arguments, variable in ((['--session'], 'DBUS_SESSION_BUS_ADDRESS'),
                                    (['--system'], 'DBUS_SYSTEM_BUS_ADDRESS'),
                                    ([], 'DBUS_SYSTEM_BUS_ADDRESS')):
            daemon = self._start(bus_arguments=arguments, environment={variable: self.bus.address})
            self.assertEqual(self._client().allocate_buffers(PICKY(PAGE)).count, 1)
            self.assertEqual(daemon.stop(), [])

    def test_it_raises_its_limit_of_files(self):
        daemon = self._start()
        soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        self.assertEqual(soft, hard)


class LifeOnBroker(Life):
    bus_kind = bus.DbusBroker


if __name__ == '__main__':
    unittest.main()
