#include "read/reassembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

#define SEGMENTS_MAX     512
#define SEGMENTS_PATIENT 8 /* packets are recorded a little out of order at times */
#define PATIENT_US       100000
#define FAR_AHEAD        (INT32_C(1) << 30)
#define DUPLICATE_US     1000
#define DUPLICATE_ID_US  200000
#define LARGE_BYTES      1000
#define ID_STEP_MOST     2000
#define ID_JUMP_LEAST    8192
#define ID_RECENT_US     2000000

struct segment {
	struct segment *next;
	uint32_t seq, n, n_whole;
	int64_t when_us;
	uint8_t bytes[];
};

static int32_t after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static enum direction other(enum direction dir)
{
	return dir == C2S ? S2C : C2S;
}

/* --------------------------------------------------------------------------- the same packet */

/* A host counts its packets; who records in two places has the same number twice. */
static bool is_recorded_before(struct reassembly *r, const struct packet *p)
{
	struct stream_side *side = &r->stream->side[r->dir];

	for (int i = 0; i < PACKETS_COMPARED; i++) {
		int64_t age = r->when_us - side->recent[i].when_us;
		bool is_alike = side->n_packets && side->recent[i].seq == p->seq &&
		                side->recent[i].ack == p->ack &&
		                side->recent[i].flags == p->flags &&
		                side->recent[i].n == (uint16_t)p->n_whole && age >= 0;
		bool has_id = p->has_ip_id && p->ip_id;

		if (!is_alike || !side->recent[i].when_us ||
		    (has_id && side->recent[i].id != p->ip_id))
			continue;
		if (age < (has_id ? DUPLICATE_ID_US : DUPLICATE_US))
			return true;
	}
	side->recent[side->at_recent].seq = p->seq;
	side->recent[side->at_recent].ack = p->ack;
	side->recent[side->at_recent].flags = p->flags;
	side->recent[side->at_recent].n = (uint16_t)p->n_whole;
	side->recent[side->at_recent].id = p->has_ip_id ? p->ip_id : 0;
	side->recent[side->at_recent].when_us = r->when_us;
	side->at_recent = (uint8_t)((side->at_recent + 1) % PACKETS_COMPARED);
	return false;
}

/* --------------------------------------------------------------------------- whose packet it is */

static bool has_ttl(const struct stream_side *side, uint8_t ttl)
{
	for (int i = 0; i < side->n_ttls; i++)
		if (side->ttls[i] == ttl)
			return true;
	return false;
}

/* The TTL differs from all before; or a host that counts on by small steps suddenly jumps. */
static bool is_foreign(const struct reassembly *r, const struct packet *p)
{
	const struct stream_side *side = &r->stream->side[r->dir];
	uint16_t step = (uint16_t)(p->ip_id - side->last_id);

	if (side->n_packets < 2)
		return false;
	if (!has_ttl(side, p->ttl))
		return side->n_ttls == 1;
	return p->has_ip_id && p->ip_id && side->n_id_steps >= 3 && !side->n_id_jumps &&
	       r->when_us - side->last_us < ID_RECENT_US && step > ID_JUMP_LEAST &&
	       step < UINT16_MAX - ID_JUMP_LEAST;
}

static void note_habits(struct reassembly *r, const struct packet *p)
{
	struct stream_side *side = &r->stream->side[r->dir];
	uint16_t step = (uint16_t)(p->ip_id - side->last_id);

	if (!has_ttl(side, p->ttl) && side->n_ttls < TTLS_KEPT)
		side->ttls[side->n_ttls++] = p->ttl;
	if (p->has_ip_id && side->n_packets) {
		if (step && step <= ID_STEP_MOST)
			side->n_id_steps += side->n_id_steps < UINT16_MAX;
		else
			side->n_id_jumps += side->n_id_jumps < UINT16_MAX;
	}
	side->last_id = p->ip_id;
	side->last_us = r->when_us;
}

/* --------------------------------------------------------------------------- bytes in order */

static void deliver(struct reassembly *r, const uint8_t *bytes, uint32_t n, uint32_t n_whole,
                    int64_t when_us)
{
	struct stream_side *side = &r->stream->side[r->dir];

	side->next += n_whole;
	side->n_bytes += n_whole;
	if (n)
		r->to->bytes(r->to->context, r->stream, r->dir, bytes, n, when_us);
	if (n < n_whole) { /* recorded in part */
		side->n_gaps++;
		r->to->gap(r->to->context, r->stream, r->dir, n_whole - n);
	}
}

static void drop_first(struct reassembly *r)
{
	struct stream_side *side = &r->stream->side[r->dir];
	struct segment *g = side->waiting;

	side->waiting = g->next;
	side->n_waiting--;
	*r->n_waiting -= g->n;
	free(g);
}

/* Segments that are no longer ahead, without what came already. */
static void drain(struct reassembly *r)
{
	struct stream_side *side = &r->stream->side[r->dir];

	while (side->waiting && after(side->waiting->seq, side->next) <= 0) {
		struct segment *g = side->waiting;
		uint32_t old = side->next - g->seq;

		if (old < g->n_whole)
			deliver(r, old < g->n ? g->bytes + old : g->bytes,
			        old < g->n ? g->n - old : 0, g->n_whole - old, g->when_us);
		drop_first(r);
	}
}

static void leap(struct reassembly *r)
{
	struct stream_side *side = &r->stream->side[r->dir];
	uint32_t n = side->waiting->seq - side->next;

	side->n_gaps++;
	side->next += n;
	r->to->gap(r->to->context, r->stream, r->dir, n);
	drain(r);
}

static bool is_acknowledged(const struct reassembly *r)
{
	const struct stream_side *side = &r->stream->side[r->dir];
	const struct stream_side *peer = &r->stream->side[other(r->dir)];

	return peer->has_ack && after(peer->acked, side->waiting->seq) >= 0;
}

/* The receiver has what the recording lacks; or one waits for more than can be kept. */
static void leap_where_lost(struct reassembly *r)
{
	struct stream_side *side = &r->stream->side[r->dir];
	const struct stream_side *peer = &r->stream->side[other(r->dir)];

	while (side->waiting) {
		bool is_late = side->n_waiting >= SEGMENTS_PATIENT ||
		               r->when_us - side->waiting->when_us > PATIENT_US;
		uint32_t n_ahead = side->highest - side->waiting->seq;
		bool is_full = side->n_waiting >= SEGMENTS_MAX || n_ahead > STREAM_WAITING_MAX ||
		               *r->n_waiting > WAITING_MAX ||
		               (!peer->n_packets && side->n_waiting >= SEGMENTS_PATIENT);

		if (!is_full && !(is_late && is_acknowledged(r)))
			return;
		leap(r);
	}
}

static void keep(struct reassembly *r, uint32_t seq, const uint8_t *bytes, uint32_t n,
                 uint32_t n_whole)
{
	struct stream_side *side = &r->stream->side[r->dir];
	struct segment **at = &side->waiting, *g;

	while (*at && after((*at)->seq, seq) < 0)
		at = &(*at)->next;
	if (*at && (*at)->seq == seq && (*at)->n >= n)
		return; /* sent again */
	g = malloc(sizeof *g + n);
	if (!g) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	*g = (struct segment){
	    .next = *at, .seq = seq, .n = n, .n_whole = n_whole, .when_us = r->when_us};
	memcpy(g->bytes, bytes, n);
	*at = g;
	side->n_waiting++;
	*r->n_waiting += n;
}

/* --------------------------------------------------------------------------- of the path */

static void note_sent_again(struct reassembly *r, uint32_t seq, uint32_t n)
{
	struct stream_side *side = &r->stream->side[r->dir];

	side->n_again++;
	if (n < LARGE_BYTES)
		return;
	if (!side->n_large || side->large_seq != seq) {
		side->n_large = 0;
		side->large_seq = seq;
		side->large_us = r->when_us;
	}
	side->large_end = seq + n;
	side->n_large++;
}

static void note_data(struct reassembly *r, uint32_t seq, uint32_t n)
{
	struct stream_side *side = &r->stream->side[r->dir];

	side->n_data++;
	if (after(seq + n, side->highest) <= 0) {
		note_sent_again(r, seq, n);
		return;
	}
	side->highest = seq + n;
	side->last_data_us = r->when_us;
}

static void hear_data(struct reassembly *r, const struct packet *p, uint32_t seq)
{
	struct stream_side *side = &r->stream->side[r->dir];
	uint32_t n = (uint32_t)p->n, n_whole = (uint32_t)p->n_whole;
	const uint8_t *bytes = p->body;
	int32_t ahead = after(seq, side->next);

	if (n_whole == 1 && ahead == -1)
		return; /* keep-alive */
	if (ahead > FAR_AHEAD || ahead < -FAR_AHEAD)
		return; /* of another connection */
	note_data(r, seq, n_whole);
	if (ahead > 0) {
		keep(r, seq, bytes, n, n_whole);
		leap_where_lost(r);
		return;
	}

	uint32_t old = (uint32_t)-ahead;

	if (old >= n_whole)
		return;
	deliver(r, old < n ? bytes + old : bytes, old < n ? n - old : 0, n_whole - old, r->when_us);
	drain(r);
}

/* --------------------------------------------------------------------------- one packet */

static void end_side(struct reassembly *r, enum ending how)
{
	struct stream_side *side = &r->stream->side[r->dir];

	if (side->has_ended)
		return;
	side->has_ended = true;
	r->to->ended(r->to->context, r->stream, r->dir, how, r->when_us);
}

static void hear_syn(struct reassembly *r, const struct packet *p)
{
	struct stream *s = r->stream;
	struct stream_side *side = &s->side[r->dir];

	side->has_syn = true;
	side->n_syn++;
	if (r->dir == C2S) {
		s->last_syn_us = r->when_us;
		s->syn_us = s->syn_us ? s->syn_us : r->when_us;
	} else {
		s->answered_us = s->answered_us ? s->answered_us : r->when_us;
	}
	if (side->has_seq)
		return;
	side->has_seq = true;
	side->first_seq = p->seq;
	side->next = side->highest = p->seq + 1;
}

static void hear_rst(struct reassembly *r, const struct packet *p, bool is_from_other)
{
	struct stream *s = r->stream;

	(void)p;
	if (r->dir == S2C && s->side[C2S].has_syn && !s->side[S2C].has_syn &&
	    !s->side[S2C].n_bytes && !s->side[C2S].n_bytes) {
		s->is_refused = true;
		s->is_reset[S2C] = true;
		s->side[S2C].has_ended = true;
		return;
	}
	s->is_reset[r->dir] = true;
	s->is_foreign_reset[r->dir] |= is_from_other && !s->side[r->dir].has_ended;
	end_side(r, ENDED_RST);
}

static void hear_ack(struct reassembly *r, const struct packet *p)
{
	struct stream *s = r->stream;
	struct stream_side *side = &s->side[r->dir];
	enum direction there = other(r->dir);
	struct reassembly peer = *r;

	if (!side->has_ack || after(p->ack, side->acked) > 0)
		side->acked = p->ack;
	side->has_ack = true;
	if (r->dir == C2S && !(p->flags & TCP_SYN) && !s->established_us)
		s->established_us = r->when_us;
	peer.dir = there;
	if (s->side[there].waiting)
		leap_where_lost(&peer);
}

static void hear_window(struct reassembly *r, const struct packet *p)
{
	struct stream_side *side = &r->stream->side[r->dir];
	bool is_zero = !p->window && !(p->flags & (TCP_SYN | TCP_RST | TCP_FIN));

	side->n_zero += is_zero && !side->is_zero;
	side->is_zero = is_zero;
}

static void hear_fin(struct reassembly *r)
{
	struct stream_side *side = &r->stream->side[r->dir];

	if (side->has_fin && after(side->next, side->fin_seq) >= 0)
		end_side(r, ENDED_FIN);
}

bool reassembly_packet(struct reassembly *r, const struct packet *p)
{
	struct stream_side *side = &r->stream->side[r->dir];
	bool is_from_other;
	uint32_t seq = p->seq + (p->flags & TCP_SYN ? 1 : 0);

	if (is_recorded_before(r, p)) {
		r->stream->n_duplicates++;
		if (!has_ttl(side, p->ttl) && side->n_ttls < TTLS_KEPT)
			side->ttls[side->n_ttls++] = p->ttl; /* recorded on both sides of a router
			                                      */
		return false;
	}
	is_from_other = p->flags & TCP_RST && is_foreign(r, p);
	if (p->flags & TCP_RST) {
		hear_rst(r, p, is_from_other);
		side->n_packets++;
		return true;
	}
	note_habits(r, p);
	side->n_packets++;
	if (p->flags & TCP_SYN)
		hear_syn(r, p);
	if (!side->has_seq && (p->n_whole || p->flags & TCP_FIN)) {
		side->has_seq = true;
		side->first_seq = side->next = side->highest = p->seq;
	}
	hear_window(r, p);
	if (p->flags & TCP_ACK)
		hear_ack(r, p);
	if (p->n_whole)
		hear_data(r, p, seq);
	if (p->flags & TCP_FIN && !side->has_fin) {
		side->has_fin = true;
		side->fin_seq = seq + (uint32_t)p->n_whole;
	}
	hear_fin(r);
	return true;
}

void reassembly_flush(struct stream *s, const struct streams_listener *to, size_t *n_waiting)
{
	struct reassembly r = {
	    .to = to, .stream = s, .when_us = s->last_us, .n_waiting = n_waiting};

	for (int dir = C2S; dir <= S2C; dir++) {
		r.dir = (enum direction)dir;
		while (s->side[dir].waiting &&
		       (is_acknowledged(&r) || !s->side[other(r.dir)].n_packets))
			leap(&r);
		if (s->side[dir].has_fin && !s->side[dir].waiting)
			end_side(&r, ENDED_FIN);
	}
}

void reassembly_fini(struct stream *s, size_t *n_waiting)
{
	for (int dir = C2S; dir <= S2C; dir++)
		while (s->side[dir].waiting) {
			struct segment *g = s->side[dir].waiting;

			s->side[dir].waiting = g->next;
			*n_waiting -= g->n;
			free(g);
		}
}

bool reassembly_lacks(const struct stream *s, enum direction dir)
{
	const struct stream_side *side = &s->side[dir], *peer = &s->side[other(dir)];

	if (!side->n_packets)
		return peer->n_bytes > 0;
	/* A FIN counts as one. */
	return side->has_seq && peer->has_ack && after(peer->acked, side->next) > 1;
}

uint32_t reassembly_hole(const struct stream *s, enum direction dir, int64_t *since_us)
{
	const struct stream_side *side = &s->side[dir];

	if (!side->waiting)
		return 0;
	*since_us = side->waiting->when_us;
	return side->waiting->seq - side->next;
}
