# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What every test that talks to a running sysmemd needs.

    bus          private message buses, of both kinds, with the limits of a real system bus
    policy       the project's bus policy file, in the form dbus-broker wants it
    daemon       one sysmemd on such a bus: start, readiness, log, clean end
    wire         D-Bus values with file descriptors in them, and errors by name
    fds          owning, comparing and watching file descriptors
    client       one connection with the daemon's allocator and inspector
    nodes        tokens, groups and collections
    results      answers as objects: buffers, and what was allocated
    raw          a connection without a library, where the order of messages matters
    contract     the names and types of the contract
    constraints  what participants say, in the shorthand of the cases
    bundle       reading a bundle of buffers
    participant  a participant in a process of its own, to be killed
    loop         waiting for something, but not forever
    case         the fixture that joins all of this for one test

Only Debian's python3, its gi (GLib and Gio) and the standard library are used.
"""
