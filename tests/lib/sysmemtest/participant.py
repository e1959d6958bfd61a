#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A participant in a process of its own, which a test can kill at any stage.

    participant.py ADDRESS TOKEN-FD STAGE

It takes part up to the named stage, prints "ready" and does nothing from then on.
"""

import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from sysmemtest import fds  # noqa: E402
from sysmemtest.client import Client  # noqa: E402
from sysmemtest.constraints import CAMP, PAGE  # noqa: E402

# In this order; every stage keeps what the ones before it have got.
STAGES = ('holding', 'connected', 'opened', 'duplicated', 'grouped', 'bound', 'constrained',
          'waiting', 'allocated', 'mapped', 'bundled', 'tracking')
# Those that need everybody's constraints.
AFTER_ALLOCATION = ('allocated', 'mapped', 'bundled', 'tracking')


class Participant:
    def __init__(self, address, handle):
        self.address = address
        self.handle = handle
        # What is only kept alive.
        self.kept = []

    def holding(self):
        pass

    def connected(self):
        self.client = Client(self.address)

    def opened(self):
        self.token = self.client.open_token(self.handle)

    def duplicated(self):
        self.duplicate = self.token.duplicate()

    def grouped(self):
        self.group = self.token.create_group()
        self.kids = [self.group.create_child(), self.group.create_child()]
        self.group.all_children_present()

    def bound(self):
        self.collection = self.client.bind(self.token)
        self.others = [self.client.bind(token) for token in (self.duplicate, *self.kids)]

    def constrained(self):
        for collection in (self.collection, *self.others):
            collection.set_constraints(CAMP(1))

    def waiting(self):
        self.wait = self.collection.start_wait()
        self.client.barrier()

    def allocated(self):
        self.buffers = self.wait.result().buffers

    def mapped(self):
        self.kept.append(fds.map_shared(self.buffers[0].fd, PAGE, writable=True))

    def bundled(self):
        self.kept.append(self.collection.wait_once(bundle=True))

    def tracking(self):
        self.kept.append(self.collection.attach_lifetime_tracking(0))
        self.kept.append(self.collection.attach_node_tracking())


def main():
    address, number, last = sys.argv[1:]
    participant = Participant(address, fds.Fd(int(number)))
    for stage in STAGES:
        getattr(participant, stage)()
        if stage == last:
            break
    print('ready', flush=True)
    while True:
        signal.pause()


if __name__ == '__main__':
    main()
