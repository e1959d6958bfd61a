/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-settings-private.h"

#include "sysmem-enum-types.h"

static gboolean
get_boolean (SysmemSettings *self, const char *key)
{
  gboolean value = FALSE;

  (void)g_variant_lookup (sysmem_settings_peek_info (self), key, "b", &value);
  return value;
}

static guint64
get_number (SysmemSettings *self, const char *key)
{
  guint64 value = 0;

  (void)g_variant_lookup (sysmem_settings_peek_info (self), key, "t", &value);
  return value;
}

/* @dict is nullable. */
static const char *
get_string (GVariant *dict, const char *key)
{
  const char *value = NULL;

  if (dict != NULL)
    (void)g_variant_lookup (dict, key, "&s", &value);
  return value;
}

static guint
get_flag (GType type, const char *nick)
{
  g_autoptr (GFlagsClass) class = g_type_class_ref (type);
  const GFlagsValue *value = g_flags_get_value_by_nick (class, nick);

  return value != NULL ? value->value : 0;
}

static guint
get_usage (SysmemSettings *self)
{
  g_autofree const char **names = NULL;
  guint usage = 0;

  (void)g_variant_lookup (sysmem_settings_peek_info (self), "usage", "^a&s", &names);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    usage |= get_flag (SYSMEM_TYPE_USAGE, names[i]);
  return usage;
}

/**
 * sysmem_settings_get_buffer_collection_id: (get-property buffer-collection-id)
 * @self: settings
 *
 * Gets the number of the collection, unique until the next boot; 0 if unknown, as in a dry run.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
sysmem_settings_get_buffer_collection_id (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), 0);

  return get_number (self, "buffer_collection_id");
}

/**
 * sysmem_settings_get_buffer_count: (get-property buffer-count)
 * @self: settings
 *
 * Gets how many buffers there are.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
sysmem_settings_get_buffer_count (SysmemSettings *self)
{
  guint count = 0;

  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), 0);

  (void)g_variant_lookup (sysmem_settings_peek_info (self), "buffer_count", "u", &count);
  return count;
}

/**
 * sysmem_settings_get_size_bytes: (get-property size-bytes)
 * @self: settings
 *
 * Gets what images may use of a buffer, in bytes; not page aligned.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
sysmem_settings_get_size_bytes (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), 0);

  return get_number (self, "size_bytes");
}

/**
 * sysmem_settings_get_raw_size_bytes: (get-property raw-size-bytes)
 * @self: settings
 *
 * Gets the size of a buffer's file, in bytes.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
sysmem_settings_get_raw_size_bytes (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), 0);

  return get_number (self, "raw_size_bytes");
}

/**
 * sysmem_settings_get_heap: (get-property heap)
 * @self: settings
 *
 * Gets the heap the memory is from, such as `system`.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
sysmem_settings_get_heap (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), NULL);

  return get_string (sysmem_settings_peek_info (self), "heap");
}

/**
 * sysmem_settings_get_buffer_type: (get-property buffer-type)
 * @self: settings
 *
 * Gets what kind of file a buffer is.
 *
 * Returns: which one
 *
 * Since: 1.0
 */
SysmemBufferType
sysmem_settings_get_buffer_type (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), SYSMEM_BUFFER_MEMFD);

  return g_strcmp0 (get_string (sysmem_settings_peek_info (self), "buffer_type"), "dma-buf") == 0
           ? SYSMEM_BUFFER_DMA_BUF
           : SYSMEM_BUFFER_MEMFD;
}

/**
 * sysmem_settings_get_coherency_domain: (get-property coherency-domain)
 * @self: settings
 *
 * Gets the coherency domain everybody works in; one of them.
 *
 * Returns: which one
 *
 * Since: 1.0
 */
SysmemCoherencyDomains
sysmem_settings_get_coherency_domain (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), 0);

  return get_flag (SYSMEM_TYPE_COHERENCY_DOMAINS,
                   get_string (sysmem_settings_peek_info (self), "coherency_domain"));
}

/**
 * sysmem_settings_get_is_physically_contiguous: (get-property is-physically-contiguous)
 * @self: settings
 *
 * Gets whether each buffer is physically contiguous.
 *
 * Returns: whether it is so
 *
 * Since: 1.0
 */
gboolean
sysmem_settings_get_is_physically_contiguous (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), FALSE);

  return get_boolean (self, "is_physically_contiguous");
}

/**
 * sysmem_settings_get_is_secure: (get-property is-secure)
 * @self: settings
 *
 * Gets whether the memory is out of reach for normal software.
 *
 * Returns: whether it is so
 *
 * Since: 1.0
 */
gboolean
sysmem_settings_get_is_secure (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), FALSE);

  return get_boolean (self, "is_secure");
}

/**
 * sysmem_settings_get_write_protection: (get-property write-protection)
 * @self: settings
 *
 * Gets what a read-only file descriptor is worth.
 *
 * Returns: which one
 *
 * Since: 1.0
 */
SysmemWriteProtection
sysmem_settings_get_write_protection (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), SYSMEM_WRITE_PROTECTION_ENFORCED);

  return g_strcmp0 (get_string (sysmem_settings_peek_info (self), "write_protection"), "advisory")
             == 0
           ? SYSMEM_WRITE_PROTECTION_ADVISORY
           : SYSMEM_WRITE_PROTECTION_ENFORCED;
}

/**
 * sysmem_settings_get_usage: (get-property usage)
 * @self: settings
 *
 * Gets what all participants together do with the buffers.
 *
 * Returns: the usage
 *
 * Since: 1.0
 */
SysmemUsage
sysmem_settings_get_usage (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), 0);

  return get_usage (self);
}

/**
 * sysmem_settings_get_pixel_format: (get-property pixel-format)
 * @self: settings
 *
 * Gets the pixel format, with its modifier, such as `NV12:0x0`; %NULL for raw bytes.
 *
 * Returns: (transfer none) (nullable): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
sysmem_settings_get_pixel_format (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), NULL);

  return get_string (sysmem_settings_peek_image (self), "pixel_format");
}

/**
 * sysmem_settings_get_color_space: (get-property color-space)
 * @self: settings
 *
 * Gets the color space, such as `rec709`; %NULL for raw bytes.
 *
 * Returns: (transfer none) (nullable): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
sysmem_settings_get_color_space (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), NULL);

  return get_string (sysmem_settings_peek_image (self), "color_space");
}
