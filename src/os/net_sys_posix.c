/* Sockets, signals and threads of POSIX systems, as net_inside.h wants them. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/net_inside.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* there os_ignore_broken_pipes does it */
#endif

/* --- sockets --- */

static bool make_quiet(int s)
{
	int flags = fcntl(s, F_GETFL);

	return flags >= 0 && fcntl(s, F_SETFL, flags | O_NONBLOCK) == 0 &&
	       fcntl(s, F_SETFD, FD_CLOEXEC) == 0;
}

/* The descriptor made quiet; closed when that cannot be. */
static int quiet(int s, int *error)
{
	if (s >= 0 && make_quiet(s))
		return s;
	*error = errno;
	if (s >= 0)
		close(s);
	return NET_NO_SOCKET;
}

int net_sys_socket(const struct net_address *like, int type, int *error)
{
	return quiet(socket(like->is_v6 ? AF_INET6 : AF_INET, type, 0), error);
}

void net_sys_close(int s)
{
	close(s);
}

void net_sys_abort_at_close(int s)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

int net_sys_connect(int s, const struct net_address *to)
{
	struct sockaddr_storage at;
	socklen_t n = net_to_sockaddr(to, &at);

	return connect(s, (struct sockaddr *)&at, n) == 0 || errno == EINPROGRESS ? 0 : errno;
}

int net_sys_error(int s)
{
	int error = 0;
	socklen_t n = sizeof error;

	return getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n) == 0 ? error : errno;
}

bool net_sys_has_peer(int s)
{
	struct sockaddr_storage peer;
	socklen_t n = sizeof peer;

	return getpeername(s, (struct sockaddr *)&peer, &n) == 0;
}

void net_sys_no_delay(int s)
{
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

bool net_sys_most_segment(int s, int n)
{
	return setsockopt(s, IPPROTO_TCP, TCP_MAXSEG, &n, sizeof n) == 0;
}

int64_t net_sys_receive(int s, void *bytes, size_t n)
{
	ssize_t got = recv(s, bytes, n, 0);

	return got >= 0 ? got : -errno;
}

const bool net_sys_forgets_at_rst = false;

bool net_sys_was_reset(int s)
{
	(void)s;
	return false;
}

int64_t net_sys_send(int s, const void *bytes, size_t n)
{
	ssize_t sent;

	do
		sent = send(s, bytes, n, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent >= 0 ? sent : -errno;
}

void net_sys_shut(int s)
{
	shutdown(s, SHUT_WR);
}

/* --- listening --- */

int net_sys_listen(const struct net_address *at, int *error)
{
	struct sockaddr_storage to;
	socklen_t n = net_to_sockaddr(at, &to);
	int s = net_sys_socket(at, SOCK_STREAM, error);

	if (s < 0)
		return NET_NO_SOCKET;
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (at->is_v6)
		setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
	if (bind(s, (struct sockaddr *)&to, n) == 0 && listen(s, SOMAXCONN) == 0)
		return s;
	*error = errno;
	close(s);
	return NET_NO_SOCKET;
}

int net_sys_accept(int listener, struct net_address *peer, int *error)
{
	struct sockaddr_storage from = {0};
	socklen_t n = sizeof from;
	int s = accept(listener, (struct sockaddr *)&from, &n);

	if (s >= 0)
		net_from_sockaddr((const struct sockaddr *)&from, peer);
	return quiet(s, error);
}

/* --- the rest --- */

const char *net_sys_words(int error)
{
	return strerror(error);
}

struct start {
	void (*run)(void *argument);
	void *argument;
};

static void *run(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	start.run(start.argument);
	return NULL;
}

/* Signals are the loop's; a thread that took one would do nothing with it. */
int net_sys_start_thread(void (*what)(void *argument), void *argument)
{
	struct start *start = net_zeroed(sizeof *start);
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int error;

	*start = (struct start){what, argument};
	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attributes, run, start);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error)
		free(start);
	return error;
}

const int net_sys_interrupts[] = {SIGINT, SIGTERM};
const size_t net_sys_n_interrupts = 2;
