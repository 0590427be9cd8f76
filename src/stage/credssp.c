#include "stage/credssp.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "stage/found.h"
#include "stage/host_name.h"
#include "wire/ntlm.h"
#include "wire/spnego.h"
#include "wire/tsrequest.h"

#include <stdio.h>

#define CREDSSP_VERSION  6
#define CLIENT_BUILD     22621
#define HOST_BUILD       20348
#define SLOW_MS          5000
#define OFFSET_ORDINARY  60   /* seconds; no clock is exact */
#define OFFSET_KERBEROS  300  /* the default tolerance of Kerberos, RFC 4120 5.2.3 */
#define OFFSET_NO_DOMAIN 3600 /* without Kerberos minutes are a note; the number is ours */

/* What mstsc asks for. */
#define CLIENT_FLAGS                                                                               \
	(NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_OEM | NTLMSSP_REQUEST_TARGET |              \
	 NTLMSSP_NEGOTIATE_SIGN | NTLMSSP_NEGOTIATE_SEAL | NTLMSSP_NEGOTIATE_LM_KEY |              \
	 NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN |                                  \
	 NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_VERSION |                  \
	 NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_KEY_EXCH | NTLMSSP_NEGOTIATE_56)

/* Of what a client asks, what a host grants. */
#define HOST_GRANTS (CLIENT_FLAGS & ~(uint32_t)(NTLMSSP_NEGOTIATE_OEM | NTLMSSP_NEGOTIATE_LM_KEY))

enum state { AWAIT_TOKEN, AWAIT_ANSWER, ANSWERED, LOST };

struct credssp {
	struct journey_plan plan;
	enum state state;
	int64_t asked_us; /* when the first token passed */
	bool has_challenge;
	uint32_t version, flags;
	uint8_t ntlm_version[NTLM_VERSION_BYTES];
};

struct credssp *credssp_new(const struct journey_plan *plan)
{
	struct credssp *c = calloc(1, sizeof *c);

	if (!c) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	c->plan = *plan;
	if (!c->plan.profile)
		c->plan.profile = profile_at(0);
	return c;
}

void credssp_free(struct credssp *c)
{
	free(c);
}

size_t credssp_frame(const uint8_t *bytes, size_t n)
{
	size_t length = tsrequest_length(bytes, n);

	return length == DER_NO_ELEMENT || length > STAGE_PDU_MAX ? STAGE_NOT_FRAMED : length;
}

static struct octets all_of(const struct buf *b)
{
	return (struct octets){.at = (const uint8_t *)b->bytes, .n = b->n};
}

/* A host itself knows nothing of hosts, and what no client asks says nothing of clients. */
static bool tells(const struct credssp *c)
{
	return c->plan.role != ROLE_SERVER && c->plan.purpose == AS_CLIENT;
}

/* --- client: the first token ------------------------------------------------------------------ */

/*
 * NTLMSSP without SPNEGO around it: every host answers it in kind, and a host that could do
 * Kerberos cannot choose that instead, so its names and its clock are told.
 */
enum next credssp_open(struct credssp *c, struct step *step)
{
	if (c->plan.role != ROLE_CLIENT)
		return NEXT_MORE;

	struct ntlm_negotiate negotiate = {.flags = CLIENT_FLAGS};
	struct buf token = {0};

	ntlm_put_version(negotiate.version, 10, 0, CLIENT_BUILD);
	ntlm_put_negotiate(&token, &negotiate);
	tsrequest_put(step->out,
	              &(struct tsrequest){.version = CREDSSP_VERSION, .token = all_of(&token)});
	buf_fini(&token);
	c->state = AWAIT_ANSWER;
	c->asked_us = step->now_us;
	return NEXT_MORE;
}

/* --- client and observer: the host's answer ------------------------------------------------------
 */

static enum next malformed(struct credssp *c, const struct flaw *flaw, struct step *step)
{
	c->state = LOST;
	if (tells(c))
		found_flaw(step, F_NLA_MALFORMED, flaw, EFFECT_BLOCKS);
	return NEXT_STOP;
}

static void found_name(struct step *step, enum finding_id id, const char *name)
{
	if (*name)
		found_text(step, id, name);
}

static const char *computer_of(const struct ntlm_target *t)
{
	return *t->dns_computer ? t->dns_computer : t->nb_computer;
}

/* A member of no domain gives its own name as the domain's. Without names: not known. */
enum membership { MEMBER_UNKNOWN, MEMBER_OF_DOMAIN, MEMBER_OF_NONE };

static enum membership membership_of(const struct ntlm_target *t)
{
	bool by_netbios = *t->nb_computer && *t->nb_domain;
	const char *computer = by_netbios ? t->nb_computer : t->dns_computer;
	const char *domain = by_netbios ? t->nb_domain : t->dns_domain;

	if (!*computer || !*domain)
		return MEMBER_UNKNOWN;
	return host_name_same(computer, domain) ? MEMBER_OF_NONE : MEMBER_OF_DOMAIN;
}

static void find_domain(const struct ntlm_target *t, struct step *step)
{
	enum membership membership = membership_of(t);

	if (membership == MEMBER_UNKNOWN)
		return;
	if (membership == MEMBER_OF_NONE) {
		found_fact(step, F_NLA_WORKGROUP);
		return;
	}
	found_absent(step, F_NLA_WORKGROUP);
	found_name(step, F_NLA_DOMAIN, *t->dns_domain ? t->dns_domain : t->nb_domain);
}

static bool is_named(const char *name, const char *dialled)
{
	return *name && host_name_same(name, dialled);
}

static void find_other_name(const struct credssp *c, const struct ntlm_target *t, struct step *step)
{
	const char *dialled = c->plan.dialled;

	if (!host_name_tells(dialled) || !*computer_of(t))
		return;
	if (is_named(t->dns_computer, dialled) || is_named(t->nb_computer, dialled))
		found_absent(step, F_NLA_NAMES_OTHER_HOST);
	else
		found_text(step, F_NLA_NAMES_OTHER_HOST, computer_of(t));
}

/* Five minutes are Kerberos's; where there is no domain, minutes hinder nobody. */
static int64_t offset_that_hinders(const struct ntlm_target *t)
{
	return membership_of(t) == MEMBER_OF_NONE ? OFFSET_NO_DOMAIN : OFFSET_KERBEROS;
}

static void find_clock(const struct ntlm_target *t, struct step *step)
{
	if (!t->has_time)
		return;

	int64_t offset = (ntlm_time_us(t->filetime) - step->now_us) / 1000000;
	int64_t size = offset < 0 ? -offset : offset;

	if (size <= OFFSET_ORDINARY) {
		found_absent(step, F_CLOCK_OFFSET);
		return;
	}

	struct finding f = found_new(step, F_CLOCK_OFFSET);

	f.number = offset;
	f.effect = size < offset_that_hinders(t) ? EFFECT_NONE : EFFECT_MAY_BLOCK;
	findings_add(step->found, &f);
}

static void find_names(const struct credssp *c, const struct ntlm_target *t, struct step *step)
{
	found_name(step, F_NLA_COMPUTER, computer_of(t));
	found_name(step, F_NLA_NETBIOS_COMPUTER, t->nb_computer);
	find_domain(t, step);
	find_other_name(c, t, step);
	find_clock(t, step);
}

static void find_slowness(const struct credssp *c, struct step *step)
{
	int64_t waited_ms = (step->now_us - c->asked_us) / 1000;

	if (c->asked_us && waited_ms >= SLOW_MS)
		found_number(step, F_NLA_SLOW, waited_ms);
}

static enum next hear_challenge(struct credssp *c, struct cur *pdu, struct octets token,
                                struct step *step)
{
	struct cur whole = der_within(pdu, token);
	struct ntlm_challenge m;
	struct ntlm_target target;

	if (!ntlm_read_challenge(&whole, &m))
		return malformed(c, whole.flaw, step);

	struct cur info = der_within(pdu, m.target_info);
	bool is_sound = ntlm_read_target(&info, &target);

	c->state = ANSWERED;
	c->has_challenge = true;
	c->flags = m.flags;
	memcpy(c->ntlm_version, m.version, sizeof c->ntlm_version);
	if (!tells(c))
		return NEXT_DONE;
	found_fact(step, F_NLA_CHALLENGE);
	if (ntlm_build(m.version))
		found_number(step, F_NLA_BUILD, ntlm_build(m.version));
	find_names(c, &target, step);
	if (!is_sound) /* what was told before the flaw is kept */
		found_flaw(step, F_NLA_MALFORMED, info.flaw, EFFECT_MAY_BLOCK);
	return NEXT_DONE;
}

/* An answer without a challenge: SPNEGO's refusal, or another mechanism. */
static enum next hear_no_challenge(struct credssp *c, struct step *step)
{
	c->state = LOST;
	if (tells(c))
		found_absent(step, F_NLA_CHALLENGE);
	return NEXT_STOP;
}

static enum next hear_token(struct credssp *c, struct cur *pdu, struct octets token,
                            struct step *step)
{
	struct cur outer = der_within(pdu, token);
	struct spnego s = {.token = token};

	if (spnego_is(token) && !spnego_read(&outer, &s))
		return malformed(c, outer.flaw, step);
	if (spnego_is(token) && ntlm_type(s.token) == NTLM_NONE)
		return hear_no_challenge(c, step);
	return hear_challenge(c, pdu, s.token, step);
}

static enum next hear_error(struct credssp *c, uint32_t error, struct step *step)
{
	c->state = LOST;
	if (tells(c))
		found_number(step, F_NLA_ERROR, error);
	return NEXT_STOP;
}

/* A client that has the update of 2018 refuses a host that has not (CVE-2018-0886). */
static void find_version(struct credssp *c, int version, struct step *step)
{
	struct finding f = found_new(step, F_NLA_VERSION);

	f.number = version;
	if (version < c->plan.profile->credssp_least)
		f.effect = EFFECT_BLOCKS;
	findings_add(step->found, &f);
}

static enum next hear_answer(struct credssp *c, struct cur pdu, struct step *step)
{
	struct tsrequest ts;

	if (!tsrequest_read(&pdu, &ts))
		return malformed(c, pdu.flaw, step);
	c->version = ts.version;
	if (tells(c)) {
		find_version(c, ts.version, step);
		find_slowness(c, step);
	}
	if (ts.has_error)
		return hear_error(c, ts.error, step);
	if (!ts.token.at) {
		cur_fail(&pdu, "TSRequest.negoTokens");
		return malformed(c, pdu.flaw, step);
	}
	return hear_token(c, &pdu, ts.token, step);
}

/* --- server ----------------------------------------------------------------------------------- */

static void set_name(char name[NTLM_NAME_MAX], const char *given, const char *otherwise)
{
	snprintf(name, NTLM_NAME_MAX, "%s", given ? given : otherwise);
}

static struct ntlm_target target_of(const struct host_manner *h, int64_t now_us)
{
	struct ntlm_target t = {.has_time = true};

	set_name(t.nb_computer, h->nb_computer, "RDPWHY-LAB");
	set_name(t.nb_domain, h->nb_domain, t.nb_computer);
	set_name(t.dns_computer, h->dns_computer, t.nb_computer);
	set_name(t.dns_domain, h->dns_domain, h->nb_domain ? "" : t.dns_computer);
	t.filetime = ntlm_filetime(now_us + h->clock_offset_s * 1000000);
	return t;
}

static void put_challenge(struct buf *out, const struct host_manner *h, uint32_t asked,
                          int64_t now_us)
{
	struct ntlm_target t = target_of(h, now_us);
	struct ntlm_challenge m = {.flags = (asked & HOST_GRANTS) | NTLMSSP_NEGOTIATE_UNICODE |
	                                    NTLMSSP_NEGOTIATE_TARGET_INFO |
	                                    NTLMSSP_NEGOTIATE_VERSION};
	struct buf name = {0}, info = {0};

	if (!h->has_no_target_type)
		m.flags |= host_name_same(t.nb_computer, t.nb_domain) ? NTLMSSP_TARGET_TYPE_SERVER
		                                                      : NTLMSSP_TARGET_TYPE_DOMAIN;
	/* Nobody's password is protected by it, so the time will do. */
	for (size_t i = 0; i < sizeof m.challenge; i++)
		m.challenge[i] = (uint8_t)((uint64_t)now_us >> (8 * i));
	ntlm_put_version(m.version, h->ntlm_major ? h->ntlm_major : 10, h->ntlm_minor,
	                 h->build ? h->build : HOST_BUILD);
	if (!h->has_no_names) {
		ntlm_put_text(&name, t.nb_domain);
		ntlm_put_target(&info, &t);
	} else {
		m.flags &= ~(uint32_t)NTLMSSP_NEGOTIATE_TARGET_INFO;
	}
	m.target_name = all_of(&name);
	m.target_info = all_of(&info);
	ntlm_put_challenge(out, &m);
	buf_fini(&name);
	buf_fini(&info);
}

static uint32_t version_of(const struct host_manner *h)
{
	return h->credssp_version ? (uint32_t)h->credssp_version : CREDSSP_VERSION;
}

static enum next refuse(struct credssp *c, struct step *step)
{
	const struct host_manner *h = c->plan.host;

	tsrequest_put(step->out, &(struct tsrequest){.version = version_of(h),
	                                             .has_error = true,
	                                             .error = h->credssp_error});
	c->state = LOST;
	return NEXT_STOP;
}

static void put_answer(struct credssp *c, const struct buf *challenge, bool in_spnego,
                       struct step *step)
{
	struct tsrequest ts = {.version = version_of(c->plan.host), .token = all_of(challenge)};
	struct buf wrapped = {0};

	if (in_spnego) {
		spnego_put(&wrapped, &(struct spnego){.is_response = true,
		                                      .mechs = MECH_NTLMSSP,
		                                      .state = ACCEPT_INCOMPLETE,
		                                      .token = ts.token});
		ts.token = all_of(&wrapped);
	}
	tsrequest_put(step->out, &ts);
	buf_fini(&wrapped);
}

/* The client's NEGOTIATE; offered inside SPNEGO, possibly without a token of its own. */
static bool read_negotiate(struct cur *pdu, struct octets token, struct ntlm_negotiate *m)
{
	struct cur outer = der_within(pdu, token);
	struct spnego s = {.token = token};

	*m = (struct ntlm_negotiate){.flags = CLIENT_FLAGS};
	if (spnego_is(token)) {
		if (!spnego_read(&outer, &s) || !(s.mechs & MECH_NTLMSSP))
			return false;
		if (s.first_mech != MECH_NTLMSSP) /* the token is another mechanism's */
			return true;
	}

	struct cur inner = der_within(pdu, s.token);

	return ntlm_read_negotiate(&inner, m);
}

static enum next answer(struct credssp *c, struct cur *pdu, const struct tsrequest *ts,
                        struct step *step)
{
	struct ntlm_negotiate negotiate;
	struct buf challenge = {0};

	if (c->plan.host->credssp_error)
		return refuse(c, step);
	if (!ts->token.at || !read_negotiate(pdu, ts->token, &negotiate)) {
		c->state = LOST;
		return NEXT_STOP;
	}
	put_challenge(&challenge, c->plan.host, negotiate.flags, step->now_us);
	put_answer(c, &challenge, spnego_is(ts->token), step);
	buf_fini(&challenge);
	c->state = ANSWERED;
	c->has_challenge = true;
	return NEXT_DONE;
}

static enum next hear_first_token(struct credssp *c, struct cur pdu, struct step *step)
{
	struct tsrequest ts;

	if (!tsrequest_read(&pdu, &ts)) { /* a flaw of the client says nothing of the host */
		c->state = LOST;
		return NEXT_STOP;
	}
	c->asked_us = step->now_us;
	if (c->plan.role == ROLE_SERVER)
		return answer(c, &pdu, &ts, step);
	c->state = AWAIT_ANSWER;
	return NEXT_MORE;
}

/* --- every role ------------------------------------------------------------------------------- */

enum next credssp_feed(struct credssp *c, enum direction dir, struct cur pdu, struct step *step)
{
	if (c->state == LOST)
		return NEXT_STOP;
	if (c->state == ANSWERED)
		return NEXT_DONE;
	if (dir == S2C) /* of the client's side a capture may lack the bytes */
		return c->plan.role == ROLE_SERVER ? NEXT_MORE : hear_answer(c, pdu, step);
	return c->state == AWAIT_TOKEN ? hear_first_token(c, pdu, step) : NEXT_MORE;
}

void credssp_unframed(struct credssp *c, enum direction dir, const uint8_t *bytes, size_t n,
                      struct step *step)
{
	(void)bytes;
	if (!n || c->state == ANSWERED || c->state == LOST)
		return;
	if (dir == S2C && c->plan.role != ROLE_SERVER)
		malformed(c, &(struct flaw){.what = "TSRequest"}, step);
	else if (dir == C2S)
		c->state = LOST;
}

void credssp_ended(struct credssp *c, enum direction who, enum ending how, int waited_ms,
                   struct step *step)
{
	static const char *const words[] = {[ENDED_FIN] = "fin", [ENDED_RST] = "rst"};

	(void)waited_ms;
	if (c->state != AWAIT_ANSWER || who != S2C)
		return;
	c->state = LOST;
	if (!tells(c))
		return;
	if (how == ENDED_SILENT)
		found_fact(step, F_NLA_SILENT);
	else
		found_text(step, F_NLA_CLOSED, words[how]);
}

void credssp_facts(const struct credssp *c, struct journey_facts *facts)
{
	facts->has_challenge = c->has_challenge;
	facts->credssp_version = (int)(c->version > INT32_MAX ? INT32_MAX : c->version);
	facts->ntlm_flags = c->flags;
	memcpy(facts->ntlm_version, c->ntlm_version, sizeof facts->ntlm_version);
}
