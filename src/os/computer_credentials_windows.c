/*
 * Saved credentials for Remote Desktop: for whom and where, never the secret.
 */
#include "os/computer_windows.h"

#include <windows.h>

#include <string.h>
#include <wincred.h>

#include "base/text.h"
#include "os/computer_text_windows.h"
#include "os/wide_windows.h"

#define PREFIX          "TERMSRV/"
#define CREDENTIALS_MAX 1000

static const char *const kinds[] = {
    [CRED_TYPE_GENERIC] = "generic",
    [CRED_TYPE_DOMAIN_PASSWORD] = "domain password",
    [CRED_TYPE_DOMAIN_CERTIFICATE] = "domain certificate",
    [CRED_TYPE_DOMAIN_VISIBLE_PASSWORD] = "domain visible password",
};

static bool is_asked_for(const char *target, const char *name)
{
	size_t n = strlen(PREFIX);

	return !name || (strlen(target) > n && text_same(target + n, name));
}

static bool take(struct answers *a, const CREDENTIALW *c, const char *name)
{
	const char *target = utf8_of(a->arena, c->TargetName);
	struct answer *row;

	if (!target || !is_asked_for(target, name))
		return false;
	row = answers_row(a, TOPIC_CREDENTIAL);
	answer_set_text(a, row, "target", target);
	computer_set(a, row, "user", c->UserName);
	if (c->Type < sizeof kinds / sizeof *kinds && kinds[c->Type])
		answer_set_text(a, row, "kind", kinds[c->Type]);
	answer_set_number(row, "written",
	                  computer_time_us((uint64_t)c->LastWritten.dwHighDateTime << 32 |
	                                   c->LastWritten.dwLowDateTime));
	return true;
}

/* A generic credential comes with its secret, which shall not stay in memory. */
static void forget_secret(CREDENTIALW *c)
{
	if (c->CredentialBlob && c->CredentialBlobSize)
		SecureZeroMemory(c->CredentialBlob, c->CredentialBlobSize);
}

void collect_credential(struct answers *a, const struct computer_question *q)
{
	CREDENTIALW **all = NULL;
	DWORD n = 0;
	size_t n_taken = 0;

	if (!CredEnumerateW(L"TERMSRV/*", 0, &n, &all)) {
		computer_could_not(a, TOPIC_CREDENTIAL, GetLastError(), "CredEnumerateW");
		return;
	}
	for (DWORD i = 0; i < n; i++) {
		forget_secret(all[i]);
		if (i < CREDENTIALS_MAX)
			n_taken += take(a, all[i], q->name);
	}
	CredFree(all);
	if (n_taken == 0)
		answers_could_not(a, TOPIC_CREDENTIAL, ANSWER_NOTHING, 0, NULL);
}
