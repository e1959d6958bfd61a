# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Owning, comparing and watching file descriptors."""

import fcntl
import mmap
import os
import select


class Fd:
    """A file descriptor that is closed with its last reference, or earlier by close ()."""

    def __init__(self, number):
        self._number = number

    def fileno(self):
        if self._number is None:
            raise ValueError('this file descriptor is closed')
        return self._number

    @property
    def is_open(self):
        return self._number is not None

    def close(self):
        if self._number is not None:
            os.close(self._number)
            self._number = None

    def dup(self):
        return Fd(fcntl.fcntl(self.fileno(), fcntl.F_DUPFD_CLOEXEC, 0))

    def take(self):
        """The bare number; from now on it is the caller's to close."""
        number = self.fileno()
        self._number = None
        return number

    def __del__(self):
        self.close()

    def __repr__(self):
        return 'Fd({})'.format('closed' if self._number is None else self._number)


def identity(fd):
    """What two fds share exactly when they are the same buffer."""
    status = os.fstat(fd.fileno())
    return (status.st_dev, status.st_ino)


def object_size(fd):
    return os.fstat(fd.fileno()).st_size


def access_mode(fd):
    """os.O_RDONLY, os.O_WRONLY or os.O_RDWR."""
    return fcntl.fcntl(fd.fileno(), fcntl.F_GETFL) & os.O_ACCMODE


def is_writable(fd):
    return access_mode(fd) == os.O_RDWR


def has_hung_up(fd, timeout=0):
    """Has the other end of this socket gone? Looks once, or waits up to timeout seconds."""
    poll = select.poll()
    poll.register(fd.fileno(), 0)
    return any(events & (select.POLLHUP | select.POLLERR)
               for _, events in poll.poll(timeout * 1000))


def map_shared(fd, size, writable):
    protection = mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0)
    return mmap.mmap(fd.fileno(), size, mmap.MAP_SHARED, protection)


def link_of(number, pid='self'):
    """What /proc calls a file descriptor of a process; empty when it has just been closed."""
    try:
        return os.readlink('/proc/{}/fd/{}'.format(pid, number))
    except OSError:
        return ''


def count_open(pid='self'):
    return len(os.listdir('/proc/{}/fd'.format(pid)))


def memory_files(pid='self'):
    """Names of the memfds that a process holds."""
    links = (link_of(number, pid) for number in os.listdir('/proc/{}/fd'.format(pid)))
    return [link for link in links if link.startswith('/memfd:')]


def find_memory_files(name):
    """(pid, link) of every memfd in the whole system whose name contains name."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            found += [(int(pid), link) for link in memory_files(pid) if name in link]
        except OSError:  # the process has gone, or is somebody else's
            continue
    return found
