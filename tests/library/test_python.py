#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the overrides add for Python."""

import asyncio
import gc
import unittest

import numpy

from library import LibraryCase, Sysmem, bytes_of, main


class Objects(unittest.TestCase):
    def test_sizes_are_pairs(self):
        width, height = Sysmem.Size(1920, 1080)
        self.assertEqual((width, height), (1920, 1080))
        image = Sysmem.ImageFormatConstraints(pixel_formats=['NV12'], min_size=(64, 48),
                                              required_max_size_list=[(100, 100), (200, 50)])
        self.assertEqual(image.props.min_size, (64, 48))
        self.assertEqual(image.to_variant().unpack(),
                         {'pixel_formats': ['NV12'], 'min_size': (64, 48),
                          'required_max_size_list': [(100, 100), (200, 50)]})

    def test_lists_may_be_tuples(self):
        image = Sysmem.ImageFormatConstraints(pixel_formats=('NV12', 'XR24'), min_size=(64, 48))
        self.assertEqual(image.to_variant().unpack(),
                         {'pixel_formats': ['NV12', 'XR24'], 'min_size': (64, 48)})

    def test_constraints_take_a_list_of_formats(self):
        formats = [Sysmem.ImageFormatConstraints(pixel_formats=[name]) for name in ('NV12', 'XR24')]
        constraints = Sysmem.Constraints(usage=Sysmem.Usage.CPU_READ,
                                         image_format_constraints=formats)
        self.assertEqual([entry['pixel_formats'] for entry in
                          constraints.to_variant().unpack()['image_format_constraints']],
                         [['NV12'], ['XR24']])
        self.assertIn('"NV12"', str(constraints))


class Blocks(LibraryCase):
    def allocate(self, **properties):
        collection = self.client().allocate_non_shared(bytes_of(4096, **properties))
        collection.wait()
        return collection

    def test_a_collection_is_a_sequence(self):
        collection = self.allocate(min_buffer_count=3)
        self.assertEqual(len(collection), 3)
        self.assertEqual([buffer.get_index() for buffer in collection], [0, 1, 2])
        self.assertEqual(collection[-1].get_index(), 2)
        self.assertEqual([buffer.get_index() for buffer in collection[1:]], [1, 2])
        self.assertEqual(len(collection.buffers), 3)
        for index in (3, -4):
            with self.assertRaises(IndexError):
                collection[index]

    def test_leaving_a_block_releases(self):
        root, other = self.share(Sysmem.Rights.SAME)
        with root.bind(bytes_of(10)) as collection, other:
            pass
        self.assertEqual(collection.get_state(), Sysmem.NodeState.RELEASED)
        self.assertEqual(other.get_state(), Sysmem.NodeState.RELEASED)

    def test_a_block_left_by_an_exception_abandons(self):
        root, other = self.share(Sysmem.Rights.SAME)
        theirs = other.bind(bytes_of(10))
        with self.assertRaises(ZeroDivisionError):
            with root.bind(bytes_of(10)):
                1 / 0
        self.assertIn('ZeroDivisionError',
                      self.assert_error(Sysmem.Error.UNSPECIFIED, theirs.wait))

    def test_a_token_turned_in_within_its_block(self):
        with self.client().allocate_shared() as token:
            collection = token.bind(bytes_of(10))
        self.assertTrue(collection.wait())

    def test_views_are_the_memory_itself(self):
        buffer = self.allocate()[0]
        with buffer.map(write=True) as view:
            self.assertFalse(view.readonly)
            self.assertEqual(len(view), 4096)
            view[10:13] = b'abc'
        with buffer.map() as view:
            self.assertTrue(view.readonly)
            self.assertEqual(bytes(view[10:13]), b'abc')
        mapping = buffer.map(Sysmem.MapFlags.READ)
        self.assertEqual(mapping.get_bytes().get_data()[10:13], b'abc')

    def test_a_view_keeps_its_memory(self):
        view = self.allocate()[0].map(write=True).view
        part = view[100:200]
        del view
        gc.collect()
        part[0] = 7
        self.assertEqual(part[0], 7)

    def test_numpy_without_a_copy(self):
        buffer = self.allocate()[0]
        with buffer.map(write=True) as view:
            array = numpy.frombuffer(view, dtype=numpy.uint8).reshape(64, 64)
            array[2, 3] = 99
        with buffer.map() as view:
            self.assertEqual(view[2 * 64 + 3], 99)
            self.assertEqual(numpy.frombuffer(view, dtype=numpy.uint8).sum(), 99)


class Asyncio(LibraryCase):
    def test_calls_are_awaited(self):
        async def participate():
            client = self.client()
            root, other = await Sysmem.call(client.allocate_shared_many, [Sysmem.Rights.SAME])
            collections = await asyncio.gather(Sysmem.call(root.bind, bytes_of(10)),
                                               Sysmem.call(other.bind, bytes_of(20)))
            await asyncio.gather(*(Sysmem.call(collection.wait) for collection in collections))
            return collections

        collections = asyncio.run(participate())
        self.assertEqual([len(collection) for collection in collections], [2, 2])

    def test_errors_are_raised(self):
        token = self.client().allocate_shared()
        self.assert_error(Sysmem.Error.PROTOCOL_DEVIATION,
                          lambda: asyncio.run(Sysmem.call(token.bind,
                                                          bytes_of(1, max_buffer_count=0))))

    def test_cancelling_a_task_ends_its_wait(self):
        root, other = self.share(Sysmem.Rights.SAME)
        collection = root.bind(bytes_of(10))

        async def give_up():
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(Sysmem.call(collection.wait), 0.05)

        asyncio.run(give_up())  # joins its threads
        other.release()
        self.assertTrue(collection.wait())



if __name__ == '__main__':
    main()
