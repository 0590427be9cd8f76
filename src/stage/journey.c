/*
 * journey - the table of legs, and the runner that frames each direction and passes from one
 * leg to the next. The order of the table is the connection sequence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "stage/credssp.h"
#include "stage/initiation.h"
#include "stage/stage.h"
#include "stage/tls_hello.h"

struct journey {
	struct journey_plan plan;
	struct journey_facts facts;
	struct initiation initiation;
	struct tls_hello tls_hello;
	struct credssp *credssp;
	size_t leg;
	bool is_tls_up;
	enum journey_place over; /* PLACE_DONE or PLACE_STOPPED; else it goes on */
	struct buf heard[2][2];  /* by layer and direction: what is not a whole PDU yet */
};

/* What of a direction waits for its PDU to become whole. */
struct piece {
	enum direction dir;
	const uint8_t *bytes;
	size_t n;
};

struct leg {
	const char *name, *spec;
	enum layer layer;
	bool (*applies)(const struct journey *j);
	enum next (*open)(struct journey *j, struct step *step);
	size_t (*frame)(const struct journey *j, const struct piece *p);
	enum next (*feed)(struct journey *j, enum direction dir, struct cur pdu, struct step *step);
	enum next (*unframed)(struct journey *j, const struct piece *p, struct step *step);
	void (*ended)(struct journey *j, const struct piece *p, enum ending how, int waited_ms,
	              struct step *step);
};

/* --------------------------------------------------------------------- leg: initiation */

static bool always(const struct journey *j)
{
	(void)j;
	return true;
}

static enum next open_initiation(struct journey *j, struct step *step)
{
	return initiation_open(&j->initiation, step);
}

static size_t frame_initiation(const struct journey *j, const struct piece *p)
{
	return initiation_frame(&j->initiation, p->dir, p->bytes, p->n);
}

static enum next feed_initiation(struct journey *j, enum direction dir, struct cur pdu,
                                 struct step *step)
{
	return initiation_feed(&j->initiation, dir, pdu, step);
}

static enum next unframed_initiation(struct journey *j, const struct piece *p, struct step *step)
{
	return initiation_unframed(&j->initiation, p->dir, p->bytes, p->n, step);
}

static void ended_initiation(struct journey *j, const struct piece *p, enum ending how,
                             int waited_ms, struct step *step)
{
	(void)waited_ms;
	if (p->dir == S2C)
		initiation_ended(&j->initiation, how, p->bytes, p->n, step);
}

/* ---------------------------------------------------------------------- leg: tls hello */

static bool chose_tls(const struct journey *j)
{
	return j->facts.selected != PROTOCOL_RDP;
}

static enum next open_tls_hello(struct journey *j, struct step *step)
{
	return tls_hello_open(&j->tls_hello, step);
}

static size_t frame_tls_hello(const struct journey *j, const struct piece *p)
{
	return tls_hello_frame(&j->tls_hello, p->dir, p->bytes, p->n);
}

static enum next feed_tls_hello(struct journey *j, enum direction dir, struct cur pdu,
                                struct step *step)
{
	return tls_hello_feed(&j->tls_hello, dir, pdu, step);
}

static enum next unframed_tls_hello(struct journey *j, const struct piece *p, struct step *step)
{
	enum next next = tls_hello_unframed(&j->tls_hello, p->dir, p->bytes, p->n, step);

	if (p->dir == S2C)
		j->facts.host_bytes += p->n;
	return next;
}

static void ended_tls_hello(struct journey *j, const struct piece *p, enum ending how,
                            int waited_ms, struct step *step)
{
	(void)waited_ms;
	if (p->dir == S2C)
		tls_hello_ended(&j->tls_hello, how, p->bytes, p->n, step);
}

/* ------------------------------------------------------------------------ leg: credssp */

/* Aside, only the handshake is of interest. */
static bool chose_nla(const struct journey *j)
{
	return j->plan.purpose == AS_CLIENT &&
	       j->facts.selected & (PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX);
}

static enum next open_credssp(struct journey *j, struct step *step)
{
	return credssp_open(j->credssp, step);
}

static size_t frame_credssp(const struct journey *j, const struct piece *p)
{
	(void)j;
	return credssp_frame(p->bytes, p->n);
}

static enum next feed_credssp(struct journey *j, enum direction dir, struct cur pdu,
                              struct step *step)
{
	return credssp_feed(j->credssp, dir, pdu, step);
}

static enum next unframed_credssp(struct journey *j, const struct piece *p, struct step *step)
{
	credssp_unframed(j->credssp, p->dir, p->bytes, p->n, step);
	return NEXT_MORE; /* four bytes of early authorization are no TSRequest and no end */
}

static void ended_credssp(struct journey *j, const struct piece *p, enum ending how, int waited_ms,
                          struct step *step)
{
	if (j->is_tls_up)
		credssp_ended(j->credssp, p->dir, how, waited_ms, step);
}

/* ----------------------------------------------------------------------- the table */

enum { LEG_INITIATION, LEG_TLS_HELLO, LEG_CREDSSP, LEG_COUNT };

static const struct leg legs[LEG_COUNT] = {
    [LEG_INITIATION] =
        {
            .name = "initiation",
            .spec = "[MS-RDPBCGR] 1.3.1.1, 2.2.1.1, 2.2.1.2",
            .layer = LAYER_TCP,
            .applies = always,
            .open = open_initiation,
            .frame = frame_initiation,
            .feed = feed_initiation,
            .unframed = unframed_initiation,
            .ended = ended_initiation,
        },
    [LEG_TLS_HELLO] =
        {
            .name = "tls hello",
            .spec = "[MS-RDPBCGR] 5.4.5.1; RFC 8446, RFC 5246",
            .layer = LAYER_TCP,
            .applies = chose_tls,
            .open = open_tls_hello,
            .frame = frame_tls_hello,
            .feed = feed_tls_hello,
            .unframed = unframed_tls_hello,
            .ended = ended_tls_hello,
        },
    [LEG_CREDSSP] =
        {
            .name = "credssp",
            .spec = "[MS-RDPBCGR] 5.4.5.2; [MS-CSSP]",
            .layer = LAYER_TLS,
            .applies = chose_nla,
            .open = open_credssp,
            .frame = frame_credssp,
            .feed = feed_credssp,
            .unframed = unframed_credssp,
            .ended = ended_credssp,
        },
};

/* ------------------------------------------------------------------------- the runner */

struct journey *journey_new(const struct journey_plan *plan)
{
	struct journey *j = calloc(1, sizeof *j);

	if (!j) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	j->plan = *plan;
	if (!j->plan.profile)
		j->plan.profile = profile_at(0);
	initiation_init(&j->initiation, &j->plan, &j->facts);
	tls_hello_init(&j->tls_hello, &j->plan, &j->facts);
	if (plan->role == ROLE_OBSERVER && !plan->dialled)
		j->plan.dialled = j->tls_hello.server_name; /* once it is heard */
	j->credssp = credssp_new(&j->plan);
	return j;
}

void journey_free(struct journey *j)
{
	if (!j)
		return;
	for (int layer = 0; layer < 2; layer++)
		for (int dir = 0; dir < 2; dir++)
			buf_fini(&j->heard[layer][dir]);
	tls_hello_fini(&j->tls_hello);
	credssp_free(j->credssp);
	free(j);
}

/* A leg inside TLS waits until TLS is up. */
static bool is_running(const struct journey *j)
{
	return !j->over && (legs[j->leg].layer == LAYER_TCP || j->is_tls_up);
}

static void follow(struct journey *j, enum next next, struct step *step);

static void begin(struct journey *j, struct step *step)
{
	if (is_running(j))
		follow(j, legs[j->leg].open(j, step), step);
}

/* To the next leg that applies; behind the last nothing can be tested without credentials. */
static void follow(struct journey *j, enum next next, struct step *step)
{
	if (next == NEXT_MORE)
		return;
	if (next == NEXT_STOP) {
		j->over = PLACE_STOPPED;
		return;
	}
	do
		j->leg++;
	while (j->leg < LEG_COUNT && !legs[j->leg].applies(j));
	if (j->leg == LEG_COUNT) {
		j->leg = LEG_COUNT - 1;
		j->over = PLACE_DONE;
	} else {
		begin(j, step);
	}
}

static struct piece piece_of(const struct journey *j, enum direction dir)
{
	const struct buf *b = &j->heard[legs[j->leg].layer][dir];

	return (struct piece){.dir = dir, .bytes = (const uint8_t *)b->bytes, .n = b->n};
}

static void drop(struct buf *b, size_t n)
{
	memmove(b->bytes, b->bytes + n, b->n - n);
	b->n -= n;
}

/* One PDU of a direction, if a whole one is there. */
static bool take(struct journey *j, enum direction dir, struct step *step)
{
	const struct leg *leg = &legs[j->leg];
	struct buf *heard = &j->heard[leg->layer][dir];
	struct piece p = piece_of(j, dir);
	size_t n = p.n ? leg->frame(j, &p) : 0;
	bool is_foreign = n == STAGE_NOT_FRAMED || n > STAGE_PDU_MAX || (!n && p.n > STAGE_PDU_MAX);
	enum next next;

	if (is_foreign) {
		n = p.n;
		next = leg->unframed(j, &p, step);
	} else if (n && n <= p.n) {
		struct flaw flaw;

		next = leg->feed(j, dir, cur_over(p.bytes, n, &flaw), step);
	} else {
		return false;
	}
	drop(heard, n);
	follow(j, next, step);
	return true;
}

/* The client's bytes first: at the start of TLS both sides may be waiting. */
static enum next pump(struct journey *j, struct step *step)
{
	while (is_running(j) && (take(j, C2S, step) || take(j, S2C, step)))
		;
	if (j->over)
		return j->over == PLACE_DONE ? NEXT_DONE : NEXT_STOP;
	return NEXT_MORE;
}

enum next journey_open(struct journey *j, struct step *step)
{
	begin(j, step);
	return pump(j, step);
}

/* The bytes on TCP are TLS. */
static bool has_tls(const struct journey *j)
{
	return j->leg > LEG_INITIATION && j->facts.selected != PROTOCOL_RDP;
}

/* In a handshake that has begun every byte is kept until it is whole; behind it, only counted. */
enum next journey_tcp(struct journey *j, enum direction dir, const void *bytes, size_t n,
                      struct step *step)
{
	if (j->over || legs[j->leg].layer != LAYER_TCP) {
		if (dir == S2C && has_tls(j))
			j->facts.host_bytes += n;
		return pump(j, step);
	}
	/* What we wrote ourselves we do not hear; before TLS begins, the driver taps nothing. */
	if ((j->leg == LEG_INITIATION || j->plan.has_bare_hello) &&
	    ((j->plan.role == ROLE_CLIENT && dir == C2S) ||
	     (j->plan.role == ROLE_SERVER && dir == S2C)))
		return pump(j, step);
	buf_put(&j->heard[LAYER_TCP][dir], bytes, n);
	return pump(j, step);
}

enum layer journey_layer(const struct journey *j)
{
	return has_tls(j) && !j->plan.has_bare_hello ? LAYER_TLS : LAYER_TCP;
}

enum next journey_tls_up(struct journey *j, struct step *step)
{
	if (j->is_tls_up)
		return pump(j, step);
	j->is_tls_up = true;
	if (j->leg == LEG_TLS_HELLO && !j->over) {
		tls_hello_up(&j->tls_hello, step);
		follow(j, NEXT_DONE, step);
	} else {
		begin(j, step);
	}
	return pump(j, step);
}

enum next journey_tls(struct journey *j, enum direction dir, const void *bytes, size_t n,
                      struct step *step)
{
	bool is_own = (j->plan.role == ROLE_CLIENT && dir == C2S) ||
	              (j->plan.role == ROLE_SERVER && dir == S2C);

	if (!j->over && !is_own)
		buf_put(&j->heard[LAYER_TLS][dir], bytes, n);
	return pump(j, step);
}

void journey_certificate(struct journey *j, const uint8_t *der, size_t n, struct step *step)
{
	if (j->leg > LEG_INITIATION)
		tls_hello_certificate(&j->tls_hello, der, n, step);
}

/*
 * Only what the host does is told. When the client goes first, what the host does after that is
 * its answer to being left and no fault.
 */
void journey_ended(struct journey *j, enum direction who, enum ending how, int waited_ms,
                   struct step *step)
{
	struct piece p;

	if (j->over)
		return;
	p = piece_of(j, who);
	legs[j->leg].ended(j, &p, how, waited_ms, step);
	if (who == S2C || how != ENDED_SILENT)
		j->over = PLACE_STOPPED;
}

enum journey_place journey_place(const struct journey *j)
{
	if (j->over)
		return j->over;
	if (j->leg == LEG_INITIATION)
		return PLACE_NEGOTIATION;
	if (j->leg == LEG_TLS_HELLO)
		return j->tls_hello.side[S2C].n_records ? PLACE_HANDSHAKE : PLACE_HELLO;
	return j->is_tls_up ? PLACE_CREDSSP : PLACE_TLS_UP;
}

struct journey_facts journey_facts(const struct journey *j)
{
	struct journey_facts facts = j->facts;

	if (has_tls(j))
		facts.host_bytes += j->heard[LAYER_TCP][S2C].n;
	credssp_facts(j->credssp, &facts);
	return facts;
}
