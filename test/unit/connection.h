/*
 * connection - a journey with its findings, and made-up conversations to follow.
 */
#ifndef TEST_UNIT_CONNECTION_H
#define TEST_UNIT_CONNECTION_H

#include "harness.h"

#include "stage/stage.h"
#include "stage/tls_hello.h"
#include "wire/tls_record.h"
#include "wire/x224.h"

struct run {
	struct arena arena;
	struct findings found;
	struct buf out;
	struct step step;
	struct journey *j;
};

static inline void run_begin(struct run *r, const struct journey_plan *plan)
{
	*r = (struct run){.found = {.arena = NULL}};
	r->found.arena = &r->arena;
	r->step = (struct step){.out = &r->out,
	                        .found = &r->found,
	                        .origin = ORIGIN_PROBE,
	                        .where = "tcp 192.0.2.7:3389",
	                        .now_us = 1};
	r->j = journey_new(plan);
}

static inline void run_end(struct run *r)
{
	journey_free(r->j);
	buf_fini(&r->out);
	arena_fini(&r->arena);
}

static inline enum next run_tcp(struct run *r, enum direction dir, const void *bytes, size_t n)
{
	return journey_tcp(r->j, dir, bytes, n, &r->step);
}

static inline const struct finding *found_at(const struct findings *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id)
			return &set->at[i];
	return NULL;
}

#define SEEN_NUMBER(r, id, value)                                                                  \
	do {                                                                                       \
		const struct finding *f_ = found_at(&(r)->found, (id));                            \
		assert_non_null(f_);                                                               \
		assert_int_equal(f_->state, FINDING_SEEN);                                         \
		assert_int_equal(f_->number, (value));                                             \
	} while (0)

#define SEEN_TEXT(r, id, value)                                                                    \
	do {                                                                                       \
		const struct finding *f_ = found_at(&(r)->found, (id));                            \
		assert_non_null(f_);                                                               \
		assert_int_equal(f_->state, FINDING_SEEN);                                         \
		assert_string_equal(f_->text, (value));                                            \
	} while (0)

#define SEEN_FACT(r, id) SEEN_NUMBER(r, id, 0)

#define IS_ABSENT(r, id)                                                                           \
	do {                                                                                       \
		const struct finding *f_ = found_at(&(r)->found, (id));                            \
		assert_non_null(f_);                                                               \
		assert_int_equal(f_->state, FINDING_ABSENT);                                       \
	} while (0)

#define NOT_LOOKED_FOR(r, id) assert_null(found_at(&(r)->found, (id)))

/* What was said, in its order. */
struct said {
	enum direction dir;
	struct buf bytes;
};

struct talk {
	struct said at[16];
	size_t n;
};

static inline struct buf *talk_add(struct talk *t, enum direction dir)
{
	assert_true(t->n < sizeof t->at / sizeof *t->at);
	t->at[t->n].dir = dir;
	return &t->at[t->n++].bytes;
}

static inline void talk_fini(struct talk *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_fini(&t->at[i].bytes);
}

static inline void say_filler(struct buf *out, uint8_t type, size_t n)
{
	uint8_t bytes[1200] = {0};

	assert_true(n <= sizeof bytes);
	tls_put_record(out, type, 0x0303, bytes, n);
}

static inline void say_negotiation(struct talk *t, uint32_t requested, uint8_t kind, uint32_t value)
{
	struct x224_cr cr = {.has_neg = true, .protocols = requested};
	struct x224_cc cc = {.src_ref = 0x1234, .kind = kind, .value = value};

	x224_put_cr(talk_add(t, C2S), &cr);
	x224_put_cc(talk_add(t, S2C), &cc);
}

static inline void say_hello(struct talk *t)
{
	tls_hello_put(talk_add(t, C2S), TLS_1_0, TLS_1_3, NULL, NULL, NULL, "host.example");
}

static inline void say_flight(struct talk *t, uint16_t version)
{
	struct buf *out = talk_add(t, S2C), messages = {0};
	struct tls_server_hello hello = {.version = version, .suite = 0xC030};
	struct tls_certificates list = {.n = 1};

	list.at[0].der = (const uint8_t *)"\x30\x03\x02\x01\x07";
	list.at[0].n = 5;
	tls_put_server_hello(&messages, &hello);
	tls_put_certificate(&messages, &list);
	buf_put(&messages, "\x0C\0\0\x05\x03\0\x17\x01\x02", 9); /* named curve secp256r1 */
	buf_put(&messages, "\x0E\0\0\0", 4);                     /* ServerHelloDone */
	/* messages share a record and span two */
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, version, messages.bytes, 60);
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, version, messages.bytes + 60, messages.n - 60);
	buf_fini(&messages);
}

static inline void say_changed(struct buf *out)
{
	tls_put_record(out, TLS_CHANGE_CIPHER_SPEC, 0x0303, "\x01", 1);
	say_filler(out, TLS_HANDSHAKE_MESSAGE, 40);
}

/* A handshake up to TLS 1.2, from hello to the Finished of both. */
static inline void say_tls12(struct talk *t, uint16_t version)
{
	struct buf *out;

	say_hello(t);
	say_flight(t, version);
	out = talk_add(t, C2S);
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, version, "\x10\0\0\x02\0\0", 6);
	say_changed(out);
	say_changed(talk_add(t, S2C));
}

/* TLS 1.3, its hidden flight, and what the client answers to it: so many bytes. */
static inline void say_tls13(struct talk *t, size_t n_client)
{
	struct buf *out, message = {0};
	struct tls_server_hello hello = {.version = TLS_1_3, .suite = 0x1302, .group = 0x1D};

	say_hello(t);
	out = talk_add(t, S2C);
	tls_put_server_hello(&message, &hello);
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, 0x0303, message.bytes, message.n);
	buf_fini(&message);
	tls_put_record(out, TLS_CHANGE_CIPHER_SPEC, 0x0303, "\x01", 1);
	say_filler(out, TLS_APPLICATION_DATA, 900);
	out = talk_add(t, C2S);
	tls_put_record(out, TLS_CHANGE_CIPHER_SPEC, 0x0303, "\x01", 1);
	say_filler(out, TLS_APPLICATION_DATA, n_client);
}

#endif
