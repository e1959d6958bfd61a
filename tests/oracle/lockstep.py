# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One tree, in the oracle and in a daemon at the same time.

perform () does one action on both sides, waits until the daemon has dealt with it, and compares all
there is to see. Three things together are the barrier after an action: the signals that the oracle
says must come; the hang-up of a tracker on every place that must be gone; and a property of every
node that was acted on or has changed, read through the connection that owns it, which also brings
all signals sent before.
"""

import os
import select

from gi.repository import Gio, GLib

from sysmemtest import client as sysmem
from sysmemtest import contract, fds, loop
from sysmemtest.wire import CallError, short_name

import compare
import oracle

PATIENCE = 60

STATE_OF_A_NODE = GLib.Variant('(ss)', (contract.NODE, 'State'))

PATH_CALLS = {  # verbs that speak to a node through its owner, and to which kinds
    'duplicate': {'token'}, 'group': {'token'}, 'dispensable': {'token'},
    'child': {'group'}, 'present': {'group'},
    'constrain': {'collection'}, 'attach': {'collection'}, 'fetch': {'collection'},
    'check': {'collection'},
    'release': {'token', 'group', 'collection'}, 'abandon': {'token', 'group', 'collection'},
    'weak': {'token', 'group', 'collection'}, 'weak-ok': {'token', 'group', 'collection'},
}


class Mismatch(Exception):
    """The daemon and the oracle do not agree."""


class Lockstep:
    """The tree begins with its root token n0, which connection c0 makes."""

    def __init__(self, clients, heaps, patience=PATIENCE):
        self.clients = clients  # {'c0': sysmem.Client, …}; lost ones are replaced
        self.patience = patience
        self.tree = oracle.Tree(heaps, 'n0', 'c0')
        self.objects = {}    # name → sysmem.Node
        self.trackers = {}   # name → Fd
        self.handles = {}    # name of a token → Fd
        self.buffers = {}    # name → {index: sysmem.Buffer}
        self.identities = {}  # index of a buffer → what tells it from all others
        self.expected_signals = {}
        for client in clients.values():
            client.signals.clear()
        self._adopt('n0', clients['c0'].allocate_shared())
        self.collection_id = self.objects['n0'].get_buffer_collection_id()

    # --- actions ----------------------------------------------------------------------------------

    def is_possible(self, action):
        """A shortened list of actions may lack what an action needs."""
        verb, name, *rest = action
        if verb == 'lose':
            return True
        node = self.tree.nodes.get(name)
        if node is None or (verb != 'close' and not node.connected):
            return False
        if verb in PATH_CALLS:
            return node.kind in PATH_CALLS[verb] and node.owner is not None \
                and (verb != 'fetch' or node.allocated)
        if verb == 'close':
            return set(rest[0]) <= node.held
        by_path = verb == 'bind' and rest[0] is None
        return node.kind == 'token' and (node.owner is not None if by_path
                                         else self.handles[name].is_open)

    def perform(self, action):
        verb, *arguments = action
        before = {name: node.state for name, node in self.tree.nodes.items()}
        getattr(self, '_do_' + verb.replace('-', '_'))(*arguments)
        changed = {name for name, node in self.tree.nodes.items()
                   if node.state != before.get(name)}
        self._expect_signals(changed, before)
        self._wait_and_compare(changed | {arguments[0]})

    def _both(self, model, real):
        """Does the same on both sides and compares the answers; the daemon's result, if any."""
        expected, result = None, None
        try:
            model()
        except oracle.CallRefused as refusal:
            expected = refusal.error
        try:
            result = real()
            actual = None
        except CallError as error:
            actual = error.name
            if actual == expected:
                return None
            actual = str(error)
        if actual != expected:
            raise Mismatch('the call is answered with {}, expected {}'.format(
                actual or 'success', expected or 'success'))
        return result

    def _adopt(self, name, node):
        if node is None:
            return
        self.objects[name] = node
        self.trackers[name] = node.attach_node_tracking()
        if isinstance(node, sysmem.Token):
            self.handles[name] = node.handle

    def _do_duplicate(self, name, child, mask):
        self._adopt(child, self._both(lambda: self.tree.duplicate(name, child, mask),
                                      lambda: self.objects[name].duplicate(mask)))

    def _do_group(self, name, group):
        self._adopt(group, self._both(lambda: self.tree.create_group(name, group),
                                      lambda: self.objects[name].create_group()))

    def _do_child(self, name, child, mask):
        self._adopt(child, self._both(lambda: self.tree.create_child(name, child, mask),
                                      lambda: self.objects[name].create_child(mask)))

    def _do_attach(self, name, child, mask):
        self._adopt(child, self._both(lambda: self.tree.attach(name, child, mask),
                                      lambda: self.objects[name].attach_token(mask)))

    def _do_present(self, name):
        self._both(lambda: self.tree.all_children_present(name),
                   lambda: self.objects[name].all_children_present())

    def _do_dispensable(self, name):
        self._both(lambda: self.tree.set_dispensable(name),
                   lambda: self.objects[name].set_dispensable())

    def _do_open(self, name, connection):
        opened = self._both(lambda: self.tree.open_token(name, connection),
                            lambda: self.clients[connection].open_token(self.handles[name]))
        if opened is not None:
            self.objects[name] = opened

    def _do_bind(self, name, connection, constraints):
        """By the handle through any connection, or by path (connection None)."""
        def real():
            options = {} if constraints is None else {'constraints': constraints}
            if connection is None:
                return self.objects[name].bind(**options)
            return self.clients[connection].bind(self.handles[name], **options)

        owner = connection or self.tree.nodes[name].owner
        collection = self._both(lambda: self.tree.bind(name, owner, constraints), real)
        if collection is not None:
            self.objects[name] = collection

    def _do_constrain(self, name, constraints):
        self._both(lambda: self.tree.set_constraints(name, constraints),
                   lambda: self.objects[name].set_constraints(constraints))

    def _do_check(self, name):
        self._both(lambda: self.tree.check_allocated(name), lambda: self.objects[name].check())

    def _do_weak(self, name):
        self._both(lambda: self.tree.set_weak(name), lambda: self.objects[name].set_weak())

    def _do_weak_ok(self, name, for_children):
        self._both(lambda: self.tree.set_weak_ok(name, for_children),
                   lambda: self.objects[name].set_weak_ok(for_child_nodes_also=for_children))

    def _do_release(self, name):
        self._both(lambda: self.tree.release(name), lambda: self.objects[name].release())

    def _do_abandon(self, name):
        self._both(lambda: self.tree.abandon(name), lambda: self.objects[name].abandon())

    def _do_drop(self, name):
        self.handles[name].close()
        self.tree.handle_closed(name)

    def _do_lose(self, connection):
        self.clients[connection].close()
        self.clients[connection] = sysmem.Client(self.clients[connection].address)
        self.tree.connection_lost(connection)

    def _do_fetch(self, name, bundle):
        collection = self.objects[name]
        allocation = self._both(lambda: self.tree.fetch(name),
                                lambda: collection.wait_bundle() if bundle else collection.wait())
        if allocation is not None:
            self.buffers[name] = {buffer.index: buffer for buffer in allocation.buffers}
            self._require(compare.allocation(self.tree, self.tree.nodes[name], allocation)
                          + compare.identities(self.identities, allocation.buffers))

    def _do_close(self, name, indices):
        for index in indices:
            self.buffers[name].pop(index).close()
        self.tree.buffers_closed(name, indices)

    # --- the barrier ------------------------------------------------------------------------------

    def _expect_signals(self, changed, before):
        """Every node tells its owner once that it is allocated, and once that it has failed; a weak
        one both at once, when those attached later were the only ones who could hold the buffers."""
        for name in changed:
            node = self.tree.nodes[name]
            if not node.connected or node.owner is None:
                continue
            told = self.expected_signals.setdefault(node.owner, [])
            if node.allocated and before.get(name) != 'allocated':
                told.append((self.objects[name].path, 'Allocated', None))
            if node.state == 'failed':
                told.append((self.objects[name].path, 'Failed', node.error))

    def _wait_and_compare(self, names):
        complete = loop.run_until(self._all_signals_came, self.patience)
        self._compare_places()
        self._compare_states(names)
        loop.dispatch_pending()
        if not complete or not self._all_signals_came(exactly=True):
            raise Mismatch('signals: {}, expected {}'.format(self._signals(), {
                name: sorted(expected, key=repr)
                for name, expected in self.expected_signals.items()}))
        for client in self.clients.values():
            client.signals.clear()
        self.expected_signals.clear()

    def _signals(self):
        own = {node.path for node in self.objects.values()}
        return {name: sorted(((path, member, short_name(arguments[0]) if arguments else None)
                              for path, member, arguments in client.signals if path in own),
                             key=repr)
                for name, client in self.clients.items()}

    def _all_signals_came(self, exactly=False):
        came = self._signals()
        for name in self.clients:
            expected = sorted(self.expected_signals.get(name, ()), key=repr)
            if exactly and came[name] != expected:
                return False
            if not set(expected) <= set(came[name]):
                return False
        return True

    def _compare_places(self):
        """The tracker of a place hangs up exactly when it is gone, an orphan's as well; a token's
        handle when it is no live token any more."""
        nodes = self.tree.nodes
        ended = {('place', tracker): nodes[name].gone for name, tracker in self.trackers.items()}
        ended.update({('handle', handle): nodes[name].gone or not nodes[name].connected
                      or nodes[name].kind != 'token'
                      for name, handle in self.handles.items() if handle.is_open})
        for (what, fd), expected in ended.items():
            if expected and not fds.has_hung_up(fd, self.patience):
                raise Mismatch('{} has not ended'.format(self._name_of(what, fd)))
        poll = select.poll()
        watched = {}
        for (what, fd), expected in ended.items():
            if not expected:
                watched[fd.fileno()] = what, fd
                poll.register(fd.fileno(), 0)
        for number, _ in poll.poll(0):
            raise Mismatch('{} has ended'.format(self._name_of(*watched[number])))

    def _name_of(self, what, fd):
        known = self.trackers if what == 'place' else self.handles
        name, = (name for name, other in known.items() if other is fd)
        node = self.tree.nodes[name]
        return 'the {} of {}, which is {} ({}),'.format(what, name, node.state, node.error)

    def _readable(self):
        return [(name, node) for name, node in self.tree.nodes.items()
                if node.connected and node.owner is not None and name in self.objects]

    def _compare_states(self, names):
        """The states of these nodes, and of one more for every connection that owns none of them.
        All calls are sent before the first answer is read."""
        answers = {}
        asked = [(name, node) for name, node in self._readable() if name in names]
        barriers = {node.owner: (name, node) for name, node in self._readable()}
        for _, node in asked:
            barriers.pop(node.owner, None)
        asked += barriers.values()
        for name, node in asked:
            self.clients[node.owner].connection.call(
                contract.BUS_NAME, self.objects[name].path, contract.PROPERTIES, 'Get',
                STATE_OF_A_NODE, None, Gio.DBusCallFlags.NONE,
                self.patience * 1000, None, take_answer, (answers, name))
        loop.run_until(lambda: len(answers) == len(asked), 2 * self.patience)
        different = ['{} is {}, expected {}'.format(name, answers.get(name), node.state)
                     for name, node in asked if answers.get(name) != node.state]
        self._require(different)

    def _require(self, different):
        if different:
            raise Mismatch('; '.join(different))

    # --- the end ----------------------------------------------------------------------------------

    def finish(self):
        """Compares what is left to compare: every participant's settings, every failed node's
        error, and the tree as the inspector sees it."""
        self._compare_states(self.tree.nodes)
        for name, node in self._readable():
            if node.gone:
                self._both(lambda: self.tree.sync(name), lambda: self.objects[name].sync())
                self._require(compare.explanation(node, self.objects[name].explain()))
            elif node.kind == 'collection':
                self._do_check(name)
                if node.allocated and not node.held:
                    self._do_fetch(name, bundle=True)
        if not self.tree.root.gone:
            description = self.clients['c0'].describe_collection(self.collection_id)
            numbers = {int(os.path.basename(node.path)): name
                       for name, node in self.objects.items()}
            self._require(compare.description(self.tree, numbers, description))

    def clean_up(self, gently):
        """Leaves nothing of this tree, by releasing everything or by just letting go."""
        for name, node in self.tree.nodes.items():
            if gently and node.connected and node.owner is not None and name in self.objects:
                try:
                    self.objects[name].release()
                except CallError:
                    pass  # an earlier release has ended the tree, and this was its stored failure
        for handle in self.handles.values():
            handle.close()
        for buffers in self.buffers.values():
            for buffer in buffers.values():
                buffer.close()
        for tracker in self.trackers.values():
            tracker.close()


def take_answer(connection, result, answers_and_name):
    answers, name = answers_and_name
    try:
        answers[name] = connection.call_finish(result).unpack()[0]
    except GLib.Error as error:
        answers[name] = error.message
