#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One collection in full, how it came about, and negotiations that are only tried."""

import os

from cli import (CONSUMER, NOT_FOUND, PRODUCER, STUBBORN, UNSATISFIABLE, USAGE, CliCase, FAILED,
                 main)
from sysmemtest.constraints import CAMP, PAGE

INFO_KEYS = {'id', 'name', 'state', 'heap', 'buffer_count', 'size_bytes', 'uid', 'age_usec',
             'nodes', 'tree', 'buffers', 'waiting_for', 'explanation'}
NODE_KEYS = {'node', 'parent', 'kind', 'state', 'connected', 'name', 'id', 'pid', 'uid', 'weak',
             'failure_mode', 'rights', 'age_usec'}


class Described(CliCase):
    def waiting(self):
        """A camera that has answered and waits for a shell, which has not."""
        camera, shell = self.client('camera'), self.client('shell')
        root = camera.allocate_shared()
        token = shell.open_token(root.duplicate())
        token.set_debug_client_info('shell', 7)
        collection = camera.bind(root, constraints=CAMP(2))
        return collection, shell, token

    def allocated(self):
        collection, shell, token = self.waiting()
        other = shell.bind(token, constraints=CAMP(1))
        return collection, collection.wait(), other.wait()


class Info(Described):
    def test_waiting(self):
        collection, _, _ = self.waiting()
        facts, tree = self.tool('info', collection.collection_id).split('\n\n')
        self.assertIn(['Waiting for', 'shell (7)'], self.table(facts))
        heading, root, child = self.table(tree)
        self.assertEqual(heading, ['NODE', 'KIND', 'STATE', 'WHO', 'PID', 'USER', 'RIGHTS',
                                   'ASKS FOR'])
        self.assertEqual(root[1:5], ['collection', 'ready', 'camera', str(os.getpid())])
        self.assertEqual(child[1:4], ['token', 'waiting', 'shell (7)'])
        # A child stands to the right of its parent.
        lines = tree.splitlines()
        self.assertEqual([len(line) - len(line.lstrip()) for line in lines[1:]], [0, 2])

    def test_allocated(self):
        collection, kept, _ = self.allocated()
        facts, tree, buffers = self.tool('info', collection.collection_id).split('\n\n')
        for row in (['State', 'allocated'], ['Buffers', f'3 × {PAGE} bytes'],
                    ['Memory', '12.0 KiB'], ['Heap', 'system, memfd'],
                    ['Coherency domain', 'cpu']):
            self.assertIn(row, self.table(facts))
        self.assertIn('cpu-', self.table(tree)[1][-1])
        rows = self.table(buffers)
        self.assertEqual(rows[0], ['BUFFER', 'INODE', 'HELD BY'])
        inode = str(os.fstat(kept.buffers[0].fd.fileno()).st_ino)
        self.assertEqual(rows[1][:2], ['0', inode])
        self.assertIn(f'({os.getpid()})', rows[1][2])

    def test_json(self):
        collection, _, _ = self.waiting()
        info = self.json('info', collection.collection_id)
        self.assertEqual(set(info), INFO_KEYS)
        self.assertEqual(info['waiting_for'], [{'name': 'shell', 'id': 7}])
        root, child = info['tree']
        self.assertEqual(set(root), NODE_KEYS | {'constraints'})
        self.assertEqual(set(child), NODE_KEYS)
        self.assertEqual(child['parent'], root['node'])

    def test_json_of_buffers(self):
        collection, _, _ = self.allocated()
        info = self.json('info', collection.collection_id)
        self.assertEqual(set(info), INFO_KEYS | {'settings'})
        self.assertEqual(info['settings']['size_bytes'], PAGE)
        self.assertIn(os.getpid(), [holder['pid'] for holder in info['buffers'][0]['holders']])

    def test_json_of_constraints_can_be_negotiated(self):
        collection, _, _ = self.waiting()
        constraints = self.json('info', collection.collection_id)['tree'][0]['constraints']
        self.tool('negotiate', self.write_json('again', constraints))

    def test_dot(self):
        collection, _, token = self.waiting()
        token.set_debug_client_info('a"b\\c', 0)
        text = self.tool('info', '--dot', collection.collection_id)
        self.assertTrue(text.startswith(f'digraph collection_{collection.collection_id} {{\n'))
        self.assertTrue(text.endswith('}\n'))
        root = collection.path.rpartition('/')[2]
        child = token.path.rpartition('/')[2]
        self.assertIn(f'  n{root} -> n{child} [style=solid];\n', text)
        self.assertIn(r'[label="a\"b\\c\n', text)
        self.assertRegex(text, rf'n{child} \[.*shape=ellipse, color=orange')
        self.assertRegex(text, rf'n{root} \[.*shape=box, color=black')

    def test_not_found(self):
        self.assertEqual(self.complaint(NOT_FOUND, 'info', 5),
                         'id: there is no collection 5 that you may see')

    def test_usage(self):
        self.assertIn('“x” is not the id of a collection', self.complaint(USAGE, 'info', 'x'))
        self.assertIn('usage: sysmemctl info ID', self.complaint(USAGE, 'info'))


class Explain(Described):
    def test_pending(self):
        collection, _, _ = self.waiting()
        number = collection.collection_id
        self.assertEqual(self.tool('explain', number), 'pending: waiting for shell (7)\n')
        explanation = self.json('explain', number)
        self.assertEqual(explanation['outcome'], 'pending')
        self.assertEqual(explanation['waiting_for'], [{'name': 'shell', 'id': 7}])

    def test_allocated(self):
        client = self.client()
        producer = self.write_json('producer', PRODUCER)
        consumer = self.write_json('consumer', CONSUMER)
        tokens = self.tool('create', 'producer', 'consumer').split()
        for token, path in zip(tokens, (producer, consumer)):
            self.tool('bind', token, path)
        number = client.list_collections()[0]['id']
        self.assertEqual(self.tool('explain', number).splitlines()[0], 'allocated')
        self.assertIn(['pixel-format', 'XR24:0x0', 'consumer does not offer it'],
                      self.table(self.tool('explain', number)))
        self.assertEqual(self.tool('explain', tokens[0]), self.tool('explain', number))

    def test_failed_node(self):
        producer = self.write_json('producer', PRODUCER)
        tokens = self.tool('create', 'producer', 'stubborn').split()
        number = self.client().list_collections()[0]['id']
        for token, path in zip(tokens, (producer, self.write_json('stubborn', STUBBORN))):
            self.tool('bind', token, path)
        text = self.tool('explain', tokens[0])
        self.assertIn('failed: no common pixel format: producer offers NV12, XR24; stubborn '
                      'accepts P010\n', text)
        self.assertIn('\nimage_format_constraints.pixel_formats: no common pixel format\n', text)
        self.assertIn(['stubborn', 'P010:0x0'], self.table(text))
        self.assertEqual(self.json('explain', tokens[0])['outcome'], 'failed')
        self.assertEqual(self.tool('explain', number), text)
        self.assertIn(['State', 'failed'], self.table(self.tool('info', number)))

    def test_without_a_tree(self):
        client = self.client()
        collection = client.bind(client.allocate_shared(), constraints=CAMP(1))
        kept = collection.wait()
        number = collection.collection_id
        collection.release()
        self.assertIn('only while somebody takes part in it',
                      self.complaint(FAILED, 'explain', number))
        self.assertIn(['State', 'released'], self.table(self.tool('info', number)))
        self.assertTrue(kept.buffers[0].fd.is_open)

    def test_not_found(self):
        self.assertEqual(self.complaint(NOT_FOUND, 'explain', 5),
                         'id: there is no collection 5 that you may see; what became of one that '
                         'is gone is in the log: journalctl -u sysmemd SYSMEM_COLLECTION=5')
        self.complaint(NOT_FOUND, 'explain', '/org/sysmem/Sysmem1/node/5')


class Negotiate(CliCase):
    def test_agreement(self):
        files = [self.write_json('producer', PRODUCER), self.write_json('consumer', CONSUMER)]
        facts, dropped = self.tool('negotiate', *files).split('\n\n')
        for row in (['Buffers', '3 × 552960 bytes'], ['Pixel format', 'NV12:0x0'],
                    ['Color space', 'rec709'], ['Smallest image', '640×480'],
                    ['Bytes per row', 'at least 768, multiples of 256']):
            self.assertIn(row, self.table(facts))
        self.assertIn(['pixel-format', 'XR24:0x0', 'consumer does not offer it'],
                      self.table(dropped))
        result = self.json('negotiate', *files)
        self.assertEqual(set(result), {'outcome', 'settings', 'conflicts', 'rejected'})
        self.assertEqual((result['outcome'], result['settings']['buffer_count']), ('allocated', 3))

    def test_conflict(self):
        files = [self.write_json('producer', PRODUCER), self.write_json('stubborn', STUBBORN)]
        sentence = ('no common pixel format: producer offers NV12, XR24; stubborn accepts P010')
        self.assertEqual(self.complaint(UNSATISFIABLE, 'negotiate', *files), sentence)
        text = self.tool('negotiate', *files, status=UNSATISFIABLE)
        self.assertIn(['stubborn', 'P010:0x0'], self.table(text))
        result = self.json('negotiate', *files, status=UNSATISFIABLE)
        self.assertEqual(set(result), {'outcome', 'error', 'message', 'conflicts', 'rejected'})
        self.assertEqual((result['outcome'], result['message']), ('failed', sentence))
        self.assertEqual([party['name'] for party in result['conflicts'][0]['participants']],
                         ['producer', 'stubborn'])

    def test_names_in_the_files(self):
        files = [self.write_json('a', {'name': 'camera', **PRODUCER}),
                 self.write_json('b', {'name': 'shell', **STUBBORN})]
        self.assertIn('camera offers NV12, XR24; shell accepts P010',
                      self.complaint(UNSATISFIABLE, 'negotiate', *files))

    def test_nothing_is_left_behind(self):
        self.tool('negotiate', self.write_json('producer', PRODUCER))
        self.assertEqual(self.json('list'), [])

    def test_bad_files(self):
        missing = os.path.join(self.bus.directory, 'none.json')
        self.assertIn(missing, self.complaint(FAILED, 'negotiate', missing))
        wrong = self.write_json('wrong', {'usage': ['cpu-read'], 'colour': 'red'})
        self.assertEqual(self.complaint(FAILED, 'negotiate', wrong), f'{wrong}: colour: unknown key')
        self.complaint(USAGE, 'negotiate')


if __name__ == '__main__':
    main()
