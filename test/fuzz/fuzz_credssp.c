/* Any bytes as what travels inside TLS before the logon: each reader, then the stage. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "stage/credssp.h"
#include "wire/ntlm.h"
#include "wire/spnego.h"
#include "wire/tsrequest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void read_token(const struct cur *c, struct octets token)
{
	struct flaw flaw = {0};
	struct cur whole = der_within(c, token);
	struct ntlm_negotiate negotiate;
	struct ntlm_challenge challenge;
	struct ntlm_authenticate authenticate;
	struct ntlm_target target;
	struct cur again = whole;

	again.flaw = &flaw;
	ntlm_read_negotiate(&again, &negotiate);
	flaw = (struct flaw){0};
	again.p = whole.p;
	ntlm_read_authenticate(&again, &authenticate);
	flaw = (struct flaw){0};
	again.p = whole.p;
	if (!ntlm_read_challenge(&again, &challenge))
		return;
	again = der_within(&again, challenge.target_info);
	ntlm_read_target(&again, &target);
}

static void follow(enum role role, enum direction dir, const uint8_t *bytes, size_t n)
{
	struct host_manner manner = {.nb_computer = "PC", .nb_domain = "D"};
	struct journey_plan plan = {.role = role, .dialled = "pc", .host = &manner};
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct buf out = {0};
	struct step step = {.out = &out, .found = &found, .now_us = 1783000923000000};
	struct credssp *c = credssp_new(&plan);
	size_t length;
	struct flaw flaw;

	credssp_open(c, &step);
	while (n && (length = credssp_frame(bytes, n)) && length <= n) {
		credssp_feed(c, dir, cur_over(bytes, length, &flaw), &step);
		bytes += length;
		n -= length;
	}
	credssp_unframed(c, dir, bytes, n, &step);
	credssp_ended(c, dir, ENDED_FIN, 0, &step);
	credssp_free(c);
	buf_fini(&out);
	arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct octets whole = {.at = bytes, .n = n};
	struct tsrequest ts;
	struct spnego s;

	read_token(&c, whole);
	if (spnego_read(&c, &s))
		read_token(&c, s.token);
	c = cur_over(bytes, n, &flaw);
	if (tsrequest_read(&c, &ts)) {
		assert(ts.version > 0);
		read_token(&c, ts.token);
	}
	follow(ROLE_CLIENT, S2C, bytes, n);
	follow(ROLE_SERVER, C2S, bytes, n);
	follow(ROLE_OBSERVER, C2S, bytes, n);
	follow(ROLE_OBSERVER, S2C, bytes, n);
	return 0;
}
