#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The live view: as a table, as JSON, and as a whole screen."""

import json
import os
import re
import signal
import time

from cli import OK, SYSMEMCTL, TIMEOUT, USAGE, CliCase, Daemon, main
from sysmemtest.constraints import CAMP, PAGE
from terminal import Terminal

KEYS = {'id', 'name', 'state', 'heap', 'buffer_count', 'size_bytes', 'uid', 'age_usec', 'nodes',
        'buffers_left', 'holders', 'waiting_for'}


class TopCase(CliCase):
    def allocate(self, n, name):
        client = self.client('camera')
        collection = client.bind(client.allocate_shared())
        collection.set_name(5, name)
        collection.set_constraints(CAMP(n))
        return collection, collection.wait()

    def wait_for(self, name):
        """A collection of which one participant has answered and one has not."""
        client = self.client('camera')
        root = client.allocate_shared()
        other = root.duplicate()
        other.set_debug_client_info(name, 0)
        return client.bind(root, constraints=CAMP(1)), other


class Batch(TopCase):
    def test_table(self):
        small, kept_small = self.allocate(1, 'small')
        large, kept_large = self.allocate(3, 'large')
        waiting, _ = self.wait_for('shell')
        lines = self.tool('top', '--once').splitlines()
        self.assertRegex(lines[0], r'\Asysmemd [\d.]+: 3 collections, 16\.0\sKiB\Z')
        heading, first, second, third = self.table('\n'.join(lines[1:]))
        self.assertEqual(heading, ['ID', 'NAME', 'STATE', 'BYTES', 'BUFFERS', 'AGE', 'HELD BY',
                                   'WAITING FOR'])
        self.assertEqual(first[:5], [str(large.collection_id), 'large', 'allocated', '12.0 KiB',
                                     '3/3'])
        self.assertIn(f'({os.getpid()})', first[6])
        self.assertEqual(second[:2], [str(small.collection_id), 'small'])
        self.assertEqual((third[0], third[-1]), (str(waiting.collection_id), 'shell'))
        self.assertEqual((len(kept_small.buffers), len(kept_large.buffers)), (1, 3))

    def test_buffers_that_are_gone(self):
        collection, kept = self.allocate(3, 'frames')
        number = collection.collection_id
        collection.release()
        kept.buffers[0].close()
        self.poll_until(lambda: '2/3' in self.tool('top', '--once'))
        self.assertEqual(self.json('info', number)['state'], 'released')

    def test_json(self):
        collection, kept = self.allocate(2, 'frames')
        top = self.json('top', '--once')
        self.assertEqual(set(top), {'size_bytes', 'collections'})
        entry, = top['collections']
        self.assertEqual(set(entry), KEYS)
        self.assertEqual((top['size_bytes'], entry['id'], entry['buffers_left']),
                         (2 * PAGE, collection.collection_id, 2))
        self.assertEqual([holder['pid'] for holder in entry['holders']], [os.getpid()])
        self.assertEqual(len(kept.buffers), 2)

    def test_stream(self):
        """Without a terminal it goes on; a change is told at once, whatever the interval."""
        process = self.start_tool('top', '--json', '--interval=3600')
        self.assertEqual(json.loads(process.stdout.readline())['collections'], [])
        _, kept = self.allocate(2, 'frames')
        self.assertEqual(json.loads(process.stdout.readline())['size_bytes'], 2 * PAGE)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(TIMEOUT), OK)
        self.assertEqual(len(kept.buffers), 2)

    def test_a_daemon_that_is_asked_before_it_was_heard_to_leave(self):
        process = self.start_tool('top', '--json', '--interval=0.1')
        self.assertEqual(json.loads(process.stdout.readline())['collections'], [])
        process.send_signal(signal.SIGSTOP)
        self.stop_daemon()
        time.sleep(0.2)  # its next look is due before it hears of that
        process.send_signal(signal.SIGCONT)
        self.daemon = Daemon(self.bus)
        _, kept = self.allocate(2, 'frames')
        while json.loads(process.stdout.readline())['size_bytes'] == 0:
            pass
        self.assertEqual(len(kept.buffers), 2)

    def test_usage(self):
        self.assertIn('--interval=0 is not within', self.complaint(USAGE, 'top', '--interval=0'))


class Screen(TopCase):
    def top(self, *arguments, **options):
        terminal = Terminal(self.bus.directory, [SYSMEMCTL, 'top', *arguments], self.environment(),
                            **options)
        self.addCleanup(terminal.close)
        return terminal

    def shown(self, lines):
        """A screen with what differs from run to run replaced by its kind."""
        text = '\n'.join(lines)
        text = re.sub(r'sysmemd [\d.]+:', 'sysmemd VERSION:', text)
        text = re.sub(r'(?m)^ *\d{6,}', 'NUMBER', text)
        text = re.sub(r'(?m)^ *ID  ', 'ID      ', text)
        text = re.sub(r'\S+ \(\d+\)', 'HOLDER', text)
        text = re.sub(r' +\d+ s  ', '  TIME  ', text)
        # Columns are as wide as what was replaced.
        return re.sub(r' {2,}', '  ', text).split('\n')

    def test_screen(self):
        _, kept = self.allocate(3, 'frames')
        waiting, token = self.wait_for('shell')
        terminal = self.top()
        expected = [
            'sysmemd VERSION: 2 collections, 12.0 KiB',
            '',
            'ID  NAME  STATE  BYTES  BUFFERS  AGE  HELD BY  WAITING FOR',
            'NUMBER  frames  allocated  12.0 KiB  3/3  TIME  HOLDER',
            'NUMBER  waiting  0 bytes  0/0  TIME  shell',
            '', '', '', '', '', '',
            'q: quit']
        # Who looks at the screen is a child of this process, and shortly holds what this one does.
        terminal.wait_until(lambda screen: self.shown(screen) == expected)
        self.assertEqual(len(kept.buffers), 3)
        # Whoever was missing answers: the screen follows.
        token.client.bind(token, constraints=CAMP(1))
        terminal.wait_until(lambda screen: screen[0].endswith('2 collections, 20.0 KiB'))
        self.assertEqual(waiting.state, 'allocated')
        terminal.type('q')
        self.assertEqual(terminal.wait_for_end(), OK)

    def test_resize(self):
        self.wait_for('shell')
        terminal = self.top()
        terminal.wait_until(lambda screen: screen[-1] == 'q: quit')
        terminal.resize(20, 6)
        lines = terminal.wait_until(lambda screen: len(screen) == 6 and screen[5] == 'q: quit')
        self.assertLessEqual(max(map(len, lines)), 20)
        terminal.resize(100, 12)
        terminal.wait_until(lambda screen: len(screen) == 12 and 'WAITING FOR' in screen[2])

    def test_more_than_fit(self):
        kept = [self.allocate(1, f'frames{number}') for number in range(8)]
        terminal = self.top(lines=7)
        lines = terminal.wait_until(lambda screen: screen[-1] == 'q: quit')
        self.assertIn('8 collections', lines[0])
        self.assertEqual(len(lines), 7)
        self.assertEqual(len(kept), 8)

    def test_daemons_come_and_go(self):
        terminal = self.top()
        terminal.wait_until(lambda screen: '0 collections' in screen[0])
        self.stop_daemon()
        terminal.wait_until(lambda screen: screen[0] == 'sysmemd has left the bus; waiting for it')
        self.daemon = Daemon(self.bus)
        terminal.wait_until(lambda screen: '0 collections' in screen[0])
        terminal.type('C-c')
        self.assertEqual(terminal.wait_for_end(), OK)


if __name__ == '__main__':
    main()
