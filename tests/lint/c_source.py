# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Just enough understanding of GNU-style C to measure functions.

A function body is what stands between a line that is only "{" and one that is only "}", both in the
first column: types end in "};" or "} Name;", initializers begin at the end of their line.
"""

import collections
import re

Function = collections.namedtuple('Function', 'name line length tokens')

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.DOTALL)
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.MULTILINE)
TOKEN = re.compile(r'\w+|\S')
NAME_BEFORE_PARAMETERS = re.compile(r'^(\w+) \(', re.MULTILINE)

CONTROL = {'if', 'for', 'while', 'switch'}


def blank(match):
    """The match without content, its line breaks kept so that line numbers stay right."""
    return ' ' + '\n' * match.group().count('\n')


def strip(text):
    """The code without comments, directives, and the content of strings."""
    # Strings first would trip over apostrophes in comments, comments first over "/*" in strings:
    # one pass over both, whichever begins first.
    both = re.compile(f'({COMMENT.pattern})|{STRING.pattern}', re.DOTALL)
    text = both.sub(lambda m: blank(m) if m.group(1) else '""', text)
    return DIRECTIVE.sub(blank, text)


def functions(text):
    lines = strip(text).split('\n')
    found = []
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == '{':
            start = number
        elif line.rstrip() == '}' and start:
            head = NAME_BEFORE_PARAMETERS.findall('\n'.join(lines[max(0, start - 25):start - 1]))
            body = TOKEN.findall('\n'.join(lines[start:number - 1]))
            found.append(Function(head[-1] if head else '?', start, number - start + 1, body))
            start = None
    return found


class Nesting:
    """How deep the control statements of a function body are nested; "else if" is one level."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.at = 0
        self.deepest = 0
        while self.at < len(tokens):
            self.statement(0)

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def skip_group(self, opening, closing):
        depth = 0
        while self.at < len(self.tokens):
            depth += {opening: 1, closing: -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if depth == 0:
                return

    def skip_expression(self):
        while self.peek() not in (None, ';', '}'):
            if self.peek() == '{':
                self.skip_group('{', '}')
            else:
                self.at += 1
        if self.peek() == ';':
            self.at += 1

    def block(self, depth):
        self.at += 1
        while self.peek() not in (None, '}'):
            self.statement(depth)
        self.at += 1

    def statement(self, depth):
        self.deepest = max(self.deepest, depth)
        token = self.peek()
        if token == '{':
            self.block(depth)
        elif token in CONTROL:
            self.at += 1
            self.skip_group('(', ')')
            self.statement(depth + 1)
            if token == 'if' and self.peek() == 'else':
                self.at += 1
                self.statement(depth if self.peek() == 'if' else depth + 1)
        elif token == 'do':
            self.at += 1
            self.statement(depth + 1)
            self.skip_expression()
        elif token in ('case', 'default'):
            while self.peek() not in (None, ':'):
                self.at += 1
            self.at += 1
        elif token == '}':
            self.at += 1
        else:
            self.skip_expression()


def nesting(function):
    return Nesting(function.tokens).deepest


def switches(function):
    """The labels of every switch in the function, as lists of token lists."""
    open_switches, depth, found = [], 0, []
    tokens = function.tokens
    for at, token in enumerate(tokens):
        if token == 'switch':
            open_switches.append((depth, []))
        depth += {'{': 1, '}': -1}.get(token, 0)
        if token == '}' and open_switches and open_switches[-1][0] == depth:
            found.append(open_switches.pop()[1])
        if token in ('case', 'default') and open_switches:
            end = tokens.index(':', at)
            open_switches[-1][1].append(tokens[at:end])
    return found
