/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"

#include "sysmem-call.h"
#include "sysmem-closing.h"
#include "sysmem-control-messages.h"
#include "sysmem-error.h"
#include <unistd.h>

/**
 * SysmemClient:
 *
 * A connection to the daemon, where everything begins.
 *
 * [ctor@Sysmem.Client.new] opens a connection of its own to the system bus, or to the session bus
 * where the environment says `SYSMEM_BUS=session`. What a client makes belongs to that connection:
 * tokens, groups and collections keep their client alive, and when the process ends they close as
 * if by accident unless they were released. When the last reference to the client goes, a connection
 * of its own is closed, after all that was said before; one that it was given stays as it is.
 *
 * Clients and all that comes from them may be used from any thread. Signals are emitted in the
 * thread-default main context of the thread that made the object. Calls without `_async` block
 * the calling thread and never iterate a main context that others use.
 *
 * Cancelling a call that asks or waits ends it at once. A call that decides something (makes a
 * token, turns it in, releases it) can be cancelled until it is sent; from then on its answer,
 * which the daemon never delays, counts.
 *
 * A client is of no use in a child after `fork ()`: every call fails there with
 * %SYSMEM_ERROR_UNSPECIFIED, and dropping objects closes file descriptors but tells the daemon
 * nothing, so that the parent is not harmed. Mapped buffers stay usable in both.
 *
 * When the daemon is replaced by another one, nodes of the old one fail with
 * %SYSMEM_ERROR_UNSPECIFIED; the client goes on with the new one. When the bus itself goes away, or
 * the connection is closed, nodes fail so as well, every call ends with an error such as
 * %G_IO_ERROR_CLOSED, and the process goes on: make a new client. Buffers that were delivered stay
 * usable in either case, and no call is left without an answer.
 *
 * Since: 1.0
 */
struct _SysmemClient
{
  GObject parent_instance;

  GDBusConnection *connection;
  gboolean connection_is_own; /* else it was given */
  char *address;
  pid_t process; /* that opened the connection */
  gboolean owner_watched;
  GVariant *properties; /* a{sv}, of the Allocator */
};

enum
{
  PROP_CONNECTION = 1,
  PROP_ADDRESS,
  PROP_VERSION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void initable_init (GInitableIface *iface);
static void async_initable_init (GAsyncInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SysmemClient,
                               sysmem_client,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                 G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_INITABLE, async_initable_init))

#define CONNECTION_FLAGS \
  (G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION)

/* The bus to connect to, if no connection was given. */
static char *
find_address (SysmemClient *self, GCancellable *cancellable, GError **error)
{
  gboolean session = g_strcmp0 (g_getenv ("SYSMEM_BUS"), "session") == 0;

  if (self->address != NULL)
    return g_strdup (self->address);
  return g_dbus_address_get_for_bus_sync (session ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM,
                                          cancellable, error);
}

/* Asks the bus for one thing and does not wait. A subscription of GDBus's own would do the same, but
 * takes a connection that is closed at this moment for a bug of the program's. */
static void
tell_bus (SysmemClient *self, const char *method)
{
  static const char rule[] = "type='signal',sender='org.freedesktop.DBus',"
                             "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                             "path='/org/freedesktop/DBus',arg0='" SYSMEM_BUS_NAME "'";

  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, g_variant_new ("(s)", rule), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* One match rule for all nodes of this client, which listen without a rule of their own. */
static void
watch_owner (SysmemClient *self)
{
  self->process = getpid ();
  tell_bus (self, "AddMatch");
  self->owner_watched = TRUE;
}

static SysmemCall
make_hello (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .path = SYSMEM_ROOT_PATH,
    .interface = "org.freedesktop.DBus.Properties",
    .method = "GetAll",
    .parameters = g_variant_new ("(s)", SYSMEM_ALLOCATOR),
    .answer = "(a{sv})",
  };
}

static gboolean
client_init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  SysmemClient *self = SYSMEM_CLIENT (initable);
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall hello;

  if (self->connection == NULL)
    {
      g_autofree char *address = find_address (self, cancellable, error);

      if (address == NULL)
        return FALSE;
      self->connection = g_dbus_connection_new_for_address_sync (address, CONNECTION_FLAGS, NULL,
                                                                 cancellable, error);
      if (self->connection == NULL)
        return FALSE;
      self->connection_is_own = TRUE;
    }
  watch_owner (self);
  hello = make_hello ();
  reply = sysmem_call_sync (self, &hello, cancellable, error);
  if (reply == NULL)
    return FALSE;
  self->properties = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);
  return TRUE;
}

static void
on_hello (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SysmemClient *self = SYSMEM_CLIENT (source);
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply = g_task_propagate_pointer (G_TASK (result), &error);

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->properties = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);
  g_task_return_boolean (task, TRUE);
}

/* Takes @task. */
static void
say_hello (SysmemClient *self, GTask *task)
{
  SysmemCall hello = make_hello ();

  watch_owner (self);
  sysmem_call_start (self, &hello,
                     g_task_new (self, g_task_get_cancellable (task), on_hello, task));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SysmemClient *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->connection = g_dbus_connection_new_for_address_finish (result, &error);
  self->connection_is_own = TRUE;
  if (self->connection == NULL)
    g_task_return_error (task, error);
  else
    say_hello (self, g_steal_pointer (&task));
}

static void
client_init_async (GAsyncInitable *initable,
                   int priority,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  SysmemClient *self = SYSMEM_CLIENT (initable);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *address = NULL;
  GError *error = NULL;

  g_task_set_priority (task, priority);
  if (self->connection != NULL)
    {
      say_hello (self, g_steal_pointer (&task));
      return;
    }
  address = find_address (self, cancellable, &error);
  if (address == NULL)
    g_task_return_error (task, error);
  else
    g_dbus_connection_new_for_address (address, CONNECTION_FLAGS, NULL, cancellable, on_connected,
                                       g_steal_pointer (&task));
}

static gboolean
client_init_finish (GAsyncInitable *initable, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = client_init;
}

static void
async_initable_init (GAsyncInitableIface *iface)
{
  iface->init_async = client_init_async;
  iface->init_finish = client_init_finish;
}

gboolean
sysmem_client_check_process (SysmemClient *self, GError **error)
{
  if (getpid () == self->process)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
               "this process is a fork of process %d, which opened the connection to sysmemd: open "
               "one of its own with a new client",
               (int)self->process);
  return FALSE;
}

static void
sysmem_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemClient *self = SYSMEM_CLIENT (object);

  switch (id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_VERSION:
      g_value_set_string (value, sysmem_client_get_version (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SysmemClient *self = SYSMEM_CLIENT (object);

  switch (id)
    {
    case PROP_CONNECTION:
      self->connection = g_value_dup_object (value);
      break;
    case PROP_ADDRESS:
      self->address = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
leave_connection (SysmemClient *self)
{
  if (self->owner_watched)
    tell_bus (self, "RemoveMatch");
  if (self->connection != NULL && self->connection_is_own)
    sysmem_closing_start (self->connection);
  g_clear_object (&self->connection);
}

static void
sysmem_client_finalize (GObject *object)
{
  SysmemClient *self = SYSMEM_CLIENT (object);

  /* In a forked child the connection's thread is missing: it is left alone. */
  if (self->process == 0 || sysmem_client_check_process (self, NULL))
    leave_connection (self);
  g_clear_pointer (&self->properties, g_variant_unref);
  g_free (self->address);
  G_OBJECT_CLASS (sysmem_client_parent_class)->finalize (object);
}

static void
register_errors (void)
{
  for (guint code = 0; code < SYSMEM_N_ERRORS; code++)
    (void)g_dbus_error_register_error (SYSMEM_ERROR, (gint)code,
                                       sysmem_error_get_dbus_name ((SysmemError)code));
}

static void
sysmem_client_class_init (SysmemClientClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  register_errors ();
  sysmem_control_messages_keep_fds ();
  object_class->get_property = sysmem_client_get_property;
  object_class->set_property = sysmem_client_set_property;
  object_class->finalize = sysmem_client_finalize;

  /**
   * SysmemClient:connection:
   *
   * The bus connection. If none is given the client opens one of its own, and closes it in the end.
   *
   * Since: 1.0
   */
  properties[PROP_CONNECTION] =
    g_param_spec_object ("connection", NULL, NULL, G_TYPE_DBUS_CONNECTION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * SysmemClient:address:
   *
   * The D-Bus address of the bus to connect to, if no connection is given; %NULL means the system
   * bus, or the session bus where the environment has `SYSMEM_BUS=session`.
   *
   * Since: 1.0
   */
  properties[PROP_ADDRESS] =
    g_param_spec_string ("address", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * SysmemClient:version:
   *
   * The version of the daemon that answered first.
   *
   * Since: 1.0
   */
  properties[PROP_VERSION] =
    g_param_spec_string ("version", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
sysmem_client_init (SysmemClient *self)
{
}

/**
 * sysmem_client_get_connection:
 * @self: a client
 *
 * Gets the bus connection. One that the client opened itself is closed when the client's last
 * reference goes, whoever else holds it.
 *
 * Returns: (transfer none): the connection
 *
 * Since: 1.0
 */
GDBusConnection *
sysmem_client_get_connection (SysmemClient *self)
{
  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  return self->connection;
}

/**
 * sysmem_client_get_version: (get-property version)
 * @self: a client
 *
 * Gets the version of the daemon that answered first.
 *
 * Returns: (transfer none): such as `1.0.0`
 *
 * Since: 1.0
 */
const char *
sysmem_client_get_version (SysmemClient *self)
{
  const char *version = "";

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  if (self->properties != NULL)
    (void)g_variant_lookup (self->properties, "Version", "&s", &version);
  return version;
}

/**
 * sysmem_client_get_limits:
 * @self: a client
 *
 * Gets every limit the daemon had in force when the client connected, under the names of
 * `sysmem.conf`: bytes, numbers, or the unit that the contract names.
 *
 * Returns: (transfer full): an `a{sv}` of numbers of type `t`
 *
 * Since: 1.0
 */
GVariant *
sysmem_client_get_limits (SysmemClient *self)
{
  GVariant *limits = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  if (self->properties != NULL)
    limits = g_variant_lookup_value (self->properties, "Limits", G_VARIANT_TYPE_VARDICT);
  return limits != NULL ? limits : g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
}
