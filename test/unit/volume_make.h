/*
 * volume_make - a Windows volume for tests, made of a text: hives, key files, system files,
 * profiles. Healthy but for what the text changes.
 *
 * Input   the text of a .reg file on top of the healthy one: keys begin with HKEY_LOCAL_MACHINE\
 *         SYSTEM, SOFTWARE, SECURITY or SAM; [-KEY] and "name"=- take away
 * Output  a folder tree below dir, in the letter case that Windows uses
 * Errors  false, after a line on standard error
 */
#ifndef TEST_VOLUME_MAKE_H
#define TEST_VOLUME_MAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* One event, ten minutes ago and later in their order; activity: of the one attempt there is. */
struct volume_event {
	const char *log; /* file; NULL ends the list */
	const char *provider;
	unsigned id;
	bool is_of_attempt, has_user_data;
	const char *pairs[12]; /* names and values, see evtx_make.h */
};

/* What a volume is but for its registry, and values that a text cannot well hold. */
struct volume_plan {
	const char *registry;                 /* changes; NULL: none */
	int certificate_from, certificate_to; /* days from now; 0 and 0: -30 and 150 */
	bool is_certificate_chosen;           /* the listener names it, and it lies in My */
	bool rights_lack_users;               /* WinStations: no entry for Remote Desktop Users */
	bool rights_deny;                     /* WinStations: an entry that denies */
	bool account_is_blank, account_is_disabled, account_is_expired, account_is_no_member;
	uint32_t users_rights; /* of Remote Desktop Users in SECURITY; 0: 0x400 */
	const char *remove[4]; /* paths */
	const char *empty[2];  /* files without bytes */
	int termsrv_build;     /* 0: the one of Windows */
	struct volume_event events[10];
};

#define VOLUME_MACHINE_GUID "11111111-2222-3333-4444-555555555555"
#define VOLUME_KEYS         "ProgramData/Microsoft/Crypto/RSA/MachineKeys"
#define VOLUME_KEY_FILE     VOLUME_KEYS "/f686aace6942fb7f7ceb231212eef4a4_" VOLUME_MACHINE_GUID
#define VOLUME_CHOSEN_KEY   VOLUME_KEYS "/0b781dd76c8398cd86a8cf226a9ccc6c_" VOLUME_MACHINE_GUID

bool volume_make(const char *dir, const struct volume_plan *plan);
void volume_remove(const char *dir);

/* One hive of a text, as bytes: the keys below root. For tests that need no volume. */
bool hive_make(const char *text, const char *root, struct buf *out);

#endif
