/*
 * Any bytes as a connection. The first byte chooses role and purpose; then come pieces: a byte
 * of direction, layer or ending, a length of two bytes, the bytes. What is found may not depend
 * on how the pieces are cut: the same pieces are followed once more byte by byte.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "stage/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { TCP_C2S, TCP_S2C, END_C2S, END_S2C, TLS_C2S, TLS_S2C, TLS_UP, PIECES };

static const struct journey_plan plans[] = {
    {.role = ROLE_CLIENT, .requested = 0x0B},
    {.role = ROLE_SERVER},
    {.role = ROLE_OBSERVER},
    {.role = ROLE_CLIENT, .purpose = ASIDE, .requested = 0x01},
    {.role = ROLE_CLIENT, .has_no_neg_req = true},
    {.role = ROLE_OBSERVER, .purpose = ASIDE},
    {.role = ROLE_CLIENT,
     .purpose = ASIDE,
     .requested = 0x0B,
     .has_bare_hello = true,
     .hello_least = TLS_1_2,
     .hello_most = TLS_1_2},
};

static void piece(struct journey *j, int kind, const uint8_t *bytes, size_t n, struct step *step)
{
	enum direction dir = kind % 2 ? S2C : C2S;

	if (kind <= TCP_S2C)
		journey_tcp(j, dir, bytes, n, step);
	else if (kind <= END_S2C)
		journey_ended(j, dir, (enum ending)(n % 3), 0, step);
	else if (kind <= TLS_S2C)
		journey_tls(j, dir, bytes, n, step);
	else
		journey_tls_up(j, step);
}

static void pieces(struct journey *j, const uint8_t *bytes, size_t n, bool is_bytewise,
                   struct step *step)
{
	size_t at = 1;

	while (at + 3 <= n) {
		int kind = bytes[at] % PIECES;
		size_t length = bytes[at + 1] | (size_t)bytes[at + 2] << 8, left = n - at - 3;

		at += 3;
		length = length < left ? length : left;
		if (is_bytewise && kind <= TCP_S2C)
			for (size_t i = 0; i < length; i++)
				piece(j, kind, bytes + at + i, 1, step);
		else
			piece(j, kind, bytes + at, length, step);
		at += length;
	}
}

static void follow(const uint8_t *bytes, size_t n, bool is_bytewise, struct findings *found)
{
	struct buf out = {0};
	struct step step = {.out = &out, .found = found, .where = "fuzz"};
	struct journey *j = journey_new(&plans[bytes[0] % (sizeof plans / sizeof *plans)]);

	journey_open(j, &step);
	pieces(j, bytes, n, is_bytewise, &step);
	journey_place(j);
	journey_facts(j);
	journey_free(j);
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct findings whole = {.arena = &arena}, cut = {.arena = &arena};

	if (!n)
		return 0;
	follow(bytes, n, false, &whole);
	follow(bytes, n, true, &cut);
	assert(whole.n == cut.n);
	for (size_t i = 0; i < whole.n; i++) {
		const struct finding *a = &whole.at[i], *b = &cut.at[i];

		assert(a->id == b->id && a->state == b->state && a->number == b->number);
		assert((!a->text && !b->text) || strcmp(a->text, b->text) == 0);
	}
	arena_fini(&arena);
	return 0;
}
