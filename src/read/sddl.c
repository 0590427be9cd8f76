#include "read/sddl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- words --- */

static const struct {
	char alias[3];
	const char *sid;
} sids[] = {
    {"WD", "S-1-1-0"},      {"CO", "S-1-3-0"},      {"CG", "S-1-3-1"},      {"NU", "S-1-5-2"},
    {"IU", "S-1-5-4"},      {"SU", "S-1-5-6"},      {"AN", "S-1-5-7"},      {"ED", "S-1-5-9"},
    {"PS", "S-1-5-10"},     {"AU", "S-1-5-11"},     {"RC", "S-1-5-12"},     {"SY", "S-1-5-18"},
    {"LS", "S-1-5-19"},     {"NS", "S-1-5-20"},     {"BA", "S-1-5-32-544"}, {"BU", "S-1-5-32-545"},
    {"BG", "S-1-5-32-546"}, {"PU", "S-1-5-32-547"}, {"AO", "S-1-5-32-548"}, {"SO", "S-1-5-32-549"},
    {"PO", "S-1-5-32-550"}, {"BO", "S-1-5-32-551"}, {"RD", "S-1-5-32-555"}, {"NO", "S-1-5-32-556"},
    {"AC", "S-1-15-2-1"},
};

static const struct {
	char alias[3];
	uint32_t mask;
} masks[] = {
    {"GA", 0x10000000}, {"GX", 0x20000000}, {"GW", 0x40000000}, {"GR", 0x80000000},
    {"RC", 0x00020000}, {"SD", 0x00010000}, {"WD", 0x00040000}, {"WO", 0x00080000},
    {"CC", 0x00000001}, {"DC", 0x00000002}, {"LC", 0x00000004}, {"SW", 0x00000008},
    {"RP", 0x00000010}, {"WP", 0x00000020}, {"DT", 0x00000040}, {"LO", 0x00000080},
    {"CR", 0x00000100}, {"FA", 0x001F01FF}, {"FR", 0x00120089}, {"FW", 0x00120116},
    {"FX", 0x001200A0}, {"KA", 0x000F003F}, {"KR", 0x00020019}, {"KW", 0x00020006},
    {"KX", 0x00020019},
};

/* A piece of the text. */
struct piece {
	const char *p;
	size_t n;
};

static void sid_of(struct piece s, char out[SID_TEXT_BYTES])
{
	out[0] = '\0';
	for (size_t i = 0; s.n == 2 && i < sizeof sids / sizeof *sids; i++)
		if (memcmp(s.p, sids[i].alias, 2) == 0)
			snprintf(out, SID_TEXT_BYTES, "%s", sids[i].sid);
	if (s.n > 2 && s.n < SID_TEXT_BYTES) {
		memcpy(out, s.p, s.n);
		out[s.n] = '\0';
	}
}

static uint32_t alias_mask(const char *two)
{
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
		if (memcmp(two, masks[i].alias, 2) == 0)
			return masks[i].mask;
	return 0;
}

static uint32_t mask_of(struct piece s)
{
	uint32_t mask = 0;
	char number[16];

	if (s.n && s.p[0] >= '0' && s.p[0] <= '9') {
		size_t n = s.n < sizeof number - 1 ? s.n : sizeof number - 1;

		memcpy(number, s.p, n);
		number[n] = '\0';
		return (uint32_t)strtoul(number, NULL, 0);
	}
	for (size_t i = 0; i + 1 < s.n; i += 2)
		mask |= alias_mask(s.p + i);
	return mask;
}

/* --- entries --- */

enum { FIELD_TYPE, FIELD_FLAGS, FIELD_RIGHTS, FIELD_OBJECT, FIELD_INHERITS, FIELD_SID, N_FIELDS };

static bool is_flag_set(struct piece flags, const char *flag)
{
	for (size_t i = 0; i + 1 < flags.n; i += 2)
		if (memcmp(flags.p + i, flag, 2) == 0)
			return true;
	return false;
}

static void keep(const struct piece *fields, struct rights *out)
{
	struct right *r = &out->at[out->n];
	char type = fields[FIELD_TYPE].n == 1 ? fields[FIELD_TYPE].p[0] : '\0';

	if ((type != 'A' && type != 'D') || out->n == RIGHTS_MAX)
		return;
	*r = (struct right){.mask = mask_of(fields[FIELD_RIGHTS]),
	                    .is_denied = type == 'D',
	                    .is_for_children = is_flag_set(fields[FIELD_FLAGS], "IO")};
	sid_of(fields[FIELD_SID], r->sid);
	out->n += r->sid[0] != '\0';
}

/* "(A;;FA;;;SY)" up to its bracket; NULL when that is missing. */
static const char *read_entry(const char *p, struct rights *out)
{
	struct piece fields[N_FIELDS] = {{0}};
	const char *end = strchr(p, ')');

	if (!end)
		return NULL;
	for (int i = 0; i < N_FIELDS && p < end; i++) {
		size_t n = strcspn(p, ";)");

		fields[i] = (struct piece){p, n};
		p += n + (p[n] == ';');
	}
	keep(fields, out);
	return end + 1;
}

static bool read_list(const char *p, struct rights *out)
{
	size_t flags = strcspn(p, "(:");

	out->has_list = strncmp(p, "NO_ACCESS_CONTROL", 17) != 0;
	if (p[flags] == ':')
		return out->has_list; /* the next part begins: the list is empty */
	for (p += flags; *p == '(';) {
		p = read_entry(p + 1, out);
		if (!p)
			return false;
	}
	return true;
}

bool sddl_read(const char *text, struct rights *out)
{
	const char *list = strstr(text, "D:");

	*out = (struct rights){0};
	if (strncmp(text, "O:", 2) == 0) {
		size_t n = strcspn(text + 2, ":");

		/* the letter before the next colon begins the next part */
		n -= text[2 + n] == ':' && n;
		sid_of((struct piece){text + 2, n}, out->owner);
	}
	if (!list)
		return strncmp(text, "O:", 2) == 0 || strncmp(text, "G:", 2) == 0;
	return read_list(list + 2, out);
}
