# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Constraints: memory, heaps, domains, usage."""

import contextlib
import resource

from sysmemtest import fds
from sysmemtest.case import SysmemCase, daemon_config
from sysmemtest.constraints import (CPU_RW, EMPTY, HEAP, NV12, PAGE, PICKY, RAW, constraints,
                                    domains, exact)

MIB = 1024 * 1024
LARGEST = 2**62


class Domains(SysmemCase):
    def test_009_no_token(self):
        collection = self.client().allocate_non_shared()
        collection.set_constraints(
            RAW(3, [*CPU_RW, 'display-layer'], domains('cpu', 'ram')))
        allocation = collection.wait()
        self.assertEqual((allocation.count, allocation.size), (3, 65536))
        self.assertEqual(allocation.info['coherency_domain'], 'ram')
        self.assertFalse(allocation.info['is_physically_contiguous'])
        self.assertFalse(allocation.info['is_secure'])
        self.assertIsNone(allocation.image)
        self.assertEqual([fds.object_size(fd) for fd in allocation.fds], [65536] * 3)

    def test_019_cpu_usage_and_inaccessible_domain_is_refused(self):
        collection = self.single()
        memory = {**exact(PAGE), **domains('inaccessible'), 'permitted_heaps': ['system']}
        with self.refused('ProtocolDeviation', 'cpu'):
            collection.set_constraints(constraints(CPU_RW, 1, memory))
        collection.set_constraints(constraints(CPU_RW, 1, exact(PAGE)))
        self.assertEqual(collection.wait().count, 1)

    def test_027_contiguous_memory(self):
        """From a heap that has it, or from nowhere: never from one that has not."""
        client = self.client()
        contiguous = [name for name, heap in client.list_heaps().items()
                      if heap['physically_contiguous']]
        memory = {**exact(PAGE), 'physically_contiguous_required': True}
        self.assert_no_agreement(client.allocate_non_shared(constraints=constraints(
            ['gpu-transfer-dst'], 1, {**memory, 'permitted_heaps': ['system']})))
        anywhere = client.allocate_non_shared(
            constraints=constraints(['gpu-transfer-dst'], 1, memory))
        if contiguous:
            allocation = anywhere.wait()
            self.assertTrue(allocation.info['is_physically_contiguous'])
            self.assertIn(allocation.info['heap'], contiguous)
        else:
            self.assert_no_agreement(anywhere)

    def test_039_cpu_usage_and_inaccessible_domain_supported(self):
        collection = self.single()
        collection.set_constraints(RAW(3, memory=domains('cpu', 'inaccessible')))
        allocation = collection.wait()
        self.assertEqual((allocation.count, allocation.size), (3, 65536))
        self.assertEqual(allocation.info['coherency_domain'], 'cpu')
        self.assertFalse(allocation.info['is_physically_contiguous'])
        self.assertFalse(allocation.info['is_secure'])
        self.assertIsNone(allocation.image)
        self.assertEqual([fds.object_size(fd) for fd in allocation.fds], [65536] * 3)

    def test_281_preference_among_domains(self):
        """With display usage ram first; else cpu, ram, inaccessible in this order."""
        system = self.client().list_heaps()['system']
        self.assertLessEqual({'cpu', 'ram', 'inaccessible'}, set(system['coherency_domains']))
        every = ('cpu', 'ram', 'inaccessible')
        for usage, supported, expected in (
                (['gpu-sampled'], every, 'cpu'),
                (['gpu-sampled'], ('ram', 'inaccessible'), 'ram'),
                (['gpu-sampled'], ('inaccessible',), 'inaccessible'),
                (['display-layer'], every, 'ram'),
                (['display-cursor'], every, 'ram'),
                (['display-layer'], ('cpu', 'inaccessible'), 'cpu'),
                (['display-layer'], ('inaccessible',), 'inaccessible'),
                (['cpu-read', 'display-layer'], ('cpu', 'ram'), 'ram')):
            with self.subTest(usage=usage, supported=supported):
                memory = {**exact(PAGE), **domains(*supported), 'permitted_heaps': ['system']}
                collection = self.client().allocate_non_shared(
                    constraints=constraints(usage, 1, memory))
                self.assertEqual(collection.wait().info['coherency_domain'], expected)

    def test_282_domains_that_are_not_said(self):
        size = {'min_size_bytes': PAGE}
        for participants, expected in (
                ([['cpu-read']], 'cpu'), ([['display-layer']], 'ram'),
                ([['display-layer'], ['cpu-read']], 'cpu'), ([['gpu-sampled']], 'cpu')):
            collections = self.negotiate(*[constraints(usage, 1, size) for usage in participants])
            self.assertEqual(collections[0].wait().info['coherency_domain'], expected)

    def test_283_domains_without_overlap(self):
        size = {'min_size_bytes': PAGE}
        collections = self.negotiate(
            constraints(['cpu-read'], 1, {**size, **domains('cpu')}),
            constraints(['gpu-sampled'], 1, {**size, **domains('ram', 'inaccessible')}))
        self.assert_no_agreement(*collections)


class Usage(SysmemCase):
    def test_029_only_none_usage_fails(self):
        collection = self.single()
        collection.set_constraints(RAW(3, ['none'], min_buffer_count=5))
        self.assert_no_agreement(collection)

    def test_031_none_usage_with_separate_other_usage(self):
        memory = {'min_size_bytes': 65536, 'max_size_bytes': 512 * 512 * 3 // 2, **domains('cpu')}
        none, other = self.negotiate(constraints(['none'], 3, memory),
                                     constraints(['gpu-transfer-dst'], 3, memory))
        allocation = none.wait()
        self.assertEqual((allocation.count, allocation.fds), (6, [None] * 6))
        received = other.wait()
        self.assertEqual(received.count, 6)
        self.assertTrue(all(fds.is_writable(fd) for fd in received.fds))

    def test_284_none_stands_alone(self):
        collection = self.single()
        for usage in (['none', 'cpu-read'], [], ['cpu-reed']):
            with self.refused('ProtocolDeviation', 'usage'):
                collection.set_constraints(constraints(usage, 1, exact(PAGE)))
        with self.refused('ProtocolDeviation', 'usage'):
            says = constraints(CPU_RW, 1, exact(PAGE))
            del says['usage']
            collection.set_constraints(says)
        self.assertEqual(collection.state, 'waiting')

    def test_285_usages_are_collected(self):
        one, two = self.negotiate(PICKY(PAGE, ['cpu-read']), PICKY(PAGE, ['gpu-transfer-src',
                                                                         'cpu-read']))
        self.assertEqual(sorted(one.wait().info['usage']), ['cpu-read', 'gpu-transfer-src'])
        self.assertEqual(sorted(two.wait().info['usage']), ['cpu-read', 'gpu-transfer-src'])

    def test_286_usage_decides_on_write_access(self):
        writing = ('cpu-write', 'cpu-write-often', 'gpu-transfer-dst', 'gpu-storage',
                   'gpu-color-attachment', 'video-decoder', 'video-encoder', 'video-capture',
                   'video-decryptor-output', 'video-decoder-internal')
        reading = ('cpu-read', 'cpu-read-often', 'gpu-transfer-src', 'gpu-sampled',
                   'gpu-stencil-attachment', 'gpu-transient-attachment', 'gpu-input-attachment',
                   'gpu-buffer', 'display-layer', 'display-cursor')
        client = self.client()
        for usage in writing + reading:
            with self.subTest(usage=usage):
                allocation = client.allocate_buffers(
                    PICKY(PAGE, [usage], memory={'permitted_heaps': ['system']}))
                self.assertEqual(fds.is_writable(allocation.fds[0]), usage in writing)


class Sizes(SysmemCase):
    def test_037_size_bytes_is_not_rounded(self):
        collection = self.single()
        collection.set_constraints(constraints(CPU_RW, 1, {'min_size_bytes': 65535}))
        allocation = collection.wait()
        self.assertEqual((allocation.size, allocation.info['raw_size_bytes']), (65535, 65536))
        self.assertEqual(fds.object_size(allocation.fds[0]), 65536)

    def test_045_zero_min_size_bytes_fails(self):
        collection = self.single()
        collection.set_constraints(
            constraints(CPU_RW, 1, {'min_size_bytes': 0, **domains('cpu')}, []))
        self.assert_no_agreement(collection)

    def test_035_a_thousand_allocations_at_random(self):
        """Buffers come and go while others keep their contents; new ones are empty."""
        client = self.client()
        model = {}
        for step in range(1000):
            total = sum(size for _, size in model.values())
            chance = self.random.random()
            size = self.random.randrange(1, 262145)
            size += -size % PAGE
            if chance < 0.47 and total + size <= 16 * MIB:
                allocation = client.allocate_buffers(PICKY(size))
                self.assertEqual(allocation.info['raw_size_bytes'], size)
                memory = fds.map_shared(allocation.fds[0], size, writable=True)
                self.assertEqual(bytes(memory), bytes(size), 'content is zero at first')
                memory[:] = bytes([step % 255 + 1]) * size
                model[memory] = (step % 255 + 1, size)
            elif chance < 0.94 and model:
                memory = self.random.choice(list(model))
                value, size = model.pop(memory)
                self.assertEqual(bytes(memory), bytes([value]) * size)
                memory.close()
            elif chance < 0.95:
                for memory in model:
                    memory.close()
                model.clear()
            elif model:
                memory = self.random.choice(list(model))
                value, size = model[memory]
                self.assertEqual(bytes(memory), bytes([value]) * size)
        for memory in model:
            memory.close()

    def test_287_sizes_without_overlap(self):
        self.assert_no_agreement(*self.negotiate(PICKY(PAGE), PICKY(2 * PAGE)))
        self.assert_no_agreement(*self.negotiate(
            constraints(CPU_RW, 1, {'min_size_bytes': 2 * PAGE}),
            constraints(CPU_RW, 1, {'max_size_bytes': PAGE})))

    def test_288_contradictory_memory_constraints_are_refused(self):
        collection = self.single()
        for usage, memory, field in (
                (CPU_RW, {'min_size_bytes': 2, 'max_size_bytes': 1}, 'size_bytes'),
                (CPU_RW, {'min_size_bytes': PAGE, 'min_physical_base_alignment': PAGE},
                 'min_physical_base_alignment'),
                (['gpu-sampled'], {'min_size_bytes': PAGE, 'min_physical_base_alignment': 0,
                                   'physically_contiguous_required': True},
                 'min_physical_base_alignment'),
                (['gpu-sampled'], {'min_size_bytes': PAGE, 'min_physical_base_alignment': 3,
                                   'physically_contiguous_required': True},
                 'min_physical_base_alignment'),
                (CPU_RW, {'min_size_bytes': PAGE, 'permitted_heaps': []}, 'permitted_heaps'),
                (CPU_RW, {'min_size_bytes': PAGE, 'secure_required': True},
                 'buffer_memory_constraints'),
                (CPU_RW, {'min_size_bytes': PAGE, **domains('inaccessible')}, 'domain_supported'),
                (['video-decoder'], {'min_size_bytes': PAGE, 'secure_required': True,
                                     **domains('inaccessible', 'cpu')}, 'cpu_domain_supported'),
                (['video-decoder'], {'min_size_bytes': PAGE, 'secure_required': True,
                                     **domains('inaccessible', 'ram')}, 'ram_domain_supported'),
                (['video-decoder'], {'min_size_bytes': PAGE, 'secure_required': True,
                                     **domains()}, 'inaccessible_domain_supported')):
            with self.subTest(memory=memory):
                with self.refused('ProtocolDeviation', field):
                    collection.set_constraints(constraints(usage, 1, memory))
        self.assertEqual(collection.state, 'waiting')
        collection.set_constraints(PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1)

    def test_290_calls_while_memory_is_made(self):
        """Making it takes a while; whoever leaves meanwhile takes the tree along."""
        says = constraints(CPU_RW, 2, exact(128 * MIB))
        for end in ('abandon', 'drop'):
            first, second = self.bound(2)
            first.set_name(1, 'large buffers of ' + self._testMethodName)
            tracker = first.attach_lifetime_tracking(0)
            first.set_constraints(says)
            second.set_constraints(says)
            first.attach_token().release()
            first.sync()
            getattr(second, end)()
            self.assertEqual(first.wait_failed()[0], 'Unspecified')
            self.assert_hangs_up(tracker)
        self.assertTrue(self._polled(lambda: not self.daemon.memory_files()))
        self.assert_service_works()

    @contextlib.contextmanager
    def _few_fds(self, spare):
        """The daemon can open only so many more files inside."""
        limits = resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE)
        now = self.daemon.count_fds() + spare
        resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE, (now, limits[1]))
        try:
            yield
        finally:
            resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE, limits)

    def test_295_no_memory(self):
        """Settled, but not to be had: no other choice of a group is tried."""
        root = self.root()
        group = self.group(root)
        kids = [self.kid(group), self.kid(group)]
        group.all_children_present()
        many, few = [self.bind(kid, constraints=PICKY(PAGE, camping=n))
                     for kid, n in zip(kids, (127, 0))]
        top = self.bind(root)
        with self._few_fds(60):
            top.set_constraints(PICKY(PAGE))
            for collection in (top, many, few):
                self.assert_wait_fails(collection, 'NoMemory')
        self.assertEqual(self.daemon.memory_files(), [])
        self.assertEqual(self.client().allocate_non_shared(
            constraints=PICKY(PAGE, camping=128)).wait().count, 128)

    def test_296_no_fds_for_a_bundle(self):
        collection = self.client().allocate_non_shared(constraints=PICKY(PAGE, camping=128))
        collection.wait_once()
        with self._few_fds(60):
            with self.refused('LimitExceeded'):
                collection.wait_bundle()
            collection.sync()
            self.assertEqual(len(collection.wait_once().buffers), 16)
        self.assertEqual(len(collection.wait_bundle().buffers), 128)

    @daemon_config(MaxBufferSize=MIB, MaxCollectionSize=4 * MIB)
    def test_289_caps_are_named(self):
        client = self.client()
        for count, size, cap in ((1, MIB, None), (1, MIB + 1, 'MaxBufferSize'), (4, MIB, None),
                                 (5, MIB, 'MaxCollectionSize'), (1, LARGEST, 'MaxBufferSize'),
                                 (128, LARGEST, 'MaxBufferSize')):
            with self.subTest(count=count, size=size):
                collection = client.allocate_non_shared(
                    constraints=constraints(CPU_RW, count, {'min_size_bytes': size}))
                if cap is None:
                    self.assertEqual(collection.wait().count, count)
                else:
                    error = self.assert_wait_fails(collection, 'ConstraintsIntersectionEmpty')
                    self.assertIn(cap, error.message)
        self.assert_service_works()


class Heaps(SysmemCase):
    def test_291_list_heaps(self):
        heaps = self.client().list_heaps()
        system = heaps['system']
        self.assertEqual(system['buffer_type'], 'memfd')
        self.assertEqual(set(system['coherency_domains']), {'cpu', 'ram', 'inaccessible'})
        self.assertEqual((system['physically_contiguous'], system['secure']), (False, False))
        self.assertTrue(system['cpu_mappable'])
        for name, heap in heaps.items():
            self.assertIn(heap['buffer_type'], ('memfd', 'dma-buf'), name)
            self.assertIn(heap['write_protection'], ('enforced', 'advisory'), name)

    def test_292_permitted_heaps(self):
        for lists, fits in (([['system']], True), ([None], True), ([['nowhere', 'system']], True),
                            ([['nowhere']], False), ([['system'], None], True),
                            ([['nowhere', 'system'], ['system']], True),
                            ([['nowhere', 'system'], ['nowhere']], False),
                            ([['system'], ['nowhere']], False)):
            with self.subTest(lists=lists):
                collections = self.negotiate(*[HEAP(heaps, True, False) for heaps in lists])
                if fits:
                    allocation = collections[0].wait()
                    self.assertEqual((allocation.count, allocation.size), (1, PAGE))
                    if lists != [None]:
                        self.assertEqual(allocation.info['heap'], 'system')
                else:
                    self.assert_no_agreement(*collections)

    def test_293_what_no_heap_has(self):
        """Secure memory, and dma-bufs on a machine without a heap for them."""
        client = self.client()
        heaps = client.list_heaps().values()
        secure = constraints(['video-decoder'], 1, {
            'min_size_bytes': PAGE, 'secure_required': True, **domains('inaccessible')})
        dma_buf = constraints(CPU_RW, 1, {'min_size_bytes': PAGE, 'dma_buf_required': True})
        for says, offered in (
                (secure, any(heap['secure'] for heap in heaps)),
                (dma_buf, any(heap['buffer_type'] == 'dma-buf' and heap['cpu_mappable']
                              for heap in heaps))):
            collection = client.allocate_non_shared(constraints=says)
            if offered:
                self.assertEqual(collection.wait().count, 1)
            else:
                self.assert_no_agreement(collection)

    def test_294_a_participant_without_constraints_does_not_disturb(self):
        one, two = self.negotiate(constraints(CPU_RW, 2, {'min_size_bytes': PAGE},
                                              [NV12(64, 64)]), EMPTY)
        allocation = two.wait()
        self.assertEqual(allocation.fds, [None, None])
        self.assertEqual(allocation.info, one.wait().info)
