/*
 * causes_tls - certificate and TLS.
 *
 * The host makes its own certificate (store LocalMachine\Remote Desktop, six months) with
 * a machine RSA key in container TSSecKeySet1 and renews it by itself. A handshake that
 * completes proves that the key could be read.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define TCP         "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
#define FIPS        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\FipsAlgorithmPolicy"
#define SCHANNEL    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
#define SUITES      "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002"
#define MACHINEKEYS "$env:ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
#define LISTENER                                                                                   \
	"Get-CimInstance -Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting -Filter "   \
	"\"TerminalName='RDP-Tcp'\""

#define RESTART_HOST                                                                               \
	{                                                                                          \
		.says = "restart the host in five minutes and tell everybody on it; every "        \
		        "session is lost",                                                         \
		.command = "shutdown /r /t 300 /c \"Restart in 5 minutes, please save your "       \
		           "work\"",                                                               \
		.shell = CMD                                                                       \
	}

/* What separates a fault in the host from a device on the way. */
#define NOT_ON_THE_WAY                                                                             \
	FACT(F_TLS_WORKS_LOCALLY, REFUTES,                                                         \
	     "the same handshake succeeds in the host's own network"),                             \
	    FACT(F_TLS_RESET_IS_FOREIGN, REFUTES, "the reset was made by a device on the way")

#define HANDSHAKE_COMPLETES                                                                        \
	FACT(F_TLS_COMPLETED, REFUTES, "the handshake completes, which this fault prevents")

/* TLS begins only on a connection that was accepted. */
#define NEVER_GOT_THERE                                                                            \
	FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so TLS was never begun"),                  \
	    FACT(F_TCP_SILENT, -STRONG, "the port is silent, so TLS was never begun")

#define SCHANNEL_EVENTS "event manifest Schannel"
#define SCHANNEL_KEYS   "Microsoft: TLS registry settings"
#define TERMSERVICE     "TechNet: TermService events 1051 to 1065"

static const struct fix cert_assign = {
    .id = "host-cert-assign",
    .title = "give the listener a certificate that is valid",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 15,
    .condition = "a valid certificate stands in LocalMachine\\My, is for server authentication, "
                 "carries the name that is dialled, and NETWORK SERVICE may read its private key",
    .steps = {{.says = "note the thumbprint that is used now",
               .command = "(" LISTENER ").SSLCertificateSHA1Hash",
               .shell = POWERSHELL},
              {.says = "find the thumbprint of the valid certificate",
               .command = "Get-ChildItem 'Cert:\\LocalMachine\\My' | Format-List Thumbprint, "
                          "Subject, NotAfter, HasPrivateKey",
               .shell = POWERSHELL},
              {.says = "choose it; new connections use it at once",
               .command = LISTENER
               " | Set-CimInstance -Property @{SSLCertificateSHA1Hash='<thumbprint>'}",
               .shell = POWERSHELL}},
    .undo = {{.says = "choose the noted one again",
              .command = LISTENER
              " | Set-CimInstance -Property @{SSLCertificateSHA1Hash='<noted thumbprint>'}",
              .shell = POWERSHELL},
             {.says = "or, if the self-made one was used before: take the choice back",
              .command = "reg delete \"" TCP "\" /v SSLCertificateSHA1Hash /f",
              .shell = CMD},
             {.says = "and have the self-made one used, without ending a session",
              .command = "Restart-Service SessionEnv",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop listener certificate configurations"},
};

static const struct fix machinekeys_put_back = {
    .id = "host-machinekeys-put-back",
    .title = "put the missing key files back",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 20,
    .condition = "MachineKeys was renamed or emptied, and the original folder or a backup of "
                 "this very installation exists; other services lost their keys with it",
    .steps = {{.says = "find the renamed folder",
               .command = "Get-ChildItem -Force -Directory "
                          "\"$env:ProgramData\\Microsoft\\Crypto\\RSA\"",
               .shell = POWERSHELL},
              {.says = "copy back what is missing, with its rights; nothing is overwritten, and "
                       "the log lists what was added",
               .command = "robocopy '<renamed folder>' \"" MACHINEKEYS
                          "\" /E /B /COPYALL /XC /XN /XO "
                          "\"/LOG:$env:SystemRoot\\Temp\\machinekeys-added.log\"",
               .shell = POWERSHELL},
              {.says = "have the key opened again (this ends every remote session on the host)",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo_says = "Only missing files are added; the log names them, should one have to go again.",
    .sources = {"Microsoft: default permissions for the MachineKeys folders",
                "Microsoft: Azure VM RDP internal error"},
};

static const struct fix chosen_key_grant = {
    .id = "host-chosen-key-grant",
    .title = "let the Remote Desktop service read the chosen certificate's key",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 8,
    .condition = "the certificate has a private key on this host; the same can be done in "
                 "certlm.msc, All Tasks, Manage Private Keys",
    .steps = {{.says = "read the unique container name: it is the name of the key file",
               .command = "certutil -v -store My '<thumbprint>'",
               .shell = POWERSHELL},
              {.says = "find that one file",
               .command = "Get-ChildItem \"$env:ProgramData\\Microsoft\\Crypto\" -Recurse -Force "
                          "-Filter '<unique container name>' | Select-Object FullName",
               .shell = POWERSHELL},
              {.says = "keep its present rights",
               .command = "icacls '<folder>\\<unique container name>' /save "
                          "\"$env:TEMP\\chosen-key.acl\"",
               .shell = POWERSHELL},
              {.says = "let NETWORK SERVICE read it",
               .command = "icacls '<folder>\\<unique container name>' /grant '*S-1-5-20:R'",
               .shell = POWERSHELL},
              {.says = "have the key opened again (this ends every remote session on the host)",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "give the file its kept rights again",
              .command = "icacls '<folder>' /restore \"$env:TEMP\\chosen-key.acl\"",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop listener certificate configurations",
                "TechNet: TermService event 1055"},
};

static const struct fix template_enrol = {
    .id = "domain-certificate-template-enrol",
    .title = "let the host enrol for the template that its policy names",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .condition = "the policy names a certificate template on purpose",
    .steps =
        {{.says = "on the host: see which template the policy names; it has to be the template's "
                  "name and not its display name",
          .command = "reg query \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                     "Services\" /v CertTemplateName",
          .shell = CMD},
         {.says = "on the host: see whether a certification authority answers and offers it",
          .command = "certutil -CATemplates",
          .shell = CMD},
         {.says = "in certtmpl.msc: give the computers of the domain (SID ending in -515) Read "
                  "and Enroll on that template, and let it build the subject from the DNS name",
          .shell = NO_SHELL},
         {.says = "on the host: fetch policy and certificate; event 1063 confirms it",
          .command = "gpupdate /target:computer /force",
          .shell = CMD}},
    .undo = {{.says = "in certtmpl.msc: take the two permissions away again", .shell = NO_SHELL}},
    .sources = {TERMSERVICE, "Microsoft: KB2531138"},
};

static const struct fix remembered_forget = {
    .id = "client-remembered-certificate-forget",
    .title = "let the client forget the host's former certificate",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .condition = "the host was reinstalled or renewed its certificate; its administrator "
                 "confirms the thumbprint, because a changed certificate may also be an "
                 "impostor's",
    .steps = {{.says = "keep what is remembered",
               .command = "reg export \"HKCU\\Software\\Microsoft\\Terminal Server "
                          "Client\\Servers\\{host}\" \"%TEMP%\\rdp-server.reg\" /y",
               .shell = CMD},
              {.says = "forget it",
               .command = "reg delete \"HKCU\\Software\\Microsoft\\Terminal Server "
                          "Client\\Servers\\{host}\" /f",
               .shell = CMD}},
    .undo = {{.says = "remember it again",
              .command = "reg import \"%TEMP%\\rdp-server.reg\"",
              .shell = CMD}},
    .sources = {"registry of a real Windows 10"},
};

static const struct fix certificate_trust = {
    .id = "client-host-certificate-trust",
    .title = "trust this host's certificate on the client",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "no certification authority is at hand; the file came from the host by a way "
                 "that nobody else can write to",
    .steps = {{.says = "on the host: write the certificate to a file and note its thumbprint",
               .command = "$c = Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Sort-Object "
                          "NotAfter | Select-Object -Last 1; $c | Export-Certificate -FilePath "
                          "\"$env:TEMP\\rdp-host.cer\"; $c.Thumbprint",
               .shell = POWERSHELL},
              {.says = "on the client: compare the thumbprint",
               .command = "certutil -dump '<file>.cer'",
               .shell = POWERSHELL},
              {.says = "trust it, for this user only",
               .command = "Import-Certificate -FilePath '<file>.cer' -CertStoreLocation "
                          "'Cert:\\CurrentUser\\Root'",
               .shell = POWERSHELL}},
    .undo = {{.says = "trust it no longer",
              .command = "Remove-Item 'Cert:\\CurrentUser\\Root\\<thumbprint>'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop cannot verify the identity of the remote computer"},
};

static const struct fix encryption_level_high = {
    .id = "host-encryption-level-high",
    .title = "let the listener ask for high instead of FIPS encryption",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "MinEncryptionLevel is 4 and no rule of the house demands FIPS; the level "
                 "concerns old RDP security only and not TLS",
    .steps =
        {{.says = "keep the listener's present values",
          .command = "reg export \"" TCP "\" \"%TEMP%\\rdp-tcp.reg\" /y",
          .shell = CMD},
         {.says = "128 bits, in both directions",
          .command = "reg add \"" TCP "\" /v MinEncryptionLevel /t REG_DWORD /d 3 /f",
          .shell = CMD},
         {.says = "let the service read the value (this ends every remote session on the host)",
          .command = "Restart-Service TermService -Force",
          .shell = POWERSHELL}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-tcp.reg\"",
              .shell = CMD},
             {.says = "let the service read them (this ends every remote session on the host)",
              .command = "Restart-Service TermService -Force",
              .shell = POWERSHELL}},
    .sources = {"TerminalServer.admx", "[MS-RDPBCGR] 5.3.1"},
};

static const struct fix fips_off = {
    .id = "host-fips-off",
    .title = "stop limiting the host to FIPS algorithms",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 20,
    .condition = "whoever answers for security confirms that nothing demands FIPS, and no group "
                 "policy sets it",
    .steps = {{.says = "keep the present value",
               .command = "reg export \"" FIPS "\" \"%SystemRoot%\\Temp\\fips.reg\" /y",
               .shell = CMD},
              {.says = "switch it off",
               .command = "reg add \"" FIPS "\" /v Enabled /t REG_DWORD /d 0 /f",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "write the kept value back",
              .command = "reg import \"%SystemRoot%\\Temp\\fips.reg\"",
              .shell = CMD},
             RESTART_HOST},
    .sources = {SCHANNEL_KEYS, "registry of a real Windows 10"},
};

static const struct fix tls_defaults = {
    .id = "host-tls-defaults",
    .title = "let Windows decide again about TLS 1.2 and 1.3",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 15,
    .condition = "Windows 8, Server 2012 or later, whose default has TLS 1.2 on; older versions "
                 "of TLS stay as they are set",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" SCHANNEL "\" \"%SystemRoot%\\Temp\\schannel.reg\" /y",
               .shell = CMD},
              {.says = "remove what was set for TLS 1.2; absent means the default of Windows",
               .command = "reg delete \"" SCHANNEL "\\Protocols\\TLS 1.2\\Server\" /f",
               .shell = CMD},
              {.says = "and for TLS 1.3; an error says that nothing was set",
               .command = "reg delete \"" SCHANNEL "\\Protocols\\TLS 1.3\\Server\" /f",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%SystemRoot%\\Temp\\schannel.reg\"",
              .shell = CMD},
             RESTART_HOST},
    .sources = {SCHANNEL_KEYS, "Microsoft: protocols in Schannel"},
};

static const struct fix cipher_defaults = {
    .id = "host-cipher-defaults",
    .title = "use the cipher suites of Windows again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 15,
    .condition = "the list was written on this host itself; one that a group policy writes comes "
                 "back and is changed there",
    .steps = {{.says = "keep the present list",
               .command = "reg export \"" SUITES "\" \"%SystemRoot%\\Temp\\suites.reg\" /y",
               .shell = CMD},
              {.says = "remove it; absent means the list of Windows",
               .command = "reg delete \"" SUITES "\" /v Functions /f",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "write the kept list back",
              .command = "reg import \"%SystemRoot%\\Temp\\suites.reg\"",
              .shell = CMD},
             RESTART_HOST},
    .sources = {SCHANNEL_KEYS, "registry of a real Windows 10"},
};

static const struct fix inspection_exempt = {
    .id = "network-inspection-exempt",
    .title = "let RDP pass the inspection unopened",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "the product that inspects is known, on the way or on one of the two computers",
    .steps = {{.says = "on the host: note the thumbprint of its certificate; another one seen at "
                       "the client is the product's",
               .command = "Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Format-List "
                          "Thumbprint, Subject, NotAfter",
               .shell = POWERSHELL},
              {.says = "in the product: except the RDP port from <cidr> to the host from TLS "
                       "inspection, and only that",
               .shell = NO_SHELL},
              {.says = "connect again; the client now sees the host's own thumbprint",
               .shell = NO_SHELL}},
    .undo = {{.says = "in the product: remove the exception", .shell = NO_SHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "Microsoft: ports used by Remote Desktop Services"},
};

static const struct fix protection_pause = {
    .id = "host-protection-pause",
    .title = "pause the security product for one attempt",
    .where = ON_HOST,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "the computer is unprotected while the product is paused",
    .temporary = true,
    .minutes = 5,
    .condition = "only to learn whether it is the product, on a trusted network, with the "
                 "firewall of Windows left on",
    .steps = {{.says = "in the product: pause network protection for the shortest time it offers",
               .shell = NO_SHELL},
              {.says = "connect once from the client",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD}},
    .undo = {{.says = "in the product: resume at once, whatever the outcome", .shell = NO_SHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting"},
};

static const struct fix ips_exception = {
    .id = "network-ips-exception",
    .title = "except this connection from the rule that resets it",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "the log of the device names a rule, and the client is a known one and no "
                 "attacker",
    .steps =
        {{.says = "in the device's log: find the rule that fired for the client's address at "
                  "that second",
          .shell = NO_SHELL},
         {.says = "if it counted failed sign-ins or connections: stop what repeats them first, "
                  "and let the block run out",
          .shell = NO_SHELL},
         {.says = "in the device: except the RDP port from <cidr> to the host from this one rule",
          .shell = NO_SHELL}},
    .undo = {{.says = "in the device: remove the exception", .shell = NO_SHELL}},
    .sources = {"event manifest RdpCoreTS", "logs of real hosts"},
};

static const struct cause rows[] = {
    {
        .id = "rdp-certificate-expired",
        .title = "The host's Remote Desktop certificate has expired.",
        .explains =
            "The host proves its identity with a certificate. The self-made one lasts six months "
            "and Windows renews it when it expires, so an expired one means that renewal failed "
            "or was never tried, or that the certificate was assigned by hand and forgotten. "
            "Most clients only warn; a client that must verify the host refuses.",
        .separates = "Event 1057 or 1058 beside it: the renewal fails, and that is the cause. No "
                     "such event: renewal was never tried.",
        .tell = "The Remote Desktop certificate of this host has expired; please let SessionEnv "
                "make a new one and look for events 1057 and 1058.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                NEEDED(F_CERT_EXPIRED, DECISIVE, "the certificate that the host shows has expired"),
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0x1B07,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client's code 0x1B07 says that the certificate received is expired"},
                {.finding = F_CLIENT_AUTHENTICATION_LEVEL,
                 .test = IS,
                 .value = 1,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "this client is told to refuse a host that it cannot verify"},
                {.finding = F_TLS_CLIENT_ALERT,
                 .test = IS,
                 .value = 45,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client ended the handshake with the alert certificate_expired"},
                {.finding = F_TLS_COMPLETED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .at_most = 0.70,
                 .says = "the handshake completes, so expiry alone does not explain a closed "
                         "socket"},
                {.finding = F_TLS_WORKS_LOCALLY,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .at_most = 0.70,
                 .says = "the handshake completes on the host itself, so expiry alone does not "
                         "explain a closed socket"},
                {.finding = F_LOG_CERT_REPLACE_FAILED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "event 1058: the renewal fails, so expiry is an effect"},
                FACT(F_LOG_CERT_CREATED, -STRONG, "event 1056: the host made a new certificate"),
                FACT(F_CERT_NOT_YET_VALID, REFUTES,
                     "the certificate is not valid yet, so it is a clock that is wrong"),
                FACT(F_CLOCK_CERT_VALID_BY_OTHER, REFUTES,
                     "the certificate is expired by one of the two clocks only"),
                {.finding = F_LOG_CERT_CREATE_FAILED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "event 1057: no new certificate can be made, so expiry is an effect"},
                {.finding = F_LOG_CERT_TEMPLATE_FAILED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the template gives no new certificate, so expiry is an effect"},
                {.finding = F_HOST_SUPPORT_SERVICE,
                 .test = IS_NOT,
                 .word = "UmRdpService",
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a service that renewal needs does not run, so expiry is an effect"},
                FACT(F_LOG_CERT_CHOSEN_EXPIRED, STRONG,
                     "event 1053: the certificate that was chosen has expired"),
                {.finding = F_LOG_ALERT_RECEIVED,
                 .test = IS,
                 .value = 45,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "event 36887: a client ended the handshake with certificate_expired"},
                {.finding = F_CLIENT_STATUS,
                 .test = IS,
                 .value = 0x80090328,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client showed 0x80090328: the certificate has expired"},
            },
        .fixes = {&fix_support_services, &fix_cert_renew, &cert_assign},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "TechNet: TermService events 1052 to 1058", "[MS-RDPBCGR] 5.4.5"},
    },
    {
        .id = "rdp-certificate-binding-broken",
        .title = "The host's Remote Desktop listener points at a certificate that it cannot use.",
        .explains =
            "An administrator can choose which certificate the host shows. The choice is kept as "
            "a thumbprint. When that certificate was deleted, has no private key here or is not "
            "meant for servers, the host falls back to its self-made certificate, or has nothing "
            "to encrypt with and ends the connection before encryption begins.",
        .separates = "The thumbprint is set and the certificate or its private key is not there. "
                     "A certificate that is there and whose key cannot be read is another cause.",
        .tell = "The Remote Desktop listener of this host is set to a certificate that is "
                "missing or unusable; please look at SSLCertificateSHA1Hash and at events 1051 "
                "to 1059.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_HOST_CERTIFICATE_MISSING, DECISIVE,
                     "the certificate chosen for the listener does not exist or has no private "
                     "key"),
                VALUE(F_NEG_FAILURE_CODE, IS, 3, DECISIVE,
                      "the host says itself that it has no usable certificate"),
                FACT(F_LOG_CERT_CHOSEN_MISSING, STRONG,
                     "event 1051: the chosen certificate could not be used"),
                FACT(F_LOG_CERT_CHOSEN_USAGE, STRONG,
                     "event 1054: the chosen certificate is not for server authentication"),
                FACT(F_LOG_CERT_CHOSEN_EXPIRED, MODERATE,
                     "event 1053: the chosen certificate has expired and was given up"),
                FACT(F_LOG_CERT_CHOICE_RESET, STRONG,
                     "event 1059: the choice of the certificate was invalid"),
                FACT(F_CERT_IS_FALLBACK, MODERATE,
                     "the self-made certificate is shown although another one is chosen"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, STRONG,
                     "the host closes as soon as encryption begins"),
                FACT(F_TLS_NO_VERSION, MODERATE, "it does so for every TLS version"),
                VALUE(F_TLS_ALERT, IS, 80, MODERATE,
                      "the host ends the handshake with an internal error"),
                VALUE(F_TLS_ALERT, IS, 70, -MODERATE,
                      "the host blames the TLS version, and a key has nothing to do with that"),
                {.finding = F_TLS_COMPLETED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the handshake completes, so the host has a certificate to use"},
                NOT_ON_THE_WAY,
                FACT(F_LOG_KEY_ACCESS_FAILED, -MODERATE,
                     "event 36870: a key is there and cannot be read"),
                FACT(F_HOST_KEY_DENIED, -STRONG,
                     "it is the self-made certificate's key that cannot be read"),
                FACT(F_HOST_KEY_MISSING, -STRONG,
                     "it is the self-made certificate's key that is missing"),
                FACT(F_LOG_CERT_CHOSEN_KEY_DENIED, -MODERATE,
                     "event 1055: the chosen certificate is there, its key cannot be read"),
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_cert_unbind, &cert_assign, &fix_policy_change},
        .sources = {"Microsoft: Remote Desktop listener certificate configurations",
                    "[MS-RDPBCGR] 2.2.1.2.2", TERMSERVICE},
    },
    {
        .id = "machinekeys-inaccessible",
        .title = "The host cannot use the private key of its own Remote Desktop certificate.",
        .explains =
            "The key of the self-made certificate is one file in the folder MachineKeys. The "
            "service runs as NETWORK SERVICE and must be able to read that file, and SessionEnv "
            "must be able to write a new one when the certificate is renewed. When rights were "
            "changed, files were removed or a security product took one away, the host accepts "
            "the connection and drops it as soon as encryption begins. Often it worked until the "
            "next renewal.",
        .separates = "Event 36870, or 1057 and 1058 with access denied or a missing keyset. It "
                     "fails on the host itself too, which a device on the way does not bring "
                     "about.",
        .tell = "The Remote Desktop service of this host cannot use its private key; please look "
                "for events 36870, 1057 and 1058 and at the rights of the one key file "
                "f686aace... in MachineKeys, without renaming the folder.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_LOG_KEY_ACCESS_FAILED, DECISIVE,
                     "event 36870: the private key could not be used"),
                FACT(F_HOST_KEY_DENIED, DECISIVE,
                     "NETWORK SERVICE may not read the key file of the self-made certificate"),
                FACT(F_HOST_KEY_MISSING, DECISIVE,
                     "the key file of the self-made certificate is missing"),
                FACT(F_HOST_MACHINEKEYS_EMPTIED, DECISIVE,
                     "the folder of the machine's keys is empty or was renamed"),
                FACT(F_LOG_CERT_REPLACE_FAILED, STRONG,
                     "event 1058: the expired certificate could not be replaced"),
                VALUE(F_LOG_CERT_REPLACE_FAILED, IS, 0x80090016, DECISIVE,
                      "event 1058: it could not be replaced because its keyset does not exist"),
                VALUE(F_LOG_CERT_REPLACE_FAILED, IS, 0x80070005, DECISIVE,
                      "event 1058: it could not be replaced because access to the key is denied"),
                FACT(F_LOG_CERT_CREATE_FAILED, STRONG,
                     "event 1057: no new certificate could be made"),
                VALUE(F_LOG_CERT_CREATE_FAILED, IS, 0x80090016, DECISIVE,
                      "event 1057: none could be made because the keyset does not exist"),
                VALUE(F_LOG_CERT_CREATE_FAILED, IS, 0x80070005, DECISIVE,
                      "event 1057: none could be made because access to the key is denied"),
                FACT(F_CERT_EXPIRED, MODERATE,
                     "the certificate has expired, and Windows would have renewed it if it could"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, STRONG,
                     "the host closes as soon as encryption begins"),
                FACT(F_TLS_NO_VERSION, MODERATE, "it does so for every TLS version"),
                VALUE(F_TLS_ALERT, IS, 80, MODERATE,
                      "the host ends the handshake with an internal error"),
                VALUE(F_TLS_ALERT, IS, 70, -MODERATE,
                      "the host blames the TLS version, and a key has nothing to do with that"),
                VALUE(F_NEG_FAILURE_CODE, IS, 3, STRONG,
                      "the host says itself that it has no usable certificate"),
                FACT(F_TLS_COMPLETED, -STRONG, "the handshake completes, so the key could be read"),
                NOT_ON_THE_WAY,
                FACT(F_LOG_CERT_CHOSEN_KEY_DENIED, -STRONG,
                     "event 1055: it is the key of a chosen certificate that cannot be read"),
                FACT(F_HOST_CUSTOM_KEY_DENIED, -STRONG,
                     "it is the key of a chosen certificate that may not be read"),
            },
        .fixes = {&fix_support_services, &fix_key_acl, &machinekeys_put_back, &fix_cert_renew,
                  &fix_key_file_rename},
        .sources = {"Microsoft: Azure VM RDP internal error",
                    "Microsoft: default permissions for the MachineKeys folders", SCHANNEL_EVENTS,
                    TERMSERVICE, "reproduced in a lab: dekarita/supreme-lamp"},
    },
    {
        .id = "custom-certificate-key-denied",
        .title = "The host's Remote Desktop service may not read the key of the certificate that "
                 "was chosen for it.",
        .explains =
            "Somebody installed a certificate for Remote Desktop. The service runs as NETWORK "
            "SERVICE, and whoever installs a certificate has to let that account read its "
            "private key. Without that right the host falls back to its self-made certificate or "
            "drops the connection as soon as encryption begins.",
        .separates = "It began when the certificate was installed. Event 1055 names it, or the "
                     "self-made certificate is shown although another one is chosen.",
        .tell = "NETWORK SERVICE may not read the private key of the certificate chosen for "
                "Remote Desktop on this host; please grant it Read, see event 1055.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_HOST_CUSTOM_KEY_DENIED, DECISIVE,
                     "NETWORK SERVICE may not read the key of the chosen certificate"),
                FACT(F_LOG_CERT_CHOSEN_KEY_DENIED, DECISIVE,
                     "event 1055: the key of the chosen certificate could not be read"),
                FACT(F_CERT_IS_FALLBACK, STRONG,
                     "the self-made certificate is shown although another one is chosen"),
                FACT(F_LOG_CERT_CHOSEN_MISSING, WEAK,
                     "event 1051: the host gave the chosen certificate up"),
                FACT(F_LOG_KEY_ACCESS_FAILED, STRONG,
                     "event 36870: a private key could not be used"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, MODERATE,
                     "the host closes as soon as encryption begins"),
                FACT(F_TLS_NO_VERSION, MODERATE, "it does so for every TLS version"),
                VALUE(F_TLS_ALERT, IS, 80, MODERATE,
                      "the host ends the handshake with an internal error"),
                VALUE(F_TLS_ALERT, IS, 70, -MODERATE,
                      "the host blames the TLS version, and a key has nothing to do with that"),
                VALUE(F_NEG_FAILURE_CODE, IS, 3, MODERATE,
                      "the host says itself that it has no usable certificate"),
                {.finding = F_TLS_COMPLETED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the handshake completes, if only with the self-made certificate"},
                NOT_ON_THE_WAY,
                FACT(F_HOST_CERTIFICATE_MISSING, -STRONG,
                     "the chosen certificate or its key is not there at all"),
                FACT(F_HOST_KEY_DENIED, -STRONG,
                     "it is the self-made certificate's key that cannot be read"),
                FACT(F_HOST_KEY_MISSING, -STRONG,
                     "it is the self-made certificate's key that is missing"),
                FACT(F_HOST_MACHINEKEYS_EMPTIED, -STRONG, "all keys of the machine are gone"),
                FACT(F_LOG_KEY_ACCESS_FAILED_OTHERS, -MODERATE,
                     "other services cannot use their keys either, so it is not this one key"),
                NEVER_GOT_THERE,
            },
        .fixes = {&chosen_key_grant, &fix_cert_unbind, &cert_assign},
        .sources = {"TechNet: TermService event 1055",
                    "Microsoft: Remote Desktop listener certificate configurations"},
    },
    {
        .id = "certificate-template-failure",
        .title = "The host gets no certificate from the template that its policy names.",
        .explains =
            "A group policy can tell the host to fetch its Remote Desktop certificate from the "
            "company's certification authority, by the name of a template. When the name is "
            "wrong, the host may not enrol or the authority does not answer, the host keeps its "
            "self-made or an old certificate. Clients that insist on the company's certificate "
            "then warn or refuse.",
        .separates = "A template is named in the policy, and no certificate of that template "
                     "stands in the host's store; events 1062, 1064 or 1065 say why.",
        .tell = "The certificate template for Remote Desktop gives this host no certificate; "
                "please check the template's name, the right to enrol and events 1062, 1064 and "
                "1065.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_LOG_CERT_TEMPLATE_FAILED, DECISIVE,
                     "event 1062, 1064 or 1065: the template gave no usable certificate"),
                FACT(F_HOST_CERT_TEMPLATE_FAILED, DECISIVE,
                     "the policy names a template, and no certificate of it is there"),
                FACT(F_CERT_IS_FALLBACK, MODERATE,
                     "the self-made certificate is shown although another one is chosen"),
                FACT(F_CERT_EXPIRED, WEAK, "the certificate has expired and was not renewed"),
                FACT(F_LOG_CERT_CHOSEN_EXPIRED, MODERATE,
                     "event 1053: the chosen certificate has expired and was given up"),
                FACT(F_LOG_CERT_CHOSEN_KEY_DENIED, -MODERATE,
                     "event 1055: a chosen certificate is there, its key cannot be read"),
                {.finding = F_TLS_COMPLETED,
                 .strength = -WEAK,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the handshake completes with the certificate that the host has"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host closes although its self-made certificate would do"},
                {.finding = F_SESSION_STARTED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a session was reached"},
                FACT(F_LOG_KEY_ACCESS_FAILED, -MODERATE,
                     "event 36870: a certificate is there, its key cannot be used"),
                NOT_ON_THE_WAY,
                NEVER_GOT_THERE,
            },
        .fixes = {&template_enrol, &fix_policy_change, &cert_assign},
        .sources = {TERMSERVICE, "Microsoft: KB2531138", "TerminalServer.admx"},
    },
    {
        .id = "rdp-certificate-untrusted-or-name-mismatch",
        .title = "The client refuses the host's certificate, because it does not trust the "
                 "issuer or expects another name or another certificate.",
        .explains = "A self-made certificate proves nothing to a client that does not know it, "
                    "and an address or an alias is not the name that stands in it. Clients "
                    "normally ask whether to go on. A client that is told to verify the host "
                    "refuses instead, and so does one that remembers another certificate for it. "
                    "The host itself works.",
        .separates = "It connects when the warning is accepted, or by the name that stands in "
                     "the certificate. A self-made certificate alone is ordinary and explains "
                     "nothing.",
        .tell = "My Remote Desktop client refuses the certificate of this host; which name "
                "stands in it, and should this computer trust its issuer?",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_TLS,
        .evidence =
            {
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0x907,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client's code 0x907 says that the certificate is not the expected "
                         "one"},
                {.finding = F_CLIENT_STATUS,
                 .test = IS,
                 .value = 0x80090325,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client showed 0x80090325: the issuer is not trusted"},
                {.finding = F_CLIENT_AUTHENTICATION_LEVEL,
                 .test = IS,
                 .value = 1,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "this client is told to refuse a host that it cannot verify"},
                {.finding = F_CERT_CHANGED,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client remembers another certificate for this host"},
                {.finding = F_TLS_CLIENT_ALERT,
                 .test = IS,
                 .value = 48,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client ended the handshake with the alert unknown_ca"},
                {.finding = F_TLS_CLIENT_ALERT,
                 .test = IS,
                 .value = 46,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client ended the handshake with the alert certificate_unknown"},
                {.finding = F_TLS_CLIENT_ALERT,
                 .test = IS,
                 .value = 42,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client ended the handshake with the alert bad_certificate"},
                {.finding = F_LOG_ALERT_RECEIVED,
                 .test = IS,
                 .value = 48,
                 .strength = MODERATE,
                 .one_way = true,
                 .lifts = true,
                 .says = "event 36887: a client does not know the issuer"},
                {.finding = F_LOG_ALERT_RECEIVED,
                 .test = IS,
                 .value = 46,
                 .strength = MODERATE,
                 .one_way = true,
                 .lifts = true,
                 .says = "event 36887: a client did not accept the certificate"},
                {.finding = F_CERT_UNTRUSTED,
                 .strength = WEAK,
                 .one_way = true,
                 .at_most = 0.30,
                 .says = "the issuer is not trusted here, which is ordinary"},
                {.finding = F_CERT_NAME_MISMATCH,
                 .strength = WEAK,
                 .one_way = true,
                 .at_most = 0.30,
                 .says = "the certificate does not carry the name that was dialled, which is "
                         "ordinary for an address or a short name"},
                FACT(F_SESSION_FQDN_WORKS, MODERATE,
                     "the full name works where an alias or address fails"),
                FACT(F_CERT_WRONG_USAGE, MODERATE,
                     "the certificate is not for server authentication"),
                FACT(F_CERT_WEAK_KEY, MODERATE, "its key is shorter than clients accept"),
                FACT(F_CERT_MALFORMED, REFUTES,
                     "no whole certificate arrives, so it is not a matter of trust"),
                FACT(F_CERT_NOT_YET_VALID, MODERATE,
                     "the certificate is not valid yet, so nobody can verify it"),
                VALUE(F_CLIENT_AUTHENTICATION_LEVEL, IS, 0, REFUTES,
                      "this client accepts any certificate"),
                VALUE(F_CLIENT_AUTHENTICATION_LEVEL, IS, 2, -MODERATE,
                      "this client warns and lets the person go on"),
                FACT(F_CERT_INSPECTED, -MODERATE,
                     "a device on the way has put its own certificate there"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG, "it ends before any certificate was shown"),
                FACT(F_NEG_CLOSED, -STRONG, "it ends before any certificate was shown"),
            },
        .fixes = {&fix_use_fqdn, &remembered_forget, &fix_client_update, &cert_assign,
                  &certificate_trust, &fix_policy_change},
        .sources = {"Microsoft: IMsTscAxEvents::OnDisconnected", "TerminalServer.admx",
                    "texts of the client's codes, secondary sources",
                    "macOS client release notes, secondary sources"},
    },
    {
        .id = "security-layer-mismatch",
        .title = "The host's listener and the client have no security protocol in common.",
        .explains =
            "Before anything else the client says which kinds of protection it knows: old RDP "
            "security, TLS, or TLS with sign-in before the session. The host picks one or "
            "answers why it takes none. A host set to old RDP security only refuses every modern "
            "client, and a host that insists on TLS refuses a client that cannot do it.",
        .separates = "The host answers the first request with code 1 or 2. Code 5 means that it "
                     "demands NLA, code 3 that it lacks a certificate; both are other causes.",
        .tell = "The Remote Desktop listener of this host refuses the security protocol of my "
                "client; please set SecurityLayer to 2 and keep NLA on.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                FACT(F_HOST_NEGOTIATION_OFF, STRONG,
                     "the listener is set not to negotiate its security layer"),
                VALUE(F_NEG_FAILURE_CODE, IS, 1, DECISIVE,
                      "the host demands TLS and was not offered what it takes"),
                VALUE(F_NEG_FAILURE_CODE, IS, 2, DECISIVE,
                      "the host takes old RDP security only and refuses TLS"),
                VALUE(F_NEG_FAILURE_CODE, IS, 6, STRONG,
                      "the host demands a certificate of the client"),
                FACT(F_TLS_CLIENT_CERTIFICATE_ASKED, MODERATE,
                     "the host asks for a certificate of the client during the handshake"),
                {.finding = F_NEG_ACCEPTS_STANDARD,
                 .strength = WEAK,
                 .one_way = true,
                 .at_most = 0.70,
                 .says = "the host takes old RDP security from a client that asks again for it "
                         "alone, as FreeRDP and rdesktop do"},
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0x904,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client's connection ended, so it did not ask again"},
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0x406,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client showed a security error, so it did not ask again"},
                {.finding = F_HOST_SECURITY_LAYER,
                 .test = IS,
                 .value = 0,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "the listener is set to old RDP security only"},
                VALUE(F_NEG_SELECTED, IS, 0, MODERATE, "the host chose old RDP security"),
                VALUE(F_NEG_OFFERED, LACKS, 3, MODERATE,
                      "the client offered neither TLS nor CredSSP"),
                FACT(F_LOG_SETTING_CORRECTED, MODERATE,
                     "event 1050: the host corrected security settings that contradict each other"),
                FACT(F_LOG_SECURITY_FAILED, WEAK, "the host logged that its security layer failed"),
                VALUE(F_NEG_SELECTED, IS_NOT, 0, REFUTES,
                      "the host chose TLS or CredSSP, so one is in common"),
                FACT(F_TLS_COMPLETED, REFUTES, "the TLS handshake completed"),
                FACT(F_NLA_CHALLENGE, REFUTES, "the host went on to authentication"),
                FACT(F_NEG_ACCEPTS_NLA, -STRONG, "the host accepts CredSSP when it is offered"),
                VALUE(F_NEG_FAILURE_CODE, IS, 3, -STRONG,
                      "the host refuses because it lacks a certificate"),
                VALUE(F_NEG_FAILURE_CODE, IS, 5, -STRONG,
                      "the host refuses because it demands NLA"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
                FACT(F_NEG_NOT_RDP, -STRONG, "what answers is not RDP"),
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_client_update, &fix_securitylayer_tls, &fix_nla_on, &fix_policy_change},
        .sources = {"[MS-RDPBCGR] 2.2.1.2.2", "Microsoft: NegotiateSecurityLayer property",
                    "TerminalServer.admx", "registry of a real Windows 10"},
    },
    {
        .id = "encryption-level-fips",
        .title = "The host allows FIPS algorithms only, and the client does not offer them.",
        .explains = "FIPS is an American standard that admits certain algorithms only. A host "
                    "can be told to obey it, by a security option or by the encryption level of "
                    "the listener. Current clients cope. An old or unusual client has no "
                    "algorithm left and is refused.",
        .separates = "A current client gets in and the old one fails with 0xE06.",
        .tell = "This host demands FIPS encryption and my client cannot do it; does anything "
                "require FIPS here, or can the client be updated?",
        .whose = WHOSE_HOST,
        .stage = STAGE_SETTINGS,
        .evidence =
            {
                SHOWN(F_CLIENT_CODE, 0xE06,
                      "the client's code 0xE06 says that it does not support the FIPS level"),
                FACT(F_HOST_FIPS, STRONG, "the host is limited to FIPS algorithms"),
                VALUE(F_SETTINGS_ENCRYPTION_LEVEL, IS, 4, STRONG,
                      "the host announces the encryption level FIPS"),
                VALUE(F_NEG_SELECTED, IS, 0, MODERATE,
                      "the host chose old RDP security, where its encryption level counts"),
                VALUE(F_SETTINGS_ERRINFO, IS, 0x1194, STRONG,
                      "the host found no encryption method that it may use"),
                VALUE(F_CLIENT_ERRINFO, IS, 0x1194, STRONG,
                      "the client was told that no encryption method is usable"),
                VALUE(F_CLIENT_EXTENDED, IS, 0x1194, STRONG,
                      "the client was told that no encryption method is usable"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, MODERATE,
                     "another client gets in at the same time"),
                FACT(F_CLIENT_OUTDATED, MODERATE, "the client is old"),
                FACT(F_SETTINGS_CLOSED, MODERATE, "the host closes while settings are exchanged"),
                FACT(F_TLS_NO_COMMON_SUITE, WEAK,
                     "no cipher suite is in common, and FIPS leaves fewer"),
                VALUE(F_SETTINGS_ENCRYPTION_LEVEL, AT_MOST, 3, -STRONG,
                      "the host announces another level than FIPS"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
                FACT(F_NLA_CHALLENGE, -STRONG,
                     "TLS works and authentication began, where the level does not count"),
                FACT(F_TLS_COMPLETED, -MODERATE,
                     "the handshake completes, so an algorithm is in common"),
                FACT(F_NEG_CLOSED, -STRONG, "it ends before algorithms are named"),
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_client_update, &fix_securitylayer_tls, &encryption_level_high,
                  &fix_policy_change, &fips_off},
        .sources = {"texts of the client's codes, secondary sources", SCHANNEL_KEYS,
                    "TerminalServer.admx", "[MS-RDPBCGR] 2.2.1.4.3"},
    },
    {
        .id = "tls-version-mismatch",
        .title = "The host and the client have no TLS version in common.",
        .explains = "TLS exists in several versions, and both sides can switch some off. Old "
                    "Windows speaks 1.0 only; current clients and hardened hosts want 1.2 or "
                    "newer. When no version is left that both speak, the host ends the handshake "
                    "at the first message.",
        .separates = "Tried one by one, some TLS version succeeds, and none of the client's "
                     "does. When the version is in common and the cipher suite is not, it is the "
                     "other cause.",
        .tell = "This host accepts no TLS version that a current client speaks; please enable "
                "TLS 1.2 for the server role and look for event 36874.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_HOST_TLS_MODERN_OFF, STRONG,
                     "TLS 1.2, which current clients ask for, is switched off on the host"),
                NEEDED(F_TLS_VERSION_NOT_OF_CLIENT, DECISIVE,
                       "the host accepts a TLS version, but none that this client has"),
                VALUE(F_TLS_ALERT, IS, 70, STRONG,
                      "the host ends the handshake with the alert protocol_version"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 70, STRONG,
                      "the client ends the handshake with the alert protocol_version"),
                VALUE(F_LOG_ALERT_SENT, IS, 70, STRONG,
                      "event 36888: the host sent the alert protocol_version"),
                VALUE(F_LOG_ALERT_RECEIVED, IS, 70, MODERATE,
                      "event 36887: a client sent the alert protocol_version"),
                VALUE(F_CLIENT_STATUS, IS, 0x80090331, STRONG,
                      "the client showed 0x80090331: no algorithm is in common"),
                FACT(F_LOG_NO_COMMON_CIPHER, MODERATE,
                     "event 36874: no version or cipher suite was in common"),
                FACT(F_HOST_TLS_OFF, MODERATE,
                     "TLS versions are switched off for the server role of the host"),
                {.finding = F_CLIENT_TLS_MODERN_OFF,
                 .strength = STRONG,
                 .one_way = true,
                 .whose = WHOSE_CLIENT,
                 .says = "TLS 1.2, which hosts ask for, is switched off on the client"},
                FACT(F_CLIENT_OUTDATED, WEAK, "the client is old"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, WEAK,
                     "the host closes as soon as encryption begins"),
                HANDSHAKE_COMPLETES,
                FACT(F_TLS_NO_VERSION, -STRONG,
                     "no version at all is accepted, not only the client's"),
                FACT(F_TLS_NO_COMMON_SUITE, -STRONG,
                     "a version is in common, a cipher suite is not"),
                FACT(F_HOST_TLS_ALL_OFF, -STRONG, "every version is switched off"),
                FACT(F_LOG_KEY_ACCESS_FAILED, -STRONG, "event 36870: a private key cannot be used"),
                NOT_ON_THE_WAY,
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_client_update, &fix_tls12_on, &tls_defaults, &fix_policy_change,
                  &fix_install_update},
        .sources = {SCHANNEL_KEYS, "Microsoft: protocols in Schannel", "RFC 5246 7.2.2",
                    "Microsoft: Azure VM RDP internal error"},
    },
    {
        .id = "cipher-mismatch",
        .title = "The host and the client have no TLS cipher suite in common.",
        .explains = "Within a TLS version both sides must agree on a cipher suite, a named set "
                    "of algorithms. Policies and hardening tools shorten the list. When too "
                    "little is left, or the suites that are left do not fit the kind of the "
                    "host's certificate, the handshake ends although the version is right.",
        .separates = "The TLS version is accepted with other suites, and refused with the "
                     "client's. Alert 40 or 71 instead of 70.",
        .tell = "This host accepts no cipher suite that a current client offers; please review "
                "its cipher suite policy and look for event 36874.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_HOST_NO_USABLE_SUITE, DECISIVE,
                     "the host's list of cipher suites holds none that its RSA key can serve"),
                NEEDED(F_TLS_NO_COMMON_SUITE, DECISIVE,
                       "the version is in common, but no cipher suite, group or signature is"),
                VALUE(F_TLS_ALERT, IS, 40, STRONG,
                      "the host ends the handshake with the alert handshake_failure"),
                VALUE(F_TLS_ALERT, IS, 71, STRONG,
                      "the host ends the handshake with the alert insufficient_security"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 71, STRONG,
                      "the client ends the handshake with the alert insufficient_security"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 40, MODERATE,
                      "the client ends the handshake with the alert handshake_failure"),
                VALUE(F_LOG_ALERT_SENT, IS, 71, STRONG,
                      "event 36888: the host sent the alert insufficient_security"),
                VALUE(F_LOG_ALERT_SENT, IS, 40, MODERATE,
                      "event 36888: the host sent the alert handshake_failure"),
                VALUE(F_CLIENT_STATUS, IS, 0x80090331, STRONG,
                      "the client showed 0x80090331: no algorithm is in common"),
                FACT(F_LOG_NO_COMMON_CIPHER, STRONG,
                     "event 36874: no cipher suite or version was in common"),
                FACT(F_HOST_CIPHER_POLICY, MODERATE,
                     "the cipher suites of the host are restricted"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, WEAK,
                     "the host closes as soon as encryption begins"),
                HANDSHAKE_COMPLETES,
                FACT(F_TLS_NO_VERSION, -MODERATE, "no version at all is accepted, with any suite"),
                FACT(F_TLS_VERSION_NOT_OF_CLIENT, -STRONG, "not even a version is in common"),
                FACT(F_HOST_TLS_ALL_OFF, -STRONG, "every version is switched off"),
                FACT(F_LOG_KEY_ACCESS_FAILED, -STRONG, "event 36870: a private key cannot be used"),
                NOT_ON_THE_WAY,
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_client_update, &fix_policy_change, &cipher_defaults},
        .sources = {SCHANNEL_KEYS, SCHANNEL_EVENTS, "RFC 5246 7.2.2",
                    "registry of a real Windows 10"},
        .waits = "the kind of the certificate's key, RSA or elliptic curve",
    },
    {
        .id = "schannel-disabled",
        .title = "The host has every TLS version switched off, or its TLS does not work at all.",
        .explains =
            "Windows keeps TLS in one component, Schannel, for all of its services. A hardening "
            "script that switches versions off can switch off all of them. Then Remote Desktop "
            "is dropped as soon as encryption begins, and so is everything else on the host that "
            "uses TLS.",
        .separates = "No TLS version is accepted, and other TLS services of the host fail as "
                     "well. If Remote Desktop alone fails, look at its certificate and key "
                     "instead.",
        .tell = "TLS does not work on this host at all; please look at SCHANNEL\\Protocols for "
                "versions with Enabled 0 and at event 36871.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_HOST_TLS_ALL_OFF, DECISIVE,
                     "every TLS version is switched off for the server role"),
                NEEDED(F_TLS_NO_VERSION, STRONG, "the host accepts no TLS version at all"),
                NEEDED(F_TLS_OTHER_SERVICES_FAIL, STRONG,
                       "other TLS services of the same host fail too"),
                VALUE(F_LOG_TLS_CREDENTIAL_FAILED, IS, 10013, MODERATE,
                      "event 36871 with state 10013: a TLS version asked for is off"),
                FACT(F_LOG_TLS_CREDENTIAL_FAILED, WEAK,
                     "event 36871: no TLS credential could be created"),
                VALUE(F_TLS_ALERT, IS, 80, MODERATE,
                      "the host ends the handshake with an internal error"),
                VALUE(F_TLS_ALERT, IS, 70, MODERATE,
                      "the host ends the handshake with the alert protocol_version"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, STRONG,
                     "the host closes as soon as encryption begins"),
                FACT(F_HOST_TLS_OFF, WEAK,
                     "TLS versions are switched off for the server role of the host"),
                HANDSHAKE_COMPLETES,
                FACT(F_TLS_VERSION_NOT_OF_CLIENT, REFUTES, "some TLS version is accepted"),
                FACT(F_TLS_NO_COMMON_SUITE, REFUTES, "a TLS version is accepted"),
                FACT(F_LOG_KEY_ACCESS_FAILED, -MODERATE,
                     "event 36870: it is a private key that cannot be used"),
                FACT(F_LOG_NO_COMMON_CIPHER, -WEAK,
                     "event 36874: the host does look for something in common"),
                NOT_ON_THE_WAY,
                NEVER_GOT_THERE,
            },
        .fixes = {&tls_defaults, &fix_tls12_on, &fix_policy_change},
        .sources = {SCHANNEL_KEYS, "Microsoft: events for troubleshooting Azure VM RDP connections",
                    SCHANNEL_EVENTS, "meaning of state 10013: secondary sources"},
    },
    {
        .id = "antivirus-or-tls-interception",
        .title = "A security product or an inspecting device opens the encryption between client "
                 "and host.",
        .explains = "Some firewalls and security products open TLS to look inside. They end the "
                    "client's connection themselves, show a certificate of their own and make a "
                    "second connection to the host. Remote Desktop ties its sign-in to the "
                    "host's real certificate, so this breaks it or leads to warnings.",
        .separates = "The thumbprint seen at the client is not the one of the host. In the "
                     "host's own network the handshake is untouched.",
        .tell = "Something between us opens the encryption of Remote Desktop; please except its "
                "port to this host from inspection and compare the certificate's thumbprint.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_CERT_INSPECTED, DECISIVE,
                     "the certificate was issued by a device that inspects TLS"),
                FACT(F_CERT_DIFFERS_FROM_HOSTS, STRONG,
                     "the certificate seen here is not the one that the host has"),
                FACT(F_TLS_CLOSED_AFTER_CERTIFICATE, MODERATE,
                     "the handshake is cut after the certificate was shown"),
                FACT(F_TLS_CLOSED_IN_HANDSHAKE, MODERATE,
                     "the handshake is cut while the host's answer arrives"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, MODERATE,
                     "the connection is cut as soon as encryption begins"),
                FACT(F_TLS_NO_VERSION, WEAK, "it is cut for every TLS version"),
                FACT(F_TLS_SILENT_AFTER_HELLO, WEAK, "nothing answers once encryption begins"),
                FACT(F_TLS_STALLS, WEAK,
                     "the handshake stops in the middle, as when a device holds the rest back"),
                FACT(F_TLS_WORKS_LOCALLY, MODERATE,
                     "the same handshake succeeds in the host's own network"),
                FACT(F_TLS_RESET_IS_FOREIGN, WEAK, "a device on the way interferes"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client gets in from another network"),
                FACT(F_HOST_CLEAN_BOOT_WORKS, MODERATE,
                     "it works on the host with Microsoft's own services only"),
                FACT(F_CERT_CHANGED, WEAK, "the client remembers another certificate"),
                FACT(F_LOG_KEY_ACCESS_FAILED, -STRONG,
                     "event 36870: the host cannot use its private key"),
                FACT(F_HOST_KEY_DENIED, -STRONG, "the host cannot read its private key"),
                VALUE(F_NEG_FAILURE_CODE, IS, 3, -STRONG,
                      "the host says itself that it has no usable certificate"),
                FACT(F_LOG_CERT_CHOSEN_KEY_DENIED, -MODERATE,
                     "event 1055: the host cannot read the key that was chosen"),
                {.finding = F_SESSION_STARTED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a session was reached"},
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_second_client, &inspection_exempt, &protection_pause},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: ports used by Remote Desktop Services",
                    "notes of security vendors, secondary sources"},
    },
    {
        .id = "ips-resets-connection",
        .title = "A device on the way cuts the connection to the host.",
        .explains = "Intrusion prevention, rate limits and brute-force protection watch "
                    "connections and end those that match a rule. They send a reset in the "
                    "host's name, so the client believes that the host hung up. Often it is "
                    "always the same moment, for example the first message of encryption.",
        .separates = "The reset carries another TTL than the host's packets, or the host never "
                     "sent it. In the host's own network, or from another address, the same "
                     "handshake succeeds; an unreadable key on the host fails everywhere.",
        .tell = "A device between us resets Remote Desktop connections to this host; please look "
                "in its log for the rule that fired for my address.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_TCP_SLOW_ACCEPT, STRONG,
                     "connections fail after the first ones, as a limit on their rate does it"),
                FACT(F_TLS_RESET_IS_FOREIGN, DECISIVE,
                     "the reset was made by a device on the way and not by the host"),
                FACT(F_TCP_RESET_IS_FOREIGN, DECISIVE,
                     "the reset was made by a device on the way and not by the host"),
                NEEDED(F_TLS_WORKS_LOCALLY, STRONG,
                       "the same handshake succeeds in the host's own network"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, STRONG,
                     "the connection is cut as soon as encryption begins"),
                FACT(F_TLS_NO_VERSION, MODERATE, "it is cut for every TLS version"),
                FACT(F_TLS_CLOSED_AFTER_CERTIFICATE, MODERATE,
                     "the handshake is cut after the certificate was shown"),
                FACT(F_TLS_CLOSED_IN_HANDSHAKE, MODERATE,
                     "the handshake is cut while the host's answer arrives"),
                FACT(F_TLS_SILENT_AFTER_HELLO, WEAK, "nothing answers once encryption begins"),
                VALUE(F_TLS_ALERT, IS, 70, -MODERATE,
                      "an alert about the TLS version is the host's own answer"),
                FACT(F_NEG_CLOSED, MODERATE, "the connection is cut at the first RDP message"),
                FACT(F_TCP_CLOSED_ON_ACCEPT, MODERATE, "the connection is cut when it is accepted"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client gets in from another network"),
                FACT(F_SESSION_DROPPED_SAME_TIME, WEAK, "it ends after the same time every time"),
                FACT(F_LOG_KEY_ACCESS_FAILED, -STRONG,
                     "event 36870: the host cannot use its private key"),
                FACT(F_HOST_KEY_DENIED, -STRONG, "the host cannot read its private key"),
                FACT(F_HOST_KEY_MISSING, -STRONG, "the host's key file is missing"),
                FACT(F_NEG_FAILURE_CODE, -STRONG, "the host itself says why it refuses"),
                {.finding = F_TLS_COMPLETED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the handshake completes from here"},
                FACT(F_CERT_DIFFERS_FROM_HOSTS, -MODERATE,
                     "another certificate than the host's is shown, which cutting does not do"),
                FACT(F_LOG_WRONG_CREDENTIALS, -MODERATE,
                     "event 140: the host refused the credentials, and the client hung up"),
                FACT(F_TLS_OTHER_SERVICES_FAIL, -MODERATE,
                     "other TLS services of the host fail too, so it is not about RDP"),
                NEVER_GOT_THERE,
            },
        .fixes = {&fix_second_client, &ips_exception},
        .sources = {"event manifest RdpCoreTS", "logs of real hosts",
                    "RFC 9293 3.10.7 (a reset in another's name cannot be told by itself)"},
    },
};

const struct cause_list causes_tls = {.rows = rows, .n = sizeof rows / sizeof *rows};
