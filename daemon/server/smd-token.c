/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-token.h"

#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-handle.h"

struct _SmdTokenHandle
{
  SmdHandle handle;
  SmdFd client_end; /* until it is given away */
  SmdCharge node_charge;
  SmdCharge fd_charge;
  SmdNode *token; /* whose handle this is; NULL until there is one */
};

static void
token_handle_free (SmdTokenHandle *handle)
{
  smd_handle_clear (&handle->handle);
  smd_fd_clear (&handle->client_end);
  smd_charge_clear (&handle->node_charge);
  smd_charge_clear (&handle->fd_charge);
  g_free (handle);
}

static void
on_closed (gpointer data)
{
  SmdTokenHandle *handle = data;
  SmdNode *token = handle->token;
  SmdServer *server = token->server;

  smd_token_drop_handle (token);
  /* A shell's token outlives the shell's every call. */
  if (token->linger)
    return;
  smd_node_fail (token, "the last copy of its token handle was closed");
  smd_server_flush (server);
}

static SmdTokenHandle *
token_handle_new (SmdServer *server, uid_t payer, GError **error)
{
  SmdTokenHandle *handle = g_new0 (SmdTokenHandle, 1);

  handle->handle = (SmdHandle)SMD_HANDLE_INIT;
  handle->client_end = -1;
  if (smd_charge (&handle->node_charge, server->accounts, payer, SMD_RESOURCE_NODES, 1, error)
      && smd_charge (&handle->fd_charge, server->accounts, payer, SMD_RESOURCE_FDS, 1, error)
      && smd_handle_new (&handle->handle, &handle->client_end, error)
      && smd_handle_watch (&handle->handle, server->hangups, payer, handle->client_end, on_closed,
                           handle, error))
    return handle;
  token_handle_free (handle);
  return NULL;
}

GPtrArray *
smd_token_handles_new (SmdServer *server, uid_t payer, guint n, GError **error)
{
  g_autoptr (GPtrArray) handles =
    g_ptr_array_new_with_free_func ((GDestroyNotify)token_handle_free);

  for (guint i = 0; i < n; i++)
    {
      SmdTokenHandle *handle = token_handle_new (server, payer, error);

      if (handle == NULL)
        return NULL;
      g_ptr_array_add (handles, handle);
    }
  return g_steal_pointer (&handles);
}

void
smd_token_handles_use (GPtrArray *handles,
                       SmdCollection *collection,
                       SmeNode *sme,
                       SmdClient *client,
                       gboolean linger,
                       GArray *tokens)
{
  SmdTokenHandle *handle = g_ptr_array_steal_index (handles, 0);
  SmdNewToken new_token = { NULL, smd_fd_steal (&handle->client_end) };
  SmdNode *token = smd_node_new (collection, sme, client, linger, &handle->node_charge);

  handle->token = token;
  token->handle = handle;
  token->handle_cookie = handle->handle.cookie;
  g_hash_table_insert (token->server->tokens, &token->handle_cookie, token);
  new_token.node = token;
  g_array_append_val (tokens, new_token);
}

static void
new_token_clear (SmdNewToken *token)
{
  smd_fd_clear (&token->handle);
}

GArray *
smd_new_tokens_new (void)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (SmdNewToken));

  g_array_set_clear_func (tokens, (GDestroyNotify)new_token_clear);
  return tokens;
}

SmdNode *
smd_token_lookup (SmdServer *server, int fd)
{
  guint64 cookie;

  if (!smd_cookie_of_fd (fd, &cookie))
    return NULL;
  return g_hash_table_lookup (server->tokens, &cookie);
}

void
smd_token_open (SmdNode *token, SmdClient *client)
{
  smd_node_set_owner (token, client);
}

void
smd_token_drop_handle (SmdNode *token)
{
  g_clear_pointer (&token->handle, token_handle_free);
}

void
smd_token_forget_cookie (SmdNode *token)
{
  if (token->handle_cookie == 0)
    return;
  g_hash_table_remove (token->server->tokens, &token->handle_cookie);
  token->handle_cookie = 0;
}
