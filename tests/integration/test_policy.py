#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What data/org.sysmem.Sysmem1.conf lets through, on every bus that reads such files.

The file is taken as it is, except that an account which exists here stands for the daemon's.
"""

import os
import pathlib
import pwd
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

from sysmemtest import bus, contract, loop, policy  # noqa: E402
from sysmemtest.case import NOBODY, needs_root  # noqa: E402
from sysmemtest.client import connect  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402
from launched_broker import LaunchedBroker  # noqa: E402

POLICY_FILE = HERE.parents[1] / 'data' / 'org.sysmem.Sysmem1.conf'
TIMEOUT = 60
ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied'
REQUEST_NAME_REPLY_PRIMARY_OWNER = 1

# A service that takes and gives as many fds as it is asked to.
INTERFACE = '''
<node>
  <interface name="org.sysmem.Sysmem1.Allocator">
    <method name="Take"><arg type="ah" direction="in"/><arg type="u" direction="out"/></method>
    <method name="Give"><arg type="u" direction="in"/><arg type="ah" direction="out"/></method>
  </interface>
</node>
'''


def service_user():
    """Who the daemon's account is in these tests: an ordinary one."""
    return pwd.getpwnam('daemon') if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def include(directory):
    """The rules of a stock bus and the project's file, for a bus that reads files."""
    path = os.path.join(directory, POLICY_FILE.name)
    text = POLICY_FILE.read_text().replace('user="sysmem"', f'user="{service_user().pw_name}"')
    pathlib.Path(path).write_text(text)
    return policy.STOCK + f'<include>{path}</include>'


class DbusDaemon(bus.DbusDaemon):
    def _start(self):
        self._policy = include(self.directory)
        return super()._start()


class Broker(LaunchedBroker):
    def _start(self):
        self._policy = include(self.directory)
        return super()._start()


def fd_list(n_fds):
    fds = Gio.UnixFDList()
    with open('/dev/null') as file:
        for _ in range(n_fds):
            fds.append(file.fileno())
    return fds


def handles(n_fds):
    return GLib.Variant('ah', list(range(n_fds)))


def answer(connection, sender, path, interface, method, arguments, invocation):
    if method == 'Take':
        fds = invocation.get_message().get_unix_fd_list()
        invocation.return_value(GLib.Variant('(u)', (fds.get_length() if fds else 0,)))
    else:
        n_fds = arguments.unpack()[0]
        invocation.return_value_with_unix_fd_list(GLib.Variant.new_tuple(handles(n_fds)),
                                                  fd_list(n_fds))


class Policy:
    """The tests; a subclass per bus says which."""

    bus_kind = None

    def setUp(self):
        self.bus = self.bus_kind()
        self.addCleanup(self.bus.stop)

    def connect(self, uid=None):
        connection = connect(self.bus.address, uid)
        self.addCleanup(lambda: connection.is_closed() or connection.close_sync(None))
        return connection

    def serve(self):
        service = self.connect(service_user().pw_uid)
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        service.register_object(contract.ROOT_PATH, info, answer, None, None)
        self.assertEqual(self.request_name(service), REQUEST_NAME_REPLY_PRIMARY_OWNER)
        return service

    def call(self, connection, destination, path, interface, method, arguments, fds=None):
        """The answer's body and fds; an error of the bus or the service is raised."""
        answers = []
        connection.call_with_unix_fd_list(
            destination, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
            TIMEOUT * 1000, fds, None, lambda _, result: answers.append(result))
        self.assertTrue(loop.run_until(lambda: answers, 2 * TIMEOUT), f'{method} is not answered')
        body, fds = connection.call_with_unix_fd_list_finish(answers[0])
        return body.unpack(), fds

    def request_name(self, connection):
        body, _ = self.call(connection, 'org.freedesktop.DBus', '/org/freedesktop/DBus',
                            'org.freedesktop.DBus', 'RequestName',
                            GLib.Variant('(su)', (contract.BUS_NAME, 4)))
        return body[0]

    def call_service(self, connection, method, arguments, fds=None,
                     interface=contract.ALLOCATOR):
        return self.call(connection, contract.BUS_NAME, contract.ROOT_PATH, interface, method,
                         arguments, fds)

    def take(self, connection, n_fds):
        return self.call_service(connection, 'Take', GLib.Variant.new_tuple(handles(n_fds)),
                                 fd_list(n_fds))[0][0]

    def assert_denied(self, function, *arguments):
        with self.assertRaises(GLib.Error) as raised:
            function(*arguments)
        self.assertEqual(Gio.DBusError.get_remote_error(raised.exception), ACCESS_DENIED)

    def test_account_of_the_daemon_may_own_the_name(self):
        self.serve()

    @needs_root
    def test_root_may_own_the_name(self):
        self.assertEqual(self.request_name(self.connect()), REQUEST_NAME_REPLY_PRIMARY_OWNER)

    @needs_root
    def test_others_may_not_own_the_name(self):
        self.assert_denied(self.request_name, self.connect(NOBODY))

    def caller(self):
        """Somebody without any privilege."""
        return self.connect(NOBODY if os.geteuid() == 0 else None)

    def test_anybody_may_call_any_interface(self):
        self.serve()
        caller = self.caller()
        self.assertEqual(self.take(caller, 0), 0)
        body, _ = self.call_service(caller, 'Introspect', None,
                                    interface='org.freedesktop.DBus.Introspectable')
        self.assertIn(contract.ALLOCATOR, body[0])
        self.call_service(caller, 'Ping', None, interface='org.freedesktop.DBus.Peer')
        body, _ = self.call_service(caller, 'GetAll', GLib.Variant('(s)', (contract.ALLOCATOR,)),
                                    interface=contract.PROPERTIES)
        self.assertEqual(body, ({},))

    def test_a_call_may_carry_two_fds_and_no_more(self):
        self.serve()
        caller = self.caller()
        self.assertEqual(self.take(caller, 1), 1)
        self.assertEqual(self.take(caller, 2), 2)
        for n_fds in (3, 4, 16):
            self.assert_denied(self.take, caller, n_fds)
        self.assertEqual(self.take(caller, 2), 2)  # nobody was thrown off the bus

    def test_an_answer_may_carry_sixteen_fds(self):
        self.serve()
        _, fds = self.call_service(self.caller(), 'Give', GLib.Variant('(u)', (16,)))
        self.assertEqual(fds.get_length(), 16)

    def test_signals_reach_whom_they_are_sent_to(self):
        service = self.serve()
        caller = self.caller()
        seen = []
        caller.signal_subscribe(None, contract.NODE, 'Failed', None, None,
                                Gio.DBusSignalFlags.NO_MATCH_RULE,
                                lambda *signal: seen.append(signal[5].unpack()))
        service.emit_signal(caller.get_unique_name(), contract.ROOT_PATH, contract.NODE, 'Failed',
                            GLib.Variant('(ss)', ('error', 'message')))
        self.assertTrue(loop.run_until(lambda: seen, TIMEOUT))
        self.assertEqual(seen, [('error', 'message')])


class OnDbusDaemon(Policy, unittest.TestCase):
    bus_kind = DbusDaemon


@unittest.skipIf(LaunchedBroker.why_not(), LaunchedBroker.why_not())
class OnDbusBroker(Policy, unittest.TestCase):
    bus_kind = Broker


if __name__ == '__main__':
    unittest.main()
