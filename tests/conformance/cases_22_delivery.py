# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""How buffers reach a client: batches, bundles, descriptions, rights."""

import mmap
import os
import subprocess
import sys

from sysmemtest import contract, fds, loop
from sysmemtest.case import NOBODY, SysmemCase, daemon_config, needs_root
from sysmemtest.client import Client
from sysmemtest.constraints import CAMP, EMPTY, PAGE, PICKY, to_variant
from sysmemtest.contract import ALL_ONES, READ, SAME_RIGHTS, WRITE
from sysmemtest.raw import RawClient, arguments
from sysmemtest.wire import CallError, GLib


def indices(buffers):
    return [buffer.index for buffer in buffers]


class Batches(SysmemCase):
    def _collection(self, n, usage=None):
        collection = self.bind(self.root())
        collection.set_constraints(PICKY(PAGE, usage, camping=n))
        return collection

    def test_441_batches_of_sixteen(self):
        collection = self._collection(20)
        first = collection.wait_once()
        self.assertEqual((first.count, indices(first.buffers)), (20, list(range(16))))
        for start, count, expected in ((16, 4, range(16, 20)), (16, 100, range(16, 20)),
                                       (0, 20, range(16)), (3, 16, range(3, 19)),
                                       (19, 1, [19]), (5, 2, [5, 6])):
            batch = collection.get_buffers(start, count)
            self.assertEqual(indices(batch), list(expected))
        known = {buffer.index: fds.identity(buffer.fd) for buffer in first.buffers}
        for buffer in collection.get_buffers(0, 16):
            self.assertEqual(fds.identity(buffer.fd), known[buffer.index])
        for start in (20, 21, 2**32 - 1):
            with self.refused('ProtocolDeviation', 'first'):
                collection.get_buffers(start, 1)

    def test_442_weak_buffers_take_two_places(self):
        root = self.root()
        token = self.dup(root)
        token.set_weak()
        strong = self.bind(root, constraints=CAMP(0))
        weak = self.bind(token, constraints=CAMP(10))
        self.assertEqual(indices(weak.wait_once().buffers), list(range(8)))
        self.assertEqual(indices(weak.get_buffers(8, 2)), [8, 9])
        self.assertEqual(indices(strong.wait_once().buffers), list(range(10)))

    def test_443_buffers_without_fds_need_no_batches(self):
        root = self.root()
        child = self.dup(root)
        strong = self.bind(root, constraints=CAMP(128))
        empty = self.bind(child, constraints=EMPTY)
        allocation = empty.wait_once()
        self.assertEqual(indices(allocation.buffers), list(range(128)))
        self.assertEqual(set(allocation.fds), {None})
        strong.wait_once()

    def test_444_allocate_buffers(self):
        client = self.client()
        allocation = client.allocate_buffers(PICKY(PAGE, camping=16))
        self.assertEqual((allocation.count, indices(allocation.buffers)), (16, list(range(16))))
        with self.refused('LimitExceeded', 'MaxFdsPerMessage'):
            client.allocate_buffers(PICKY(PAGE, camping=17))
        allocation = client.allocate_buffers(PICKY(PAGE, camping=17), bundle=True).read_bundle()
        self.assertEqual(indices(allocation.buffers), list(range(17)))
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            client.allocate_buffers(PICKY(PAGE, max_buffer_count=0))
        with self.refused('ConstraintsIntersectionEmpty'):
            client.allocate_buffers(PICKY(PAGE, camping=129))
        self.assertEqual(client.allocate_buffers(PICKY(PAGE)).count, 1)

    @daemon_config(MaxFdsPerMessage=4)
    def test_445_max_fds_per_message(self):
        collection = self._collection(10)
        client = collection.client
        self.assertEqual(client.get_property(contract.ROOT_PATH, contract.ALLOCATOR,
                                             'MaxFdsPerMessage'), 4)
        self.assertEqual(indices(collection.wait_once().buffers), [0, 1, 2, 3])
        self.assertEqual(indices(collection.get_buffers(4, 6)), [4, 5, 6, 7])
        root = self.root()
        self.assertEqual(len(root.duplicate_sync([SAME_RIGHTS] * 4)), 4)
        with self.refused('LimitExceeded', 'MaxFdsPerMessage'):
            root.duplicate_sync([SAME_RIGHTS] * 5)
        _, duplicates = client.allocate_shared(rights_attenuation_masks=[SAME_RIGHTS] * 3)
        self.assertEqual(len(duplicates), 3)
        with self.refused('LimitExceeded', 'MaxFdsPerMessage'):
            client.allocate_shared(rights_attenuation_masks=[SAME_RIGHTS] * 4)

    def test_446_masks_per_call(self):
        root = self.root()
        group = self.group(root)
        client = self.client()
        for call, most in ((root.duplicate_sync, 16), (group.create_children_sync, 16)):
            self.assertEqual(len(call([SAME_RIGHTS] * most)), most)
            with self.refused('LimitExceeded'):
                call([SAME_RIGHTS] * (most + 1))
        _, duplicates = client.allocate_shared(rights_attenuation_masks=[SAME_RIGHTS] * 15)
        self.assertEqual(len(duplicates), 15)
        with self.refused('LimitExceeded'):
            client.allocate_shared(rights_attenuation_masks=[SAME_RIGHTS] * 16)
        root.sync()


class Bundles(SysmemCase):
    def _collection(self, n):
        collection = self.bind(self.root())
        collection.set_constraints(PICKY(PAGE, camping=n))
        return collection

    def test_451_all_buffers_in_one_bundle(self):
        for count in (1, 16, 17, 128):
            collection = self._collection(count)
            allocation = collection.wait_bundle()
            self.assertEqual(indices(allocation.buffers), list(range(count)))
            inline = collection.wait_once()
            self.assertEqual(allocation.info, inline.info)
            for bundled, plain in zip(allocation.buffers, inline.buffers):
                self.assertEqual(fds.identity(bundled.fd), fds.identity(plain.fd))
                self.assertTrue(fds.is_writable(bundled.fd))

    def test_452_weak_bundles(self):
        root = self.root()
        token = self.dup(root)
        token.set_weak()
        strong = self.bind(root, constraints=CAMP(0))
        weak = self.bind(token, constraints=CAMP(128))
        allocation = weak.wait_bundle()
        self.assertEqual(indices(allocation.buffers), list(range(128)))
        self.assertGreaterEqual(allocation.n_datagrams, 2, '256 fds do not fit into one datagram')
        for buffer in allocation.buffers:
            self.assertIsNotNone(buffer.fd)
            self.assertIsNotNone(buffer.close_weak_asap)
        ours = strong.wait_bundle().buffers
        strong.release()
        ours[77].close()
        self.assert_hangs_up(allocation.buffers[77].close_weak_asap)
        weak.client.barrier()
        self.assert_silent(allocation.buffers[76].close_weak_asap)

    def test_453_bundles_without_fds(self):
        root = self.root()
        child = self.dup(root)
        self.bind(root, constraints=CAMP(20))
        allocation = self.bind(child, constraints=EMPTY).wait_bundle()
        self.assertEqual(allocation.count, 20)
        self.assertEqual(set(allocation.fds) - {None}, set())

    def test_454_four_unread_bundles(self):
        collection = self._collection(3)
        unread = [collection.wait_once(bundle=True) for _ in range(4)]
        with self.refused('LimitExceeded', 'MaxBundlesPerConnection'):
            collection.wait_once(bundle=True)
        with self.refused('LimitExceeded', 'MaxBundlesPerConnection'):
            collection.client.allocate_buffers(PICKY(PAGE), bundle=True)
        self.assertEqual(collection.wait_once().count, 3, 'inline still works')
        other = self._collection(3)
        other.wait_bundle()
        self.assertEqual(indices(unread[2].read_bundle().buffers), [0, 1, 2])
        unread.append(self._once_more(collection))
        for allocation in unread[:2] + unread[3:]:
            self.assertEqual(indices(allocation.read_bundle().buffers), [0, 1, 2])

    def _once_more(self, collection):
        """Reading a bundle is noticed soon, not at once."""
        got = []

        def accepted():
            try:
                got.append(collection.wait_once(bundle=True))
            except CallError as error:
                self.assertEqual(error.name, 'LimitExceeded')
            return got

        self.assertTrue(loop.poll_until(accepted, interval=0.02))
        return got[0]

    def test_455_bundles_closed_unread(self):
        collection = self._collection(3)
        for _ in range(20):
            self._once_more(collection).bundle.close()
        tracker = collection.attach_lifetime_tracking(0)
        collection.release()
        self.assert_hangs_up(tracker, 'nobody has a buffer')

    def test_456_an_unread_bundle_holds_its_buffers(self):
        collection = self._collection(3)
        allocation = collection.wait_once(bundle=True)
        trackers = [collection.attach_lifetime_tracking(n) for n in (0, 2)]
        probe = self.client()
        collection.drop()
        probe.barrier()
        self.assert_silent(*trackers)
        buffers = allocation.read_bundle().buffers
        self.assert_silent(*trackers)
        buffers[0].close()
        self.assert_hangs_up(trackers[1])
        self.assert_silent(trackers[0])

    def test_457_bundles_of_a_user(self):
        collections = [self._collection(1) for _ in range(5)]
        unread = [collection.wait_once(bundle=True) for collection in collections[:4]
                  for _ in range(4)]
        with self.refused('LimitExceeded', 'MaxBundlesPerUid'):
            collections[4].wait_once(bundle=True)
        self.assertEqual(collections[4].wait_once().count, 1)
        unread.pop().read_bundle()
        self._once_more(collections[4]).read_bundle()

    @needs_root
    def test_458_bundles_of_other_users(self):
        collections = [self._collection(1) for _ in range(4)]
        unread = [collection.wait_once(bundle=True) for collection in collections
                  for _ in range(4)]
        other = self.client(uid=NOBODY)
        allocation = other.allocate_buffers(PICKY(PAGE), bundle=True).read_bundle()
        self.assertEqual((allocation.count, len(unread)), (1, 16))

    def test_459_a_bundle_is_refused_when_the_call_arrives(self):
        """Not twenty seconds later, and the pending wait stays."""
        collection, other = self.bound(2)
        collection.set_constraints(CAMP(1))
        full = self._collection(1)
        unread = [collection.client.allocate_buffers(PICKY(PAGE), bundle=True) for _ in range(4)]
        waiting = collection.start_wait()
        collection.client.barrier()
        with self.refused('LimitExceeded', 'MaxBundlesPerConnection'):
            collection.wait_once(bundle=True)
        other.set_constraints(CAMP(1))
        self.assertEqual(waiting.result().count, 2)
        self.assertEqual((full.wait().count, len(unread)), (1, 4))

    def test_460_clients_that_never_read(self):
        """Their answers and fds pile up somewhere, but not in anybody else's way."""
        silent = []
        for _ in range(20):
            client = RawClient(self.address)
            path, = client.call_sysmem(contract.ROOT_PATH, contract.ALLOCATOR,
                                       'AllocateNonSharedCollection', GLib.Variant.new_tuple(
                                           GLib.Variant('a{sv}', {'constraints': self._sixteen()})))
            client.send(*[client.message(path, contract.COLLECTION, 'WaitForAllBuffersAllocated',
                                         arguments('(a{sv})', {'bundle': GLib.Variant('b', True)}))
                          for _ in range(8)])
            silent.append(client)
        for _ in range(20):
            self.assert_service_works()
        for client in silent:
            client.close()

    @staticmethod
    def _sixteen():
        return to_variant(PICKY(PAGE, camping=16))


class Rights(SysmemCase):
    def test_471_every_delivery_is_a_description_of_its_own(self):
        collection = self.bind(self.root(), constraints=CAMP(1))
        one, two = collection.wait().fds[0], collection.wait().fds[0]
        os.lseek(one.fileno(), 100, os.SEEK_SET)
        self.assertEqual(os.lseek(two.fileno(), 0, os.SEEK_CUR), 0)
        os.pwrite(one.fileno(), b'shared', 10)
        self.assertEqual(os.pread(two.fileno(), 6, 10), b'shared')

    def test_472_buffers_cannot_be_resized(self):
        fd = self.client().allocate_buffers(PICKY(PAGE)).fds[0]
        for size in (0, PAGE - 1, PAGE + 1):
            with self.assertRaises(OSError):
                os.ftruncate(fd.fileno(), size)

    def test_473_read_only_means_no_writing(self):
        root = self.root()
        reader = self.dup(root, READ)
        writer = self.bind(root, constraints=PICKY(PAGE))
        for usage in (None, ['cpu-read']):
            token = self.dup(reader) if usage is None else reader
            reading = self.bind(token, constraints=PICKY(PAGE, usage))
        fd = reading.wait().fds[0]
        with self.assertRaises(OSError):
            os.pwrite(fd.fileno(), b'x', 0)
        with self.assertRaises(OSError):
            fds.map_shared(fd, PAGE, writable=True)
        with fds.map_shared(fd, PAGE, writable=False) as memory:
            written = writer.wait().fds[0]
            os.pwrite(written.fileno(), b'frame', 0)
            self.assertEqual(memory[:5], b'frame')
        private = mmap.mmap(fd.fileno(), PAGE, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
        private[:5] = b'dirty'
        private.close()
        self.assertEqual(os.pread(fd.fileno(), 5, 0), b'frame')

    def test_474_rights_only_shrink(self):
        root = self.root()
        reader = self.dup(root, READ)
        tokens = {reader: False}
        for mask in (SAME_RIGHTS, ALL_ONES, READ | WRITE, READ):
            tokens[self.dup(reader, mask)] = False
            tokens[self.dup(root, mask)] = mask != READ
        group = self.group(reader)
        tokens[self.kid(group, ALL_ONES)] = False
        group.all_children_present()
        collections = [(self.bind(token, constraints=CAMP(0)), writable)
                       for token, writable in tokens.items()]
        top = self.bind(root, constraints=CAMP(1))
        top.wait()
        attached = [(self.bind(collection.attach_token(ALL_ONES), constraints=CAMP(0)), writable)
                    for collection, writable in collections]
        for collection, writable in collections + attached:
            self.assertEqual(fds.is_writable(collection.wait().fds[0]), writable)

    def test_475_fds_are_no_more_than_usage_needs(self):
        """Two participants with one handle's rights; only who writes gets to write."""
        writer, reader, none = self.negotiate(CAMP(1), PICKY(PAGE, ['cpu-read']),
                                              PICKY(PAGE, ['none']))
        self.assertEqual(fds.access_mode(writer.wait().fds[0]), os.O_RDWR)
        self.assertEqual(fds.access_mode(reader.wait().fds[0]), os.O_RDONLY)
        self.assertIsNone(none.wait().fds[0])

    @needs_root
    def test_476_read_only_is_enforced_for_another_user(self):
        """A process of another user cannot re-open its fd for writing; one of the daemon's can,
        and is told so."""
        client = self.client(uid=NOBODY)
        allocation = client.allocate_buffers(PICKY(PAGE, ['cpu-read']))
        self.assertEqual(allocation.info['write_protection'], 'enforced')
        number = allocation.fds[0].fileno()
        script = ('import os\n'
                  'for mode in (os.O_RDONLY, os.O_RDWR):\n'
                  '    try:\n'
                  '        os.open("/proc/self/fd/{}", mode)\n'
                  '        print("open")\n'
                  '    except OSError as error:\n'
                  '        print(error.strerror)\n').format(number)
        output = subprocess.run([sys.executable, '-c', script], pass_fds=[number], user=NOBODY,
                                group=NOBODY, extra_groups=[], capture_output=True, text=True,
                                check=True).stdout.split('\n')
        self.assertEqual(output[1], 'Permission denied')
        ours = self.client().allocate_buffers(PICKY(PAGE, ['cpu-read']))
        self.assertEqual(ours.info['write_protection'], 'advisory')
        self.assertEqual(Client(self.address, NOBODY).list_heaps()['system']['write_protection'],
                         'enforced')
