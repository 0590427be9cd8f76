/*
 * lab - play a host: a good one, or one with a fault, for tests and for teaching.
 */
#include "app/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/output.h"
#include "base/json.h"
#include "base/text.h"
#include "lab/capture.h"
#include "lab/faults.h"
#include "lab/server.h"
#include "os/net.h"
#include "os/os.h"

#define STDOUT    1
#define SECOND_US 1000000
#define SHOWN_MAX 80

/* --- the list --- */

static void list_stage(struct buf *out, enum stage_id stage)
{
	bool has_title = false;

	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);

		if (s->stage != stage)
			continue;
		if (!has_title)
			buf_printf(out, "%s%s\n", out->n ? "\n" : "", stage_name(stage));
		has_title = true;
		buf_printf(out, "  %-28s %s\n", s->id, s->says);
	}
}

static void put_json(struct buf *out)
{
	struct json j = json_into(out, true);

	json_object(&j);
	json_key(&j, "scenarios");
	json_array(&j);
	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);
		enum finding_id expect = s->expect.finding;

		json_object(&j);
		json_key_string(&j, "id", s->id);
		json_key_string(&j, "stage", stage_name(s->stage));
		json_key_string(&j, "says", s->says);
		json_key_if_string(&j, "cause", s->cause);
		json_key_if_string(&j, "expect", expect ? finding_defs[expect].name : NULL);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	buf_putc(out, '\n');
}

static int list(bool is_json)
{
	struct buf out = {0};

	if (is_json)
		put_json(&out);
	for (enum stage_id stage = 0; !is_json && stage < STAGE_COUNT; stage++)
		list_stage(&out, stage);

	int status = output_result(&out, EXIT_NOTHING_WRONG);

	buf_fini(&out);
	return status;
}

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
	struct capture capture;
	struct net_timer *flush; /* of what the capture holds back */
	FILE *packets, *keys;
};

static void write_blocks(struct playing *p, struct buf *blocks)
{
	if (blocks->n)
		fwrite(blocks->bytes, 1, blocks->n, p->packets);
	fflush(p->packets); /* whoever ends us hard shall find whole packets */
	buf_fini(blocks);
}

static void write_held(void *context)
{
	struct playing *p = context;
	struct buf blocks = {0};

	p->flush = NULL;
	capture_end(&p->capture, &blocks);
	write_blocks(p, &blocks);
}

static void write_event(void *context, const struct lab_event *event)
{
	struct playing *p = context;
	struct buf blocks = {0};

	capture_event(&p->capture, event, &blocks);
	write_blocks(p, &blocks);
	if (!p->flush)
		p->flush = net_after(p->net, 0, write_held, p);
}

static void write_key(void *context, const char *line)
{
	struct playing *p = context;
	struct buf blocks = {0};

	capture_key(line, &blocks);
	write_blocks(p, &blocks);
	fprintf(p->keys, "%s\n", line);
	fflush(p->keys);
}

static FILE *open_beside(const char *path, const char *suffix)
{
	struct buf name = {0};

	buf_printf(&name, "%s%s", path, suffix);

	FILE *file = fopen(name.bytes, "wb");

	buf_fini(&name);
	return file;
}

static bool begin_capture(struct playing *p, const char *path, struct lab *lab)
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
	lab_on_event(lab, write_event, p);
	lab_on_key(lab, write_key, p);
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

static int announce(const struct lab *lab, const struct scenario *s, bool is_quiet)
{
	struct net_address at;
	struct buf line = {0};
	char text[NET_ADDRESS_TEXT_MAX];

	lab_address(lab, &at);
	net_address_port_text(&at, text);
	buf_printf(&line, "listening on %s\n", text);
	if (!is_quiet)
		output_message("%s: %s; Ctrl-C ends it", s->id, s->says);

	int status = output_result(&line, EXIT_NOTHING_WRONG);

	buf_fini(&line);
	return status;
}

static int play(const struct options *o, const struct scenario *s, const struct net_address *at,
                int64_t timeout_us)
{
	struct playing p = {.net = net_new()};
	const char *error = "no event loop";
	struct lab *lab = p.net ? lab_start(p.net, s, at, &error) : NULL;
	int status = EXIT_OUR_FAULT;

	if (!lab) {
		char text[NET_ADDRESS_TEXT_MAX];

		net_address_port_text(at, text);
		output_message("lab: %s: %s", text, error);
		status = EXIT_USAGE; /* the address is not ours, or taken */
	} else if (o->capture && !begin_capture(&p, o->capture, lab)) {
		status = EXIT_USAGE;
	} else {
		net_on_interrupt(p.net, stop, p.net);
		status = announce(lab, s, o->is_quiet);
		if (timeout_us)
			net_after(p.net, timeout_us, stop, p.net);
		if (status == EXIT_NOTHING_WRONG)
			net_run(p.net);
	}
	lab_stop(lab);
	end_capture(&p);
	net_free(p.net);
	return status;
}

int run_lab(const struct options *o)
{
	struct net_address at = {.bytes = {127, 0, 0, 1}};
	char shown[SHOWN_MAX];

	if (!o->n_operands)
		return list(o->is_json);
	if (o->n_operands > 1) {
		output_message("lab: more than one scenario; expected one");
		return EXIT_USAGE;
	}
	if (o->listen && !take_listen(o->listen, &at)) {
		text_harmless(o->listen, shown, sizeof shown);
		output_message("--listen %s; expected ADDRESS:PORT", shown);
		return EXIT_USAGE;
	}
	const struct scenario *s = scenario_named("lab", o->operands[0]);

	return s ? play(o, s, &at, o->timeout_us) : EXIT_USAGE;
}
