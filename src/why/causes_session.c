/*
 * causes_session - sessions, licensing, profiles, resources.
 *
 * Everything up to the sign-in is healthy here, so from outside these look alike; the
 * host's logs, the Set Error Info PDU and a second account or client tell them apart.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define TS          "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define RDPTCP      TS "\\WinStations\\RDP-Tcp"
#define POLICY      "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
#define PROFILELIST "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
#define WINLOGON    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon"

static const struct fix session_disconnect = {
    .id = "host-session-disconnect",
    .title = "disconnect the session without ending it",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "the person in that session has been asked",
    .steps = {{.says = "find the session and its id",
               .command = "qwinsta /server:{host}",
               .shell = CMD},
              {.says = "disconnect it; programs go on running and the next sign-in resumes it",
               .command = "tsdiscon <id> /server:{host}",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the user resumes the session by signing in again.",
    .sources = {"Microsoft: general Remote Desktop troubleshooting", "Microsoft: tsdiscon command"},
};

static const struct fix console_ask = {
    .id = "host-console-ask",
    .title = "ask the person at the console to accept or to sign out",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 3,
    .steps =
        {{.says = "see who is signed in at the console",
          .command = "quser /server:{host}",
          .shell = CMD},
         {.says = "ask this person to accept the connection, or to save the work and sign out"}},
    .undo_says = "Nothing was changed.",
    .sources = {"Microsoft: general Remote Desktop troubleshooting"},
};

static const struct fix admin_login = {
    .id = "client-admin-session",
    .title = "enter by an administrative session",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 1,
    .condition = "the host is a server and the account is one of its administrators",
    .steps = {{.says = "connect for administration; it counts apart from users and needs no "
                       "client access licence",
               .command = "mstsc /admin /v:{host}:{port}",
               .shell = CMD}},
    .undo_says = "Nothing was changed; sign out of the administrative session when done.",
    .sources = {"Microsoft: no licence server available to provide a licence",
                "Microsoft: troubleshoot Remote Desktop disconnected errors"},
};

static const struct fix limit_raise = {
    .id = "host-session-limit-raise",
    .title = "remove the limit on the number of connections",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "MaxInstanceCount holds a number and the host is licensed for more sessions",
    .steps =
        {{.says = "keep the present values of the listener",
          .command = "reg export \"" RDPTCP "\" \"%TEMP%\\rdp-tcp.reg\" /y",
          .shell = CMD},
         {.says = "see whether a policy sets the limit; then change it there",
          .command = "reg query \"" POLICY "\" /v MaxInstanceCount",
          .shell = CMD},
         {.says = "take the limit off the listener",
          .command = "reg add \"" RDPTCP "\" /v MaxInstanceCount /t REG_DWORD /d 0xffffffff /f",
          .shell = CMD},
         {.says = "let the service read the value (this ends every remote session on the host)",
          .command = "Restart-Service TermService -Force",
          .shell = POWERSHELL}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-tcp.reg\"",
              .shell = CMD},
             {.says = "let the service read them",
              .command = "Restart-Service TermService -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors", "TerminalServer.admx",
                "registry of a real Windows 10"},
};

static const struct fix rdsh_role = {
    .id = "host-session-host-role",
    .title = "give the server the Session Host role",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 30,
    .condition = "more than two people work on a server without this role, and licences are bought",
    .steps =
        {{.says = "install the role",
          .command = "Install-WindowsFeature -Name RDS-RD-Server -IncludeManagementTools",
          .shell = POWERSHELL},
         {.says = "restart the host when its users have signed out",
          .command = "shutdown /r /t 300",
          .shell = CMD},
         {.says = "name a licence server with client access licences within the grace period"}},
    .undo = {{.says = "take the role off again and restart",
              .command = "Uninstall-WindowsFeature -Name RDS-RD-Server",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                "event manifest TerminalServices-RemoteConnectionManager"},
};

static const struct fix broker_undrain = {
    .id = "broker-host-undrain",
    .title = "let the broker send new sessions to the host again",
    .where = ON_BROKER,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the host belongs to a collection of a broker",
    .steps =
        {{.says = "see how the collection treats the host",
          .command = "Get-RDSessionHost -CollectionName <collection> -ConnectionBroker <broker>",
          .shell = POWERSHELL},
         {.says = "ask why it was drained, then allow new sessions",
          .command = "Set-RDSessionHost -SessionHost <host-fqdn> -NewConnectionAllowed Yes "
                     "-ConnectionBroker <broker>",
          .shell = POWERSHELL}},
    .undo = {{.says = "drain it again",
              .command = "Set-RDSessionHost -SessionHost <host-fqdn> -NewConnectionAllowed No "
                         "-ConnectionBroker <broker>",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Set-RDSessionHost"},
};

static const struct fix autoreconnect_off = {
    .id = "client-autoreconnect-off",
    .title = "switch automatic reconnection off on one of the two devices",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .steps = {{.says = "keep a copy of the connection file",
               .command = "copy /y \"<file>.rdp\" \"<file>.rdp.bak\"",
               .shell = CMD},
              {.says = "set the line autoreconnection enabled:i:0, or clear the box on the "
                       "Experience tab",
               .command = "mstsc /edit \"<file>.rdp\"",
               .shell = CMD}},
    .undo = {{.says = "put the copy back",
              .command = "copy /y \"<file>.rdp.bak\" \"<file>.rdp\"",
              .shell = CMD}},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix separate_accounts = {
    .id = "domain-separate-accounts",
    .title = "give each device or person an account of its own",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "two people or devices share one account",
    .steps =
        {{.says = "find the addresses that alternate in events 24 and 25 of LocalSessionManager",
          .command =
              "wevtutil qe Microsoft-Windows-TerminalServices-LocalSessionManager/Operational "
              "\"/q:*[System[(EventID=24 or EventID=25 or EventID=39)]]\" /c:40 /rd:true /f:text",
          .shell = CMD},
         {.says = "create a second account with the same rights for the second device"}},
    .undo = {{.says = "disable the second account",
              .command = "Disable-ADAccount -Identity <second-account>",
              .shell = POWERSHELL}},
    .sources = {"event manifest TerminalServices-LocalSessionManager"},
};

static const struct fix time_limits_lift = {
    .id = "host-time-limit-lift",
    .title = "lift the time limits of sessions",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the limit is set on the listener; a policy or the Sessions tab of the account "
                 "is changed where it is made",
    .steps = {{.says = "see where a limit is set: policy first, then the listener",
               .command = "reg query \"" POLICY "\" & reg query \"" RDPTCP "\"",
               .shell = CMD},
              {.says = "keep the present values",
               .command = "reg export \"" RDPTCP "\" \"%TEMP%\\rdp-tcp.reg\" /y",
               .shell = CMD},
              {.says = "lift the idle limit; 0 means none",
               .command = "reg add \"" RDPTCP "\" /v MaxIdleTime /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "lift the limit on the whole time",
               .command = "reg add \"" RDPTCP "\" /v MaxConnectionTime /t REG_DWORD /d 0 /f",
               .shell = CMD}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-tcp.reg\"",
              .shell = CMD}},
    .sources = {"TerminalServer.admx", "registry of a real Windows 10"},
};

static const struct fix license_deployment = {
    .id = "broker-license-configure",
    .title = "name the licence server and the mode in the deployment",
    .where = ON_BROKER,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the host belongs to a deployment with a broker, and licences are bought",
    .steps = {{.says = "note the present configuration",
               .command = "Get-RDLicenseConfiguration -ConnectionBroker <broker>",
               .shell = POWERSHELL},
              {.says = "set mode (PerUser or PerDevice, as bought) and server",
               .command = "Set-RDLicenseConfiguration -LicenseServer <license-server> -Mode "
                          "PerUser -ConnectionBroker <broker>",
               .shell = POWERSHELL}},
    .undo = {{.says = "set the noted configuration again",
              .command = "Set-RDLicenseConfiguration -LicenseServer <old-server> -Mode "
                         "<old-mode> -ConnectionBroker <broker>",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: no licence server available to provide a licence",
                "Microsoft: Set-RDLicenseConfiguration"},
};

static const struct fix license_policy = {
    .id = "host-license-configure",
    .title = "name the licence server and the mode on the host",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .condition = "the host stands alone, no domain policy sets these values, and licences are "
                 "bought",
    .steps =
        {{.says = "keep the present policy values",
          .command = "reg export \"" POLICY "\" \"%TEMP%\\ts-policy.reg\" /y",
          .shell = CMD},
         {.says = "set the mode as bought: 2 per device, 4 per user",
          .command = "reg add \"" POLICY "\" /v LicensingMode /t REG_DWORD /d 4 /f",
          .shell = CMD},
         {.says = "name the licence server",
          .command = "reg add \"" POLICY "\" /v LicenseServers /t REG_SZ /d <license-server> /f",
          .shell = CMD},
         {.says = "let the service read the values (this ends every remote session on the host)",
          .command = "Restart-Service TermService -Force",
          .shell = POWERSHELL}},
    .undo = {{.says = "take the mode back",
              .command = "reg delete \"" POLICY "\" /v LicensingMode /f",
              .shell = CMD},
             {.says = "take the server back",
              .command = "reg delete \"" POLICY "\" /v LicenseServers /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\ts-policy.reg\"",
              .shell = CMD}},
    .sources = {"Microsoft: no licence server available to provide a licence",
                "TerminalServer.admx"},
};

static const struct fix license_service_start = {
    .id = "broker-license-service-start",
    .title = "start the licensing service on the licence server",
    .where = ON_BROKER,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the service TermServLicensing is stopped",
    .steps = {{.says = "start it with the server from now on",
               .command = "Set-Service TermServLicensing -StartupType Automatic",
               .shell = POWERSHELL},
              {.says = "start it now",
               .command = "Start-Service TermServLicensing",
               .shell = POWERSHELL}},
    .undo = {{.says = "stop it again",
              .command = "Stop-Service TermServLicensing",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: no licence server available to provide a licence"},
};

static const struct fix license_ports = {
    .id = "network-license-ports",
    .title = "open the way from the host to the licence server",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "one of the tests fails",
    .steps = {{.says = "test from the host",
               .command = "Test-NetConnection <license-server> -Port 135",
               .shell = POWERSHELL},
              {.says = "test file sharing too",
               .command = "Test-NetConnection <license-server> -Port 445",
               .shell = POWERSHELL},
              {.says = "admit TCP 135, TCP 445 and dynamic RPC (TCP 49152 to 65535) from the "
                       "host to the licence server, and only from there"}},
    .undo_says = "Remove the rules that were added on the device in between.",
    .sources = {"Microsoft: ports used by Remote Desktop Services",
                "Microsoft: no licence server available to provide a licence"},
};

static const struct fix license_group = {
    .id = "broker-license-endpoint-group",
    .title = "let the licence server answer this host",
    .where = ON_BROKER,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "event 1043 on the host says that it is not in the group",
    .steps = {{.says = "put the host into the local group RDS Endpoint Servers; its SID is the "
                       "same in every language",
               .command = "Add-LocalGroupMember -SID S-1-5-32-576 -Member \"<domain>\\<host>$\"",
               .shell = POWERSHELL}},
    .undo = {{.says = "take it out again",
              .command = "Remove-LocalGroupMember -SID S-1-5-32-576 -Member \"<domain>\\<host>$\"",
              .shell = POWERSHELL}},
    .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                "[MS-DTYP] 2.4.2.4 well-known SIDs"},
};

static const struct fix license_activate = {
    .id = "broker-license-activate",
    .title = "activate the licence server and install the licences",
    .where = ON_BROKER,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "the server is not activated, or has no free or no new enough licences",
    .steps =
        {{.says = "open the licence manager; a red or yellow mark shows what is missing",
          .command = "licmgr.exe",
          .shell = CMD},
         {.says = "activate the server and install licences of the version of the host or newer"}},
    .undo_says = "Nothing to take back: an activation and bought licences do no harm.",
    .sources = {"Microsoft: no licence server available to provide a licence"},
};

static const struct fix mstsc_elevated = {
    .id = "client-license-elevated",
    .title = "start the client once as administrator",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .steps = {{.says = "a standard user may not write the licence store; one elevated start does",
               .command = "Start-Process mstsc.exe -Verb RunAs -ArgumentList '/v:{host}:{port}'",
               .shell = POWERSHELL}},
    .undo_says = "Nothing was changed but the licence that the host issued.",
    .sources = {"Microsoft: no licence server available to provide a licence", "secondary sources"},
};

static const struct fix mslicensing_renew = {
    .id = "client-license-store-renew",
    .title = "let the client make a new licence store",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .steps = {{.says = "keep the present store",
               .command = "reg export \"HKLM\\SOFTWARE\\Microsoft\\MSLicensing\" "
                          "\"%TEMP%\\mslicensing.reg\" /y",
               .shell = CMD},
              {.says = "remove it",
               .command = "reg delete \"HKLM\\SOFTWARE\\Microsoft\\MSLicensing\" /f",
               .shell = CMD},
              {.says = "connect once as administrator, so that it can be written anew",
               .command = "Start-Process mstsc.exe -Verb RunAs -ArgumentList '/v:{host}:{port}'",
               .shell = POWERSHELL}},
    .undo = {{.says = "write the kept store back",
              .command = "reg import \"%TEMP%\\mslicensing.reg\"",
              .shell = CMD}},
    .sources = {"Microsoft: no licence server available to provide a licence", "secondary sources"},
};

static const struct fix host_license_certificate = {
    .id = "host-license-certificate-renew",
    .title = "let the host make new licensing certificates",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 20,
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" TS "\\RCM\" \"%TEMP%\\rcm.reg\" /y",
               .shell = CMD},
              {.says = "remove the four values; one that does not exist gives a harmless message",
               .command = "for %v in (\"Certificate\" \"X509 Certificate\" \"X509 Certificate "
                          "ID\" \"X509 Certificate2\") do reg delete \"" TS "\\RCM\" /v %v /f",
               .shell = CMD},
              {.says = "restart the host", .command = "shutdown /r /t 60", .shell = CMD},
              {.says = "if the host is a licence server too, activate it again",
               .command = "licmgr.exe",
               .shell = CMD}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rcm.reg\"",
              .shell = CMD},
             {.says = "restart the host", .command = "shutdown /r /t 60", .shell = CMD}},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors"},
};

static const struct fix profile_swap = {
    .id = "host-profile-entry-swap",
    .title = "give the account its own profile entry back",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "both <SID> and <SID>.bak exist and the user is signed out",
    .steps = {{.says = "keep the profile list",
               .command = "reg export \"HKLM\\" PROFILELIST "\" \"%TEMP%\\profilelist.reg\" /y",
               .shell = CMD},
              {.says = "set the entry of the temporary profile aside",
               .command = "Rename-Item 'HKLM:\\" PROFILELIST "\\<SID>' '<SID>.tmp'",
               .shell = POWERSHELL},
              {.says = "put the real entry in its place",
               .command = "Rename-Item 'HKLM:\\" PROFILELIST "\\<SID>.bak' '<SID>'",
               .shell = POWERSHELL},
              {.says = "clear its state",
               .command = "Set-ItemProperty 'HKLM:\\" PROFILELIST
                          "\\<SID>' -Name State -Value 0 -Type DWord",
               .shell = POWERSHELL},
              {.says = "clear its use count, then sign in again",
               .command = "Set-ItemProperty 'HKLM:\\" PROFILELIST
                          "\\<SID>' -Name RefCount -Value 0 -Type DWord",
               .shell = POWERSHELL}},
    .undo = {{.says = "name the real entry as before",
              .command = "Rename-Item 'HKLM:\\" PROFILELIST "\\<SID>' '<SID>.bak'",
              .shell = POWERSHELL},
             {.says = "put the other entry back",
              .command = "Rename-Item 'HKLM:\\" PROFILELIST "\\<SID>.tmp' '<SID>'",
              .shell = POWERSHELL},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\profilelist.reg\"",
              .shell = CMD}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "registry of a real Windows 10"},
};

static const struct fix profile_new = {
    .id = "host-profile-new",
    .title = "start a new profile and copy the files over",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 60,
    .condition = "NTUSER.DAT cannot be repaired",
    .steps = {{.says = "with the user signed out, keep the old folder under another name",
               .command = "Rename-Item 'C:\\Users\\<user-folder>' '<user-folder>.old'",
               .shell = POWERSHELL},
              {.says = "keep the profile list",
               .command = "reg export \"HKLM\\" PROFILELIST "\" \"%TEMP%\\profilelist.reg\" /y",
               .shell = CMD},
              {.says = "set the entry aside",
               .command = "Rename-Item 'HKLM:\\" PROFILELIST "\\<SID>' '<SID>.old'",
               .shell = POWERSHELL},
              {.says = "sign in, so that Windows makes a new profile, then copy documents from "
                       "the old folder"}},
    .undo =
        {{.says = "with the user signed out, put the old folder back after moving the new one away",
          .command = "Rename-Item 'C:\\Users\\<user-folder>.old' '<user-folder>'",
          .shell = POWERSHELL},
         {.says = "write the kept list back",
          .command = "reg import \"%TEMP%\\profilelist.reg\"",
          .shell = CMD}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting"},
};

static const struct fix profile_restore = {
    .id = "host-profile-restore",
    .title = "restore NTUSER.DAT from a backup",
    .where = ON_HOST,
    .risk = RISK_DESTRUCTIVE,
    .weakens = "settings of the user that are newer than the backup are lost",
    .minutes = 30,
    .condition = "a backup from before the damage exists",
    .steps = {{.says = "with the user signed out, set the damaged file aside (it is hidden)",
               .command = "Move-Item 'C:\\Users\\<user-folder>\\NTUSER.DAT' "
                          "'C:\\Users\\<user-folder>\\NTUSER.DAT.bad' -Force",
               .shell = POWERSHELL},
              {.says = "put the file of the backup or shadow copy in its place",
               .command = "Copy-Item '<backup>\\NTUSER.DAT' "
                          "'C:\\Users\\<user-folder>\\NTUSER.DAT' -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "put the damaged file back",
              .command = "Move-Item 'C:\\Users\\<user-folder>\\NTUSER.DAT.bad' "
                         "'C:\\Users\\<user-folder>\\NTUSER.DAT' -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting"},
};

static const struct fix profile_share = {
    .id = "network-profile-share-restore",
    .title = "bring the share with the profiles back",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .steps = {{.says = "test the share as the user, from the host",
               .command = "Test-Path '\\\\<server>\\<share>'",
               .shell = POWERSHELL},
              {.says = "test the way to its server",
               .command = "Test-NetConnection <server> -Port 445",
               .shell = POWERSHELL},
              {.says = "start the file server, open TCP 445 from the host to it, or give the "
                       "user the rights back on share and folder"}},
    .undo_says = "Take back the rule or right that was added.",
    .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                "event manifest User Profiles Service"},
};

static const struct fix profile_local = {
    .id = "host-profile-local-only",
    .title = "let users sign in with a local profile until the share is back",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .minutes = 5,
    .condition = "profiles are roaming ones, not profile disks",
    .steps = {{.says = "keep the present policy values",
               .command = "reg export \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System\" "
                          "\"%TEMP%\\system-policy.reg\" /y",
               .shell = CMD},
              {.says = "allow local profiles only",
               .command = "reg add \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System\" /v "
                          "LocalProfile /t REG_DWORD /d 1 /f",
               .shell = CMD}},
    .undo = {{.says = "use the share again",
              .command = "reg delete \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System\" /v "
                         "LocalProfile /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\system-policy.reg\"",
              .shell = CMD}},
    .sources = {"UserProfiles.admx"},
};

static const struct fix plain_screen = {
    .id = "client-plain-screen",
    .title = "connect with one small screen",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 1,
    .steps = {{.says = "if this stays up, the graphics of the host are at fault",
               .command = "mstsc /v:{host}:{port} /w:1024 /h:768",
               .shell = CMD}},
    .undo_says = "Nothing was changed.",
    .sources = {"Microsoft: mstsc command"},
};

static const struct fix wddm_off = {
    .id = "host-wddm-off",
    .title = "use the older display driver for remote sessions",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .restart = RESTART_REBOOT,
    .minutes = 5,
    .steps = {{.says = "keep the present policy values",
               .command = "reg export \"" POLICY "\" \"%TEMP%\\ts-policy.reg\" /y",
               .shell = CMD},
              {.says = "switch the WDDM driver off",
               .command = "reg add \"" POLICY "\" /v fEnableWddmDriver /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "restart the host", .command = "shutdown /r /t 60", .shell = CMD}},
    .undo = {{.says = "switch it on again",
              .command = "reg delete \"" POLICY "\" /v fEnableWddmDriver /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\ts-policy.reg\"",
              .shell = CMD},
             {.says = "restart the host", .command = "shutdown /r /t 60", .shell = CMD}},
    .sources = {"TerminalServer.admx"},
};

static const struct fix gpu_off = {
    .id = "host-session-gpu-off",
    .title = "take the graphics adapter out of remote sessions",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .minutes = 5,
    .condition = "the host has a graphics adapter that sessions use",
    .steps = {{.says = "keep the present policy values",
               .command = "reg export \"" POLICY "\" \"%TEMP%\\ts-policy.reg\" /y",
               .shell = CMD},
              {.says = "render without the adapter",
               .command = "reg add \"" POLICY "\" /v bEnumerateHWBeforeSW /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "encode without the adapter",
               .command = "reg add \"" POLICY
                          "\" /v AVCHardwareEncodePreferred /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "use the ordinary picture mode; new sessions follow",
               .command = "reg add \"" POLICY "\" /v AVC444ModePreferred /t REG_DWORD /d 0 /f",
               .shell = CMD}},
    .undo = {{.says = "render as before",
              .command = "reg delete \"" POLICY "\" /v bEnumerateHWBeforeSW /f",
              .shell = CMD},
             {.says = "encode as before",
              .command = "reg delete \"" POLICY "\" /v AVCHardwareEncodePreferred /f",
              .shell = CMD},
             {.says = "picture mode as before",
              .command = "reg delete \"" POLICY "\" /v AVC444ModePreferred /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\ts-policy.reg\"",
              .shell = CMD}},
    .sources = {"TerminalServer.admx"},
};

static const struct fix gpu_driver_back = {
    .id = "host-gpu-driver-rollback",
    .title = "go back to the display driver that worked",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 15,
    .condition = "the fault began with a new display driver",
    .steps = {{.says = "see the display drivers and their dates",
               .command = "Get-CimInstance Win32_PnPSignedDriver -Filter "
                          "\"DeviceClass='DISPLAY'\" | Format-List "
                          "DeviceName,DriverVersion,DriverDate,InfName",
               .shell = POWERSHELL},
              {.says = "in the driver tab of the adapter choose the previous driver",
               .command = "devmgmt.msc",
               .shell = CMD},
              {.says = "restart the host", .command = "shutdown /r /t 60", .shell = CMD}},
    .undo_says = "Install the newer driver again, from Windows Update or its maker.",
    .sources = {"event manifest RdpCoreTS", "secondary sources"},
};

static const struct fix explorer_start = {
    .id = "host-shell-start",
    .title = "start the shell by hand in the black session",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 2,
    .steps = {{.says = "press Ctrl+Alt+End in the session, open Task Manager and run a new task"},
              {.says = "run this as the task", .command = "explorer.exe", .shell = CMD}},
    .undo_says = "Nothing was changed; it lasts for this session only.",
    .sources = {"Microsoft: a black screen appears while signing in"},
};

static const struct fix bitmap_cache_off = {
    .id = "client-bitmap-cache-off",
    .title = "connect without the stored picture cache",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .steps = {{.says = "keep a copy of the connection file",
               .command = "copy /y \"<file>.rdp\" \"<file>.rdp.bak\"",
               .shell = CMD},
              {.says = "set the line bitmapcachepersistenable:i:0",
               .command = "notepad \"<file>.rdp\"",
               .shell = CMD}},
    .undo = {{.says = "put the copy back",
              .command = "copy /y \"<file>.rdp.bak\" \"<file>.rdp\"",
              .shell = CMD}},
    .sources = {"Microsoft: a black screen appears while signing in", "secondary sources"},
};

static const struct fix shell_restore = {
    .id = "host-shell-restore",
    .title = "set the shell of Windows again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "Shell or Userinit is not what Windows sets and no kiosk is intended",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" WINLOGON "\" \"%TEMP%\\winlogon.reg\" /y",
               .shell = CMD},
              {.says = "set the shell",
               .command = "reg add \"" WINLOGON "\" /v Shell /t REG_SZ /d explorer.exe /f",
               .shell = CMD},
              {.says = "look at Userinit; Windows sets C:\\Windows\\system32\\userinit.exe "
                       "followed by a comma",
               .command = "reg query \"" WINLOGON "\" /v Userinit",
               .shell = CMD}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\winlogon.reg\"",
              .shell = CMD}},
    .sources = {"Microsoft: a black screen appears while signing in",
                "registry of a real Windows 10"},
};

static const struct fix disk_free = {
    .id = "host-disk-free",
    .title = "free space on the system volume",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .condition = "the system volume is full",
    .steps = {{.says = "see how full the volumes are",
               .command = "Get-Volume",
               .shell = POWERSHELL},
              {.says = "remove temporary files", .command = "cleanmgr /lowdisk", .shell = CMD},
              {.says = "remove superseded components",
               .command = "Dism /Online /Cleanup-Image /StartComponentCleanup",
               .shell = CMD}},
    .undo_says = "Cannot be taken back: deleted temporary files are gone, and updates whose old "
                 "components were removed cannot be rolled back.",
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "Microsoft: Remote Desktop service is currently busy"},
};

static const struct fix process_stop = {
    .id = "host-leaking-process-stop",
    .title = "stop the program that uses up memory",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "memory is exhausted and the program may be interrupted",
    .steps = {{.says = "see which programs use most memory",
               .command = "Get-Process | Sort-Object PagedMemorySize64 -Descending | "
                          "Select-Object -First 10 Name,Id,PagedMemorySize64,HandleCount",
               .shell = POWERSHELL},
              {.says = "end it by its own means, or so; what it has not saved is lost",
               .command = "Stop-Process -Id <pid>",
               .shell = POWERSHELL}},
    .undo_says = "Start the program again.",
    .sources = {"Microsoft: Remote Desktop service is currently busy"},
};

static const struct cause rows[] = {
    {
        .id = "stuck-session",
        .title = "The host holds a session of this user that neither works nor ends.",
        .explains = "The host keeps one session for each user and resumes it at the next "
                    "sign-in. When that session hangs, every sign-in lands in it and waits or "
                    "shows a dead picture. The network, the encryption and the password are all "
                    "in order.",
        .separates = "Another account signs on normally at the same time, and resetting the one "
                     "session cures it; a host that is stuck as a whole fails for every account.",
        .tell = "My session on this host hangs; please look it up with query user and sign it "
                "out after asking me about unsaved work.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_HOST_RESET_SESSION_CURED, DECISIVE, "resetting that one session cured it"),
                FACT(F_HOST_SESSION_STUCK, DECISIVE,
                     "the session of this user on the host neither works nor ends"),
                FACT(F_LOG_RECONNECTS_ONLY, STRONG,
                     "events 24 and 25 repeat: the same session is resumed again and again, "
                     "without a new logon"),
                FACT(F_LOG_SESSION_FAILED, MODERATE,
                     "events 36 or 37: the state machine of a session failed"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE,
                     "another account signs on normally at the same time"),
                FACT(F_SESSION_FROZEN, WEAK, "the session froze without being closed"),
                FACT(F_SESSION_BLACK, WEAK, "reconnecting shows a black picture"),
                FACT(F_LOG_TERMSERVICE_SLOW, WEAK, "the Remote Desktop service was slow to answer"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -STRONG,
                     "every account fails, so it is not one session"),
                FACT(F_LOG_SHELL_STARTED, -MODERATE,
                     "event 22: a fresh session came up with its shell"),
                FACT(F_NLA_ERROR, -STRONG, "the host refused inside CredSSP, before any session"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, so no session is asked "
                     "for"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no session is asked for"),
            },
        .fixes = {&fix_keepalive, &session_disconnect, &fix_reset_session},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "Microsoft: Remote Desktop service is currently busy",
                    "event manifest TerminalServices-LocalSessionManager",
                    "Microsoft: IMsTscAxEvents::OnLogonError"},
    },
    {
        .id = "console-session-in-use",
        .title = "The host lets one person in at a time, and somebody uses its console.",
        .explains = "Client editions of Windows carry one interactive session. When somebody "
                    "sits at the computer, that person is asked to give way and may decline. The "
                    "connection as such works.",
        .separates = "The sign-in is passed (event 1149) and event 1151 or a refusal follows; "
                     "code 0x708 more often means that the client reached itself, so compare the "
                     "names first.",
        .tell = "Somebody is signed in at the console of this host; please let that person "
                "accept the connection or sign out.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_LOCAL_USER_DECLINED, DECISIVE,
                     "event 1151: the person at the console declined the connection"),
                FACT(F_HOST_CONSOLE_IN_USE, STRONG, "somebody uses the console of the host"),
                VALUE(F_CLIENT_CODE, IS, 0x708, WEAK,
                      "the client's code 0x708 speaks of a console session in use"),
                FACT(F_LOG_NLA_PASSED, WEAK,
                     "event 1149: the sign-in was passed before the refusal"),
                FACT(F_NAME_IS_THIS_COMPUTER, REFUTES,
                     "the target is this very computer; the busy console is its own"),
                FACT(F_HOST_RDS_ROLE, -STRONG,
                     "the host is a session host, which carries many sessions beside the "
                     "console"),
                FACT(F_LOG_SESSION_LOGON, -MODERATE, "event 21: the session was logged on"),
                FACT(F_NLA_ERROR, -STRONG, "the host refused inside CredSSP, before any session"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, so no session is asked "
                     "for"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no session is asked for"),
            },
        .fixes = {&console_ask, &session_disconnect},
        .sources = {"Microsoft: IMsTscAxEvents::OnDisconnected",
                    "event manifest TerminalServices-RemoteConnectionManager",
                    "public cases (0x708 is mostly a loopback)"},
    },
    {
        .id = "session-limit",
        .title = "The host has as many sessions as it admits.",
        .explains = "A host admits a limited number of sessions: two for administration on a "
                    "server without the Session Host role, or a number that somebody set. "
                    "Sessions that were only disconnected count as well. The next person is "
                    "refused although everything else works.",
        .separates = "The lines of qwinsta without the listener reach the limit, and freeing one "
                     "session lets the next person in; draining refuses new sessions at any "
                     "count.",
        .tell = "This host has reached its number of sessions; please sign out disconnected ones "
                "with qwinsta and logoff, or raise the limit.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                VALUE(F_HOST_SESSION_CAP, AT_MOST, 0, DECISIVE,
                      "the listener is set to admit no session at all"),
                VALUE(F_HOST_SESSION_CAP, AT_MOST, 2, STRONG,
                      "the listener is set to admit one or two sessions"),
                FACT(F_HOST_SESSIONS_FULL, DECISIVE, "the host has as many sessions as it admits"),
                FACT(F_SESSION_EXISTING_WORKS, MODERATE,
                     "an existing session can be resumed, a new one is refused"),
                FACT(F_SESSION_ADMIN_WORKS, MODERATE,
                     "mstsc /admin gets in where an ordinary connection does not"),
                FACT(F_LOG_NLA_PASSED, WEAK,
                     "event 1149: the sign-in was passed before the refusal"),
                FACT(F_LOG_SESSION_LOGON, -STRONG, "event 21: a session was made"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached"),
                {.finding = F_HOST_DRAIN_MODE,
                 .test = AT_LEAST,
                 .value = 1,
                 .strength = -MODERATE,
                 .says = "the host is being drained, which refuses new sessions at any count",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_HOST_TERMSRV_PATCHED,
                 .strength = -MODERATE,
                 .says = "termsrv.dll is patched; a patch that no longer fits gives the same "
                         "message",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_NLA_ERROR, -STRONG,
                     "the host refused inside CredSSP, before sessions are counted"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, so no session is asked "
                     "for"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no session is asked for"),
            },
        .fixes = {&admin_login, &limit_raise, &rdsh_role, &fix_policy_change, &fix_reset_session},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "TerminalServer.admx",
                    "event manifest TerminalServices-RemoteConnectionManager",
                    "registry of a real Windows 10", "Microsoft KB Q192165 (NT 4.0)"},
        .waits = "a reader of MaxInstanceCount that compares it with the count of sessions",
    },
    {
        .id = "drain-mode",
        .title = "The host is being drained and takes no new sessions.",
        .explains = "An administrator can tell a host to accept no new sessions, for example "
                    "before maintenance. People who already have a session there can resume it. "
                    "Nobody else gets in until the setting is taken back.",
        .separates = "Resuming an existing session works and a new one does not; a full host "
                     "shows the same, but with its count of sessions at the limit.",
        .tell = "This host is in drain mode or logons are switched off; please check change "
                "logon /query and allow them if maintenance is over.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_DRAIN, DECISIVE,
                     "event 1070 or 1071: the host refused a logon because it is being drained"),
                VALUE(F_HOST_DRAIN_MODE, AT_LEAST, 1, DECISIVE,
                      "TSServerDrainMode tells the host to take no new sessions"),
                WORD(F_HOST_LISTENER_OFF, IS, "fLogonDisabled", DECISIVE,
                     "fLogonDisabled is set: change logon /disable was run"),
                FACT(F_SESSION_EXISTING_WORKS, STRONG,
                     "an existing session can be resumed, a new one is refused"),
                FACT(F_SESSION_ADMIN_WORKS, MODERATE,
                     "mstsc /admin gets in where an ordinary connection does not"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, WEAK,
                     "every account that has no session there fails"),
                FACT(F_LOG_SESSION_LOGON, -STRONG, "event 21: a new session was logged on"),
                {.finding = F_HOST_SESSIONS_FULL,
                 .strength = -MODERATE,
                 .says = "the host is full, which explains the refusal by itself",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_NLA_ERROR, -STRONG,
                     "the host refused inside CredSSP, before a session is asked for"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, so no session is asked "
                     "for"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no session is asked for"),
            },
        .fixes = {&fix_drain_off, &broker_undrain},
        .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                    "Azure support scripts", "registry of a real Windows 10",
                    "unverified: extended 0x7 as its client code"},
    },
    {
        .id = "session-taken-over",
        .title = "Another client took over the session of this account.",
        .explains = "The host gives one session to an account. When the same account signs in "
                    "from a second device, the first one is disconnected. Two devices that "
                    "reconnect by themselves throw each other out for ever.",
        .separates = "Events 24 and 25 show two client addresses in turn; a time limit or an "
                     "administrator would show none.",
        .tell = "The session of this account moves between two client addresses; please see in "
                "LocalSessionManager events 24, 25 and 39 which other device uses it.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_TAKEN_OVER, DECISIVE,
                     "event 39, or 40 with reason 5: another client took the session over"),
                SHOWN(F_CLIENT_EXTENDED, 5,
                      "extended code 5 says that another connection replaced this one"),
                SHOWN(F_CLIENT_ERRINFO, 5,
                      "the host told the client that another connection displaced it"),
                SHOWN(F_CLIENT_CODE, 0xB08,
                      "code 0xB08 says that another client took the session over"),
                VALUE(F_SETTINGS_ERRINFO, IS, 5, DECISIVE,
                      "the host sent the reason 5: displaced by another connection"),
                FACT(F_SESSION_STARTED, WEAK, "a session was reached before it ended"),
                FACT(F_LOG_RECONNECTS_ONLY, WEAK,
                     "the session is disconnected and resumed again and again"),
                FACT(F_SESSION_DROPPED_SAME_TIME, -MODERATE,
                     "sessions end after the same time again and again, as a limit does it"),
                FACT(F_LOG_TIME_LIMIT, -STRONG, "a time limit ended the session"),
                FACT(F_LOG_MANY_DROP, -STRONG, "several users dropped at the same second"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, and no session is "
                     "there to be taken"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port refuses, and no session is there to be taken"),
            },
        .fixes = {&autoreconnect_off, &separate_accounts},
        .sources = {"Microsoft: ExtendedDisconnectReasonCode", "[MS-RDPBCGR] 2.2.5.1.1",
                    "event manifest TerminalServices-LocalSessionManager"},
    },
    {
        .id = "session-time-limit",
        .title = "The host ends sessions that reach its time limit.",
        .explains = "An administrator can limit how long a session may be idle, may last, or may "
                    "stay disconnected. When the time is up the host ends it, by design. The "
                    "person sees a connection that always ends after the same time.",
        .separates = "The time is the same again and again and an event 20515 to 20519 stands "
                     "beside it; a device on the way that cuts idle connections leaves no such "
                     "event.",
        .tell = "Sessions end at a time limit here; please check MaxIdleTime and "
                "MaxConnectionTime in policy, listener and account, and the events 20515 to "
                "20519.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_TIME_LIMIT, DECISIVE,
                     "events 20515 to 20519: a session time limit ended the session"),
                SHOWN(F_CLIENT_EXTENDED, 3, "extended code 3 says that the idle limit was reached"),
                SHOWN(F_CLIENT_EXTENDED, 4,
                      "extended code 4 says that the allowed time was used up"),
                SHOWN(F_CLIENT_ERRINFO, 3,
                      "the host told the client that the idle limit was reached"),
                SHOWN(F_CLIENT_ERRINFO, 4,
                      "the host told the client that the allowed time was used up"),
                VALUE(F_SETTINGS_ERRINFO, IS, 3, DECISIVE,
                      "the host sent the reason 3: idle limit"),
                VALUE(F_SETTINGS_ERRINFO, IS, 4, DECISIVE,
                      "the host sent the reason 4: time limit"),
                FACT(F_HOST_TIME_LIMIT, STRONG, "a policy limits the time of sessions"),
                FACT(F_SESSION_DROPPED_SAME_TIME, STRONG,
                     "sessions end after the same time again and again"),
                FACT(F_SESSION_DROPPED, WEAK, "an established session ended unwanted"),
                {.finding = F_PATH_IDLE_CUT,
                 .strength = -MODERATE,
                 .says = "a device on the way cuts idle connections",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_LOG_MANY_DROP, -STRONG, "several users dropped at the same second"),
                FACT(F_GATEWAY_DROPS_TOGETHER, -STRONG,
                     "all users of the gateway dropped at the same second"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, and no session lasts "
                     "long enough"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, and no session lasts long enough"),
            },
        .fixes = {&fix_policy_change, &time_limits_lift},
        .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                    "Microsoft: ExtendedDisconnectReasonCode", "TerminalServer.admx"},
    },
    {
        .id = "licensing-grace-expired",
        .title = "The host's licensing grace period is over and no licensing is set up.",
        .explains = "A Windows server with the Session Host role works for 120 days without "
                    "licences. After that it needs a licensing mode and a licence server that "
                    "issues client access licences. Without them it refuses ordinary sessions, "
                    "while administrative ones still work.",
        .separates = "mstsc /admin works and an ordinary connection does not; events 1068, 1069 "
                     "or 1128 tell it from a licence server that is set up but cannot be reached "
                     "(1130 to 1133).",
        .tell = "The Remote Desktop licensing grace period of this host is over; please set the "
                "licensing mode and name a licence server, see events 1068, 1069 and 1128.",
        .whose = WHOSE_HOST,
        .stage = STAGE_LICENSING,
        .evidence =
            {
                FACT(F_LOG_GRACE_EXPIRED, DECISIVE,
                     "event 1069 or 1128: the licensing grace period is over"),
                FACT(F_LOG_LICENSE_MODE_UNSET, STRONG,
                     "event 1068: no licensing mode is configured"),
                VALUE(F_HOST_LICENSING_MODE, IS, 5, STRONG, "LicensingMode is 5: not configured"),
                VALUE(F_LICENSING_ERROR, IS, 6, STRONG,
                      "the host ended licensing with no licence server, which it does only "
                      "when no grace is left"),
                VALUE(F_CLIENT_EXTENDED, IS, 0x101, STRONG,
                      "extended code 0x101 says that no licence server is available"),
                VALUE(F_CLIENT_ERRINFO, IS, 0x101, STRONG,
                      "the host told the client that no licence server is available"),
                VALUE(F_SETTINGS_ERRINFO, IS, 0x101, STRONG,
                      "the host sent the reason 0x101: no licence server"),
                FACT(F_SESSION_ADMIN_WORKS, STRONG,
                     "mstsc /admin works where an ordinary connection does not"),
                NEEDED(F_HOST_RDS_ROLE, WEAK,
                       "the host has the Session Host role, the only one that needs licences"),
                {.finding = F_LOG_LICENSE_SERVER_FAILED,
                 .test = IS_NOT,
                 .value = 1130,
                 .strength = -MODERATE,
                 .says = "a licence server is set up and the host reports trouble with it",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_SESSION_OTHER_CLIENT_WORKS, -MODERATE,
                     "another client gets in at the same time"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached, so licensing was passed"),
                FACT(F_LOG_SESSION_LOGON, -MODERATE, "event 21: a session was logged on"),
                FACT(F_NLA_ERROR, -STRONG, "the host refused inside CredSSP, before licensing"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before licensing begins"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before licensing begins"),
            },
        .fixes = {&admin_login, &license_deployment, &license_policy, &fix_policy_change},
        .sources = {"Microsoft: no licence server available to provide a licence",
                    "event manifest TerminalServices-RemoteConnectionManager",
                    "TerminalServer.admx", "[MS-RDPELE] 3.2.5", "registry of a real Windows 10"},
    },
    {
        .id = "licensing-server-unreachable",
        .title = "The licence server cannot be reached from the host, or gives it no licence.",
        .explains = "A session host asks a licence server for a client access licence for each "
                    "user or device. When that server is not named, is down, is too old for the "
                    "host or has no licences left, and no grace period remains, the host refuses "
                    "the session. The client and the way to the host are in order.",
        .separates = "Events 1130 to 1133 or 1043 on the host name the trouble, and TCP 135 from "
                     "the host to the licence server tells whether the way is open; a grace "
                     "period that ran out without any server gives 1069 or 1128.",
        .tell = "The session host gets no licence from its Remote Desktop licence server; please "
                "check that the server runs, is activated, has licences, and can be reached on "
                "TCP 135.",
        .whose = WHOSE_SERVICE,
        .stage = STAGE_LICENSING,
        .evidence =
            {
                VALUE(F_LOG_LICENSE_SERVER_FAILED, IS_NOT, 1130, DECISIVE,
                      "event 1043, 1131 to 1133 or 20497: the licence server is not reachable or "
                      "not usable"),
                VALUE(F_LOG_LICENSE_SERVER_FAILED, IS, 1130, STRONG,
                      "event 1130: no licence server is named, which also a host in its grace "
                      "period logs"),
                VALUE(F_CLIENT_EXTENDED, IS, 0x101, STRONG,
                      "extended code 0x101 says that no licence server is available"),
                SHOWN(F_CLIENT_EXTENDED, 0x102,
                      "extended code 0x102 says that the licence server has no licence to give"),
                VALUE(F_CLIENT_ERRINFO, IS, 0x101, STRONG,
                      "the host told the client that no licence server is available"),
                SHOWN(F_CLIENT_ERRINFO, 0x102,
                      "the host told the client that no licence is to be had"),
                VALUE(F_SETTINGS_ERRINFO, IS, 0x101, STRONG,
                      "the host sent the reason 0x101: no licence server"),
                VALUE(F_SETTINGS_ERRINFO, IS, 0x102, DECISIVE,
                      "the host sent the reason 0x102: no licence to be had"),
                VALUE(F_LICENSING_ERROR, IS, 6, STRONG,
                      "the host ended licensing with no licence server"),
                VALUE(F_LICENSING_ERROR, IS, 8, STRONG,
                      "the host ended licensing with an invalid client, as it does when its "
                      "server cannot issue"),
                FACT(F_SESSION_ADMIN_WORKS, STRONG,
                     "mstsc /admin works where an ordinary connection does not"),
                NEEDED(F_HOST_RDS_ROLE, WEAK,
                       "the host has the Session Host role, the only one that needs licences"),
                {.finding = F_LOG_GRACE_EXPIRED,
                 .strength = -MODERATE,
                 .says = "event 1069 or 1128: the grace period ran out with nothing set up",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_HOST_LICENSING_MODE,
                 .test = IS,
                 .value = 5,
                 .strength = -MODERATE,
                 .says = "no licensing mode is set, so no server is asked",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached, so licensing was passed"),
                FACT(F_NLA_ERROR, -STRONG, "the host refused inside CredSSP, before licensing"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before licensing begins"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before licensing begins"),
            },
        .fixes = {&admin_login, &license_service_start, &license_ports, &license_group,
                  &license_activate, &license_deployment},
        .sources = {"Microsoft: no licence server available to provide a licence",
                    "Microsoft: ports used by Remote Desktop Services",
                    "event manifest TerminalServices-RemoteConnectionManager", "[MS-RDPELE] 3.2.5",
                    "Microsoft: ExtendedDisconnectReasonCode"},
        .waits = "a reader of the licence server's own log",
    },
    {
        .id = "client-license-store-corrupt",
        .title = "The client's store of Remote Desktop licences is damaged or cannot be written.",
        .explains = "A Windows client keeps the licences that session hosts gave it in its "
                    "registry. A damaged entry, or a store that a standard user may not create, "
                    "breaks off the exchange of licences. Other computers get in at the same "
                    "time.",
        .separates = "Other clients are fine, and this client fails against other licensed hosts "
                     "too; a licensing fault of the host affects every client.",
        .tell = "Only this computer fails in the licensing exchange; please renew its key "
                "MSLicensing and start the client once as administrator.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_LICENSING,
        .evidence =
            {
                FACT(F_CLIENT_LICENSE_STORE_DAMAGED, DECISIVE,
                     "the licence store of the client is damaged or cannot be written"),
                FACT(F_LOG_CLIENT_LICENSE_ERROR, MODERATE,
                     "event 1017: the client logged an error in licensing"),
                SHOWN(F_CLIENT_EXTENDED, 0x104,
                      "extended code 0x104 says that the stored licence does not fit the "
                      "hardware id"),
                SHOWN(F_CLIENT_EXTENDED, 0x105,
                      "extended code 0x105 says that the stored licence is invalid"),
                SHOWN(F_CLIENT_EXTENDED, 0x10B,
                      "extended code 0x10B says that the client may not create its licence "
                      "store"),
                VALUE(F_CLIENT_EXTENDED, IS, 0x103, STRONG,
                      "extended code 0x103 says that the licensing message of the client was "
                      "invalid"),
                VALUE(F_CLIENT_EXTENDED, IS, 0x108, STRONG,
                      "extended code 0x108 says that a licensing message was wrongly encrypted"),
                SHOWN(F_CLIENT_ERRINFO, 0x104,
                      "the host told the client that its licence was modified"),
                SHOWN(F_CLIENT_ERRINFO, 0x105,
                      "the host told the client that its licence has an invalid format"),
                VALUE(F_LICENSING_ERROR, IS, 8, STRONG,
                      "the host ended licensing with an invalid client"),
                VALUE(F_LICENSING_ERROR, IS, 3, MODERATE,
                      "the host ended licensing because a checksum was wrong"),
                FACT(F_LOG_LICENSE_CLIENT_INVALID, STRONG,
                     "the host logged that a client showed an invalid or expired licence"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, STRONG,
                     "another client gets in at the same time"),
                VALUE(F_LICENSING_ERROR, IS, 6, -STRONG,
                      "the host ended licensing because it has no licence server"),
                {.finding = F_LOG_GRACE_EXPIRED,
                 .strength = -STRONG,
                 .says = "the licensing grace period of the host is over, for every client",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_LOG_LICENSE_SERVER_FAILED,
                 .strength = -STRONG,
                 .says = "the host has trouble with its licence server, for every client",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached, so licensing was passed"),
                FACT(F_NLA_ERROR, -STRONG, "the host refused inside CredSSP, before licensing"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before licensing begins"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before licensing begins"),
            },
        .fixes = {&mstsc_elevated, &fix_second_client, &mslicensing_renew},
        .sources = {"Microsoft: no licence server available to provide a licence",
                    "event manifest TerminalServices-RemoteConnectionManager",
                    "[MS-RDPBCGR] 2.2.5.1.1", "Microsoft: ExtendedDisconnectReasonCode",
                    "secondary sources (layout of MSLicensing)"},
    },
    {
        .id = "host-license-certificate-corrupt",
        .title = "The host's licensing certificate in its registry is damaged.",
        .explains = "Apart from the certificate of the encrypted connection, a host keeps "
                    "certificates for the licensing exchange in its registry. When they are "
                    "damaged, clients break off with a security error after an otherwise healthy "
                    "start. Every client is affected in the same way.",
        .separates = "Code 0x406 on all clients while TLS and NLA are healthy; a damaged store "
                     "on one client affects that client only.",
        .tell = "All clients get a security error in the licensing step although TLS is healthy; "
                "please renew the X509 Certificate values under Terminal Server\\RCM.",
        .whose = WHOSE_HOST,
        .stage = STAGE_LICENSING,
        .evidence =
            {
                FACT(F_HOST_LICENSE_CERTIFICATE_DAMAGED, DECISIVE,
                     "the licensing certificate in the registry of the host is damaged"),
                VALUE(F_LICENSING_ERROR, IS, 1, STRONG,
                      "licensing ended with an invalid server certificate"),
                FACT(F_LOG_LICENSE_CLIENT_INVALID, MODERATE,
                     "the host logged a licence fault (1004 belongs here too)"),
                FACT(F_LOG_PROTOCOL_ERROR, WEAK,
                     "event 50: the host found an error in the protocol stream and hung up"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, WEAK, "every account fails in the same way"),
                FACT(F_SETTINGS_CLOSED, WEAK,
                     "the connection ended during the exchange of settings"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, -STRONG,
                     "another client gets in at the same time"),
                VALUE(F_LICENSING_ERROR, IS, 6, -STRONG,
                      "the host says that it has no licence server"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached, so licensing was passed"),
                FACT(F_NLA_ERROR, -STRONG, "the host refused inside CredSSP, before licensing"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before licensing begins"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before licensing begins"),
            },
        .fixes = {&host_license_certificate},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "[MS-RDPBCGR] 2.2.1.12.1.3", "registry of a real Windows 10"},
        .waits = "a reader of TermService events 1010 and 1088",
    },
    {
        .id = "user-profile-corrupt",
        .title = "The user's profile on the host is damaged.",
        .explains = "After the sign-in Windows loads the personal settings of the user from the "
                    "file NTUSER.DAT. When that file or its entry in the registry is damaged, "
                    "the person gets a temporary profile, an error inside the session, or is "
                    "signed out at once. Remote Desktop itself has done its part.",
        .separates = "Event 21 exists, so the session was made, and another account works; a "
                     "share that cannot be reached gives events 1046, 1060 or 1521 instead.",
        .tell = "My profile on this host does not load; please look at the events of User "
                "Profiles Service and for a .bak entry in ProfileList.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_HOST_PROFILE_DAMAGED, DECISIVE, "the profile of the user is damaged"),
                FACT(F_LOG_PROFILE_FAILED, STRONG, "the profile of the user could not be loaded"),
                VALUE(F_LOG_PROFILE_FAILED, IS, 1502, DECISIVE,
                      "event 1502: the local profile could not be loaded"),
                FACT(F_SESSION_TEMPORARY_PROFILE, STRONG,
                     "the session says that it uses a temporary profile"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE,
                     "another account signs on normally at the same time"),
                FACT(F_LOG_SESSION_LOGON, WEAK, "event 21: the session was made before it failed"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -STRONG,
                     "every account fails, so it is not one profile"),
                {.finding = F_LOG_PROFILE_STORE_FAILED,
                 .strength = -STRONG,
                 .says = "the profile on the network could not be had; nothing is said of damage",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_HOST_PROFILE_STORE_UNREACHABLE,
                 .strength = -STRONG,
                 .says = "the share that holds the profile cannot be reached",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_HOST_DISK_FULL,
                 .strength = -MODERATE,
                 .says = "the system volume is full, which keeps profiles from loading too",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_NLA_ERROR, -STRONG,
                     "the host refused inside CredSSP, before any profile is loaded"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before any profile is "
                     "loaded"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before any profile is loaded"),
            },
        .fixes = {&profile_swap, &profile_new, &profile_restore},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "event manifest User Profiles Service", "registry of a real Windows 10"},
    },
    {
        .id = "profile-store-unreachable",
        .title = "The share that holds the user's profile cannot be reached from the host.",
        .explains = "Some companies keep profiles on a file server or in a profile disk there. "
                    "When the host cannot reach it, or the user lacks the right to it, the "
                    "sign-in waits for long and ends with a temporary profile. The profile "
                    "itself is not harmed.",
        .separates = "Testing the path from the host, as the user, fails; a damaged profile "
                     "loads from a path that answers.",
        .tell = "The host cannot reach the share with the user profiles; please test its path "
                "from the host as the user and check the rights on it.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_PROFILE_STORE_FAILED, DECISIVE,
                     "events 1046, 1060, 1521 or 20493 to 20496: the profile or home folder "
                     "on the network could not be had"),
                FACT(F_HOST_PROFILE_STORE_UNREACHABLE, DECISIVE,
                     "the share that holds the profile cannot be reached"),
                FACT(F_SESSION_TEMPORARY_PROFILE, MODERATE,
                     "the session says that it uses a temporary profile"),
                FACT(F_SESSION_LOCAL_ACCOUNT_WORKS, MODERATE,
                     "a local account, whose profile is on the host, signs on"),
                FACT(F_LOG_SESSION_LOGON, WEAK, "event 21: the session was made"),
                {.finding = F_HOST_PROFILE_DAMAGED,
                 .strength = -MODERATE,
                 .says = "the profile itself is damaged",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_HOST_DISK_FULL,
                 .strength = -MODERATE,
                 .says = "the system volume is full, which keeps profiles from loading too",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_NLA_ERROR, -STRONG,
                     "the host refused inside CredSSP, before any profile is loaded"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before any profile is "
                     "loaded"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before any profile is loaded"),
            },
        .fixes = {&profile_share, &profile_local},
        .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                    "event manifest User Profiles Service", "UserProfiles.admx"},
        .waits = "a reader of the FSLogix log",
    },
    {
        .id = "graphics-session-crash",
        .title = "The host's graphics or a program that draws the session crashes.",
        .explains = "After the sign-in the host starts the programs and drivers that draw the "
                    "desktop. When a display driver or one of these programs crashes, the window "
                    "opens, stays black for a moment and closes. It often begins with a new "
                    "display driver.",
        .separates = "It fails with every user and client and sessions appear and vanish in "
                     "qwinsta; a session that lives and only lacks its desktop answers "
                     "Ctrl+Alt+End.",
        .tell = "Sessions on this host end when the desktop should appear; please look for "
                "crashes of dwm.exe, winlogon.exe or the display driver, and go back to the last "
                "driver.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_GRAPHICS_FAILED, DECISIVE,
                     "the host logged that the graphics of the session failed"),
                WORD(F_LOG_CRASH, IS, "dwm.exe", STRONG,
                     "dwm.exe crashed, which draws the desktop"),
                WORD(F_LOG_CRASH, IS, "rdpcorets.dll", STRONG,
                     "rdpcorets.dll crashed, which sends the picture"),
                WORD(F_LOG_CRASH, IS, "winlogon.exe", STRONG,
                     "winlogon.exe crashed, which holds the session"),
                SHOWN(F_CLIENT_EXTENDED, 0xF,
                      "extended code 0xF says that the display driver did not get ready"),
                SHOWN(F_CLIENT_EXTENDED,
                      0x10, "extended code 0x10 says that the window manager crashed"),
                SHOWN(F_CLIENT_EXTENDED,
                      0x11, "extended code 0x11 says that the display driver failed to start"),
                SHOWN(F_CLIENT_EXTENDED,
                      0x12, "extended code 0x12 says that the display driver could not be used"),
                SHOWN(F_CLIENT_EXTENDED, 0x112F,
                      "extended code 0x112F says that the graphics of the host are in error"),
                SHOWN(F_CLIENT_ERRINFO,
                      0x10, "the host told the client that the window manager crashed"),
                SHOWN(F_CLIENT_ERRINFO,
                      0x11, "the host told the client that the display driver failed to start"),
                SHOWN(F_CLIENT_ERRINFO, 0x17, "the host told the client that winlogon crashed"),
                SHOWN(F_CLIENT_ERRINFO, 0x112F,
                      "the host told the client that its graphics are in error"),
                FACT(F_SESSION_BLACK, MODERATE, "the desktop stays black"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, WEAK, "every account fails in the same way"),
                FACT(F_SESSION_MENU_WORKS, -STRONG,
                     "Ctrl+Alt+End brings the menu up, so the session draws"),
                {.finding = F_PATH_LARGE_PACKETS_LOST,
                 .strength = -MODERATE,
                 .says = "large packets vanish on the way, which leaves a picture black too",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before anything is drawn"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before anything is drawn"),
            },
        .fixes = {&plain_screen, &wddm_off, &gpu_off, &gpu_driver_back},
        .sources = {"Microsoft: ExtendedDisconnectReasonCode", "[MS-RDPBCGR] 2.2.5.1.1",
                    "TerminalServer.admx", "event manifest RdpCoreTS"},
        .waits = "a reader of the client's graphics events (RDPClient 1401 to 1404) and of "
                 "RdpCoreTS 226",
    },
    {
        .id = "session-black-screen",
        .title = "The host's session is alive, but its desktop does not appear.",
        .explains = "The person is signed in and sees a black picture, perhaps with a pointer. "
                    "The session runs, but the program that shows the desktop was not started, "
                    "was replaced or has crashed. Keyboard and mouse may work.",
        .separates = "Ctrl+Alt+End brings the menu up: the session lives and the shell is "
                     "missing; when nothing reacts, look at large packets and at the graphics of "
                     "the host.",
        .tell = "The session on this host is black but Ctrl+Alt+End works; please check the "
                "Shell value of Winlogon and why explorer.exe does not start.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                {.finding = F_SESSION_MENU_WORKS,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "Ctrl+Alt+End brings the menu up in the black session: it lives and has "
                         "no shell"},
                {.finding = F_HOST_SHELL_CHANGED,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.75,
                 .says = "the shell that starts at logon is not explorer.exe (which a kiosk does "
                         "on purpose)"},
                {.finding = F_SESSION_BLACK,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "connected, but the desktop stays black"},
                WORD(F_LOG_CRASH, IS, "explorer.exe", STRONG,
                     "explorer.exe crashed, which is the desktop"),
                FACT(F_SESSION_STARTED, WEAK, "a session was reached"),
                FACT(F_LOG_SESSION_LOGON, WEAK, "event 21: the session was logged on"),
                FACT(F_LOG_SHELL_STARTED, -MODERATE, "event 22: the shell was started"),
                {.finding = F_LOG_GRAPHICS_FAILED,
                 .strength = -STRONG,
                 .says = "the host logged that the graphics of the session failed",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_PATH_LARGE_PACKETS_LOST,
                 .strength = -STRONG,
                 .says = "large packets vanish on the way, so the picture cannot arrive",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_LOG_RECONNECTS_ONLY,
                 .strength = -MODERATE,
                 .says = "the same old session is resumed again and again",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_NLA_ERROR, -STRONG,
                     "the host refused inside CredSSP, before anything is shown"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection already ends at the ClientHello, before anything is shown"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, before anything is shown"),
            },
        .fixes = {&explorer_start, &bitmap_cache_off, &shell_restore},
        .sources = {"Microsoft: a black screen appears while signing in",
                    "event manifest TerminalServices-LocalSessionManager",
                    "registry of a real Windows 10",
                    "secondary sources (security software inside dwm.exe)"},
    },
    {
        .id = "disk-full-or-resource-exhaustion",
        .title = "The host has run out of disk space or memory.",
        .explains = "A host without free disk space or memory can accept a connection and still "
                    "fail at any later step: the profile does not load, a certificate is not "
                    "renewed, or the service says that it is busy. The messages rarely name the "
                    "reason. The counters on the host do.",
        .separates = "The counters tell: free bytes on the system volume, committed memory and "
                     "pools; slow answers with healthy counters point at a hung service.",
        .tell = "This host seems to be out of disk space or memory; please check the system "
                "volume and event 2004 of Resource-Exhaustion-Detector.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_HOST_DISK_FULL, DECISIVE,
                     "the system volume is full or memory is exhausted"),
                FACT(F_LOG_DISK_FULL, STRONG, "the host logged that it ran out of disk or memory"),
                SHOWN(F_CLIENT_EXTENDED, 0x6,
                      "extended code 6 says that the host is out of memory"),
                SHOWN(F_CLIENT_ERRINFO, 0x6, "the host told the client that it is out of memory"),
                VALUE(F_SETTINGS_ERRINFO, IS, 0x6, DECISIVE,
                      "the host sent the reason 6: out of memory"),
                VALUE(F_LOG_CERT_CREATE_FAILED, IS, 0x80070070, STRONG,
                      "event 1057 with the status disk full"),
                VALUE(F_LOG_CERT_REPLACE_FAILED, IS, 0x80070070, STRONG,
                      "event 1058 with the status disk full"),
                FACT(F_LOG_TERMSERVICE_SLOW, MODERATE,
                     "the Remote Desktop service was too slow to answer"),
                FACT(F_TCP_SLOW_ACCEPT, WEAK, "connections are accepted late or only now and then"),
                FACT(F_NEG_SILENT, WEAK, "the host accepts and then does not answer"),
                FACT(F_SESSION_TEMPORARY_PROFILE, WEAK,
                     "the session says that it uses a temporary profile"),
                FACT(F_HOST_RESTART_CURED, WEAK, "a restart of the host cured it for a time"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, -MODERATE,
                     "another account signs on normally at the same time"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, -STRONG,
                     "another client gets in at the same time"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port refuses; a host short of memory still accepts"),
                FACT(F_TCP_SILENT, -STRONG,
                     "the port does not answer; a host short of memory still accepts"),
                FACT(F_NEG_FAILURE_CODE, -MODERATE,
                     "the host answered at once and gave a reason of its own"),
            },
        .fixes = {&disk_free, &process_stop, &fix_reboot},
        .sources = {"Microsoft: Remote Desktop service is currently busy",
                    "Microsoft: general Remote Desktop troubleshooting", "[MS-RDPBCGR] 2.2.5.1.1",
                    "event manifest TerminalServices-LocalSessionManager"},
    },
};

const struct cause_list causes_session = {.rows = rows, .n = sizeof rows / sizeof *rows};
