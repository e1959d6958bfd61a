#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The files by which a system starts the daemon, as they are installed, read by the programs that
they are for. Only the path of the daemon, and an account that exists here, are put in their place.

SYSMEMD is the daemon, SYSMEM_DATA the directory of the configured files.
"""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

from sysmemtest import bus, contract, policy  # noqa: E402
from sysmemtest.case import needs_root  # noqa: E402
from sysmemtest.client import Client, connect  # noqa: E402
from sysmemtest.constraints import PAGE, PICKY  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402

SOURCES = HERE.parents[1] / 'data'
BUILT = pathlib.Path(os.environ.get('SYSMEM_DATA', '.'))
HELPER = HERE / 'launch_helper.py'
ACCOUNT = 'daemon'  # one that every Debian has
TIMEOUT = 60
N_HASTY_CALLS = 60


def configured(name):
    """The text of an installed file, with the daemon where it was built."""
    return re.sub(r'(?m)^(Exec(?:Start)?=)\S*/sysmemd ', rf"\g<1>{os.environ['SYSMEMD']} ",
                  (BUILT / name).read_text())


class Activating(bus.DbusDaemon):
    """A bus that can start the daemon."""

    @staticmethod
    def adjust(service):
        return service

    def _start(self):
        services = pathlib.Path(self.directory, 'services')
        services.mkdir()
        service = configured(self.file_name).replace('User=sysmem', f'User={ACCOUNT}')
        service = self.adjust(service)
        (services / 'org.sysmem.Sysmem1.service').write_text(service)
        self.extra_config = f'<servicedir>{services}</servicedir>' + self.config
        return super()._start()


class SystemBus(Activating):
    file_name = 'org.sysmem.Sysmem1.system.service'
    config = f'<servicehelper>{HELPER}</servicehelper>'

    def _start(self):
        project = (SOURCES / 'org.sysmem.Sysmem1.conf').read_text()
        self._policy = policy.text(project.replace('user="sysmem"', f'user="{ACCOUNT}"'), 'root')
        return super()._start()


class SessionBus(Activating):
    file_name = 'org.sysmem.Sysmem1.session.service'
    config = '<type>session</type>'


class HastyBus(SessionBus):
    @staticmethod
    def adjust(service):
        return re.sub(r'--idle-exit=\S+', '--idle-exit=0.001', service)


class Caller(Client):
    call_flags = Gio.DBusCallFlags.NONE


class Activation(unittest.TestCase):
    def start_by_calling(self, bus_kind):
        """Who serves after a call to a name that nobody had."""
        activating = bus_kind()
        self.addCleanup(activating.stop)
        connection = connect(activating.address)
        self.addCleanup(connection.close_sync, None)
        self.assertFalse(self.ask_bus(connection, 'NameHasOwner'))
        heaps = connection.call_sync(
            contract.BUS_NAME, contract.ROOT_PATH, contract.ALLOCATOR, 'ListHeaps', None, None,
            Gio.DBusCallFlags.NONE, TIMEOUT * 1000, None).unpack()[0]
        self.assertIn('system', [name for name, _ in heaps])
        return self.ask_bus(connection, 'GetConnectionUnixUser')

    def test_no_call_is_lost_while_it_comes_and_goes(self):
        """A daemon that leaves as soon as it may, and callers who do not know that."""
        activating = HastyBus()
        self.addCleanup(activating.stop)
        pids = set()
        for _ in range(N_HASTY_CALLS):
            client = Caller(activating.address)
            self.assertEqual(client.allocate_buffers(PICKY(PAGE)).count, 1)
            # Held on to for the answer, so that there is somebody to be asked about.
            buffers = client.allocate_buffers(PICKY(PAGE))
            pids.add(self.ask_bus(client.connection, 'GetConnectionUnixProcessID'))
            buffers.close()
            client.end()
        self.assertGreater(len(pids), 1, 'it never left')

    @staticmethod
    def ask_bus(connection, method):
        return connection.call_sync(
            'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', method,
            GLib.Variant('(s)', (contract.BUS_NAME,)), None, Gio.DBusCallFlags.NONE,
            TIMEOUT * 1000, None).unpack()[0]

    def test_session_bus_starts_it(self):
        self.assertEqual(self.start_by_calling(SessionBus), os.geteuid())

    @needs_root
    def test_system_bus_starts_it_as_its_own_user(self):
        self.assertEqual(self.start_by_calling(SystemBus), pwd.getpwnam(ACCOUNT).pw_uid)

    def test_system_service_leaves_it_to_the_unit_where_there_is_systemd(self):
        text = configured('org.sysmem.Sysmem1.system.service')
        self.assertIn('\nSystemdService=sysmemd.service\n', text)
        self.assertTrue((BUILT / 'sysmemd.service').exists())


@unittest.skipUnless(shutil.which('systemd-analyze'), 'systemd is not installed')
class Systemd(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='sysmem-test-'))
        self.addCleanup(shutil.rmtree, self.directory)

    def test_unit_is_understood_whole(self):
        unit = self.directory / 'sysmemd.service'
        unit.write_text(configured(unit.name))
        verify = subprocess.run(['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no',
                                 unit], capture_output=True, text=True)
        self.assertEqual((verify.returncode, verify.stderr), (0, ''))

    def test_unit_confines_the_daemon(self):
        unit = self.directory / 'sysmemd.service'
        unit.write_text(configured(unit.name))
        security = subprocess.run(['systemd-analyze', 'security', '--offline=yes',
                                   '--threshold=15', unit], capture_output=True, text=True)
        self.assertEqual(security.returncode, 0, security.stdout)

    @needs_root
    def test_account_is_made_in_its_groups(self):
        (self.directory / 'etc').mkdir()
        sysusers = subprocess.run(
            ['systemd-sysusers', f'--root={self.directory}', SOURCES / 'sysmem.sysusers'],
            capture_output=True, text=True)
        self.assertEqual(sysusers.returncode, 0, sysusers.stderr)
        users = (self.directory / 'etc' / 'passwd').read_text()
        groups = (self.directory / 'etc' / 'group').read_text()
        self.assertRegex(users, r'(?m)^sysmem:.*:/usr/sbin/nologin$')
        for group in ('video', 'render', 'kvm'):
            self.assertRegex(groups, rf'(?m)^{group}:.*\bsysmem\b')


if __name__ == '__main__':
    unittest.main()
