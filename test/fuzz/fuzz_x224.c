/* Any bytes as a TPKT packet; what was read and written again reads the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/x224.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void request(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct x224_cr cr, again;
	struct buf out = {0};

	if (x224_read_cr(&c, &cr) && cr.n_token <= X224_TOKEN_MAX) {
		cr.flags = cr.has_correlation ? cr.flags : cr.flags & ~NEG_REQ_CORRELATION_INFO;
		x224_put_cr(&out, &cr);
		c = cur_over(out.bytes, out.n, &flaw);
		assert(x224_read_cr(&c, &again));
		assert(again.protocols == cr.protocols && again.n_token == cr.n_token);
	}
	buf_fini(&out);
}

static void confirm(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct x224_cc cc, again;
	struct buf out = {0};

	if (x224_read_cc(&c, &cc)) {
		x224_put_cc(&out, &cc);
		c = cur_over(out.bytes, out.n, &flaw);
		assert(x224_read_cc(&c, &again));
		assert(again.kind == cc.kind && again.value == cc.value);
	} else {
		assert(flaw.at <= n);
	}
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw), body;

	tpkt_length(bytes, n);
	x224_read_data(&c, &body);
	request(bytes, n);
	confirm(bytes, n);
	return 0;
}
