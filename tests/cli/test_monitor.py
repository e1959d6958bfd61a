#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Hearing of what happens, across the life of daemons."""

import json
import signal

from cli import OK, TIMEOUT, CliCase, Daemon, main
from sysmemtest.constraints import CAMP


class Monitor(CliCase):
    def next_event(self, process):
        return json.loads(process.stdout.readline())

    def monitor(self):
        process = self.start_tool('monitor', '--json')
        self.assertEqual(self.next_event(process)['what'], 'started')
        return process

    def finish(self, process):
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(TIMEOUT), OK)
        self.assertEqual(process.stderr.read(), '')

    def test_events(self):
        process = self.monitor()
        client = self.client()
        collection = client.bind(client.allocate_shared(), constraints=CAMP(1))
        number = collection.collection_id
        event = self.next_event(process)
        self.assertEqual(set(event), {'time', 'id', 'what'})
        self.assertEqual((event['id'], event['what']), (number, 'allocated'))
        collection.release()
        self.assertEqual(self.next_event(process)['what'], 'ended')
        self.finish(process)

    def test_lines(self):
        process = self.start_tool('monitor')
        self.assertRegex(process.stdout.readline(), r'\A\d\d:\d\d:\d\d  started\n\Z')
        client = self.client()
        collection = client.bind(client.allocate_shared(), constraints=CAMP(1))
        self.assertRegex(process.stdout.readline(),
                         rf'\A\d\d:\d\d:\d\d  {collection.collection_id}  allocated\n\Z')

    def test_nobody_reads_any_more(self):
        process = self.monitor()
        process.stdout.close()
        client = self.client()
        collection = client.bind(client.allocate_shared(), constraints=CAMP(1))
        self.assertEqual(process.wait(TIMEOUT), -signal.SIGPIPE)
        collection.release()

    def test_daemons_come_and_go(self):
        process = self.monitor()
        self.stop_daemon()
        self.assertEqual(self.next_event(process)['what'], 'stopped')
        self.daemon = Daemon(self.bus)
        self.assertEqual(self.next_event(process)['what'], 'started')
        client = self.client()
        client.bind(client.allocate_shared(), constraints=CAMP(1))
        self.assertEqual(self.next_event(process)['what'], 'allocated')
        self.finish(process)


if __name__ == '__main__':
    main()
