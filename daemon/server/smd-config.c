/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What sysmem.conf may say is documented in data/sysmem.conf itself. Every group is a table from
 * its name to the function that takes one of its keys, so that an unknown group, an unknown key and
 * a bad value are all complained about in the same way, and everything else still counts. */

#include "server/smd-config.h"

#include "common/smc-checked.h"
#include "common/smc-format.h"
#include "common/smc-names.h"
#include "server/smd-config-file.h"
#include <errno.h>
#include <math.h>
#include <string.h>

typedef struct
{
  SmcLimits *limits;
  SmePolicy *policy;
  guint n_heap_rows; /* rows of the configuration; they come first in policy->preferences */
  /* What is in force while the files are read again: where a line makes no sense, what it used to
   * say stays. NULL the first time. */
  const SmcLimits *limits_in_force;
  const SmePolicy *policy_in_force;
  guint n_unread; /* files that could not be read or are no key files */
} Config;

typedef void (*TakeKeyFunc) (Config *config, SmdConfigFile *file, const char *key);

#define GROUP_LIMITS "Limits"
#define GROUP_HEAPS "Heaps"
#define GROUP_FORMAT_COSTS "FormatCosts"

/* [Limits] */

/* Digits, perhaps followed by K, M, G or T: powers of 1024. */
static gboolean
parse_number (const char *text, guint64 *number)
{
  static const char suffixes[] = "KMGT";
  guint64 unit = 1;
  guint64 digits;
  char *end;

  if (!g_ascii_isdigit (text[0]))
    return FALSE;
  errno = 0;
  digits = g_ascii_strtoull (text, &end, 10);
  if (errno != 0)
    return FALSE;
  if (*end != '\0')
    {
      const char *suffix = strchr (suffixes, *end);

      if (suffix == NULL || end[1] != '\0')
        return FALSE;
      unit = G_GUINT64_CONSTANT (1) << (10 * (suffix - suffixes + 1));
    }
  return smc_checked_mul (number, digits, unit);
}

static const SmcLimitInfo *
find_limit (const char *key)
{
  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    if (g_str_equal (info->key, key))
      return info;
  return NULL;
}

/* Returns the value that stays. */
static guint64
keep_limit (Config *config, const SmcLimitInfo *info)
{
  if (config->limits_in_force != NULL)
    G_STRUCT_MEMBER (guint64, config->limits, info->offset) =
      smc_limits_get (config->limits_in_force, info);
  return smc_limits_get (config->limits, info);
}

static void
take_limit (Config *config, SmdConfigFile *file, const char *key)
{
  g_autofree char *value = g_key_file_get_string (file->keys, GROUP_LIMITS, key, NULL);
  const SmcLimitInfo *info = find_limit (key);
  guint64 number;

  if (info == NULL)
    smd_config_file_complain (file, GROUP_LIMITS, key, "there is no such limit");
  else if (info->offset < 0)
    smd_config_file_complain (file, GROUP_LIMITS, key,
                              "this limit is part of the protocol and cannot be set");
  else if (value == NULL || !parse_number (value, &number))
    smd_config_file_complain (file, GROUP_LIMITS, key,
                              "“%s” is no number such as 4096 or 256M; %" G_GUINT64_FORMAT
                              " stays in force",
                              value != NULL ? value : "", keep_limit (config, info));
  else if (number < info->minimum || number > info->maximum)
    smd_config_file_complain (file, GROUP_LIMITS, key,
                              "%s is not between %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
                              "; %" G_GUINT64_FORMAT " stays in force",
                              value, info->minimum, info->maximum, keep_limit (config, info));
  else
    G_STRUCT_MEMBER (guint64, config->limits, info->offset) = number;
}

/* Usages: the words of the contract and words for kinds of them. */

#define VIDEO_USAGE \
  (SMC_USAGE_VIDEO_DECODER | SMC_USAGE_VIDEO_ENCODER | SMC_USAGE_VIDEO_CAPTURE \
   | SMC_USAGE_VIDEO_DECRYPTOR_OUTPUT | SMC_USAGE_VIDEO_DECODER_INTERNAL)
#define DEVICE_USAGE (SMC_USAGE_ALL & ~(SMC_USAGE_CPU | SMC_USAGE_NONE))

static const struct
{
  const char *word;
  guint32 usage;
} usage_kinds[] = {
  { "cpu", SMC_USAGE_CPU },         { "gpu", DEVICE_USAGE & ~(SMC_USAGE_DISPLAY | VIDEO_USAGE) },
  { "display", SMC_USAGE_DISPLAY }, { "video", VIDEO_USAGE },
  { "device", DEVICE_USAGE },
};

static gboolean
parse_usage_word (const char *word, guint32 *usage)
{
  SmcUsage one;

  for (guint i = 0; i < G_N_ELEMENTS (usage_kinds); i++)
    if (g_str_equal (usage_kinds[i].word, word))
      {
        *usage |= usage_kinds[i].usage;
        return TRUE;
      }
  if (!smc_usage_parse (word, &one) || one == SMC_USAGE_NONE)
    return FALSE;
  *usage |= one;
  return TRUE;
}

/* Words from @words on; complains about the first that is none. */
static gboolean
parse_usage_words (
  SmdConfigFile *file, const char *group, const char *key, char **words, guint32 *usage)
{
  *usage = 0;
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && !parse_usage_word (*word, usage))
      {
        smd_config_file_complain (file, group, key,
                                  "“%s” is neither a usage nor one of cpu, gpu, display, video, "
                                  "device; this line is ignored",
                                  *word);
        return FALSE;
      }
  return TRUE;
}

/* [Heaps] */

/* A heap's name, all of a kind as in "dma-heap:*", or "*" for all others. */
static gboolean
is_heap_pattern (const char *pattern)
{
  const char *star = strchr (pattern, '*');

  if (pattern[0] == '\0' || strlen (pattern) > SMC_MAX_HEAP_NAME_BYTES)
    return FALSE;
  return star == NULL || (star[1] == '\0' && (star == pattern || star[-1] == ':'));
}

/* Takes @heaps. A row for the same usage is replaced where it stands; a new one comes after those
 * read before and before the built-in ones. */
static void
add_heap_row (Config *config, guint32 usage, char **heaps)
{
  GPtrArray *rows = config->policy->preferences;
  SmeHeapPreference *row;

  for (guint i = 0; i < config->n_heap_rows; i++)
    {
      row = g_ptr_array_index (rows, i);
      if (row->usage == usage)
        {
          g_strfreev (row->heaps);
          row->heaps = heaps;
          return;
        }
    }
  row = g_new0 (SmeHeapPreference, 1);
  row->usage = usage;
  row->heaps = heaps;
  g_ptr_array_insert (rows, (int)config->n_heap_rows++, row);
}

/* FALSE: no row of @usage is in force. */
static gboolean
keep_heap_row (Config *config, guint32 usage)
{
  const GPtrArray *rows =
    config->policy_in_force != NULL ? config->policy_in_force->preferences : NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const SmeHeapPreference *row = rows->pdata[i];

      if (row->usage != usage)
        continue;
      add_heap_row (config, usage, g_strdupv (row->heaps));
      return TRUE;
    }
  return FALSE;
}

static const char *
say_what_stays (gboolean kept)
{
  return kept ? "what was in force stays" : "this line is ignored";
}

static void
take_heap_row (Config *config, SmdConfigFile *file, const char *key)
{
  g_auto (GStrv) heaps = g_key_file_get_string_list (file->keys, GROUP_HEAPS, key, NULL, NULL);
  g_auto (GStrv) words = g_strsplit_set (key, " \t", -1);
  guint32 usage = 0;

  if (!g_str_equal (key, "any") && !parse_usage_words (file, GROUP_HEAPS, key, words, &usage))
    return;
  if (heaps == NULL || heaps[0] == NULL)
    {
      smd_config_file_complain (file, GROUP_HEAPS, key, "names no heap, such as system;udmabuf; %s",
                                say_what_stays (keep_heap_row (config, usage)));
      return;
    }
  for (char **heap = heaps; *heap != NULL; heap++)
    if (!is_heap_pattern (g_strstrip (*heap)))
      {
        smd_config_file_complain (file, GROUP_HEAPS, key,
                                  "“%s” is neither a heap's name, KIND:* nor *; %s", *heap,
                                  say_what_stays (keep_heap_row (config, usage)));
        return;
      }
  add_heap_row (config, usage, g_steal_pointer (&heaps));
}

/* [FormatCosts] */

static gboolean
is_known_fourcc (const SmcPixelFormat *format)
{
  return format->any_fourcc || smc_format_lookup (format->fourcc) != NULL;
}

static gboolean
parse_cost (const char *text, double *cost)
{
  char *end;

  if (text == NULL || text[0] == '\0')
    return FALSE;
  *cost = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (*cost) && *cost >= 0;
}

/* FALSE: nothing for this format and usage is in force. */
static gboolean
keep_format_cost (Config *config, const SmeFormatCost *wanted)
{
  const GArray *rows =
    config->policy_in_force != NULL ? config->policy_in_force->format_costs : NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const SmeFormatCost *row = &g_array_index (rows, SmeFormatCost, i);

      if (row->usage != wanted->usage
          || !smc_pixel_format_equal (&row->pixel_format, &wanted->pixel_format))
        continue;
      g_array_append_val (config->policy->format_costs, *row);
      return TRUE;
    }
  return FALSE;
}

static void
take_format_cost (Config *config, SmdConfigFile *file, const char *key)
{
  g_autofree char *value = g_key_file_get_string (file->keys, GROUP_FORMAT_COSTS, key, NULL);
  g_auto (GStrv) words = g_strsplit_set (key, " \t", -1);
  SmeFormatCost row = { 0 };

  if (!smc_pixel_format_parse (words[0], TRUE, &row.pixel_format)
      || !is_known_fourcc (&row.pixel_format))
    smd_config_file_complain (file, GROUP_FORMAT_COSTS, key,
                              "“%s” is no known pixel format such as NV12:0x0; this line is "
                              "ignored",
                              words[0]);
  else if (!parse_usage_words (file, GROUP_FORMAT_COSTS, key, words + 1, &row.usage))
    return;
  else if (!parse_cost (value, &row.cost))
    smd_config_file_complain (
      file, GROUP_FORMAT_COSTS, key, "“%s” is no cost, a number that is 0 or more; %s",
      value != NULL ? value : "", say_what_stays (keep_format_cost (config, &row)));
  else
    g_array_append_val (config->policy->format_costs, row);
}

/* All groups. */

static const struct
{
  const char *name;
  TakeKeyFunc take_key;
} groups[] = {
  { GROUP_LIMITS, take_limit },
  { GROUP_HEAPS, take_heap_row },
  { GROUP_FORMAT_COSTS, take_format_cost },
};

static TakeKeyFunc
find_group (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (g_str_equal (groups[i].name, name))
      return groups[i].take_key;
  return NULL;
}

static void
take_group (Config *config, SmdConfigFile *file, const char *group)
{
  TakeKeyFunc take_key = find_group (group);
  g_auto (GStrv) keys = g_key_file_get_keys (file->keys, group, NULL, NULL);

  if (take_key == NULL)
    {
      smd_config_file_complain (file, group, NULL,
                                "there is no such group; it is none of " GROUP_LIMITS
                                ", " GROUP_HEAPS " and " GROUP_FORMAT_COSTS);
      return;
    }
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    take_key (config, file, keys[i]);
}

static void
take_file (Config *config, const char *path, GPtrArray *complaints)
{
  g_auto (SmdConfigFile) file = { NULL };
  g_auto (GStrv) names = NULL;

  if (!smd_config_file_open (&file, path, complaints))
    {
      config->n_unread++;
      return;
    }
  names = g_key_file_get_groups (file.keys, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    take_group (config, &file, names[i]);
}

static void
take_files (Config *config, const char *const *paths, GPtrArray *complaints)
{
  for (guint i = 0; paths[i] != NULL; i++)
    take_file (config, paths[i], complaints);
  config->policy->max_buffer_size = config->limits->max_buffer_size;
  config->policy->max_collection_size = config->limits->max_collection_size;
}

gboolean
smd_config_load (const char *const *paths,
                 SmcLimits *limits,
                 SmePolicy *policy,
                 GPtrArray *complaints)
{
  Config config = { .limits = limits, .policy = policy };
  guint n_before = complaints->len;

  take_files (&config, paths, complaints);
  return complaints->len == n_before;
}

gboolean
smd_config_reload (const char *const *paths,
                   const SmcLimits *defaults,
                   SmcLimits *limits,
                   SmePolicy *policy,
                   GPtrArray *complaints)
{
  g_autoptr (SmePolicy) new_policy = sme_policy_new ();
  SmcLimits new_limits = *defaults;
  Config config = { &new_limits, new_policy, 0, limits, policy, 0 };

  take_files (&config, paths, complaints);
  if (config.n_unread > 0)
    return FALSE;
  *limits = new_limits;
  g_ptr_array_unref (policy->preferences);
  policy->preferences = g_ptr_array_ref (new_policy->preferences);
  g_array_unref (policy->format_costs);
  policy->format_costs = g_array_ref (new_policy->format_costs);
  policy->max_buffer_size = limits->max_buffer_size;
  policy->max_collection_size = limits->max_collection_size;
  return TRUE;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
smd_config_find_files (const char *path)
{
  g_autofree char *directory_path = g_strconcat (path, ".d", NULL);
  g_autoptr (GDir) directory = g_dir_open (directory_path, 0, NULL);
  g_autoptr (GPtrArray) drop_ins = g_ptr_array_new ();
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (name[0] != '.' && g_str_has_suffix (name, ".conf"))
      g_ptr_array_add (drop_ins, g_build_filename (directory_path, name, NULL));
  g_ptr_array_sort (drop_ins, compare_strings);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_ptr_array_insert (drop_ins, 0, g_strdup (path));
  g_ptr_array_add (drop_ins, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&drop_ins), FALSE);
}
