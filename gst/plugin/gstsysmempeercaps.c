/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmempeercaps.h"

#include "common/smc-text.h"
#include "gstsysmemmessage.h"
#include <gio/gio.h>
#include <string.h>

#define MAX_DEPTH 3 /* a list of ranges has 2 */
#define MAX_VALUES 2048
#define MAX_STRUCTURES 32

typedef struct
{
  guint depth;
  guint n_values;
  guint n_structures;
} Extent;

/* At least as much as GStreamer will find: what is quoted or escaped may be read as caps, too, so
 * lists begin there, but none ends. */
static Extent
measure (const char *text)
{
  Extent extent = { 0, 1, 1 };
  gboolean is_quoted = FALSE;
  gboolean is_escaped = FALSE;
  guint depth = 0;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '{' || *at == '[' || *at == '<')
        depth++;
      else if ((*at == '}' || *at == ']' || *at == '>') && !is_quoted && !is_escaped && depth > 0)
        depth--;
      else if (*at == '"' && !is_escaped)
        is_quoted = !is_quoted;
      is_escaped = *at == '\\' && !is_escaped;
      extent.depth = MAX (extent.depth, depth);
      extent.n_values += *at == ',' || *at == ';';
      extent.n_structures += *at == ';';
    }
  return extent;
}

/* Is it the type of a value that describes video? Structures, for example, are not: GStreamer takes
 * a wrong one for a fault of this program. Features of caps are in parentheses, too. */
static gboolean
is_expected (const char *type)
{
  static const char *const types[] = { "string",   "int",        "uint",
                                       "int64",    "uint64",     "double",
                                       "fraction", "boolean",    "bitmask",
                                       "ANY",      "GstFlagSet", "GstVideoMultiviewFlagsSet",
                                       NULL };

  return strchr (type, ':') != NULL || g_strv_contains (types, type);
}

/* The first type in parentheses that has no place in caps of video; NULL: there is none. */
static char *
find_unexpected_type (const char *text)
{
  for (const char *at = strchr (text, '('); at != NULL; at = strchr (at + 1, '('))
    {
      g_autofree char *type = g_strstrip (g_strndup (at + 1, strcspn (at + 1, ")")));

      if (!is_expected (type))
        return smc_text_escape (type);
    }
  return NULL;
}

GstCaps *
gst_sysmem_peer_caps_parse (const char *text, GError **error)
{
  Extent extent = measure (text);
  g_autofree char *unexpected = find_unexpected_type (text);
  GstCaps *caps = NULL;

  if (extent.depth > MAX_DEPTH)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "its caps have lists in lists, %u deep: at most %u are allowed", extent.depth,
                 MAX_DEPTH);
  else if (extent.n_values > MAX_VALUES || extent.n_structures > MAX_STRUCTURES)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "its caps have %u values in %u structures: at most %u in %u are allowed",
                 extent.n_values, extent.n_structures, MAX_VALUES, MAX_STRUCTURES);
  else if (unexpected != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "its caps have a value of type \"%s\", which no video has", unexpected);
  else if ((caps = gst_caps_from_string (text)) == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "its caps are no caps");
  return caps;
}

static GstCaps *
drop_last (GstCaps *caps)
{
  GstCaps *fewer = gst_caps_make_writable (caps);

  gst_caps_remove_structure (fewer, gst_caps_get_size (fewer) - 1);
  return fewer;
}

static GstCaps *
drop_surplus (GstCaps *caps)
{
  while (gst_caps_get_size (caps) > MAX_STRUCTURES)
    caps = drop_last (caps);
  return caps;
}

GstCaps *
gst_sysmem_peer_caps_intersect (GstCaps *first, GstCaps *second)
{
  return drop_surplus (gst_caps_intersect_full (first, second, GST_CAPS_INTERSECT_FIRST));
}

char *
gst_sysmem_peer_caps_to_string (const GstCaps *caps)
{
  g_autofree char *whole = gst_caps_to_string (caps); /* which escapes what is not ASCII */

  return g_strndup (whole, GST_SYSMEM_TEXT_MAX_BYTES / 4);
}

static gboolean
is_too_long (GstCaps *caps)
{
  g_autofree char *text = gst_caps_to_string (caps);

  return measure (text).n_values > MAX_VALUES || strlen (text) > GST_SYSMEM_TEXT_MAX_BYTES;
}

GstCaps *
gst_sysmem_peer_caps_shorten (GstCaps *caps)
{
  caps = drop_surplus (caps);
  while (gst_caps_get_size (caps) > 1 && is_too_long (caps))
    caps = drop_last (caps);
  return caps;
}
