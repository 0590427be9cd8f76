/*
 * recording - the way of a packet: capture_file, packet, streams with reassembly, conversation;
 * and of what was seen: recorded, then the attempts of the evidence.
 *
 * Memory: 350 bytes for each connection to an RDP port that is open (STREAMS_MAX of them at most),
 * 8 KiB more once it has spoken, what waits for missing pieces (64 MiB at most), and the newest
 * ATTEMPTS_MAX attempts. Connections of other kinds cost nothing.
 */
#include "read/recording.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "read/capture_file.h"
#include "read/reassembly.h"
#include "read/recorded.h"
#include "read/udp_calls.h"
#include "wire/krb_error.h"

#define LINKS_COUNTED 8
#define KERBEROS_KEPT 64
#define MEASURES_MAX  1024
#define REQUEST_MOST  262 /* TPKT and the longest that a length of one byte can tell */
#define FAMILIES_US   INT64_C(30000000)
#define RECOVERY_US   INT64_C(60000000) /* whoever comes back that soon tries the same thing */

struct recording {
	struct evidence *ev;
	struct recording_plan plan;
	struct capture_file *file;
	struct fragments *fragments;
	struct streams *streams;
	struct udp_calls *udp;
	struct tls_secrets *secrets, *own_secrets;
	struct recorded *kept; /* a heap, the oldest first */
	size_t n_kept, cap_kept;
	struct {
		uint32_t type;
		uint64_t n;
	} unknown_links[LINKS_COUNTED];
	size_t n_one_sided, n_kerberos;
	int64_t until_us;                /* as the file says; 0: it does not */
	uint64_t measures[MEASURES_MAX]; /* their first packets, in order */
	size_t n_measures;
	uint32_t last_link;
	bool is_last_link_known;
};

static void *allocated(void *p)
{
	if (!p) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	return p;
}

bool recording_recognises(const uint8_t *head, size_t n)
{
	return capture_file_recognises(head, n);
}

/* --------------------------------------------------------------------------- what is kept */

static int64_t moment_of(const struct recorded *r)
{
	return r->attempt.ended_us ? r->attempt.ended_us : r->attempt.began_us;
}

static void swap(struct recorded *a, struct recorded *b)
{
	struct recorded t = *a;

	*a = *b;
	*b = t;
}

static void sift_up(struct recording *r, size_t i)
{
	while (i && moment_of(&r->kept[i]) < moment_of(&r->kept[(i - 1) / 2])) {
		swap(&r->kept[i], &r->kept[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct recording *r, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < r->n_kept &&
		    moment_of(&r->kept[child + 1]) < moment_of(&r->kept[child]))
			child++;
		if (child >= r->n_kept || moment_of(&r->kept[i]) <= moment_of(&r->kept[child]))
			return;
		swap(&r->kept[i], &r->kept[child]);
		i = child;
	}
}

/* The oldest gives way, as in the set of attempts itself. */
static void keep(struct recording *r, struct recorded *one)
{
	if (r->n_kept == ATTEMPTS_MAX) {
		r->ev->attempts->n_left_out++;
		if (moment_of(one) < moment_of(&r->kept[0])) {
			recorded_free(one);
			return;
		}
		recorded_free(&r->kept[0]);
		r->kept[0] = *one;
		sift_down(r, 0);
		return;
	}
	if (r->n_kept == r->cap_kept) {
		r->cap_kept = r->cap_kept ? r->cap_kept * 2 : 64;
		r->kept = allocated(realloc(r->kept, r->cap_kept * sizeof *r->kept));
	}
	r->kept[r->n_kept++] = *one;
	sift_up(r, r->n_kept - 1);
}

/* --------------------------------------------------------------------------- streams */

static struct talk *talk_of(struct recording *r, struct stream *s)
{
	struct talk *t = s->talk;
	struct conversation_plan plan = {.profile = r->plan.profile,
	                                 .secrets = r->secrets,
	                                 .is_from_start = s->side[C2S].has_syn ||
	                                                  s->side[S2C].has_syn};
	char where[320];

	if (t)
		return t;
	t = allocated(calloc(1, sizeof *t));
	snprintf(where, sizeof where, "%s frame %" PRIu64, r->ev->name, s->number);
	t->where = loose_text(where);
	plan.where = t->where;
	t->conversation = conversation_new(&plan);
	s->talk = t;
	return t;
}

static void forget(struct stream *s)
{
	struct talk *t = s->talk;

	if (!t)
		return;
	conversation_free(t->conversation);
	free(t->where);
	free(t);
	s->talk = NULL;
}

/* What began like RDP on another port is RDP when the whole request says so. */
static void decide(struct stream *s)
{
	struct talk *t = s->talk;

	if (conversation_said(t->conversation)->has_request) {
		s->is_candidate = false;
	} else if (s->side[C2S].n_bytes >= REQUEST_MOST || s->side[S2C].n_bytes) {
		s->is_ignored = true;
		forget(s);
	}
}

static void on_bytes(void *context, struct stream *s, enum direction dir, const uint8_t *bytes,
                     size_t n, int64_t when_us)
{
	struct recording *r = context;

	conversation_bytes(talk_of(r, s)->conversation, dir, bytes, n, when_us);
	if (s->is_candidate)
		decide(s);
}

static void on_gap(void *context, struct stream *s, enum direction dir, uint32_t n)
{
	conversation_gap(talk_of(context, s)->conversation, dir, n);
}

/* When the client leaves after it has waited long enough, the host was silent before. */
static void judge_wait(struct talk *t, struct stream *s, int64_t when_us)
{
	int64_t since = s->side[C2S].last_data_us, waited = since ? when_us - since : 0;
	size_t n;

	if (!since || waited < silence_us(s) || !conversation_awaits_host(t->conversation) ||
	    reassembly_lacks(s, S2C))
		return;
	waited = waited / 1000 < INT32_MAX ? waited / 1000 : INT32_MAX;
	n = conversation_found(t->conversation)->n;
	conversation_ended(t->conversation, S2C, ENDED_SILENT, (int)waited, when_us);
	if (conversation_found(t->conversation)->n > n)
		t->waited_ms = (int)waited;
}

static void on_ended(void *context, struct stream *s, enum direction who, enum ending how,
                     int64_t when_us)
{
	struct talk *t = talk_of(context, s);

	if (!t->has_end) {
		t->has_end = true;
		t->ender = who;
		t->how = how;
		t->end_us = when_us;
		if (who == C2S)
			judge_wait(t, s, when_us);
	}
	/* Nobody can say what a host closed upon when the recording lacks what it was told. */
	if (who == S2C && reassembly_lacks(s, C2S))
		conversation_gap(t->conversation, C2S, 1);
	conversation_ended(t->conversation, who, how, 0, when_us);
}

/* Whoever waited in vain did so as long as it was recorded, though no packet came any more. */
static int64_t recorded_us(const struct recording *r)
{
	int64_t now = streams_now(r->streams);

	return r->until_us > now ? r->until_us : now;
}

static void on_until(void *context, int64_t when_us)
{
	struct recording *r = context;

	if (when_us > r->until_us)
		r->until_us = when_us;
}

static bool is_measure(const struct recording *r, uint64_t number)
{
	for (size_t i = 0; i < r->n_measures; i++)
		if (r->measures[i] == number)
			return true;
	return false;
}

static void on_over(void *context, struct stream *s)
{
	struct recording *r = context;
	struct talk *t = s->talk;
	struct recorded_context rc = {.name = r->ev->name, .recorded_us = recorded_us(r)};
	struct recorded one;

	if (recorded_make(s, t, &rc, &one)) {
		r->n_one_sided += (!s->side[S2C].n_packets && s->side[C2S].n_bytes) ||
		                  (!s->side[C2S].n_packets && s->side[S2C].n_bytes);
		if (is_measure(r, s->number)) {
			one.attempt.is_ours = true;
			one.attempt.is_failure = false;
		}
		keep(r, &one);
	}
	forget(s);
}

/* --------------------------------------------------------------------------- packets */

static void count_unknown(struct recording *r, uint32_t type)
{
	for (size_t i = 0; i < LINKS_COUNTED; i++) {
		if (r->unknown_links[i].n && r->unknown_links[i].type != type)
			continue;
		r->unknown_links[i].type = type;
		r->unknown_links[i].n++;
		return;
	}
}

static bool is_known(struct recording *r, uint32_t link_type)
{
	if (link_type != r->last_link) {
		r->last_link = link_type;
		r->is_last_link_known = packet_knows_link(link_type);
	}
	return r->is_last_link_known;
}

/* Beside the connection: what a domain controller says to those who want to sign in. */
static void hear_kerberos(struct recording *r, const struct packet *p,
                          const struct capture_packet *c)
{
	struct finding f = finding_of(F_NLA_KERBEROS_ERROR, ORIGIN_CAPTURE);
	bool is_tcp = p->kind == PACKET_TCP;
	struct flaw flaw;
	struct cur cur;
	uint32_t code;
	char where[320];

	if (!krb_is_error(p->body, p->n, is_tcp) || r->n_kerberos == KERBEROS_KEPT)
		return;
	cur = cur_over(p->body, p->n, &flaw);
	if (!krb_read_error(&cur, is_tcp, &code) || code == KDC_ERR_PREAUTH_REQUIRED)
		return;
	r->n_kerberos++;
	snprintf(where, sizeof where, "%s frame %" PRIu64, r->ev->name, c->number);
	f.number = code;
	f.where = where;
	f.when_us = c->when_us;
	findings_add(r->ev->found, &f);
}

static void on_packet(void *context, const struct capture_packet *c)
{
	struct recording *r = context;
	struct packet p;

	if (!is_known(r, c->link_type)) {
		count_unknown(r, c->link_type);
		return;
	}
	if (c->is_measure && r->n_measures < MEASURES_MAX)
		r->measures[r->n_measures++] = c->number;
	if (!packet_read(c->link_type, c->bytes, c->n, c->n_whole, c->when_us, &r->fragments, &p))
		return;
	if (p.source_port == KRB_PORT && p.n && p.kind != PACKET_ICMP)
		hear_kerberos(r, &p, c);
	if (c->is_as_client && p.kind == PACKET_TCP)
		streams_port(r->streams, p.target_port);
	if (p.kind == PACKET_UDP)
		udp_calls_packet(r->udp, r->streams, &p, c->when_us, c->number);
	streams_packet(r->streams, &p, c->when_us, c->number);
}

static void on_secrets(void *context, const uint8_t *bytes, size_t n)
{
	struct recording *r = context;

	if (!r->secrets && !r->own_secrets)
		r->own_secrets = tls_secrets_new();
	if (!r->secrets)
		r->secrets = r->own_secrets;
	tls_secrets_read(r->secrets, bytes, n, r->ev->complaints);
}

struct recording *recording_new(struct evidence *ev, const struct recording_plan *plan)
{
	struct recording *r = allocated(calloc(1, sizeof *r));
	struct capture_listener file = {
	    .packet = on_packet, .secrets = on_secrets, .until = on_until, .context = r};
	struct streams_listener streams = {
	    .bytes = on_bytes, .gap = on_gap, .ended = on_ended, .over = on_over, .context = r};

	r->ev = ev;
	r->plan = *plan;
	r->secrets = plan->secrets;
	r->last_link = UINT32_MAX;
	if (!ev->complaints->unit)
		ev->complaints->unit = "byte";
	r->file = capture_file_new(&file, ev->complaints);
	r->streams = streams_new(&streams, plan->port);
	r->udp = udp_calls_new();
	return r;
}

size_t recording_take(struct recording *r, const uint8_t *bytes, size_t n, bool is_last)
{
	return capture_file_take(r->file, bytes, n, is_last);
}

/* --------------------------------------------------------------------------- the end */

static struct finding udp_finding(const struct udp_call *c, int64_t recorded_us, const char *where)
{
	struct finding f = finding_of(c->is_answered ? F_UDP_ANSWERED : F_UDP_SILENT,
	                              ORIGIN_CAPTURE);

	f.where = where;
	f.when_us = c->last_us;
	if (!c->is_answered && recorded_us - c->asked_us < INT64_C(2900000))
		f.id = F_NONE; /* the recording ends too soon to tell */
	return f;
}

static void keep_call(struct recording *r, const struct udp_call *c)
{
	struct recorded one = {.client = c->client, .host = c->host};
	char client[80], host[80], where[320];
	struct finding f;

	endpoint_text(&c->client, true, client, sizeof client);
	endpoint_text(&c->host, true, host, sizeof host);
	snprintf(where, sizeof where, "%s frame %" PRIu64, r->ev->name, c->number);
	f = udp_finding(c, streams_now(r->streams), where);
	one.attempt = (struct attempt){
	    .origin = ORIGIN_CAPTURE,
	    .client = loose_text(client),
	    .host = loose_text(host),
	    .where = loose_text(where),
	    .ended = loose_text(f.id == F_UDP_SILENT ? "no answer over UDP" : NULL),
	    .began_us = c->asked_us,
	    .ended_us = c->last_us,
	    .reached = STAGE_UDP,
	};
	if (f.id)
		loose_add(&one.found, &f);
	keep(r, &one);
}

static int by_time(const void *left, const void *right)
{
	const struct recorded *a = left, *b = right;

	if (a->attempt.began_us != b->attempt.began_us)
		return a->attempt.began_us < b->attempt.began_us ? -1 : 1;
	return strcmp(a->attempt.where, b->attempt.where);
}

/* The same person calls the same host again and gets further, or in. */
static bool is_made_good_by(const struct recorded *failed, const struct recorded *later)
{
	return !later->attempt.is_failure && later->attempt.reached != STAGE_UDP &&
	       later->attempt.reached > failed->attempt.reached &&
	       later->host.port == failed->host.port &&
	       endpoint_same_address(&later->host, &failed->host) &&
	       endpoint_same_address(&later->client, &failed->client);
}

/*
 * A client that has no luck with one family of addresses tries the other (RFC 8305). Nothing shows
 * that both are of one host but that they follow each other so closely.
 */
static bool is_other_family(const struct recorded *failed, const struct recorded *later)
{
	return failed->attempt.reached <= STAGE_TCP && later->attempt.reached > STAGE_TCP &&
	       later->attempt.reached != STAGE_UDP && later->host.port == failed->host.port &&
	       later->host.is_v6 != failed->host.is_v6 &&
	       later->attempt.began_us - failed->attempt.began_us <= FAMILIES_US;
}

static void tell_other_family(const struct recorded *failed, struct recorded *later)
{
	struct finding f = finding_of(F_TCP_IPV6_FAILS_IPV4_WORKS, ORIGIN_CAPTURE);

	f.when_us = later->attempt.began_us;
	f.where = later->attempt.where;
	if (failed->host.is_v6 && !loose_find(&later->found, f.id))
		loose_add(&later->found, &f);
}

static void mark_recovered(struct recording *r)
{
	for (size_t i = 0; i < r->n_kept; i++) {
		struct recorded *failed = &r->kept[i];

		for (size_t k = i + 1; failed->attempt.is_failure && k < r->n_kept; k++) {
			struct recorded *later = &r->kept[k];

			if (later->attempt.began_us - failed->attempt.ended_us > RECOVERY_US)
				break;
			failed->attempt.is_recovered |= is_made_good_by(failed, later);
			if (!is_other_family(failed, later))
				continue;
			failed->attempt.is_recovered = true;
			tell_other_family(failed, later);
		}
	}
}

static void hand_over(struct recording *r)
{
	if (r->n_kept)
		qsort(r->kept, r->n_kept, sizeof *r->kept, by_time);
	mark_recovered(r);
	for (size_t i = 0; i < r->n_kept; i++) {
		struct recorded *one = &r->kept[i];
		struct attempt a = one->attempt;

		a.found = (struct findings){.at = one->found.at, .n = one->found.n};
		attempts_add(r->ev->attempts, &a);
		recorded_free(one);
	}
	free(r->kept);
}

static void complain_at_end(struct recording *r)
{
	struct complaints *c = r->ev->complaints;

	for (size_t i = 0; i < LINKS_COUNTED && r->unknown_links[i].n; i++)
		complain_of_all(c,
		                "link type %" PRIu32 " is not known: %" PRIu64 " packets left out",
		                r->unknown_links[i].type, r->unknown_links[i].n);
	if (streams_given_up(r->streams))
		complain_of_all(c,
		                "more than %d connections open at once: %" PRIu64 " judged early",
		                STREAMS_MAX, streams_given_up(r->streams));
	if (udp_calls_left_out(r->udp))
		complain_of_all(c, "more than %d requests over UDP: %" PRIu64 " left out",
		                UDP_CALLS_MAX, udp_calls_left_out(r->udp));
	if (r->n_one_sided)
		complain_of_all(c, "of %zu connections only the packets of one side were recorded",
		                r->n_one_sided);
}

void recording_end(struct recording *r)
{
	streams_finish(r->streams);
	for (size_t i = 0; i < udp_calls_count(r->udp); i++)
		if (!udp_calls_at(r->udp, i)->is_beside)
			keep_call(r, udp_calls_at(r->udp, i));
	hand_over(r);
	complain_at_end(r);
	capture_file_free(r->file);
	packet_fini(r->fragments);
	streams_free(r->streams);
	udp_calls_free(r->udp);
	tls_secrets_free(r->own_secrets);
	free(r);
}
