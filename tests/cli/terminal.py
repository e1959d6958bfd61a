# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A terminal, played by tmux: what is typed into it, and what can be read on it."""

import itertools
import os
import subprocess
import time

PATIENCE = 60


class Terminal:
    """Runs a command until close (). The tmux server is its own."""

    _numbers = itertools.count()

    def __init__(self, directory, command, environment, columns=100, lines=12):
        # A server may still be ending when the next one starts.
        socket = os.path.join(directory, f'tmux-{next(self._numbers)}')
        self._tmux = ['tmux', '-S', socket, '-f', '/dev/null']
        self._environment = {**environment, 'TERM': 'xterm-256color'}
        # The end of the command is to be seen, too. Its status comes by a file: tmux sometimes misses
        # the one of a command that closes the terminal and ends at the same moment.
        self._status_path = f'{socket}-status'
        self._run('new-session', '-d', '-x', str(columns), '-y', str(lines),
                  'sh', '-c', 'trap : INT; "$@"; echo $? >"$0"', self._status_path, *command,
                  ';', 'set-option', 'remain-on-exit', 'on', ';', 'set-option', 'status', 'off')

    def _run(self, *arguments):
        return subprocess.run([*self._tmux, *arguments], env=self._environment, check=True,
                              text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    @property
    def screen(self):
        """Its lines, without blanks at their ends; no empty ones at the end."""
        text = self._run('capture-pane', '-p').replace('\xa0', ' ')
        return [line.rstrip() for line in text.rstrip().split('\n')]

    def type(self, *keys):
        self._run('send-keys', *keys)

    def resize(self, columns, lines):
        self._run('resize-window', '-x', str(columns), '-y', str(lines))

    @property
    def exit_status(self):
        """None until the command has ended."""
        try:
            with open(self._status_path, encoding='ascii') as file:
                status = file.read()
        except FileNotFoundError:
            return None
        return int(status) if status.endswith('\n') else None

    def wait_until(self, predicate):
        """A screen tells nobody that it has changed: it is looked at until predicate (lines)."""
        deadline = time.monotonic() + PATIENCE
        while True:
            screen = self.screen
            if predicate(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError('the screen does not become so:\n' + '\n'.join(screen))
            time.sleep(0.05)

    def wait_for_end(self):
        self.wait_until(lambda _: self.exit_status is not None)
        return self.exit_status

    def close(self):
        subprocess.run([*self._tmux, 'kill-server'], env=self._environment, check=False,
                       stderr=subprocess.DEVNULL)
