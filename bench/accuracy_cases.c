/*
 * accuracy_cases - the mixture. Every row was written from what a protocol, a system or the
 * domain's sources say happens, before the program was run on it.
 */
#include "accuracy.h"

#include <string.h>

/* --- hosts --- */

#define NLA_REQUIRED .accepts = PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX, .neg_flags = 0x1f
#define NLA_OPTIONAL                                                                               \
	.accepts = PROTOCOL_SSL | PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX, .neg_flags = 0x1f
#define NLA_OLDER  .accepts = PROTOCOL_SSL | PROTOCOL_HYBRID, .neg_flags = 0x03
#define TO_TLS_1_2 .tls = {.least = TLS_1_0, .most = TLS_1_2}

static const struct host_row hosts[] = {
    {.id = "server-2022", .kind = HOST_WINDOWS_NEW, .manner = {NLA_REQUIRED}},
    {.id = "server-2025", .kind = HOST_WINDOWS_NEW, .manner = {NLA_REQUIRED, .build = 26100}},
    {.id = "windows-11",
     .kind = HOST_WINDOWS_NEW,
     .manner = {NLA_REQUIRED, .build = 22631},
     .is_home = true},
    {.id = "server-2022-nla-optional", .kind = HOST_WINDOWS_NEW, .manner = {NLA_OPTIONAL}},
    {.id = "server-2019",
     .kind = HOST_WINDOWS_MID,
     .manner = {NLA_REQUIRED, .build = 17763},
     TO_TLS_1_2},
    {.id = "server-2016",
     .kind = HOST_WINDOWS_MID,
     .manner = {NLA_REQUIRED, .build = 14393},
     TO_TLS_1_2},
    {.id = "server-2012r2",
     .kind = HOST_WINDOWS_MID,
     .manner = {NLA_REQUIRED, .build = 9600},
     TO_TLS_1_2},
    {.id = "windows-10",
     .kind = HOST_WINDOWS_MID,
     .manner = {NLA_REQUIRED, .build = 19045},
     TO_TLS_1_2,
     .is_home = true},
    {.id = "windows-7-updated",
     .kind = HOST_WINDOWS_OLD,
     .manner = {NLA_OLDER, .build = 7601, .credssp_version = 6},
     TO_TLS_1_2},
    {.id = "xrdp",
     .kind = HOST_OTHER,
     .manner = {.accepts = PROTOCOL_SSL | ACCEPTS_STANDARD, .neg_flags = 0x01},
     .tls = {.least = TLS_1_2, .most = TLS_1_3},
     .is_home = true},
};

const struct host_row *host_at(size_t i)
{
	return i < sizeof hosts / sizeof *hosts ? &hosts[i] : NULL;
}

/* --- what the makers of worlds have in common --- */

static void send_to_nobody(struct world *w)
{
	w->has_no_host = true;
}

static void way_is(struct world *w, enum fake_way way)
{
	w->path.way = way;
	send_to_nobody(w);
}

static void in_private_net(struct world *w)
{
	static const char *const addresses[] = {"10.20.30.40", "192.168.17.5", "172.20.1.9"};

	strcpy(w->address, addresses[luck_below(&w->luck, 3)]);
}

static void internal_domain(struct world *w)
{
	static const char *const domains[] = {"corp.example.test", "office.local", "ad.internal"};

	strcpy(w->domain, domains[luck_below(&w->luck, 3)]);
}

static uint32_t one_of(struct world *w, const uint32_t *list, unsigned n)
{
	return list[luck_below(&w->luck, n)];
}

static struct fault *fault(struct world *w)
{
	return &w->scenario.fault;
}

/* --- names and this computer --- */

static void name_is_unknown(struct world *w)
{
	send_to_nobody(w);
	w->dialled = BY_FQDN;
	w->lookup = LOOKUP_NOT_FOUND;
}

static void name_is_illegal(struct world *w)
{
	static const char *const typed[] = {"srv 17.example.com", "srv_17!.example.com",
	                                    "-srv17.example.com"};

	send_to_nobody(w);
	w->typed = typed[luck_below(&w->luck, 2)];
}

static void internal_name_is_unknown(struct world *w)
{
	name_is_unknown(w);
	internal_domain(w);
	if (luck_below(&w->luck, 2))
		w->dialled = BY_SHORT_NAME;
}

static void internal_name_and_tunnel_down(struct world *w)
{
	internal_name_is_unknown(w);
	w->state.has_tunnel_down = true;
}

static void lookup_fails(struct world *w)
{
	name_is_unknown(w);
	w->lookup = LOOKUP_FAILED;
}

static void lookup_never_ends(struct world *w)
{
	name_is_unknown(w);
	w->is_lookup_never = true;
}

static void link_is_down(struct world *w)
{
	name_is_unknown(w);
	w->lookup = LOOKUP_FAILED;
	w->is_control_missing = true;
	w->state = (struct net_state){0};
}

static void no_resolver(struct world *w)
{
	name_is_unknown(w);
	w->lookup = LOOKUP_NO_RESOLVER;
	w->is_control_missing = true;
}

static void no_route(struct world *w)
{
	way_is(w, FAKE_NO_ROUTE);
	w->dialled = BY_ADDRESS;
	w->has_route = true;
	w->state = (struct net_state){.has_link = luck_below(&w->luck, 2)};
}

static void private_and_tunnel_down(struct world *w)
{
	way_is(w, FAKE_SILENT);
	in_private_net(w);
	w->state.has_tunnel_down = true;
}

/* The host itself is in order; it is another one. */
static void another_host_answers(struct world *w)
{
	w->dialled = luck_below(&w->luck, 2) ? BY_FQDN : BY_SHORT_NAME;
	w->scenario.host.dns_computer = w->other_fqdn;
	w->scenario.host.nb_computer = w->other_nb;
}

static void name_is_of_this_computer(struct world *w)
{
	w->dialled = BY_FQDN;
	w->has_route = true;
	w->route = (struct net_route){.has_route = true, .is_own_address = true};
}

/* --- the way to the port --- */

static void all_ports_are_silent(struct world *w)
{
	way_is(w, FAKE_SILENT);
}

static void private_is_silent(struct world *w)
{
	way_is(w, FAKE_SILENT);
	in_private_net(w);
}

static void router_says_unreachable(struct world *w)
{
	way_is(w, FAKE_UNREACHABLE);
	w->path.has_router = true;
	w->path.icmp_type = 3;
	w->path.icmp_code = 1;
}

static void no_neighbour_answers(struct world *w)
{
	way_is(w, FAKE_UNREACHABLE);
	w->path.fails_after_us = 3000000;
}

static void neighbour(struct world *w, uint16_t port, enum fake_way way)
{
	w->neighbours[w->n_neighbours].port = port;
	w->neighbours[w->n_neighbours++].way = way;
}

static void neighbour_answers(struct world *w)
{
	static const uint16_t ports[] = {445, 135, 5985, 443, 80, 22};
	unsigned first = luck_below(&w->luck, 6);

	way_is(w, FAKE_SILENT);
	neighbour(w, ports[first], FAKE_ACCEPTS);
	if (luck_below(&w->luck, 2))
		neighbour(w, ports[(first + 1) % 6], FAKE_REFUSED);
}

static void router_prohibits(struct world *w)
{
	static const uint32_t codes[] = {13, 9, 10};

	way_is(w, FAKE_PROHIBITED);
	w->path.has_router = true;
	w->path.icmp_type = 3;
	w->path.icmp_code = (int)one_of(w, codes, 3);
}

static void port_is_closed(struct world *w)
{
	way_is(w, FAKE_REFUSED);
}

static void port_was_moved(struct world *w)
{
	static const uint32_t ports[] = {3390, 3391, 33890, 33389, 13389};

	w->port = 0;
	w->listens_at = (uint16_t)one_of(w, ports, 5);
	w->is_full = true;
}

static void first_family_is_dead(struct world *w)
{
	w->dialled = BY_FQDN;
	w->has_v6 = true;
	w->way6 = FAKE_SILENT;
}

static void some_connections_break(struct world *w)
{
	static const enum fake_end ends[] = {FAKE_RST, FAKE_FIN};

	w->path.every = 2 + luck_below(&w->luck, 2);
	w->path.down.end = ends[luck_below(&w->luck, 2)];
}

static void segments_are_lost(struct world *w)
{
	unsigned percent = 20 + luck_below(&w->luck, 20);

	w->path.up.percent_lost = w->path.down.percent_lost = percent;
	w->path.percent_syn_lost = percent;
}

static void path_is_narrow(struct world *w)
{
	static const uint32_t mtus[] = {576, 900, 1000, 1100};

	w->path.down.narrow = w->path.up.narrow = one_of(w, mtus, 4) - 40;
	w->path.segment = 1460;
	w->scenario.certificate = CERTIFICATE_WINDOWS; /* a smaller one passes */
}

static void path_is_narrow_towards_us(struct world *w)
{
	path_is_narrow(w);
	w->path.up.narrow = 0;
}

static void path_is_very_long(struct world *w)
{
	w->path.latency_us = 1000 * luck_between(&w->luck, 760, 950);
}

/* --- the stream --- */

static void later_in_the_certificate(struct world *w)
{
	fault(w)->after = (size_t)luck_between(&w->luck, 19 + 200, 19 + 900);
}

static void somewhere_in_the_handshake(struct world *w)
{
	fault(w)->when = AT_BYTE;
	fault(w)->then = ALTER;
	fault(w)->after = (size_t)luck_between(&w->luck, 19 + 6, 19 + 700);
}

static void somewhere_in_the_confirm(struct world *w)
{
	static const uint32_t places[] = {4, 5, 11, 13, 14};

	fault(w)->when = AT_BYTE;
	fault(w)->then = ALTER;
	fault(w)->after = one_of(w, places, 5);
}

static void after_a_while(struct world *w)
{
	fault(w)->delay_ms = luck_between(&w->luck, 0, 400);
}

static void answers_late(struct world *w)
{
	fault(w)->delay_ms = luck_between(&w->luck, 5200, 6200);
}

/* --- TLS --- */

static void versions(struct world *w, uint16_t least, uint16_t most)
{
	w->scenario.tls = (struct tls_limits){.least = least, .most = most};
}

static void old_tls_only(struct world *w)
{
	uint16_t version = luck_below(&w->luck, 2) ? TLS_1_0 : TLS_1_1;

	versions(w, version, version);
	w->profile = profile_by_id(luck_below(&w->luck, 3) ? "win11" : "freerdp");
}

static void new_tls_only(struct world *w)
{
	static const char *const profiles[] = {"win10", "server2016", "win7"};

	versions(w, TLS_1_3, TLS_1_3);
	w->profile = profile_by_id(profiles[luck_below(&w->luck, 3)]);
}

static void clock_is_days_fast(struct world *w)
{
	w->scenario.host.clock_offset_s = 86400 * luck_between(&w->luck, 4, 40);
}

static void clock_is_wrong(struct world *w)
{
	int64_t size = luck_between(&w->luck, 3700, 90000);

	w->scenario.host.clock_offset_s = luck_below(&w->luck, 2) ? size : -size;
}

static void certificate(struct world *w, const uint32_t *kinds, unsigned n)
{
	w->scenario.certificate = (enum certificate_kind)one_of(w, kinds, n);
}

static void certificate_expired(struct world *w)
{
	static const uint32_t kinds[] = {CERTIFICATE_EXPIRED, CERTIFICATE_EXPIRED,
	                                 CERTIFICATE_EXPIRED_TODAY};

	certificate(w, kinds, 3);
}

static void certificate_of_no_authority(struct world *w)
{
	static const uint32_t kinds[] = {CERTIFICATE_WINDOWS, CERTIFICATE_P256, CERTIFICATE_ISSUED,
	                                 CERTIFICATE_NO_NAME};

	certificate(w, kinds, 4);
}

static void certificate_unfit(struct world *w)
{
	static const uint32_t kinds[] = {CERTIFICATE_RSA_768, CERTIFICATE_CLIENT_ONLY};

	certificate(w, kinds, 2);
}

/* --- NLA --- */

static void requires_nla(struct world *w)
{
	w->scenario.host.accepts = PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX;
}

static void no_restricted_admin(struct world *w)
{
	w->scenario.host.neg_flags &= 0x17;
}

static void no_domain_controller(struct world *w)
{
	static const uint32_t codes[] = {0xC000005E, 0xC0000233};

	w->scenario.host.credssp_error = one_of(w, codes, 2);
}

static void no_trust(struct world *w)
{
	static const uint32_t codes[] = {0xC000018B, 0xC000018D, 0xC0000192};

	w->scenario.host.credssp_error = one_of(w, codes, 3);
}

static void credssp_is_old(struct world *w)
{
	w->scenario.host.credssp_version = luck_between(&w->luck, 2, 4);
}

/* The level belongs to standard RDP security: [MS-RDPBCGR] 5.3. */
static void standard_security(struct world *w)
{
	w->scenario.host.accepts = ACCEPTS_STANDARD;
	w->scenario.host.has_forced = true;
	w->scenario.host.forced_selected = PROTOCOL_RDP;
}

/* --- ways --- */

#define CLOSED                                                                                     \
	{0x904, 0x7},                                                                              \
	{                                                                                          \
		0x904, 0                                                                           \
	}
#define CONNECT                                                                                    \
	{0x204, 0},                                                                                \
	{                                                                                          \
		0x108, 0                                                                           \
	}
#define LOG_OR_LOCAL                                                                               \
	"events 36870, 1057 and 1058 of the host, and a connection from the host to itself"

static const struct way ways[] = {
    /* --- name and this computer --- */
    {.id = "name-unknown",
     .says = "a public name does not exist, others do",
     .stage = STAGE_NAME,
     .make = name_is_unknown,
     .codes = {{0x104, 0}}},
    {.id = "name-illegal",
     .says = "the name holds what no host name may hold",
     .stage = STAGE_NAME,
     .make = name_is_illegal,
     .codes = {{0x104, 0}}},
    {.id = "internal-name-unknown",
     .says = "an internal name does not exist for the public resolver, and no tunnel is known",
     .stage = STAGE_NAME,
     .make = internal_name_is_unknown,
     .codes = {{0x104, 0}},
     .tells = "whether a VPN is needed and up; the name asked of the inner resolver"},
    {.id = "internal-name-tunnel-down",
     .says = "an internal name does not exist, and a tunnel adapter is down",
     .stage = STAGE_NAME,
     .make = internal_name_and_tunnel_down,
     .codes = {{0x104, 0}}},
    {.id = "lookup-fails",
     .says = "the resolver fails for this name, and others resolve",
     .stage = STAGE_NAME,
     .make = lookup_fails,
     .codes = {{0x104, 0}}},
    {.id = "lookup-silent",
     .says = "the resolver never answers for this name, and others resolve",
     .stage = STAGE_NAME,
     .make = lookup_never_ends,
     .codes = {{0x104, 0}}},
    {.id = "link-down",
     .says = "no interface of this computer is up",
     .stage = STAGE_NAME,
     .make = link_is_down,
     .codes = {{0x104, 0}}},
    {.id = "no-resolver",
     .says = "this computer knows no name server",
     .stage = STAGE_NAME,
     .make = no_resolver,
     .codes = {{0x104, 0}}},
    {.id = "no-route",
     .says = "this computer has no route",
     .stage = STAGE_PATH,
     .make = no_route,
     .codes = {{0x204, 0}}},
    {.id = "private-tunnel-down",
     .says = "a private address is silent, and a tunnel adapter is down",
     .stage = STAGE_TCP,
     .make = private_and_tunnel_down,
     .codes = {CONNECT}},
    {.id = "other-host-answers",
     .says = "a host of another name answers",
     .hosts = HOST_NLA,
     .make = another_host_answers,
     .codes = {{0x807, 0}},
     .tells = "the host's own address beside the one that the name has; the rule of the router"},
    {.id = "own-name",
     .says = "the name leads to this computer",
     .stage = STAGE_NAME,
     .make = name_is_of_this_computer,
     .codes = {{0x708, 0}}},

    /* --- TCP --- */
    {.id = "all-silent",
     .says = "neither the port nor its neighbours answer",
     .stage = STAGE_TCP,
     .make = all_ports_are_silent,
     .codes = {CONNECT},
     .tells = "whether the host is on; a connection from its own network"},
    {.id = "private-silent",
     .says = "a private address and its neighbouring ports are silent, and no tunnel is known",
     .stage = STAGE_TCP,
     .make = private_is_silent,
     .codes = {CONNECT},
     .tells = "whether a VPN is needed and up; whether the host is on"},
    {.id = "router-unreachable",
     .says = "a router says that the host cannot be reached",
     .stage = STAGE_TCP,
     .make = router_says_unreachable,
     .codes = {{0x204, 0}}},
    {.id = "no-neighbour",
     .says = "in the own network nobody answers for the address",
     .stage = STAGE_TCP,
     .make = no_neighbour_answers,
     .codes = {{0x204, 0}}},
    {.id = "neighbour-open",
     .says = "the port is silent, another one of the host answers",
     .stage = STAGE_TCP,
     .make = neighbour_answers,
     .codes = {CONNECT},
     .tells = "whether the host listens: its firewall swallows the refusal of a port without a "
              "listener, too"},
    {.id = "prohibited",
     .says = "a router says that it is prohibited",
     .stage = STAGE_TCP,
     .make = router_prohibits,
     .codes = {{0x204, 0}}},
    {.id = "refused",
     .says = "the port refuses",
     .stage = STAGE_TCP,
     .make = port_is_closed,
     .codes = {{0x204, 0}},
     .tells = "the state of the service and the listener on the host, and its log"},
    {.id = "port-moved",
     .says = "the port refuses, and another one speaks RDP (asked by --full)",
     .stage = STAGE_TCP,
     .make = port_was_moved,
     .codes = {{0x204, 0}}},
    {.id = "accept-fin",
     .says = "accepts and closes at once",
     .stage = STAGE_TCP,
     .lab = "tcp-accept-fin",
     .make = after_a_while,
     .codes = {CLOSED},
     .tells = "what listens on the host, the rule of the router, the log of the proxy"},
    {.id = "accept-rst",
     .says = "accepts and resets at once",
     .stage = STAGE_TCP,
     .lab = "tcp-accept-rst",
     .make = after_a_while,
     .codes = {CLOSED},
     .tells = "what listens on the host, the rule of the router, the log of the device"},
    {.id = "ipv6-dead",
     .says = "the IPv6 address that stands first is silent, the IPv4 address works",
     .hosts = HOST_ANY,
     .make = first_family_is_dead,
     .codes = {CONNECT}},
    {.id = "some-break",
     .says = "every second or third connection is closed as soon as it is accepted",
     .make = some_connections_break,
     .codes = {CLOSED},
     .tells = "the number of connections in the host's log; the log of the device on the way"},

    /* --- the path --- */
    {.id = "loss",
     .says = "20 to 40 % of the segments are lost",
     .make = segments_are_lost,
     .codes = {{0x904, 0}, {0x108, 0}}},
    {.id = "narrow",
     .says = "large packets vanish in both directions",
     .stage = STAGE_TLS,
     .make = path_is_narrow,
     .codes = {{0x108, 0}, {0x904, 0}}},
    {.id = "narrow-down",
     .says = "large packets from the host vanish",
     .stage = STAGE_TLS,
     .make = path_is_narrow_towards_us,
     .codes = {{0x108, 0}, {0x904, 0}}},
    {.id = "long-path",
     .says = "the round trip takes more than a second and a half",
     .make = path_is_very_long,
     .codes = {{0x108, 0}}},

    /* --- other services, silence, the negotiation --- */
    {.id = "service-http",
     .says = "HTTP answers",
     .stage = STAGE_NEGOTIATION,
     .lab = "service-http",
     .codes = {CLOSED},
     .tells = "which program has the port on the host; the rule of the router"},
    {.id = "service-ssh",
     .says = "SSH answers",
     .stage = STAGE_NEGOTIATION,
     .lab = "service-ssh",
     .codes = {CLOSED},
     .tells = "which program has the port on the host; the rule of the router"},
    {.id = "service-vnc",
     .says = "VNC answers",
     .stage = STAGE_NEGOTIATION,
     .lab = "service-vnc",
     .codes = {CLOSED}},
    {.id = "service-tls",
     .says = "a service that speaks TLS from the first byte",
     .stage = STAGE_NEGOTIATION,
     .lab = "service-tls",
     .codes = {CLOSED}},
    {.id = "service-other",
     .says = "bytes of no known service answer",
     .stage = STAGE_NEGOTIATION,
     .lab = "service-echo",
     .codes = {CLOSED}},
    {.id = "neg-silent",
     .says = "accepts and never answers",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-silent",
     .codes = {{0x108, 0}, {0x904, 0x7}},
     .tells = "which program has the port on the host, and what its service does"},
    {.id = "neg-fin",
     .says = "closes when the request comes",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-fin",
     .make = after_a_while,
     .codes = {CLOSED},
     .tells = "which program has the port on the host; the log of the proxy"},
    {.id = "neg-rst",
     .says = "resets when the request comes",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-rst",
     .make = after_a_while,
     .codes = {CLOSED},
     .tells = "which program has the port on the host; the log of the device"},
    {.id = "neg-ssl-required",
     .says = "refuses: SSL_REQUIRED_BY_SERVER",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-ssl-required",
     .codes = {{0x904, 0x7}}},
    {.id = "neg-ssl-not-allowed",
     .says = "refuses: SSL_NOT_ALLOWED_BY_SERVER",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-ssl-not-allowed",
     .codes = {{0x904, 0x7}}},
    {.id = "neg-standard-only",
     .says = "takes standard RDP security alone",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-standard-only",
     .codes = {{0x904, 0x7}}},
    {.id = "neg-no-certificate",
     .says = "refuses: SSL_CERT_NOT_ON_SERVER",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-no-certificate",
     .codes = {{0x904, 0x7}},
     .tells = LOG_OR_LOCAL},
    {.id = "neg-hybrid-required",
     .says = "refuses: HYBRID_REQUIRED_BY_SERVER",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-hybrid-required",
     .codes = {{0xB09, 0}},
     .needs_code = true},
    {.id = "nla-required",
     .says = "requires NLA, and the client says that it did not offer it",
     .hosts = HOST_NLA,
     .make = requires_nla,
     .codes = {{0xB09, 0}},
     .needs_code = true},
    {.id = "neg-entra-required",
     .says = "refuses: ENTRA_AUTH_REQUIRED_BY_SERVER",
     .stage = STAGE_NEGOTIATION,
     .lab = "neg-entra-required"},
    {.id = "neg-not-requested",
     .says = "chooses a protocol that nobody requested",
     .stage = STAGE_NEGOTIATION,
     .hosts = HOST_OTHER,
     .lab = "neg-not-requested",
     .codes = {CLOSED},
     .tells = "the log of the proxy or of the server"},
    {.id = "confirm-altered",
     .says = "one byte of the confirm is changed",
     .stage = STAGE_NEGOTIATION,
     .make = somewhere_in_the_confirm,
     .codes = {CLOSED},
     .tells = "a connection from the host to itself; a capture at both ends"},
    {.id = "fips-level",
     .says = "standard RDP security, and the client says that it lacks the FIPS level",
     .make = standard_security,
     .stage = STAGE_SETTINGS,
     .codes = {{0xE06, 0}},
     .needs_code = true},

    /* --- TLS --- */
    {.id = "hello-rst",
     .says = "resets at every ClientHello",
     .stage = STAGE_TLS,
     .lab = "tls-hello-rst",
     .make = after_a_while,
     .codes = {CLOSED},
     .tells = LOG_OR_LOCAL},
    {.id = "hello-fin",
     .says = "closes at every ClientHello",
     .stage = STAGE_TLS,
     .lab = "tls-hello-fin",
     .make = after_a_while,
     .codes = {CLOSED},
     .tells = LOG_OR_LOCAL},
    {.id = "alert-80",
     .says = "internal_error (80) at every ClientHello",
     .stage = STAGE_TLS,
     .lab = "tls-alert-internal-error",
     .codes = {CLOSED},
     .tells = LOG_OR_LOCAL},
    {.id = "alert-70-always",
     .says = "protocol_version (70) at every ClientHello",
     .stage = STAGE_TLS,
     .lab = "tls-alert-protocol-version",
     .codes = {CLOSED}},
    {.id = "old-tls-only",
     .says = "TLS 1.0 or 1.1 only, and a client that has neither",
     .stage = STAGE_TLS,
     .make = old_tls_only,
     .codes = {CLOSED}},
    {.id = "new-tls-only",
     .says = "TLS 1.3 only, and a client that does not have it",
     .stage = STAGE_TLS,
     .hosts = HOST_WINDOWS_NEW,
     .make = new_tls_only,
     .codes = {CLOSED}},
    {.id = "no-common-suite",
     .says = "no cipher suite in common",
     .stage = STAGE_TLS,
     .lab = "tls-no-common-suite",
     .codes = {CLOSED}},
    {.id = "break-in-handshake",
     .says = "reset within the host's certificate",
     .stage = STAGE_TLS,
     .lab = "tls-break-rst",
     .make = later_in_the_certificate,
     .codes = {CLOSED},
     .tells = "the log of the device on the way; a connection that does not pass it"},
    {.id = "closed-after-certificate",
     .says = "closes after its certificate, before the handshake is over",
     .stage = STAGE_TLS,
     .lab = "tls-certificate-rst",
     .codes = {CLOSED},
     .tells = "the log of the device on the way; a connection that does not pass it"},
    {.id = "server-closes-after-certificate",
     .says = "a server that is not Windows closes after its certificate",
     .stage = STAGE_TLS,
     .hosts = HOST_OTHER,
     .lab = "tls-certificate-fin",
     .codes = {CLOSED}},
    {.id = "tls-garbage",
     .says = "answers the ClientHello with bytes that are no TLS",
     .stage = STAGE_TLS,
     .hosts = HOST_OTHER,
     .lab = "tls-garbage",
     .codes = {CLOSED}},
    {.id = "handshake-altered",
     .says = "one byte of the handshake is changed on the way",
     .stage = STAGE_TLS,
     .make = somewhere_in_the_handshake,
     .codes = {CLOSED}},
    {.id = "inspected",
     .says = "the certificate is made on the fly by a device that inspects TLS",
     .lab = "cert-inspected",
     .codes = {{0x907, 0}, {0x904, 0x7}}},
    {.id = "expired",
     .says = "the certificate has expired",
     .make = certificate_expired,
     .codes = {{0x1B07, 0}, {0x904, 0x7}}},
    {.id = "not-trusted",
     .says = "a certificate of no known authority, and a client that insists",
     .make = certificate_of_no_authority,
     .codes = {{0x907, 0}},
     .needs_code = true},
    {.id = "unfit-certificate",
     .says = "a certificate with a weak key or for another use",
     .make = certificate_unfit,
     .codes = {{0x907, 0}}},
    {.id = "clock-days-fast",
     .says = "the host's clock is days ahead, and so is its new certificate",
     .hosts = HOST_NLA,
     .lab = "cert-not-yet-valid",
     .make = clock_is_days_fast,
     .codes = {{0x1D07, 0}, {0x1B07, 0}}},

    /* --- NLA --- */
    {.id = "clock-wrong",
     .says = "the host's clock is hours wrong",
     .hosts = HOST_NLA,
     .make = clock_is_wrong,
     .codes = {{0x1D07, 0}}},
    {.id = "nla-silent",
     .says = "never answers the first token",
     .stage = STAGE_NLA,
     .hosts = HOST_NLA,
     .in_domain = true,
     .lab = "nla-silent",
     .codes = {{0x1807, 0}}},
    {.id = "nla-late",
     .says = "answers the first token after more than five seconds",
     .stage = STAGE_NLA,
     .hosts = HOST_NLA,
     .in_domain = true,
     .make = answers_late,
     .lab = "nla-slow",
     .codes = {{0x1807, 0}, {0x807, 0}}},
    {.id = "nla-no-dc",
     .says = "says that no domain controller can be reached",
     .stage = STAGE_NLA,
     .hosts = HOST_NLA,
     .in_domain = true,
     .make = no_domain_controller,
     .codes = {{0x1807, 0}}},
    {.id = "nla-no-trust",
     .says = "says that the trust with the domain is broken",
     .stage = STAGE_NLA,
     .hosts = HOST_NLA,
     .in_domain = true,
     .make = no_trust,
     .codes = {{0x807, 0}}},
    {.id = "nla-ntlm-blocked",
     .says = "says that NTLM is blocked",
     .stage = STAGE_NLA,
     .hosts = HOST_NLA,
     .lab = "nla-error-ntlm-blocked",
     .codes = {{0x1707, 0}}},
    {.id = "nla-closed",
     .says = "closes at the first token",
     .stage = STAGE_NLA,
     .hosts = HOST_NLA,
     .lab = "nla-fin",
     .codes = {CLOSED},
     .tells = "the host's NTLM policy and its log; the log of the proxy"},
    {.id = "credssp-old",
     .says = "CredSSP of a version before the update of 2018",
     .hosts = HOST_WINDOWS_MID | HOST_WINDOWS_OLD,
     .make = credssp_is_old},
    {.id = "no-restricted-admin",
     .says = "the host does not offer Restricted Admin, and the client asked for it",
     .hosts = HOST_NLA,
     .make = no_restricted_admin,
     .codes = {{0xE09, 0}},
     .needs_code = true},
};

const struct way *way_at(size_t i)
{
	return i < sizeof ways / sizeof *ways ? &ways[i] : NULL;
}

const struct way *way_by_id(const char *id)
{
	for (size_t i = 0; way_at(i); i++)
		if (strcmp(ways[i].id, id) == 0)
			return &ways[i];
	return NULL;
}

/*
 * --- causes, and in which ways each fails ---
 *
 * A cause is planted in a way when its rows give the way's sign at least moderate weight and a
 * source describes it so. A sign that two causes share is shared here too: leaving one of them
 * out would count its share of the probability as an error.
 */

static const struct planted_row planted[] = {
    {.cause = "dns-unresolvable",
     .ways = {"name-unknown", "lookup-fails", "lookup-silent", "name-illegal",
              "internal-name-unknown"}},
    {.cause = "vpn-not-connected",
     .ways = {"internal-name-tunnel-down", "private-tunnel-down", "internal-name-unknown",
              "private-silent"}},
    {.cause = "client-offline", .ways = {"link-down", "no-resolver", "no-route"}},
    {.cause = "dns-wrong-host", .ways = {"other-host-answers"}},
    {.cause = "client-targets-itself", .ways = {"own-name"}},
    {.cause = "host-offline-or-asleep",
     .ways = {"all-silent", "router-unreachable", "no-neighbour", "private-silent"}},
    {.cause = "tcp-port-filtered",
     .ways = {"neighbour-open", "prohibited", "all-silent", "private-silent"}},
    {.cause = "tcp-port-refused",
     .ways = {"refused", "neighbour-open", "all-silent", "private-silent"}},
    {.cause = "rdp-tcp-listener-corrupt",
     .ways = {"refused", "accept-fin", "accept-rst", "neg-fin", "neg-rst"}},
    {.cause = "setup-or-oobe-in-progress",
     .ways = {"refused", "accept-fin", "accept-rst", "neg-fin", "neg-rst"}},
    {.cause = "third-party-termsrv-patch", .ways = {"refused", "neg-silent"}},
    {.cause = "rdp-port-changed", .ways = {"port-moved"}},
    {.cause = "ipv6-path-broken", .ways = {"ipv6-dead"}},
    {.cause = "nat-or-gateway-misroute",
     .ways = {"accept-fin", "accept-rst", "service-http", "service-ssh", "other-host-answers",
              "all-silent"}},
    {.cause = "port-conflict",
     .ways = {"service-http", "service-ssh", "accept-fin", "accept-rst", "neg-fin", "neg-rst"}},
    {.cause = "wrong-service-on-port",
     .ways = {"service-http", "service-ssh", "service-vnc", "service-tls", "service-other",
              "neg-silent", "neg-fin", "neg-rst", "accept-fin", "accept-rst"}},
    {.cause = "proxy-or-bastion-mismatch",
     .ways = {"neg-fin", "neg-rst", "accept-fin", "accept-rst", "neg-not-requested", "some-break",
              "nla-closed", "hello-rst", "hello-fin"}},
    {.cause = "ips-resets-connection",
     .ways = {"hello-rst", "neg-rst", "break-in-handshake", "accept-rst",
              "closed-after-certificate", "some-break", "hello-fin", "neg-fin", "accept-fin"}},
    {.cause = "rdp-bruteforce-overload", .ways = {"some-break"}},
    {.cause = "packet-loss", .ways = {"loss"}},
    {.cause = "mtu-black-hole", .ways = {"narrow", "narrow-down"}},
    {.cause = "high-latency", .ways = {"long-path"}},
    {.cause = "termservice-hung", .ways = {"neg-silent"}},
    {.cause = "disk-full-or-resource-exhaustion", .ways = {"neg-silent"}},
    {.cause = "security-layer-mismatch",
     .ways = {"neg-ssl-required", "neg-ssl-not-allowed", "neg-standard-only"}},
    {.cause = "rdp-certificate-binding-broken",
     .ways = {"neg-no-certificate", "hello-fin", "hello-rst", "alert-80"}},
    {.cause = "machinekeys-inaccessible", .ways = {"hello-rst", "hello-fin", "alert-80"}},
    {.cause = "custom-certificate-key-denied", .ways = {"hello-rst", "hello-fin", "alert-80"}},
    {.cause = "schannel-disabled",
     .ways = {"alert-70-always", "hello-rst", "hello-fin", "alert-80"}},
    {.cause = "nla-required-client-lacks", .ways = {"nla-required", "neg-hybrid-required"}},
    {.cause = "entra-id-signin-requirements", .ways = {"neg-entra-required"}},
    {.cause = "encryption-level-fips", .ways = {"fips-level"}},
    {.cause = "third-party-rdp-server-misconfigured",
     .ways = {"neg-not-requested", "server-closes-after-certificate", "tls-garbage", "neg-fin",
              "neg-rst", "confirm-altered", "accept-fin", "accept-rst"}},
    {.cause = "stream-altered-in-path",
     .ways = {"handshake-altered", "confirm-altered", "closed-after-certificate"}},
    {.cause = "tls-version-mismatch", .ways = {"old-tls-only", "new-tls-only"}},
    {.cause = "cipher-mismatch", .ways = {"no-common-suite"}},
    {.cause = "antivirus-or-tls-interception",
     .ways = {"inspected", "break-in-handshake", "closed-after-certificate", "hello-rst",
              "hello-fin"}},
    {.cause = "rdp-certificate-expired", .ways = {"expired"}},
    {.cause = "rdp-certificate-untrusted-or-name-mismatch",
     .ways = {"not-trusted", "unfit-certificate"}},
    {.cause = "clock-skew", .ways = {"clock-wrong", "clock-days-fast"}},
    {.cause = "nla-cannot-reach-dc", .ways = {"nla-silent", "nla-late", "nla-no-dc"}},
    {.cause = "domain-trust-broken", .ways = {"nla-no-trust"}},
    {.cause = "ntlm-blocked-by-policy", .ways = {"nla-ntlm-blocked", "nla-closed"}},
    {.cause = "credssp-encryption-oracle", .ways = {"credssp-old"}},
    {.cause = "restricted-admin-disabled", .ways = {"no-restricted-admin"}},
};

const struct planted_row *planted_at(size_t i)
{
	return i < sizeof planted / sizeof *planted ? &planted[i] : NULL;
}
