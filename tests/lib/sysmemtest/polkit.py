# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A stand-in for polkit, and a bus that lets it have its name."""

import threading

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from . import bus  # noqa: E402
from .client import connect  # noqa: E402
from .loop import PATIENCE  # noqa: E402

POLKIT = 'org.freedesktop.PolicyKit1'
AUTHORITY_PATH = '/org/freedesktop/PolicyKit1/Authority'

AUTHORITY_XML = '''
<node>
  <interface name="org.freedesktop.PolicyKit1.Authority">
    <method name="CheckAuthorization">
      <arg type="(sa{sv})" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{ss}" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
      <arg type="(bba{ss})" direction="out"/>
    </method>
  </interface>
</node>
'''


class Bus(bus.DbusDaemon):
    extra_config = f'''<policy context="default">
      <allow own="{POLKIT}"/><allow send_destination="{POLKIT}"/></policy>'''


class Authority:
    """polkit, as far as a service asks it, in a thread of its own. It answers at once, unless it is
    slow: then when it is told to."""

    def __init__(self, address, allowed):
        self.allowed = set(allowed)
        self.asked = []
        self.is_slow = False
        self._waiting = []
        self._context = GLib.MainContext.new()
        self._loop = GLib.MainLoop.new(self._context, False)
        is_there = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(address, is_there))
        self._thread.start()
        if not is_there.wait(PATIENCE):
            raise RuntimeError('the stand-in for polkit did not get its name')

    def _run(self, address, is_there):
        self._context.push_thread_default()
        connection = connect(address)
        interface = Gio.DBusNodeInfo.new_for_xml(AUTHORITY_XML).interfaces[0]
        connection.register_object(AUTHORITY_PATH, interface, self._on_call, None, None)
        connection.call_sync(
            'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
            GLib.Variant('(su)', (POLKIT, 0)), None, Gio.DBusCallFlags.NONE, -1, None)
        # Told from within the loop, since what does not run yet cannot be made to quit.
        running = GLib.idle_source_new()
        running.set_callback(lambda *_: is_there.set())
        running.attach(self._context)
        self._loop.run()
        connection.close_sync(None)
        self._context.pop_thread_default()

    def _on_call(self, _connection, _sender, _path, _interface, _method, arguments, invocation):
        (kind, subject), action, _, flags, _ = arguments.unpack()
        self._waiting.append((action, invocation))
        self.asked.append((kind, subject['name'], action, flags))
        if not self.is_slow:
            self.answer()

    def answer(self):
        for action, invocation in self._waiting:
            answer = (action in self.allowed, False, {})
            invocation.return_value(GLib.Variant('((bba{ss}))', (answer,)))
        self._waiting.clear()

    def close(self):
        self._loop.quit()
        self._thread.join()
