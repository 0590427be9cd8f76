/*
 * causes_client - client side.
 *
 * The host is healthy here: what it shows to a probe speaks against every row of this
 * file when it is a fault. A second client that gets in is the observation they share,
 * so each row needs one more that is its own.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define SERVERS "HKCU\\Software\\Microsoft\\Terminal Server Client\\Servers"

static const struct fix connect_without_file = {
    .id = "client-connect-without-file",
    .title = "connect without the connection file",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "no RD Gateway, broker or RemoteApp is needed, because their settings stand in "
                 "the file",
    .steps = {{.says = "name the host directly", .command = "mstsc /v:{host}:{port}", .shell = CMD},
              {.says = "see which server the client has really dialled",
               .command = "Get-WinEvent -FilterHashtable "
                          "@{LogName='Microsoft-Windows-TerminalServices-RDPClient/Operational'; "
                          "Id=1024} -MaxEvents 5 | Format-List TimeCreated, Message",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: the file is not touched.",
    .sources = {"Microsoft: mstsc", "event manifest RDPClient (1024)"},
};

static const struct fix new_rdp_file = {
    .id = "client-rdp-file-new",
    .title = "replace the damaged connection file by a new one",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .condition = "the file was not handed out signed by an administrator; then ask for a fresh one",
    .steps = {{.says = "set the old file aside",
               .command = "move \"<file>.rdp\" \"<file>.rdp.bak\"",
               .shell = CMD},
              {.says = "open the client, enter the host and the gateway if there is one, and "
                       "save under the old name (Show options, Save as)",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD}},
    .undo = {{.says = "put the old file back",
              .command = "move /y \"<file>.rdp.bak\" \"<file>.rdp\"",
              .shell = CMD}},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix default_rdp_aside = {
    .id = "client-default-rdp-aside",
    .title = "set the hidden Default.rdp aside",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "it fails without a file of one's own too: mstsc then reads Default.rdp from "
                 "the Documents folder",
    .steps = {{.says = "rename it; mstsc makes a new one",
               .command = "Rename-Item -LiteralPath (Join-Path "
                          "([Environment]::GetFolderPath('MyDocuments')) 'Default.rdp') -NewName "
                          "'Default.rdp.bak' -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "put the old one in the place of the new one",
              .command = "$d = [Environment]::GetFolderPath('MyDocuments'); Move-Item "
                         "-LiteralPath (Join-Path $d 'Default.rdp.bak') -Destination (Join-Path "
                         "$d 'Default.rdp') -Force",
              .shell = POWERSHELL}},
    .sources = {"common observation: the place of Default.rdp"},
};

static const struct fix prompt_credentials = {
    .id = "client-prompt-credentials",
    .title = "sign in once with typed credentials",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .steps = {{.says = "make the client ask; if this works, what is stored is wrong. One try is "
                       "enough, repeated ones lock the account",
               .command = "mstsc /v:{host}:{port} /prompt",
               .shell = CMD}},
    .undo_says = "Nothing to take back: what is stored is not touched.",
    .sources = {"Microsoft: mstsc"},
};

static const struct fix forget_host = {
    .id = "client-forget-host-hint",
    .title = "let the client forget the user name that it remembers for this host",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "the client offers an old user name again and again; it also forgets the host's "
                 "certificate, so look at the next warning with care",
    .steps = {{.says = "keep what is remembered",
               .command = "reg export \"" SERVERS "\" \"%TEMP%\\rdp-servers.reg\" /y",
               .shell = CMD},
              {.says = "forget this host",
               .command = "reg delete \"" SERVERS "\\{host}\" /f",
               .shell = CMD}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-servers.reg\"",
              .shell = CMD}},
    .sources = {"registry of a real Windows 10 (UsernameHint, CertHash)"},
};

static const struct fix repair_component = {
    .id = "client-system-files-repair",
    .title = "repair the client's system files",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 30,
    .condition = "the client is mstsc, which is part of Windows, and updating did not help; "
                 "damage is rare",
    .steps = {{.says = "see which version is installed",
               .command = "(Get-Item "
                          "\"$env:SystemRoot\\System32\\mstscax.dll\").VersionInfo.ProductVersion",
               .shell = POWERSHELL},
              {.says = "repair the component store",
               .command = "DISM /Online /Cleanup-Image /RestoreHealth",
               .shell = CMD},
              {.says = "replace damaged files", .command = "sfc /scannow", .shell = CMD}},
    .undo_says = "Nothing to take back: only files that differ from Windows' own are replaced.",
    .sources = {"Microsoft: sfc", "secondary sources: mstsc as a removable feature since 23H2"},
};

static const struct fix use_mstsc = {
    .id = "client-use-mstsc",
    .title = "use mstsc for ordinary computers",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the client computer runs Windows and the host is not a cloud PC or a desktop "
                 "of Azure Virtual Desktop",
    .steps = {{.says = "connect with the client that is part of Windows",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the other program stays installed.",
    .sources = {"secondary sources: end of the Store app on 27 May 2025"},
};

static const struct fix policy_report = {
    .id = "client-policy-report",
    .title = "find the policy that restricts this client",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "write a report of the policies in force",
               .command = "gpresult /h \"%TEMP%\\rdp-policies.html\" /f",
               .shell = CMD},
              {.says = "list the values for this computer (fails when there are none)",
               .command = "reg query \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                          "Services\" /s",
               .shell = CMD},
              {.says = "list the values for this user (fails when there are none)",
               .command = "reg query \"HKCU\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                          "Services\" /s",
               .shell = CMD},
              {.says = "list what may be done with credentials (fails when nothing is set)",
               .command = "reg query "
                          "\"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation\" "
                          "/s",
               .shell = CMD}},
    .undo_says = "Nothing to take back: reading changes nothing.",
    .sources = {"TerminalServer.admx", "CredSsp.admx"},
};

static const struct fix sign_rdp_file = {
    .id = "client-rdp-file-sign",
    .title = "sign the connection file with a certificate that the policy trusts",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the policy refuses unsigned files; done by the administrator who hands the "
                 "file out",
    .steps = {{.says = "keep a copy",
               .command = "copy \"<file>.rdp\" \"<file>.rdp.bak\"",
               .shell = CMD},
              {.says = "sign it",
               .command = "rdpsign /sha256 <thumbprint> \"<file>.rdp\"",
               .shell = CMD}},
    .undo = {{.says = "put the unsigned file back",
              .command = "copy /y \"<file>.rdp.bak\" \"<file>.rdp\"",
              .shell = CMD}},
    .sources = {"Microsoft: rdpsign", "TerminalServer.admx"},
};

static const struct fix find_right_target = {
    .id = "client-dial-the-other-host",
    .title = "find out which computer the name leads to and dial the right one",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "see where the name leads",
               .command = "Resolve-DnsName {host}",
               .shell = POWERSHELL},
              {.says = "compare with this computer's own addresses",
               .command = "Get-NetIPAddress | Select-Object IPAddress, InterfaceAlias",
               .shell = POWERSHELL},
              {.says = "dial the intended host by its full name",
               .command = "mstsc /v:<full-name-of-the-other-host>",
               .shell = CMD}},
    .undo_says = "Nothing to take back: comparing changes nothing.",
    .sources = {"public cases", "Microsoft: IMsTscAxEvents::OnDisconnected"},
};

static const struct fix correct_forward = {
    .id = "network-forward-to-intended-host",
    .title = "lead the port forward to the intended host",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the name leads to the router's outer address and the router forwards to the "
                 "very computer that dials",
    .steps = {{.says = "note the present forward of the RDP port"},
              {.says = "enter the intended host's inner address, for known sources only; from "
                       "inside, dial the inner address and not the outer one"}},
    .undo = {{.says = "enter the noted address again"}},
    .sources = {"public cases"},
};

static const struct fix remove_portproxy = {
    .id = "client-portproxy-remove",
    .title = "remove a port proxy that leads back to this computer",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "a port proxy row for the dialled port exists on this computer",
    .steps = {{.says = "note the rows",
               .command = "netsh interface portproxy show all",
               .shell = CMD},
              {.says = "remove the row",
               .command = "netsh interface portproxy delete v4tov4 listenport={port} "
                          "listenaddress=<address>",
               .shell = CMD}},
    .undo = {{.says = "enter the noted row again",
              .command = "netsh interface portproxy add v4tov4 listenport={port} "
                         "listenaddress=<address> connectport=<port> connectaddress=<address>",
              .shell = CMD}},
    .sources = {"Microsoft: netsh interface portproxy"},
};

static const struct fix loopback_test = {
    .id = "client-loopback-test-address",
    .title = "use 127.0.0.2 when the own computer is really meant",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the own computer is dialled on purpose, for a test or through a tunnel that "
                 "ends here",
    .steps = {{.says = "dial an address that the client does not take for its own console",
               .command = "mstsc /v:127.0.0.2:{port}",
               .shell = CMD}},
    .undo_says = "Nothing to take back.",
    .sources = {"public cases: error 0x708"},
};

static const struct fix step_back = {
    .id = "client-version-step-back",
    .title = "go back to the last version of the client that worked",
    .where = ON_CLIENT,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "an older version lacks the security fixes made since",
    .temporary = true,
    .minutes = 20,
    .condition = "no newer version cures it, and the client is not part of Windows",
    .steps = {{.says = "note the present version and report the fault to its makers"},
              {.says = "install the version before from the maker's or the distribution's own "
                       "archive, and hold it there"}},
    .undo = {{.says = "install the current version again as soon as the fault is repaired"}},
    .sources = {"public cases: regressions of FreeRDP"},
};

static const struct cause rows[] = {
    {
        .id = "rdp-file-corrupt",
        .title = "The connection file on the client is damaged.",
        .explains = "A .rdp file is a list of settings, one to a line: name, type, value. Saved "
                    "in another encoding, cut short, edited by hand or changed after it was "
                    "signed, it cannot be read as it was meant. The client then refuses it, "
                    "shows an empty computer name, or ignores settings. Nothing of this reaches "
                    "the host.",
        .separates = "Without the file (mstsc /v:host) the connection works. A file that is "
                     "sound but names another computer is rdp-file-wrong-target.",
        .tell = "The connection file on this computer is damaged; please give this person a "
                "fresh one.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_CLIENT_CONFIG,
        .evidence =
            {
                NEEDED(F_CLIENT_RDP_FILE_INVALID, DECISIVE, "the connection file is damaged"),
                NEEDED(F_CLIENT_FILE_LESS_WORKS, STRONG, "without the file the connection works"),
                WORD(F_CLIENT_RDP_FILE_SIGNATURE, IS, "changed", DECISIVE,
                     "the connection file was changed after it was signed"),
                WORD(F_CLIENT_RDP_FILE_SIGNATURE, IS, "unreadable", STRONG,
                     "the connection file has a signature that cannot be read"),
                FACT(F_CLIENT_RDP_FILE_NO_TARGET, MODERATE,
                     "the connection file names no computer"),
                WORD(F_CLIENT_RDP_FILE_SIGNATURE, IS, "valid", -MODERATE,
                     "the connection file is as it was signed"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, WEAK, "another client gets in at the same time"),
                {.finding = F_CLIENT_RDP_FILE_TARGET_DIFFERS,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the file can be read and leads to another target"},
                FACT(F_LOG_PACKET_ARRIVED, -STRONG, "the client's connection reached the host"),
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host refuses connections made without the file, too"},
                {.finding = F_TCP_SILENT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host does not answer connections made without the file, either"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host closes connections made without the file, too"},
            },
        .fixes = {&connect_without_file, &new_rdp_file, &fix_rdp_file_edit, &default_rdp_aside},
        .sources = {"Microsoft: supported RDP properties", "TerminalServer.admx",
                    "FreeRDP: client file parser"},
    },
    {
        .id = "rdp-file-wrong-target",
        .title = "The connection file on the client leads to another computer or port than the "
                 "one that is meant.",
        .explains = "The file carries the address, sometimes a second one, the port, a gateway "
                    "and a farm. After a host was moved or renamed, the file still leads to the "
                    "old place. The error then is that of the wrong computer, and the right one "
                    "never hears of it.",
        .separates = "The client's event 1024 names the server really dialled, and the intended "
                     "host logs no connection. If the file is right and the name leads astray, "
                     "it is dns-wrong-host.",
        .tell = "The connection file on this computer leads to the wrong address; please correct "
                "it or give this person a new one.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_CLIENT_CONFIG,
        .evidence =
            {
                NEEDED(F_CLIENT_RDP_FILE_TARGET_DIFFERS, DECISIVE,
                       "the connection file leads to another target than the intended one"),
                NEEDED(F_CLIENT_FILE_LESS_WORKS, STRONG, "without the file the connection works"),
                FACT(F_NLA_NAMES_OTHER_HOST, WEAK,
                     "the computer that answers gives itself another name"),
                FACT(F_CERT_NAMES_OTHER_HOST, WEAK, "the certificate names another computer"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, WEAK, "another client gets in at the same time"),
                {.finding = F_CLIENT_RDP_FILE_INVALID,
                 .strength = -WEAK,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the file is damaged, which comes before where it leads"},
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "the client's connection reached the intended host"),
                FACT(F_LOG_WRONG_CREDENTIALS, -STRONG,
                     "the intended host logged the client's sign-in"),
                FACT(F_SESSION_STARTED, -MODERATE, "a session was reached"),
                FACT(F_NAME_NOT_FOUND, WEAK,
                     "the name that is dialled does not exist, as after a host was renamed"),
                FACT(F_TCP_REFUSED, WEAK,
                     "what is dialled refuses, as another computer or port does"),
                FACT(F_TCP_SILENT, WEAK,
                     "what is dialled does not answer, as an address that was given up"),
            },
        .fixes = {&connect_without_file, &fix_rdp_file_edit, &new_rdp_file},
        .sources = {"Microsoft: supported RDP properties", "event manifest RDPClient (1024)",
                    "event manifest RdpCoreTS (131)"},
    },
    {
        .id = "client-cached-credentials",
        .title = "The client sends stored credentials that are no longer right.",
        .explains = "Windows can keep a user name and password for a host and sends them without "
                    "asking. After the password was changed, or when another account is meant, "
                    "the old ones go out each time. The sign-in fails without a question, and "
                    "repeated tries lock the account.",
        .separates = "Typed credentials work (mstsc /prompt). If typed ones fail as well, the "
                     "password or the account is at fault, not what is stored.",
        .tell = "This computer keeps sending an old password for the host; please delete the "
                "stored entry for TERMSRV and the host's name, and type the password once.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NLA,
        .evidence =
            {
                NEEDED(F_CLIENT_TYPED_PASSWORD_WORKS, DECISIVE,
                       "typed credentials work where the stored ones fail"),
                NEEDED(F_CLIENT_SAVED_CREDENTIALS, MODERATE,
                       "the client has stored credentials for this host"),
                FACT(F_LOG_WRONG_CREDENTIALS, MODERATE,
                     "the host logged a wrong user name or password"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC000006A, MODERATE,
                      "the host logged status 0xC000006A: known user, wrong password"),
                FACT(F_LOG_ACCOUNT_LOCKED, WEAK,
                     "the account was locked out, as by the same wrong password again and "
                     "again"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, MODERATE,
                     "another client, without these stored credentials, gets in"),
                FACT(F_LOG_NLA_PASSED, -STRONG, "the host accepted the credentials"),
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the connection is refused before credentials are sent"},
                {.finding = F_TCP_SILENT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host does not answer, so no credentials are sent"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the connection ends before credentials are sent"},
                VALUE(F_NLA_ERROR, IS, 0xC000006D, MODERATE,
                      "the host refused inside the sign-in: wrong user name or password"),
            },
        .fixes = {&prompt_credentials, &fix_saved_credentials_delete, &fix_rdp_file_edit,
                  &forget_host},
        .sources = {"Microsoft: cannot authenticate or must authenticate twice",
                    "Microsoft: supported RDP properties",
                    "event manifest RdpCoreTS (140); Security 4625 and 4740"},
    },
    {
        .id = "client-outdated",
        .title = "The client is too old for what the host requires.",
        .explains = "Hosts raise their demands over the years: newer TLS, network level "
                    "authentication, a patched CredSSP. A client that was never updated, or a "
                    "third-party one that is no longer maintained, cannot meet them. The host is "
                    "healthy and other people get in.",
        .separates = "A current client from the same network gets in, and the probe passes every "
                     "stage with today's settings. If current clients fail as well, the host is "
                     "at fault.",
        .tell = "The Remote Desktop client on this computer is too old for the host; please "
                "update it.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                NEEDED(F_CLIENT_OUTDATED, DECISIVE,
                       "the client is too old for what the host requires"),
                SHOWN(F_CLIENT_CODE, 0x2604,
                      "the client's code 0x2604 says that the versions of client and host "
                      "differ"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000049,
                      "gateway code 0x3000049 says that the client must be updated"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300000E,
                      "gateway code 0x300000E says that a part of the client is missing or of "
                      "the wrong version"),
                NEEDED(F_SESSION_OTHER_CLIENT_WORKS, STRONG,
                       "another client gets in at the same time"),
                FACT(F_TLS_VERSION_NOT_OF_CLIENT, MODERATE,
                     "the host accepts TLS, but no version that this client has"),
                FACT(F_TLS_NO_COMMON_SUITE, MODERATE,
                     "the host accepts TLS, but no cipher suite that this client has"),
                FACT(F_LOG_NO_COMMON_CIPHER, MODERATE,
                     "the host logged that client and host have no cipher suite or version "
                     "in common"),
                WORD(F_CLIENT_APP, IS, "rdesktop", MODERATE,
                     "rdesktop is hardly maintained any more"),
                {.finding = F_TLS_NO_VERSION,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host accepts no TLS version at all, not even a current one"},
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host refuses every client"},
                {.finding = F_TCP_SILENT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host does not answer, whatever the client's age"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host closes on a current client as well"},
            },
        .fixes = {&fix_client_update, &fix_second_client, &repair_component},
        .sources = {"Microsoft: IMsTscAxEvents::OnDisconnected", "Microsoft: TLS registry settings",
                    "event manifest RDPClient (1030)",
                    "secondary sources: message texts of the codes"},
    },
    {
        .id = "client-wrong-app",
        .title = "The program on the client is not made for this kind of host.",
        .explains = "Several programs of Microsoft bear similar names. The Remote Desktop app "
                    "from the Store was retired on 27 May 2025; Windows App on Windows serves "
                    "cloud PCs and lacks plain connections to a computer; mstsc, which is part "
                    "of Windows, does those. Success with another program is a comparison and "
                    "not a repair of a broken host.",
        .separates = "mstsc gets in from the same computer. With cloud keys in the connection "
                     "file, Windows App is the right program and mstsc is not.",
        .tell = "This person uses a program that does not fit this host; please have mstsc used "
                "for ordinary computers and Windows App for cloud PCs.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_CLIENT_CONFIG,
        .evidence =
            {
                {.finding = F_CLIENT_APP,
                 .test = IS,
                 .word = "store-app",
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.75,
                 .says = "the client is the retired Store app"},
                {.finding = F_CLIENT_APP,
                 .test = IS,
                 .word = "windows-app",
                 .strength = STRONG,
                 .one_way = true,
                 .at_most = 0.75,
                 .says = "the client is Windows App, which lacks plain connections on Windows"},
                {.finding = F_SESSION_OTHER_CLIENT_WORKS,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "another client gets in at the same time"},
                FACT(F_NLA_CHALLENGE, WEAK, "the host answers well up to the sign-in"),
                WORD(F_CLIENT_APP, IS, "mstsc", REFUTES, "the client is mstsc"),
                FACT(F_CLIENT_AVD_FEED, -STRONG,
                     "the connection belongs to a cloud service, for which such a program is "
                     "made"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG, "the client's connection reached the host"),
                {.finding = F_TCP_REFUSED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host refuses every client"},
                {.finding = F_TCP_SILENT,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host answers no client"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host closes on every client"},
            },
        .fixes = {&use_mstsc, &fix_second_client},
        .sources = {"secondary sources: end of the Store app on 27 May 2025",
                    "secondary sources: what Windows App can do"},
    },
    {
        .id = "client-policy-restricts",
        .title = "A policy on the client's computer restricts this connection.",
        .explains = "Administrators can forbid connection files that are not signed, saved "
                    "passwords, hosts that cannot be verified, or gateways that are not listed. "
                    "The client then refuses by itself or greys fields out. Only whoever owns "
                    "the policy can change it.",
        .separates = "A computer outside the policy gets in with the same account and host. A "
                     "text that speaks of sending credentials points to "
                     "credential-delegation-blocked.",
        .tell = "A policy on this computer forbids this Remote Desktop connection; please look "
                "at the client policies for Remote Desktop and change what hinders.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_CLIENT_CONFIG,
        .evidence =
            {
                {.finding = F_CLIENT_POLICY,
                 .strength = DECISIVE,
                 .at_most = 0.75,
                 .says = "a client policy restricts the connection"},
                {.finding = F_CLIENT_GATEWAY_CODE,
                 .test = IS,
                 .value = 0x3000029,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "gateway code 0x3000029 says that the client's list does not allow this "
                         "gateway"},
                {.finding = F_SESSION_OTHER_CLIENT_WORKS,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "another client, outside the policy, gets in at the same time"},
                VALUE(F_CLIENT_AUTHENTICATION_LEVEL, IS, 1, WEAK,
                      "this client is told to refuse a host that it cannot verify"),
                FACT(F_CLIENT_DELEGATION_DENIED, WEAK,
                     "a policy does not let these credentials be sent"),
                WORD(F_CLIENT_RDP_FILE_SIGNATURE, IS, "expired", WEAK,
                     "the certificate that signed the connection file has expired, so it counts "
                     "as not signed"),
                FACT(F_NLA_CHALLENGE, WEAK, "the host answers well up to the sign-in"),
                FACT(F_LOG_NLA_PASSED, -STRONG, "the host accepted the client's credentials"),
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host refuses every client"},
                {.finding = F_TCP_SILENT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host answers no client"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host closes on clients without the policy, too"},
            },
        .fixes = {&policy_report, &sign_rdp_file, &fix_policy_change},
        .sources = {"TerminalServer.admx", "CredSsp.admx",
                    "secondary sources: message texts of the codes"},
    },
    {
        .id = "client-targets-itself",
        .title = "The client connects to its own computer instead of the host.",
        .explains =
            "A wrong name, a line in the hosts file, a port proxy or a router's forward can lead "
            "a connection back to where it came from. Windows then says that a console session "
            "is already in progress, or shows the own desktop. The intended host is not involved.",
        .separates = "The computer that answers has this computer's own name and addresses. Code "
                     "0x708 without that can be a person at the host's console.",
        .tell = "The name that is dialled leads back to this very computer; please correct the "
                "name, the hosts file or the port forward.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NAME,
        .evidence =
            {
                NEEDED(F_NAME_IS_THIS_COMPUTER, DECISIVE,
                       "the target is, or is forwarded to, this very computer"),
                VALUE(F_CLIENT_CODE, IS, 0x708, STRONG,
                      "the client's code 0x708 says that a console session of this computer "
                      "is already in progress"),
                FACT(F_NLA_NAMES_OTHER_HOST, WEAK,
                     "the computer that answers gives itself another name than the one "
                     "dialled"),
                WORD(F_NAME_SOURCE, IS, "hosts-file", WEAK,
                     "the address came from the hosts file of this computer"),
                FACT(F_HOST_PORTPROXY, WEAK, "a port proxy forwards the RDP port"),
                {.finding = F_HOST_CONSOLE_IN_USE,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "somebody does use the intended host's console"},
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "the client's connection reached the intended host"),
                FACT(F_LOG_LOCAL_USER_DECLINED, -STRONG,
                     "the person at the intended host's console declined"),
                FACT(F_TCP_SILENT, -STRONG,
                     "the target does not answer, and the own computer always does"),
                FACT(F_NAME_NOT_FOUND, REFUTES, "the name leads nowhere"),
                FACT(F_TCP_REFUSED, WEAK,
                     "the target refuses, as a computer does that is not set up to be a host"),
            },
        .fixes = {&find_right_target, &fix_use_fqdn, &loopback_test, &fix_hosts_entry_remove,
                  &remove_portproxy, &correct_forward},
        .sources = {"secondary sources: message texts of the codes",
                    "public cases: SuperRDP 38, docker-remote-desktop 30, rdpwrap 425",
                    "[MS-NLMP] 2.2.2.1"},
    },
    {
        .id = "client-software-bug",
        .title = "The client program has a fault of its own in the version that is installed.",
        .explains = "Client programs break too: a release sends a wrong number, mishandles "
                    "Kerberos or a gateway's token, or asks for a picture format that the host "
                    "refuses. Every other client gets in at the same host with the same account. "
                    "The host and the network are healthy.",
        .separates = "A second client program on the same computer passes the stage at which "
                     "this one fails. If the version is merely old and lacks something, it is "
                     "client-outdated.",
        .tell = "This version of the client program fails where other clients get in; please "
                "install another version of it.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_UNKNOWN,
        .evidence =
            {
                {.finding = F_CLIENT_KNOWN_BUG,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.75,
                 .says = "the client's version is on the list of known regressions"},
                {.finding = F_SESSION_OTHER_CLIENT_WORKS,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "another client gets in at the same time"},
                FACT(F_NLA_CHALLENGE, WEAK, "the host answers well up to the sign-in"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, -MODERATE,
                     "the same client works from another network"),
                FACT(F_CLIENT_FILE_LESS_WORKS, -MODERATE,
                     "the same client works without the connection file"),
                FACT(F_CLIENT_TYPED_PASSWORD_WORKS, -STRONG,
                     "the same client works with typed credentials"),
                FACT(F_UDP_OFF_CURES, -STRONG, "the same client works with UDP switched off"),
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host refuses every client"},
                {.finding = F_TCP_SILENT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host answers no client"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host closes on other clients as well"},
            },
        .fixes = {&fix_client_update, &fix_second_client, &step_back},
        .sources = {"public cases: regressions of FreeRDP",
                    "Microsoft: release notes of the macOS client",
                    "secondary sources: public cases"},
    },
};

const struct cause_list causes_client = {.rows = rows, .n = sizeof rows / sizeof *rows};
