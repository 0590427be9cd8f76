/*
 * answers_certificates - the certificates that the listener can show, their keys, and the TLS
 * suites that are in force.
 *
 * Spec    [MS-RDPBCGR] 5.4.5.1; winerror.h: NTE_BAD_KEYSET is said of a key that is gone and also
 *         of one that the asker may not open, so it counts only where the key's file was not found
 *         either; what counts is whether NETWORK SERVICE may read the file, not whether we may
 */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"
#include "read/sddl.h"
#include "stage/certificate.h"
#include "stage/profile.h"

#define OWN_STORE "Remote Desktop"
#define DER_MOST  ((size_t)64 * 1024)

#define NTE_BAD_KEYSET     0x80090016u
#define NTE_NO_KEY         0x8009000Du
#define NTE_KEYSET_NOT_DEF 0x80090019u

/* --- which one --- */

static const struct answer *certificate(const struct telling *t, const char *thumbprint)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_CERTIFICATE, &at));)
		if (text_same(text_or_empty(row, "thumbprint"), thumbprint))
			return row;
	return NULL;
}

static const struct answer *chosen(const struct telling *t)
{
	const struct answer *row;

	if (t->known->chosen)
		return certificate(t, t->known->chosen);
	for (size_t at = 0; (row = answers_next(t->a, TOPIC_CERTIFICATE, &at));)
		if (answer_number(row, "is_chosen", 0))
			return row;
	return NULL;
}

static const char *where_of_certificate(struct telling *t, const struct answer *row)
{
	return arena_printf(t->arena, "certificate %s in %s", text_or_empty(row, "thumbprint"),
	                    text_or_empty(row, "store"));
}

/* --- what it says --- */

static bool bytes_of_hex(const char *hex, struct buf *out)
{
	size_t n = strlen(hex);

	if (!n || n % 2 || n / 2 > DER_MOST)
		return false;
	for (size_t i = 0; i < n; i += 2) {
		int high = text_hex_digit(hex[i]), low = text_hex_digit(hex[i + 1]);

		if (high < 0 || low < 0)
			return false;
		buf_u8(out, (size_t)(high << 4 | low));
	}
	return true;
}

static void look_into(struct telling *t, const struct answer *row, struct findings *into)
{
	struct step step = {.found = into,
	                    .origin = ORIGIN_HOST,
	                    .where = where_of_certificate(t, row),
	                    .now_us = t->now_us};
	struct buf der = {0};

	if (t->now_us && bytes_of_hex(text_or_empty(row, "der"), &der))
		certificate_findings((const uint8_t *)der.bytes, der.n, NULL, profile_at(0), &step);
	buf_fini(&der);
}

static bool is_out_of_date(struct telling *t, const struct answer *row)
{
	struct findings set = {.arena = t->arena};

	look_into(t, row, &set);
	for (size_t i = 0; i < set.n; i++)
		if (set.at[i].id == F_CERT_EXPIRED && set.at[i].state == FINDING_SEEN)
			return true;
	return !set.n;
}

/* The self-made one: as the registry names it, else the newest that is there; old ones stay. */
static const struct answer *self_made(struct telling *t)
{
	const struct answer *row, *best = NULL;

	if (t->known->self_made)
		return certificate(t, t->known->self_made);
	for (size_t at = 0; (row = answers_next(t->a, TOPIC_CERTIFICATE, &at));)
		if (text_same(text_or_empty(row, "store"), OWN_STORE) &&
		    (!best || (is_out_of_date(t, best) && !is_out_of_date(t, row))))
			best = row;
	return best;
}

/* --- its key --- */

static bool is_key_gone(const struct telling *t, const struct answer *row)
{
	uint32_t error = (uint32_t)answer_number(row, "key_error", 0);
	bool is_file_there = answer_number(row, "key_bytes", -1) > 0 ||
	                     *text_or_empty(row, "key_rights");

	if (answer_has(row, "has_key") && !answer_number(row, "has_key", 1))
		return true;
	return t->facts.is_elevated && !is_file_there &&
	       (error == NTE_BAD_KEYSET || error == NTE_NO_KEY || error == NTE_KEYSET_NOT_DEF);
}

/* Why NETWORK SERVICE cannot read it; NULL: it can, or that is not known. */
static const char *key_denial(const struct answer *row)
{
	const char *text = text_or_empty(row, "key_rights");
	struct rights rights;

	if (answer_has(row, "key_bytes") && !answer_number(row, "key_bytes", 1))
		return "the key file is empty";
	return *text && sddl_read(text, &rights) ? rights_deny_key(&rights) : NULL;
}

static bool is_key_known(const struct answer *row)
{
	return *text_or_empty(row, "key_rights") != '\0';
}

static const char *where_of_key(struct telling *t, const struct answer *row)
{
	const char *file = text_or_empty(row, "key_file"), *name = file;

	for (const char *p = file; *p; p++)
		if (*p == '\\' || *p == '/')
			name = p + 1;
	return *name ? arena_printf(t->arena, "key %s of %s", name, where_of_certificate(t, row))
	             : arena_printf(t->arena, "key of %s", where_of_certificate(t, row));
}

static void look_at_own_key(struct telling *t, const struct answer *row)
{
	const char *why = key_denial(row), *where = where_of_key(t, row);

	if (is_key_gone(t, row)) {
		say_fact(t, F_HOST_KEY_MISSING, where);
		return;
	}
	if (answer_has(row, "has_key") || is_key_known(row))
		say_absent(t, F_HOST_KEY_MISSING, where);
	if (why)
		say_text(t, F_HOST_KEY_DENIED, why, where);
	else if (is_key_known(row))
		say_absent(t, F_HOST_KEY_DENIED, where);
}

static void look_at_chosen_key(struct telling *t, const struct answer *row)
{
	const char *why = key_denial(row), *where = where_of_key(t, row);

	if (is_key_gone(t, row)) {
		say_text(t, F_HOST_CERTIFICATE_MISSING,
		         arena_printf(t->arena, "%s has no private key",
		                      text_or_empty(row, "thumbprint")),
		         where);
		return;
	}
	say_absent(t, F_HOST_CERTIFICATE_MISSING, where);
	if (why)
		say_text(t, F_HOST_CUSTOM_KEY_DENIED, why, where);
	else if (is_key_known(row))
		say_absent(t, F_HOST_CUSTOM_KEY_DENIED, where);
}

/* One is chosen, and no store has it. */
static bool is_chosen_missing(const struct telling *t)
{
	const struct answer *row;
	size_t n = 0;

	if (chosen(t) || gap_of(t, TOPIC_CERTIFICATE))
		return false;
	for (size_t at = 0; (row = answers_next(t->a, TOPIC_CERTIFICATE, &at));)
		n += answer_has(row, "is_chosen");
	return n || (t->known->chosen && rows_of(t, TOPIC_CERTIFICATE));
}

static void look_at_certificates(struct telling *t)
{
	const struct answer *by_choice = chosen(t), *own = self_made(t);

	if (is_chosen_missing(t))
		say_text(t, F_HOST_CERTIFICATE_MISSING,
		         t->known->chosen ? t->known->chosen : "in no store", "certificate stores");
	if (by_choice)
		look_at_chosen_key(t, by_choice);
	if (own && own != by_choice)
		look_at_own_key(t, own);
	if (by_choice || own)
		look_into(t, by_choice ? by_choice : own, &t->own);
}

/* --- suites --- */

static void look_at_suites(struct telling *t)
{
	const struct answer *row;
	size_t n = 0, n_usable = 0;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_TLS_SUITE, &at)); n++)
		n_usable += suite_serves_rsa(text_or_empty(row, "name"));
	if (n)
		say_whether(t, F_HOST_NO_USABLE_SUITE, !n_usable,
		            arena_printf(t->arena, "TLS suites: %zu in force", n));
}

void answers_certificates(struct telling *t)
{
	if (t->facts.is_stand_in)
		return;
	look_at_certificates(t);
	look_at_suites(t);
}
