# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What has to hold for the daemon on a machine whose devices come and go and whose memory ends.

A check is a function of the world; CHECKS lists them in the order in which they are run, which
matters to the devices: the driver of card0 is not loaded before check_driver_appears ().
"""

import contextlib
import os
import pathlib
import subprocess

import machine
from heap_checks import Negotiation, says
from peers import Participant
from sysmemtest import loop
from sysmemtest.constraints import IMAGE, constraints, domains
from sysmemtest.wire import CallError
from world import PATIENCE, expect

MIB = 1024 * 1024
LIMIT_OF_UDMABUF = 64 * MIB
MOST_SHMEM = 32 * MIB  # of a guest without buffers


def check_driver_appears(world):
    """A driver is loaded while the daemon runs: its heap is there, and works."""
    expect('drm-dumb:card0' in world.client.list_heaps(), False, 'card0 is there already')
    machine.load_module_set('vgem')
    world.await_heaps('drm-dumb:card0')
    n = Negotiation(world, 'drm-dumb:card0')
    n.assert_shared()
    n.end()


def check_busctl(world):
    """The call that people make, with its answer in the report."""
    answer = subprocess.run(
        ['busctl', f'--address={world.address}', 'call', 'org.sysmem.Sysmem1',
         '/org/sysmem/Sysmem1', 'org.sysmem.Sysmem1.Allocator', 'ListHeaps'],
        capture_output=True, text=True, check=True).stdout
    print(f'# busctl call … ListHeaps: {answer}', end='')
    heaps = world.client.list_heaps()
    expect([heap for heap in heaps if f'"{heap}"' not in answer], [], 'heaps it does not show')
    expect(answer.startswith(f'a(sa{{sv}}) {len(heaps)} '), True, 'its signature and count')


def check_never_master(world):
    """The daemon has opened every card, and a compositor can still have each of them."""
    cards = [heap.removeprefix('drm-dumb:') for heap in world.client.list_heaps()
             if heap.startswith('drm-dumb:')]
    expect(cards, ['card0', 'card1', 'card3'], 'cards in use')
    for card in cards:
        machine.become_master(card)


def heap_for(world, usage, **memory):
    memory = {'min_size_bytes': MIB, **domains('cpu', 'ram'), **memory}
    with contextlib.closing(world.client.allocate_buffers(constraints(usage, 1, memory))) as got:
        return got.info['heap']


def check_choice(world):
    """Where nobody says which heap: by usage, as built in and as configured."""
    expect(heap_for(world, ['cpu-write']), 'system', 'heap for the CPU')
    expect(heap_for(world, ['video-capture']), 'dma-heap:system', 'heap for a device')
    expect(heap_for(world, ['cpu-write'], dma_buf_required=True), 'udmabuf', 'heap for an importer')
    world.restart_daemon({'Heaps': {'video': 'udmabuf;*', 'cpu': 'dma-heap:*;system'}})
    expect(heap_for(world, ['cpu-write']), 'dma-heap:system', 'configured heap for the CPU')
    expect(heap_for(world, ['video-capture']), 'udmabuf', 'configured heap for a device')
    expect(heap_for(world, ['video-capture'], permitted_heaps=['system', 'udmabuf']), 'system',
           'heap that is permitted first')


def check_format_costs(world):
    """Of two formats that a display driver lays out the cheaper one, if the table says."""
    says = constraints(['display-layer', 'cpu-write'], 1,
                       {'permitted_heaps': ['drm-dumb:card0'], **domains('cpu', 'ram')},
                       [IMAGE(['XR24', 'RG16'], min_size=(64, 64))])

    def format_of(world):
        with contextlib.closing(world.client.allocate_buffers(says)) as got:
            return got.image['pixel_format']

    world.restart_daemon()
    expect(format_of(world), 'XR24:0x0', 'format of the smaller code')
    world.restart_daemon({'FormatCosts': {'* display': '2', 'RG16 display': '1'}})
    expect(format_of(world), 'RG16:0x0', 'format of the lower cost')
    world.restart_daemon()


def assert_late_participant_served(world, n):
    """Who comes after the heap has gone gets the buffers that exist."""
    late = Participant()
    token = n.writer.collection.attach_token()
    late.join(world.address, token, says(n.info['heap'], 'cpu-read'), 'late')
    expect(late.wait()['heap'], n.info['heap'], 'heap of the latecomer')
    expect(late.digest(0), n.reader.digest(0), 'content for the latecomer')
    late.release()
    late.close_buffers()


@contextlib.contextmanager
def running_collections(world, heap):
    """One of the heap that is about to go and one of another; both outlive it."""
    running = [Negotiation(world, heap, world.take_peer()),
               Negotiation(world, 'udmabuf', world.take_peer())]
    yield
    for n in running:
        n.assert_shared()
        assert_late_participant_served(world, n)
        expect(n.writer.collection.state, 'allocated', 'state')
        n.end()
        world.assert_gone(n.name, n.info['buffer_type'])


def check_device_goes(world):
    """A graphics device is pulled out while it is in use, and put in again."""
    with running_collections(world, 'drm-dumb:card3'):
        machine.unplug('card3')
        world.await_heaps('udmabuf', without=['drm-dumb:card3'])
    machine.plug_all()
    world.await_heaps('drm-dumb:card3')


def check_node_goes(world):
    """The node of a heap is taken away while it is in use, and given back."""
    with running_collections(world, 'dma-heap:system'):
        os.rename('/dev/dma_heap/system', '/dev/dma_heap.away')
        world.await_heaps('udmabuf', without=['dma-heap:system'])
    os.rename('/dev/dma_heap.away', '/dev/dma_heap/system')
    world.await_heaps('dma-heap:system')


class Single:
    """A participant of its own, and what became of its demand."""

    def __init__(self, world, heaps, count, size):
        memory = {'min_size_bytes': size, 'permitted_heaps': heaps, **domains('cpu', 'ram')}
        self.name = world.next_name()
        token = world.client.allocate_shared()
        token.set_name(1, self.name)
        self._collection = token.bind()
        self._collection.set_constraints(constraints(['cpu-write'], count, memory))
        self.info = self.error = None
        try:
            allocation = self._collection.wait()
            self.info = allocation.info
            allocation.close()
        except CallError as error:
            self.error = error
        explanation = self._collection.explain()
        self.rejected = {entry['candidate']: entry['reason'] for entry in explanation['rejected']
                         if entry['kind'] == 'heap'}
        self._collection.release()


def check_limit_of_udmabuf(world):
    """What is too large for udmabuf comes from the next heap, and the explanation says why."""
    fits = Single(world, ['udmabuf', 'dma-heap:system'], 1, LIMIT_OF_UDMABUF)
    expect((fits.info['heap'], 'udmabuf' in fits.rejected), ('udmabuf', False), 'heap of what fits')
    too_large = Single(world, ['udmabuf', 'dma-heap:system'], 1, LIMIT_OF_UDMABUF + 1)
    expect(too_large.info['heap'], 'dma-heap:system', 'heap of what is too large')
    expect(str(LIMIT_OF_UDMABUF) in too_large.rejected['udmabuf'], True,
           f'the limit is in “{too_large.rejected}”')


@contextlib.contextmanager
def only_so_much_left(size):
    """The kernel promises nobody more pages than this. Those of dma-heaps it does not count."""
    # A file is closed a moment before its pages are free.
    loop.poll_until(lambda: machine.meminfo('Shmem') < MOST_SHMEM, PATIENCE, 0.02)

    def write(key, value):
        pathlib.Path('/proc/sys/vm', key).write_text(str(value))

    write('overcommit_kbytes', (machine.meminfo('Committed_AS') + size) // 1024)
    write('overcommit_memory', 2)
    yield
    write('overcommit_memory', 0)


def check_memory_ends(world):
    """A heap that runs out halfway is followed by the next; the explanation has the step."""
    with only_so_much_left(100 * MIB):
        served = Single(world, ['system', 'dma-heap:system'], 2, 80 * MIB)
        expect(served.info['heap'], 'dma-heap:system', 'heap')
        expect('buffer 2 of 2' in served.rejected['system'], True, f'“{served.rejected}” says where')
        world.assert_gone(served.name, 'memfd')
        world.assert_gone(served.name, 'dma-buf')


def check_no_heap_has_memory(world):
    """Every heap is asked, and the error names them all."""
    with only_so_much_left(30 * MIB):  # udmabuf's pages do not count once they are a dma-buf
        failed = Single(world, ['system', 'udmabuf'], 3, 50 * MIB)
        expect(failed.error and failed.error.name, 'NoMemory', 'error')
        for heap in ('system', 'udmabuf'):
            expect(f'heap {heap}: ' in failed.error.message and heap in failed.rejected, True,
                   f'“{failed.error.message}” and {failed.rejected} name {heap}')


def check_memory_pressure(world):
    """Heaps give back what they keep, while it is in use, and go on."""
    n = Negotiation(world, 'gbm:renderD129')
    with machine.memory_pressure():
        told = loop.poll_until(lambda: 'memory is short' in world.daemon.log, PATIENCE, 0.1)
    expect(told, True, 'the daemon heard of it')
    n.assert_shared()
    n.end()
    Negotiation(world, 'gbm:renderD129').end()


CHECKS_BEFORE = [
    ('driver-appears', check_driver_appears),
    ('busctl', check_busctl),
]
CHECKS_AFTER = [
    ('never-master', check_never_master),
    ('choice', check_choice),
    ('format-costs', check_format_costs),
    ('device-goes', check_device_goes),
    ('node-goes', check_node_goes),
    ('limit-of-udmabuf', check_limit_of_udmabuf),
    ('memory-ends', check_memory_ends),
    ('no-heap-has-memory', check_no_heap_has_memory),
    ('memory-pressure', check_memory_pressure),
]
