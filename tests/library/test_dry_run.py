#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The dry run without a daemon ends as the daemon's: same settings, or same error, word by word."""

import os
import random
import sys

from library import GLib, LibraryCase, Sysmem, images_of, main

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, 'oracle'))

from themes import Theme  # noqa: E402
from sysmemtest import chance  # noqa: E402
from sysmemtest.client import Client  # noqa: E402
from sysmemtest.constraints import to_variant  # noqa: E402

SETS = 1000


def outcome(function, *arguments):
    """Settings as a dictionary, or code and message of the error."""
    try:
        result = function(*arguments)
    except GLib.Error as error:
        return error.domain, error.code, error.message
    settings = result[0] if isinstance(result, tuple) else result
    return settings.to_variant().unpack()


class DryRun(LibraryCase):
    def test_random_sets(self):
        seed = chance.seed()
        print('seed', seed, flush=True)
        client = self.client()
        heaps = client.list_heaps()
        described = [{'name': name, **properties}
                     for name, properties in Client(self.bus.address).list_heaps().items()]
        agreed = 0
        for number in range(SETS):
            rng = random.Random(f'{seed}/{number}')
            theme = Theme(rng, described)
            participants = [self.participant(theme, name) for name in range(rng.randint(1, 5))]
            by_daemon = outcome(client.check_constraints, participants)
            self.assertEqual(outcome(Sysmem.Constraints.solve, participants, heaps), by_daemon,
                             f'set {number} of seed {seed}')
            agreed += isinstance(by_daemon, dict)
        self.assertGreater(agreed, SETS // 10)
        self.assertGreater(SETS - agreed, SETS // 100)

    def participant(self, theme, name):
        constraints = Sysmem.Constraints.new_from_variant(to_variant(theme.constraints()))
        constraints.props.name = f'participant {name}'
        return constraints

    def test_constraints_that_are_refused_by_themselves(self):
        bad = images_of(['NV12'], (0, 0))
        bad.props.max_buffer_count = 0
        client = self.client()
        self.assertEqual(outcome(Sysmem.Constraints.solve, [bad], client.list_heaps()),
                         outcome(client.check_constraints, [bad]))

    def test_the_explanation(self):
        camera, screen = images_of(['NV12'], (8, 8)), images_of(['XR24'], (8, 8))
        camera.props.name, screen.props.name = 'camera', 'screen'
        with self.assertRaises(GLib.Error):
            Sysmem.Constraints.solve([camera, screen], [Sysmem.Heap.new('system')])
        settings, explanation = Sysmem.Constraints.solve(
            [images_of(['XR24', 'NV12'], (8, 8), color_space='passthrough'), screen],
            [Sysmem.Heap.new('system')])
        self.assertEqual(settings.get_heap(), 'system')
        self.assertEqual(explanation.get_outcome(), Sysmem.Outcome.ALLOCATED)
        self.assertTrue(any(entry['candidate'].startswith('NV12')
                            for entry in explanation.get_rejected().unpack()))

    def test_imagined_heaps(self):
        heap = Sysmem.Heap(name='vram', buffer_type=Sysmem.BufferType.DMA_BUF,
                           coherency_domains=Sysmem.CoherencyDomains.INACCESSIBLE,
                           cpu_mappable=False, formats=['XR24:0x0'])
        gpu = images_of(['XR24'], (8, 8), Sysmem.Usage.GPU_SAMPLED, color_space='srgb')
        settings, _ = Sysmem.Constraints.solve([gpu], [heap])
        self.assertEqual(settings.get_heap(), 'vram')
        self.assertEqual(settings.get_buffer_type(), Sysmem.BufferType.DMA_BUF)
        cpu = images_of(['XR24'], (8, 8), color_space='srgb')
        self.assert_error(Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY,
                          Sysmem.Constraints.solve, [gpu, cpu], [heap])


if __name__ == '__main__':
    main()
