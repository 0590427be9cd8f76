#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "read/tls_guard.h"
#include "read/tls_secrets.h"
#include "wire/tls_record.h"

#define AHEAD_MAX 16 /* records that may be missing before one */
#define SHUT_MAX  32 /* so many in a row do not fit their keys: no more is tried */

/* Which of its secrets a side writes under; up to TLS 1.2 there is only one. */
enum epoch { EPOCH_HANDSHAKE, EPOCH_TRAFFIC };

struct side {
	bool is_sealed; /* what it writes now is encrypted */
	enum epoch epoch;
	struct tls_guard guard;
	size_t n_shut;      /* records in a row that no key opened */
	struct buf message; /* handshake bytes that are not a whole message yet */
	size_t n_skipped;   /* bytes to come of a message that is too long to be kept */
	uint8_t last;       /* the message that ended last in this record; 0: none */
};

struct tls_opener {
	const struct tls_secrets *secrets;
	struct tls_agreed agreed;
	bool has_client, has_host; /* its hello was seen */
	struct side side[2];       /* by enum direction */
	struct buf certificate;
	bool is_asked;
	uint8_t *scratch; /* made with the first key: most sessions of a recording have none */
};

struct tls_opener *tls_opener_new(const struct tls_secrets *s)
{
	struct tls_opener *o = calloc(1, sizeof *o);

	if (o)
		o->secrets = s;
	return o;
}

void tls_opener_free(struct tls_opener *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < 2; i++) {
		tls_guard_fini(&o->side[i].guard);
		buf_fini(&o->side[i].message);
	}
	buf_fini(&o->certificate);
	OPENSSL_clear_free(o->scratch, TLS_GUARD_SCRATCH);
	OPENSSL_cleanse(o, sizeof *o);
	free(o);
}

static bool is_tls_1_3(const struct tls_opener *o)
{
	return o->has_host && o->agreed.version == 0x0304;
}

/* --- handshake messages --- */

static void seal(struct side *side)
{
	tls_guard_fini(&side->guard);
	side->is_sealed = true;
	side->epoch = EPOCH_HANDSHAKE;
	side->n_shut = 0;
}

static void hear_client_hello(struct tls_opener *o, struct cur message)
{
	struct tls_client_hello hello;

	if (!tls_read_client_hello(&message, &hello))
		return;
	memcpy(o->agreed.random[C2S], hello.random, 32);
	o->has_client = true;
}

static void hear_server_hello(struct tls_opener *o, struct cur message)
{
	struct tls_server_hello hello;

	if (!tls_read_server_hello(&message, &hello) || hello.is_retry)
		return;
	memcpy(o->agreed.random[S2C], hello.random, 32);
	o->agreed.version = hello.version;
	o->agreed.suite = hello.suite;
	o->agreed.is_mac_last = hello.has_encrypt_then_mac;
	o->has_host = true;
	if (is_tls_1_3(o)) {
		seal(&o->side[C2S]);
		seal(&o->side[S2C]);
	}
}

static void hear_certificate(struct tls_opener *o, struct cur message)
{
	struct tls_certificates list;

	if (!o->certificate.n && tls_read_certificate_1_3(&message, &list) && list.n)
		buf_put(&o->certificate, list.at[0].der, list.at[0].n);
}

static void hear_message(struct tls_opener *o, enum direction dir, const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur message = cur_over(bytes, n, &flaw);

	o->side[dir].last = bytes[0];
	if (dir == C2S && bytes[0] == TLS_CLIENT_HELLO)
		hear_client_hello(o, message);
	if (dir == S2C && bytes[0] == TLS_SERVER_HELLO)
		hear_server_hello(o, message);
	if (dir == S2C && bytes[0] == TLS_CERTIFICATE && is_tls_1_3(o))
		hear_certificate(o, message);
	if (dir == S2C && bytes[0] == TLS_CERTIFICATE_REQUEST && is_tls_1_3(o))
		o->is_asked = true;
}

/* How much of it was too long a message. */
static size_t skip(struct side *side, size_t n)
{
	size_t n_skipped = n < side->n_skipped ? n : side->n_skipped;

	side->n_skipped -= n_skipped;
	return n_skipped;
}

static void hear_handshake(struct tls_opener *o, enum direction dir, const uint8_t *bytes, size_t n)
{
	struct side *side = &o->side[dir];
	size_t at = 0, length, n_skipped = skip(side, n);

	side->last = 0;
	buf_put(&side->message, bytes + n_skipped, n - n_skipped);

	const uint8_t *all = (const uint8_t *)side->message.bytes;
	size_t n_all = side->message.n;

	while ((length = tls_handshake_length(all + at, n_all - at)) != 0) {
		if (length > n_all - at)
			break;
		hear_message(o, dir, all + at, length);
		at += length;
	}
	if (length > STAGE_PDU_MAX) {
		side->n_skipped = length - (n_all - at);
		at = n_all;
	}
	memmove(side->message.bytes, all + at, n_all - at);
	side->message.n = n_all - at;
	if (side->message.n)
		side->last = 0; /* keys change between records, never within a message */
}

static void lose_track(struct side *side)
{
	side->message.n = 0;
	side->n_skipped = 0;
	side->last = 0;
}

/* --- keys --- */

static const struct tls_session_secrets *secrets_of(const struct tls_opener *o)
{
	if (!o->has_client || !o->has_host)
		return NULL;
	return tls_secrets_of(o->secrets, o->agreed.random[C2S]);
}

static bool make_guard(const struct tls_opener *o, enum direction dir, enum epoch epoch,
                       struct tls_guard *out)
{
	const struct tls_session_secrets *told = secrets_of(o);
	enum tls_secret what = TLS_SECRET_MASTER;

	if (is_tls_1_3(o))
		what = (epoch == EPOCH_HANDSHAKE ? TLS_SECRET_HANDSHAKE_C2S
		                                 : TLS_SECRET_TRAFFIC_C2S) +
		       (dir == S2C);
	if (!told || !told->n[what])
		return false;
	if (is_tls_1_3(o))
		return tls_guard_of_secret(out, o->agreed.suite, told->at[what], told->n[what]);
	return tls_guard_of_master(out, &o->agreed, dir, told->at[what]);
}

/* What this side writes under next, should the record that said so be missing. TLS 1.3 only. */
static bool make_next_guard(const struct tls_opener *o, enum direction dir, struct tls_guard *out)
{
	const struct side *side = &o->side[dir];

	if (side->epoch == EPOCH_HANDSHAKE)
		return make_guard(o, dir, EPOCH_TRAFFIC, out);
	return tls_guard_after(&side->guard, out);
}

static void replace_guard(struct side *side, struct tls_guard *by)
{
	tls_guard_fini(&side->guard);
	side->guard = *by;
	side->epoch = EPOCH_TRAFFIC;
}

static bool try(struct tls_opener *o, struct tls_guard *g, const uint8_t *record, size_t n,
                struct tls_plain *out)
{
	uint64_t from = g->next;

	if (!o->scratch)
		o->scratch = OPENSSL_malloc(TLS_GUARD_SCRATCH);
	if (!o->scratch)
		return false;
	for (; g->next <= from + AHEAD_MAX; g->next++)
		if (tls_guard_open(g, record, n, o->scratch, out))
			return true;
	g->next = from;
	return false;
}

static bool try_next_guard(struct tls_opener *o, enum direction dir, const uint8_t *record,
                           size_t n, struct tls_plain *out)
{
	struct tls_guard next = {0};

	if (!is_tls_1_3(o) || !make_next_guard(o, dir, &next))
		return false;
	if (try(o, &next, record, n, out)) {
		replace_guard(&o->side[dir], &next);
		return true;
	}
	tls_guard_fini(&next);
	return false;
}

/* Behind a Finished or a KeyUpdate of TLS 1.3, and behind a ChangeCipherSpec that was opened. */
static void change_keys(struct tls_opener *o, enum direction dir, const struct tls_plain *plain)
{
	struct side *side = &o->side[dir];
	struct tls_guard next = {0};

	if (!is_tls_1_3(o)) {
		if (plain->type == TLS_CHANGE_CIPHER_SPEC)
			seal(side);
	} else if (side->last == TLS_FINISHED && side->epoch == EPOCH_HANDSHAKE) {
		tls_guard_fini(&side->guard);
		side->epoch = EPOCH_TRAFFIC;
	} else if (side->last == TLS_KEY_UPDATE && tls_guard_after(&side->guard, &next)) {
		replace_guard(side, &next);
	}
	side->last = 0;
}

/* --- records --- */

static void hand_out(const struct tls_plain *p, const struct tls_inside *out)
{
	struct buf *to = p->type == TLS_APPLICATION_DATA    ? out->data
	                 : p->type == TLS_HANDSHAKE_MESSAGE ? out->handshake
	                 : p->type == TLS_ALERT             ? out->alerts
	                                                    : NULL;

	if (to)
		buf_put(to, p->bytes, p->n);
}

static bool unlock(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                   struct tls_plain *out)
{
	struct side *side = &o->side[dir];

	if (side->n_shut >= SHUT_MAX)
		return false;
	if (!side->guard.how)
		make_guard(o, dir, side->epoch, &side->guard);
	if ((side->guard.how && try(o, &side->guard, record, n, out)) ||
	    try_next_guard(o, dir, record, n, out)) {
		side->n_shut = 0;
		return true;
	}
	tls_guard_pass(&side->guard, record, n);
	side->n_shut += secrets_of(o) != NULL;
	return false;
}

static bool open_sealed(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                        const struct tls_inside *out)
{
	struct tls_plain plain = {0};

	if (!unlock(o, dir, record, n, &plain)) {
		lose_track(&o->side[dir]);
		return false;
	}
	hand_out(&plain, out);
	if (plain.type == TLS_HANDSHAKE_MESSAGE)
		hear_handshake(o, dir, plain.bytes, plain.n);
	change_keys(o, dir, &plain);
	return true;
}

/* In TLS 1.3 every encrypted record calls itself application data. */
static bool is_in_the_clear(const struct tls_opener *o, const struct side *side, uint8_t type)
{
	return type == TLS_APPLICATION_DATA ? false : !side->is_sealed || is_tls_1_3(o);
}

static void hear_clear(struct tls_opener *o, enum direction dir, const struct tls_record *record)
{
	if (record->type == TLS_HANDSHAKE_MESSAGE && !o->side[dir].is_sealed)
		hear_handshake(o, dir, record->fragment.p, cur_left(&record->fragment));
	if (record->type == TLS_CHANGE_CIPHER_SPEC && o->has_host && !is_tls_1_3(o))
		seal(&o->side[dir]);
}

bool tls_opener_open(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                     const struct tls_inside *out)
{
	struct flaw flaw;
	struct cur c = cur_over(record, n, &flaw);
	struct tls_record head;
	struct side *side = &o->side[dir];

	if (tls_record_length(record, n) != n || !tls_read_record(&c, &head))
		return false;
	if (is_in_the_clear(o, side, head.type)) {
		hear_clear(o, dir, &head);
		return true;
	}
	if (!side->is_sealed)
		seal(side); /* its ChangeCipherSpec was lost */
	return open_sealed(o, dir, record, n, out);
}

bool tls_opener_record(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                       struct buf *out)
{
	return tls_opener_open(o, dir, record, n, &(struct tls_inside){.data = out});
}

bool tls_opener_certificate(const struct tls_opener *o, struct buf *der)
{
	if (o->certificate.n)
		buf_put(der, o->certificate.bytes, o->certificate.n);
	return o->certificate.n > 0;
}

bool tls_opener_is_certificate_asked(const struct tls_opener *o)
{
	return o->is_asked;
}
