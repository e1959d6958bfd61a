# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Everything a participant needs of sysmem, with Gio alone.

The examples import this page; copy it into your own program if you do not want the library.
"""

import fcntl
import mmap
import os
import struct

from gi.repository import Gio, GLib

BUS_NAME = 'org.sysmem.Sysmem1'
ROOT = '/org/sysmem/Sysmem1'
ALLOCATOR = 'org.sysmem.Sysmem1.Allocator'
NODE = 'org.sysmem.Sysmem1.Node'
COLLECTION = 'org.sysmem.Sysmem1.Collection'

# Rights masks: a token never carries more rights than the token it was made from.
SAME_RIGHTS = 0x80000000
READ_ONLY = 0x1

PENDING = 'org.sysmem.Sysmem1.Error.Pending'


class Sysmem:
    """One connection to the daemon. Collections bound through it live as long as it does."""

    def __init__(self, client_name):
        self.bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)
        # The name by which the daemon's log and `sysmemctl` speak of us. The id is for telling
        # several of one name apart.
        self.call(ROOT, ALLOCATOR, 'SetDebugClientInfo', '(st)', client_name, os.getpid())

    def call(self, path, interface, method, signature='()', *args, fds=()):
        """Calls a method; returns its values and the file descriptors that came with them.

        On the wire an `h` is an index into the message's list of file descriptors, in both
        directions. The caller of this function owns the descriptors it returns.
        """
        fd_list = Gio.UnixFDList()
        for fd in fds:
            fd_list.append(fd)
        reply, fd_list = self.bus.call_with_unix_fd_list_sync(
            BUS_NAME, path, interface, method, GLib.Variant(signature, args), None,
            Gio.DBusCallFlags.NONE, -1, fd_list)
        return reply.unpack(), fd_list.steal_fds() if fd_list else []

    def allocate_shared(self, masks):
        """A new collection. Returns its root token's path and handle, and one more
        (path, handle) for each rights mask."""
        options = {'rights_attenuation_masks': GLib.Variant('au', masks)}
        (path, handle, duplicates), fds = self.call(
            ROOT, ALLOCATOR, 'AllocateSharedCollection', '(a{sv})', options)
        return path, fds[handle], [(path, fds[handle]) for path, handle in duplicates]

    def bind(self, token_fd, constraints):
        """Turns a token in for a place in its collection and says what this participant needs,
        in one call. The token is used up by it, so its handle is closed."""
        options = {'constraints': GLib.Variant('a{sv}', constraints)}
        (path,), _ = self.call(ROOT, ALLOCATOR, 'BindSharedCollection', '(ha{sv})', 0, options,
                               fds=[token_fd])
        os.close(token_fd)
        return path

    def wait(self, collection):
        """Waits until all participants have answered and the buffers are there.

        Returns the settings and the buffers, or raises the reason why there are none.
        """
        while True:
            try:
                (info, entries), fds = self.call(
                    collection, COLLECTION, 'WaitForAllBuffersAllocated', '(a{sv})', {})
                break
            except GLib.Error as error:
                # No call stays unanswered for longer than 20 seconds. Somebody is still missing:
                # ask again.
                if Gio.DBusError.get_remote_error(error) != PENDING:
                    raise
        buffers = [Buffer(entry, fds, info) for entry in entries]
        # One message carries only so many file descriptors; the rest comes in batches.
        while len(buffers) < info['buffer_count']:
            (entries,), fds = self.call(collection, COLLECTION, 'GetBuffers', '(uu)',
                                        len(buffers), info['buffer_count'] - len(buffers))
            buffers += [Buffer(entry, fds, info) for entry in entries]
        return info, buffers

    def release(self, node):
        """Leaves without harm to the others. Just going away, in contrast, is an accident, and
        the daemon tells them so."""
        self.call(node, NODE, 'Release')


class Buffer:
    """One of the collection's buffers, as the daemon delivered it."""

    DMA_BUF_IOCTL_SYNC = 0x40086200  # linux/dma-buf.h
    SYNC_READ, SYNC_WRITE, SYNC_END = 1, 2, 4

    def __init__(self, entry, fds, info):
        self.index = entry['index']
        self.size = info['size_bytes']
        self.is_dma_buf = info['buffer_type'] == 'dma-buf'
        self.fd = fds[entry['fd']]
        # Where the kernel cannot tell who holds a buffer the daemon hands out a lease, to be kept
        # exactly as long as the buffer.
        self.lease = fds[entry['lease']] if 'lease' in entry else None
        self.offset = entry['usable_start']

    def map(self, writable):
        """A memoryview of the shared memory itself, not of a copy."""
        protection = mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0)
        self.access = self.SYNC_READ | (self.SYNC_WRITE if writable else 0)
        memory = mmap.mmap(self.fd, self.offset + self.size, mmap.MAP_SHARED, protection)
        self.view = memoryview(memory)[self.offset:self.offset + self.size]
        return self.view

    def __enter__(self):
        """`with buffer as view:` brackets CPU access, which dma-bufs ask for."""
        self._sync(0)
        return self.view

    def __exit__(self, *_exception):
        self._sync(self.SYNC_END)

    def _sync(self, flags):
        if self.is_dma_buf:
            fcntl.ioctl(self.fd, self.DMA_BUF_IOCTL_SYNC, struct.pack('<Q', self.access | flags))


def image_planes(info, width, height):
    """(offset, stride, rows) of each plane of an image of the settled format.

    Every participant computes the same layout from the same settings: the smallest row that
    satisfies them all. Where the heap has laid the image out (tiled formats, devices with wishes
    of their own) the daemon says so instead.
    """
    image = info['image_format_constraints']
    fourcc = image['pixel_format'].split(':')[0]
    luma_row = width * (4 if fourcc == 'XR24' else 1)
    if 'planes' in info:
        strides = [stride for _offset, stride in info['planes']]
        offsets = [offset for offset, _stride in info['planes']]
    else:
        stride = round_up(max(luma_row, image.get('min_bytes_per_row', 0)),
                          image.get('bytes_per_row_divisor', 1))
        strides, offsets = [stride, stride], [0, stride * height]
    if fourcc == 'XR24':
        return [(offsets[0], strides[0], height)]
    # NV12: a plane of luma, then half as many rows of interleaved chroma.
    return [(offsets[0], strides[0], height), (offsets[1], strides[1], height // 2)]


def round_up(value, multiple):
    return (value + multiple - 1) // multiple * multiple


def explain(error):
    """The daemon's own sentence: which participant, which field, what would have worked."""
    return error.message.removeprefix(f'GDBus.Error:{Gio.DBusError.get_remote_error(error)}: ')
