/*
 * delay_link - a slow link between two network namespaces, for tests and figures.
 *
 *     delay_link NAMESPACE DEVICE NAMESPACE DEVICE DELAY_MS [LOSS_PERCENT [RATE_KBIT]]
 *
 * Makes one TUN device in each namespace and carries packets between them: each is written to
 * the other side DELAY_MS behind the moment it was read. The caller gives the devices their
 * addresses and sets them up once "ready" was printed. Kernels without netem have nothing else
 * for this.
 *
 * Input   names of namespaces as `ip netns add` makes them; root
 * Limits  QUEUE_MAX packets wait in each direction, more are dropped, as a router does
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

struct packet {
	int64_t due_us;
	size_t n;
	uint8_t bytes[PACKET_MAX];
};

/* Packets leave in the order in which they came: due times never decrease. */
struct direction {
	int from, to;
	int64_t free_us; /* when the link has sent what was given to it before */
	size_t first, n;
	struct packet queue[QUEUE_MAX];
};

struct manner {
	int64_t delay_us;
	double loss; /* of one */
	int64_t rate_kbit;
};

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

/* --- packets --- */

static bool is_lost(const struct manner *how)
{
	return how->loss > 0 && drand48() < how->loss;
}

static int64_t due_us(struct direction *d, size_t n, const struct manner *how, int64_t now)
{
	if (d->free_us < now)
		d->free_us = now;
	if (how->rate_kbit)
		d->free_us += (int64_t)n * 8000 / how->rate_kbit;
	return d->free_us + how->delay_us;
}

/* False when nothing is there to be read. */
static bool take_one(struct direction *d, const struct manner *how)
{
	static uint8_t spare[PACKET_MAX];
	struct packet *p = &d->queue[(d->first + d->n) % QUEUE_MAX];
	bool is_full = d->n == QUEUE_MAX;
	ssize_t n = read(d->from, is_full ? spare : p->bytes, PACKET_MAX);

	if (n <= 0)
		return false;
	if (is_full || is_lost(how))
		return true;
	p->n = (size_t)n;
	p->due_us = due_us(d, p->n, how, now_us());
	d->n++;
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

static int64_t wait_us(const struct direction both[2], int64_t now)
{
	int64_t least = IDLE_US;

	for (size_t i = 0; i < 2; i++) {
		int64_t left = both[i].n ? both[i].queue[both[i].first].due_us - now : IDLE_US;

		if (left < least)
			least = left;
	}
	return least > 0 ? least : 0;
}

static void carry(struct direction both[2], const struct manner *how)
{
	for (;;) {
		struct pollfd fds[2] = {{.fd = both[0].from, .events = POLLIN},
		                        {.fd = both[1].from, .events = POLLIN}};
		int64_t left = wait_us(both, now_us());
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

int main(int n, char **words)
{
	static struct direction both[2];
	struct manner how = {0};

	if (n < 6 || n > 8) {
		fputs("usage: delay_link NAMESPACE DEVICE NAMESPACE DEVICE DELAY_MS"
		      " [LOSS_PERCENT [RATE_KBIT]]\n",
		      stderr);
		return 1;
	}
	how.delay_us = (int64_t)(number(words[5], 60000) * 1000);
	how.loss = n > 6 ? number(words[6], 100) / 100 : 0;
	how.rate_kbit = n > 7 ? (int64_t)number(words[7], 1e9) : 0;
	srand48(1); /* the same packets are lost in every run */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	both[0].from = both[1].to = open_device(words[1], words[2]);
	both[1].from = both[0].to = open_device(words[3], words[4]);
	puts("ready");
	fflush(stdout);
	carry(both, &how);
}
