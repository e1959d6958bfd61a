# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Bad input: a named error, a living daemon, and nothing changed."""

import re

from sysmemtest.case import SysmemCase
from sysmemtest.constraints import (CONSTRAINT_TYPES, CPU_RW, IMAGE, IMAGE_TYPES, MEMORY_TYPES,
                                    NO_MAXIMUM, NV12, PAGE, PICKY, constraints, exact, to_variant)
from sysmemtest.contract import (ALLOCATOR, COLLECTION, GROUP, INSPECTOR, METHODS, NODE, NODE_PATH,
                                 NODE_PROPERTIES, PROPERTIES, ROOT_PATH, SAME_RIGHTS, TOKEN)
from sysmemtest.raw import RawClient, arguments
from sysmemtest.wire import CallError, FdList, Gio, GLib, dictionary_of_entries

# One value of every type that some field has, none of which converts into another.
SAMPLES = {
    's': GLib.Variant('s', 'text'),
    'b': GLib.Variant('b', True),
    'u': GLib.Variant('u', 1),
    'i': GLib.Variant('i', 1),
    't': GLib.Variant('t', 1),
    'd': GLib.Variant('d', 1.0),
    'as': GLib.Variant('as', ['text']),
    '(uu)': GLib.Variant('(uu)', (1, 1)),
    'a(uu)': GLib.Variant('a(uu)', [(1, 1)]),
    'a{sv}': GLib.Variant('a{sv}', {}),
    'aa{sv}': GLib.Variant('aa{sv}', []),
}

LARGEST = {'u': NO_MAXIMUM, 't': 2**64 - 1, '(uu)': (NO_MAXIMUM, NO_MAXIMUM),
           'a(uu)': [(NO_MAXIMUM, NO_MAXIMUM)] * 64}
SMALLEST = {'u': 0, 't': 0, '(uu)': (0, 0), 'a(uu)': [(0, 0)], 'as': [], 'b': False}

REFUSALS = ('ProtocolDeviation', 'LimitExceeded')


def full():
    """Constraints that say something in every table."""
    return constraints(CPU_RW, 1, exact(64 * 1024), [NV12(64, 64)])


def with_field(table, key, value):
    """full (), but with this field in this table."""
    says = full()
    target = {'': says, 'memory': says['buffer_memory_constraints'],
              'image': says['image_format_constraints'][0]}[table]
    target[key] = value
    return says


def every_field():
    for table, types in (('', CONSTRAINT_TYPES), ('memory', MEMORY_TYPES), ('image', IMAGE_TYPES)):
        for key, kind in types.items():
            yield table, key, kind


def mentions_type(message, kind):
    return re.search(r'(?<![\w(]){}(?![\w)])'.format(re.escape(kind)), message)


class Fields(SysmemCase):
    """Every field of the constraints table."""

    def setUp(self):
        super().setUp()
        self.collection = self.client().allocate_non_shared()

    def _assert_untouched(self):
        self.assertEqual(self.collection.state, 'waiting')

    def _assert_still_usable(self):
        self._assert_untouched()
        self.collection.set_constraints(full())
        self.assertEqual(self.collection.wait().count, 1)

    def test_421_wrong_types(self):
        for table, key, kind in every_field():
            for found, value in SAMPLES.items():
                if found == kind:
                    continue
                with self.subTest(field=key, found=found):
                    with self.refused('ProtocolDeviation', key) as raised:
                        self.collection.set_constraints(with_field(table, key, value))
                    for word in (found, kind):
                        self.assertTrue(mentions_type(raised.exception.message, word),
                                        '{} is not in: {}'.format(word, raised.exception.message))
        self._assert_still_usable()

    def test_422_unknown_keys(self):
        for table in ('', 'memory', 'image'):
            for key in ('min_buffer_count_for_campng', 'Usage', '', 'x' * 1000):
                with self.refused('ProtocolDeviation', key[:40]):
                    self.collection.set_constraints(
                        with_field(table, key, GLib.Variant('u', 1)))
        self._assert_still_usable()

    def test_423_duplicate_keys(self):
        count = ('min_buffer_count', GLib.Variant('u', 1))
        usage = ('usage', GLib.Variant('as', ['cpu-read']))
        size = ('min_size_bytes', GLib.Variant('t', PAGE))
        formats = ('pixel_formats', GLib.Variant('as', ['NV12']))
        spaces = ('color_spaces', GLib.Variant('as', ['rec709']))

        def memory(*entries):
            return ('buffer_memory_constraints', dictionary_of_entries(entries))

        def image(*entries):
            items = [dictionary_of_entries(entries)]
            return ('image_format_constraints',
                    GLib.Variant.new_array(GLib.VariantType.new('a{sv}'), items))

        for entries, key in (([usage, count, count], 'min_buffer_count'),
                             ([usage, usage], 'usage'),
                             ([usage, memory(size, size)], 'min_size_bytes'),
                             ([usage, memory(size), memory(size)], 'buffer_memory_constraints'),
                             ([usage, image(formats, formats, spaces)], 'pixel_formats'),
                             ([usage, image(formats, spaces, spaces)], 'color_spaces')):
            with self.subTest(twice=key):
                with self.refused('ProtocolDeviation', key):
                    self.collection.set_constraints(dictionary_of_entries(entries))
        with self.refused('ProtocolDeviation', 'linger'):
            linger = ('linger', GLib.Variant('b', True))
            self.collection.client.call(ROOT_PATH, ALLOCATOR, 'AllocateSharedCollection',
                                        dictionary_of_entries([linger, linger]))
        self._assert_still_usable()

    def test_424_missing_keys(self):
        for table, key in (('', 'usage'), ('image', 'pixel_formats'), ('image', 'color_spaces')):
            says = full()
            del {'': says, 'image': says['image_format_constraints'][0]}[table][key]
            with self.refused('ProtocolDeviation', key):
                self.collection.set_constraints(says)
        self._assert_still_usable()

    def test_425_extreme_values(self):
        """The smallest and the largest of everything: an allocation, or an error with a name."""
        client = self.client()
        for extremes in (SMALLEST, LARGEST):
            for table, key, kind in every_field():
                if kind not in extremes:
                    continue
                with self.subTest(field=key, value=extremes[kind]):
                    says = with_field(table, key, extremes[kind])
                    try:
                        client.allocate_buffers(says)
                    except CallError as error:
                        self.assertIn(error.name, REFUSALS + ('ConstraintsIntersectionEmpty',))
                        self.assertTrue(error.message)
                        if error.name == 'ProtocolDeviation':
                            with self.refused('ProtocolDeviation'):
                                self.collection.set_constraints(says)
        self._assert_still_usable()

    def test_426_lists_have_lengths(self):
        entry = IMAGE('NV12', ['rec709'], min_size=(64, 64))
        codes = [chr(65 + index // 26) + chr(65 + index % 26) + 'XX' for index in range(600)]
        for key, says in (
                ('image_format_constraints', constraints(CPU_RW, 1, images=[
                    IMAGE(code, ['rec709'], min_size=(64, 64)) for code in codes[:65]])),
                ('pixel_formats', constraints(CPU_RW, 1, images=[
                    {**entry, 'pixel_formats': codes[:66]}])),
                ('color_spaces', constraints(CPU_RW, 1, images=[
                    {**entry, 'color_spaces': ['rec709'] * 33}])),
                ('required_max_size_list', constraints(CPU_RW, 1, images=[
                    {**entry, 'required_max_size_list': [(64 + 2 * n, 64) for n in range(65)]}])),
                ('permitted_heaps', constraints(CPU_RW, 1, {
                    'min_size_bytes': PAGE, 'permitted_heaps': codes[:64] + ['system']})),
                ('permitted_heaps', constraints(CPU_RW, 1, {
                    'min_size_bytes': PAGE, 'permitted_heaps': ['system', 'x' * 129]})),
                ('MaxPixelFormatPairs', constraints(CPU_RW, 1, images=[
                    {**entry, 'pixel_formats': codes[60 * n:60 * n + 60]} for n in range(10)]))):
            with self.subTest(field=key):
                with self.assertRaises(CallError) as raised:
                    self.collection.set_constraints(says)
                self.assertIn(raised.exception.name, REFUSALS)
                self.assertIn(key, raised.exception.message)
        self._assert_untouched()
        longest = constraints(CPU_RW, 1, {
            'min_size_bytes': PAGE, 'permitted_heaps': codes[:62] + ['system', 'x' * 128]}, [
                {**entry, 'pixel_formats': codes[:64] + ['NV12'],
                 'required_max_size_list': [(64 + 2 * n, 64) for n in range(64)]}])
        self.collection.set_constraints(longest)
        self.assertEqual(self.collection.wait().pixel_format, 'NV12:0x0')


class Calls(SysmemCase):
    """Every method."""

    def test_427_unknown_and_mistyped_options(self):
        client = self.client()
        root = self.root()
        collection = self.bind(self.root())
        buffer = client.allocate_buffers(PICKY(PAGE)).fds[0]
        wrong = {'lingering': GLib.Variant('b', True)}
        weak_collection = self.bind(self.root())
        for call in (
                lambda o: client.call(ROOT_PATH, ALLOCATOR, 'AllocateSharedCollection', o),
                lambda o: client.call(ROOT_PATH, ALLOCATOR, 'AllocateNonSharedCollection', o),
                lambda o: client.call(ROOT_PATH, ALLOCATOR, 'BindSharedCollection', root.handle, o),
                lambda o: client.call(ROOT_PATH, ALLOCATOR, 'GetBufferInfo', buffer, o),
                lambda o: client.call(ROOT_PATH, ALLOCATOR, 'AllocateBuffers',
                                      to_variant(PICKY(PAGE)), o),
                lambda o: client.call(ROOT_PATH, ALLOCATOR, 'CheckConstraints',
                                      [{'name': GLib.Variant('s', 'a'),
                                        'constraints': to_variant(PICKY(PAGE))}], o),
                lambda o: root.client.call(root.path, TOKEN, 'Bind', o),
                lambda o: weak_collection.client.call(weak_collection.path, NODE, 'SetWeakOk', o),
                lambda o: collection.client.call(collection.path, COLLECTION, 'SetConstraints',
                                                 to_variant(PICKY(PAGE)), o),
                lambda o: collection.client.call(collection.path, COLLECTION,
                                                 'WaitForAllBuffersAllocated', o)):
            with self.refused('ProtocolDeviation', 'lingering'):
                call(wrong)
        for options in ({'linger': GLib.Variant('s', 'yes')},
                        {'rights_attenuation_masks': GLib.Variant('at', [1])}):
            with self.refused('ProtocolDeviation', *options):
                client.call(ROOT_PATH, ALLOCATOR, 'AllocateSharedCollection', options)
        self.assertTrue(client.validate(root.handle))
        for node in (root, collection):
            self.assertEqual(node.state, 'waiting')

    def test_428_wrong_signatures_are_the_buss_own_errors(self):
        root = self.root()
        collection = self.bind(self.root())
        for node, interface in ((root, TOKEN), (collection, COLLECTION), (root, NODE)):
            for method in METHODS[interface]:
                with self.refused('org.freedesktop.DBus.Error.InvalidArgs'):
                    node.client.call_variant(node.path, interface, method,
                                             GLib.Variant('(dd)', (1.0, 2.0)))
            with self.refused('org.freedesktop.DBus.Error.UnknownMethod'):
                node.client.call_variant(node.path, interface, 'NoSuchMethod', None)
        for method in METHODS[ALLOCATOR]:
            with self.refused('org.freedesktop.DBus.Error.InvalidArgs'):
                root.client.call_variant(ROOT_PATH, ALLOCATOR, method,
                                         GLib.Variant('(dd)', (1.0, 2.0)))
        root.sync()
        collection.sync()

    def test_429_methods_of_another_kind_of_node(self):
        root = self.root()
        token, group = self.dup(root), self.group(root)
        self.kid(group)
        collection = self.bind(root)
        for node, others in ((token, (GROUP, COLLECTION)), (group, (TOKEN, COLLECTION)),
                             (collection, (TOKEN, GROUP))):
            for interface in others:
                for method, (taken, _) in METHODS[interface].items():
                    owner = node.client
                    with self.refused('org.freedesktop.DBus.Error.UnknownMethod'):
                        owner.call_variant(node.path, interface, method, self._any_body(taken))
            node.sync()

    @staticmethod
    def _any_body(signature):
        fillings = {'u': '1', 'au': '[1]', 'a{sv}': '{}', 'h': '0', 't': '1', 's': "'x'"}
        text = signature.replace('a{sv}', 'D').replace('au', 'A')
        values = {'D': fillings['a{sv}'], 'A': fillings['au'], **fillings}
        items = [values[kind] for kind in text[1:-1]]
        body = '({})'.format(', '.join(items) + (',' if len(items) == 1 else ''))
        return GLib.Variant.parse(GLib.VariantType.new(signature), body, None, None)

    def test_430_foreign_and_imaginary_nodes_look_the_same(self):
        """Nothing tells a stranger whether a node is there."""
        root = self.root()
        group = self.group(root)
        self.kid(group)
        collection = self.bind(self.dup(root))
        stranger = self.client()
        imaginary = NODE_PATH + '4000000000'
        for path in (root.path, group.path, collection.path, imaginary, NODE_PATH + '0'):
            for interface in (NODE, TOKEN, GROUP, COLLECTION):
                for method, (taken, _) in METHODS[interface].items():
                    with self.refused('NotFound'):
                        stranger.call_variant(path, interface, method, self._any_body(taken))
            for name in NODE_PROPERTIES:
                with self.refused('NotFound'):
                    stranger.get_property(path, NODE, name)
            with self.refused('NotFound'):
                stranger.call(path, PROPERTIES, 'GetAll', NODE)
        for node in (root, group, collection):
            node.sync()

    def test_435_handles_out_of_range(self):
        client = self.client()
        token = self.root()
        for index in (1, 7, 2**31 - 1, -1):
            fds = FdList()
            fds.add(token.handle)
            with self.refused('ProtocolDeviation'):
                client.call_variant(ROOT_PATH, ALLOCATOR, 'OpenToken',
                                    GLib.Variant('(h)', (index,)), None, fds)
            with self.refused('ProtocolDeviation'):
                client.call_variant(ROOT_PATH, ALLOCATOR, 'ValidateBufferCollectionToken',
                                    GLib.Variant('(h)', (index,)), None, None)
        buffer = client.allocate_buffers(PICKY(PAGE)).fds[0]
        with self.refused('ProtocolDeviation'):
            client.get_buffer_info(buffer, settings_to_check=GLib.Variant('h', 9))
        self.assertTrue(client.validate(token.handle))

    def test_436_rights_masks(self):
        root = self.root()
        group = self.group(root)
        collection = self.bind(self.dup(root))
        client = self.client()
        for mask in (0, 2, 0x80000002, 0xFFFFFFFE, 0x7FFFFFFE):
            for call in (lambda: root.duplicate(mask), lambda: root.duplicate_sync([1, mask]),
                         lambda: group.create_child(mask),
                         lambda: group.create_children_sync([mask]),
                         lambda: collection.attach_token(mask),
                         lambda: client.allocate_shared(rights_attenuation_masks=[mask])):
                with self.refused('ProtocolDeviation', 'mask'):
                    call()
        for mask in (1, 3, SAME_RIGHTS, 0xFFFFFFFF, 0x80000001, 0xFFFFFFFD):
            self.assertEqual(len(root.duplicate_sync([mask])), 1)
        with self.refused('ProtocolDeviation'):
            group.all_children_present()

    def test_437_order_of_calls(self):
        collection = self.bind(self.root())
        with self.refused('ProtocolDeviation', 'SetConstraints'):
            collection.wait()
        with self.refused('Pending'):
            collection.get_buffers(0, 1)
        with self.refused('Pending'):
            collection.check()
        collection.set_constraints(PICKY(PAGE))
        with self.refused('ProtocolDeviation', 'SetConstraints'):
            collection.set_constraints(PICKY(PAGE))
        self.assertEqual(collection.wait().count, 1)
        with self.refused('ProtocolDeviation'):
            collection.set_constraints(PICKY(PAGE))
        collection.check()

    def test_438_order_of_checks(self):
        """NotFound, the stored failure, arguments, order of calls, limits."""
        first, second = self.bound(2)
        stranger = self.client()
        bad = PICKY(PAGE, max_buffer_count=0)
        with self.refused('NotFound'):
            second.seen_by(stranger).set_constraints(bad)
        second.set_constraints(PICKY(PAGE))
        with self.refused('ProtocolDeviation', 'max_buffer_count'):
            second.set_constraints(bad)
        with self.refused('ProtocolDeviation', 'mask'):
            self.root().duplicate_sync([0] * 65)
        first.abandon('for a test')
        with self.refused('Unspecified'):
            second.set_constraints(bad)
        with self.refused('Unspecified'):
            second.attach_token(0)
        with self.refused('NotFound'):
            second.seen_by(stranger).set_constraints(bad)

    def test_439_no_reply_wanted_none_sent(self):
        """A call without a reply flag is carried out, and refused, in silence."""
        client = RawClient(self.address)
        root = self.root()
        client.call_sysmem(ROOT_PATH, ALLOCATOR, 'OpenToken', arguments('(h)', 0), [root.handle])
        *_, last = client.send(
            client.message(root.path, TOKEN, 'SetDispensable', no_reply=True),
            client.message(root.path, TOKEN, 'Duplicate', arguments('(u)', 0), no_reply=True),
            client.message(root.path, NODE, 'SetName', arguments('(us)', 1, 'x'), no_reply=True),
            client.message(root.path, PROPERTIES, 'Get', arguments('(ss)', NODE, 'Name')))
        message, _ = client.receive()
        self.assertEqual(message.get_reply_serial(), last)
        self.assertEqual(message.get_body().unpack(), ('x',))
        client.close()

    def test_440_introspection_shows_the_contract(self):
        client = self.client()
        root = self.root()
        collection, group = self.bind(self.dup(root)), self.group(root)
        for owner, path, interfaces in (
                (client, ROOT_PATH, (ALLOCATOR, INSPECTOR)),
                (root.client, root.path, (NODE, TOKEN)),
                (root.client, group.path, (NODE, GROUP)),
                (collection.client, collection.path, (NODE, COLLECTION))):
            reply, _ = owner.call_variant(path, 'org.freedesktop.DBus.Introspectable',
                                          'Introspect', None)
            info = Gio.DBusNodeInfo.new_for_xml(reply.unpack()[0])
            self.assertEqual({interface.name for interface in info.interfaces
                              if interface.name.startswith('org.sysmem')}, set(interfaces))
            for name in interfaces:
                shown = {method.name: self._signatures(method)
                         for method in info.lookup_interface(name).methods}
                self.assertEqual(shown, METHODS[name])
        reply, _ = client.call_variant(ROOT_PATH, 'org.freedesktop.DBus.Introspectable',
                                       'Introspect', None)
        self.assertNotIn(root.path.rpartition('/')[2], [
            node.path for node in Gio.DBusNodeInfo.new_for_xml(reply.unpack()[0]).nodes])

    @staticmethod
    def _signatures(method):
        return tuple('({})'.format(''.join(argument.signature for argument in arguments or ()))
                     for arguments in (method.in_args, method.out_args))
