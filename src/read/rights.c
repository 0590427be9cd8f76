#include "read/rights.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ACE_ALLOWED = 0, ACE_DENIED = 1, ACE_INHERIT_ONLY = 0x08, DACL_PRESENT = 0x0004 };

bool sid_read(struct cur *c, char *out, size_t n)
{
	uint8_t revision = cur_u8(c, "SID.Revision"), n_parts = cur_u8(c, "SID.SubAuthorityCount");
	const uint8_t *p = cur_take(c, 6, "SID.IdentifierAuthority");
	uint64_t authority = 0;
	int used;

	if (revision != 1 || n_parts > 15)
		cur_fail(c, "SID.Revision");
	for (int i = 0; p && i < 6; i++)
		authority = authority << 8 | p[i];
	used = snprintf(out, n, "S-1-%" PRIu64, authority);
	for (int i = 0; i < n_parts && cur_ok(c) && used > 0 && (size_t)used < n; i++)
		used += snprintf(out + used, n - (size_t)used, "-%" PRIu32,
		                 cur_u32le(c, "SID.SubAuthority"));
	if (!cur_ok(c))
		out[0] = '\0';
	return cur_ok(c);
}

static void read_entry(struct cur *list, struct rights *out)
{
	uint8_t type = cur_u8(list, "ACE.AceType"), flags = cur_u8(list, "ACE.AceFlags");
	uint16_t size = cur_u16le(list, "ACE.AceSize");
	struct cur body;
	struct right *r = &out->at[out->n];

	if (size < 4)
		cur_fail(list, "ACE.AceSize");
	body = cur_sub(list, size - 4u, "ACE");
	if (!cur_ok(list) || (type != ACE_ALLOWED && type != ACE_DENIED) || out->n == RIGHTS_MAX)
		return;
	r->mask = cur_u32le(&body, "ACE.Mask");
	r->is_denied = type == ACE_DENIED;
	r->is_for_children = flags & ACE_INHERIT_ONLY;
	out->n += sid_read(&body, r->sid, sizeof r->sid);
}

static struct cur behind(const void *bytes, size_t n, uint32_t at, struct flaw *flaw)
{
	struct cur c = cur_over(bytes, n, flaw);

	cur_take(&c, at, "SECURITY_DESCRIPTOR.Offset");
	return c;
}

static void read_list(struct cur c, struct rights *out)
{
	uint16_t size, count;
	struct cur list;

	cur_take(&c, 2, "ACL.AclRevision");
	size = cur_u16le(&c, "ACL.AclSize");
	count = cur_u16le(&c, "ACL.AceCount");
	cur_take(&c, 2, "ACL.Sbz2");
	if (size < 8)
		cur_fail(&c, "ACL.AclSize");
	list = cur_sub(&c, size - 8u, "ACL");
	for (uint16_t i = 0; i < count && cur_ok(&list); i++)
		read_entry(&list, out);
}

bool rights_read(const void *bytes, size_t n, struct rights *out, struct flaw *flaw)
{
	struct cur c = cur_over(bytes, n, flaw);
	uint16_t control;
	uint32_t owner, list;

	*out = (struct rights){0};
	if (cur_u8(&c, "SECURITY_DESCRIPTOR.Revision") != 1)
		cur_fail(&c, "SECURITY_DESCRIPTOR.Revision");
	cur_take(&c, 1, "SECURITY_DESCRIPTOR.Sbz1");
	control = cur_u16le(&c, "SECURITY_DESCRIPTOR.Control");
	owner = cur_u32le(&c, "SECURITY_DESCRIPTOR.OffsetOwner");
	cur_take(&c, 8, "SECURITY_DESCRIPTOR.OffsetGroup");
	list = cur_u32le(&c, "SECURITY_DESCRIPTOR.OffsetDacl");
	if (cur_ok(&c) && owner) {
		c = behind(bytes, n, owner, flaw);
		sid_read(&c, out->owner, sizeof out->owner);
	}
	out->has_list = cur_ok(&c) && control & DACL_PRESENT && list;
	if (out->has_list)
		read_list(behind(bytes, n, list, flaw), out);
	return !flaw->what;
}

static uint32_t sum(const struct rights *rights, const char *sid, bool is_denied)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < rights->n; i++)
		if (rights->at[i].is_denied == is_denied && !rights->at[i].is_for_children &&
		    strcmp(rights->at[i].sid, sid) == 0)
			mask |= rights->at[i].mask;
	return mask;
}

uint32_t rights_denied(const struct rights *rights, const char *sid)
{
	return sum(rights, sid, true);
}

uint32_t rights_granted(const struct rights *rights, const char *sid)
{
	return sum(rights, sid, false) & ~sum(rights, sid, true);
}

#define MAY_READ 0x90000001 /* FILE_READ_DATA, GENERIC_ALL, GENERIC_READ */

/* NETWORK SERVICE, and the groups that it is in wherever it runs. */
static const char *const reader[] = {"S-1-5-20", "S-1-1-0", "S-1-5-11", "S-1-5-6", "S-1-5-32-545"};

const char *rights_deny_key(const struct rights *rights)
{
	uint32_t granted = 0, denied = 0;

	if (!rights->has_list)
		return NULL;
	for (size_t i = 0; i < sizeof reader / sizeof *reader; i++) {
		granted |= rights_granted(rights, reader[i]);
		denied |= rights_denied(rights, reader[i]);
	}
	if (denied & MAY_READ)
		return "the rights of the key file deny it";
	return granted & MAY_READ ? NULL : "the rights of the key file do not name it";
}
