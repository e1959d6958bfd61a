/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"
#include "sysmem-heap-private.h"
#include "sysmem-settings-private.h"

static SysmemSettings *
take_settings (SysmemClient *self, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) info = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);

  return sysmem_settings_new_from_daemon (info, TRUE, error);
}

static GPtrArray *
take_heaps (SysmemClient *self, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);
  GPtrArray *heaps = g_ptr_array_new_with_free_func (g_object_unref);
  GVariantIter iter;
  const char *name;
  GVariant *dict;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(&s@a{sv})", &name, &dict))
    {
      g_ptr_array_add (heaps, sysmem_heap_new_from_variant (name, dict));
      g_variant_unref (dict);
    }
  return heaps;
}

static GVariant *
make_participants (SysmemConstraints **participants, gsize n_participants)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < n_participants; i++)
    {
      const char *name = sysmem_constraints_get_name (participants[i]);

      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&list, "{sv}", "name",
                             g_variant_new_string (name != NULL ? name : ""));
      g_variant_builder_add (&list, "{sv}", "constraints",
                             sysmem_constraints_to_variant (participants[i]));
      g_variant_builder_close (&list);
    }
  return g_variant_new ("(aa{sv}@a{sv})", &list, g_variant_new ("a{sv}", NULL));
}

static SysmemCall
make_check_constraints (SysmemConstraints **participants, gsize n_participants)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "CheckConstraints",
    .parameters = make_participants (participants, n_participants),
    .answer = "(a{sv})",
  };
}

/**
 * sysmem_client_check_constraints:
 * @self: a client
 * @participants: (array length=n_participants): what each participant can live with;
 *   [property@Sysmem.Constraints:name] says who it is
 * @n_participants: how many, at most 512
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds out what the daemon would settle for these participants: a dry run of the same
 * negotiation, in which nothing is allocated or reserved. [func@Sysmem.Constraints.solve] does
 * the same without a daemon.
 *
 * Returns: (transfer full): the settings; or %NULL with the error that the participants would
 *   get, %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY for instance
 *
 * Since: 1.0
 */
SysmemSettings *
sysmem_client_check_constraints (SysmemClient *self,
                                 SysmemConstraints **participants,
                                 gsize n_participants,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);
  g_return_val_if_fail (participants != NULL || n_participants == 0, NULL);

  call = make_check_constraints (participants, n_participants);
  reply = sysmem_client_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_settings (self, reply, error) : NULL;
}

/**
 * sysmem_client_check_constraints_async:
 * @self: a client
 * @participants: (array length=n_participants): what each participant can live with;
 *   [property@Sysmem.Constraints:name] says who it is
 * @n_participants: how many, at most 512
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.check_constraints], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_check_constraints_async (SysmemClient *self,
                                       SysmemConstraints **participants,
                                       gsize n_participants,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));
  g_return_if_fail (participants != NULL || n_participants == 0);

  call = make_check_constraints (participants, n_participants);
  sysmem_client_call_async (self, &call, sysmem_client_check_constraints_async, cancellable,
                            callback, user_data);
}

/**
 * sysmem_client_check_constraints_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.check_constraints_async].
 *
 * Returns: (transfer full): the settings; or %NULL with the error that the participants would
 *   get, %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY for instance
 *
 * Since: 1.0
 */
SysmemSettings *
sysmem_client_check_constraints_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_check_constraints_async, error);
  return reply != NULL ? take_settings (self, reply, error) : NULL;
}

static SysmemCall
make_list_heaps (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "ListHeaps",
    .answer = "(a(sa{sv}))",
  };
}

/**
 * sysmem_client_list_heaps:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the kinds of memory this machine offers now. Heaps come and go with devices.
 *
 * Returns: (transfer container) (element-type SysmemHeap): the heaps, or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_client_list_heaps (SysmemClient *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  call = make_list_heaps ();
  reply = sysmem_client_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_heaps (self, reply, error) : NULL;
}

/**
 * sysmem_client_list_heaps_async:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.list_heaps], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_list_heaps_async (SysmemClient *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));

  call = make_list_heaps ();
  sysmem_client_call_async (self, &call, sysmem_client_list_heaps_async, cancellable, callback,
                            user_data);
}

/**
 * sysmem_client_list_heaps_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.list_heaps_async].
 *
 * Returns: (transfer container) (element-type SysmemHeap): the heaps, or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_client_list_heaps_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_list_heaps_async, error);
  return reply != NULL ? take_heaps (self, reply, error) : NULL;
}
