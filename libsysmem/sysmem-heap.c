/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-heap-private.h"

#include "common/smc-names.h"
#include "sysmem-enum-types.h"

/**
 * SysmemHeap:
 *
 * One kind of memory: what the daemon tells of it, or, for
 * [func@Sysmem.Constraints.solve], whatever one likes to imagine.
 *
 * Since: 1.0
 */
struct _SysmemHeap
{
  GObject parent_instance;

  char *name;
  SysmemBufferType buffer_type;
  SysmemCoherencyDomains coherency_domains;
  gboolean physically_contiguous;
  gboolean secure;
  gboolean cpu_mappable;
  SysmemWriteProtection write_protection;
  char **formats; /* NULL: plain bytes */
};

enum
{
  PROP_NAME = 1,
  PROP_BUFFER_TYPE,
  PROP_COHERENCY_DOMAINS,
  PROP_PHYSICALLY_CONTIGUOUS,
  PROP_SECURE,
  PROP_CPU_MAPPABLE,
  PROP_WRITE_PROTECTION,
  PROP_FORMATS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (SysmemHeap, sysmem_heap, G_TYPE_OBJECT)

static void
sysmem_heap_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemHeap *self = SYSMEM_HEAP (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_BUFFER_TYPE:
      g_value_set_enum (value, (gint)self->buffer_type);
      break;
    case PROP_COHERENCY_DOMAINS:
      g_value_set_flags (value, self->coherency_domains);
      break;
    case PROP_PHYSICALLY_CONTIGUOUS:
      g_value_set_boolean (value, self->physically_contiguous);
      break;
    case PROP_SECURE:
      g_value_set_boolean (value, self->secure);
      break;
    case PROP_CPU_MAPPABLE:
      g_value_set_boolean (value, self->cpu_mappable);
      break;
    case PROP_WRITE_PROTECTION:
      g_value_set_enum (value, (gint)self->write_protection);
      break;
    case PROP_FORMATS:
      g_value_set_boxed (value, self->formats);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_heap_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SysmemHeap *self = SYSMEM_HEAP (object);

  switch (id)
    {
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_BUFFER_TYPE:
      self->buffer_type = (SysmemBufferType)g_value_get_enum (value);
      break;
    case PROP_COHERENCY_DOMAINS:
      self->coherency_domains = g_value_get_flags (value);
      break;
    case PROP_PHYSICALLY_CONTIGUOUS:
      self->physically_contiguous = g_value_get_boolean (value);
      break;
    case PROP_SECURE:
      self->secure = g_value_get_boolean (value);
      break;
    case PROP_CPU_MAPPABLE:
      self->cpu_mappable = g_value_get_boolean (value);
      break;
    case PROP_WRITE_PROTECTION:
      self->write_protection = (SysmemWriteProtection)g_value_get_enum (value);
      break;
    case PROP_FORMATS:
      self->formats = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_heap_finalize (GObject *object)
{
  SysmemHeap *self = SYSMEM_HEAP (object);

  g_free (self->name);
  g_strfreev (self->formats);
  G_OBJECT_CLASS (sysmem_heap_parent_class)->finalize (object);
}

/**
 * SysmemHeap:name:
 *
 * The name, such as `system` or `dma-heap:system`.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:buffer-type:
 *
 * What kind of file its buffers are.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:coherency-domains:
 *
 * The coherency domains its memory can be used in.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:physically-contiguous:
 *
 * Whether its buffers are physically contiguous.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:secure:
 *
 * Whether its memory is out of reach for normal software.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:cpu-mappable:
 *
 * Whether the CPU can map its buffers.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:write-protection:
 *
 * What a read-only file descriptor of its buffers is worth.
 *
 * Since: 1.0
 */
/**
 * SysmemHeap:formats:
 *
 * The pixel formats, with modifier, that it lays out by itself; %NULL for plain bytes, which hold
 * every format that is known.
 *
 * Since: 1.0
 */
static void
make_properties (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "system", flags);
  properties[PROP_BUFFER_TYPE] = g_param_spec_enum (
    "buffer-type", NULL, NULL, SYSMEM_TYPE_BUFFER_TYPE, SYSMEM_BUFFER_MEMFD, flags);
  properties[PROP_COHERENCY_DOMAINS] =
    g_param_spec_flags ("coherency-domains", NULL, NULL, SYSMEM_TYPE_COHERENCY_DOMAINS,
                        SYSMEM_COHERENCY_DOMAIN_CPU | SYSMEM_COHERENCY_DOMAIN_RAM
                          | SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE,
                        flags);
  properties[PROP_PHYSICALLY_CONTIGUOUS] =
    g_param_spec_boolean ("physically-contiguous", NULL, NULL, FALSE, flags);
  properties[PROP_SECURE] = g_param_spec_boolean ("secure", NULL, NULL, FALSE, flags);
  properties[PROP_CPU_MAPPABLE] = g_param_spec_boolean ("cpu-mappable", NULL, NULL, TRUE, flags);
  properties[PROP_WRITE_PROTECTION] =
    g_param_spec_enum ("write-protection", NULL, NULL, SYSMEM_TYPE_WRITE_PROTECTION,
                       SYSMEM_WRITE_PROTECTION_ENFORCED, flags);
  properties[PROP_FORMATS] = g_param_spec_boxed ("formats", NULL, NULL, G_TYPE_STRV, flags);
}

static void
sysmem_heap_class_init (SysmemHeapClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_heap_get_property;
  object_class->set_property = sysmem_heap_set_property;
  object_class->finalize = sysmem_heap_finalize;
  make_properties ();
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
sysmem_heap_init (SysmemHeap *self)
{
}

static guint
read_domains (GVariant *dict)
{
  g_autoptr (GFlagsClass) class = g_type_class_ref (SYSMEM_TYPE_COHERENCY_DOMAINS);
  g_autofree const char **names = NULL;
  guint domains = 0;

  (void)g_variant_lookup (dict, "coherency_domains", "^a&s", &names);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      const GFlagsValue *value = g_flags_get_value_by_nick (class, names[i]);

      domains |= value != NULL ? value->value : 0;
    }
  return domains;
}

static gboolean
is (GVariant *dict, const char *key)
{
  gboolean value = FALSE;

  (void)g_variant_lookup (dict, key, "b", &value);
  return value;
}

static gboolean
says (GVariant *dict, const char *key, const char *what)
{
  const char *value = NULL;

  (void)g_variant_lookup (dict, key, "&s", &value);
  return g_strcmp0 (value, what) == 0;
}

SysmemHeap *
sysmem_heap_new_from_variant (const char *name, GVariant *dict)
{
  g_auto (GStrv) formats = NULL;

  (void)g_variant_lookup (dict, "formats", "^as", &formats);
  return g_object_new (
    SYSMEM_TYPE_HEAP, "name", name, "buffer-type",
    says (dict, "buffer_type", "dma-buf") ? SYSMEM_BUFFER_DMA_BUF : SYSMEM_BUFFER_MEMFD,
    "coherency-domains", read_domains (dict), "physically-contiguous",
    is (dict, "physically_contiguous"), "secure", is (dict, "secure"), "cpu-mappable",
    is (dict, "cpu_mappable"), "write-protection",
    says (dict, "write_protection", "advisory") ? SYSMEM_WRITE_PROTECTION_ADVISORY
                                                : SYSMEM_WRITE_PROTECTION_ENFORCED,
    "formats", formats, NULL);
}

SmeHeap *
sysmem_heap_to_engine (SysmemHeap *self)
{
  SmeHeap *heap = sme_heap_new (self->name != NULL ? self->name : "");

  heap->buffer_type = (SmcBufferType)self->buffer_type;
  heap->domains = self->coherency_domains;
  heap->physically_contiguous = self->physically_contiguous;
  heap->secure = self->secure;
  heap->cpu_mappable = self->cpu_mappable;
  heap->write_protection = (SmcWriteProtection)self->write_protection;
  if (self->formats == NULL || self->formats[0] == NULL)
    return heap;
  heap->formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  for (guint i = 0; self->formats[i] != NULL; i++)
    {
      SmcPixelFormat format;

      if (smc_pixel_format_parse (self->formats[i], TRUE, &format))
        g_array_append_val (heap->formats, format);
    }
  return heap;
}

/**
 * sysmem_heap_new:
 * @name: such as `system`
 *
 * Imagines a heap of memfds that everybody can use. Set other properties when constructing it with
 * [ctor@GObject.Object.new].
 *
 * Returns: (transfer full): a new heap
 *
 * Since: 1.0
 */
SysmemHeap *
sysmem_heap_new (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return g_object_new (SYSMEM_TYPE_HEAP, "name", name, NULL);
}

/**
 * sysmem_heap_get_name: (get-property name)
 * @self: a heap
 *
 * Gets the heap's name.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
sysmem_heap_get_name (SysmemHeap *self)
{
  g_return_val_if_fail (SYSMEM_IS_HEAP (self), NULL);

  return self->name;
}
