#include "why/progress.h"

#include "base/arena.h"

/* The stages in which a connection is made; the rest is beside it or evidence. */
static bool is_on_the_way(enum stage_id id)
{
	return id >= STAGE_NAME && id <= STAGE_SESSION && id != STAGE_PATH;
}

static enum stage_id last_testable_with(int64_t protocol)
{
	if (protocol == 2 || protocol == 8)
		return STAGE_NLA;
	return protocol == 0 ? STAGE_NEGOTIATION : STAGE_TLS;
}

static bool has(const struct evidence_index *x, enum finding_id id, enum finding_state state)
{
	for (int i = x->first[id]; i >= 0; i = x->next[i])
		if (x->set->at[i].state == state)
			return true;
	return false;
}

/*
 * It confirms without negotiation data, which means standard security ([MS-RDPBCGR] 2.2.1.2):
 * a host from before the negotiation, and there is nothing more to choose.
 */
static bool is_from_before_negotiation(const struct evidence_index *x)
{
	return has(x, F_NEG_SELECTED, FINDING_ABSENT) &&
	       has(x, F_NEG_ACCEPTS_STANDARD, FINDING_SEEN) &&
	       !has(x, F_NEG_FAILURE_CODE, FINDING_SEEN);
}

/* The protocol that the last confirm chose; -1: not known. */
static int64_t chosen_protocol(const struct evidence_index *x)
{
	int64_t chosen = -1;

	for (int i = x->first[F_NEG_SELECTED]; i >= 0; i = x->next[i])
		if (x->set->at[i].state == FINDING_SEEN && !x->is_out[i])
			chosen = x->set->at[i].number;
	return chosen < 0 && is_from_before_negotiation(x) ? 0 : chosen;
}

/* Standard security has neither TLS nor NLA, TLS alone has no NLA ([MS-RDPBCGR] 5.4). */
static bool is_part_of(enum stage_id id, int64_t protocol)
{
	if (id == STAGE_TLS)
		return protocol != 0;
	return id != STAGE_NLA || (protocol != 0 && protocol != 1);
}

/* How far a host can be followed without credentials, by the farthest protocol that it chose. */
static enum stage_id last_testable(const struct evidence_index *x)
{
	enum stage_id last = STAGE_UNKNOWN;

	for (int i = x->first[F_NEG_SELECTED]; i >= 0; i = x->next[i]) {
		const struct finding *f = &x->set->at[i];

		if (f->state == FINDING_SEEN && last_testable_with(f->number) > last)
			last = last_testable_with(f->number);
	}
	if (last == STAGE_UNKNOWN && is_from_before_negotiation(x))
		return STAGE_NEGOTIATION;
	return last == STAGE_UNKNOWN ? STAGE_COUNT : last;
}

static bool belongs(const struct finding *f, enum stage_id id)
{
	return finding_defs[f->id].stage == id;
}

static enum stage_status status_of(const struct evidence_index *x, enum stage_id id,
                                   enum stage_id last_passed)
{
	const struct findings *set = x->set;
	enum stage_status status = STAGE_NOT_TESTED;

	if (is_on_the_way(id) && last_passed != STAGE_UNKNOWN && id <= last_passed)
		status = STAGE_PASS;
	for (size_t i = 0; i < set->n; i++) {
		const struct finding *f = &set->at[i];

		if (!belongs(f, id) || finding_is_client_code(f->id) || x->is_out[i])
			continue;
		if (status == STAGE_NOT_TESTED && !is_on_the_way(id))
			status = STAGE_PASS;
		if (f->state != FINDING_SEEN)
			continue;
		if (f->effect == EFFECT_BLOCKS || finding_defs[f->id].local)
			return STAGE_FAIL;
		if (f->effect == EFFECT_MAY_BLOCK || finding_defs[f->id].is_odd)
			status = STAGE_WARN;
	}
	return status;
}

static void collect(struct stage_result *stage, const struct findings *set, struct arena *arena)
{
	stage->findings = arena_new(arena, (set->n + 1) * sizeof *stage->findings);
	for (size_t i = 0; i < set->n; i++)
		if (belongs(&set->at[i], stage->id))
			stage->findings[stage->n_findings++] = &set->at[i];
}

static void fill_stages(struct progress *p, const struct evidence_index *x, struct arena *arena)
{
	const struct findings *set = x->set;
	const char *failed_at = NULL;
	int64_t protocol = chosen_protocol(x);

	p->stages = arena_new(arena, STAGE_COUNT * sizeof *p->stages);
	for (enum stage_id id = STAGE_NAME; id < STAGE_COUNT; id++) {
		struct stage_result *stage = &p->stages[p->n_stages];

		*stage = (struct stage_result){.id = id};
		stage->status = status_of(x, id, p->last_passed);
		collect(stage, set, arena);
		if (stage->status == STAGE_PASS && !is_part_of(id, protocol)) {
			stage->status = STAGE_UNUSED;
			stage
			    ->reason = "not part of a connection with the security that was chosen";
		}
		if (id >= STAGE_CAPTURE && !stage->n_findings)
			continue;
		if (stage->status == STAGE_NOT_TESTED) {
			stage->reason = "no evidence";
			if (failed_at && is_on_the_way(id)) {
				stage->status = STAGE_SKIPPED;
				stage->reason = failed_at;
			}
		}
		if (stage->status == STAGE_FAIL && is_on_the_way(id) && !failed_at)
			failed_at = arena_printf(arena, "not reached: %s failed", stage_name(id));
		p->n_stages++;
	}
}

struct progress progress_of(const struct evidence_index *x, struct arena *arena)
{
	const struct findings *set = x->set;
	struct progress p = {.last_passed = STAGE_UNKNOWN};
	bool is_incomplete = false;

	for (size_t i = 0; i < set->n; i++) {
		const struct finding *f = &set->at[i];
		const struct finding_def *def = &finding_defs[f->id];

		if (x->is_out[i])
			continue;
		if (def->local) {
			if (f->state == FINDING_SEEN && !p.local)
				p.local = f;
			continue;
		}
		is_incomplete |= f->state == FINDING_SEEN && def->incomplete;
		if (def->incomplete)
			continue;
		if (!finding_is_client_code(f->id) && f->id != F_NAME_OTHERS_RESOLVE &&
		    !def->is_apart)
			p.has_observation = true;
		if (f->origin == ORIGIN_PROBE || f->origin == ORIGIN_HOST)
			p.is_live = true;
		if (f->state == FINDING_SEEN && def->stage > STAGE_PATH &&
		    def->stage != STAGE_CLIENT_CONFIG)
			p.has_contact = true;
		if (f->state == FINDING_SEEN && def->passes && def->stage > p.last_passed)
			p.last_passed = def->stage;
		if (f->state == FINDING_SEEN && def->proves > p.last_passed)
			p.last_passed = def->proves;
	}
	if (p.last_passed < STAGE_NEGOTIATION && is_from_before_negotiation(x))
		p.last_passed = STAGE_NEGOTIATION;
	p.is_complete = p.last_passed == STAGE_SESSION ||
	                (p.last_passed >= last_testable(x) && !is_incomplete);
	fill_stages(&p, x, arena);
	return p;
}
