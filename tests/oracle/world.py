# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A daemon on a bus of its own, and the connections the participants share."""

from sysmemtest import bus, client, daemon

CONNECTIONS = ('c0', 'c1', 'c2')


class World:
    """with World () as world: … ; afterwards world.faults says what was wrong with the daemon."""

    def __init__(self):
        self.bus = bus.DbusDaemon()
        try:
            self.daemon = daemon.Daemon(self.bus)
        except BaseException:
            self.bus.stop()
            raise
        self.faults = []
        self.clients = {}
        self.fresh_clients()
        # Sees all, takes part in nothing.
        self.inspector = client.Client(self.bus.address)
        self.heaps = [{'name': name, **properties}
                      for name, properties in self.inspector.list_heaps().items()]

    def fresh_clients(self):
        """Whatever the participants still have ends with their connections."""
        for old in self.clients.values():
            old.close()
        self.clients = {name: client.Client(self.bus.address) for name in CONNECTIONS}

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        for connection in (*self.clients.values(), self.inspector):
            connection.close()
        self.faults += self.daemon.stop()
        self.bus.stop()
