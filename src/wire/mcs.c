#include "wire/mcs.h"

#include <string.h>

#include "wire/x224.h"

#define X224_DATA_HEADER 3
#define SC_SECURITY      0x0C02

/* Connect PDUs have tags of the application class in BER; the others are PER choices. */
static const struct {
	uint8_t choice;
	enum mcs_kind kind;
} choices[] = {
    {1, MCS_ERECT_DOMAIN},    {8, MCS_DISCONNECT},       {10, MCS_ATTACH_REQUEST},
    {11, MCS_ATTACH_CONFIRM}, {14, MCS_JOIN_REQUEST},    {15, MCS_JOIN_CONFIRM},
    {25, MCS_DATA_REQUEST},   {26, MCS_DATA_INDICATION},
};

static enum mcs_kind kind_of(uint8_t first)
{
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (choices[i].choice == first >> 2)
			return choices[i].kind;
	return MCS_OTHER;
}

size_t mcs_length(const uint8_t *bytes, size_t n)
{
	size_t length;

	if (!n)
		return 0;
	if (bytes[0] == 3)
		return tpkt_length(bytes, n) == TPKT_NOT_TPKT ? MCS_NOT_FRAMED
		                                              : tpkt_length(bytes, n);
	if (bytes[0] & 3) /* the action: 0 is fast-path */
		return MCS_NOT_FRAMED;
	if (n < 2 || (bytes[1] & 0x80 && n < 3))
		return 0;
	length = bytes[1] & 0x80 ? (size_t)(bytes[1] & 0x7F) << 8 | bytes[2] : bytes[1];
	return length < 3 ? MCS_NOT_FRAMED : length;
}

static size_t ber_length(struct cur *c, const char *what)
{
	size_t n = cur_u8(c, what), k = n & 0x7F;

	if (!(n & 0x80))
		return n;
	if (k < 1 || k > 3) {
		cur_fail(c, what);
		return 0;
	}
	for (n = 0; k > 0; k--)
		n = n << 8 | cur_u8(c, what);
	return n;
}

static void read_connect(struct cur *c, struct mcs *m)
{
	uint8_t tag;

	cur_take(c, 1, "mcsConnect.tag");
	tag = cur_u8(c, "mcsConnect.tag");
	m->kind = tag == 0x65   ? MCS_CONNECT_INITIAL
	          : tag == 0x66 ? MCS_CONNECT_RESPONSE
	                        : MCS_OTHER;
	ber_length(c, "mcsConnect.length");
	if (m->kind == MCS_CONNECT_RESPONSE) {
		if (cur_u8(c, "connectResponse.result") != 0x0A)
			cur_fail(c, "connectResponse.result");
		ber_length(c, "connectResponse.result");
		m->result = cur_u8(c, "connectResponse.result");
	}
	m->data = *c;
}

static void read_data(struct cur *c, struct mcs *m)
{
	uint8_t length;

	cur_take(c, 3, "sendData.initiator");
	m->channel = cur_u16be(c, "sendData.channelId");
	cur_take(c, 1, "sendData.dataPriority");
	length = cur_u8(c, "sendData.userData");
	if (length & 0x80)
		cur_u8(c, "sendData.userData");
	m->data = *c;
}

static void read_domain(struct cur *c, struct mcs *m)
{
	uint8_t first, second;

	switch (m->kind) {
	case MCS_DATA_REQUEST:
	case MCS_DATA_INDICATION:
		read_data(c, m);
		break;
	case MCS_DISCONNECT:
		first = cur_u8(c, "disconnectProviderUltimatum.reason");
		second = cur_u8(c, "disconnectProviderUltimatum.reason");
		m->reason = (uint8_t)((first & 3) << 1 | second >> 7);
		break;
	case MCS_ATTACH_CONFIRM:
	case MCS_JOIN_CONFIRM:
		first = cur_u8(c, "confirm.result");
		second = cur_u8(c, "confirm.result");
		m->result = (uint8_t)((first & 1) << 3 | second >> 5);
		break;
	default:
		break;
	}
}

bool mcs_read(struct cur *c, struct mcs *m)
{
	const uint8_t *p = c->p;

	*m = (struct mcs){.data = *c};
	if (cur_left(c) && p[0] != 3) {
		m->kind = MCS_FAST_PATH;
		return true;
	}
	cur_take(c, TPKT_HEADER, "tpktHeader");
	p = cur_take(c, X224_DATA_HEADER, "x224Data");
	if (!p || p[1] != 0xF0 || !cur_left(c))
		return cur_ok(c);
	if (*c->p == 0x7F) {
		read_connect(c, m);
	} else {
		m->kind = kind_of(*c->p);
		read_domain(c, m);
	}
	return cur_ok(c);
}

/* The server's data lies behind the key "McDn", in blocks of type and length. */
static bool to_server_data(struct cur *c)
{
	for (; cur_left(c) > 6; c->p++) {
		if (memcmp(c->p, "McDn", 4) != 0)
			continue;
		c->p += 4;
		if (cur_u8(c, "gccCCrsp.userData") & 0x80)
			cur_u8(c, "gccCCrsp.userData");
		return true;
	}
	return false;
}

int mcs_encryption_level(struct cur response)
{
	struct cur c = response;

	if (!to_server_data(&c))
		return -1;
	while (cur_left(&c) >= 4) {
		uint16_t type = cur_u16le(&c, "serverData.type");
		uint16_t length = cur_u16le(&c, "serverData.length");
		struct cur block;

		if (length < 4)
			return -1;
		block = cur_sub(&c, length - 4u, "serverData.length");
		if (type != SC_SECURITY)
			continue;
		cur_u32le(&block, "encryptionMethod");
		uint32_t level = cur_u32le(&block, "encryptionLevel");

		return cur_ok(&block) && level <= 4 ? (int)level : -1;
	}
	return -1;
}
