# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One collection's tree, as the rules say it behaves: the oracle that the daemon is compared with.

Written from the rules alone, deliberately simple, and knowing nothing of how the daemon does it.
Every public method is one call of the protocol (or an accident): it raises CallRefused if the call
is refused, else changes the tree and lets everything happen that follows from it. What then can be
seen of a node is in its fields: is it still there, is it allocated, why has it failed.

    tree = Tree (heaps, 'n0', owner)    the root token
    tree.duplicate ('n0', 'n1', mask)   n1 is the name of the new node
    tree.nodes['n1'].error              None, or why n1 failed
"""

import solver

EMPTY = 'ConstraintsIntersectionEmpty'
TOO_MANY = 'TooManyGroupChildCombinations'
DEVIATION = 'ProtocolDeviation'
NOT_FOUND = 'NotFound'
PENDING = 'Pending'
UNSPECIFIED = 'Unspecified'

MAX_COMBINATIONS = 64

WRITING = {'cpu-write', 'cpu-write-often', 'gpu-transfer-dst', 'gpu-storage',
           'gpu-color-attachment', 'video-decoder', 'video-encoder', 'video-capture',
           'video-decryptor-output', 'video-decoder-internal'}

PROPAGATE, DISPENSABLE, ISOLATE = 'propagate', 'propagate-before-allocation', 'isolate'


class CallRefused(Exception):
    """The call is answered with this error and changes nothing."""

    def __init__(self, error):
        super().__init__(error)
        self.error = error


class Node:
    """One place in the tree."""

    def __init__(self, name, kind, parent, rights, owner):
        self.name, self.kind, self.parent = name, kind, parent
        self.rights, self.owner = rights, owner
        self.children = []
        self.mode = PROPAGATE
        self.connected = True        # false: an orphan, the place of a released node
        self.gone = False            # its place was destroyed
        self.error = None            # why, if that was a failure
        self.allocated = False
        self.has_constraints = False
        self.constraints = None      # as solver.check () returns them
        self.all_present = False     # of a group
        self.has_waited = False
        self.weak = parent is not None and parent.weak
        self.weak_ok = False
        self.weak_ok_for_children = False
        self.weak_ok_from_parent = parent is not None and (parent.weak_ok_for_children
                                                           or parent.weak_ok_from_parent)
        self.held = set()            # indices of buffers its client got and has not closed
        if parent is not None:
            parent.children.append(self)

    @property
    def is_ready(self):
        if not self.connected:
            return True
        return {'token': False, 'group': self.all_present,
                'collection': self.has_constraints}[self.kind]

    @property
    def state(self):
        if self.gone:
            return 'failed'
        if not self.connected:
            return 'released'
        if self.allocated:
            return 'allocated'
        return 'ready' if self.is_ready else 'waiting'

    @property
    def is_domain_root(self):
        return self.parent is None or self.mode == ISOLATE \
            or (self.mode == DISPENSABLE and self.allocated)

    def depth_first(self):
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.depth_first()

    def deepest_first(self):
        return reversed(list(self.depth_first()))


def attenuate(rights, mask):
    """What a rights mask leaves of the rights: bit 0 read, bit 1 write."""
    if mask in (0x80000000, 0xFFFFFFFF):
        return rights
    if not mask & 1:
        raise CallRefused(DEVIATION)
    return rights & mask


def breadth_first(nodes):
    level = list(nodes)
    while level:
        yield from level
        level = [child for node in level for child in node.children]


class Tree:
    def __init__(self, heaps, name, owner):
        self.heaps = heaps
        self.root = Node(name, 'token', None, 3, owner)
        self.nodes = {name: self.root}
        self.settings = None

    # --- What can be called -----------------------------------------------------------------------

    def duplicate(self, name, child, mask):
        token = self._usable(name)
        self._add(child, 'token', token, attenuate(token.rights, mask))

    def create_group(self, name, group):
        token = self._usable(name)
        self._add(group, 'group', token, token.rights)

    def create_child(self, name, child, mask):
        group = self._usable(name)
        rights = attenuate(group.rights, mask)
        if group.all_present:
            raise CallRefused(DEVIATION)
        self._add(child, 'token', group, rights)

    def all_children_present(self, name):
        group = self._usable(name)
        if group.all_present or not group.children:
            raise CallRefused(DEVIATION)
        group.all_present = True
        self._settle()

    def sync(self, name):
        self._usable(name)

    def open_token(self, name, owner):
        self._usable(name).owner = owner

    def set_dispensable(self, name):
        token = self._usable(name)
        if token.mode == PROPAGATE:
            token.mode = DISPENSABLE

    def bind(self, name, owner, constraints=None):
        token = self._usable(name)
        if constraints is not None:
            token.constraints = self._checked(constraints)
            token.has_constraints = True
        token.kind, token.owner = 'collection', owner
        self._settle()

    def set_constraints(self, name, constraints):
        collection = self._usable(name)
        checked = self._checked(constraints)
        if collection.has_constraints:
            raise CallRefused(DEVIATION)
        collection.constraints = checked
        collection.has_constraints = True
        self._settle()

    def attach(self, name, child, mask):
        collection = self._usable(name)
        rights = attenuate(collection.rights, mask)
        if collection.weak:
            raise CallRefused(DEVIATION)
        self._add(child, 'token', collection, rights).mode = ISOLATE

    def release(self, name):
        node = self._known(name)
        if node.gone:
            node.connected = False
            return
        if node.kind == 'group' and not node.all_present:
            self._fail(node, UNSPECIFIED)
        node.connected = False
        self._settle()

    def abandon(self, name):
        self._fail(self._usable(name), UNSPECIFIED)
        self._settle()

    def set_weak(self, name):
        node = self._usable(name)
        if node.has_constraints or node.all_present:
            raise CallRefused(DEVIATION)
        node.weak = node.weak_ok = True
        self._settle()

    def set_weak_ok(self, name, for_children):
        node = self._usable(name)
        if node.has_waited:
            raise CallRefused(DEVIATION)
        node.weak_ok = True
        node.weak_ok_for_children |= for_children

    def is_strongly_held(self, index):
        return any(not node.weak and (index in node.held or (node.connected and not node.gone))
                   for node in self.nodes.values())

    def access(self, node):
        """How a participant may use its buffers: 'none', 'read' or 'write'."""
        if not self._has_buffers(node):
            return 'none'
        return 'write' if node.rights & 2 and node.constraints['usage'] & WRITING else 'read'

    def check_allocated(self, name):
        if not self._usable(name).allocated:
            raise CallRefused(PENDING)

    def fetch(self, name):
        """The wait of an allocated collection; its client then holds the buffers."""
        node = self._usable(name)
        if not node.has_constraints or (node.weak and not node.weak_ok
                                        and not node.weak_ok_from_parent):
            raise CallRefused(DEVIATION)
        node.has_waited = True
        if self._has_buffers(node):
            node.held = set(range(self.settings.buffer_count))

    # --- What happens to participants -------------------------------------------------------------

    def handle_closed(self, name):
        """The last copy of a token's handle is gone."""
        node = self.nodes[name]
        if node.kind == 'token' and node.connected and not node.gone:
            self._fail(node, UNSPECIFIED)
        self._settle()

    def connection_lost(self, owner):
        for node in list(self.nodes.values()):
            if node.owner == owner and node.connected:
                if node.kind != 'token' and not node.gone:
                    self._fail(node, UNSPECIFIED)
                node.owner = None
        self._settle()

    def buffers_closed(self, name, indices):
        self.nodes[name].held -= set(indices)
        self._settle()

    # --- Failure domains --------------------------------------------------------------------------

    def _fail(self, node, error):
        if node.gone:
            return
        domain = node
        while not domain.is_domain_root:
            domain = domain.parent
        self._destroy(domain, error)

    def _destroy(self, place, error):
        for node in place.deepest_first():
            node.gone, node.error = True, error
        if place.parent is not None:
            place.parent.children.remove(place)

    def _fail_where_nobody_is_left(self):
        for node in self.root.deepest_first():
            if not node.gone and node.is_domain_root \
                    and not any(below.connected for below in node.depth_first()):
                self._fail(node, UNSPECIFIED)

    def _fail_without_strong_holders(self):
        """Weak participants alone keep neither a negotiation nor buffers alive."""
        if any(node.connected and not node.weak for node in self.root.depth_first()):
            return
        # Buffers that a strong participant got count, whatever has become of it since.
        if not any(node.held and not node.weak for node in self.nodes.values()):
            self._fail(self.root, UNSPECIFIED)

    # --- Allocation -------------------------------------------------------------------------------

    def _settle(self):
        """Everything that follows from a change, until nothing more does."""
        changed = True
        while changed and not self.root.gone:
            self._fail_where_nobody_is_left()
            if not self.root.gone:
                self._fail_without_strong_holders()
            changed = not self.root.gone and self._try_allocations()

    def _try_allocations(self):
        """One pass. What became eligible in it waits for the next one."""
        eligible = [node for node in breadth_first([self.root])
                    if not node.allocated and (node.parent is None or node.parent.allocated)]
        changed = False
        for node in eligible:
            if not node.gone and all(below.is_ready for below in pruned(node)):
                self._allocate(node)
                changed = True
        return changed

    def _allocate(self, place):
        settled = [node for node in breadth_first([self.root])
                   if node.allocated and node.has_constraints]
        selections = Selections(place)
        for _ in range(MAX_COMBINATIONS):
            visible = selections.visible()
            participants = [node.constraints for node in settled + visible if node.has_constraints]
            try:
                self.settings = solver.negotiate(participants, self.heaps, self.settings)
            except solver.DoesNotFit:
                if not selections.advance():
                    self._destroy(place, EMPTY)
                    return
            else:
                self._deliver(place, visible)
                return
        self._destroy(place, TOO_MANY)

    def _deliver(self, place, visible):
        for node in visible:
            node.allocated = True
        losers = [node for node in pruned(place) if node not in visible]
        for node in reversed(losers):
            if not node.gone:
                node.mode = ISOLATE
                self._destroy(node, EMPTY)

    # --- Helpers ----------------------------------------------------------------------------------

    def _add(self, name, kind, parent, rights):
        self.nodes[name] = Node(name, kind, parent, rights, parent.owner)
        return self.nodes[name]

    def _known(self, name):
        node = self.nodes[name]
        if not node.connected:
            raise CallRefused(NOT_FOUND)
        return node

    def _usable(self, name):
        node = self._known(name)
        if node.gone:
            raise CallRefused(node.error)
        return node

    @staticmethod
    def _checked(constraints):
        try:
            return solver.check(constraints)
        except solver.Refused as refusal:
            raise CallRefused(DEVIATION) from refusal

    @staticmethod
    def _has_buffers(node):
        return node.constraints is not None and node.constraints['usage'] != {'none'}


def pruned(place):
    """A place and what is below it, not entering attached subtrees; parents first."""
    yield place
    for child in place.children:
        if child.mode != ISOLATE:
            yield from pruned(child)


class Selections:
    """The combinations of the group children of a subtree, best first."""

    def __init__(self, place):
        self.place = place
        self.groups = [node for node in pruned(place) if node.kind == 'group']
        self.selected = {group.name: 0 for group in self.groups}

    def visible(self):
        """What takes part, breadth first."""
        result = []
        level = [self.place]
        while level:
            result += level
            level = [child for node in level for child in self._visible_children(node)]
        return result

    def _visible_children(self, node):
        if node.kind == 'group':
            return [node.children[self.selected[node.name]]]
        return [child for child in node.children if child.mode != ISOLATE]

    def advance(self):
        """On to the next combination; false if that was the last one."""
        visible = self.visible()
        for group in reversed(self.groups):
            if group not in visible:
                continue
            if self.selected[group.name] + 1 < len(group.children):
                self.selected[group.name] += 1
                return True
            self.selected[group.name] = 0
        return False
