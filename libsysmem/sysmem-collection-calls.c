/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-collection-private.h"
#include "sysmem-new-tokens.h"

static int
take_fd (SysmemCollection *self, GDBusMessage *reply, GError **error)
{
  return sysmem_reply_take_only_fd (reply, error);
}

static void
constraints_set (gpointer source, gpointer data, GDBusMessage *reply)
{
  (void)sysmem_node_set_state (source, SYSMEM_NODE_READY);
}

static SysmemCall
make_set_constraints (SysmemConstraints *constraints, int must_match)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  if (must_match >= 0)
    g_variant_dict_insert (&options, "must_match", "h", 0);
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_COLLECTION,
    .method = "SetConstraints",
    .parameters = g_variant_new ("(@a{sv}@a{sv})", sysmem_constraints_to_variant (constraints),
                                 g_variant_dict_end (&options)),
    .fds = must_match >= 0 ? sysmem_fds_new (&must_match, 1) : NULL,
    .done = constraints_set,
  };
}

/**
 * sysmem_collection_set_constraints:
 * @self: a collection
 * @constraints: what this participant can live with
 * @must_match: -1, or a buffer (its file descriptor) whose settings these have to be, the count
 *   apart; stays the caller's
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Says what this participant can live with: once. What contradicts itself is refused at once;
 * then the collection is as it was.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_collection_set_constraints (SysmemCollection *self,
                                   SysmemConstraints *constraints,
                                   int must_match,
                                   GCancellable *cancellable,
                                   GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), FALSE);
  g_return_val_if_fail (SYSMEM_IS_CONSTRAINTS (constraints), FALSE);

  call = make_set_constraints (constraints, must_match);
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_collection_set_constraints_async:
 * @self: a collection
 * @constraints: what this participant can live with
 * @must_match: -1, or a buffer (its file descriptor) whose settings these have to be, the count
 *   apart; stays the caller's
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Collection.set_constraints], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_collection_set_constraints_async (SysmemCollection *self,
                                         SysmemConstraints *constraints,
                                         int must_match,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_COLLECTION (self));
  g_return_if_fail (SYSMEM_IS_CONSTRAINTS (constraints));

  call = make_set_constraints (constraints, must_match);
  sysmem_node_call_async (self, &call, sysmem_collection_set_constraints_async, cancellable,
                          callback, user_data);
}

/**
 * sysmem_collection_set_constraints_finish:
 * @self: a collection
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Collection.set_constraints_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_collection_set_constraints_finish (SysmemCollection *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_collection_set_constraints_async, error);
}

static SysmemCall
make_check (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_COLLECTION,
    .method = "CheckAllBuffersAllocated",
  };
}

/**
 * sysmem_collection_check:
 * @self: a collection
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks at once whether the buffers are there, without fetching them.
 *
 * Returns: %TRUE on success, %FALSE with the reason why there never will be any, or
 *   %SYSMEM_ERROR_PENDING naming who is missing
 *
 * Since: 1.0
 */
gboolean
sysmem_collection_check (SysmemCollection *self, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), FALSE);

  call = make_check ();
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_collection_check_async:
 * @self: a collection
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Collection.check], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_collection_check_async (SysmemCollection *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_COLLECTION (self));

  call = make_check ();
  sysmem_node_call_async (self, &call, sysmem_collection_check_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_collection_check_finish:
 * @self: a collection
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Collection.check_async].
 *
 * Returns: %TRUE on success, %FALSE with the reason why there never will be any, or
 *   %SYSMEM_ERROR_PENDING naming who is missing
 *
 * Since: 1.0
 */
gboolean
sysmem_collection_check_finish (SysmemCollection *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_collection_check_async, error);
}

static SysmemCall
make_attach_token (SysmemRights rights)
{
  return sysmem_new_token_make_call (SYSMEM_INTERFACE_COLLECTION, "AttachToken", rights);
}

/**
 * sysmem_collection_attach_token:
 * @self: a collection
 * @rights: what of its parent's rights the new token keeps
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes a token for a late or replaceable participant: it is matched against what is settled,
 * gets the same buffers if that fits, and its failure is its own.
 *
 * Returns: (transfer full): the new token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_collection_attach_token (SysmemCollection *self,
                                SysmemRights rights,
                                GCancellable *cancellable,
                                GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), NULL);

  call = make_attach_token (rights);
  return sysmem_new_token_call_sync (self, &call, cancellable, error);
}

/**
 * sysmem_collection_attach_token_async:
 * @self: a collection
 * @rights: what of its parent's rights the new token keeps
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Collection.attach_token], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_collection_attach_token_async (SysmemCollection *self,
                                      SysmemRights rights,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_COLLECTION (self));

  call = make_attach_token (rights);
  sysmem_node_call_async (self, &call, sysmem_collection_attach_token_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_collection_attach_token_finish:
 * @self: a collection
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Collection.attach_token_async].
 *
 * Returns: (transfer full): the new token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_collection_attach_token_finish (SysmemCollection *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), NULL);

  return sysmem_new_token_call_finish (self, result, sysmem_collection_attach_token_async, error);
}

static SysmemCall
make_attach_lifetime_tracking (guint buffers_remaining)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_COLLECTION,
    .method = "AttachLifetimeTracking",
    .parameters = g_variant_new ("(u)", buffers_remaining),
    .answer = "(h)",
  };
}

/**
 * sysmem_collection_attach_lifetime_tracking:
 * @self: a collection
 * @buffers_remaining: how many buffers may be left when it tells
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets a file descriptor that hangs up (`POLLHUP`) when the collection is allocated and no more
 * than @buffers_remaining of its buffers still exist anywhere, as file descriptor, mapping or
 * import; or when its allocation fails. At most 256 for a collection.
 *
 * Returns: a file descriptor that the caller owns, or -1 with an error
 *
 * Since: 1.0
 */
int
sysmem_collection_attach_lifetime_tracking (SysmemCollection *self,
                                            guint buffers_remaining,
                                            GCancellable *cancellable,
                                            GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), -1);

  call = make_attach_lifetime_tracking (buffers_remaining);
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_fd (self, reply, error) : -1;
}

/**
 * sysmem_collection_attach_lifetime_tracking_async:
 * @self: a collection
 * @buffers_remaining: how many buffers may be left when it tells
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Collection.attach_lifetime_tracking], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_collection_attach_lifetime_tracking_async (SysmemCollection *self,
                                                  guint buffers_remaining,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_COLLECTION (self));

  call = make_attach_lifetime_tracking (buffers_remaining);
  sysmem_node_call_async (self, &call, sysmem_collection_attach_lifetime_tracking_async,
                          cancellable, callback, user_data);
}

/**
 * sysmem_collection_attach_lifetime_tracking_finish:
 * @self: a collection
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Collection.attach_lifetime_tracking_async].
 *
 * Returns: a file descriptor that the caller owns, or -1 with an error
 *
 * Since: 1.0
 */
int
sysmem_collection_attach_lifetime_tracking_finish (SysmemCollection *self,
                                                   GAsyncResult *result,
                                                   GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), -1);

  reply =
    sysmem_node_call_finish (self, result, sysmem_collection_attach_lifetime_tracking_async, error);
  return reply != NULL ? take_fd (self, reply, error) : -1;
}
