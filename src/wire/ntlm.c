#include "wire/ntlm.h"

#include <string.h>

#include "base/text.h"

#define SIGNATURE   "NTLMSSP" /* with its final zero */
#define REPLACEMENT 0xFFFDu
#define EPOCH_US    INT64_C(11644473600000000) /* from 1601 to 1970 */

/* AvId, [MS-NLMP] 2.2.2.1 */
enum {
	AV_EOL,
	AV_NB_COMPUTER,
	AV_NB_DOMAIN,
	AV_DNS_COMPUTER,
	AV_DNS_DOMAIN,
	AV_DNS_TREE,
	AV_FLAGS,
	AV_TIMESTAMP,
};

enum ntlm_type ntlm_type(struct octets token)
{
	if (token.n < 12 || memcmp(token.at, SIGNATURE, sizeof SIGNATURE) != 0)
		return NTLM_NONE;
	if (token.at[8] > NTLM_AUTHENTICATE || token.at[9] || token.at[10] || token.at[11])
		return NTLM_NONE;
	return token.at[8];
}

/* --- reading -------------------------------------------------------------------------------- */

static void read_header(struct cur *c, enum ntlm_type type)
{
	const uint8_t *signature = cur_take(c, sizeof SIGNATURE, "NTLM.Signature");

	if (signature && memcmp(signature, SIGNATURE, sizeof SIGNATURE) != 0)
		cur_fail(c, "NTLM.Signature");
	if (cur_u32le(c, "NTLM.MessageType") != (uint32_t)type)
		cur_fail(c, "NTLM.MessageType");
}

/* Length, maximum, offset: the place of a field in the message that begins at `first`. */
static struct octets read_field(struct cur *c, const uint8_t *first, const char *what)
{
	uint16_t n = cur_u16le(c, what);

	cur_u16le(c, what); /* MaxLen: must be ignored */

	uint32_t offset = cur_u32le(c, what);

	if (!n || !cur_ok(c)) /* the offset of an empty field may be anything */
		return (struct octets){0};
	if (offset > (size_t)(c->end - first) || n > (size_t)(c->end - first) - offset) {
		cur_fail(c, what);
		return (struct octets){0};
	}
	return (struct octets){.at = first + offset, .n = n};
}

static void read_version(struct cur *c, uint32_t flags, uint8_t version[NTLM_VERSION_BYTES])
{
	if (!(flags & NTLMSSP_NEGOTIATE_VERSION))
		return;

	const uint8_t *bytes = cur_take(c, NTLM_VERSION_BYTES, "NTLM.Version");

	if (bytes)
		memcpy(version, bytes, NTLM_VERSION_BYTES);
}

bool ntlm_read_negotiate(struct cur *c, struct ntlm_negotiate *m)
{
	const uint8_t *first = c->p;

	*m = (struct ntlm_negotiate){0};
	read_header(c, NTLM_NEGOTIATE);
	m->flags = cur_u32le(c, "NEGOTIATE.NegotiateFlags");
	if (!cur_left(c)) /* clients before Windows NT 4 end here */
		return cur_ok(c);
	m->domain = read_field(c, first, "NEGOTIATE.DomainNameFields");
	m->workstation = read_field(c, first, "NEGOTIATE.WorkstationFields");
	read_version(c, m->flags, m->version);
	return cur_ok(c);
}

bool ntlm_read_challenge(struct cur *c, struct ntlm_challenge *m)
{
	const uint8_t *first = c->p, *challenge;

	*m = (struct ntlm_challenge){0};
	read_header(c, NTLM_CHALLENGE);
	m->target_name = read_field(c, first, "CHALLENGE.TargetNameFields");
	m->flags = cur_u32le(c, "CHALLENGE.NegotiateFlags");
	challenge = cur_take(c, sizeof m->challenge, "CHALLENGE.ServerChallenge");
	if (challenge)
		memcpy(m->challenge, challenge, sizeof m->challenge);
	cur_take(c, 8, "CHALLENGE.Reserved");
	m->target_info = read_field(c, first, "CHALLENGE.TargetInfoFields");
	read_version(c, m->flags, m->version);
	return cur_ok(c);
}

bool ntlm_read_authenticate(struct cur *c, struct ntlm_authenticate *m)
{
	const uint8_t *first = c->p;

	*m = (struct ntlm_authenticate){0};
	read_header(c, NTLM_AUTHENTICATE);
	m->lm = read_field(c, first, "AUTHENTICATE.LmChallengeResponseFields");
	m->nt = read_field(c, first, "AUTHENTICATE.NtChallengeResponseFields");
	m->domain = read_field(c, first, "AUTHENTICATE.DomainNameFields");
	m->user = read_field(c, first, "AUTHENTICATE.UserNameFields");
	m->workstation = read_field(c, first, "AUTHENTICATE.WorkstationFields");
	m->session_key = read_field(c, first, "AUTHENTICATE.EncryptedRandomSessionKeyFields");
	m->flags = cur_u32le(c, "AUTHENTICATE.NegotiateFlags");
	return cur_ok(c);
}

static char *name_of(struct ntlm_target *t, uint16_t id)
{
	switch (id) {
	case AV_NB_COMPUTER:
		return t->nb_computer;
	case AV_NB_DOMAIN:
		return t->nb_domain;
	case AV_DNS_COMPUTER:
		return t->dns_computer;
	case AV_DNS_DOMAIN:
		return t->dns_domain;
	case AV_DNS_TREE:
		return t->dns_tree;
	default:
		return NULL;
	}
}

static void read_value(struct cur *value, uint16_t id, struct ntlm_target *t)
{
	char *name = name_of(t, id);

	if (name && cur_ok(value))
		ntlm_text((struct octets){.at = value->p, .n = cur_left(value)}, name);
	if (id == AV_FLAGS) {
		t->flags = cur_u32le(value, "AV_PAIR.MsvAvFlags");
		t->has_flags = cur_ok(value);
	}
	if (id == AV_TIMESTAMP) {
		t->filetime = cur_u64le(value, "AV_PAIR.MsvAvTimestamp");
		t->has_time = t->filetime != 0;
	}
}

bool ntlm_read_target(struct cur *info, struct ntlm_target *t)
{
	*t = (struct ntlm_target){0};
	while (cur_left(info)) { /* a list without its end is forgiven */
		uint16_t id = cur_u16le(info, "AV_PAIR.AvId");
		uint16_t n = cur_u16le(info, "AV_PAIR.AvLen");
		struct cur value = cur_sub(info, n, "AV_PAIR.Value");

		if (id == AV_EOL)
			break;
		read_value(&value, id, t);
	}
	return cur_ok(info);
}

/* --- text ----------------------------------------------------------------------------------- */

/* A zero would hide what follows. */
static uint32_t shown(uint32_t c)
{
	return c ? c : REPLACEMENT;
}

void ntlm_text(struct octets utf16, char out[NTLM_NAME_MAX])
{
	size_t used = 0;

	for (size_t at = 0; at < utf16.n;) {
		char bytes[4];
		size_t n = utf8_put(shown(utf16_next(utf16.at, utf16.n, false, &at)), bytes);

		if (used + n >= NTLM_NAME_MAX)
			break;
		memcpy(out + used, bytes, n);
		used += n;
	}
	out[used] = '\0';
}

void ntlm_put_text(struct buf *out, const char *utf8)
{
	while (*utf8) {
		uint32_t c = utf8_next(&utf8);

		if (c >= 0x10000) {
			buf_u16le(out, 0xD800 + ((c - 0x10000) >> 10));
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		buf_u16le(out, c);
	}
}

/* --- writing -------------------------------------------------------------------------------- */

void ntlm_put_version(uint8_t version[NTLM_VERSION_BYTES], uint8_t major, uint8_t minor,
                      uint16_t build)
{
	const uint8_t bytes[NTLM_VERSION_BYTES] = {
	    major, minor, (uint8_t)build, (uint8_t)(build >> 8), 0, 0,
	    0,     0x0F /* NTLMSSP_REVISION_W2K3 */};

	memcpy(version, bytes, sizeof bytes);
}

uint16_t ntlm_build(const uint8_t version[NTLM_VERSION_BYTES])
{
	return (uint16_t)(version[2] | version[3] << 8);
}

static void put_header(struct buf *out, enum ntlm_type type)
{
	buf_put(out, SIGNATURE, sizeof SIGNATURE);
	buf_u32le(out, type);
}

static void put_field(struct buf *out, size_t n, size_t offset)
{
	buf_u16le(out, (uint32_t)n);
	buf_u16le(out, (uint32_t)n);
	buf_u32le(out, (uint32_t)offset);
}

void ntlm_put_negotiate(struct buf *out, const struct ntlm_negotiate *m)
{
	put_header(out, NTLM_NEGOTIATE);
	buf_u32le(out, m->flags);
	put_field(out, 0, 0); /* no domain and no workstation: nothing of ours is told */
	put_field(out, 0, 0);
	buf_put(out, m->version, NTLM_VERSION_BYTES);
}

void ntlm_put_challenge(struct buf *out, const struct ntlm_challenge *m)
{
	static const uint8_t reserved[8];
	enum { PAYLOAD = 56 };

	put_header(out, NTLM_CHALLENGE);
	put_field(out, m->target_name.n, PAYLOAD);
	buf_u32le(out, m->flags);
	buf_put(out, m->challenge, sizeof m->challenge);
	buf_put(out, reserved, sizeof reserved);
	put_field(out, m->target_info.n, PAYLOAD + m->target_name.n);
	buf_put(out, m->version, NTLM_VERSION_BYTES);
	buf_put(out, m->target_name.at, m->target_name.n);
	buf_put(out, m->target_info.at, m->target_info.n);
}

static void put_name(struct buf *out, uint16_t id, const char *name)
{
	if (!*name)
		return;

	struct buf text = {0};

	ntlm_put_text(&text, name);
	buf_u16le(out, id);
	buf_u16le(out, (uint32_t)text.n);
	buf_put(out, text.bytes, text.n);
	buf_fini(&text);
}

/* In the order of Windows: domains before computers. */
void ntlm_put_target(struct buf *out, const struct ntlm_target *t)
{
	put_name(out, AV_NB_DOMAIN, t->nb_domain);
	put_name(out, AV_NB_COMPUTER, t->nb_computer);
	put_name(out, AV_DNS_DOMAIN, t->dns_domain);
	put_name(out, AV_DNS_COMPUTER, t->dns_computer);
	put_name(out, AV_DNS_TREE, t->dns_tree);
	if (t->has_flags) {
		buf_u16le(out, AV_FLAGS);
		buf_u16le(out, 4);
		buf_u32le(out, t->flags);
	}
	if (t->has_time) {
		buf_u16le(out, AV_TIMESTAMP);
		buf_u16le(out, 8);
		buf_u32le(out, (uint32_t)t->filetime);
		buf_u32le(out, (uint32_t)(t->filetime >> 32));
	}
	buf_u32le(out, AV_EOL);
}

int64_t ntlm_time_us(uint64_t filetime)
{
	return (int64_t)(filetime / 10) - EPOCH_US;
}

uint64_t ntlm_filetime(int64_t us)
{
	return us < -EPOCH_US ? 0 : (uint64_t)(us + EPOCH_US) * 10;
}
