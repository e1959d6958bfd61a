/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-collection-private.h"

#include "sysmem-buffer-private.h"
#include "sysmem-settings-private.h"

/**
 * SysmemCollection:
 *
 * One participant's place at the table, and the buffers it gets there.
 *
 * Say what you can live with (when turning the token in, or with
 * [method@Sysmem.Collection.set_constraints]), wait for the others with
 * [method@Sysmem.Collection.wait], take the buffers: the collection is a list of
 * [class@Sysmem.Buffer], empty before. When done, [method@Sysmem.Node.release] it.
 *
 * Since: 1.0
 */
struct _SysmemCollection
{
  SysmemNode parent_instance;

  gboolean said; /* the constraints came with the call that made it */
  GMutex lock;   /* of all below */
  SysmemSettings *settings;
  GPtrArray *buffers; /* of SysmemBuffer */
};

enum
{
  PROP_SETTINGS = 1,
  PROP_ITEM_TYPE,
  PROP_N_ITEMS,
  N_PROPERTIES
};

enum
{
  ALLOCATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SysmemCollection,
                               sysmem_collection,
                               SYSMEM_TYPE_NODE,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return SYSMEM_TYPE_BUFFER;
}

static guint
get_n_items (GListModel *model)
{
  SysmemCollection *self = SYSMEM_COLLECTION (model);
  guint n;

  g_mutex_lock (&self->lock);
  n = self->buffers->len;
  g_mutex_unlock (&self->lock);
  return n;
}

static gpointer
get_item (GListModel *model, guint index)
{
  SysmemCollection *self = SYSMEM_COLLECTION (model);
  gpointer buffer = NULL;

  g_mutex_lock (&self->lock);
  if (index < self->buffers->len)
    buffer = g_object_ref (self->buffers->pdata[index]);
  g_mutex_unlock (&self->lock);
  return buffer;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
sysmem_collection_notify (GObject *object, GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "state")
      && sysmem_node_get_state (SYSMEM_NODE (object)) == SYSMEM_NODE_ALLOCATED)
    g_signal_emit (object, signals[ALLOCATED], 0);
  if (G_OBJECT_CLASS (sysmem_collection_parent_class)->notify != NULL)
    G_OBJECT_CLASS (sysmem_collection_parent_class)->notify (object, pspec);
}

static void
sysmem_collection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SETTINGS:
      g_value_set_object (value, sysmem_collection_get_settings (SYSMEM_COLLECTION (object)));
      break;
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, SYSMEM_TYPE_BUFFER);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_collection_finalize (GObject *object)
{
  SysmemCollection *self = SYSMEM_COLLECTION (object);

  g_clear_object (&self->settings);
  g_ptr_array_unref (self->buffers);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (sysmem_collection_parent_class)->finalize (object);
}

static void
sysmem_collection_class_init (SysmemCollectionClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_collection_get_property;
  object_class->notify = sysmem_collection_notify;
  object_class->finalize = sysmem_collection_finalize;
  SYSMEM_NODE_CLASS (class)->abandoned_when_dropped = TRUE;

  /**
   * SysmemCollection:settings:
   *
   * What was settled; %NULL before a wait has succeeded.
   *
   * Since: 1.0
   */
  properties[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, SYSMEM_TYPE_SETTINGS, flags);
  /**
   * SysmemCollection:item-type:
   *
   * The type of the list's items: [class@Sysmem.Buffer].
   *
   * Since: 1.0
   */
  properties[PROP_ITEM_TYPE] =
    g_param_spec_gtype ("item-type", NULL, NULL, SYSMEM_TYPE_BUFFER, flags);
  /**
   * SysmemCollection:n-items:
   *
   * How many buffers there are; 0 before a wait has succeeded.
   *
   * Since: 1.0
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * SysmemCollection::allocated:
   * @self: the collection
   *
   * The buffers are there: a wait returns at once now. At most once.
   *
   * Since: 1.0
   */
  signals[ALLOCATED] = g_signal_new ("allocated", SYSMEM_TYPE_COLLECTION, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sysmem_collection_init (SysmemCollection *self)
{
  g_mutex_init (&self->lock);
  self->buffers = g_ptr_array_new_with_free_func (g_object_unref);
}

SysmemCollection *
sysmem_collection_new (SysmemClient *client, gboolean said)
{
  SysmemCollection *self = g_object_new (SYSMEM_TYPE_COLLECTION, "client", client, NULL);

  self->said = said;
  sysmem_node_listen (SYSMEM_NODE (self));
  return self;
}

void
sysmem_collection_set_place_from_reply (SysmemCollection *self, GDBusMessage *reply)
{
  sysmem_node_set_place_from_reply (SYSMEM_NODE (self), reply);
  if (self->said)
    (void)sysmem_node_set_state (SYSMEM_NODE (self), SYSMEM_NODE_READY);
}

GVariant *
sysmem_collection_make_options (SysmemConstraints *constraints)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  if (constraints != NULL)
    g_variant_dict_insert_value (&options, "constraints",
                                 sysmem_constraints_to_variant (constraints));
  return g_variant_dict_end (&options);
}

void
sysmem_collection_take_buffers (SysmemCollection *self, SysmemSettings *settings, GArray *delivered)
{
  g_autoptr (GPtrArray) buffers = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean first;

  for (guint i = 0; i < delivered->len; i++)
    g_ptr_array_add (buffers,
                     sysmem_buffer_new (settings, &g_array_index (delivered, SysmemDelivered, i)));
  g_mutex_lock (&self->lock);
  first = self->settings == NULL;
  if (first)
    {
      self->settings = g_object_ref (settings);
      g_ptr_array_extend_and_steal (self->buffers, g_steal_pointer (&buffers));
    }
  g_mutex_unlock (&self->lock);
  if (first)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SETTINGS]);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, delivered->len);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
    }
  (void)sysmem_node_set_state (SYSMEM_NODE (self), SYSMEM_NODE_ALLOCATED);
}

/**
 * sysmem_collection_get_settings: (get-property settings)
 * @self: a collection
 *
 * Gets what was settled.
 *
 * Returns: (transfer none) (nullable): the settings, or %NULL before a wait has succeeded
 *
 * Since: 1.0
 */
SysmemSettings *
sysmem_collection_get_settings (SysmemCollection *self)
{
  SysmemSettings *settings;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), NULL);

  g_mutex_lock (&self->lock);
  settings = self->settings;
  g_mutex_unlock (&self->lock);
  return settings;
}

/**
 * sysmem_collection_get_buffer:
 * @self: a collection
 * @index: which one, from 0
 *
 * Gets a buffer.
 *
 * Returns: (transfer full) (nullable): the buffer, or %NULL if there is none of this index (yet)
 *
 * Since: 1.0
 */
SysmemBuffer *
sysmem_collection_get_buffer (SysmemCollection *self, guint index)
{
  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), NULL);

  return get_item (G_LIST_MODEL (self), index);
}
