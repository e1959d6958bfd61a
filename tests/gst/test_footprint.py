#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What gst-launch-1.0 leaves behind, and what a frame costs at the kernel; the README's pipeline."""

import os
import re
import subprocess

from pipelines import HERE, PATIENT, TIMEOUT, PipelineCase, main

FORMAT = 'video/x-raw,format=NV12,width=640,height=480'
BLOCK = re.compile(r'^```sh gstreamer\n(.*?)^```$', re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r'^ \* \|\[\n \* (.*?)\n \* \]\|$', re.MULTILINE | re.DOTALL)
# Of a line of strace's table: the calls' number and name.
CALLS = re.compile(r'^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(mmap|munmap)$', re.MULTILINE)


class Launch(PipelineCase):
    def launch(self, arguments, before=(), **environment):
        process = subprocess.Popen(
            [*before, 'gst-launch-1.0', '-q', *arguments.replace('SOCKET', self.socket).split()],
            env={**self.environment, **environment}, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process

    def run_both(self, n_frames, before=lambda _name: (), **environment):
        """The standard errors of producer and consumer."""
        producer = self.launch(f'videotestsrc num-buffers={n_frames} ! {FORMAT} ! '
                               f'sysmemsink socket-path=SOCKET sync=false {PATIENT}',
                               before('producer'), **environment)
        consumer = self.launch('sysmemsrc socket-path=SOCKET on-disconnect=reconnect ! fakesink',
                               before('consumer'), **environment)
        errors = [process.communicate(timeout=TIMEOUT)[1] for process in (producer, consumer)]
        self.assertEqual([producer.returncode, consumer.returncode], [0, 0], errors)
        return errors

    def test_nothing_is_left(self):
        for said in self.run_both(30, GST_TRACERS='leaks', GST_DEBUG='GST_TRACER:7',
                                  GST_DEBUG_NO_COLOR='1'):
            self.assertIn('object-alive.class', said)  # the tracer is at work
            self.assertEqual(re.findall(r'object-alive, .*', said.replace('format string: ', '')
                                        .replace('object-alive, type-name=(string)%s', '')), [])

    def count_maps(self, n_frames):
        """How often producer and consumer mapped and unmapped something."""
        def table(name):
            return os.path.join(self.bus.directory, f'{name}-{n_frames}')
        self.run_both(n_frames, lambda name: (
            'strace', '-f', '-c', '-e', 'trace=mmap,munmap', '-o', table(name)))
        counts = []
        for name in ('producer', 'consumer'):
            with open(table(name)) as file:
                counts.append({call: int(count) for count, call in CALLS.findall(file.read())})
        return counts

    def test_frames_cost_no_mapping(self):
        few, many = self.count_maps(20), self.count_maps(220)
        for before, after in zip(few, many):
            for call in ('mmap', 'munmap'):
                # Threads' stacks and arenas come and go; 200 frames would be seen.
                self.assertLess(after[call] - before[call], 50, (few, many))

    def test_the_pipeline_of_the_readme(self):
        with open(HERE.parents[1] / 'README.md') as file:
            (commands,) = BLOCK.findall(file.read())
        self.assert_works(commands)

    def test_the_pipelines_of_the_elements_documentation(self):
        for element in ('sink', 'src'):
            with self.subTest(element=element):
                source = HERE.parents[1] / 'gst' / 'plugin' / f'gstsysmem{element}.c'
                (commands,) = EXAMPLE.findall(source.read_text())
                self.assert_works(commands.replace('\n * ', '\n'))

    def assert_works(self, commands):
        """Both pipelines, the first one in the background, see the end of the stream."""
        self.assertEqual(commands.count('gst-launch-1.0'), 2)
        self.assertIn('autovideosink', commands)
        # There is no display here, and some sinks crash without one.
        commands = commands.replace('/tmp/frames', self.socket).replace('autovideosink', 'fakesink')
        run = subprocess.run(['bash', '-c', f'set -e\n{commands}\nwait $!'], env=self.environment,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             timeout=TIMEOUT, check=False)
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertEqual(run.stdout.count('Got EOS'), 2, run.stdout)


class Inspect(PipelineCase):
    def test_every_property_is_explained(self):
        for element, names in (('sysmemsink', ('socket-path', 'bus', 'stall-policy', 'stall-timeout',
                                               'copy', 'buffers', 'min-buffers', 'stats', 'usage',
                                               'wait-for-connection')),
                               ('sysmemsrc', ('socket-path', 'bus', 'on-disconnect', 'buffers',
                                              'usage', 'stats'))):
            told = subprocess.run(['gst-inspect-1.0', element], env=self.environment, text=True,
                                  stdout=subprocess.PIPE, check=True).stdout
            for name in names:
                with self.subTest(element=element, name=name):
                    self.assertRegex(told, rf'(?m)^  {name} +: [A-Z]\S* \w+')


if __name__ == '__main__':
    main()
