#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Negotiations of a shell: create, bind, hold, exec; tokens by path and by inheritance."""

import json
import os
import pathlib
import signal
import sys

from cli import (CONSUMER, FAILED, NOT_FOUND, OK, PRODUCER, STUBBORN, SYSMEMCTL, TIMEOUT,
                 UNSATISFIABLE, USAGE, CliCase, main)

NODE_PATH = '/org/sysmem/Sysmem1/node/'
# Writes into every buffer that it inherits, and tells what it was told of them.
PAINTER = '''
import json, mmap, os
layout = json.loads(os.environ['SYSMEM_BUFFERS'])
for buffer in layout['buffers']:
    memory = mmap.mmap(buffer['fd'], layout['settings']['raw_size_bytes'])
    memory[0] = 1 + buffer['index']
print(json.dumps(layout))
'''


class TokenCase(CliCase):
    def setUp(self):
        super().setUp()
        self.producer = self.write_json('producer', PRODUCER)
        self.consumer = self.write_json('consumer', CONSUMER)

    def collections(self):
        return self.client().list_collections()


class Create(TokenCase):
    def test_paths(self):
        tokens = self.tool('create', '--name=frames', 'camera', 'shell').split()
        self.assertEqual(len(set(tokens)), 2)
        for token in tokens:
            self.assertTrue(token.startswith(NODE_PATH), token)
        collection, = self.collections()
        self.assertEqual((collection['name'], collection['nodes']), ('frames', 2))
        self.assertEqual([one['name'] for one in self.json('info', collection['id'])['tree']],
                         ['camera', 'shell'])

    def test_json(self):
        result = self.json('create', 'camera')
        self.assertEqual(result['id'], self.collections()[0]['id'])
        self.assertEqual(len(result['tokens']), 1)

    def test_too_many(self):
        said = self.complaint(FAILED, 'create', *(f'p{number}' for number in range(17)))
        self.assertIn('MaxFdsPerMessage', said)

    def test_nobody(self):
        self.assertIn('usage: sysmemctl create PARTICIPANT…', self.complaint(USAGE, 'create'))

    def test_program_inherits_handles(self):
        script = (f'set $SYSMEM_TOKENS; {SYSMEMCTL} bind $1 {self.producer} && '
                  f'{SYSMEMCTL} bind $2 {self.consumer}')
        first, second = self.tool('create', 'camera', 'shell', '--', 'sh', '-c', script).split()
        self.assertEqual(self.json('explain', first)['outcome'], 'allocated')
        self.assertEqual(self.json('explain', second)['outcome'], 'allocated')

    def test_program_that_drops_a_token(self):
        """The handle is the token's life, so the death of the program is the token's."""
        self.tool('create', 'camera', '--', 'true')
        self.poll_until(lambda: not self.collections())

    def test_no_program_after_all(self):
        self.assertTrue(self.tool('create', 'camera', '--').startswith(NODE_PATH))

    def test_program_is_left_its_signals(self):
        """GIO ignores SIGPIPE; a shell and what it runs do not expect that."""
        status = self.tool('create', 'camera', '--', 'grep', 'SigIgn', '/proc/self/status')
        self.assertEqual(int(status.split()[1], 16) & 1 << (signal.SIGPIPE - 1), 0)

    def test_program_s_status(self):
        self.tool('create', 'camera', '--', 'sh', '-c', 'exit 9', status=9)
        self.assertIn('cannot run /nowhere: ',
                      self.complaint(FAILED, 'create', 'camera', '--', '/nowhere'))


class Bind(TokenCase):
    def test_bind(self):
        token, _ = self.tool('create', 'camera', 'shell').split()
        self.assertEqual(self.tool('bind', token, self.producer), token + '\n')
        tree = self.json('info', self.collections()[0]['id'])['tree']
        self.assertEqual([(node['kind'], node['name']) for node in tree],
                         [('collection', 'producer'), ('token', 'shell')])

    def test_json(self):
        token = self.tool('create', 'camera').strip()
        self.assertEqual(self.json('bind', token, self.producer), {'collection': token})

    def test_refused_constraints_leave_the_token(self):
        token = self.tool('create', 'camera').strip()
        wrong = self.write_json('wrong', {'min_buffer_count': 1})
        self.assertIn('usage', self.complaint(FAILED, 'bind', token, wrong))
        self.tool('bind', token, self.producer)

    def test_no_such_token(self):
        self.complaint(NOT_FOUND, 'bind', NODE_PATH + '1', self.producer)
        self.assertIn('inherited no file descriptor 77',
                      self.complaint(NOT_FOUND, 'bind', 77, self.producer))
        self.assertIn('“x” is no token', self.complaint(USAGE, 'bind', 'x', self.producer))


class Hold(TokenCase):
    def test_hold_until_interrupted(self):
        token, other = self.tool('create', 'camera', 'shell').split()
        self.tool('bind', other, self.consumer)
        holder = self.start_tool('hold', '--json', token, self.producer)
        settings = json.loads(holder.stdout.readline())
        self.assertEqual(settings['buffer_count'], 3)
        info = self.json('info', settings['buffer_collection_id'])
        self.assertEqual([one['pid'] for one in info['buffers'][0]['holders']], [holder.pid])
        holder.send_signal(signal.SIGINT)
        self.assertEqual(holder.wait(TIMEOUT), OK)
        # It left cleanly: the other one is unharmed.
        self.assertEqual(self.json('explain', other)['outcome'], 'allocated')

    def test_table(self):
        token = self.tool('create', 'camera').strip()
        holder = self.start_tool('hold', token, self.producer)
        rows = [holder.stdout.readline() for _ in range(3)]
        self.assertEqual(self.table(''.join(rows))[1:],
                         [['Buffers', '2 × 460800 bytes'], ['Heap', 'system, memfd']])

    def test_the_others_fail(self):
        token, other = self.tool('create', 'camera', 'shell').split()
        self.tool('bind', other, self.consumer)
        holder = self.start_tool('hold', token, self.producer)
        self.assertIn('Collection', holder.stdout.readline())
        client = self.client()
        client.call(other, 'org.sysmem.Sysmem1.Node', 'Abandon', 'tired of it')
        self.assertEqual(holder.wait(TIMEOUT), FAILED)
        self.assertIn('tired of it', holder.stderr.read())

    def test_disagreement(self):
        token, other = self.tool('create', 'camera', 'shell').split()
        self.tool('bind', other, self.write_json('stubborn', STUBBORN))
        self.assertEqual(self.complaint(UNSATISFIABLE, 'hold', token, self.producer),
                         'no common pixel format: stubborn offers P010; producer accepts NV12, XR24')


class Exec(TokenCase):
    def paint(self, token):
        return json.loads(self.tool('exec', token, self.producer, '--', sys.executable, '-c',
                                    PAINTER))

    def test_buffers_are_inherited(self):
        token, other = self.tool('create', 'camera', 'shell').split()
        holder = self.start_tool('hold', '--json', other, self.consumer)
        layout = self.paint(token)
        self.assertEqual(set(layout), {'buffers', 'image', 'settings'})
        self.assertEqual(layout['buffers'],
                         [{'index': index, 'fd': 3 + index} for index in range(3)])
        self.assertEqual(layout['image'], {
            'pixel_format': 'NV12:0x0', 'width': 640, 'height': 480,
            'planes': [{'offset': 0, 'stride': 768, 'rows': 480},
                       {'offset': 480 * 768, 'stride': 768, 'rows': 240}]})
        self.assertEqual(json.loads(holder.stdout.readline()), layout['settings'])
        # The other one sees what was painted.
        self.assertEqual(sorted(self.first_bytes(holder.pid)), [1, 2, 3])

    def first_bytes(self, pid):
        """Of every buffer that a process has open."""
        for entry in pathlib.Path(f'/proc/{pid}/fd').iterdir():
            if 'memfd:sysmem-' in os.readlink(entry):
                yield entry.read_bytes()[0]

    def test_raw_bytes_have_no_image(self):
        self.producer = self.write_json('raw', {
            'usage': ['cpu-write'], 'min_buffer_count': 1,
            'buffer_memory_constraints': {'min_size_bytes': 64}})
        layout = self.paint(self.tool('create', 'camera').strip())
        self.assertEqual(set(layout), {'buffers', 'settings'})

    def test_many_buffers(self):
        self.producer = self.write_json('many', {**PRODUCER, 'min_buffer_count': 64})
        self.assertEqual(len(self.paint(self.tool('create', 'camera').strip())['buffers']), 64)

    def test_inherited_token(self):
        script = f'{SYSMEMCTL} exec $SYSMEM_TOKENS {self.producer} -- sh -c "ls -l /proc/self/fd/3"'
        self.assertIn('/memfd:sysmem-', self.tool('create', 'camera', '--', 'sh', '-c', script))

    def test_status_is_the_program_s(self):
        for script, status in (('exit 7', 7), ('kill -9 $$', 128 + 9)):
            with self.subTest(script=script):
                token = self.tool('create', 'camera').strip()
                self.tool('exec', token, self.producer, '--', 'sh', '-c', script, status=status)

    def test_it_leaves_cleanly(self):
        token, other = self.tool('create', 'camera', 'shell').split()
        self.tool('bind', other, self.consumer)
        self.tool('exec', token, self.producer, '--', 'true')
        self.assertEqual(self.json('explain', other)['outcome'], 'allocated')

    def test_terminate_is_passed_on(self):
        token = self.tool('create', 'camera').strip()
        script = 'trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done'
        process = self.start_tool('exec', token, self.producer, '--', 'sh', '-c', script)
        self.assertEqual(process.stdout.readline(), 'ready\n')
        process.terminate()
        self.assertEqual(process.wait(TIMEOUT), 5)

    def test_usage(self):
        token = self.tool('create', 'camera').strip()
        self.assertIn('which program', self.complaint(USAGE, 'exec', token, self.producer))


if __name__ == '__main__':
    main()
