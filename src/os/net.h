/*
 * net - an event loop with sockets, names and timers; one .c per platform, and one in
 * test/ that keeps the whole network in memory.
 *
 * All calls and callbacks happen in one thread. A callback may close any connection, its own
 * too: nothing more is heard of a connection after net_close.
 *
 * Units   times in microseconds; net_now_us is monotonic, net_wall_us since 1970-01-01 UTC
 * Errors  what the network does is told to a callback; what cannot be had here (memory,
 *         descriptors) is a failure with kind NET_LOCAL
 * Owns    net_free ends everything that is still open; look-ups that hang are left behind
 */
#ifndef OS_NET_H
#define OS_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net;

struct net *net_new(void);
void net_free(struct net *net);
void net_run(struct net *net);  /* until net_stop, or nothing is left to wait for */
void net_stop(struct net *net); /* net_run returns after the present callback */

int64_t net_now_us(const struct net *net);
int64_t net_wall_us(const struct net *net);

/* --- timers --- */

struct net_timer;
typedef void net_fire(void *context);

/*
 * Fires once. Stopping it before that frees it; a fired timer frees itself when its callback is
 * over, so forget it there. Stopping NULL, or a timer in its own callback, does nothing.
 */
struct net_timer *net_after(struct net *net, int64_t after_us, net_fire *fire, void *context);
void net_timer_stop(struct net_timer *timer);

/* Called at the first SIGINT or SIGTERM; a second one ends the process as usual. */
void net_on_interrupt(struct net *net, net_fire *fire, void *context);

/* --- addresses --- */

struct net_address {
	bool is_v6;
	uint8_t bytes[16]; /* network order; 4 or 16 */
	uint32_t scope;    /* interface index of a link-local address */
	uint16_t port;
};

#define NET_ADDRESS_TEXT_MAX 80

/* False when the text is no literal; v4 dotted quad, v6 with or without %zone, no brackets. */
bool net_address_parse(const char *text, struct net_address *out);
/* "192.0.2.7", "2001:db8::7", "fe80::1%eth0" */
void net_address_text(const struct net_address *a, char out[NET_ADDRESS_TEXT_MAX]);
/* With the port: "192.0.2.7:3389", "[2001:db8::7]:3389" */
void net_address_port_text(const struct net_address *a, char out[NET_ADDRESS_TEXT_MAX]);
bool net_address_same(const struct net_address *a, const struct net_address *b); /* not the port */
bool net_address_is_loopback(const struct net_address *a);
bool net_address_is_private(const struct net_address *a); /* RFC 1918, 6598, 4193; link-local */

/* --- names --- */

enum net_lookup_result {
	LOOKUP_FOUND,
	LOOKUP_NOT_FOUND,   /* the name does not exist, or has no address */
	LOOKUP_FAILED,      /* no usable answer: time-out, SERVFAIL, REFUSED */
	LOOKUP_NO_RESOLVER, /* there is no name server to ask */
};
enum net_name_source { SOURCE_UNKNOWN, SOURCE_HOSTS_FILE, SOURCE_DNS, SOURCE_MDNS };

#define NET_ADDRESSES_MAX 16

struct net_names {
	enum net_lookup_result result;
	enum net_name_source source;              /* where it can be told */
	struct net_address at[NET_ADDRESSES_MAX]; /* in the system's order (RFC 6724), no doubles */
	size_t n;
	const char *name_server; /* which would be asked; NULL: not known */
	const char *detail;      /* the system's words when it failed */
};

struct net_lookup;
typedef void net_found(void *context, const struct net_names *names);

/* The system's resolver, all its sources, both families. The name is ASCII (A-labels). */
struct net_lookup *net_look_up(struct net *net, const char *name, net_found *found, void *context);
void net_lookup_cancel(struct net_lookup *lookup); /* not called any more; NULL is fine */

/* The name of an address; name NULL when there is none. */
typedef void net_named(void *context, const char *name);
struct net_lookup *net_reverse(struct net *net, const struct net_address *a, net_named *named,
                               void *context);

/* --- this computer --- */

struct net_route {
	bool has_route;
	bool is_tunnel; /* leaves by a tunnel or PPP interface */
	bool is_loopback;
	bool is_own_address; /* the target is an address of this computer */
	char adapter[32];    /* name of the interface; "" when not known */
	struct net_address source;
};
void net_route_to(struct net *net, const struct net_address *to, struct net_route *out);

struct net_state {
	bool has_link;        /* an interface other than loopback is up with an address */
	bool has_tunnel_down; /* a tunnel adapter exists and is down */
	bool has_default_route;
};
void net_local_state(struct net *net, struct net_state *out);

/* --- what goes wrong on the way --- */

enum net_failure_kind {
	NET_REFUSED,       /* RST to the SYN */
	NET_UNREACHABLE,   /* ICMP: host, network, no route beyond */
	NET_PROHIBITED,    /* ICMP: administratively prohibited, port unreachable from a filter */
	NET_NO_ROUTE,      /* this computer has no route: nothing was sent */
	NET_NOT_PERMITTED, /* this computer forbids it */
	NET_TIMED_OUT,     /* the system gave up */
	NET_LOCAL,         /* no descriptor, no memory, no source address or port */
};

struct net_failure {
	enum net_failure_kind kind;
	bool has_icmp;             /* an ICMP message was seen, and who sent it */
	struct net_address router; /* an own address: this computer, as when no neighbour answers */
	int icmp_type, icmp_code;
	int system_error;  /* errno */
	const char *words; /* of the system */
};

/* --- ICMP echo --- */

enum net_echo_result {
	ECHO_CANNOT,   /* this computer lets us not ask, or has no way there: nothing is known */
	ECHO_ANSWERED, /* by the address that was asked */
	ECHO_FAILED,   /* an ICMP error came in place of an answer: see `why` */
	ECHO_SILENT,
};

struct net_echo_answer {
	enum net_echo_result result;
	int n_sent;             /* requests */
	int64_t rtt_us;         /* of the request that was answered */
	int ttl;                /* of the answer; 0: not known */
	struct net_failure why; /* ECHO_FAILED, and where it is known ECHO_CANNOT */
};

/*
 * Asks once, and once more when a third of the time has passed in silence. Needs no privilege and
 * no raw socket; where that is not to be had the answer is ECHO_CANNOT.
 */
typedef void net_echoed(void *context, const struct net_echo_answer *answer);
struct net_lookup *net_echo(struct net *net, const struct net_address *to, int64_t within_us,
                            net_echoed *echoed, void *context);

/* --- TCP --- */

enum net_end { NET_FIN, NET_RST, NET_BROKEN }; /* broken: time-out or ICMP in mid-stream */

struct net_conn;

struct net_callbacks {
	void (*connected)(void *context);
	void (*failed)(void *context, const struct net_failure *why); /* instead of connected */
	void (*bytes)(void *context, const uint8_t *bytes, size_t n);
	void (*ended)(void *context, enum net_end how); /* the peer ended its side */
};

struct net_conn_options {
	int most_segment; /* TCP_MAXSEG; 0: as usual */
};

/* Never NULL; a failure that is known at once is told from the loop, not from here. */
struct net_conn *net_connect(struct net *net, const struct net_address *to,
                             const struct net_conn_options *options,
                             const struct net_callbacks *callbacks, void *context);
/* Kept until it can go: 4 MiB at most, then the connection ends as NET_BROKEN. */
void net_send(struct net_conn *conn, const void *bytes, size_t n);
void net_shut(struct net_conn *conn);  /* FIN behind what was sent; still hears the peer */
void net_close(struct net_conn *conn); /* FIN, or nothing when not connected; frees */
void net_reset(struct net_conn *conn); /* RST; frees */
size_t net_unsent(const struct net_conn *conn);

struct net_conn_facts {
	struct net_address local, peer;
	int64_t rtt_us;      /* smoothed by TCP; 0: not known */
	int syn_retransmits; /* so far */
	int retransmits;     /* behind the SYN */
	int ttl;             /* of what the peer sends; 0: not known */
	uint16_t segment;    /* the peer's largest segment; 0: not known */
};
void net_conn_facts(const struct net_conn *conn, struct net_conn_facts *out);

struct net_listener;
/* The callback owns the connection and must give it callbacks at once with net_adopt. */
typedef void net_accepted(void *context, struct net_conn *conn);
struct net_listener *net_listen(struct net *net, const struct net_address *at,
                                net_accepted *accepted, void *context, const char **error);
void net_listener_address(const struct net_listener *l, struct net_address *out);
void net_adopt(struct net_conn *conn, const struct net_callbacks *callbacks, void *context);
void net_listener_close(struct net_listener *listener);

#endif
