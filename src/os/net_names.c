/*
 * Names by the system's resolver, one detached thread a look-up.
 *
 * Not libuv's pool: four hanging look-ups would fill it, and its clean-up at exit waits for them.
 * A thread and the loop meet in the mailbox; whoever comes last frees the look-up.
 */
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/net_posix.h"

/*
 * A name server that keeps silent holds each thread and its socket for ten seconds and more. Names
 * of addresses are asked for out of curiosity: a process with many runs goes without.
 */
#define REVERSE_AT_ONCE 16

enum lookup_state { UNDER_WAY, ENDED, ABANDONED };

struct mailbox {
	pthread_mutex_t lock;
	struct ring ended; /* look-ups, in the order of their ends */
	uv_async_t *bell;  /* NULL: the net is gone */
	unsigned n_users;  /* the net and threads under way */
};

struct net_lookup {
	struct ring ring; /* first; in mailbox->ended */
	struct ring mine; /* in net->lookups */
	struct net *net;
	struct mailbox *mailbox;
	enum lookup_state state;
	bool is_telling;
	net_found *found; /* or named */
	net_named *named;
	void *context;
	/* The thread's until it has ended. */
	char name[NI_MAXHOST];
	struct net_address address;
	struct net_names names;
	char server[NET_ADDRESS_TEXT_MAX];
	bool has_name;
};

/* --- in the thread: forwards --- */

#ifndef EAI_NODATA
#define EAI_NODATA EAI_NONAME
#endif
#ifndef EAI_ADDRFAMILY
#define EAI_ADDRFAMILY EAI_NONAME
#endif

static bool is_known(const struct net_names *names, const struct net_address *a)
{
	for (size_t i = 0; i < names->n; i++)
		if (net_address_same(&names->at[i], a) && names->at[i].scope == a->scope)
			return true;
	return false;
}

static void take_addresses(const struct addrinfo *list, struct net_names *names)
{
	struct net_address a;

	for (; list && names->n < NET_ADDRESSES_MAX; list = list->ai_next)
		if (net_from_sockaddr(list->ai_addr, &a) && !is_known(names, &a))
			names->at[names->n++] = a;
}

static const char resolv_conf[] = "/etc/resolv.conf";
static const char nsswitch_conf[] = "/etc/nsswitch.conf";

static bool is_local_name(const char *name)
{
	size_t n = strlen(name);

	if (n && name[n - 1] == '.')
		n--;
	return n > 6 && strncasecmp(name + n - 6, ".local", 6) == 0;
}

static enum net_name_source source_of(const struct net_lookup *l)
{
	if (l->names.result == LOOKUP_FOUND && net_hosts_has("/etc/hosts", l->name))
		return SOURCE_HOSTS_FILE;
	if (is_local_name(l->name) && net_switch_has(nsswitch_conf, "mdns"))
		return SOURCE_MDNS;
	/* An address that some other module made up is not the name server's. */
	return net_switch_has(nsswitch_conf, "myhostname") && !strchr(l->name, '.') ? SOURCE_UNKNOWN
	                                                                            : SOURCE_DNS;
}

static enum net_lookup_result result_of(int error, bool has_server)
{
	if (error == EAI_NONAME || error == EAI_NODATA || error == EAI_ADDRFAMILY)
		return LOOKUP_NOT_FOUND;
	/* systemd's module asks a service, which resolv.conf need not name. */
	return has_server || net_switch_has(nsswitch_conf, "resolve") ? LOOKUP_FAILED
	                                                              : LOOKUP_NO_RESOLVER;
}

/*
 * Without AI_ADDRCONFIG: addresses of a family that this computer cannot use are facts about the
 * name, and connecting to one says so at once; with it, a computer that is offline could not even
 * read its hosts file.
 */
static void look_up(struct net_lookup *l)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int error = getaddrinfo(l->name, NULL, &hints, &list);
	int system_error = errno;
	bool has_server = net_first_name_server(resolv_conf, l->server, sizeof l->server);

	l->names.name_server = has_server ? l->server : NULL;
	if (error == 0) {
		take_addresses(list, &l->names);
		freeaddrinfo(list);
	}
	l->names.result = error        ? result_of(error, has_server)
	                  : l->names.n ? LOOKUP_FOUND
	                               : LOOKUP_NOT_FOUND;
	l->names.source = source_of(l);
	if (error)
		l->names.detail = error == EAI_SYSTEM ? strerror(system_error)
		                                      : gai_strerror(error);
}

static void reverse(struct net_lookup *l)
{
	struct sockaddr_storage at;
	socklen_t n = net_to_sockaddr(&l->address, &at);

	l->has_name = getnameinfo((struct sockaddr *)&at, n, l->name, sizeof l->name, NULL, 0,
	                          NI_NAMEREQD) == 0;
}

/* --- the mailbox --- */

/* Unlocks too. */
static void leave(struct mailbox *box)
{
	bool is_last = --box->n_users == 0;

	pthread_mutex_unlock(&box->lock);
	if (!is_last)
		return;
	pthread_mutex_destroy(&box->lock);
	free(box);
}

static void post(struct net_lookup *l)
{
	struct mailbox *box = l->mailbox;

	pthread_mutex_lock(&box->lock);
	if (l->state == ABANDONED) {
		free(l);
	} else {
		l->state = ENDED;
		ring_put_behind(box->ended.prev, &l->ring);
		uv_async_send(box->bell);
	}
	leave(box);
}

static atomic_int n_reverse; /* of the whole process */

static void *work(void *argument)
{
	struct net_lookup *l = argument;

	if (l->found) {
		look_up(l);
	} else {
		reverse(l);
		n_reverse--;
	}
	post(l);
	return NULL;
}

void net_mailbox_open(struct net *net)
{
	struct mailbox *box = net_zeroed(sizeof *box);

	pthread_mutex_init(&box->lock, NULL);
	ring_init(&box->ended);
	box->bell = &net->mail;
	box->n_users = 1;
	net->mailbox = box;
}

static struct net_lookup *of_mine(struct ring *mine)
{
	return (struct net_lookup *)((char *)mine - offsetof(struct net_lookup, mine));
}

void net_mailbox_close(struct net *net)
{
	while (!ring_is_empty(&net->lookups))
		/* The analyzer does not see that a freed look-up was taken off the ring. */
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
		net_lookup_cancel(of_mine(net->lookups.next));
	pthread_mutex_lock(&net->mailbox->lock);
	net->mailbox->bell = NULL; /* only abandoned look-ups are left, which do not ring */
	leave(net->mailbox);
}

static struct net_lookup *next_ended(struct mailbox *box)
{
	struct ring *first;

	pthread_mutex_lock(&box->lock);
	first = ring_is_empty(&box->ended) ? NULL : box->ended.next;
	if (first)
		ring_take(first);
	pthread_mutex_unlock(&box->lock);
	return (struct net_lookup *)first;
}

static void forget(struct net_lookup *l)
{
	ring_take(&l->mine);
	if (ring_is_empty(&l->net->lookups))
		uv_unref((uv_handle_t *)&l->net->mail);
}

static void tell(struct net_lookup *l)
{
	forget(l);
	l->is_telling = true;
	if (l->found)
		l->found(l->context, &l->names);
	else
		l->named(l->context, l->has_name ? l->name : NULL);
	free(l);
}

void net_mail(struct net *net)
{
	struct net_lookup *l;

	while (!net->is_stopped && (l = next_ended(net->mailbox)))
		tell(l);
	if (net->is_stopped) /* the rest, if any, when the loop runs again */
		uv_async_send(&net->mail);
}

/* --- from the loop --- */

/* Signals are the loop's; a thread that took one would do nothing with it. */
static int start_thread(struct net_lookup *l)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int error;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attributes, work, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

static struct net_lookup *lookup_new(struct net *net, void *context)
{
	struct net_lookup *l = net_zeroed(sizeof *l);

	l->net = net;
	l->mailbox = net->mailbox;
	l->context = context;
	ring_put_behind(net->lookups.prev, &l->mine);
	uv_ref((uv_handle_t *)&net->mail);
	return l;
}

/* Zero, or why no thread asks. */
static int start_asking(struct net_lookup *l)
{
	int error;

	if (l->named && ++n_reverse > REVERSE_AT_ONCE)
		error = EAGAIN;
	else
		error = start_thread(l);
	if (error && l->named)
		n_reverse--;
	return error;
}

static struct net_lookup *start(struct net_lookup *l)
{
	pthread_mutex_lock(&l->mailbox->lock);
	l->mailbox->n_users++;
	pthread_mutex_unlock(&l->mailbox->lock);

	int error = start_asking(l);

	if (error) {
		l->names.result = LOOKUP_FAILED;
		l->names.detail = strerror(error);
		post(l); /* which frees only abandoned ones */
	}
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
	return l;
}

struct net_lookup *net_look_up(struct net *net, const char *name, net_found *found, void *context)
{
	struct net_lookup *l = lookup_new(net, context);

	l->found = found;
	snprintf(l->name, sizeof l->name, "%s", name);
	return start(l);
}

struct net_lookup *net_reverse(struct net *net, const struct net_address *a, net_named *named,
                               void *context)
{
	struct net_lookup *l = lookup_new(net, context);

	l->named = named;
	l->address = *a;
	return start(l);
}

void net_lookup_cancel(struct net_lookup *l)
{
	struct mailbox *box;
	bool has_ended;

	if (!l || l->is_telling)
		return;
	box = l->mailbox;
	forget(l);
	pthread_mutex_lock(&box->lock);
	has_ended = l->state == ENDED;
	if (has_ended)
		ring_take(&l->ring);
	else
		l->state = ABANDONED;
	pthread_mutex_unlock(&box->lock);
	if (has_ended)
		free(l);
}
