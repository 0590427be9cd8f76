/*
 * The answers of the computer that the test runs on, which is a real Windows or what stands in for
 * one: each topic comes back in its turn, nothing hangs, and what the test itself made is seen.
 */
#include "harness.h"

#include <stdio.h>

#include <winsock2.h>

#include <windows.h>

#include "os/computer_services_windows.h"
#include "os/computer_windows.h"
#include "os/wide_windows.h"

#define MOST_US 60000000
#define ALL     ((UINT64_C(1) << TOPIC_COUNT) - 1)

static struct arena arena;
static struct answers answers;

static void ask(uint64_t topics, uint16_t port, int64_t within_us)
{
	struct computer_question question = {.port = port};

	answers = (struct answers){.arena = &arena};
	computer_ask(&answers, topics, &question, within_us);
}

static const struct answer *first(enum topic topic)
{
	size_t at = 0;

	return answers_next(&answers, topic, &at);
}

/* --- the round --- */

static void topics_come_in_their_order_and_none_is_lost(void **state)
{
	(void)state;
	bool is_there[TOPIC_COUNT] = {false};

	ask(ALL, 0, MOST_US);
	for (size_t i = 0; i < answers.n; i++) {
		assert_true(i == 0 || answers.rows[i - 1]->topic <= answers.rows[i]->topic);
		is_there[answers.rows[i]->topic] = true;
	}
	for (int i = 0; i < TOPIC_COUNT; i++)
		assert_true(is_there[i]);
}

static void only_what_is_asked_is_answered(void **state)
{
	(void)state;
	ask(UINT64_C(1) << TOPIC_MEMORY, 0, MOST_US);
	assert_true(answers.n > 0);
	for (size_t i = 0; i < answers.n; i++)
		assert_int_equal(answers.rows[i]->topic, TOPIC_MEMORY);
	ask(0, 0, MOST_US);
	assert_int_equal(answers.n, 0);
}

/* The wait is over at once; whoever was not is told of, and goes on by himself. */
static void nobody_is_waited_for_longer_than_that(void **state)
{
	(void)state;
	int64_t began;
	size_t n_late = 0;

	began = os_monotonic_us();
	ask(ALL, 0, 0);
	assert_true(os_monotonic_us() - began < MOST_US / 10);
	for (size_t i = 0; i < answers.n; i++)
		n_late += answers.rows[i]->status == ANSWER_TOO_LATE;
	assert_true(n_late > 0);
}

static void the_computer_tells_of_itself(void **state)
{
	(void)state;
	const struct answer *row;
	int64_t now = os_now_us();

	ask(UINT64_C(1) << TOPIC_COMPUTER, 0, MOST_US);
	row = first(TOPIC_COMPUTER);
	assert_non_null(row);
	assert_non_null(answer_text(row, "name"));
	assert_true(answer_number(row, "build", 0) >= 7601);
	assert_in_range(answer_number(row, "now", 0), now - 5000000, now + MOST_US);
	assert_true(answer_number(row, "booted", 0) < answer_number(row, "now", 0));
	assert_true(answer_number(row, "booted", 0) > 0);
	assert_true(computer_is_windows());
	assert_true(strlen(computer_system_drive()) == 3);
}

static void memory_and_the_system_volume_have_sizes(void **state)
{
	(void)state;
	const struct answer *row;

	ask(UINT64_C(1) << TOPIC_MEMORY | UINT64_C(1) << TOPIC_VOLUME, 0, MOST_US);
	row = first(TOPIC_MEMORY);
	assert_true(answer_number(row, "physical", 0) > answer_number(row, "physical_free", 0));
	assert_true(answer_number(row, "commit_limit", 0) > 0);
	row = first(TOPIC_VOLUME);
	assert_string_equal(answer_text(row, "path"), computer_system_drive());
	assert_true(answer_number(row, "total", 0) > answer_number(row, "free", 0));
}

static void termservice_is_among_the_services(void **state)
{
	(void)state;
	const struct answer *row;
	bool is_seen = false;

	ask(UINT64_C(1) << TOPIC_SERVICE, 0, MOST_US);
	for (size_t at = 0; (row = answers_next(&answers, TOPIC_SERVICE, &at));) {
		assert_non_null(answer_text(row, "state"));
		is_seen |= strcmp(answer_text(row, "name"), "TermService") == 0;
	}
	assert_true(is_seen);
}

static void services_are_known_by_their_process(void **state)
{
	(void)state;
	struct running_services s = running_services(&arena);

	assert_int_equal(s.error, 0);
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i].pid)
			assert_non_null(
			    strstr(services_of_pid(&s, &arena, s.at[i].pid), s.at[i].name));
	assert_null(services_of_pid(&s, &arena, 0));
	assert_null(services_of_pid(&s, &arena, GetCurrentProcessId()));
}

/* --- sockets --- */

static SOCKET listener(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int n = sizeof address;
	SOCKET s = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(s, 1), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)&address, &n), 0);
	*port = ntohs(address.sin_port);
	return s;
}

static const struct answer *listener_at(uint16_t port)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(&answers, TOPIC_LISTENER, &at));)
		if (answer_number(row, "port", 0) == port)
			return row;
	return NULL;
}

static void a_listener_is_seen_with_its_process(void **state)
{
	(void)state;
	WSADATA data;
	uint16_t port = 0;
	const struct answer *row;
	SOCKET s;

	assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
	s = listener(&port);
	ask(UINT64_C(1) << TOPIC_LISTENER | UINT64_C(1) << TOPIC_TCP_STATE, port, MOST_US);
	closesocket(s);
	row = listener_at(port);
	assert_non_null(row);
	assert_string_equal(answer_text(row, "protocol"), "tcp");
	assert_string_equal(answer_text(row, "address"), "127.0.0.1");
	if (!computer_stand_in(&arena)) { /* Wine does not know whose a listener is */
		assert_int_equal(answer_number(row, "pid", 0), GetCurrentProcessId());
		assert_non_null(strstr(answer_text(row, "process"), "test_computer"));
	}
	for (size_t at = 0; (row = answers_next(&answers, TOPIC_TCP_STATE, &at));)
		if (strcmp(answer_text(row, "state"), "LISTENING") == 0)
			break;
	assert_non_null(row);
	assert_int_equal(answer_number(row, "count_of_port", 0), 1);
	WSACleanup();
}

/* --- logs --- */

static void a_channel_that_is_not_there_is_no_file(void **state)
{
	(void)state;
	enum answer_status status = ANSWER_ROW;
	uint32_t error = 0;

	assert_null(computer_log("No-Such-Channel/Of rdpwhy", 0, &status, &error));
	assert_int_not_equal(status, ANSWER_ROW);
	assert_int_not_equal(error, 0);
	assert_null(computer_log("\xFF\xFE", 1, &status, &error));
}

/* --- the registry --- */

#define KEY      "Software\\rdpwhy test"
#define KEY_WIDE L"Software\\rdpwhy test"
#define PATH     "HKEY_CURRENT_USER\\" KEY
#define LARGE    100000

static int make_key(void **state)
{
	static const uint8_t large[LARGE] = {1, 2, 3};
	uint64_t q = 0x1122334455667788;
	DWORD d = 7;
	HKEY key, sub;

	(void)state;
	if (RegCreateKeyExW(HKEY_CURRENT_USER, KEY_WIDE, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL))
		return -1;
	RegSetValueExW(key, NULL, 0, REG_DWORD, (const BYTE *)&d, sizeof d);
	RegSetValueExW(key, L"q", 0, REG_QWORD, (const BYTE *)&q, sizeof q);
	RegSetValueExW(key, L"\x00E9t\x00E9", 0, REG_SZ, (const BYTE *)L"x", 4);
	RegSetValueExW(key, L"large", 0, REG_BINARY, large, sizeof large);
	RegSetValueExW(key, L"empty", 0, REG_NONE, NULL, 0);
	for (int i = 0; i < 3; i++) {
		wchar_t name[] = {L'a' + i, 0};

		RegCreateKeyExW(key, name, 0, NULL, 0, KEY_WRITE, NULL, &sub, NULL);
		RegCloseKey(sub);
	}
	RegCloseKey(key);
	return 0;
}

static int drop_key(void **state)
{
	(void)state;
	return RegDeleteTreeW(HKEY_CURRENT_USER, KEY_WIDE) ? -1 : 0;
}

static void values_of_the_registry_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint32_t type;
		size_t n;
		uint8_t first;
	} cases[] = {
	    {"", REG_TYPE_DWORD, 4, 7},           {"q", REG_TYPE_QWORD, 8, 0x88},
	    {"Q", REG_TYPE_QWORD, 8, 0x88},       {"\xC3\xA9t\xC3\xA9", REG_TYPE_SZ, 4, 'x'},
	    {"large", REG_TYPE_BINARY, LARGE, 1}, {"empty", REG_TYPE_NONE, 0, 0}};
	struct reg_source *s = computer_registry();
	struct reg_value v;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(s->ops->value(s, PATH, cases[i].name, &v), REG_FOUND);
		assert_int_equal(v.type, cases[i].type);
		assert_int_equal(v.n, cases[i].n);
		assert_string_equal(v.name, cases[i].name);
		if (v.n)
			assert_int_equal(v.bytes[0], cases[i].first);
	}
	s->ops->close(s);
}

static void what_the_registry_lacks_is_absent(void **state)
{
	(void)state;
	static const struct {
		const char *path, *name;
	} cases[] = {{PATH, "no such value"},
	             {PATH "\\no such key", "q"},
	             {"HKEY_LOCAL_MACHINE\\no such key", ""},
	             {"HKEY_LOCAL_MACHINES\\SYSTEM", ""},
	             {"SYSTEM", ""},
	             {"", ""}};
	struct reg_source *s = computer_registry();
	struct reg_value v;

	assert_true(s->is_whole);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(s->ops->value(s, cases[i].path, cases[i].name, &v), REG_ABSENT);
	assert_int_equal(s->ops->written_us(s, PATH "\\no such key"), 0);
	s->ops->close(s);
}

static bool count(void *context, const char *name)
{
	assert_int_equal(strlen(name), 1);
	return ++*(int *)context < 2;
}

static bool count_all(void *context, const struct reg_value *value)
{
	assert_non_null(value->name);
	++*(int *)context;
	return true;
}

static void names_of_a_key_are_listed(void **state)
{
	(void)state;
	struct reg_source *s = computer_registry();
	int n = 0, n_values = 0;

	assert_int_equal(s->ops->subkeys(s, PATH, count, &n), REG_FOUND);
	assert_int_equal(n, 2); /* the callback had enough */
	assert_int_equal(s->ops->values(s, PATH, count_all, &n_values), REG_FOUND);
	assert_int_equal(n_values, 5);
	assert_in_range(s->ops->written_us(s, PATH), os_now_us() - 3600000000LL,
	                os_now_us() + 60000000);
	assert_int_equal(s->ops->subkeys(s, PATH "\\x", count, &n), REG_ABSENT);
	s->ops->close(s);
}

/* --- small things --- */

static void text_of_windows_survives_the_way_there_and_back(void **state)
{
	(void)state;
	static const char *const cases[] = {"", "plain", "\xC3\xA9", "\xE6\x9D\xB1",
	                                    "\xF0\x9F\x94\x91 key"};
	static const wchar_t half[] = {L'a', 0xD83D, L'b', 0};
	static const wchar_t zero[] = {L'a', 0, L'b'};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(utf8_of(&arena, wide_of(&arena, cases[i])), cases[i]);
	assert_string_equal(utf8_of(&arena, half), "a\xEF\xBF\xBD"
	                                           "b");
	assert_string_equal(utf8_of_units(&arena, zero, 3), "a\xEF\xBF\xBD"
	                                                    "b");
	assert_null(utf8_of(&arena, NULL));
	assert_null(wide_of(&arena, NULL));
}

static void times_of_windows_are_ours(void **state)
{
	(void)state;
	assert_int_equal(computer_time_us(0), 0);
	assert_int_equal(computer_time_us(116444736000000000), 0);
	assert_int_equal(computer_time_us(116444736000000000 + 10), 1);
	assert_int_equal(computer_time_us(UINT64_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_of_windows_survives_the_way_there_and_back),
	    cmocka_unit_test(times_of_windows_are_ours),
	    cmocka_unit_test(topics_come_in_their_order_and_none_is_lost),
	    cmocka_unit_test(only_what_is_asked_is_answered),
	    cmocka_unit_test(the_computer_tells_of_itself),
	    cmocka_unit_test(memory_and_the_system_volume_have_sizes),
	    cmocka_unit_test(termservice_is_among_the_services),
	    cmocka_unit_test(services_are_known_by_their_process),
	    cmocka_unit_test(a_listener_is_seen_with_its_process),
	    cmocka_unit_test(a_channel_that_is_not_there_is_no_file),
	    cmocka_unit_test_setup_teardown(values_of_the_registry_are_read, make_key, drop_key),
	    cmocka_unit_test_setup_teardown(what_the_registry_lacks_is_absent, make_key, drop_key),
	    cmocka_unit_test_setup_teardown(names_of_a_key_are_listed, make_key, drop_key),
	    cmocka_unit_test(nobody_is_waited_for_longer_than_that),
	};
	int status = RUN(tests);

	computer_leave(status);
	return status;
}
