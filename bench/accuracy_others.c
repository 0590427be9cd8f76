/*
 * accuracy_others - runs in which nothing is wrong, in which two things are, and in which
 * something is that no row of the catalogue describes.
 */
#include "accuracy.h"

#include <string.h>

#define ALERT(number) "\x15\x03\x03\x00\x02\x02" number
#define CONFIRM_BYTES 19

static void certificate_is(struct world *w, enum certificate_kind kind)
{
	w->scenario.certificate = kind;
}

/* --- nothing is wrong --- */

static void by_name(struct world *w)
{
	w->dialled = BY_FQDN;
}

static void by_address(struct world *w)
{
	w->dialled = BY_ADDRESS;
}

static void by_short_name(struct world *w)
{
	w->dialled = BY_SHORT_NAME;
	certificate_is(w, CERTIFICATE_WINDOWS);
}

/* As another name of the same computer: a CNAME, an old name, a balancer's. */
static void by_alias(struct world *w)
{
	w->typed = luck_below(&w->luck, 2) ? "remote.example.net" : "buchhaltung.example.org";
}

static void with_private_authority(struct world *w)
{
	certificate_is(w, CERTIFICATE_ISSUED);
}

static void without_a_name(struct world *w)
{
	w->dialled = BY_ADDRESS;
	certificate_is(w, CERTIFICATE_NO_NAME);
}

static void with_short_key(struct world *w)
{
	certificate_is(w, CERTIFICATE_RSA_1024);
}

static void with_sha1(struct world *w)
{
	certificate_is(w, CERTIFICATE_SHA1);
}

static void with_rsa_key(struct world *w)
{
	certificate_is(w, CERTIFICATE_WINDOWS);
}

static void with_curve(struct world *w)
{
	certificate_is(w, CERTIFICATE_P256);
}

static void old_tls_that_suits(struct world *w)
{
	static const char *const profiles[] = {"win10", "server2016", "win7"};

	w->scenario.tls = (struct tls_limits){.least = TLS_1_0, .most = TLS_1_0};
	w->profile = profile_by_id(profiles[luck_below(&w->luck, 3)]);
	certificate_is(w, CERTIFICATE_WINDOWS);
}

static void newest_tls_only(struct world *w)
{
	w->scenario.tls = (struct tls_limits){.least = TLS_1_3, .most = TLS_1_3};
	w->profile = profile_by_id("win11");
}

static void thinks_for_a_while(struct world *w)
{
	w->scenario.fault = (struct fault){.when = AT_TOKEN,
	                                   .delay_ms = luck_between(&w->luck, 1500, 2500)};
}

static void slow_link(struct world *w)
{
	w->path.latency_us = 1000 * luck_between(&w->luck, 60, 140);
}

static void jitters(struct world *w)
{
	w->path.up.jitter_us = w->path.down.jitter_us = 1000u *
	                                                (unsigned)luck_between(&w->luck, 40, 120);
}

static void is_busy(struct world *w)
{
	w->path.down.jitter_us = 1000u * (unsigned)luck_between(&w->luck, 200, 800);
}

static void on_another_port(struct world *w)
{
	w->port = (uint16_t)luck_between(&w->luck, 3390, 33999);
}

static void both_families(struct world *w)
{
	w->dialled = BY_FQDN;
	w->has_v6 = true;
	w->way6 = FAKE_OPEN;
	w->path.way = FAKE_ACCEPTS;
}

static void ended_in_order(struct world *w)
{
	static const uint32_t codes[] = {1, 2, 3, 0xB};

	w->code = codes[luck_below(&w->luck, 4)];
}

static void tls_alone(struct world *w)
{
	w->scenario.host.accepts = PROTOCOL_SSL;
}

static void standard_alone(struct world *w)
{
	w->scenario.host.accepts = ACCEPTS_STANDARD;
	w->scenario.host.has_forced = true;
	w->scenario.host.forced_selected = PROTOCOL_RDP;
}

static void clock_a_little_off(struct world *w)
{
	w->scenario.host.clock_offset_s = luck_between(&w->luck, -200, 200);
}

static void through_a_tunnel(struct world *w)
{
	strcpy(w->address, "10.20.30.40");
	w->has_route = true;
	w->route = (struct net_route){.has_route = true, .is_tunnel = true, .adapter = "tun0"};
	w->path.latency_us = 30000;
}

static const struct sound_row sound[] = {
    {.id = "new-windows",
     .says = "a current Windows by its name",
     .hosts = HOST_WINDOWS_NEW,
     .make = by_name},
    {.id = "older-windows",
     .says = "Windows with TLS up to 1.2",
     .hosts = HOST_WINDOWS_MID,
     .make = by_name},
    {.id = "windows-7", .says = "Windows 7, updated", .hosts = HOST_WINDOWS_OLD, .make = by_name},
    {.id = "xrdp", .says = "xrdp", .hosts = HOST_OTHER, .make = by_name},
    {.id = "address",
     .says = "by address, so the certificate's name does not match",
     .hosts = HOST_ANY,
     .make = by_address},
    {.id = "short-name",
     .says = "by short name, so the certificate's name does not match",
     .hosts = HOST_ANY,
     .make = by_short_name},
    {.id = "alias",
     .says = "by another name of the same computer",
     .hosts = HOST_NLA,
     .make = by_alias,
     .looks = "other-host-answers"},
    {.id = "private-authority",
     .says = "a certificate of a private authority",
     .hosts = HOST_NLA,
     .make = with_private_authority},
    {.id = "nameless",
     .says = "by address, a certificate without a name",
     .hosts = HOST_NLA,
     .make = without_a_name},
    {.id = "short-key",
     .says = "a key of 1024 bits",
     .hosts = HOST_WINDOWS,
     .make = with_short_key},
    {.id = "sha1", .says = "a certificate signed with SHA-1", .hosts = HOST_NLA, .make = with_sha1},
    {.id = "curve",
     .says = "a key on an elliptic curve",
     .hosts = HOST_WINDOWS_NEW,
     .make = with_curve},
    {.id = "old-tls",
     .says = "TLS 1.0 only, and a client that has it",
     .hosts = HOST_WINDOWS_MID | HOST_WINDOWS_OLD,
     .make = old_tls_that_suits},
    {.id = "newest-tls",
     .says = "TLS 1.3 only",
     .hosts = HOST_WINDOWS_NEW,
     .make = newest_tls_only},
    {.id = "rsa-suites",
     .says = "suites without forward secrecy only",
     .hosts = HOST_NLA,
     .lab = "healthy-tls-rsa",
     .make = with_rsa_key},
    {.id = "thinks",
     .says = "the first token is answered after about two seconds",
     .hosts = HOST_NLA,
     .make = thinks_for_a_while},
    {.id = "slow-link",
     .says = "a round trip of 120 to 280 ms",
     .hosts = HOST_ANY,
     .make = slow_link},
    {.id = "jitter",
     .says = "each packet is up to 120 ms late, as on a mobile network",
     .hosts = HOST_ANY,
     .make = jitters},
    {.id = "busy",
     .says = "a busy host, whose answers are late by anything up to 800 ms",
     .hosts = HOST_WINDOWS,
     .make = is_busy},
    {.id = "another-port", .says = "on a typed port", .hosts = HOST_ANY, .make = on_another_port},
    {.id = "both-families",
     .says = "IPv6 and IPv4, both in order",
     .hosts = HOST_WINDOWS,
     .make = both_families},
    {.id = "ended-in-order",
     .says = "with the code of an orderly end",
     .hosts = HOST_ANY,
     .make = ended_in_order},
    {.id = "tls-alone", .says = "Windows without NLA", .hosts = HOST_NLA, .make = tls_alone},
    {.id = "clock-a-little-off",
     .says = "a clock up to 200 s wrong",
     .hosts = HOST_NLA,
     .make = clock_a_little_off},
    {.id = "tunnel",
     .says = "a private address through a tunnel",
     .hosts = HOST_WINDOWS,
     .make = through_a_tunnel},
    {.id = "standard-alone",
     .says = "standard RDP security alone, chosen by the host",
     .hosts = HOST_OTHER,
     .make = standard_alone},
};

const struct sound_row *sound_at(size_t i)
{
	return i < sizeof sound / sizeof *sound ? &sound[i] : NULL;
}

/* --- two faults, both to be met --- */

static const struct pair_row pairs[] = {
    {.causes = {"ipv6-path-broken", "tls-version-mismatch"},
     .ways = {"ipv6-dead", "old-tls-only"},
     .hosts = HOST_WINDOWS_MID},
    {.causes = {"ipv6-path-broken", "machinekeys-inaccessible"},
     .ways = {"ipv6-dead", "hello-rst"},
     .hosts = HOST_WINDOWS},
    {.causes = {"ipv6-path-broken", "security-layer-mismatch"},
     .ways = {"ipv6-dead", "neg-ssl-not-allowed"},
     .hosts = HOST_WINDOWS},
    {.causes = {"nla-cannot-reach-dc", "rdp-certificate-expired"},
     .ways = {"nla-no-dc", "expired"},
     .hosts = HOST_NLA},
    {.causes = {"ntlm-blocked-by-policy", "rdp-certificate-expired"},
     .ways = {"nla-ntlm-blocked", "expired"},
     .hosts = HOST_NLA},
    {.causes = {"credssp-encryption-oracle", "rdp-certificate-expired"},
     .ways = {"credssp-old", "expired"},
     .hosts = HOST_WINDOWS_MID},
    {.causes = {"domain-trust-broken", "clock-skew"},
     .ways = {"nla-no-trust", "clock-wrong"},
     .hosts = HOST_NLA},
    {.causes = {"clock-skew", "rdp-certificate-untrusted-or-name-mismatch"},
     .ways = {"clock-wrong", "unfit-certificate"},
     .hosts = HOST_NLA},
    {.causes = {"dns-wrong-host", "rdp-certificate-expired"},
     .ways = {"other-host-answers", "expired"},
     .hosts = HOST_NLA},
    {.causes = {"packet-loss", "rdp-certificate-expired"},
     .ways = {"loss", "expired"},
     .hosts = HOST_NLA},
};

const struct pair_row *pair_at(size_t i)
{
	return i < sizeof pairs / sizeof *pairs ? &pairs[i] : NULL;
}

/* --- what no row describes --- */

static void send_at(struct world *w, enum moment when, const char *bytes, size_t n, enum act then)
{
	w->scenario.fault = (struct fault){.when = when, .send = bytes, .n_send = n, .then = then};
}

static void refuses_by_unknown_number(struct world *w)
{
	w->scenario.host.forced_failure = (uint32_t)luck_between(&w->luck, 8, 250);
}

static void chooses_two_protocols(struct world *w)
{
	w->scenario.host.has_forced = true;
	w->scenario.host.forced_selected = PROTOCOL_SSL | PROTOCOL_HYBRID;
}

/* ITU-T X.224 13.5: a Disconnect Request, reason: congestion or not specified. */
static void asks_to_disconnect(struct world *w)
{
	static const char congestion[] = "\x03\x00\x00\x0b\x06\x80\x00\x00\x12\x34\x01",
	                  not_said[] = "\x03\x00\x00\x0b\x06\x80\x00\x00\x12\x34\x00";

	send_at(w, AT_REQUEST, luck_below(&w->luck, 2) ? congestion : not_said, 11, FIN);
}

static void twice_at_the_start(void *context, size_t at, const uint8_t *bytes, size_t n,
                               struct buf *out)
{
	(void)context;
	buf_put(out, bytes, n);
	if (!at)
		buf_put(out, bytes, n);
}

static void confirms_twice(struct world *w)
{
	w->down.spoil = twice_at_the_start;
}

static void alert_unrecognized_name(struct world *w)
{
	send_at(w, AT_HELLO, ALERT("\x70"), 7, FIN);
}

/* access_denied, missing_extension, no_application_protocol */
static void alert_of_another_kind(struct world *w)
{
	static const char *const alerts[] = {ALERT("\x31"), ALERT("\x6d"), ALERT("\x78")};

	send_at(w, AT_HELLO, alerts[luck_below(&w->luck, 3)], 7, FIN);
}

#define RECORD_HEADER 5

static size_t record_bytes(const uint8_t *bytes, size_t n)
{
	size_t length = n < RECORD_HEADER ? n : (size_t)(bytes[3] << 8 | bytes[4]) + RECORD_HEADER;

	return length < n ? length : n;
}

static void first_record_twice(void *context, size_t at, const uint8_t *bytes, size_t n,
                               struct buf *out)
{
	(void)context;
	if (at == CONFIRM_BYTES)
		buf_put(out, bytes, record_bytes(bytes, n));
	buf_put(out, bytes, n);
}

static void first_records_swapped(void *context, size_t at, const uint8_t *bytes, size_t n,
                                  struct buf *out)
{
	size_t first = at == CONFIRM_BYTES ? record_bytes(bytes, n) : 0;
	size_t second = first ? record_bytes(bytes + first, n - first) : 0;

	(void)context;
	buf_put(out, bytes + first, second);
	buf_put(out, bytes, first);
	buf_put(out, bytes + first + second, n - first - second);
}

static void tls_1_2_only(struct world *w)
{
	w->scenario.tls = (struct tls_limits){.least = TLS_1_2, .most = TLS_1_2};
}

static void says_hello_twice(struct world *w)
{
	tls_1_2_only(w);
	w->down.spoil = first_record_twice;
}

static void shows_its_certificate_first(struct world *w)
{
	tls_1_2_only(w);
	w->down.spoil = first_records_swapped;
}

/* STATUS_INTERNAL_ERROR, _INSUFFICIENT_RESOURCES, _ACCESS_DENIED; SEC_E_INTERNAL_ERROR */
static void credssp_error_of_no_row(struct world *w)
{
	static const uint32_t codes[] = {0xC00000E5, 0xC000009A, 0xC0000022, 0x80090304};

	w->scenario.host.credssp_error = codes[luck_below(&w->luck, 4)];
}

/* [MS-CSSP] 2.2.1 around [MS-NLMP] 2.2.1.1: the first message of a client, from the host. */
static void answers_as_a_client_would(struct world *w)
{
	static const char
	    negotiate[] = "\x30\x2f\xa0\x03\x02\x01\x06\xa1\x28\x30\x26\x30\x24\xa0\x22\x04\x20"
	                  "NTLMSSP\0\x01\0\0\0\xb7\x82\x08\xe2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

	send_at(w, AT_TOKEN, negotiate, sizeof negotiate - 1, SILENCE);
}

static const struct strange_row strange[] = {
    {.id = "unknown-refusal",
     .says = "RDP_NEG_FAILURE with a number that no specification has",
     .stage = STAGE_NEGOTIATION,
     .make = refuses_by_unknown_number},
    {.id = "two-protocols",
     .says = "the confirm chooses two protocols at once",
     .stage = STAGE_NEGOTIATION,
     .make = chooses_two_protocols},
    {.id = "disconnect-request",
     .says = "an X.224 Disconnect Request in place of the confirm",
     .stage = STAGE_NEGOTIATION,
     .make = asks_to_disconnect},
    {.id = "confirms-twice",
     .says = "the confirm comes twice",
     .stage = STAGE_TLS,
     .make = confirms_twice},
    {.id = "alert-unrecognized-name",
     .says = "TLS alert unrecognized_name (112)",
     .stage = STAGE_TLS,
     .make = alert_unrecognized_name},
    {.id = "alert-of-another-kind",
     .says =
         "TLS alerts access_denied (49), missing_extension (109), no_application_protocol (120)",
     .stage = STAGE_TLS,
     .make = alert_of_another_kind},
    {.id = "hello-twice",
     .says = "the ServerHello comes twice",
     .stage = STAGE_TLS,
     .make = says_hello_twice},
    {.id = "certificate-first",
     .says = "the certificate comes before the ServerHello",
     .stage = STAGE_TLS,
     .make = shows_its_certificate_first},
    {.id = "credssp-error-of-no-row",
     .says = "CredSSP error codes of no row",
     .stage = STAGE_NLA,
     .make = credssp_error_of_no_row},
    {.id = "answers-as-client",
     .says = "the first token is answered by a client's first token",
     .stage = STAGE_NLA,
     .make = answers_as_a_client_would},
};

const struct strange_row *strange_at(size_t i)
{
	return i < sizeof strange / sizeof *strange ? &strange[i] : NULL;
}
