# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The fixture of sysmemctl's tests: a private bus, a daemon, and the tool run as from a shell."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

from sysmemtest import bus, loop  # noqa: E402
from sysmemtest.case import project_policy  # noqa: E402
from sysmemtest.client import Client  # noqa: E402
from sysmemtest.daemon import Daemon  # noqa: E402

SOURCE = pathlib.Path(os.environ.get('SYSMEM_SOURCE_ROOT') or HERE.parents[1])
SYSMEMCTL = os.environ.get('SYSMEMCTL') or str(SOURCE / 'build' / 'cli' / 'sysmemctl')
TIMEOUT = 60

# Exit statuses, as sysmemctl(1) has them.
OK, FAILED, USAGE, NOT_FOUND, UNSATISFIABLE = range(5)


class CliCase(unittest.TestCase):
    maxDiff = None
    config = None
    bus_kind = bus.DbusDaemon
    has_daemon = True

    def setUp(self):
        self.bus = self.bus_kind(project_policy())
        self.addCleanup(self.bus.stop)
        self.daemon = None
        if self.has_daemon:
            self.daemon = Daemon(self.bus, config=self.config)
            self.addCleanup(self.stop_daemon)

    def stop_daemon(self):
        if self.daemon is not None:
            self.assertEqual(self.daemon.stop(), [])
        self.daemon = None

    def environment(self, **more):
        """Of programs run here: the test's bus is the system bus, and nobody's language."""
        plain = {key: value for key, value in os.environ.items()
                 if key not in ('LANGUAGE', 'SYSMEM_BUS')}
        return {**plain, 'LC_ALL': 'C.UTF-8', 'DBUS_SYSTEM_BUS_ADDRESS': self.bus.address,
                'G_DEBUG': 'fatal-criticals', **more}

    def run_tool(self, *arguments, environment=None, **options):
        """Its CompletedProcess, with text."""
        return subprocess.run([SYSMEMCTL, *map(str, arguments)], text=True, timeout=TIMEOUT,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              stdin=subprocess.DEVNULL,
                              env=self.environment(**(environment or {})), **options)

    def tool(self, *arguments, status=OK, **options):
        """What it prints on standard output, if it ends as it should."""
        run = self.run_tool(*arguments, **options)
        self.assertEqual(run.returncode, status, run.stderr)
        if status == OK:
            self.assertEqual(run.stderr, '')
        return run.stdout

    def json(self, *arguments, **options):
        return json.loads(self.tool('--json', *arguments, **options))

    def complaint(self, status, *arguments, **options):
        """The sentence it ends with when it fails with this status."""
        run = self.run_tool(*arguments, **options)
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertRegex(run.stderr, r'\Asysmemctl: [^\n]+\n\Z')
        return run.stderr.removeprefix('sysmemctl: ').rstrip('\n')

    def table(self, text):
        """A table's rows as lists of cells; the heading is one of them."""
        return [[cell.strip() for cell in line.split('  ') if cell.strip()]
                for line in text.replace('\xa0', ' ').splitlines()]

    def client(self, name='test'):
        client = Client(self.bus.address)
        self.addCleanup(client.close)
        client.set_debug_client_info(name, 0)
        return client

    def write_json(self, name, content):
        """The path of a file NAME.json of the test's own."""
        path = os.path.join(self.bus.directory, name + '.json')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(content, file)
        return path

    def start_tool(self, *arguments, pass_fds=()):
        """Starts it in the background; its output comes line by line."""
        process = subprocess.Popen([SYSMEMCTL, *map(str, arguments)], text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, pass_fds=pass_fds,
                                   env=self.environment())
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def poll_until(self, predicate):
        """For what the tool shows, and what therefore announces itself to nobody here."""
        self.assertTrue(loop.poll_until(predicate, TIMEOUT, interval=0.05), 'it did not happen')


# Participants, as JSON files have them.
PRODUCER = {
    'usage': ['cpu-write-often'], 'min_buffer_count_for_camping': 2,
    'image_format_constraints': [
        {'pixel_formats': ['NV12'], 'color_spaces': ['rec709'], 'min_size': [640, 480]},
        {'pixel_formats': ['XR24'], 'color_spaces': ['srgb'], 'min_size': [640, 480]}]}
CONSUMER = {
    'usage': ['cpu-read-often'], 'min_buffer_count_for_camping': 1,
    'image_format_constraints': [
        {'pixel_formats': ['NV12'], 'color_spaces': ['*'], 'bytes_per_row_divisor': 256}]}
STUBBORN = {
    'usage': ['cpu-read'], 'min_buffer_count_for_camping': 1,
    'image_format_constraints': [{'pixel_formats': ['P010'], 'color_spaces': ['*']}]}

main = unittest.main
__all__ = ['CONSUMER', 'CliCase', 'Daemon', 'FAILED', 'NOT_FOUND', 'OK', 'PRODUCER', 'SOURCE',
           'STUBBORN', 'SYSMEMCTL', 'TIMEOUT', 'UNSATISFIABLE', 'USAGE', 'main']
