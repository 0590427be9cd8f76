/*
 * The rules of .rdp files: what contradicts itself, what no client can use, what surprises. A
 * rule that makes the file useless gives client.rdp_file_invalid; the others give notes.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "read/rdp_inside.h"
#include "stage/host_name.h"

enum severity { ERROR, WARNING, INFORMATION };

struct lint;

struct rule {
	const char *id;
	enum severity severity;
	void (*judge)(struct lint *c);
};

struct lint {
	const struct rdp_text *t;
	struct evidence *ev;
	const struct rule *rule;
	size_t n_told; /* of this rule */
};

#define TOLD_MAX 20 /* of one rule; the rest is counted */

/* --- helpers -------------------------------------------------------------------------------- */

static const char *in_words(const struct lint *c, const char *says)
{
	static const char *const words[] = {
	    [ERROR] = "error", [WARNING] = "warning", [INFORMATION] = "information"};

	return arena_printf(c->ev->arena, "%s %s: %s", c->rule->id, words[c->rule->severity], says);
}

/* A note "L03 warning: ..." at a line; 0: of the file as a whole. */
static void note(struct lint *c, size_t line, const char *says)
{
	if (c->n_told++ < TOLD_MAX)
		rdp_tell(c->ev, F_CLIENT_RDP_FILE_NOTE, line, in_words(c, says));
}

/* No client can use the file as it was meant. */
static void broken(struct lint *c, size_t line, const char *says)
{
	if (c->n_told++ < TOLD_MAX)
		rdp_tell(c->ev, F_CLIENT_RDP_FILE_INVALID, line,
		         arena_printf(c->ev->arena, "%s: %s", c->rule->id, says));
}

static const struct rdp_line *line_of(const struct lint *c, const char *name)
{
	return rdp_line_of(c->t, name);
}

static size_t place_of(const struct lint *c, const char *name)
{
	const struct rdp_line *l = line_of(c, name);

	return l ? l->number : 0;
}

static const char *text_of(const struct lint *c, const char *name)
{
	return rdp_string_of(c->t, name, c->ev->arena);
}

static bool is_set(const struct lint *c, const char *name, int64_t value)
{
	const struct rdp_line *l = line_of(c, name);

	return l && l->number_value == value;
}

static struct rdp_address address_in(const struct lint *c, const char *name)
{
	const char *text = text_of(c, name);

	return text ? rdp_address_of(text, c->ev->arena) : (struct rdp_address){0};
}

static bool has_cloud_key(const struct lint *c)
{
	for (size_t i = 0; i < rdp_property_count(); i++)
		if (c->t->of_property[i] && (rdp_property_at(i)->flags & RDP_CLOUD))
			return true;
	return false;
}

static bool uses_gateway(const struct lint *c)
{
	int64_t how = rdp_number_of(c->t, "gatewayusagemethod", 0);

	return text_of(c, "gatewayhostname") && (how == 1 || how == 2);
}

/* --- target and gateway --------------------------------------------------------------------- */

static void no_target(struct lint *c)
{
	if (text_of(c, "full address") || text_of(c, "gatewayhostname") ||
	    text_of(c, "workspace id") || has_cloud_key(c))
		return;
	rdp_tell(c->ev, F_CLIENT_RDP_FILE_NO_TARGET, place_of(c, "full address"), NULL);
}

static void bad_host(struct lint *c)
{
	static const char *const names[] = {"full address", "gatewayhostname"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct rdp_line *l = line_of(c, names[i]);
		struct rdp_address a = address_in(c, names[i]);

		if (a.flaw)
			broken(c, l->number,
			       arena_printf(c->ev->arena, "%s: %s", names[i], a.flaw));
		else if (a.host && a.has_underscore)
			note(c, l->number,
			     arena_printf(c->ev->arena,
			                  "%s: an underscore, which many name servers refuse",
			                  names[i]));
		if (l && rdp_address_of(l->value, c->ev->arena).has_blanks_around)
			note(c, l->number,
			     arena_printf(c->ev->arena, "%s: blanks around the name", names[i]));
	}
}

static void two_ports(struct lint *c)
{
	struct rdp_address a = address_in(c, "full address");
	int64_t port = rdp_number_of(c->t, "server port", 0);

	if (a.port && port && a.port != port)
		note(c, place_of(c, "server port"),
		     arena_printf(c->ev->arena,
		                  "port %d in full address and %d in server port; which one wins "
		                  "depends on the client",
		                  a.port, (int)port));
}

static void literal_and_verified(struct lint *c)
{
	if (address_in(c, "full address").is_literal && is_set(c, "authentication level", 1))
		note(c, place_of(c, "full address"),
		     "an address, while authentication level 1 wants a certificate that names the "
		     "host; and Kerberos needs a name");
}

static void two_targets(struct lint *c)
{
	struct rdp_address a = address_in(c, "full address"),
	                   b = address_in(c, "alternate full address");

	if (a.host && b.host && !text_same(a.host, b.host) && !host_name_same(a.host, b.host))
		note(c, place_of(c, "alternate full address"),
		     "alternate full address names another host than full address");
}

/* Without an explicit profile the gateway may be the administrator's, and a file of Windows' own
   broker names none. */
static void gateway_undefined(struct lint *c)
{
	static const char says[] = "a gateway is to be used, and gatewayhostname names none";
	int64_t how = rdp_number_of(c->t, "gatewayusagemethod", 0);
	size_t at = place_of(c, "gatewayusagemethod");

	if ((how != 1 && how != 2) || text_of(c, "gatewayhostname"))
		return;
	if (how == 1 && is_set(c, "gatewayprofileusagemethod", 1))
		broken(c, at, says);
	else
		note(c, at, says);
}

static void gateway_unused(struct lint *c)
{
	const struct rdp_line *how = line_of(c, "gatewayusagemethod");

	if (text_of(c, "gatewayhostname") &&
	    (!how || how->number_value == 0 || how->number_value == 4))
		note(c, place_of(c, "gatewayhostname"),
		     "a gateway is named that gatewayusagemethod does not let the client use");
}

static void gateway_of_administrator(struct lint *c)
{
	if (uses_gateway(c) && is_set(c, "gatewayprofileusagemethod", 0))
		note(c, place_of(c, "gatewayprofileusagemethod"),
		     "0 lets the administrator's gateway win over the one in the file");
}

static void cookie_missing(struct lint *c)
{
	if (is_set(c, "gatewaycredentialssource", 5) && !text_of(c, "gatewayaccesstoken"))
		note(c, place_of(c, "gatewaycredentialssource"),
		     "sign-in by cookie, and there is no gatewayaccesstoken");
}

static void one_account(struct lint *c)
{
	if (uses_gateway(c) && is_set(c, "promptcredentialonce", 1))
		note(c, place_of(c, "promptcredentialonce"),
		     "gateway and host get the same account; where they need different ones, the "
		     "second sign-in is refused");
}

static void broker_halves(struct lint *c)
{
	if (text_of(c, "loadbalanceinfo") && !is_set(c, "use redirection server name", 1))
		note(c, place_of(c, "loadbalanceinfo"),
		     "a broker's routing token without use redirection server name 1; a "
		     "redirection may lead to the wrong member");
}

/* --- security and credentials --------------------------------------------------------------- */

static void nla_off(struct lint *c)
{
	if (is_set(c, "enablecredsspsupport", 0))
		note(c, place_of(c, "enablecredsspsupport"),
		     "CredSSP is off; a host that requires network level authentication refuses");
}

static void native_only(struct lint *c)
{
	if (is_set(c, "enablecredsspsupport", 0) && is_set(c, "negotiate security layer", 0))
		note(c, place_of(c, "negotiate security layer"),
		     "neither negotiation nor CredSSP: only the old RDP security is left, which "
		     "Windows hosts refuse by default");
}

static void two_entra_modes(struct lint *c)
{
	if (is_set(c, "enablerdsaadauth", 1) && is_set(c, "targetisaadjoined", 1))
		note(c, place_of(c, "targetisaadjoined"),
		     "enablerdsaadauth replaces targetisaadjoined; both are on");
}

static void entra_sign_in(struct lint *c)
{
	if (is_set(c, "enablerdsaadauth", 1))
		note(c, place_of(c, "enablerdsaadauth"),
		     "sign-in with Entra ID, which the host must offer; not tested");
}

static void two_domains(struct lint *c)
{
	const char *user = text_of(c, "username"), *domain = text_of(c, "domain"), *slash;

	slash = user ? strchr(user, '\\') : NULL;
	if (!slash || !domain ||
	    text_same(arena_copy(c->ev->arena, user, (size_t)(slash - user)), domain))
		return;
	note(c, place_of(c, "domain"), "username names another domain than domain does");
}

static void stored_password(struct lint *c)
{
	if (text_of(c, "password 51"))
		note(c, place_of(c, "password 51"),
		     "a stored password; it works for the person and computer that saved it, and "
		     "grows old");
	if (text_of(c, "cleartextpassword"))
		note(c, place_of(c, "cleartextpassword"), "a password that anybody can read");
}

static void prompt_and_password(struct lint *c)
{
	if (is_set(c, "prompt for credentials", 1) && text_of(c, "password 51"))
		note(c, place_of(c, "prompt for credentials"),
		     "always asks, so the stored password is never used");
}

static void signature_halves(struct lint *c)
{
	bool has_signature = text_of(c, "signature"), has_scope = text_of(c, "signscope");

	if (has_signature != has_scope)
		note(c, place_of(c, has_scope ? "signscope" : "signature"),
		     has_scope ? "signscope without a signature" : "a signature without signscope");
}

static void trusts_everybody(struct lint *c)
{
	if (is_set(c, "authentication level", 0))
		note(c, place_of(c, "authentication level"), "0 accepts any host unseen");
}

/* --- transport, display, programs ------------------------------------------------------------ */

static void ignored_speed(struct lint *c)
{
	int64_t speed = rdp_number_of(c->t, "connection type", 7);

	if (speed <= 2 && is_set(c, "networkautodetect", 1))
		note(c, place_of(c, "connection type"),
		     "a slow line is set, and ignored while networkautodetect is on");
}

static void cloud_file(struct lint *c)
{
	if (!has_cloud_key(c))
		return;
	rdp_tell(c->ev, F_CLIENT_AVD_FEED, 0, NULL);
}

static void size_of_desktop(struct lint *c)
{
	int64_t width = rdp_number_of(c->t, "desktopwidth", 1024),
	        height = rdp_number_of(c->t, "desktopheight", 768);

	if (width > 8192 || height > 8192)
		note(c, place_of(c, "desktopwidth"), "a desktop larger than 8192 by 8192");
	else if ((!width || !height) && line_of(c, "screen mode id"))
		note(c, place_of(c, "desktopwidth"), "a desktop without width or height");
}

static void program_missing(struct lint *c)
{
	if (is_set(c, "remoteapplicationmode", 1) && !text_of(c, "remoteapplicationprogram"))
		note(c, place_of(c, "remoteapplicationmode"),
		     "a RemoteApp is to be started, and remoteapplicationprogram names none");
}

/* --- lines ---------------------------------------------------------------------------------- */

static bool is_worth_an_error(const struct rdp_line *l)
{
	return l->property && (l->property->flags & RDP_SOUND);
}

static bool is_same_value(const struct rdp_line *a, const struct rdp_line *b)
{
	if (a->type == 'i' && b->type == 'i')
		return a->number_value == b->number_value;
	return text_same(a->value, b->value);
}

static void given_twice(struct lint *c)
{
	for (size_t i = 0; i < c->t->n_lines; i++) {
		const struct rdp_line *l = &c->t->lines[i], *last;

		if (!l->property || l->flaw)
			continue;
		last = rdp_line_of(c->t, l->property->name);
		if (last == l || is_same_value(l, last))
			continue;

		const char *says = arena_printf(
		    c->ev->arena,
		    "%s again on line %zu with another value; which one holds depends on "
		    "the client",
		    l->property->name, last->number);

		if (is_worth_an_error(l))
			broken(c, l->number, says);
		else
			note(c, l->number, says);
	}
}

static void unusable_lines(struct lint *c)
{
	for (size_t i = 0; i < c->t->n_lines; i++) {
		const struct rdp_line *l = &c->t->lines[i];

		if (!l->flaw)
			continue;

		const char *says = l->name ? arena_printf(c->ev->arena, "%s: %s",
		                                          l->property ? l->property->name : l->name,
		                                          l->flaw)
		                           : l->flaw;

		if (is_worth_an_error(l) ||
		    (!l->name && c->t->has_open_end && i + 1 == c->t->n_lines))
			broken(c, l->number, says);
		else
			note(c, l->number, says);
	}
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7F)
			return true;
	return strstr(s, "\xEF\xBF\xBD") != NULL;
}

#define UNKNOWN_SHOWN 12

static void unknown_names(struct lint *c)
{
	struct buf names = {0};
	size_t n = 0, first = 0;

	for (size_t i = 0; i < c->t->n_lines; i++) {
		const struct rdp_line *l = &c->t->lines[i];

		if (has_control(l->text))
			note(c, l->number, "a control character");
		if (!l->name || l->property || l->flaw)
			continue;
		first = first ? first : l->number;
		if (n++ < UNKNOWN_SHOWN)
			buf_printf(&names, "%s%.40s", n > 1 ? ", " : "", l->name);
	}
	if (n > UNKNOWN_SHOWN)
		buf_printf(&names, " and %zu more", n - UNKNOWN_SHOWN);
	if (n)
		note(c, first, arena_printf(c->ev->arena, "not known here: %s", names.bytes));
	buf_fini(&names);
}

/* --- encoding ------------------------------------------------------------------------------- */

static const struct {
	const char *says; /* NULL: as it should be */
	bool is_broken;
} encodings[RDP_ENCODING_COUNT] = {
    [RDP_UTF16LE_UNMARKED] = {"UTF-16 without its byte order mark, which mstsc takes for ANSI text",
                              true},
    [RDP_UTF16BE] = {"UTF-16 in big endian order, which mstsc does not read", true},
    [RDP_UTF16BE_UNMARKED] = {"UTF-16 in big endian order, which mstsc does not read", true},
    [RDP_UTF8_MARKED] = {"UTF-8 with a byte order mark, which some clients take for a part of the "
                         "first name",
                         false},
};

static void encoding(struct lint *c)
{
	const struct rdp_text *t = c->t;

	if (encodings[t->encoding].is_broken)
		broken(c, 0, encodings[t->encoding].says);
	else if (encodings[t->encoding].says)
		note(c, 0, encodings[t->encoding].says);
	if (t->encoding == RDP_UTF8 && t->has_beyond_ascii)
		note(c, 0, "UTF-8 with letters beyond ASCII, which mstsc reads as ANSI text");
	if (t->encoding == RDP_ANSI)
		note(c, 0, "ANSI text with letters beyond ASCII; they depend on the code page");
	if (t->is_cut)
		broken(c, 0, "cut in the middle of a character");
	if (t->n_trailing_nul)
		note(c, 0,
		     arena_printf(c->ev->arena, "%zu zero characters at the end",
		                  t->n_trailing_nul));
}

/* L06, L15, L19 and L29 need more than the file: the host, the signature, the policies. */
static const struct rule rules[] = {
    {"encoding", WARNING, encoding},
    {"L01", ERROR, no_target},
    {"L02", ERROR, bad_host},
    {"L03", WARNING, two_ports},
    {"L04", WARNING, literal_and_verified},
    {"L05", WARNING, two_targets},
    {"L06", INFORMATION, nla_off},
    {"L07", WARNING, native_only},
    {"L08", ERROR, gateway_undefined},
    {"L09", WARNING, gateway_unused},
    {"L10", WARNING, gateway_of_administrator},
    {"L11", WARNING, cookie_missing},
    {"L12", WARNING, one_account},
    {"L13", WARNING, broker_halves},
    {"L14", WARNING, two_entra_modes},
    {"L15", INFORMATION, entra_sign_in},
    {"L16", WARNING, two_domains},
    {"L17", INFORMATION, stored_password},
    {"L18", WARNING, prompt_and_password},
    {"L20", WARNING, signature_halves},
    {"L21", WARNING, trusts_everybody},
    {"L22", WARNING, ignored_speed},
    {"L23", INFORMATION, cloud_file},
    {"L24", ERROR, given_twice},
    {"L25", ERROR, unusable_lines},
    {"L26", WARNING, unknown_names},
    {"L27", WARNING, size_of_desktop},
    {"L28", INFORMATION, program_missing},
};

void rdp_rules_apply(const struct rdp_text *t, struct evidence *ev)
{
	struct lint c = {.t = t, .ev = ev};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		c.rule = &rules[i];
		c.n_told = 0;
		c.rule->judge(&c);
		if (c.n_told > TOLD_MAX)
			rdp_tell(ev, F_CLIENT_RDP_FILE_NOTE, 0,
			         in_words(&c, arena_printf(ev->arena, "and %zu more",
			                                   c.n_told - TOLD_MAX)));
	}
}
