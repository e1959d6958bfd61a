# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Why not, who is missing, and how the settings came about."""

from sysmemtest.case import SysmemCase
from sysmemtest.constraints import (CAMP, CPU_RW, EMPTY, FMT, IMAGE, NV12, PAGE, PICKY, constraints,
                                    domains, exact)
from sysmemtest.wire import ERROR_PREFIX

EMPTY_INTERSECTION = ERROR_PREFIX + 'ConstraintsIntersectionEmpty'


def image(formats, spaces=('rec709',), **fields):
    return constraints(CPU_RW, 1, domains('cpu'), [IMAGE(formats, spaces, **{
        'min_size': (64, 64), **fields})])


class Explanations(SysmemCase):
    def _named(self, **participants):
        """Collections by debug name, in tree order, numbered from 1."""
        collections = self.bound(len(participants))
        for number, (name, collection) in enumerate(zip(participants, collections), 1):
            collection.set_debug_client_info(name, number)
        for collection, says in zip(collections, participants.values()):
            if says is not None:
                collection.set_constraints(says)
        return collections

    def _conflict(self, **participants):
        """The one conflict of a failed negotiation, which everybody explains alike."""
        collections = self._named(**participants)
        error = self.assert_wait_fails(collections[0], 'ConstraintsIntersectionEmpty')
        explanations = [collection.explain() for collection in collections]
        for explanation in explanations:
            self.assertEqual(explanation['outcome'], 'failed')
            self.assertEqual(explanation['error'], EMPTY_INTERSECTION)
            self.assertEqual(explanation['message'], error.message)
            self.assertEqual(explanation['conflicts'], explanations[0]['conflicts'])
        conflicts = explanations[0]['conflicts']
        self.assertTrue(conflicts, 'a failed negotiation names a conflict')
        for conflict in conflicts:
            self.assertTrue(conflict['field'])
            for name, _, value in conflict['participants']:
                self.assertIn(name, participants)
                self.assertTrue(value, 'the value of {}'.format(name))
        return conflicts, error.message

    def _culprits(self, conflicts):
        return {name for conflict in conflicts for name, _, _ in conflict['participants']}

    def test_501_no_common_pixel_format(self):
        conflicts, message = self._conflict(
            camera=image(['NV12', 'P010'], ['*']), shell=image(['XR24', 'AR24'], ['*']),
            bystander=EMPTY)
        conflict, = [one for one in conflicts
                     if one['field'] == 'image_format_constraints.pixel_formats']
        values = {name: (number, value) for name, number, value in conflict['participants']}
        self.assertEqual({name: number for name, (number, _) in values.items()},
                         {'camera': 1, 'shell': 2})
        for name, formats in (('camera', ('NV12', 'P010')), ('shell', ('XR24', 'AR24'))):
            for code in formats:
                self.assertIn(code, values[name][1])
                self.assertIn(code, message)
            self.assertIn(name, message)

    def test_502_each_field_has_its_name(self):
        memory = 'buffer_memory_constraints.'
        entry = 'image_format_constraints.'
        for fields, one, two in (
                (['max_buffer_count'], CAMP(3), CAMP(1, 3)),
                ([memory + 'min_size_bytes', memory + 'max_size_bytes'], PICKY(PAGE),
                 PICKY(2 * PAGE)),
                ([entry + 'color_spaces'], image('NV12', ['rec601-pal']), image('NV12')),
                ([entry + 'pixel_formats'], image('NV12'), image('NV21')),
                ([entry + 'max_size', entry + 'min_size'], image('NV12', max_size=(128, 128)),
                 image('NV12', min_size=(130, 64))),
                ([entry + 'max_bytes_per_row', entry + 'min_bytes_per_row'],
                 image('NV12', max_bytes_per_row=256), image('NV12', min_bytes_per_row=512)),
                ([entry + 'is_alpha_present'], image('AR24', ['srgb'], is_alpha_present=True),
                 image('AR24', ['srgb'], is_alpha_present=False))):
            with self.subTest(field=fields[0]):
                conflicts, _ = self._conflict(one=one, two=two)
                self.assertLessEqual({conflict['field'] for conflict in conflicts}, set(fields))
                self.assertEqual(self._culprits(conflicts), {'one', 'two'})

    def test_503_the_conflict_is_minimal(self):
        conflicts, _ = self._conflict(
            bystander=CAMP(1), small=constraints(CPU_RW, 1, {'max_size_bytes': PAGE}),
            empty=EMPTY, large=constraints(CPU_RW, 1, {'min_size_bytes': 2 * PAGE}),
            loose=constraints(CPU_RW, 1, {'min_size_bytes': 1}))
        self.assertIn(self._culprits(conflicts), ({'bystander', 'large'}, {'small', 'large'}))

    def test_504_three_that_agree_in_pairs(self):
        conflicts, message = self._conflict(
            one=constraints(CPU_RW, 3, exact(PAGE)), two=constraints(CPU_RW, 3, exact(PAGE)),
            cap=constraints(CPU_RW, 0, exact(PAGE), max_buffer_count=5), bystander=CAMP(0))
        self.assertEqual(self._culprits(conflicts), {'one', 'two', 'cap'})
        self.assertIn('5', message)

    def test_505_the_last_in_tree_order_is_left_out_first(self):
        conflicts, _ = self._conflict(one=PICKY(PAGE), two=PICKY(2 * PAGE), three=PICKY(2 * PAGE))
        self.assertEqual(self._culprits(conflicts), {'one', 'two'})
        conflicts, _ = self._conflict(one=PICKY(PAGE), two=PICKY(PAGE), three=PICKY(2 * PAGE))
        self.assertEqual(self._culprits(conflicts), {'one', 'three'})

    def test_506_what_nobody_said(self):
        """Where a size, a count, a format or a color space is missing, everybody is named."""
        sizeless = constraints(CPU_RW, 1, domains('cpu'))
        for participants, word in (
                ((sizeless, sizeless), 'size'), ((CAMP(0), CAMP(0)), 'buffer_count'),
                ((image('*'), image('*')), 'pixel_formats'),
                ((image('NV12', ['*']), image('NV12', ['*'])), 'color_spaces')):
            with self.subTest(missing=word):
                one, two = participants
                conflicts, _ = self._conflict(one=one, two=two)
                self.assertTrue(any(word in conflict['field'] for conflict in conflicts), conflicts)
                self.assertEqual(self._culprits(conflicts), {'one', 'two'})

    def test_507_one_participant_against_the_machine(self):
        conflicts, _ = self._conflict(
            bystander=EMPTY,
            dreamer=constraints(CPU_RW, 1, {**exact(PAGE), 'permitted_heaps': ['unobtainium']}))
        self.assertEqual(self._culprits(conflicts), {'dreamer'})
        self.assertIn('permitted_heaps', conflicts[0]['field'])

    def test_511_waiting_for(self):
        collections = self._named(camera=CAMP(1), shell=None, encoder=None)
        token = collections[1].attach_token()
        late = self.bind(token)
        late.set_debug_client_info('attached', 9)
        for ready, missing in ((None, {('shell', 2), ('encoder', 3)}), (2, {('shell', 2)})):
            if ready is not None:
                collections[ready].set_constraints(CAMP(1))
            explanation = collections[0].explain()
            self.assertEqual(explanation['outcome'], 'pending')
            self.assertEqual(set(explanation['waiting_for']), missing)
        collections[1].set_constraints(EMPTY)
        collections[0].wait()
        explanation = collections[0].explain()
        self.assertEqual(explanation['outcome'], 'allocated')
        self.assertFalse(explanation.get('waiting_for'))
        self.assertEqual(set(late.explain()['waiting_for']), {('attached', 9)})

    def test_512_waiting_for_tokens_and_groups(self):
        root = self.root()
        root.set_debug_client_info('top', 1)
        token = self.dup(root)
        token.set_debug_client_info('unbound token', 2)
        group = self.group(root)
        group.set_debug_client_info('unfinished group', 3)
        kid = self.kid(group)
        kid.set_debug_client_info('kid', 4)
        top = self.bind(root, constraints=CAMP(1))
        top.set_debug_client_info('top', 1)
        self.assertEqual(set(top.explain()['waiting_for']),
                         {('unbound token', 2), ('unfinished group', 3), ('kid', 4)})
        group.all_children_present()
        self.assertEqual(set(top.explain()['waiting_for']), {('unbound token', 2), ('kid', 4)})

    def _rejections(self, explanation, kind):
        return {one['candidate']: one for one in explanation['rejected'] if one['kind'] == kind}

    def test_521_rejected_pixel_formats(self):
        one, two = self._named(camera=image(['NV12', 'YUYV', 'ZZZZ']),
                               shell=image(['NV12', 'NV16']))
        one.wait()
        for explanation in (one.explain(), two.explain()):
            self.assertEqual(explanation['outcome'], 'allocated')
            rejected = self._rejections(explanation, 'pixel-format')
            for code in ('YUYV', 'NV16', 'ZZZZ'):
                entry, = [one for candidate, one in rejected.items() if code in candidate]
                self.assertTrue(entry['reason'])
            self.assertFalse(any('NV12' in candidate for candidate in rejected))
            self.assertFalse(explanation.get('conflicts'))

    def test_522_rejected_group_choices(self):
        root = self.root()
        group = self.group(root)
        kids = [self.kid(group), self.kid(group)]
        group.all_children_present()
        first, second = [self.bind(kid, constraints=PICKY(size))
                         for kid, size in zip(kids, (2 * PAGE, PAGE))]
        top = self.bind(root, constraints=PICKY(PAGE))
        second.wait()
        rejected = self._rejections(top.explain(), 'group-choice')
        self.assertEqual(len(rejected), 1)
        explanation = first.explain()
        self.assertEqual((explanation['outcome'], explanation['error']),
                         ('failed', EMPTY_INTERSECTION))

    def test_523_at_most_256_rejections(self):
        codes = [chr(65 + n // 26) + chr(65 + n % 26) + 'ZZ' for n in range(400)]
        entries = [IMAGE(codes[60 * n:60 * n + 60], ['rec709'], min_size=(64, 64))
                   for n in range(6)]
        entries.append(NV12(64, 64))
        collection = self.single()
        collection.set_constraints(constraints(CPU_RW, 1, domains('cpu'), entries))
        collection.wait()
        rejected = collection.explain()['rejected']
        self.assertEqual(len(rejected), 257)
        self.assertRegex(str(rejected[-1]), '104')

    def test_524_explanations_of_accidents(self):
        first, second = self._named(camera=None, shell=None)
        second.abandon('the lens cap is on')
        first.wait_failed()
        explanation = first.explain()
        self.assertEqual((explanation['outcome'], explanation['error']),
                         ('failed', ERROR_PREFIX + 'Unspecified'))
        self.assertIn('the lens cap is on', explanation['message'])
        self.assertFalse(explanation.get('conflicts'))

        first, second = self._named(camera=None, shell=None)
        second.drop()
        self.assertIn('shell', first.wait_failed()[1], 'the message says whose fault it is')

    def test_525_late_failures_explain_themselves(self):
        top = self.bind(self.root(), constraints=FMT(['AR24', 'XR24']))
        top.set_debug_client_info('the early one', 1)
        top.wait()
        attached = self.bind(top.attach_token())
        attached.set_debug_client_info('the late one', 2)
        attached.set_constraints(FMT(['AB24']))
        self.assert_no_agreement(attached)
        conflicts = attached.explain()['conflicts']
        self.assertIn('the late one', self._culprits(conflicts))
        self.assertEqual(top.explain()['outcome'], 'allocated')
