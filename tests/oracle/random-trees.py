#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Random trees in lockstep: a daemon and the oracle (oracle.py) live through the same stories.

Every story is one collection: participants come, say what they need, go, die and are replaced at
random moments. After every action both sides must agree on every node. At the end the daemon must
hold nothing any more. A story in which they differ is shortened to the least that still differs,
and printed; it can be told again:

    SYSMEMD=build/daemon/sysmemd tests/oracle/random-trees.py --seed=7 --trees=100
    SYSMEMD=build/daemon/sysmemd tests/oracle/random-trees.py --replay=story.json
"""

import argparse
import json
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lib'))

from sysmemtest import chance, loop  # noqa: E402

from lockstep import PATIENCE, Lockstep, Mismatch  # noqa: E402
from stories import Storyteller  # noqa: E402
from themes import Theme  # noqa: E402
from world import World  # noqa: E402

QUICK_PATIENCE = 1
MOST_ATTEMPTS_TO_SHORTEN = 400


def live_through(world, actions, gently, patience=PATIENCE):
    """Performs the actions that actions (tree) yields, but for those that make no sense, since a
    shortened story may lack what they need. Returns those performed, and the difference if there
    is one."""
    story = Lockstep(world.clients, world.heaps, patience)
    told = []
    try:
        for action in actions(story.tree):
            if story.is_possible(action):
                told.append(action)
                story.perform(action)
        story.finish()
        return told, None
    except Mismatch as mismatch:
        return told, str(mismatch)
    finally:
        story.clean_up(gently)


def simpler(actions):
    """The same story with one thing less, in every way there is: an action, or what a participant
    said of one matter."""
    for position in reversed(range(len(actions))):
        yield actions[:position] + actions[position + 1:]
    for position, action in enumerate(actions):
        if action[-1] and isinstance(action[-1], dict):
            for key in action[-1]:
                said = {other: value for other, value in action[-1].items() if other != key}
                yield actions[:position] + [[*action[:-1], said]] + actions[position + 1:]


def shorten(world, actions):
    """Leaves out one thing after the other as long as the two sides still differ."""
    attempts = 0
    candidates = simpler(actions)
    while (candidate := next(candidates, None)) and attempts < MOST_ATTEMPTS_TO_SHORTEN:
        world.fresh_clients()
        told, difference = live_through(world, lambda _: candidate, False, QUICK_PATIENCE)
        attempts += 1
        if difference is not None:
            actions, candidates = told, simpler(told)
    return actions


def report(world, title, actions, difference):
    print('{}: {}\nshortening the story …'.format(title, difference))
    told = shorten(world, actions)
    world.fresh_clients()
    actions, shorter_difference = live_through(
        world, lambda _: told, False, QUICK_PATIENCE)
    print('{}\nreplay with --replay=FILE, FILE being:\n[\n{}\n]'.format(
        shorter_difference or 'the shortened story does not differ every time',
        ',\n'.join(' ' + json.dumps(action) for action in actions)), flush=True)


def tell_random_stories(world, seed, n_trees, most_failures):
    failures = n_actions = n_allocated = 0
    for number in range(n_trees):
        # Each story has a seed of its own, so that it can be told without those before it.
        rng = random.Random('{}/{}'.format(seed, number))
        teller = Storyteller(rng, Theme(rng, world.heaps))
        was_allocated = []

        def actions(tree):
            yield from teller.tell(tree)
            was_allocated.append(tree.settings is not None)

        told, difference = live_through(world, actions, gently=rng.random() < 0.8)
        n_actions += len(told)
        n_allocated += sum(was_allocated)
        if difference is not None:
            failures += 1
            report(world, 'tree {} of seed {}'.format(number, seed), told, difference)
            world.fresh_clients()
            if failures == most_failures:
                break
    print('{} trees, {} actions, {} trees were allocated, {} differ'.format(
        number + 1, n_actions, n_allocated, failures))
    return failures


def with_sizes(value):
    """What a participant said, from JSON, which has no tuples: sizes are pairs of numbers."""
    if isinstance(value, dict):
        return {key: with_sizes(below) for key, below in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) == 2 and all(isinstance(below, int) for below in value):
        return tuple(value)
    return [with_sizes(below) for below in value]


def check_that_nothing_is_left(world, fds_before):
    """The daemon learns of the last closed fds by itself; it has a few seconds for that."""
    world.fresh_clients()
    if not loop.poll_until(lambda: world.inspector.list_collections() == [], 5, 0.05):
        world.faults.append('collections are left: {}'.format(world.inspector.list_collections()))
    if not loop.poll_until(lambda: world.daemon.count_fds() <= fds_before, 5, 0.05):
        world.faults.append('the daemon holds {} fds, {} before'.format(
            world.daemon.count_fds(), fds_before))
    if world.daemon.memory_files():
        world.faults.append('the daemon holds {}'.format(world.daemon.memory_files()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seed', default=chance.seed())
    parser.add_argument('--trees', type=int, default=1000)
    parser.add_argument('--failures', type=int, default=1, help='stop after so many')
    parser.add_argument('--replay', metavar='FILE')
    args = parser.parse_args()

    start = time.monotonic()
    with World() as world:
        fds_before = world.daemon.count_fds()
        if args.replay:
            with open(args.replay) as file:
                actions = json.load(file, object_hook=with_sizes)
            _, difference = live_through(world, lambda _: actions, gently=True)
            world.faults += [difference] if difference else []
        else:
            print('seed {}'.format(args.seed), flush=True)
            if tell_random_stories(world, args.seed, args.trees, args.failures):
                world.faults.append('some trees differ')
        check_that_nothing_is_left(world, fds_before)
    print('{:.1f} s'.format(time.monotonic() - start))
    for fault in world.faults:
        print('FAULT: ' + fault)
    return 1 if world.faults else 0


if __name__ == '__main__':
    sys.exit(main())
