#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Brings a producer and a consumer together.

The initiator asks the daemon for a new buffer collection and gives each participant a *token*,
its admission ticket. It takes no part in the negotiation and never sees a buffer.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile

from gi.repository import GLib

import test_video
from sysmem_dbus import READ_ONLY, SAME_RIGHTS, Sysmem, explain

HERE = os.path.dirname(os.path.abspath(__file__))


def start(program, token_fd, link, *args):
    """Starts a participant. A token is a file descriptor: whoever inherits it holds the token."""
    return subprocess.Popen(
        [sys.executable, os.path.join(HERE, program), f'--token-fd={token_fd}',
         f'--link-fd={link.fileno()}', *args], pass_fds=[token_fd, link.fileno()])


def run_participants(video, contact_sheet):
    sysmem = Sysmem('example initiator')
    # One token for each participant. The consumer's mask makes its buffers read only, whatever it
    # asks for later.
    root, root_handle, duplicates = sysmem.allocate_shared([SAME_RIGHTS, READ_ONLY])
    (_, producer_token), (_, consumer_token) = duplicates
    producer_link, consumer_link = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    processes = [
        start('producer.py', producer_token, producer_link, f'--video={video}'),
        start('consumer.py', consumer_token, consumer_link, f'--contact-sheet={contact_sheet}'),
    ]

    # Close our copies: a token has failed when its *last* copy is gone, and as long as we hold
    # one the death of a participant would go unnoticed.
    os.close(producer_token)
    os.close(consumer_token)
    producer_link.close()
    consumer_link.close()
    # The root token has done its duty, too. A token is given back by Release; its handle stays
    # open until the reply has come.
    sysmem.release(root)
    os.close(root_handle)

    # When one participant fails, the daemon and the closed link tell the other, which ends, too.
    codes = [process.wait() for process in processes]
    return 0 if codes == [0, 0] else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--video', help='a file GStreamer can decode (default: make one)')
    parser.add_argument('--contact-sheet', default='contact-sheet.png', metavar='PNG')
    args = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix='sysmem-example-') as folder:
            video = args.video
            if video is None:
                video = os.path.join(folder, 'test.webm')
                test_video.encode(video)
            return run_participants(os.path.abspath(video), os.path.abspath(args.contact_sheet))
    except GLib.Error as error:
        sys.exit(f'initiator: {explain(error)}')


if __name__ == '__main__':
    sys.exit(main())
