/*
 * registry - a Windows registry as its readers see it: keys and typed values, wherever they come
 * from: a hive file, an export, or the registry of this computer.
 *
 * Spec    [MS-RRP] 2.2.9 value types; key and value names are compared without regard to case
 * Input   paths with backslashes below the root of the source: "Control\\Terminal Server"
 * Owns    the source; what it hands out lives until the source is closed
 */
#ifndef BASE_REGISTRY_H
#define BASE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Value types, as numbered there. */
enum reg_type {
	REG_TYPE_NONE = 0,
	REG_TYPE_SZ = 1,
	REG_TYPE_EXPAND_SZ = 2,
	REG_TYPE_BINARY = 3,
	REG_TYPE_DWORD = 4,
	REG_TYPE_DWORD_BIG_ENDIAN = 5,
	REG_TYPE_LINK = 6,
	REG_TYPE_MULTI_SZ = 7,
	REG_TYPE_QWORD = 11,
};

struct reg_value {
	const char *name; /* UTF-8; "" is the default value */
	uint32_t type;
	const uint8_t *bytes; /* as stored: UTF-16LE for texts, little endian for numbers */
	size_t n;
};

enum reg_answer {
	REG_FOUND,
	REG_ABSENT,     /* looked for, not there */
	REG_UNREADABLE, /* damaged, or no permission: nothing can be said */
};

struct reg_source;

/* What every source can do; `why` of a failure is in words, for one line of complaint. */
struct reg_source_ops {
	enum reg_answer (*value)(struct reg_source *s, const char *path, const char *name,
	                         struct reg_value *out);
	/* Names of subkeys, or values of a key, one call each; false from the callback ends it. */
	enum reg_answer (*subkeys)(struct reg_source *s, const char *path,
	                           bool (*each)(void *context, const char *name), void *context);
	enum reg_answer (*values)(struct reg_source *s, const char *path,
	                          bool (*each)(void *context, const struct reg_value *value),
	                          void *context);
	int64_t (*written_us)(struct reg_source *s, const char *path); /* of a key; 0: not known */
	void (*close)(struct reg_source *s);
};

/* The first member of every source. */
struct reg_source {
	const struct reg_source_ops *ops;
	const char *name; /* as shown: "SYSTEM", "export.reg", "this computer" */
	const char *note; /* "dirty, and its logs are not there"; NULL: none */
	bool is_whole;    /* a path that is not found does not exist; an export is but a part */
};

#endif
