#include "read/recorded.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "read/reassembly.h"
#include "read/sealed.h"
#include "wire/mcs.h"

#define ANY_NLA         (PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX)
#define SILENT_US       INT64_C(2900000) /* three seconds as clocks of recorders have them */
#define SILENT_TRIPS    6
#define NLA_SILENT_US   INT64_C(6400000) /* behind it a domain controller may be waited for */
#define DEAD_US         INT64_C(10000000)
#define SESSION_BYTES   20000 /* more than any host says before it shows something */
#define SESSION_RECORDS 6
#define SURE_SESSION_US INT64_C(20000000)
#define MANY_PACKETS    50
#define LARGE_HOLE      1000
#define UNREACHABLE_V4  3
#define UNREACHABLE_V6  1
#define S               INT64_C(1000000)

static const char *const ending_words[] = {[ENDED_FIN] = "fin", [ENDED_RST] = "rst"};

/* What is being put together. */
struct making {
	const struct stream *s;
	const struct talk *talk;
	const struct said *said; /* never NULL */
	const struct recorded_context *context;
	struct recorded *out;
	struct sealed_nla nla;
	bool is_session, is_silent, is_one_sided;
	char where[320];
};

int64_t silence_us(const struct stream *s)
{
	int64_t rtt = s->established_us && s->syn_us ? s->established_us - s->last_syn_us : 0;

	return rtt * SILENT_TRIPS > SILENT_US ? rtt * SILENT_TRIPS : SILENT_US;
}

/* --------------------------------------------------------------------------- texts */

static int v6_text(const uint8_t *a, char *out, size_t n)
{
	int at = 0, best = -1, best_n = 1;
	int run = 0;

	for (int i = 0; i < 8; i++) { /* the longest run of zeros, RFC 5952 4.2 */
		run = a[2 * i] || a[2 * i + 1] ? 0 : run + 1;
		if (run > best_n) {
			best_n = run;
			best = i - run + 1;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			at += snprintf(out + at, n - (size_t)at, "::");
			i += best_n - 1;
			continue;
		}
		at += snprintf(out + at, n - (size_t)at, "%s%x", i && i != best + best_n ? ":" : "",
		               a[2 * i] << 8 | a[2 * i + 1]);
	}
	return at;
}

void endpoint_text(const struct endpoint *e, bool has_port, char *out, size_t n)
{
	char address[48];

	if (e->is_v6)
		v6_text(e->address, address, sizeof address);
	else
		snprintf(address, sizeof address, "%u.%u.%u.%u", e->address[0], e->address[1],
		         e->address[2], e->address[3]);
	if (!has_port)
		snprintf(out, n, "%s", address);
	else
		snprintf(out, n, e->is_v6 ? "[%s]:%u" : "%s:%u", address, (unsigned)e->port);
}

/* --------------------------------------------------------------------------- findings */

static struct finding finding_at(const struct making *m, enum finding_id id, int64_t when_us)
{
	struct finding f = finding_of(id, ORIGIN_CAPTURE);

	f.where = m->where;
	f.when_us = when_us;
	return f;
}

static void tell(struct making *m, enum finding_id id, int64_t when_us)
{
	struct finding f = finding_at(m, id, when_us);

	loose_add(&m->out->found, &f);
}

static void tell_number(struct making *m, enum finding_id id, int64_t number, int64_t when_us)
{
	struct finding f = finding_at(m, id, when_us);

	f.number = number;
	loose_add(&m->out->found, &f);
}

static void tell_text(struct making *m, enum finding_id id, const char *text, int64_t when_us)
{
	struct finding f = finding_at(m, id, when_us);

	f.text = text;
	loose_add(&m->out->found, &f);
}

/* --------------------------------------------------------------------------- the connection */

/* Somebody decided, and did not merely fail to find the way: RFC 1812 5.2.7.1, RFC 4443 3.1. */
static bool is_prohibition(const struct stream_icmp *i)
{
	static const uint8_t v4[] = {2, 3, 9, 10, 13}, v6[] = {1, 4, 5, 6};
	const uint8_t *codes = i->is_v6 ? v6 : v4;

	for (size_t k = 0; k < (i->is_v6 ? sizeof v6 : sizeof v4); k++)
		if (codes[k] == i->code)
			return true;
	return false;
}

static void tell_icmp(struct making *m, const struct stream_icmp *i)
{
	char router[64], text[128];

	endpoint_text(&i->router, false, router, sizeof router);
	snprintf(text, sizeof text, "ICMP type %d code %d from %s", i->type, i->code, router);
	tell_text(m, is_prohibition(i) ? F_TCP_PROHIBITED : F_TCP_UNREACHABLE, text, i->when_us);
}

static bool is_answered(const struct stream *s)
{
	return s->answered_us || s->side[S2C].n_bytes;
}

static void tell_opening(struct making *m)
{
	const struct stream *s = m->s;
	struct recorded *out = m->out;

	if (is_answered(s)) {
		tell(m, F_TCP_CONNECTED, s->answered_us ? s->answered_us : s->began_us);
		return;
	}
	if (!s->syn_us)
		return;
	if (s->is_refused) {
		tell(m, F_TCP_REFUSED, s->last_us);
		if (s->is_refused_by_other)
			tell(m, F_TCP_REFUSED_BY_OTHER, s->last_us);
	} else if (s->unreachable.is_there) {
		tell_icmp(m, &s->unreachable);
	} else if (!m->is_one_sided && m->context->recorded_us - s->syn_us >= SILENT_US) {
		tell(m, F_TCP_SILENT, s->last_syn_us);
		m->is_silent = true;
	} else {
		return;
	}
	out->attempt.is_failure = true;
}

/* --------------------------------------------------------------------------- the path */

static void tell_trip(struct making *m)
{
	const struct stream *s = m->s;
	int64_t us = s->established_us - s->last_syn_us;

	/* Of a SYN that was sent again nobody knows which was answered. */
	if (s->answered_us && s->syn_us && s->established_us && us >= 0 &&
	    s->side[C2S].n_syn <= 1 && s->side[S2C].n_syn <= 1)
		tell_number(m, F_PATH_RTT, (us + 500) / 1000, s->established_us);
}

static void tell_sent_again(struct making *m)
{
	const struct stream_side *c = &m->s->side[C2S], *h = &m->s->side[S2C];
	uint32_t n_syn = c->n_syn > 1 ? c->n_syn - 1 : 0;
	uint64_t again = (uint64_t)c->n_again + h->n_again + (is_answered(m->s) ? n_syn : 0);
	uint64_t all = (uint64_t)c->n_data + h->n_data + c->n_syn;

	/* One packet sent again among a few says nothing. */
	if (again >= 2 || (again && all >= MANY_PACKETS))
		tell_number(m, F_PATH_RETRANSMITTED, (int64_t)((again * 100 + all - 1) / all),
		            m->s->last_us);
}

/* A large segment sent again in vain; or a hole of its size that stayed to the end. */
static bool is_large_lost(const struct making *m, enum direction dir)
{
	const struct stream_side *side = &m->s->side[dir];
	const struct stream_side *peer = &m->s->side[dir == C2S ? S2C : C2S];
	int64_t since = 0, end = m->context->recorded_us;
	uint32_t hole = reassembly_hole(m->s, dir, &since);

	if (side->n_large >= 2 && peer->has_ack && (int32_t)(peer->acked - side->large_end) < 0 &&
	    m->s->last_us - side->large_us >= S)
		return true;
	return hole >= LARGE_HOLE && hole < 65536 && peer->n_packets && end - since >= SILENT_US &&
	       !m->is_session;
}

static bool is_unacknowledged(const struct stream *s, enum direction dir)
{
	const struct stream_side *side = &s->side[dir], *peer = &s->side[dir == C2S ? S2C : C2S];

	return side->n_data && (!peer->has_ack || (int32_t)(side->highest - peer->acked) > 0);
}

/* A router that says what is too big is no trouble as long as somebody listens to it. */
static bool is_too_big(const struct making *m)
{
	const struct stream *s = m->s;

	return s->too_big.is_there && !m->is_session &&
	       (is_unacknowledged(s, C2S) || is_unacknowledged(s, S2C));
}

static void tell_path(struct making *m)
{
	const struct stream *s = m->s;

	tell_trip(m);
	tell_sent_again(m);
	if (is_large_lost(m, C2S) || is_large_lost(m, S2C) || is_too_big(m))
		tell(m, F_PATH_LARGE_PACKETS_LOST, s->last_us);
	if (s->side[S2C].n_zero)
		tell_text(m, F_PATH_ZERO_WINDOW, "host", s->last_us);
	if (s->side[C2S].n_zero)
		tell_text(m, F_PATH_ZERO_WINDOW, "client", s->last_us);
}

static void tell_udp(struct making *m)
{
	if (m->s->is_answered_udp)
		tell(m, F_UDP_ANSWERED, m->s->asked_udp_us);
	else if (m->s->is_asked_udp && m->context->recorded_us - m->s->asked_udp_us >= SILENT_US)
		tell(m, F_UDP_SILENT, m->s->asked_udp_us);
}

/* --------------------------------------------------------------------------- how far */

static bool is_nla(const struct said *said)
{
	return said->selected & ANY_NLA;
}

static bool is_session(const struct said *said)
{
	if (said->has_session_info || (said->n_fast[S2C] >= 3 && said->fast_bytes > 1000))
		return true;
	if (said->is_opened || said->has_clear)
		return false;
	return said->sealed_bytes[S2C] >= SESSION_BYTES && said->n_records[C2S] >= SESSION_RECORDS;
}

static enum stage_id reached_inside(const struct making *m)
{
	const struct said *said = m->said;

	if (m->is_session)
		return STAGE_SESSION;
	if (said->has_demand_active)
		return STAGE_SETTINGS;
	if (said->has_license)
		return STAGE_LICENSING;
	if (said->has_connect_initial)
		return STAGE_SETTINGS;
	if (said->n_tokens[C2S])
		return STAGE_NLA;
	if (said->n_records[C2S] && said->is_up && is_nla(said))
		return m->nla.has_more ? STAGE_SETTINGS : STAGE_NLA;
	if (said->n_records[C2S] && said->is_up)
		return STAGE_SETTINGS;
	return STAGE_UNKNOWN;
}

static enum stage_id reached(const struct making *m)
{
	const struct said *said = m->said;
	enum stage_id inside = reached_inside(m);

	if (inside)
		return inside;
	if (said->has_tls)
		return STAGE_TLS;
	return said->has_request || said->has_confirm || loose_find(&m->out->found, F_NEG_MALFORMED)
	           ? STAGE_NEGOTIATION
	           : STAGE_TCP;
}

/* --------------------------------------------------------------------------- the end */

static bool is_ended_by(const struct making *m, enum direction who)
{
	return m->talk && m->talk->has_end && m->talk->ender == who;
}

/* What the records say where the stages see nothing, and who closed at that moment. */
static void tell_nla(struct making *m)
{
	const struct said *said = m->said;
	const char *word = m->talk ? ending_words[m->talk->how] : NULL;
	int64_t when = m->talk && m->talk->has_end ? m->talk->end_us : m->context->recorded_us;
	bool has_passed = said->is_opened ? said->has_public_key : m->nla.has_passed;

	if (!is_nla(said) || !said->is_up || said->has_gap[C2S] || said->has_gap[S2C])
		return;
	if (has_passed || m->is_session) {
		tell(m, F_NLA_CREDENTIALS_PASSED, m->s->last_us);
		return;
	}
	if (said->is_opened)
		return; /* the error itself was read */
	if (m->nla.has_first_token && !m->nla.has_challenge && !is_ended_by(m, S2C) &&
	    when - m->s->side[C2S].last_data_us >= NLA_SILENT_US) {
		tell(m, F_NLA_SILENT, when);
		m->is_silent = true;
		return;
	}
	if (m->nla.has_error)
		tell_text(m, F_NLA_AUTHENTICATE_REFUSED, "error", when);
	else if (!is_ended_by(m, S2C))
		return;
	else if (m->nla.has_authenticate && said->n_sealed <= 3)
		tell_text(m, F_NLA_AUTHENTICATE_REFUSED, word, when);
	else if (m->nla.has_first_token && !m->nla.has_challenge)
		tell_text(m, F_NLA_CLOSED, word, when);
}

static void tell_settings_closed(struct making *m)
{
	enum stage_id stage = m->out->attempt.reached;

	if (stage == STAGE_SETTINGS && is_ended_by(m, S2C) && !m->said->has_gap[S2C] &&
	    !m->said->has_error_info)
		tell_text(m, F_SETTINGS_CLOSED, ending_words[m->talk->how], m->talk->end_us);
}

static int64_t lasted_s(const struct making *m)
{
	const struct stream *s = m->s;
	int64_t end = m->talk && m->talk->has_end ? m->talk->end_us : s->last_us;

	return (end - s->began_us + S / 2) / S;
}

/* The screen on which one signs in is a picture too; only NLA or time tell the two apart. */
static bool is_sure_session(const struct making *m)
{
	const struct said *said = m->said;

	return said->has_session_info || is_nla(said) ||
	       (said->has_disconnect && said->disconnect_reason == MCS_USER_REQUESTED) ||
	       (said->picture_us && m->s->last_us - said->picture_us >= SURE_SESSION_US);
}

/* One side goes on and is not acknowledged any more: the other one, or the way to it, is gone. */
static bool is_left_alone(const struct stream *s, enum direction dir)
{
	const struct stream_side *side = &s->side[dir], *peer = &s->side[dir == C2S ? S2C : C2S];

	return side->n_again && peer->has_ack && (int32_t)(side->highest - peer->acked) > 0 &&
	       side->last_us - peer->last_us >= DEAD_US;
}

/* A host that closes may have logged the person off; one that resets has not. */
static bool is_dropped(const struct making *m)
{
	if (is_left_alone(m->s, C2S) || is_left_alone(m->s, S2C))
		return true;
	return is_ended_by(m, S2C) && m->talk->how == ENDED_RST && !m->said->has_disconnect &&
	       !m->said->has_late_alert[S2C];
}

static void tell_session(struct making *m)
{

	if (!m->is_session)
		return;
	if (is_sure_session(m))
		tell(m, F_SESSION_STARTED,
		     m->said->picture_us ? m->said->picture_us : m->s->began_us);
	if (is_dropped(m))
		tell_number(m, F_SESSION_DROPPED, lasted_s(m), m->s->last_us);
}

/* Whoever resets in the name of the other; a reset behind a close is of no interest. */
static bool is_foreign_reset(const struct making *m)
{
	if (!m->talk || !m->talk->has_end || m->talk->how != ENDED_RST)
		return false;
	return m->s->is_foreign_reset[m->talk->ender];
}

static void tell_reset(struct making *m)
{
	if (is_foreign_reset(m))
		tell(m,
		     m->out->attempt.reached == STAGE_TLS ? F_TLS_RESET_IS_FOREIGN
		                                          : F_TCP_RESET_IS_FOREIGN,
		     m->talk->end_us);
}

static void say_session_end(const struct making *m, char *out, size_t n)
{
	const struct said *said = m->said;
	bool is_client = is_ended_by(m, C2S);
	const char *who = said->has_disconnect && said->disconnect_reason == MCS_USER_REQUESTED
	                      ? "the person left"
	                  : is_client && m->talk->how == ENDED_FIN ? "closed by the client"
	                  : is_client                              ? "reset by the client"
	                  : is_foreign_reset(m)                    ? "reset by a device on the way"
	                  : m->talk->how == ENDED_RST              ? "reset by the host"
	                                                           : "closed by the host";

	snprintf(out, n, "%s after a session of %" PRId64 " s", who, lasted_s(m));
}

/* "refused with SSL_NOT_ALLOWED_BY_SERVER, " where the host gave a reason. */
static size_t say_refusal(const struct said *said, char *out, size_t n)
{
	const struct code *code = code_find(CODE_NEG_FAILURE, said->failure);
	int written;

	if (!said->has_failure)
		return 0;
	if (code && code->name)
		written = snprintf(out, n, "refused with %s, ", code->name);
	else
		written = snprintf(out, n, "refused with failure %" PRIu32 ", ", said->failure);
	return written > 0 && (size_t)written < n ? (size_t)written : 0;
}

static void say_early_end(const struct making *m, char *out, size_t n)
{
	const char *who = is_ended_by(m, C2S) ? "the client" : "the host";
	size_t n_said;
	bool is_reset = m->talk->how == ENDED_RST;

	if (is_foreign_reset(m))
		who = "a device on the way";
	n_said = say_refusal(m->said, out, n);
	snprintf(out + n_said, n - n_said, "%s by %s", is_reset ? "reset" : "closed", who);
	if (m->talk->waited_ms)
		snprintf(out + strlen(out), n - strlen(out), " after %d s without an answer",
		         m->talk->waited_ms / 1000);
	else if (is_ended_by(m, C2S) && m->nla.has_passed && !m->nla.has_credentials &&
	         !m->said->is_opened)
		snprintf(out + strlen(out), n - strlen(out),
		         ", which kept its credentials to itself after the host had accepted them");
}

/* NULL: still open when the recording ends, or not to be judged. */
static const char *say_end(const struct making *m, char *out, size_t n)
{
	const struct stream *s = m->s;

	if (s->is_refused)
		return s->is_refused_by_other ? "refused by a device on the way" : "refused";
	if (!is_answered(s) && s->unreachable.is_there)
		return is_prohibition(&s->unreachable) ? "prohibited by a router"
		                                       : "a router found no way";
	if (m->is_silent && !is_answered(s))
		return "no answer to the SYN";
	if (m->talk && m->talk->has_end) {
		if (m->is_session)
			say_session_end(m, out, n);
		else
			say_early_end(m, out, n);
		return out;
	}
	if (m->is_session && is_left_alone(s, C2S))
		return "the host fell silent";
	if (m->is_session && is_left_alone(s, S2C))
		return "the client fell silent";
	return m->is_silent ? "the host fell silent" : NULL;
}

static bool is_failure(const struct making *m)
{
	const struct said *said = m->said;

	if (m->out->attempt.is_failure)
		return true;
	if (m->is_session || said->is_ours || said->has_foreign_request)
		return false;
	if (said->has_failure || m->is_silent)
		return true;
	/* Who connects and says nothing looks whether the port is open. */
	return m->talk && m->talk->has_end && (said->has_bytes[C2S] || is_ended_by(m, S2C));
}

/* --------------------------------------------------------------------------- all together */

static void conclude_talk(struct making *m)
{
	struct conversation *c = m->talk->conversation;
	struct loose *found = conversation_found(c);
	const struct stream *s = m->s;
	int64_t since = s->side[C2S].last_data_us, waited = m->context->recorded_us - since;

	if (!m->talk->has_end && since && waited >= silence_us(s) && conversation_awaits_host(c) &&
	    !reassembly_lacks(s, S2C)) {
		size_t n = found->n;

		conversation_ended(c, S2C, ENDED_SILENT, (int)(waited / 1000), s->last_us);
		m->is_silent = found->n > n;
	}
	m->said = conversation_said(c);
	for (size_t i = 0; i < found->n; i++)
		loose_add(&m->out->found, &found->at[i]);
}

static void fill(struct making *m)
{
	struct attempt *a = &m->out->attempt;
	const struct stream *s = m->s;
	char client[80], host[80], ended[200];
	bool is_over = m->talk && m->talk->has_end;

	endpoint_text(&s->end[C2S], true, client, sizeof client);
	endpoint_text(&s->end[S2C], true, host, sizeof host);
	a->origin = ORIGIN_CAPTURE;
	a->client = loose_text(client);
	a->host = loose_text(host);
	a->where = loose_text(m->where);
	a->account = *m->said->account ? loose_text(m->said->account) : NULL;
	a->began_us = s->began_us;
	a->ended_us = is_over ? m->talk->end_us : s->last_us;
	a->ended = loose_text(say_end(m, ended, sizeof ended));
	a->is_failure = is_failure(m);
	a->is_ours = m->said->is_ours;
}

bool recorded_make(const struct stream *s, const struct talk *talk,
                   const struct recorded_context *context, struct recorded *out)
{
	static const struct said nothing;
	struct making m = {.s = s, .talk = talk, .said = &nothing, .context = context, .out = out};

	*out = (struct recorded){.client = s->end[C2S], .host = s->end[S2C]};
	if (s->is_ignored ||
	    (s->is_candidate && !(talk && conversation_said(talk->conversation)->has_request)))
		return false;
	snprintf(m.where, sizeof m.where, "%s frame %" PRIu64, context->name, s->number);
	m.is_one_sided = !s->side[S2C].n_packets && (s->established_us || s->side[C2S].n_bytes);
	if (talk)
		conclude_talk(&m);
	m.is_session = is_session(m.said);
	m.nla = sealed_nla(m.said);
	tell_opening(&m);
	out->attempt.reached = reached(&m);
	tell_path(&m);
	tell_nla(&m);
	tell_settings_closed(&m);
	tell_session(&m);
	tell_reset(&m);
	tell_udp(&m);
	fill(&m);
	return true;
}

static void free_text(const char *text)
{
	union {
		const char *borrowed;
		void *owned;
	} u = {.borrowed = text};

	free(u.owned);
}

void recorded_free(struct recorded *r)
{
	free_text(r->attempt.host);
	free_text(r->attempt.client);
	free_text(r->attempt.account);
	free_text(r->attempt.where);
	free_text(r->attempt.ended);
	loose_free(&r->found);
}
