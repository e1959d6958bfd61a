# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Honest pictures. vivid, a camera without a lens, writes its test pattern into our buffers, and
QEMU sees what cirrus scans out of them: nobody who knows of this project has touched a pixel.

A check is a function of the studio; CHECKS lists them.
"""

import contextlib
import os

import numpy

from studio import GLib, Sysmem

EMPTY = Sysmem.Error.CONSTRAINTS_INTERSECTION_EMPTY

WIDTH, HEIGHT = 640, 480
SIZE = Sysmem.Size(WIDTH, HEIGHT)
N_FRAMES = 24
PACKED, PADDED = 1, 1024  # divisors of strides, which make rows of 2560 and 3072 bytes
POISON = 0x5a

# White, yellow, cyan, green, magenta, red, blue and black, as vivid's 100 % color bars have them.
COLORS = numpy.array([(255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0),
                      (255, 0, 255), (255, 0, 0), (0, 0, 255), (0, 0, 0)], dtype=numpy.uint8)
VERTICAL_BARS, HORIZONTAL_BARS = 1, 3  # of vivid's menu "Test Pattern"


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f'{what}: {found!r} instead of {wanted!r}')


def expect_same_picture(found, wanted):
    """Both: height x width x (red, green, blue)."""
    different = numpy.argwhere((found != wanted).any(axis=2))
    if len(different):
        y, x = different[0]
        raise AssertionError(f'{len(different)} pixels differ, the first at {x},{y}: '
                             f'{found[y, x]} instead of {wanted[y, x]}')


def make_bars(pattern):
    picture = numpy.empty((HEIGHT, WIDTH, 3), dtype=numpy.uint8)
    if pattern == VERTICAL_BARS:
        picture[:] = COLORS[numpy.arange(WIDTH) * 8 // WIDTH]
    else:
        picture[:] = COLORS[numpy.arange(HEIGHT) * 8 // HEIGHT][:, numpy.newaxis]
    return picture


def make_painting():
    """Every pixel is unlike its neighbours, and the four corners are unlike each other."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    return numpy.stack([x * 255 // WIDTH, y * 255 // HEIGHT, x * 3 + y * 5 & 255],
                       axis=2).astype(numpy.uint8)


def says(usage, heap, divisor=PACKED, **memory):
    """Our side: it looks at pictures and wipes them, or paints."""
    return Sysmem.Constraints(
        usage=usage, min_buffer_count_for_camping=1, name='studio',
        buffer_memory_constraints=Sysmem.MemoryConstraints(
            **{'permitted_heaps': [heap]} if heap else {}, **memory),
        image_format_constraints=[Sysmem.ImageFormatConstraints(
            pixel_formats=['XR24'], color_spaces=['srgb'], min_size=SIZE,
            bytes_per_row_divisor=divisor)])


@contextlib.contextmanager
def map_pictures(collection):
    """Each buffer as height x width x (blue, green, red, unused), the memory itself."""
    with contextlib.ExitStack() as stack:
        pictures = []
        for buffer in collection:
            plane, = buffer.get_planes(WIDTH, HEIGHT)
            view = stack.enter_context(buffer.map(write=True))
            rows = numpy.frombuffer(view, dtype=numpy.uint8, offset=plane.offset,
                                    count=plane.stride * HEIGHT).reshape(HEIGHT, plane.stride)
            pictures.append(rows[:, :WIDTH * 4].reshape(HEIGHT, WIDTH, 4))
        yield pictures


def negotiate(studio, program, constraints, *arguments):
    """The device's side and our collection, with its buffers."""
    root, other = studio.client.allocate_shared_many([Sysmem.Rights.SAME])
    side = studio.start(program, other, *arguments)
    collection = root.bind(constraints)
    try:
        collection.wait()
    except Exception:
        side.end()
        raise
    return side, collection


def check_capture(studio, heap, divisor, pattern):
    """The camera fills, we look at every pixel and wipe it out, and it fills again."""
    usage = Sysmem.Usage.CPU_READ_OFTEN | Sysmem.Usage.CPU_WRITE
    side, collection = negotiate(studio, 'capture', says(usage, heap, divisor),
                                 studio.find_cameras()[0], WIDTH, HEIGHT, pattern)
    expect(collection.settings.get_heap(), heap, 'heap')
    expect(collection[0].get_planes(WIDTH, HEIGHT)[0].stride, -(-WIDTH * 4 // divisor) * divisor,
           'stride')
    wanted = make_bars(pattern)
    with map_pictures(collection) as pictures:
        for _ in range(N_FRAMES):
            index = side.receive()
            expect_same_picture(pictures[index][:, :, 2::-1], wanted)
            pictures[index][:] = POISON
            side.send(index)
        del pictures[:]
    side.end()
    collection.release()


def look_at_screen(studio):
    """What QEMU's screen shows of cirrus: height x width x (red, green, blue)."""
    width, height, pixels = studio.monitor.dump_screen('cirrus')
    expect((width, height), (WIDTH, HEIGHT), 'size of the screen')
    return numpy.frombuffer(pixels, numpy.uint8).reshape(HEIGHT, WIDTH, 3)


def check_scanout(studio, heap):
    """We paint, the display controller scans out, and QEMU's screen shows what we painted."""
    _, card = studio.find_plane('cirrus')
    side, collection = negotiate(studio, 'scanout', says(Sysmem.Usage.CPU_WRITE_OFTEN, heap), card,
                                 WIDTH, HEIGHT)
    expect(collection.settings.get_heap(), heap, 'heap')
    with map_pictures(collection) as pictures:
        for index, picture in enumerate(pictures):
            painting = numpy.roll(make_painting(), 64 * index, axis=1)
            picture[:, :, 2::-1] = painting
            side.send(index)
            expect(side.receive(), index, 'buffer shown')
            expect_same_picture(look_at_screen(studio), painting)
        del pictures[:], picture
    side.end()
    collection.release()


def try_heaps(studio, device, constraints):
    """What is left of the constraints; every trial is in the output."""
    report = device.try_heaps(studio.client, constraints, SIZE)
    print(''.join(f'# {line}\n' for line in report.to_string().splitlines()), end='')
    return report


def check_virtio_gpu_refuses_what_is_foreign(studio):
    """The trial import says so of every heap that is there, but its own."""
    plane, _ = studio.find_plane('virtio_gpu')
    report = try_heaps(studio, plane, plane.describe(SIZE))
    heaps = {heap.get_name() for heap in studio.client.list_heaps()} - {'system'}
    own, = report.get_constraints().props.buffer_memory_constraints.props.permitted_heaps
    expect(set(report.get_refused_heaps()), heaps - {own}, 'refused')
    expect(own.startswith('drm-dumb:'), True, 'its own heap')
    return plane, report.get_constraints()


@contextlib.contextmanager
def join(studio, ours, theirs):
    """Both sides' collections. The other one is known by the name of its constraints."""
    client = Sysmem.Client.new()
    client.set_debug_client_info(theirs.get_name(), 0)
    root, other = studio.client.allocate_shared_many([Sysmem.Rights.SAME])
    handle = other.steal_fd()
    try:
        with root.bind(ours) as our_side, client.bind(handle, theirs) as their_side:
            yield our_side, their_side
    finally:
        os.close(handle)


def check_negotiation_avoids_what_virtio_gpu_refuses(studio):
    """With a camera that takes everything, the buffers are of the one heap that is left."""
    plane, screen = check_virtio_gpu_refuses_what_is_foreign(studio)
    own, = screen.props.buffer_memory_constraints.props.permitted_heaps
    with join(studio, says(Sysmem.Usage.CPU_WRITE_OFTEN, None), screen) as (ours, theirs):
        ours.wait()
        theirs.wait()
        expect(ours.settings.get_heap(), own, 'heap')
        for buffer in theirs:
            plane.try_import(buffer, SIZE)  # raises what the device says
        expect_named(ours.explain(), 'udmabuf: not permitted by everybody')


def expect_named(explanation, *what):
    text = str(explanation)
    print(''.join(f'# {line}\n' for line in text.splitlines()), end='')
    for said in ('virtio_gpu plane', 'cannot import udmabuf', *what):
        expect(said in text, True, f'"{said}" is in the explanation')


def check_explanation_names_what_virtio_gpu_refuses(studio):
    """Whoever insists on a refused heap is told who cannot import it."""
    _, screen = check_virtio_gpu_refuses_what_is_foreign(studio)
    with join(studio, says(Sysmem.Usage.CPU_WRITE_OFTEN, 'udmabuf'), screen) as (ours, _):
        try:
            ours.wait()
        except GLib.Error as error:
            expect(error.matches(Sysmem.error_quark(), EMPTY), True, error.message)
        expect_named(ours.explain(), 'permitted_heaps')


def check_bochs_imports_nothing(studio):
    """A device that refuses every heap is told before anybody negotiates, with its own words."""
    plane, _ = studio.find_plane('bochs-drm')
    try:
        try_heaps(studio, plane, plane.describe(SIZE))
    except GLib.Error as error:
        expect(error.matches(Sysmem.error_quark(), EMPTY), True, error.message)
        expect('udmabuf: XR24:0x0 refused: importing it: ' in error.message, True, 'its reason')
        return
    raise AssertionError('bochs imports something')


def check_picky_camera_gets_nothing_it_refused(studio):
    """vivid with dma-contig takes only what happens to be contiguous: the rest is not settled."""
    camera = os.open(studio.find_cameras()[1], os.O_RDWR | os.O_CLOEXEC)
    queue = Sysmem.V4l2Queue.new(camera, Sysmem.V4l2Direction.CAPTURE)
    os.close(camera)
    described = queue.describe(SIZE)
    try:
        report = try_heaps(studio, queue, keep_only(described, 'XR24:0x0'))
    except GLib.Error as error:
        expect(error.matches(Sysmem.error_quark(), EMPTY), True, error.message)
        expect('udmabuf: XR24:0x0 refused: importing it: ' in error.message, True, 'its reason')
        return
    refused = report.get_refused_heaps()
    settings = studio.client.check_constraints(
        [says(Sysmem.Usage.CPU_READ, None), report.get_constraints()])
    expect(bool(refused), True, 'something is refused')
    expect(settings.get_heap() in refused, False, 'a refused heap was settled')


def keep_only(constraints, pixel_format):
    entries = [entry for entry in constraints.props.image_format_constraints
               if entry.props.pixel_formats == [pixel_format]]
    constraints.props.image_format_constraints = None
    for entry in entries:
        constraints.add_image_format(entry)
    return constraints


def capture_checks():
    kinds = (('packed', PACKED, VERTICAL_BARS), ('padded', PADDED, HORIZONTAL_BARS))
    for heap in ('udmabuf', 'dma-heap:system'):
        for kind, divisor, pattern in kinds:
            yield (f'capture-{kind}-{heap}',
                   lambda studio, *how: check_capture(studio, *how), heap, divisor, pattern)


CHECKS = (
    *((name, lambda studio, function=function, how=how: function(studio, *how))
      for name, function, *how in capture_checks()),
    ('scanout-udmabuf', lambda studio: check_scanout(studio, 'udmabuf')),
    ('scanout-dma-heap:system', lambda studio: check_scanout(studio, 'dma-heap:system')),
    ('virtio-gpu-refuses-foreign', check_virtio_gpu_refuses_what_is_foreign),
    ('virtio-gpu-avoided', check_negotiation_avoids_what_virtio_gpu_refuses),
    ('virtio-gpu-explained', check_explanation_names_what_virtio_gpu_refuses),
    ('bochs-refuses-all', check_bochs_imports_nothing),
    ('vivid-dma-contig', check_picky_camera_gets_nothing_it_refused),
)
