/*
 * reg_record - a registry source that hands on what another one answers and keeps it, so that
 * somebody else can ask the same later and elsewhere.
 *
 * Output  a .reg file of version 5 in UTF-16LE of exactly what was looked at. What was not there
 *         or could not be read stands in comments, which read/reg_export.h understands: such a
 *         recording answers as the source did, and to other questions that nothing is known
 * Safety  passwords, secrets of the local security authority and hashes of accounts are not kept,
 *         whoever asked for them; the list stands in reg_record.c
 * Owns    nothing of the other source, which stays open as long as this one; the rest lives in
 *         the arena
 */
#ifndef READ_REG_RECORD_H
#define READ_REG_RECORD_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/registry.h"

/* Closing it closes the other one. */
struct reg_source *reg_record_over(struct reg_source *other, struct arena *arena);

/* Valid until the source is closed, and behind that too. */
void reg_record_put(const struct reg_source *record, struct buf *out);

/* How the comments begin; what stands there is a name in quotation marks or a key in brackets. */
#define REG_NOTE_RECORDING  "rdpwhy recording 1"
#define REG_NOTE_ABSENT     "absent "
#define REG_NOTE_UNREADABLE "unreadable "
#define REG_NOTE_ALL_VALUES "all values"
#define REG_NOTE_ALL_KEYS   "all keys"
#define REG_NOTE_WRITTEN    "written " /* microseconds since 1970 */

#endif
