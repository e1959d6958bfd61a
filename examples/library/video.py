#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lets a producer in C and a consumer in Python share the frames of a video.

This program is the initiator: it begins a collection and gives each participant a *token*, its
admission ticket. It takes no part in the negotiation and never sees a buffer.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile

import gi

gi.require_version('Sysmem', '1.0')
from gi.repository import GLib, Sysmem  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, os.pardir))

import test_video  # noqa: E402

PRODUCER = 'sysmem-example-video-producer'
CONSUMER = os.path.join(HERE, 'video_consumer.py')


def run_participants(video, contact_sheet):
    client = Sysmem.Client.new()
    client.set_debug_client_info('example initiator', 0)
    # One token for each participant. The consumer's mask makes its buffers read only, whatever it
    # asks for later.
    root, for_producer, for_consumer = client.allocate_shared_many(
        [Sysmem.Rights.SAME, Sysmem.Rights.READ])
    producer_token, consumer_token = for_producer.steal_fd(), for_consumer.steal_fd()
    producer_link, consumer_link = (
        end.detach() for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))

    processes = [
        subprocess.Popen([PRODUCER, str(producer_token), str(producer_link), video],
                         pass_fds=[producer_token, producer_link]),
        subprocess.Popen([sys.executable, CONSUMER, f'--token-fd={consumer_token}',
                          f'--link-fd={consumer_link}', f'--contact-sheet={contact_sheet}'],
                         pass_fds=[consumer_token, consumer_link]),
    ]

    # Close our copies: a token has failed when its *last* copy is gone, and as long as we hold one
    # the death of a participant would go unnoticed.
    for fd in producer_token, consumer_token, producer_link, consumer_link:
        os.close(fd)
    root.release()  # it has done its duty, too

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
        sys.exit(f'initiator: {error.message}')


if __name__ == '__main__':
    sys.exit(main())
