#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""introspection/*.xml is the contract: every name and signature, and a word about each.

The tables below were written from the contract's text, not from the XML, and change only with it.
"""

import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import tree

PREFIX = 'org.sysmem.Sysmem1.'

METHODS = {
    'Allocator': '''
        AllocateSharedCollection(a{sv} options) -> (o token, h handle, a(oh) duplicates)
        AllocateNonSharedCollection(a{sv} options) -> (o collection)
        BindSharedCollection(h token, a{sv} options) -> (o collection)
        OpenToken(h token) -> (o token)
        ValidateBufferCollectionToken(h token) -> (b is_known)
        SetDebugClientInfo(s name, t id) -> ()
        GetBufferInfo(h buffer, a{sv} options) -> (a{sv} info)
        AllocateBuffers(a{sv} constraints, a{sv} options) -> (a{sv} info, aa{sv} buffers)
        CheckConstraints(aa{sv} participants, a{sv} options) -> (a{sv} info)
        ListHeaps() -> (a(sa{sv}) heaps)
    ''',
    'Inspector': '''
        ListCollections() -> (aa{sv} collections)
        DescribeCollection(t id) -> (a{sv} description)
        ListClients() -> (aa{sv} clients)
        Subscribe() -> ()
        Unsubscribe() -> ()
    ''',
    'Node': '''
        Sync() -> ()
        Release() -> ()
        Abandon(s reason) -> ()
        SetName(u priority, s name) -> ()
        SetDebugClientInfo(s name, t id) -> ()
        SetDebugTimeoutLogDeadline(t usec) -> ()
        SetVerboseLogging() -> ()
        GetNodeRef() -> (h node_ref)
        IsAlternateFor(h node_ref) -> (b is_alternate)
        GetBufferCollectionId() -> (t id)
        SetWeak() -> ()
        SetWeakOk(a{sv} options) -> ()
        AttachNodeTracking() -> (h fd)
        Explain() -> (a{sv} explanation)
    ''',
    'Token': '''
        Duplicate(u rights_attenuation_mask) -> (o token, h handle)
        DuplicateSync(au rights_attenuation_masks) -> (a(oh) tokens)
        SetDispensable() -> ()
        CreateBufferCollectionTokenGroup() -> (o group)
        Bind(a{sv} options) -> (o collection)
    ''',
    'Group': '''
        CreateChild(u rights_attenuation_mask) -> (o token, h handle)
        CreateChildrenSync(au masks) -> (a(oh) tokens)
        AllChildrenPresent() -> ()
    ''',
    'Collection': '''
        SetConstraints(a{sv} constraints, a{sv} options) -> ()
        WaitForAllBuffersAllocated(a{sv} options) -> (a{sv} info, aa{sv} buffers)
        CheckAllBuffersAllocated() -> ()
        GetBuffers(u first, u count) -> (aa{sv} buffers)
        AttachToken(u rights_attenuation_mask) -> (o token, h handle)
        AttachLifetimeTracking(u buffers_remaining) -> (h fd)
    ''',
}

PROPERTIES = {
    'Allocator': {'Version': 's', 'Limits': 'a{sv}', 'MaxFdsPerMessage': 'u'},
    'Node': {'Kind': 's', 'State': 's', 'BufferCollectionId': 't', 'Name': 's',
             'DebugClientInfo': '(st)'},
}

SIGNALS = {
    'Inspector': ['CollectionChanged(t id, s what)'],
    'Node': ['Allocated()', 'Failed(s error, s message)'],
}

# Methods whose dictionaries may hold an fd although their signature has no "h".
FDS_IN_DICTIONARIES = {'AllocateBuffers', 'WaitForAllBuffersAllocated', 'GetBuffers',
                       'SetConstraints'}

ERRORS = '''Unspecified ProtocolDeviation NotFound HandleAccessDenied NoMemory
    ConstraintsIntersectionEmpty Pending TooManyGroupChildCombinations NoMoreStrongHandles
    LimitExceeded'''.split()

USAGES = '''none cpu-read cpu-read-often cpu-write cpu-write-often gpu-transfer-src
    gpu-transfer-dst gpu-sampled gpu-storage gpu-color-attachment gpu-stencil-attachment
    gpu-transient-attachment gpu-input-attachment gpu-buffer display-layer display-cursor
    video-decoder video-encoder video-capture video-decryptor-output
    video-decoder-internal'''.split()

COLOR_SPACES = '''srgb rec601-ntsc rec601-ntsc-full rec601-pal rec601-pal-full rec709 rec2020
    rec2100 passthrough'''.split()

CONSTRAINTS = '''usage as
    min_buffer_count_for_camping u
    min_buffer_count_for_dedicated_slack u
    min_buffer_count_for_shared_slack u
    min_buffer_count u
    max_buffer_count u
    buffer_memory_constraints a{sv}
    image_format_constraints aa{sv}
    min_size_bytes t
    max_size_bytes t
    physically_contiguous_required b
    secure_required b
    cpu_domain_supported b
    ram_domain_supported b
    inaccessible_domain_supported b
    permitted_heaps as
    min_physical_base_alignment t
    dma_buf_required b
    pixel_formats as
    color_spaces as
    min_size (uu)
    max_size (uu)
    min_bytes_per_row u
    max_bytes_per_row u
    max_width_times_height t
    size_alignment (uu)
    display_rect_alignment (uu)
    required_min_size (uu)
    required_max_size (uu)
    required_max_size_list a(uu)
    bytes_per_row_divisor u
    start_offset_divisor u
    require_bytes_per_row_at_pixel_boundary b
    is_alpha_present b
    pad_for_block_size (uu)
    pad_beyond_image_size_bytes t'''.split('\n')

INFO = '''buffer_collection_id t
    buffer_count u
    size_bytes t
    raw_size_bytes t
    heap s
    buffer_type s
    coherency_domain s
    is_physically_contiguous b
    is_secure b
    write_protection s
    usage as
    image_format_constraints a{sv}
    pixel_format s
    color_space s
    planes a(tu)
    image_size (uu)
    bundle h'''.split('\n')

# Keys of dictionaries, by the argument that documents them.
KEYS = {
    ('Allocator', 'AllocateSharedCollection', 'options'):
        ['linger b', 'rights_attenuation_masks au'],
    ('Allocator', 'AllocateNonSharedCollection', 'options'): ['linger b', 'constraints a{sv}'],
    ('Allocator', 'BindSharedCollection', 'options'): ['linger b', 'constraints a{sv}'],
    ('Allocator', 'GetBufferInfo', 'options'):
        ['need_weak b', 'need_settings b', 'constraints_to_check a{sv}', 'settings_to_check h',
         'settings_to_check_ignore_size b'],
    ('Allocator', 'GetBufferInfo', 'info'):
        ['buffer_collection_id t', 'buffer_index t', 'weak_fd h', 'close_weak_asap h',
         'settings a{sv}', 'constraints_ok b', 'settings_match b'],
    ('Allocator', 'AllocateBuffers', 'options'): ['bundle b'],
    ('Allocator', 'CheckConstraints', 'participants'): ['name s', 'constraints a{sv}'],
    ('Allocator', 'ListHeaps', 'heaps'):
        ['buffer_type s', 'coherency_domains as', 'physically_contiguous b', 'secure b',
         'cpu_mappable b', 'write_protection s', 'formats as'],
    ('Node', 'SetWeakOk', 'options'): ['for_child_nodes_also b'],
    ('Node', 'Explain', 'explanation'):
        ['outcome s', 'error s', 'message s', 'conflicts aa{sv}', 'field s',
         'participants a(sts)', 'detail s', 'rejected aa{sv}', 'kind s', 'candidate s', 'reason s',
         'waiting_for a(st)'],
    ('Token', 'Bind', 'options'): ['constraints a{sv}', 'linger b'],
    ('Collection', 'SetConstraints', 'constraints'): CONSTRAINTS,
    ('Collection', 'SetConstraints', 'options'): ['must_match h'],
    ('Collection', 'WaitForAllBuffersAllocated', 'options'): ['bundle b'],
    ('Collection', 'WaitForAllBuffersAllocated', 'info'): INFO,
    ('Collection', 'WaitForAllBuffersAllocated', 'buffers'):
        ['index u', 'fd h', 'usable_start t', 'close_weak_asap h', 'lease h'],
    ('Inspector', 'ListCollections', 'collections'):
        ['id t', 'name s', 'state s', 'heap s', 'buffer_count u', 'size_bytes t', 'uid u',
         'age_usec t', 'nodes u'],
    ('Inspector', 'DescribeCollection', 'description'):
        ['tree aa{sv}', 'node t', 'parent t', 'kind s', 'state s', 'connected b', 'name s', 'id t',
         'pid u', 'uid u', 'weak b', 'failure_mode s', 'rights u', 'constraints a{sv}',
         'age_usec t', 'buffers aa{sv}', 'index u', 'exists b', 'inode t', 'holders a(us)',
         'waiting_for a(st)', 'settings a{sv}'],
    ('Inspector', 'ListClients', 'clients'):
        ['name s', 'uid u', 'pid u', 'debug_name s', 'nodes u', 'trees u', 'waits u', 'bundles u',
         'collections t', 'uid_nodes t', 'fds t', 'bytes t', 'collections_limit t',
         'uid_nodes_limit t', 'fds_limit t', 'bytes_limit t'],
}


def load():
    interfaces = {}
    for name in METHODS:
        root = ElementTree.fromstring(tree.read(f'introspection/{PREFIX}{name}.xml'))
        interface, = root.findall('interface')
        interfaces[name] = interface
    return interfaces


def annotation(element, name):
    for child in element.findall('annotation'):
        if child.get('name') == name:
            return child.get('value')
    return None


def doc(element):
    return annotation(element, 'org.gtk.GDBus.DocString')


def arguments(element, direction=None):
    return ', '.join(f'{arg.get("type")} {arg.get("name")}' for arg in element.findall('arg')
                     if direction is None or arg.get('direction') == direction)


def words(text):
    """The text on one line, so that a key and its type are one space apart."""
    return re.sub(r'\s+', ' ', text)


class Contract(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.interfaces = load()

    def elements(self):
        for name, interface in self.interfaces.items():
            for element in interface.iter():
                if element.tag != 'annotation':
                    yield f'{name}, {element.tag} {element.get("name")}', element

    def argument(self, interface, method, name):
        # The last one: the output where an input has the same name.
        found = [arg for element in self.interfaces[interface].findall('method')
                 if element.get('name') == method
                 for arg in element.findall('arg') if arg.get('name') == name]
        return found[-1]

    def test_interface_names(self):
        for name, interface in self.interfaces.items():
            self.assertEqual(interface.get('name'), PREFIX + name)

    def test_methods(self):
        for name, expected in METHODS.items():
            with self.subTest(interface=name):
                found = [f'{method.get("name")}({arguments(method, "in")}) -> '
                         f'({arguments(method, "out")})'
                         for method in self.interfaces[name].findall('method')]
                self.assertEqual(found, [line.strip() for line in expected.strip().split('\n')])

    def test_properties(self):
        for name, interface in self.interfaces.items():
            with self.subTest(interface=name):
                found = {prop.get('name'): prop.get('type')
                         for prop in interface.findall('property')}
                self.assertEqual(found, PROPERTIES.get(name, {}))
                for prop in interface.findall('property'):
                    self.assertEqual(prop.get('access'), 'read')
                    emits = 'org.freedesktop.DBus.Property.EmitsChangedSignal'
                    self.assertEqual(annotation(prop, emits), 'false')

    def test_signals(self):
        for name, interface in self.interfaces.items():
            with self.subTest(interface=name):
                found = [f'{signal.get("name")}({arguments(signal)})'
                         for signal in interface.findall('signal')]
                self.assertEqual(found, SIGNALS.get(name, []))

    def test_methods_that_carry_fds_say_so(self):
        for where, element in self.elements():
            if element.tag == 'method':
                with self.subTest(where):
                    carries = ('h' in ''.join(arg.get('type') for arg in element.findall('arg'))
                               or element.get('name') in FDS_IN_DICTIONARIES)
                    said = annotation(element, 'org.gtk.GDBus.C.UnixFD') == 'true'
                    self.assertEqual(said, carries)

    def test_everything_is_documented(self):
        for where, element in self.elements():
            with self.subTest(where):
                self.assertTrue(doc(element), 'no DocString')
                self.assertRegex(doc(element).strip(), r'[.:]$', 'is not a sentence')
                # It becomes a comment of generated C code.
                self.assertNotRegex(doc(element), r'/\*|\*/')

    def test_dictionary_keys_are_documented(self):
        for (interface, method, name), keys in KEYS.items():
            text = words(doc(self.argument(interface, method, name)))
            for key in map(str.strip, keys):
                with self.subTest(method=method, argument=name, key=key):
                    self.assertRegex(text, rf'(?<!\w){re.escape(key)}(?!\w)')

    def test_values_are_documented(self):
        constraints = words(doc(self.argument('Collection', 'SetConstraints', 'constraints')))
        for value in USAGES + COLOR_SPACES:
            with self.subTest(value=value):
                self.assertRegex(constraints, rf'(?<![\w-]){value}(?![\w-])')
        for error in ERRORS:
            with self.subTest(error=error):
                self.assertIn(f' {error}: ', words(doc(self.interfaces['Allocator'])))


class CodeAgrees(unittest.TestCase):
    """Lists that the code has as well are the same there."""

    def test_errors(self):
        found = re.findall(r'"(?:org\.sysmem\.Sysmem1\.Error\.)?([A-Z]\w+)"',
                           tree.read('libsysmem/common/sysmem-error.c'))
        self.assertEqual([name for name in found if name in ERRORS], ERRORS)

    def test_usages_and_color_spaces(self):
        found = re.findall(r'"([\w-]+)"', tree.read('libsysmem/common/smc-names.c'))
        self.assertEqual(set(USAGES + COLOR_SPACES) - set(found), set())

    def test_limits(self):
        interface = load()['Allocator']
        limits, = (prop for prop in interface.findall('property') if prop.get('name') == 'Limits')
        coded = re.findall(r'(?:CONSTANT|SETTING) \("(\w+)"',
                           tree.read('libsysmem/common/smc-limits.c'))
        self.assertTrue(coded)
        documented = re.findall(r'\b(?:Max|Wait|Linger|FailedNode)[A-Z]\w+', doc(limits))
        self.assertEqual(sorted(documented), sorted(coded))


class TextAgrees(unittest.TestCase):
    def test_signatures(self):
        text = words(tree.read('docs/02-contract.md'))
        spelled = dict(re.findall(r'`(\w+)(\([^`]*?\)(?: → \([^`]*\))?)`', text))
        for methods in METHODS.values():
            for line in methods.strip().split('\n'):
                name, signature = re.match(r'\s*(\w+)(.*)', line).groups()
                with self.subTest(method=name):
                    self.assertIn(name, spelled)
                    # The text leaves out an empty reply, and may leave the names of outputs out.
                    wanted = signature.replace('->', '→').removesuffix(' → ()')
                    unnamed = re.sub(r'(→ \(\S+) \w+\)$', r'\1)', wanted)
                    self.assertIn(spelled[name], (wanted, unnamed))


class WellFormed(unittest.TestCase):
    def test_xmllint(self):
        for path in tree.files('.xml'):
            with self.subTest(path=str(path)):
                run = subprocess.run(['xmllint', '--noout', '--nonet', tree.ROOT / path], text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                self.assertEqual(run.returncode, 0, run.stdout)


if __name__ == '__main__':
    unittest.main()
