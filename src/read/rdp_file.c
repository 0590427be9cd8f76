#include "read/rdp_file.h"

#include <string.h>

#include "base/text.h"
#include "read/rdp_inside.h"
#include "stage/host_name.h"

#define HEAD_MAX     4096
#define GATEWAY_PORT 443

struct finding rdp_finding(struct evidence *ev, enum finding_id id, size_t line)
{
	struct finding f = finding_of(id, ORIGIN_FILE);

	f.where = line ? arena_printf(ev->arena, "%s line %zu", ev->name, line) : ev->name;
	return f;
}

void rdp_tell(struct evidence *ev, enum finding_id id, size_t line, const char *text)
{
	struct finding f = rdp_finding(ev, id, line);

	f.text = text;
	findings_add(ev->found, &f);
}

/* --- what it would connect to --------------------------------------------------------------- */

static const struct rdp_line *line_with(const struct rdp_text *t, const char *name, int64_t value)
{
	const struct rdp_line *l = rdp_line_of(t, name);

	return l && l->number_value == value ? l : NULL;
}

/* The port in full address is the one that is written beside the name. */
static void fill_target(const struct rdp_text *t, struct arena *arena, struct rdp_file *out)
{
	const char *text = rdp_string_of(t, "full address", arena);
	struct rdp_address a = text ? rdp_address_of(text, arena) : (struct rdp_address){0};

	if (!text || !a.host)
		text = rdp_string_of(t, "alternate full address", arena);
	if (text && !a.host)
		a = rdp_address_of(text, arena);
	if (!a.host || a.flaw)
		return;
	out->host = a.host;
	out->port = a.port ? a.port : (uint16_t)rdp_number_of(t, "server port", 0);
}

static void fill_gateway(const struct rdp_text *t, struct arena *arena, struct rdp_file *out)
{
	const char *text = rdp_string_of(t, "gatewayhostname", arena);
	int64_t how = rdp_number_of(t, "gatewayusagemethod", 0);
	struct rdp_address a;

	if (!text || (how != 1 && how != 2))
		return;
	a = rdp_address_of(text, arena);
	if (a.flaw)
		return;
	out->gateway = a.host;
	out->gateway_port = a.port ? a.port : GATEWAY_PORT;
	out->uses_gateway_always = how == 1;
}

static void fill(const struct rdp_text *t, struct arena *arena, struct rdp_file *out)
{
	*out = (struct rdp_file){0};
	fill_target(t, arena, out);
	fill_gateway(t, arena, out);
	out->account = rdp_string_of(t, "username", arena);
	out->has_credssp_off = line_with(t, "enablecredsspsupport", 0);
	out->has_negotiation_off = line_with(t, "negotiate security layer", 0);
	out->has_entra = line_with(t, "enablerdsaadauth", 1);
	out->authentication_level = (int)rdp_number_of(t, "authentication level", -1);
	out->load_balance_info = rdp_string_of(t, "loadbalanceinfo", arena);
}

/* --- findings ------------------------------------------------------------------------------- */

static void tell_line(struct evidence *ev, enum finding_id id, const struct rdp_line *l)
{
	if (l)
		rdp_tell(ev, id, l->number, NULL);
}

static void tell_settings(const struct rdp_text *t, const struct rdp_file *file,
                          struct evidence *ev)
{
	const struct rdp_line *level = rdp_line_of(t, "authentication level"),
	                      *password = rdp_line_of(t, "password 51"),
	                      *gateway = rdp_line_of(t, "gatewayhostname");

	if (level) {
		struct finding f = rdp_finding(ev, F_CLIENT_AUTHENTICATION_LEVEL, level->number);

		f.number = level->number_value;
		findings_add(ev->found, &f);
	}
	tell_line(ev, F_CLIENT_NLA_OFF, line_with(t, "enablecredsspsupport", 0));
	if (password && *password->value)
		tell_line(ev, F_CLIENT_SAVED_CREDENTIALS, password);
	if (file->gateway)
		rdp_tell(ev, F_CLIENT_RDP_FILE_GATEWAY, gateway->number,
		         arena_printf(ev->arena, "%s:%d, %s", file->gateway, file->gateway_port,
		                      file->uses_gateway_always ? "always"
		                                                : "where a direct try fails"));
}

/* --- the whole ------------------------------------------------------------------------------ */

/* Known by its lines: one with a name of the format, or two of its form and nothing else. */
bool rdp_file_recognises(const uint8_t *head, size_t n)
{
	struct arena arena = {0};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {.arena = &arena, .name = "", .complaints = &complaints};
	struct rdp_text t;
	size_t n_known = 0, n_alike = 0, n_looked = 0;

	rdp_text_read(head, n < HEAD_MAX ? n : HEAD_MAX, &ev, &t);
	for (size_t i = 0; i < t.n_lines && i < 40; i++, n_looked++) {
		n_known += t.lines[i].property != NULL;
		n_alike += t.lines[i].name != NULL;
	}
	arena_fini(&arena);
	return n_known * 2 > n_looked || (n_alike >= 2 && n_known && n_alike * 4 > n_looked * 3);
}

bool rdp_file_read(const void *bytes, size_t n, int64_t now_us, struct evidence *ev,
                      struct rdp_file *out)
{
	struct rdp_text t;

	ev->complaints->unit = "line";
	if (n > RDP_FILE_BYTES_MAX) {
		complain_of_all(ev->complaints, "larger than 1 MiB; no .rdp file is");
		return false;
	}
	rdp_text_read(bytes, n, ev, &t);
	if (!t.n_good) {
		if (!t.n_lines)
			complain_of_all(ev->complaints, "empty; expected lines name:type:value");
		else
			complain(ev->complaints, t.lines[0].number, "%s; expected name:type:value",
			         t.lines[0].flaw);
		return false;
	}
	fill(&t, ev->arena, out);
	rdp_rules_apply(&t, ev);
	tell_settings(&t, out, ev);
	rdp_signature_check(&t, now_us, ev);
	return true;
}


static bool looks_like_address(const char *s)
{
	return strchr(s, ':') || !s[strspn(s, "0123456789.")];
}

void rdp_file_compare(const struct rdp_file *file, const char *meant, uint16_t meant_port,
                      struct evidence *ev)
{
	uint16_t port = file->port ? file->port : 3389;
	bool is_same;

	if (!file->host)
		return;
	/* A name and an address cannot be compared without looking up. */
	if (looks_like_address(file->host) != looks_like_address(meant))
		is_same = true;
	else
		is_same = looks_like_address(meant) ? text_same(file->host, meant)
		                                    : host_name_same(file->host, meant);
	if (is_same && port == meant_port)
		return;
	rdp_tell(ev, F_CLIENT_RDP_FILE_TARGET_DIFFERS, 0,
	         arena_printf(ev->arena, "%s port %d, and meant is %s port %d", file->host, port,
	                      meant, meant_port));
}
