# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The fixture of the elements' tests: a bus, a daemon, and pipelines in processes of their own."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

from sysmemtest import bus  # noqa: E402
from sysmemtest.case import project_policy  # noqa: E402
from sysmemtest.daemon import Daemon  # noqa: E402

TIMEOUT = 60
# Nanoseconds, more than any test takes: nobody is left out only because the machine is busy.
NEVER = 600 * 10**9
PATIENT = f'stall-timeout={NEVER}'


class Pipeline:
    """A pipeline in a process of its own; everything it says is kept."""

    def __init__(self, description, environment, arguments=()):
        self.process = subprocess.Popen(
            [str(HERE / 'run-pipeline'), description, *arguments], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1)
        self.pid = self.process.pid
        self.said = []
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def _next(self, timeout):
        """What it says next; None: it says no more."""
        try:
            said = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f'nothing happened; before: {self.said[-5:]}') from None
        if said is None:
            self._lines.put(None)
        else:
            self.said.append(said)
        return said

    def wait_for(self, key, value=None, timeout=TIMEOUT, **also):
        """The next thing it says that has the key, and if given the value and what else it has."""
        while True:
            said = self._next(timeout)
            if said is None:
                raise AssertionError(f'it ended without {key}; last: {self.said[-5:]}')
            if (key in said and value in (None, said[key])
                    and all(said.get(name) == wanted for name, wanted in also.items())):
                return said
            if 'error' in said:
                raise AssertionError(f'it failed: {said}')

    def wait_for_frames(self, count):
        """That many more."""
        return [self.wait_for('frame')['frame'] for _ in range(count)]

    def wait_for_end(self, timeout=TIMEOUT):
        while self._next(timeout) is not None:
            pass
        return self.process.wait(timeout)

    def command(self, word):
        self.process.stdin.write(word + '\n')
        self.process.stdin.flush()

    def set(self, name, value):
        """A property of the element s."""
        self.command(f'set {name} {value}')

    def stats(self):
        self.command('stats')
        return self.wait_for('stats')['stats']

    def frames(self):
        return [said['frame'] for said in self.said if 'frame' in said]

    def finish(self):
        """After the end of the stream: its frames."""
        self.wait_for('eos')
        self.quit()
        return self.frames()

    def quit(self):
        self.command('quit')
        self.wait_for_end()

    def kill(self, number=signal.SIGKILL):
        os.kill(self.pid, number)

    def clean_up(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()


class PipelineCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.bus = bus.DbusDaemon(project_policy())
        self.addCleanup(self.bus.stop)
        self.daemon = Daemon(self.bus)
        self.addCleanup(lambda: self.assertEqual(self.daemon.stop(), []))
        self.socket = os.path.join(self.bus.directory, 'frames')
        self.environment = {
            **os.environ,
            'DBUS_SYSTEM_BUS_ADDRESS': self.bus.address,
            'G_DEBUG': 'fatal-criticals',
            'GST_REGISTRY_FORK': 'no',
        }

    def run_pipeline(self, description, *arguments):
        pipeline = Pipeline(description.replace('SOCKET', self.socket), self.environment, arguments)
        self.addCleanup(pipeline.clean_up)
        return pipeline

    def produce(self, source, properties='sync=false', *arguments):
        """A pipeline that ends in a sink named s, once consumers can connect to it."""
        producer = self.run_pipeline(
            f'{source} ! sysmemsink name=s socket-path=SOCKET {PATIENT} {properties}', *arguments)
        self.wait_for_socket(producer)
        return producer

    def wait_for_socket(self, producer):
        """Its pipeline goes to READY when the socket is there."""
        producer.wait_for('state', 'ready')

    def consume(self, properties='', sink='fakesink name=check sync=false'):
        return self.run_pipeline(f'sysmemsrc name=s socket-path=SOCKET {properties} ! {sink}')

    def reference(self, source):
        """The checksums of the frames that a source makes."""
        return self.run_pipeline(f'{source} ! fakesink name=check sync=false').finish()


main = unittest.main
__all__ = ['NEVER', 'PATIENT', 'Pipeline', 'PipelineCase', 'TIMEOUT', 'main']
