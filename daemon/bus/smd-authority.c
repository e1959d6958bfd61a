/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-authority.h"

#include <unistd.h>

#include "server/smd-client.h"

#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define ALLOW_USER_INTERACTION 1u
/* Every call is answered within 20 s (02), unless its caller lets polkit ask a person. */
#define TIMEOUT_MS 10000

/* A connection whose first call waits for polkit's answers, one permission after the other. */
typedef struct
{
  SmdAuthority *authority; /* NULL once the connection has left */
  char *name;
  GQueue calls; /* of GDBusMethodInvocation, owned */
  guint left;   /* to be asked for the first call */
  guint denied;
} Asking;

struct _SmdAuthority
{
  SmdBus *bus;
  SmdAdmittedFunc admitted;
  GHashTable *asking; /* unique name → Asking */
  uid_t uid;          /* the daemon's own */
};

static void ask_next (Asking *asking);

static void
asking_free (Asking *asking)
{
  g_queue_clear_full (&asking->calls, g_object_unref);
  g_free (asking->name);
  g_free (asking);
}

/* The rest is freed when polkit's answer comes. */
static void
asking_abandon (Asking *asking)
{
  g_queue_clear_full (&asking->calls, g_object_unref);
  g_queue_init (&asking->calls);
  asking->authority = NULL;
}

SmdAuthority *
smd_authority_new (SmdBus *bus, SmdAdmittedFunc admitted)
{
  SmdAuthority *authority = g_new0 (SmdAuthority, 1);

  authority->bus = bus;
  authority->admitted = admitted;
  authority->uid = geteuid ();
  authority->asking =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)asking_abandon);
  return authority;
}

void
smd_authority_free (SmdAuthority *authority)
{
  g_hash_table_unref (authority->asking);
  g_free (authority);
}

void
smd_authority_forget (SmdAuthority *authority, const char *name)
{
  (void)g_hash_table_remove (authority->asking, name);
}

gboolean
smd_authority_is_asking (const SmdAuthority *authority)
{
  return g_hash_table_size (authority->asking) > 0;
}

/* FALSE, and a line in the log, where there is no polkit or it does not answer. */
static gboolean
get_answer (GDBusConnection *connection, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (connection, result, &error);
  gboolean is_authorized = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "((bba{ss}))", &is_authorized, NULL, NULL);
  else
    g_info ("Nobody but root is allowed that: polkit does not answer: %s", error->message);
  return is_authorized;
}

/* What the caller has sent meanwhile goes on, up to the next call that asks for something. */
static void
finish (Asking *asking)
{
  SmdAuthority *authority = asking->authority;
  SmdBus *bus = authority->bus;
  SmdClient *client = smd_client_lookup (bus->server, asking->name);
  GDBusMethodInvocation *invocation;

  g_hash_table_steal (authority->asking, asking->name);
  authority->admitted (bus, client, g_queue_pop_head (&asking->calls), asking->denied);
  while ((invocation = g_queue_pop_head (&asking->calls)) != NULL)
    smd_authority_admit (authority, client, invocation);
  asking_free (asking);
}

static void
take_answer (Asking *asking, SmdPermission permission, gboolean is_authorized)
{
  SmdClient *client = smd_client_lookup (asking->authority->bus->server, asking->name);

  asking->left &= ~(guint)permission;
  if (!is_authorized)
    asking->denied |= permission;
  if (permission == SMD_PERMISSION_INSPECT)
    client->may_inspect = is_authorized;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Asking *asking = data;
  gboolean is_authorized = get_answer (G_DBUS_CONNECTION (source), result);

  if (asking->authority == NULL)
    {
      asking_free (asking);
      return;
    }
  take_answer (asking, (SmdPermission)(asking->left & -asking->left), is_authorized);
  if (asking->left != 0)
    ask_next (asking);
  else
    finish (asking);
}

static void
ask_next (Asking *asking)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (g_queue_peek_head (&asking->calls));
  gboolean interactive =
    (g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION)
    != 0;
  GVariantBuilder subject;
  GVariantBuilder details;

  g_variant_builder_init (&subject, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&subject, "{sv}", "name", g_variant_new_string (asking->name));
  g_variant_builder_init (&details, G_VARIANT_TYPE ("a{ss}"));
  g_dbus_connection_call (
    asking->authority->bus->connection, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
    "CheckAuthorization",
    g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject,
                   smd_permission_get_action ((SmdPermission)(asking->left & -asking->left)),
                   &details, interactive ? ALLOW_USER_INTERACTION : 0, ""),
    G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE, interactive ? G_MAXINT : TIMEOUT_MS,
    NULL, on_answer, asking);
}

static void
start_asking (SmdAuthority *authority,
              SmdClient *client,
              GDBusMethodInvocation *invocation,
              guint permissions)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->authority = authority;
  asking->name = g_strdup (client->name);
  asking->left = permissions;
  g_queue_init (&asking->calls);
  g_queue_push_tail (&asking->calls, invocation);
  g_hash_table_insert (authority->asking, asking->name, asking);
  ask_next (asking);
}

/* Root; and whoever runs the daemon, on a bus of his own. */
static gboolean
is_trusted (const SmdAuthority *authority, const SmdClient *client)
{
  return client->uid == 0 || client->uid == authority->uid;
}

void
smd_authority_admit (SmdAuthority *authority, SmdClient *client, GDBusMethodInvocation *invocation)
{
  SmdBus *bus = authority->bus;
  Asking *asking = client != NULL ? g_hash_table_lookup (authority->asking, client->name) : NULL;
  guint permissions;

  if (asking != NULL)
    {
      g_queue_push_tail (&asking->calls, invocation);
      return;
    }
  permissions = client != NULL ? smd_permissions_of_call (bus->server, invocation) : 0;
  if (permissions == 0 || is_trusted (authority, client))
    authority->admitted (bus, client, invocation, 0);
  else
    start_asking (authority, client, invocation, permissions);
}
