# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Bus policy for a private bus: the rules of a stock system bus, plus the project's own file.

dbus-daemon reads the XML itself. dbus-broker has its rules explained by a launcher, which needs
systemd; export_for_broker () stands in for it and understands what such policy files use.
"""

import pwd
import xml.etree.ElementTree as ElementTree

import gi

gi.require_version('GLib', '2.0')
from gi.repository import GLib  # noqa: E402

# What Debian's system.conf says, without services, console users and the activation of programs.
STOCK = '''
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
'''

# For a tree that has no policy file, and for daemons that the tests run as an ordinary user.
OWN_NAME = '''
  <policy user="{user}">
    <allow own="org.sysmem.Sysmem1"/>
  </policy>
'''
ANYBODY_MAY_CALL = '''
  <policy context="default">
    <allow send_destination="org.sysmem.Sysmem1"/>
  </policy>
'''

BATCH = '(bta(btbs)a(btssssuutt)a(btssssuutt))'
BROKER_POLICY = '(a(u{0})a(buu{0})a(ss)bs)'.format(BATCH)
EVERYBODY = 2**32 - 1
NO_FD_LIMIT = 2**64 - 1
MESSAGE_TYPES = {None: 0, 'method_call': 1, 'method_return': 2, 'error': 3, 'signal': 4}
# Rules of a later context win over those of an earlier one, whatever their order in the file.
CONTEXTS = ('default', 'user', 'mandatory')
CONTEXT_STEP = 1 << 32


def text(project_policy, user):
    """The <policy> elements of our bus. project_policy is the text of a policy file, or None."""
    if project_policy is None:
        own = ANYBODY_MAY_CALL
    else:
        own = '\n'.join(ElementTree.tostring(element, encoding='unicode')
                        for element in ElementTree.fromstring(project_policy).iter('policy'))
    return STOCK + own + OWN_NAME.format(user=user)


class Rule:
    """One <allow> or <deny>: its kind, its place among all and what dbus-broker wants of it."""

    def __init__(self, element, context, uid, order):
        self.attributes = element.attrib
        self.uid = uid
        self.verdict = element.tag == 'allow'
        self.priority = CONTEXTS.index(context) * CONTEXT_STEP + order

    @property
    def kind(self):
        names = self.attributes.keys()
        if {'own', 'own_prefix'} & names:
            return 'own'
        if {'user', 'group'} & names:
            return 'connect'
        return 'receive' if any(name.startswith('receive_') for name in names) else 'send'

    def for_owning(self):
        if 'own_prefix' in self.attributes:
            return (self.verdict, self.priority, True, self.attributes['own_prefix'])
        name = self.attributes['own']
        return (self.verdict, self.priority, name == '*', '' if name == '*' else name)

    def for_messages(self):
        def get(*names):
            values = [self.attributes[name] for name in names if name in self.attributes]
            return '' if not values or values[0] == '*' else values[0]

        message_type = get('send_type', 'receive_type') or None
        broadcast = {'': 0, 'false': 1, 'true': 2}[get('send_broadcast')]
        return (self.verdict, self.priority,
                get('send_destination', 'receive_sender'), get('send_path', 'receive_path'),
                get('send_interface', 'receive_interface'), get('send_member', 'receive_member'),
                MESSAGE_TYPES[message_type], broadcast,
                int(get('min_fds') or 0), int(get('max_fds') or NO_FD_LIMIT))

    @property
    def concerns_replies(self):
        kinds = {self.attributes.get('send_type'), self.attributes.get('receive_type')}
        return bool(kinds & {'method_return', 'error'})


def _rules(policy_text):
    order = 0
    for policy in ElementTree.fromstring('<busconfig>{}</busconfig>'.format(policy_text)):
        context = policy.get('context', 'user')
        uid = None
        if 'user' in policy.attrib:
            try:
                uid = pwd.getpwnam(policy.get('user')).pw_uid
            except KeyError:
                continue
        elif 'group' in policy.attrib:
            raise NotImplementedError('policy for groups')
        for element in policy:
            order += 1
            yield Rule(element, context, uid, order)


def _batch(rules):
    """dbus-broker passes all replies that were asked for, so rules about those are left out."""
    messages = [rule for rule in rules if not rule.concerns_replies]
    connect = [rule for rule in rules if rule.kind == 'connect']
    return (connect[-1].verdict, connect[-1].priority,
            [rule.for_owning() for rule in rules if rule.kind == 'own'],
            [rule.for_messages() for rule in messages if rule.kind == 'send'],
            [rule.for_messages() for rule in messages if rule.kind == 'receive'])


def export_for_broker(policy_text):
    """The policy as org.bus1.DBus.Broker.AddListener takes it. Whoever has rules of his own gets
    everybody's as well: dbus-broker does not look further."""
    rules = list(_rules(policy_text))
    uids = sorted({rule.uid for rule in rules if rule.uid is not None})
    batches = [(EVERYBODY, _batch([rule for rule in rules if rule.uid is None]))]
    batches += [(uid, _batch([rule for rule in rules if rule.uid in (None, uid)])) for uid in uids]
    return GLib.Variant(BROKER_POLICY, (batches, [], [], False, 'system'))
