/*
 * Stored credentials that the test itself stores, and takes away again.
 */
#include "harness.h"

#include "os/computer_windows.h"

#include <windows.h>

#include <wincred.h>

#define SECRET L"not to be seen"

static const struct {
	const wchar_t *target;
	DWORD type;
} stored[] = {{L"TERMSRV/rdpwhy-host7.example.test", CRED_TYPE_DOMAIN_PASSWORD},
              {L"TERMSRV/rdpwhy-caf\u00e9", CRED_TYPE_GENERIC},
              {L"rdpwhy-other/thing", CRED_TYPE_GENERIC}};

#define N_STORED (sizeof stored / sizeof *stored)

static int store(void **state)
{
	wchar_t user[] = L"EXAMPLE\\anna", secret[] = SECRET;

	(void)state;
	for (size_t i = 0; i < N_STORED; i++) {
		wchar_t target[64];
		CREDENTIALW c = {.Type = stored[i].type,
		                 .TargetName = target,
		                 .UserName = user,
		                 .CredentialBlob = (BYTE *)secret,
		                 .CredentialBlobSize = sizeof secret - sizeof *secret,
		                 .Persist = CRED_PERSIST_LOCAL_MACHINE};

		wcscpy(target, stored[i].target);
		if (!CredWriteW(&c, 0))
			return -1;
	}
	return 0;
}

static int take_away(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_STORED; i++)
		CredDeleteW(stored[i].target, stored[i].type, 0);
	return 0;
}

static const struct answer *row_of(const struct answers *a, const char *target)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(a, TOPIC_CREDENTIAL, &at));)
		if (strcmp(answer_text(row, "target"), target) == 0)
			return row;
	return NULL;
}

static void those_of_remote_desktop_are_told_without_their_secret(void **state)
{
	const struct computer_question question = {0};
	struct arena arena = {0};
	struct answers a = {.arena = &arena};
	const struct answer *row;

	(void)state;
	collect_credential(&a, &question);
	row = row_of(&a, "TERMSRV/rdpwhy-host7.example.test");
	assert_non_null(row);
	assert_string_equal(answer_text(row, "user"), "EXAMPLE\\anna");
	assert_string_equal(answer_text(row, "kind"), "domain password");
	assert_true(answer_number(row, "written", 0) > INT64_C(1700000000000000));
	row = row_of(&a, "TERMSRV/rdpwhy-caf\303\251");
	assert_non_null(row);
	assert_string_equal(answer_text(row, "kind"), "generic");
	assert_null(row_of(&a, "rdpwhy-other/thing"));
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; k < ANSWER_COLUMNS_MAX; k++)
			assert_true(!a.rows[i]->cells[k].text ||
			            !strstr(a.rows[i]->cells[k].text, "not to be seen"));
	arena_fini(&arena);
}

static void a_name_is_asked_for_without_regard_to_case(void **state)
{
	const struct computer_question question = {.name = "RDPWHY-host7.example.test"},
	                               unknown = {.name = "rdpwhy-host7"};
	struct arena arena = {0};
	struct answers a = {.arena = &arena}, none = {.arena = &arena};

	(void)state;
	collect_credential(&a, &question);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.rows[0]->status, ANSWER_ROW);
	collect_credential(&none, &unknown);
	assert_int_equal(none.n, 1);
	assert_int_equal(none.rows[0]->status, ANSWER_NOTHING);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(those_of_remote_desktop_are_told_without_their_secret),
	    cmocka_unit_test(a_name_is_asked_for_without_regard_to_case),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, store, take_away);
}
