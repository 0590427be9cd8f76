/*
 * lists - what several readers look for: products, updates, name servers, suites, groups.
 *
 * Source  beside each table in lists.c
 * Owns    nothing: rows are static
 */
#ifndef READ_LISTS_H
#define READ_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The remote-access product that a service of Windows belongs to; NULL: none of them. */
const char *remote_tool_of(const char *service);
const char *remote_tool_service(size_t i); /* the names of those services; NULL behind the last */

/* A name server that everybody may use, and that knows no domain of a company. */
bool is_public_resolver(const char *address);

/* The first of those in a list with blanks or commas; its length in *n. NULL: none. */
const char *public_resolver_in(const char *list, size_t *n);

/* True when a host whose key is RSA can use the TLS suite, by its name in Windows. */
bool suite_serves_rsa(const char *suite);

/*
 * Updates that break Remote Desktop, by the builds that have them and not yet what mends them.
 * Those without a build are found by their package only.
 */
struct regression {
	const char *kb;
	int build, ubr_from, ubr_before;
	bool is_of_client; /* breaks it on the client's side */
	const char *says;
};

const struct regression *regression_at(size_t i); /* NULL behind the last */
bool regression_is_in(const struct regression *r, int build, int ubr);

/* The CredSSP update of May 2018: there, not there, or not known of this build. */
enum credssp_update { CREDSSP_NOT_KNOWN, CREDSSP_UPDATED, CREDSSP_LACKING };
enum credssp_update credssp_update_of(int build, int ubr);

/* A SID that stands for nearly everybody who would use Remote Desktop. */
bool is_broad_sid(const char *sid, bool is_domain_member);

/* The same account is written with and without "NT Authority\". */
bool is_service_account(const char *given, const char *usual);

#endif
