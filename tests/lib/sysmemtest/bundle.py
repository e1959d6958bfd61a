# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Reading a bundle: a SEQPACKET socket that already holds all fds of an allocation.

Each datagram is a row of records of 16 bytes, little endian (index, number of fds, which fds,
zero), and carries the fds of all its records in that order. Then comes end of file.
"""

import socket
import struct

from .fds import Fd
from .loop import PATIENCE

RECORD = struct.Struct('<IIII')
MAX_FDS_PER_DATAGRAM = 253
KINDS = ('fd', 'close_weak_asap', 'lease')


class BundleError(AssertionError):
    """The bundle breaks the contract."""


def _receive(sock):
    """One datagram and its fds; None at end of file."""
    data, numbers, flags, _ = socket.recv_fds(sock, 65536, MAX_FDS_PER_DATAGRAM + 1)
    fds = [Fd(number) for number in numbers]
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        raise BundleError('a datagram or its fds did not fit: {} bytes, {} fds'.format(
            len(data), len(fds)))
    return (data, fds) if data else None


def _parse(data, fds):
    """The buffers of one datagram, as the dictionaries that inline buffers come in."""
    if len(data) % RECORD.size:
        raise BundleError('a datagram of {} bytes is no row of records'.format(len(data)))
    if len(fds) > MAX_FDS_PER_DATAGRAM:
        raise BundleError('a datagram with {} fds'.format(len(fds)))
    left = list(fds)
    buffers = []
    for index, n_fds, which, zero in RECORD.iter_unpack(data):
        kinds = [kind for bit, kind in enumerate(KINDS) if which & (1 << bit)]
        if zero or which >= 1 << len(KINDS) or len(kinds) != n_fds or n_fds > len(left):
            raise BundleError('record {} with {} fds of kinds {:#x}, zero {}, {} fds left'.format(
                index, n_fds, which, zero, len(left)))
        buffers.append({'index': index, **{kind: left.pop(0) for kind in kinds}})
    if left:
        raise BundleError('{} fds belong to no record'.format(len(left)))
    return buffers


def read(bundle, timeout=PATIENCE):
    """All buffers of a bundle, and how many datagrams they came in."""
    buffers = []
    n_datagrams = 0
    with socket.socket(fileno=bundle.dup().take()) as sock:
        sock.settimeout(timeout)
        while (datagram := _receive(sock)) is not None:
            buffers += _parse(*datagram)
            n_datagrams += 1
    return buffers, n_datagrams
