# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Tokens, groups and collections, each seen through one connection."""

from . import contract
from .contract import COLLECTION, GROUP, NODE, SAME_RIGHTS, TOKEN
from .constraints import to_variant
from .loop import PATIENCE
from .results import Allocation, decode_buffers
from .wire import GLib, short_name, unmarshal

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
