#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Random sets of participants: the oracle, CheckConstraints and a real negotiation must agree on
what they settle, or on why they cannot.

    SYSMEMD=build/daemon/sysmemd tests/oracle/check-constraints.py --seed=7 --sets=100
"""

import argparse
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lib'))

from sysmemtest import chance  # noqa: E402
from sysmemtest.wire import CallError  # noqa: E402

import compare  # noqa: E402
import oracle  # noqa: E402
import solver  # noqa: E402
from themes import Theme  # noqa: E402
from world import World  # noqa: E402


def by_oracle(participants, heaps):
    """Settings, or the name of an error."""
    try:
        checked = [solver.check(constraints) for constraints in participants]
        return solver.negotiate(checked, heaps)
    except solver.Refused:
        return oracle.DEVIATION
    except solver.DoesNotFit:
        return oracle.EMPTY


def by_dry_run(connection, participants):
    try:
        return connection.check_constraints(
            [('participant {}'.format(number), constraints)
             for number, constraints in enumerate(participants)])
    except CallError as error:
        return error


def by_negotiation(connection, participants):
    root, tokens = connection.allocate_shared(
        rights_attenuation_masks=[0x80000000] * (len(participants) - 1))
    nodes = [root, *tokens]
    try:
        for number, constraints in enumerate(participants):
            nodes[number] = nodes[number].bind(constraints=constraints)
        allocation = nodes[0].wait()
        allocation.close()
        return allocation.info
    except CallError as error:
        return error
    finally:
        for node in nodes:
            try:
                node.release()
            except CallError:
                pass  # it failed with the others when an earlier one was released


def difference(actual, expected):
    """A sentence, or None."""
    if isinstance(expected, str) or isinstance(actual, CallError):
        if isinstance(expected, str) and isinstance(actual, CallError) and actual.name == expected:
            return None
        return 'says {}, expected {}'.format(actual, expected)
    return '; '.join(compare.settings(actual, expected)) or None


def compare_set(connection, heaps, participants, really):
    expected = by_oracle(participants, heaps)
    dry = by_dry_run(connection, participants)
    found = [('CheckConstraints', difference(dry, expected))]
    if really:
        real = by_negotiation(connection, participants)
        found.append(('the negotiation', difference(real, expected)))
    return isinstance(expected, solver.Settings), \
        ['{} {}'.format(who, what) for who, what in found if what]


def shorten(connection, heaps, participants):
    """Leaves out participants as long as somebody still differs."""
    for number in reversed(range(len(participants))):
        fewer = participants[:number] + participants[number + 1:]
        if fewer and compare_set(connection, heaps, fewer, True)[1]:
            participants = fewer
    return participants


def compare_random_sets(world, seed, n_sets, real_every, most_failures):
    connection = world.clients['c0']
    agreed = failures = 0
    for number in range(n_sets):
        rng = random.Random('{}/{}'.format(seed, number))
        theme = Theme(rng, world.heaps)
        participants = [theme.constraints() for _ in range(rng.randint(1, 5))]
        settled, faults = compare_set(connection, world.heaps, participants,
                                      number % real_every == 0)
        agreed += settled
        if faults:
            failures += 1
            fewer = shorten(connection, world.heaps, participants)
            print('set {} of seed {}: {}\nthe least that differs: {}\nparticipants:'.format(
                number, seed, '; '.join(faults),
                '; '.join(compare_set(connection, world.heaps, fewer, True)[1])))
            for participant in fewer:
                print('  {!r},'.format(participant), flush=True)
            if failures == most_failures:
                break
    print('{} sets, {} of them can agree, {} differ'.format(number + 1, agreed, failures))
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seed', default=chance.seed())
    parser.add_argument('--sets', type=int, default=3000)
    parser.add_argument('--real-every', type=int, default=10, metavar='SETS')
    parser.add_argument('--failures', type=int, default=1, help='stop after so many')
    args = parser.parse_args()
    print('seed {}'.format(args.seed), flush=True)
    with World() as world:
        if compare_random_sets(world, args.seed, args.sets, args.real_every, args.failures):
            world.faults.append('some sets differ')
    for fault in world.faults:
        print('FAULT: ' + fault)
    return 1 if world.faults else 0


if __name__ == '__main__':
    sys.exit(main())
