/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clients in a process of their own, and of another user: root is exempt from quotas, and only a
 * process can be killed. A child is the test program started again in one of its roles; the two
 * speak by lines. */

#pragma once

#include "bus-fixture.h"

G_BEGIN_DECLS

typedef struct _BusChild BusChild;

/* An unprivileged user: nobody, or our own if we are not root. */
uid_t bus_ordinary_uid (void);

BusChild *bus_child_start (BusWorld *world, const char *role, uid_t uid);
/* Waits for the child to say something; to say exactly @line. */
char *bus_child_read (BusChild *child);
void bus_child_expect (BusChild *child, const char *line);
void bus_child_tell (BusChild *child, const char *line);
/* Asserts that it ended well, and frees it. */
void bus_child_end (BusChild *child);
void bus_child_kill (BusChild *child);

/* The child's side. */
void bus_parent_tell (const char *line);
void bus_parent_expect (const char *line);

/* For bus_test_init (): does not return in a child. */
void bus_child_maybe_run (int argc, char **argv, const BusRole *roles);

G_END_DECLS
