# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the daemon says of an allocation or a tree, against what the oracle says: lists of sentences
about the differences."""

import formats
import solver
from sysmemtest import fds
from sysmemtest.wire import short_name


def differences(actual, expected):
    return ['{} is {}, expected {}'.format(key, actual.get(key), value)
            for key, value in expected.items() if actual.get(key) != value]


def settings(info, expected):
    """An info table against solver.Settings."""
    found = {key: info.get(key) for key in (
        'buffer_count', 'size_bytes', 'raw_size_bytes', 'heap', 'coherency_domain',
        'is_physically_contiguous', 'is_secure')}
    wanted = {key: getattr(expected, key) for key in found}
    found['usage'] = sorted(set(info['usage']) - {'none'})
    wanted['usage'] = sorted(expected.usage)
    image = info.get('image_format_constraints')
    if (image is None) != (expected.image is None):
        return ['image_format_constraints is {}, expected {}'.format(image, expected.image)]
    if image is not None:
        found.update(image_fields(image))
        wanted.update(expected_image_fields(expected.image))
    return differences(found, wanted)


def image_fields(image):
    fields = {**solver.IMAGE_DEFAULTS, **image}
    fields['required_max_size_list'] = sorted(map(tuple, fields['required_max_size_list']))
    if fields['required_max_size'] == (0, 0):
        fields['required_max_size'] = None
    return fields


def expected_image_fields(image):
    fields = {key: image[key] for key in solver.IMAGE_DEFAULTS}
    fields['pixel_format'] = formats.spell(image['pair'])
    fields['color_space'], = image['color_spaces']
    return fields


def allocation(tree, node, allocation):
    """What a participant got."""
    different = settings(allocation.info, tree.settings)
    indices = [buffer.index for buffer in allocation.buffers]
    if indices != list(range(tree.settings.buffer_count)):
        different.append('{} gets the buffers {}'.format(node.name, indices))
    # What weak participants get of a buffer without strong holders depends on the kernel's pace.
    held = [buffer for buffer in allocation.buffers if tree.is_strongly_held(buffer.index)]
    expected = {'access': tree.access(node), 'told to close': node.weak}
    for buffer in held:
        access = 'none' if buffer.fd is None else \
            'write' if fds.is_writable(buffer.fd) else 'read'
        found = {'access': access, 'told to close': buffer.close_weak_asap is not None}
        different += ['{}, buffer {}: {}'.format(node.name, buffer.index, difference)
                      for difference in differences(found, expected)]
    return different


def identities(known, buffers):
    """Everybody's buffer of one index is the same; known is {index: identity}, and grows."""
    different = []
    for buffer in buffers:
        if buffer.fd is not None:
            identity = fds.identity(buffer.fd)
            if known.setdefault(buffer.index, identity) != identity:
                different.append('buffer {} is another one'.format(buffer.index))
    return different


def explanation(node, explained):
    """Why a node failed."""
    return differences({**explained, 'error': short_name(explained.get('error', ''))},
                       {'outcome': 'failed', 'error': node.error})


def description(tree, names, described):
    """The inspector's view of a tree; names maps the numbers of nodes to the oracle's names."""
    found = {}
    for entry in described['tree']:
        name = names[entry['node']]
        found[name] = {key: entry[key] for key in (
            'kind', 'state', 'connected', 'weak', 'failure_mode', 'rights')}
        found[name]['parent'] = names.get(entry['parent'])
    wanted = {node.name: {
        'kind': node.kind, 'state': node.state, 'connected': node.connected, 'weak': node.weak,
        'failure_mode': node.mode, 'rights': node.rights,
        'parent': node.parent and node.parent.name} for node in tree.root.depth_first()}
    if found.keys() != wanted.keys():
        return ['the inspector sees {}, expected {}'.format(sorted(found), sorted(wanted))]
    return ['{}: {}'.format(name, difference) for name, fields in wanted.items()
            for difference in differences(found[name], fields)]
