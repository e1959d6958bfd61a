# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""dbus-broker as its own launcher starts it from configuration files, without systemd."""

import os
import pathlib
import socket
import subprocess

from sysmemtest import bus

WITHOUT_SYSTEMD = pathlib.Path(__file__).resolve().with_name('without_systemd.py')


class LaunchedBroker(bus.Bus):
    name = 'dbus-broker-launch'

    @staticmethod
    def why_not():
        """What keeps it from running here; empty if nothing does."""
        allowed = subprocess.run(['unshare', '--mount', 'true'], stderr=subprocess.DEVNULL)
        return '' if allowed.returncode == 0 else 'nobody but root may make a mount namespace here'

    def _start(self):
        config = os.path.join(self.directory, 'bus.conf')
        with open(config, 'w') as file:
            file.write(bus.DBUS_DAEMON_CONFIG.format(socket=self.socket, policy=self._policy,
                                                     extra=''))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.socket)
            os.chmod(self.socket, 0o777)
            listener.listen(socket.SOMAXCONN)
            return subprocess.Popen(
                ['unshare', '--mount', WITHOUT_SYSTEMD, str(listener.fileno()),
                 'dbus-broker-launch', '--scope', 'system', '--config-file', config],
                pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, stdout=self._log,
                stderr=self._log, env={**os.environ, 'DBUS_SYSTEM_BUS_ADDRESS': self.address})
