/*
 * sddl - rights as Windows writes them in text: "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)".
 *
 * Spec    [MS-DTYP] 2.5.1; aliases of SIDs and rights as there
 * Input   any text up to a terminating zero
 * Output  as rights_read gives it; entries of other kinds than allow and deny grant nothing
 * Errors  false when it is no such text; what was read before stands
 * Limits  RIGHTS_MAX entries are kept; aliases that stand for a group of a domain name nobody here
 */
#ifndef READ_SDDL_H
#define READ_SDDL_H

#include "read/rights.h"

bool sddl_read(const char *text, struct rights *out);

#endif
