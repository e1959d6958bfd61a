# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Random stories of trees: what happens next, chosen from what is possible at that moment."""

from themes import SAME_RIGHTS
from world import CONNECTIONS


class Storyteller:
    """Chooses what happens next to a tree."""

    # What is wanted of a story while it grows, while it is brought to its allocation, and after.
    PHASES = {
        'grow': {'duplicate': 5, 'group': 2, 'child': 5, 'present': 2, 'dispensable': 1.5,
                 'bind': 3, 'constrain': 3, 'release': 0.4, 'abandon': 0.1, 'drop': 0.15,
                 'lose': 0.1, 'attach': 1.5, 'weak': 0.2, 'weak-ok': 0.3, 'open': 0.4,
                 'check': 0.3},
        'agree': {'child': 1, 'present': 5, 'bind': 10, 'constrain': 10, 'release': 0.4,
                  'drop': 0.05, 'attach': 0.3, 'open': 0.2},
        'live': {'duplicate': 1, 'group': 0.4, 'child': 1, 'present': 2, 'bind': 5, 'constrain': 5,
                 'release': 2, 'abandon': 0.5, 'drop': 0.7, 'lose': 0.4, 'attach': 4, 'fetch': 4,
                 'close': 2, 'weak-ok': 1, 'dispensable': 0.3, 'check': 1, 'weak': 0.3},
    }

    def __init__(self, rng, theme):
        self.rng = rng
        self.theme = theme
        self.n_nodes = 1
        self.most_nodes = 14
        self.lengths = {'grow': rng.randint(2, 14), 'agree': 60, 'live': rng.randint(0, 12)}
        self.weights = self.PHASES
        if self.theme.chance(0.1):
            self._favour('weak', 'weak-ok', 'fetch', 'release', 'close')

    def _favour(self, *verbs):
        """Makes this a story about something in particular."""
        self.weights = {phase: {verb: 5 * weight if verb in verbs else weight
                                for verb, weight in weights.items()}
                        for phase, weights in self.PHASES.items()}

    def tell(self, tree):
        """Yields one action after the other; the tree changes in between."""
        if self.theme.chance(0.04):
            yield from self._tell_of_choices(tree)
        for phase, length in self.lengths.items():
            for _ in range(length):
                if tree.root.gone or (phase == 'agree' and tree.root.allocated):
                    break
                action = self._choose(tree, self.weights[phase])
                if action is None:
                    break
                yield action

    def _tell_of_choices(self, tree):
        """Groups in groups, as many combinations as may be tried or a few more, of which only some
        fit into the root's number of buffers: often none, or the last one."""
        rng = self.rng
        for _ in range(rng.choice([3, 5, 6, 6, 6, 7])):
            tokens = [node for node in tree.nodes.values() if node.kind == 'token']
            token = tree.root if self.theme.chance(0.7) else rng.choice(tokens)
            group, *children = self._new_names(1 + rng.choice([2, 2, 2, 2, 2, 3]))
            yield ['group', token.name, group]
            for child in children:
                yield ['child', group, child, SAME_RIGHTS]
            yield ['present', group]
        for node in list(tree.nodes.values()):
            if node.kind == 'token':
                wanted = {'usage': ['cpu-read'],
                          'min_buffer_count_for_camping': rng.choice([0, 1, 1])}
                if node.parent is None:
                    wanted['buffer_memory_constraints'] = {'min_size_bytes': 1}
                    wanted['max_buffer_count'] = rng.randint(1, 4)
                self.theme.name_heap(wanted)
                yield ['bind', node.name, None, wanted]

    def _new_names(self, count):
        self.n_nodes += count
        return ['n{}'.format(self.n_nodes - count + i) for i in range(count)]

    def _choose(self, tree, weights):
        choices = [(verb, node) for node in tree.nodes.values() for verb in self._verbs(node, tree)
                   if verb in weights]
        if not choices:
            return None
        amount = [sum(1 for other, _ in choices if other == verb) for verb, _ in choices]
        verb, node = self.rng.choices(
            choices, [weights[verb] / n for (verb, _), n in zip(choices, amount)])[0]
        return self._action(verb, node)

    def _verbs(self, node, tree):
        """What may be done with a node; seldom also what will be refused."""
        if not node.connected:
            return ['close'] if node.held else []
        nonsense = self.theme.chance(0.02)
        if node.gone and not nonsense:
            return ['close'] if node.held else []
        if node.kind == 'token':
            return self._token_verbs(node, tree)
        verbs = ['release', 'abandon', 'lose']
        roomy = len(tree.nodes) < self.most_nodes
        if node.kind == 'group':
            if not node.all_present or nonsense:
                verbs += ['child'] * roomy + (['present'] if node.children or nonsense else [])
                verbs += ['weak']
            return verbs
        verbs += ['check'] + ['attach'] * roomy * (not node.weak or nonsense)
        if not node.has_constraints or nonsense:
            verbs += ['constrain', 'weak']
        if node.allocated and not node.has_waited and not node.held:
            verbs += ['fetch']
        if node.held:
            verbs += ['close']
        if not node.has_waited or nonsense:
            verbs += ['weak-ok']
        return verbs

    def _token_verbs(self, token, tree):
        verbs = ['bind', 'open', 'drop']
        if token.owner is not None:
            verbs += ['dispensable', 'release', 'abandon', 'weak', 'weak-ok']
            if len(tree.nodes) < self.most_nodes:
                verbs += ['duplicate', 'group']
        return verbs

    def _action(self, verb, node):
        rng = self.rng
        action = [verb, node.name]
        if verb in ('duplicate', 'group', 'child', 'attach'):
            action += self._new_names(1)
            if verb != 'group':
                action.append(self.theme.mask())
        elif verb == 'bind':
            by_path = node.owner is not None and self.theme.chance(0.3)
            said = self.theme.constraints(is_late(node)) if self.theme.chance(0.7) else None
            action += [None if by_path else rng.choice(CONNECTIONS), said]
        elif verb == 'constrain':
            action.append(self.theme.constraints(is_late(node)))
        elif verb == 'open':
            action.append(rng.choice(CONNECTIONS))
        elif verb == 'lose':
            action[1] = node.owner
        elif verb == 'weak-ok':
            action.append(self.theme.chance(0.5))
        elif verb == 'fetch':
            action.append(self.theme.chance(0.3))
        elif verb == 'close':
            action.append(sorted(rng.sample(sorted(node.held), rng.randint(1, len(node.held)))))
        return action


def is_late(node):
    """Below an attached token?"""
    while node is not None:
        if node.mode == 'isolate':
            return True
        node = node.parent
    return False
