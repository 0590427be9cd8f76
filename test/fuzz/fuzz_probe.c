/*
 * A host that answers as the input says, probed from the name to the report, in virtual time.
 *
 * First byte: which host. Below 0xe0 it speaks bare bytes: answers follow one another, each a
 * byte of delay and ending, a byte of length, and the bytes; connection n begins with answer
 * n times (first byte mod 4). From 0xe0 on it is a host of the lab, with a real TLS, and one
 * fault: moment, act, place, delay, and the bytes that take the place of an answer.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probe_run.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define ADDRESS   "192.0.2.7"
#define CONNS_MAX 64
#define LAB_HOSTS 0xe0

/* --- a host of bare bytes --- */

struct host;

struct visit {
	struct host *host;
	struct net_conn *conn;
	struct net_timer *timer;
	size_t at; /* of the next answer */
};

struct host {
	struct net *net;
	struct net_listener *listener;
	const uint8_t *bytes;
	size_t n;
	struct visit visits[CONNS_MAX];
	size_t n_visits;
};

static const int64_t delays_us[] = {0, 1000, 20000, 300000, 1100000, 2000000, 3100000, 7000000};

enum { END_NOT, END_FIN, END_RST, END_AT_ONCE_MORE };

/* The control byte: three bits of delay, two of ending. */
static void answer(void *context);

static void answer_later(struct visit *v)
{
	uint8_t control = v->at < v->host->n ? v->host->bytes[v->at] : 0;

	if (v->timer || !v->conn || v->at >= v->host->n)
		return;
	v->timer = net_after(v->host->net, delays_us[control & 7], answer, v);
}

static void leave(struct visit *v, int how)
{
	if (how == END_RST)
		net_reset(v->conn);
	else
		net_close(v->conn);
	v->conn = NULL;
}

static void answer(void *context)
{
	struct visit *v = context;
	const struct host *host = v->host;
	uint8_t control = host->bytes[v->at++];
	size_t length = v->at < host->n ? host->bytes[v->at++] : 0;
	int how = control >> 3 & 3;

	v->timer = NULL;
	if (length > host->n - v->at)
		length = host->n - v->at;
	net_send(v->conn, host->bytes + v->at, length);
	v->at += length;
	if (how == END_FIN || how == END_RST)
		leave(v, how);
	else if (how == END_AT_ONCE_MORE)
		answer_later(v);
}

static void on_bytes(void *context, const uint8_t *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	answer_later(context);
}

static void on_ended(void *context, enum net_end how)
{
	struct visit *v = context;

	(void)how;
	if (v->timer)
		net_timer_stop(v->timer);
	v->timer = NULL;
	leave(v, END_FIN);
}

static void skip_answer(struct visit *v)
{
	const struct host *host = v->host;

	if (v->at + 2 <= host->n)
		v->at += 2u + host->bytes[v->at + 1];
	if (v->at > host->n)
		v->at = host->n;
}

static void on_accept(void *context, struct net_conn *conn)
{
	static const struct net_callbacks callbacks = {.bytes = on_bytes, .ended = on_ended};
	struct host *host = context;
	struct visit *v = &host->visits[host->n_visits];
	size_t skips = host->n_visits * (host->bytes[0] % 4u);

	assert(host->n_visits < CONNS_MAX); /* the probe keeps its limits */
	host->n_visits++;
	*v = (struct visit){.host = host, .conn = conn, .at = 1};
	while (skips--)
		skip_answer(v);
	net_adopt(conn, &callbacks, v);
	if (v->at < host->n && host->bytes[v->at] & 0x20) /* speaks first */
		answer_later(v);
}

static void host_begin(struct host *host, struct probe_run *r, const uint8_t *bytes, size_t n)
{
	struct net_address at = run_address(ADDRESS);
	const char *error;

	*host = (struct host){.net = r->net, .bytes = bytes, .n = n};
	host->listener = net_listen(r->net, &at, on_accept, host, &error);
}

static void host_end(struct host *host)
{
	for (size_t i = 0; i < host->n_visits; i++) {
		if (host->visits[i].timer)
			net_timer_stop(host->visits[i].timer);
		if (host->visits[i].conn)
			net_reset(host->visits[i].conn);
	}
	if (host->listener)
		net_listener_close(host->listener);
}

/* --- a host of the lab --- */

static struct scenario scenario_of(const uint8_t *bytes, size_t n)
{
	static const uint8_t zeros[6];
	const uint8_t *p = n >= 6 ? bytes : zeros;
	struct scenario s = {.id = "fuzz", .certificate = CERTIFICATE_P256};
	enum moment when = (enum moment)(p[1] % (AT_BYTE + 1));
	bool is_of_stream = when == AT_BYTE;

	s.host = (struct host_manner){.accepts = p[0] & 0x0Bu,
	                              .neg_flags = p[5],
	                              .nb_computer = "HOST7",
	                              .dns_computer = "host7.example.test"};
	if (p[0] & 0x10)
		s.tls = (struct tls_limits){.least = TLS_1_2, .most = TLS_1_2};
	s.fault = (struct fault){.when = when,
	                         .after = is_of_stream ? (size_t)(p[3] << 3) : 0,
	                         .delay_ms = is_of_stream ? 0 : p[4] * 16,
	                         .then = (enum act)(p[2] % (is_of_stream ? ALTER + 1 : DRIP))};
	if (is_of_stream && s.fault.then == GO_ON)
		s.fault.then = FIN;
	if (n > 6) {
		s.fault.send = (const char *)bytes + 6;
		s.fault.n_send = n - 6;
	}
	return s;
}

/* --- the run --- */

/* Inferring what to ask takes most of the time, and any order must do no harm. */
static const struct measure *ask(struct probe_run *r)
{
	const struct measure *open[32];
	size_t n = probe_open_measures(r->probe, open, 32);

	return n && r->n_asked < 3 ? open[(r->n_asked + r->found.n) % n] : NULL;
}

static void report(struct probe_run *r)
{
	struct run_frame frame = {.version = "0",
	                          .input = RUN_HOST,
	                          .host = RUN_HOST,
	                          .id = "1",
	                          .options = "",
	                          .started_us = RUN_WALL_US,
	                          .duration_us = r->took_us};
	struct buf text = {0}, json = {0};
	struct page page = {.out = &text, .width = 80};

	report_text(&page, &r->d, &frame, DETAIL_FINDINGS);
	report_json(&json, &r->d, &frame);
	for (size_t i = 0; i < text.n; i++)
		assert((unsigned char)text.bytes[i] >= 0x20 || text.bytes[i] == '\n');
	buf_fini(&text);
	buf_fini(&json);
}

/* Verdict and reports have fuzz targets of their own and take most of the time. */
static bool is_judged(const uint8_t *bytes, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += bytes[i];
	return sum % 64 == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const addresses[] = {ADDRESS};
	struct net_address at = run_address(ADDRESS);
	struct host host = {0};
	struct scenario scenario;
	struct fake_traffic traffic;
	struct probe_run r;

	if (!n)
		return 0;
	probe_run_init(&r, RUN_HOST);
	probe_run_name(&r, addresses, 1);
	r.ask = ask;
	r.is_unjudged = !is_judged(bytes, n);
	scenario = scenario_of(bytes, n);
	if (bytes[0] >= LAB_HOSTS) /* few: a handshake costs a hundred bare hosts */
		probe_run_play(&r, &scenario, ADDRESS);
	else
		host_begin(&host, &r, bytes, n);
	probe_run_go(&r);
	traffic = net_fake_traffic(r.net, &at);
	assert(r.was_idle || r.was_stopped);
	assert(r.took_us <= r.timeout_us);
	assert(traffic.n_most <= PROBE_AT_ONCE && traffic.n_all <= PROBE_CONNECTIONS);
	if (!r.is_unjudged)
		report(&r);
	host_end(&host);
	probe_run_fini(&r);
	assert(net_fake_live() == 0);
	return 0;
}
