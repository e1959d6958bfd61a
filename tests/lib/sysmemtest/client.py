# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One connection to the bus, with its allocator, inspector and nodes.

A client is a participant as the cases mean it: end () is its sudden death. Calls block; start ()
gives a PendingCall instead. File descriptors arrive as Fd objects and close themselves.
"""

import contextlib
import os

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from . import bundle, contract, loop  # noqa: E402
from .constraints import to_variant  # noqa: E402
from .contract import (ALLOCATOR, BUS_NAME, COLLECTION, GROUP, INSPECTOR, NODE, PROPERTIES,  # noqa: E402
                       ROOT_PATH, SAME_RIGHTS, TOKEN)
from .wire import CallError, FdList, marshal, short_name, take_fds, unmarshal  # noqa: E402

# As long as a common client waits for an answer.
CALL_TIMEOUT = 25
# As long as a test waits for something that ought to come at once.
PATIENCE = 10


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


def options_of(options):
    """{name: value} as the a{sv} of options; None means absent."""
    converted = {}
    for name, value in options.items():
        if value is None:
            continue
        if name in ('constraints', 'constraints_to_check'):
            value = to_variant(value)
        elif not isinstance(value, GLib.Variant) and not hasattr(value, 'fileno'):
            value = GLib.Variant(contract.OPTION_TYPES[name], value)
        converted[name] = value
    return converted


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


class Client:
    """A private connection. uid: the user the daemon is to see, if this process may become it."""

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
                BUS_NAME, path, interface, method, body, reply_type, Gio.DBusCallFlags.NO_AUTO_START,
                int(timeout * 1000), fds.list if fds else None, None)
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
            GLib.VariantType.new(given), Gio.DBusCallFlags.NO_AUTO_START, CALL_TIMEOUT * 1000,
            fds.list, None, pending._finish)
        return pending

    def get_property(self, path, interface, name):
        return self.call(path, PROPERTIES, 'Get', interface, name)

    def barrier(self):
        """Everything that this connection sent has been dealt with, and every signal that the
        daemon sent it by then has been delivered."""
        self.get_property(ROOT_PATH, ALLOCATOR, 'Version')
        loop.dispatch_pending()

    def wait_for_signal(self, path, member, timeout=PATIENCE):
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


class Node:
    """What tokens, groups and collections have in common."""

    def __init__(self, client, path):
        self.client = client
        self.path = path

    def _node(self, method, *arguments):
        return self.client.call(self.path, NODE, method, *arguments)

    def _property(self, name):
        return self.client.get_property(self.path, NODE, name)

    def seen_by(self, client):
        """The same object through another connection, which may not be its owner."""
        return type(self)(client, self.path)

    def sync(self):
        self._node('Sync')

    def release(self):
        self._node('Release')

    def abandon(self, reason='abandoned by a test'):
        self._node('Abandon', reason)

    def set_name(self, priority, name):
        self._node('SetName', priority, name)

    def set_debug_client_info(self, name, number):
        self._node('SetDebugClientInfo', name, number)

    def set_debug_timeout_log_deadline(self, usec):
        self._node('SetDebugTimeoutLogDeadline', usec)

    def set_verbose_logging(self):
        self._node('SetVerboseLogging')

    def get_node_ref(self):
        return self._node('GetNodeRef')

    def is_alternate_for(self, node_ref):
        return self._node('IsAlternateFor', node_ref)

    def get_buffer_collection_id(self):
        return self._node('GetBufferCollectionId')

    def set_weak(self):
        self._node('SetWeak')

    def set_weak_ok(self, **options):
        self._node('SetWeakOk', options_of(options))

    def attach_node_tracking(self):
        return self._node('AttachNodeTracking')

    def explain(self):
        reply, fds = self.client.call_raw(self.path, NODE, 'Explain')
        variant = reply.get_child_value(0)
        contract.check_types(variant, contract.EXPLANATION_TYPES, 'an explanation')
        for key, types in (('conflicts', contract.CONFLICT_TYPES),
                           ('rejected', contract.REJECTION_TYPES)):
            entries = variant.lookup_value(key, GLib.VariantType.new('aa{sv}'))
            for index in range(entries.n_children() if entries is not None else 0):
                contract.check_types(entries.get_child_value(index), types, key)
        return unmarshal(variant, fds)

    kind = property(lambda self: self._property('Kind'))
    state = property(lambda self: self._property('State'))
    collection_id = property(lambda self: self._property('BufferCollectionId'))
    name = property(lambda self: self._property('Name'))
    debug_client_info = property(lambda self: self._property('DebugClientInfo'))

    def wait_failed(self, timeout=PATIENCE):
        """(error, message) of the Failed signal; None if it does not come."""
        arguments = self.client.wait_for_signal(self.path, 'Failed', timeout)
        return arguments and (short_name(arguments[0]), arguments[1])

    def wait_allocated_signal(self, timeout=PATIENCE):
        return self.client.wait_for_signal(self.path, 'Allocated', timeout) is not None


class Token(Node):
    """handle: the fd that is the token's life."""

    def __init__(self, client, path, handle=None):
        super().__init__(client, path)
        self.handle = handle
        if handle is not None:
            client.handles.append(handle)

    def _token(self, method, *arguments):
        return self.client.call(self.path, TOKEN, method, *arguments)

    def duplicate(self, mask=SAME_RIGHTS):
        return Token(self.client, *self._token('Duplicate', mask))

    def duplicate_sync(self, masks):
        return [Token(self.client, *values) for values in self._token('DuplicateSync', masks)]

    def set_dispensable(self):
        self._token('SetDispensable')

    def create_group(self):
        return Group(self.client, self._token('CreateBufferCollectionTokenGroup'))

    def bind(self, **options):
        """Bind by the owner of the path."""
        path = self._token('Bind', options_of(options))
        if self.handle is not None:
            self.handle.close()
        return Collection(self.client, path)

    def drop(self):
        """Closes the handle: if it was the last copy, the token has failed."""
        self.handle.close()


class Group(Node):
    def _group(self, method, *arguments):
        return self.client.call(self.path, GROUP, method, *arguments)

    def create_child(self, mask=SAME_RIGHTS):
        return Token(self.client, *self._group('CreateChild', mask))

    def create_children_sync(self, masks):
        return [Token(self.client, *values) for values in self._group('CreateChildrenSync', masks)]

    def all_children_present(self):
        self._group('AllChildrenPresent')


class Collection(Node):
    def _collection(self, method, *arguments):
        return self.client.call(self.path, COLLECTION, method, *arguments)

    def set_constraints(self, constraints, **options):
        self._collection('SetConstraints', to_variant(constraints), options_of(options))

    def start_wait(self, **options):
        return self.client.start(self.path, COLLECTION, 'WaitForAllBuffersAllocated',
                                 options_of(options), decode=Allocation)

    def wait_once(self, **options):
        """One call: info and the first batch of buffers."""
        reply, fds = self.client.call_raw(self.path, COLLECTION, 'WaitForAllBuffersAllocated',
                                          options_of(options))
        return Allocation(reply, fds)

    def wait(self):
        """Info and all buffers, in as many batches as it takes."""
        allocation = self.wait_once()
        while (missing := allocation.count - len(allocation.buffers)) > 0:
            batch = self.get_buffers(len(allocation.buffers), missing)
            if not batch:
                raise AssertionError('a batch without a buffer, {} are missing'.format(missing))
            allocation.buffers += batch
        return allocation

    def wait_bundle(self):
        """Info and all buffers, by bundle."""
        return self.wait_once(bundle=True).read_bundle()

    def check(self):
        self._collection('CheckAllBuffersAllocated')

    def get_buffers(self, first, count):
        reply, fds = self.client.call_raw(self.path, COLLECTION, 'GetBuffers', first, count)
        return decode_buffers(reply.get_child_value(0), fds)

    def attach_token(self, mask=SAME_RIGHTS):
        return Token(self.client, *self._collection('AttachToken', mask))

    def attach_lifetime_tracking(self, buffers_remaining):
        return self._collection('AttachLifetimeTracking', buffers_remaining)

    def drop(self):
        """The connection that owns this collection dies."""
        self.client.close()
