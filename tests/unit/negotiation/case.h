/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One negotiation as a test case: participants, heaps and policy in, settings or an explanation
 * out. Written as GVariant text and read by the project's own codec, in the golden files as a
 * whole, in C piece by piece. Keys of a case (all but `participants` and `expect` optional):
 *
 *   about         s       what it shows
 *   participants  aa{sv}  each with `constraints` a{sv}, and `name` s ("a", "b", … if absent) and
 *                         `id` t
 *   existing      aa{sv}  negotiated first; then the participants join these late (03 §8)
 *   matching      aa{sv}  negotiated first; then the participants must match the result
 *   heaps         as      of the ready-made ones in case-policy.c; ["system"] if absent
 *   custom_heaps  aa{sv}  with the keys of ListHeaps, max_buffer_size t and physical_alignment t;
 *                         before the ready-made ones
 *   failed_heaps  as      could not deliver memory
 *   policy        a{sv}   max_buffer_size t, max_collection_size t, preferences a(asas) (usage,
 *                         heaps), format_costs a(sasd) (pixel format, usage, cost)
 *   expect        a{sv}   what to find; see case_describe ()
 */

#pragma once

#include "engine/sme-negotiation.h"

typedef struct
{
  GArray *participants; /* of SmeParticipant */
  SmePolicy *policy;
  char **failed_heaps;
  char *refused;   /* the first participant whose constraints are bad in themselves */
  GError *refusal; /* and why */
} Case;

GVariant *case_parse (const char *text);
Case *case_new (GVariant *description);
void case_free (Case *negotiation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Case, case_free)

/* What came out, as an a{sv}:
 *   settings      the Info keys of 02 and `buffer_count`
 *   failure       `error`, `message`, and of the one conflict `field`, `detail`, `parties`, `values`
 *   refusal       `refused` (who, before there was any negotiation), `error`, `message`, and as
 *                 `field` what the message begins with
 *   otherwise     `rejected` a(ss) (kind, candidate) and `reasons` as */
GVariant *case_describe (const Case *negotiation);

/* Runs the case and compares what is expected with what came out: dictionaries by the keys that
 * are expected, everything else exactly. */
void case_check (GVariant *description);

/* A table of cases in C. */
#define CASE_MAX_PARTICIPANTS 5
typedef struct
{
  const char *name;
  const char *participants[CASE_MAX_PARTICIPANTS]; /* the inside of each constraints dictionary */
  const char *expect;                              /* the inside of the dictionary */
  const char *rest;                                /* other keys of the case, or NULL */
} CaseRow;

GVariant *case_row_build (const CaseRow *row);
/* Adds a test for each. */
void case_add_rows (const CaseRow *rows, guint n_rows);

/* Pieces for the tables. */
#define U32(n) "<uint32 " #n ">"
#define U64(n) "<uint64 " #n ">"
#define SIZE_2D(w, h) "<(uint32 " #w ", uint32 " #h ")>"
#define CPU_RW "'usage': <['cpu-read-often', 'cpu-write-often']>"
#define USAGE(...) "'usage': <[" #__VA_ARGS__ "]>"
#define CAMP(n) "'min_buffer_count_for_camping': " U32 (n)
#define ONE_BUFFER CPU_RW ", " CAMP (1)
#define MEMORY(inside) "'buffer_memory_constraints': <{" inside "}>"
#define BYTES(n) MEMORY ("'min_size_bytes': " U64 (n))
#define IMAGES(inside) "'image_format_constraints': <[" inside "]>"
#define IMAGE(formats, colors, inside) \
  "{'pixel_formats': <[" formats "]>, 'color_spaces': <[" colors "]>" inside "}"
