#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Consumers and producers are stopped and killed at random moments; nothing of them is left."""

import os
import random
import signal
import time

from pipelines import NEVER, TIMEOUT, PipelineCase, main
from sysmemtest import chance, loop
from sysmemtest.client import Client

NV12 = 'video/x-raw,format=NV12,width=320,height=240,framerate=200/1'
ENDLESS = f'videotestsrc pattern=ball ! {NV12}'
SOON = 200 * 10**6  # nanoseconds


def count_open(pid):
    """The process's sockets, buffers and files. (What GLib makes for whoever waits comes and goes.)"""
    folder = f'/proc/{pid}/fd'
    count = 0
    for number in os.listdir(folder):
        try:
            count += not os.readlink(f'{folder}/{number}').startswith('anon_inode:')
        except FileNotFoundError:
            pass  # closed since
    return count


class Accidents(PipelineCase):
    def setUp(self):
        super().setUp()
        seed = chance.seed()
        print(f'SYSMEM_TEST_SEED={seed}', flush=True)
        self.dice = random.Random(seed)

    def assert_comes_true(self, what, expected):
        """Soon, if not yet: the kernel and the daemon clean up after the dead in their own time."""
        loop.poll_until(lambda: what() == expected, TIMEOUT)
        self.assertEqual(what(), expected)

    def assert_no_more_than(self, before, survivors):
        """Some of what was open then may have been about to be closed."""
        self.assert_comes_true(
            lambda: [pid for pid, n in zip(survivors, before) if count_open(pid) > n], [])

    def assert_nothing_is_left(self):
        inspector = Client(self.bus.address)
        self.addCleanup(inspector.close)
        self.assert_comes_true(inspector.list_collections, [])
        self.assert_comes_true(self.daemon.memory_files, [])

    def await_some_moment(self, pipeline):
        """TRUE: frames have come by then. Otherwise it may not even have begun."""
        if self.dice.random() < 0.6:
            pipeline.wait_for_frames(self.dice.randrange(1, 30))
            return True
        time.sleep(self.dice.uniform(0, 0.5))  # to be anywhere on its way
        return False

    def stop_for_a_while(self, producer, victim):
        """A consumer that is stopped is named; it may go on afterwards."""
        producer.set('stall-timeout', SOON)
        victim.kill(signal.SIGSTOP)
        told = producer.wait_for('message', 'sysmem-consumer-stalled', pid=victim.pid)
        self.assertEqual(told['comm'], 'run-pipeline')
        producer.set('stall-timeout', NEVER)
        if self.dice.random() < 0.5:
            victim.kill(signal.SIGCONT)
            victim.wait_for_frames(self.dice.randrange(1, 30))

    def test_consumers(self):
        producer = self.produce(ENDLESS, 'sync=false')
        steady = self.consume()
        steady.wait_for_frames(20)
        survivors = producer.pid, steady.pid
        before = [count_open(pid) for pid in survivors]
        for _ in range(8):
            victim = self.consume()
            if self.await_some_moment(victim) and self.dice.random() < 0.5:
                self.stop_for_a_while(producer, victim)
            victim.kill()
            steady.wait_for_frames(self.dice.randrange(1, 50))
        self.assert_comes_true(lambda: len(producer.stats()['consumers']), 1)
        self.assert_no_more_than(before, survivors)
        stats = producer.stats()
        self.assertEqual((stats['copied'], stats['unseen'], stats['generations']), (0, 0, 1))
        steady.wait_for_frames(50)
        steady.quit()
        producer.quit()
        self.assert_nothing_is_left()

    def show_for_a_while(self, consumers):
        """A new producer, until all have seen some of its frames."""
        producer = self.produce(ENDLESS, 'sync=false')
        for _ in consumers:
            producer.wait_for('message', 'sysmem-consumer-joined')
        for consumer in consumers:
            consumer.wait_for_frames(self.dice.randrange(1, 50))
        return producer

    def test_producers(self):
        consumers = [self.consume('on-disconnect=reconnect') for _ in range(2)]
        survivors = [consumer.pid for consumer in consumers]
        producer = self.show_for_a_while(consumers)
        before = [count_open(pid) for pid in survivors]
        producer.kill()
        for _ in range(5):
            if self.dice.random() < 0.6:
                producer = self.show_for_a_while(consumers)
            else:
                producer = self.produce(ENDLESS, 'sync=false')
                time.sleep(self.dice.uniform(0, 0.5))  # to be anywhere on their way
            if self.dice.random() < 0.5:
                producer.kill(signal.SIGSTOP)
                time.sleep(self.dice.uniform(0, 0.3))
                producer.kill(self.dice.choice((signal.SIGCONT, signal.SIGSTOP)))
            producer.kill()
        producer = self.show_for_a_while(consumers)
        self.assert_no_more_than(before, survivors)
        producer.kill()
        producer = self.produce(f'videotestsrc num-buffers=100 ! {NV12}')
        for consumer in consumers:
            consumer.finish()
        producer.quit()
        self.assert_nothing_is_left()


if __name__ == '__main__':
    main()
