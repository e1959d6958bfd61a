#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The code of docs/reference/recipes.md runs as it stands, from top to bottom."""

import re

from library import SOURCE, LibraryCase, Sysmem, main

RECIPES = SOURCE / 'docs' / 'reference' / 'recipes.md'


class Recipes(LibraryCase):
    def test_all_of_them(self):
        text = RECIPES.read_text()
        blocks = list(re.finditer(r'^```python\n(.*?)^```$', text, re.DOTALL | re.MULTILINE))
        self.assertGreater(len(blocks), 5)
        names = {'Sysmem': Sysmem, 'client': self.client()}
        for block in blocks:
            # Line numbers of the page, should one of them fail.
            lines = '\n' * (text[:block.start()].count('\n') + 1)
            exec(compile(lines + block.group(1), str(RECIPES), 'exec'), names)
        cached, owner = names['cached'], names['owner']
        self.assertEqual(len(cached), 2)
        owner.release()
        del owner, names['owner']
        self.run_until(lambda: not cached)


if __name__ == '__main__':
    main()
