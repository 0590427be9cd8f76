/*
 * What a Windows computer answers about itself: the file, its damage, and what is made of it. In
 * each scene one thing is wrong, and the diagnosis stands that cause first; of a healthy host none
 * is named.
 */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "abuse.h"
#include "answers_scenes.h"
#include "base/bytes.h"
#include "harness.h"
#include "read/answers_file.h"
#include "read/answers_says.h"
#include "read/sddl.h"
#include "why/infer.h"

#define US_PER_S INT64_C(1000000)

static int64_t now_us(void)
{
	return (int64_t)time(NULL) * US_PER_S;
}

/* --- a certificate, as hexadecimal --- */

static X509 *certificate(int from, int to, int bits, const char *usage)
{
	static EVP_PKEY *usual;
	EVP_PKEY *key = bits || !usual ? EVP_RSA_gen(bits ? (unsigned)bits : 2048) : usual;
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, usage);

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 0x1234567);
	X509_gmtime_adj(X509_getm_notBefore(x), from * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(x), to * 86400L);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"PC-17", -1, -1,
	                           0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
	X509_sign(x, key, EVP_sha256());
	if (bits)
		EVP_PKEY_free(key);
	else
		usual = key;
	return x;
}

static const char *certificate_hex(const struct answers_scene *s, struct arena *arena)
{
	int from = s->days_from ? s->days_from : -30, to = s->days_to ? s->days_to : 150;
	X509 *x = certificate(from, to, s->key_bits, s->usage ? s->usage : "serverAuth");
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);
	struct buf hex = {0};
	const char *text;

	for (int i = 0; i < n; i++)
		buf_printf(&hex, "%02x", der[i]);
	text = arena_copy(arena, hex.bytes, hex.n);
	buf_fini(&hex);
	OPENSSL_free(der);
	X509_free(x);
	return text;
}

/* --- a scene as a file --- */

static bool is_dropped(const struct answers_scene *s, const char *row)
{
	for (size_t i = 0; i < CHANGES_MAX && s->drop[i]; i++)
		if (strstr(row, s->drop[i]))
			return true;
	return false;
}

static void put_row(struct buf *out, const char *row, const char *der)
{
	const char *at = strstr(row, "@DER@");

	if (at) {
		buf_put(out, row, (size_t)(at - row));
		buf_puts(out, der);
		row = at + 5;
	}
	buf_puts(out, row);
	buf_putc(out, '\n');
}

static void put_scene(struct buf *out, const struct answers_scene *s, struct arena *arena)
{
	const char *der = certificate_hex(s, arena);

	buf_puts(out, "{\"rdpwhy\":\"answers/1\",\"when\":\"2026-11-02T09:00:00Z\"}\n");
	for (size_t i = 0; i < n_healthy_answers; i++)
		if (!is_dropped(s, healthy_answers[i]))
			put_row(out, healthy_answers[i], der);
	for (size_t i = 0; i < CHANGES_MAX && s->add[i]; i++)
		put_row(out, s->add[i], der);
}

struct told {
	struct arena arena;
	struct answers answers;
	struct answers_head head;
	struct findings found;
	struct complaints complaints;
	struct evidence ev;
};

static void open_told(struct told *t)
{
	*t = (struct told){0};
	t->answers.arena = t->found.arena = t->complaints.arena = &t->arena;
	t->ev = (struct evidence){
	    .arena = &t->arena, .name = "test", .found = &t->found, .complaints = &t->complaints};
}

static void tell_scene(struct told *t, const struct answers_scene *s)
{
	struct buf file = {0};

	open_told(t);
	put_scene(&file, s, &t->arena);
	if (!answers_file_read(file.bytes, file.n, &t->answers, &t->head, &t->complaints) ||
	    t->complaints.n)
		fail_msg("%s: %s", s->name, t->complaints.n ? t->complaints.kept[0].says : "empty");
	for (size_t i = 0; i < 4 && s->before[i].id; i++)
		ADD(&t->found, s->before[i].id, s->before[i].origin, s->before[i].number,
		    s->before[i].text);
	for (size_t i = 0; i < t->found.n; i++)
		t->found.at[i].state = s->before[i].state;
	answers_tell(&t->answers, NULL, now_us(), &t->ev);
	buf_fini(&file);
}

/* --- what is made of it --- */

static void print_seen(const struct findings *found)
{
	for (size_t i = 0; i < found->n; i++) {
		char value[128];

		if (found->at[i].state != FINDING_SEEN)
			continue;
		finding_value_text(&found->at[i], value, sizeof value);
		print_message("#   %s %s (%s)\n", finding_defs[found->at[i].id].name, value,
		              found->at[i].where ? found->at[i].where : "");
	}
}

static bool has_blocking(const struct findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->at[i].state == FINDING_SEEN && found->at[i].effect != EFFECT_NONE)
			return true;
	return false;
}

/* What is less than certain may stand behind the cause that it refines. */
static bool stands_first(const struct diagnosis *d, const char *cause)
{
	for (size_t i = 0; i < d->n_causes && i < 2; i++)
		if (strcmp(d->causes[i].cause->id, cause) == 0)
			return i == 0 ||
			       (d->causes[1].cause->refines &&
			        strcmp(d->causes[1].cause->refines, d->causes[0].cause->id) == 0);
	return false;
}

static bool is_diagnosed(const struct answers_scene *s)
{
	struct told t;
	struct diagnosis d;
	bool is_right;

	tell_scene(&t, s);
	d = infer(&t.found, 0, &t.arena);
	is_right = s->cause ? stands_first(&d, s->cause)
	                    : d.state != VERDICT_CAUSE && !has_blocking(&t.found);
	print_message("# %-48s %-10s %s %.2f\n", s->name, verdict_state_name(d.state),
	              d.n_causes ? d.causes[0].cause->id : "", d.n_causes ? d.causes[0].p : 0);
	if (!is_right) {
		print_message("# not right: expected %s\n", s->cause ? s->cause : "no cause");
		print_seen(&t.found);
	}
	arena_fini(&t.arena);
	return is_right;
}

static void each_fault_stands_first(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < n_answers_scenes; i++)
		n_wrong += !is_diagnosed(&answers_scenes[i]);
	assert_int_equal(n_wrong, 0);
}

/* --- what could not be asked --- */

static void gaps_are_told_and_never_a_fault(void **state)
{
	(void)state;
	for (int status = ANSWER_NOTHING; status < ANSWER_STATUS_COUNT; status++)
		for (int topic = 0; topic <= TOPIC_COUNT; topic++) {
			struct told t;
			size_t n = 0;

			open_told(&t);
			for (int i = 0; i < TOPIC_COUNT; i++)
				if (topic == TOPIC_COUNT || i == topic)
					answers_could_not(&t.answers, (enum topic)i,
					                  (enum answer_status)status, 5, "x");
			answers_tell(&t.answers, NULL, now_us(), &t.ev);
			assert_false(has_blocking(&t.found));
			for (size_t i = 0; i < t.found.n; i++)
				n += t.found.at[i].id == F_HOST_NOT_LOOKED;
			assert_int_equal(n, status == ANSWER_NOTHING || status == ANSWER_MISSING ||
			                            status == ANSWER_UNSUPPORTED
			                        ? 0
			                    : topic == TOPIC_COUNT ? TOPIC_COUNT
			                                           : 1);
			arena_fini(&t.arena);
		}
}

/* A topic fewer never makes a fault where there is none. */
static void a_topic_that_fails_hides_its_own_facts_only(void **state)
{
	(void)state;
	for (int topic = 0; topic < TOPIC_COUNT; topic++)
		for (int status = ANSWER_NOTHING; status < ANSWER_STATUS_COUNT; status++) {
			struct told t;
			struct answers_scene s = {.name = topic_def((enum topic)topic)->name};
			char name[64];

			snprintf(name, sizeof name, "\"topic\":\"%s\"", s.name);
			s.drop[0] = name;
			open_told(&t);
			struct buf file = {0};
			put_scene(&file, &s, &t.arena);
			answers_file_read(file.bytes, file.n, &t.answers, &t.head, &t.complaints);
			answers_could_not(&t.answers, (enum topic)topic, (enum answer_status)status,
			                  5, NULL);
			answers_tell(&t.answers, NULL, now_us(), &t.ev);
			/* a firewall whose rules are all known, and none admits the port */
			if (topic != TOPIC_FIREWALL_RULE || status != ANSWER_NOTHING) {
				if (has_blocking(&t.found))
					print_seen(&t.found);
				assert_false(has_blocking(&t.found));
			}
			buf_fini(&file);
			arena_fini(&t.arena);
		}
}

static void what_a_stand_in_lacks_says_nothing(void **state)
{
	struct told t;

	(void)state;
	open_told(&t);
	struct answer *row = answers_row(&t.answers, TOPIC_COMPUTER);
	answer_set_text(&t.answers, row, "stand_in", "Wine 8.0");
	row = answers_row(&t.answers, TOPIC_SERVICE);
	answer_set_text(&t.answers, row, "name", "RpcSs");
	answer_set_text(&t.answers, row, "state", "stopped");
	row = answers_row(&t.answers, TOPIC_LISTENER);
	answer_set_text(&t.answers, row, "protocol", "tcp");
	answer_set_number(row, "port", 135);
	answers_tell(&t.answers, NULL, now_us(), &t.ev);
	assert_false(has_blocking(&t.found));
	arena_fini(&t.arena);
}

/* --- the client's side --- */

static void a_client_is_told_apart(void **state)
{
	struct told t;
	struct answer *row;

	(void)state;
	open_told(&t);
	row = answers_row(&t.answers, TOPIC_CREDENTIAL);
	answer_set_text(&t.answers, row, "target", "Domain:target=TERMSRV/pc-17");
	row = answers_row(&t.answers, TOPIC_ADAPTER);
	answer_set_text(&t.answers, row, "name", "vpn");
	answer_set_text(&t.answers, row, "description", "WireGuard Tunnel");
	answer_set_number(row, "is_up", 0);
	answers_tell_client(&t.answers, "PC-17", &t.ev);
	assert_int_equal(t.found.n, 2);
	assert_int_equal(t.found.at[0].id, F_CLIENT_SAVED_CREDENTIALS);
	assert_int_equal(t.found.at[0].state, FINDING_SEEN);
	assert_int_equal(t.found.at[1].id, F_PATH_TUNNEL_DOWN);
	t.found.n = 0;
	answers_tell_client(&t.answers, "other", &t.ev);
	assert_int_equal(t.found.at[0].state, FINDING_ABSENT);
	arena_fini(&t.arena);
}

/* --- the file --- */

static void what_is_written_is_read(void **state)
{
	struct told t, again;
	struct buf first = {0}, second = {0};

	(void)state;
	tell_scene(&t, &answers_scenes[0]);
	answers_could_not(&t.answers, TOPIC_RIGHT, ANSWER_NO_RIGHTS, 5, "Access is \"denied\".");
	t.head.program = "rdpwhy 1";
	answers_file_write(&first, &t.answers, &t.head);
	open_told(&again);
	assert_true(answers_file_recognises((const uint8_t *)first.bytes, first.n));
	assert_true(answers_file_read(first.bytes, first.n, &again.answers, &again.head,
	                              &again.complaints));
	assert_int_equal(again.complaints.n, 0);
	assert_int_equal(again.answers.n, t.answers.n);
	assert_true(again.head.when_us == t.head.when_us && again.head.when_us);
	answers_file_write(&second, &again.answers, &again.head);
	assert_string_equal(first.bytes, second.bytes);
	buf_fini(&first);
	buf_fini(&second);
	arena_fini(&t.arena);
	arena_fini(&again.arena);
}

static void what_is_wrong_is_named_and_the_rest_is_used(void **state)
{
	static const struct {
		const char *line, *says; /* NULL: no complaint */
	} cases[] = {
	    {"{\"topic\":\"servise\",\"name\":\"x\"}", "unknown topic \"servise\""},
	    {"{\"topic\":\"service\",\"nane\":\"x\"}", "unknown column service.nane"},
	    {"{\"topic\":\"service\",\"pid\":\"x\"}", "service.pid is no integer"},
	    {"{\"topic\":\"service\",\"pid\":1.5}", "service.pid is no integer"},
	    {"{\"topic\":\"service\",\"name\":7}", "service.name is no string"},
	    {"{\"topic\":\"service\",\"name\":null}", NULL},
	    {"{\"topic\":7}", "no string"},
	    {"{}", "no \"topic\""},
	    {"[1]", "no JSON object"},
	    {"{\"topic\":\"service\"", "no JSON object"},
	    {"{\"topic\":\"service\",\"topic\":\"log\"}", "no JSON object"},
	    {"{\"topic\":\"service\",\"could_not\":\"space\"}", "which is not known"},
	    {"{\"topic\":\"service\",\"could_not\":\"row\"}", "which is not known"},
	    {"{\"topic\":\"service\",\"could_not\":\"failed\",\"error\":-1}", "no number"},
	    {"{\"topic\":\"service\",\"could_not\":\"too late\",\"error\":2147942405}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct told t;
		struct buf file = {0};

		open_told(&t);
		buf_printf(
		    &file,
		    "{\"rdpwhy\":\"answers/1\"}\n%s\n{\"topic\":\"log\",\"channel\":\"x\"}\n",
		    cases[i].line);
		assert_true(
		    answers_file_read(file.bytes, file.n, &t.answers, &t.head, &t.complaints));
		if (cases[i].says ? !t.complaints.n || t.complaints.kept[0].at != 2 ||
		                        !strstr(t.complaints.kept[0].says, cases[i].says)
		                  : t.complaints.n)
			fail_msg("%s: %s", cases[i].line,
			         t.complaints.n ? t.complaints.kept[0].says : "no complaint");
		assert_int_equal(t.answers.rows[t.answers.n - 1]->topic, TOPIC_LOG);
		buf_fini(&file);
		arena_fini(&t.arena);
	}
}

static void unknown_things_are_named_once(void **state)
{
	struct told t;
	struct buf file = {0};

	(void)state;
	open_told(&t);
	buf_puts(&file, "{\"rdpwhy\":\"answers/2\"}\n");
	for (int i = 0; i < 100; i++)
		buf_puts(&file, "{\"topic\":\"soul\"}\n{\"topic\":\"log\",\"depth\":1}\n");
	assert_true(answers_file_read(file.bytes, file.n, &t.answers, &t.head, &t.complaints));
	assert_int_equal(t.complaints.n, 3);
	buf_fini(&file);
	arena_fini(&t.arena);
}

static void rows_without_end_are_left_out(void **state)
{
	struct told t;
	struct buf file = {0};

	(void)state;
	open_told(&t);
	for (int i = 0; i < ANSWER_ROWS_MAX + 10; i++)
		buf_puts(&file, "{\"topic\":\"log\"}\n");
	assert_true(answers_file_read(file.bytes, file.n, &t.answers, &t.head, &t.complaints));
	assert_int_equal(t.answers.n, ANSWER_ROWS_MAX);
	assert_int_equal(t.complaints.n, 1);
	buf_fini(&file);
	arena_fini(&t.arena);
}

static void read_damaged(const uint8_t *bytes, size_t n)
{
	struct told t;
	struct buf again = {0};

	open_told(&t);
	answers_file_recognises(bytes, n);
	answers_file_read((const char *)bytes, n, &t.answers, &t.head, &t.complaints);
	answers_tell(&t.answers, NULL, t.head.when_us, &t.ev);
	answers_tell_client(&t.answers, "x", &t.ev);
	answers_file_write(&again, &t.answers, &t.head);
	for (size_t i = 0; i < t.found.n; i++) {
		const struct finding *f = &t.found.at[i];
		enum finding_type type = finding_defs[f->id].type;

		assert_true(f->state == FINDING_ABSENT || (type != T_TEXT && type != T_CHOICE) ||
		            f->text);
	}
	buf_fini(&again);
	arena_fini(&t.arena);
}

static void damage_is_survived(void **state)
{
	static const char *const rows[] = {"\"TermService\"", "\"0.0.0.0\",\"port\":3389",
	                                   "firewall_",       "\"session\"",
	                                   "\"licensing\"",   "\"right\"",
	                                   "\"time\"",        "\"volume\"",
	                                   "\"computer\""};
	struct buf file = {0};

	(void)state;
	buf_puts(&file, "{\"rdpwhy\":\"answers/1\",\"when\":\"2026-11-02T09:00:00Z\"}\n");
	for (size_t i = 0; i < n_healthy_answers; i++)
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
			if (strstr(healthy_answers[i], rows[k])) {
				put_row(&file, healthy_answers[i], "");
				break;
			}
	buf_puts(&file, "{\"topic\":\"certificate\",\"store\":\"My\",\"der\":\"30820100\","
	                "\"key_rights\":\"D:(A;;FR;;;NS)\",\"is_chosen\":1}\n"
	                "{\"topic\":\"log\",\"could_not\":\"no rights\",\"error\":5}\n");
	abuse(file.bytes, file.n, read_damaged);
	buf_fini(&file);
}

/* --- rights in text --- */

static const char *denial(const char *text)
{
	struct rights r;

	assert_true(sddl_read(text, &r));
	return rights_deny_key(&r);
}

static void rights_are_read_from_text(void **state)
{
	struct rights r;

	(void)state;
	assert_true(
	    sddl_read("O:BAG:SYD:PAI(A;;FA;;;SY)(A;OICIIO;GR;;;NS)(D;;0x1;;;S-1-5-20)S:AI", &r));
	assert_string_equal(r.owner, "S-1-5-32-544");
	assert_true(r.has_list);
	assert_int_equal(r.n, 3);
	assert_string_equal(r.at[0].sid, "S-1-5-18");
	assert_int_equal(r.at[0].mask, 0x1F01FF);
	assert_true(r.at[1].is_for_children);
	assert_true(r.at[2].is_denied);
	assert_int_equal(rights_denied(&r, "S-1-5-20"), 1);

	assert_null(denial("D:PAI(A;;FA;;;SY)(A;;FR;;;NS)"));
	assert_null(denial("D:(A;;GR;;;WD)"));
	assert_null(denial("D:(A;;GA;;;S-1-5-20)"));
	assert_null(denial("D:NO_ACCESS_CONTROL"));
	assert_null(denial("O:SYG:SY"));
	assert_non_null(denial("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)"));
	assert_non_null(denial("D:(D;;FR;;;NS)(A;;FA;;;WD)"));
	assert_non_null(denial("D:(A;IO;FR;;;NS)"));
	assert_non_null(denial("D:"));
	assert_non_null(denial("D:P"));
	assert_non_null(denial("D:S:(AU;SA;FA;;;WD)"));
	assert_false(sddl_read("", &r));
	assert_false(sddl_read("nothing", &r));
	assert_false(sddl_read("D:(A;;FA;;;SY", &r));
}

static void read_rights(const uint8_t *bytes, size_t n)
{
	struct rights r;
	char *text = malloc(n + 1);

	memcpy(text, bytes, n);
	text[n] = '\0';
	sddl_read(text, &r);
	assert_true(r.n <= RIGHTS_MAX);
	free(text);
}

static void damaged_rights_are_survived(void **state)
{
	static const char good[] = "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;;0x1200a9;;;S-1-5-20)S:AI";

	(void)state;
	abuse(good, sizeof good - 1, read_rights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_stands_first),
	    cmocka_unit_test(gaps_are_told_and_never_a_fault),
	    cmocka_unit_test(a_topic_that_fails_hides_its_own_facts_only),
	    cmocka_unit_test(what_a_stand_in_lacks_says_nothing),
	    cmocka_unit_test(a_client_is_told_apart),
	    cmocka_unit_test(what_is_written_is_read),
	    cmocka_unit_test(what_is_wrong_is_named_and_the_rest_is_used),
	    cmocka_unit_test(unknown_things_are_named_once),
	    cmocka_unit_test(rows_without_end_are_left_out),
	    cmocka_unit_test(damage_is_survived),
	    cmocka_unit_test(rights_are_read_from_text),
	    cmocka_unit_test(damaged_rights_are_survived),
	};

	return RUN(tests);
}
