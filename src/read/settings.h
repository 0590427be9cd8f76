/*
 * settings - what a registry says of Remote Desktop, on the host and on the client: each setting
 * with the place that it comes from, and which of policy and local setting wins.
 *
 * Spec    the table in settings.c: hive, key, value, type, healthy and default value, source
 * Input   hives of one computer in any order: SYSTEM, SOFTWARE, SECURITY, SAM, NTUSER.DAT, or
 *         exports that hold parts of several
 * Output  findings of ORIGIN_HIVE (ORIGIN_HOST: live), `where` is "SYSTEM ControlSet001\\..."
 */
#ifndef READ_SETTINGS_H
#define READ_SETTINGS_H

#include "base/registry.h"
#include "read/evidence.h"

enum hive_kind {
	HIVE_UNKNOWN,
	HIVE_SYSTEM,
	HIVE_SOFTWARE,
	HIVE_SECURITY,
	HIVE_SAM,
	HIVE_USER,
	HIVE_KIND_COUNT
};

/* What a hive is, by the keys in it and never by its name. */
enum hive_kind hive_kind_of(struct reg_source *source);

struct settings;

struct settings *settings_new(struct arena *arena, enum origin origin);

/* The source stays open until settings_conclude is over; prefix is the key at which the hive
 * stands inside the source: "" for a hive file, "HKEY_LOCAL_MACHINE\\SYSTEM" in an export. */
void settings_take(struct settings *s, struct reg_source *source, const char *prefix,
                   enum hive_kind kind, struct evidence *ev);

/* Whose settings they are; without a word: a host's when SYSTEM is among the hives. */
enum settings_role { SETTINGS_OF_EITHER, SETTINGS_OF_HOST, SETTINGS_OF_CLIENT };
void settings_set_role(struct settings *s, enum settings_role role);

/* When it was; without a word: when something was last written to the hives. */
void settings_set_now(struct settings *s, int64_t now_us);

void settings_conclude(struct settings *s, struct evidence *ev);

#define SETTINGS_PROFILES_MAX 256

/* What else can be looked up on the volume that the hives come from. */
struct settings_host {
	const char *computer;     /* with its domain, when it has one; NULL: not known */
	const char *machine_guid; /* that key files end in; NULL: not known */
	const char *chosen;       /* thumbprint of the certificate chosen for the listener */
	const char *self_made;    /* and of the self-made one; lower-case hex, NULL: none */
	const char *chosen_key;   /* file of the chosen certificate's key; NULL: none is chosen */
	bool is_key_expected;     /* the self-made certificate is there, and so should be its key */
	int build;                /* 0: not known */
	int port;                 /* 0: not known */
	struct {
		const char *sid, *path; /* "C:\\Users\\x" */
	} profiles[SETTINGS_PROFILES_MAX];
	size_t n_profiles;
};

/* Valid behind settings_conclude. */
const struct settings_host *settings_host(const struct settings *s);

#endif
