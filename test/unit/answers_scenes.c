#include "answers_scenes.h"

#define SERVICE(name, state, start, more)                                                          \
	"{\"topic\":\"service\",\"name\":\"" name "\",\"state\":\"" state "\",\"start\":\"" start  \
	"\"" more "}"
#define LISTENER(address, port, pid, process, services)                                            \
	"{\"topic\":\"listener\",\"protocol\":\"tcp\",\"address\":\"" address "\",\"port\":" port  \
	",\"pid\":" pid ",\"process\":\"" process "\",\"services\":\"" services "\"}"
#define PROFILE(name, active, enabled, all, in)                                                    \
	"{\"topic\":\"firewall_profile\",\"profile\":\"" name "\",\"is_active\":" active           \
	",\"is_enabled\":" enabled ",\"blocks_all\":" all ",\"default_in\":\"" in "\"}"
#define RULE(name, enabled, action, profiles, ports, remote)                                       \
	"{\"topic\":\"firewall_rule\",\"name\":\"" name "\",\"is_enabled\":" enabled               \
	",\"action\":\"" action "\",\"profiles\":\"" profiles                                      \
	"\",\"protocol\":6,\"ports\":\"" ports "\",\"remote\":\"" remote                           \
	"\",\"program\":\"%SystemRoot%\\\\system32\\\\"                                            \
	"svchost.exe\",\"service\":\"termservice\",\"interfaces\":\"All\",\"origin\":\"local\"}"
#define CERTIFICATE(store, thumbprint, more)                                                       \
	"{\"topic\":\"certificate\",\"store\":\"" store "\",\"thumbprint\":\"" thumbprint          \
	"\",\"der\":\"@DER@\",\"key_file\":\"C:\\\\ProgramData\\\\Microsoft\\\\Crypto\\\\RSA\\\\"  \
	"MachineKeys\\\\f686aace_1\"" more "}"
#define SESSION(id, station, state, user)                                                          \
	"{\"topic\":\"session\",\"id\":" id ",\"station\":\"" station "\",\"state\":\"" state      \
	"\",\"user\":\"" user "\",\"idle_seconds\":900}"
#define RIGHT(right, sid)                                                                          \
	"{\"topic\":\"right\",\"right\":\"" right "\",\"account\":\"a\",\"sid\":\"" sid "\"}"
#define HELD       ",\"has_key\":1,\"key_error\":0,\"key_bytes\":2300"
#define READABLE   ",\"key_rights\":\"O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)\""
#define UNREADABLE ",\"key_rights\":\"O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)\""
#define THUMB      "0102030405060708090a0b0c0d0e0f1011121314"
#define OTHER      "1414131211100f0e0d0c0b0a0908070605040302"
#define MEMBER                                                                                     \
	"{\"topic\":\"computer\",\"name\":\"PC-17\",\"domain\":\"corp.example\",\"join\":"         \
	"\"domain\",\"product\":\"Windows 10 Pro\",\"build\":19045,\"revision\":4894,"             \
	"\"is_elevated\":1,\"booted\":1000000,\"now\":9000000000}"
#define SERVER                                                                                     \
	"{\"topic\":\"computer\",\"name\":\"SRV-1\",\"join\":\"workgroup\",\"product\":"           \
	"\"Windows Server 2022 Standard\",\"build\":20348,\"revision\":2402,\"is_elevated\":1}"
#define DOMAIN(more)                                                                               \
	"{\"topic\":\"domain\",\"name\":\"corp.example\",\"controller\":\"dc1\"" more "}"

const char *const healthy_answers[] = {
    "{\"topic\":\"computer\",\"name\":\"PC-17\",\"domain\":\"WORKGROUP\",\"join\":\"workgroup\","
    "\"product\":\"Windows 10 Pro\",\"build\":19045,\"revision\":4894,\"is_elevated\":1,"
    "\"booted\":1000000,\"now\":9000000000,\"program\":\"rdpwhy\"}",
    SERVICE("TermService", "running", "manual",
            ",\"pid\":812,\"exit\":0,\"account\":\"NT Authority\\\\NetworkService\","
            "\"path\":\"C:\\\\WINDOWS\\\\System32\\\\svchost.exe -k NetworkService\""),
    SERVICE("RpcSs", "running", "auto", ",\"pid\":700"),
    SERVICE("RpcEptMapper", "running", "auto", ",\"pid\":700"),
    SERVICE("DcomLaunch", "running", "auto", ",\"pid\":690"),
    SERVICE("LSM", "running", "auto", ",\"pid\":690"),
    SERVICE("CryptSvc", "running", "auto", ",\"pid\":900"),
    SERVICE("ProfSvc", "running", "auto", ",\"pid\":901"),
    SERVICE("KeyIso", "running", "manual", ",\"pid\":600"),
    SERVICE("SessionEnv", "running", "manual", ",\"pid\":902"),
    SERVICE("CertPropSvc", "stopped", "manual", ",\"exit\":1077"),
    SERVICE("UmRdpService", "running", "manual", ",\"pid\":903"),
    SERVICE("Netlogon", "stopped", "manual", ",\"exit\":1077"),
    SERVICE("SCardSvr", "stopped", "manual", ",\"exit\":1077"),
    LISTENER("0.0.0.0", "135", "700", "svchost.exe", "RpcEptMapper,RpcSs"),
    LISTENER("0.0.0.0", "445", "4", "System", ""),
    LISTENER("0.0.0.0", "3389", "812", "svchost.exe", "TermService"),
    LISTENER("::", "3389", "812", "svchost.exe", "TermService"),
    LISTENER("0.0.0.0", "49664", "600", "lsass.exe", "KeyIso,SamSs"),
    "{\"topic\":\"tcp_state\",\"state\":\"TIME_WAIT\",\"count\":12,\"count_of_port\":0}",
    "{\"topic\":\"tcp_state\",\"state\":\"CLOSE_WAIT\",\"count\":3,\"count_of_port\":1}",
    "{\"topic\":\"port_range\",\"protocol\":\"tcp\",\"first\":49152,\"count\":16384,\"used\":211}",
    CERTIFICATE("Remote Desktop", THUMB, HELD READABLE),
    PROFILE("domain", "0", "1", "0", "block"),
    PROFILE("private", "1", "1", "0", "block"),
    PROFILE("public", "0", "1", "0", "block"),
    RULE("RemoteDesktop-UserMode-In-TCP", "1", "allow", "all", "3389", "*"),
    "{\"topic\":\"network\",\"name\":\"office\",\"category\":\"private\",\"is_connected\":1,"
    "\"has_internet\":1,\"adapter\":\"Ethernet\"}",
    "{\"topic\":\"adapter\",\"name\":\"Ethernet\",\"type\":6,\"is_up\":1,\"is_tunnel\":0,"
    "\"mtu\":1500,\"addresses\":\"192.0.2.17\",\"gateways\":\"192.0.2.1\",\"name_servers\":"
    "\"192.0.2.1\",\"metric\":25}",
    "{\"topic\":\"adapter\",\"name\":\"vpn\",\"type\":23,\"is_up\":0,\"is_tunnel\":1}",
    SESSION("0", "Services", "disconnected", ""),
    SESSION("1", "Console", "connected", ""),
    SESSION("2", "RDP-Tcp#0", "active", "alice"),
    SESSION("65536", "RDP-Tcp", "listen", ""),
    "{\"topic\":\"group_member\",\"group\":\"S-1-5-32-544\",\"member\":\"PC-17\\\\alice\","
    "\"sid\":\"S-1-5-21-1-2-3-1001\",\"kind\":\"user\"}",
    RIGHT("SeRemoteInteractiveLogonRight", "S-1-5-32-544"),
    RIGHT("SeRemoteInteractiveLogonRight", "S-1-5-32-555"),
    RIGHT("SeNetworkLogonRight", "S-1-1-0"),
    RIGHT("SeDenyNetworkLogonRight", "S-1-5-21-1-2-3-501"),
    "{\"topic\":\"licensing\",\"mode\":1,\"mode_name\":\"administration\",\"is_session_host\":0}",
    "{\"topic\":\"tls_suite\",\"position\":0,\"name\":\"TLS_AES_256_GCM_SHA384\"}",
    "{\"topic\":\"tls_suite\",\"position\":1,\"name\":\"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\"}",
    "{\"topic\":\"time\",\"source\":\"time.windows.com\",\"stratum\":4,\"offset_us\":13000,"
    "\"is_synced\":1}",
    "{\"topic\":\"volume\",\"path\":\"C:\\\\\",\"total\":255000000000,\"free\":91000000000}",
    "{\"topic\":\"memory\",\"physical\":17000000000,\"physical_free\":6000000000,"
    "\"commit_limit\":20000000000,\"commit_used\":9000000000,\"handles\":120000}",
    "{\"topic\":\"update\",\"id\":\"KB5043064\",\"installed\":\"2026-09-10\",\"kind\":"
    "\"Security Update\"}",
    "{\"topic\":\"log\",\"channel\":\"System\",\"is_enabled\":1,\"records\":20000}",
};
const size_t n_healthy_answers = sizeof healthy_answers / sizeof *healthy_answers;

#define NO_PORT                                                                                    \
	{                                                                                          \
		"TermService", "\"listen\""                                                        \
	}
#define RUNS_AND_ON                                                                                \
	{                                                                                          \
		{                                                                                  \
			.id = F_HOST_RDP_OFF, .state = FINDING_ABSENT, .origin = ORIGIN_HOST       \
		}                                                                                  \
	}

const struct answers_scene answers_scenes[] = {
    {.name = "healthy"},
    {.name = "healthy, and the registry says so", .before = RUNS_AND_ON},
    {.name = "healthy, at its console",
     .drop = {"\"Console\"", "RDP-Tcp#0"},
     .add = {SESSION("1", "Console", "active", "alice")}},
    {.name = "healthy server", .drop = {"\"computer\""}, .add = {SERVER}},
    {.name = "healthy member of a domain",
     .drop = {"\"computer\"", "Netlogon"},
     .add = {MEMBER, SERVICE("Netlogon", "running", "auto", ""),
             DOMAIN(",\"find_error\":0,\"channel_error\":0,\"clock_offset_us\":-200000")}},
    {.name = "healthy session host in its grace",
     .drop = {"\"computer\"", "\"licensing\""},
     .add = {SERVER, "{\"topic\":\"licensing\",\"mode\":5,\"grace_days\":80,"
                     "\"is_session_host\":1}"}},
    {.name = "disabled by registry, and still running",
     .before = {{.id = F_HOST_TERMSERVICE, .origin = ORIGIN_HIVE, .text = "disabled"}}},
    {.name = "old rule in the registry, and the firewall is off",
     .drop = {"firewall"},
     .add = {PROFILE("private", "1", "0", "0", "block")},
     .before = {{.id = F_HOST_FIREWALL_BLOCKS,
                 .origin = ORIGIN_HIVE,
                 .text = "the rule is not active"}}},
    {.name = "policy rules that only the registry shows",
     .drop = {"firewall_rule"},
     .add = {RULE("x", "0", "allow", "all", "3389", "*")},
     .before = {{.id = F_HOST_FIREWALL_BLOCKS, .state = FINDING_ABSENT, .origin = ORIGIN_HOST}}},

    {.name = "service stopped",
     .cause = "termservice-stopped",
     .drop = NO_PORT,
     .add = {SERVICE("TermService", "stopped", "manual", ",\"exit\":0")}},
    {.name = "service disabled",
     .cause = "termservice-stopped",
     .drop = NO_PORT,
     .add = {SERVICE("TermService", "stopped", "disabled", ",\"exit\":1077")}},
    {.name = "service crashed",
     .cause = "termservice-stopped",
     .drop = NO_PORT,
     .add = {SERVICE("TermService", "stopped", "manual", ",\"exit\":1067")}},
    {.name = "no such service", .cause = "termservice-stopped", .drop = NO_PORT},
    {.name = "no such service, says Windows",
     .cause = "termservice-stopped",
     .drop = NO_PORT,
     .add = {"{\"topic\":\"service\",\"could_not\":\"missing\",\"error\":1060,"
             "\"says\":\"TermService\"}"}},
    {.name = "a service that may not be seen",
     .drop = {"\"name\":\"TermService\""},
     .add = {"{\"topic\":\"service\",\"could_not\":\"no rights\",\"error\":5,"
             "\"says\":\"TermService\"}"}},
    {.name = "rules that came too late",
     .drop = {"firewall_rule"},
     .add = {RULE("x", "0", "allow", "all", "3389", "*"),
             "{\"topic\":\"firewall_rule\",\"could_not\":\"too late\"}"}},
    {.name = "administrators at work on a server",
     .drop = {"\"computer\""},
     .add = {SERVER, SESSION("4", "", "disconnected", "carol")}},
    {.name = "service starting for hours",
     .cause = "termservice-hung",
     .drop = NO_PORT,
     .add = {SERVICE("TermService", "starting", "manual", ",\"pid\":812")}},
    {.name = "connections that nobody takes",
     .cause = "termservice-hung",
     .drop = {"CLOSE_WAIT"},
     .add = {"{\"topic\":\"tcp_state\",\"state\":\"CLOSE_WAIT\",\"count\":90,"
             "\"count_of_port\":80}"}},
    {.name = "off",
     .cause = "listener-disabled",
     .drop = NO_PORT,
     .add = {SERVICE("TermService", "stopped", "manual", ",\"exit\":0")},
     .before = {{.id = F_HOST_RDP_OFF, .origin = ORIGIN_HOST, .text = "local"}}},
    {.name = "key service disabled",
     .cause = "rdp-support-service-broken",
     .drop = {"\"KeyIso\""},
     .add = {SERVICE("KeyIso", "stopped", "disabled", ",\"exit\":1077")}},
    {.name = "SessionEnv failed",
     .cause = "rdp-support-service-broken",
     .drop = {"\"SessionEnv\""},
     .add = {SERVICE("SessionEnv", "stopped", "manual", ",\"exit\":1068")}},
    {.name = "wrapper",
     .cause = "third-party-termsrv-patch",
     .drop = {"\"name\":\"TermService\""},
     .add = {SERVICE("TermService", "running", "auto",
                     ",\"pid\":812,\"path\":\"C:\\\\x\\\\rdpwrap.exe\"")}},
    {.name = "no listener, and nothing switches it off",
     .cause = "rdp-tcp-listener-corrupt",
     .drop = {"\"port\":3389", "\"listen\""},
     .before = RUNS_AND_ON},
    {.name = "port taken",
     .cause = "port-conflict",
     .drop = {"\"port\":3389", "\"listen\""},
     .add = {LISTENER("0.0.0.0", "3389", "4711", "C:\\\\x\\\\other.exe", "")}},
    {.name = "one address",
     .cause = "listener-bound-to-one-adapter",
     .drop = {"\"port\":3389"},
     .add = {LISTENER("192.0.2.17", "3389", "812", "svchost.exe", "TermService")}},
    {.name = "other port",
     .cause = "rdp-port-changed",
     .drop = {"\"port\":3389"},
     .add = {LISTENER("0.0.0.0", "3390", "812", "svchost.exe", "TermService")}},
    {.name = "ports used up",
     .cause = "ephemeral-port-exhaustion",
     .drop = {"port_range"},
     .add = {"{\"topic\":\"port_range\",\"protocol\":\"tcp\",\"first\":49152,\"count\":16384,"
             "\"used\":16380}"}},
    {.name = "rule not active",
     .cause = "host-firewall-blocks",
     .drop = {"firewall_rule"},
     .add = {RULE("RemoteDesktop-UserMode-In-TCP", "0", "allow", "all", "3389", "*")}},
    {.name = "rule that blocks",
     .cause = "host-firewall-blocks",
     .add = {RULE("block everything", "1", "block", "all", "3000-4000", "*")}},
    {.name = "all is shut",
     .cause = "host-firewall-blocks",
     .drop = {"\"private\",\"is_active\""},
     .add = {PROFILE("private", "1", "1", "1", "block")}},
    {.name = "rule for another port",
     .cause = "host-firewall-blocks",
     .drop = {"firewall_rule"},
     .add = {RULE("RemoteDesktop-UserMode-In-TCP", "1", "allow", "all", "3390", "*")}},
    {.name = "public network",
     .cause = "network-profile-public",
     .drop = {"firewall_", "\"network\""},
     .add = {PROFILE("domain", "0", "1", "0", "block"), PROFILE("private", "0", "1", "0", "block"),
             PROFILE("public", "1", "1", "0", "block"),
             RULE("RemoteDesktop-UserMode-In-TCP", "1", "allow", "domain,private", "3389", "*"),
             "{\"topic\":\"network\",\"name\":\"cafe\",\"category\":\"public\","
             "\"is_connected\":1}"}},
    {.name = "expired", .cause = "rdp-certificate-expired", .days_from = -220, .days_to = -40},
    {.name = "key gone",
     .cause = "machinekeys-inaccessible",
     .drop = {"\"certificate\""},
     .add = {CERTIFICATE("Remote Desktop", THUMB, ",\"key_error\":2148073494")}},
    {.name = "key denied",
     .cause = "machinekeys-inaccessible",
     .drop = {"\"certificate\""},
     .add = {CERTIFICATE("Remote Desktop", THUMB, HELD UNREADABLE)}},
    {.name = "key empty",
     .cause = "machinekeys-inaccessible",
     .drop = {"\"certificate\""},
     .add = {CERTIFICATE("Remote Desktop", THUMB, ",\"has_key\":1,\"key_bytes\":0")}},
    {.name = "chosen one without key",
     .cause = "rdp-certificate-binding-broken",
     .add = {CERTIFICATE("My", OTHER, ",\"is_chosen\":1,\"has_key\":0")}},
    {.name = "key of the chosen one denied",
     .cause = "custom-certificate-key-denied",
     .add = {CERTIFICATE("My", OTHER, ",\"is_chosen\":1" HELD UNREADABLE)}},
    {.name = "no suite for RSA",
     .cause = "cipher-mismatch",
     .drop = {"tls_suite"},
     .add = {"{\"topic\":\"tls_suite\",\"position\":0,\"name\":"
             "\"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\"}"}},
    {.name = "session that does not end",
     .cause = "stuck-session",
     .drop = {"RDP-Tcp#0"},
     .add = {SESSION("3", "", "down", "bob")}},
    {.name = "chosen one in no store",
     .cause = "rdp-certificate-binding-broken",
     .drop = {"\"certificate\""},
     .add = {CERTIFICATE("Remote Desktop", THUMB, HELD READABLE ",\"is_chosen\":0")}},
    {.name = "cap reached",
     .cause = "session-limit",
     .before = {{.id = F_HOST_SESSION_CAP, .origin = ORIGIN_HOST, .number = 1}}},
    {.name = "right denied",
     .cause = "logon-right-denied",
     .add = {RIGHT("SeDenyRemoteInteractiveLogonRight", "S-1-5-32-545")}},
    {.name = "right of nobody",
     .cause = "logon-right-denied",
     .drop = {"SeRemoteInteractiveLogonRight"},
     .add = {"{\"topic\":\"right\",\"could_not\":\"nothing\",\"says\":"
             "\"SeRemoteInteractiveLogonRight\"}"}},
    {.name = "grace over",
     .cause = "licensing-grace-expired",
     .drop = {"\"computer\"", "\"licensing\""},
     .add = {SERVER, "{\"topic\":\"licensing\",\"mode\":5,\"grace_days\":0,\"servers\":\"\","
                     "\"is_session_host\":1}"}},
    {.name = "no domain controller",
     .cause = "nla-cannot-reach-dc",
     .drop = {"\"computer\"", "Netlogon"},
     .add = {MEMBER, SERVICE("Netlogon", "running", "auto", ""), DOMAIN(",\"find_error\":1355")}},
    {.name = "trust broken",
     .cause = "domain-trust-broken",
     .drop = {"\"computer\"", "Netlogon"},
     .add = {MEMBER, SERVICE("Netlogon", "running", "auto", ""),
             DOMAIN(",\"find_error\":0,\"channel_error\":1789")}},
    {.name = "clock slow",
     .cause = "clock-skew",
     .drop = {"\"computer\"", "Netlogon", "\"time\""},
     .add = {MEMBER, SERVICE("Netlogon", "running", "auto", ""),
             DOMAIN(",\"find_error\":0,\"channel_error\":0,\"clock_offset_us\":-700000000"),
             "{\"topic\":\"time\",\"source\":\"Local CMOS Clock\",\"is_synced\":0}"}},
    {.name = "clock fast",
     .cause = "clock-skew",
     .drop = {"\"computer\"", "Netlogon", "\"time\""},
     .add = {MEMBER, SERVICE("Netlogon", "running", "auto", ""),
             DOMAIN(",\"find_error\":0,\"channel_error\":0,\"clock_offset_us\":400000000"),
             "{\"topic\":\"time\",\"source\":\"Local CMOS Clock\",\"is_synced\":0}"}},
    {.name = "disk full",
     .cause = "disk-full-or-resource-exhaustion",
     .drop = {"\"volume\""},
     .add = {"{\"topic\":\"volume\",\"path\":\"C:\\\\\",\"total\":255000000000,\"free\":4096}"}},
    {.name = "memory used up",
     .cause = "disk-full-or-resource-exhaustion",
     .drop = {"\"memory\""},
     .add = {"{\"topic\":\"memory\",\"commit_limit\":20000000000,\"commit_used\":19999000000}"}},
    {.name = "bad update",
     .cause = "windows-update-regression",
     .add = {"{\"topic\":\"update\",\"id\":\"KB5073379\"}"}},
    {.name = "bad build",
     .cause = "windows-update-regression",
     .drop = {"\"computer\""},
     .add = {"{\"topic\":\"computer\",\"name\":\"S\",\"product\":\"Windows Server 2019\","
             "\"build\":17763,\"revision\":6200,\"is_elevated\":1}"}},
    {.name = "before May 2018",
     .cause = "credssp-encryption-oracle",
     .drop = {"\"computer\""},
     .add = {"{\"topic\":\"computer\",\"name\":\"S\",\"product\":\"Windows Server 2016\","
             "\"build\":14393,\"revision\":2000,\"is_elevated\":1}"}},
    {.name = "Home",
     .cause = "windows-edition-cannot-host",
     .drop = {"\"computer\"", "TermService", "\"listen\""},
     .add = {"{\"topic\":\"computer\",\"name\":\"PC-17\",\"product\":\"Windows 11 Home\","
             "\"build\":22631,\"revision\":4000,\"is_elevated\":1}"}},
    {.name = "no cable",
     .cause = "host-offline-or-asleep",
     .drop = {"\"Ethernet\""},
     .add = {"{\"topic\":\"adapter\",\"name\":\"Ethernet\",\"type\":6,\"is_up\":0,"
             "\"is_tunnel\":0}"}},
};
const size_t n_answers_scenes = sizeof answers_scenes / sizeof *answers_scenes;
