/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-names.h"

#include <string.h>

/* Bit n of SmcUsage is usage_names[n]. */
static const char *const usage_names[] = {
  "none",
  "cpu-read",
  "cpu-read-often",
  "cpu-write",
  "cpu-write-often",
  "gpu-transfer-src",
  "gpu-transfer-dst",
  "gpu-sampled",
  "gpu-storage",
  "gpu-color-attachment",
  "gpu-stencil-attachment",
  "gpu-transient-attachment",
  "gpu-input-attachment",
  "gpu-buffer",
  "display-layer",
  "display-cursor",
  "video-decoder",
  "video-encoder",
  "video-capture",
  "video-decryptor-output",
  "video-decoder-internal",
};

/* Bit n of SmcDomain is domain_names[n]. */
static const char *const domain_names[] = { "cpu", "ram", "inaccessible" };

static const char *const color_space_names[] = {
  [SMC_COLOR_SPACE_SRGB] = "srgb",
  [SMC_COLOR_SPACE_REC2100] = "rec2100",
  [SMC_COLOR_SPACE_REC2020] = "rec2020",
  [SMC_COLOR_SPACE_REC709] = "rec709",
  [SMC_COLOR_SPACE_REC601_PAL_FULL] = "rec601-pal-full",
  [SMC_COLOR_SPACE_REC601_PAL] = "rec601-pal",
  [SMC_COLOR_SPACE_REC601_NTSC_FULL] = "rec601-ntsc-full",
  [SMC_COLOR_SPACE_REC601_NTSC] = "rec601-ntsc",
  [SMC_COLOR_SPACE_PASSTHROUGH] = "passthrough",
  [SMC_COLOR_SPACE_ANY] = "*",
};

G_STATIC_ASSERT (1 << (G_N_ELEMENTS (usage_names) - 1) == SMC_USAGE_VIDEO_DECODER_INTERNAL);
G_STATIC_ASSERT (1 << (G_N_ELEMENTS (domain_names) - 1) == SMC_DOMAIN_INACCESSIBLE);

static gboolean
find_name (const char *const *names, guint n_names, const char *name, guint *index)
{
  for (guint i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

static char *
join_bits (const char *const *names, guint n_names, guint32 bits, const char *if_none)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n_names; i++)
    if (bits & (1u << i))
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", names[i]);
  if (out->len == 0)
    g_string_append (out, if_none);
  return g_string_free (out, FALSE);
}

const char *
smc_usage_get_name (SmcUsage usage)
{
  guint bit = (guint)g_bit_nth_lsf (usage, -1);

  g_return_val_if_fail (bit < G_N_ELEMENTS (usage_names), "none");
  return usage_names[bit];
}

gboolean
smc_usage_parse (const char *name, SmcUsage *usage)
{
  guint bit;

  if (!find_name (usage_names, G_N_ELEMENTS (usage_names), name, &bit))
    return FALSE;
  *usage = (SmcUsage)(1u << bit);
  return TRUE;
}

const char *
smc_domain_get_name (SmcDomain domain)
{
  guint bit = (guint)g_bit_nth_lsf (domain, -1);

  g_return_val_if_fail (bit < G_N_ELEMENTS (domain_names), "inaccessible");
  return domain_names[bit];
}

const char *
smc_color_space_get_name (SmcColorSpace color_space)
{
  g_return_val_if_fail ((guint)color_space < G_N_ELEMENTS (color_space_names), "*");

  return color_space_names[color_space];
}

gboolean
smc_color_space_parse (const char *name, SmcColorSpace *color_space)
{
  guint index;

  if (!find_name (color_space_names, G_N_ELEMENTS (color_space_names), name, &index))
    return FALSE;
  *color_space = (SmcColorSpace)index;
  return TRUE;
}

const char *
smc_buffer_type_get_name (SmcBufferType type)
{
  switch (type)
    {
    case SMC_BUFFER_MEMFD:
      return "memfd";
    case SMC_BUFFER_DMA_BUF:
      return "dma-buf";
    }
  g_return_val_if_reached ("memfd");
}

const char *
smc_write_protection_get_name (SmcWriteProtection protection)
{
  switch (protection)
    {
    case SMC_WRITE_PROTECTION_ENFORCED:
      return "enforced";
    case SMC_WRITE_PROTECTION_ADVISORY:
      return "advisory";
    }
  g_return_val_if_reached ("advisory");
}

char *
smc_usage_to_string (guint32 usage)
{
  return join_bits (usage_names, G_N_ELEMENTS (usage_names), usage, "no usage");
}

char *
smc_domains_to_string (guint32 domains)
{
  return join_bits (domain_names, G_N_ELEMENTS (domain_names), domains, "no domain");
}

char *
smc_color_spaces_to_string (SmcColorSpaces color_spaces)
{
  return join_bits (color_space_names, G_N_ELEMENTS (color_space_names), color_spaces,
                    "no color space");
}

char *
smc_size_to_string (SmcSize size)
{
  return g_strdup_printf ("%ux%u", size.width, size.height);
}

/* Pixel formats: FOURCC[:MODIFIER] */

#define FOURCC_CHARS 4
#define MODIFIER_MAX_DIGITS 16

/* On the wire of DRM a code shorter than four characters is padded with spaces; people and the
 * contract's output write it without them. */
static void
append_fourcc (GString *out, guint32 fourcc)
{
  gsize start = out->len;

  for (guint i = 0; i < FOURCC_CHARS; i++)
    {
      char c = (char)(fourcc >> (8 * i));
      g_string_append_c (out, g_ascii_isprint (c) ? c : '?');
    }
  while (out->len > start && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
}

char *
smc_pixel_format_to_string (const SmcPixelFormat *format)
{
  GString *out = g_string_new (NULL);

  if (format->any_fourcc)
    g_string_append_c (out, '*');
  else
    append_fourcc (out, format->fourcc);

  if (format->any_modifier)
    g_string_append (out, ":*");
  else
    g_string_append_printf (out, ":0x%" G_GINT64_MODIFIER "x", format->modifier);
  return g_string_free (out, FALSE);
}

/* "*" inside a code is refused: it would look like a pattern, and there are none. */
static gboolean
parse_fourcc (const char *text, gsize length, guint32 *fourcc)
{
  guint32 code = 0;

  if (length == 0 || length > FOURCC_CHARS || text[0] == ' ')
    return FALSE;

  gboolean padding = FALSE;
  for (gsize i = 0; i < FOURCC_CHARS; i++)
    {
      char c = i < length ? text[i] : ' ';
      if (!g_ascii_isprint (c) || c == '*' || (padding && c != ' '))
        return FALSE;
      padding = c == ' ';
      code |= (guint32)c << (8 * i);
    }
  *fourcc = code;
  return TRUE;
}

static gboolean
parse_modifier (const char *text, guint64 *modifier)
{
  if (!g_str_has_prefix (text, "0x"))
    return FALSE;

  const char *digits = text + 2;
  gsize n_digits = strspn (digits, "0123456789abcdefABCDEF");
  if (n_digits == 0 || n_digits > MODIFIER_MAX_DIGITS || digits[n_digits] != '\0')
    return FALSE;

  *modifier = g_ascii_strtoull (digits, NULL, 16);
  return TRUE;
}

gboolean
smc_pixel_format_parse (const char *text, gboolean real_usage, SmcPixelFormat *format)
{
  SmcPixelFormat parsed = { 0 };
  gsize fourcc_length = strcspn (text, ":");
  const char *separator = text + fourcc_length;

  parsed.any_fourcc = fourcc_length == 1 && text[0] == '*';
  if (!parsed.any_fourcc && !parse_fourcc (text, fourcc_length, &parsed.fourcc))
    return FALSE;

  if (*separator == '\0')
    parsed.any_modifier = parsed.any_fourcc || !real_usage;
  else if (strcmp (separator, ":*") == 0)
    parsed.any_modifier = TRUE;
  else if (!parse_modifier (separator + 1, &parsed.modifier))
    return FALSE;

  *format = parsed;
  return TRUE;
}
