#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Stands in for dbus-daemon-launch-helper, which is setuid and knows only installed services.

dbus-daemon runs it as root with the name of a service. It becomes the service's user, forgets the
environment but for the bus that asked, and then becomes the service.
"""

import configparser
import os
import pathlib
import pwd
import shlex
import sys


def main(name):
    # The real one looks into the system's directories; here the services lie beside the bus.
    address = os.environ['DBUS_STARTER_ADDRESS']
    directory = pathlib.Path(address.split(',')[0].removeprefix('unix:path=')).parent
    services = configparser.ConfigParser(interpolation=None)
    services.read(directory / 'services' / f'{name}.service')
    service = services['D-BUS Service']
    if service['Name'] != name:
        sys.exit(f'{name} is not what the file is about')
    user = pwd.getpwnam(service['User'])
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    command = shlex.split(service['Exec'])
    os.execve(command[0], command, {'DBUS_STARTER_ADDRESS': address,
                                    'DBUS_STARTER_BUS_TYPE': 'system',
                                    'DBUS_SYSTEM_BUS_ADDRESS': address})


if __name__ == '__main__':
    main(sys.argv[1])
