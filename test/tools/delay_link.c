/*
 * delay_link - a slow or faulty link between two network namespaces, for tests and figures.
 *
 *     delay_link NAMESPACE DEVICE NAMESPACE DEVICE DELAY_MS [LOSS_PERCENT [RATE_KBIT]]
 *                [FAULT=NUMBER]...
 *
 *     jitter=MS           each packet up to so much later; packets keep their order
 *     duplicate=PERCENT   packets that arrive twice
 *     outage-every=MS     the link is away once in so long ...
 *     outage-for=MS       ... for so long, beginning with a good time
 *     reset-at=BYTE       of a TCP connection's answer: both ends are reset there
 *     fin-at=BYTE         the client is told the end there, the rest is lost
 *     stop-at=BYTE        nothing of the connection passes from there on
 *     alter-at=BYTE       this byte arrives inverted, with a right checksum
 *
 * Makes one TUN device in each namespace and carries packets between them: each is written to
 * the other side DELAY_MS behind the moment it was read. The caller gives the devices their
 * addresses and sets them up once "ready" was printed. Kernels without netem have nothing else
 * for this. Clients are behind the first device; BYTE counts from 0 what their peers send over
 * IPv4 from port 3389.
 *
 * Spec    RFC 791, RFC 9293; RFC 1071 for the checksums
 * Input   names of namespaces as `ip netns add` makes them; root
 * Limits  QUEUE_MAX packets wait in each direction, more are dropped, as a router does; FLOWS_MAX
 *         connections are followed, an older one with the same client port is forgotten
 * Errors  one line on standard error and exit status 1
 * Ends    with SIGTERM, or with whoever started it; the devices go with it
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#define QUEUE_MAX  1024
#define PACKET_MAX 2048 /* the devices' MTU is 1500 */
#define IDLE_US    1000000LL
#define FLOWS_MAX  1024
#define HOST_PORT  3389
#define HEADERS    40 /* IPv4 and TCP without options */

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

struct packet {
	int64_t due_us;
	size_t n;
	uint8_t bytes[PACKET_MAX];
};

/* Packets leave in the order in which they came: due times never decrease. */
struct direction {
	int from, to;
	int64_t free_us; /* when the link has sent what was given to it before */
	int64_t last_due_us;
	size_t first, n;
	struct packet queue[QUEUE_MAX];
};

struct manner {
	int64_t delay_us, jitter_us;
	double loss, duplicate; /* of one */
	int64_t rate_kbit;
	int64_t outage_every_us, outage_for_us;
	int64_t reset_at, fin_at, stop_at, alter_at; /* -1: never */
	int64_t began_us;
};

static struct direction both[2];

static void die(const char *what)
{
	fprintf(stderr, "delay_link: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- devices --- */

static void enter(const char *namespace)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "/run/netns/%s", namespace);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) != 0)
		die(path);
	close(fd);
}

/* A device stays in the namespace in which it was made; the descriptor works from everywhere. */
static int open_device(const char *namespace, const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd;

	enter(namespace);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		die("/dev/net/tun");
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (ioctl(fd, TUNSETIFF, &request) != 0)
		die(name);
	return fd;
}

/* --- packets on their way --- */

static int64_t due_us(struct direction *d, size_t n, const struct manner *how, int64_t now)
{
	int64_t due;

	if (d->free_us < now)
		d->free_us = now;
	if (how->rate_kbit)
		d->free_us += (int64_t)n * 8000 / how->rate_kbit;
	due = d->free_us + how->delay_us + (int64_t)(drand48() * (double)how->jitter_us);
	if (due < d->last_due_us)
		due = d->last_due_us;
	return d->last_due_us = due;
}

static void enqueue(struct direction *d, const uint8_t *bytes, size_t n, const struct manner *how)
{
	struct packet *p = &d->queue[(d->first + d->n) % QUEUE_MAX];

	if (d->n == QUEUE_MAX)
		return;
	memcpy(p->bytes, bytes, n);
	p->n = n;
	p->due_us = due_us(d, n, how, now_us());
	d->n++;
}

/* --- TCP, as far as a middlebox needs it --- */

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t sum_of(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += (uint32_t)p[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The headers of a packet, as offsets; false: not IPv4 with all of TCP's header. */
struct view {
	uint8_t *ip, *tcp, *data;
	size_t n_data;
};

static bool look(uint8_t *bytes, size_t n, struct view *v)
{
	size_t n_ip, n_tcp, n_all;

	if (n < HEADERS || bytes[0] >> 4 != 4 || bytes[9] != 6 || be16(bytes + 6) & 0x3fff)
		return false;
	n_ip = (size_t)(bytes[0] & 15) * 4;
	n_all = be16(bytes + 2);
	if (n_ip < 20 || n_all > n || n_all < n_ip + 20)
		return false;
	n_tcp = (size_t)(bytes[n_ip + 12] >> 4) * 4;
	if (n_tcp < 20 || n_all < n_ip + n_tcp)
		return false;
	*v = (struct view){.ip = bytes,
	                   .tcp = bytes + n_ip,
	                   .data = bytes + n_ip + n_tcp,
	                   .n_data = n_all - n_ip - n_tcp};
	return true;
}

/* Lengths and checksums anew, behind a change; returns the length of the packet. */
static size_t seal(struct view *v)
{
	size_t n_ip = (size_t)(v->tcp - v->ip), n_tcp = (size_t)(v->data - v->tcp) + v->n_data;

	put16(v->ip + 2, (uint32_t)(n_ip + n_tcp));
	put16(v->ip + 10, 0);
	put16(v->ip + 10, ~sum_of(v->ip, n_ip, 0));
	put16(v->tcp + 16, 0);
	put16(v->tcp + 16, ~sum_of(v->tcp, n_tcp, sum_of(v->ip + 12, 8, (uint32_t)(6 + n_tcp))));
	return n_ip + n_tcp;
}

/* A segment without data that a middlebox makes up: from whom, to whom, at which number. */
static void forge(struct direction *d, const uint8_t *from, const uint8_t *to,
                  const uint8_t ports[4], uint32_t seq, uint32_t ack, uint8_t flags,
                  const struct manner *how)
{
	uint8_t bytes[HEADERS] = {0x45};
	struct view v = {.ip = bytes, .tcp = bytes + 20, .data = bytes + HEADERS};

	put16(bytes + 6, 0x4000);
	bytes[8] = 64;
	bytes[9] = 6;
	memcpy(bytes + 12, from, 4);
	memcpy(bytes + 16, to, 4);
	memcpy(v.tcp, ports, 4);
	put32(v.tcp + 4, seq);
	put32(v.tcp + 8, ack);
	v.tcp[12] = 5 << 4;
	v.tcp[13] = flags;
	put16(v.tcp + 14, 65535);
	enqueue(d, bytes, seal(&v), how);
}

/* --- faults at a byte --- */

/* One connection of a client to port HOST_PORT. */
struct flow {
	uint8_t client[4];
	uint16_t port;
	uint32_t host_first; /* the number of the first byte that the host sends */
	bool is_known, is_dead;
};

static struct flow flows[FLOWS_MAX];

static struct flow *flow_of(const uint8_t *client, const uint8_t *port)
{
	struct flow *f = &flows[be16(port) % FLOWS_MAX];

	if (memcmp(f->client, client, 4) != 0 || f->port != be16(port)) {
		*f = (struct flow){.port = (uint16_t)be16(port)};
		memcpy(f->client, client, 4);
	}
	return f;
}

/* Where in the data of a segment a byte of the stream stands; -1: not in it. */
static int64_t place_of(const struct flow *f, const struct view *v, int64_t at)
{
	int64_t first = (int64_t)(uint32_t)(be32(v->tcp + 4) - f->host_first);

	if (at < 0 || at < first || at >= first + (int64_t)v->n_data)
		return -1;
	return at - first;
}

static void cut(struct view *v, int64_t at)
{
	v->n_data = (size_t)at;
	v->tcp[13] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
}

static void end_client(struct direction *down, const struct view *v, uint8_t flags,
                       const struct manner *how)
{
	forge(down, v->ip + 12, v->ip + 16, v->tcp, be32(v->tcp + 4) + (uint32_t)v->n_data,
	      be32(v->tcp + 8), flags | TCP_ACK, how);
}

static void reset_host(struct direction *up, const struct view *v, const struct manner *how)
{
	uint8_t ports[4];

	memcpy(ports, v->tcp + 2, 2);
	memcpy(ports + 2, v->tcp, 2);
	forge(up, v->ip + 16, v->ip + 12, ports, be32(v->tcp + 8), be32(v->tcp + 4),
	      TCP_RST | TCP_ACK, how);
}

/* What ends here: the byte that is the first to be lost, or -1. */
static int64_t end_in(const struct flow *f, const struct view *v, const struct manner *how)
{
	const int64_t ends[] = {how->reset_at, how->fin_at, how->stop_at};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		int64_t at = place_of(f, v, ends[i]);

		if (at >= 0)
			return at;
	}
	return -1;
}

/* A segment of the host: passed on, changed, or the last one. Returns its length, 0: lost. */
static size_t of_host(struct view *v, size_t n, const struct manner *how)
{
	struct flow *f = flow_of(v->ip + 16, v->tcp + 2);
	int64_t at;

	if (v->tcp[13] & TCP_SYN) {
		f->host_first = be32(v->tcp + 4) + 1;
		f->is_known = true;
		f->is_dead = false;
	}
	if (f->is_dead)
		return 0;
	if (!f->is_known)
		return n;
	at = place_of(f, v, how->alter_at);
	if (at >= 0) {
		v->data[at] = (uint8_t)~v->data[at];
		return seal(v);
	}
	at = end_in(f, v, how);
	if (at < 0)
		return n;
	cut(v, at);
	f->is_dead = true;
	n = seal(v);
	if (v->n_data)
		enqueue(&both[1], v->ip, n, how);
	if (how->reset_at >= 0)
		reset_host(&both[0], v, how);
	if (how->reset_at >= 0 || how->fin_at >= 0)
		end_client(&both[1], v, how->reset_at >= 0 ? TCP_RST : TCP_FIN, how);
	return 0;
}

static size_t of_client(struct view *v, size_t n)
{
	struct flow *f = flow_of(v->ip + 12, v->tcp);

	if (v->tcp[13] & TCP_SYN)
		f->is_dead = f->is_known = false;
	return f->is_dead ? 0 : n;
}

static size_t befall(struct direction *d, uint8_t *bytes, size_t n, const struct manner *how)
{
	struct view v;

	if (!look(bytes, n, &v))
		return n;
	if (d == &both[1] && be16(v.tcp) == HOST_PORT)
		return of_host(&v, n, how);
	if (d == &both[0] && be16(v.tcp + 2) == HOST_PORT)
		return of_client(&v, n);
	return n;
}

/* --- the link --- */

static bool is_away(const struct manner *how, int64_t now)
{
	if (!how->outage_every_us)
		return false;
	return (now - how->began_us) % how->outage_every_us >=
	       how->outage_every_us - how->outage_for_us;
}

static bool happens(double chance)
{
	return chance > 0 && drand48() < chance;
}

/* False when nothing is there to be read. */
static bool take_one(struct direction *d, const struct manner *how)
{
	static uint8_t bytes[PACKET_MAX];
	ssize_t n = read(d->from, bytes, PACKET_MAX);

	if (n <= 0)
		return false;
	if (happens(how->loss) || is_away(how, now_us()))
		return true;

	size_t length = befall(d, bytes, (size_t)n, how);

	if (length)
		enqueue(d, bytes, length, how);
	if (length && happens(how->duplicate))
		enqueue(d, bytes, length, how);
	return true;
}

/* A device that is down refuses the packet: it is lost, as on any link. */
static void give_due(struct direction *d, int64_t now)
{
	while (d->n && d->queue[d->first].due_us <= now) {
		const struct packet *p = &d->queue[d->first];
		ssize_t written = write(d->to, p->bytes, p->n);

		(void)written;
		d->first = (d->first + 1) % QUEUE_MAX;
		d->n--;
	}
}

static int64_t wait_us(int64_t now)
{
	int64_t least = IDLE_US;

	for (size_t i = 0; i < 2; i++) {
		int64_t left = both[i].n ? both[i].queue[both[i].first].due_us - now : IDLE_US;

		if (left < least)
			least = left;
	}
	return least > 0 ? least : 0;
}

static void carry(const struct manner *how)
{
	for (;;) {
		struct pollfd fds[2] = {{.fd = both[0].from, .events = POLLIN},
		                        {.fd = both[1].from, .events = POLLIN}};
		int64_t left = wait_us(now_us());
		struct timespec wait = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};

		if (ppoll(fds, 2, &wait, NULL) < 0 && errno != EINTR)
			die("ppoll");
		for (size_t i = 0; i < 2; i++) {
			while (take_one(&both[i], how))
				;
			give_due(&both[i], now_us());
		}
	}
}

/* --- the command line --- */

static double number(const char *text, double most)
{
	char *end;
	double n = strtod(text, &end);

	if (!*text || *end || !(n >= 0) || n > most) {
		fprintf(stderr, "delay_link: %s is no number from 0 to %g\n", text, most);
		exit(1);
	}
	return n;
}

static int usage(void)
{
	fputs("usage: delay_link NAMESPACE DEVICE NAMESPACE DEVICE DELAY_MS"
	      " [LOSS_PERCENT [RATE_KBIT]] [FAULT=NUMBER]...\n",
	      stderr);
	return 1;
}

static int64_t milliseconds(const char *text)
{
	return (int64_t)(number(text, 600000) * 1000);
}

/* "jitter=20"; false: no such fault. */
static bool take_fault(struct manner *how, const char *word)
{
	struct {
		const char *name;
		int64_t *us, *byte;
		double *part;
	} faults[] = {
	    {"jitter", &how->jitter_us, NULL, NULL},
	    {"outage-every", &how->outage_every_us, NULL, NULL},
	    {"outage-for", &how->outage_for_us, NULL, NULL},
	    {"duplicate", NULL, NULL, &how->duplicate},
	    {"reset-at", NULL, &how->reset_at, NULL},
	    {"fin-at", NULL, &how->fin_at, NULL},
	    {"stop-at", NULL, &how->stop_at, NULL},
	    {"alter-at", NULL, &how->alter_at, NULL},
	};
	size_t n = strcspn(word, "=");

	for (size_t i = 0; word[n] && i < sizeof faults / sizeof *faults; i++) {
		if (strlen(faults[i].name) != n || memcmp(faults[i].name, word, n) != 0)
			continue;
		if (faults[i].us)
			*faults[i].us = milliseconds(word + n + 1);
		else if (faults[i].byte)
			*faults[i].byte = (int64_t)number(word + n + 1, 1e9);
		else
			*faults[i].part = number(word + n + 1, 100) / 100;
		return true;
	}
	return false;
}

int main(int n, char **words)
{
	struct manner how = {.reset_at = -1, .fin_at = -1, .stop_at = -1, .alter_at = -1};
	int at = 6;

	if (n < 6)
		return usage();
	how.delay_us = milliseconds(words[5]);
	if (at < n && !strchr(words[at], '='))
		how.loss = number(words[at++], 100) / 100;
	if (at < n && !strchr(words[at], '='))
		how.rate_kbit = (int64_t)number(words[at++], 1e9);
	for (; at < n; at++)
		if (!take_fault(&how, words[at]))
			return usage();
	srand48(1); /* the same packets are lost in every run */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	how.began_us = now_us();
	both[0].from = both[1].to = open_device(words[1], words[2]);
	both[1].from = both[0].to = open_device(words[3], words[4]);
	puts("ready");
	fflush(stdout);
	carry(&how);
}
