#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The examples do what their README says, and leave nothing behind.

    tests/examples/test_examples.py BUILD_DIR
"""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'examples')
TIMEOUT = 120


class ExampleCase(unittest.TestCase):
    build_dir = 'build'

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w') as file:
            file.write(text)
        return path

    def run_example(self, *command, stderr=subprocess.PIPE):
        """Runs it with its temporary files in a folder of ours, which must be empty afterwards."""
        temporary = os.path.join(self.folder, 'tmp')
        os.mkdir(temporary)
        done = subprocess.run(
            [os.path.join(EXAMPLES, 'run'), '--build-dir=' + self.build_dir, *command],
            cwd=self.folder, env={**os.environ, 'TMPDIR': temporary}, stdout=subprocess.PIPE,
            stderr=stderr, text=True, timeout=TIMEOUT)
        self.assertEqual(os.listdir(temporary), [])
        return done

    def run_example_hearing(self, *command):
        """Runs it, and returns what its programs write to stderr as well, a string for each write."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                done = self.run_example(*command, stderr=theirs)
            return done, [piece.decode() for piece in iter(lambda: ours.recv(65536), b'')]


class Video(ExampleCase):
    """On the library: what examples/run starts."""

    initiator = os.path.join(EXAMPLES, 'library', 'video.py')

    def test_video(self):
        done = self.run_example(*([] if type(self) is Video else [self.initiator]))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        frames = re.search(r'^frames +(\d+), (\d+) bytes of pixels, every checksum equal',
                           done.stdout, re.MULTILINE)
        self.assertIsNotNone(frames, done.stdout)
        self.assertGreaterEqual(int(frames[1]), 300)
        self.assertEqual(int(frames[2]), int(frames[1]) * 640 * 360 * 3 // 2)
        self.assertRegex(done.stdout, r'(?m)^buffers +4 of 414720 bytes$')
        self.assertRegex(done.stdout, r'(?m)^heap +system \(memfd, cpu domain\)$')
        self.assertRegex(done.stdout, r'(?m)^format +NV12:0x0 640x360, stride 768, rec709$')
        self.assertEqual(done.stdout.splitlines()[-1], '0 bytes copied between processes')
        self.assert_contact_sheet(os.path.join(self.folder, 'contact-sheet.png'), 640, 450)

    def assert_contact_sheet(self, path, width, height):
        """A PNG of that size whose thumbnails differ: the pattern moves."""
        with open(path, 'rb') as file:
            data = file.read()
        self.assertEqual(data[:8], b'\x89PNG\r\n\x1a\n')
        self.assertEqual(struct.unpack('>II', data[16:24]), (width, height))
        length, = struct.unpack('>I', data[33:37])
        lines = zlib.decompress(data[41:41 + length])
        row = 1 + width * 3
        thumbnails = {lines[top * row + 1 + left * 3:top * row + 1 + (left + width // 4) * 3]
                      for top in range(0, height, height // 5)
                      for left in range(0, width, width // 4)}
        self.assertGreater(len(thumbnails), 10)

    def make_video(self, frames, width, height):
        path = os.path.join(self.folder, 'own.webm')
        subprocess.run(
            [sys.executable, '-B', '-c', 'import sys, test_video\n'
             'test_video.encode(sys.argv[1], *map(int, sys.argv[2:]))', path,
             str(frames), str(width), str(height)],
            cwd=EXAMPLES, check=True, timeout=TIMEOUT)
        return path

    def test_own_video(self):
        done = self.run_example(self.initiator, '--video=' + self.make_video(30, 320, 240))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r'(?m)^frames +30, ')
        self.assertRegex(done.stdout, r'(?m)^format +NV12:0x0 320x240, stride 512, rec709$')

    def test_disagreement_is_explained(self):
        """The consumer's limit is 1920 pixels: both hear who said what, and say it in one piece,
        since they do at the same time."""
        done, pieces = self.run_example_hearing(self.initiator,
                                                '--video=' + self.make_video(2, 2048, 64))
        stderr = ''.join(pieces)
        self.assertEqual(done.returncode, 1, done.stdout + stderr)
        for program in ('producer', 'consumer'):
            said = [piece for piece in pieces if piece.startswith(program + ': ')]
            self.assertEqual(len(said), 1, stderr)
            self.assertRegex(said[0], r'^{}: NV12:0x0: .*2048.*1920.*\n$'.format(program))
        self.assertNotIn('Traceback', stderr)

    def kill_consumer(self):
        """Another consumer, which dies at the first frame, and an initiator that starts it."""
        killer = self.write('killer.py', 'import os, signal, sys\n'
                            f'sys.path.insert(0, {os.path.dirname(self.initiator)!r})\n'
                            'import video_consumer\n'
                            'video_consumer.frame_checksum = \\\n'
                            '    lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n'
                            'video_consumer.main()\n')
        return self.write('initiator.py', 'import sys\n'
                          f'sys.path.insert(0, {os.path.dirname(self.initiator)!r})\n'
                          'import video\n'
                          f'video.CONSUMER = {killer!r}\n'
                          'sys.exit(video.main())\n')

    def test_participant_that_dies(self):
        """The other one is told, ends with a sentence, and nothing hangs."""
        done = self.run_example(sys.executable, '-B', self.kill_consumer())
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn('producer: ', done.stderr)
        self.assertNotIn('Traceback', done.stderr)


class VideoWithoutLibrary(Video):
    initiator = os.path.join(EXAMPLES, 'initiator.py')

    def kill_consumer(self):
        killer = self.write('killer.py', 'import os, signal, sys\n'
                            f'sys.path.insert(0, {EXAMPLES!r})\n'
                            'import consumer\n'
                            'consumer.frame_checksum = \\\n'
                            '    lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n'
                            'consumer.main()\n')
        return self.write('initiator.py', 'import sys\n'
                          f'sys.path.insert(0, {EXAMPLES!r})\n'
                          'import initiator\n'
                          'start = initiator.start\n'
                          'initiator.start = lambda program, *args: start(\n'
                          f'    {killer!r} if program == "consumer.py" else program, *args)\n'
                          'sys.exit(initiator.main())\n')


class Runner(ExampleCase):
    def test_busctl_tour(self):
        done = self.run_example(os.path.join(EXAMPLES, 'busctl-tour'))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        answers = dict(re.findall(r'^\$ busctl call .* (ListHeaps|AllocateBuffers|CheckConstraints|'
                                  r'WaitForAllBuffersAllocated|Explain)\b.*\n((?:.+\n)*)',
                                  done.stdout, re.MULTILINE))
        self.assertIn('"system"', answers['ListHeaps'])
        self.assertIn('"buffer_count" u 3', answers['AllocateBuffers'])
        self.assertIn('"pixel_format" s "NV12:0x0"', answers['CheckConstraints'])
        self.assertIn('"buffer_count" u 3', answers['WaitForAllBuffersAllocated'])
        self.assertIn('"bytes_per_row_divisor" u 256', answers['WaitForAllBuffersAllocated'])
        self.assertIn('"outcome" s "allocated"', answers['Explain'])

    def test_without_a_build(self):
        done = subprocess.run([os.path.join(EXAMPLES, 'run'), '--build-dir=' + self.folder],
                              capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 1)
        self.assertIn('meson setup', done.stderr)

    def test_command_gets_the_bus_and_gives_its_status(self):
        done = self.run_example('sh', '-c', 'busctl list --acquired | grep Sysmem1 && exit 7')
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn('org.sysmem.Sysmem1', done.stdout)


if __name__ == '__main__':
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        ExampleCase.build_dir = os.path.abspath(sys.argv.pop(1))
    unittest.main()
