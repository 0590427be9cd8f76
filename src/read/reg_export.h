/*
 * reg_export - a .reg file as a registry source.
 *
 * Spec    "Windows Registry Editor Version 5.00" (UTF-16LE or UTF-8) and REGEDIT4
 * Input   the whole file; lines continued with a backslash
 * Output  a source whose paths begin with the root: "HKEY_LOCAL_MACHINE\\SYSTEM\\..."; of a
 *         recording (read/reg_record.h) one that also tells what was not there
 * Errors  complaints with line
 */
#ifndef READ_REG_EXPORT_H
#define READ_REG_EXPORT_H

#include "base/registry.h"
#include "read/evidence.h"

bool reg_export_recognises(const uint8_t *head, size_t n);
struct reg_source *reg_export_open(const void *bytes, size_t n, struct evidence *ev);

#endif
