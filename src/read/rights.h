/*
 * rights - a Windows security descriptor: who may do what.
 *
 * Spec    [MS-DTYP] 2.4.6 self-relative SECURITY_DESCRIPTOR, 2.4.5 ACL, 2.4.4 ACE, 2.4.2 SID
 * Input   any bytes
 * Output  owner and entries in their order; entries of other kinds than allow and deny are counted
 *         out, as they grant nothing
 * Errors  false with what was wrong in the flaw; what was read before stands
 * Limits  RIGHTS_MAX entries are kept
 */
#ifndef READ_RIGHTS_H
#define READ_RIGHTS_H

#include "base/bytes.h"

#define RIGHTS_MAX     64
#define SID_TEXT_BYTES 184

struct right {
	char sid[SID_TEXT_BYTES];
	uint32_t mask;
	bool is_denied;
	bool is_for_children; /* says nothing of the object itself */
};

struct rights {
	char owner[SID_TEXT_BYTES]; /* "": none */
	bool has_list;              /* without a list everybody may do everything */
	struct right at[RIGHTS_MAX];
	size_t n;
};

/* "S-1-5-32-555"; false at a flaw. */
bool sid_read(struct cur *c, char *out, size_t n);

bool rights_read(const void *bytes, size_t n, struct rights *out, struct flaw *flaw);

/* What one SID is granted by its own entries; a denied bit is lost for good. */
uint32_t rights_granted(const struct rights *rights, const char *sid);
uint32_t rights_denied(const struct rights *rights, const char *sid);

/* Why NETWORK SERVICE may not read a key file with these rights; NULL: it may. */
const char *rights_deny_key(const struct rights *rights);

#endif
