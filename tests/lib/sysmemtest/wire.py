# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""D-Bus values with file descriptors in them, and errors by name."""

import re

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from .fds import Fd  # noqa: E402

ERROR_PREFIX = 'org.sysmem.Sysmem1.Error.'


class CallError(Exception):
    """A call was answered with an error. name is short for the errors of the contract."""

    def __init__(self, full_name, message):
        super().__init__('{}: {}'.format(full_name, message))
        self.full_name = full_name
        self.name = short_name(full_name)
        self.message = message

    @classmethod
    def from_gerror(cls, error):
        match = re.match(r'GDBus\.Error:([\w.]+): (.*)', error.message, re.DOTALL)
        if match is None:
            return cls('local.' + error.domain, error.message)
        return cls(*match.groups())


def short_name(full_name):
    if full_name.startswith(ERROR_PREFIX):
        return full_name[len(ERROR_PREFIX):]
    return full_name


class FdList:
    """The fds of a message being built. Where a handle is wanted, give an object with fileno ()."""

    def __init__(self):
        self.list = Gio.UnixFDList()

    def add(self, fd):
        return self.list.append(fd.fileno())


def _is_fd(value):
    return hasattr(value, 'fileno')


def marshal(signature, arguments, fds):
    """The body of a call. Handles may stand as arguments and as values of option dictionaries,
    which are given as {key: GLib.Variant or object with fileno ()}."""

    def convert(value):
        if _is_fd(value):
            return fds.add(value)
        if isinstance(value, dict):
            return {key: GLib.Variant('h', fds.add(item)) if _is_fd(item) else item
                    for key, item in value.items()}
        return value

    if len(arguments) == 1 and isinstance(arguments[0], GLib.Variant) \
            and arguments[0].get_type_string() == signature:
        return arguments[0]
    if any(isinstance(argument, GLib.Variant) for argument in arguments):
        return _tuple_of(signature, [convert(argument) for argument in arguments])
    return GLib.Variant(signature, tuple(convert(argument) for argument in arguments))


def _tuple_of(signature, arguments):
    """As GLib.Variant (signature, …), but arguments that are variants already are taken as they
    stand, so that a test may say what no dictionary of Python's can."""
    types = split_signature(signature[1:-1])
    items = [argument if isinstance(argument, GLib.Variant) else GLib.Variant(kind, argument)
             for kind, argument in zip(types, arguments)]
    return GLib.Variant.new_tuple(*items)


def split_signature(signature):
    """The complete types in a row of them."""
    kinds = []
    while signature:
        end = _end_of_type(signature, 0)
        kinds.append(signature[:end])
        signature = signature[end:]
    return kinds


def _end_of_type(signature, start):
    if signature[start] == 'a':
        return _end_of_type(signature, start + 1)
    if signature[start] not in '({':
        return start + 1
    depth = 0
    for index in range(start, len(signature)):
        depth += {'(': 1, '{': 1, ')': -1, '}': -1}.get(signature[index], 0)
        if depth == 0:
            return index + 1
    raise ValueError('unbalanced signature ' + signature)


def unmarshal(variant, fds):
    """Python values from a reply; a handle becomes the Fd it stands for. Each may come once."""
    kind = variant.get_type_string()
    if kind == 'h':
        return fds[variant.get_handle()]
    if kind == 'v':
        return unmarshal(variant.get_variant(), fds)
    if kind.startswith('a{'):
        entries = (variant.get_child_value(index) for index in range(variant.n_children()))
        return {unmarshal(entry.get_child_value(0), fds): unmarshal(entry.get_child_value(1), fds)
                for entry in entries}
    if kind.startswith('a'):
        return [unmarshal(variant.get_child_value(index), fds)
                for index in range(variant.n_children())]
    if kind.startswith('('):
        return tuple(unmarshal(variant.get_child_value(index), fds)
                     for index in range(variant.n_children()))
    return variant.unpack()


def take_fds(fd_list):
    """The fds of a reply, each in its own Fd."""
    return [Fd(number) for number in fd_list.steal_fds()] if fd_list is not None else []


def dictionary_of_entries(entries):
    """An a{sv} with entries in the given order, the same key twice if so wished."""
    items = [GLib.Variant.new_dict_entry(GLib.Variant('s', key), GLib.Variant('v', value))
             for key, value in entries]
    return GLib.Variant.new_array(GLib.VariantType.new('{sv}'), items)
