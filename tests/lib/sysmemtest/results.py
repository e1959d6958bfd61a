# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Answers as objects: buffers, and what was allocated."""

import gi

gi.require_version('GLib', '2.0')
from gi.repository import GLib  # noqa: E402

from . import bundle, contract  # noqa: E402
from .wire import unmarshal  # noqa: E402


class Buffer:
    """One buffer as a participant got it; what it did not get is None."""

    def __init__(self, values):
        self.index = values['index']
        self.fd = values.get('fd')
        self.usable_start = values.get('usable_start', 0)
        self.close_weak_asap = values.get('close_weak_asap')
        self.lease = values.get('lease')

    def close(self):
        for fd in (self.fd, self.lease):
            if fd is not None:
                fd.close()


def decode_buffers(variant, fds):
    buffers = []
    for index in range(variant.n_children()):
        entry = variant.get_child_value(index)
        contract.check_types(entry, contract.BUFFER_TYPES, 'a buffer')
        buffers.append(Buffer(unmarshal(entry, fds)))
    return buffers


def decode_info(variant, fds, types=None, absent=('bundle',)):
    """An info table, after a look at its keys and their types."""
    types = types or contract.INFO_TYPES
    contract.check_types(variant, types, 'info')
    image = variant.lookup_value('image_format_constraints', GLib.VariantType.new('a{sv}'))
    if image is not None:
        contract.check_types(image, contract.IMAGE_INFO_TYPES, 'image_format_constraints')
    info = unmarshal(variant, fds)
    missing = set(types) - set(info) - set(absent) - contract.OPTIONAL_SETTINGS
    if missing:
        raise AssertionError('info lacks {}'.format(sorted(missing)))
    return info


class Allocation:
    """The answer to a wait: info, and the buffers it came with."""

    def __init__(self, reply, fds):
        self.info = decode_info(reply.get_child_value(0), fds)
        self.buffers = decode_buffers(reply.get_child_value(1), fds)
        self.n_datagrams = 0
        bundle_fd = self.info.pop('bundle', None)
        if bundle_fd is not None:
            if self.buffers:
                raise AssertionError('buffers came both inline and in a bundle')
            self.bundle = bundle_fd

    bundle = None

    def read_bundle(self):
        values, self.n_datagrams = bundle.read(self.bundle)
        self.buffers = [Buffer(value) for value in values]
        self.bundle.close()
        return self

    @property
    def count(self):
        return self.info['buffer_count']

    @property
    def size(self):
        return self.info['size_bytes']

    @property
    def image(self):
        return self.info.get('image_format_constraints')

    @property
    def pixel_format(self):
        return self.image['pixel_format']

    @property
    def fds(self):
        return [buffer.fd for buffer in self.buffers]

    def close(self):
        for buffer in self.buffers:
            buffer.close()
