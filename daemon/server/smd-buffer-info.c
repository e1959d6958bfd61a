/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-buffer-info.h"

#include "server/smd-ask-again.h"
#include "server/smd-buffer-handles.h"

SmdBuffer *
smd_buffer_of_fd (SmdServer *server, int fd, SmdFdIdentity *identity, GError **error)
{
  SmdBuffer *buffer;

  if (!smd_fd_identify (fd, identity, error))
    return NULL;
  buffer = smd_buffer_lookup (server, identity->device, identity->inode);
  if (buffer == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "the fd is no buffer that this daemon handed out");
      return NULL;
    }
  if (identity->path_only)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED,
                   "the fd was opened with O_PATH and gives no access to the buffer");
      return NULL;
    }
  return buffer;
}

/* A memfd description tells that it is weak; a dma-buf cannot, so assume it may be (02). */
static gboolean
may_be_weak (const SmdBuffer *buffer, const SmdFdIdentity *identity)
{
  return buffer->memory->tells_strong ? identity->weak : buffer->collection->has_or_had_weak;
}

static gboolean
add_close_weak (SmdBuffer *buffer, uid_t asker, SmdBufferAnswer *answer, GError **error)
{
  if (!smd_buffer_add_close_weak (buffer, smd_asker_of_uid (asker), &answer->close_weak, error))
    return FALSE;
  if (buffer->strong_gone)
    g_ptr_array_set_size (buffer->close_weak, 0); /* it is to be closed already */
  return TRUE;
}

/* A weak fd can be read, and what is given has at most the access of what was shown. */
static gboolean
check_may_read (const SmdFdIdentity *identity, GError **error)
{
  if (identity->readable)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED,
               "need_weak: the fd was opened for writing only, and a weak fd gives read access");
  return FALSE;
}

static gboolean
add_weak_fd (SmdBuffer *buffer,
             const SmdFdIdentity *identity,
             SmdBufferAnswer *answer,
             GError **error)
{
  SmdAccess access = SMD_ACCESS_WEAK;

  if (!check_may_read (identity, error))
    return FALSE;
  if (buffer->strong_gone)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MORE_STRONG_HANDLES,
                   "nobody holds this buffer strongly any more; close it");
      return FALSE;
    }
  if (identity->writable)
    access |= SMD_ACCESS_WRITE;
  answer->weak_fd = smd_memory_open (buffer->memory, access, error);
  return answer->weak_fd >= 0;
}

static gboolean
compare_settings (SmdServer *server,
                  SmdBuffer *buffer,
                  const SmdBufferQuestion *question,
                  SmdBufferAnswer *answer,
                  GError **error)
{
  SmdFdIdentity identity;
  SmdBuffer *other = smd_buffer_of_fd (server, question->settings_fd, &identity, error);

  if (other == NULL)
    {
      g_prefix_error (error, "settings_to_check: ");
      return FALSE;
    }
  answer->settings_match = smc_settings_equal (
    buffer->collection->settings, other->collection->settings, TRUE, question->ignore_size);
  return TRUE;
}

gboolean
smd_buffer_get_info (SmdServer *server,
                     int fd,
                     const SmdBufferQuestion *question,
                     SmdBufferAnswer *answer,
                     GError **error)
{
  SmdFdIdentity identity;
  SmdBuffer *buffer = smd_buffer_of_fd (server, fd, &identity, error);

  if (buffer == NULL)
    return FALSE;
  smd_ask_now (buffer); /* its strong holders as of now */
  answer->buffer = buffer;
  if (question->settings_fd >= 0 && !compare_settings (server, buffer, question, answer, error))
    return FALSE;
  if (question->constraints != NULL)
    answer->constraints_ok = sme_prepared_accepts (
      question->constraints, buffer->collection->settings, server->policy, NULL);
  if (question->need_weak && !add_weak_fd (buffer, &identity, answer, error))
    return FALSE;
  if (!question->need_weak && !may_be_weak (buffer, &identity))
    return TRUE;
  if (!add_close_weak (buffer, question->asker, answer, error))
    return FALSE;
  buffer->collection->has_or_had_weak = TRUE; /* now that nothing can be refused any more */
  return TRUE;
}
