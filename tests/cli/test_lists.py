#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What there is: list, heaps, clients, limits, version; and what every command has in common."""

import os
import pwd

from cli import FAILED, OK, USAGE, CliCase, main
from sysmemtest import polkit
from sysmemtest.case import NOBODY, needs_root
from sysmemtest.constraints import CAMP, PAGE

USER = pwd.getpwuid(os.geteuid()).pw_name
LIST_KEYS = {'age_usec', 'buffer_count', 'heap', 'id', 'name', 'nodes', 'size_bytes', 'state',
             'uid'}


class List(CliCase):
    def allocated(self):
        """A collection called frames with two buffers, and the client that holds it."""
        client = self.client('camera')
        collection = client.bind(client.allocate_shared())
        collection.set_name(5, 'frames')
        collection.set_constraints(CAMP(2))
        return collection, collection.wait()

    def test_nothing(self):
        self.assertEqual(self.tool('list'), 'There is no collection that you may see.\n')
        self.assertEqual(self.json('list'), [])

    def test_table(self):
        collection, _ = self.allocated()
        heading, row = self.table(self.tool('list'))
        self.assertEqual(heading, ['ID', 'NAME', 'STATE', 'HEAP', 'BUFFERS', 'BYTES', 'NODES',
                                   'AGE', 'USER'])
        self.assertEqual(row[:7], [str(collection.collection_id), 'frames', 'allocated', 'system',
                                   '2', '8.0 KiB', '1'])
        self.assertEqual(row[8], USER)

    def test_no_command_lists(self):
        self.allocated()
        self.assertIn('frames', self.tool())

    def test_json(self):
        collection, _ = self.allocated()
        entry, = self.json('list')
        self.assertEqual(set(entry), LIST_KEYS)
        self.assertEqual((entry['id'], entry['state'], entry['size_bytes'], entry['uid']),
                         (collection.collection_id, 'allocated', 2 * PAGE, os.geteuid()))

    def test_names_do_not_command_the_terminal(self):
        collection, _ = self.allocated()
        collection.set_name(6, 'a\x1b[2Jb\nc\u202ed')
        self.assertIn(r'a\x1b[2Jb c\u202ed', self.tool('list'))
        self.assertEqual(self.json('list')[0]['name'], 'a\x1b[2Jb\nc\u202ed')

    def test_wide_characters_keep_columns_aligned(self):
        first, _ = self.allocated()
        second, _ = self.allocated()
        second.set_name(6, '相机')
        lines = self.tool('list').splitlines()
        places = {line.index('allocated') for line in lines[1:]}
        # Two characters take four columns: one line has two characters less before it.
        self.assertEqual(max(places) - min(places), 2)


class Others(CliCase):
    def test_heaps(self):
        heading, row = self.table(self.tool('heaps'))[:2]
        self.assertEqual(heading, ['HEAP', 'TYPE', 'DOMAINS', 'CONTIGUOUS', 'SECURE', 'CPU',
                                   'READ-ONLY', 'FORMATS'])
        self.assertEqual(row[:6], ['system', 'memfd', 'cpu ram inaccessible', 'no', 'no', 'yes'])
        heap = self.json('heaps')[0]
        self.assertEqual((heap['name'], heap['buffer_type'], heap['secure']),
                         ('system', 'memfd', False))

    def test_clients(self):
        client = self.client('camera')
        client.allocate_shared()
        entry, = [one for one in self.json('clients') if one['name'] == client.name]
        self.assertEqual((entry['debug_name'], entry['pid'], entry['nodes'], entry['trees']),
                         ('camera', os.getpid(), 1, 1))
        row, = [row for row in self.table(self.tool('clients')) if row[0] == client.name]
        self.assertEqual(row[1:6], ['camera', str(os.getpid()), USER, '1', '1'])

    def test_limits(self):
        limits = self.json('limits')
        self.assertEqual(limits['MaxFdsPerMessage'], 16)
        rows = dict(self.table(self.tool('limits'))[1:])
        self.assertEqual({key: str(value) for key, value in limits.items()}, rows)

    def test_version(self):
        versions = self.json('version')
        self.assertEqual(set(versions), {'sysmemctl', 'sysmemd'})
        self.assertEqual(self.tool('version').split(),
                         ['sysmemctl', versions['sysmemctl'], 'sysmemd', versions['sysmemd']])
        self.assertEqual(self.tool('--version'), self.tool('version'))


class OthersCollections(CliCase):
    bus_kind = polkit.Bus
    ALLOW_USER_INTERACTION = 1

    @needs_root
    def test_permission_is_asked_for_on_demand(self):
        authority = polkit.Authority(self.bus.address, [])
        self.addCleanup(authority.close)
        self.client('owner').allocate_shared()
        self.assertEqual(self.json('list', user=NOBODY), [])
        self.assertEqual([flags for *_, flags in authority.asked], [0])
        authority.allowed.add('org.sysmem.Sysmem1.inspect-others')
        authority.asked.clear()
        self.assertEqual(len(self.json('list', '--all', user=NOBODY)), 1)
        self.assertEqual([flags for *_, flags in authority.asked], [self.ALLOW_USER_INTERACTION])


class CommandLine(CliCase):
    def test_usage(self):
        for arguments, said in ((['tell'], 'there is no command “tell”'),
                                (['list', 'more'], 'usage: sysmemctl list'),
                                (['--nonsense'], '--nonsense'),
                                (['list', '--nonsense'], '--nonsense'),
                                (['--bus=nowhere', 'list'], '--bus=nowhere is neither')):
            with self.subTest(arguments=arguments):
                self.assertIn(said, self.complaint(USAGE, *arguments))

    def test_options_stand_anywhere(self):
        address = '--bus=' + self.bus.address
        elsewhere = {'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nowhere'}
        self.assertEqual(self.tool(address, '--json', 'list', environment=elsewhere), '[]\n')
        self.assertEqual(self.tool('list', '--json', address, environment=elsewhere), '[]\n')

    def test_which_bus(self):
        nowhere = 'unix:path=/nowhere'
        for bus, environment in (('system', {}),
                                 ('session', {'DBUS_SESSION_BUS_ADDRESS': self.bus.address,
                                              'DBUS_SYSTEM_BUS_ADDRESS': nowhere})):
            with self.subTest(bus=bus):
                self.tool('--bus=' + bus, 'list', environment=environment)
        self.tool('list', environment={'DBUS_SESSION_BUS_ADDRESS': self.bus.address,
                                       'DBUS_SYSTEM_BUS_ADDRESS': nowhere,
                                       'SYSMEM_BUS': 'session'})

    def test_help(self):
        text = self.tool('--help')
        for command in ('list', 'heaps', 'version'):
            self.assertIn(f'\n  {command} ', text)
            self.assertIn(f'sysmemctl [OPTION…] {command}', self.tool(command, '--help'))


class WithoutDaemon(CliCase):
    has_daemon = False

    def test_absent(self):
        said = self.complaint(FAILED, 'list')
        self.assertEqual(said, 'sysmemd is not running (the system bus), and the bus does not know '
                               'how to start it; --bus chooses another bus')

    def test_own_version_is_told(self):
        run = self.run_tool('version')
        self.assertEqual(run.returncode, FAILED)
        self.assertRegex(run.stdout, r'\Asysmemctl \d+\.\d+\.\d+\n\Z')
        self.assertIn('sysmemd is not running', run.stderr)

    def test_no_bus(self):
        said = self.complaint(FAILED, '--bus=unix:path=/nowhere', 'list')
        self.assertIn('unix:path=/nowhere cannot be reached: ', said)

    def test_help_needs_no_daemon(self):
        self.assertEqual(self.run_tool('list', '--help').returncode, OK)


if __name__ == '__main__':
    main()
