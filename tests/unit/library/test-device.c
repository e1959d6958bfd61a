/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What devices answer is tested where there are some, in tests/vm. Here: that anything else is told
 * from a device. */

#include <fcntl.h>
#include <string.h>
#include <sysmem.h>
#include <unistd.h>

/* A file that is no device of any kind. */
static int
open_nothing (void)
{
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
assert_refused (gconstpointer device, const GError *error, const char *what)
{
  g_assert_null (device);
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  g_assert_nonnull (strstr (error->message, what));
}

static void
test_no_kms_device (void)
{
  g_autoptr (GError) plane_error = NULL;
  g_autoptr (GError) list_error = NULL;
  int fd = open_nothing ();
  SysmemKmsPlane *plane = sysmem_kms_plane_new (fd, 31, &plane_error);
  GPtrArray *list = sysmem_kms_plane_list (fd, &list_error);

  assert_refused (plane, plane_error, "plane 31: asking for");
  assert_refused (list, list_error, "asking for all planes");
  g_assert_cmpint (close (fd), ==, 0);
}

static void
test_no_v4l2_device (void)
{
  int fd = open_nothing ();

  for (guint i = SYSMEM_V4L2_CAPTURE; i <= SYSMEM_V4L2_OUTPUT; i++)
    {
      g_autoptr (GError) error = NULL;
      SysmemV4l2Queue *queue = sysmem_v4l2_queue_new (fd, (SysmemV4l2Direction)i, &error);

      assert_refused (queue, error, "asking a V4L2 device what it is");
    }
  g_assert_cmpint (close (fd), ==, 0);
}

static void
test_no_gpu (void)
{
  g_autoptr (GError) error = NULL;
  int fd = open_nothing ();
  SysmemGbmDevice *device = sysmem_gbm_device_new (fd, SYSMEM_USAGE_GPU_SAMPLED, &error);

  assert_refused (device, error, "asking for the driver of a DRM device");
  g_assert_cmpint (close (fd), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device/no-kms", test_no_kms_device);
  g_test_add_func ("/device/no-v4l2", test_no_v4l2_device);
  g_test_add_func ("/device/no-gpu", test_no_gpu);
  return g_test_run ();
}
