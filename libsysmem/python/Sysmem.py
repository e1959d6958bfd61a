# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What makes libsysmem feel at home in Python.

    constraints = Sysmem.Constraints(usage=Sysmem.Usage.CPU_WRITE, min_buffer_count_for_camping=3)
    with client.allocate_non_shared(constraints) as collection:
        collection.wait()
        with collection[0].map(write=True) as view:
            view[:5] = b'hello'

Leaving a token's, group's or collection's block releases it; an exception that leaves the block
abandons it, which tells the others. A buffer's mapping is a memoryview of the memory itself, good
for numpy.frombuffer as well. In asyncio, calls are awaited like this:

    await Sysmem.call(collection.wait)
"""

import asyncio
import ctypes

from gi.repository import Gio, GLib

from ..module import get_introspection_module
from ..overrides import override

Sysmem = get_introspection_module('Sysmem')

__all__ = []


def _export(python_class):
    python_class = override(python_class)
    __all__.append(python_class.__name__)
    return python_class


class Size(Sysmem.Size):
    """Sysmem.Size(1920, 1080)"""

    def __new__(cls, width=0, height=0):
        return Sysmem.Size.new(width, height)

    def __init__(self, *_pair):
        super().__init__()

    def __iter__(self):
        return iter((self.width, self.height))

    def __eq__(self, other):
        return tuple(self) == tuple(other)

    def __repr__(self):
        return f'Sysmem.Size({self.width}, {self.height})'


Size = _export(Size)


class Plane(Sysmem.Plane):
    """Unpacks as offset, stride, rows."""

    def __iter__(self):
        return iter((self.offset, self.stride, self.rows))

    def __repr__(self):
        return f'Sysmem.Plane(offset={self.offset}, stride={self.stride}, rows={self.rows})'


Plane = _export(Plane)


class ImageFormatConstraints(Sysmem.ImageFormatConstraints):
    """Sizes may be pairs: min_size=(1920, 1080)."""

    def __init__(self, **properties):
        for name, value in properties.items():
            if name == 'required_max_size_list' and not isinstance(value, GLib.Variant):
                properties[name] = GLib.Variant('a(uu)', [tuple(size) for size in value])
            elif isinstance(value, tuple):
                properties[name] = (Sysmem.Size.new(*value) if self._is_size(name)
                                    else list(value))
        super().__init__(**properties)

    @classmethod
    def _is_size(cls, name):
        pspec = cls.find_property(name)
        return pspec is not None and pspec.value_type == Sysmem.Size.__gtype__


ImageFormatConstraints = _export(ImageFormatConstraints)


class Constraints(Sysmem.Constraints):
    """image_format_constraints may be any iterable of Sysmem.ImageFormatConstraints."""

    def __init__(self, image_format_constraints=(), **properties):
        super().__init__(**properties)
        for image_format in image_format_constraints:
            self.add_image_format(image_format)

    def __str__(self):
        return self.to_string()


Constraints = _export(Constraints)


class Explanation(Sysmem.Explanation):
    def __str__(self):
        return self.to_string()


Explanation = _export(Explanation)


class ImportReport(Sysmem.ImportReport):
    def __str__(self):
        return self.to_string()


ImportReport = _export(ImportReport)


class Node(Sysmem.Node):
    """A node is released at the end of its block, and abandoned if an exception ends it. What was
    turned in, released or failed by then is left alone."""

    def __enter__(self):
        return self

    def __exit__(self, kind, exception, _traceback):
        if self.get_state() >= Sysmem.NodeState.FAILED:
            return
        if kind is None:
            self.release()
        else:
            self.abandon(f'{kind.__name__}: {exception}')


Node = _export(Node)


class Collection(Sysmem.Collection):
    """A sequence of buffers."""

    @property
    def buffers(self):
        return list(self)

    @property
    def settings(self):
        return self.get_settings()

    def __len__(self):
        return self.get_n_items()

    def __bool__(self):
        return True  # also while it has no buffers yet

    def __iter__(self):
        return (self.get_buffer(index) for index in range(len(self)))

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        buffer = self.get_buffer(index + len(self) if index < 0 else index) \
            if -len(self) <= index < len(self) else None
        if buffer is None:
            raise IndexError(f'buffer {index} of {len(self)}')
        return buffer


Collection = _export(Collection)


class Buffer(Sysmem.Buffer):
    def map(self, flags=None, *, read=True, write=False):
        """Maps the buffer: map(write=True), or map(Sysmem.MapFlags.WRITE) as in C."""
        if flags is None:
            flags = Sysmem.MapFlags(0)
            if read:
                flags |= Sysmem.MapFlags.READ
            if write:
                flags |= Sysmem.MapFlags.WRITE
        return super().map(flags)


Buffer = _export(Buffer)


class Mapping(Sysmem.Mapping):
    """`with mapping as view:` brackets CPU access and gives a memoryview. Views made of it, by
    slicing or by numpy, keep the memory mapped as long as they live."""

    @property
    def view(self):
        """The memory itself, writable if the mapping is for writing."""
        memory = (ctypes.c_ubyte * self.get_size()).from_address(self.get_address())
        memory.mapping = self  # lives as long as any view of it
        view = memoryview(memory).cast('B')
        return view if self.get_flags() & Sysmem.MapFlags.WRITE else view.toreadonly()

    def __enter__(self):
        self.begin_access()
        return self.view

    def __exit__(self, *_exception):
        self.end_access()


Mapping = _export(Mapping)


async def call(function, *arguments):
    """Lets a blocking call run in a thread, for asyncio: await Sysmem.call(token.bind, constraints).

    Cancelling the task cancels the call, as far as it can be cancelled; what it returns all the
    same is dropped.
    """
    cancellable = Gio.Cancellable()
    try:
        return await asyncio.get_running_loop().run_in_executor(
            None, lambda: function(*arguments, cancellable))
    except asyncio.CancelledError:
        cancellable.cancel()
        raise


__all__.append('call')
