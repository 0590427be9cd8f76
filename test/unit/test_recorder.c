/* What a run of the probe writes about itself, read with a small reader of its own. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/recorder.h"
#include "probe_run.h"
#include "read/tls_secrets.h"

#define ADDRESS      "192.0.2.7"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- a file, block by block --- */

enum { IDB = 1, ISB = 5, EPB = 6, DSB = 10 };
#define SHB 0x0A0D0D0A

struct seen_file {
	size_t n_blocks[16];
	size_t n_syn, n_rst, n_fin, n_icmp, n_measures, n_data[2];
	bool is_out_of_order, has_late_secrets, has_wrong_sum;
	struct tls_secrets *secrets;
	size_t n_sessions;
	int64_t last_us;
	char comment[256];
};

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t sum_of(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += (uint32_t)p[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* A sum over what holds its own sum is all ones (RFC 1071); zero: none was made. */
static void see_tcp(struct seen_file *f, const uint8_t *ip, size_t n_ip, size_t n)
{
	const uint8_t *tcp = ip + n_ip;
	size_t n_addresses = n_ip == 20 ? 8 : 32;
	uint32_t sum = sum_of(tcp - n_addresses, n_addresses, 6 + (uint32_t)(n - n_ip));

	f->has_wrong_sum |= be16(tcp + 16) && sum_of(tcp, n - n_ip, sum) != 0xffff;
	f->n_syn += (tcp[13] & 0x12) == 0x02;
	f->n_rst += (tcp[13] & 0x04) != 0;
	f->n_fin += (tcp[13] & 0x01) != 0;
	f->n_data[be16(tcp) == 3389] += n - n_ip - 20;
}

static void see_packet(struct seen_file *f, const uint8_t *body, size_t n_body)
{
	int64_t us = (int64_t)((uint64_t)le32(body + 4) << 32 | le32(body + 8));
	size_t n = le32(body + 12), n_padded = (n + 3) & ~(size_t)3;
	const uint8_t *ip = body + 20;
	bool is_v6 = ip[0] >> 4 == 6;

	assert_true(20 + n_padded <= n_body);
	f->is_out_of_order |= us < f->last_us;
	f->last_us = us;
	f->n_measures += 20 + n_padded < n_body &&
	                 memcmp(body + 24 + n_padded, ASIDE_COMMENT, 20) == 0;
	if (!is_v6)
		f->has_wrong_sum |= be16(ip + 10) && sum_of(ip, 20, 0) != 0xffff;
	if (ip[is_v6 ? 6 : 9] == 6)
		see_tcp(f, ip, is_v6 ? 40 : 20, n);
	else
		f->n_icmp++;
}

static void see_block(struct seen_file *f, uint32_t type, const uint8_t *body, size_t n)
{
	f->n_blocks[type & 15]++;
	if (type == IDB && n > 12)
		memcpy(f->comment, body + 12, n - 12 < 255 ? n - 12 : 255);
	if (type == EPB)
		see_packet(f, body, n);
	if (type == DSB) {
		f->has_late_secrets |= f->n_blocks[EPB] > 0;
		assert_int_equal(le32(body), 0x544c534b);
		f->n_sessions += tls_secrets_read(f->secrets, body + 8, le32(body + 4), NULL);
	}
}

static struct seen_file see(const struct buf *file)
{
	struct seen_file f = {.secrets = tls_secrets_new()};
	const uint8_t *p = (const uint8_t *)file->bytes;

	assert_int_equal(le32(p), SHB);
	for (size_t at = 0, n; at < file->n; at += n) {
		assert_true(at + 12 <= file->n);
		n = le32(p + at + 4);
		assert_true(n >= 12 && n % 4 == 0 && at + n <= file->n);
		assert_int_equal(le32(p + at + n - 4), n);
		see_block(&f, le32(p + at), p + at + 8, n - 12);
	}
	tls_secrets_free(f.secrets);
	assert_int_equal(f.n_blocks[IDB], 1);
	assert_int_equal(f.n_blocks[ISB], 1);
	assert_false(f.is_out_of_order);
	assert_false(f.has_late_secrets);
	assert_false(f.has_wrong_sum);
	return f;
}

/* --- a run --- */

struct recorded {
	struct probe_run run;
	struct recorder *recorder;
	struct buf file;
};

static void begin(struct recorded *r, const char *address)
{
	probe_run_init(&r->run, RUN_HOST);
	probe_run_name(&r->run, &address, 1);
	r->recorder = recorder_new();
	r->file = (struct buf){0};
	r->run.options.tap = recorder_tap(r->recorder);
}

static struct seen_file finish(struct recorded *r)
{
	struct recorder_span span = {.began_us = RUN_WALL_US, .why_not_real = "a test"};
	struct seen_file f;

	probe_fini(r->run.probe);
	span.ended_us = net_wall_us(r->run.net);
	recorder_put(r->recorder, &span, &r->file);
	f = see(&r->file);
	recorder_free(r->recorder);
	buf_fini(&r->file);
	probe_run_fini(&r->run);
	assert_int_equal(net_fake_live(), 0);
	return f;
}

static struct seen_file go(struct recorded *r)
{
	probe_run_go(&r->run);
	return finish(r);
}

static struct seen_file play(const char *scenario, const char *address)
{
	struct recorded r;

	begin(&r, address);
	probe_run_play(&r.run, scenario_by_id(scenario), address);
	return go(&r);
}

static struct seen_file way(const struct fake_path *like, const char *address)
{
	struct fake_path path = *like;
	struct recorded r;

	begin(&r, address);
	path.to = run_address(address);
	path.to.port = 0; /* all of them: the probe asks other ports as well */
	net_fake_path(r.run.net, &path);
	return go(&r);
}

/* --- tests --- */

static void a_good_host(void **state)
{
	(void)state;
	static const char *const addresses[] = {ADDRESS, "2001:db8::7"};

	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct seen_file f = play("healthy", addresses[i]);

		assert_int_equal(f.n_sessions, 1);
		assert_true(f.n_syn >= 1 && f.n_syn == f.n_measures + 1);
		assert_true(f.n_fin >= f.n_syn);
		assert_int_equal(f.n_rst, 0);
		assert_true(f.n_data[0] > 300 && f.n_data[1] > 1000);
		assert_non_null(strstr(f.comment, "made up: a test"));
	}
}

static void a_host_that_resets(void **state)
{
	(void)state;
	struct seen_file f = play("neg-rst", ADDRESS);

	assert_true(f.n_rst > 0);
}

static void ways_that_lead_nowhere(void **state)
{
	(void)state;
	static const struct {
		struct fake_path path;
		bool has_syn, has_rst, has_icmp;
	} cases[] = {
	    {{.way = FAKE_REFUSED}, true, true, false},
	    {{.way = FAKE_SILENT, .syn_retransmits = 1}, true, false, false},
	    {{.way = FAKE_UNREACHABLE}, true, false, false},
	    {{.way = FAKE_UNREACHABLE, .has_router = true}, true, false, true},
	    {{.way = FAKE_PROHIBITED, .has_router = true}, true, false, true},
	    {{.way = FAKE_NO_ROUTE}, false, false, false},
	    {{.way = FAKE_NOT_PERMITTED}, false, false, false},
	};
	static const char *const addresses[] = {ADDRESS, "2001:db8::7"}, *const routers[] = {
	                                                                     "192.0.2.1",
	                                                                     "2001:db8::1"};

	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		struct fake_path path = cases[i / 2].path;
		struct seen_file f;

		path.router = run_address(routers[i % 2]);
		f = way(&path, addresses[i % 2]);
		assert_int_equal(f.n_syn > 0, cases[i / 2].has_syn);
		assert_int_equal(f.n_rst > 0, cases[i / 2].has_rst);
		assert_int_equal(f.n_icmp > 0, cases[i / 2].has_icmp);
		assert_int_equal(f.n_data[0] + f.n_data[1], 0);
	}
}

/* A second SYN of the same socket follows after a second. */
static void syns_are_repeated(void **state)
{
	(void)state;
	struct seen_file once = way(&(struct fake_path){.way = FAKE_SILENT}, ADDRESS),
	                 twice = way(&(struct fake_path){.way = FAKE_SILENT, .syn_retransmits = 1},
	                             ADDRESS);

	assert_int_equal(twice.n_syn, 2 * once.n_syn);
}

static void a_run_that_is_cut_off(void **state)
{
	(void)state;
	struct recorded r;
	struct seen_file f;

	begin(&r, ADDRESS);
	probe_run_play(&r.run, scenario_by_id("tls-hello-silent"), ADDRESS);
	net_fake_interrupt_at(r.run.net, net_now_us(r.run.net) + 1500000);
	f = go(&r);
	assert_true(f.n_syn > 0 && f.n_fin > 0);
}

/* --- packets that are given --- */

/* From the address that this computer has in the network in memory; the ports are filled in. */
static const uint8_t own_syn[] = {
    0x45, 0, 0,    40,   0, 0, 0, 0, 64, 6, 0, 0, 192,  0, 2, 100, 192, 0, 2, 7, /* IPv4 */
    0,    1, 0x0d, 0x3d, 0, 0, 0, 0, 0,  0, 0, 0, 0x50, 2, 0, 0,   0,   0, 0, 0, /* TCP */
};

static void hear_of(void *context, const struct net_address *to)
{
	*(struct net_address *)context = *to;
}

static void packets_of_other_programs_stay_out(void **state)
{
	(void)state;
	struct recorded r;
	struct net_address heard = {0};
	struct seen_file f;

	begin(&r, ADDRESS);
	recorder_is_given(r.recorder, hear_of, &heard);
	recorder_packet(r.recorder, RUN_WALL_US, own_syn, sizeof own_syn, sizeof own_syn);
	for (size_t n = 0; n < sizeof own_syn; n++)
		recorder_packet(r.recorder, RUN_WALL_US, own_syn, n, sizeof own_syn);
	probe_run_play(&r.run, scenario_by_id("healthy"), ADDRESS);
	f = go(&r);
	assert_int_equal(heard.port, 3389);
	assert_int_equal(heard.bytes[3], 7);
	assert_int_equal(f.n_blocks[EPB], 0); /* nor are any made up */
	assert_int_equal(f.n_sessions, 1);
}

static void our_own_packets_come_in(void **state)
{
	(void)state;
	struct recorded r;
	struct net_address heard;
	struct seen_file f;
	size_t n;

	begin(&r, ADDRESS);
	recorder_is_given(r.recorder, hear_of, &heard);
	probe_run_play(&r.run, scenario_by_id("healthy"), ADDRESS);
	probe_run_go(&r.run);
	n = r.run.facts.n_ports;
	for (size_t i = 0; i < n; i++) {
		uint8_t syn[sizeof own_syn];

		memcpy(syn, own_syn, sizeof syn);
		syn[20] = (uint8_t)(r.run.facts.ports[i] >> 8);
		syn[21] = (uint8_t)r.run.facts.ports[i];
		recorder_packet(r.recorder, RUN_WALL_US, syn, sizeof syn, sizeof syn);
	}
	f = finish(&r);
	assert_true(n > 0);
	assert_int_equal(f.n_blocks[EPB], n);
	assert_int_equal(f.n_measures, n - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_host),
	    cmocka_unit_test(a_host_that_resets),
	    cmocka_unit_test(ways_that_lead_nowhere),
	    cmocka_unit_test(syns_are_repeated),
	    cmocka_unit_test(a_run_that_is_cut_off),
	    cmocka_unit_test(packets_of_other_programs_stay_out),
	    cmocka_unit_test(our_own_packets_come_in),
	};

	return RUN(tests);
}
