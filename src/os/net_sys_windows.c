/* Sockets, signals and threads of Windows, as net_inside.h wants them. */
#include <winsock2.h>

#include <errno.h>
#include <mstcpip.h>
#include <process.h>
#include <signal.h>
#include <stdlib.h>

#include "os/net_inside.h"
#include "os/windows_inside.h"

/* --- errors --- */

/* The words are those of other systems, so that a report says the same everywhere. */
static const struct {
	int theirs, error;
	const char *words;
} errors[] = {
    {WSAECONNREFUSED, ECONNREFUSED, "Connection refused"},
    {WSAECONNRESET, ECONNRESET, "Connection reset by peer"},
    {WSAECONNABORTED, ECONNABORTED, "Software caused connection abort"},
    {WSAENETRESET, ENETRESET, "Network dropped connection on reset"},
    {WSAETIMEDOUT, ETIMEDOUT, "Connection timed out"},
    {WSAENETUNREACH, ENETUNREACH, "Network is unreachable"},
    {WSAEHOSTUNREACH, EHOSTUNREACH, "No route to host"},
    {WSAEHOSTDOWN, EHOSTUNREACH, "No route to host"},
    {WSAENETDOWN, ENETDOWN, "Network is down"},
    {WSAEACCES, EACCES, "Permission denied"},
    {WSAEADDRINUSE, EADDRINUSE, "Address already in use"},
    {WSAEADDRNOTAVAIL, EADDRNOTAVAIL, "Cannot assign requested address"},
    {WSAEAFNOSUPPORT, EAFNOSUPPORT, "Address family not supported by protocol"},
    {WSAEINVAL, EINVAL, "Invalid argument"},
    {WSAEWOULDBLOCK, EAGAIN, "Resource temporarily unavailable"},
    {WSAEINTR, EINTR, "Interrupted system call"},
    {WSAESHUTDOWN, EPIPE, "Broken pipe"},
    {WSAEDISCON, EPIPE, "Broken pipe"},
    {WSAENOTCONN, ENOTCONN, "Transport endpoint is not connected"},
    {WSAENOBUFS, ENOBUFS, "No buffer space available"},
    {WSAEMFILE, EMFILE, "Too many open files"},
    {WSA_NOT_ENOUGH_MEMORY, ENOMEM, "Cannot allocate memory"},
};

static int error_of(int theirs)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].theirs == theirs)
			return errors[i].error;
	return theirs ? EIO : 0;
}

static int last_error(void)
{
	return error_of(WSAGetLastError());
}

const char *net_sys_words(int error)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].error == error)
			return errors[i].words;
	return error == EIO ? "Input/output error" : uv_strerror(uv_translate_sys_error(error));
}

/* --- sockets --- */

static net_socket_t quiet(SOCKET s, int *error)
{
	if (s != INVALID_SOCKET && ioctlsocket(s, FIONBIO, &(u_long){1}) == 0) {
		SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0);
		return s;
	}
	*error = last_error();
	if (s != INVALID_SOCKET)
		closesocket(s);
	return NET_NO_SOCKET;
}

/* libuv starts Winsock when it first has a loop, and routes are asked for without one too. */
static void start_winsock(void)
{
	static bool is_started;
	WSADATA data;

	if (!is_started)
		is_started = WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

net_socket_t net_sys_socket(const struct net_address *like, int type, int *error)
{
	start_winsock();
	return quiet(
	    WSASocketW(like->is_v6 ? AF_INET6 : AF_INET, type, 0, NULL, 0, WSA_FLAG_OVERLAPPED),
	    error);
}

void net_sys_close(net_socket_t s)
{
	closesocket(s);
}

static int set_option(net_socket_t s, int level, int name, const void *value, size_t n)
{
	return setsockopt(s, level, name, value, (int)n);
}

void net_sys_abort_at_close(net_socket_t s)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	set_option(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/*
 * Windows sends its SYN again when an RST answers it, for half a second twice or more, in case the
 * server is just starting. On this computer nothing gets lost: there one SYN is enough. Elsewhere
 * the same order would take away what repairs a loss, and before Windows 10 1709 its number means
 * 254 more.
 */
static void ask_once(net_socket_t s)
{
	TCP_INITIAL_RTO_PARAMETERS how = {
	    .Rtt = TCP_INITIAL_RTO_UNSPECIFIED_RTT,
	    .MaxSynRetransmissions = TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS};
	DWORD n;

	if (windows_build() < 16299)
		return;
	WSAIoctl(s, SIO_TCP_INITIAL_RTO, &how, sizeof how, NULL, 0, &n, NULL, NULL);
}

int net_sys_connect(net_socket_t s, const struct net_address *to)
{
	struct sockaddr_storage at;
	socklen_t n = net_to_sockaddr(to, &at);

	if (net_address_is_loopback(to))
		ask_once(s);
	if (connect(s, (struct sockaddr *)&at, n) == 0 || WSAGetLastError() == WSAEWOULDBLOCK)
		return 0;
	return last_error();
}

int net_sys_error(net_socket_t s)
{
	int error = 0, n = sizeof error;

	if (getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &n) != 0)
		return last_error();
	return error_of(error);
}

bool net_sys_has_peer(net_socket_t s)
{
	struct sockaddr_storage peer;
	int n = sizeof peer;

	return getpeername(s, (struct sockaddr *)&peer, &n) == 0;
}

void net_sys_no_delay(net_socket_t s)
{
	set_option(s, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

/* Windows lets nobody choose; but no peer sends more at once than there is room for. */
bool net_sys_most_segment(net_socket_t s, int n)
{
	set_option(s, SOL_SOCKET, SO_RCVBUF, &n, sizeof n);
	return false;
}

static int at_most(size_t n)
{
	return n > 0x10000000 ? 0x10000000 : (int)n;
}

int64_t net_sys_receive(net_socket_t s, void *bytes, size_t n)
{
	int got = recv(s, bytes, at_most(n), 0);

	return got >= 0 ? got : -last_error();
}

const bool net_sys_forgets_at_rst = true;

/* Under Wine an RST is read as an end; that it was none, poll knows. */
bool net_sys_was_reset(net_socket_t s)
{
	WSAPOLLFD poll = {.fd = s, .events = POLLRDNORM};

	return WSAPoll(&poll, 1, 0) > 0 && (poll.revents & POLLERR);
}

int64_t net_sys_send(net_socket_t s, const void *bytes, size_t n)
{
	int sent = send(s, bytes, at_most(n), 0);

	return sent >= 0 ? sent : -last_error();
}

void net_sys_shut(net_socket_t s)
{
	shutdown(s, SD_SEND);
}

/* --- listening --- */

/* Without it another program could take the same port, and a half of the clients. */
static bool take_port(net_socket_t s, const struct net_address *at)
{
	struct sockaddr_storage to;
	socklen_t n = net_to_sockaddr(at, &to);

	set_option(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, &(int){1}, sizeof(int));
	if (at->is_v6)
		set_option(s, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
	return bind(s, (struct sockaddr *)&to, n) == 0 && listen(s, SOMAXCONN) == 0;
}

net_socket_t net_sys_listen(const struct net_address *at, int *error)
{
	net_socket_t s = net_sys_socket(at, SOCK_STREAM, error);

	if (s == NET_NO_SOCKET || take_port(s, at))
		return s;
	*error = last_error();
	closesocket(s);
	return NET_NO_SOCKET;
}

net_socket_t net_sys_accept(net_socket_t listener, struct net_address *peer, int *error)
{
	struct sockaddr_storage from = {0};
	int n = sizeof from;
	SOCKET s = accept(listener, (struct sockaddr *)&from, &n);

	if (s != INVALID_SOCKET)
		net_from_sockaddr((const struct sockaddr *)&from, peer);
	return quiet(s, error);
}

/* --- the rest --- */

struct start {
	void (*run)(void *argument);
	void *argument;
};

static unsigned WINAPI begin(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	start.run(start.argument);
	return 0;
}

int net_sys_start_thread(void (*what)(void *argument), void *argument)
{
	struct start *start = net_zeroed(sizeof *start);
	uintptr_t thread;

	*start = (struct start){what, argument};
	thread = _beginthreadex(NULL, 0, begin, start, 0, NULL);
	if (thread) {
		CloseHandle((HANDLE)thread);
		return 0;
	}
	free(start);
	return EAGAIN;
}

/* Ctrl-C, Ctrl-Break, and the window that is closed. */
const int net_sys_interrupts[] = {SIGINT, SIGBREAK, SIGHUP};
const size_t net_sys_n_interrupts = 3;
