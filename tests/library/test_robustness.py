#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the library does when the world is unkind: cancellation, a daemon or bus that goes away,
fork, threads; and that it loses no file descriptor meanwhile."""

import gc
import os
import subprocess
import sys
import threading

from library import Daemon, Gio, GLib, LibraryCase, Sysmem, bytes_of, count_own_fds, fds, loop, main

SAME = Sysmem.Rights.SAME


def count_own_buffers():
    gc.collect()
    return len(fds.memory_files(os.getpid()))


class Cancellation(LibraryCase):
    def assert_cancelled(self, function, *arguments, **keywords):
        with self.assertRaises(GLib.Error) as caught:
            function(*arguments, **keywords)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def cancelled(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        return cancellable

    def test_before_anything_is_sent_nothing_happens(self):
        client = self.client()
        root = client.allocate_shared()
        now = self.cancelled()
        self.assert_cancelled(client.allocate_shared, now)
        self.assert_cancelled(root.duplicate, SAME, now)
        self.assert_cancelled(root.bind, None, now)
        self.assert_cancelled(root.release, now)
        for name, arguments in (('duplicate', [SAME]), ('bind', [None]), ('release', []),
                                ('sync', [])):
            self.assert_cancelled(self.run_async, root, name, *arguments, cancellable=now)
        self.assertFalse(root.props.is_closed)
        collection = root.bind(bytes_of(10))
        self.assert_cancelled(collection.wait, now)
        self.assertTrue(collection.wait())

    def test_what_decides_something_ends_as_it_was_decided(self):
        root = self.client().allocate_shared()
        cancellable = Gio.Cancellable()
        results = []
        root.duplicate_async(SAME, cancellable, lambda _source, result: results.append(result))
        cancellable.cancel()
        self.run_until(lambda: results)
        other = root.duplicate_finish(results[0])
        self.assertFalse(other.props.is_closed)
        other.release()
        self.assertTrue(root.bind(bytes_of(10)).wait())

    def test_an_asynchronous_wait(self):
        root, other = self.share(SAME)
        collection = root.bind(bytes_of(10))
        cancellable = Gio.Cancellable()
        GLib.idle_add(lambda: cancellable.cancel())
        self.assert_cancelled(self.run_async, collection, 'wait', cancellable=cancellable)
        other.release()
        self.assertTrue(collection.wait())

    def test_a_synchronous_wait_from_another_thread(self):
        root, other = self.share(SAME)
        collection = root.bind(bytes_of(10))
        cancellable = Gio.Cancellable()
        timer = threading.Timer(0.05, cancellable.cancel)
        timer.start()
        self.assert_cancelled(collection.wait, cancellable)
        timer.join()
        other.release()
        self.assertTrue(collection.wait())


class Waiting(LibraryCase):
    config = {'WaitTimeout': 1000}

    def test_it_takes_as_long_as_it_takes(self):
        root, other = self.share(SAME)
        collection = root.bind(bytes_of(10))
        # Longer than the daemon lets a single call wait.
        GLib.timeout_add(2300, lambda: other.release() and False)
        self.assertTrue(self.run_async(collection, 'wait'))

    def test_a_synchronous_wait_does_not_touch_our_context(self):
        root, other = self.share(SAME)
        collection = root.bind(bytes_of(10))
        touched = []
        GLib.idle_add(lambda: touched.append(1) or False)
        thread = threading.Timer(0.2, other.release)
        thread.start()
        self.assertTrue(collection.wait())
        thread.join()
        self.assertEqual(touched, [])
        loop.dispatch_pending()
        self.assertEqual(touched, [1])

    def test_many_waits_on_one_collection(self):
        root, other = self.share(SAME)
        collection = root.bind(bytes_of(10))
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(collection.wait()))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        done = []
        for _ in range(3):
            collection.wait_async(None, lambda source, result:
                                  done.append(source.wait_finish(result)))
        threading.Timer(0.3, other.release).start()
        self.run_until(lambda: len(done) == 3)
        for thread in threads:
            thread.join()
        self.assertEqual(answers + done, [True] * 7)
        self.assertEqual(len(collection), 1)

    def test_more_waits_than_a_connection_may_have(self):
        client = self.client()
        pairs = [client.allocate_shared_many([SAME]) for _ in range(40)]
        collections = [root.bind(bytes_of(10, min_buffer_count=20)) for root, _ in pairs]
        done = []
        for collection in collections:
            collection.wait_async(None, lambda source, result:
                                  done.append(source.wait_finish(result)))
        for _, other in pairs:
            other.release()
        self.run_until(lambda: len(done) == len(pairs))
        self.assertEqual({len(collection) for collection in collections}, {20})


class Ends(LibraryCase):
    def restart(self):
        self.daemon.kill()
        self.daemon = Daemon(self.bus)

    def test_the_daemon_is_replaced(self):
        client = self.client()
        root, other, third = client.allocate_shared_many([SAME, SAME])
        collection = root.bind(bytes_of(10))
        finished = client.allocate_non_shared(bytes_of(10))
        finished.wait()
        failures = []
        for node in (collection, other):
            node.connect('failed', lambda node, error: failures.append((node, error)))
        waits = []
        collection.wait_async(None, lambda _source, result: waits.append(result))
        self.restart()
        self.run_until(lambda: len(failures) == 2 and waits)
        self.assert_error(Sysmem.Error.UNSPECIFIED, collection.wait_finish, waits[0])
        self.assertIn('left the bus', self.assert_error(Sysmem.Error.UNSPECIFIED, collection.wait))
        self.assert_error(Sysmem.Error.UNSPECIFIED, third.duplicate, SAME)
        # What was delivered stays, and the client goes on with the new daemon.
        with finished[0].map(write=True) as view:
            view[0] = 1
        again = client.allocate_non_shared(bytes_of(10))
        self.assertTrue(again.wait())

    def test_a_blocked_wait_when_the_daemon_dies(self):
        root, other = self.share(SAME)
        collection = root.bind(bytes_of(10))
        threading.Timer(0.1, self.daemon.kill).start()
        self.assert_error(Sysmem.Error.UNSPECIFIED, collection.wait)
        self.daemon = None

    def test_the_bus_goes_away(self):
        client = self.client()
        root, other = client.allocate_shared_many([SAME])
        collection = root.bind(bytes_of(10))
        waits = []
        collection.wait_async(None, lambda _source, result: waits.append(result))
        loop.dispatch_pending()
        client.get_connection().close_sync(None)
        self.run_until(lambda: waits)
        with self.assertRaises(GLib.Error) as caught:
            collection.wait_finish(waits[0])
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED),
                        str(caught.exception))
        for call in (collection.wait, lambda: other.duplicate(SAME), client.allocate_shared):
            with self.assertRaises(GLib.Error):
                call()

    def test_there_is_no_daemon(self):
        self.stop_daemon()
        with self.assertRaises(GLib.Error) as caught:
            Sysmem.Client.new_for_address(self.bus.address)
        self.assertTrue(caught.exception.matches(Gio.DBusError.quark(),
                                                 Gio.DBusError.SERVICE_UNKNOWN))

    def test_fork(self):
        client = self.client()
        root, other = client.allocate_shared_many([SAME])
        collection = client.allocate_non_shared(bytes_of(10))
        collection.wait()
        mapping = collection[0].map(write=True)
        child = os.fork()
        if child == 0:
            try:
                mapping.view[0] = 42
                os._exit(self.live_as_child(client, other, collection))
            except BaseException:
                os._exit(99)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertEqual(mapping.view[0], 42)
        self.assertTrue(collection.check())
        other.release()
        self.assertTrue(root.bind(bytes_of(10)).wait())

    def live_as_child(self, client, other, collection):
        """How much went wrong."""
        wrong = 0
        for call in (client.allocate_shared, other.release, collection.check):
            try:
                call()
                wrong += 1
            except GLib.Error as error:
                wrong += 'fork' not in error.message
        # Dropping all of it harms nobody.
        collection.run_dispose()
        other.run_dispose()
        return wrong


class Threads(LibraryCase):
    def test_everything_from_everywhere(self):
        client = self.client()
        counts = []

        def work():
            for _ in range(5):
                root, other = client.allocate_shared_many([SAME])
                mine, theirs = root.bind(bytes_of(100)), other.bind(bytes_of(10))
                mine.wait()
                theirs.wait()
                counts.append(len(mine))
                mine.release()
                theirs.release()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(counts, [2] * 40)


class Leaks(LibraryCase):
    def everything(self):
        client = self.client()
        root, one, two = client.allocate_shared_many([SAME, SAME])
        group = one.create_group()
        children = group.create_children([SAME, SAME])
        group.all_children_present(False)
        collections = [token.bind(bytes_of(50)) for token in (root, one, two, *children)]
        collections[0].wait()
        mapping = collections[0][0].map()
        collections[0].explain()
        GLib.close(collections[0][0].dup_fd())
        with self.assertRaises(GLib.Error):
            collections[4].wait()
        client.allocate_shared().abandon('over')
        stolen = client.allocate_shared().steal_fd()
        Sysmem.Token.new_from_fd(client, stolen)
        group.release()
        collections[1].release()
        self.cancelled_wait(client)
        return mapping

    def cancelled_wait(self, client):
        cancellable = Gio.Cancellable()
        root, other = client.allocate_shared_many([SAME])
        waits = []
        root.bind(bytes_of(10)).wait_async(cancellable,
                                           lambda _source, result: waits.append(result))
        cancellable.cancel()
        self.run_until(lambda: waits)

    def test_no_file_descriptor_stays(self):
        client = self.client()  # and what GLib opens once with it
        client.get_connection().close_sync(None)
        before = count_own_fds()
        for _ in range(4):
            self.everything()
        # A connection closes in its worker thread.
        loop.poll_until(lambda: loop.dispatch_pending() or count_own_fds() <= before)
        self.assertLessEqual(count_own_fds(), before)

    def test_buffers_live_as_long_as_their_objects(self):
        client = self.client()
        collection = client.allocate_non_shared(bytes_of(10, min_buffer_count=4))
        collection.wait()
        self.assertEqual(count_own_buffers(), 4)
        buffer = collection[3]
        mapping = buffer.map()
        collection.release()
        del collection
        self.assertEqual(count_own_buffers(), 1)
        del buffer
        self.assertEqual(count_own_buffers(), 1)
        self.assertEqual(bytes(mapping.view[:3]), b'\0\0\0')
        del mapping
        self.assertEqual(count_own_buffers(), 0)

    def test_too_few_file_descriptors_for_the_buffers(self):
        program = ('import resource, sys\n'
                   'from library import GLib, Sysmem, bytes_of\n'
                   'client = Sysmem.Client.new_for_address(sys.argv[1])\n'
                   'collection = client.allocate_non_shared(bytes_of(1, min_buffer_count=100))\n'
                   'resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n'
                   'try:\n'
                   '    collection.wait()\n'
                   'except GLib.Error as error:\n'
                   '    print(error.message)\n')
        said = subprocess.run([sys.executable, '-c', program, self.bus.address],
                              capture_output=True, text=True, cwd=os.path.dirname(__file__) or '.')
        self.assertIn('RLIMIT_NOFILE', said.stdout, said.stderr)


if __name__ == '__main__':
    main()
