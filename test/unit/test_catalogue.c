#include "harness.h"

#include <math.h>
#include <stdio.h>

#include "why/checks.h"
#include "why/code_class.h"
#include "why/priors.h"
#include "why/remedy.h"
#include "why/strength.h"

#define CATALOGUE_SIZE 111

static void require(bool is_so, const char *id, const char *what)
{
	if (!is_so)
		fail_msg("%s: %s", id, what);
}

static bool is_sentence(const char *s)
{
	return s && strlen(s) > 10 && strchr(".?", s[strlen(s) - 1]);
}

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

static void every_row_is_complete(void **state)
{
	(void)state;
	size_t waiting = 0;

	assert_int_equal(cause_count(), CATALOGUE_SIZE);
	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);
		bool has_for = false, has_against = false;

		require(cause_by_id(c->id) == c, c->id, "its id is given twice");
		require(is_sentence(c->title), c->id, "title is no sentence");
		require(is_sentence(c->explains), c->id, "explains is no sentence");
		require(is_sentence(c->separates), c->id, "separates is no sentence");
		require(is_sentence(c->tell), c->id, "tell is no sentence");
		require(is_ascii(c->title) && is_ascii(c->explains) && is_ascii(c->tell), c->id,
		        "words beyond ASCII");
		require(c->fixes[0] != NULL, c->id, "no fix");
		require(c->sources[0] != NULL, c->id, "no source");
		require(!c->refines || cause_by_id(c->refines), c->id, "refines an unknown row");
		for (size_t k = 0; k < EVIDENCE_MAX && c->evidence[k].finding; k++) {
			has_for |= c->evidence[k].strength > 0;
			has_against |= c->evidence[k].strength < 0;
		}
		if (c->waits) {
			print_message("# %s waits for %s\n", c->id, c->waits);
			waiting++;
		}
		require((has_for && has_against) || c->waits || c->refines, c->id,
		        "no evidence for, or none against, and nothing that it waits for");
	}
	print_message("# %zu of %d rows wait for further evidence\n", waiting, CATALOGUE_SIZE);
}

/* A row has no numbers of its own: strengths are classes, ceilings lie below what is named. */
static void evidence_is_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);

		for (size_t k = 0; k < EVIDENCE_MAX && c->evidence[k].finding; k++) {
			const struct evidence_row *e = &c->evidence[k];
			const struct finding_def *def = &finding_defs[e->finding];

			require(strength_is_class(e->strength), c->id,
			        "a strength that is no class");
			require(e->says && e->says[strlen(e->says) - 1] != '.', c->id,
			        "a reason with a full stop, or none");
			require(e->strength > 0 || e->one_way, c->id,
			        "evidence against that counts when it is not seen");
			require(e->strength != CODE_DECIDES || e->one_way, c->id,
			        "a code that counts when it is not shown");
			if (e->test == SEEN)
				continue;
			if (def->type == T_CHOICE)
				require(e->word && choice_index(def->choices, e->word) >= 0, c->id,
				        "a word that the finding cannot have");
			else if (def->type == T_TEXT)
				require(e->word != NULL, c->id, "a text without a word");
			else
				require(def->type != T_FACT && !e->word, c->id,
				        "a value where the finding has none");
		}
	}
}

static void require_steps(const struct fix *f, const struct fix_step *steps, size_t n)
{
	for (size_t i = 0; i < n && steps[i].says; i++) {
		require((steps[i].command != NULL) == (steps[i].shell != NO_SHELL), f->id,
		        "a command without its shell, or the reverse");
		require(is_ascii(steps[i].says), f->id, "words beyond ASCII");
	}
}

static void require_fix(const struct fix *f)
{
	require(f->id && f->title, f->id ? f->id : "a fix", "no id or title");
	require(fix_by_id(f->id) == f, f->id, "its id is given twice");
	require(f->minutes > 0, f->id, "no minutes");
	require(f->steps[0].says != NULL, f->id, "no step");
	require(f->undo[0].says || f->undo_says, f->id, "no way back, and not said why");
	require(f->risk < RISK_WEAKENS_SECURITY || f->weakens, f->id, "does not say what it costs");
	require(f->sources[0] != NULL, f->id, "no source");
	require_steps(f, f->steps, STEPS_MAX);
	require_steps(f, f->undo, UNDO_MAX);
}

static void fixes_are_complete_and_safe_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);
		enum risk safest = RISK_COUNT;

		for (size_t k = 0; k < FIXES_MAX && c->fixes[k]; k++) {
			require_fix(c->fixes[k]);
			if (c->fixes[k]->risk < safest)
				safest = c->fixes[k]->risk;
		}
		require(c->fixes[0]->risk < RISK_WEAKENS_SECURITY || c->fixes[0]->risk == safest,
		        c->id, "its first fix weakens or destroys although a safer one is there");
	}
}

/* What is never offered: the dangerous remedies may not come back as commands. */
static void dangerous_commands_are_never_offered(void **state)
{
	(void)state;
	static const char *const never[] = {
	    "MachineKeys_old", "/v SecurityLayer /t REG_DWORD /d 0",
	    "AllowEncryptionOracle /t REG_DWORD /d 2", "allprofiles state off",
	    ("delete \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal "
	     "Server\\RCM\\GracePeriod")};

	for (size_t i = 0; i < cause_count(); i++)
		for (size_t k = 0; k < FIXES_MAX && cause_at(i)->fixes[k]; k++)
			for (size_t s = 0; s < STEPS_MAX && cause_at(i)->fixes[k]->steps[s].says;
			     s++) {
				const char *command = cause_at(i)->fixes[k]->steps[s].command;

				for (size_t n = 0; command && n < sizeof never / sizeof *never; n++)
					require(!strstr(command, never[n]),
					        cause_at(i)->fixes[k]->id, never[n]);
			}
}

static void strengths_are_the_table_of_the_design(void **state)
{
	(void)state;
	static const struct {
		int strength;
		double given_cause, given_other;
	} table[] = {{WEAK, 0.4, 0.2},         {MODERATE, 0.6, 0.07},       {STRONG, 0.8, 0.04},
	             {DECISIVE, 0.99, 0.0005}, {REFUTES, 0.002, 0.5},       {-WEAK, 0.2, 0.4},
	             {-STRONG, 0.04, 0.8},     {CODE_DECIDES, 0.99, 0.0005}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct likelihood l = strength_likelihood(table[i].strength);

		assert_true(fabs(l.given_cause - table[i].given_cause) < 1e-12);
		assert_true(fabs(l.given_other - table[i].given_other) < 1e-12);
	}
	assert_false(strength_is_class(0));
	assert_false(strength_is_class(-DECISIVE));
	assert_false(strength_is_class(CODE_DECIDES + 1));
}

static void suspects_are_in_the_catalogue_and_in_order(void **state)
{
	(void)state;
	for (enum code_class c = CLASS_NONE + 1; c < CLASS_COUNT; c++) {
		struct suspect_list list = suspects_of(c);

		assert_true(list.n > 2);
		for (size_t i = 0; i < list.n; i++) {
			require(cause_by_id(list.rows[i].cause) != NULL, list.rows[i].cause,
			        "a suspect that is not in the catalogue");
			require(i == 0 || list.rows[i].rank >= list.rows[i - 1].rank,
			        list.rows[i].cause, "out of order");
			for (size_t k = 0; k < i; k++)
				require(strcmp(list.rows[i].cause, list.rows[k].cause) != 0,
				        list.rows[i].cause, "twice in one class");
		}
	}
	assert_int_equal(suspects_of(CLASS_NONE).n, 0);
}

static void priors_sum_to_one_and_never_vanish(void **state)
{
	(void)state;
	double p[CATALOGUE_SIZE];
	bool can[CATALOGUE_SIZE];

	for (enum code_class c = CLASS_NONE; c < CLASS_COUNT; c++) {
		double sum = 0;

		priors_fill(c, p, can);
		for (size_t i = 0; i < CATALOGUE_SIZE; i++) {
			assert_true(p[i] > 0);
			assert_true(can[i] || c != CLASS_NONE);
			sum += p[i];
		}
		assert_true(fabs(sum - 1) < 1e-9);
	}
	priors_fill(CLASS_CLOSED, p, can);
	assert_true(p[cause_index("machinekeys-inaccessible")] > p[cause_index("session-limit")]);
	assert_false(can[cause_index("dns-unresolvable")]);
	assert_false(can[cause_index("tcp-port-refused")]);
	assert_true(can[cause_index("machinekeys-inaccessible")]);
}

/* The lists of common and occasional causes name rows of the catalogue, all of them. */
static void commonness_is_given_by_known_ids(void **state)
{
	(void)state;
	size_t common = 0, occasional = 0;

	for (size_t i = 0; i < cause_count(); i++) {
		common += cause_commonness(cause_at(i)->id) == 4;
		occasional += cause_commonness(cause_at(i)->id) == 2;
	}
	assert_int_equal(common, 20);
	assert_int_equal(occasional, 46);
}

static void classes_by_code(void **state)
{
	(void)state;
	static const struct {
		enum code_family family;
		uint32_t value;
		enum code_class class;
	} cases[] = {
	    {CODE_DISCONNECT, 0x104, CLASS_NAME},
	    {CODE_DISCONNECT, 0x208, CLASS_NAME},
	    {CODE_DISCONNECT, 0x204, CLASS_CONNECT},
	    {CODE_DISCONNECT, 0x108, CLASS_CONNECT},
	    {CODE_DISCONNECT, 0x904, CLASS_CLOSED},
	    {CODE_DISCONNECT, 0x404, CLASS_CLOSED},
	    {CODE_DISCONNECT, 0x406, CLASS_SECURITY},
	    {CODE_DISCONNECT, 0x907, CLASS_CERTIFICATE},
	    {CODE_DISCONNECT, 0x1B07, CLASS_CERTIFICATE},
	    {CODE_DISCONNECT, 0x807, CLASS_AUTHENTICATION},
	    {CODE_DISCONNECT, 0xB09, CLASS_AUTHENTICATION},
	    {CODE_DISCONNECT, 0x808, CLASS_LICENCE},
	    {CODE_DISCONNECT, 0x708, CLASS_SESSION},
	    {CODE_DISCONNECT, 0x3, CLASS_NORMAL_END},
	    {CODE_DISCONNECT, 0x0, CLASS_NONE},
	    {CODE_DISCONNECT, 0x106, CLASS_CLIENT},
	    {CODE_EXTENDED, 0x7, CLASS_NONE},
	    {CODE_EXTENDED, 0x101, CLASS_LICENCE},
	    {CODE_EXTENDED, 0x5, CLASS_SESSION},
	    {CODE_EXTENDED, 0xB, CLASS_NORMAL_END},
	    {CODE_EXTENDED, 0x400, CLASS_GATEWAY},
	    {CODE_GATEWAY, 0x300001C, CLASS_GATEWAY},
	    {CODE_STATUS, 0xC000006D, CLASS_AUTHENTICATION},
	    {CODE_TLS_ALERT, 45, CLASS_CERTIFICATE},
	    {CODE_TLS_ALERT, 40, CLASS_CLOSED},
	    {CODE_FREERDP, 0x20005, CLASS_NAME},
	    {CODE_DISCONNECT, 0x905, CLASS_NONE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(code_class_of(cases[i].family, cases[i].value), cases[i].class);
}

/* A code that is documented as a failure has a class, so that it is never answered by nothing. */
static void every_disconnect_reason_has_a_class(void **state)
{
	(void)state;
	static const uint32_t without[] = {0x0, 0x4, 0x5, 0x507, 0x516, 0x707, 0x1108, 0x4515};
	struct code_table t = code_table(CODE_DISCONNECT);

	for (size_t i = 0; i < t.n; i++) {
		bool is_listed = false;

		for (size_t k = 0; k < sizeof without / sizeof *without; k++)
			is_listed |= without[k] == t.rows[i].value;
		assert_int_equal(code_class_of(CODE_DISCONNECT, t.rows[i].value) == CLASS_NONE,
		                 is_listed);
	}
}

static void checks_ask_for_defined_findings(void **state)
{
	(void)state;
	for (size_t i = 0; i < check_count(); i++) {
		const struct check *c = check_at(i);

		require(c->id && c->says && c->minutes > 0, c->id, "incomplete");
		require(c->findings[0] != F_NONE, c->id, "answers nothing");
		for (size_t k = 0; k < i; k++)
			require(strcmp(check_at(k)->id, c->id) != 0, c->id, "twice");
	}
}

static void advice_is_complete_and_found_by_its_words(void **state)
{
	(void)state;
	assert_true(remedy_count() >= 70);
	for (size_t i = 0; i < remedy_count(); i++) {
		const struct remedy *r = remedy_at(i), *found[16];
		size_t n = remedies_for(r->claim, found, 16);
		bool is_found = false;

		require(r->because && is_ascii(r->because), r->id, "no reason");
		require(r->causes[0] != NULL, r->id, "no cause");
		for (size_t k = 0; k < sizeof r->causes / sizeof *r->causes && r->causes[k]; k++)
			require(cause_by_id(r->causes[k]) != NULL, r->id, r->causes[k]);
		require((r->verdict != ADVICE_WRONG && r->verdict != ADVICE_DANGEROUS) ||
		            r->instead,
		        r->id, "wrong advice without a better one");
		require(remedy_by_id(r->id) == r, r->id, "its id is given twice");
		for (size_t k = 0; k < n; k++)
			is_found |= found[k] == r || found[k]->verdict == r->verdict;
		require(is_found, r->id, "its own claim does not find it");
	}
}

/* The verdicts of the claims, by the questions that people ask. */
static void questions_find_the_right_verdict(void **state)
{
	(void)state;
	static const struct {
		const char *question;
		enum verdict_on_advice verdict;
	} cases[] = {
	    {"rename MachineKeys", ADVICE_DANGEROUS},
	    {"should I delete the MachineKeys folder?", ADVICE_DANGEROUS},
	    {"Rename-Item C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys MachineKeys_old",
	     ADVICE_DANGEROUS},
	    {"disable NLA", ADVICE_DANGEROUS},
	    {"turn off network level authentication", ADVICE_DANGEROUS},
	    {"use the Microsoft Store app", ADVICE_WRONG},
	    {"mstsc /restrictedAdmin bypasses CredSSP", ADVICE_WRONG},
	    {"flush DNS cache", ADVICE_SUPPORTED},
	    {"clear cached credentials", ADVICE_SUPPORTED},
	    {"encryption oracle remediation vulnerable", ADVICE_DANGEROUS},
	    {"use the IP address instead of the name", ADVICE_SUPPORTED},
	    {"NTUSER.DAT corrupt", ADVICE_WRONG},
	    {"restart-service termserv -force", ADVICE_WRONG},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct remedy *found[1];

		if (!remedies_for(cases[i].question, found, 1))
			fail_msg("nothing found for: %s", cases[i].question);
		if (found[0]->verdict != cases[i].verdict)
			fail_msg("%s: %s, claim %s", cases[i].question,
			         advice_name(found[0]->verdict), found[0]->id);
	}
}

static void unrelated_questions_find_nothing(void **state)
{
	(void)state;
	static const char *const unrelated[] = {"",           "hello", "what is the weather like",
	                                        "frobnicate", "the",   "zzz zzz"};
	const struct remedy *found[4];

	for (size_t i = 0; i < sizeof unrelated / sizeof *unrelated; i++)
		assert_int_equal(remedies_for(unrelated[i], found, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_complete),
	    cmocka_unit_test(evidence_is_well_formed),
	    cmocka_unit_test(fixes_are_complete_and_safe_first),
	    cmocka_unit_test(dangerous_commands_are_never_offered),
	    cmocka_unit_test(strengths_are_the_table_of_the_design),
	    cmocka_unit_test(suspects_are_in_the_catalogue_and_in_order),
	    cmocka_unit_test(priors_sum_to_one_and_never_vanish),
	    cmocka_unit_test(commonness_is_given_by_known_ids),
	    cmocka_unit_test(classes_by_code),
	    cmocka_unit_test(every_disconnect_reason_has_a_class),
	    cmocka_unit_test(checks_ask_for_defined_findings),
	    cmocka_unit_test(advice_is_complete_and_found_by_its_words),
	    cmocka_unit_test(questions_find_the_right_verdict),
	    cmocka_unit_test(unrelated_questions_find_nothing),
	};

	return RUN(tests);
}
