# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The guest itself: what its kernel says of memory, and its devices and modules at our command."""

import contextlib
import fcntl
import glob
import os
import pathlib
import re
import struct
import subprocess

from sysmemtest import fds

DEBUG = pathlib.Path('/sys/kernel/debug')
BUFINFO = DEBUG / 'dma_buf' / 'bufinfo'
MODULES = pathlib.Path('/run/modules')

DRM_IOCTL_SET_MASTER = 0x641E
DRM_IOCTL_GEM_CLOSE = 0x40086409
DRM_IOCTL_PRIME_FD_TO_HANDLE = 0xC00C642E


def count_dma_bufs(name=''):
    """All dma-bufs of this machine whose name begins so, whoever has them."""
    row = re.compile(r'^\d+\s.*\s' + re.escape(name) + r'\S*$', re.MULTILINE)
    return len(row.findall(BUFINFO.read_text()))


def count_memfds(name):
    """The same of memfds: one for each open file and for each mapping that is somebody's."""
    mappings = 0
    for path in glob.glob('/proc/[0-9]*/maps'):
        try:
            mappings += pathlib.Path(path).read_text().count(f'/memfd:{name}')
        except OSError:  # that process has gone
            continue
    return len(fds.find_memory_files(f'/memfd:{name}')) + mappings


def count_buffers(name, buffer_type):
    return count_memfds(name) if buffer_type == 'memfd' else count_dma_bufs(name)


def list_framebuffers(driver):
    """What a display driver can show, the console's apart: whether each is an imported dma-buf."""
    card = min(name.parent for name in DEBUG.glob('dri/*/name')
               if name.read_text().split()[0] == driver)
    text = (card / 'framebuffer').read_text()
    entries = re.split(r'^framebuffer\[\d+\]:$', text, flags=re.MULTILINE)[1:]
    return ['imported=yes' in entry for entry in entries if 'by = [fbcon]' not in entry]


def meminfo(key):
    """In bytes."""
    text = pathlib.Path('/proc/meminfo').read_text()
    return int(re.search(rf'^{key}:\s+(\d+) kB$', text, re.MULTILINE).group(1)) * 1024


@contextlib.contextmanager
def memory_pressure():
    """Somebody waits for memory all the time, being allowed much less than it wants."""
    root = pathlib.Path('/sys/fs/cgroup')
    group = root / 'wants-much'
    subprocess.run(['mount', '-t', 'cgroup2', 'cgroup2', str(root)], check=True)
    (root / 'cgroup.subtree_control').write_text('+memory')
    group.mkdir()
    (group / 'memory.high').write_text('8M')
    waiting = subprocess.Popen(
        ['sh', '-c', f'echo $$ >{group}/cgroup.procs; exec dd if=/dev/zero of=/dev/null bs=100M'],
        stderr=subprocess.DEVNULL)
    yield
    waiting.kill()
    waiting.wait()
    group.rmdir()
    subprocess.run(['umount', str(root)], check=True)


class Import:
    """A dma-buf imported into a graphics device, which holds it from then on."""

    def __init__(self, node, fd):
        self._device = os.open(f'/dev/dri/{node}', os.O_RDWR | os.O_CLOEXEC)
        answer = fcntl.ioctl(self._device, DRM_IOCTL_PRIME_FD_TO_HANDLE,
                             struct.pack('=IIi', 0, 0, fd.fileno()))
        self._handle = struct.unpack('=IIi', answer)[0]

    def close(self):
        fcntl.ioctl(self._device, DRM_IOCTL_GEM_CLOSE, struct.pack('=II', self._handle, 0))
        os.close(self._device)


def become_master(node):
    """As a compositor does. OSError: somebody else is master already."""
    device = os.open(f'/dev/dri/{node}', os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(device, DRM_IOCTL_SET_MASTER)
    finally:
        os.close(device)


def load_module_set(name):
    """As guest-init does, later."""
    loaded = pathlib.Path('/proc/modules').read_text()
    for file in (MODULES / f'{name}.list').read_text().split():
        module = file.removesuffix('.ko').replace('-', '_')
        if not re.search(rf'^{module} ', loaded, re.MULTILINE):
            subprocess.run(['insmod', str(MODULES / file)], check=True)


def unload_module(name):
    subprocess.run(['rmmod', name], check=True)


def unplug(node):
    """Pulls the PCI device of a graphics node out. It comes back with the next plug_all ()."""
    (pathlib.Path('/sys/class/drm', node, 'device') / 'remove').write_text('1')


def plug_all():
    pathlib.Path('/sys/bus/pci/rescan').write_text('1')
