#include "stage/tls_hello.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "stage/certificate.h"
#include "stage/found.h"
#include "stage/speaker.h"
#include "stage/tls_names.h"
#include "wire/tls_record.h"

/* An alert inside TLS 1.3: level, description, the inner content type and the AEAD's tag. */
#define INNER_TYPE   1
#define LONG_TAG     16
#define SHORT_TAG    8 /* the suites whose name ends in CCM_8 */
#define CCM_8        0x1305
#define SHA384_SUITE 0x1302

/* No flight of a TLS 1.3 host with a certificate in it is shorter than this. */
#define CERTIFICATE_FLIGHT_LEAST 200

void tls_hello_init(struct tls_hello *t, const struct journey_plan *plan,
                    struct journey_facts *facts)
{
	*t = (struct tls_hello){.plan = plan, .facts = facts};
}

void tls_hello_fini(struct tls_hello *t)
{
	buf_fini(&t->side[C2S].message);
	buf_fini(&t->side[S2C].message);
}

static bool is_tls13(const struct tls_hello *t)
{
	return t->facts->tls_version >= TLS_1_3;
}

static bool is_aside(const struct tls_hello *t)
{
	return t->plan->purpose == ASIDE;
}

static const struct client_profile *profile_of(const struct tls_hello *t)
{
	return t->plan->profile ? t->plan->profile : profile_at(0);
}

/*
 * A Disconnect Provider Ultimatum in the clear, [T.125] 7: what xrdp says before it hangs up
 * because its own TLS cannot start. The end is what matters, and it is about to come.
 */
static const uint8_t ultimatum[] = {0x03, 0x00, 0x00, 0x09, 0x02, 0xF0, 0x80, 0x21, 0x80};

static bool may_become_ultimatum(const uint8_t *bytes, size_t n)
{
	return n < sizeof ultimatum && memcmp(bytes, ultimatum, n) == 0;
}

static bool is_ultimatum(const uint8_t *bytes, size_t n)
{
	return n == sizeof ultimatum && memcmp(bytes, ultimatum, n) == 0;
}

size_t tls_hello_frame(const struct tls_hello *t, enum direction dir, const uint8_t *bytes,
                       size_t n)
{
	size_t length = tls_record_length(bytes, n);

	if (length != TLS_NOT_A_RECORD)
		return length;
	if (dir == C2S)
		return t->has_client_hello ? STAGE_NOT_FRAMED : tls_sslv2_length(bytes, n);
	if (t->side[S2C].n_records || t->has_ultimatum)
		return STAGE_NOT_FRAMED;
	return may_become_ultimatum(bytes, n) || !speaker_of(bytes, n) ? 0 : STAGE_NOT_FRAMED;
}

/* ---------------------------------------------------------------- hellos that are aside */

/* All versions asked are one piece of evidence: hosts that refuse one often refuse all alike. */
static void tell_version(const struct tls_hello *t, uint16_t version, bool is_accepted,
                         struct step *step)
{
	struct finding f = found_new(step, F_TLS_ACCEPTS_VERSION);
	const char *word = tls_version_word(version);
	char where[160];

	if (!word)
		return;
	snprintf(where, sizeof where, "%s%sClientHello %s", step->where ? step->where : "",
	         step->where ? ", " : "",
	         tls_version_word(t->plan->hello_most) ? tls_version_word(t->plan->hello_most)
	                                               : "of any version");
	f.state = is_accepted ? FINDING_SEEN : FINDING_ABSENT;
	f.text = word;
	f.where = where;
	f.group = "tls.accepts_version";
	findings_add(step->found, &f);
}

static void tell_refused(const struct tls_hello *t, const char *how, struct step *step)
{
	const char *word = tls_version_word(t->plan->hello_most);
	struct finding f = found_new(step, F_TLS_HELLO_REFUSED);
	char text[96];

	if (!t->plan->has_bare_hello || !word)
		return;
	if (t->plan->hello_least == t->plan->hello_most)
		tell_version(t, t->plan->hello_most, false, step);
	snprintf(text, sizeof text, "%s: %s", word, how);
	f.text = text;
	f.group = "tls.accepts_version";
	findings_add(step->found, &f);
}

static void tell_aside_answer(const struct tls_hello *t, struct step *step)
{
	uint16_t version = t->facts->tls_version;
	bool is_other = t->plan->has_bare_hello && t->plan->hello_least == t->plan->hello_most &&
	                version != t->plan->hello_most;

	if (is_other)
		tell_version(t, t->plan->hello_most, false, step);
	tell_version(t, version, true, step);
	/* A host takes the highest common version: below the client's least there is none higher.
	 */
	if ((!t->plan->has_bare_hello || t->plan->hello_most >= profile_of(t)->tls_most) &&
	    version < profile_of(t)->tls_least)
		found_fact(step, F_TLS_VERSION_NOT_OF_CLIENT);
}

/* ------------------------------------------------------------------- handshake messages */

static enum next flawed(const struct tls_hello *t, const char *field, size_t at, struct step *step)
{
	struct finding f = found_new(step, F_TLS_MALFORMED);
	char text[96];

	if (is_aside(t)) {
		tell_refused(t, "malformed", step);
		return NEXT_STOP;
	}
	snprintf(text, sizeof text, "%s at byte %zu", field, at);
	f.text = text;
	f.effect = EFFECT_BLOCKS;
	findings_add(step->found, &f);
	return NEXT_STOP;
}

static void tell_agreed(const struct tls_hello *t, struct step *step)
{
	const char *version = tls_version_word(t->facts->tls_version);
	char suite[80];

	if (is_aside(t)) {
		tell_aside_answer(t, step);
		return;
	}
	tls_suite_text(t->facts->tls_suite, suite, sizeof suite);
	if (version)
		found_text(step, F_TLS_VERSION, version);
	found_text(step, F_TLS_SUITE, suite);
}

static enum next hear_server_hello(struct tls_hello *t, struct cur c, struct step *step)
{
	struct tls_server_hello hello;

	if (!tls_read_server_hello(&c, &hello))
		return flawed(t, c.flaw->what, c.flaw->at, step);
	if (t->has_server_hello)
		return NEXT_MORE; /* a renegotiation, or nonsense: the first one counts */
	/* A HelloRetryRequest fixes version and suite, but a second ClientHello is to come. */
	if (hello.is_retry && !t->plan->has_bare_hello)
		return NEXT_MORE;
	t->has_server_hello = true;
	t->facts->tls_version = hello.version;
	t->facts->tls_suite = hello.suite;
	t->facts->tls_group = hello.group;
	tell_agreed(t, step);
	return t->plan->has_bare_hello ? NEXT_DONE : NEXT_MORE;
}

void tls_hello_certificate(struct tls_hello *t, const uint8_t *der, size_t n, struct step *step)
{
	if (t->has_certificate)
		return;
	t->has_certificate = true;
	if (!is_aside(t))
		certificate_findings(der, n, t->plan->dialled, profile_of(t), step);
}

static enum next hear_certificate(struct tls_hello *t, struct cur c, struct step *step)
{
	struct tls_certificates list;

	if (!tls_read_certificate(&c, &list))
		return flawed(t, c.flaw->what, c.flaw->at, step);
	if (list.n)
		tls_hello_certificate(t, list.at[0].der, list.at[0].n, step);
	return NEXT_MORE;
}

static enum next hear_key_exchange(struct tls_hello *t, struct cur c)
{
	uint16_t group;

	if (tls_read_key_exchange_group(&c, &group))
		t->facts->tls_group = group;
	return NEXT_MORE; /* the other kinds of key exchange have no group there */
}

static enum next hear_host(struct tls_hello *t, uint8_t type, struct cur c, struct step *step)
{
	switch (type) {
	case TLS_SERVER_HELLO:
		return hear_server_hello(t, c, step);
	case TLS_CERTIFICATE:
		return hear_certificate(t, c, step);
	case TLS_SERVER_KEY_EXCHANGE:
		return hear_key_exchange(t, c);
	case TLS_CERTIFICATE_REQUEST:
		if (!is_aside(t))
			found_fact(step, F_TLS_CLIENT_CERTIFICATE_ASKED);
		return NEXT_MORE;
	case TLS_SERVER_HELLO_DONE:
		t->side[S2C].is_over_its_flight = true;
		return NEXT_MORE;
	default:
		return NEXT_MORE;
	}
}

/* For an observer it is the name that was dialled. */
static void hear_client_hello(struct tls_hello *t, struct cur message)
{
	struct tls_client_hello hello;

	t->has_client_hello = true;
	if (!tls_read_client_hello(&message, &hello) || !hello.server_name ||
	    hello.n_server_name >= sizeof t->server_name)
		return;
	memcpy(t->server_name, hello.server_name, hello.n_server_name);
	t->server_name[hello.n_server_name] = '\0';
	if (!text_fits_command(t->server_name) || strlen(t->server_name) != hello.n_server_name)
		t->server_name[0] = '\0';
}

static enum next hear_message(struct tls_hello *t, enum direction dir, const uint8_t *bytes,
                              size_t n, struct step *step)
{
	struct flaw flaw;

	if (dir == S2C)
		return hear_host(t, bytes[0], cur_over(bytes, n, &flaw), step);
	if (bytes[0] == TLS_CLIENT_HELLO)
		hear_client_hello(t, cur_over(bytes, n, &flaw));
	return NEXT_MORE;
}

/* Messages may span records, and several may share one. */
static enum next hear_handshake(struct tls_hello *t, enum direction dir, struct cur fragment,
                                struct step *step)
{
	struct buf *kept = &t->side[dir].message;
	enum next next = NEXT_MORE;
	size_t at = 0, n;

	buf_put(kept, fragment.p, cur_left(&fragment));
	while (next == NEXT_MORE) {
		const uint8_t *bytes = (const uint8_t *)kept->bytes + at;

		n = tls_handshake_length(bytes, kept->n - at);
		if (n > STAGE_PDU_MAX)
			return dir == S2C ? flawed(t, "Handshake.length", 1, step) : NEXT_STOP;
		if (!n || n > kept->n - at)
			break;
		next = hear_message(t, dir, bytes, n, step);
		at += n;
	}
	memmove(kept->bytes, kept->bytes + at, kept->n - at);
	kept->n -= at;
	return next;
}

/* ------------------------------------------------------------------------------- alerts */

static void tell_alert(struct tls_hello *t, enum direction dir, uint8_t description,
                       struct step *step)
{
	const struct code *code = code_find(CODE_TLS_ALERT, description);
	char how[64];

	if (dir == S2C) {
		t->facts->has_tls_alert = true;
		t->facts->tls_alert = description;
	}
	if (!is_aside(t)) {
		found_number(step, dir == S2C ? F_TLS_ALERT : F_TLS_CLIENT_ALERT, description);
	} else if (dir == S2C && !t->has_server_hello) {
		snprintf(how, sizeof how, "alert %u%s%s", (unsigned)description, code ? " " : "",
		         code && code->name ? code->name : "");
		tell_refused(t, how, step);
	}
}

/* A warning is no failure; what is encrypted cannot be told from one. */
static enum next hear_alert(struct tls_hello *t, enum direction dir, struct cur fragment,
                            struct step *step)
{
	struct tls_alert alert;

	if (t->side[dir].has_changed_spec || !tls_read_alert(&fragment, &alert) ||
	    cur_left(&fragment) || !tls_alert_is_fatal(&alert, is_tls13(t)))
		return NEXT_MORE;
	if (dir == C2S && t->has_ultimatum)
		return NEXT_MORE; /* what the client makes of it */
	tell_alert(t, dir, alert.description, step);
	return NEXT_STOP;
}

/* ---------------------------------------------------------------------------- completed */

static enum next up(struct tls_hello *t, struct step *step)
{
	if (t->is_up)
		return NEXT_DONE;
	t->is_up = true;
	if (!is_aside(t))
		found_fact(step, F_TLS_COMPLETED);
	return NEXT_DONE;
}

void tls_hello_up(struct tls_hello *t, struct step *step)
{
	up(t, step);
}

/* Up to TLS 1.2: ChangeCipherSpec and one encrypted handshake record in both directions. */
static enum next hear_finished(struct tls_hello *t, enum direction dir, struct step *step)
{
	t->side[dir].has_finished = true;
	return t->side[C2S].has_finished && t->side[S2C].has_finished ? up(t, step) : NEXT_MORE;
}

/*
 * In TLS 1.3 what follows the ServerHello is hidden in application data. The client's first
 * hidden record is either its Finished, which is at least header, hash, inner type and tag long,
 * or an alert of two bytes, inner type and tag (19 bytes with the usual tag). A client with a
 * certificate sends more; nobody sends less than a Finished and goes on. So its length tells
 * whether the client took the host's flight. A padded alert would be taken for a Finished;
 * no client in use pads its alerts.
 */
static enum next hear_hidden(struct tls_hello *t, enum direction dir, size_t n, struct step *step)
{
	size_t hash = t->facts->tls_suite == SHA384_SUITE ? 48 : 32;
	size_t tag = t->facts->tls_suite == CCM_8 ? SHORT_TAG : LONG_TAG;

	t->side[dir].n_hidden += n;
	if (dir != C2S || !t->has_server_hello || !is_tls13(t))
		return NEXT_MORE;
	if (n < TLS_HANDSHAKE_HEADER + hash + INNER_TYPE + tag)
		return NEXT_MORE;
	return up(t, step);
}

static enum next hear_record(struct tls_hello *t, enum direction dir, struct tls_record *record,
                             struct step *step)
{
	struct tls_side *side = &t->side[dir];

	side->n_records++;
	switch (record->type) {
	case TLS_CHANGE_CIPHER_SPEC: /* in TLS 1.3 it means nothing, RFC 8446 D.4 */
		side->has_changed_spec = t->has_server_hello && !is_tls13(t);
		return NEXT_MORE;
	case TLS_ALERT:
		return hear_alert(t, dir, record->fragment, step);
	case TLS_HANDSHAKE_MESSAGE:
		if (side->has_changed_spec)
			return hear_finished(t, dir, step);
		return hear_handshake(t, dir, record->fragment, step);
	default:
		return hear_hidden(t, dir, cur_left(&record->fragment), step);
	}
}

enum next tls_hello_feed(struct tls_hello *t, enum direction dir, struct cur pdu, struct step *step)
{
	struct tls_record record;

	if (dir == S2C)
		t->facts->host_bytes += cur_left(&pdu);
	if (cur_left(&pdu) && *pdu.p & 0x80) { /* a ClientHello as of SSL 2.0 */
		t->has_client_hello = true;
		return NEXT_MORE;
	}
	if (!tls_read_record(&pdu, &record))
		return NEXT_STOP;
	return hear_record(t, dir, &record, step);
}

enum next tls_hello_unframed(struct tls_hello *t, enum direction dir, const uint8_t *bytes,
                             size_t n, struct step *step)
{
	const char *word = speaker_of(bytes, n);

	if (dir == C2S || t->has_ultimatum)
		return NEXT_STOP; /* the client's doing, or told already */
	if (t->side[S2C].n_records)
		return flawed(t, "TLSPlaintext.type", t->facts->host_bytes, step);
	if (is_aside(t)) {
		tell_refused(t, "not TLS", step);
		return NEXT_STOP;
	}
	found_text(step, F_TLS_NOT_TLS, word ? word : "other");
	t->has_ultimatum = is_ultimatum(bytes, n);
	return t->has_ultimatum ? NEXT_MORE : NEXT_STOP;
}

/* ------------------------------------------------------------------------------ endings */

/* The host has said what it had to say and the client has not answered yet. */
static bool is_clients_turn(const struct tls_hello *t)
{
	return t->side[S2C].is_over_its_flight && !t->side[C2S].has_finished;
}

/* Up to TLS 1.2 the certificate was seen; in TLS 1.3 it is in a flight of that size. */
static bool has_shown_certificate(const struct tls_hello *t)
{
	if (is_tls13(t))
		return t->side[S2C].n_hidden >= CERTIFICATE_FLIGHT_LEAST;
	return t->has_certificate;
}

static void tell_silence(struct tls_hello *t, size_t n_bytes, struct step *step)
{
	if (!n_bytes)
		found_fact(step, F_TLS_SILENT_AFTER_HELLO);
	else if (!is_clients_turn(t))
		found_number(step, F_TLS_STALLS, (int64_t)n_bytes);
}

/*
 * A host that answers with a ServerHello, whole or cut off, has its certificate and key at hand;
 * `bytes` are what came last and is no whole record.
 */
static enum finding_id closed_when(const struct tls_hello *t, const uint8_t *bytes, size_t n)
{
	if (has_shown_certificate(t))
		return F_TLS_CLOSED_AFTER_CERTIFICATE;
	return t->has_server_hello || (n && bytes[0] == TLS_HANDSHAKE_MESSAGE)
	           ? F_TLS_CLOSED_IN_HANDSHAKE
	           : F_TLS_CLOSED_AFTER_HELLO;
}

void tls_hello_ended(struct tls_hello *t, enum ending how, const uint8_t *bytes, size_t n,
                     struct step *step)
{
	static const char *const words[] = {
	    [ENDED_FIN] = "fin", [ENDED_RST] = "rst", [ENDED_SILENT] = "silent"};

	if (!t->has_client_hello)
		return; /* nothing was asked of the host */
	if (n && tls_record_length(bytes, n) == TLS_NOT_A_RECORD)
		tls_hello_unframed(t, S2C, bytes, n, step);
	else if (is_aside(t))
		tell_refused(t, words[how], step);
	else if (how == ENDED_SILENT && t->has_ultimatum)
		return; /* it said that it would leave, and stays */
	else if (how == ENDED_SILENT)
		tell_silence(t, t->facts->host_bytes + n, step);
	else
		found_text(step, closed_when(t, bytes, n), words[how]);
}

/* ---------------------------------------------------------------------- the bare hello */

/* Everything that a host of the last twenty years may know; the strong ones first. */
static const uint16_t every_suite[] = {
    0x1302, 0x1301, 0x1303, 0xC02C, 0xC02B, 0xC030, 0xC02F, 0xCCA9, 0xCCA8, 0x009F, 0x009E, 0xC024,
    0xC023, 0xC028, 0xC027, 0x006B, 0x0067, 0xC00A, 0xC009, 0xC014, 0xC013, 0x0039, 0x0033, 0x009D,
    0x009C, 0x003D, 0x003C, 0x0035, 0x002F, 0xC012, 0x0016, 0x0038, 0x0032, 0x0013, 0x000A, 0x0005,
    0x0004, 0x1304, 0x1305, 0xC0AC, 0xC0AD, 0xC09E, 0xC09F, 0xC09C, 0xC09D, 0xCCAA, 0xC05C, 0xC05D,
    0xC060, 0xC061, 0xC086, 0xC087, 0xC08A, 0xC08B, 0x0084, 0x0041, 0x0088, 0x0045, 0,
};
static const uint16_t every_group[] = {0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x0100, 0x0101, 0};
static const uint16_t every_signature[] = {
    0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0807, 0x0808, 0x0401, 0x0501,
    0x0601, 0x0403, 0x0503, 0x0603, 0x0201, 0x0203, 0x0402, 0x0202, 0,
};

#define X25519 0x001D

static void take_list(struct tls_list *list, const uint16_t *from, const uint16_t *all)
{
	const uint16_t *p = from ? from : all;

	while (*p && list->n < TLS_LIST_MAX)
		list->at[list->n++] = *p++;
}

/* A suite of TLS 1.3 serves no other version, and no other serves TLS 1.3. */
static void keep_suites_of(struct tls_list *list, uint16_t least, uint16_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		bool is_of_13 = list->at[i] >> 8 == 0x13;

		if (is_of_13 ? most >= TLS_1_3 : least < TLS_1_3)
			list->at[n++] = list->at[i];
	}
	list->n = n;
}

static bool has(const struct tls_list *list, uint16_t v)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->at[i] == v)
			return true;
	return false;
}

/* Where X25519 is not offered no share is sent: the host answers with a HelloRetryRequest. */
static void offer_tls13(struct tls_client_hello *hello, uint16_t least, uint16_t most,
                        const uint8_t *share)
{
	for (uint16_t v = most; v >= least; v--)
		hello->versions.at[hello->versions.n++] = v;
	hello->has_key_share = true;
	hello->share_group = has(&hello->groups, X25519) ? X25519 : 0;
	hello->share = share;
	hello->n_share = 32;
}

void tls_hello_put(struct buf *out, uint16_t least, uint16_t most, const uint16_t *suites,
                   const uint16_t *groups, const uint16_t *signatures, const char *server_name)
{
	/* Nothing secret hangs on these: the handshake is never completed. Any 32 bytes are a key.
	 */
	static const uint8_t random[32] = "rdpwhy asks only what is taken.", share[32] = "rdpwhy";
	struct tls_client_hello hello = {
	    .legacy_version = most < TLS_1_2 ? most : TLS_1_2,
	    .random = random,
	    .server_name = (const uint8_t *)server_name,
	    .n_server_name = server_name ? strlen(server_name) : 0,
	};
	struct buf message = {0};

	most = most > TLS_1_3 ? TLS_1_3 : most;
	least = least < TLS_1_0 ? TLS_1_0 : least;
	take_list(&hello.suites, suites, every_suite);
	keep_suites_of(&hello.suites, least, most);
	take_list(&hello.groups, groups, every_group);
	if (most >= TLS_1_2)
		take_list(&hello.signatures, signatures, every_signature);
	if (most >= TLS_1_3)
		offer_tls13(&hello, least, most, share);
	if (hello.n_server_name > 255) /* no host name is that long */
		hello.server_name = NULL;
	tls_put_client_hello(&message, &hello);
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, TLS_1_0, message.bytes, message.n);
	buf_fini(&message);
}

enum next tls_hello_open(struct tls_hello *t, struct step *step)
{
	const struct journey_plan *plan = t->plan;

	if (!plan->has_bare_hello || plan->role != ROLE_CLIENT)
		return NEXT_MORE;
	tls_hello_put(step->out, plan->hello_least, plan->hello_most, plan->hello_suites,
	              plan->hello_groups, plan->hello_signatures, plan->dialled);
	t->has_client_hello = true;
	return NEXT_MORE;
}
