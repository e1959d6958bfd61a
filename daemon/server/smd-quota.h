/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each uid makes the daemon hold (03 §13, "Who pays"). A charge is embedded in what it pays
 * for and released by that thing's clear function: exactly what was charged, exactly once. */

#pragma once

#include "common/smc-limits.h"
#include <sys/types.h>

G_BEGIN_DECLS

typedef enum
{
  SMD_RESOURCE_BYTES,
  SMD_RESOURCE_COLLECTIONS,
  SMD_RESOURCE_NODES,
  SMD_RESOURCE_FDS,
  SMD_RESOURCE_BUNDLES, /* unread ones; the only resource uid 0 is not exempt from */
} SmdResource;

#define SMD_N_RESOURCES (SMD_RESOURCE_BUNDLES + 1)

/* The sysmem.conf key of the resource's limit, "MaxBytesPerUid". */
const char *smd_resource_get_limit_key (SmdResource resource);

typedef struct _SmdAccounts SmdAccounts;
typedef struct _SmdAccount SmdAccount;

/* @limits is read at every charge and outlives the accounts. Every charge must be cleared before
 * the accounts are freed. */
SmdAccounts *smd_accounts_new (const SmcLimits *limits);
void smd_accounts_free (SmdAccounts *accounts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAccounts, smd_accounts_free)

/* For the Inspector. A uid that holds nothing uses 0 of everything. */
guint64 smd_accounts_get_use (const SmdAccounts *accounts, uid_t uid, SmdResource resource);
/* G_MAXUINT64 for who is exempt. */
guint64 smd_accounts_get_limit (const SmdAccounts *accounts, uid_t uid, SmdResource resource);
/* How many uids hold anything. */
guint smd_accounts_count (const SmdAccounts *accounts);

/* All zeroes: nothing charged. */
typedef struct
{
  SmdAccount *account; /* holds a reference */
  SmdResource resource;
  guint64 amount;
} SmdCharge;

/* LIMIT_EXCEEDED and nothing charged when @uid would go beyond its limit. An amount of 0 always
 * fits. @charge holds nothing before. */
gboolean smd_charge (SmdCharge *charge,
                     SmdAccounts *accounts,
                     uid_t uid,
                     SmdResource resource,
                     guint64 amount,
                     GError **error);
/* Makes a charge that was made larger or smaller; a refusal changes nothing. */
gboolean smd_charge_resize (SmdCharge *charge, guint64 amount, GError **error);
/* Clears @to, then moves @from there. */
void smd_charge_move (SmdCharge *to, SmdCharge *from);
void smd_charge_clear (SmdCharge *charge);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdCharge, smd_charge_clear)

G_END_DECLS
