#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Gives a program what it expects of systemd, and then becomes that program.

    unshare --mount without_systemd.py LISTENER PROGRAM ARGUMENT…

LISTENER is the number of a socket that listens: it is passed as systemd would pass it. The journal is
a socket that nobody reads, in a /run that is empty otherwise; hence the mount namespace.
"""

import ctypes
import os
import pathlib
import socket
import sys

FIRST_PASSED_FD = 3
JOURNAL = pathlib.Path('/run/systemd/journal/socket')


def cover(directory):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b'tmpfs', directory.encode(), b'tmpfs', 0, None) != 0:
        raise OSError(ctypes.get_errno(), 'cannot mount on ' + directory)


def main(listener, *command):
    # First of all, before something else gets that number.
    if int(listener) != FIRST_PASSED_FD:
        os.dup2(int(listener), FIRST_PASSED_FD)
    os.set_inheritable(FIRST_PASSED_FD, True)
    cover('/run')
    JOURNAL.parent.mkdir(parents=True)
    journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    journal.bind(str(JOURNAL))
    journal.set_inheritable(True)
    os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
    os.execvp(command[0], command)


if __name__ == '__main__':
    main(*sys.argv[1:])
