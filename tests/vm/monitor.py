# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""QEMU's monitor as the guest reaches it (boot -q): what the machine's screen shows."""

import json
import os
import pathlib
import re

PPM_HEADER = re.compile(rb'P6\s+(\d+)\s+(\d+)\s+255\s')
PORTS = pathlib.Path('/sys/class/virtio-ports')
SHARE = pathlib.Path('/run/vm')  # VM_SHARE outside


def find_port(name):
    for port in PORTS.iterdir():
        if (port / 'name').read_text().strip() == name:
            return f'/dev/{port.name}'
    raise FileNotFoundError(f'boot gave the guest no port "{name}"')


class Monitor:
    def __init__(self):
        self._port = open(find_port('monitor'), 'r+b', buffering=0)
        self._rest = b''
        self._execute('qmp_capabilities')

    def _read_message(self):
        while b'\n' not in self._rest:
            self._rest += self._port.read(4096)
        line, self._rest = self._rest.split(b'\n', 1)
        return json.loads(line)

    def _execute(self, command, **arguments):
        request = {'execute': command, 'arguments': arguments}
        self._port.write(json.dumps(request).encode() + b'\n')
        while True:  # greeting and events come in between
            message = self._read_message()
            if 'error' in message:
                raise RuntimeError(f'{command}: {message["error"]["desc"]}')
            if 'return' in message:
                return message['return']

    def dump_screen(self, device):
        """(width, height, bytes): a graphics device's screen, in rows of red, green, blue."""
        file = SHARE / 'screen.ppm'
        self._execute('screendump', device=device,
                      filename=os.path.join(os.environ['VM_SHARE'], file.name))
        content = file.read_bytes()
        file.unlink()
        header = PPM_HEADER.match(content)
        return int(header[1]), int(header[2]), content[header.end():]

    def close(self):
        self._port.close()
