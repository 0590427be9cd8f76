/*
 * pasted_network - sockets, adapters, names and the way: netstat, ipconfig, netsh interface,
 * Get-NetConnectionProfile, Test-NetConnection, ping, tracert, nslookup, Resolve-DnsName.
 */
#include <string.h>

#include "base/arena.h"
#include "read/pasted_rows.h"

/* --- netstat --- */

/* Connections that the service has not taken: state words of English and German. */
static const char waiting_states[] = "CLOSE_WAIT|SCHLIESSEN_WARTEN|SYN_RECEIVED|SYN_EMPFANGEN";

struct socket_line {
	struct word address, peer;
	uint64_t port, peer_port, pid;
	bool is_udp;
	struct word state;
};

static bool socket_of(const struct line *l, struct socket_line *out)
{
	struct words w = line_words(l);

	*out = (struct socket_line){0};
	if (w.n < 3 || w.n > 6 || !word_is_among(w.at[0], "TCP|UDP") ||
	    !word_endpoint(w.at[1], &out->address, &out->port) ||
	    !word_endpoint(w.at[2], &out->peer, &out->peer_port))
		return false;
	out->is_udp = word_is(w.at[0], "UDP");
	if (w.n > 3)
		out->state = w.at[3];
	if (!word_number(w.at[w.n - 1], &out->pid))
		out->pid = 0;
	return true;
}

/* The address of whom it talks to is empty: independent of the state's translation. */
static bool is_listening(const struct socket_line *s)
{
	return !s->is_udp && !s->peer_port;
}

static struct listener_seen *take_socket(struct pasting *p, const struct socket_line *s,
                                         size_t line)
{
	struct listener_seen *l;

	p->n_sockets++;
	if (!p->sockets_line)
		p->sockets_line = line;
	if (!is_listening(s)) {
		if (!s->is_udp)
			p->ports_in_use[s->port / 8] |= (uint8_t)(1 << s->port % 8);
		if (s->port == RDP_PORT && word_is_among(s->state, waiting_states)) {
			p->n_piled++;
			p->piled_line = line;
		}
		return NULL;
	}
	if (p->n_listeners == LISTENERS_MAX)
		return NULL;
	l = &p->listeners[p->n_listeners++];
	*l = (struct listener_seen){.address = word_copy(s->address, p->ev->arena),
	                            .port = s->port,
	                            .pid = s->pid,
	                            .line = line};
	return l;
}

/* Behind a socket, with -b: the service, and the program in brackets. */
static void take_owner(struct pasting *p, struct listener_seen *of, const struct line *l)
{
	struct words w = line_words(l);
	struct word name;

	if (w.n != 1)
		return;
	if (!word_between(w.at[0], '[', ']', &name)) {
		of->component = word_copy(w.at[0], p->ev->arena);
		return;
	}
	of->program = word_copy(name, p->ev->arena);
}

/* "netstat -ano | findstr 3389" that prints nothing says that nothing listens. */
static size_t nothing_printed(struct pasting *p, const struct section *s)
{
	struct word typed = word_of(s->command);

	if (!word_begins(typed, "netstat") || !word_holds(typed, "find") ||
	    !word_holds(typed, "3389") || !word_holds(typed, "-a"))
		return 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->lines[i].n)
			return 0;
	pasted_number(p, F_HOST_PORT_CLOSED, s->command_line, RDP_PORT);
	return s->command_line;
}

size_t pasted_netstat(struct pasting *p, const struct section *s)
{
	struct listener_seen *newest = NULL;
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct socket_line sock;

		if (socket_of(l, &sock)) {
			newest = take_socket(p, &sock, l->number);
			first = first ? first : l->number;
		} else if (newest && l->n && l->n < 260) {
			take_owner(p, newest, l);
		} else {
			newest = NULL;
		}
	}
	return first ? first : nothing_printed(p, s);
}

/* --- ipconfig --- */

static bool has_leaders(const struct line *l)
{
	return line_holds(l, ". .") && line_holds(l, " :");
}

/* Name servers that everybody may use; none of them knows a private domain. */
static const char public_servers
    [] = "8.8.8.8|8.8.4.4|1.1.1.1|1.0.0.1|9.9.9.9|149.112.112.112|208.67.222.222|208.67.220.220|"
         "4.2.2.1|4.2.2.2|94.140.14.14|94.140.15.15|77.88.8.8|77.88.8.1|114.114.114.114|223.5.5.5|"
         "223.6.6.6|119.29.29.29|2001:4860:4860::8888|2001:4860:4860::8844|2606:4700:4700::1111|"
         "2606:4700:4700::1001|2620:fe::fe";

struct ipconfig {
	size_t n_leaders, first;
	bool has_rule, has_suffix;
	struct word server;
	size_t server_line;
};

static void take_adapter_line(struct ipconfig *c, const struct line *l)
{
	struct word key, value;

	if (has_leaders(l) && line_pair(l, &key, &value)) {
		c->n_leaders++;
		c->first = c->first ? c->first : l->number;
		/* The second line of all is the domain of the computer. */
		if (c->n_leaders == 2)
			c->has_suffix = word_holds(value, ".") && !word_is_ipv4(value);
	} else if (c->n_leaders) {
		value = (struct word){l->text, l->n};
	} else {
		return;
	}
	if (!c->server.n && word_is_among(value, public_servers)) {
		c->server = value;
		c->server_line = l->number;
	}
}

static struct ipconfig read_leaders(const struct section *s)
{
	struct ipconfig c = {0};

	for (size_t i = 0; i < s->n; i++) {
		c.has_rule |= line_rule(&s->lines[i], '-') == 1;
		take_adapter_line(&c, &s->lines[i]);
	}
	return c;
}

size_t pasted_ipconfig(struct pasting *p, const struct section *s)
{
	struct ipconfig c = read_leaders(s);

	if (c.n_leaders < 3 || c.has_rule)
		return 0;
	if (c.server.n && c.has_suffix)
		pasted_word(p, F_HOST_DNS_PUBLIC, c.server_line, c.server);
	return c.first;
}

size_t pasted_displaydns(struct pasting *p, const struct section *s)
{
	struct ipconfig c = read_leaders(s);

	(void)p;
	return c.n_leaders >= 3 && c.has_rule ? c.first : 0;
}

/* --- netsh --- */

static bool is_place(struct word w)
{
	return word_holds(w, ".") || word_holds(w, ":") || word_is_among(w, "*|localhost");
}

static bool proxy_of(const struct line *l, struct words *w, uint64_t port[2])
{
	*w = line_words(l);
	return w->n == 4 && is_place(w->at[0]) && word_number(w->at[1], &port[0]) &&
	       word_number(w->at[3], &port[1]) && port[0] < 65536 && port[1] < 65536;
}

static void take_proxy(struct pasting *p, const struct words *w, const uint64_t port[2],
                       size_t line)
{
	if (port[0] != RDP_PORT && port[1] != RDP_PORT)
		return;
	pasted_text(p, F_HOST_PORTPROXY, line,
	            arena_printf(p->ev->arena, "%s:%u to %s:%u", word_copy(w->at[0], p->ev->arena),
	                         (unsigned)port[0], word_copy(w->at[2], p->ev->arena),
	                         (unsigned)port[1]));
}

size_t pasted_portproxy(struct pasting *p, const struct section *s)
{
	size_t first = 0;
	bool is_table = false;
	struct words w;
	uint64_t port[2];

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!l->n || line_rule(l, '-')) {
			is_table = l->n && line_rule(l, '-') == 4;
			continue;
		}
		if (!is_table || !proxy_of(l, &w, port))
			continue;
		first = first ? first : l->number;
		take_proxy(p, &w, port, l->number);
	}
	if (!first && word_holds(word_of(s->command), "portproxy show")) {
		pasted_absent(p, F_HOST_PORTPROXY, s->command_line);
		return s->command_line;
	}
	return first;
}

size_t pasted_dynamicport(struct pasting *p, const struct section *s)
{
	for (size_t i = 1; i + 2 < s->n; i++) {
		struct word key, value[2];
		uint64_t first, n;

		if (line_rule(&s->lines[i], '-') != 1 || s->lines[i].indent ||
		    !line_pair(&s->lines[i + 1], &key, &value[0]) ||
		    !line_pair(&s->lines[i + 2], &key, &value[1]) ||
		    !word_number(value[0], &first) || !word_number(value[1], &n) || !n ||
		    first + n > 65536 || first < 1024)
			continue;
		if (line_holds(&s->lines[i - 1], "tcp")) {
			p->first_port = first;
			p->n_ports = n;
		} else if (!line_holds(&s->lines[i - 1], "udp")) {
			continue;
		}
		return s->lines[i - 1].number;
	}
	return 0;
}

size_t pasted_subinterfaces(struct pasting *p, const struct section *s)
{
	bool is_table = false;
	uint64_t number;

	(void)p;
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct words w = line_words(l);
		size_t k = 0;

		if (line_rule(l, '-'))
			is_table = line_rule(l, '-') == 5;
		while (k < w.n && k < 4 && word_number(w.at[k], &number))
			k++;
		if (is_table && k == 4 && w.n > 4)
			return l->number;
	}
	return 0;
}

/* --- Get-NetConnectionProfile --- */

static const char *category_of(struct word w)
{
	if (word_is(w, "Public") || word_is(w, "0"))
		return "public";
	if (word_is(w, "Private") || word_is(w, "1"))
		return "private";
	return word_begins(w, "Domain") || word_is(w, "2") ? "domain" : NULL;
}

/* Adapters of one host may differ; then it is not known which one the client comes by. */
size_t pasted_profile(struct pasting *p, const struct section *s)
{
	const char *only = NULL;
	bool differ = false;
	struct properties o;
	size_t first = 0;

	for (size_t i = 0; properties_next(s, &i, &o);) {
		struct word category, ignored;
		const char *word;

		if (!properties_get(&o, "NetworkCategory", &category) ||
		    !properties_get(&o, "InterfaceAlias", &ignored))
			continue;
		first = first ? first : properties_line(&o, "NetworkCategory");
		word = category_of(category);
		differ |= only && word && strcmp(only, word) != 0;
		only = word ? word : only;
	}
	if (only && !differ)
		pasted_text(p, F_HOST_NETWORK_CATEGORY, first, only);
	return first;
}

/* --- Test-NetConnection --- */

static bool is_loopback(struct word address)
{
	return word_begins(address, "127.") || word_is(address, "::1");
}

static void take_connection(struct pasting *p, struct word address, uint64_t port, bool is_open,
                            size_t line)
{
	bool is_here = is_loopback(address);

	if (port != RDP_PORT) {
		if (is_open && !is_here)
			pasted_number(p, F_TCP_OTHER_PORT_OPEN, line, (int64_t)port);
	} else if (is_here) {
		if (is_open)
			pasted_fact(p, F_HOST_LOOPBACK_WORKS, line);
		else
			pasted_absent(p, F_HOST_LOOPBACK_WORKS, line);
	} else if (is_open) {
		pasted_fact(p, F_TCP_CONNECTED, line);
	} else {
		pasted_absent(p, F_TCP_CONNECTED, line);
	}
}

size_t pasted_test_connection(struct pasting *p, const struct section *s)
{
	struct properties o;
	size_t first = 0;

	for (size_t i = 0; properties_next(s, &i, &o);) {
		struct word address = {"", 0}, port, result;
		uint64_t number;
		size_t line;

		if (!properties_get(&o, "ComputerName", &result) ||
		    (!properties_get(&o, "TcpTestSucceeded", &result) &&
		     !properties_get(&o, "PingSucceeded", &result)))
			continue;
		line = properties_line(&o, "ComputerName");
		first = first ? first : line;
		properties_get(&o, "RemoteAddress", &address);
		if (properties_get(&o, "TcpTestSucceeded", &result) &&
		    word_is_among(result, "True|False") &&
		    properties_get(&o, "RemotePort", &port) && word_number(port, &number))
			take_connection(p, address, number, word_is(result, "True"), line);
	}
	return first;
}

/* --- ping and tracert: the shape is known; nothing of RDP follows from them --- */

static struct word without_marks(struct word w)
{
	while (w.n && strchr("(:),", w.p[w.n - 1]))
		w.n--;
	while (w.n && *w.p == '(')
		w = (struct word){w.p + 1, w.n - 1};
	return w;
}

/* An address, "TTL=128" and a time stand in one line, in any language. */
static bool is_reply(const struct line *l)
{
	struct words w = line_words(l);
	bool has_address = false, has_ttl = false;
	uint64_t ttl;

	for (size_t i = 0; i < w.n; i++) {
		has_address |= word_is_ipv4(without_marks(w.at[i]));
		has_ttl |= word_begins(w.at[i], "ttl=") &&
		           word_number((struct word){w.at[i].p + 4, w.at[i].n - 4}, &ttl);
	}
	return has_address && has_ttl && line_holds(l, "ms");
}

size_t pasted_ping(struct pasting *p, const struct section *s)
{
	(void)p;
	for (size_t i = 0; i < s->n; i++)
		if (line_holds(&s->lines[i], "ttl=") && is_reply(&s->lines[i]))
			return s->lines[i].number;
	return word_begins(word_of(s->command), "ping ") && s->n ? s->command_line : 0;
}

/* "1  <1 ms  <1 ms  *  192.0.2.1": a hop and three times. */
static bool hop_of(const struct line *l, uint64_t *hop)
{
	struct words w = line_words(l);
	size_t times = 0;

	if (w.n < 4 || !word_number(w.at[0], hop) || *hop > 255)
		return false;
	for (size_t i = 1; i < w.n; i++)
		times += word_is(w.at[i], "*") ||
		         (i + 1 < w.n && word_is(w.at[i + 1], "ms") && w.at[i].n < 6);
	return times >= 3;
}

size_t pasted_tracert(struct pasting *p, const struct section *s)
{
	uint64_t newest = 0, hop;
	size_t first = 0;

	(void)p;
	for (size_t i = 0; i < s->n; i++) {
		if (!hop_of(&s->lines[i], &hop))
			continue;
		if (hop == newest + 1 && newest)
			return first;
		newest = hop;
		first = s->lines[i].number;
	}
	return 0;
}

/* --- names --- */

static bool is_address(struct word w)
{
	return word_is_ipv4(w) || word_is_ipv6(w);
}

/* "Server:  name": no more than one blank before the colon; objects of PowerShell have more. */
static bool name_pair(const struct line *l, struct word *value)
{
	struct word key;

	return !l->indent && line_pair(l, &key, value) && value->n && key.n <= 24 &&
	       !word_holds(key, ".") && (key.p[key.n] == ':' || key.p[key.n + 1] == ':');
}

/* "Server: name" and "Address: 192.0.2.1" one after the other, in any language. */
static bool is_name_block(const struct section *s, size_t i)
{
	struct word name, address;

	return i + 1 < s->n && name_pair(&s->lines[i], &name) && !is_address(name) &&
	       !word_holds(name, " ") && name_pair(&s->lines[i + 1], &address) &&
	       is_address(address);
}

static int64_t addresses_from(const struct section *s, size_t i)
{
	int64_t n = 1;

	for (i++; i < s->n; i++, n++) {
		const struct line *l = &s->lines[i];

		if (!l->indent || !is_address((struct word){l->text, l->n}))
			break;
	}
	return n;
}

static const char
    failed_words[] = "Server failed|Query refused|timed out|timed-out|No response from server";

static bool holds_one_of(const struct line *l, const char *list)
{
	while (*list) {
		char word[32] = {0};
		size_t n = strcspn(list, "|");

		memcpy(word, list, n < sizeof word ? n : sizeof word - 1);
		if (line_holds(l, word))
			return true;
		list += n + (list[n] == '|');
	}
	return false;
}

static void take_answer(struct pasting *p, const struct section *s, size_t i)
{
	const struct line *l = &s->lines[i];

	if (is_name_block(s, i))
		pasted_number(p, F_NAME_RESOLVED, l->number, addresses_from(s, i + 1));
	else if (line_begins(l, "*** ") && line_holds(l, "Non-existent domain"))
		pasted_fact(p, F_NAME_NOT_FOUND, l->number);
	else if (line_begins(l, "*** ") && holds_one_of(l, failed_words))
		pasted_fact(p, F_NAME_LOOKUP_FAILED, l->number);
}

static bool is_answer(const struct section *s, size_t i)
{
	return is_name_block(s, i) || line_begins(&s->lines[i], "*** ");
}

size_t pasted_nslookup(struct pasting *p, const struct section *s)
{
	bool is_typed = word_begins(word_of(s->command), "nslookup");

	for (size_t i = 0; i < s->n; i++) {
		size_t k = i + 2;

		if (!is_name_block(s, i))
			continue;
		while (k < s->n && !is_answer(s, k) && k < i + 20)
			k++;
		if (k >= s->n || !is_answer(s, k))
			return is_typed ? s->lines[i].number : 0;
		/* The first block is the server's. */
		take_answer(p, s, k);
		return s->lines[i].number;
	}
	return 0;
}

static size_t resolve_error(struct pasting *p, const struct section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!line_holds(l, "DnsClient.Commands.ResolveDnsName"))
			continue;
		if (line_holds(l, "DNS_ERROR_RCODE_NAME_ERROR") ||
		    line_holds(l, "DNS_INFO_NO_RECORDS"))
			pasted_fact(p, F_NAME_NOT_FOUND, l->number);
		else
			pasted_fact(p, F_NAME_LOOKUP_FAILED, l->number);
		return l->number;
	}
	return 0;
}

size_t pasted_resolve(struct pasting *p, const struct section *s)
{
	int64_t addresses = 0;
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct words w = line_words(&s->lines[i]);
		uint64_t ttl;

		if (w.n != 5 || !word_is_among(w.at[1], "A|AAAA|CNAME|PTR") ||
		    !word_number(w.at[2], &ttl) ||
		    !word_is_among(w.at[3], "Answer|Question|Authority|Additional"))
			continue;
		first = first ? first : s->lines[i].number;
		addresses += is_address(w.at[4]);
	}
	if (addresses)
		pasted_number(p, F_NAME_RESOLVED, first, addresses);
	return first ? first : resolve_error(p, s);
}
