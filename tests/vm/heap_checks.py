# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What has to hold for every heap when the daemon hands it out over the bus.

A check is a function of the world and a heap's name; CHECKS lists them in the order of the table.
Two participants, this process and a peer who is nobody, negotiate for buffers of that heap alone.
"""

import contextlib
import hashlib
import os
import stat

import machine
from peers import Participant
from sysmemtest import constraints, fds
from sysmemtest.case import NOBODY
from sysmemtest.client import Client
from world import expect

SIZE = 256 * 1024
WIDTH = HEIGHT = 256  # of 4-byte pixels: SIZE
N_BUFFERS = 2
PATIENCE = 60  # seconds: nothing here takes a second, on a machine that is not busy


def lays_images_out(heap):
    return heap.startswith(('drm-dumb:', 'gbm:'))


def is_dma_buf(heap):
    return heap != 'system'


def says(heap, usage, camping=0):
    """One participant who wants buffers of SIZE bytes from this heap."""
    memory = {'permitted_heaps': [heap], **constraints.domains('cpu', 'ram')}
    if not lays_images_out(heap):
        return constraints.constraints([usage], camping, {**memory, 'min_size_bytes': SIZE})
    image = constraints.IMAGE('XR24', min_size=(WIDTH, HEIGHT))
    return constraints.constraints([usage], camping, memory, [image])


class Negotiation:
    """A writer here, a reader who is somebody else, and the buffers of one heap."""

    def __init__(self, world, heap, reader=None):
        self.name = world.next_name()
        self.writer = Participant()
        self.reader = reader or world.reader
        root, (other,) = world.client.allocate_shared(rights_attenuation_masks=[0x80000000])
        root.set_name(1, self.name)
        self.reader.join(world.address, other, says(heap, 'cpu-read', 1), 'reader')
        self.writer.join(world.address, root, says(heap, 'cpu-write', N_BUFFERS - 1), 'writer')
        self.info = self.writer.wait()
        self.seen_by_reader = self.reader.wait()
        self._goes_on = True

    def assert_shared(self):
        """What one writes through its fd the other reads through its own."""
        contents = [os.urandom(self.info['size_bytes']) for _ in range(N_BUFFERS)]
        for index, content in enumerate(contents):
            self.writer.fill(index, content)
        for index, content in enumerate(contents):
            expect(self.reader.digest(index), hashlib.sha256(content).hexdigest(),
                   f'content of buffer {index}')

    def close_buffers(self):
        for participant in (self.writer, self.reader):
            participant.close_buffers()

    def end(self):
        """Both leave cleanly and close what they have."""
        if self._goes_on:
            for participant in (self.writer, self.reader):
                participant.release()
            self.close_buffers()
        self._goes_on = False


@contextlib.contextmanager
def negotiation(world, heap):
    n = Negotiation(world, heap)
    yield n
    n.end()
    world.assert_gone(n.name, n.info['buffer_type'])


def check_listed(world, heap):
    properties = Client(world.address, uid=NOBODY).list_heaps()[heap]
    expected = {
        'buffer_type': 'dma-buf' if is_dma_buf(heap) else 'memfd',
        'physically_contiguous': False, 'secure': False, 'cpu_mappable': True,
        'write_protection': 'advisory' if is_dma_buf(heap) else 'enforced',
    }
    for key, value in expected.items():
        expect(properties[key], value, key)
    domains = {'inaccessible', 'ram'} if heap.startswith('gbm:') else {'cpu', 'ram'}
    expect(domains - set(properties['coherency_domains']), set(), 'domains missing')
    expect('XR24:0x0' in properties.get('formats', []), lays_images_out(heap), 'has XR24')


def check_negotiated(world, heap):
    with negotiation(world, heap) as n:
        expect(n.info['heap'], heap, 'heap')
        expect(n.info['buffer_count'], N_BUFFERS, 'buffer_count')
        expect(n.info['buffer_type'], 'dma-buf' if is_dma_buf(heap) else 'memfd', 'type')
        expect(n.info['size_bytes'] >= SIZE, True, 'size_bytes are enough')
        for index in range(N_BUFFERS):
            for participant in (n.writer, n.reader):
                expect(participant.size(index), n.info['raw_size_bytes'], 'raw size')
        if lays_images_out(heap):
            (offset, stride), = n.info['planes']
            expect(offset, 0, 'offset')
            expect(WIDTH * 4 <= stride and stride * HEIGHT <= n.info['size_bytes'], True,
                         'room for all rows')


def check_zeroed(world, heap):
    with negotiation(world, heap) as n:
        zeros = hashlib.sha256(bytes(n.info['size_bytes'])).hexdigest()
        for index in range(N_BUFFERS):
            expect(n.reader.digest(index), zeros, f'content of buffer {index}')


def check_shared(world, heap):
    with negotiation(world, heap) as n:
        n.assert_shared()


def check_rights(world, heap):
    """The writer writes; what is said of the reader's protection is true."""
    with negotiation(world, heap) as n:
        mode, can_map, can_reopen = n.reader.access(0)
        expect(fds.is_writable(n.writer.buffers[0].fd), True, 'the writer may write')
        if is_dma_buf(heap):
            expect(n.seen_by_reader['write_protection'], 'advisory', 'protection')
            return
        expect(n.seen_by_reader['write_protection'], 'enforced', 'protection')
        expect((mode, can_map, can_reopen), (os.O_RDONLY, False, False), "reader's access")
        # Root could open it again for writing, and is told so.
        expect(n.info['write_protection'], 'advisory', 'protection towards root')
        mode = stat.S_IMODE(os.fstat(n.writer.buffers[0].fd.fileno()).st_mode)
        expect(mode, 0o600, 'mode of the memfd')


def check_named(world, heap):
    with negotiation(world, heap) as n:
        for index in range(N_BUFFERS):
            expect(n.reader.name(index), f'{n.name}:{index}', 'name')


def check_tracked(world, heap):
    """A lifetime tracker hangs up with the last mapping, in whatever process, and not before."""
    with negotiation(world, heap) as n:
        tracker = n.writer.collection.attach_lifetime_tracking(0)
        n.reader.keep_only_mapped(1)
        n.end()
        world.client.barrier()
        expect(fds.has_hung_up(tracker), False, 'tracker hung up while a mapping is left')
        n.reader.unmap(1)
        expect(fds.has_hung_up(tracker, PATIENCE), True, 'tracker hung up at last')


def check_import_tracked(world, heap):
    """So does the import of a device, when nobody has a file descriptor any more."""
    with negotiation(world, heap) as n:
        tracker = n.writer.collection.attach_lifetime_tracking(0)
        device = machine.Import(world.importer, n.writer.buffers[0].fd)
        n.end()
        world.client.barrier()
        expect(fds.has_hung_up(tracker), False, 'tracker hung up while a device holds it')
        device.close()
        expect(fds.has_hung_up(tracker, PATIENCE), True, 'tracker hung up at last')


def check_gone_after_kill(world, heap):
    """Every client is killed, fds and mappings in hand: the memory is gone."""
    name = world.next_name()
    victims = [world.take_peer(), world.take_peer()]
    root, (other,) = world.client.allocate_shared(rights_attenuation_masks=[0x80000000])
    root.set_name(1, name)
    for victim, token, usage in zip(victims, (root, other), ('cpu-write', 'cpu-read')):
        victim.join(world.address, token, says(heap, usage, 1))
    types = {victim.wait()['buffer_type'] for victim in victims}
    victims[0].keep_only_mapped(0)
    expect(machine.count_buffers(name, *types) >= 2, True, 'the buffers are there')
    for victim in victims:
        victim.kill()
    world.assert_gone(name, *types)


def check_gone_after_stop(world, heap):
    """The daemon ends before its clients: they keep what they have, and then it is gone."""
    n = Negotiation(world, heap)
    world.restart_daemon()
    n.assert_shared()
    n.close_buffers()
    world.assert_gone(n.name, n.info['buffer_type'])


CHECKS = [
    ('listed', check_listed),
    ('negotiated', check_negotiated),
    ('zeroed', check_zeroed),
    ('shared', check_shared),
    ('rights', check_rights),
    ('named', check_named),
    ('tracked', check_tracked),
    ('import-tracked', check_import_tracked),
    ('gone-after-kill', check_gone_after_kill),
    ('gone-after-stop', check_gone_after_stop),
]


def checks_for(heap):
    return [(name, function) for name, function in CHECKS
            if is_dma_buf(heap) or name != 'import-tracked']

