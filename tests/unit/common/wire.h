/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Constraints dictionaries written as GVariant text, for the tests of the codec. */

#pragma once

#include "common/smc-codec.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the value that @text means */
GVariant *wire_parse (const char *text);

/* What @text decodes to; the test fails if it does not. */
SmcConstraints *wire_decode (const char *text);

/* @dict must be refused with @code and exactly @message. */
void wire_assert_refused (GVariant *dict, SysmemError code, const char *message);
void wire_assert_text_refused (const char *text, SysmemError code, const char *message);

/* Returns: (transfer full): an as of @n times @element */
GVariant *wire_repeat (const char *element, gsize n);

/* Returns: (transfer full): a dictionary that is good but for @key, which is @value. @level is "" or
 * the key of the dictionary to put it into. */
GVariant *wire_with (const char *level, const char *key, GVariant *value);

G_END_DECLS
