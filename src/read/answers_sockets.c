/*
 * answers_sockets - who listens on the port of Remote Desktop, and whether ports are left.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"

#define RPC_PORT           135
#define LISTENERS_OF_ALL   6 /* so many, and the list is a whole one */
#define FIRST_DYNAMIC_PORT 49152
#define FIRST_OF_EIGHT     9200

struct listener {
	const struct answer *row;
	const char *address;
	int64_t port;
};

static bool next_listener(const struct telling *t, size_t *at, struct listener *l)
{
	while ((l->row = answers_next(t->a, TOPIC_LISTENER, at))) {
		l->address = text_or_empty(l->row, "address");
		l->port = answer_number(l->row, "port", 0);
		if (text_same(text_or_empty(l->row, "protocol"), "tcp") && l->port > 0 &&
		    l->port <= UINT16_MAX)
			return true;
	}
	return false;
}

static bool is_everywhere(const char *address)
{
	return text_same(address, "0.0.0.0") || text_same(address, "::") ||
	       text_same(address, "[::]") || !*address;
}

static bool is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || text_same(address, "::1") ||
	       text_same(address, "[::1]");
}

static const char *where_of_listener(struct telling *t, const struct listener *l)
{
	int64_t pid = answer_number(l->row, "pid", 0);
	bool has_brackets = strchr(l->address, ':') && *l->address != '[';

	return arena_printf(
	    t->arena, "listener tcp %s%s%s:%d%s", has_brackets ? "[" : "", l->address,
	    has_brackets ? "]" : "", (int)l->port,
	    pid > 0 && pid <= UINT32_MAX ? arena_printf(t->arena, " pid %u", (unsigned)pid) : "");
}

/* --- whose it is --- */

enum owner { OWNER_UNKNOWN, OWNER_TERMSERVICE, OWNER_OTHER };

static const char *file_of(const char *path)
{
	const char *last = strrchr(path, '\\');

	return last ? last + 1 : path;
}

static enum owner owner_of(const struct telling *t, const struct listener *l)
{
	const char *process = file_of(text_or_empty(l->row, "process"));
	const char *services = text_or_empty(l->row, "services");
	int64_t pid = answer_number(l->row, "pid", 0);

	if (list_holds(services, "TermService") || (pid && pid == t->facts.termservice_pid))
		return OWNER_TERMSERVICE;
	/* up to Windows 7 a driver held the port */
	if (!*process ||
	    (text_same(process, "System") && (!t->facts.build || t->facts.build < FIRST_OF_EIGHT)))
		return OWNER_UNKNOWN;
	/* a svchost.exe is another service's only when its services are known */
	if (text_same(process, "svchost.exe") && !*services)
		return OWNER_UNKNOWN;
	return OWNER_OTHER;
}

static void say_taken(struct telling *t, const struct listener *l)
{
	const char *services = text_or_empty(l->row, "services");
	const char *process = file_of(text_or_empty(l->row, "process"));
	int64_t pid = answer_number(l->row, "pid", 0);

	say_text(t, F_HOST_PORT_TAKEN,
	         arena_printf(t->arena, "%s%s%s, process %u", process, *services ? ": " : "",
	                      services, (unsigned)pid),
	         where_of_listener(t, l));
}

/* --- the port --- */

struct door {
	struct listener own, other; /* of TermService or perhaps so; of another program */
	bool has_own, has_other, is_sure, is_open_to_all, has_any;
};

static struct door door_at(const struct telling *t, int64_t port)
{
	struct door d = {0};
	struct listener l;

	for (size_t at = 0; next_listener(t, &at, &l);) {
		enum owner owner;

		if (l.port != port)
			continue;
		owner = owner_of(t, &l);
		d.has_any = true;
		if (owner == OWNER_OTHER) {
			/* beside the service's own, one on the loopback takes nothing away */
			if (!d.has_other || is_loopback(d.other.address))
				d.other = l;
			d.has_other = true;
			continue;
		}
		if (!d.has_own || is_everywhere(l.address))
			d.own = l;
		d.has_own = true;
		d.is_sure |= owner == OWNER_TERMSERVICE;
		d.is_open_to_all |= is_everywhere(l.address);
	}
	return d;
}

static void say_open(struct telling *t, const struct door *d)
{
	const struct listener *l = d->has_own ? &d->own : &d->other;
	const char *where = where_of_listener(t, l);
	bool is_taken = d->has_other && (!d->has_own || !is_loopback(d->other.address));

	say_absent(t, F_HOST_PORT_CLOSED, where);
	if (is_taken)
		say_taken(t, &d->other);
	else if (d->is_sure)
		say_absent(t, F_HOST_PORT_TAKEN, where);
	if (d->has_own)
		say_whether(t, F_HOST_BOUND_TO_ADAPTER, !d->is_open_to_all, where);
	if (d->is_sure)
		say_number(t, F_HOST_PORT, l->port, where);
}

/* Where the service listens instead; high ports belong to RPC. */
static bool find_moved(const struct telling *t, struct listener *l)
{
	for (size_t at = 0; next_listener(t, &at, l);)
		if (l->port < FIRST_DYNAMIC_PORT && owner_of(t, l) == OWNER_TERMSERVICE)
			return true;
	return false;
}

static bool is_whole(const struct telling *t)
{
	struct listener l;
	size_t n = 0;

	for (size_t at = 0; next_listener(t, &at, &l); n++)
		if (l.port == RPC_PORT)
			return true;
	return n >= LISTENERS_OF_ALL;
}

static void look_at_port(struct telling *t)
{
	struct door d = door_at(t, t->port);
	struct listener moved;
	bool is_moved = !d.has_any && find_moved(t, &moved);

	if (d.has_any) {
		say_open(t, &d);
		return;
	}
	if (is_moved)
		say_number(t, F_HOST_PORT, moved.port, where_of_listener(t, &moved));
	/* without a registry the other port may well be the one that was meant */
	if (is_whole(t) && (!is_moved || t->known->port))
		say_number(t, F_HOST_PORT_CLOSED, t->port,
		           arena_printf(t->arena, "listener tcp port %d: none", t->port));
}

/* --- ports of outgoing connections --- */

static void look_at_ranges(struct telling *t)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_PORT_RANGE, &at));) {
		int64_t count = answer_number(row, "count", 0),
		        used = answer_number(row, "used", -1);

		if (!text_same(text_or_empty(row, "protocol"), "tcp") || count <= 0 ||
		    count > 65536 || used < 0 || used > 1000000)
			continue;
		say_whether(t, F_HOST_PORTS_EXHAUSTED, used * 100 >= count * 95,
		            arena_printf(t->arena, "port range tcp: %d of %d in use", (int)used,
		                         (int)count));
		return;
	}
}

void answers_sockets(struct telling *t)
{
	if (!t->facts.is_stand_in)
		look_at_port(t);
	look_at_ranges(t);
}
