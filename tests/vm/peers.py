# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Participants, here or in processes of their own, which can be killed.

A Peer is a process that does what a Participant does, on request. It is forked before anything in
this process has spoken D-Bus, whose threads a fork would lose; so peers are made first, as many as
will be needed.
"""

import contextlib
import fcntl
import hashlib
import os
import pickle
import signal
import socket
import struct
import traceback

from sysmemtest import fds
from sysmemtest.client import Client

MESSAGE_BYTES = 65536
DMA_BUF_IOCTL_SYNC = 0x40086200
SYNC_READ, SYNC_WRITE, SYNC_END = 1, 2, 4


class Participant:
    """One participant of one collection: what it got, and what it does with it."""

    def __init__(self):
        self.maps = {}

    def join(self, address, token, constraints, name='participant'):
        """Turns a token in. Nobody has to wait for this participant from now on."""
        self.client = Client(address)
        self.client.set_debug_client_info(name, os.getpid())
        self.collection = self.client.bind(token)
        self.collection.set_constraints(constraints)

    def wait(self):
        allocation = self.collection.wait()
        self.info = allocation.info
        self.buffers = allocation.buffers
        return self.info

    def explain(self):
        return self.collection.explain()

    def release(self):
        """Leaves cleanly; buffers stay."""
        self.collection.release()
        self.client.end()

    # --- buffers ---

    def access(self, index):
        """(access mode, can it be mapped for writing, can it be opened anew for writing)"""
        fd = self.buffers[index].fd
        return fds.access_mode(fd), self._can_map(fd), self._can_reopen(fd)

    def _can_map(self, fd):
        try:
            fds.map_shared(fd, self.info['size_bytes'], writable=True).close()
        except PermissionError:
            return False
        return True

    @staticmethod
    def _can_reopen(fd):
        try:
            os.close(os.open(f'/proc/self/fd/{fd.fileno()}', os.O_RDWR))
        except OSError:  # EACCES of a memfd, ENXIO of a dma-buf
            return False
        return True

    def size(self, index):
        """What the kernel says; of a dma-buf fstat () does not know."""
        return os.lseek(self.buffers[index].fd.fileno(), 0, os.SEEK_END)

    def name(self, index):
        """The buffer's name as the kernel shows it to people."""
        number = self.buffers[index].fd.fileno()
        if self.info['buffer_type'] == 'memfd':
            return fds.link_of(number).removeprefix('/memfd:').removesuffix(' (deleted)')
        with open(f'/proc/self/fdinfo/{number}') as lines:
            return next(line.split('\t')[1].strip() for line in lines if line.startswith('name:'))

    @contextlib.contextmanager
    def _cpu_access(self, index, kind):
        fd = self.buffers[index].fd.fileno()
        is_dma_buf = self.info['buffer_type'] == 'dma-buf'
        if is_dma_buf:
            fcntl.ioctl(fd, DMA_BUF_IOCTL_SYNC, struct.pack('=Q', kind))
        yield
        if is_dma_buf:
            fcntl.ioctl(fd, DMA_BUF_IOCTL_SYNC, struct.pack('=Q', kind | SYNC_END))

    def fill(self, index, content):
        with self._cpu_access(index, SYNC_WRITE):
            with fds.map_shared(self.buffers[index].fd, len(content), writable=True) as mapping:
                mapping.write(content)

    def digest(self, index):
        """The SHA-256 of everything that images may use."""
        size = self.info['size_bytes']
        with self._cpu_access(index, SYNC_READ):
            with fds.map_shared(self.buffers[index].fd, size, writable=False) as mapping:
                return hashlib.sha256(mapping).hexdigest()

    def keep_only_mapped(self, index):
        """One buffer, as a mapping; no file descriptor of any."""
        self.maps[index] = fds.map_shared(self.buffers[index].fd, self.info['size_bytes'],
                                          writable=False)
        self.close_buffers()

    def unmap(self, index):
        self.maps.pop(index).close()

    def close_buffers(self):
        for buffer in self.buffers:
            buffer.close()


class Peer:
    """A Participant in a process of its own, which acts as another user if it is given one."""

    _sockets = []  # of all peers; each closes those of the others

    def __init__(self, uid=None):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        self.pid = os.fork()
        if self.pid == 0:
            for sock in (ours, *Peer._sockets):
                sock.close()
            _serve(theirs, uid)
        theirs.close()
        Peer._sockets.append(ours)

    def join(self, address, token, constraints, name='peer'):
        self._ask('join', address, None, constraints, name, handle=token.handle)
        token.handle.close()

    def __getattr__(self, name):
        return lambda *arguments: self._ask(name, *arguments)

    def _ask(self, name, *arguments, handle=None):
        """Does Participant.name there. An Fd in the arguments travels as handle; None is its place."""
        handles = [handle.fileno()] if handle is not None else []
        socket.send_fds(self._socket, [pickle.dumps((name, arguments))], handles)
        reply = self._socket.recv(MESSAGE_BYTES)
        if not reply:
            raise ConnectionError('the peer has died')
        good, value = pickle.loads(reply)
        if not good:
            raise AssertionError(f'in the peer:\n{value}')
        return value

    def kill(self):
        """SIGKILL, and the kernel has taken back all it had."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def end(self):
        """Closes its ear, upon which it exits."""
        self._socket.close()
        os.waitpid(self.pid, 0)


def _serve(sock, uid):
    """The other process: until nobody asks any more."""
    try:
        if uid is not None:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        participant = Participant()
        while _answer(sock, participant):
            pass
    finally:
        os._exit(0)


def _answer(sock, participant):
    request, numbers, _, _ = socket.recv_fds(sock, MESSAGE_BYTES, 1)
    if not request:
        return False
    name, arguments = pickle.loads(request)
    handles = [fds.Fd(number) for number in numbers]
    arguments = [handles.pop() if handles and argument is None else argument
                 for argument in arguments]
    try:
        reply = (True, getattr(participant, name)(*arguments))
    except Exception:  # whatever it is, the test wants to see it
        reply = (False, traceback.format_exc())
    sock.send(pickle.dumps(reply))
    return True
