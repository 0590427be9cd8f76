#include "read/sealed.h"

#define ERROR_MOST  34 /* a TSRequest with nothing but an error code: 16 or 17 bytes */
#define PROOF_LEAST 40 /* with the sealed hash of the key: 57 */
#define AEAD_13     17
#define AEAD_GCM    24
#define BLOCK_IV    16

/* Suites that are no AEAD: how long their check is, and whether they fill up blocks. */
static const struct {
	uint16_t suite;
	uint8_t mac;
	bool is_stream;
} old_suites[] = {
    {0x0004, 16, true},  {0x0005, 20, true},  {0x000A, 20, false}, {0x002F, 20, false},
    {0x0033, 20, false}, {0x0035, 20, false}, {0x0039, 20, false}, {0x003C, 32, false},
    {0x003D, 32, false}, {0x0067, 32, false}, {0x006B, 32, false}, {0xC009, 20, false},
    {0xC00A, 20, false}, {0xC013, 20, false}, {0xC014, 20, false}, {0xC023, 32, false},
    {0xC024, 48, false}, {0xC027, 32, false}, {0xC028, 48, false},
};

static size_t less(size_t n, size_t by)
{
	return n > by ? n - by : 0;
}

size_t sealed_most_inside(uint16_t version, uint16_t suite, size_t n)
{
	if (version >= TLS_1_3)
		return less(n, AEAD_13);
	for (size_t i = 0; i < sizeof old_suites / sizeof *old_suites; i++) {
		size_t by = old_suites[i].mac;

		if (old_suites[i].suite != suite)
			continue;
		if (!old_suites[i].is_stream)
			by += 1 + (version >= TLS_1_1 ? BLOCK_IV : 0);
		return less(n, by);
	}
	return less(n, AEAD_GCM);
}

/* Records of one direction in a row are one turn; of each the last is looked at. */
struct turn {
	enum direction dir;
	size_t last;
};

#define TURNS 8

static size_t turns_of(const struct said *said, struct turn turns[TURNS])
{
	size_t n = 0;

	for (size_t i = 0; i < said->n_sealed; i++) {
		enum direction dir = said->sealed[i].dir ? S2C : C2S;

		if (!n && dir == S2C)
			continue; /* tickets of TLS 1.3 */
		if (!n || turns[n - 1].dir != dir) {
			if (n == TURNS)
				break;
			turns[n++].dir = dir;
		}
		turns[n - 1].last = said->sealed[i].n;
	}
	return n;
}

struct sealed_nla sealed_nla(const struct said *said)
{
	struct turn turns[TURNS];
	size_t n = turns_of(said, turns), inside;
	struct sealed_nla nla = {
	    .has_first_token = n > 0, .has_challenge = n > 1, .has_authenticate = n > 2};

	if (n < 4)
		return nla;
	inside = sealed_most_inside(said->tls_version, said->tls_suite, turns[3].last);
	nla.has_passed = inside >= PROOF_LEAST;
	nla.has_error = inside <= ERROR_MOST;
	nla.has_credentials = nla.has_passed && n > 4;
	nla.has_more = nla.has_credentials && n > (said->selected & PROTOCOL_HYBRID_EX ? 6 : 5);
	return nla;
}
