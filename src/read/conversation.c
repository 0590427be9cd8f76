#include "read/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "read/skim.h"
#include "read/streams.h"
#include "stage/found.h"
#include "wire/mcs.h"
#include "wire/share.h"
#include "wire/tls_record.h"
#include "wire/tsrequest.h"
#include "wire/x224.h"

#define ANY_NLA       (PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX)
#define LICENSE_VALID 7
#define HIDDEN_FLIGHT 200 /* of a TLS 1.3 host with its certificate, at least */
#define EARLY_AUTH    4
#define OUR_RANDOM    "rdpwhy asks only what is taken."
#define RANDOM_AT     11 /* in a record that holds a ClientHello */

enum framing { FRAMED_UNKNOWN, FRAMED_CLEAR, FRAMED_TLS };

struct conversation;

/* One direction of one layer, as the skimmer hands it on. */
struct lane {
	struct conversation *owner;
	enum direction dir;
	bool is_inner;
	struct skim skim;
};

struct conversation {
	struct conversation_plan plan;
	struct journey *journey;
	bool has_begun,
	    is_followed; /* the journey; NULL again when there is nothing more to follow */
	struct said said;
	struct loose found;
	enum framing framing[2];
	struct lane outer[2], inner[2];
	bool has_changed_spec[2], has_finished, has_hidden_handshake;
	enum direction last_dir;
	struct tls_opener *opener;
	struct buf records[2];
	int64_t now_us;
};

struct conversation *conversation_new(const struct conversation_plan *plan)
{
	struct conversation *c = calloc(1, sizeof *c);

	if (!c) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	c->plan = *plan;
	for (int dir = 0; dir < 2; dir++) {
		c->outer[dir].owner = c->inner[dir].owner = c;
		c->outer[dir].dir = c->inner[dir].dir = (enum direction)dir;
		c->inner[dir].is_inner = true;
	}
	return c;
}

static void stop_opening(struct conversation *c)
{
	tls_opener_free(c->opener);
	c->opener = NULL;
	for (int dir = 0; dir < 2; dir++) {
		buf_fini(&c->records[dir]);
		c->records[dir] = (struct buf){0};
	}
}

void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	journey_free(c->journey);
	stop_opening(c);
	loose_free(&c->found);
	free(c);
}

const struct said *conversation_said(const struct conversation *c)
{
	return &c->said;
}

struct loose *conversation_found(struct conversation *c)
{
	return &c->found;
}

/* --------------------------------------------------------------------------- findings */

/* What one call of a stage finds; it is moved to where it can be freed alone. */
struct asking {
	struct arena arena;
	struct findings found;
	struct buf out;
	struct step step;
};

static struct step *ask(struct asking *a, const struct conversation *c)
{
	*a = (struct asking){0};
	a->found.arena = &a->arena;
	a->step = (struct step){.out = &a->out,
	                        .found = &a->found,
	                        .origin = ORIGIN_CAPTURE,
	                        .where = c->plan.where,
	                        .now_us = c->now_us};
	return &a->step;
}

static void answered(struct asking *a, struct conversation *c)
{
	for (size_t i = 0; i < a->found.n; i++)
		/* What was requested is not known where the recording lacks the request. */
		if (a->found.at[i].id != F_NEG_NOT_REQUESTED || c->said.has_request)
			loose_add(&c->found, &a->found.at[i]);
	arena_fini(&a->arena);
	buf_fini(&a->out);
}

static struct finding finding_here(const struct conversation *c, enum finding_id id)
{
	struct finding f = finding_of(id, ORIGIN_CAPTURE);

	f.where = c->plan.where;
	f.when_us = c->now_us;
	return f;
}

static void tell_number(struct conversation *c, enum finding_id id, int64_t number)
{
	struct finding f = finding_here(c, id);

	f.number = number;
	loose_add(&c->found, &f);
}

/* --------------------------------------------------------------------------- the journey */

static void begin_journey(struct conversation *c)
{
	struct journey_plan plan = {.role = ROLE_OBSERVER, .profile = c->plan.profile};
	struct asking a;

	c->journey = journey_new(&plan);
	c->has_begun = true;
	c->is_followed = true;
	journey_open(c->journey, ask(&a, c));
	answered(&a, c);
}

/* A long session, and ten thousand of them, cost the stages nothing. */
static void stop_following(struct conversation *c)
{
	c->is_followed = false;
	journey_free(c->journey);
	c->journey = NULL;
}

static void follow(struct conversation *c, enum direction dir, const uint8_t *bytes, size_t n)
{
	struct journey_facts facts;
	struct asking a;
	enum next next;

	if (!c->is_followed)
		return;
	next = journey_tcp(c->journey, dir, bytes, n, ask(&a, c));
	answered(&a, c);
	facts = journey_facts(c->journey);
	c->said.tls_version = facts.tls_version;
	c->said.tls_suite = facts.tls_suite;
	/* Behind the handshake everything is sealed. */
	if (next != NEXT_MORE || (journey_place(c->journey) == PLACE_TLS_UP && !c->opener))
		stop_following(c);
}

/* --------------------------------------------------------------------------- in the clear */

static bool has_standard_security(const struct conversation *c)
{
	return !c->said.is_opened && c->said.selected == PROTOCOL_RDP;
}

static void hear_error_info(struct conversation *c, uint32_t value)
{
	c->said.has_error_info = true;
	c->said.error_info = value;
	/* The person's own leave, and none: no error. */
	if (value && value != 0x0B && value != 0x0C)
		tell_number(c, F_SETTINGS_ERRINFO, value);
}

static void hear_share(struct conversation *c, struct cur data)
{
	struct share s = share_read(data, has_standard_security(c));

	switch (s.kind) {
	case SHARE_EXCHANGE:
		c->said.has_exchange = true;
		break;
	case SHARE_CLIENT_INFO:
		c->said.has_info = true;
		break;
	case SHARE_LICENSE_ERROR:
		c->said.has_license = true;
		if (s.value != LICENSE_VALID)
			tell_number(c, F_LICENSING_ERROR, s.value);
		break;
	case SHARE_LICENSE:
		c->said.has_license = true;
		break;
	case SHARE_DEMAND_ACTIVE:
	case SHARE_CONFIRM_ACTIVE:
		c->said.has_demand_active = true;
		break;
	case SHARE_ERROR_INFO:
		hear_error_info(c, s.value);
		break;
	case SHARE_SESSION_INFO:
		c->said.has_session_info = true;
		break;
	default:
		break;
	}
}

static void hear_picture(struct conversation *c, enum direction dir, size_t length)
{
	c->said.n_fast[dir]++;
	if (dir == C2S)
		return;
	c->said.fast_bytes += length;
	if (!c->said.picture_us)
		c->said.picture_us = c->now_us;
}

static void hear_mcs(struct conversation *c, enum direction dir, const uint8_t *head, size_t n,
                     size_t length)
{
	struct flaw flaw;
	struct cur cur = cur_over(head, n, &flaw);
	struct mcs m;
	int level;

	if (!mcs_read(&cur, &m))
		return;
	switch (m.kind) {
	case MCS_CONNECT_INITIAL:
		c->said.has_connect_initial = true;
		c->said.has_clear = true;
		break;
	case MCS_CONNECT_RESPONSE:
		c->said.has_connect_response = true;
		level = mcs_encryption_level(m.data);
		if (level > 0)
			tell_number(c, F_SETTINGS_ENCRYPTION_LEVEL, level);
		break;
	case MCS_JOIN_CONFIRM:
		c->said.n_joins++;
		break;
	case MCS_DISCONNECT:
		c->said.has_disconnect = true;
		c->said.disconnect_reason = m.reason;
		break;
	case MCS_DATA_REQUEST:
	case MCS_DATA_INDICATION:
		c->said.n_data[dir]++;
		hear_share(c, m.data);
		break;
	case MCS_FAST_PATH:
		hear_picture(c, dir, length);
		break;
	default:
		break;
	}
}

/* --------------------------------------------------------------------------- negotiation */

static void take_account(struct conversation *c, const struct x224_cr *cr)
{
	static const char cookie[] = "Cookie: mstshash=";
	size_t n = cr->is_cookie ? cr->n_token - (sizeof cookie - 1) : 0;
	char raw[sizeof c->said.account];

	if (!n)
		return;
	n = n < sizeof raw ? n : sizeof raw - 1;
	memcpy(raw, cr->token + sizeof cookie - 1, n);
	raw[n] = '\0';
	while (n && raw[n - 1] == ' ')
		raw[--n] = '\0';
	text_harmless(raw, c->said.account, sizeof c->said.account);
}

static void hear_request(struct conversation *c, const uint8_t *head, size_t n)
{
	struct flaw flaw;
	struct cur cur = cur_over(head, n, &flaw);
	struct x224_cr cr;

	if (!x224_read_cr(&cur, &cr))
		return;
	c->said.has_request = true;
	c->said.requested = cr.protocols;
	take_account(c, &cr);
}

static void hear_confirm(struct conversation *c, const uint8_t *head, size_t n)
{
	struct flaw flaw;
	struct cur cur = cur_over(head, n, &flaw);
	struct x224_cc cc;

	if (!x224_read_cc(&cur, &cc))
		return;
	c->said.has_confirm = true;
	c->said.has_failure = cc.kind == NEG_FAILURE;
	c->said.failure = c->said.has_failure ? cc.value : 0;
	c->said.selected = cc.kind == NEG_RSP ? cc.value : PROTOCOL_RDP;
}

static void hear_tpkt(struct conversation *c, enum direction dir, const uint8_t *head, size_t n,
                      size_t length)
{
	uint8_t code = n > 5 ? head[5] & 0xF0 : 0;

	if (dir == C2S && !c->said.has_request && code == 0xE0)
		hear_request(c, head, n);
	else if (dir == S2C && !c->said.has_confirm && code == 0xD0)
		hear_confirm(c, head, n);
	else
		hear_mcs(c, dir, head, n, length);
}

/* --------------------------------------------------------------------------- inside TLS */

/* TSRequests until the settings begin; between them four bytes that say who may come in. */
static size_t inner_length(struct conversation *c, enum direction dir, const uint8_t *bytes,
                           size_t n)
{
	size_t length;

	if (c->said.has_connect_initial || bytes[0] == 3)
		return mcs_length(bytes, n);
	if (bytes[0] == 0x30) {
		length = tsrequest_length(bytes, n);
		return length == DER_NO_ELEMENT ? SKIM_NOT_FRAMED : length;
	}
	return dir == S2C && c->said.n_tokens[S2C] ? EARLY_AUTH : SKIM_NOT_FRAMED;
}

static void hear_tsrequest(struct conversation *c, enum direction dir, const uint8_t *head,
                           size_t n)
{
	struct flaw flaw;
	struct cur cur = cur_over(head, n, &flaw);
	struct tsrequest ts;

	c->said.n_tokens[dir]++;
	if (dir == C2S || !tsrequest_read(&cur, &ts))
		return;
	c->said.has_public_key |= ts.pub_key_auth.n > 0;
	/* The first answer is the stage's to tell. */
	if (ts.has_error && ts.error && !c->said.has_nla_error) {
		c->said.has_nla_error = true;
		if (!loose_find(&c->found, F_NLA_ERROR))
			tell_number(c, F_NLA_ERROR, ts.error);
	}
}

static void hear_early_auth(struct conversation *c, const uint8_t *head)
{
	struct finding f = finding_here(c, F_NLA_EARLY_AUTH);

	c->said.has_early_auth = true;
	c->said.early_auth = (uint32_t)head[3] << 24 | (uint32_t)head[2] << 16 |
	                     (uint32_t)head[1] << 8 | head[0];
	f.number = c->said.early_auth;
	f.effect = c->said.early_auth ? EFFECT_BLOCKS : EFFECT_NONE;
	loose_add(&c->found, &f);
}

static void hear_inner(struct conversation *c, enum direction dir, const uint8_t *head, size_t n,
                       size_t length)
{
	if (head[0] == 3 || c->said.has_connect_initial)
		hear_mcs(c, dir, head, n, length);
	else if (head[0] == 0x30)
		hear_tsrequest(c, dir, head, n);
	else if (length == EARLY_AUTH && n == EARLY_AUTH)
		hear_early_auth(c, head);
}

static size_t inner_frame(void *context, const uint8_t *bytes, size_t n)
{
	struct lane *lane = context;

	return inner_length(lane->owner, lane->dir, bytes, n);
}

static void inner_pdu(void *context, const uint8_t *head, size_t n, size_t length)
{
	struct lane *lane = context;

	hear_inner(lane->owner, lane->dir, head, n, length);
}

/* Errors of the second and later answers are told here; of the first, by the stage. */
static void hear_opened(struct conversation *c, enum direction dir, const struct buf *plain)
{
	struct skim_reader reader = {
	    .length = inner_frame, .pdu = inner_pdu, .context = &c->inner[dir]};
	struct asking a;
	enum next next;

	c->said.is_opened = true;
	if (c->is_followed) {
		journey_tls_up(c->journey, ask(&a, c));
		answered(&a, c);
		next = journey_tls(c->journey, dir, plain->bytes, plain->n, ask(&a, c));
		answered(&a, c);
		if (next != NEXT_MORE)
			stop_following(c);
	}
	skim_bytes(&c->inner[dir].skim, &reader, (const uint8_t *)plain->bytes, plain->n);
}

/* TLS 1.3 hides what the host shows of itself; with the keys it is seen as by its client. */
static void hear_hidden_handshake(struct conversation *c)
{
	struct buf der = {0};
	struct asking a;

	if (c->has_hidden_handshake || !c->is_followed || !tls_opener_certificate(c->opener, &der))
		return;
	c->has_hidden_handshake = true;
	journey_certificate(c->journey, (const uint8_t *)der.bytes, der.n, ask(&a, c));
	if (tls_opener_is_certificate_asked(c->opener))
		found_fact(&a.step, F_TLS_CLIENT_CERTIFICATE_ASKED);
	answered(&a, c);
	buf_fini(&der);
}

static void open_record(struct conversation *c, enum direction dir, const uint8_t *record, size_t n)
{
	struct buf plain = {0};

	if (tls_opener_record(c->opener, dir, record, n, &plain))
		hear_hidden_handshake(c);
	if (plain.n)
		hear_opened(c, dir, &plain);
	buf_fini(&plain);
}

/* The opener wants whole records, in their order. */
static void open_records(struct conversation *c, enum direction dir, const uint8_t *bytes, size_t n)
{
	struct buf *kept = &c->records[dir];
	size_t at = 0, length;

	buf_put(kept, bytes, n);
	while (c->opener && at < kept->n) {
		const uint8_t *p = (const uint8_t *)kept->bytes + at;

		length = tls_record_length(p, kept->n - at);
		if (length == TLS_NOT_A_RECORD) {
			stop_opening(c);
			return;
		}
		if (!length || length > kept->n - at)
			break;
		open_record(c, dir, p, length);
		at += length;
	}
	if (!c->opener || !at)
		return;
	memmove(kept->bytes, kept->bytes + at, kept->n - at);
	kept->n -= at;
}

/* --------------------------------------------------------------------------- TLS from outside */

static bool is_tls13(const struct conversation *c)
{
	return c->said.tls_version >= TLS_1_3;
}

static void hear_sealed(struct conversation *c, enum direction dir, size_t n)
{
	struct said *said = &c->said;

	/* In TLS 1.3 the rest of the handshake looks the same: the client's first is its end. */
	if (is_tls13(c) && !c->has_finished) {
		c->has_finished = dir == C2S;
		return;
	}
	said->n_records[dir]++;
	said->sealed_bytes[dir] += n;
	if (said->n_sealed < SEALED_KEPT)
		said->sealed[said->n_sealed++] = (struct sealed){.dir = (uint8_t)dir,
		                                                 .n = (uint16_t)n};
	if (dir == S2C && !said->picture_us && said->sealed_bytes[S2C] > 16384)
		said->picture_us = c->now_us;
}

static void hear_record(struct conversation *c, enum direction dir, const uint8_t *head, size_t n,
                        size_t length)
{
	size_t n_body = length - TLS_RECORD_HEADER;

	c->said.has_tls = true;
	switch (head[0]) {
	case TLS_APPLICATION_DATA:
		hear_sealed(c, dir, n_body);
		break;
	case TLS_CHANGE_CIPHER_SPEC:
		c->has_changed_spec[dir] = true;
		break;
	case TLS_ALERT:
		c->said.has_late_alert[dir] |= c->has_changed_spec[dir] || n_body > 2;
		break;
	case TLS_HANDSHAKE_MESSAGE:
		if (dir == S2C && !c->has_changed_spec[S2C] && n > TLS_RECORD_HEADER &&
		    head[TLS_RECORD_HEADER] == TLS_SERVER_HELLO)
			c->said.has_server_hello = true;
		if (dir == C2S && n >= RANDOM_AT + 32 &&
		    head[TLS_RECORD_HEADER] == TLS_CLIENT_HELLO)
			c->said.is_ours |= memcmp(head + RANDOM_AT, OUR_RANDOM, 32) == 0;
		break;
	default:
		break;
	}
}

/* --------------------------------------------------------------------------- both layers */

static size_t outer_length(struct conversation *c, enum direction dir, const uint8_t *bytes,
                           size_t n)
{
	enum framing *framing = &c->framing[dir];
	size_t length;

	if (c->said.has_clear)
		return mcs_length(bytes, n) == MCS_NOT_FRAMED ? SKIM_NOT_FRAMED
		                                              : mcs_length(bytes, n);
	if (bytes[0] == 3 && *framing != FRAMED_TLS) {
		length = tpkt_length(bytes, n);
		return length == TPKT_NOT_TPKT ? SKIM_NOT_FRAMED : length;
	}
	length = tls_record_length(bytes, n);
	if (length == TLS_NOT_A_RECORD && dir == C2S && *framing != FRAMED_TLS)
		length = tls_sslv2_length(bytes, n);
	if (length == TLS_NOT_A_RECORD)
		return SKIM_NOT_FRAMED;
	if (length)
		*framing = FRAMED_TLS;
	return length;
}

static size_t outer_frame(void *context, const uint8_t *bytes, size_t n)
{
	struct lane *lane = context;

	return outer_length(lane->owner, lane->dir, bytes, n);
}

static void outer_pdu(void *context, const uint8_t *head, size_t n, size_t length)
{
	struct lane *lane = context;
	struct conversation *c = lane->owner;

	if (c->framing[lane->dir] == FRAMED_TLS && !c->said.has_clear) {
		if (head[0] & 0x80)
			c->said.has_tls = true; /* a ClientHello as of SSL 2.0 */
		else
			hear_record(c, lane->dir, head, n, length);
	} else if (c->said.has_clear) {
		hear_mcs(c, lane->dir, head, n, length);
	} else {
		hear_tpkt(c, lane->dir, head, n, length);
	}
}

/* The last words of a session whose framing was lost: nine bytes at the end of a segment. */
static void look_for_disconnect(struct conversation *c, const uint8_t *bytes, size_t n)
{
	static const uint8_t ultimatum[] = {3, 0, 0, 9, 2, 0xF0, 0x80};

	if (n < 9 || !c->outer[S2C].skim.is_lost || !has_standard_security(c) ||
	    memcmp(bytes + n - 9, ultimatum, sizeof ultimatum) != 0 || bytes[n - 2] >> 2 != 8)
		return;
	c->said.has_disconnect = true;
	c->said.disconnect_reason = (uint8_t)((bytes[n - 2] & 3) << 1 | bytes[n - 1] >> 7);
}

static void begin_tls(struct conversation *c)
{
	if (c->plan.secrets && !c->opener && !c->said.has_gap[C2S] && !c->said.has_gap[S2C])
		c->opener = tls_opener_new(c->plan.secrets);
}

void conversation_bytes(struct conversation *c, enum direction dir, const uint8_t *bytes, size_t n,
                        int64_t when_us)
{
	struct skim_reader reader = {
	    .length = outer_frame, .pdu = outer_pdu, .context = &c->outer[dir]};
	bool was_tls = c->framing[dir] == FRAMED_TLS, is_first = !c->said.has_bytes[dir];

	c->now_us = when_us;
	if (!c->said.first_us)
		c->said.first_us = when_us;
	c->said.has_bytes[dir] = true;
	c->last_dir = dir;
	if (!c->has_begun && !c->said.has_gap[dir] &&
	    (c->plan.is_from_start || (is_first && dir == C2S && is_rdp_request(bytes, n))))
		begin_journey(c);
	/* The stages first: how records are to be taken depends on what was agreed in the same
	 * piece.
	 */
	follow(c, dir, bytes, n);
	skim_bytes(&c->outer[dir].skim, &reader, bytes, n);
	if (dir == S2C)
		look_for_disconnect(c, bytes, n);
	if (is_first && dir == C2S && !c->said.has_request && c->outer[C2S].skim.is_lost)
		c->said.has_foreign_request = true;
	if (c->framing[dir] == FRAMED_TLS && !was_tls)
		begin_tls(c);
	if (c->opener && c->framing[dir] == FRAMED_TLS)
		open_records(c, dir, bytes, n);
	/* Where the recording has gaps, sealed records both ways tell it. */
	if (!c->said.is_up)
		c->said.is_up = loose_find(&c->found, F_TLS_COMPLETED) ||
		                (c->said.n_records[C2S] && c->said.n_records[S2C] &&
		                 c->has_changed_spec[C2S] && c->has_changed_spec[S2C]);
}

void conversation_gap(struct conversation *c, enum direction dir, uint64_t n)
{
	struct skim_reader reader = {
	    .length = outer_frame, .pdu = outer_pdu, .context = &c->outer[dir]};

	c->said.has_gap[dir] = true;
	stop_following(c); /* no stage can tell what is missing from what was never said */
	stop_opening(c);
	skim_gap(&c->outer[dir].skim, &reader, n);
	c->inner[dir].skim.is_lost = true;
}

bool conversation_awaits_host(const struct conversation *c)
{
	if (!c->is_followed || c->said.has_gap[C2S] || c->said.has_gap[S2C])
		return false;
	if (c->last_dir == C2S || skim_is_inside(&c->outer[S2C].skim) ||
	    skim_is_inside(&c->inner[S2C].skim))
		return true;
	/* In TLS 1.3 nobody sees where the host's flight ends. */
	return !is_tls13(c) || journey_facts(c->journey).host_bytes < HIDDEN_FLIGHT;
}

void conversation_ended(struct conversation *c, enum direction who, enum ending how, int waited_ms,
                        int64_t when_us)
{
	struct asking a;

	c->now_us = when_us;
	if (!c->has_begun && c->plan.is_from_start && !c->said.has_gap[C2S] &&
	    !c->said.has_gap[S2C])
		begin_journey(c);
	if (!c->is_followed)
		return;
	journey_ended(c->journey, who, how, waited_ms, ask(&a, c));
	answered(&a, c);
}
