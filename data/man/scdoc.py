# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Text as scdoc(5) wants it."""

import re

LICENCE = '''; SPDX-FileCopyrightText: The sysmem authors
; SPDX-License-Identifier: LGPL-2.1-or-later'''


def escape(text):
    """Nothing in it means anything to scdoc."""
    text = re.sub(r'([\\*_~])', r'\\\1', text)
    return re.sub(r'(?m)^([-#.;|\[\]`])', r'\\\1', text)


def bold(text):
    return f'*{escape(text)}*'


def header(name, section):
    return f'{name}({section}) "sysmem" "File Formats"\n\n{LICENCE}\n'


def indent(text):
    """Below a term, as a definition."""
    return '\n'.join('\t' + line if line else '' for line in text.split('\n'))


def literal(lines):
    return '\n'.join(['```', *lines, '```'])
