#include "read/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/event_join.h"

#define TEXTS_MAX  (1u << 20) /* distinct texts; what comes after is "" */
#define FACTS_MAX  1024
#define VALUES_MAX 16 /* kept of one kind of finding on one computer */

/* --- texts, each kept once so that they compare by address --- */

static uint32_t hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h;
}

static void grow_texts(struct text_pool *t)
{
	uint32_t n = t->n_slots ? t->n_slots * 2 : 1024;
	const char **slots = calloc(n, sizeof *slots);

	if (!slots)
		abort();
	for (uint32_t i = 0; i < t->n_slots; i++) {
		uint32_t at;

		if (!t->slots[i])
			continue;
		at = hash_of(t->slots[i]) & (n - 1);
		while (slots[at])
			at = (at + 1) & (n - 1);
		slots[at] = t->slots[i];
	}
	free((void *)t->slots);
	t->slots = slots;
	t->n_slots = n;
}

const char *text_kept(struct text_pool *t, const char *s)
{
	uint32_t at;

	if (!*s)
		return "";
	if (t->n * 2 >= t->n_slots)
		grow_texts(t);
	at = hash_of(s) & (t->n_slots - 1);
	for (; t->slots[at]; at = (at + 1) & (t->n_slots - 1))
		if (strcmp(t->slots[at], s) == 0)
			return t->slots[at];
	if (t->n == TEXTS_MAX)
		return "";
	t->n++;
	return t->slots[at] = arena_copy(t->arena, s, strlen(s));
}

/* --- the reader --- */

struct events {
	struct arena *arena;
	struct evtx *log;
	struct evidence *ev;
	struct text_pool texts;
	const char *file;

	struct kept_note *notes;
	size_t n_notes, cap;
	uint64_t n_dropped;

	struct host_fact facts[FACTS_MAX];
	size_t n_facts;
	struct log_reach reaches[REACHES_MAX];
	size_t n_reaches;
	struct log_reach *reach; /* of the log at hand */
	struct ours ours;

	/* the computer last met: most records say the same one */
	uint8_t computer_bytes[512];
	uint32_t n_computer;
	const char *computer;
};

static const char *computer_of(struct events *e, const struct evtx_event *event)
{
	const struct evtx_value *v = &event->computer;
	char text[256];

	if (v->n && v->n == e->n_computer && memcmp(v->bytes, e->computer_bytes, v->n) == 0)
		return e->computer;
	evtx_value_text(v, text, sizeof text);
	e->n_computer = v->n <= sizeof e->computer_bytes ? v->n : 0;
	if (e->n_computer)
		memcpy(e->computer_bytes, v->bytes, v->n);
	return e->computer = text_kept(&e->texts, text);
}

/* --- about the computer as such: the last of each kind and value --- */

static bool is_same_fact(const struct host_fact *f, const char *host, const struct event_note *note,
                         const char *text)
{
	return f->finding == note->finding && f->host == host && f->number == note->number &&
	       f->text == text;
}

static struct host_fact *fact_for(struct events *e, const char *host, const struct event_note *note,
                                  const char *text)
{
	struct host_fact *oldest = NULL;
	size_t n_values = 0;

	for (size_t i = 0; i < e->n_facts; i++) {
		struct host_fact *f = &e->facts[i];

		if (is_same_fact(f, host, note, text))
			return f;
		if (f->finding != note->finding || f->host != host)
			continue;
		n_values++;
		if (!oldest || f->last_us < oldest->last_us)
			oldest = f;
	}
	if (n_values < VALUES_MAX && e->n_facts < FACTS_MAX)
		oldest = &e->facts[e->n_facts++];
	if (oldest)
		*oldest = (struct host_fact){
		    .finding = note->finding, .host = host, .number = note->number, .text = text};
	return oldest;
}

static void keep_fact(struct events *e, const struct event_note *note,
                      const struct evtx_event *event)
{
	const char *host = computer_of(e, event);
	const char *text = text_kept(&e->texts, note->text);
	struct host_fact *f = fact_for(e, host, note, text);

	if (!f)
		return;
	f->count++;
	if (!f->since_us)
		f->since_us = event->when_us;
	if (f->count > 1 &&
	    (f->file == e->file ? event->record < f->record : event->when_us < f->last_us))
		return;
	f->last_us = event->when_us;
	f->file = e->file;
	f->record = event->record;
	f->client = text_kept(&e->texts, note->client);
}

static void begin_anew(struct events *e, enum finding_id id, const char *host)
{
	for (size_t i = 0; i < e->n_facts; i++)
		if (e->facts[i].finding == id && e->facts[i].host == host)
			e->facts[i].since_us = 0;
}

/* What is over is a fact too, with the time from which on it is over. */
static void keep_cures(struct events *e, const struct event_note *note,
                       const struct evtx_event *event)
{
	const struct event_row *row = note->row;

	for (size_t i = 0; i < sizeof row->cures / sizeof *row->cures && row->cures[i]; i++) {
		struct event_note cure = {.finding = row->cures[i], .number = CURE};

		if (row->is_cure)
			memcpy(cure.text, note->text, sizeof cure.text);
		keep_fact(e, &cure, event);
		begin_anew(e, cure.finding, computer_of(e, event));
	}
}

/* --- about connections: kept until all logs are there --- */

static int compare_when(const void *left, const void *right)
{
	const struct kept_note *a = left, *b = right;

	return a->when_us < b->when_us ? -1 : a->when_us > b->when_us;
}

/* Too many: the older half goes. */
static void drop_old(struct events *e)
{
	size_t gone = e->n_notes / 2;

	qsort(e->notes, e->n_notes, sizeof *e->notes, compare_when);
	memmove(e->notes, e->notes + gone, (e->n_notes - gone) * sizeof *e->notes);
	e->n_notes -= gone;
	e->n_dropped += gone;
}

static struct kept_note *slot_for_note(struct events *e)
{
	if (e->n_notes == NOTES_MAX)
		drop_old(e);
	if (e->n_notes == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 256;
		e->notes = realloc(e->notes, e->cap * sizeof *e->notes);
		if (!e->notes)
			abort();
	}
	return &e->notes[e->n_notes++];
}

static void keep_note(struct events *e, const struct event_note *note,
                      const struct evtx_event *event)
{
	struct kept_note *k = slot_for_note(e);

	*k = (struct kept_note){
	    .row = note->row,
	    .when_us = event->when_us,
	    .record = event->record,
	    .id = event->id,
	    .file = e->file,
	    .computer = computer_of(e, event),
	    .client = text_kept(&e->texts, note->client),
	    .account = text_kept(&e->texts, note->account),
	    .text = text_kept(&e->texts, note->text),
	    .ended = note->ended,
	    .finding = note->finding,
	    .did = note->did,
	    .number = note->number,
	    .session = note->session,
	    .port = note->port,
	    .logon_type = note->logon_type,
	    .has_activity = event->has_activity,
	};
	memcpy(k->activity, event->activity, sizeof k->activity);
}

/* --- the sink of the log --- */

static const void *group_of(void *context, const char *provider, const char *source,
                            const char *channel)
{
	(void)context;
	(void)channel;
	return event_rows_of(provider, source);
}

static bool wants(const void *group, uint16_t id)
{
	return event_row(group, id) != NULL;
}

static void note_computer(struct log_reach *r, const char *computer)
{
	for (size_t i = r->n_computers; i > 0; i--)
		if (r->computers[i - 1] == computer)
			return;
	if (r->n_computers < COMPUTERS_MAX)
		r->computers[r->n_computers++] = computer;
}

static void take_event(void *context, const void *group, const struct evtx_event *event)
{
	struct events *e = context;
	const struct event_row *row = event_row(group, event->id);
	struct event_note note;
	bool says;

	if (row->channel && !text_ends_in(event->channel, row->channel))
		return;
	says = event_note_fill(&note, row, event);
	if (e->reach && !row->is_flood)
		note_computer(e->reach, computer_of(e, event));
	if (row->cures[0] && (says || !row->is_cure))
		keep_cures(e, &note, event);
	if (!says || row->is_cure)
		return;
	if (row->is_hosts)
		keep_fact(e, &note, event);
	else
		keep_note(e, &note, event);
}

static struct log_reach *reach_for(struct events *e, const char *channel)
{
	for (size_t i = 0; i < e->n_reaches; i++)
		if (e->reaches[i].file == e->file && e->reaches[i].channel == channel)
			return &e->reaches[i];
	if (e->n_reaches == REACHES_MAX)
		return NULL;
	e->reaches[e->n_reaches] = (struct log_reach){.file = e->file, .channel = channel};
	return &e->reaches[e->n_reaches++];
}

static void take_reach(void *context, const struct evtx_event *event)
{
	struct events *e = context;
	struct log_reach *r = reach_for(e, text_kept(&e->texts, event->channel));

	e->reach = r;
	if (!r || !event->when_us)
		return;
	if (!r->first_us || event->when_us < r->first_us)
		r->first_us = event->when_us;
	if (event->when_us > r->last_us)
		r->last_us = event->when_us;
	note_computer(r, computer_of(e, event));
}

/* --- what is asked from outside --- */

struct events *events_new(struct arena *arena)
{
	struct events *e = calloc(1, sizeof *e);
	struct evtx_sink sink = {.context = e,
	                         .group = group_of,
	                         .wants = wants,
	                         .event = take_event,
	                         .reach = take_reach};

	if (!e)
		abort();
	e->arena = arena;
	e->texts.arena = arena;
	e->log = evtx_new(&sink);
	return e;
}

bool events_recognises(const uint8_t *head, size_t n)
{
	return evtx_recognises(head, n);
}

void events_begin(struct events *e, struct evidence *ev)
{
	e->ev = ev;
	e->file = text_kept(&e->texts, ev->name ? ev->name : "");
	e->reach = NULL;
	evtx_begin(e->log, ev->complaints);
}

size_t events_take(struct events *e, const uint8_t *bytes, size_t n, bool is_last)
{
	return evtx_take(e->log, bytes, n, is_last);
}

void events_end(struct events *e)
{
	struct evtx_counts counts = evtx_end(e->log);

	if (counts.bytes && !counts.records && !counts.chunks && e->ev->complaints->n)
		complain_of_all(e->ev->complaints, "no record of an event log could be read");
}

void events_ours(struct events *e, const char *const *addresses, size_t n_addresses,
                 const uint16_t *ports, size_t n_ports)
{
	e->ours = (struct ours){
	    .addresses = addresses, .n_addresses = n_addresses, .ports = ports, .n_ports = n_ports};
}

void events_loopback_is_ours(struct events *e)
{
	e->ours.is_loopback = true;
}

void events_conclude(struct events *e, struct evidence *ev)
{
	struct joining joining = {.arena = e->arena,
	                          .ev = ev,
	                          .notes = e->notes,
	                          .n_notes = e->n_notes,
	                          .facts = e->facts,
	                          .n_facts = e->n_facts,
	                          .reaches = e->reaches,
	                          .n_reaches = e->n_reaches,
	                          .ours = &e->ours};

	if (e->n_dropped && ev->complaints)
		complain_of_all(ev->complaints,
		                "%llu older events were left out: more than %d concern Remote "
		                "Desktop",
		                (unsigned long long)e->n_dropped, NOTES_MAX);
	event_join(&joining);
	evtx_free(e->log);
	free(e->notes);
	free((void *)e->texts.slots);
	free(e);
}
