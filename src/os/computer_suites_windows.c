/*
 * The TLS suites of this computer in the order that Schannel offers them. A list of policy stands
 * in place of the local one.
 */
#include "os/computer_windows.h"

#include <windows.h>

#include <bcrypt.h>

#include "os/computer_text_windows.h"

#define SUITES_MAX 256
#define SCHANNEL   0x00010002 /* NCRYPT_SCHANNEL_INTERFACE */

typedef NTSTATUS(WINAPI *enumerate_function)(ULONG table, const wchar_t *context, ULONG what,
                                             ULONG *n_bytes, CRYPT_CONTEXT_FUNCTIONS **out);
typedef void(WINAPI *free_function)(void *bytes);

struct suites {
	enumerate_function enumerate;
	free_function free;
};

static NTSTATUS take(struct answers *a, const struct suites *s, ULONG table, const char *origin,
                     size_t *n)
{
	CRYPT_CONTEXT_FUNCTIONS *list = NULL;
	ULONG n_bytes = 0;
	NTSTATUS status = s->enumerate(table, L"SSL", SCHANNEL, &n_bytes, &list);

	*n = 0;
	for (ULONG i = 0; !status && list && i < list->cFunctions && i < SUITES_MAX; i++) {
		struct answer *row = answers_row(a, TOPIC_TLS_SUITE);

		answer_set_number(row, "position", (int64_t)i + 1);
		computer_set(a, row, "name", list->rgpszFunctions[i]);
		answer_set_text(a, row, "origin", origin);
		++*n;
	}
	if (list && s->free)
		s->free(list);
	return status;
}

void collect_tls_suite(struct answers *a, const struct computer_question *q)
{
	struct suites s = {
	    (enumerate_function)computer_find(L"bcrypt.dll", "BCryptEnumContextFunctions"),
	    (free_function)computer_find(L"bcrypt.dll", "BCryptFreeBuffer")};
	NTSTATUS status;
	size_t n;

	(void)q;
	if (!s.enumerate) {
		answers_could_not(a, TOPIC_TLS_SUITE, ANSWER_UNSUPPORTED, 0,
		                  "BCryptEnumContextFunctions");
		return;
	}
	status = take(a, &s, CRYPT_DOMAIN, "policy", &n);
	if (!status && n)
		return;
	status = take(a, &s, CRYPT_LOCAL, "local", &n);
	if (status)
		computer_could_not(a, TOPIC_TLS_SUITE, (uint32_t)status, "the list of suites");
	else if (n == 0)
		answers_could_not(a, TOPIC_TLS_SUITE, ANSWER_NOTHING, 0, "the list of suites");
}
