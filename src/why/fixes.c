/*
 * fixes - remedies that serve more than one cause.
 *
 * Commands are locale-proof where Windows translates names: groups by resource id, accounts
 * by SID, values by name. A registry change exports the key first, so undo is an import; where
 * the key need not exist, its value is read first and undo takes the value away. What must
 * outlive a restart is kept in the Temp folder of Windows: a session host empties %TEMP%.
 */
#include "why/fixes.h"

#define TS          "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define TCP         TS "\\WinStations\\RDP-Tcp"
#define LSA         "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define POLICY      "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
#define SCHANNEL    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
#define TLS12       SCHANNEL "\\Protocols\\TLS 1.2\\Server"
#define HOSTS       "%SystemRoot%\\System32\\drivers\\etc\\hosts"
#define RDP_GROUP   "Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752'"
#define MACHINEKEYS "$env:ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"

/* The key of container TSSecKeySet1: this one file, never the folder. */
#define KEY_NAME                                                                                   \
	"f686aace6942fb7f7ceb231212eef4a4_$((Get-ItemProperty "                                    \
	"'HKLM:\\SOFTWARE\\Microsoft\\Cryptography').MachineGuid)"
#define KEY_FILE "\"" MACHINEKEYS "\\" KEY_NAME "\""

#define SAVE_LISTENER                                                                              \
	{                                                                                          \
		.says = "keep the listener's present values",                                      \
		.command = "reg export \"" TCP "\" \"%TEMP%\\rdp-tcp.reg\" /y", .shell = CMD       \
	}
#define RESTORE_LISTENER                                                                           \
	{                                                                                          \
		.says = "write the kept values back",                                              \
		.command = "reg import \"%TEMP%\\rdp-tcp.reg\"", .shell = CMD                      \
	}
#define RESTART_TERMSERVICE                                                                        \
	{                                                                                          \
		.says = "let the service read the values (this ends every remote session on the "  \
		        "host)",                                                                   \
		.command = "Restart-Service TermService -Force", .shell = POWERSHELL               \
	}
#define RESTART_HOST                                                                               \
	{                                                                                          \
		.says = "restart the host in five minutes and tell everybody on it; every "        \
		        "session is lost",                                                         \
		.command = "shutdown /r /t 300 /c \"Restart in 5 minutes, please save your "       \
		           "work\"",                                                               \
		.shell = CMD                                                                       \
	}

const struct fix fix_enable_rdp = {
    .id = "host-enable-rdp",
    .title = "switch Remote Desktop on",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "no policy sets fDenyTSConnections; a policy has to be changed where it is made",
    .steps = {{.says = "admit connections",
               .command = "reg add \"" TS "\" /v fDenyTSConnections /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "open the firewall's Remote Desktop group",
               .command = RDP_GROUP " | Enable-NetFirewallRule",
               .shell = POWERSHELL}},
    .undo = {{.says = "refuse connections again",
              .command = "reg add \"" TS "\" /v fDenyTSConnections /t REG_DWORD /d 1 /f",
              .shell = CMD},
             {.says = "close the firewall group, if it was closed before",
              .command = RDP_GROUP " | Disable-NetFirewallRule",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting", "TerminalServer.admx"},
};

const struct fix fix_firewall_group = {
    .id = "host-firewall-group",
    .title = "enable the firewall's own Remote Desktop rules",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "Windows 8, Server 2012 or later; the listener uses port 3389, and no policy "
                 "discards local firewall rules",
    .steps = {{.says = "see and note which of the rules are enabled, and for which profiles",
               .command = RDP_GROUP " | Format-Table Name, Enabled, Profile, Action",
               .shell = POWERSHELL},
              {.says = "enable them",
               .command = RDP_GROUP " | Enable-NetFirewallRule",
               .shell = POWERSHELL}},
    .undo = {{.says = "disable the group; enable again the rules that were noted as enabled",
              .command = RDP_GROUP " | Disable-NetFirewallRule",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "firewall rules of a real Windows 10"},
};

const struct fix fix_firewall_scoped = {
    .id = "host-firewall-scoped",
    .title = "admit the RDP port from known addresses only",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "<cidr> is the network of the clients, never 0.0.0.0/0; no block rule matches "
                 "the port, since a block rule wins",
    .steps = {{.says = "add a rule for these addresses, on every profile",
               .command = "New-NetFirewallRule -Name rdpwhy-rdp -DisplayName 'RDP scoped' "
                          "-Direction Inbound -Protocol TCP -LocalPort {port} -RemoteAddress "
                          "'<cidr>' -Action Allow",
               .shell = POWERSHELL}},
    .undo = {{.says = "remove the rule",
              .command = "Remove-NetFirewallRule -Name rdpwhy-rdp",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "Microsoft: ports used by Remote Desktop Services"},
};

const struct fix fix_port_default = {
    .id = "host-port-default",
    .title = "let the listener use port 3389 again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 4,
    .condition = "no other program owns port 3389, and nobody relies on the present port",
    .steps = {SAVE_LISTENER,
              {.says = "set the port",
               .command = "reg add \"" TCP "\" /v PortNumber /t REG_DWORD /d 3389 /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_LISTENER, RESTART_TERMSERVICE},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                "registry of a real Windows 10"},
};

const struct fix fix_dial_port = {
    .id = "client-dial-port",
    .title = "dial the port on which the host listens",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 1,
    .steps = {{.says = "give the port behind the name",
               .command = "mstsc /v:{host}:<port>",
               .shell = CMD}},
    .undo_says = "Nothing is changed.",
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors"},
};

const struct fix fix_termservice_start = {
    .id = "host-termservice-start",
    .title = "start the Remote Desktop service",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .restart = RESTART_SERVICE,
    .minutes = 2,
    .steps = {{.says = "note the present start type",
               .command = "Get-Service TermService | Format-List Status, StartType",
               .shell = POWERSHELL},
              {.says = "let it start on demand, as Windows sets it",
               .command = "Set-Service TermService -StartupType Manual",
               .shell = POWERSHELL},
              {.says = "start it; an error here names what is wrong with the service",
               .command = "Start-Service TermService",
               .shell = POWERSHELL}},
    .undo = {{.says = "stop it", .command = "Stop-Service TermService -Force", .shell = POWERSHELL},
             {.says = "set the noted start type again",
              .command = "Set-Service TermService -StartupType '<start type>'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "registry of a real Windows 10"},
};

const struct fix fix_termservice_restart = {
    .id = "host-termservice-restart",
    .title = "restart the Remote Desktop service",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 3,
    .condition = "done at the host's own or its hypervisor's console: a remote session would cut "
                 "itself off",
    .steps = {{.says = "see who is signed in, and warn them",
               .command = "query user",
               .shell = CMD},
              {.says = "restart it; every remote session on the host ends",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: no setting is changed.",
    .sources = {"Microsoft: Remote Desktop service is currently busy",
                "Microsoft: Azure VM RDP internal error"},
};

const struct fix fix_support_services = {
    .id = "host-support-services",
    .title = "enable and start the services that Remote Desktop needs",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .restart = RESTART_NONE,
    .minutes = 3,
    .steps = {{.says = "keep the present start types",
               .command = "Get-Service SessionEnv, UmRdpService, KeyIso, CertPropSvc, CryptSvc | "
                          "Select-Object Name, StartType | Export-Csv -NoTypeInformation "
                          "\"$env:TEMP\\rdp-services.csv\"",
               .shell = POWERSHELL},
              {.says = "set four of them to the start type of Windows",
               .command = "'SessionEnv','UmRdpService','KeyIso','CertPropSvc' | ForEach-Object { "
                          "Set-Service $_ -StartupType Manual }",
               .shell = POWERSHELL},
              {.says = "set the fifth",
               .command = "Set-Service CryptSvc -StartupType Automatic",
               .shell = POWERSHELL},
              {.says = "start those that hold keys and make the certificate",
               .command = "Start-Service KeyIso, CryptSvc, CertPropSvc, SessionEnv",
               .shell = POWERSHELL}},
    .undo = {{.says = "set the kept start types again",
              .command = "Import-Csv \"$env:TEMP\\rdp-services.csv\" | ForEach-Object { "
                         "Set-Service $_.Name -StartupType $_.StartType }",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: events for troubleshooting Azure VM RDP connections",
                "registry of a real Windows 10"},
};

const struct fix fix_reboot = {
    .id = "host-reboot",
    .title = "restart the host, after its logs are saved",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 15,
    .condition = "nobody on the host has unsaved work: every session is lost",
    .steps = {{.says = "keep the System log; a restart may cure and leave no trace of why",
               .command = "wevtutil epl System \"%SystemRoot%\\Temp\\System-before.evtx\" "
                          "/ow:true",
               .shell = CMD},
              {.says = "keep the log of the RDP stack",
               .command = "wevtutil epl "
                          "\"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational\" "
                          "\"%SystemRoot%\\Temp\\RdpCoreTS-before.evtx\" /ow:true",
               .shell = CMD},
              {.says = "see who is signed in", .command = "query user", .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "call it off while the five minutes run",
              .command = "shutdown /a",
              .shell = CMD}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting"},
};

const struct fix fix_install_update = {
    .id = "host-install-update",
    .title = "install the current cumulative update on the host",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 60,
    .condition = "the host lacks an update that repairs this; every session is lost at its restart",
    .steps = {{.says = "see what was installed last",
               .command = "Get-HotFix | Sort-Object InstalledOn | Select-Object -Last 5",
               .shell = POWERSHELL},
              {.says = "open Windows Update and install what it offers (on Server Core: sconfig)",
               .command = "Start-Process 'ms-settings:windowsupdate'",
               .shell = POWERSHELL},
              RESTART_HOST},
    .undo_says = "An update stays: removing it opens the holes that it closes.",
    .sources = {"Microsoft: KB4093492", "release notes of Windows updates"},
};

const struct fix fix_cert_renew = {
    .id = "host-cert-renew",
    .title = "let the host make itself a new certificate",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the certificate is the self-made one; one assigned by policy, by hand or by a "
                 "broker is renewed where it was issued",
    .steps =
        {{.says = "keep a copy of the expired certificate",
          .command = "Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Export-Certificate "
                     "-Type P7B -FilePath \"$env:TEMP\\rdp-cert.p7b\"",
          .shell = POWERSHELL},
         {.says = "remove it",
          .command = "Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Where-Object "
                     "NotAfter -lt (Get-Date) | Remove-Item",
          .shell = POWERSHELL},
         {.says = "have a new one made, without ending a session; event 1056 confirms it",
          .command = "Restart-Service SessionEnv",
          .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: the host replaces an expired certificate by itself, and "
                 "the old key cannot be exported.",
    .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                "Microsoft: Azure VM RDP internal error"},
};

const struct fix fix_cert_unbind = {
    .id = "host-cert-unbind",
    .title = "take back the choice of a certificate, so that the self-made one is used",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 3,
    .condition = "the host is no connection broker and in no deployment that assigns "
                 "certificates, and no policy names a template",
    .steps = {SAVE_LISTENER,
              {.says = "remove the choice",
               .command = "reg delete \"" TCP "\" /v SSLCertificateSHA1Hash /f",
               .shell = CMD},
              {.says = "have the self-made certificate used, without ending a session",
               .command = "Restart-Service SessionEnv",
               .shell = POWERSHELL}},
    .undo = {RESTORE_LISTENER,
             {.says = "have the choice read again",
              .command = "Restart-Service SessionEnv",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop listener certificate configurations",
                "TechNet: TermService events 1051 to 1059"},
};

const struct fix fix_key_acl = {
    .id = "host-key-acl",
    .title = "let the Remote Desktop service read its one key file",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 6,
    .condition = "the file exists; the rights of the MachineKeys folder and of its other files "
                 "are left alone",
    .steps = {{.says = "keep the present rights of the file",
               .command = "icacls " KEY_FILE " /save \"$env:TEMP\\rdp-key.acl\"",
               .shell = POWERSHELL},
              {.says = "only if that was denied: own this one file, then repeat the first step",
               .command = "takeown /f " KEY_FILE " /a",
               .shell = POWERSHELL},
              {.says = "SYSTEM and Administrators everything, NETWORK SERVICE read",
               .command = "icacls " KEY_FILE
                          " /grant '*S-1-5-18:F' '*S-1-5-20:R' '*S-1-5-32-544:F'",
               .shell = POWERSHELL},
              {.says = "have the key opened again (this ends every remote session on the host)",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "give the file its kept rights again",
              .command = "icacls \"" MACHINEKEYS "\" /restore \"$env:TEMP\\rdp-key.acl\"",
              .shell = POWERSHELL},
             {.says = "only if the owner was changed: SYSTEM owns it again",
              .command = "icacls " KEY_FILE " /setowner '*S-1-5-18'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: default permissions for the MachineKeys folders",
                "Microsoft: Azure VM RDP internal error"},
};

const struct fix fix_key_file_rename = {
    .id = "host-key-file-rename",
    .title = "set the one Remote Desktop key file aside, so that a new key is made",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 8,
    .condition = "only after its rights were repaired in vain; done at the console, because the "
                 "first step ends every remote session; never the whole MachineKeys folder",
    .steps = {{.says = "stop what uses the key",
               .command = "Stop-Service TermService, SessionEnv -Force",
               .shell = POWERSHELL},
              {.says = "rename this one file",
               .command = "Rename-Item -Force " KEY_FILE " \"" KEY_NAME ".bak\"",
               .shell = POWERSHELL},
              {.says = "start again; a new key and certificate are made",
               .command = "Start-Service SessionEnv, TermService",
               .shell = POWERSHELL},
              {.says = "look: 1056 confirms the new certificate, 1057 says why there is none",
               .command = "Get-WinEvent -FilterHashtable @{LogName='System'; Id=1056,1057} "
                          "-MaxEvents 2 | Format-List TimeCreated, Id, Message",
               .shell = POWERSHELL}},
    .undo = {{.says = "stop what uses the key",
              .command = "Stop-Service TermService, SessionEnv -Force",
              .shell = POWERSHELL},
             {.says = "put the old file back in the place of the new one",
              .command = "Move-Item -Force \"" MACHINEKEYS "\\" KEY_NAME ".bak\" " KEY_FILE,
              .shell = POWERSHELL},
             {.says = "start again; a certificate made meanwhile has lost its key, remove it",
              .command = "Start-Service SessionEnv, TermService",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Azure VM RDP internal error",
                "container name of the key: recomputed from UniqueKeyContainer write-ups"},
};

const struct fix fix_tls12_on = {
    .id = "host-tls12-on",
    .title = "switch TLS 1.2 on for the server role",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 15,
    .condition = "the registry says that TLS 1.2 is off, or the host is Windows 7 or Server 2008 "
                 "R2 with the update that lets Remote Desktop use it (KB3080079)",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" SCHANNEL "\" \"%SystemRoot%\\Temp\\schannel.reg\" /y",
               .shell = CMD},
              {.says = "enable TLS 1.2, and no other version",
               .command = "reg add \"" TLS12 "\" /v Enabled /t REG_DWORD /d 1 /f",
               .shell = CMD},
              {.says = "offer it without being asked",
               .command = "reg add \"" TLS12 "\" /v DisabledByDefault /t REG_DWORD /d 0 /f",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "remove the key that was written",
              .command = "reg delete \"" TLS12 "\" /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%SystemRoot%\\Temp\\schannel.reg\"",
              .shell = CMD},
             RESTART_HOST},
    .sources = {"Microsoft: TLS registry settings", "Microsoft: protocols in Schannel"},
};

const struct fix fix_securitylayer_tls = {
    .id = "host-securitylayer-tls",
    .title = "let the listener require TLS",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 4,
    .condition = "no policy sets SecurityLayer; a policy has to be changed where it is made",
    .steps = {SAVE_LISTENER,
              {.says = "set the security layer to TLS, the default of current Windows",
               .command = "reg add \"" TCP "\" /v SecurityLayer /t REG_DWORD /d 2 /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_LISTENER, RESTART_TERMSERVICE},
    .sources = {"TerminalServer.admx", "registry of a real Windows 10"},
};

const struct fix fix_nla_on = {
    .id = "host-nla-on",
    .title = "let the listener require network level authentication",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 4,
    .condition = "every client knows CredSSP: one that does not loses access; no policy sets "
                 "UserAuthentication",
    .steps = {SAVE_LISTENER,
              {.says = "require NLA, the default since Windows 8",
               .command = "reg add \"" TCP "\" /v UserAuthentication /t REG_DWORD /d 1 /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_LISTENER, RESTART_TERMSERVICE},
    .sources = {"TerminalServer.admx", "registry of a real Windows 10"},
};

const struct fix fix_use_fqdn = {
    .id = "client-use-fqdn",
    .title = "dial the host by its full name",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the host has a full name that its certificate or its domain knows",
    .steps = {{.says = "see which full name stands for what was dialled",
               .command = "Resolve-DnsName {host}",
               .shell = POWERSHELL},
              {.says = "dial that name, or the one in the host's certificate",
               .command = "mstsc /v:<fqdn>:{port}",
               .shell = CMD}},
    .undo_says = "Nothing is changed.",
    .sources = {"Microsoft: Remote Desktop cannot verify the identity of the remote computer",
                "Microsoft: Local Security Authority cannot be contacted"},
};

const struct fix fix_dns_record = {
    .id = "domain-dns-record",
    .title = "correct the host's record on the name server",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the zone is served by Windows; on another name server the same is done with "
                 "its own tools",
    .steps = {{.says = "see and note what the zone says now, IPv4 and IPv6",
               .command = "Get-DnsServerResourceRecord -ZoneName '<zone>' -Name '<name>'",
               .shell = POWERSHELL},
              {.says = "remove the wrong address, if there is one",
               .command = "Remove-DnsServerResourceRecord -ZoneName '<zone>' -Name '<name>' "
                          "-RRType A -RecordData '<wrong address>' -Force",
               .shell = POWERSHELL},
              {.says = "add the address that the host has",
               .command = "Add-DnsServerResourceRecordA -ZoneName '<zone>' -Name '<name>' "
                          "-IPv4Address '<address>'",
               .shell = POWERSHELL}},
    .undo = {{.says = "remove what was added",
              .command = "Remove-DnsServerResourceRecord -ZoneName '<zone>' -Name '<name>' "
                         "-RRType A -RecordData '<address>' -Force",
              .shell = POWERSHELL},
             {.says = "add what was noted, if a record was removed",
              .command = "Add-DnsServerResourceRecordA -ZoneName '<zone>' -Name '<name>' "
                         "-IPv4Address '<wrong address>'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Local Security Authority cannot be contacted",
                "Microsoft: DnsServer PowerShell module"},
};

const struct fix fix_dns_register = {
    .id = "host-dns-register",
    .title = "let the host register its present address",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 15,
    .condition = "the zone takes dynamic updates from the host",
    .steps = {{.says = "register; the name server knows it after some minutes",
               .command = "ipconfig /registerdns",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the host writes only its own present addresses.",
    .sources = {"Microsoft: Local Security Authority cannot be contacted"},
};

const struct fix fix_hosts_entry_remove = {
    .id = "client-hosts-entry-remove",
    .title = "remove the stale line from the client's hosts file",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 4,
    .condition = "the hosts file of the client names the host",
    .steps = {{.says = "keep a copy (in an elevated prompt)",
               .command = "copy /y \"" HOSTS "\" \"" HOSTS ".before\"",
               .shell = CMD},
              {.says = "find the line",
               .command = "findstr /i /n /c:\"{host}\" \"" HOSTS "\"",
               .shell = CMD},
              {.says = "take it out and save", .command = "notepad \"" HOSTS "\"", .shell = CMD},
              {.says = "forget the old answer", .command = "ipconfig /flushdns", .shell = CMD}},
    .undo = {{.says = "put the copy back",
              .command = "copy /y \"" HOSTS ".before\" \"" HOSTS "\"",
              .shell = CMD}},
    .sources = {"Microsoft: Local Security Authority cannot be contacted"},
};

const struct fix fix_dns_flush = {
    .id = "client-dns-flush",
    .title = "empty the client's name cache",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 1,
    .steps = {{.says = "forget every cached answer", .command = "ipconfig /flushdns", .shell = CMD},
              {.says = "see what the name server answers now",
               .command = "Resolve-DnsName {host} -DnsOnly",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: the cache fills again by itself.",
    .sources = {"Microsoft: Local Security Authority cannot be contacted"},
};

const struct fix fix_client_update = {
    .id = "client-update",
    .title = "update the client program",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .restart = RESTART_REBOOT,
    .minutes = 30,
    .condition = "the client is older than what the host requires, or has a known fault; other "
                 "programs than mstsc are updated where they came from, without a restart",
    .steps = {{.says = "note the version of mstsc, which belongs to Windows",
               .command = "(Get-Item "
                          "\"$env:SystemRoot\\System32\\mstscax.dll\").VersionInfo.FileVersion",
               .shell = POWERSHELL},
              {.says = "open Windows Update and install what it offers",
               .command = "Start-Process 'ms-settings:windowsupdate'",
               .shell = POWERSHELL}},
    .undo_says = "An update stays: removing it opens the holes that it closes.",
    .sources = {"Microsoft: IMsTscAxEvents::OnDisconnected", "Microsoft: TLS registry settings"},
};

const struct fix fix_saved_credentials_delete = {
    .id = "client-saved-credentials-delete",
    .title = "delete the credentials that the client has stored for this host",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 1,
    .condition = "the password is known, so that it can be typed",
    .steps = {{.says = "see what is stored",
               .command = "cmdkey /list:TERMSRV/{host}",
               .shell = CMD},
              {.says = "delete it", .command = "cmdkey /delete:TERMSRV/{host}", .shell = CMD}},
    .undo = {{.says = "store it again; the password is asked for",
              .command = "cmdkey /generic:TERMSRV/{host} /user:{user} /pass",
              .shell = CMD}},
    .sources = {"Microsoft: cannot authenticate or must authenticate twice"},
};

const struct fix fix_udp_off = {
    .id = "client-udp-off",
    .title = "keep the client on TCP for a while",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 2,
    .condition = "TCP works; picture and sound may be worse until this is taken back",
    .steps = {{.says = "note the present value; an error says that there is none",
               .command = "reg query \"" POLICY "\\Client\" /v fClientDisableUDP",
               .shell = CMD},
              {.says = "switch UDP off (in an elevated prompt), then connect anew",
               .command = "reg add \"" POLICY
                          "\\Client\" /v fClientDisableUDP /t REG_DWORD /d 1 /f",
               .shell = CMD}},
    .undo = {{.says = "let UDP be used again, if no value was noted",
              .command = "reg delete \"" POLICY "\\Client\" /v fClientDisableUDP /f",
              .shell = CMD}},
    .sources = {"TerminalServer.admx"},
};

const struct fix fix_keepalive = {
    .id = "host-keepalive",
    .title = "let the host check every minute whether its clients are there",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .restart = RESTART_SERVICE,
    .minutes = 3,
    .condition = "no policy of the domain sets the same two values",
    .steps = {{.says = "note the present values",
               .command = "reg query \"" POLICY "\"",
               .shell = CMD},
              {.says = "switch keep-alive on",
               .command = "reg add \"" POLICY "\" /v KeepAliveEnable /t REG_DWORD /d 1 /f",
               .shell = CMD},
              {.says = "once a minute",
               .command = "reg add \"" POLICY "\" /v KeepAliveInterval /t REG_DWORD /d 1 /f",
               .shell = CMD},
              {.says = "wait for the next restart of the host or of TermService, which reads the "
                       "values; there is no need to end sessions for it",
               .shell = NO_SHELL}},
    .undo = {{.says = "remove the switch, or write the noted value",
              .command = "reg delete \"" POLICY "\" /v KeepAliveEnable /f",
              .shell = CMD},
             {.says = "remove the interval, or write the noted value",
              .command = "reg delete \"" POLICY "\" /v KeepAliveInterval /f",
              .shell = CMD}},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                "TerminalServer.admx"},
};

const struct fix fix_reset_session = {
    .id = "host-reset-session",
    .title = "end the one session that is stuck",
    .where = ON_HOST,
    .risk = RISK_DESTRUCTIVE,
    .weakens = "everything that was not saved in that session is lost",
    .restart = RESTART_SESSIONS_LOST,
    .minutes = 5,
    .condition = "its user was asked and agrees",
    .steps = {{.says = "find the id of the session", .command = "query user", .shell = CMD},
              {.says = "ask its user, who may still save something from another place",
               .shell = NO_SHELL},
              {.says = "log it off", .command = "logoff <id>", .shell = CMD},
              {.says = "only if that hangs: reset it", .command = "rwinsta <id>", .shell = CMD}},
    .undo_says = "A session that has ended cannot be brought back.",
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                "Microsoft: Remote Desktop service is currently busy"},
};

const struct fix fix_drain_off = {
    .id = "host-drain-off",
    .title = "let the host take new sessions again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "whoever drained the host was asked why, and agrees",
    .steps = {{.says = "see the present state", .command = "change logon /query", .shell = CMD},
              {.says = "admit new sessions", .command = "change logon /enable", .shell = CMD}},
    .undo = {{.says = "drain again, or use what was shown: /drainuntilrestart or /disable",
              .command = "change logon /drain",
              .shell = CMD}},
    .sources = {"event texts of RemoteConnectionManager 1070 and 1071",
                "Microsoft: Azure support scripts for RDP"},
};

const struct fix fix_time_sync = {
    .id = "host-time-sync",
    .title = "set the clock by its time source",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 3,
    .condition = "done on the side whose clock is wrong, host or client; time zone and "
                 "hypervisor clock are right",
    .steps = {{.says = "see source and offset", .command = "w32tm /query /status", .shell = CMD},
              {.says = "start the time service", .command = "net start w32time", .shell = CMD},
              {.says = "read its configuration again",
               .command = "w32tm /config /update",
               .shell = CMD},
              {.says = "look for a source and set the clock",
               .command = "w32tm /resync /rediscover",
               .shell = CMD}},
    .undo_says = "Nothing to take back: a right clock stays right.",
    .sources = {"Microsoft: Remote Desktop cannot verify the identity of the remote computer"},
};

const struct fix fix_secure_channel = {
    .id = "host-secure-channel",
    .title = "repair the host's trust with its domain",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "a domain controller can be reached from the host; signed in with a local account",
    .steps = {{.says = "see whether it is broken: False says so",
               .command = "Test-ComputerSecureChannel",
               .shell = POWERSHELL},
              {.says = "make a new machine password with an account that may do so",
               .command = "Test-ComputerSecureChannel -Repair -Credential '<domain>\\<admin>'",
               .shell = POWERSHELL}},
    .undo_says = "The machine password is new; there is no way back and no need for one.",
    .sources = {"Microsoft: cannot connect to an Azure VM, authentication errors",
                "Microsoft: Remote Desktop cannot verify the identity of the remote computer"},
};

const struct fix fix_dc_dns = {
    .id = "host-dc-dns",
    .title = "let the host ask a name server of its domain",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the host is a domain member and asks a resolver that does not know the domain",
    .steps = {{.says = "note adapter and present name servers",
               .command = "Get-DnsClientServerAddress -AddressFamily IPv4",
               .shell = POWERSHELL},
              {.says = "name the domain's own name servers",
               .command = "Set-DnsClientServerAddress -InterfaceIndex <n> -ServerAddresses "
                          "'<domain name server>'",
               .shell = POWERSHELL},
              {.says = "forget the old answers", .command = "ipconfig /flushdns", .shell = CMD},
              {.says = "look: a domain controller is found",
               .command = "nltest /dsgetdc:<domain> /force",
               .shell = CMD}},
    .undo = {{.says = "name the noted servers again",
              .command = "Set-DnsClientServerAddress -InterfaceIndex <n> -ServerAddresses "
                         "'<noted server>'",
              .shell = POWERSHELL},
             {.says = "or, if they came by DHCP, let DHCP name them",
              .command = "Set-DnsClientServerAddress -InterfaceIndex <n> -ResetServerAddresses",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Local Security Authority cannot be contacted",
                "Microsoft: cannot authenticate or must authenticate twice"},
};

const struct fix fix_restricted_admin = {
    .id = "host-restricted-admin",
    .title = "let the host admit Restricted Admin and Remote Credential Guard",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "the mode is really wanted: with it, a stolen password hash of an administrator "
                 "of the host is enough to sign in",
    .steps = {{.says = "note the present value; an error says that there is none",
               .command = "reg query \"" LSA "\" /v DisableRestrictedAdmin",
               .shell = CMD},
              {.says = "admit it",
               .command = "reg add \"" LSA "\" /v DisableRestrictedAdmin /t REG_DWORD /d 0 /f",
               .shell = CMD}},
    .undo = {{.says = "refuse it again, if no value was noted",
              .command = "reg delete \"" LSA "\" /v DisableRestrictedAdmin /f",
              .shell = CMD}},
    .sources = {"[MS-RDPBCGR] 2.2.1.2.1 flags", "CredSsp.admx"},
};

const struct fix fix_mtu_icmp = {
    .id = "network-mtu-icmp",
    .title = "let the messages pass that say a packet is too big",
    .where = ON_NETWORK,
    .risk = RISK_SAFE,
    .minutes = 15,
    .condition = "a router, firewall or tunnel end between client and host drops ICMP",
    .steps = {{.says = "on every filter of the path: allow ICMP type 3 code 4 and ICMPv6 type 2, "
                       "in both directions",
               .shell = NO_SHELL},
              {.says = "on a Linux router, for IPv4",
               .command = "iptables -I FORWARD -p icmp --icmp-type fragmentation-needed -j ACCEPT",
               .shell = SH},
              {.says = "and for IPv6",
               .command = "ip6tables -I FORWARD -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT",
               .shell = SH}},
    .undo = {{.says = "remove the rule for IPv4",
              .command = "iptables -D FORWARD -p icmp --icmp-type fragmentation-needed -j ACCEPT",
              .shell = SH},
             {.says = "and for IPv6",
              .command = "ip6tables -D FORWARD -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT",
              .shell = SH}},
    .sources = {"RFC 2923 2.1", "RFC 4890 4.3.1"},
};

const struct fix fix_mtu_client = {
    .id = "client-mtu",
    .title = "let the client send smaller packets until it is restarted",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .temporary = true,
    .minutes = 3,
    .condition = "large packets vanish on the way and small ones pass",
    .steps =
        {{.says = "note the interface and its MTU",
          .command = "netsh interface ipv4 show subinterfaces",
          .shell = CMD},
         {.says = "lower it (in an elevated prompt)",
          .command = "netsh interface ipv4 set subinterface \"<interface>\" mtu=1400 store=active",
          .shell = CMD}},
    .undo =
        {{.says = "set the noted MTU again, usually 1500; a restart does it too",
          .command = "netsh interface ipv4 set subinterface \"<interface>\" mtu=1500 store=active",
          .shell = CMD}},
    .sources = {"Microsoft: KB555840", "RFC 2923 2.1"},
};

const struct fix fix_filter_allow = {
    .id = "network-filter-allow",
    .title = "let the RDP port through the network filter, from known sources only",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 15,
    .condition = "<cidr> is where the clients are, never the whole Internet; a VPN or a gateway "
                 "on port 443 is better than an open port",
    .steps = {{.says = "find the device that drops, and add there: the RDP port, TCP, and UDP if "
                       "wanted, from <cidr> to the host, allow",
               .shell = NO_SHELL},
              {.says = "on Azure",
               .command = "az network nsg rule create --resource-group '<group>' --nsg-name "
                          "'<nsg>' --name rdpwhy-rdp --priority <number> --direction Inbound "
                          "--access Allow --protocol Tcp --source-address-prefixes '<cidr>' "
                          "--destination-port-ranges {port}",
               .shell = SH},
              {.says = "on AWS",
               .command = "aws ec2 authorize-security-group-ingress --group-id '<group>' "
                          "--protocol tcp --port {port} --cidr '<cidr>'",
               .shell = SH}},
    .undo = {{.says = "remove the rule on the device", .shell = NO_SHELL},
             {.says = "on Azure",
              .command = "az network nsg rule delete --resource-group '<group>' --nsg-name "
                         "'<nsg>' --name rdpwhy-rdp",
              .shell = SH},
             {.says = "on AWS",
              .command = "aws ec2 revoke-security-group-ingress --group-id '<group>' --protocol "
                         "tcp --port {port} --cidr '<cidr>'",
              .shell = SH}},
    .sources = {"Microsoft: ports used by Remote Desktop Services",
                "Microsoft: general Remote Desktop troubleshooting"},
};

const struct fix fix_second_client = {
    .id = "client-compare-second",
    .title = "compare with a second client",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "on another computer of the same network, and then of another network",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD},
              {.says = "on the first computer with another client program, for example",
               .command = "xfreerdp /v:{host}:{port} /u:{user}",
               .shell = SH},
              {.says = "note which of them gets in: the same computer only fails, the same "
                       "network only fails, or all fail",
               .shell = NO_SHELL}},
    .undo_says = "Nothing is changed.",
    .sources = {"Microsoft: general Remote Desktop troubleshooting"},
};

const struct fix fix_rdp_file_edit = {
    .id = "client-rdp-file-edit",
    .title = "correct the .rdp file",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 4,
    .condition = "the connection is started from a file; editing voids the signature of a signed "
                 "one",
    .steps = {{.says = "keep a copy",
               .command = "copy /y \"<file>.rdp\" \"<file>.rdp.bak\"",
               .shell = CMD},
              {.says = "correct it and save",
               .command = "mstsc /edit \"<file>.rdp\"",
               .shell = CMD}},
    .undo = {{.says = "put the copy back",
              .command = "copy /y \"<file>.rdp.bak\" \"<file>.rdp\"",
              .shell = CMD}},
    .sources = {"Microsoft: supported RDP properties"},
};

const struct fix fix_policy_change = {
    .id = "domain-policy-change",
    .title = "change the policy where it is made",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "a group policy sets the value; writing the registry instead lasts until the "
                 "next refresh only",
    .steps = {{.says = "on the machine it applies to: see which policy object wins",
               .command = "gpresult /scope computer /h \"%TEMP%\\gpresult.html\" /f",
               .shell = CMD},
              {.says = "keep that policy object",
               .command = "Backup-GPO -Name '<policy>' -Path '<folder>'",
               .shell = POWERSHELL},
              {.says = "change the setting in that object, or keep the object from this machine",
               .shell = NO_SHELL},
              {.says = "on the machine: fetch it now",
               .command = "gpupdate /target:computer /force",
               .shell = CMD}},
    .undo = {{.says = "restore the kept object",
              .command = "Restore-GPO -Name '<policy>' -Path '<folder>'",
              .shell = POWERSHELL},
             {.says = "on the machine: fetch it now",
              .command = "gpupdate /target:computer /force",
              .shell = CMD}},
    .sources = {"TerminalServer.admx",
                "Microsoft: Remote Desktop listener certificate configurations"},
};
