#include "app/connection_file.h"

#include <stdio.h>
#include <string.h>

#include "app/output.h"
#include "base/text.h"
#include "os/os.h"
#include "report/redact.h"

bool is_connection_file(const char *operand)
{
	return text_ends_in(operand, ".rdp") || text_ends_in(operand, ".rdpw");
}

static bool refuse(const char *shown, const char *why)
{
	output_message("%s: %s", shown, why);
	return false;
}

static void warn_of(struct dossier *e, const char *shown, const struct complaints *c)
{
	size_t kept = c->n < COMPLAINTS_KEPT ? c->n : COMPLAINTS_KEPT;

	for (size_t i = 0; i < kept; i++) {
		const char *says = c->kept[i].has_place
		                       ? arena_printf(e->arena, "%s: %s %llu: %s", shown, c->unit,
		                                      (unsigned long long)c->kept[i].at,
		                                      c->kept[i].says)
		                       : arena_printf(e->arena, "%s: %s", shown, c->kept[i].says);

		output_message("%s", e->redactor ? redact_text(e->redactor, says) : says);
		if (e->n_warnings < WARNINGS_MAX)
			e->warnings[e->n_warnings++] = says;
	}
}

static bool read_file(struct dossier *e, const char *operand, const char *shown,
                      struct rdp_file *out)
{
	struct buf bytes = {0};
	struct attempts attempts = {.arena = e->arena};
	struct complaints complaints = {.arena = e->arena, .unit = "line"};
	struct evidence ev = {.arena = e->arena,
	                      .name = shown,
	                      .found = &e->findings,
	                      .attempts = &attempts,
	                      .complaints = &complaints};
	enum status st = os_read_all(operand, RDP_FILE_BYTES_MAX, &bytes);
	bool is_read = false;

	if (st < 0) {
		refuse(shown, os_why());
	} else {
		is_read = rdp_file_read(bytes.bytes ? bytes.bytes : "", bytes.n, e->started_us, &ev,
		                        out);
		warn_of(e, shown, &complaints);
	}
	buf_fini(&bytes);
	return is_read;
}

/* The parts of the file are known to be free of what would be taken for something else. */
static bool parse(const char *host, uint16_t port, struct target *out, struct buf *complaint)
{
	struct buf text = {0};
	bool is_good;

	buf_printf(&text, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
	is_good = target_parse(text.bytes, out, complaint);
	buf_fini(&text);
	return is_good;
}

/*
 * What a client offers by its settings: without CredSSP TLS at most, and without negotiation
 * nothing of either ([MS-RDPBCGR] 5.4.2).
 */
static void make_profile(struct connection_file *c, const struct client_profile *base,
                         const char *shown, struct arena *arena)
{
	c->profile = *base;
	if (c->file.has_credssp_off)
		c->profile.protocols &= ~(uint32_t)(PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX);
	if (c->file.has_credssp_off && c->file.has_negotiation_off)
		c->profile.protocols = PROTOCOL_RDP;
	if (c->profile.protocols != base->protocols)
		c->profile.title = arena_printf(arena, "%s, as set by %s", base->title, shown);
}

static bool take_parts(struct connection_file *c, const char *shown, struct target *target,
                       struct buf *complaint)
{
	uint16_t port = c->file.port ? c->file.port : RDP_PORT;
	const char *operand = text_fits_command(shown) ? shown : "FILE";

	if (!c->file.host) {
		output_message("%s: names no computer that a client could dial; `rdpwhy read %s` "
		               "judges the file alone",
		               shown, operand);
		return false;
	}
	if (!parse(c->file.host, port, target, complaint))
		return refuse(shown, complaint->bytes);
	c->has_gateway = c->file.gateway &&
	                 parse(c->file.gateway, c->file.gateway_port, &c->gateway, complaint);
	return true;
}

bool connection_file_take(struct dossier *e, const char *operand,
                          const struct client_profile *profile, struct target *target,
                          struct connection_file *out)
{
	struct buf complaint = {0};
	char shown[160];
	const char *name;
	bool is_good;

	text_harmless(operand, shown, sizeof shown);
	name = arena_copy(e->arena, shown, strlen(shown));
	*out = (struct connection_file){.is_given = true};
	is_good = read_file(e, operand, name, &out->file) &&
	          take_parts(out, name, target, &complaint);
	if (is_good)
		make_profile(out, profile, name, e->arena);
	buf_fini(&complaint);
	return is_good;
}

/* --- when the probe is over --- */

static bool has(const struct findings *found, enum finding_id id)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->at[i].id == id && found->at[i].state == FINDING_SEEN &&
		    found->at[i].origin == ORIGIN_PROBE)
			return true;
	return false;
}

bool connection_file_has_contact(const struct findings *found)
{
	return has(found, F_TCP_CONNECTED);
}

static bool is_of_direct_way(const struct finding *f)
{
	const struct finding_def *def = &finding_defs[f->id];

	return f->origin == ORIGIN_PROBE && !def->local && def->stage >= STAGE_NAME &&
	       def->stage <= STAGE_TCP;
}

static void leave_out_direct_way(struct findings *found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->n; i++)
		if (!is_of_direct_way(&found->at[i]))
			found->at[kept++] = found->at[i];
	found->n = kept;
}

static void conclude_gateway(const struct connection_file *c, struct findings *found)
{
	bool is_unreachable = has(found, F_GATEWAY_UNREACHABLE),
	     has_contact = connection_file_has_contact(found);
	struct finding f = finding_of(F_GATEWAY_NOT_TESTED, ORIGIN_PROBE);

	if (has_contact && !c->file.uses_gateway_always)
		return;
	if (!has_contact && (c->file.uses_gateway_always || !is_unreachable))
		leave_out_direct_way(found);
	if (is_unreachable)
		return;
	f.text = arena_printf(found->arena,
	                      "%s:%d: the sign-in there, and the way from there to %s",
	                      c->file.gateway, c->file.gateway_port, c->file.host);
	findings_add(found, &f);
}

void connection_file_conclude(const struct connection_file *c, struct findings *found)
{
	if (!c->is_given)
		return;
	if (c->file.gateway)
		conclude_gateway(c, found);
	if (c->file.has_negotiation_off && !c->file.has_credssp_off) {
		struct finding f = finding_of(F_NEG_DIRECT_NOT_TESTED, ORIGIN_PROBE);

		findings_add(found, &f);
	}
}
