/*
 * net_inside - what the files of net.h share; nobody else includes it.
 *
 * The loop is libuv's; sockets are our own and watched with uv_poll, because libuv's TCP hides
 * the error queue, TCP_INFO and the difference between an RST and other ends. uv.h brings the
 * system's headers of sockets with it.
 *
 * Errors  numbers of errno on every system
 * Owns    struct net everything; memory with a libuv handle is freed by that handle's close
 */
#ifndef OS_NET_INSIDE_H
#define OS_NET_INSIDE_H

#include <uv.h> /* which brings the headers of sockets, in the order that Windows wants */

#include "base/bytes.h"
#include "os/net.h"

typedef uv_os_sock_t net_socket_t;

#define NET_NO_SOCKET ((net_socket_t)-1)

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

enum { NET_PIECE = 64 * 1024, NET_UNSENT_MOST = 4 * 1024 * 1024, NET_SIGNALS_MOST = 3 };

struct mailbox;

struct net {
	uv_loop_t loop;
	uv_timer_t clock; /* set for the earliest of our timers */
	uv_async_t mail;  /* a look-up has ended */
	uv_signal_t signals[NET_SIGNALS_MOST];
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
/* The index of an interface by its name, 0 where there is none, and back: net_zone_posix.c. */
uint32_t net_zone_of(const char *name);
bool net_zone_name(uint32_t index, char *out, size_t cap);

/* The address of this end of a socket; all zero when it has none. */
void net_local_address(net_socket_t s, struct net_address *out);

/* --- sockets of the system: net_sys_posix.c, net_sys_windows.c --- */

/* Non-blocking and not inherited by other programs; type SOCK_STREAM or SOCK_DGRAM. */
net_socket_t net_sys_socket(const struct net_address *like, int type, int *error);
void net_sys_close(net_socket_t s);
void net_sys_abort_at_close(net_socket_t s); /* closing sends an RST */

int net_sys_connect(net_socket_t s, const struct net_address *to); /* 0: done or under way */
int net_sys_error(net_socket_t s);                                 /* SO_ERROR */
bool net_sys_has_peer(net_socket_t s);
void net_sys_no_delay(net_socket_t s);
/* Before connecting. False: what the peer sends is limited, and what is sent must come so cut. */
bool net_sys_most_segment(net_socket_t s, int n);

/* Bytes; 0 at the peer's FIN; a negative errno, -EAGAIN where nothing is there for now. */
int64_t net_sys_receive(net_socket_t s, void *bytes, size_t n);
int64_t net_sys_send(net_socket_t s, const void *bytes, size_t n);
void net_sys_shut(net_socket_t s); /* FIN */

/*
 * An RST takes away what arrived before it and was not read yet, bytes and FIN: so what is there
 * must be read before anything is sent that may be answered so.
 */
extern const bool net_sys_forgets_at_rst;
bool net_sys_was_reset(net_socket_t s); /* though it reads as an end */

net_socket_t net_sys_listen(const struct net_address *at, int *error);
net_socket_t net_sys_accept(net_socket_t listener, struct net_address *peer, int *error);

const char *net_sys_words(int error);

/* A detached thread that takes no signals; zero or why there is none. */
int net_sys_start_thread(void (*what)(void *argument), void *argument);

extern const int net_sys_interrupts[]; /* signals, at most NET_SIGNALS_MOST */
extern const size_t net_sys_n_interrupts;

/* --- connections: net_tcp.c --- */

struct net_conn *net_conn_accepted(struct net *net, net_socket_t s, const struct net_address *peer);
void net_conn_drop(struct net_conn *conn); /* at the end of everything */

/* --- why a connection does not come about: net_failure.c --- */

/* Fills all but the ICMP part, which is filled already; there need be no socket. */
void net_explain(struct net_failure *why, int error, bool is_at_once, net_socket_t s,
                 const struct net_address *to);

/* --- names and echoes: net_names.c; what it asks in its threads: net_ask_posix.c,
 * net_ask_windows.c --- */

void net_mailbox_open(struct net *net);
void net_mailbox_close(struct net *net); /* abandons what is under way */
void net_mail(struct net *net);          /* tells of look-ups that ended */

struct net_asked {
	char name[1025]; /* asked for, or for which is asked */
	struct net_address address;
	struct net_names names;
	char server[NET_ADDRESS_TEXT_MAX];
};

void net_ask_names(struct net_asked *asked);   /* fills names and server, which names points to */
bool net_ask_reverse(struct net_asked *asked); /* fills name */
bool net_names_has(const struct net_names *names, const struct net_address *a);

/* --- echoes, in a thread too: net_echo_linux.c, net_echo_windows.c, net_other.c --- */

struct net_echo_asked {
	struct net_address to;
	int64_t within_us;
	struct net_echo_answer answer; /* all zero before: ECHO_CANNOT */
};

/* Blocks for within_us at most, but for what the scheduler adds. */
void net_ask_echo(struct net_echo_asked *asked);

/* When the request is repeated that nobody answered. */
static inline int64_t net_echo_repeat_us(const struct net_echo_asked *asked)
{
	return asked->within_us / 3;
}

/* --- where names come from on POSIX systems: net_sources.c --- */

/* The first `nameserver` of a resolv.conf, as text. */
bool net_first_name_server(const char *resolv_conf, char *out, size_t cap);
/* True when the `hosts` line of an nsswitch.conf has a word that begins so. */
bool net_switch_has(const char *nsswitch_conf, const char *word);
bool net_hosts_has(const char *hosts, const char *name);

/* --- routes: net_local.c --- */

bool net_has_route(const struct net_address *to);

/* --- interfaces: net_interfaces_posix.c, net_interfaces_windows.c --- */

struct net_interface {
	const char *name;
	bool is_up, is_loopback, is_tunnel; /* a tunnel by its kind, not by whether it works */
	bool has_address;
	struct net_address address;
};

/* Once for each address of an interface, and once for an interface that has none. */
void net_each_interface(void (*each)(void *context, const struct net_interface *i), void *context);

/* --- what only some systems tell: net_linux.c, net_windows.c, net_other.c --- */

/* Asks that ICMP errors of a TCP socket are kept with their sender. */
void net_want_icmp(net_socket_t s, bool is_v6);
/* Takes them; the last goes into router, type, code and system_error. False when there is none. */
bool net_take_icmp(net_socket_t s, struct net_failure *out);

struct net_tcp_counts {
	int64_t rtt_us;
	int retransmits; /* all, the SYN's too */
	uint16_t segment;
};
void net_tcp_counts(net_socket_t s, struct net_tcp_counts *out);

/* By the kind of an interface, not by whether it works; on POSIX systems. */
bool net_is_tunnel(const char *name);

#endif
