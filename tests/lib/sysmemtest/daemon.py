# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One sysmemd on a bus of the test's own."""

import os
import pathlib
import signal
import subprocess

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from . import fds, loop  # noqa: E402
from .client import BUS_NAME, connect  # noqa: E402

DBUS, DBUS_PATH = 'org.freedesktop.DBus', '/org/freedesktop/DBus'

# What must never be in a daemon's log: warnings of GLib about itself, and of the sanitizers.
FORBIDDEN_IN_LOG = ('CRITICAL', 'AddressSanitizer', 'LeakSanitizer', 'runtime error:')


def default_program():
    """The daemon under test: $SYSMEMD, as the build system sets it, or that of a plain build."""
    program = os.environ.get('SYSMEMD') or str(
        pathlib.Path(__file__).parents[3] / 'build' / 'daemon' / 'sysmemd')
    if not os.path.exists(program):
        raise RuntimeError('there is no {}; SYSMEMD may name another'.format(program))
    return program


def ask_bus(connection):
    """Returns when the bus has dealt with what this connection sent before."""
    connection.call_sync(DBUS, DBUS_PATH, DBUS, 'GetId', None, None, Gio.DBusCallFlags.NONE, -1, None)


class Daemon:
    """Starts on creation and is ready then; stop () ends it and says whether that went well."""

    def __init__(self, bus, config=None, program=None, bus_arguments=None, arguments=(),
                 environment=None):
        """bus_arguments: how it is told of the bus, if not by --address."""
        self._bus = bus
        self._log = open(os.path.join(bus.directory, 'sysmemd.log'), 'w+b')
        if bus_arguments is None:
            bus_arguments = ['--address=' + bus.address]
        # Always a configuration of the test's own: the machine's must not matter.
        config_argument = '--config=' + self._write_config(config or {})
        connection = connect(bus.address)
        owners = self._listen_for_owners(connection)
        self._process = subprocess.Popen(
            [program or default_program(), *bus_arguments, config_argument, *arguments],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            env={**os.environ, 'G_DEBUG': 'fatal-criticals', 'LC_ALL': 'C.UTF-8',
                 **(environment or {})})
        try:
            self._wait_for_name(connection, owners)
        except Exception:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            connection.close_sync(None)

    def _write_config(self, config):
        """Limits, and whole sections where a value is a dictionary."""
        path = os.path.join(self._bus.directory, 'sysmem.conf')
        sections = {key: value for key, value in config.items() if isinstance(value, dict)}
        sections['Limits'] = {key: value for key, value in config.items() if key not in sections}
        with open(path, 'w') as file:
            for section, entries in sections.items():
                file.write('[{}]\n'.format(section))
                file.writelines('{}={}\n'.format(*entry) for entry in entries.items())
        return path

    @staticmethod
    def _listen_for_owners(connection):
        """A list that the name's new owners will come into. The bus knows that we want to hear of
        them before there is a daemon, which may have left again when we get to look."""
        owners = []
        connection.signal_subscribe(
            DBUS, DBUS, 'NameOwnerChanged', DBUS_PATH, BUS_NAME, Gio.DBusSignalFlags.NONE,
            lambda *signal: owners.extend(filter(None, signal[5].unpack()[2:])))
        ask_bus(connection)
        return owners

    def _wait_for_name(self, connection, owners):
        """The daemon exports everything before it takes its name, so the name says it is ready."""
        ended = []
        process = os.pidfd_open(self.pid)
        end = GLib.io_add_watch(process, GLib.PRIORITY_DEFAULT, GLib.IO_IN,
                                lambda *_: ended.append(True) or GLib.SOURCE_CONTINUE)
        loop.run_until(lambda: owners or ended)
        GLib.source_remove(end)
        os.close(process)
        ask_bus(connection)  # what it told us before has come then
        loop.dispatch_pending()
        if not owners:
            raise RuntimeError('sysmemd did not become ready:\n' + self.log)

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_running(self):
        return self._process.poll() is None

    @property
    def log(self):
        with open(self._log.name, 'rb') as file:
            return file.read().decode(errors='replace')

    def count_fds(self):
        return fds.count_open(self.pid)

    def memory_files(self):
        return fds.memory_files(self.pid)

    def wait(self, timeout):
        """Its exit status, once it has ended by itself or by a signal of the test's."""
        return self._process.wait(timeout)

    def stop(self):
        """Asks it to end. Returns what was wrong with its life or its end, as a list."""
        faults = []
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        else:
            faults.append('the daemon had ended before its time')
        try:
            code = self._process.wait(loop.PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
            faults.append('the daemon did not end within {} s of SIGTERM'.format(loop.PATIENCE))
        if code != 0:
            faults.append('the daemon ended with {}'.format(code))
        faults += ['the log says ' + word for word in FORBIDDEN_IN_LOG if word in self.log]
        self._log.close()
        return faults

    def kill(self):
        self._process.kill()
        self._process.wait()
