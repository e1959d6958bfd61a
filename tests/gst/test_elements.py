#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Frames from one process in others: the same ones, in buffers that all of them share."""

import os

from pipelines import PipelineCase, main

COUNT = 100


def ball(size='322x242', pixel_format='NV12', count=COUNT):
    width, height = size.split('x')
    return (f'videotestsrc pattern=ball num-buffers={count} ! video/x-raw,format={pixel_format},'
            f'width={width},height={height},framerate=100/1')


class Frames(PipelineCase):
    def assert_shared(self, source, share_in_place=0.95):
        """Two consumers see the frames that the source makes, nearly all of them drawn in place."""
        producer = self.produce(source, 'sync=false', '--paused')
        consumers = [self.consume(), self.consume()]
        for _ in consumers:
            producer.wait_for('message', 'sysmem-consumer-joined')
        producer.command('play')
        expected = self.reference(source)
        self.assertEqual(len(expected), COUNT)
        for consumer in consumers:
            self.assertEqual(consumer.finish(), expected)
        producer.wait_for('eos')
        stats = producer.stats()
        self.assertEqual(stats['in-place'] + stats['copied'], COUNT)
        self.assertGreaterEqual(stats['in-place'], share_in_place * COUNT)
        self.assertEqual(stats['unseen'], 0)

    def test_videotestsrc(self):
        self.assert_shared(ball())

    def test_videoconvert(self):
        self.assert_shared(f'{ball(pixel_format="I420")} ! videoconvert ! video/x-raw,format=BGRx')

    def test_vp8dec(self):
        file = os.path.join(self.bus.directory, 'film')
        self.run_pipeline(f'{ball(pixel_format="I420")} ! vp8enc deadline=1 ! matroskamux ! '
                          f'filesink location={file}').finish()
        self.assert_shared(f'filesrc location={file} ! matroskademux ! vp8dec')

    def test_jpegdec(self):
        self.assert_shared(f'{ball("320x240")} ! jpegenc ! jpegdec')

    def test_compositor(self):
        self.assert_shared(f'{ball()} ! mixer. {ball("64x64", "I420")} ! mixer. '
                           'compositor name=mixer sink_1::xpos=100 ! video/x-raw,format=I420')

    def test_held_by_two(self):
        """One frame stays with videorate until the next one comes, one with the sink."""
        producer = self.produce(ball(), 'sync=false', '--paused')
        consumer = self.consume(sink='videorate ! fakesink sync=false')
        producer.wait_for('message', 'sysmem-consumer-joined')
        producer.command('play')
        consumer.wait_for('eos')
        producer.wait_for('eos')


if __name__ == '__main__':
    main()
