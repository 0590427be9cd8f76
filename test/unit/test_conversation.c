/* What a person types, pastes and drags into the window, and what is asked and answered. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/conversation.h"
#include "read/dialog.h"

#define ANSWERS_MAX 16
#define TEXT_MAX    400

#define DIALOG                                                                                     \
	"[Window Title]\nRemote Desktop Connection\n\n[Content]\nIt ended.\n\n"                    \
	"[Expanded Information]\nError code: 0x904\nExtended error code: 0x7\n"
#define DIALOG_END "Press Ctrl+C to copy.\n\n[^] Hide details  [OK]\n"

/* What a person does, a line at a time, with \v where a pasted text begins and ends. */
struct person {
	const char *rest;
	bool is_pasting;
	struct buf said;
	struct {
		char what[TEXT_MAX], code[TEXT_MAX];
		bool has_code;
	} answered[ANSWERS_MAX];
	size_t n;
	int status;
};

static void say(void *context, const char *text)
{
	struct person *p = context;

	buf_puts(&p->said, text);
}

static bool hear(void *context, struct buf *line)
{
	struct person *p = context;
	size_t n;

	for (; *p->rest == '\v'; p->rest++)
		p->is_pasting = !p->is_pasting;
	n = strcspn(p->rest, "\n");
	buf_put(line, p->rest, n);
	p->rest += n;
	if (!*p->rest)
		return n > 0;
	p->rest++;
	return true;
}

static bool has_more(void *context)
{
	struct person *p = context;

	return p->is_pasting && *p->rest && *p->rest != '\v';
}

static void forget(void *context)
{
	struct person *p = context;

	if (!p->is_pasting)
		return;
	p->rest += strcspn(p->rest, "\v");
}

static int answer(void *context, const char *what, const char *code)
{
	struct person *p = context;

	assert_true(p->n < ANSWERS_MAX);
	snprintf(p->answered[p->n].what, TEXT_MAX, "%s", what);
	snprintf(p->answered[p->n].code, TEXT_MAX, "%s", code ? code : "");
	p->answered[p->n].has_code = code != NULL;
	p->n++;
	return ++p->status;
}

static int talk(struct person *p, const char *script, bool closes)
{
	struct conversation c = {.context = p,
	                         .say = say,
	                         .hear = hear,
	                         .has_more = has_more,
	                         .forget = forget,
	                         .answer = answer,
	                         .closes = closes};

	*p = (struct person){.rest = script};
	return converse(&c, 0);
}

static bool is_said(struct person *p, const char *text)
{
	buf_putc(&p->said, '\0');
	p->said.n--;
	return strstr(p->said.bytes, text) != NULL;
}

/* --- one question and its answer --- */

static const struct one {
	const char *typed, *what, *code; /* code NULL: none */
} ones[] = {
    {"host7\n0x904/0x7\n", "host7", "0x904/0x7\n"},
    {"host7\n\n", "host7", NULL},
    {"host7\n", "host7", NULL},
    {"host7", "host7", NULL},
    {"  host7:3390\t\r\n  0x904  \n", "host7:3390", "  0x904  \n"},
    {"\"C:\\Users\\Ann Other\\office.rdp\"\n\n", "C:\\Users\\Ann Other\\office.rdp", NULL},
    {"'/home/ann/office.rdp'\n\n", "/home/ann/office.rdp", NULL},
    {"\"\nhost8\n\n", "\"", NULL},
    {"host7\n2308\n", "host7", "2308\n"},
    /* words wait for more, and a blank line ends them */
    {"host7\nError code: 0x904\nExtended error code: 0x7\n\n", "host7",
     "Error code: 0x904\nExtended error code: 0x7\n\n"},
    {"host7\nit just says no\n\n", "host7", NULL},
    /* a pasted text is heard to its end, with the blank lines in it */
    {"host7\n\v" DIALOG DIALOG_END "\v\n", "host7", DIALOG DIALOG_END "\n"},
    {"host7\n\v0x904/0x7\n\v", "host7", "0x904/0x7\n"},
    /* of two codes the first counts */
    {"host7\n\vError code: 0x904\nExtended error code: 0x7\n\n"
     "Error code: 0x204\nExtended error code: 0x0\n\v\n",
     "host7", "Error code: 0x904\nExtended error code: 0x7\n\n"},
    /* what no table could hold is no code */
    {"host7\n0x123456789\n\n", "host7", NULL},
};

static void one_question_has_one_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
		struct person p;

		talk(&p, ones[i].typed, false);
		if (p.n < 1 || strcmp(p.answered[0].what, ones[i].what) != 0)
			fail_msg("row %zu: what \"%s\"", i, p.n ? p.answered[0].what : "");
		if (p.answered[0].has_code != (ones[i].code != NULL) ||
		    strncmp(p.answered[0].code, ones[i].code ? ones[i].code : "",
		            ones[i].code ? strlen(ones[i].code) - 1 : 0) != 0)
			fail_msg("row %zu: code \"%s\"", i, p.answered[0].code);
		buf_fini(&p.said);
	}
}

/* --- the whole of it --- */

static void it_asks_until_enter_alone(void **state)
{
	(void)state;
	struct person p;

	assert_int_equal(talk(&p, "host7\n0x904\n host8 \n\n \t\nhost9\n", true), 2);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.answered[1].what, "host8");
	assert_false(p.answered[1].has_code);
	assert_true(is_said(&p, "closes this window"));
	assert_string_equal(p.rest, "host9\n");
	assert_false(is_said(&p, "no code"));
	buf_fini(&p.said);
}

static void enter_at_once_asks_nothing(void **state)
{
	(void)state;
	static const char *const scripts[] = {"", "\n", "  \n", "\"\"\n"};

	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		struct person p;

		assert_int_equal(talk(&p, scripts[i], false), 0);
		assert_int_equal(p.n, 0);
		assert_false(is_said(&p, "Another"));
		buf_fini(&p.said);
	}
}

static void what_holds_no_code_is_said_to(void **state)
{
	(void)state;
	struct person p;

	talk(&p, "host7\nno idea\n\n\n", false);
	assert_true(is_said(&p, "no code in that"));
	assert_true(is_said(&p, "Enter alone ends."));
	buf_fini(&p.said);
}

static void what_is_left_of_a_paste_is_no_host(void **state)
{
	(void)state;
	struct person p;
	struct buf script = {0};

	buf_puts(&script, "host7\n\v");
	while (script.n < DIALOG_BYTES_MAX + 1000)
		buf_puts(&script, "words and more words\n");
	buf_puts(&script, "\v\n");
	talk(&p, script.bytes, false);
	assert_int_equal(p.n, 1);
	assert_false(p.answered[0].has_code);
	buf_fini(&script);
	buf_fini(&p.said);
}

/* Nothing that is typed, cut anywhere or with any bit flipped, asks more than was typed. */
static void hostile_bytes_do_no_harm(void **state)
{
	(void)state;
	static const char good[] = "\"host7\"\n\v" DIALOG DIALOG_END "\v\nhost8\n0x904/0x7\n\n";
	struct person p;
	char text[sizeof good];

	for (size_t n = 0; n < sizeof good; n++) {
		memcpy(text, good, n);
		text[n] = '\0';
		talk(&p, text, false);
		assert_true(p.n <= 2);
		buf_fini(&p.said);
	}
	for (size_t bit = 0; bit < 8 * (sizeof good - 1); bit++) {
		memcpy(text, good, sizeof good);
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		talk(&p, text, false);
		assert_true(p.n <= ANSWERS_MAX / 2);
		buf_fini(&p.said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_question_has_one_answer),
	    cmocka_unit_test(it_asks_until_enter_alone),
	    cmocka_unit_test(enter_at_once_asks_nothing),
	    cmocka_unit_test(what_holds_no_code_is_said_to),
	    cmocka_unit_test(what_is_left_of_a_paste_is_no_host),
	    cmocka_unit_test(hostile_bytes_do_no_harm),
	};

	return RUN(tests);
}
