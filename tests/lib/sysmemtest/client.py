# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One connection to the bus, with the daemon's allocator and inspector.

A client is a participant as the cases mean it: end () is its sudden death. Calls block; start ()
gives a PendingCall instead. File descriptors arrive as Fd objects and close themselves.
"""

import contextlib
import os

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from . import contract, loop  # noqa: E402
from .constraints import to_variant  # noqa: E402
from .contract import ALLOCATOR, BUS_NAME, INSPECTOR, PROPERTIES, ROOT_PATH  # noqa: E402
from .nodes import Collection, Token, options_of  # noqa: E402
from .results import Allocation, decode_info  # noqa: E402
from .wire import CallError, FdList, marshal, take_fds, unmarshal  # noqa: E402

# As long as a common client waits for an answer.
CALL_TIMEOUT = 25


@contextlib.contextmanager
def effective_uid(uid):
    """What happens inside happens as another user; only root can."""
    own = os.geteuid()
    if uid is not None and uid != own:
        os.seteuid(uid)
    try:
        yield
    finally:
        if os.geteuid() != own:
            os.seteuid(own)


def connect(address, uid=None):
    """A connection of its own, never shared. The bus takes the uid at this moment."""
    flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
             | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
    with effective_uid(uid):
        connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    connection.set_exit_on_close(False)
    return connection


class PendingCall:
    """A call whose answer has not been asked for yet."""

    def __init__(self, decode):
        self._decode = decode
        self._outcome = None

    def _finish(self, connection, result):
        try:
            self._outcome = connection.call_with_unix_fd_list_finish(result)
        except GLib.Error as error:
            self._outcome = CallError.from_gerror(error)

    @property
    def is_done(self):
        loop.dispatch_pending()
        return self._outcome is not None

    def result(self, timeout=CALL_TIMEOUT):
        """The answer, or its error raised."""
        if not loop.run_until(lambda: self._outcome is not None, timeout):
            raise TimeoutError('a call was not answered within {} s'.format(timeout))
        if isinstance(self._outcome, CallError):
            raise self._outcome
        reply, fd_list = self._outcome
        return self._decode(reply, take_fds(fd_list))


class Client:
    """A private connection. uid: the user the daemon is to see, if this process may become it."""

    # A test starts its daemon itself, unless it is about being started.
    call_flags = Gio.DBusCallFlags.NO_AUTO_START

    def __init__(self, address, uid=None):
        self.address = address
        self.connection = connect(address, uid)
        self.signals = []
        # A token lives as long as its handle, not as long as a test's variable.
        self.handles = []
        self._subscription = self.connection.signal_subscribe(
            None, None, None, None, None, Gio.DBusSignalFlags.NO_MATCH_RULE, self._on_signal)

    def _on_signal(self, _connection, _sender, path, interface, member, arguments):
        if interface.startswith(BUS_NAME):
            self.signals.append((path, member, arguments.unpack()))

    @property
    def name(self):
        return self.connection.get_unique_name()

    @property
    def is_closed(self):
        return self.connection.is_closed()

    def close(self):
        """The end of the connection. Handles of tokens stay open: others may have them, too."""
        if not self.connection.is_closed():
            self.connection.signal_unsubscribe(self._subscription)
            self.connection.close_sync(None)

    def end(self):
        """The participant's sudden death."""
        self.close()
        for handle in self.handles:
            handle.close()
        self.handles.clear()

    # --- calls ---

    def call(self, path, interface, method, *arguments, timeout=CALL_TIMEOUT):
        """Calls and unmarshals: nothing, the one value, or the tuple of values."""
        reply, fds = self.call_raw(path, interface, method, *arguments, timeout=timeout)
        values = unmarshal(reply, fds)
        return values[0] if len(values) == 1 else values or None

    def call_raw(self, path, interface, method, *arguments, timeout=CALL_TIMEOUT):
        """Calls: the reply's variant and its fds."""
        taken, given = contract.METHODS[interface][method]
        fds = FdList()
        body = marshal(taken, arguments, fds)
        return self.call_variant(path, interface, method, body, GLib.VariantType.new(given), fds,
                                 timeout)

    def call_variant(self, path, interface, method, body, reply_type=None, fds=None,
                     timeout=CALL_TIMEOUT):
        """Calls with any body whatever, right or wrong."""
        try:
            reply, fd_list = self.connection.call_with_unix_fd_list_sync(
                BUS_NAME, path, interface, method, body, reply_type,
                self.call_flags, int(timeout * 1000), fds.list if fds else None,
                None)
        except GLib.Error as error:
            raise CallError.from_gerror(error) from None
        return reply, take_fds(fd_list)

    def start(self, path, interface, method, *arguments, decode=unmarshal):
        """Sends a call and returns at once."""
        taken, given = contract.METHODS[interface][method]
        fds = FdList()
        pending = PendingCall(decode)
        self.connection.call_with_unix_fd_list(
            BUS_NAME, path, interface, method, marshal(taken, arguments, fds),
            GLib.VariantType.new(given), self.call_flags, CALL_TIMEOUT * 1000,
            fds.list, None, pending._finish)
        return pending

    def get_property(self, path, interface, name):
        return self.call(path, PROPERTIES, 'Get', interface, name)

    def barrier(self):
        """Everything that this connection sent has been dealt with, and every signal that the
        daemon sent it by then has been delivered."""
        self.get_property(ROOT_PATH, ALLOCATOR, 'Version')
        loop.dispatch_pending()

    def wait_for_signal(self, path, member, timeout=loop.PATIENCE):
        """The arguments of the first such signal, which may have come already; None: it did not."""
        def seen():
            return [arguments for at, name, arguments in self.signals
                    if at == path and name == member]

        return seen()[0] if loop.run_until(seen, timeout) else None

    # --- the allocator ---

    def _allocator(self, method, *arguments):
        return self.call(ROOT_PATH, ALLOCATOR, method, *arguments)

    def allocate_shared(self, **options):
        """The root token. With rights_attenuation_masks: the root token and its duplicates."""
        path, handle, duplicates = self._allocator('AllocateSharedCollection', options_of(options))
        root = Token(self, path, handle)
        if 'rights_attenuation_masks' in options:
            return root, [Token(self, *duplicate) for duplicate in duplicates]
        if duplicates:
            raise AssertionError('duplicates that nobody asked for')
        return root

    def allocate_non_shared(self, **options):
        path = self._allocator('AllocateNonSharedCollection', options_of(options))
        return Collection(self, path)

    def bind(self, token, **options):
        """Turns a token, or the bare handle of one, in. Its handle stays open until the reply."""
        handle = getattr(token, 'handle', token)
        path = self._allocator('BindSharedCollection', handle, options_of(options))
        handle.close()
        return Collection(self, path)

    def open_token(self, token):
        """Becomes the owner of a token, or of the bare handle of one; the handle stays open."""
        handle = getattr(token, 'handle', token)
        return Token(self, self._allocator('OpenToken', handle), handle)

    def validate(self, fd):
        return self._allocator('ValidateBufferCollectionToken', fd)

    def set_debug_client_info(self, name, number):
        self._allocator('SetDebugClientInfo', name, number)

    def get_buffer_info(self, fd, **options):
        reply, fds = self.call_raw(ROOT_PATH, ALLOCATOR, 'GetBufferInfo', fd, options_of(options))
        variant = reply.get_child_value(0)
        contract.check_types(variant, contract.BUFFER_INFO_TYPES, 'buffer info')
        info = unmarshal(variant, fds)
        settings = variant.lookup_value('settings', GLib.VariantType.new('a{sv}'))
        if settings is not None:
            info['settings'] = decode_info(settings, fds, contract.SETTINGS_TYPES)
        return info

    def allocate_buffers(self, constraints, **options):
        reply, fds = self.call_raw(ROOT_PATH, ALLOCATOR, 'AllocateBuffers', to_variant(constraints),
                                   options_of(options))
        return Allocation(reply, fds)

    def check_constraints(self, participants):
        """A dry run over (name, constraints) pairs: the info it would end with."""
        entries = [{'name': GLib.Variant('s', name), 'constraints': to_variant(constraints)}
                   for name, constraints in participants]
        reply, fds = self.call_raw(ROOT_PATH, ALLOCATOR, 'CheckConstraints', entries, {})
        return decode_info(reply.get_child_value(0), fds, absent=('bundle', 'buffer_collection_id'))

    def list_heaps(self):
        """{name: properties}, in the daemon's order."""
        reply, fds = self.call_raw(ROOT_PATH, ALLOCATOR, 'ListHeaps')
        heaps = reply.get_child_value(0)
        for index in range(heaps.n_children()):
            contract.check_types(heaps.get_child_value(index).get_child_value(1),
                                 contract.HEAP_TYPES, 'a heap')
        return dict(unmarshal(heaps, fds))

    @property
    def limits(self):
        return self.get_property(ROOT_PATH, ALLOCATOR, 'Limits')

    # --- the inspector ---

    def _inspector(self, method, *arguments):
        return self.call(ROOT_PATH, INSPECTOR, method, *arguments)

    def list_collections(self):
        return self._inspector('ListCollections')

    def describe_collection(self, collection_id):
        return self._inspector('DescribeCollection', collection_id)

    def list_clients(self):
        return self._inspector('ListClients')

    def subscribe(self):
        self._inspector('Subscribe')

    def unsubscribe(self):
        self._inspector('Unsubscribe')
