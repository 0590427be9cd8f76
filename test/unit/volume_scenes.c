#include "volume_scenes.h"

#define CS       "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\"
#define TS       CS "Control\\Terminal Server"
#define TCP      TS "\\WinStations\\RDP-Tcp]\n"
#define SOFT     "[HKEY_LOCAL_MACHINE\\SOFTWARE\\"
#define NT       SOFT "Microsoft\\Windows NT\\CurrentVersion"
#define POLICY   SOFT "Policies\\Microsoft\\Windows NT\\Terminal Services]\n"
#define SYSTEM   SOFT "Microsoft\\Windows\\CurrentVersion\\Policies\\System"
#define SERVICE  CS "Services\\"
#define RULES    SERVICE "SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\n"
#define PROTOCOL CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\"
#define CBS      SOFT "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"
#define RDP_RULE "\"RemoteDesktop-UserMode-In-TCP\"=\"v2.30|Action="

#define CORE_LOG "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx"
#define RCM_LOG  "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx"
#define LSM_LOG  "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx"
#define RDPCORE  "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define RCM      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define LSM      "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define AUDIT    "Microsoft-Windows-Security-Auditing"

/* A client that arrives, and what the host's logs have of it up to authentication. */
#define ARRIVES                                                                                    \
	{CORE_LOG, RDPCORE, 131, true, false, {"ConnType", "TCP", "ClientIP", "192.0.2.1:50000"}}, \
	    {RCM_LOG, RCM, 261, true, true, {"listenerName", "RDP-Tcp"}},                          \
	    {CORE_LOG, RDPCORE, 65, true, false, {"ConnectionName", "RDP-Tcp#1"}},                 \
	{                                                                                          \
		CORE_LOG, RDPCORE, 141, true, false,                                               \
		{                                                                                  \
			"InstanceID", "#1"                                                         \
		}                                                                                  \
	}
#define HANGS_UP                                                                                   \
	{CORE_LOG, RDPCORE, 102, true, false, {NULL}},                                             \
	{                                                                                          \
		CORE_LOG, RDPCORE, 103, true, false,                                               \
		{                                                                                  \
			"ReasonCode", "#14"                                                        \
		}                                                                                  \
	}
#define REFUSED(sub)                                                                               \
	{                                                                                          \
		"Security.evtx", AUDIT, 4625, false, false,                                        \
		{                                                                                  \
			"LogonType", "#3", "TargetUserName", "alice", "IpAddress", "192.0.2.1",    \
			    "Status", "0xc000006d", "SubStatus", sub                               \
		}                                                                                  \
	}

const struct volume_scene volume_scenes[] = {
    {"healthy", NULL, {0}},
    {"home", "windows-edition-cannot-host", {.registry = NT "]\n\"EditionID\"=\"Core\"\n"}},
    {"off", "listener-disabled", {.registry = TS "]\n\"fDenyTSConnections\"=dword:1\n"}},
    {"off by policy", "listener-disabled", {.registry = POLICY "\"fDenyTSConnections\"=dword:1\n"}},
    {"listener off", "listener-disabled", {.registry = TCP "\"fEnableWinStation\"=dword:0\n"}},
    {"rule not active",
     "host-firewall-blocks",
     {.registry = RULES RDP_RULE "Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|\"\n"}},
    {"rule that blocks",
     "host-firewall-blocks",
     {.registry = RULES
      "\"x\"=\"v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3000-4000|\"\n"}},
    {"local rules not merged",
     "host-firewall-blocks",
     {.registry = SOFT "Policies\\Microsoft\\WindowsFirewall\\DomainProfile]\n"
                       "\"AllowLocalPolicyMerge\"=dword:0\n" SOFT
                       "Policies\\Microsoft\\WindowsFirewall\\PrivateProfile]\n"
                       "\"AllowLocalPolicyMerge\"=dword:0\n" SOFT
                       "Policies\\Microsoft\\WindowsFirewall\\PublicProfile]\n"
                       "\"AllowLocalPolicyMerge\"=dword:0\n"}},
    {"public network",
     "network-profile-public",
     {.registry = RULES RDP_RULE "Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|"
                                 "Profile=Private|LPort=3389|\"\n" NT
                                 "\\NetworkList\\Profiles\\{1}]\n\"Category\"=dword:0\n"}},
    {"other port",
     "rdp-port-changed",
     {.registry = TCP "\"PortNumber\"=dword:d3e\n" RULES
                      "\"x\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3390|\"\n"}},
    {"port proxy",
     "nat-or-gateway-misroute",
     {.registry = SERVICE "PortProxy\\v4tov4\\tcp]\n\"*/3389\"=\"192.0.2.9/3389\"\n"}},
    {"service disabled",
     "termservice-stopped",
     {.registry = SERVICE "TermService]\n\"Start\"=dword:4\n"}},
    {"service account",
     "termservice-stopped",
     {.registry = SERVICE "TermService]\n\"ObjectName\"=\".\\\\somebody\"\n"}},
    {"service library gone", "termservice-stopped", {.remove = {"Windows/System32/termsrv.dll"}}},
    {"certificates not made",
     "rdp-support-service-broken",
     {.registry = SERVICE "SessionEnv]\n\"Start\"=dword:4\n"}},
    {"key service off",
     "rdp-support-service-broken",
     {.registry = SERVICE "KeyIso]\n\"Start\"=dword:4\n"}},
    {"listener without class",
     "rdp-tcp-listener-corrupt",
     {.registry = TCP "\"LoadableProtocol_Object\"=-\n"}},
    {"listener of Windows 7",
     "rdp-tcp-listener-corrupt",
     {.registry = TCP "\"LoadableProtocol_Object\"=\"{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}\"\n"}},
    {"no listener",
     "rdp-tcp-listener-corrupt",
     {.registry = "[-HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server\\"
                  "WinStations\\RDP-Tcp]\n"}},
    {"driver gone",
     "rdp-tcp-listener-corrupt",
     {.remove = {"Windows/System32/drivers/rdpbus.sys"}}},
    {"one adapter", "listener-bound-to-one-adapter", {.registry = TCP "\"LanAdapter\"=dword:2\n"}},
    {"no right on stations", "winstations-permissions", {.rights_lack_users = true}},
    {"denied on stations", "winstations-permissions", {.rights_deny = true}},
    {"set-up",
     "setup-or-oobe-in-progress",
     {.registry = "[HKEY_LOCAL_MACHINE\\SYSTEM\\Setup]\n\"OOBEInProgress\"=dword:1\n"}},
    {"restart due",
     "pending-reboot-or-servicing",
     {.registry = CBS "\\RebootPending]\n\"x\"=dword:1\n"}},
    {"bad update",
     "windows-update-regression",
     {.registry = CBS "\\Packages\\Package_for_KB5073379~1]\n\"CurrentState\"=dword:70\n"}},
    {"bad build",
     "windows-update-regression",
     {.registry = NT "]\n\"CurrentBuildNumber\"=\"17763\"\n\"UBR\"=dword:182d\n",
      .termsrv_build = 17763}},
    {"policy against setting",
     "group-policy-overrides-local-setting",
     {.registry = POLICY "\"UserAuthentication\"=dword:0\n"}},
    {"wrapper",
     "third-party-termsrv-patch",
     {.registry = SERVICE "TermService\\Parameters]\n"
                          "\"ServiceDll\"=\"%ProgramFiles%\\\\RDP Wrapper\\\\rdpwrap.dll\"\n"}},
    {"library of another build", "third-party-termsrv-patch", {.termsrv_build = 17763}},
    {"expired", "rdp-certificate-expired", {.certificate_from = -220, .certificate_to = -40}},
    {"chosen one gone",
     "rdp-certificate-binding-broken",
     {.registry = TCP "\"SSLCertificateSHA1Hash\"=hex:01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,"
                      "0f,10,11,12,13,14\n"}},
    {"key file gone", "machinekeys-inaccessible", {.remove = {VOLUME_KEY_FILE}}},
    {"keys emptied",
     "machinekeys-inaccessible",
     {.remove = {VOLUME_KEY_FILE, VOLUME_CHOSEN_KEY,
                 VOLUME_KEYS "/6de9cb26d2b98c01ec4e9e8b34824aa2_" VOLUME_MACHINE_GUID,
                 VOLUME_KEYS}}},
    {"chosen key empty",
     "custom-certificate-key-denied",
     {.is_certificate_chosen = true, .empty = {VOLUME_CHOSEN_KEY}}},
    {"template",
     "certificate-template-failure",
     {.registry = POLICY "\"CertTemplateName\"=\"RemoteDesktopComputer\"\n"}},
    {"native security",
     "security-layer-mismatch",
     {.registry = TCP "\"SecurityLayer\"=dword:0\n\"UserAuthentication\"=dword:0\n"}},
    {"fips",
     "encryption-level-fips",
     {.registry = CS "Control\\Lsa\\FipsAlgorithmPolicy]\n\"Enabled\"=dword:1\n"}},
    {"no TLS 1.2",
     "tls-version-mismatch",
     {.registry = PROTOCOL "TLS 1.2\\Server]\n\"Enabled\"=dword:0\n"}},
    {"few suites",
     "cipher-mismatch",
     {.registry = SOFT "Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002]\n"
                       "\"Functions\"=\"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\"\n"}},
    {"no TLS",
     "schannel-disabled",
     {.registry = PROTOCOL "TLS 1.0\\Server]\n\"Enabled\"=dword:0\n" PROTOCOL
                           "TLS 1.1\\Server]\n\"Enabled\"=dword:0\n" PROTOCOL
                           "TLS 1.2\\Server]\n\"Enabled\"=dword:0\n"}},
    {"public name server",
     "nla-cannot-reach-dc",
     {.registry = SERVICE "Tcpip\\Parameters]\n\"Domain\"=\"corp.example\"\n" SERVICE
                          "Tcpip\\Parameters\\Interfaces\\{1}]\n\"NameServer\"=\"8.8.8.8\"\n"}},
    {"not patched since 2018",
     "credssp-encryption-oracle",
     {.registry = NT "]\n\"CurrentBuildNumber\"=\"14393\"\n\"UBR\"=dword:7b\n",
      .termsrv_build = 14393}},
    {"account disabled", "account-disabled-or-expired", {.account_is_disabled = true}},
    {"account expired", "account-disabled-or-expired", {.account_is_expired = true}},
    {"no password", "account-restriction-blank-password", {.account_is_blank = true}},
    {"no member", "not-in-remote-desktop-users", {.account_is_no_member = true}},
    {"right denied", "logon-right-denied", {.users_rights = 0x800}},
    {"NTLM refused",
     "ntlm-blocked-by-policy",
     {.registry = CS "Control\\Lsa\\MSV1_0]\n\"RestrictReceivingNTLMTraffic\"=dword:2\n"}},
    {"smart card", "smartcard-policy", {.registry = SYSTEM "]\n\"scforceoption\"=dword:1\n"}},
    {"prompts",
     "credential-delegation-blocked",
     {.registry = TCP "\"fPromptForPassword\"=dword:1\n"}},
    {"no session", "session-limit", {.registry = TCP "\"MaxInstanceCount\"=dword:0\n"}},
    {"drain", "drain-mode", {.registry = TS "]\n\"TSServerDrainMode\"=dword:2\n"}},
    {"logons disabled",
     "drain-mode",
     {.registry = NT "\\Winlogon]\n\"WinStationsDisabled\"=\"1\"\n"}},
    {"time limit", "session-time-limit", {.registry = POLICY "\"MaxIdleTime\"=dword:dbba0\n"}},
    {"licensing mode",
     "licensing-grace-expired",
     {.registry = TS "\\RCM\\Licensing Core]\n\"LicensingMode\"=dword:5\n" TS
                     "]\n\"TSAppCompat\"=dword:1\n" CS
                     "Control\\ProductOptions]\n\"ProductType\"=\"ServerNT\"\n"}},
    {"licence certificate",
     "host-license-certificate-corrupt",
     {.registry = TS "\\RCM]\n\"X509 Certificate\"=hex:00\n"}},
    {"profile empty", "user-profile-corrupt", {.empty = {"Users/alice/NTUSER.DAT"}}},
    {"profile gone", "user-profile-corrupt", {.remove = {"Users/alice/NTUSER.DAT"}}},
    {"profile set aside",
     "user-profile-corrupt",
     {.registry = NT "\\ProfileList\\S-1-5-21-1-2-3-1001.bak]\n\"State\"=dword:8000\n"}},
    {"other shell",
     "session-black-screen",
     {.registry = NT "\\Winlogon]\n\"Shell\"=\"kiosk.exe\"\n"}},
    {"wrong password",
     "credentials-wrong",
     {.events = {ARRIVES,
                 {CORE_LOG, RDPCORE, 140, true, false, {"IPString", "192.0.2.1"}},
                 REFUSED("0xc000006a"),
                 HANGS_UP}}},
    {"locked", "account-locked", {.events = {ARRIVES, REFUSED("0xc0000234"), HANGS_UP}}},
    {"password expired",
     "password-expired",
     {.events = {ARRIVES, REFUSED("0xc0000071"), HANGS_UP}}},
    {"key refused",
     "machinekeys-inaccessible",
     {.events = {ARRIVES,
                 {"System.evtx",
                  "Schannel",
                  36870,
                  false,
                  false,
                  {"CallerProcessImageName", "svchost.exe", "Type", "server", "ErrorCode",
                   "0x8009030d"}},
                 HANGS_UP}}},
    {"no certificate made",
     "machinekeys-inaccessible",
     {.events = {{"System.evtx", RCM, 1057, false, false, {"", "0x80090016"}}}}},
    {"grace over",
     "licensing-grace-expired",
     {.events = {ARRIVES, {"System.evtx", RCM, 1128, false, false, {NULL}}, HANGS_UP}}},
    {"profile not loaded",
     "user-profile-corrupt",
     {.events = {{"Application.evtx",
                  "Microsoft-Windows-User Profiles Service",
                  1508,
                  false,
                  false,
                  {"Detail", "The process cannot access the file", "File", "NTUSER.DAT"}}}}},
    {"broker sends elsewhere",
     "connection-broker-redirect-unreachable",
     {.registry = TS "\\ClusterSettings]\n\"SessionDirectoryRedirectionIP\"=\"192.0.2.99\"\n"}},
};

const size_t n_volume_scenes = sizeof volume_scenes / sizeof *volume_scenes;
