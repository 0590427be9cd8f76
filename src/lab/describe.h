/*
 * describe - a scenario in words: the host, its TLS and certificate, and the fault.
 *
 * Output  one line each, appended to a buffer of the caller, without an end of line
 * Owns    nothing
 */
#ifndef LAB_DESCRIBE_H
#define LAB_DESCRIBE_H

#include "base/bytes.h"
#include "lab/faults.h"

void describe_host(struct buf *out, const struct scenario *s);
void describe_tls(struct buf *out, const struct scenario *s);
void describe_fault(struct buf *out, const struct scenario *s);

/* "neg.silent", "tls.alert 40"; nothing when the row expects no single finding. */
void describe_expected(struct buf *out, const struct scenario *s);

#endif
