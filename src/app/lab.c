/*
 * lab - play hosts: good ones and such with a fault, one or many, for tests and for teaching.
 */
#include "app/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/lab_list.h"
#include "app/output.h"
#include "base/json.h"
#include "base/text.h"
#include "lab/capture.h"
#include "lab/faults.h"
#include "lab/server.h"
#include "os/net.h"
#include "os/os.h"

#define SECOND_US     1000000
#define SHOWN_MAX     80
#define PLAYED_MAX    256 /* scenarios at a time */
#define ALL_AT_ONCE   512 /* connections of all of them together */
#define EACH_AT_LEAST 4

/* --- the command line --- */

const struct scenario *scenario_named(const char *command, const char *given)
{
	const struct scenario *s = scenario_by_id(given);
	struct nearest near = nearest_to(given);
	char shown[SHOWN_MAX];

	if (s)
		return s;
	for (size_t i = 0; scenario_at(i); i++)
		nearest_offer(&near, scenario_at(i)->id);
	text_harmless(given, shown, sizeof shown);
	if (near.word)
		output_message("%s: no scenario %s; did you mean %s?", command, shown, near.word);
	else
		output_message("%s: no scenario %s; `rdpwhy lab` lists them", command, shown);
	return NULL;
}

static bool take_port(const char *text, struct net_address *out)
{
	char *end;
	long port = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || port > 65535)
		return false;
	out->port = (uint16_t)port;
	return true;
}

/* 127.0.0.1:3390, [::1]:3390, or an address alone and a free port. */
static bool take_listen(const char *given, struct net_address *out)
{
	char address[NET_ADDRESS_TEXT_MAX];
	const char *from = given + (*given == '['), *end = strchr(given, ']');

	if (*given != '[')
		end = strrchr(given, ':');
	if (!end || (*given != '[' && strchr(given, ':') != end))
		end = given + strlen(given); /* an IPv6 address without brackets has no port */

	size_t n = (size_t)(end - from);
	const char *port = *end == ']' ? end + 1 : end;

	if (n >= sizeof address)
		return false;
	memcpy(address, from, n);
	address[n] = '\0';
	return net_address_parse(address, out) &&
	       (!*port || (*port == ':' && take_port(port + 1, out)));
}

/* --- the run --- */

struct playing {
	struct net *net;
	struct net_timer *flush; /* of what the captures hold back */
	FILE *packets, *keys;
	size_t n;
	struct stage {
		struct playing *all;
		const struct scenario *scenario;
		struct lab *lab;
		struct capture capture;
	} at[PLAYED_MAX];
};

static void write_blocks(struct playing *p, struct buf *blocks)
{
	if (blocks->n)
		fwrite(blocks->bytes, 1, blocks->n, p->packets);
	fflush(p->packets); /* whoever ends us hard shall find whole packets */
	buf_fini(blocks);
}

static void write_held(struct playing *p)
{
	struct buf blocks = {0};

	for (size_t i = 0; i < p->n; i++)
		capture_end(&p->at[i].capture, &blocks);
	write_blocks(p, &blocks);
}

static void on_flush(void *context)
{
	struct playing *p = context;

	p->flush = NULL;
	write_held(p);
}

static void write_event(void *context, const struct lab_event *event)
{
	struct stage *s = context;
	struct playing *p = s->all;
	struct buf blocks = {0};

	write_held(p);
	capture_event(&s->capture, event, &blocks);
	write_blocks(p, &blocks);
	if (!p->flush)
		p->flush = net_after(p->net, 0, on_flush, p);
}

static void write_key(void *context, const char *line)
{
	struct stage *s = context;
	struct buf blocks = {0};

	capture_key(line, &blocks);
	write_blocks(s->all, &blocks);
	fprintf(s->all->keys, "%s\n", line);
	fflush(s->all->keys);
}

static FILE *open_beside(const char *path, const char *suffix)
{
	struct buf name = {0};

	buf_printf(&name, "%s%s", path, suffix);

	FILE *file = os_create(name.bytes);

	buf_fini(&name);
	return file;
}

/* One file for all: the ports tell the scenarios apart. */
static bool begin_capture(struct playing *p, const char *path)
{
	struct buf out = {0};
	char shown[SHOWN_MAX];

	p->packets = open_beside(path, "");
	p->keys = p->packets ? open_beside(path, ".keys") : NULL;
	if (!p->keys) {
		text_harmless(path, shown, sizeof shown);
		output_message("--capture %s: cannot be written", shown);
		return false;
	}
	capture_begin(&out);
	fwrite(out.bytes, 1, out.n, p->packets);
	buf_fini(&out);
	for (size_t i = 0; i < p->n; i++) {
		lab_on_event(p->at[i].lab, write_event, &p->at[i]);
		lab_on_key(p->at[i].lab, write_key, &p->at[i]);
	}
	return true;
}

static void end_capture(struct playing *p)
{
	if (p->flush)
		net_timer_stop(p->flush);
	if (p->packets) {
		write_held(p);
		fclose(p->packets);
	}
	if (p->keys)
		fclose(p->keys);
}

static void stop(void *context)
{
	net_stop(context);
}

static void tell_end(void *context, const struct net_address *client, enum lab_reach reach)
{
	const struct stage *s = context;
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_port_text(client, text);
	output_message("%s: %s came to: %s", s->scenario->id, text, lab_reach_word(reach));
}

/* --- where who listens --- */

static void put_where(struct buf *out, const struct stage *s, bool is_alone)
{
	struct net_address at;
	char text[NET_ADDRESS_TEXT_MAX];

	lab_address(s->lab, &at);
	net_address_port_text(&at, text);
	buf_printf(out, "listening on %s", text);
	if (!is_alone)
		buf_printf(out, "  %s", s->scenario->id);
	buf_putc(out, '\n');
}

static void put_where_json(struct json *j, const struct stage *s)
{
	struct net_address at;
	char text[NET_ADDRESS_TEXT_MAX];

	lab_address(s->lab, &at);
	net_address_text(&at, text);
	json_begin_object(j);
	json_key_string(j, "address", text);
	json_key(j, "port");
	json_put_integer(j, at.port);
	json_key_string(j, "scenario", s->scenario->id);
	json_key_if_string(j, "cause", s->scenario->cause);
	json_end_object(j);
}

static void put_all_json(struct buf *out, const struct playing *p)
{
	struct json j = json_into(out, true);

	json_begin_object(&j);
	json_key(&j, "listening");
	json_begin_array(&j);
	for (size_t i = 0; i < p->n; i++)
		put_where_json(&j, &p->at[i]);
	json_end_array(&j);
	json_end_object(&j);
	buf_putc(out, '\n');
}

static int announce(const struct playing *p, const struct options *o)
{
	struct buf out = {0};

	if (o->is_json)
		put_all_json(&out, p);
	for (size_t i = 0; !o->is_json && i < p->n; i++)
		put_where(&out, &p->at[i], p->n == 1);
	if (!o->is_quiet && p->n == 1)
		output_message("%s: %s; Ctrl-C ends it", p->at[0].scenario->id,
		               p->at[0].scenario->says);
	else if (!o->is_quiet)
		output_message("%zu scenarios; Ctrl-C ends them", p->n);

	int status = output_result(&out, EXIT_NOTHING_WRONG);

	buf_fini(&out);
	return status;
}

/* --- begin and end --- */

/* Ports count up from the one that was given. */
static struct net_address address_of(const struct net_address *first, size_t i)
{
	struct net_address at = *first;

	if (at.port)
		at.port = (uint16_t)(at.port + i);
	return at;
}

static size_t connections_each(size_t n)
{
	return ALL_AT_ONCE / n > EACH_AT_LEAST ? ALL_AT_ONCE / n : EACH_AT_LEAST;
}

/* False after a message: the address is not ours, or a port is taken. */
static bool begin(struct playing *p, const struct net_address *first, bool is_quiet)
{
	char text[NET_ADDRESS_TEXT_MAX];
	const char *error = "no event loop";

	for (size_t i = 0; i < p->n; i++) {
		struct stage *s = &p->at[i];
		struct net_address at = address_of(first, i);

		s->all = p;
		s->lab = p->net ? lab_start(p->net, s->scenario, &at, &error) : NULL;
		if (!s->lab) {
			net_address_port_text(&at, text);
			output_message("lab: %s: %s", text, error);
			return false;
		}
		lab_limit(s->lab, connections_each(p->n));
		if (!is_quiet)
			lab_on_end(s->lab, tell_end, s);
	}
	return true;
}

static int play(struct playing *p, const struct options *o, const struct net_address *first)
{
	int status = EXIT_USAGE;

	p->net = net_new();
	if (begin(p, first, o->is_quiet) && (!o->capture || begin_capture(p, o->capture))) {
		net_on_interrupt(p->net, stop, p->net);
		status = announce(p, o);
		if (o->timeout_us)
			net_after(p->net, o->timeout_us, stop, p->net);
		if (status == EXIT_NOTHING_WRONG)
			net_run(p->net);
	}
	for (size_t i = 0; i < p->n; i++)
		lab_stop(p->at[i].lab);
	end_capture(p);
	net_free(p->net);
	return status;
}

/* --- which scenarios --- */

static bool is_meant(const struct scenario *s, const char *word)
{
	size_t n = strlen(word);

	if (strcmp(word, "all") == 0)
		return true;
	return n && word[n - 1] == '*' && strncmp(s->id, word, n - 1) == 0;
}

static bool add(struct playing *p, const struct scenario *s)
{
	if (p->n == PLAYED_MAX) {
		output_message("lab: more than %d scenarios at a time", PLAYED_MAX);
		return false;
	}
	p->at[p->n++].scenario = s;
	return true;
}

/* A name, a beginning with * behind it, or all; false after a message. */
static bool add_named(struct playing *p, const char *word)
{
	size_t before = p->n;

	for (size_t i = 0; scenario_at(i); i++)
		if (is_meant(scenario_at(i), word) && !add(p, scenario_at(i)))
			return false;
	if (p->n > before)
		return true;

	const struct scenario *s = scenario_named("lab", word);

	return s && add(p, s);
}

static bool choose(struct playing *p, const struct options *o)
{
	for (size_t i = 0; i < o->n_operands; i++)
		if (!add_named(p, o->operands[i]))
			return false;
	return true;
}

/* --- what is only shown --- */

static void put_described(struct page *page, const struct playing *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (i)
			page_blank(page);
		lab_describe_text(page, p->at[i].scenario);
	}
}

static void put_described_json(struct buf *out, const struct playing *p)
{
	struct json j = json_into(out, true);

	json_begin_object(&j);
	json_key(&j, "scenarios");
	json_begin_array(&j);
	for (size_t i = 0; i < p->n; i++)
		lab_describe_json(&j, p->at[i].scenario);
	json_end_array(&j);
	json_end_object(&j);
	buf_putc(out, '\n');
}

static int show(const struct options *o, const struct playing *described)
{
	struct buf out = {0};
	struct page page = output_page(&out, o);
	bool is_causes = o->n_operands == 1 && strcmp(o->operands[0], "causes") == 0;

	if (described->n && o->is_json)
		put_described_json(&out, described);
	else if (described->n)
		put_described(&page, described);
	else if (o->is_json)
		lab_list_json(&out);
	else if (is_causes)
		lab_causes_text(&page);
	else
		lab_list_text(&page);

	int status = output_result(&out, EXIT_NOTHING_WRONG);

	buf_fini(&out);
	return status;
}

/* --- the command --- */

static bool is_for_show(const struct options *o)
{
	return !o->n_operands || (o->n_operands == 1 && strcmp(o->operands[0], "causes") == 0);
}

/* False after a message. */
static bool has_ports(const struct net_address *first, size_t n)
{
	if (!first->port || first->port + n - 1 <= 65535)
		return true;
	output_message("--listen: %zu ports from %d on; the last port is 65535", n, first->port);
	return false;
}

static int play_chosen(struct playing *p, const struct options *o)
{
	struct net_address at = {.bytes = {127, 0, 0, 1}};
	char shown[SHOWN_MAX];

	if (!choose(p, o))
		return EXIT_USAGE;
	if (o->is_described)
		return show(o, p);
	if (o->listen && !take_listen(o->listen, &at)) {
		text_harmless(o->listen, shown, sizeof shown);
		output_message("--listen %s; expected ADDRESS:PORT", shown);
		return EXIT_USAGE;
	}
	return has_ports(&at, p->n) ? play(p, o, &at) : EXIT_USAGE;
}

int run_lab(const struct options *o)
{
	struct playing *p;
	int status;

	if (is_for_show(o) && o->is_described) {
		output_message("lab: --describe without a scenario; `rdpwhy lab` lists them");
		return EXIT_USAGE;
	}
	p = calloc(1, sizeof *p);
	if (!p)
		return EXIT_OUR_FAULT;
	status = is_for_show(o) ? show(o, p) : play_chosen(p, o);
	free(p);
	return status;
}
