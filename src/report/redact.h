/*
 * redact - the same report without what tells whose it is: names, addresses, accounts,
 * certificates, files, serial numbers.
 *
 * Method  outside text is taken apart into words. What is known to be a name is replaced, and
 *         so is every word that is not in the vocabulary: the words of our own tables, numbers
 *         that are ports, codes, builds or event numbers, and a list of ours. So a word that
 *         nobody thought of is replaced, never shown
 * Output  host-1.domain-1, address-1, account-1, file-1 ...; the same thing always the same
 *         word within one redactor, different things different ones. Ports, codes, products,
 *         builds, localhost and loopback addresses stay
 * Limits  of each text the first REDACT_BYTES_MAX bytes; a screen shows far less
 * Errors  none
 * Owns    nothing: everything lives in the arena
 */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "report/report.h"

#define REDACT_BYTES_MAX 2048

struct redactor;

struct redactor *redact_begin(struct arena *arena);

/* Takes up the names that stand in known places, so that they are known in other texts too. */
void redact_learn(struct redactor *r, const struct findings *set, const struct run_frame *frame);

const char *redact_text(struct redactor *r, const char *outside);
struct findings redact_findings(struct redactor *r, const struct findings *set);

/* The vantage is copied into the arena. */
struct run_frame redact_frame(struct redactor *r, const struct run_frame *frame);

#endif
