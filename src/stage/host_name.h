/*
 * host_name - whether two names mean one computer, as far as names can tell.
 *
 * Spec    RFC 1123 2.1; [MS-NBTE] 2.2.1 for the 15 characters of a NetBIOS name
 * Owns    nothing
 */
#ifndef STAGE_HOST_NAME_H
#define STAGE_HOST_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* True for a name that a host could call itself: not NULL, no address, not localhost. */
bool host_name_tells(const char *dialled);

/*
 * Short names are compared by their first labels, a short one of 15 characters as NetBIOS
 * cut it; two full names as a whole. ASCII case and a final dot do not count.
 */
bool host_name_same(const char *a, const char *b);

/* The same first label. */
bool host_name_same_label(const char *a, const char *b);

#endif
