#include "why/code_class.h"

static const struct class_def classes[CLASS_COUNT] = {
    [CLASS_NONE] = {.id = "none", .says = "The code does not say what kind of failure it is."},
    [CLASS_NAME] =
        {
            .id = "name",
            .says = "The client could not turn the name into an address; nothing was sent to the "
                    "host.",
            .needs = "a name lookup that failed on the client",
            .cannot = {"a closed or filtered port: no connection was tried",
                       "a certificate, TLS or NLA problem: the host was never reached",
                       "wrong credentials"},
            .stages = {{.last = "no answer from any resolver",
                        .suspects = "client offline, VPN not connected, resolver down"},
                       {.last = "the name does not exist",
                        .suspects = "VPN not connected (internal names), misspelt name, missing "
                                    "suffix, missing record, old .rdp file"},
                       {.last = "an address now, none then",
                        .suspects = "VPN came up later, changed record, stale cache"}},
        },
    [CLASS_CONNECT] =
        {
            .id = "connect",
            .says = "The name had an address, but no connection to the port came about, or none "
                    "in time.",
            .needs = "a connection that was never established",
            .cannot = {"a certificate, TLS or NLA problem: they come after the connection",
                       "wrong credentials or a missing licence", "UDP: RDP opens on TCP first"},
            .stages = {{.last = "none: silence",
                        .suspects = "host off or asleep, filter on the way or on the host, VPN "
                                    "not connected, wrong address"},
                       {.last = "none: refused at once",
                        .suspects = "Remote Desktop off, service stopped, other port, edition "
                                    "without a host, rejecting firewall"},
                       {.last = "none: a router says unreachable or prohibited",
                        .suspects = "filter on the way, missing route, VPN not connected"},
                       {.last = "accepted, then silence",
                        .suspects = "Remote Desktop service hung, other program on the port, "
                                    "path MTU"}},
        },
    [CLASS_CLOSED] =
        {
            .id = "closed",
            .says = "A TCP connection existed and the other side, or a device on the way, closed "
                    "it. The code does not tell the stage, and so not the cause.",
            .needs = "a connection that was open",
            .cannot =
                {"a name that does not resolve (that is 0x104)",
                 "a blocked port or a stopped service (that is 0x204)",
                 "a wrong password (that is 0x807)",
                 "UDP that fails: RDP starts on TCP, and stays there when UDP is not possible",
                 "a damaged user profile: it acts only after the session exists"},
            .stages =
                {{.last = "none, only TCP",
                  .suspects = "forward or proxy without a backend, other service on the port, "
                              "connection limit, blocklist"},
                 {.last = "X.224 confirm, closed at ClientHello",
                  .suspects = "unreadable private key or broken listener certificate, no common "
                              "TLS version or suite, device on the way"},
                 {.last = "TLS done, closed in CredSSP",
                  .suspects = "CredSSP version or policy, NTLM blocked, third-party server "
                              "without credentials set"},
                 {.last = "CredSSP done or not used, closed at MCS",
                  .suspects = "third-party server, connection limit, licence, proxy that cannot "
                              "speak the target's security"},
                 {.last = "the session had started",
                  .suspects = "read the last Set Error Info; time-out of a gateway, VPN or "
                              "firewall, crash, loss"}},
        },
    [CLASS_SECURITY] =
        {
            .id = "security",
            .says = "Both sides spoke RDP but could not agree on, or lost, its protection.",
            .needs = "a host that answered in RDP",
            .cannot = {"a name that does not resolve or a closed port"},
            .stages = {{.last = "RDP_NEG_FAILURE",
                        .suspects = "security layer, NLA or certificate setting of the host: the "
                                    "failure code says which"},
                       {.last = "GCC security data",
                        .suspects = "FIPS level, old client, damaged licensing certificate of "
                                    "the host"},
                       {.last = "encrypted data",
                        .suspects = "bytes altered on the way, client bug"}},
        },
    [CLASS_CERTIFICATE] =
        {
            .id = "certificate",
            .says = "The client saw the host's certificate and did not accept it.",
            .needs = "a certificate that reached the client",
            .cannot = {"an unreadable private key: then no certificate arrives", "a blocked port",
                       "wrong credentials"},
            .stages = {{.last = "server certificate",
                        .suspects = "expired, other name, unknown issuer, inspecting device, "
                                    "clock of one side wrong, remembered certificate changed"}},
        },
    [CLASS_AUTHENTICATION] =
        {
            .id = "authentication",
            .says = "The host was reached and TLS worked; the account, its rights or the way to "
                    "check them failed.",
            .needs = "a logon attempt",
            .cannot = {"a blocked port, a stopped service or a certificate key problem",
                       "a licence problem: licensing comes later"},
            .stages = {{.last = "NTLM CHALLENGE",
                        .suspects = "wrong or stored old password, locked, disabled or expired "
                                    "account, missing right"},
                       {.last = "delay, then refusal",
                        .suspects = "domain controller unreachable, broken trust, clock"},
                       {.last = "refusal by the client itself",
                        .suspects = "CredSSP update missing, delegation policy, missing NLA"}},
        },
    [CLASS_LICENCE] =
        {
            .id = "licence",
            .says = "The connection came as far as licensing and ended there.",
            .needs = "a host that checks licences, and so TLS and, where required, NLA passed",
            .cannot = {"a blocked port, a name, TLS or NLA problem"},
            .stages = {{.last = "licensing PDU",
                        .suspects = "grace period over, licence server unreachable, the client's "
                                    "licence store, the host's licensing certificate"}},
        },
    [CLASS_SESSION] =
        {
            .id = "session",
            .says = "A session existed or was about to exist, and ended or was refused.",
            .needs = "authentication that was passed, in most cases",
            .cannot = {"a blocked port, a name or a certificate problem"},
            .stages = {{.last = "authentication",
                        .suspects = "session limit, drain mode, console in use, own computer "
                                    "dialled, missing right"},
                       {.last = "session logon",
                        .suspects = "profile, shell, graphics, crash of a session program"},
                       {.last = "a running session",
                        .suspects = "taken over, time limit, administrator, network"}},
        },
    [CLASS_GATEWAY] =
        {
            .id = "gateway",
            .says = "The RD Gateway or the Connection Broker reported it, not the host.",
            .needs = "a connection through a gateway or a broker",
            .cannot = {"a setting of the target host, except where the code says that the target "
                       "cannot be reached"},
            .stages = {{.last = "no HTTPS answer", .suspects = "address, firewall, proxy, service"},
                       {.last = "gateway certificate",
                        .suspects = "name, expiry, issuer, revocation list"},
                       {.last = "HTTP 401 and sign-in",
                        .suspects = "credentials, authentication method, connection policy (CAP)"},
                       {.last = "tunnel authorised",
                        .suspects = "resource policy (RAP), target unreachable from the gateway"}},
        },
    [CLASS_CLIENT] =
        {
            .id = "client",
            .says = "The client program failed by itself, mostly before or beside the network.",
            .needs = "a fault in the client",
            .cannot = {"a setting of the host"},
            .stages = {{.last = "nothing was sent",
                        .suspects = ".rdp file, policy, smart card service, memory, client bug"}},
        },
    [CLASS_NORMAL_END] =
        {
            .id = "normal-end",
            .says = "The connection ended in an orderly way; this is no failure by itself.",
            .needs = "a session",
            .cannot = {"anything that prevents a connection"},
            .stages = {{.last = "a running session",
                        .suspects = "the person, an administrator, a time limit, another client"}},
        },
};

struct class_row {
	enum code_family family;
	uint32_t first, last;
	enum code_class class;
};

/* Where the stage of a code does not already give its class. */
static const struct class_row class_rows[] = {
    {.family = CODE_DISCONNECT, .first = 0x0, .last = 0x0, .class = CLASS_NONE},
    {.family = CODE_DISCONNECT, .first = 0x1, .last = 0x3, .class = CLASS_NORMAL_END},
    {.family = CODE_DISCONNECT, .first = 0x4, .last = 0x5, .class = CLASS_NONE},
    {.family = CODE_DISCONNECT, .first = 0xB, .last = 0xC, .class = CLASS_NORMAL_END},
    {.family = CODE_DISCONNECT, .first = 0x304, .last = 0x304, .class = CLASS_CLOSED},
    {.family = CODE_DISCONNECT, .first = 0x404, .last = 0x404, .class = CLASS_CLOSED},
    {.family = CODE_DISCONNECT, .first = 0x509, .last = 0x509, .class = CLASS_CERTIFICATE},
    {.family = CODE_DISCONNECT, .first = 0x607, .last = 0x607, .class = CLASS_GATEWAY},
    {.family = CODE_DISCONNECT, .first = 0x609, .last = 0x609, .class = CLASS_CLOSED},
    {.family = CODE_DISCONNECT, .first = 0x706, .last = 0x706, .class = CLASS_CERTIFICATE},
    {.family = CODE_DISCONNECT, .first = 0x708, .last = 0x708, .class = CLASS_SESSION},
    {.family = CODE_DISCONNECT, .first = 0x904, .last = 0x904, .class = CLASS_CLOSED},
    {.family = CODE_DISCONNECT, .first = 0xB04, .last = 0xB04, .class = CLASS_CONNECT},
    {.family = CODE_DISCONNECT, .first = 0xD06, .last = 0xD06, .class = CLASS_SECURITY},
    {.family = CODE_DISCONNECT, .first = 0x1104, .last = 0x1104, .class = CLASS_CLOSED},
    {.family = CODE_DISCONNECT, .first = 0x2604, .last = 0x2604, .class = CLASS_CLIENT},
    {.family = CODE_EXTENDED, .first = 0x0, .last = 0x0, .class = CLASS_NONE},
    {.family = CODE_EXTENDED, .first = 0x1, .last = 0x2, .class = CLASS_NORMAL_END},
    {.family = CODE_EXTENDED, .first = 0x7, .last = 0x7, .class = CLASS_NONE},
    {.family = CODE_EXTENDED, .first = 0x8, .last = 0x8, .class = CLASS_SECURITY},
    {.family = CODE_EXTENDED, .first = 0x9, .last = 0xA, .class = CLASS_AUTHENTICATION},
    {.family = CODE_EXTENDED, .first = 0xB, .last = 0xC, .class = CLASS_NORMAL_END},
    {.family = CODE_EXTENDED, .first = 0x300, .last = 0x300, .class = CLASS_AUTHENTICATION},
    {.family = CODE_EXTENDED, .first = 0x1000, .last = 0x1000, .class = CLASS_NONE},
    {.family = CODE_EXTENDED, .first = 0x7FFF, .last = 0x7FFF, .class = CLASS_NONE},
    {.family = CODE_ERRINFO, .first = 0x0, .last = 0x0, .class = CLASS_NONE},
    {.family = CODE_ERRINFO, .first = 0x1, .last = 0x2, .class = CLASS_NORMAL_END},
    {.family = CODE_ERRINFO, .first = 0x7, .last = 0x7, .class = CLASS_CLOSED},
    {.family = CODE_ERRINFO, .first = 0x9, .last = 0xA, .class = CLASS_AUTHENTICATION},
    {.family = CODE_ERRINFO, .first = 0xB, .last = 0xC, .class = CLASS_NORMAL_END},
    {.family = CODE_NEG_FAILURE, .first = 0x3, .last = 0x3, .class = CLASS_CLOSED},
    {.family = CODE_NEG_FAILURE, .first = 0x5, .last = 0x5, .class = CLASS_SECURITY},
    {.family = CODE_TLS_ALERT, .first = 42, .last = 46, .class = CLASS_CERTIFICATE},
    {.family = CODE_TLS_ALERT, .first = 48, .last = 49, .class = CLASS_CERTIFICATE},
    {.family = CODE_LOGON_NOTIFY, .first = 0x0, .last = 0x2, .class = CLASS_AUTHENTICATION},
    {.family = CODE_FREERDP, .first = 0x20008, .last = 0x20008, .class = CLASS_CLOSED},
    {.family = CODE_FREERDP, .first = 0x2000D, .last = 0x2000D, .class = CLASS_CLOSED},
    {.family = CODE_FREERDP_EXIT, .first = 0, .last = 2, .class = CLASS_NORMAL_END},
    {.family = CODE_FREERDP_EXIT, .first = 7, .last = 7, .class = CLASS_CLOSED},
    {.family = CODE_FREERDP_EXIT, .first = 11, .last = 11, .class = CLASS_NORMAL_END},
    {.family = CODE_FREERDP_EXIT, .first = 147, .last = 147, .class = CLASS_CLOSED},
    {.family = CODE_STATUS, .first = 0x80090325, .last = 0x80090325, .class = CLASS_CERTIFICATE},
    {.family = CODE_STATUS, .first = 0x80090327, .last = 0x80090328, .class = CLASS_CERTIFICATE},
    {.family = CODE_WIN32, .first = 10054, .last = 10054, .class = CLASS_CLOSED},
};

static const enum code_class class_of_stage[STAGE_COUNT] = {
    [STAGE_NAME] = CLASS_NAME,
    [STAGE_PATH] = CLASS_CONNECT,
    [STAGE_TCP] = CLASS_CONNECT,
    [STAGE_NEGOTIATION] = CLASS_SECURITY,
    [STAGE_TLS] = CLASS_CLOSED,
    [STAGE_NLA] = CLASS_AUTHENTICATION,
    [STAGE_SETTINGS] = CLASS_SECURITY,
    [STAGE_LICENSING] = CLASS_LICENCE,
    [STAGE_SESSION] = CLASS_SESSION,
    [STAGE_GATEWAY] = CLASS_GATEWAY,
    [STAGE_CLIENT_CONFIG] = CLASS_CLIENT,
};

const struct class_def *code_class_def(enum code_class c)
{
	return &classes[c];
}

static enum code_class disconnect_class_by_stage(const struct code *code)
{
	/* A disconnect reason of the TLS stage is about the certificate that was seen. */
	return code->stage == STAGE_TLS ? CLASS_CERTIFICATE : class_of_stage[code->stage];
}

enum code_class code_class_of(enum code_family family, uint32_t value)
{
	for (size_t i = 0; i < sizeof class_rows / sizeof *class_rows; i++)
		if (class_rows[i].family == family && value >= class_rows[i].first &&
		    value <= class_rows[i].last)
			return class_rows[i].class;

	const struct code *code = code_find(family, value);

	if (!code)
		return CLASS_NONE;
	return family == CODE_DISCONNECT ? disconnect_class_by_stage(code)
	                                 : class_of_stage[code->stage];
}

bool code_class_is_failure(enum code_class c)
{
	return c != CLASS_NONE && c != CLASS_NORMAL_END;
}

/* The more telling of two: a failure beats an orderly end, that beats nothing. */
static int telling(enum code_class c)
{
	return code_class_is_failure(c) ? 2 : c == CLASS_NORMAL_END ? 1 : 0;
}

enum code_class code_class_of_findings(const struct findings *set)
{
	/* What stands first here is more specific and wins among equals. */
	static const enum finding_id shown[] = {F_CLIENT_GATEWAY_CODE, F_CLIENT_EXTENDED,
	                                        F_CLIENT_ERRINFO,      F_CLIENT_STATUS,
	                                        F_CLIENT_FREERDP,      F_CLIENT_CODE};
	enum code_class best = CLASS_NONE;

	for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
		for (size_t i = 0; i < set->n; i++) {
			const struct finding *f = &set->at[i];

			if (f->id != shown[k] || f->state != FINDING_SEEN)
				continue;

			enum code_class c = code_class_of(finding_defs[f->id].family,
			                                  (uint32_t)f->number);

			if (telling(c) > telling(best))
				best = c;
		}
	}
	return best;
}

static const struct pair_note pair_notes[] = {
    {.disconnect = 0x904,
     .extended = 0x7,
     .says = "No Microsoft document gives this pair a cause. It says that the peer hung up while "
             "the connection was being built, not who or why. The 7 can be the server's own Set "
             "Error Info, which exists only after the settings exchange, or be filled in by the "
             "client: in the one case reproduced in a laboratory the host reset the connection "
             "at ClientHello because it could not read its private key (Schannel 36870). So the "
             "pair does not tell the stage; a probe does.",
     .source = "public reports: 10 independent ones, 4 with strong evidence; too few and too "
               "skewed for percentages"},
    {.disconnect = 0x904,
     .extended = 0x0,
     .says = "Without a second number it is reported mostly after the session had begun: tunnels "
             "and gateways that drop, a remote-access tool on the host, crashes.",
     .source = "public reports"},
    {.disconnect = 0x204,
     .extended = 0x0,
     .says = "TCP blocked, port or service down, or a wrong address.",
     .source = "Microsoft: IMsTscAxEvents::OnDisconnected; public reports"},
    {.disconnect = 0x108,
     .extended = 0x0,
     .says = "Something may have accepted the connection and then stayed silent: a hung service "
             "or a filter that acts after the connect.",
     .source = "public reports"},
    {.disconnect = 0x3,
     .extended = 0x0,
     .says = "Ended by the server, not an error by itself; seen with patched termsrv.dll after "
             "an update, and with policy disconnects.",
     .source = "public reports"},
    {.disconnect = 0x3,
     .extended = 0x7,
     .says = "Only machine-written pages mention this pair: there is no evidence on it.",
     .source = "own search"},
    {.disconnect = 0x708,
     .extended = 0x0,
     .says = "Mostly the client reached its own machine: a loopback, a wrong name, or a forward "
             "that ends at home. For loopback tests 127.0.0.2 works.",
     .source = "public reports"},
    {.disconnect = 0x907,
     .extended = 0x0,
     .says = "On the Mac client also a certificate with only the Remote Desktop usage or a "
             "lifetime above 825 days (fixed in 10.6.4 and 10.6.5).",
     .source = "Microsoft: macOS client release notes"},
};

const struct pair_note *pair_note(uint32_t disconnect, uint32_t extended)
{
	for (size_t i = 0; i < sizeof pair_notes / sizeof *pair_notes; i++)
		if (pair_notes[i].disconnect == disconnect && pair_notes[i].extended == extended)
			return &pair_notes[i];
	return NULL;
}
