/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-node-private.h"

#include "sysmem-client-private.h"
#include "sysmem-enum-types.h"
#include "sysmem-error.h"

/**
 * SysmemNode:
 *
 * What tokens, groups and collections have in common: each is one place in its collection's tree.
 *
 * A node ends in one of two ways. [method@Sysmem.Node.release] is the clean one: what the node
 * said stays in force, the others go on. Dropping the last reference without it is the accident
 * that it looks like: the node fails, and with it all that depends on it. (Of a token the
 * *handle* is what counts; see [class@Sysmem.Token].) Language bindings offer a block statement for
 * this: in Python, `with collection:` releases at the end of the block and abandons when an
 * exception leaves it.
 *
 * Since: 1.0
 */

typedef struct
{
  SysmemClient *client;
  SysmemNodeSignals signals;

  GMutex lock; /* of all below */
  char *path;
  char *daemon; /* unique name of the daemon that keeps the node */
  SysmemNodeState state;
  GError *failure;
} SysmemNodePrivate;

enum
{
  PROP_CLIENT = 1,
  PROP_STATE,
  PROP_FAILURE,
  N_PROPERTIES
};

enum
{
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SysmemNode, sysmem_node, G_TYPE_OBJECT)

static SysmemNodePrivate *
get_private (SysmemNode *self)
{
  return sysmem_node_get_instance_private (self);
}

gboolean
sysmem_node_set_state (SysmemNode *self, SysmemNodeState state)
{
  SysmemNodePrivate *priv = get_private (self);
  gboolean changed;

  g_mutex_lock (&priv->lock);
  changed = state > priv->state && priv->state < SYSMEM_NODE_FAILED;
  if (changed)
    priv->state = state;
  g_mutex_unlock (&priv->lock);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  return changed;
}

void
sysmem_node_fail (SysmemNode *self, GError *error)
{
  SysmemNodePrivate *priv = get_private (self);
  gboolean first;

  g_mutex_lock (&priv->lock);
  first = priv->state < SYSMEM_NODE_FAILED;
  if (first)
    {
      priv->state = SYSMEM_NODE_FAILED;
      priv->failure = g_error_copy (error);
    }
  g_mutex_unlock (&priv->lock);
  if (first)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILURE]);
      g_signal_emit (self, signals[FAILED], 0, error);
    }
  g_error_free (error);
}

gboolean
sysmem_node_is_at (SysmemNode *self, const char *path, const char *daemon)
{
  SysmemNodePrivate *priv = get_private (self);
  gboolean same;

  g_mutex_lock (&priv->lock);
  same = g_strcmp0 (priv->path, path) == 0 && g_strcmp0 (priv->daemon, daemon) == 0;
  g_mutex_unlock (&priv->lock);
  return same;
}

SysmemNodeSignals *
sysmem_node_peek_signals (SysmemNode *self)
{
  return &get_private (self)->signals;
}

void
sysmem_node_listen (SysmemNode *self)
{
  sysmem_node_signals_listen_early (&get_private (self)->signals, self);
}

void
sysmem_node_set_place (SysmemNode *self, const char *path, const char *daemon)
{
  SysmemNodePrivate *priv = get_private (self);

  g_mutex_lock (&priv->lock);
  g_free (priv->path);
  priv->path = g_strdup (path);
  g_free (priv->daemon);
  priv->daemon = g_strdup (daemon);
  g_mutex_unlock (&priv->lock);
  sysmem_node_signals_listen (&priv->signals, self, path);
}

void
sysmem_node_set_place_from_reply (SysmemNode *self, GDBusMessage *reply)
{
  g_autoptr (GVariant) path = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);

  sysmem_node_set_place (self, g_variant_get_string (path, NULL),
                         g_dbus_message_get_sender (reply));
}

char *
sysmem_node_dup_daemon (SysmemNode *self)
{
  SysmemNodePrivate *priv = get_private (self);
  char *daemon;

  g_mutex_lock (&priv->lock);
  daemon = g_strdup (priv->daemon);
  g_mutex_unlock (&priv->lock);
  return daemon;
}

/* Nobody is left to hear the answer. Of a failed node the daemon keeps the reason until then. */
static void
say_goodbye (SysmemNode *self)
{
  SysmemNodePrivate *priv = get_private (self);
  SysmemCall call = {
    .destination = priv->daemon,
    .path = priv->path,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "Release",
  };

  if (priv->path == NULL || priv->state == SYSMEM_NODE_RELEASED)
    return;
  if (priv->state != SYSMEM_NODE_FAILED)
    {
      if (!SYSMEM_NODE_GET_CLASS (self)->abandoned_when_dropped)
        return;
      call.method = "Abandon";
      call.parameters = g_variant_new ("(s)", "dropped without a release");
    }
  sysmem_call_send (priv->client, &call);
}

static void
sysmem_node_dispose (GObject *object)
{
  SysmemNode *self = SYSMEM_NODE (object);
  SysmemNodePrivate *priv = get_private (self);

  if (priv->client != NULL && sysmem_client_check_process (priv->client, NULL))
    {
      sysmem_node_signals_stop (&priv->signals, self);
      say_goodbye (self);
    }
  g_clear_pointer (&priv->path, g_free);
  g_clear_object (&priv->client);
  G_OBJECT_CLASS (sysmem_node_parent_class)->dispose (object);
}

static void
sysmem_node_finalize (GObject *object)
{
  SysmemNodePrivate *priv = get_private (SYSMEM_NODE (object));

  g_free (priv->daemon);
  g_clear_error (&priv->failure);
  g_mutex_clear (&priv->lock);
  G_OBJECT_CLASS (sysmem_node_parent_class)->finalize (object);
}

static void
sysmem_node_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemNode *self = SYSMEM_NODE (object);

  switch (id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, get_private (self)->client);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (gint)sysmem_node_get_state (self));
      break;
    case PROP_FAILURE:
      g_value_take_boxed (value, sysmem_node_dup_failure (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_node_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_CLIENT:
      get_private (SYSMEM_NODE (object))->client = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_node_class_init (SysmemNodeClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_node_get_property;
  object_class->set_property = sysmem_node_set_property;
  object_class->dispose = sysmem_node_dispose;
  object_class->finalize = sysmem_node_finalize;

  /**
   * SysmemNode:client:
   *
   * The client that the node belongs to.
   *
   * Since: 1.0
   */
  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, SYSMEM_TYPE_CLIENT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * SysmemNode:state:
   *
   * How far the node is.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, SYSMEM_TYPE_NODE_STATE, SYSMEM_NODE_WAITING,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * SysmemNode:failure:
   *
   * Why the node failed, or %NULL if it has not.
   *
   * Since: 1.0
   */
  properties[PROP_FAILURE] = g_param_spec_boxed ("failure", NULL, NULL, G_TYPE_ERROR,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SysmemNode::failed:
   * @self: the node
   * @error: why, an error of %SYSMEM_ERROR with the daemon's sentence
   *
   * The node has failed; at most once.
   *
   * Since: 1.0
   */
  signals[FAILED] = g_signal_new ("failed", SYSMEM_TYPE_NODE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
sysmem_node_init (SysmemNode *self)
{
  g_mutex_init (&get_private (self)->lock);
}

/**
 * sysmem_node_get_client: (get-property client)
 * @self: a node
 *
 * Gets the client that the node belongs to.
 *
 * Returns: (transfer none): the client
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_node_get_client (SysmemNode *self)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), NULL);

  return get_private (self)->client;
}

/**
 * sysmem_node_dup_path:
 * @self: a node
 *
 * Gets the node's D-Bus object path, for tools.
 *
 * Returns: (transfer full) (nullable): the path, or %NULL while a token is only a handle
 *
 * Since: 1.0
 */
char *
sysmem_node_dup_path (SysmemNode *self)
{
  SysmemNodePrivate *priv;
  char *path;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), NULL);

  priv = get_private (self);
  g_mutex_lock (&priv->lock);
  path = g_strdup (priv->path);
  g_mutex_unlock (&priv->lock);
  return path;
}

/**
 * sysmem_node_get_state: (get-property state)
 * @self: a node
 *
 * Gets how far the node is, as this process knows it.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
SysmemNodeState
sysmem_node_get_state (SysmemNode *self)
{
  SysmemNodePrivate *priv;
  SysmemNodeState state;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), SYSMEM_NODE_RELEASED);

  priv = get_private (self);
  g_mutex_lock (&priv->lock);
  state = priv->state;
  g_mutex_unlock (&priv->lock);
  return state;
}

/**
 * sysmem_node_dup_failure: (get-property failure)
 * @self: a node
 *
 * Gets why the node failed.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL if the node has not failed
 *
 * Since: 1.0
 */
GError *
sysmem_node_dup_failure (SysmemNode *self)
{
  SysmemNodePrivate *priv;
  GError *failure;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), NULL);

  priv = get_private (self);
  g_mutex_lock (&priv->lock);
  failure = priv->failure != NULL ? g_error_copy (priv->failure) : NULL;
  g_mutex_unlock (&priv->lock);
  return failure;
}
