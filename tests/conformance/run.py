#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs conformance cases, each on both kinds of bus, and prints TAP.

    run.py --list [FILE…]               the names of all cases, or of those in some files
    run.py 065-group-priority           one case; its number alone will do
    run.py --bus=dbus-broker 065 067    on one kind of bus only
    run.py --address=unix:path=… 065    against a daemon that runs already

A case is a method test_NNN_words of a class in one of the files here; its name is NNN-words.
$SYSMEMD says which daemon to start.
"""

import argparse
import collections
import importlib
import pathlib
import re
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]

DEFINITION = re.compile(r'^class (\w+)|^    def (test_\w+)', re.MULTILINE)


def find_cases(paths):
    """{name: (module, class, method)}, read from the sources: the build asks for the names when it
    is configured, where nothing else needs to be installed yet."""
    cases = {}
    for path in paths:
        class_name = None
        for in_class, method in DEFINITION.findall(path.read_text()):
            class_name = in_class or class_name
            if method:
                name = method.removeprefix('test_').replace('_', '-')
                cases[name] = (path.stem, class_name, method)
    numbers = collections.Counter(name.split('-')[0] for name in cases)
    number, n_cases = max(numbers.items(), key=lambda item: item[1])
    if n_cases > 1:
        raise SystemExit('{} cases have number {}'.format(n_cases, number))
    return dict(sorted(cases.items()))


def select(cases, wanted):
    """The cases of these names, or numbers."""
    for word in wanted:
        matches = [name for name in cases if word in (name, name.split('-')[0])]
        if not matches:
            raise SystemExit('no such case: {} (see --list)'.format(word))
        yield from matches


def run_case(location, bus_kind, address):
    """Runs one case once: (directive or None, text for people)."""
    import unittest

    module, class_name, method = location
    case = getattr(importlib.import_module(module), class_name)(method)
    case.bus_kind = bus_kind
    case.foreign_address = address
    result = unittest.TestResult()
    try:
        case.run(result)
    except KeyboardInterrupt:
        raise SystemExit(130)
    except Exception:  # a bug of the fixture itself
        return 'not ok', traceback.format_exc()
    problems = [text for _, text in result.failures + result.errors]
    if problems:
        return 'not ok', '\n'.join(problems)
    if result.skipped:
        return 'skip', result.skipped[0][1]
    return 'ok', ''


def comment(text):
    return ''.join('# {}\n'.format(line) for line in text.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--list', action='store_true', help='print the names of all cases')
    parser.add_argument('--bus', choices=['dbus-daemon', 'dbus-broker', 'both'], default='both')
    parser.add_argument('--address', help='of a bus on which a daemon runs already')
    parser.add_argument('case', nargs='*')
    options = parser.parse_args()

    if options.list and options.case:
        print('\n'.join(find_cases([pathlib.Path(path) for path in options.case])))
        return 0
    cases = find_cases(sorted(HERE.glob('cases_*.py')))
    if options.list:
        print('\n'.join(cases))
        return 0

    from sysmemtest import bus

    kinds = [kind for name, kind in bus.KINDS.items() if options.bus in (name, 'both')]
    if options.address:
        kinds = kinds[:1]
    runs = [(name, kind) for name in select(cases, options.case or cases) for kind in kinds]
    print('1..{}'.format(len(runs)), flush=True)
    n_failed = 0
    for number, (name, kind) in enumerate(runs, 1):
        outcome, text = run_case(cases[name], kind, options.address)
        where = 'the given bus' if options.address else kind.name
        n_failed += outcome == 'not ok'
        directive = ' # SKIP ' + text if outcome == 'skip' else ''
        sys.stdout.write('{} {} - {} on {}{}\n'.format(
            'not ok' if outcome == 'not ok' else 'ok', number, name, where, directive))
        if outcome == 'not ok':
            sys.stdout.write(comment('{} failed on {}:\n{}'.format(name, where, text)))
        sys.stdout.flush()
    return 1 if n_failed else 0


if __name__ == '__main__':
    sys.exit(main())
