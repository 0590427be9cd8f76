/*
 * settings_inside - what the files of the module settings share: asking hives, telling findings.
 *
 * Owns    nothing: the arena of the settings
 */
#ifndef READ_SETTINGS_INSIDE_H
#define READ_SETTINGS_INSIDE_H

#include "base/bytes.h"
#include "read/settings.h"

#define SOURCES_OF_KIND_MAX 32

struct hive_place {
	struct reg_source *source;
	const char *prefix;
	char control[24]; /* of SYSTEM: "ControlSet001" */
	bool is_part;     /* an export: a key that is not in it may exist all the same */
};

struct settings {
	struct arena *arena;
	enum origin origin;
	enum settings_role role;
	struct hive_place hives[HIVE_KIND_COUNT][SOURCES_OF_KIND_MAX];
	size_t n_hives[HIVE_KIND_COUNT];
	struct findings *found;
	struct complaints *complaints;
	bool is_host, is_client; /* what is told */
	int64_t now_us;          /* of the evidence: the last write to any hive; 0: not known */
	bool is_now_given;
	int ubr; /* -1: not known */
	bool is_domain_member, is_client_windows;
	struct settings_host host;
};

/* The answer of the first source that has the value. */
struct asked {
	enum reg_answer answer; /* REG_ABSENT only where absence is certain */
	struct reg_value value;
	const char *where; /* "SYSTEM ControlSet001\\Control\\Lsa FipsAlgorithmPolicy" */
};

/* A path of SYSTEM that begins with CurrentControlSet is asked in the set that Windows uses. */
struct asked ask(struct settings *s, enum hive_kind kind, const char *key, const char *name);

/* The same for a key: REG_FOUND, REG_ABSENT, REG_UNREADABLE. */
enum reg_answer ask_key(struct settings *s, enum hive_kind kind, const char *key);
const char *where_of(struct settings *s, enum hive_kind kind, const char *key, const char *name);

void each_subkey(struct settings *s, enum hive_kind kind, const char *key,
                 bool (*each)(void *context, const char *name), void *context);
void each_value(struct settings *s, enum hive_kind kind, const char *key,
                bool (*each)(void *context, const struct reg_value *value), void *context);

/* The number of a DWORD; false when it is none, or not there. */
bool number_of(const struct asked *a, uint32_t *number);
bool ask_number(struct settings *s, enum hive_kind kind, const char *key, const char *name,
                uint32_t *number, const char **where);

/* The text of SZ, EXPAND_SZ, or the first of MULTI_SZ as UTF-8; NULL when it is no text. */
const char *text_of(struct settings *s, const struct reg_value *value);
const char *ask_text(struct settings *s, enum hive_kind kind, const char *key, const char *name,
                     const char **where);

/* The texts of MULTI_SZ, at most n_most. */
size_t texts_of(struct settings *s, const struct reg_value *value, const char **out, size_t n_most);

void tell_fact(struct settings *s, enum finding_id id, const char *where);
void tell_number(struct settings *s, enum finding_id id, int64_t number, const char *where);
void tell_text(struct settings *s, enum finding_id id, const char *text, const char *where);
void tell_absent(struct settings *s, enum finding_id id, const char *where);

/* Parts of the work, in their own files. */
void settings_identity(struct settings *s); /* build, edition, names; before the others */
void settings_rows(struct settings *s);     /* types, and what is not as Windows sets it */
void settings_listener(struct settings *s);
void settings_firewall(struct settings *s);
void settings_services(struct settings *s);
void settings_tls(struct settings *s);
void settings_certificates(struct settings *s);
void settings_state(struct settings *s); /* set-up, servicing, profiles, networks */
void settings_accounts(struct settings *s);
void settings_client(struct settings *s);

/* Generation by build: 7, 8 or 10; 0: not known. */
int settings_generation(const struct settings *s);

/* The keys of the policies of Remote Desktop, and of the listener. */
#define KEY_TS       "CurrentControlSet\\Control\\Terminal Server"
#define KEY_STATIONS KEY_TS "\\WinStations"
#define KEY_LISTENER KEY_STATIONS "\\RDP-Tcp"
#define KEY_POLICY   "Policies\\Microsoft\\Windows NT\\Terminal Services"

/* One value that a policy may set over the local one. */
struct effective {
	bool is_known, is_policy;
	uint32_t number;
	const char *where; /* of the value that wins */
};

struct effective effective_of(struct settings *s, const char *local_key, const char *name);

#endif
