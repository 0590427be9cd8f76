#include "stage/initiation.h"

#include <stdio.h>
#include <string.h>

#include "stage/found.h"
#include "stage/speaker.h"
#include "wire/x224.h"

#define ANY_NLA (PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX)

/* RDP_NEG_FAILURE failureCode, [MS-RDPBCGR] 2.2.1.2.2 */
enum { SSL_REQUIRED = 1, SSL_NOT_ALLOWED = 2, HYBRID_REQUIRED = 5 };

/* What is asked by one mask: the rows of an ASIDE connection. */
enum asked { ASKED_STANDARD, ASKED_TLS, ASKED_NLA };

static const struct {
	const char *word;
	enum finding_id accepts, refused;
} asks[] = {
    [ASKED_STANDARD] = {"standard", F_NEG_ACCEPTS_STANDARD, F_NEG_STANDARD_REFUSED},
    [ASKED_TLS] = {"tls", F_NEG_ACCEPTS_TLS, F_NEG_TLS_REFUSED},
    [ASKED_NLA] = {"nla", F_NEG_ACCEPTS_NLA, F_NEG_NLA_REFUSED},
};

static enum asked asked_by(uint32_t protocols)
{
	if (protocols & ANY_NLA)
		return ASKED_NLA;
	return protocols & PROTOCOL_SSL ? ASKED_TLS : ASKED_STANDARD;
}

void initiation_init(struct initiation *s, const struct journey_plan *plan,
                     struct journey_facts *facts)
{
	*s = (struct initiation){.plan = plan, .facts = facts, .is_quiet = plan->has_bare_hello};
}

/* The role decides who is heard; an observer keeps what a client sends too early. */
static bool is_heard(const struct initiation *s, enum direction dir)
{
	if (dir == S2C)
		return s->plan->role != ROLE_SERVER;
	return s->plan->role != ROLE_CLIENT && !s->has_request;
}

size_t initiation_frame(const struct initiation *s, enum direction dir, const uint8_t *bytes,
                        size_t n)
{
	if (!is_heard(s, dir))
		return 0;

	size_t length = dir == C2S && s->is_foreign ? TPKT_NOT_TPKT : tpkt_length(bytes, n);

	if (length == TPKT_NOT_TPKT)
		return dir == C2S || speaker_of(bytes, n) ? STAGE_NOT_FRAMED : 0;
	return length;
}

/* ------------------------------------------------------------------------- the request */

static void requested(struct initiation *s, uint32_t protocols, struct step *step)
{
	s->has_request = true;
	s->facts->requested = protocols;
	if (s->plan->purpose == AS_CLIENT)
		found_number(step, F_NEG_OFFERED, protocols);
}

enum next initiation_open(struct initiation *s, struct step *step)
{
	const struct journey_plan *plan = s->plan;
	struct x224_cr cr = {.has_neg = !plan->has_no_neg_req, .protocols = plan->requested};

	if (plan->role != ROLE_CLIENT)
		return NEXT_MORE;
	x224_put_cr(step->out, &cr);
	requested(s, cr.has_neg ? cr.protocols : PROTOCOL_RDP, step);
	return NEXT_MORE;
}

static enum next failure(struct x224_cc *cc, uint32_t code)
{
	cc->kind = NEG_FAILURE;
	cc->value = code;
	return NEXT_STOP;
}

/* The strongest first; RDSTLS is for redirected sessions and never chosen here. */
static uint32_t best_of(uint32_t common)
{
	static const uint32_t order[] = {PROTOCOL_HYBRID_EX, PROTOCOL_HYBRID, PROTOCOL_SSL};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (common & order[i])
			return order[i];
	return PROTOCOL_RDP;
}

static uint32_t failure_of(uint32_t accepts)
{
	if (accepts & PROTOCOL_SSL)
		return SSL_REQUIRED;
	return accepts & ANY_NLA ? HYBRID_REQUIRED : SSL_NOT_ALLOWED;
}

/* False: nothing is said at all. */
bool initiation_answer(const struct host_manner *host, bool has_neg, uint32_t wanted,
                       struct x224_cc *cc)
{
	static const struct host_manner windows;
	const struct host_manner *h = host ? host : &windows;
	uint32_t accepts = h->accepts ? h->accepts : ANY_NLA;
	uint32_t selected = best_of(wanted & accepts);
	bool is_taken = selected || (!wanted && accepts & ACCEPTS_STANDARD);

	*cc = (struct x224_cc){.src_ref = h->has_no_src_ref ? 0 : 0x1234, .kind = NEG_RSP};
	if (h->has_no_neg_data || (!has_neg && is_taken)) {
		cc->kind = NEG_NONE;
	} else if (h->forced_failure) {
		failure(cc, h->forced_failure);
	} else if (h->has_forced || is_taken) {
		cc->value = h->has_forced ? h->forced_selected : selected;
		cc->flags = h->neg_flags || !cc->value ? h->neg_flags : 0x1F;
	} else if (has_neg) {
		failure(cc, failure_of(accepts));
	} else {
		return false; /* who sent no RDP_NEG_REQ may get no RDP_NEG_FAILURE */
	}
	return true;
}

static void confirmed(struct journey_facts *facts, const struct x224_cc *cc)
{
	facts->has_confirm = true;
	facts->has_neg_rsp = cc->kind == NEG_RSP;
	facts->has_failure = cc->kind == NEG_FAILURE;
	facts->selected = facts->has_neg_rsp ? cc->value : PROTOCOL_RDP;
	facts->failure = facts->has_failure ? cc->value : 0;
	facts->neg_flags = cc->flags;
	facts->src_ref = cc->src_ref;
}

static enum next answer(struct initiation *s, bool has_neg, struct step *step)
{
	struct x224_cc cc;

	if (!initiation_answer(s->plan->host, has_neg, s->facts->requested, &cc))
		return NEXT_STOP;
	x224_put_cc(step->out, &cc);
	confirmed(s->facts, &cc);
	return cc.kind == NEG_FAILURE ? NEXT_STOP : NEXT_DONE;
}

static enum next hear_cr(struct initiation *s, struct cur pdu, struct step *step)
{
	struct x224_cr cr;

	if (!x224_read_cr(&pdu, &cr))
		return NEXT_STOP; /* the client's flaw says nothing about the host */
	requested(s, cr.protocols, step);
	return s->plan->role == ROLE_SERVER ? answer(s, cr.has_neg, step) : NEXT_MORE;
}

/* -------------------------------------------------------------------------- the confirm */

static void tell_aside_ended(struct initiation *s, const char *how, struct step *step)
{
	char word[32];

	snprintf(word, sizeof word, "%s-%s", asks[asked_by(s->facts->requested)].word, how);
	found_text(step, F_NEG_ASIDE_ENDED, word);
}

static void tell_malformed(const char *field, size_t at, const char *rest, enum effect effect,
                           struct step *step)
{
	struct finding f = found_new(step, F_NEG_MALFORMED);
	char text[96];

	snprintf(text, sizeof text, "%s at byte %zu%s", field, at, rest);
	f.text = text;
	f.effect = effect;
	findings_add(step->found, &f);
}

/* What cannot be read ends it for every client. */
static enum next flawed(struct initiation *s, const char *field, size_t at, const char *rest,
                        struct step *step)
{
	if (s->is_quiet)
		return NEXT_STOP;
	if (s->plan->purpose == ASIDE) {
		tell_aside_ended(s, "other", step);
		return NEXT_STOP;
	}
	tell_malformed(field, at, rest, EFFECT_BLOCKS, step);
	return NEXT_STOP;
}

static bool was_requested(uint32_t asked, uint32_t selected)
{
	bool is_one = !(selected & (selected - 1));

	/* Standard security is no bit of the mask: every client is taken to know it. */
	return !selected || (is_one && asked & selected);
}

static void tell_accepted(uint32_t selected, struct step *step)
{
	if (selected & ~(uint32_t)(ANY_NLA | PROTOCOL_SSL))
		return; /* RDSTLS and Entra: no word for them */
	found_fact(step, asks[asked_by(selected)].accepts);
}

static void tell_as_client(struct initiation *s, const struct x224_cc *cc, struct step *step)
{
	bool is_asked = was_requested(s->facts->requested, s->facts->selected);

	if (cc->kind == NEG_FAILURE) {
		found_number(step, F_NEG_FAILURE_CODE, cc->value);
		return;
	}
	if (cc->kind == NEG_RSP) {
		found_number(step, F_NEG_SELECTED, cc->value);
		found_number(step, F_NEG_FLAGS, cc->flags);
	} else {
		found_absent(step, F_NEG_SELECTED);
	}
	if (is_asked)
		tell_accepted(s->facts->selected, step);
	else
		found_fact(step, F_NEG_NOT_REQUESTED);
}

static void tell_aside(struct initiation *s, const struct x224_cc *cc, struct step *step)
{
	enum asked asked = asked_by(s->facts->requested);
	uint32_t selected = s->facts->selected;
	bool is_same = cc->kind != NEG_FAILURE && asked_by(selected) == asked &&
	               was_requested(s->facts->requested, selected);

	if (!is_same)
		found_absent(step, asks[asked].accepts);
	if (cc->kind == NEG_FAILURE)
		found_number(step, asks[asked].refused, cc->value);
	else if (was_requested(s->facts->requested, selected))
		tell_accepted(selected, step);
}

static enum next hear_cc(struct initiation *s, struct cur pdu, struct step *step)
{
	struct x224_cc cc;

	if (!x224_read_cc(&pdu, &cc)) {
		/* Without a request, other TPKT traffic (H.323, S7) is not ours to judge. */
		if (!s->has_request && strncmp(pdu.flaw->what, "rdpNegData", 10) != 0)
			return NEXT_STOP;
		return flawed(s, pdu.flaw->what, pdu.flaw->at, "", step);
	}
	confirmed(s->facts, &cc);
	if (!s->is_quiet && s->plan->purpose == AS_CLIENT)
		tell_as_client(s, &cc, step);
	else if (!s->is_quiet)
		tell_aside(s, &cc, step);
	if (cc.n_extra && !s->is_quiet && s->plan->purpose == AS_CLIENT) /* mstsc minds it */
		tell_malformed("x224Ccf.lengthIndicator", 4, ": the packet is longer",
		               EFFECT_MAY_BLOCK, step);
	return cc.kind == NEG_FAILURE || !was_requested(s->facts->requested, s->facts->selected)
	           ? NEXT_STOP
	           : NEXT_DONE;
}

enum next initiation_feed(struct initiation *s, enum direction dir, struct cur pdu,
                          struct step *step)
{
	return dir == C2S ? hear_cr(s, pdu, step) : hear_cc(s, pdu, step);
}

/*
 * A client of another protocol is no fault of the host, and what the host answers to it neither;
 * but when the host answers with a Connection Confirm, it is RDP after all and is followed.
 */
enum next initiation_unframed(struct initiation *s, enum direction dir, const uint8_t *bytes,
                              size_t n, struct step *step)
{
	const char *word = speaker_of(bytes, n);

	if (dir == C2S) {
		s->is_foreign = true;
		return s->plan->role == ROLE_OBSERVER ? NEXT_MORE : NEXT_STOP;
	}
	if (s->is_quiet || s->is_foreign)
		return NEXT_STOP;
	if (s->plan->purpose == ASIDE)
		tell_aside_ended(s, "other", step);
	else
		found_text(step, F_NEG_NOT_RDP, word ? word : "other");
	return NEXT_STOP;
}

/* ------------------------------------------------------------------------------ endings */

static const char *const ending_words[] = {
    [ENDED_FIN] = "fin", [ENDED_RST] = "rst", [ENDED_SILENT] = "silent"};

/* An answer that began and was not finished: the reader names the field that is missing. */
static void tell_half(struct initiation *s, const uint8_t *bytes, size_t n, struct step *step)
{
	struct x224_cc cc;
	struct flaw flaw;
	struct cur pdu = cur_over(bytes, n, &flaw);
	char rest[48];

	snprintf(rest, sizeof rest, ": only %zu bytes came", n);
	if (x224_read_cc(&pdu, &cc))
		flawed(s, "tpktHeader.length", 2, rest, step);
	else
		flawed(s, flaw.what, flaw.at, rest, step);
}

static void tell_closed(struct initiation *s, enum ending how, struct step *step)
{
	if (s->has_request && how == ENDED_SILENT)
		found_fact(step, F_NEG_SILENT);
	else if (how != ENDED_SILENT)
		found_text(step, s->has_request ? F_NEG_CLOSED : F_TCP_CLOSED_ON_ACCEPT,
		           ending_words[how]);
}

void initiation_ended(struct initiation *s, enum ending how, const uint8_t *bytes, size_t n,
                      struct step *step)
{
	if (s->is_quiet || s->is_foreign || s->plan->role == ROLE_SERVER)
		return;
	if (n && tpkt_length(bytes, n) == TPKT_NOT_TPKT) {
		initiation_unframed(s, S2C, bytes, n, step);
		return;
	}
	if (s->plan->purpose == ASIDE) {
		found_absent(step, asks[asked_by(s->facts->requested)].accepts);
		tell_aside_ended(s, ending_words[how], step);
		return;
	}
	if (n)
		tell_half(s, bytes, n, step);
	tell_closed(s, how, step);
}
