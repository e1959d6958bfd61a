/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The strings of the contract for every enumeration and flag. The getters return static strings;
 * the parsers return FALSE for a string the contract does not have. */

#pragma once

#include "smc-model.h"

G_BEGIN_DECLS

const char *smc_usage_get_name (SmcUsage usage); /* one bit */
gboolean smc_usage_parse (const char *name, SmcUsage *usage);
const char *smc_domain_get_name (SmcDomain domain); /* one bit */
const char *smc_color_space_get_name (SmcColorSpace color_space);
gboolean smc_color_space_parse (const char *name, SmcColorSpace *color_space);
const char *smc_buffer_type_get_name (SmcBufferType type);
const char *smc_write_protection_get_name (SmcWriteProtection protection);

/* "NV12:0x0", "XR24:*", "*:*". */
char *smc_pixel_format_to_string (const SmcPixelFormat *format);
/* @real_usage decides what a missing modifier means (02, pixel_formats). FALSE: malformed. */
gboolean smc_pixel_format_parse (const char *text, gboolean real_usage, SmcPixelFormat *format);

/* For messages: "NV12, P010", "cpu-read, gpu-sampled", "cpu, ram". Transfer full. */
char *smc_usage_to_string (guint32 usage);
char *smc_domains_to_string (guint32 domains);
char *smc_color_spaces_to_string (SmcColorSpaces color_spaces);
char *smc_size_to_string (SmcSize size); /* "1920x1080" */

G_END_DECLS
