#include "why/explain.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "why/offers.h"
#include "why/posterior.h"

/* --- numbers --- */

#define SEVERITY 0x80000000u

/* All families, in the order in which a client would most likely show a number. */
static const enum code_family order[] = {
    CODE_DISCONNECT,    CODE_GATEWAY,        CODE_FREERDP,      CODE_STATUS,
    CODE_EXTENDED,      CODE_ERRINFO,        CODE_NEG_FAILURE,  CODE_TLS_ALERT,
    CODE_LICENSE_ERROR, CODE_LICENSE_STATE,  CODE_NEG_PROTOCOL, CODE_FREERDP_EXIT,
    CODE_RDSTLS,        CODE_EARLY_AUTH,     CODE_STATUS_INFO,  CODE_LOGON_NOTIFY,
    CODE_MCS_RESULT,    CODE_MCS_DISCONNECT, CODE_FATAL,        CODE_WIN32,
};
_Static_assert(sizeof order / sizeof *order == CODE_FAMILY_COUNT - 1, "a family is missing");
/* The same for what stands second in a pair. */
static const enum code_family extended_order[] = {CODE_EXTENDED, CODE_ERRINFO, CODE_STATUS};

static const char *structure_of(uint32_t value, struct arena *arena)
{
	const struct code *win32 = code_find(CODE_WIN32, value & 0xFFFF);

	if (!(value & SEVERITY))
		return NULL;
	if ((value & 0xFFFF0000u) == 0x80070000u)
		return arena_printf(arena,
		                    "an HRESULT that carries the Win32 error %" PRIu32
		                    "%s%s ([MS-ERREF] 2.1)",
		                    value & 0xFFFF, win32 ? ": " : "", win32 ? win32->means : "");
	if ((value & 0xF0000000u) == 0xC0000000u)
		return arena_printf(arena,
		                    "an NTSTATUS of severity error, facility %" PRIu32
		                    ", code %" PRIu32 " ([MS-ERREF] 2.3)",
		                    value >> 16 & 0xFFF, value & 0xFFFF);
	if ((value & 0xFFFF0000u) == 0x80090000u)
		return arena_printf(arena,
		                    "an HRESULT of the security interface (SSPI), code %" PRIu32
		                    " ([MS-ERREF] 2.1)",
		                    value & 0xFFFF);
	return arena_printf(arena,
	                    "an HRESULT of severity failure, facility %" PRIu32 ", code %" PRIu32
	                    " ([MS-ERREF] 2.1)",
	                    value >> 16 & 0x7FF, value & 0xFFFF);
}

static enum code_family nearest_family(uint32_t value, bool is_extended)
{
	if (value & SEVERITY)
		return CODE_STATUS;
	if (value >> 24 == 3 || value >> 24 == 5 || value >> 24 == 0x30)
		return CODE_GATEWAY;
	if (value >> 16 == 2)
		return CODE_FREERDP;
	if (is_extended || (value >= 0x10C9 && value <= 0x1196))
		return is_extended ? CODE_EXTENDED : CODE_ERRINFO;
	return CODE_DISCONNECT;
}

struct families {
	const enum code_family *list;
	size_t n;
};

static struct families families_for(enum code_family known, bool is_extended)
{
	size_t n = sizeof order / sizeof *order, at = 0;

	if (is_extended)
		return (struct families){.list = extended_order,
		                         .n = sizeof extended_order / sizeof *extended_order};
	if (known == CODE_NONE)
		return (struct families){.list = order, .n = n};
	while (order[at] != known)
		at++;
	return (struct families){.list = &order[at], .n = 1};
}

static struct explained_number explain_number(uint32_t value, enum code_family known,
                                              bool is_extended, struct arena *arena)
{
	struct families families = families_for(known, is_extended);
	struct meaning *meanings = arena_new(arena, families.n * sizeof *meanings);
	struct explained_number e = {
	    .value = value, .meanings = meanings, .nearest = nearest_family(value, is_extended)};

	for (size_t i = 0; i < families.n; i++) {
		const struct code *code = code_find(families.list[i], value);

		if (code)
			meanings[e.n_meanings++] = (struct meaning){
			    .family = families.list[i], .value = value, .code = code};
	}
	if (!e.n_meanings)
		e.structure = structure_of(value, arena);
	return e;
}

/* --- as findings --- */

static const enum finding_id finding_of_family[CODE_FAMILY_COUNT] = {
    [CODE_DISCONNECT] = F_CLIENT_CODE,      [CODE_EXTENDED] = F_CLIENT_EXTENDED,
    [CODE_GATEWAY] = F_CLIENT_GATEWAY_CODE, [CODE_STATUS] = F_CLIENT_STATUS,
    [CODE_ERRINFO] = F_CLIENT_ERRINFO,      [CODE_FREERDP] = F_CLIENT_FREERDP,
};

static bool add_number(uint32_t value, enum code_family known, bool is_extended, int64_t when_us,
                       struct findings *set)
{
	struct families families = families_for(known, is_extended);

	for (size_t i = 0; i < families.n; i++) {
		enum finding_id id = finding_of_family[families.list[i]];

		if (!id || !code_find(families.list[i], value))
			continue;

		struct finding f = finding_of(id, ORIGIN_USER);

		f.number = value;
		f.when_us = when_us;
		f.where = "shown by the client";
		findings_add(set, &f);
		return true;
	}
	return false;
}

bool code_findings(const struct code_question *q, struct findings *set)
{
	bool is_known = false;

	for (size_t i = 0; i < q->n_readings && !is_known; i++)
		is_known = add_number(q->readings[i], q->family, false, q->when_us, set);
	for (size_t i = 0; i < q->n_extended; i++)
		if (add_number(q->extended[i], CODE_NONE, true, q->when_us, set))
			break;
	if (q->has_status)
		is_known |= add_number(q->status, CODE_STATUS, false, q->when_us, set);
	return is_known;
}

/* --- the whole --- */

static bool is_met(const struct evidence_row *row, const struct findings *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == row->finding && evidence_matches(row, &set->at[i]))
			return true;
	return false;
}

static void fill_decides(struct explained_code *e, const struct findings *set)
{
	for (size_t i = 0; i < cause_count() && !e->decides; i++) {
		const struct cause *c = cause_at(i);

		for (size_t k = 0; k < EVIDENCE_MAX && c->evidence[k].finding; k++) {
			const struct evidence_row *row = &c->evidence[k];

			if (row->strength != CODE_DECIDES || !is_met(row, set))
				continue;
			e->decides = c;
			e->decides_says = row->says;
		}
	}
}

static bool is_about(const struct remedy *r, const struct suspect_list *suspects)
{
	for (size_t i = 0; i < suspects->n; i++)
		if (strcmp(r->causes[0], suspects->rows[i].cause) == 0)
			return true;
	return false;
}

static bool is_repeat(const struct explained_code *e, const struct remedy *r)
{
	for (size_t i = 0; i < e->n_advice; i++) {
		const struct remedy *told = e->advice[i];

		if (strcmp(told->causes[0], r->causes[0]) != 0)
			continue;
		if (told->verdict == r->verdict ||
		    (told->instead && r->instead && strcmp(told->instead, r->instead) == 0))
			return true;
	}
	return false;
}

/* Wrong and dangerous advice about the suspects of this class, one row per subject. */
static void fill_advice(struct explained_code *e)
{
	static const enum verdict_on_advice told[] = {ADVICE_DANGEROUS, ADVICE_WRONG};

	for (size_t v = 0; v < sizeof told / sizeof *told; v++) {
		for (size_t i = 0; i < remedy_count(); i++) {
			const struct remedy *r = remedy_at(i);

			if (r->verdict != told[v] || e->n_advice == EXPLAINED_ADVICE_MAX ||
			    is_repeat(e, r))
				continue;
			/* The folk advice was all written for a closed connection. */
			if (e->code_class == CLASS_CLOSED || is_about(r, &e->suspects))
				e->advice[e->n_advice++] = r;
		}
	}
}

static void fill_checks(struct explained_code *e, const struct findings *set, struct arena *arena)
{
	struct evidence_index index = evidence_index(set, 0, arena);
	struct question question = {.code_class = e->code_class, .blame = true};
	struct posterior p = posterior(&index, &question, arena);

	e->n_checks = offer_checks(&p, set, e->checks);
}

struct explained_code explain_code(const struct code_question *q, struct arena *arena)
{
	struct explained_code e = {.has_extended = q->has_extended, .when_us = q->when_us};
	struct findings set = {.arena = arena};

	for (size_t i = 0; i < q->n_readings; i++) {
		e.numbers[e.n_numbers] = explain_number(q->readings[i], q->family, false, arena);
		e.is_known |= e.numbers[e.n_numbers++].n_meanings > 0;
	}
	for (size_t i = 0; i < q->n_extended; i++) {
		e.extended = explain_number(q->extended[i], CODE_NONE, true, arena);
		if (e.extended.n_meanings)
			break;
	}
	if (q->has_status) {
		e.has_status = true;
		e.status = explain_number(q->status, CODE_STATUS, false, arena);
		e.is_known |= e.status.n_meanings > 0;
	}
	for (size_t i = 0; q->has_extended && i < q->n_readings && !e.pair; i++)
		for (size_t k = 0; k < q->n_extended && !e.pair; k++)
			e.pair = pair_note(q->readings[i], q->extended[k]);
	if (code_findings(q, &set)) {
		e.code_class = code_class_of_findings(&set);
		fill_decides(&e, &set);
	}
	for (size_t i = 0; i < e.n_numbers && !e.code_class; i++)
		if (e.numbers[i].n_meanings)
			e.code_class = code_class_of(e.numbers[i].meanings[0].family,
			                             e.numbers[i].value);
	e.suspects = suspects_of(e.code_class);
	if (e.code_class != CLASS_NONE) {
		fill_advice(&e);
		fill_checks(&e, &set, arena);
	}
	return e;
}
