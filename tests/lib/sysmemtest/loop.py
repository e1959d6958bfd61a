# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Running GLib's main loop for as long as a test has to wait for something, and no longer."""

import time

import gi

gi.require_version('GLib', '2.0')
from gi.repository import GLib  # noqa: E402

# Seconds for what ought to come at once, and does not only if something is broken: the machine may be
# busy with many other tests.
PATIENCE = 60


def run_until(predicate, timeout=PATIENCE):
    """Dispatches events until predicate () holds. False: it did not within timeout seconds."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + timeout
    timer = GLib.timeout_source_new(int(timeout * 1000) + 1)
    timer.set_callback(lambda *_: GLib.SOURCE_REMOVE)
    timer.attach(context)
    try:
        while not predicate():
            if time.monotonic() >= deadline:
                return False
            context.iteration(True)
        return True
    finally:
        timer.destroy()


def dispatch_pending():
    """Delivers what has arrived already."""
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass


def poll_until(predicate, timeout=PATIENCE, interval=0.002):
    """For what announces itself to nobody, such as the daemon closing a file. Prefer a barrier, a
    signal or a hang-up wherever there is one."""
    deadline = time.monotonic() + timeout
    while not predicate():
        if time.monotonic() >= deadline:
            return False
        time.sleep(interval)
    return True
