# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A bus, the daemon, devices, and the sides of them that run in processes of their own."""

import contextlib
import fcntl
import glob
import os
import pathlib
import socket
import subprocess

import gi
import gi.overrides

from monitor import Monitor
from pipelines import Pipeline
from sysmemtest import bus
from sysmemtest.case import project_policy
from sysmemtest.daemon import Daemon

DRM_IOCTL_DROP_MASTER = 0x641F
SOURCE = pathlib.Path(__file__).resolve().parents[2]
gi.overrides.__path__.insert(0, str(SOURCE / 'libsysmem' / 'python'))
gi.require_version('Sysmem', '1.0')

from gi.repository import GLib, Sysmem  # noqa: E402


class Side:
    """A device's side: ours is the other one. Buffers change hands over the link by their index."""

    def __init__(self, program, token, *arguments):
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        handle = token.steal_fd()
        self._process = subprocess.Popen(
            [program, str(handle), str(theirs.fileno()), *map(str, arguments)],
            pass_fds=(handle, theirs.fileno()), stderr=subprocess.PIPE, text=True)
        os.close(handle)
        theirs.close()

    def receive(self):
        """The index of a buffer."""
        data = self._link.recv(1)
        if not data:
            raise AssertionError(f'the device has ended: {self._process.stderr.read()}')
        return data[0]

    def send(self, index):
        self._link.send(bytes([index]))

    def end(self):
        """It needs no more, and has to leave without complaint."""
        self._link.shutdown(socket.SHUT_WR)
        while self._link.recv(1):  # what it sent meanwhile
            pass
        self._link.close()
        _, complaints = self._process.communicate()
        if self._process.returncode != 0 or complaints:
            raise AssertionError(f'status {self._process.returncode}: {complaints}')


class Studio:
    def __init__(self, build):
        self._build = build

    def __enter__(self):
        self._bus = bus.DbusDaemon(project_policy())
        os.environ['DBUS_SYSTEM_BUS_ADDRESS'] = self._bus.address  # the sides find it there, too
        self._daemon = Daemon(self._bus)
        self.client = Sysmem.Client.new()
        self.client.set_debug_client_info('studio', os.getpid())
        self.monitor = Monitor()
        return self

    def __exit__(self, *_exception):
        self.monitor.close()
        self._daemon.stop()
        self._bus.stop()

    def start(self, name, token, *arguments):
        return Side(os.path.join(self._build, 'tests', 'vm', name), token, *arguments)

    @contextlib.contextmanager
    def play(self, description, *arguments):
        """A GStreamer pipeline in a process of its own, until the end of the context."""
        pipeline = Pipeline(description, {
            **os.environ,
            'G_DEBUG': 'fatal-criticals',
            'GST_PLUGIN_PATH': os.path.join(self._build, 'gst', 'plugin'),
            'GST_REGISTRY': os.path.join(self._build, 'tests', 'gst', 'elements.registry'),
            'GST_REGISTRY_FORK': 'no',
        }, arguments)
        try:
            yield pipeline
        finally:
            pipeline.clean_up()

    @staticmethod
    def find_plane(driver):
        """The primary plane of the card of a driver, and the card's node."""
        for node in sorted(glob.glob('/dev/dri/card*')):
            card = os.open(node, os.O_RDWR | os.O_CLOEXEC)
            with contextlib.suppress(OSError):  # who opens it first is master, and we want nothing
                fcntl.ioctl(card, DRM_IOCTL_DROP_MASTER)
            try:
                planes = Sysmem.KmsPlane.list(card)
            except GLib.Error:  # vgem has none
                continue
            finally:
                os.close(card)
            for plane in planes:
                if (plane.get_name().split()[0] == driver
                        and plane.get_kind() == Sysmem.KmsPlaneKind.PRIMARY):
                    return plane, node
        raise FileNotFoundError(f'no card of {driver}')

    @staticmethod
    def find_cameras():
        """vivid's capture devices, in the order of its instances."""
        nodes = {pathlib.Path(node, 'name').read_text().strip(): os.path.basename(node)
                 for node in glob.glob('/sys/class/video4linux/video*')}
        return [f'/dev/{nodes[name]}' for name in sorted(nodes) if name.endswith('-vid-cap')]
