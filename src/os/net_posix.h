/*
 * net_posix - what the files of net.h for POSIX systems share; nobody else includes it.
 *
 * The loop is libuv's; sockets are our own and watched with uv_poll, because libuv's TCP hides
 * the error queue, TCP_INFO and the difference between an RST and other ends.
 *
 * Owns    struct net everything; memory with a libuv handle is freed by that handle's close
 */
#ifndef OS_NET_POSIX_H
#define OS_NET_POSIX_H

#include <pthread.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/bytes.h"
#include "os/net.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* there os_ignore_broken_pipes does it */
#endif

/* --- rings: doubly linked, the head is a member of nothing --- */

struct ring {
	struct ring *next, *prev;
};

static inline void ring_init(struct ring *head)
{
	head->next = head->prev = head;
}

static inline bool ring_is_empty(const struct ring *head)
{
	return head->next == head;
}

/* Behind `at`; for a head: the first. */
static inline void ring_put_behind(struct ring *at, struct ring *item)
{
	item->prev = at;
	item->next = at->next;
	at->next->prev = item;
	at->next = item;
}

static inline void ring_take(struct ring *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	ring_init(item);
}

/* --- the loop: net_loop.c --- */

enum { NET_PIECE = 64 * 1024, NET_UNSENT_MOST = 4 * 1024 * 1024 };

struct mailbox;

struct net {
	uv_loop_t loop;
	uv_timer_t clock; /* set for the earliest of our timers */
	uv_async_t mail;  /* a look-up has ended */
	uv_signal_t signals[2];
	net_fire *interrupted;
	void *interrupted_context;
	struct ring timers; /* by due time; equal ones in the order of their making */
	struct net_timer *firing;
	struct ring conns, listeners, lookups;
	struct mailbox *mailbox;
	bool is_stopped; /* no callback from here on */
	uint8_t bytes[NET_PIECE];
};

/* Zeroed; ends the process when there is no memory, as base does. */
void *net_zeroed(size_t n);

/* --- addresses: net_sockaddr.c --- */

socklen_t net_to_sockaddr(const struct net_address *a, struct sockaddr_storage *out);
/* False for another family. */
bool net_from_sockaddr(const struct sockaddr *from, struct net_address *out);
/* The address of this end of a socket; all zero when it has none. */
void net_local_address(int fd, struct net_address *out);

/* --- sockets: net_tcp.c --- */

/* Non-blocking and not inherited by other programs; -1 with errno. */
int net_socket(const struct net_address *like, int type);
bool net_make_quiet(int fd); /* the same for a descriptor that exists */
struct net_conn *net_conn_accepted(struct net *net, int fd, const struct net_address *peer);
void net_conn_drop(struct net_conn *conn); /* at the end of everything */

/* --- why a connection does not come about: net_failure.c --- */

/* Fills all but the ICMP part, which is filled already; fd -1: there is no socket. */
void net_explain(struct net_failure *why, int error, bool is_at_once, int fd,
                 const struct net_address *to);

/* --- names: net_names.c, net_sources.c --- */

void net_mailbox_open(struct net *net);
void net_mailbox_close(struct net *net); /* abandons what is under way */
void net_mail(struct net *net);          /* tells of look-ups that ended */

/* The first `nameserver` of a resolv.conf, as text. */
bool net_first_name_server(const char *resolv_conf, char *out, size_t cap);
/* True when the `hosts` line of an nsswitch.conf has a word that begins so. */
bool net_switch_has(const char *nsswitch_conf, const char *word);
bool net_hosts_has(const char *hosts, const char *name);

/* --- what differs between systems: net_linux.c, net_other.c --- */

/* Asks that ICMP errors of a TCP socket are kept with their sender. */
void net_want_icmp(int fd, bool is_v6);
/* Takes them; the last goes into router, type, code and system_error. False when there is none. */
bool net_take_icmp(int fd, struct net_failure *out);

struct net_tcp_counts {
	int64_t rtt_us;
	int retransmits; /* all, the SYN's too */
	uint16_t segment;
};
void net_tcp_counts(int fd, struct net_tcp_counts *out);

/* By the kind of an interface, not by whether it works. */
bool net_is_tunnel(const char *interface);

#endif
