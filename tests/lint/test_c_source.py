#!/usr/bin/python3
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The lint's own eyes: what it counts, it counts right."""

import unittest

import c_source

SAMPLE = '''\
/* Don't be fooled: { */
typedef struct
{
  int a;
} Pair;

static const char *names[] = { "}", "{" };

static int
first (int a)
{
  for (;;)
    if (a)
      while (a)
        {
          a--;
        }
    else if (a > 1)
      a = 2;
  return '}';
}

void
second (void)
{
  switch (kind)
    {
    case SMD_A:
      return;
    default:
      do
        a ();
      while (b);
    }
  /* goto fail; */
}
'''


class CSource(unittest.TestCase):
    def setUp(self):
        self.first, self.second = c_source.functions(SAMPLE)

    def test_functions_are_found_and_types_are_not(self):
        self.assertEqual((self.first.name, self.first.line, self.first.length), ('first', 11, 11))
        self.assertEqual((self.second.name, self.second.length), ('second', 12))

    def test_nesting_counts_control_statements(self):
        self.assertEqual(c_source.nesting(self.first), 3)
        self.assertEqual(c_source.nesting(self.second), 2)

    def test_switch_labels(self):
        self.assertEqual(c_source.switches(self.second), [[['case', 'SMD_A'], ['default']]])

    def test_comments_and_strings_are_no_code(self):
        self.assertNotIn('goto', self.second.tokens)


if __name__ == '__main__':
    unittest.main()
