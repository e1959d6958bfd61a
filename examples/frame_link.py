# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What producer and consumer say to each other about frames: small messages, never pixels.

The producer says which buffer it has filled, the consumer gives the buffer back, and each says when
that was all. Every byte that crosses is counted, so that "nothing was copied" is measured and not
just claimed.
"""

import socket
import struct

# kind, buffer index, presentation time in ns, CRC-32 of the pixels
MESSAGE = struct.Struct('<IIQI')

FILLED, RELEASED, END = range(3)


class FrameLink:
    def __init__(self, fd):
        # SEQPACKET keeps message boundaries: one message is one datagram.
        self.socket = socket.socket(fileno=fd)
        self.n_messages = 0
        self.n_bytes = 0

    def send(self, kind, index=0, time=0, checksum=0):
        self.n_bytes += self.socket.send(MESSAGE.pack(kind, index, time, checksum))
        self.n_messages += 1

    def receive(self):
        """The next message: kind, index, time, checksum."""
        datagram = self.socket.recv(65536)
        if not datagram:
            raise EOFError('the other side has gone')
        self.n_bytes += len(datagram)
        self.n_messages += 1
        return MESSAGE.unpack(datagram)

    def message_bytes(self):
        return self.n_messages * MESSAGE.size

    def pixel_bytes(self):
        """What crossed the socket beyond the messages."""
        return self.n_bytes - self.message_bytes()
