#include "app/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/output.h"
#include "base/text.h"
#include "os/os.h"
#include "os/sniff.h"
#include "probe/recorder.h"

#define LOOK_EVERY_US 50000LL
#define LAST_WAIT_US  (3 * SNIFF_LATE_MS * 1000LL)
#define SHOWN_MAX     80

struct record {
	struct net *net;
	FILE *file;
	char shown[SHOWN_MAX]; /* its path */
	struct recorder *recorder;
	struct sniff *sniff; /* NULL: packets are made up */
	const char *why_not;
	struct net_timer *look;
	int64_t began_us;
};

/* --- packets as they travel --- */

static void on_packet(void *context, int64_t wall_us, const void *bytes, size_t n,
                      size_t n_travelled)
{
	recorder_packet(context, wall_us, bytes, n, n_travelled);
}

static void on_look(void *context)
{
	struct record *r = context;

	sniff_drain(r->sniff, on_packet, r->recorder);
	r->look = net_after(r->net, LOOK_EVERY_US, on_look, r);
}

static void on_dialling(void *context, const struct net_address *to)
{
	struct record *r = context;

	sniff_host(r->sniff, to);
}

static void begin_sniffing(struct record *r)
{
	r->sniff = sniff_new(&r->why_not);
	if (!r->sniff)
		return;
	recorder_is_given(r->recorder, on_dialling, r);
	r->look = net_after(r->net, LOOK_EVERY_US, on_look, r);
}

static void on_last_wait(void *context)
{
	net_stop(context);
}

/* What travelled last, our own FINs among it, is a moment away. */
static void end_sniffing(struct record *r)
{
	if (!r->sniff)
		return;
	net_timer_stop(r->look);
	net_after(r->net, LAST_WAIT_US, on_last_wait, r->net);
	net_run(r->net);
	sniff_drain(r->sniff, on_packet, r->recorder);
}

/* --- the file --- */

static bool complain(const struct record *r)
{
	output_message("--capture %s: cannot be written: %s", r->shown, strerror(errno));
	return false;
}

static bool open_file(struct record *r, const char *path)
{
	text_harmless(path, r->shown, sizeof r->shown);
	r->file = os_create(path);
	return r->file || complain(r);
}

struct record *record_begin(struct net *net, const char *path)
{
	struct record *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->net = net;
	r->began_us = net_wall_us(net);
	r->recorder = recorder_new();
	if (!r->recorder || !open_file(r, path)) {
		recorder_free(r->recorder);
		free(r);
		return NULL;
	}
	begin_sniffing(r);
	return r;
}

const struct attempt_tap *record_tap(const struct record *r)
{
	return recorder_tap(r->recorder);
}

static void warn(const struct record *r)
{
	struct buf says = {0};

	if (recorder_has_secrets(r->recorder))
		buf_printf(&says,
		           "%s holds the TLS secrets of this run, whose sessions carried no "
		           "credentials",
		           r->shown);
	if (r->why_not)
		buf_printf(&says, "%s packet headers are made up: %s",
		           says.n ? "; its" : "--capture: the", r->why_not);
	if (says.n)
		output_message("%s", says.bytes);
	buf_fini(&says);
}

static void write_file(struct record *r)
{
	struct recorder_span span = {.began_us = r->began_us,
	                             .ended_us = net_wall_us(r->net),
	                             .n_missed = r->sniff ? sniff_missed(r->sniff) : 0,
	                             .why_not_real = r->why_not};
	struct buf out = {0};
	bool is_written;

	recorder_put(r->recorder, &span, &out);
	is_written = fwrite(out.bytes, 1, out.n, r->file) == out.n;
	/* A full disk is often told only at the end. */
	is_written = fclose(r->file) == 0 && is_written;
	buf_fini(&out);
	if (is_written)
		warn(r);
	else
		complain(r);
}

void record_end(struct record *r)
{
	end_sniffing(r);
	write_file(r);
	sniff_free(r->sniff);
	recorder_free(r->recorder);
	free(r);
}
