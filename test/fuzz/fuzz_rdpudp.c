/* Any bytes as the datagram that opens RDP over UDP, as a PDU of MCS, as a KRB-ERROR. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/krb_error.h"
#include "wire/mcs.h"
#include "wire/rdpudp.h"
#include "wire/share.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct rdpudp_syn syn;
	struct mcs m;
	uint32_t code;

	if (rdpudp_read_syn(&c, &syn))
		assert(syn.flags & RDPUDP_SYN && syn.mtu_up >= 1132 && syn.mtu_down <= 1232);
	c = cur_over(bytes, n, &flaw);
	if (mcs_read(&c, &m)) {
		share_read(m.data, true);
		share_read(m.data, false);
		assert(mcs_encryption_level(m.data) <= 4);
	}
	c = cur_over(bytes, n, &flaw);
	if (krb_read_error(&c, n % 2, &code))
		assert(code <= UINT16_MAX);
	assert(!mcs_length(bytes, n) || mcs_length(bytes, n) >= 3);
	return 0;
}
