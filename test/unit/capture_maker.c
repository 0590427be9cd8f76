#include "capture_maker.h"

#include <string.h>

#include "wire/tls_record.h"
#include "wire/x224.h"

#define PORT_OF_CLIENT 50000
#define PORT_OF_HOST   3389

/* --- numbers in the byte order of the file --- */

static void put(struct buf *out, uint64_t v, size_t n, bool is_big)
{
	for (size_t i = 0; i < n; i++)
		buf_putc(out, (char)(unsigned char)(v >> 8 * (is_big ? n - 1 - i : i) & 0xFF));
}

static void file32(struct maker *m, uint64_t v)
{
	put(&m->out, v, 4, m->is_big_endian);
}

static void net16(struct buf *out, uint64_t v)
{
	put(out, v, 2, true);
}

static void net32(struct buf *out, uint64_t v)
{
	put(out, v, 4, true);
}

/* --- files --- */

void maker_block(struct maker *m, uint32_t type, const void *body, size_t n)
{
	size_t padded = (n + 3) & ~(size_t)3;

	file32(m, type);
	file32(m, padded + 12);
	buf_put(&m->out, body, n);
	put(&m->out, 0, padded - n, false);
	file32(m, padded + 12);
}

void maker_section(struct maker *m)
{
	struct buf body = {0};

	put(&body, 0x1A2B3C4D, 4, m->is_big_endian);
	put(&body, 1, 2, m->is_big_endian);
	put(&body, 0, 2, m->is_big_endian);
	put(&body, UINT64_MAX, 8, m->is_big_endian);
	maker_block(m, 0x0A0D0D0A, body.bytes, body.n);
	buf_fini(&body);
}

void maker_interface(struct maker *m)
{
	struct buf body = {0};

	put(&body, m->link, 2, m->is_big_endian);
	put(&body, 0, 2, false);
	put(&body, 262144, 4, m->is_big_endian);
	if (m->resolution) {
		put(&body, 9, 2, m->is_big_endian);
		put(&body, 1, 2, m->is_big_endian);
		put(&body, m->resolution, 1, false);
		put(&body, 0, 3, false);
	}
	if (m->offset_s) {
		put(&body, 14, 2, m->is_big_endian);
		put(&body, 8, 2, m->is_big_endian);
		put(&body, (uint64_t)m->offset_s, 8, m->is_big_endian);
	}
	put(&body, 0, 4, false);
	maker_block(m, 1, body.bytes, body.n);
	buf_fini(&body);
}

void maker_begin(struct maker *m)
{
	m->client_port = m->client_port ? m->client_port : PORT_OF_CLIENT;
	m->host_port = m->host_port ? m->host_port : PORT_OF_HOST;
	m->now_us = MAKER_BEGAN_US;
	m->seq[C2S] = m->seq[C2S] ? m->seq[C2S] : 1000;
	m->seq[S2C] = m->seq[S2C] ? m->seq[S2C] : 2000;
	m->ttl[C2S] = m->ttl[C2S] ? m->ttl[C2S] : 64;
	m->ttl[S2C] = m->ttl[S2C] ? m->ttl[S2C] : 121;
	m->id[C2S] = 100;
	m->id[S2C] = 30000;
	if (m->form == MAKE_PCAPNG) {
		maker_section(m);
		maker_interface(m);
		return;
	}
	file32(m, m->form == MAKE_PCAP_NANO   ? 0xA1B23C4D
	          : m->form == MAKE_PCAP_LONG ? 0xA1B2CD34
	                                      : 0xA1B2C3D4);
	put(&m->out, 2, 2, m->is_big_endian);
	put(&m->out, 4, 2, m->is_big_endian);
	file32(m, 0);
	file32(m, 0);
	file32(m, 262144);
	file32(m, m->link);
}

void maker_fini(struct maker *m)
{
	buf_fini(&m->out);
	*m = (struct maker){0};
}

static uint64_t ticks_of(const struct maker *m)
{
	uint64_t us = (uint64_t)(m->now_us - m->offset_s * 1000000), scale = 1;
	int by = m->resolution & 0x7F;

	if (!m->resolution)
		return us;
	if (m->resolution & 0x80)
		return (us / 1000000 << by) + ((us % 1000000 << by) + 999999) / 1000000;
	for (int k = by > 6 ? by - 6 : 6 - by; k > 0; k--)
		scale *= 10;
	return by > 6 ? us * scale : us / scale;
}

static void put_ng(struct maker *m, const void *bytes, size_t n, size_t n_whole)
{
	struct buf body = {0};
	uint64_t ticks = ticks_of(m);

	put(&body, 0, 4, false);
	put(&body, ticks >> 32, 4, m->is_big_endian);
	put(&body, ticks & UINT32_MAX, 4, m->is_big_endian);
	put(&body, n, 4, m->is_big_endian);
	put(&body, n_whole, 4, m->is_big_endian);
	buf_put(&body, bytes, n);
	maker_block(m, 6, body.bytes, body.n);
	buf_fini(&body);
}

static void put_pcap(struct maker *m, const void *bytes, size_t n, size_t n_whole)
{
	uint64_t us = (uint64_t)m->now_us;

	file32(m, us / 1000000);
	file32(m, m->form == MAKE_PCAP_NANO ? us % 1000000 * 1000 : us % 1000000);
	file32(m, n);
	file32(m, n_whole);
	if (m->form == MAKE_PCAP_LONG)
		put(&m->out, 0, 8, false);
	buf_put(&m->out, bytes, n);
}

void maker_frame(struct maker *m, const void *bytes, size_t n)
{
	size_t n_kept = m->snap && n > m->snap ? m->snap : n;

	for (int i = 0; i < (m->is_twice ? 2 : 1); i++) {
		if (m->form == MAKE_PCAPNG)
			put_ng(m, bytes, n_kept, n);
		else
			put_pcap(m, bytes, n_kept, n);
		m->now_us += 10;
	}
}

/* --- links --- */

static const struct {
	uint32_t link;
	size_t n[2]; /* by version of IP */
	uint8_t head[2][64];
} links[] = {
    {0, {4, 4}, {{2, 0, 0, 0}, {30, 0, 0, 0}}},
    {1, {14, 14}, {{[12] = 8}, {[12] = 0x86, 0xDD}}},
    {9, {4, 4}, {{0xFF, 3, 0, 0x21}, {0xFF, 3, 0, 0x57}}},
    {12, {0, 0}, {{0}}},
    {50, {2, 1}, {{0, 0x21}, {0x57}}},
    {101, {0, 0}, {{0}}},
    {108, {4, 4}, {{0, 0, 0, 2}, {0, 0, 0, 28}}},
    {113, {16, 16}, {{[14] = 8}, {[14] = 0x86, 0xDD}}},
    {228, {0, 0}, {{0}}},
    {229, {0, 0}, {{0}}},
    {276, {20, 20}, {{8, 0}, {0x86, 0xDD}}},
    /* Inside IPv4: bare, behind GRE, and behind VXLAN as clouds mirror it. */
    {0x40001,
     {34, 34},
     {{[12] = 8, [14] = 0x45, [22] = 64, [23] = 4}, {[12] = 8, [14] = 0x45, [22] = 64, [23] = 41}}},
    {0x50001,
     {38, 38},
     {{[12] = 8, [14] = 0x45, [22] = 64, [23] = 47, [36] = 8},
      {[12] = 8, [14] = 0x45, [22] = 64, [23] = 47, [36] = 0x86, 0xDD}}},
    {0x60001,
     {64, 64},
     {{[12] = 8, [14] = 0x45, [22] = 64, [23] = 17, [36] = 0x12, 0xB5, [42] = 8, [62] = 8},
      {[12] = 8,
       [14] = 0x45,
       [22] = 64,
       [23] = 17,
       [36] = 0x12,
       0xB5,
       [42] = 8,
       [62] = 0x86,
       0xDD}}},
    /* Ethernet with a VLAN tag, with two, and with PPPoE; the number is the test's own. */
    {0x10001, {18, 18}, {{[12] = 0x81, 0, 0, 5, 8}, {[12] = 0x81, 0, 0, 5, 0x86, 0xDD}}},
    {0x20001,
     {22, 22},
     {{[12] = 0x88, 0xA8, 0, 5, 0x81, 0, 0, 6, 8},
      {[12] = 0x88, 0xA8, 0, 5, 0x81, 0, 0, 6, 0x86, 0xDD}}},
    {0x30001,
     {22, 22},
     {{[12] = 0x88, 0x64, 0x11, 0, 0, 1, 0, 0, 0, 0x21},
      {[12] = 0x88, 0x64, 0x11, 0, 0, 1, 0, 0, 0, 0x57}}},
};

static void put_frame(struct maker *m, const struct buf *ip)
{
	struct buf frame = {0};

	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (links[i].link == m->link)
			buf_put(&frame, links[i].head[m->is_v6], links[i].n[m->is_v6]);
	buf_put(&frame, ip->bytes, ip->n);
	maker_frame(m, frame.bytes, frame.n);
	buf_fini(&frame);
}

/* --- packets --- */

static void put_address(struct buf *out, const struct maker *m, bool is_host)
{
	const uint8_t v4[] = {192, 0, 2, is_host ? 7 : 1};
	const uint8_t v6[16] = {0x20, 0x01, 0x0D, 0xB8, [15] = is_host ? 7 : 1};

	buf_put(out, m->is_v6 ? v6 : v4, m->is_v6 ? 16 : 4);
}

struct ip_plan {
	enum direction dir;
	uint8_t protocol;
	uint16_t id, fragment; /* offset in units of eight; bit 15: more follow */
	bool is_fragment;
};

static void put_ip(struct maker *m, const struct ip_plan *plan, const void *bytes, size_t n)
{
	struct buf ip = {0};
	bool is_host = plan->dir == S2C, has_more = plan->fragment & 0x8000;
	uint16_t offset = plan->fragment & 0x1FFF;

	if (m->is_v6) {
		net32(&ip, 0x60000000);
		net16(&ip, n + (plan->is_fragment ? 8 : 0));
		put(&ip, plan->is_fragment ? 44 : plan->protocol, 1, true);
	} else {
		net16(&ip, 0x4500);
		net16(&ip, 20 + n);
		net16(&ip, m->has_no_ids ? 0 : plan->id);
		net16(&ip, plan->is_fragment ? (has_more ? 0x2000 : 0) | offset : 0x4000);
	}
	put(&ip, m->ttl[plan->dir], 1, true);
	if (!m->is_v6) {
		put(&ip, plan->protocol, 1, true);
		net16(&ip, 0);
	}
	put_address(&ip, m, is_host);
	put_address(&ip, m, !is_host);
	if (m->is_v6 && plan->is_fragment) {
		put(&ip, plan->protocol, 1, true);
		put(&ip, 0, 1, true);
		net16(&ip, (uint64_t)offset << 3 | has_more);
		net32(&ip, plan->id);
	}
	buf_put(&ip, bytes, n);
	put_frame(m, &ip);
	buf_fini(&ip);
}

static void tcp_segment(struct maker *m, enum direction dir, unsigned flags, uint32_t seq,
                        const void *bytes, size_t n, struct buf *out)
{
	net16(out, dir == C2S ? m->client_port : m->host_port);
	net16(out, dir == C2S ? m->host_port : m->client_port);
	net32(out, seq);
	net32(out, flags & TCP_ACK ? m->seq[dir == C2S ? S2C : C2S] : 0);
	net16(out, 5u << 12 | flags);
	net16(out, 65535);
	net32(out, 0);
	buf_put(out, bytes, n);
}

void maker_tcp_at(struct maker *m, enum direction dir, unsigned flags, uint32_t seq,
                  const void *bytes, size_t n)
{
	struct buf tcp = {0};

	tcp_segment(m, dir, flags, seq, bytes, n, &tcp);
	put_ip(m, &(struct ip_plan){.dir = dir, .protocol = 6, .id = m->id[dir]++}, tcp.bytes,
	       tcp.n);
	buf_fini(&tcp);
}

static void move_on(struct maker *m, enum direction dir, unsigned flags, size_t n)
{
	m->seq[dir] += (uint32_t)n + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
}

void maker_tcp(struct maker *m, enum direction dir, unsigned flags, const void *bytes, size_t n)
{
	maker_tcp_at(m, dir, flags, m->seq[dir], bytes, n);
	move_on(m, dir, flags, n);
}

void maker_tcp_fragments(struct maker *m, enum direction dir, const void *bytes, size_t n,
                         size_t n_piece, bool is_backwards)
{
	struct buf tcp = {0};
	uint16_t id = m->id[dir]++;
	size_t n_pieces;

	tcp_segment(m, dir, TCP_PSH | TCP_ACK, m->seq[dir], bytes, n, &tcp);
	n_pieces = (tcp.n + n_piece - 1) / n_piece;
	for (size_t k = 0; k < n_pieces; k++) {
		size_t at = (is_backwards ? n_pieces - 1 - k : k) * n_piece;
		size_t length = tcp.n - at < n_piece ? tcp.n - at : n_piece;
		struct ip_plan plan = {.dir = dir, .protocol = 6, .id = id, .is_fragment = true};

		plan.fragment = (uint16_t)(at / 8 | (at + length < tcp.n ? 0x8000 : 0));
		put_ip(m, &plan, tcp.bytes + at, length);
	}
	move_on(m, dir, 0, n);
	buf_fini(&tcp);
}

void maker_udp(struct maker *m, enum direction dir, const void *bytes, size_t n)
{
	struct buf udp = {0};

	net16(&udp, dir == C2S ? m->client_port : m->host_port);
	net16(&udp, dir == C2S ? m->host_port : m->client_port);
	net16(&udp, 8 + n);
	net16(&udp, 0);
	buf_put(&udp, bytes, n);
	put_ip(m, &(struct ip_plan){.dir = dir, .protocol = 17, .id = m->id[dir]++}, udp.bytes,
	       udp.n);
	buf_fini(&udp);
}

/* The packet that it quotes is the client's last, cut behind eight bytes of TCP. */
void maker_icmp(struct maker *m, uint8_t type, uint8_t code)
{
	struct buf icmp = {0};

	put(&icmp, type, 1, true);
	put(&icmp, code, 1, true);
	net16(&icmp, 0);
	net32(&icmp, 0);
	if (m->is_v6) {
		net32(&icmp, 0x60000000);
		net16(&icmp, 20);
		net16(&icmp, 6 << 8 | 60);
	} else {
		net32(&icmp, 0x45000028);
		net32(&icmp, 0);
		net32(&icmp, 60u << 24 | 6u << 16);
	}
	put_address(&icmp, m, false);
	put_address(&icmp, m, true);
	net16(&icmp, m->client_port);
	net16(&icmp, m->host_port);
	net32(&icmp, m->seq[C2S] - 1);
	put_ip(m, &(struct ip_plan){.dir = S2C, .protocol = m->is_v6 ? 58 : 1, .id = m->id[S2C]++},
	       icmp.bytes, icmp.n);
	buf_fini(&icmp);
}

void maker_wait(struct maker *m, int64_t us)
{
	m->now_us += us;
}

void maker_handshake(struct maker *m)
{
	maker_tcp(m, C2S, TCP_SYN, NULL, 0);
	maker_wait(m, 20000);
	maker_tcp(m, S2C, TCP_SYN | TCP_ACK, NULL, 0);
	maker_tcp(m, C2S, TCP_ACK, NULL, 0);
}

/* --- what is said --- */

void maker_request(struct buf *out, uint32_t protocols, bool has_cookie)
{
	static const uint8_t cookie[] = "Cookie: mstshash=somebody";
	struct x224_cr cr = {.has_neg = true, .protocols = protocols};

	if (has_cookie) {
		cr.token = cookie;
		cr.n_token = sizeof cookie - 1;
	}
	x224_put_cr(out, &cr);
}

void maker_confirm(struct buf *out, uint32_t selected)
{
	x224_put_cc(out, &(struct x224_cc){.src_ref = 0x1234, .kind = NEG_RSP, .value = selected});
}

void maker_failure(struct buf *out, uint32_t code)
{
	x224_put_cc(out, &(struct x224_cc){.src_ref = 0x1234, .kind = NEG_FAILURE, .value = code});
}

void maker_client_hello(struct buf *out)
{
	struct tls_client_hello hello = {.legacy_version = TLS_1_2};
	struct buf message = {0};

	hello.suites.at[0] = 0xC030;
	hello.suites.n = hello.suites.n_all = 1;
	tls_put_client_hello(&message, &hello);
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, TLS_1_0, message.bytes, message.n);
	buf_fini(&message);
}

void maker_server_hello(struct buf *out)
{
	struct tls_server_hello hello = {.version = TLS_1_2, .suite = 0xC030};
	struct buf message = {0};

	tls_put_server_hello(&message, &hello);
	tls_put_record(out, TLS_HANDSHAKE_MESSAGE, TLS_1_2, message.bytes, message.n);
	buf_fini(&message);
}

void maker_sealed(struct buf *out, size_t n)
{
	static const uint8_t bytes[16384];

	tls_put_record(out, TLS_APPLICATION_DATA, TLS_1_2, bytes, n);
}
