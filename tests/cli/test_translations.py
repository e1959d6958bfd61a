#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Translations are complete and current, change what people read, and nothing that programs read."""

import os
import re
import subprocess
import tempfile
import unittest

from cli import PRODUCER, SOURCE, STUBBORN, UNSATISFIABLE, USAGE, CliCase, main

PO = SOURCE / 'po'
LANGUAGES = [line for line in (PO / 'LINGUAS').read_text().split('\n')
             if line and not line.startswith('#')]


def gettext_tool(*arguments):
    run = subprocess.run(list(map(str, arguments)), cwd=SOURCE, text=True, check=False,
                         env={**os.environ, 'GETTEXTDATADIRS': str(PO)},
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout


class Catalogues(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.template = os.path.join(folder.name, 'sysmem.pot')
        status, said = gettext_tool('xgettext', '--files-from=po/POTFILES', '--from-code=UTF-8',
                                    '--keyword=_', '--keyword=N_', '-o', self.template)
        self.assertEqual((status, said), (0, ''))

    def test_languages(self):
        self.assertEqual(sorted(LANGUAGES), sorted(path.stem for path in PO.glob('*.po')))
        self.assertTrue({'de', 'zh_CN'} <= set(LANGUAGES))

    def test_nothing_is_missing(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                status, said = gettext_tool('msgcmp', PO / f'{language}.po', self.template)
                self.assertEqual(status, 0, said)

    def test_nothing_is_left_over(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                status, said = gettext_tool('msgcmp', self.template, PO / f'{language}.po',
                                            '--use-untranslated')
                self.assertEqual(status, 0, said)
                self.assertNotIn('#~', (PO / f'{language}.po').read_text())

    def test_well_formed(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                status, said = gettext_tool('msgfmt', '--check', '--statistics', '-o', os.devnull,
                                            PO / f'{language}.po')
                self.assertEqual(status, 0, said)
                self.assertRegex(said, r'\A\d+ translated messages\.\n\Z')

    def test_no_text_is_cut_off(self):
        """xgettext ends a text at a macro such as G_GUINT64_FORMAT."""
        with open(self.template, encoding='utf-8') as file:
            self.assertIsNone(re.search(r'%"\nmsgstr', file.read()))


class Translated(CliCase):
    def in_language(self, language):
        return {'LANGUAGE': language}

    def test_tables(self):
        self.client().allocate_shared()
        for language, heading in (('de', 'KENNUNG'), ('zh_CN', '标识')):
            with self.subTest(language=language):
                lines = self.tool('list', environment=self.in_language(language)).splitlines()
                self.assertEqual(lines[0].split()[0], heading)

    def test_wide_headings_stay_above_their_columns(self):
        heading, row = self.tool('heaps', environment=self.in_language('zh_CN')).splitlines()[:2]
        before = heading[:heading.index('类型')]
        columns = sum(2 if ord(character) > 0x1000 else 1 for character in before)
        self.assertEqual(row.index('memfd'), columns)

    def test_json_is_the_same(self):
        token = self.tool('create', 'camera').strip()
        self.tool('bind', token, self.write_json('producer', PRODUCER))
        number = self.json('list')[0]['id']
        for arguments in (['heaps'], ['limits'], ['version'], ['explain', number], ['info', number],
                          ['negotiate', self.write_json('producer', PRODUCER)]):
            plain = self.tool('--json', *arguments)
            for language in LANGUAGES:
                with self.subTest(arguments=arguments, language=language):
                    translated = self.tool('--json', *arguments,
                                           environment=self.in_language(language))
                    self.assertEqual(self.without_ages(translated), self.without_ages(plain))

    @staticmethod
    def without_ages(text):
        return re.sub(r'"age_usec" : \d+', '"age_usec" : 0', text)

    def test_complaints(self):
        self.assertEqual(self.complaint(USAGE, 'info', 'x', environment=self.in_language('de')),
                         '„x“ ist keine Kennung einer Sammlung: einer Zahl, wie sie „sysmemctl list“ '
                         'zeigt')

    def test_sentences_of_the_daemon_stay_its_own(self):
        files = [self.write_json('producer', PRODUCER), self.write_json('stubborn', STUBBORN)]
        self.assertEqual(self.complaint(UNSATISFIABLE, 'negotiate', *files,
                                        environment=self.in_language('de')),
                         'no common pixel format: producer offers NV12, XR24; stubborn accepts P010')

    def test_help(self):
        text = self.tool('--help', environment=self.in_language('de'))
        self.assertIn('Die Sammlungen auflisten', text)
        self.assertIn('JSON ausgeben', text)


if __name__ == '__main__':
    main()
