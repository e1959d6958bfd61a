# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Private message buses with the limits of a real system bus: dbus-daemon, and dbus-broker driven
by a small controller of our own, since its launcher wants systemd."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from . import policy  # noqa: E402
from .loop import PATIENCE  # noqa: E402

DBUS_DAEMON_CONFIG = '''<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <auth>EXTERNAL</auth>
  <listen>unix:path={socket}</listen>
  {policy}
  {extra}
</busconfig>
'''


class Bus:
    """Starts on creation, ends with stop (). directory is its own; tests may keep files there."""

    def __init__(self, project_policy=None):
        self.directory = tempfile.mkdtemp(prefix='sysmem-test-')
        # Tests let other users connect, too.
        os.chmod(self.directory, 0o755)
        self.socket = os.path.join(self.directory, 'bus')
        self.address = 'unix:path=' + self.socket
        self._policy = policy.text(project_policy, pwd.getpwuid(os.geteuid()).pw_name)
        self._log = open(os.path.join(self.directory, 'bus.log'), 'w+b')
        try:
            self._process = self._start()
        except Exception:
            self._clean_up()
            raise

    def _start(self):
        raise NotImplementedError

    @property
    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors='replace')

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGKILL)
                self._process.wait()
        self._clean_up()

    def _clean_up(self):
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class DbusDaemon(Bus):
    name = 'dbus-daemon'

    # More lines for the configuration file; a test that wants activation sets it in a subclass.
    extra_config = ''

    def _start(self):
        config = os.path.join(self.directory, 'bus.conf')
        with open(config, 'w') as file:
            file.write(DBUS_DAEMON_CONFIG.format(socket=self.socket, policy=self._policy,
                                                 extra=self.extra_config))
        process = subprocess.Popen(
            ['dbus-daemon', '--nofork', '--nopidfile', '--print-address',
             '--config-file=' + config],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log)
        # It prints its address once it listens.
        with process.stdout as output:
            if not output.readline():
                process.wait()
                raise RuntimeError('dbus-daemon did not start: ' + self.log)
        return process


class DbusBroker(Bus):
    """dbus-broker with the limits its launcher gives a system bus."""

    name = 'dbus-broker'

    LIMITS = {'max-bytes': 64 * 8 * 1024 * 1024, 'max-fds': 64 * 64, 'max-matches': 64 * 256}

    def _start(self):
        ours, theirs = socket.socketpair()
        limits = ['--{}={}'.format(*limit) for limit in self.LIMITS.items()]
        with theirs:
            process = subprocess.Popen(
                ['dbus-broker', '--controller={}'.format(theirs.fileno()),
                 '--machine-id=' + '5' * 32, *limits],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=self._log,
                stderr=self._log)
        try:
            self._listen(ours)
        except GLib.Error as error:
            process.kill()
            process.wait()
            raise RuntimeError('dbus-broker did not start: {}\n{}'.format(error.message, self.log))
        return process

    def _listen(self, ours):
        stream = Gio.Socket.new_from_fd(ours.detach()).connection_factory_create_connection()
        # The connection is the broker's life: it ends with its controller.
        self._controller = Gio.DBusConnection.new_sync(
            stream, None, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.socket)
            os.chmod(self.socket, 0o777)
            listener.listen(socket.SOMAXCONN)
            listener.setblocking(False)
            fds = Gio.UnixFDList()
            listening = GLib.Variant.new_tuple(
                GLib.Variant('o', '/org/bus1/DBus/Listener/0'),
                GLib.Variant('h', fds.append(listener.fileno())),
                GLib.Variant('v', policy.export_for_broker(self._policy)))
            self._controller.call_with_unix_fd_list_sync(
                None, '/org/bus1/DBus/Broker', 'org.bus1.DBus.Broker', 'AddListener', listening,
                None, Gio.DBusCallFlags.NONE, -1, fds, None)


KINDS = {kind.name: kind for kind in (DbusDaemon, DbusBroker)}
