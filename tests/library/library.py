# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The fixture of the library's tests: a bus, a daemon, and the library that was just built, with
its Python overrides."""

import gc
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'lib'))

import gi  # noqa: E402
import gi.overrides  # noqa: E402

SOURCE = pathlib.Path(os.environ.get('SYSMEM_SOURCE_ROOT') or HERE.parents[1])
gi.overrides.__path__.insert(0, str(SOURCE / 'libsysmem' / 'python'))
gi.require_version('Sysmem', '1.0')

from gi.repository import Gio, GLib, Sysmem  # noqa: E402
from sysmemtest import bus, fds, loop  # noqa: E402
from sysmemtest.case import project_policy  # noqa: E402
from sysmemtest.daemon import Daemon  # noqa: E402

TIMEOUT = 60


def bytes_of(size, usage=Sysmem.Usage.CPU_WRITE, **properties):
    """Raw bytes: buffers of at least this size, one of them for this participant unless said."""
    properties.setdefault('min_buffer_count_for_camping', 1)
    return Sysmem.Constraints(
        usage=usage, **properties,
        buffer_memory_constraints=Sysmem.MemoryConstraints(min_size_bytes=size))


def images_of(pixel_formats, size, usage=Sysmem.Usage.CPU_WRITE, color_space='*', count=1, **bounds):
    return Sysmem.Constraints(
        usage=usage, min_buffer_count_for_camping=count,
        image_format_constraints=[Sysmem.ImageFormatConstraints(
            pixel_formats=pixel_formats, color_spaces=[color_space], min_size=size, **bounds)])


class LibraryCase(unittest.TestCase):
    maxDiff = None
    bus_kind = bus.DbusDaemon
    config = None

    def setUp(self):
        self.bus = self.bus_kind(project_policy())
        self.addCleanup(self.bus.stop)
        self.daemon = Daemon(self.bus, config=self.config)
        self.addCleanup(self.stop_daemon)

    def stop_daemon(self):
        if self.daemon is not None:
            self.assertEqual(self.daemon.stop(), [])
        self.daemon = None

    def client(self, name='test'):
        client = Sysmem.Client.new_for_address(self.bus.address)
        client.set_debug_client_info(name, 0)
        return client

    def run_until(self, predicate):
        self.assertTrue(loop.run_until(predicate, TIMEOUT), 'it did not happen')

    def run_async(self, source, name, *arguments, cancellable=None):
        """What the call's finish function returns, or raises."""
        results = []
        getattr(source, name + '_async')(
            *arguments, cancellable, lambda _source, result: results.append(result))
        self.run_until(lambda: results)
        return getattr(source, name + '_finish')(results[0])

    def assert_error(self, code, function, *arguments):
        """The message of the SYSMEM_ERROR that the call ends in."""
        with self.assertRaises(GLib.Error) as caught:
            function(*arguments)
        error = caught.exception
        self.assertTrue(error.matches(Sysmem.error_quark(), code), f'{error.domain}: {error}')
        self.assertNotIn('GDBus.Error', error.message)
        return error.message

    def share(self, *rights):
        """A root token, and one more token for each of the rights, of a new client."""
        client = self.client()
        return client.allocate_shared_many(list(rights))

    def pass_on(self, token, client=None):
        """The token as somebody else receives it."""
        return Sysmem.Token.new_from_fd(client or self.client('receiver'), token.steal_fd())


def count_own_fds():
    """Without what GLib's threads make for a call and give up some time later."""
    gc.collect()
    links = (fds.link_of(number) for number in os.listdir('/proc/self/fd'))
    return sum(link != '' and not link.startswith('anon_inode:') for link in links)


main = unittest.main
__all__ = ['SOURCE', 'Daemon', 'Gio', 'GLib', 'LibraryCase', 'Sysmem', 'TIMEOUT', 'bus', 'bytes_of', 'count_own_fds',
           'fds', 'images_of', 'loop', 'main']
