# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What is this buffer? And what may be done with it?"""

import itertools
import os

from sysmemtest import fds
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CAMP, PAGE, PICKY
from sysmemtest.contract import READ, SETTINGS_TYPES
from sysmemtest.fds import Fd


class BufferInfo(SysmemCase):
    def test_079_get_buffer_info(self):
        client = self.client()
        stranger = client.allocate_buffers(PICKY(2 * PAGE))
        # An absent flag and one that is explicitly false are the same.
        flags = {True: (True,), False: (None, False)}
        for match, weak, settings, check, fits in itertools.product((False, True), repeat=5):
            wanted = PICKY(PAGE if fits else 2 * PAGE, camping=0)
            options = {
                'need_weak': self.random.choice(flags[weak]),
                'need_settings': self.random.choice(flags[settings]),
                'constraints_to_check': wanted if check else None}
            with self.subTest(match=match, weak=weak, settings=settings, check=check, fits=fits):
                self._one_collection(client, stranger.fds[0] if match else None, options, fits)

    def _one_collection(self, client, stranger, options, fits):
        root = self.root()
        token = self.dup(root)
        token.set_weak()
        strong, weak = self.bind(root, constraints=CAMP(10)), self.bind(token, constraints=CAMP(0))
        weak.set_weak_ok()
        ours, theirs = strong.wait(), weak.wait()
        number = strong.get_buffer_collection_id()
        strong.release()
        strong.client.close()
        for buffer in ours.buffers:
            self._assert_info(client, buffer, ours, number, stranger, options, fits)
        for buffer in ours.buffers[::2]:
            buffer.close()
            self.assert_hangs_up(theirs.buffers[buffer.index].close_weak_asap)
        for buffer in theirs.buffers:
            info = client.get_buffer_info(buffer.fd.dup())
            self.assertEqual((info['buffer_collection_id'], info['buffer_index']),
                             (number, buffer.index))
            self.assertIn('close_weak_asap', info)
            if buffer.index % 2 == 0:
                with self.refused('NoMoreStrongHandles'):
                    client.get_buffer_info(buffer.fd, need_weak=True)
            else:
                client.get_buffer_info(buffer.fd, need_weak=True)

    def _assert_info(self, client, buffer, ours, number, stranger, options, fits):
        info = client.get_buffer_info(buffer.fd.dup(), **options)
        self.assertEqual((info['buffer_collection_id'], info['buffer_index']),
                         (number, buffer.index))
        self.assertEqual('weak_fd' in info, bool(options['need_weak']))
        self.assertEqual('close_weak_asap' in info, bool(options['need_weak']))
        if options['need_weak']:
            self.assertEqual(fds.identity(info['weak_fd']), fds.identity(buffer.fd))
        self.assertEqual(info.get('constraints_ok'),
                         fits if options['constraints_to_check'] else None)
        expected = {key: ours.info[key] for key in SETTINGS_TYPES if key in ours.info}
        self.assertEqual(info.get('settings'), expected if options['need_settings'] else None)
        self.assertNotIn('settings_match', info)
        if stranger is not None:
            for other, ignore_size, same in ((ours.buffers[1].fd, None, True),
                                             (stranger, False, False), (stranger, True, True)):
                info = client.get_buffer_info(buffer.fd, settings_to_check=other,
                                              settings_to_check_ignore_size=ignore_size, **options)
                self.assertEqual(info['settings_match'], same)

    def test_401_what_is_no_buffer_of_ours(self):
        client = self.client()
        ours = client.allocate_buffers(PICKY(PAGE)).fds[0]
        memfd = Fd(os.memfd_create('sysmem', os.MFD_CLOEXEC))
        os.ftruncate(memfd.fileno(), PAGE)
        pipe = [Fd(number) for number in os.pipe()]
        token = self.root()
        for foreign in (memfd, *pipe, Fd(os.open('/dev/null', os.O_RDWR)), token.handle):
            with self.refused('NotFound'):
                client.get_buffer_info(foreign)
            with self.refused('NotFound'):
                client.get_buffer_info(ours, settings_to_check=foreign)

    def test_402_a_path_only_fd_is_not_enough(self):
        client = self.client()
        ours = client.allocate_buffers(PICKY(PAGE)).fds[0]
        path_only = Fd(os.open('/proc/self/fd/{}'.format(ours.fileno()), os.O_PATH))
        with self.refused('HandleAccessDenied'):
            client.get_buffer_info(path_only)
        with self.refused('HandleAccessDenied'):
            client.get_buffer_info(ours, settings_to_check=path_only)

    def test_403_a_weak_fd_has_no_more_access_than_the_one_given(self):
        root = self.root()
        reader = self.dup(root, READ)
        writing = self.bind(root, constraints=PICKY(PAGE))
        reading = self.bind(reader, constraints=PICKY(PAGE))
        client = self.client()
        for collection, writable in ((writing, True), (reading, False)):
            weak = client.get_buffer_info(collection.wait().fds[0], need_weak=True)['weak_fd']
            self.assertEqual(fds.is_writable(weak), writable)

    def test_404_a_weak_fd_from_info_is_weak(self):
        collection = self.single()
        collection.set_constraints(PICKY(PAGE))
        buffer, = collection.wait().buffers
        client = self.client()
        info = client.get_buffer_info(buffer.fd, need_weak=True)
        tracker = collection.attach_lifetime_tracking(0)
        collection.release()
        client.barrier()
        self.assert_silent(info['close_weak_asap'])
        self.assertIn('close_weak_asap', client.get_buffer_info(info['weak_fd']))
        self.assertNotIn('close_weak_asap', client.get_buffer_info(buffer.fd))
        buffer.close()
        self.assert_hangs_up(info['close_weak_asap'])
        client.barrier()
        self.assert_silent(tracker)
        info['weak_fd'].close()
        self.assert_hangs_up(tracker)

    def test_405_constraints_to_check_ignore_counts(self):
        client = self.client()
        ours = client.allocate_buffers(PICKY(PAGE)).fds[0]
        for says, fits in ((PICKY(PAGE, camping=100), True),
                           (PICKY(PAGE, min_buffer_count=128), True),
                           (PICKY(PAGE, max_buffer_count=1, camping=1), True),
                           (PICKY(2 * PAGE), False),
                           (PICKY(PAGE, ['none']), True),
                           (PICKY(PAGE, memory={'dma_buf_required': True}), False),
                           ({}, True)):
            info = client.get_buffer_info(ours, constraints_to_check=says)
            self.assertEqual(info['constraints_ok'], fits, says)
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            client.get_buffer_info(ours, constraints_to_check=PICKY(PAGE, max_buffer_count=0))

    def test_406_buffers_are_known_as_long_as_they_exist(self):
        collection = self.single()
        collection.set_constraints(PICKY(PAGE))
        buffer, = collection.wait().buffers
        number = collection.get_buffer_collection_id()
        collection.drop()
        client = self.client()
        info = client.get_buffer_info(buffer.fd, need_settings=True)
        self.assertEqual((info['buffer_collection_id'], info['buffer_index']), (number, 0))
        self.assertEqual(info['settings']['size_bytes'], PAGE)

    def test_407_duplicates_and_reopened_fds_are_the_buffer_too(self):
        client = self.client()
        ours = client.allocate_buffers(PICKY(PAGE)).fds[0]
        again = Fd(os.open('/proc/self/fd/{}'.format(ours.fileno()), os.O_RDONLY))
        for fd in (ours, ours.dup(), again):
            self.assertEqual(client.get_buffer_info(fd)['buffer_index'], 0)
