# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Constraints: buffer counts."""

from sysmemtest import fds
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import (CPU_RW, EMPTY, NO_MAXIMUM, NV12, PAGE, PICKY, RAW, constraints,
                                    domains)

SLACK = ('min_buffer_count_for_camping', 'min_buffer_count_for_dedicated_slack',
         'min_buffer_count_for_shared_slack')


class BufferCounts(SysmemCase):
    def _assert_raw(self, allocation, count, domain='cpu'):
        info = allocation.info
        self.assertEqual((allocation.count, allocation.size), (count, 65536))
        self.assertFalse(info['is_physically_contiguous'] or info['is_secure'])
        self.assertEqual(info['coherency_domain'], domain)
        self.assertIsNone(allocation.image)
        self.assertEqual([fds.object_size(fd) for fd in allocation.fds], [65536] * count)

    def test_003_token_one_participant_no_image_constraints(self):
        collection = self.single()
        collection.set_constraints(RAW(3))
        self._assert_raw(collection.wait(), 3)

    def test_007_min_buffer_count(self):
        collection = self.single()
        collection.set_constraints(RAW(3, min_buffer_count=5))
        self.assertEqual(collection.wait().count, 5)

    def test_011_multiple_participants(self):
        root = self.root()
        tokens = [root, self.dup(root), self.dup(root)]
        other = self.client()
        collections = [self.bind(tokens[0]), other.bind(tokens[1]), other.bind(tokens[2])]
        c1, c2, c3 = collections
        size = 512 * 512 * 3 // 2

        def says(side):
            memory = {'min_size_bytes': 65536, 'max_size_bytes': size, **domains('cpu')}
            return constraints(CPU_RW, 3, memory, [NV12(side, side)])

        c1.set_constraints(says(256))
        c3.set_constraints(EMPTY)
        for _ in range(512):
            c1.sync()
        for collection in (c1, c2):
            with self.refused('Pending'):
                collection.check()
        c2.set_constraints(says(512))
        one, two, three = [collection.wait() for collection in collections]
        c1.check()
        c2.check()
        self.assertEqual([a.count for a in (one, two, three)], [6, 6, 6])
        self.assertGreaterEqual(one.size, size)
        self.assertFalse(one.info['is_physically_contiguous'] or one.info['is_secure'])
        self.assertIsNotNone(one.image)
        for ours, theirs in zip(one.buffers, two.buffers):
            self.assertEqual(fds.identity(ours.fd), fds.identity(theirs.fd))
            self.assertNotEqual(ours.fd.fileno(), theirs.fd.fileno())
            self.assertLessEqual(ours.usable_start + one.size, fds.object_size(ours.fd))
        self.assertEqual(len({fds.identity(fd) for fd in one.fds}), 6)
        self.assertEqual([buffer.index for buffer in three.buffers], list(range(6)))
        self.assertEqual(three.fds, [None] * 6)
        self.assertEqual(one.info, two.info)
        self.assertEqual(one.info, three.info)

    def test_043_too_many_buffers(self):
        for count in (2**30 // PAGE, 129):
            client = self.client()
            collection = client.allocate_non_shared(constraints=constraints(
                ['cpu-read'], memory={'min_size_bytes': PAGE, **domains('cpu')},
                min_buffer_count=count))
            self.assert_no_agreement(collection)
            self.assertEqual(client.allocate_buffers(PICKY(PAGE)).count, 1)

    def test_271_the_largest_number_of_buffers(self):
        collection = self.single()
        collection.set_constraints(PICKY(PAGE, camping=128))
        allocation = collection.wait()
        self.assertEqual((allocation.count, len(allocation.buffers)), (128, 128))
        self.assertEqual(len({fds.identity(fd) for fd in allocation.fds}), 128)

    def test_272_camping_and_dedicated_add_up_and_shared_does_not(self):
        def says(*slack):
            return PICKY(PAGE, camping=0, **dict(zip(SLACK, slack)))

        for slacks, minimum, expected in (
                (((2, 1, 3), (1, 2, 2)), 0, 9),
                (((1, 0, 0), (0, 1, 0), (0, 0, 5)), 0, 7),
                (((2, 1, 3), (1, 2, 2)), 8, 9),
                (((2, 1, 3), (1, 2, 2)), 12, 12)):
            participants = [says(*slack) for slack in slacks]
            participants.append(PICKY(PAGE, camping=0, min_buffer_count=minimum))
            participants.append(PICKY(PAGE, camping=0, min_buffer_count=1))
            collections = self.negotiate(*participants)
            self.assertEqual([collection.wait().count for collection in collections],
                             [expected] * len(collections))

    def test_273_max_buffer_count_is_everybodys(self):
        for maxima, fits in (((5, None), True), ((None, 5), True), ((4, None), False),
                             ((4, 6), False)):
            limits = [{} if maximum is None else {'max_buffer_count': maximum}
                      for maximum in maxima]
            collections = self.negotiate(PICKY(PAGE, camping=2, **limits[0]),
                                         PICKY(PAGE, camping=3, **limits[1]))
            if fits:
                self.assertEqual([collection.wait().count for collection in collections], [5, 5])
            else:
                self.assert_no_agreement(*collections)

    def test_274_counts_beyond_all_measure(self):
        collections = self.negotiate(PICKY(PAGE, camping=NO_MAXIMUM),
                                     PICKY(PAGE, camping=NO_MAXIMUM))
        self.assert_no_agreement(*collections)
        self.assert_service_works()

    def test_275_nobody_wants_a_buffer(self):
        self.assert_no_agreement(*self.negotiate(PICKY(PAGE, camping=0), PICKY(PAGE, camping=0)))
        self.assert_no_agreement(*self.negotiate(EMPTY, EMPTY))

    def test_276_contradictory_counts_are_refused(self):
        collection = self.single()
        for says, field in ((PICKY(PAGE, max_buffer_count=0), 'max_buffer_count'),
                            (PICKY(PAGE, min_buffer_count=3, max_buffer_count=2),
                             'max_buffer_count')):
            with self.refused('ProtocolDeviation', field):
                collection.set_constraints(says)
            self.assertEqual(collection.state, 'waiting')
        collection.set_constraints(PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1)
