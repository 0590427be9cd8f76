#include "wire/share.h"

/* Flags of the security header */
enum { SEC_EXCHANGE = 0x0001, SEC_ENCRYPT = 0x0008, SEC_INFO = 0x0040, SEC_LICENSE = 0x0080 };

/* pduType of the share control header, pduType2 of the share data header */
enum { PDU_DEMAND_ACTIVE = 1, PDU_CONFIRM_ACTIVE = 3, PDU_DATA = 7 };
enum { DATA_UPDATE = 0x02, DATA_SAVE_SESSION_INFO = 0x26, DATA_SET_ERROR_INFO = 0x2F };

#define LICENSE_ERROR_ALERT 0xFF

static struct share read_license(struct cur *c)
{
	struct share s = {.kind = SHARE_LICENSE};
	uint8_t type = cur_u8(c, "preamble.bMsgType");

	cur_take(c, 3, "preamble.wMsgSize");
	if (type != LICENSE_ERROR_ALERT)
		return s;
	s.value = cur_u32le(c, "dwErrorCode");
	if (cur_ok(c))
		s.kind = SHARE_LICENSE_ERROR;
	return s;
}

static struct share read_data(struct cur *c)
{
	struct share s = {.kind = SHARE_DATA};
	uint8_t type, compressed;

	cur_take(c, 8, "shareDataHeader.shareId"); /* shareId, pad1, streamId, length */
	type = cur_u8(c, "shareDataHeader.pduType2");
	compressed = cur_u8(c, "shareDataHeader.compressedType");
	cur_take(c, 2, "shareDataHeader.compressedLength");
	if (!cur_ok(c))
		return s;
	if (type == DATA_UPDATE)
		s.kind = SHARE_UPDATE;
	else if (type == DATA_SAVE_SESSION_INFO)
		s.kind = SHARE_SESSION_INFO;
	else if (type == DATA_SET_ERROR_INFO && !compressed) {
		s.value = cur_u32le(c, "errorInfo");
		s.kind = cur_ok(c) ? SHARE_ERROR_INFO : SHARE_DATA;
	}
	return s;
}

static struct share read_share(struct cur *c)
{
	uint16_t type;

	cur_take(c, 2, "shareControlHeader.totalLength");
	type = cur_u16le(c, "shareControlHeader.pduType") & 0x0F;
	cur_take(c, 2, "shareControlHeader.pduSource");
	if (!cur_ok(c))
		return (struct share){.kind = SHARE_OTHER};
	switch (type) {
	case PDU_DEMAND_ACTIVE:
		return (struct share){.kind = SHARE_DEMAND_ACTIVE};
	case PDU_CONFIRM_ACTIVE:
		return (struct share){.kind = SHARE_CONFIRM_ACTIVE};
	case PDU_DATA:
		return read_data(c);
	default:
		return (struct share){.kind = SHARE_OTHER};
	}
}

/* Without standard security only the client's info and licensing have the header. */
static bool is_security_header(const struct cur *c, uint16_t flags, bool has_security)
{
	if (has_security)
		return true;
	return (flags == SEC_INFO || flags == SEC_LICENSE || flags == SEC_EXCHANGE ||
	        (flags & ~0x0200) == SEC_LICENSE) &&
	       flags != cur_left(c) + 2;
}

struct share share_read(struct cur data, bool has_security)
{
	struct flaw flaw = {0};
	struct cur c = data, rest;
	uint16_t flags;

	c.flaw = &flaw;
	rest = c;
	flags = cur_u16le(&c, "flags");
	if (!cur_ok(&c))
		return (struct share){.kind = SHARE_OTHER};
	if (!is_security_header(&c, flags, has_security))
		return read_share(&rest);
	cur_take(&c, 2, "flagsHi");
	if (flags & SEC_LICENSE)
		return flags & SEC_ENCRYPT ? (struct share){.kind = SHARE_LICENSE}
		                           : read_license(&c);
	if (flags & SEC_EXCHANGE)
		return (struct share){.kind = SHARE_EXCHANGE};
	if (flags & SEC_INFO)
		return (struct share){.kind = SHARE_CLIENT_INFO};
	return flags & SEC_ENCRYPT ? (struct share){.kind = SHARE_ENCRYPTED} : read_share(&c);
}
