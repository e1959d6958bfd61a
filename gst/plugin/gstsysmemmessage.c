/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemmessage.h"

#include <gio/gio.h>
#include <string.h>

#define MAGIC 0x4d535953u /* "SYSM" */

/* Which fields mean something in a message. */
typedef enum
{
  HAS_GENERATION = 1 << 0,
  HAS_INDEX = 1 << 1,
  HAS_CAMPING = 1 << 2,
  HAS_FRAME = 1 << 3, /* flags and times */
  HAS_CAPS = 1 << 4,
  HAS_REASON = 1 << 5,
  HAS_FD = 1 << 6,
} Fields;

typedef struct
{
  const char *name;
  guint ends; /* of GstSysmemEnd: who may say it */
  guint fields;
} Kind;

static const Kind kinds[] = {
  [GST_SYSMEM_MESSAGE_HELLO] = { "HELLO", GST_SYSMEM_CONSUMER, HAS_CAPS },
  [GST_SYSMEM_MESSAGE_CAPS] = { "CAPS", GST_SYSMEM_CONSUMER, HAS_CAPS },
  [GST_SYSMEM_MESSAGE_BOUND] = { "BOUND", GST_SYSMEM_CONSUMER, HAS_GENERATION | HAS_CAMPING },
  [GST_SYSMEM_MESSAGE_READY] = { "READY", GST_SYSMEM_CONSUMER, HAS_GENERATION },
  [GST_SYSMEM_MESSAGE_REFUSED] = { "REFUSED", GST_SYSMEM_CONSUMER, HAS_GENERATION | HAS_REASON },
  [GST_SYSMEM_MESSAGE_RELEASE] = { "RELEASE", GST_SYSMEM_RETURN_PATH, HAS_GENERATION | HAS_INDEX },
  [GST_SYSMEM_MESSAGE_WELCOME] = { "WELCOME", GST_SYSMEM_PRODUCER, HAS_FD },
  [GST_SYSMEM_MESSAGE_GENERATION] = { "GENERATION", GST_SYSMEM_PRODUCER,
                                      HAS_GENERATION | HAS_CAPS | HAS_FD },
  [GST_SYSMEM_MESSAGE_FRAME] = { "FRAME", GST_SYSMEM_PRODUCER,
                                 HAS_GENERATION | HAS_INDEX | HAS_FRAME },
  [GST_SYSMEM_MESSAGE_EOS] = { "EOS", GST_SYSMEM_CONSUMER | GST_SYSMEM_PRODUCER, 0 },
  [GST_SYSMEM_MESSAGE_BYE] = { "BYE", GST_SYSMEM_CONSUMER | GST_SYSMEM_PRODUCER, HAS_REASON },
};

void
gst_sysmem_message_clear (GstSysmemMessage *self)
{
  g_free (self->text);
  sysmem_fd_clear (&self->fd);
  *self = (GstSysmemMessage)GST_SYSMEM_MESSAGE_INIT;
}

const char *
gst_sysmem_message_type_to_string (GstSysmemMessageType type)
{
  return (guint)type < G_N_ELEMENTS (kinds) && kinds[type].name != NULL ? kinds[type].name : "?";
}

void
gst_sysmem_message_encode (const GstSysmemMessage *self, GstSysmemWire *wire)
{
  *wire = (GstSysmemWire){
    .magic = MAGIC,
    .version = GST_SYSMEM_PROTOCOL_VERSION,
    .type = (guint16)self->type,
    .generation = self->generation,
    .index = self->index,
    .camping = self->camping,
    .flags = self->flags,
    .times = self->times,
    .text_size = self->text != NULL ? (guint32)strlen (self->text) : 0,
  };
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error,
                     g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, format, arguments));
  va_end (arguments);
  return FALSE;
}

static const char *
end_to_string (GstSysmemEnd end)
{
  switch (end)
    {
    case GST_SYSMEM_CONSUMER:
      return "consumer";
    case GST_SYSMEM_PRODUCER:
      return "producer";
    case GST_SYSMEM_RETURN_PATH:
      return "return path";
    }
  g_return_val_if_reached ("?");
}

/* What has to hold before anything in it can be believed. */
static gboolean
check_envelope (const GstSysmemWire *wire, gsize size, GstSysmemEnd from, GError **error)
{
  const Kind *kind;

  if (wire->magic != MAGIC)
    return refuse (error, "it is no message of this protocol: it begins with 0x%08x", wire->magic);
  if (wire->version != GST_SYSMEM_PROTOCOL_VERSION)
    return refuse (error, "it speaks version %u of the protocol, this end version %u",
                   wire->version, GST_SYSMEM_PROTOCOL_VERSION);
  if (wire->type >= G_N_ELEMENTS (kinds) || kinds[wire->type].name == NULL)
    return refuse (error, "there is no message of type %u", wire->type);
  kind = &kinds[wire->type];
  if ((kind->ends & from) == 0)
    return refuse (error, "%s is not for a %s to say", kind->name, end_to_string (from));
  if (wire->text_size > GST_SYSMEM_TEXT_MAX_BYTES || size - sizeof *wire != wire->text_size)
    return refuse (error, "%s announces %u bytes of text and has %" G_GSIZE_FORMAT, kind->name,
                   wire->text_size, size - sizeof *wire);
  return TRUE;
}

/* The name of a field that is set although the message has no use for it; NULL if there is none. */
static const char *
find_surplus (const GstSysmemWire *wire, guint fields, gboolean has_fd)
{
  static const GstSysmemTimes no_times;
  const struct
  {
    const char *name;
    gboolean said;
    guint field;
  } said[] = {
    { "a generation", wire->generation != 0, HAS_GENERATION },
    { "an index", wire->index != 0, HAS_INDEX },
    { "a camping count", wire->camping != 0, HAS_CAMPING },
    { "flags", wire->flags != 0, HAS_FRAME },
    { "times", memcmp (&wire->times, &no_times, sizeof no_times) != 0, HAS_FRAME },
    { "text", wire->text_size != 0, HAS_CAPS | HAS_REASON },
    { "a file descriptor", has_fd, HAS_FD },
    { "something in the reserved field", wire->zero != 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    if (said[i].said && (fields & said[i].field) == 0)
      return said[i].name;
  return NULL;
}

/* The name of a field that the message is nothing without; NULL if all are there. */
static const char *
find_lack (const GstSysmemWire *wire, guint fields, gboolean has_fd)
{
  if ((fields & HAS_GENERATION) != 0 && wire->generation == 0)
    return "a generation";
  if ((fields & HAS_CAMPING) != 0 && wire->camping == 0)
    return "a camping count";
  if ((fields & HAS_CAPS) != 0 && wire->text_size == 0)
    return "caps";
  if ((fields & HAS_FRAME) != 0 && wire->times.latency == GST_SYSMEM_TIME_NONE)
    return "a latency";
  if ((fields & HAS_FD) != 0 && !has_fd)
    return wire->type == GST_SYSMEM_MESSAGE_WELCOME ? "a return path" : "a token";
  return NULL;
}

static gboolean
check_fields (const GstSysmemWire *wire, const char *text, gboolean has_fd, GError **error)
{
  const Kind *kind = &kinds[wire->type];
  const char *surplus = find_surplus (wire, kind->fields, has_fd);
  const char *lack = find_lack (wire, kind->fields, has_fd);

  if (surplus != NULL)
    return refuse (error, "%s has %s, which it has no use for", kind->name, surplus);
  if (lack != NULL)
    return refuse (error, "%s lacks %s", kind->name, lack);
  if ((wire->flags & ~(guint32)GST_SYSMEM_FRAME_ALL_FLAGS) != 0)
    return refuse (error, "%s has the unknown flags 0x%x", kind->name,
                   wire->flags & ~(guint32)GST_SYSMEM_FRAME_ALL_FLAGS);
  if (!g_utf8_validate_len (text, wire->text_size, NULL))
    return refuse (error, "the text of %s is no UTF-8", kind->name);
  return TRUE;
}

gboolean
gst_sysmem_message_decode (GstSysmemMessage *self,
                           GstSysmemEnd from,
                           const guint8 *data,
                           gsize size,
                           SysmemFd *fd,
                           GError **error)
{
  const char *text = (const char *)data + sizeof (GstSysmemWire);
  g_auto (SysmemFd) taken = sysmem_fd_steal (fd);
  GstSysmemWire wire;

  *self = (GstSysmemMessage)GST_SYSMEM_MESSAGE_INIT;
  if (size < sizeof wire)
    return refuse (error, "a message has at least %" G_GSIZE_FORMAT " bytes, this %" G_GSIZE_FORMAT,
                   sizeof wire, size);
  memcpy (&wire, data, sizeof wire);
  if (!check_envelope (&wire, size, from, error) || !check_fields (&wire, text, taken >= 0, error))
    return FALSE;
  *self = (GstSysmemMessage){
    .type = (GstSysmemMessageType)wire.type,
    .generation = wire.generation,
    .index = wire.index,
    .camping = wire.camping,
    .flags = wire.flags,
    .times = wire.times,
    .text = wire.text_size > 0 ? g_strndup (text, wire.text_size) : NULL,
    .fd = sysmem_fd_steal (&taken),
  };
  return TRUE;
}
