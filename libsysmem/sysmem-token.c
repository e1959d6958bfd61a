/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-token-private.h"

#include "sysmem-client.h"
#include "sysmem-error.h"
#include "sysmem-fd.h"
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>

/**
 * SysmemToken:
 *
 * The right to become a participant.
 *
 * A token travels as a file descriptor, its *handle*: duplicate the token once for each
 * participant, send each the handle ([method@Sysmem.Token.steal_fd]), and turn the own one in with
 * [method@Sysmem.Token.bind]. Who receives a handle makes a token of it with
 * [ctor@Sysmem.Token.new_from_fd].
 *
 * The handle is the token's life: when its last copy is closed before the token was turned in or
 * released, the token fails, and the whole negotiation with it. The object holds one copy; dropping
 * it closes that. While a sender keeps a copy, the death of the receiver goes unnoticed.
 *
 * Since: 1.0
 */
struct _SysmemToken
{
  SysmemNode parent_instance;

  GMutex lock; /* of all below */
  SysmemFd handle;
  GSource *hangup_source;
};

enum
{
  PROP_IS_CLOSED = 1,
  N_PROPERTIES
};

enum
{
  CLOSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SysmemToken, sysmem_token, SYSMEM_TYPE_NODE)

/* Stops watching and hands the handle out. */
static int
take_handle (SysmemToken *self)
{
  g_autoptr (GSource) source = NULL;
  int handle;

  g_mutex_lock (&self->lock);
  source = g_steal_pointer (&self->hangup_source);
  handle = sysmem_fd_steal (&self->handle);
  g_mutex_unlock (&self->lock);
  if (source != NULL)
    g_source_destroy (source);
  return handle;
}

static void
close_handle (SysmemToken *self)
{
  g_auto (SysmemFd) handle = take_handle (self);
}

/* How a token ends is told once, whatever way it came to be known. */
static void
sysmem_token_notify (GObject *object, GParamSpec *pspec)
{
  SysmemToken *self = SYSMEM_TOKEN (object);

  if (g_str_equal (pspec->name, "state") && sysmem_token_get_is_closed (self))
    {
      g_autoptr (GError) failure = sysmem_node_dup_failure (SYSMEM_NODE (self));

      close_handle (self);
      g_object_notify_by_pspec (object, properties[PROP_IS_CLOSED]);
      g_signal_emit (self, signals[CLOSED], 0, failure);
    }
  if (G_OBJECT_CLASS (sysmem_token_parent_class)->notify != NULL)
    G_OBJECT_CLASS (sysmem_token_parent_class)->notify (object, pspec);
}

/* The daemon has closed its end. Its answer to any call says why: the reason of a failure is kept
 * for a while; what is not found was turned in by somebody else. */
static void
on_reason (GObject *source, GAsyncResult *result, gpointer data)
{
  SysmemNode *self = SYSMEM_NODE (source);
  GError *error = NULL;

  if (sysmem_node_sync_finish (self, result, &error))
    return;
  if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND))
    {
      (void)sysmem_node_set_state (self, SYSMEM_NODE_RELEASED);
      g_error_free (error);
    }
  else
    sysmem_node_fail (self, error);
}

static gboolean
on_hangup (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (SysmemToken) self = g_weak_ref_get (data);

  if (self != NULL && !sysmem_token_get_is_closed (self))
    sysmem_node_sync_async (SYSMEM_NODE (self), NULL, on_reason, NULL);
  return G_SOURCE_REMOVE;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
set_handle (SysmemToken *self, int handle)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  self->handle = handle;
  self->hangup_source = g_unix_fd_source_new (handle, G_IO_HUP);
  g_source_set_static_name (self->hangup_source, "sysmem token");
  g_source_set_callback (self->hangup_source, G_SOURCE_FUNC (on_hangup), ref, weak_ref_free);
  g_source_attach (self->hangup_source, context);
}

static void
sysmem_token_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_IS_CLOSED:
      g_value_set_boolean (value, sysmem_token_get_is_closed (SYSMEM_TOKEN (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_token_finalize (GObject *object)
{
  SysmemToken *self = SYSMEM_TOKEN (object);

  close_handle (self);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (sysmem_token_parent_class)->finalize (object);
}

static void
sysmem_token_class_init (SysmemTokenClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_token_get_property;
  object_class->notify = sysmem_token_notify;
  object_class->finalize = sysmem_token_finalize;
  SYSMEM_NODE_CLASS (class)->peek_handle = sysmem_token_peek_handle;

  /**
   * SysmemToken:is-closed: (getter get_is_closed)
   *
   * Whether the token was turned in or released, or has failed.
   *
   * Since: 1.0
   */
  properties[PROP_IS_CLOSED] = g_param_spec_boolean ("is-closed", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SysmemToken::closed:
   * @self: the token
   * @error: (nullable): why it failed; %NULL if it was turned in or released, by whomever
   *
   * The token is closed; at most once.
   *
   * Since: 1.0
   */
  signals[CLOSED] = g_signal_new ("closed", SYSMEM_TYPE_TOKEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
sysmem_token_init (SysmemToken *self)
{
  g_mutex_init (&self->lock);
  self->handle = -1;
}

int
sysmem_token_peek_handle (SysmemNode *node)
{
  SysmemToken *self = SYSMEM_TOKEN (node);
  int handle;

  g_mutex_lock (&self->lock);
  handle = self->handle;
  g_mutex_unlock (&self->lock);
  return handle;
}

static SysmemToken *
new_from_pair (
  SysmemClient *client, GDBusMessage *reply, const char *path, gint32 index, GError **error)
{
  int handle = sysmem_reply_take_fd (reply, index, error);
  SysmemToken *self;

  if (handle < 0)
    return NULL;
  self = sysmem_token_new_from_fd (client, handle);
  sysmem_node_set_place (SYSMEM_NODE (self), path, g_dbus_message_get_sender (reply));
  return self;
}

SysmemToken *
sysmem_token_new_from_reply (SysmemClient *client, GDBusMessage *reply, GError **error)
{
  GVariant *body = g_dbus_message_get_body (reply);
  const char *path;
  gint32 index;

  g_variant_get_child (body, 0, "&o", &path);
  g_variant_get_child (body, 1, "h", &index);
  return new_from_pair (client, reply, path, index, error);
}

GPtrArray *
sysmem_tokens_new_from_reply (SysmemClient *client,
                              GDBusMessage *reply,
                              GVariant *list,
                              GError **error)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func (g_object_unref);
  GVariantIter iter;
  const char *path;
  gint32 index;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(&oh)", &path, &index))
    {
      SysmemToken *token = new_from_pair (client, reply, path, index, error);

      if (token == NULL)
        return NULL;
      g_ptr_array_add (tokens, token);
    }
  return g_steal_pointer (&tokens);
}

GVariant *
sysmem_token_make_masks (const SysmemRights *rights, gsize n_rights)
{
  GVariantBuilder masks;

  g_variant_builder_init (&masks, G_VARIANT_TYPE ("au"));
  for (gsize i = 0; i < n_rights; i++)
    g_variant_builder_add (&masks, "u", (guint32)rights[i]);
  return g_variant_new ("(au)", &masks);
}

/**
 * sysmem_token_new_from_fd:
 * @client: a client
 * @fd: a token's handle, which the object owns from now on
 *
 * Makes a token of a handle that came from somebody else. Nothing is asked of the daemon yet:
 * whether it is a token shows when it is used. Token methods other than
 * [method@Sysmem.Token.bind] make this client the owner of the token's place.
 *
 * Returns: (transfer full): a new token
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_token_new_from_fd (SysmemClient *client, int fd)
{
  SysmemToken *self;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (client), NULL);
  g_return_val_if_fail (fd >= 0, NULL);

  self = g_object_new (SYSMEM_TYPE_TOKEN, "client", client, NULL);
  set_handle (self, fd);
  return self;
}

/**
 * sysmem_token_dup_fd:
 * @self: a token
 * @error: return location for an error
 *
 * Duplicates the token's handle. The token lives as long as any copy of the handle does.
 *
 * Returns: a file descriptor that the caller owns, closed on exec; or -1 with
 *   %SYSMEM_ERROR_NOT_FOUND if there is no handle any more, or an error of %G_IO_ERROR
 *
 * Since: 1.0
 */
int
sysmem_token_dup_fd (SysmemToken *self, GError **error)
{
  int copy = -1;
  int code = EBADF;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), -1);

  g_mutex_lock (&self->lock);
  if (self->handle >= 0)
    {
      copy = fcntl (self->handle, F_DUPFD_CLOEXEC, 3);
      code = errno;
    }
  g_mutex_unlock (&self->lock);
  if (copy < 0 && code == EBADF)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                 "the token's handle was taken, or the token is closed");
  else if (copy < 0)
    g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                 "the token's handle cannot be duplicated: %s", g_strerror (code));
  return copy;
}

/**
 * sysmem_token_steal_fd:
 * @self: a token
 *
 * Takes the handle out of the object, to send it to somebody: close it once it is sent. The
 * object stays usable until the receiver uses the token; it hears no more of the token's end than
 * the daemon tells the owner of its place.
 *
 * Returns: a file descriptor that the caller owns, or -1 if there is none any more
 *
 * Since: 1.0
 */
int
sysmem_token_steal_fd (SysmemToken *self)
{
  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), -1);

  return take_handle (self);
}

/**
 * sysmem_token_get_is_closed: (get-property is-closed)
 * @self: a token
 *
 * Tells whether the token was turned in or released, or has failed, as far as this process knows.
 *
 * Returns: whether it is closed
 *
 * Since: 1.0
 */
gboolean
sysmem_token_get_is_closed (SysmemToken *self)
{
  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), TRUE);

  return sysmem_node_get_state (SYSMEM_NODE (self)) >= SYSMEM_NODE_FAILED;
}
