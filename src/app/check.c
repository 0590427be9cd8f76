/*
 * check - diagnose a live host: probe it, infer, and ask further (app/questions). The loop is
 * on_idle. A .rdp file in place of a host is probed as a client would connect with it.
 */
#include "app/check.h"

#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/connection_file.h"
#include "app/dossier.h"
#include "app/output.h"
#include "app/questions.h"
#include "app/record.h"
#include "app/this_client.h"
#include "base/arena.h"
#include "base/text.h"
#include "os/os.h"
#include "probe/gateway.h"
#include "probe/probe.h"

#define PROGRESS_AFTER_US 2000000LL
#define PROGRESS_EVERY_US 500000LL
#define STDERR            2

struct live {
	const struct options *options;
	const char *input; /* as typed */
	const struct run_demo *demo;
	struct arena arena;
	struct dossier dossier;
	struct target target;
	const struct client_profile *profile;
	struct connection_file file; /* in place of a host */
	struct net *net;
	struct probe *probe;
	struct record *record;         /* NULL: nothing is recorded */
	struct gateway_check *gateway; /* NULL: none is asked */
	struct net_timer *deadline, *progress;
	int64_t started_us, began_us, timeout_us;
	bool was_interrupted, has_progress, is_probe_over;
};

/* --- what to ask next --- */

static void stop_when_over(void *context)
{
	struct live *c = context;

	if (c->is_probe_over && (!c->gateway || gateway_check_is_over(c->gateway)))
		net_stop(c->net);
}

static void ask_gateway(struct live *c)
{
	if (!c->gateway && c->file.has_gateway)
		c->gateway = gateway_check_new(c->net, &c->file.gateway, c->profile,
		                               &c->dossier.findings, stop_when_over, c);
}

static void on_idle(void *context)
{
	struct live *c = context;
	struct asking asking = {.is_full = c->options->is_full,
	                        .spent_us = net_now_us(c->net) - c->began_us,
	                        .started_us = c->started_us};
	const struct measure *next = question_next(c->probe, &c->dossier.findings, &asking);

	if (next && probe_measure(c->probe, next))
		return;
	c->is_probe_over = true;
	/* A gateway for where a direct try fails is asked when it has failed. */
	if (!connection_file_has_contact(&c->dossier.findings))
		ask_gateway(c);
	stop_when_over(c);
}

/* --- the end --- */

static void end_early(struct live *c)
{
	probe_stop(c->probe);
	net_stop(c->net);
}

static void on_deadline(void *context)
{
	struct live *c = context;

	c->deadline = NULL;
	end_early(c);
}

static void on_interrupt(void *context)
{
	struct live *c = context;

	c->was_interrupted = true;
	end_early(c);
}

/* --- progress --- */

static void clear_progress(struct live *c)
{
	if (c->has_progress)
		os_write_all(STDERR, "\r\033[K", 4);
	c->has_progress = false;
}

/* One line that never wraps, since only the last line of it could be cleared. */
static void put_progress(struct live *c, const char *waiting_for)
{
	int seconds = (int)((net_now_us(c->net) - c->began_us) / 1000000);
	int columns = os_terminal_columns(STDERR);
	char line[160];
	size_t n;

	snprintf(line, sizeof line, "rdpwhy: %d s, waiting for %s", seconds, waiting_for);
	n = strlen(line);
	columns = columns > 1 ? columns - 1 : 79;
	os_write_all(STDERR, line, n < (size_t)columns ? n : (size_t)columns);
	c->has_progress = true;
}

static void on_progress(void *context)
{
	struct live *c = context;
	struct probe_facts facts;

	probe_facts(c->probe, &facts);
	clear_progress(c);
	if (facts.waiting_for)
		put_progress(c, facts.waiting_for);
	c->progress = net_after(c->net, PROGRESS_EVERY_US, on_progress, c);
}

/* --- the report --- */

static const char *const *address_texts(struct live *c, const struct probe_facts *facts, size_t *n)
{
	const char **texts = arena_new(&c->arena, (facts->n_addresses + 1) * sizeof *texts);
	char text[NET_ADDRESS_TEXT_MAX];

	*n = 0;
	if (facts->has_address) {
		net_address_text(&facts->address, text);
		texts[(*n)++] = arena_copy(&c->arena, text, strlen(text));
	}
	for (size_t i = 0; i < facts->n_addresses; i++) {
		if (facts->has_address && net_address_same(&facts->addresses[i], &facts->address))
			continue;
		net_address_text(&facts->addresses[i], text);
		texts[(*n)++] = arena_copy(&c->arena, text, strlen(text));
	}
	return texts;
}

static void fill_times(struct run_vantage *v, const struct probe_facts *facts)
{
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		const struct probe_span *s = &facts->spans[i];

		if (s->begun_us < 0)
			continue;
		v->times[i] = (struct stage_time){
		    .is_known = true, .started_us = s->begun_us, .duration_us = s->took_us};
	}
}

static void fill_vantage(struct live *c, struct run_vantage *v)
{
	struct probe_facts *facts = arena_new(&c->arena, sizeof *facts);
	char source[NET_ADDRESS_TEXT_MAX];

	probe_facts(c->probe, facts);
	*v = (struct run_vantage){.is_tunnel = facts->route.is_tunnel,
	                          .n_connections = facts->n_connections,
	                          .n_echoes = facts->n_echoes,
	                          .ports = facts->ports,
	                          .n_ports = facts->n_ports};
	v->addresses = address_texts(c, facts, &v->n_addresses);
	if (facts->route.has_route) {
		net_address_text(&facts->route.source, source);
		v->source = arena_copy(&c->arena, source, strlen(source));
		v->interface = *facts->route.adapter ? facts->route.adapter : NULL;
	}
	fill_times(v, facts);
}

static int report(struct live *c)
{
	struct run_vantage vantage;
	struct run_frame frame = {.input = c->input,
	                          .host = c->target.name,
	                          .port = c->target.port,
	                          .profile = c->profile->title,
	                          .vantage = &vantage,
	                          .demo = c->demo,
	                          .started_us = c->started_us,
	                          .duration_us = net_now_us(c->net) - c->began_us};
	int status;

	fill_vantage(c, &vantage);
	status = dossier_report(&c->dossier, &frame);
	return c->was_interrupted ? EXIT_INTERRUPTED : status;
}

/* --- the command --- */

static void run_probe(struct live *c)
{
	struct probe_options options = {.target = &c->target,
	                                .profile = c->profile,
	                                .is_full = c->options->is_full,
	                                .last = c->options->last_stage,
	                                .limit_us = c->timeout_us,
	                                .tap = c->record ? record_tap(c->record) : NULL};

	c->began_us = net_now_us(c->net);
	c->probe = probe_new(c->net, &options, &c->dossier.findings, on_idle, c);
	c->deadline = net_after(c->net, c->timeout_us, on_deadline, c);
	if (os_is_terminal(STDERR) && !c->options->is_quiet)
		c->progress = net_after(c->net, PROGRESS_AFTER_US, on_progress, c);
	net_on_interrupt(c->net, on_interrupt, c);
	probe_start(c->probe);
	if (c->file.file.uses_gateway_always)
		ask_gateway(c);
	net_run(c->net);
	clear_progress(c);
	connection_file_conclude(&c->file, &c->dossier.findings);
}

/* --client names another one, and a demonstration has no client at all. */
static bool is_from_this_client(const struct live *c)
{
	return !c->options->has_no_client && !c->options->profile && !c->demo;
}

static int check(struct live *c)
{
	int status;

	run_probe(c);
	if (is_from_this_client(c))
		this_client_take(&c->dossier, c->target.name, c->file.is_given);
	status = report(c);
	probe_fini(c->probe);
	gateway_check_fini(c->gateway);
	if (c->deadline)
		net_timer_stop(c->deadline);
	if (c->progress)
		net_timer_stop(c->progress);
	if (c->record)
		record_end(c->record);
	return status;
}

/* False after a message: nothing is tested when the recording that was asked for cannot be. */
static bool begin_record(struct live *c)
{
	if (c->options->capture)
		c->record = record_begin(c->net, c->options->capture);
	return c->record || !c->options->capture;
}

/* "explian 0x904" is a misspelt command, and the same words are two hosts. */
static void complain_of_hosts(const struct options *o, struct buf *complaint)
{
	struct nearest near = nearest_to(o->n_operands ? o->operands[0] : "");
	char shown[80];

	for (size_t i = 0; command_at(i); i++)
		nearest_offer(&near, command_at(i)->name);
	buf_printf(complaint, "%s; expected one HOST[:PORT]",
	           o->n_operands ? "more than one host" : "check: no host");
	if (!near.word || !o->n_operands)
		return;
	text_harmless(o->operands[0], shown, sizeof shown);
	buf_printf(complaint, ", or did you mean %s in place of %s?", near.word, shown);
}

/* No host name holds a slash, and hardly one ends like these. */
static bool is_other_file(const char *operand)
{
	if (strpbrk(operand, "/\\"))
		return !strstr(operand, "://");
	return text_ends_in(operand, ".json") || text_ends_in(operand, ".jsonl");
}

static void complain_of_file(const char *operand)
{
	char shown[80];

	text_harmless(operand, shown, sizeof shown);
	output_message("%s: looks like a file; `rdpwhy read %s` diagnoses from saved findings or a "
	               "report",
	               shown, text_fits_command(operand) ? operand : "FILE");
}

static bool take_connection_file(struct live *c)
{
	if (!connection_file_take(&c->dossier, c->input, c->profile, &c->target, &c->file))
		return false;
	c->profile = &c->file.profile;
	return true;
}

/* False after a message. */
static bool take_target(struct live *c)
{
	const struct options *o = c->options;
	struct buf complaint = {0};
	bool is_good = false;

	if (o->n_operands == 1 && is_connection_file(o->operands[0]))
		return take_connection_file(c);
	if (o->n_operands == 1 && is_other_file(o->operands[0])) {
		complain_of_file(o->operands[0]);
		return false;
	}
	if (o->n_operands == 1)
		is_good = target_parse(o->operands[0], &c->target, &complaint);
	else
		complain_of_hosts(o, &complaint);
	if (!is_good)
		output_message("%s", complaint.bytes);
	buf_fini(&complaint);
	return is_good;
}

static const struct client_profile *profile_of(const struct options *o)
{
	return o->profile ? o->profile : profile_at(0);
}

static void begin(struct live *c)
{
	c->started_us = os_now_us();
	c->timeout_us = c->options->timeout_us ? c->options->timeout_us : TIMEOUT_USUAL_US;
	dossier_begin(&c->dossier, c->options, &c->arena, c->started_us);
}

/* Evidence is read with the host in mind. */
static bool take_from(struct live *c)
{
	c->dossier.files.meant = c->target.name;
	c->dossier.files.port = c->target.port;
	return dossier_take_from(&c->dossier);
}

int run_check(const struct options *options)
{
	struct live c = {
	    .options = options, .input = options->operands[0], .profile = profile_of(options)};
	int status = EXIT_USAGE;

	begin(&c);
	if (take_target(&c) && dossier_take_code(&c.dossier) && take_from(&c)) {
		c.net = net_new();
		if (begin_record(&c))
			status = check(&c);
		net_free(c.net);
	}
	dossier_end(&c.dossier);
	arena_fini(&c.arena);
	return status;
}

int check_planted(const struct options *options, struct net *net, const struct net_address *at,
                  const char *code, const struct run_demo *demo)
{
	struct live c = {
	    .options = options, .demo = demo, .net = net, .profile = profile_of(options)};
	struct buf complaint = {0};
	char text[NET_ADDRESS_TEXT_MAX];
	int status = EXIT_USAGE;

	begin(&c);
	net_address_port_text(at, text);
	c.input = text;
	if (!target_parse(text, &c.target, &complaint))
		status = EXIT_OUR_FAULT;
	else if (dossier_take_this_code(&c.dossier, code))
		status = check(&c);
	buf_fini(&complaint);
	dossier_end(&c.dossier);
	arena_fini(&c.arena);
	return status;
}
