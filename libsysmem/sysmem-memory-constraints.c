/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-memory-constraints-private.h"

#include "sysmem-fields.h"

/**
 * SysmemMemoryConstraints:
 *
 * What a participant can live with in memory. A property that was not set is not said, which
 * leaves others free.
 *
 * Since: 1.0
 */
struct _SysmemMemoryConstraints
{
  GObject parent_instance;

  SysmemFields fields;
};

G_DEFINE_FINAL_TYPE (SysmemMemoryConstraints, sysmem_memory_constraints, G_TYPE_OBJECT)

static void
sysmem_memory_constraints_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  sysmem_fields_get (&SYSMEM_MEMORY_CONSTRAINTS (object)->fields, id, value, pspec);
}

static void
sysmem_memory_constraints_set_property (GObject *object,
                                        guint id,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  sysmem_fields_set (&SYSMEM_MEMORY_CONSTRAINTS (object)->fields, smc_memory_fields, id, value);
}

static void
sysmem_memory_constraints_finalize (GObject *object)
{
  sysmem_fields_clear (&SYSMEM_MEMORY_CONSTRAINTS (object)->fields);
  G_OBJECT_CLASS (sysmem_memory_constraints_parent_class)->finalize (object);
}

/**
 * SysmemMemoryConstraints:min-size-bytes:
 *
 * The smallest buffer this participant can use, in bytes; 0 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:max-size-bytes:
 *
 * The largest buffer this participant can use, in bytes; no maximum unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:physically-contiguous-required:
 *
 * Whether the memory has to be physically contiguous.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:secure-required:
 *
 * Whether the memory has to be out of reach for normal software.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:cpu-domain-supported:
 *
 * Whether this participant can work in the coherency domain `cpu`. Unless said: yes, if
 * memory need not be secure.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:ram-domain-supported:
 *
 * Whether this participant can work in the coherency domain `ram`. Unless said: yes, if
 * memory need not be secure and the usage has nothing of the CPU.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:inaccessible-domain-supported:
 *
 * Whether this participant can work in the coherency domain `inaccessible`. Unless said: yes,
 * if the usage has nothing of the CPU.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:permitted-heaps:
 *
 * The heaps whose memory will do, best first: 1 to 64 names of at most 128 bytes. Any unless
 * said.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:min-physical-base-alignment:
 *
 * What the physical address has to be a multiple of, in bytes: a power of two. Needs
 * contiguous memory. 1 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemMemoryConstraints:dma-buf-required:
 *
 * Whether it has to be a dma-buf since a device imports it; a plain memfd will not do then.
 *
 * Since: 1.0
 */

static void
sysmem_memory_constraints_class_init (SysmemMemoryConstraintsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  g_autoptr (SmcConstraints) neutral = smc_constraints_new ();

  object_class->get_property = sysmem_memory_constraints_get_property;
  object_class->set_property = sysmem_memory_constraints_set_property;
  object_class->finalize = sysmem_memory_constraints_finalize;

  sysmem_fields_install (object_class, smc_memory_fields, &neutral->memory);
}

static void
sysmem_memory_constraints_init (SysmemMemoryConstraints *self)
{
}

/**
 * sysmem_memory_constraints_new:
 *
 * Makes memory constraints that say nothing yet.
 *
 * Returns: (transfer full): a new object
 *
 * Since: 1.0
 */
SysmemMemoryConstraints *
sysmem_memory_constraints_new (void)
{
  return g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, NULL);
}

SysmemMemoryConstraints *
sysmem_memory_constraints_new_from_dict (GVariant *dict)
{
  SysmemMemoryConstraints *self = sysmem_memory_constraints_new ();

  sysmem_fields_read (&self->fields, smc_memory_fields, dict);
  return self;
}

/**
 * sysmem_memory_constraints_to_variant:
 * @self: memory constraints
 *
 * Spells out what was said as the D-Bus contract does.
 *
 * Returns: (transfer floating): an `a{sv}`, the value of `buffer_memory_constraints`
 *
 * Since: 1.0
 */
GVariant *
sysmem_memory_constraints_to_variant (SysmemMemoryConstraints *self)
{
  GVariantDict dict;

  g_return_val_if_fail (SYSMEM_IS_MEMORY_CONSTRAINTS (self), NULL);

  g_variant_dict_init (&dict, NULL);
  sysmem_fields_add (&self->fields, smc_memory_fields, &dict);
  return g_variant_dict_end (&dict);
}
