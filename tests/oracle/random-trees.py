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

from sysmemtest import bus, client, daemon, loop  # noqa: E402

from lockstep import PATIENCE, Lockstep, Mismatch  # noqa: E402
from randomness import Storyteller, Theme  # noqa: E402

QUICK_PATIENCE = 1
MOST_ATTEMPTS_TO_SHORTEN = 400


class World:
    """A daemon on a bus of its own, and the connections the participants share."""

    def __init__(self):
        self.bus = bus.DbusDaemon()
        self.daemon = daemon.Daemon(self.bus)
        self.clients = {}
        self.inspector = client.Client(self.bus.address)
        self.heaps = [{'name': name, **properties}
                      for name, properties in self.inspector.list_heaps().items()]

    def fresh_clients(self):
        for old in self.clients.values():
            old.close()
        self.clients = {name: client.Client(self.bus.address)
                        for name in Storyteller.CONNECTIONS}

    def is_empty(self):
        return self.inspector.list_collections() == []

    def stop(self):
        for connection in (*self.clients.values(), self.inspector):
            connection.close()
        faults = self.daemon.stop()
        self.bus.stop()
        return faults


def live_through(world, actions, gently, patience=PATIENCE):
    """Performs actions; returns those performed and the difference, if there is one."""
    story = Lockstep(world.clients, world.heaps, patience)
    told = []
    try:
        for action in actions(story):
            told.append(action)
            story.perform(action)
        story.finish()
        return told, None
    except Mismatch as mismatch:
        return told, str(mismatch)
    finally:
        story.clean_up(gently)


def replay(actions):
    """What live_through () takes, from a list; leaves out what has become impossible."""
    return lambda story: (action for action in actions if story.is_possible(action))


def shorten(world, actions):
    """Leaves out one action after the other as long as the two sides still differ."""
    attempts = 0
    position = len(actions) - 1
    while position >= 0 and attempts < MOST_ATTEMPTS_TO_SHORTEN:
        world.fresh_clients()
        shorter = actions[:position] + actions[position + 1:]
        told, difference = live_through(world, replay(shorter), False, QUICK_PATIENCE)
        attempts += 1
        if difference is not None:
            actions = told
            position = min(position, len(actions))
        position -= 1
    return actions


def report(world, title, actions, difference):
    print('{}: {}\nshortening the story …'.format(title, difference))
    actions = shorten(world, actions)
    world.fresh_clients()
    actions, shorter_difference = live_through(world, replay(actions), False, QUICK_PATIENCE)
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

        def actions(story):
            yield from teller.tell(story.tree)
            was_allocated.append(story.tree.settings is not None)

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


def check_that_nothing_is_left(world, fds_before):
    """The daemon learns of the last closed fds by itself; it has a few seconds for that."""
    world.fresh_clients()
    faults = []
    if not loop.poll_until(world.is_empty, 5, 0.05):
        faults.append('collections are left: {}'.format(world.inspector.list_collections()))
    if not loop.poll_until(lambda: world.daemon.count_fds() <= fds_before, 5, 0.05):
        faults.append('the daemon holds {} fds, {} before'.format(
            world.daemon.count_fds(), fds_before))
    if world.daemon.memory_files():
        faults.append('the daemon holds {}'.format(world.daemon.memory_files()))
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seed', default=str(random.randrange(2**32)))
    parser.add_argument('--trees', type=int, default=1000)
    parser.add_argument('--failures', type=int, default=1, help='stop after so many')
    parser.add_argument('--replay', metavar='FILE')
    args = parser.parse_args()

    world = World()
    world.fresh_clients()
    fds_before = world.daemon.count_fds()
    start = time.monotonic()
    if args.replay:
        with open(args.replay) as file:
            actions = json.load(file)
        _, difference = live_through(world, replay(actions), gently=True)
        faults = [difference] if difference else []
    else:
        print('seed {}'.format(args.seed), flush=True)
        failures = tell_random_stories(world, args.seed, args.trees, args.failures)
        faults = ['{} trees differ'.format(failures)] if failures else []
    print('{:.1f} s'.format(time.monotonic() - start))
    faults += check_that_nothing_is_left(world, fds_before)
    faults += world.stop()
    for fault in faults:
        print('FAULT: ' + fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
