#include "probe/target.h"

#include <ctype.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define NAME_MAX_ASCII 253 /* RFC 1035 2.3.4, without the last dot */
#define LABEL_MAX      63

/* The text cut into host and port; the parts point into it. */
struct parts {
	const char *host, *port; /* port NULL: none was given */
	size_t n_host;
};

static bool refuse(struct buf *complaint, const char *text, const char *why)
{
	char shown[80];

	text_harmless(text, shown, sizeof shown);
	buf_printf(complaint, "%s: %s; expected HOST, HOST:PORT or [ADDRESS]:PORT", shown, why);
	return false;
}

static bool cut_brackets(const char *text, struct parts *p, const char **why)
{
	const char *end = strchr(text, ']');

	if (!end) {
		*why = "a bracket is not closed";
		return false;
	}
	*p = (struct parts){.host = text + 1, .n_host = (size_t)(end - text) - 1};
	if (end[1] == ':')
		p->port = end + 2;
	else if (end[1]) {
		*why = "something follows the bracket";
		return false;
	}
	return true;
}

/* More than one colon without brackets is an IPv6 address and holds no port. */
static bool cut(const char *text, struct parts *p, const char **why)
{
	const char *colon = strchr(text, ':');

	if (text[0] == '[')
		return cut_brackets(text, p, why);
	*p = (struct parts){.host = text, .n_host = strlen(text)};
	if (colon && !strchr(colon + 1, ':')) {
		p->n_host = (size_t)(colon - text);
		p->port = colon + 1;
	}
	return true;
}

static bool take_port(const char *text, uint16_t *port)
{
	unsigned long value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (!isdigit((unsigned char)*text) || value > 65535)
			return false;
		value = value * 10 + (unsigned long)(*text - '0');
	}
	*port = (uint16_t)value;
	return value >= 1 && value <= 65535;
}

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s > 0x7f)
			return false;
	return true;
}

/* Underscores are no host name characters, and Windows computers carry them all the same. */
static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

static bool is_legal(const char *name)
{
	for (const char *s = name; *s; s++)
		if (!is_name_character(*s) || (*s == '.' && (s == name || s[1] == '.')))
			return false;
	return name[0] != '-';
}

static bool has_long_label(const char *name)
{
	for (size_t n; *name; name += n + (name[n] == '.')) {
		n = strcspn(name, ".");
		if (n > LABEL_MAX)
			return true;
	}
	return false;
}

static bool to_ascii(struct target *t)
{
	char *ascii = NULL;

	if (is_ascii(t->name)) {
		snprintf(t->ascii, sizeof t->ascii, "%s", t->name);
		return true;
	}
	if (idn2_to_ascii_8z(t->name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return false;
	snprintf(t->ascii, sizeof t->ascii, "%s", ascii);
	idn2_free(ascii);
	return true;
}

static const char *take_name(struct target *t)
{
	size_t n;

	if (!to_ascii(t)) {
		t->is_illegal = true;
		return NULL;
	}
	n = strlen(t->ascii);
	if (n > 1 && t->ascii[n - 1] == '.')
		t->ascii[--n] = '\0';
	if (n > NAME_MAX_ASCII)
		return "a name longer than 253 characters";
	if (has_long_label(t->ascii))
		return "a part of the name is longer than 63 characters";
	t->is_illegal = !is_legal(t->ascii);
	return NULL;
}

bool target_parse(const char *text, struct target *out, struct buf *complaint)
{
	const char *why = NULL;
	struct target t = {.port = RDP_PORT};
	struct parts p;

	if (!cut(text, &p, &why))
		return refuse(complaint, text, why);
	if (!p.n_host)
		return refuse(complaint, text, "the host is empty");
	if (p.port && !take_port(p.port, &t.port))
		return refuse(complaint, text, "the port is no number from 1 to 65535");
	if (p.n_host >= sizeof t.name)
		return refuse(complaint, text, "a name longer than 253 characters");
	memcpy(t.name, p.host, p.n_host);
	t.is_literal = net_address_parse(t.name, &t.address);
	if (text[0] == '[' && !(t.is_literal && t.address.is_v6))
		return refuse(complaint, text, "no IPv6 address in the brackets");
	if (!t.is_literal && strchr(t.name, ':'))
		return refuse(complaint, text, "no IPv6 address, and more than one colon");
	if (!t.is_literal && (why = take_name(&t)) != NULL)
		return refuse(complaint, text, why);
	if (t.is_literal)
		snprintf(t.ascii, sizeof t.ascii, "%s", t.name);
	t.address.port = t.port;
	*out = t;
	return true;
}

bool target_is_internal(const struct target *t)
{
	static const char *const suffixes[] = {
	    ".local", ".lan",       ".internal", ".intranet", ".corp",        ".home",
	    ".priv",  ".home.arpa", ".test",     ".private",  ".localdomain",
	};

	if (t->is_literal)
		return false;
	if (!strchr(t->ascii, '.'))
		return true;
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
		if (text_ends_in(t->ascii, suffixes[i]))
			return true;
	return false;
}
