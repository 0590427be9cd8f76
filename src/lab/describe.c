#include "lab/describe.h"

#include <inttypes.h>

#include "base/text.h"

#define NLA         (PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX)
#define SHOWN_BYTES 24

/* --- the host --- */

static void put_accepts(struct buf *out, const struct host_manner *h)
{
	static const struct {
		uint32_t bits;
		const char *says;
	} words[] = {{NLA, "NLA"}, {PROTOCOL_SSL, "TLS"}, {ACCEPTS_STANDARD, "RDP security"}};
	uint32_t accepts = h->accepts ? h->accepts : NLA;
	const char *between = "takes ";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!(accepts & words[i].bits))
			continue;
		buf_printf(out, "%s%s", between, words[i].says);
		between = " or ";
	}
}

static void put_forced(struct buf *out, const struct host_manner *h)
{
	if (h->has_no_neg_data)
		buf_puts(out, "; confirms without negotiation data");
	if (h->forced_failure)
		buf_printf(out, "; refuses whatever is asked with %" PRIu32, h->forced_failure);
	else if (h->has_forced)
		buf_printf(out, "; chooses protocol 0x%" PRIX32 " whatever is asked",
		           h->forced_selected);
}

static void put_credssp(struct buf *out, const struct host_manner *h)
{
	buf_printf(out, "; CredSSP %d", h->credssp_version ? h->credssp_version : 6);
	if (h->credssp_error)
		buf_printf(out, " with errorCode 0x%08" PRIX32, h->credssp_error);
	else
		buf_printf(out, ", build %d", h->build ? h->build : 20348);
	if (h->clock_offset_s)
		buf_printf(out, ", its clock %+" PRId64 " s", h->clock_offset_s);
}

void describe_host(struct buf *out, const struct scenario *s)
{
	const struct host_manner *h = &s->host;
	uint32_t accepts = h->accepts ? h->accepts : NLA;
	char name[80];

	put_accepts(out, h);
	put_forced(out, h);
	if (accepts & NLA && !h->forced_failure)
		put_credssp(out, h);
	if (h->dns_computer) {
		text_harmless(h->dns_computer, name, sizeof name);
		buf_printf(out, "; calls itself %s", name);
	}
	if (h->has_no_src_ref)
		buf_puts(out, "; the habits of libfreerdp");
}

/* --- TLS --- */

static const char *version_name(uint16_t version)
{
	static const char *const names[] = {"1.0", "1.1", "1.2", "1.3"};

	return names[(version - TLS_1_0) & 3];
}

static const char *const certificates[CERTIFICATE_KINDS] = {
    [CERTIFICATE_WINDOWS] = "self-made as Windows does, RSA 2048",
    [CERTIFICATE_EXPIRED] = "self-made, expired 33 days ago",
    [CERTIFICATE_EXPIRED_TODAY] = "self-made, expired two hours ago",
    [CERTIFICATE_NOT_YET_VALID] = "self-made, valid in three days",
    [CERTIFICATE_OTHER_NAME] = "self-made, for printserver.example.test",
    [CERTIFICATE_RSA_1024] = "self-made, RSA 1024",
    [CERTIFICATE_RSA_768] = "self-made, RSA 768",
    [CERTIFICATE_SHA1] = "self-made, signed with SHA-1",
    [CERTIFICATE_P256] = "self-made, elliptic curve P-256",
    [CERTIFICATE_CLIENT_ONLY] = "self-made, for clients only",
    [CERTIFICATE_NO_NAME] = "self-made, without a name",
    [CERTIFICATE_ISSUED] = "by a private CA",
    [CERTIFICATE_INSPECTED] = "made on the fly by an inspecting device",
    [CERTIFICATE_ESCAPES] = "self-made, terminal escapes for a name",
    [CERTIFICATE_LONG_NAME] = "self-made, with a name of 24 000 characters",
    [CERTIFICATE_COMMAND] = "self-made, a command line for a name",
    [CERTIFICATE_WILDCARD] = "by a private CA, for *.example.test",
    [CERTIFICATE_EXPIRED_OTHER_NAME] = "self-made, expired, for printserver.example.test",
    [CERTIFICATE_ANTIVIRUS] = "made on the fly by a security product",
    [CERTIFICATE_EXPIRED_ISSUED] = "by a private CA, expired 33 days ago",
};

void describe_tls(struct buf *out, const struct scenario *s)
{
	const struct tls_limits *t = &s->tls;

	uint16_t least = t->least ? t->least : TLS_1_0, most = t->most ? t->most : TLS_1_3;

	buf_printf(out, "version %s", version_name(least));
	if (most != least)
		buf_printf(out, " to %s", version_name(most));
	for (size_t i = 0; t->suites && t->suites[i]; i++)
		buf_printf(out, "%s0x%04X", i ? " " : "; suites ", t->suites[i]);
	if (t->wants_client_certificate)
		buf_puts(out, "; wants a certificate of the client");
	buf_printf(out, "; certificate %s", certificates[s->certificate]);
}

/* --- the fault --- */

static const char *const moments[] = {
    [NEVER] = "never",
    [ON_ACCEPT] = "when a client connects",
    [AT_REQUEST] = "when the first bytes of the client are there",
    [AT_HELLO] = "when the ClientHello is there",
    [AT_CLIENTS_KEY] = "when the client has answered the certificate",
    [AT_TOKEN] = "when the first bytes inside TLS are there",
};

static const char *const acts[] = {
    [GO_ON] = "goes on as if nothing had been",
    [FIN] = "closes (FIN)",
    [RST] = "resets (RST)",
    [SILENCE] = "is silent from there on",
    [DRIP] = "sends one byte a second from there on",
    [ALTER] = "inverts the next byte and goes on",
    [FLOOD] = "sends as much as the client takes",
};

static void put_sent(struct buf *out, const struct fault *f)
{
	buf_puts(out, "sends");
	for (size_t i = 0; i < f->n_send && i < SHOWN_BYTES; i++)
		buf_printf(out, " %02x", (unsigned char)f->send[i]);
	buf_printf(out, "%s (%zu bytes), ", f->n_send > SHOWN_BYTES ? " ..." : "", f->n_send);
}

static void put_which(struct buf *out, const struct fault *f)
{
	if (f->spares)
		buf_printf(out, "; spares the first %zu connections", f->spares);
	if (f->every)
		buf_printf(out, "; befalls one connection of %zu", f->every);
}

void describe_fault(struct buf *out, const struct scenario *s)
{
	const struct fault *f = &s->fault;

	if (f->when == NEVER) {
		buf_puts(out, "none");
		return;
	}
	if (f->when == AT_BYTE)
		buf_printf(out, "behind byte %zu of what it sends: ", f->after);
	else
		buf_printf(out, "%s: ", moments[f->when]);
	if (f->delay_ms)
		buf_printf(out, "waits %d ms, ", f->delay_ms);
	if (f->n_send)
		put_sent(out, f);
	buf_puts(out, acts[f->then]);
	put_which(out, f);
}

void describe_expected(struct buf *out, const struct scenario *s)
{
	const struct expected *e = &s->expect;

	if (!e->finding)
		return;
	buf_puts(out, finding_defs[e->finding].name);
	if (e->text)
		buf_printf(out, " %s", e->text);
	else if (e->number > 0xffff)
		buf_printf(out, " 0x%" PRIX64, (uint64_t)e->number);
	else if (e->number)
		buf_printf(out, " %" PRId64, e->number);
}
