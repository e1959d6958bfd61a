# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A connection to the bus without a library between the test and the socket.

It writes several calls at once and dies in the middle of them, shows messages in the very order in
which they came, or does not read at all: what a library's worker thread would not let a test do.
Messages themselves are Gio's.
"""

import os
import socket

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from . import contract  # noqa: E402
from .client import effective_uid  # noqa: E402
from .fds import Fd  # noqa: E402
from .loop import PATIENCE  # noqa: E402
from .wire import CallError, unmarshal  # noqa: E402

CAPABILITIES = Gio.DBusCapabilityFlags.UNIX_FD_PASSING
MINIMUM_HEADER = 16


class RawClient:
    def __init__(self, address, uid=None):
        path = address.removeprefix('unix:path=')
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE)
        with effective_uid(uid):
            self._socket.connect(path)
            self._authenticate()
        self._serial = 0
        self._data = b''
        self._fds = []
        self.name = self.call('org.freedesktop.DBus', '/org/freedesktop/DBus',
                              'org.freedesktop.DBus', 'Hello')[0]

    def _authenticate(self):
        identity = str(os.geteuid()).encode().hex()
        self._socket.sendall(b'\0AUTH EXTERNAL ' + identity.encode() + b'\r\n')
        self._expect(b'OK')
        self._socket.sendall(b'NEGOTIATE_UNIX_FD\r\n')
        self._expect(b'AGREE_UNIX_FD')
        self._socket.sendall(b'BEGIN\r\n')

    def _expect(self, word):
        line = b''
        while not line.endswith(b'\r\n'):
            line += self._socket.recv(1)
        if not line.startswith(word):
            raise ConnectionError('the bus said {!r}'.format(line))

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()

    # --- sending ---

    def message(self, path, interface, method, body=None, fds=(), destination=contract.BUS_NAME,
                no_reply=False):
        """A method call as (serial, bytes, fds), to be sent when the test likes."""
        message = Gio.DBusMessage.new_method_call(destination, path, interface, method)
        if body is not None:
            message.set_body(body)
        if no_reply:
            message.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
        if fds:
            handles = Gio.UnixFDList()
            for fd in fds:
                handles.append(fd.fileno())
            message.set_unix_fd_list(handles)
        self._serial += 1
        message.set_serial(self._serial)
        return self._serial, bytes(message.to_blob(CAPABILITIES)), list(fds)

    def send(self, *messages):
        """Writes messages at once, as far as their fds allow. Returns their serials."""
        plain = b''
        for _, blob, fds in messages:
            if not fds:
                plain += blob
                continue
            self._socket.sendall(plain)
            plain = b''
            # The kernel keeps fds with the first byte they are sent with.
            sent = socket.send_fds(self._socket, [blob], [fd.fileno() for fd in fds])
            self._socket.sendall(blob[sent:])
        self._socket.sendall(plain)
        return [serial for serial, _, _ in messages]

    # --- receiving ---

    def _read_some(self):
        data, numbers, _, _ = socket.recv_fds(self._socket, 65536, 253)
        self._fds += [Fd(number) for number in numbers]
        if not data:
            raise ConnectionError('the bus closed the connection')
        self._data += data

    def receive(self):
        """The next message, whatever it is: (Gio.DBusMessage, its fds)."""
        while len(self._data) < MINIMUM_HEADER:
            self._read_some()
        size = Gio.DBusMessage.bytes_needed(self._data[:MINIMUM_HEADER])
        while len(self._data) < size:
            self._read_some()
        message = Gio.DBusMessage.new_from_blob(self._data[:size], CAPABILITIES)
        self._data = self._data[size:]
        n_fds = message.get_num_unix_fds()
        fds, self._fds = self._fds[:n_fds], self._fds[n_fds:]
        return message, fds

    def receive_reply(self, serial):
        """The values of the reply to a call, dropping what comes before it."""
        while True:
            message, fds = self.receive()
            if message.get_reply_serial() == serial:
                return reply_values(message, fds)

    def call(self, destination, path, interface, method, body=None, fds=()):
        serial, = self.send(self.message(path, interface, method, body, fds, destination))
        return self.receive_reply(serial)

    def call_sysmem(self, path, interface, method, body=None, fds=()):
        return self.call(contract.BUS_NAME, path, interface, method, body, fds)


def reply_values(message, fds):
    """The values a reply carries, or its error raised."""
    body = message.get_body()
    if message.get_message_type() == Gio.DBusMessageType.ERROR:
        text = body.unpack()[0] if body is not None else ''
        raise CallError(message.get_error_name(), text)
    return unmarshal(body, fds) if body is not None else ()


def describe(message):
    """A message in a few words, for comparing orders: ('reply', serial) or ('signal', member)."""
    if message.get_message_type() == Gio.DBusMessageType.SIGNAL:
        return ('signal', message.get_path(), message.get_member())
    return ('reply', message.get_reply_serial())


def arguments(signature, *values):
    return GLib.Variant(signature, values)
