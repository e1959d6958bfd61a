# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Failure domains: dispensable tokens and attached ones."""

import os

from sysmemtest import fds
from sysmemtest.case import SysmemCase
from sysmemtest.constraints import CAMP, CPU_RW, EMPTY, NV12, PAGE, PICKY, constraints, domains
from sysmemtest.contract import ALL_ONES
from sysmemtest.fds import Fd
from sysmemtest.wire import CallError

IMAGE_BYTES = 512 * 512 * 3 // 2


class AttachToken(SysmemCase):
    """One initiator, one participant, and a third that is attached."""

    def _constraints(self, image_side, supported, usage=(), **others):
        memory = {'min_size_bytes': 65536, 'max_size_bytes': IMAGE_BYTES, **domains(*supported)}
        return constraints([*CPU_RW, *usage], 3, memory, [NV12(image_side, image_side)], **others)

    def _attached_constraints(self, supported, usage=(), memory=None, **others):
        return constraints([*CPU_RW, *usage], memory={**domains(*supported), **(memory or {})},
                           **others)

    def _attach(self, second, says):
        attached = self.bind(second.attach_token())
        attached.set_constraints(says)
        return attached

    def _assert_same_buffers(self, one, other):
        self.assertEqual(one.info, other.info)
        for ours, theirs in zip(one.buffers, other.buffers):
            self.assertEqual(fds.identity(ours.fd), fds.identity(theirs.fd))
            self.assertNotEqual(ours.fd.fileno(), theirs.fd.fileno())

    def _assert_sane(self, allocation, count):
        info = allocation.info
        self.assertEqual((allocation.count, len(allocation.buffers)), (count, count))
        self.assertGreaterEqual(allocation.size, IMAGE_BYTES)
        self.assertFalse(info['is_physically_contiguous'] or info['is_secure'])
        self.assertEqual(allocation.pixel_format, 'NV12:0x0')
        for buffer in allocation.buffers:
            self.assertLessEqual(buffer.usable_start + allocation.size,
                                 fds.object_size(buffer.fd))

    def _run(self, attached, before, c2=None, first_usage=(), supported=('cpu',), count=6,
             domain='cpu'):
        """Did the attached participant get its buffers, in each of three rounds?"""
        c1, c2_collection = self.bound(2)
        c1.set_constraints(self._constraints(256, supported, first_usage))
        for collection in (c1, c2_collection):
            with self.refused('Pending'):
                collection.check()
        third = self._attach(c2_collection, attached) if before else None
        c2_collection.set_constraints(self._constraints(512, supported, **(c2 or {})))
        one, two = c1.wait(), c2_collection.wait()
        c1.check()
        c2_collection.check()
        self._assert_sane(one, count)
        self._assert_same_buffers(one, two)
        self.assertEqual(one.info['coherency_domain'], domain)

        for _ in range(3):
            third = third or self._attach(c2_collection, attached)
            try:
                three = third.wait()
                self._assert_same_buffers(one, three)
                tracker = third.attach_node_tracking()
                third.drop()
                self.assert_hangs_up(tracker)
            except CallError as error:
                self.assertEqual(error.name, 'ConstraintsIntersectionEmpty', error.message)
                return False
            finally:
                c1.sync()
                c1.check()
            third = None
        return True

    def test_051_attach_token_after_allocate_success(self):
        self.assertTrue(self._run(self._attached_constraints(['cpu']), before=False))

    def test_052_attach_token_before_allocate_success(self):
        self.assertTrue(self._run(self._attached_constraints(['cpu']), before=True))

    def test_053_attach_token_before_allocate_failure_buffer_sizes(self):
        attached = self._attached_constraints(['cpu'], memory={'max_size_bytes': IMAGE_BYTES - 1})
        self.assertFalse(self._run(attached, before=True))

    def test_054_attach_token_after_allocate_failure_buffer_sizes(self):
        attached = self._attached_constraints(['cpu'], memory={'max_size_bytes': IMAGE_BYTES - 1})
        self.assertFalse(self._run(attached, before=False))

    def test_055_attach_token_before_allocate_success_buffer_counts(self):
        attached = self._attached_constraints(['cpu'], camping=2)
        self.assertTrue(self._run(attached, before=True, c2={'min_buffer_count': 8}, count=8))

    def test_056_attach_token_after_allocate_success_buffer_counts(self):
        attached = self._attached_constraints(['cpu'], camping=2)
        self.assertTrue(self._run(attached, before=False, c2={'min_buffer_count': 8}, count=8))

    def test_057_attach_token_before_allocate_failure_buffer_counts(self):
        attached = self._attached_constraints(['cpu'], camping=1)
        self.assertFalse(self._run(attached, before=True))

    def test_058_attach_token_after_allocate_failure_buffer_counts(self):
        attached = self._attached_constraints(['cpu'], camping=1)
        self.assertFalse(self._run(attached, before=False))

    def test_059_attach_token_selects_same_domain_as_initial_allocation(self):
        both = ('cpu', 'ram')
        plain = self._attached_constraints(both)
        displaying = self._attached_constraints(both, ['display-layer'])
        self.assertTrue(self._run(plain, before=False, first_usage=['display-layer'],
                                  supported=both, domain='ram'))
        self.assertTrue(self._run(displaying, before=False, supported=both, domain='cpu'))

    def test_251_a_newcomer_may_not_tighten(self):
        """Each of these fits by itself and would have been heeded at the initial allocation."""
        c1, c2 = self.bound(2)
        for collection in (c1, c2):
            collection.set_constraints(self._constraints(512, ['cpu', 'ram', 'inaccessible']))
        c1.wait()

        def image(**fields):
            return {'images': [NV12(256, 256, **fields)]}

        for others in ({'max_buffer_count': 5}, {'min_buffer_count': 7},
                       {'min_buffer_count_for_shared_slack': 1},
                       {'min_buffer_count_for_dedicated_slack': 1},
                       {'memory': {'min_size_bytes': IMAGE_BYTES + 1}},
                       {'memory': {'dma_buf_required': True}},
                       {'memory': {'permitted_heaps': ['elsewhere']}},
                       {'memory': domains('ram')},
                       image(min_bytes_per_row=1024), image(bytes_per_row_divisor=1024),
                       image(min_size=(512, 514)), image(max_size=(510, 512)),
                       image(color_spaces=['rec601-pal']), image(pixel_formats=['NV21'])):
            with self.subTest(**others):
                attached = self.bind(c2.attach_token(), constraints=constraints(
                    CPU_RW, **{'memory': domains('cpu'), **others}))
                self.assert_no_agreement(attached)
                c2.check()


class Dispensable(SysmemCase):
    def test_252_dispensable_isolates_nothing_before_allocation(self):
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        top = self.bind(root, constraints=CAMP(1))
        child.drop()
        self.assertEqual(top.wait_failed()[0], 'Unspecified')

    def test_253_dispensable_isolates_after_allocation(self):
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        child.set_dispensable()
        grandchild = self.dup(child)
        collections = [self.bind(token, constraints=CAMP(1)) for token in (root, child, grandchild)]
        top, middle, bottom = collections
        self.assertEqual([collection.wait().count for collection in collections], [3, 3, 3])
        tracker = middle.attach_node_tracking()
        bottom.drop()
        self.assertEqual(middle.wait_failed()[0], 'Unspecified', 'up to the dispensable node')
        self.assert_hangs_up(tracker)
        top.check()
        # Its counts are free again: for two replacements, not for three.
        replacements = [self.bind(top.attach_token(), constraints=CAMP(1)) for _ in range(3)]
        self.assertEqual([replacement.wait().count for replacement in replacements[:2]], [3, 3])
        self.assert_no_agreement(replacements[2])

    def test_254_dispensable_stays_through_bind(self):
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        middle = self.bind(child, constraints=CAMP(1))
        top = self.bind(root, constraints=CAMP(1))
        middle.wait()
        middle.abandon()
        top.client.barrier()
        self.assertEqual(top.state, 'allocated')

    def test_255_release_keeps_counts(self):
        root = self.root()
        child = self.dup(root)
        top, other = [self.bind(token, constraints=CAMP(1)) for token in (root, child)]
        other.wait()
        other.release()
        self.assert_no_agreement(self.bind(top.attach_token(), constraints=CAMP(1)))
        self.assertEqual(self.bind(top.attach_token(), constraints=CAMP(0)).wait().count, 2)

    def test_256_a_dispensable_subtree_released_before_allocation_is_harmless(self):
        root = self.root()
        child = self.dup(root)
        child.set_dispensable()
        below = self.dup(child)
        child.release()
        below.release()
        top = self.bind(root, constraints=CAMP(1))
        self.assertEqual(top.wait().count, 1)

    def test_257_failure_goes_all_the_way_down(self):
        root = self.root()
        dispensable = self.dup(root)
        dispensable.set_dispensable()
        top, middle = [self.bind(token, constraints=CAMP(1)) for token in (root, dispensable)]
        attached = self.bind(middle.attach_token(), constraints=CAMP(0))
        unready = self.bind(attached.attach_token())
        attached.wait()
        top.drop()
        for collection in (middle, attached, unready):
            self.assertEqual(collection.wait_failed()[0], 'Unspecified')

    def test_258_failure_never_goes_sideways(self):
        top = self.bind(self.root(), constraints=CAMP(2))
        top.wait()
        left, right = [self.bind(top.attach_token()) for _ in range(2)]
        below_right = self.bind(right.attach_token())
        right.drop()
        self.assertEqual(below_right.wait_failed()[0], 'Unspecified')
        for survivor in (left, top):
            survivor.sync()


class Attached(SysmemCase):
    def test_259_an_attached_token_holds_nobody_up(self):
        root = self.root()
        child = self.dup(root)
        top = self.bind(root, constraints=CAMP(1))
        late = self.bind(top.attach_token())
        unbound = top.attach_token()
        other = self.bind(child, constraints=CAMP(1))
        self.assertEqual((top.wait().count, other.wait().count), (2, 2))
        with self.refused('Pending'):
            late.check()
        late.set_constraints(CAMP(0))
        self.assertEqual(late.wait().count, 2)
        unbound.drop()
        self.assertEqual(unbound.wait_failed()[0], 'Unspecified')
        top.check()

    def test_260_attached_and_ready_before_the_initial_allocation(self):
        top = self.bind(self.root())
        late = self.bind(top.attach_token(), constraints=CAMP(0))
        with self.refused('Pending'):
            late.check()
        waiting = late.start_wait()
        late.client.barrier()
        self.assertFalse(waiting.is_done)
        top.set_constraints(CAMP(1))
        self.assertEqual(waiting.result().count, 1)
        top.check()

    def test_261_an_attached_subtree_is_one_domain(self):
        top = self.bind(self.root(), constraints=CAMP(3))
        top.wait()
        token = top.attach_token()
        child = self.dup(token)
        child_collection = self.bind(child, constraints=CAMP(0))
        with self.refused('Pending'):
            child_collection.check()
        attached = self.bind(token, constraints=PICKY(2 * PAGE))
        self.assert_no_agreement(attached, child_collection)
        top.check()

    def test_262_a_child_is_attached_after_its_parent(self):
        top = self.bind(self.root())
        attached = self.bind(top.attach_token())
        below = self.bind(attached.attach_token(), constraints=CAMP(0))
        top.set_constraints(CAMP(2))
        top.wait()
        with self.refused('Pending'):
            below.check()
        attached.set_constraints(CAMP(0))
        self.assertEqual((attached.wait().count, below.wait().count), (2, 2))
        attached.drop()
        self.assertEqual(below.wait_failed()[0], 'Unspecified')

    def test_263_first_come_first_served(self):
        """Five buffers for three of the first and two to spare."""
        top = self.bind(self.root(), constraints=CAMP(3) | {'min_buffer_count': 5})
        top.wait()
        one = self.bind(top.attach_token())
        two = self.bind(top.attach_token(), constraints=CAMP(1))
        self.assertEqual(two.wait().count, 5)
        three = self.bind(top.attach_token(), constraints=CAMP(1))
        self.assertEqual(three.wait().count, 5)
        one.set_constraints(CAMP(1))
        self.assert_no_agreement(one)
        tracker = three.attach_node_tracking()
        three.drop()
        self.assert_hangs_up(tracker)
        self.assertEqual(self.bind(top.attach_token(), constraints=CAMP(1)).wait().count, 5)

    def test_264_a_failed_newcomer_stays_failed(self):
        top = self.bind(self.root(), constraints=CAMP(1))
        top.wait()
        token = top.attach_token()
        self.assert_no_agreement(self.bind(token, constraints=CAMP(1)))
        self.assertEqual(self.bind(top.attach_token(), constraints=EMPTY).wait().count, 1)

    def test_265_set_dispensable_does_not_weaken_an_attached_token(self):
        """Isolation stays: its failure before anything is allocated hurts nobody."""
        top = self.bind(self.root())
        token = top.attach_token()
        token.set_dispensable()
        token.drop()
        self.assertEqual(token.wait_failed()[0], 'Unspecified')
        top.set_constraints(CAMP(1))
        self.assertEqual(top.wait().count, 1)

    def test_266_a_dispensable_node_in_an_attached_subtree(self):
        """It is judged by that subtree's allocation, not by the initial one."""
        top = self.bind(self.root(), constraints=CAMP(4))
        top.wait()
        for lost_early in (True, False):
            token = top.attach_token(ALL_ONES)
            child = self.dup(token)
            child.set_dispensable()
            attached = self.bind(token)
            below = self.bind(child, constraints=CAMP(0))
            if lost_early:
                below.drop()
                self.assertEqual(attached.wait_failed()[0], 'Unspecified')
            else:
                attached.set_constraints(CAMP(0))
                attached.wait()
                tracker = below.attach_node_tracking()
                below.drop()
                self.assert_hangs_up(tracker)
                attached.check()
            top.check()

    def test_267_after_root_failure_clients_keep_their_buffers(self):
        top, other = self.negotiate(CAMP(1), CAMP(1))
        buffers = other.wait().buffers
        tracker = other.attach_lifetime_tracking(0)
        top.drop()
        self.assertEqual(other.wait_failed()[0], 'Unspecified')
        memory = fds.map_shared(buffers[0].fd, PAGE, writable=True)
        memory[0:5] = b'still'
        self.assert_silent(tracker)
        for buffer in buffers:
            buffer.close()
        other.client.barrier()
        self.assert_silent(tracker)
        memory.close()
        self.assert_hangs_up(tracker)

    def test_268_the_last_release_ends_the_tree(self):
        top, other = self.negotiate(CAMP(1), CAMP(1))
        buffers = top.wait().buffers + other.wait().buffers
        trackers = [top.attach_node_tracking(), other.attach_node_tracking()]
        top.release()
        other.sync()
        self.assert_silent(*trackers)
        other.release()
        for tracker in trackers:
            self.assert_hangs_up(tracker)
        self.assertTrue(fds.is_writable(buffers[0].fd), 'what clients hold they keep')

    def test_269_must_match(self):
        model = self.bind(self.root(), constraints=constraints(
            CPU_RW, 2, domains('cpu'), [NV12(320, 240)])).wait()
        reference = model.buffers[0].fd
        loose = constraints(CPU_RW, 1, domains('cpu'), [NV12(64, 64)])
        follower = self.bind(self.root())
        follower.set_constraints(loose, must_match=reference)
        allocation = follower.wait()
        self.assertEqual(allocation.count, 1, 'the count need not match')
        for field in ('size_bytes', 'raw_size_bytes', 'heap', 'coherency_domain'):
            self.assertEqual(allocation.info[field], model.info[field], field)
        self.assertEqual(allocation.pixel_format, model.pixel_format)
        self.assertNotEqual(fds.identity(allocation.buffers[0].fd), fds.identity(reference))

        other_size = constraints(CPU_RW, 1, domains('cpu'), [NV12(512, 512)])
        misfit = self.bind(self.root())
        misfit.set_constraints(other_size, must_match=reference)
        self.assert_no_agreement(misfit)

    def test_270_must_match_refusals(self):
        collection = self.bind(self.root())
        foreign = Fd(os.memfd_create('foreign'))
        os.ftruncate(foreign.fileno(), PAGE)
        with self.refused('NotFound'):
            collection.set_constraints(CAMP(1), must_match=foreign)
        ours = self.client().allocate_buffers(PICKY(PAGE)).buffers[0].fd
        path_only = Fd(os.open('/proc/self/fd/{}'.format(ours.fileno()), os.O_PATH))
        with self.refused('HandleAccessDenied'):
            collection.set_constraints(CAMP(1), must_match=path_only)
        self.assertEqual(collection.state, 'waiting')
        collection.set_constraints(CAMP(1), must_match=ours)
        self.assertEqual(collection.wait().count, 1)
