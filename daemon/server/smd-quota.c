/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-quota.h"

#include "common/smc-checked.h"
#include "common/sysmem-error.h"

typedef struct
{
  const char *limit_key;
  const char *unit; /* for messages */
  gsize limit_offset;
  gboolean root_is_exempt;
} ResourceInfo;

static const ResourceInfo resource_infos[SMD_N_RESOURCES] = {
  [SMD_RESOURCE_BYTES] = { "MaxBytesPerUid", "bytes",
                           G_STRUCT_OFFSET (SmcLimits, max_bytes_per_uid), TRUE },
  [SMD_RESOURCE_COLLECTIONS] = { "MaxCollectionsPerUid", "collections",
                                 G_STRUCT_OFFSET (SmcLimits, max_collections_per_uid), TRUE },
  [SMD_RESOURCE_NODES] = { "MaxNodesPerUid", "nodes",
                           G_STRUCT_OFFSET (SmcLimits, max_nodes_per_uid), TRUE },
  [SMD_RESOURCE_FDS] = { "MaxFdsPerUid", "file descriptors",
                         G_STRUCT_OFFSET (SmcLimits, max_fds_per_uid), TRUE },
  [SMD_RESOURCE_BUNDLES] = { "MaxBundlesPerUid", "unread bundles",
                             G_STRUCT_OFFSET (SmcLimits, max_bundles_per_uid), FALSE },
};

struct _SmdAccounts
{
  const SmcLimits *limits;
  GHashTable *by_uid; /* uid → SmdAccount, which removes itself */
};

/* Lives as long as a charge refers to it. */
struct _SmdAccount
{
  SmdAccounts *accounts;
  grefcount ref_count;
  uid_t uid;
  guint64 use[SMD_N_RESOURCES];
};

const char *
smd_resource_get_limit_key (SmdResource resource)
{
  return resource_infos[resource].limit_key;
}

SmdAccounts *
smd_accounts_new (const SmcLimits *limits)
{
  SmdAccounts *accounts = g_new0 (SmdAccounts, 1);

  accounts->limits = limits;
  accounts->by_uid = g_hash_table_new (NULL, NULL);
  return accounts;
}

void
smd_accounts_free (SmdAccounts *accounts)
{
  g_return_if_fail (g_hash_table_size (accounts->by_uid) == 0);

  g_hash_table_unref (accounts->by_uid);
  g_free (accounts);
}

static SmdAccount *
lookup (const SmdAccounts *accounts, uid_t uid)
{
  return g_hash_table_lookup (accounts->by_uid, GUINT_TO_POINTER (uid));
}

static SmdAccount *
ref_account (SmdAccounts *accounts, uid_t uid)
{
  SmdAccount *account = lookup (accounts, uid);

  if (account != NULL)
    {
      g_ref_count_inc (&account->ref_count);
      return account;
    }
  account = g_new0 (SmdAccount, 1);
  account->accounts = accounts;
  account->uid = uid;
  g_ref_count_init (&account->ref_count);
  g_hash_table_insert (accounts->by_uid, GUINT_TO_POINTER (uid), account);
  return account;
}

static void
unref_account (SmdAccount *account)
{
  if (!g_ref_count_dec (&account->ref_count))
    return;
  g_hash_table_remove (account->accounts->by_uid, GUINT_TO_POINTER (account->uid));
  g_free (account);
}

guint64
smd_accounts_get_use (const SmdAccounts *accounts, uid_t uid, SmdResource resource)
{
  const SmdAccount *account = lookup (accounts, uid);

  return account != NULL ? account->use[resource] : 0;
}

guint64
smd_accounts_get_limit (const SmdAccounts *accounts, uid_t uid, SmdResource resource)
{
  const ResourceInfo *info = &resource_infos[resource];

  if (uid == 0 && info->root_is_exempt)
    return G_MAXUINT64;
  return G_STRUCT_MEMBER (guint64, accounts->limits, info->limit_offset);
}

guint
smd_accounts_count (const SmdAccounts *accounts)
{
  return g_hash_table_size (accounts->by_uid);
}

/* Adds @amount to what the account uses of @resource, or says why not. */
static gboolean
book (SmdAccount *account, SmdResource resource, guint64 amount, GError **error)
{
  const ResourceInfo *info = &resource_infos[resource];
  guint64 limit = smd_accounts_get_limit (account->accounts, account->uid, resource);
  guint64 use = account->use[resource];
  guint64 wanted;

  /* A limit can have been lowered below what is in use: nothing more then, but nothing still is
   * something everybody can have. */
  if (amount == 0)
    return TRUE;
  if (smc_checked_add (&wanted, use, amount) && wanted <= limit)
    {
      account->use[resource] = wanted;
      return TRUE;
    }
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "user %u holds %" G_GUINT64_FORMAT " %s and wants %" G_GUINT64_FORMAT
               " more; %s is %" G_GUINT64_FORMAT,
               (guint)account->uid, use, info->unit, amount, info->limit_key, limit);
  return FALSE;
}

gboolean
smd_charge (SmdCharge *charge,
            SmdAccounts *accounts,
            uid_t uid,
            SmdResource resource,
            guint64 amount,
            GError **error)
{
  SmdAccount *account;

  g_return_val_if_fail (charge->account == NULL, FALSE);

  account = ref_account (accounts, uid);
  if (!book (account, resource, amount, error))
    {
      unref_account (account);
      return FALSE;
    }
  *charge = (SmdCharge){ account, resource, amount };
  return TRUE;
}

gboolean
smd_charge_resize (SmdCharge *charge, guint64 amount, GError **error)
{
  g_return_val_if_fail (charge->account != NULL, FALSE);

  if (amount > charge->amount)
    {
      if (!book (charge->account, charge->resource, amount - charge->amount, error))
        return FALSE;
    }
  else
    charge->account->use[charge->resource] -= charge->amount - amount;
  charge->amount = amount;
  return TRUE;
}

void
smd_charge_move (SmdCharge *to, SmdCharge *from)
{
  smd_charge_clear (to);
  *to = *from;
  *from = (SmdCharge){ NULL };
}

void
smd_charge_clear (SmdCharge *charge)
{
  SmdAccount *account = g_steal_pointer (&charge->account);

  if (account == NULL)
    return;
  account->use[charge->resource] -= charge->amount;
  charge->amount = 0;
  unref_account (account);
}
