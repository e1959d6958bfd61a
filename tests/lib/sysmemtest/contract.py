# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The names and types of the D-Bus contract, written down a second time on purpose: tests compare
the daemon with this, not with its own introspection data."""

from .constraints import IMAGE_TYPES

BUS_NAME = 'org.sysmem.Sysmem1'
ROOT_PATH = '/org/sysmem/Sysmem1'
NODE_PATH = ROOT_PATH + '/node/'

ALLOCATOR = 'org.sysmem.Sysmem1.Allocator'
INSPECTOR = 'org.sysmem.Sysmem1.Inspector'
NODE = 'org.sysmem.Sysmem1.Node'
TOKEN = 'org.sysmem.Sysmem1.Token'
GROUP = 'org.sysmem.Sysmem1.Group'
COLLECTION = 'org.sysmem.Sysmem1.Collection'
PROPERTIES = 'org.freedesktop.DBus.Properties'

# {interface: {method: (signature of the arguments, signature of the reply)}}
METHODS = {
    ALLOCATOR: {
        'AllocateSharedCollection': ('(a{sv})', '(oha(oh))'),
        'AllocateNonSharedCollection': ('(a{sv})', '(o)'),
        'BindSharedCollection': ('(ha{sv})', '(o)'),
        'OpenToken': ('(h)', '(o)'),
        'ValidateBufferCollectionToken': ('(h)', '(b)'),
        'SetDebugClientInfo': ('(st)', '()'),
        'GetBufferInfo': ('(ha{sv})', '(a{sv})'),
        'AllocateBuffers': ('(a{sv}a{sv})', '(a{sv}aa{sv})'),
        'CheckConstraints': ('(aa{sv}a{sv})', '(a{sv})'),
        'ListHeaps': ('()', '(a(sa{sv}))'),
    },
    INSPECTOR: {
        'ListCollections': ('()', '(aa{sv})'),
        'DescribeCollection': ('(t)', '(a{sv})'),
        'ListClients': ('()', '(aa{sv})'),
        'Subscribe': ('()', '()'),
        'Unsubscribe': ('()', '()'),
    },
    NODE: {
        'Sync': ('()', '()'),
        'Release': ('()', '()'),
        'Abandon': ('(s)', '()'),
        'SetName': ('(us)', '()'),
        'SetDebugClientInfo': ('(st)', '()'),
        'SetDebugTimeoutLogDeadline': ('(t)', '()'),
        'SetVerboseLogging': ('()', '()'),
        'GetNodeRef': ('()', '(h)'),
        'IsAlternateFor': ('(h)', '(b)'),
        'GetBufferCollectionId': ('()', '(t)'),
        'SetWeak': ('()', '()'),
        'SetWeakOk': ('(a{sv})', '()'),
        'AttachNodeTracking': ('()', '(h)'),
        'Explain': ('()', '(a{sv})'),
    },
    TOKEN: {
        'Duplicate': ('(u)', '(oh)'),
        'DuplicateSync': ('(au)', '(a(oh))'),
        'SetDispensable': ('()', '()'),
        'CreateBufferCollectionTokenGroup': ('()', '(o)'),
        'Bind': ('(a{sv})', '(o)'),
    },
    GROUP: {
        'CreateChild': ('(u)', '(oh)'),
        'CreateChildrenSync': ('(au)', '(a(oh))'),
        'AllChildrenPresent': ('()', '()'),
    },
    COLLECTION: {
        'SetConstraints': ('(a{sv}a{sv})', '()'),
        'WaitForAllBuffersAllocated': ('(a{sv})', '(a{sv}aa{sv})'),
        'CheckAllBuffersAllocated': ('()', '()'),
        'GetBuffers': ('(uu)', '(aa{sv})'),
        'AttachToken': ('(u)', '(oh)'),
        'AttachLifetimeTracking': ('(u)', '(h)'),
    },
    PROPERTIES: {
        'Get': ('(ss)', '(v)'),
        'GetAll': ('(s)', '(a{sv})'),
    },
}

NODE_PROPERTIES = {
    'Kind': 's',
    'State': 's',
    'BufferCollectionId': 't',
    'Name': 's',
    'DebugClientInfo': '(st)',
}

OPTION_TYPES = {
    'linger': 'b',
    'rights_attenuation_masks': 'au',
    'bundle': 'b',
    'need_weak': 'b',
    'need_settings': 'b',
    'settings_to_check_ignore_size': 'b',
    'for_child_nodes_also': 'b',
}

SETTINGS_TYPES = {
    'size_bytes': 't',
    'raw_size_bytes': 't',
    'heap': 's',
    'buffer_type': 's',
    'coherency_domain': 's',
    'is_physically_contiguous': 'b',
    'is_secure': 'b',
    'write_protection': 's',
    'usage': 'as',
    'image_format_constraints': 'a{sv}',
    'planes': 'a(tu)',
    'image_size': '(uu)',
}
OPTIONAL_SETTINGS = {'image_format_constraints', 'planes', 'image_size'}

INFO_TYPES = {'buffer_collection_id': 't', 'buffer_count': 'u', 'bundle': 'h', **SETTINGS_TYPES}

IMAGE_INFO_TYPES = {
    **{key: kind for key, kind in IMAGE_TYPES.items()
       if key not in ('pixel_formats', 'color_spaces')},
    'pixel_format': 's',
    'color_space': 's',
}

BUFFER_TYPES = {
    'index': 'u',
    'fd': 'h',
    'usable_start': 't',
    'close_weak_asap': 'h',
    'lease': 'h',
}

BUFFER_INFO_TYPES = {
    'buffer_collection_id': 't',
    'buffer_index': 't',
    'weak_fd': 'h',
    'close_weak_asap': 'h',
    'settings': 'a{sv}',
    'constraints_ok': 'b',
    'settings_match': 'b',
}

HEAP_TYPES = {
    'buffer_type': 's',
    'coherency_domains': 'as',
    'physically_contiguous': 'b',
    'secure': 'b',
    'cpu_mappable': 'b',
    'write_protection': 's',
    'formats': 'as',
}

EXPLANATION_TYPES = {
    'outcome': 's',
    'error': 's',
    'message': 's',
    'conflicts': 'aa{sv}',
    'rejected': 'aa{sv}',
    'waiting_for': 'a(st)',
}
CONFLICT_TYPES = {'field': 's', 'participants': 'a(sts)', 'detail': 's'}
REJECTION_TYPES = {'kind': 's', 'candidate': 's', 'reason': 's', 'participants': 'a(sts)'}

SAME_RIGHTS = 0x80000000
ALL_ONES = 0xFFFFFFFF
READ = 1
WRITE = 2


def check_types(dictionary, types, what):
    """A variant a{sv} has only keys of the contract, each with its type."""
    for index in range(dictionary.n_children()):
        entry = dictionary.get_child_value(index)
        key = entry.get_child_value(0).get_string()
        found = entry.get_child_value(1).get_variant().get_type_string()
        if key not in types:
            raise AssertionError('{} has a key the contract does not know: {}'.format(what, key))
        if found != types[key]:
            raise AssertionError('{}: {} is {}, the contract says {}'.format(
                what, key, found, types[key]))
