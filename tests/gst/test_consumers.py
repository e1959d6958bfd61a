#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Consumers come, change their minds, stall, leave and die; producers, too."""

import os
import signal
import socket
import struct

from pipelines import PipelineCase, main

ENDLESS = 'videotestsrc pattern=ball ! video/x-raw,format=NV12,width=320,height=240,framerate=200/1'
MILLISECOND = 1000 * 1000  # in nanoseconds
NV12 = 'video/x-raw,format=NV12,width=320,height=240,framerate=200/1'


class Joining(PipelineCase):
    def test_a_latecomer_joins_the_buffers_that_exist(self):
        producer = self.produce(ENDLESS, 'sync=true')
        first = self.consume()
        first.wait_for_frames(20)
        second = self.consume()
        second.wait_for_frames(20)
        first.wait_for_frames(20)
        stats = producer.stats()
        self.assertEqual(stats['generations'], 1)
        self.assertEqual(len(stats['consumers']), 2)
        self.assertEqual(stats['copied'], 0)

    def test_a_latecomer_that_does_not_fit_brings_new_buffers(self):
        producer = self.produce(ENDLESS, 'sync=true min-buffers=0')
        first = self.consume()
        first.wait_for_frames(20)
        second = self.consume('buffers=4')
        second.wait_for_frames(20)
        first.wait_for_frames(20)
        stats = producer.stats()
        self.assertEqual(stats['generations'], 2)
        self.assertEqual([one['camping'] for one in stats['consumers'].values()], [3, 4])

    def test_a_latecomer_that_takes_another_format_changes_it_for_all(self):
        producer = self.produce('videotestsrc ! video/x-raw,framerate=200/1', 'sync=true')
        first = self.consume(sink='video/x-raw,format={NV12,I420},width=320,height=240 ! '
                                  'fakesink name=check sync=false')
        first.wait_for_frames(10)
        second = self.consume(sink='video/x-raw,format=NV12 ! fakesink name=check sync=false')
        second.wait_for_frames(20)
        first.wait_for_frames(20)
        self.assertEqual(producer.stats()['generations'], 2)

    def test_a_latecomer_whom_nothing_suits_is_sent_away(self):
        producer = self.produce(ENDLESS, 'sync=true')
        first = self.consume()
        first.wait_for_frames(10)
        second = self.consume(sink='video/x-raw,format=BGRx ! fakesink')
        error = second.wait_for('error')
        self.assertIn('what the producer can send', error['debug'])
        self.assertIn('NV12', error['debug'])
        told = producer.wait_for('message', 'sysmem-consumer-unserved')
        self.assertEqual(told['pid'], second.pid)
        first.wait_for_frames(10)

    def test_one_that_leaves_makes_room_for_another(self):
        producer = self.produce(ENDLESS, 'sync=true min-buffers=0')
        first = self.consume()
        first.wait_for_frames(10)
        for _ in range(3):
            second = self.consume()
            second.wait_for_frames(10)
            second.quit()
        first.wait_for_frames(10)
        # One more for the first second consumer; the others take its place.
        self.assertEqual(producer.stats()['generations'], 2)

    def test_sizes_change_every_50_frames(self):
        producer = self.produce(
            f'videotestsrc num-buffers=399 pattern=ball ! capsfilter name=filter caps={NV12}',
            'sync=false', '--paused', '--sizes', '320x240,642x360,160x122', '--every', '50')
        consumers = [self.consume(), self.consume()]
        for _ in consumers:
            producer.wait_for('message', 'sysmem-consumer-joined')
        producer.command('play')
        frames = [consumer.finish() for consumer in consumers]
        self.assertEqual(len(frames[0]), 399)
        self.assertEqual(frames[0], frames[1])
        sizes = [said['size'] for said in consumers[0].said if 'size' in said]
        self.assertEqual(sizes[::50], ['320x240', '642x360', '160x122', '320x240', '642x360',
                                       '160x122', '320x240', '642x360'])
        stats = producer.stats()
        self.assertEqual(stats['generations'], 8)
        self.assertGreaterEqual(stats['in-place'], 380)


class Copying(PipelineCase):
    TEE = ('videotestsrc pattern=ball num-buffers=50 ! video/x-raw,format=NV12,width=322,height=242 '
           '! tee name=t ! queue ! fakesink t. ! queue')

    def test_frames_of_a_tee_are_copied_once_and_counted(self):
        producer = self.produce(self.TEE, 'sync=false')
        frames = self.consume().finish()
        stats = producer.stats()
        self.assertEqual((stats['in-place'], stats['copied']), (0, 50))
        self.assertEqual(frames, self.reference('videotestsrc pattern=ball num-buffers=50 ! '
                                                'video/x-raw,format=NV12,width=322,height=242'))

    def test_copying_can_be_forbidden(self):
        producer = self.produce(self.TEE, 'sync=false copy=never')
        self.consume('on-disconnect=eos')
        error = producer.wait_for('error')
        self.assertIn('copy=auto', error['debug'])


class Stalling(PipelineCase):
    def test_one_that_stalls_is_named_and_everybody_waits(self):
        producer = self.produce(ENDLESS, 'sync=false')
        other = self.consume()
        stalling = self.consume()
        stalling.wait_for_frames(10)
        producer.set('stall-timeout', 200 * MILLISECOND)
        # A frame that was waiting already waits as long as was said before.
        (sent,) = [one['sent'] for one in producer.stats()['consumers'].values()
                   if one['pid'] == stalling.pid]
        stalling.wait_for_frames(sent + 2 - len(stalling.frames()))
        stalling.kill(signal.SIGSTOP)
        told = producer.wait_for('message', 'sysmem-consumer-stalled', pid=stalling.pid)
        self.assertEqual(told['comm'], 'run-pipeline')
        self.assertEqual(told['held'], told['camping'])
        stalling.kill(signal.SIGCONT)
        stalling.wait_for_frames(50)
        other.wait_for_frames(50)
        stats = producer.stats()
        self.assertEqual([one['dropped'] for one in stats['consumers'].values()], [0, 0])

    def test_one_that_stalls_misses_frames(self):
        producer = self.produce(ENDLESS, 'sync=true stall-policy=drop')
        other = self.consume()
        other.wait_for_frames(10)
        stalling = self.consume()
        stalling.wait_for_frames(10)
        producer.set('stall-timeout', 200 * MILLISECOND)
        stalling.kill(signal.SIGSTOP)
        producer.wait_for('message', 'sysmem-consumer-stalled', pid=stalling.pid)
        other.wait_for_frames(100)
        stalling.kill(signal.SIGCONT)
        stalling.wait_for_frames(20)
        self.assertGreater(producer.stats()['consumers']['consumer-1']['dropped'], 0)

    def test_one_that_does_not_answer_is_left_out(self):
        producer = self.produce(
            f'videotestsrc pattern=ball ! capsfilter name=filter caps={NV12}',
            'sync=true stall-policy=drop', '--sizes', '320x240,640x480',
            '--every', '200')
        other = self.consume()
        other.wait_for_frames(10)
        stopped = self.consume()
        stopped.wait_for_frames(10)
        producer.set('stall-timeout', 5000 * MILLISECOND)
        stopped.kill(signal.SIGSTOP)
        producer.wait_for('message', 'sysmem-consumer-unserved', pid=stopped.pid)
        other.wait_for_frames(50)
        stopped.kill(signal.SIGCONT)
        self.assertIn('in time', stopped.wait_for('error')['debug'])


class Ending(PipelineCase):
    def test_a_dead_consumer_gives_its_frames_back(self):
        producer = self.produce(ENDLESS, 'sync=false')
        first = self.consume()
        first.wait_for_frames(10)
        second = self.consume()
        second.wait_for_frames(10)
        second.kill()
        told = producer.wait_for('message', 'sysmem-consumer-lost')
        self.assertEqual(told['pid'], second.pid)
        first.wait_for_frames(100)
        self.assertEqual(len(producer.stats()['consumers']), 1)

    def test_when_all_have_gone_the_next_one_is_waited_for(self):
        producer = self.produce(ENDLESS, 'sync=false')
        for _ in range(3):
            consumer = self.consume()
            consumer.wait_for_frames(10)
            consumer.kill()
            producer.wait_for('message', 'sysmem-consumer-lost')
        self.assertEqual(producer.stats()['unseen'], 0)

    def test_who_comes_after_the_end_hears_of_it(self):
        producer = self.produce(f'videotestsrc num-buffers=5 ! {NV12}')
        self.assertEqual(len(self.consume().finish()), 5)
        producer.wait_for('eos')
        self.assertEqual(self.consume().finish(), [])

    def test_a_dead_producer_is_an_error_that_names_it(self):
        producer = self.produce(ENDLESS, 'sync=true')
        consumer = self.consume()
        consumer.wait_for_frames(10)
        producer.kill()
        error = consumer.wait_for('error')
        self.assertIn(f'run-pipeline (pid {producer.pid}): has gone', error['debug'])

    def test_a_dead_producer_may_be_the_end_of_the_stream(self):
        producer = self.produce(ENDLESS, 'sync=true')
        consumer = self.consume('on-disconnect=eos')
        consumer.wait_for_frames(10)
        producer.kill()
        consumer.finish()

    def test_a_dead_producer_may_have_a_successor(self):
        consumer = self.consume('on-disconnect=reconnect')
        for number in (signal.SIGKILL, signal.SIGKILL, None):
            producer = self.produce(ENDLESS, 'sync=true')
            consumer.wait_for_frames(20)
            if number:
                producer.kill(number)
        producer.quit()
        self.produce(f'videotestsrc num-buffers=10 ! {NV12}')
        consumer.finish()

    def test_nobody_there_is_an_error_that_says_so(self):
        error = self.consume().wait_for('error')
        self.assertIn('is a sysmemsink with this socket-path running?', error['debug'])

    def test_somebody_there_already_is_an_error_that_says_so(self):
        self.produce(ENDLESS)
        second = self.run_pipeline(f'{ENDLESS} ! sysmemsink socket-path=SOCKET')
        self.assertIn('somebody listens at', second.wait_for('error')['debug'])

    def test_who_breaks_the_protocol_is_expelled_and_named(self):
        producer = self.produce(ENDLESS, 'sync=true')
        consumer = self.consume()
        consumer.wait_for_frames(10)
        for words in (b'GET / HTTP/1.1', b'', struct.pack('<IHH', 0x4d535953, 1, 7) + bytes(56)):
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as enemy:
                enemy.connect(self.socket)
                enemy.send(words)
                if words:
                    told = producer.wait_for('message', 'sysmem-consumer-expelled')
                    self.assertEqual(told['pid'], os.getpid())
        consumer.wait_for_frames(50)


if __name__ == '__main__':
    main()
