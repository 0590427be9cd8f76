/*
 * causes_identity - authentication, accounts, rights.
 *
 * With NLA the account is checked inside CredSSP, after TLS and before a session exists;
 * without NLA at the logon screen. The host logs a refusal as Security 4625, whose
 * SubStatus names most of these causes exactly. A client code or status is the same
 * number at second hand, so it decides only up to the ceiling of client codes.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define TCP   "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
#define LSA   "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define HELLO "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\PasswordLess\\Device"

/* A logon status that names the cause, in the three places where it can be read. */
#define LOGON_STATUS(number, text)                                                                 \
	VALUE(F_LOG_LOGON_FAILURE, IS, number, DECISIVE, "event 4625 with " #number ": " text),    \
	    VALUE(F_NLA_ERROR, IS, number, DECISIVE,                                               \
	          "the host answered " #number " inside CredSSP: " text),                          \
	    SHOWN(F_CLIENT_STATUS, number, "the client showed " #number ": " text)

/* The same for a status that another cause shows too. */
#define SHARED_STATUS(number, text)                                                                \
	VALUE(F_LOG_LOGON_FAILURE, IS, number, STRONG, "event 4625 with " #number ": " text),      \
	    VALUE(F_NLA_ERROR, IS, number, STRONG,                                                 \
	          "the host answered " #number " inside CredSSP: " text),                          \
	    VALUE(F_CLIENT_STATUS, IS, number, STRONG, "the client showed " #number ": " text)

/* The account is judged only when everything below it works. */
#define NEVER_GOT_THERE                                                                            \
	FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no account was ever looked at"),        \
	    FACT(F_TCP_SILENT, -STRONG, "the port is silent, so no account was ever looked at"),   \
	    FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,                                                \
	         "the connection ends in TLS, before any account is looked at")

#define GOT_PAST                                                                                   \
	FACT(F_LOG_NLA_PASSED, -MODERATE, "event 1149: the host let the user past NLA"),           \
	    FACT(F_NLA_CREDENTIALS_PASSED, -STRONG,                                                \
	         "the host accepted the credentials inside CredSSP"),                              \
	    FACT(F_SESSION_STARTED, REFUTES, "a session was reached, so the sign-in succeeded")

#define ONE_ACCOUNT_ONLY                                                                           \
	FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE,                                              \
	     "another account signs in at the same time, so it is this account"),                  \
	    FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -STRONG,                                           \
	         "every account fails, so it is not this one alone")

#define ERREF        "[MS-ERREF] 2.3.1"
#define DISCONNECTED "Microsoft: IMsTscAxEvents OnDisconnected"
#define CODE_TEXTS   "texts of the client's codes, secondary sources"

static const struct fix client_credssp_on = {
    .id = "client-credssp-on",
    .title = "let the connection file use NLA again",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the connection is started from an .rdp file that holds enablecredsspsupport:i:0",
    .steps = {{.says = "keep a copy of the file",
               .command = "Copy-Item '<file.rdp>' '<file.rdp>.bak'",
               .shell = POWERSHELL},
              {.says = "set enablecredsspsupport to 1 (a signed file has to be signed again)",
               .command = "(@(Get-Content '<file.rdp>') -notmatch '^enablecredsspsupport:') + "
                          "'enablecredsspsupport:i:1' | Set-Content '<file.rdp>' -Encoding "
                          "Unicode",
               .shell = POWERSHELL}},
    .undo = {{.says = "put the copy back",
              .command = "Copy-Item '<file.rdp>.bak' '<file.rdp>' -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix client_local_account = {
    .id = "client-sign-in-with-local-account",
    .title = "sign in with a local account of the host until the domain answers again",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 2,
    .condition = "the host has a local account that may use Remote Desktop",
    .steps = {{.says = "open a connection that asks for credentials",
               .command = "mstsc /v:{host}:{port} /prompt",
               .shell = CMD},
              {.says = "as user name type the host's own name, a backslash and the local "
                       "account, or .\\ and the account"}},
    .undo_says = "Nothing to take back: no setting is changed.",
    .sources = {"Microsoft: local security authority cannot be contacted"},
};

static const struct fix network_dc_ports = {
    .id = "network-open-path-to-dc",
    .title = "open the way from the host to a domain controller",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "the host resolves the domain but a port of the controller does not answer",
    .steps = {{.says = "on the host: find the controller and its site",
               .command = "nltest /dsgetdc:<domain> /force",
               .shell = CMD},
              {.says = "on the host: see which of the fixed ports answer",
               .command = "88,135,389,445,464 | ForEach-Object { Test-NetConnection '<dc>' -Port "
                          "$_ } | Format-Table RemotePort,TcpTestSucceeded",
               .shell = POWERSHELL},
              {.says = "on the filter between them: allow these ports and the dynamic RPC range "
                       "49152 to 65535, from this host to the controllers only; a VPN that "
                       "starts after logon has to start before it"}},
    .undo = {{.says = "remove the rule that was added"}},
    .sources = {"Microsoft: local security authority cannot be contacted",
                "Microsoft: service overview and network port requirements"},
};

static const struct fix host_nla_off_test = {
    .id = "host-nla-off-test",
    .title = "switch NLA off for a few minutes, only to see where the logon fails",
    .where = ON_HOST,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "anybody who reaches the port gets the logon screen without proving who they are",
    .temporary = true,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .condition = "only as a test from a trusted network, with console access, and never left on",
    .steps = {{.says = "keep the listener's present values",
               .command = "reg export \"" TCP "\" \"%TEMP%\\rdp-tcp.reg\" /y",
               .shell = CMD},
              {.says = "stop requiring NLA",
               .command = "reg add \"" TCP "\" /v UserAuthentication /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "let the service read it (this ends every remote session on the host)",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL},
              {.says = "sign in once at the logon screen: the message there names the real "
                       "reason; then undo at once"}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-tcp.reg\"",
              .shell = CMD},
             {.says = "let the service read them",
              .command = "Restart-Service TermService -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: local security authority cannot be contacted", "TerminalServer.admx"},
};

static const struct fix host_netlogon_start = {
    .id = "host-start-netlogon",
    .title = "start the Netlogon service of the host",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the status is 0xC0000192, or Get-Service Netlogon says that it is stopped",
    .steps = {{.says = "note the present state and start type",
               .command = "Get-Service Netlogon | Format-List Status,StartType",
               .shell = POWERSHELL},
              {.says = "start it now and with Windows, as on every domain member",
               .command = "Set-Service Netlogon -StartupType Automatic; Start-Service Netlogon",
               .shell = POWERSHELL}},
    .undo = {{.says = "put the noted start type back",
              .command = "Set-Service Netlogon -StartupType <old>",
              .shell = POWERSHELL}},
    .sources = {ERREF, "registry of a real Windows 10"},
};

static const struct fix domain_samba_update = {
    .id = "domain-update-samba-controller",
    .title = "update the Samba domain controller",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 60,
    .condition = "the controller runs Samba and the trouble began with the Windows updates of "
                 "July 2023",
    .steps = {{.says = "install a Samba release that came after July 2023, one controller at a "
                       "time, and keep the old package"}},
    .undo_says = "Install the kept package again.",
    .sources = {"release notes of Samba, secondary sources"},
};

static const struct fix domain_account_enable = {
    .id = "domain-enable-or-extend-account",
    .title = "enable the account or extend its life",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the owner of the account agrees: it may be off on purpose",
    .steps = {{.says = "see which of the two it is and note it",
               .command = "Get-ADUser '<account>' -Properties Enabled,AccountExpirationDate",
               .shell = POWERSHELL},
              {.says = "disabled: enable it",
               .command = "Enable-ADAccount -Identity '<account>'",
               .shell = POWERSHELL},
              {.says = "expired: give it a new last day",
               .command = "Set-ADAccountExpiration -Identity '<account>' -DateTime '<date>'",
               .shell = POWERSHELL},
              {.says = "a local account, on the host: enable it",
               .command = "Enable-LocalUser -Name '<account>'",
               .shell = POWERSHELL},
              {.says = "a local account, on the host: give it a new last day",
               .command = "Set-LocalUser -Name '<account>' -AccountExpires '<date>'",
               .shell = POWERSHELL}},
    .undo = {{.says = "disable the domain account again",
              .command = "Disable-ADAccount -Identity '<account>'",
              .shell = POWERSHELL},
             {.says = "or write the noted expiry date back",
              .command = "Set-ADAccountExpiration -Identity '<account>' -DateTime '<old date>'",
              .shell = POWERSHELL},
             {.says = "a local account: disable it again",
              .command = "Disable-LocalUser -Name '<account>'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: ActiveDirectory and LocalAccounts PowerShell modules"},
};

static const struct fix domain_lockout_source = {
    .id = "domain-find-lockout-source",
    .title = "find the computer that keeps locking the account",
    .where = ON_DOMAIN,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "on the controller with the PDC role: read the last lockouts; the caller "
                       "computer stands in each",
               .command = "Get-WinEvent -FilterHashtable @{LogName='Security';Id=4740} "
                          "-MaxEvents 10 | Format-List TimeCreated,Message",
               .shell = POWERSHELL},
              {.says = "on that computer: look for a stored old password, a service or a task of "
                       "this account",
               .command = "cmdkey /list",
               .shell = CMD}},
    .undo_says = "Nothing to take back: this only reads.",
    .sources = {"event manifest Security 4740"},
};

static const struct fix domain_account_unlock = {
    .id = "domain-unlock-account",
    .title = "unlock the account",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "the source of the wrong passwords is found; otherwise it locks again in minutes",
    .steps = {{.says = "a domain account",
               .command = "Unlock-ADAccount -Identity '<account>'",
               .shell = POWERSHELL},
              {.says = "a local account, on the host",
               .command = "net user \"<account>\" /active:yes",
               .shell = CMD}},
    .undo_says = "Nothing to take back: a lockout is a state, not a setting.",
    .sources = {"Microsoft: ActiveDirectory PowerShell module"},
};

static const struct fix client_password_elsewhere = {
    .id = "client-change-password-elsewhere",
    .title = "change the password where a change is possible",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .condition = "the old password is known; the prompt of Remote Desktop cannot change it",
    .steps = {{.says = "at a computer of the domain press Ctrl+Alt+Del, inside any other remote "
                       "session Ctrl+Alt+End, and choose to change the password; or use the "
                       "password page of RD Web Access"},
              {.says = "then connect with the new password and forget the stored one",
               .command = "cmdkey /delete:TERMSRV/{host}",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the old password would not be accepted any more.",
    .sources = {"Microsoft: cannot authenticate or must authenticate twice"},
};

static const struct fix domain_password_set = {
    .id = "domain-set-new-password",
    .title = "give the account a new password",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the person cannot change it alone; a reset of a local account makes the "
                 "files that Windows encrypted for it unreadable",
    .steps = {{.says = "a domain account; the new password is asked for",
               .command = "Set-ADAccountPassword -Identity '<account>' -Reset -NewPassword "
                          "(Read-Host -AsSecureString)",
               .shell = POWERSHELL},
              {.says = "take back the order to change it at the next logon, which NLA cannot do",
               .command = "Set-ADUser -Identity '<account>' -ChangePasswordAtLogon $false",
               .shell = POWERSHELL},
              {.says = "a local account, on the host",
               .command = "Set-LocalUser -Name '<account>' -Password (Read-Host -AsSecureString)",
               .shell = POWERSHELL}},
    .undo_says = "An old password cannot be put back; set another one if need be.",
    .sources = {"Microsoft: cannot authenticate or must authenticate twice",
                "Microsoft: ActiveDirectory PowerShell module"},
};

static const struct fix host_password_set = {
    .id = "host-set-password",
    .title = "give the local account a password",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "a local account of the host; best set by its owner with Ctrl+Alt+Del",
    .steps = {{.says = "set a password; it is asked for and not shown",
               .command = "Set-LocalUser -Name '<account>' -Password (Read-Host -AsSecureString)",
               .shell = POWERSHELL}},
    .undo_says = "Nothing should be taken back: an empty password admits anybody at the keyboard.",
    .sources = {"registry of a real Windows 10 (LimitBlankPasswordUse 1)"},
};

static const struct fix client_allowed_workstation = {
    .id = "client-connect-from-allowed-computer",
    .title = "connect at an allowed hour and from an allowed computer",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 5,
    .steps = {{.says = "see the hours and computers that the account may use",
               .command = "net user \"<account>\" /domain",
               .shell = CMD}},
    .undo_says = "Nothing to take back: no setting is changed.",
    .sources = {ERREF},
};

static const struct fix domain_account_hours = {
    .id = "domain-change-hours-or-workstations",
    .title = "widen the hours or computers that the account may use",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the restriction is not wanted; ask whoever set it",
    .steps = {{.says = "keep the present restrictions",
               .command = "Get-ADUser '<account>' -Properties logonHours,LogonWorkstations | "
                          "Export-Clixml \"$env:TEMP\\account.xml\"",
               .shell = POWERSHELL},
              {.says = "computers: write the whole new list, with the name of this client in it",
               .command = "Set-ADUser -Identity '<account>' -LogonWorkstations '<name1,name2>'",
               .shell = POWERSHELL},
              {.says = "hours: allow every hour",
               .command = "Set-ADUser -Identity '<account>' -Clear logonHours",
               .shell = POWERSHELL},
              {.says = "a local account, on the host: allow every hour",
               .command = "net user \"<account>\" /times:all",
               .shell = CMD}},
    .undo = {{.says = "write the kept list of computers back",
              .command = "Set-ADUser -Identity '<account>' -LogonWorkstations (Import-Clixml "
                         "\"$env:TEMP\\account.xml\").LogonWorkstations",
              .shell = POWERSHELL},
             {.says = "write the kept hours back",
              .command = "Set-ADUser -Identity '<account>' -Replace "
                         "@{logonHours=[byte[]](Import-Clixml "
                         "\"$env:TEMP\\account.xml\").logonHours}",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: ActiveDirectory PowerShell module"},
};

static const struct fix host_rdu_member = {
    .id = "host-add-remote-desktop-user",
    .title = "put the account into the group of Remote Desktop users",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "the person is meant to use this host; in a collection the group is set in its "
                 "properties instead",
    .steps = {{.says = "see who is in the group",
               .command = "Get-LocalGroupMember -SID S-1-5-32-555",
               .shell = POWERSHELL},
              {.says = "add the account; it counts from the next logon",
               .command = "Add-LocalGroupMember -SID S-1-5-32-555 -Member '{user}'",
               .shell = POWERSHELL}},
    .undo = {{.says = "take the account out again",
              .command = "Remove-LocalGroupMember -SID S-1-5-32-555 -Member '{user}'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors"},
};

static const struct fix host_logon_right = {
    .id = "host-change-logon-rights",
    .title = "take the account out of the deny right, or give it the missing right",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "no domain policy sets these rights; one that does has to be changed where it "
                 "is made",
    .steps =
        {{.says = "keep the present rights",
          .command = "secedit /export /areas USER_RIGHTS /cfg \"%TEMP%\\rights.inf\"",
          .shell = CMD},
         {.says = "see who is named in the four rights that matter",
          .command = "Select-String -Path \"$env:TEMP\\rights.inf\" -Pattern "
                     "'RemoteInteractiveLogonRight|NetworkLogonRight'",
          .shell = POWERSHELL},
         {.says = "open the rights", .command = "secpol.msc", .shell = CMD},
         {.says = "under Local Policies, User Rights Assignment: remove the account or its group "
                  "from the two rights that deny logon through Remote Desktop Services and "
                  "access from the network, and see that it has the two rights that allow them"},
         {.says = "apply it", .command = "gpupdate /target:computer /force", .shell = CMD}},
    .undo = {{.says = "write the kept rights back",
              .command = "secedit /configure /db \"%TEMP%\\rights.sdb\" /cfg "
                         "\"%TEMP%\\rights.inf\" /areas USER_RIGHTS",
              .shell = CMD}},
    .sources = {"[MS-LSAD] system access rights",
                "Microsoft: cannot authenticate or must authenticate twice"},
};

static const struct fix domain_allowed_to_authenticate = {
    .id = "domain-grant-allowed-to-authenticate",
    .title = "let the foreign account authenticate to this host",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the status is 0xC0000413: the trust uses selective authentication",
    .steps = {{.says = "in the domain of the host, on the Security page of its computer object, "
                       "grant the person's group the permission Allowed to authenticate"}},
    .undo = {{.says = "take that permission away again"}},
    .sources = {ERREF},
};

static const struct fix client_lm_level = {
    .id = "client-raise-lm-level",
    .title = "let the client use NTLMv2",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "LmCompatibilityLevel on the client is below 3 and no policy sets it",
    .steps = {{.says = "see the present value; absent means 3",
               .command = "reg query \"" LSA "\" /v LmCompatibilityLevel",
               .shell = CMD},
              {.says = "keep the present values",
               .command = "reg export \"" LSA "\" \"%TEMP%\\lsa.reg\" /y",
               .shell = CMD},
              {.says = "send NTLMv2 answers only",
               .command = "reg add \"" LSA "\" /v LmCompatibilityLevel /t REG_DWORD /d 3 /f",
               .shell = CMD}},
    .undo = {{.says = "remove the value that was written",
              .command = "reg delete \"" LSA "\" /v LmCompatibilityLevel /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\lsa.reg\"",
              .shell = CMD}},
    .sources = {"Microsoft: 0xC000035B when you use LmCompatibilityLevel"},
};

static const struct fix domain_spn_register = {
    .id = "domain-register-termsrv-name",
    .title = "register the TERMSRV name on the host's own account, and there only",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "exactly one account may own the name: look first",
    .steps = {{.says = "see who owns the name now",
               .command = "setspn -Q TERMSRV/<fqdn>",
               .shell = CMD},
              {.says = "owned by a wrong account: take it away there",
               .command = "setspn -D TERMSRV/<fqdn> <wrong-account>",
               .shell = CMD},
              {.says = "register it on the host's account; -S refuses to make a duplicate",
               .command = "setspn -S TERMSRV/<fqdn> <computer>",
               .shell = CMD},
              {.says = "on the client: drop old tickets and ask for a new one",
               .command = "klist purge & klist get TERMSRV/<fqdn>",
               .shell = CMD}},
    .undo = {{.says = "take the name from the host's account again",
              .command = "setspn -D TERMSRV/<fqdn> <computer>",
              .shell = CMD},
             {.says = "give it back to the account that had it",
              .command = "setspn -S TERMSRV/<fqdn> <wrong-account>",
              .shell = CMD}},
    .sources = {"Microsoft: setspn", "event manifest TerminalServices-RemoteConnectionManager"},
};

static const struct fix client_type_password = {
    .id = "client-type-the-password",
    .title = "type the password instead of using the stored one",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 1,
    .steps = {{.says = "open a connection that asks for credentials",
               .command = "mstsc /v:{host}:{port} /prompt",
               .shell = CMD}},
    .undo_says = "Nothing to take back: no setting is changed.",
    .sources = {"CredSsp.admx"},
};

static const struct fix client_delegation_list = {
    .id = "client-allow-delegation-to-host",
    .title = "name the host in the client's list of trusted targets",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the host is trusted with passwords; name it, not TERMSRV/*",
    .steps =
        {{.says = "see which lists are set and whether a Deny list names the host",
          .command = "reg query "
                     "\"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation\" /s",
          .shell = CMD},
         {.says = "in the policy that sets it, or in gpedit.msc: Computer Configuration, "
                  "Administrative Templates, System, Credentials Delegation; add TERMSRV/{host} "
                  "to the setting for saved or fresh credentials, and to its NTLM-only form when "
                  "the host is outside the domain"},
         {.says = "apply it", .command = "gpupdate /target:computer /force", .shell = CMD}},
    .undo = {{.says = "take the entry out of the list again"},
             {.says = "apply it", .command = "gpupdate /target:computer /force", .shell = CMD}},
    .sources = {"CredSsp.admx"},
};

static const struct fix host_prompt_off = {
    .id = "host-accept-saved-credentials",
    .title = "let the host accept saved credentials",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_NONE,
    .minutes = 3,
    .condition = "fPromptForPassword is 1 on the listener; set by policy, it has to be changed "
                 "there",
    .steps = {{.says = "keep the listener's present values",
               .command = "reg export \"" TCP "\" \"%TEMP%\\rdp-tcp.reg\" /y",
               .shell = CMD},
              {.says = "do not ask again; new connections use it",
               .command = "reg add \"" TCP "\" /v fPromptForPassword /t REG_DWORD /d 0 /f",
               .shell = CMD}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-tcp.reg\"",
              .shell = CMD}},
    .sources = {"TerminalServer.admx", "registry of a real Windows 10"},
};

static const struct fix client_plain_connection = {
    .id = "client-connect-without-special-mode",
    .title = "connect without /restrictedAdmin and /remoteGuard",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 1,
    .condition = "no client policy demands the mode, and the host may be trusted with the password",
    .steps = {{.says = "open an ordinary connection",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the mode is chosen for each connection.",
    .sources = {"CredSsp.admx", "[MS-RDPBCGR] 2.2.1.1.1"},
};

static const struct fix client_entra_name = {
    .id = "client-entra-user-name",
    .title = "write the user name in the form that the host expects",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .steps = {{.says = "on both computers: see whether they are joined, and to which tenant",
               .command = "dsregcmd /status",
               .shell = CMD},
              {.says = "open a connection that asks for credentials",
               .command = "mstsc /v:{host}:{port} /prompt",
               .shell = CMD},
              {.says = "as user name type AzureAD\\ and the full sign-in name, as in "
                       "AzureAD\\name@example.com"}},
    .undo_says = "Nothing to take back: no setting is changed.",
    .sources = {"Microsoft: troubleshoot connections to Entra joined virtual machines"},
};

static const struct fix client_entra_web_sign_in = {
    .id = "client-entra-web-sign-in",
    .title = "use the web sign-in of Entra ID",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .condition = "host and client are new enough to have it, and the host is dialled by its "
                 "name, not by an address",
    .steps = {{.says = "keep a copy of the connection file",
               .command = "Copy-Item '<file.rdp>' '<file.rdp>.bak'",
               .shell = POWERSHELL},
              {.says = "ask for the web sign-in",
               .command = "(@(Get-Content '<file.rdp>') -notmatch '^enablerdsaadauth:') + "
                          "'enablerdsaadauth:i:1' | Set-Content '<file.rdp>' -Encoding Unicode",
               .shell = POWERSHELL}},
    .undo = {{.says = "put the copy back",
              .command = "Copy-Item '<file.rdp>.bak' '<file.rdp>' -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix domain_entra_access = {
    .id = "domain-entra-access",
    .title = "meet what Entra ID asks of this sign-in",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .condition = "an administrator of the tenant has to decide this",
    .steps = {{.says = "read the sign-in log of the tenant for this user and minute: it names "
                       "the requirement that failed"},
              {.says = "join or register the client in the host's tenant; without web sign-in it "
                       "needs that"},
              {.says = "per-user enforced multifactor cannot be answered by the password prompt: "
                       "demand it by a Conditional Access policy and use the web sign-in"},
              {.says = "on an Azure virtual machine: give the person the role Virtual Machine "
                       "User Login"}},
    .undo_says = "Take back the role, the registration or the policy that was changed.",
    .sources = {"Microsoft: troubleshoot connections to Entra joined virtual machines"},
};

static const struct fix client_smartcard_service = {
    .id = "client-start-smart-card-service",
    .title = "start the smart card service",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the service is stopped or disabled; the same on the host when the card fails "
                 "there",
    .steps = {{.says = "note the present start type",
               .command = "Get-Service SCardSvr | Format-List Status,StartType",
               .shell = POWERSHELL},
              {.says = "start it",
               .command = "Set-Service SCardSvr -StartupType Manual; Start-Service SCardSvr",
               .shell = POWERSHELL},
              {.says = "see whether reader and card answer",
               .command = "certutil -scinfo",
               .shell = CMD}},
    .undo = {{.says = "put the noted start type back",
              .command = "Set-Service SCardSvr -StartupType <old>",
              .shell = POWERSHELL}},
    .sources = {"registry of a real Windows 10"},
};

static const struct fix client_smartcard_redirect = {
    .id = "client-redirect-smart-card",
    .title = "pass the smart card reader on to the host",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the .rdp file holds redirectsmartcards:i:0",
    .steps = {{.says = "keep a copy of the file",
               .command = "Copy-Item '<file.rdp>' '<file.rdp>.bak'",
               .shell = POWERSHELL},
              {.says = "redirect the reader",
               .command = "(@(Get-Content '<file.rdp>') -notmatch '^redirectsmartcards:') + "
                          "'redirectsmartcards:i:1' | Set-Content '<file.rdp>' -Encoding Unicode",
               .shell = POWERSHELL}},
    .undo = {{.says = "put the copy back",
              .command = "Copy-Item '<file.rdp>.bak' '<file.rdp>' -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix domain_smartcard_renew = {
    .id = "domain-unblock-or-renew-card",
    .title = "unblock the card or give the person a new one",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .condition = "the card is blocked, or its certificate has expired or was revoked",
    .steps = {{.says = "whoever issues the cards unblocks the PIN with the card's administrator "
                       "key, or issues a new certificate; further tries with a guessed PIN block "
                       "the card for good"}},
    .undo_says = "Nothing to take back.",
    .sources = {DISCONNECTED},
};

static const struct fix client_time_sync = {
    .id = "client-sync-clock",
    .title = "set the client's clock right",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .condition = "the client's clock is the wrong one",
    .steps = {{.says = "see the time zone: a wrong zone looks like a wrong clock",
               .command = "tzutil /g",
               .shell = CMD},
              {.says = "ask the time source again",
               .command = "Start-Service W32Time; w32tm /resync /rediscover",
               .shell = POWERSHELL},
              {.says = "see source and offset", .command = "w32tm /query /status", .shell = CMD}},
    .undo_says = "Nothing to take back: the clock is only set right.",
    .sources = {"Microsoft: w32tm"},
};

static const struct fix host_time_source = {
    .id = "host-correct-time-source",
    .title = "repair where the host gets its time from",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the clock drifts away again after it was set",
    .steps = {{.says = "see the source, and note it",
               .command = "w32tm /query /source",
               .shell = CMD},
              {.says = "measure against a domain controller or another trusted clock",
               .command = "w32tm /stripchart /computer:<time-server> /samples:3 /dataonly",
               .shell = CMD},
              {.says = "a domain member: take the time from the domain",
               .command = "w32tm /config /syncfromflags:domhier /update",
               .shell = CMD},
              {.says = "take it now", .command = "w32tm /resync /rediscover", .shell = CMD},
              {.says = "a virtual machine: correct the clock of the machine that runs it, or "
                       "stop that one from setting the guest's clock"}},
    .undo = {{.says = "go back to the noted source",
              .command = "w32tm /config /manualpeerlist:\"<old source>\" /syncfromflags:manual "
                         "/update",
              .shell = CMD}},
    .sources = {"Microsoft: w32tm"},
};

static const struct fix host_compatibility_policy = {
    .id = "host-ask-microsoft-for-transition",
    .title = "ask Microsoft support for the option that helps during the rebuild",
    .where = ON_HOST,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "takes back a part of the protection against reused machine tickets",
    .temporary = true,
    .minutes = 60,
    .condition = "many twins have to be rebuilt and work has to go on; the option ends by "
                 "itself, by present notice at the end of 2027",
    .steps = {{.says = "Microsoft gives the option through its business support only; write down "
                       "which machines got it"}},
    .undo = {{.says = "remove the option on each machine as soon as it is rebuilt"}},
    .sources = {"Microsoft: hardening administrative actions, what IT pros need to know"},
};

static const struct fix host_rebuild_twin = {
    .id = "host-rebuild-twin",
    .title = "rebuild one of the twins from a generalised image",
    .where = ON_HOST,
    .risk = RISK_DESTRUCTIVE,
    .weakens = "installs Windows anew: programs, settings and local accounts of that machine go",
    .restart = RESTART_REBOOT,
    .minutes = 180,
    .condition = "a verified backup exists; Sysprep on the running twin is not enough by "
                 "Microsoft's notice",
    .steps = {{.says = "on both machines: compare the machine SIDs, which are these without the "
                       "last number",
               .command = "Get-LocalUser | Select-Object Name,SID",
               .shell = POWERSHELL},
              {.says = "on the machine from which the image is taken, before it is copied",
               .command = "%windir%\\System32\\Sysprep\\sysprep.exe /generalize /oobe /shutdown",
               .shell = CMD},
              {.says = "install the twin from that image and join it to the domain anew"}},
    .undo_says = "Only the backup brings the old machine back.",
    .sources = {"Microsoft: KB5068222",
                "Microsoft: hardening administrative actions, what IT pros need to know"},
};

static const struct fix network_remove_exposure = {
    .id = "network-take-port-off-internet",
    .title = "take the RDP port off the Internet",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .condition = "another way in exists first: a VPN or an RD Gateway, so that nobody is locked "
                 "out",
    .steps =
        {{.says = "set up and test the VPN or the RD Gateway"},
         {.says = "on the router or in the cloud's rules: remove the forward or the rule "
                  "that lets everybody reach the port; note it before"},
         {.says = "treat it as an attack: look for successful logons from foreign addresses",
          .command =
              "Get-WinEvent -FilterHashtable "
              "@{LogName='Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational';Id=1149} "
              "-MaxEvents 50 | Format-List TimeCreated,Message",
          .shell = POWERSHELL}},
    .undo = {{.says = "write the noted rule back, limited to known addresses"}},
    .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                "event logs of a real attacked host"},
};

static const struct fix host_lockout_policy = {
    .id = "host-lockout-policy",
    .title = "let guessing lock the account for a while",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "local accounts of a host without a domain; an attacker can then keep an "
                 "account locked, so take the port off the Internet as well",
    .steps = {{.says = "note the present values", .command = "net accounts", .shell = CMD},
              {.says = "lock for ten minutes after ten wrong passwords",
               .command = "net accounts /lockoutthreshold:10 /lockoutduration:10 "
                          "/lockoutwindow:10",
               .shell = CMD}},
    .undo = {{.says = "write the noted values back",
              .command = "net accounts /lockoutthreshold:<old> /lockoutduration:<old> "
                         "/lockoutwindow:<old>",
              .shell = CMD}},
    .sources = {"Microsoft: net accounts"},
};

static const struct fix host_password_sign_in_once = {
    .id = "host-sign-in-once-with-password",
    .title = "sign in once on the host with the password",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 5,
    .condition = "the account has a password; one that has none needs another account for Remote "
                 "Desktop",
    .steps = {{.says = "at the host's own screen: choose the password in the sign-in options "
                       "instead of PIN or face, once; or do the same from a running session",
               .command = "runas /u:MicrosoftAccount\\<mail> cmd",
               .shell = CMD},
              {.says = "from the client: use MicrosoftAccount\\ and the mail address as user name",
               .command = "mstsc /v:{host}:{port} /prompt",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the host has only learnt the password.",
    .sources = {"secondary sources"},
};

static const struct fix host_allow_password_sign_in = {
    .id = "host-allow-password-sign-in",
    .title = "allow passwords beside Windows Hello on the host",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the sign-in screen offers no password; unverified which builds read the value",
    .steps = {{.says = "keep the present value",
               .command = "reg export \"" HELLO "\" \"%TEMP%\\hello.reg\" /y",
               .shell = CMD},
              {.says = "do not demand Windows Hello for Microsoft accounts",
               .command = "reg add \"" HELLO
                          "\" /v DevicePasswordLessBuildVersion /t REG_DWORD /d 0 /f",
               .shell = CMD}},
    .undo = {{.says = "write the kept value back",
              .command = "reg import \"%TEMP%\\hello.reg\"",
              .shell = CMD}},
    .sources = {"secondary sources, unverified"},
};

static const struct fix host_mfa_log = {
    .id = "host-read-second-factor-log",
    .title = "read what the second-factor product says about this logon",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 10,
    .steps =
        {{.says = "see which credential providers take part",
          .command =
              "Get-ChildItem "
              "'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Authentication\\Credential "
              "Providers' | ForEach-Object { $_.GetValue('') }",
          .shell = POWERSHELL},
         {.says = "look in the product's own log at the minute of the failure, and see "
                  "whether the host reaches the product's service"},
         {.says = "see whether the person is enrolled and the device with the second factor "
                  "is at hand"}},
    .undo_says = "Nothing to take back: this only reads.",
    .sources = {"secondary sources"},
};

static const struct fix host_mfa_repair = {
    .id = "host-repair-second-factor",
    .title = "repair or update the second-factor product by its maker's guide",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 30,
    .condition = "its log shows that the product itself fails; have console access ready",
    .steps = {{.says = "install the maker's current version over the old one, and allow the host "
                       "to reach its service"}},
    .undo_says = "Install the former version again.",
    .sources = {"secondary sources"},
};

static const struct fix host_mfa_bypass = {
    .id = "host-second-factor-fail-open",
    .title = "let the product admit this person without the second factor for a short time",
    .where = ON_HOST,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "the password alone is enough as long as it is set",
    .temporary = true,
    .minutes = 10,
    .condition = "the host must be reached before the product can be repaired; with a written "
                 "end time",
    .steps = {{.says = "set the product's bypass for this one account, as its guide says"}},
    .undo = {{.says = "remove the bypass at the written time and check that the second factor is "
                      "asked for again"}},
    .sources = {"secondary sources"},
};

static const struct cause rows[] = {
    {
        .id = "nla-required-client-lacks",
        .title = "The client does not offer Network Level Authentication, which the host requires.",
        .explains =
            "With Network Level Authentication (NLA) the client proves who is signing in before "
            "the host opens a session. Windows hosts have required it since 2012. An old client, "
            "or one in whose settings CredSSP was switched off, does not offer it and is turned "
            "away at the very first exchange.",
        .separates = "The host answers failure 5 to an offer without CredSSP, and accepts the "
                     "same offer with CredSSP; another client gets in.",
        .tell = "My client does not use Network Level Authentication, which the host requires; "
                "please update it or switch CredSSP on in its settings.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                VALUE(F_NEG_FAILURE_CODE, IS, 5, DECISIVE,
                      "the host answered failure 5: it requires NLA"),
                FACT(F_NEG_NLA_REFUSED, REFUTES, "the host refuses as well who offers CredSSP"),
                VALUE(F_NEG_OFFERED, LACKS, 2, STRONG, "the client did not offer CredSSP"),
                VALUE(F_NEG_OFFERED, HAS, 2, REFUTES, "the client offered CredSSP"),
                FACT(F_CLIENT_NLA_OFF, STRONG, "the client was told not to use CredSSP"),
                SHOWN(F_CLIENT_CODE, 0xB09,
                      "the client's code 0xB09 says that the host requires NLA and the client "
                      "lacks it"),
                SHOWN(F_CLIENT_FREERDP, 0x2001E,
                      "FreeRDP says that the host requires NLA and the client has it off"),
                FACT(F_HOST_NLA_REQUIRED, WEAK, "the host is set to require NLA"),
                VALUE(F_NEG_TLS_REFUSED, IS, 5, WEAK,
                      "the host refuses who offers TLS alone, since it requires NLA"),
                FACT(F_CLIENT_OUTDATED, MODERATE, "the client is older than what the host wants"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, WEAK, "another client gets in"),
                FACT(F_NEG_ACCEPTS_TLS, REFUTES, "the host accepts TLS without NLA"),
                FACT(F_NEG_ACCEPTS_STANDARD, REFUTES, "the host accepts standard RDP security"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so nothing was negotiated"),
                FACT(F_TCP_SILENT, -STRONG, "the port is silent, so nothing was negotiated"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, after the offer was accepted"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&client_credssp_on, &fix_second_client, &fix_client_update},
        .sources = {"[MS-RDPBCGR] 2.2.1.2.2", "Microsoft: NegotiateSecurityLayer property",
                    "TerminalServer.admx", "registry of a real Windows 10", CODE_TEXTS},
    },
    {
        .id = "nla-cannot-reach-dc",
        .title = "The domain account cannot be checked because no domain controller is reachable.",
        .explains =
            "A domain account is checked by a domain controller. When the computer that has to "
            "ask one finds none, because its name server does not know the domain, a filter is "
            "in between or the VPN is not up yet, the sign-in fails although name and password "
            "are right. Windows then often says that the Local Security Authority cannot be "
            "contacted.",
        .separates = "A local account of the host signs in while domain accounts fail, and "
                     "nltest /dsgetdc finds no controller; with a broken trust a controller is "
                     "found.",
        .tell = "Domain accounts cannot sign in to this host because it reaches no domain "
                "controller; please check its name servers and the way to the controllers.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_HOST_DNS_PUBLIC, MODERATE,
                     "the host belongs to a domain and asks a public name server, which does not "
                     "know the domain"),
                FACT(F_NLA_AUTHENTICATE_REFUSED, WEAK,
                     "the host refused once it had the client's AUTHENTICATE"),
                FACT(F_HOST_DC_UNREACHABLE, DECISIVE, "the host finds no domain controller"),
                FACT(F_LOG_DC_UNREACHABLE, STRONG,
                     "event 5719 or 1129: the host found no domain controller"),
                LOGON_STATUS(0xC000005E, "no logon server is available"),
                LOGON_STATUS(0xC0000233, "no domain controller was found"),
                SHOWN(F_CLIENT_CODE, 0x1807,
                      "the client's code 0x1807 says that no authority could be contacted"),
                SHOWN(F_CLIENT_STATUS, 0x80090311,
                      "the client showed 0x80090311: no authority could be contacted"),
                SHOWN(F_CLIENT_FREERDP, 0x20011, "FreeRDP says that no KDC is reachable"),
                FACT(F_SESSION_LOCAL_ACCOUNT_WORKS, STRONG,
                     "a local account signs in while domain accounts fail"),
                VALUE(F_NLA_SLOW, AT_LEAST, 5000, MODERATE,
                      "the host took at least 5 seconds to answer the first CredSSP token"),
                FACT(F_NLA_SILENT, MODERATE, "the host does not answer the first CredSSP token"),
                FACT(F_NLA_WORKGROUP, -STRONG, "the host is not a member of a domain"),
                WORD(F_NEG_SERVER_KIND, IS, "freerdp", -STRONG,
                     "the server is built on FreeRDP, which asks no domain controller before it "
                     "answers the first token"),
                WORD(F_NEG_SERVER_KIND, IS, "gnome", -STRONG,
                     "the server is gnome-remote-desktop, which asks no domain controller"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no account was looked at"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, before any account is looked at"),
                GOT_PAST,
            },
        .fixes = {&client_local_account, &fix_dc_dns, &network_dc_ports, &host_nla_off_test},
        .sources = {"Microsoft: local security authority cannot be contacted",
                    "Microsoft: remote desktop cannot verify the identity",
                    "Microsoft: cannot connect by RDP to an Azure VM", ERREF, DISCONNECTED},
    },
    {
        .id = "domain-trust-broken",
        .title = "The host's trust with its domain is broken.",
        .explains =
            "A domain member has a computer account with a password that it changes by itself. "
            "After a restored snapshot, a copied machine or a deleted computer account the two "
            "sides no longer know the same password, and the domain refuses to check anybody for "
            "that host.",
        .separates = "Every domain account fails while local accounts work, and controllers are "
                     "reachable; Test-ComputerSecureChannel says False. With Samba controllers "
                     "the Windows updates of July 2023 show the same status 0xC000018D.",
        .tell = "The trust between this host and its domain is broken; please repair its secure "
                "channel from the console with a local account.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_NLA_AUTHENTICATE_REFUSED, WEAK,
                     "the host refused once it had the client's AUTHENTICATE"),
                NEEDED(F_HOST_TRUST_BROKEN, DECISIVE,
                       "the host's secure channel to its domain does not work"),
                FACT(F_LOG_TRUST_FAILED, STRONG,
                     "event 3210, 5721 or 5722: the secure channel failed"),
                LOGON_STATUS(0xC000018B, "the domain has no computer account for this host"),
                LOGON_STATUS(0xC000018D, "the trust between host and domain failed"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC000018A, DECISIVE,
                      "event 4625 with 0xC000018A: the host holds no trust secret"),
                LOGON_STATUS(0xC0000192, "the Netlogon service does not run"),
                FACT(F_SESSION_LOCAL_ACCOUNT_WORKS, STRONG,
                     "a local account signs in while domain accounts fail"),
                FACT(F_HOST_DC_UNREACHABLE, -STRONG,
                     "the host finds no domain controller, which explains it already"),
                FACT(F_NLA_WORKGROUP, REFUTES, "the host is not a member of a domain"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no account was looked at"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, before any account is looked at"),
                GOT_PAST,
            },
        .fixes = {&host_netlogon_start, &client_local_account, &fix_secure_channel,
                  &domain_samba_update},
        .sources = {"Microsoft: cannot connect by RDP to an Azure VM",
                    "Microsoft: remote desktop cannot verify the identity", ERREF},
    },
    {
        .id = "credssp-encryption-oracle",
        .title = "The host's CredSSP and the client's differ in the security update of May 2018.",
        .explains =
            "In May 2018 Windows closed a hole in CredSSP, the exchange in which a client hands "
            "over the credentials. Since then an updated client refuses a host without the "
            "update, and a host can be told to refuse clients without it. The message names the "
            "encryption oracle remediation.",
        .separates = "The CredSSP version of the host: 2, 3 or 4 means that the update is "
                     "missing, 5 or 6 that it is there. The words of the message are exact.",
        .tell = "This host lacks the CredSSP update of May 2018, so updated clients refuse it; "
                "please install its current Windows updates.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_CLIENT_ORACLE_MESSAGE, CODE_DECIDES,
                     "the client's message names the encryption oracle remediation"),
                FACT(F_HOST_UNPATCHED_CREDSSP, DECISIVE,
                     "the host lacks the CredSSP update, so updated clients refuse it"),
                VALUE(F_NLA_VERSION, AT_MOST, 4, DECISIVE,
                      "the host speaks a CredSSP version from before the update"),
                VALUE(F_NLA_VERSION, AT_LEAST, 5, -MODERATE,
                      "the host speaks a CredSSP version with the update"),
                VALUE(F_HOST_ORACLE_POLICY, IS, 0, MODERATE,
                      "the host is told to refuse clients without the update"),
                VALUE(F_CLIENT_ORACLE_POLICY, IS, 2, -STRONG,
                      "the client is told to take hosts without the update"),
                {.finding = F_CLIENT_OUTDATED,
                 .strength = MODERATE,
                 .one_way = true,
                 .whose = WHOSE_CLIENT,
                 .says = "the client is older than what the host wants"},
                FACT(F_NLA_CLOSED, WEAK, "the host closed at the first CredSSP token"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so CredSSP never began"),
                FACT(F_TCP_SILENT, -STRONG, "the port is silent, so CredSSP never began"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, before CredSSP"),
                FACT(F_LOG_LOGON_FAILURE, -MODERATE,
                     "the host judged an account, so CredSSP came that far"),
                FACT(F_LOG_NLA_PASSED, -STRONG, "event 1149: CredSSP was completed"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&fix_client_update, &fix_install_update},
        .sources = {"Microsoft: KB4093492", "Microsoft: KB4295591", "CVE-2018-0886",
                    "[MS-CSSP] 2.2.1", "versions of CredSSP: pyspnego, secondary source"},
    },
    {
        .id = "credentials-wrong",
        .title = "The account's user name or password is wrong.",
        .explains =
            "The host, or the domain on its behalf, does not know this user name or got another "
            "password than the account has. Often the client sends an old stored password, or "
            "the name lacks the right prefix: the host's own name for a local account, the "
            "domain for a domain account.",
        .separates = "Event 4625 says 0xC000006A (password) or 0xC0000064 (name). No such event "
                     "at all: the credentials never reached this host. 0xC000006D alone is also "
                     "what a passwordless, Entra or twin machine's sign-in shows.",
        .tell = "My user name or password is refused; please check which account I should use "
                "and whether its password was changed.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                VALUE(F_NLA_KERBEROS_ERROR, IS, 24, STRONG,
                      "the domain controller refused the password (KDC_ERR_PREAUTH_FAILED)"),
                VALUE(
                    F_NLA_KERBEROS_ERROR, IS, 6, MODERATE,
                    "the domain controller does not know the account (KDC_ERR_C_PRINCIPAL_UNKNOWN)"),
                FACT(F_NLA_AUTHENTICATE_REFUSED, MODERATE,
                     "the host refused once it had the client's AUTHENTICATE"),
                LOGON_STATUS(0xC000006A, "the password is wrong"),
                LOGON_STATUS(0xC0000064, "no account has this name"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC000006D, STRONG,
                      "event 4625 with 0xC000006D: name or password is wrong"),
                VALUE(F_NLA_ERROR, IS, 0xC000006D, STRONG,
                      "the host answered 0xC000006D inside CredSSP: name or password is wrong"),
                FACT(F_LOG_WRONG_CREDENTIALS, STRONG, "event 140: wrong user name or password"),
                SHOWN(F_CLIENT_CODE, 0xA07,
                      "the client's code 0xA07 says that no account has this name"),
                SHOWN(F_CLIENT_FREERDP, 0x20015, "FreeRDP says that the password is wrong"),
                VALUE(F_SESSION_LOGON_NOTIFY, IS, 0, DECISIVE,
                      "the host told the client during logon that the password is wrong"),
                FACT(F_CLIENT_TYPED_PASSWORD_WORKS, -STRONG,
                     "typed credentials work, so only the stored ones are wrong"),

                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -STRONG,
                     "every account fails, so it is not one wrong password"),
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&client_type_password, &fix_saved_credentials_delete, &client_password_elsewhere,
                  &domain_password_set},
        .sources = {"Microsoft: cannot authenticate or must authenticate twice", ERREF,
                    "event manifest RdpCoreTS", "event logs of a real attacked host"},
    },
    {
        .id = "account-disabled-or-expired",
        .title = "The account is disabled or has expired.",
        .explains =
            "An administrator can switch an account off or give it a last day. Such an account "
            "is refused even with the right password, and the host says so only after it has "
            "checked the password. Everything before that works.",
        .separates = "The code or the status names it exactly: 0xB07 and 0xC0000072 for "
                     "disabled, 0xE07 and 0xC0000193 for expired.",
        .tell = "My account is disabled or has expired; please enable it or extend it.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                VALUE(F_NLA_KERBEROS_ERROR, IS, 18, MODERATE,
                      "the domain controller calls the account revoked (KDC_ERR_CLIENT_REVOKED)"),
                FACT(F_ACCOUNT_DISABLED, DECISIVE, "the account is disabled or has expired"),
                FACT(F_NLA_AUTHENTICATE_REFUSED, WEAK,
                     "the host refused once it had the client's AUTHENTICATE"),
                LOGON_STATUS(0xC0000072, "the account is disabled"),
                LOGON_STATUS(0xC0000193, "the account has expired"),
                SHOWN(F_CLIENT_CODE, 0xB07,
                      "the client's code 0xB07 says that the account is disabled"),
                SHOWN(F_CLIENT_CODE, 0xE07,
                      "the client's code 0xE07 says that the account has expired"),
                SHOWN(F_CLIENT_FREERDP, 0x20012, "FreeRDP says that the account is disabled"),
                SHOWN(F_CLIENT_FREERDP, 0x20019, "FreeRDP says that the account has expired"),
                ONE_ACCOUNT_ONLY,
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&domain_account_enable},
        .sources = {DISCONNECTED, ERREF, "FreeRDP error.h"},
    },
    {
        .id = "account-locked",
        .title = "The account is locked out.",
        .explains =
            "After a number of wrong passwords Windows locks an account for a time, to stop "
            "guessing. Then even the right password is refused. A device that keeps trying an "
            "old stored password locks the account again within minutes, and so does somebody "
            "who guesses.",
        .separates = "The code 0xD07 or the status 0xC0000234 names it. If the lock returns "
                     "after unlocking, event 4740 names the computer that causes it.",
        .tell = "My account is locked; please unlock it and look in event 4740 for the computer "
                "that keeps locking it.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                VALUE(F_NLA_KERBEROS_ERROR, IS, 18, MODERATE,
                      "the domain controller calls the account revoked (KDC_ERR_CLIENT_REVOKED)"),
                FACT(F_NLA_AUTHENTICATE_REFUSED, WEAK,
                     "the host refused once it had the client's AUTHENTICATE"),
                LOGON_STATUS(0xC0000234, "the account is locked out"),
                FACT(F_LOG_ACCOUNT_LOCKED, DECISIVE, "event 4740: the account was locked out"),
                SHOWN(F_CLIENT_CODE, 0xD07,
                      "the client's code 0xD07 says that the account is locked out"),
                SHOWN(F_CLIENT_FREERDP, 0x20018, "FreeRDP says that the account is locked out"),
                FACT(F_CLIENT_SAVED_CREDENTIALS, WEAK,
                     "the client holds stored credentials, which may be old ones"),
                ONE_ACCOUNT_ONLY,
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&domain_lockout_source, &fix_saved_credentials_delete, &domain_account_unlock},
        .sources = {DISCONNECTED, ERREF, "event manifest Security 4740", "FreeRDP error.h"},
    },
    {
        .id = "password-expired",
        .title = "The account's password has expired or must be changed.",
        .explains =
            "Passwords can have a last day, and an administrator can demand a new one at the "
            "next logon. With Network Level Authentication the prompt of Remote Desktop cannot "
            "change a password, so the sign-in is simply refused, sometimes with the words that "
            "the Local Security Authority cannot be contacted.",
        .separates = "The status is 0xC0000071 (expired) or 0xC0000224 (must be changed); a host "
                     "that cannot reach its domain logs 0xC000005E and event 5719 instead.",
        .tell = "My password has expired or must be changed; please let me change it outside "
                "Remote Desktop or set a new one.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                VALUE(
                    F_NLA_KERBEROS_ERROR, IS, 23, STRONG,
                    "the domain controller says that the password has expired (KDC_ERR_KEY_EXPIRED)"),
                FACT(F_NLA_AUTHENTICATE_REFUSED, WEAK,
                     "the host refused once it had the client's AUTHENTICATE"),
                LOGON_STATUS(0xC0000071, "the password has expired"),
                LOGON_STATUS(0xC0000224, "the password must be changed"),
                SHOWN(F_CLIENT_CODE, 0xF07,
                      "the client's code 0xF07 says that the password has expired"),
                SHOWN(F_CLIENT_CODE, 0x1207,
                      "the client's code 0x1207 says that the password must be changed"),
                SHOWN(F_CLIENT_FREERDP, 0x2000E, "FreeRDP says that the password has expired"),
                VALUE(F_CLIENT_FREERDP, IS, 0x2000F, WEAK,
                      "FreeRDP supposes that the password has expired; it also says so when the "
                      "host breaks off without a reason"),
                SHOWN(F_CLIENT_FREERDP, 0x20013, "FreeRDP says that the password must be changed"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000021,
                      "the gateway says that the password has expired or must be changed"),
                VALUE(F_SESSION_LOGON_NOTIFY, IS, 1, DECISIVE,
                      "the host told the client during logon that the password must be changed"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -STRONG,
                     "every account fails, so it is not this one alone"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no account was looked at"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, before any account is looked at"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached, so the sign-in succeeded"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE,
                     "another account signs in at the same time, so it is this account"),
            },
        .fixes = {&client_password_elsewhere, &domain_password_set},
        .sources = {"Microsoft: cannot authenticate or must authenticate twice",
                    "Microsoft: local security authority cannot be contacted",
                    "Microsoft: IMsTscAxEvents OnLogonError", DISCONNECTED, ERREF,
                    "FreeRDP error.h and transport source"},
    },
    {
        .id = "account-restriction-blank-password",
        .title = "The account has an empty password, which Windows accepts at the host's own "
                 "keyboard only.",
        .explains =
            "A local account without a password may sign in only where the host stands. Windows "
            "sets it up so, because otherwise anybody on the network could use the account. Over "
            "the network the account is refused as restricted.",
        .separates = "The same account works at the host's keyboard, and works over Remote "
                     "Desktop as soon as it has a password. A member of Protected Users gets the "
                     "same status when Kerberos is not used, for example when an address was "
                     "dialled.",
        .tell = "This account has an empty password, so Windows does not let it in over the "
                "network; please set a password.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                {.finding = F_ACCOUNT_BLANK_PASSWORD,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "the account has an empty password"},
                {.finding = F_LOG_LOGON_FAILURE,
                 .test = IS,
                 .value = 0xC000006E,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.85,
                 .says = "event 4625 with 0xC000006E: the account is restricted"},
                {.finding = F_NLA_ERROR,
                 .test = IS,
                 .value = 0xC000006E,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.85,
                 .says = "the host answered 0xC000006E inside CredSSP: the account is restricted"},
                {.finding = F_CLIENT_STATUS,
                 .test = IS,
                 .value = 0xC000006E,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .at_most = 0.85,
                 .says = "the client showed 0xC000006E: the account is restricted"},
                VALUE(F_CLIENT_CODE, IS, 0xC07, STRONG,
                      "the client's code 0xC07 says that the account is restricted"),
                VALUE(F_CLIENT_FREERDP, IS, 0x20017, STRONG,
                      "FreeRDP says that the account is restricted"),
                ONE_ACCOUNT_ONLY,
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&host_password_set},
        .sources = {"registry of a real Windows 10 (LimitBlankPasswordUse 1)", DISCONNECTED, ERREF,
                    "FreeRDP error.h"},
    },
    {
        .id = "account-time-or-workstation-restriction",
        .title = "The account may not sign in at this hour or from this computer.",
        .explains =
            "An account can be limited to certain hours of the week and to certain computers "
            "from which it may be used. Outside of these the right password is refused too. The "
            "list of computers holds names of clients, and a client with a new name drops out of "
            "it.",
        .separates = "It works at another hour or from another computer; the status is "
                     "0xC000006F for the hour and 0xC0000070 for the computer.",
        .tell = "My account is limited to other hours or computers; please check its logon hours "
                "and its list of workstations.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                LOGON_STATUS(0xC000006F, "the account may not sign in at this hour"),
                LOGON_STATUS(0xC0000070, "the account may not sign in from this computer"),
                SHOWN(F_CLIENT_CODE, 0x1007,
                      "the client's code 0x1007 says that the hour is not allowed"),
                SHOWN(F_CLIENT_CODE, 0x1107,
                      "the client's code 0x1107 says that this computer is not allowed"),
                VALUE(F_CLIENT_CODE, IS, 0xC07, MODERATE,
                      "the client's code 0xC07 says that the account is restricted"),
                ONE_ACCOUNT_ONLY,
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&client_allowed_workstation, &domain_account_hours},
        .sources = {CODE_TEXTS, ERREF, "Microsoft: ActiveDirectory PowerShell module"},
    },
    {
        .id = "not-in-remote-desktop-users",
        .title = "The host does not list the account among its Remote Desktop users.",
        .explains =
            "Only administrators and members of the group Remote Desktop Users may sign in to a "
            "host through Remote Desktop. Another account is known and its password is right, "
            "but the host turns it away afterwards.",
        .separates = "An administrator gets in at the same time; the account is in neither of "
                     "the two groups. If it is in one of them, a user right denies the logon.",
        .tell = "My account is not allowed to use Remote Desktop on this host; please add it to "
                "the group Remote Desktop Users.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NLA,
        .evidence =
            {
                NEEDED(F_ACCOUNT_NOT_PERMITTED, DECISIVE,
                       "the account is neither in Remote Desktop Users nor in Administrators"),
                VALUE(F_NLA_EARLY_AUTH, IS, 5, STRONG,
                      "the host knows the account and does not authorise it"),
                VALUE(F_NLA_EARLY_AUTH, IS, 0, REFUTES, "the host authorised the account"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC000015B, STRONG,
                      "event 4625 with 0xC000015B: this kind of logon is not granted"),
                VALUE(F_SETTINGS_ERRINFO, IS, 9, STRONG,
                      "the host gave the reason 9: the user lacks the privilege"),
                VALUE(F_CLIENT_ERRINFO, IS, 9, STRONG,
                      "the client showed the reason 9: the user lacks the privilege"),
                VALUE(F_CLIENT_EXTENDED, IS, 9, STRONG,
                      "the client's extended code 9 says that the user lacks the privilege"),
                VALUE(F_CLIENT_CODE, IS, 0x2407, STRONG,
                      "the Mac client's code 0x2407 says that the user is not authorised"),
                VALUE(F_CLIENT_FREERDP, IS, 0x2000A, STRONG,
                      "FreeRDP says that the user lacks the privilege"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE, "another account gets in"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -STRONG, "every account fails"),
                FACT(F_LOG_WRONG_CREDENTIALS, -STRONG,
                     "event 140: the credentials themselves were refused"),
                NEVER_GOT_THERE,
                FACT(F_LOG_SESSION_LOGON, REFUTES, "event 21: the user was logged on"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&host_rdu_member, &fix_policy_change},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "Microsoft: cannot authenticate or must authenticate twice",
                    "[MS-RDPBCGR] 2.2.10.2", "[MS-RDPBCGR] 2.2.5.1.1"},
    },
    {
        .id = "logon-right-denied",
        .title = "The account lacks a logon right on the host, or a right denies it.",
        .explains =
            "Apart from groups, Windows knows rights: to log on through Remote Desktop Services "
            "and, because Network Level Authentication is a network logon, to access the "
            "computer from the network. There are rights that deny the same, and they win. "
            "Policies for hardening often deny them to local accounts or to whole groups.",
        .separates = "Event 4625 with 0xC000015B: logon type 3 means the network right, type 10 "
                     "the remote interactive right. An account that is in neither group lacks "
                     "the membership, not the right. 0xC0000413 is a trust with selective "
                     "authentication.",
        .tell = "A user right on this host denies my logon; please check the rights to log on "
                "through Remote Desktop Services and from the network.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                {.finding = F_ACCOUNT_RIGHT_DENIED,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "a user right denies this logon to the account"},
                {.finding = F_LOG_LOGON_FAILURE,
                 .test = IS,
                 .value = 0xC000015B,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.90,
                 .says = "event 4625 with 0xC000015B: this kind of logon is not granted"},
                VALUE(F_NLA_ERROR, IS, 0xC000015B, DECISIVE,
                      "the host answered 0xC000015B inside CredSSP: this kind of logon is not "
                      "granted"),
                SHOWN(F_CLIENT_STATUS, 0xC000015B,
                      "the client showed 0xC000015B: this kind of logon is not granted"),
                LOGON_STATUS(0xC0000413,
                             "selective authentication does not admit this account here"),
                SHOWN(F_CLIENT_CODE, 0x1307,
                      "the client's code 0x1307 says that this kind of logon is not granted"),
                SHOWN(F_CLIENT_FREERDP, 0x2001A,
                      "FreeRDP says that this kind of logon is not granted"),
                VALUE(F_NLA_EARLY_AUTH, IS, 5, MODERATE,
                      "the host knows the account and does not authorise it"),
                VALUE(F_SETTINGS_ERRINFO, IS, 9, MODERATE,
                      "the host gave the reason 9: the user lacks the privilege"),
                FACT(F_ACCOUNT_NOT_PERMITTED, -MODERATE,
                     "the account is in neither group, which explains it already"),
                ONE_ACCOUNT_ONLY,
                NEVER_GOT_THERE,
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&host_logon_right, &fix_policy_change, &domain_allowed_to_authenticate},
        .sources = {"[MS-LSAD] system access rights",
                    "SECURITY hives of a real workstation and a domain member", CODE_TEXTS, ERREF},
    },
    {
        .id = "ntlm-blocked-by-policy",
        .title = "The sign-in falls back to NTLM, which a policy forbids.",
        .explains =
            "Windows signs in with Kerberos when it can and with the older NTLM when it cannot, "
            "for example when an address is dialled instead of a name. A policy on the host, in "
            "the domain or on the client may forbid NTLM, its old versions, or handing "
            "credentials to a host that only NTLM vouches for.",
        .separates = "By the full name it works, by the address it fails; or the host logs "
                     "0xC0000418 or 0xC000035B. 0x1707 is the client's own policy on handing "
                     "over credentials, and it too goes away when Kerberos works.",
        .tell = "This sign-in uses NTLM, which a policy forbids; please tell me the full name to "
                "dial so that Kerberos is used, or review that policy.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_HOST_NTLM_RESTRICTED, STRONG, "a policy restricts NTLM on the host"),
                SHARED_STATUS(0xC000035B, "the channel binding of the NTLM answer is wrong"),
                LOGON_STATUS(0xC0000418, "NTLM is blocked"),
                SHOWN(F_CLIENT_CODE, 0x1707,
                      "the client's code 0x1707 says that policy forbids an NTLM-only target"),
                SHOWN(F_CLIENT_STATUS, 0x8009035F,
                      "the client showed 0x8009035F: policy forbids an NTLM-only target"),
                VALUE(F_CLIENT_STATUS, IS, 0x80090346, STRONG,
                      "the client showed 0x80090346: the channel binding is wrong"),
                FACT(F_SESSION_FQDN_WORKS, STRONG,
                     "the full name works where the address or an alias fails"),
                FACT(F_NLA_CLOSED, MODERATE, "the host closed when it was offered NTLM"),
                FACT(F_NLA_CHALLENGE, -MODERATE, "the host answered NTLM with its challenge"),
                FACT(F_SESSION_ADDRESS_WORKS, -STRONG, "the address works, which only NTLM can do"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no account was looked at"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, before any account is looked at"),
                GOT_PAST,
            },
        .fixes = {&fix_use_fqdn, &client_lm_level, &client_delegation_list, &fix_policy_change},
        .sources = {"Microsoft: 0xC000035B when you use LmCompatibilityLevel",
                    "Microsoft: cannot authenticate or must authenticate twice", DISCONNECTED,
                    ERREF},
    },
    {
        .id = "kerberos-spn-problem",
        .title = "The host's Kerberos service name is missing, registered twice or not the name "
                 "that was dialled.",
        .explains =
            "With Kerberos the client asks the domain for a ticket to the name that was dialled. "
            "The domain must know that name and must know exactly one account for it. An alias "
            "that nobody registered, or two accounts with the same name, give no ticket or one "
            "that the host cannot read.",
        .separates = "The host's registered full name works and the alias fails; setspn -Q shows "
                     "none or two owners; klist get TERMSRV/name fails on the client.",
        .tell = "The Kerberos name TERMSRV of this host is missing or registered twice; please "
                "check it with setspn -Q and register it on the host's account only.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                VALUE(
                    F_NLA_KERBEROS_ERROR, IS, 7, MODERATE,
                    "the domain controller does not know the service (KDC_ERR_S_PRINCIPAL_UNKNOWN)"),
                WORD(F_HOST_SPN, IS, "duplicate", DECISIVE, "two accounts own the TERMSRV name"),
                WORD(F_HOST_SPN, IS, "missing", STRONG, "no account owns the TERMSRV name"),
                FACT(F_LOG_SPN_FAILED, STRONG,
                     "event 1067: the host could not register its TERMSRV name"),
                VALUE(F_CLIENT_STATUS, IS, 0x80090322, STRONG,
                      "the client showed 0x80090322: the target principal name is wrong"),
                VALUE(F_CLIENT_STATUS, IS, 0x80090303, STRONG,
                      "the client showed 0x80090303: the target is not known"),
                FACT(F_SESSION_FQDN_WORKS, STRONG, "the full name works where an alias fails"),
                FACT(F_SESSION_ADDRESS_WORKS, MODERATE,
                     "the address works, for which Kerberos is not used"),
                FACT(F_NLA_NAMES_OTHER_HOST, WEAK,
                     "the host gives itself another name than the one dialled"),
                FACT(F_NLA_WORKGROUP, REFUTES,
                     "the host is not a member of a domain, so there is no Kerberos"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, so no ticket was used"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends in TLS, before a ticket is used"),
                GOT_PAST,
            },
        .fixes = {&fix_use_fqdn, &domain_spn_register},
        .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                    "Microsoft: remote desktop cannot verify the identity", "Microsoft: setspn",
                    "Microsoft: SSPI status codes"},
    },
    {
        .id = "credential-delegation-blocked",
        .title = "The client's policy does not let these credentials be sent to the host.",
        .explains =
            "Handing a password to another computer is called delegation. The client's policy "
            "lists the hosts to which saved, typed or current credentials may go. A host that is "
            "not on the list gets none, and the client asks again or refuses before the host "
            "learns anything.",
        .separates = "The typed password works and the saved one does not, and the same file "
                     "works on a client without that policy; the host logs nothing. If the host "
                     "is set to ask always, the refusal comes from the host.",
        .tell = "My client is not allowed to send these credentials to the host; please add the "
                "host to its list for credentials delegation.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_CLIENT_DELEGATION_DENIED, DECISIVE,
                     "a client policy does not let these credentials be sent"),
                SHOWN(F_CLIENT_CODE, 0xF08,
                      "the client's code 0xF08 says that these credentials may not be sent"),
                SHOWN(F_CLIENT_CODE, 0x1607,
                      "the client's code 0x1607 says that policy forbids the delegation"),
                SHOWN(F_CLIENT_STATUS, 0x8009035E,
                      "the client showed 0x8009035E: policy forbids the delegation"),
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0x2107,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .whose = WHOSE_HOST,
                 .says = "the client's code 0x2107 says that the host refuses saved credentials"},
                {.finding = F_CLIENT_EXTENDED,
                 .test = IS,
                 .value = 0xA,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .whose = WHOSE_HOST,
                 .says = "the client's extended code 0xA says that the host wants typed "
                         "credentials"},
                {.finding = F_CLIENT_ERRINFO,
                 .test = IS,
                 .value = 0xA,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .whose = WHOSE_HOST,
                 .says = "the client showed the reason 0xA: the host wants typed credentials"},
                {.finding = F_SETTINGS_ERRINFO,
                 .test = IS,
                 .value = 0xA,
                 .strength = DECISIVE,
                 .one_way = true,
                 .whose = WHOSE_HOST,
                 .says = "the host gave the reason 0xA: it wants typed credentials"},
                VALUE(F_CLIENT_CODE, IS, 0xD09, STRONG,
                      "the client's code 0xD09 says that policy wants the password typed"),
                FACT(F_CLIENT_TYPED_PASSWORD_WORKS, STRONG,
                     "typed credentials work where the stored ones fail"),
                FACT(F_CLIENT_SAVED_CREDENTIALS, WEAK, "the client uses stored credentials"),
                {.finding = F_HOST_PROMPTS_ALWAYS,
                 .strength = STRONG,
                 .one_way = true,
                 .whose = WHOSE_HOST,
                 .says = "the host is set to ask for the password always"},
                FACT(F_LOG_LOGON_FAILURE, -STRONG,
                     "the host judged the credentials, so they were sent"),
                FACT(F_LOG_WRONG_CREDENTIALS, -STRONG,
                     "the host judged the credentials, so they were sent"),
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&client_type_password, &client_delegation_list, &host_prompt_off,
                  &fix_policy_change},
        .sources = {"CredSsp.admx", "TerminalServer.admx", DISCONNECTED,
                    "Microsoft: ExtendedDisconnectReasonCode", CODE_TEXTS},
    },
    {
        .id = "restricted-admin-disabled",
        .title = "The host does not allow Restricted Admin mode, which the client asks for.",
        .explains =
            "In Restricted Admin mode an administrator signs in without handing the password to "
            "the host. The host has to be told to allow it, and by default it is not. A client "
            "that insists on the mode, by its command line or by a policy, then gives up.",
        .separates = "An ordinary mstsc connects and /restrictedAdmin fails; the host's answer "
                     "lacks flag 0x08 or its DisableRestrictedAdmin is not 0. The same text "
                     "comes from a host whose security layer is set to native RDP security.",
        .tell = "My client must use Restricted Admin mode, which this host does not allow; "
                "please set DisableRestrictedAdmin to 0 there or connect me without the mode.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NLA,
        .evidence =
            {
                {.finding = F_CLIENT_RESTRICTED_ADMIN,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "the client asks for Restricted Admin mode"},
                {.finding = F_HOST_RESTRICTED_ADMIN_OFF,
                 .strength = STRONG,
                 .at_most = 0.10,
                 .says = "the host does not allow the mode (which is the default, and matters "
                         "only when a client asks)"},
                {.finding = F_NEG_FLAGS,
                 .test = LACKS,
                 .value = 0x08,
                 .strength = WEAK,
                 .one_way = true,
                 .at_most = 0.10,
                 .says =
                     "the host's answer does not offer Restricted Admin mode, which is ordinary"},
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0xE09,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client's code 0xE09 says that the host lacks Restricted Admin mode"},
                VALUE(F_NEG_FLAGS, HAS, 0x08, -WEAK, "the host's answer offers the mode"),
                FACT(F_CLIENT_REMOTE_GUARD, -MODERATE,
                     "the client asks for Remote Credential Guard instead"),
                VALUE(F_HOST_SECURITY_LAYER, IS, 0, -MODERATE,
                      "the host is set to native RDP security, which gives the same text"),
                NEVER_GOT_THERE,
                FACT(F_LOG_WRONG_CREDENTIALS, -MODERATE,
                     "event 140: the credentials themselves were refused"),
                GOT_PAST,
            },
        .fixes = {&client_plain_connection, &fix_restricted_admin, &fix_policy_change},
        .sources = {"[MS-RDPBCGR] 2.2.1.1.1", "[MS-RDPBCGR] 2.2.1.2.1", "CredSsp.admx", CODE_TEXTS,
                    "Microsoft: cannot authenticate or must authenticate twice"},
    },
    {
        .id = "remote-credential-guard",
        .title = "The client insists on Remote Credential Guard, whose requirements are not met.",
        .explains =
            "With Remote Credential Guard the password stays on the client and the host asks it "
            "for every ticket. That needs Kerberos, so a full name and a domain controller that "
            "the client reaches, Windows of 2016 or later on both sides, and a host that allows "
            "it. If one is missing the connection fails.",
        .separates = "An ordinary mstsc connects and /remoteGuard fails; the host's answer lacks "
                     "flag 0x10, or an address was dialled.",
        .tell = "My client insists on Remote Credential Guard, which does not work towards this "
                "host; please review that policy or let me dial the host's full domain name.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NLA,
        .evidence =
            {
                {.finding = F_CLIENT_REMOTE_GUARD,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "the client asks for Remote Credential Guard"},
                {.finding = F_NEG_FLAGS,
                 .test = LACKS,
                 .value = 0x10,
                 .strength = WEAK,
                 .one_way = true,
                 .at_most = 0.10,
                 .says = "the host's answer does not offer Remote Credential Guard, like that of "
                         "every host that is no Windows of 2016 or later"},
                FACT(F_SESSION_OTHER_CLIENT_WORKS, MODERATE,
                     "another client, which does not ask for it, gets in"),
                {.finding = F_HOST_RESTRICTED_ADMIN_OFF,
                 .strength = STRONG,
                 .one_way = true,
                 .at_most = 0.10,
                 .says = "the host does not allow it (which is the default, and matters only "
                         "when a client asks)"},
                {.finding = F_NLA_WORKGROUP,
                 .strength = WEAK,
                 .one_way = true,
                 .at_most = 0.10,
                 .says = "the host is in no domain, so there is no Kerberos for it"},
                FACT(F_SESSION_FQDN_WORKS, MODERATE,
                     "the full name works, for which Kerberos can be used"),
                FACT(F_HOST_SPN, MODERATE, "the host's Kerberos name is not in order"),
                FACT(F_CLIENT_RESTRICTED_ADMIN, -STRONG,
                     "the client asks for Restricted Admin mode instead"),
                VALUE(F_NEG_FLAGS, HAS, 0x10, -WEAK, "the host's answer offers it"),
                NEVER_GOT_THERE,
                FACT(F_LOG_WRONG_CREDENTIALS, -MODERATE,
                     "event 140: the credentials themselves were refused"),
                GOT_PAST,
            },
        .fixes = {&fix_use_fqdn, &client_plain_connection, &fix_restricted_admin,
                  &fix_policy_change},
        .sources = {"CredSsp.admx", "[MS-RDPBCGR] 2.2.1.2.1",
                    "Microsoft: cannot authenticate or must authenticate twice",
                    "Microsoft: policy CSP CredentialsDelegation"},
    },
    {
        .id = "entra-id-signin-requirements",
        .title = "The sign-in with an Entra ID account lacks something that Entra ID requires.",
        .explains =
            "A host that is joined to Entra ID can check Entra accounts only under conditions: "
            "the client is joined or registered in the same tenant, or the web sign-in is used; "
            "the name is written as AzureAD\\name; and a second factor is demanded in a way that "
            "the password prompt can answer. Otherwise the right password is refused.",
        .separates = "dsregcmd /status on both ends shows whether they are joined, and to which "
                     "tenant; the sign-in log of the tenant names the requirement that failed.",
        .tell = "My Entra ID sign-in to this host is refused; please look in the tenant's "
                "sign-in log for the requirement that failed.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_ACCOUNT_ENTRA, STRONG, "the account is an Entra ID account"),
                NEEDED(F_HOST_ENTRA_JOINED, MODERATE, "the host is joined to Entra ID"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC000006D, MODERATE,
                      "event 4625 with 0xC000006D: the sign-in was refused without a closer "
                      "reason"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC0000371, STRONG,
                      "event 4625 with 0xC0000371: the host keeps no secret for this account"),
                VALUE(F_NLA_ERROR, IS, 0xC0000371, STRONG,
                      "the host answered 0xC0000371 inside CredSSP: it keeps no secret for this "
                      "account"),
                VALUE(F_CLIENT_STATUS, IS, 0xC0000371, STRONG,
                      "the client showed 0xC0000371: the host keeps no secret for this account"),
                SHOWN(F_CLIENT_STATUS, 0x80090362,
                      "the client showed 0x80090362: the certificate for Entra joined computers "
                      "(PKU2U) failed"),
                VALUE(F_NEG_FAILURE_CODE, IS, 7, DECISIVE,
                      "the host answered failure 7: it requires Entra sign-in (name unverified)"),
                FACT(F_NLA_WORKGROUP, WEAK, "the host names no Active Directory domain"),
                FACT(F_SESSION_LOCAL_ACCOUNT_WORKS, MODERATE,
                     "a local account signs in at the same time"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -MODERATE, "every account fails"),
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&client_entra_name, &client_entra_web_sign_in, &domain_entra_access},
        .sources = {"Microsoft: troubleshoot connections to Entra joined virtual machines",
                    "Microsoft: supported RDP properties", "[MS-RDPBCGR] 2.2.1.1.1",
                    "status 0xC0000371: unverified"},
        .waits = "a reader of dsregcmd and of the tenant's sign-in log",
    },
    {
        .id = "smartcard-policy",
        .title = "The smart card, its PIN, or the service that reads it stops the sign-in.",
        .explains =
            "A sign-in with a smart card needs a reader that is passed on to the host, a running "
            "smart card service, a card whose certificate is valid, and the right PIN. A policy "
            "can demand the card, and then passwords are refused. A card blocks itself after a "
            "few wrong PINs.",
        .separates = "The card works at the host's own reader, or a password works; the code "
                     "tells a wrong PIN (0x1C07) from a blocked card (0x2207) and from a service "
                     "that does not run (0x10A).",
        .tell = "My smart card sign-in fails; please check the card, its PIN and whether this "
                "host demands a card.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_HOST_SMARTCARD_REQUIRED, STRONG,
                     "a policy of the host demands a smart card"),
                SHOWN(F_CLIENT_CODE, 0x1C07, "the client's code 0x1C07 says that the PIN is wrong"),
                SHOWN(F_CLIENT_CODE, 0x2207,
                      "the client's code 0x2207 says that the card is blocked"),
                SHOWN(F_CLIENT_CODE, 0x10A,
                      "the client's code 0x10A says that the smart card service does not run"),
                SHOWN(F_CLIENT_CODE, 0x20A, "the client's code 0x20A says that there is no reader"),
                SHOWN(F_CLIENT_CODE, 0x30A, "the client's code 0x30A says that there is no card"),
                SHOWN(F_CLIENT_CODE, 0x40A,
                      "the client's code 0x40A says that the smart card system failed"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000011,
                      "the gateway code says that the smart card service does not run"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000012,
                      "the gateway code says that the card was removed"),
                LOGON_STATUS(0xC00002FA, "the account requires a smart card"),
                SHOWN(F_CLIENT_STATUS, 0x8009033E,
                      "the client showed 0x8009033E: a smart card is required"),
                SHOWN(F_CLIENT_STATUS, 0xC0000380, "the client showed 0xC0000380: wrong PIN"),
                SHOWN(F_CLIENT_STATUS, 0xC0000381,
                      "the client showed 0xC0000381: the card is blocked"),
                FACT(F_CLIENT_SMARTCARD_SERVICE_OFF, STRONG,
                     "the smart card service of the client does not run"),
                NEVER_GOT_THERE,
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&client_smartcard_service, &client_smartcard_redirect, &domain_smartcard_renew,
                  &fix_install_update, &fix_policy_change},
        .sources = {DISCONNECTED, CODE_TEXTS, ERREF, "registry of a real Windows 10"},
    },
    {
        .id = "clock-skew",
        .title = "The clocks of the two computers differ too much.",
        .explains =
            "Kerberos accepts a difference of five minutes by default, and certificates are "
            "valid between two dates. If one computer's clock or time zone is wrong, tickets and "
            "certificates that are in order look false to the other one. The messages then speak "
            "of certificates or of the Local Security Authority, and seldom of time.",
        .separates = "The host's clock in the first answer of NLA against ours; a third clock "
                     "says which one is wrong. A host without a domain does not mind minutes.",
        .tell = "The clocks of this host and my computer differ by more than five minutes; "
                "please compare both with a trusted clock and correct the wrong one.",
        .whose = WHOSE_OPEN,
        .stage = STAGE_NLA,
        .evidence =
            {
                VALUE(F_NLA_KERBEROS_ERROR, IS, 37, STRONG,
                      "the domain controller says that clocks differ too much (KRB_AP_ERR_SKEW)"),
                {.finding = F_CLOCK_OFFSET,
                 .test = BEYOND,
                 .value = 300,
                 .strength = STRONG,
                 .says = "the two clocks differ by five minutes or more"},
                {.finding = F_CLOCK_OFFSET,
                 .test = BEYOND,
                 .value = 3600,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.70,
                 .says = "the two clocks differ by an hour or more, which is past every "
                         "tolerance; whoever signs in with NTLM may still get in"},
                {.finding = F_CLOCK_CERT_VALID_BY_OTHER,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "the certificate is expired by one of the two clocks only"},
                {.finding = F_CLOCK_WRONG_SIDE,
                 .test = IS,
                 .word = "client",
                 .strength = STRONG,
                 .one_way = true,
                 .whose = WHOSE_CLIENT,
                 .says = "a third clock agrees with the host, so the client's clock is wrong"},
                {.finding = F_CLOCK_WRONG_SIDE,
                 .test = IS,
                 .word = "host",
                 .strength = STRONG,
                 .one_way = true,
                 .whose = WHOSE_HOST,
                 .says = "a third clock agrees with the client, so the host's clock is wrong"},
                LOGON_STATUS(0xC0000133, "the clock is too far from the domain controller's"),
                {.finding = F_CLIENT_STATUS,
                 .test = IS,
                 .value = 0x80090324,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client showed 0x80090324: the clocks are too far apart"},
                {.finding = F_CLIENT_CODE,
                 .test = IS,
                 .value = 0x1D07,
                 .strength = CODE_DECIDES,
                 .one_way = true,
                 .lifts = true,
                 .says = "the client's code 0x1D07 says that the clocks are too far apart"},
                FACT(F_CERT_NOT_YET_VALID, MODERATE,
                     "the host's certificate is not valid yet, by our clock"),
                FACT(F_LOG_TIME_UNSYNCED, MODERATE,
                     "the time service of the host could not synchronise"),
                FACT(F_NLA_WORKGROUP, -WEAK,
                     "the host is in no domain, so Kerberos and its five minutes do not apply"),
                FACT(F_TCP_REFUSED, -STRONG, "the port refuses, whatever the time is"),
                FACT(F_TCP_SILENT, -STRONG, "the port is silent, whatever the time is"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the host closes before any date is looked at"),
                FACT(F_LOG_NLA_PASSED, -MODERATE, "event 1149: the host let the user past NLA"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&fix_time_sync, &client_time_sync, &host_time_source},
        .sources = {"Microsoft: remote desktop cannot verify the identity",
                    "[MS-NLMP] 2.2.2.1 MsvAvTimestamp", ERREF, CODE_TEXTS},
    },
    {
        .id = "duplicate-sid-after-update",
        .title = "A second computer has the same machine SID, and updated Windows refuses its "
                 "twin.",
        .explains =
            "Every Windows installation has an identity number, its SID. Machines that were "
            "copied without Sysprep share one. Since the updates of August and September 2025 "
            "Windows refuses sign-ins between such twins, by design, and says that the "
            "credentials are wrong.",
        .separates = "LsaSrv event 6167 on the host; the machine SIDs are equal; a computer that "
                     "is no copy connects with the same credentials.",
        .tell = "This host and the client were copied from one image and share a machine SID, "
                "which Windows refuses since autumn 2025; please rebuild one of them.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                FACT(F_LOG_DUPLICATE_SID, DECISIVE,
                     "event 6167: the host refused a machine with its own SID"),
                FACT(F_HOST_DUPLICATE_SID, DECISIVE, "the two machines share one machine SID"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, WEAK,
                     "another client gets in, so it is this pair of machines"),
                FACT(F_LOG_WRONG_CREDENTIALS, WEAK,
                     "event 140: the credentials were refused, as they are between twins"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC000006A, -STRONG,
                      "event 4625 with 0xC000006A: the password itself is wrong"),
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC0000064, -STRONG,
                      "event 4625 with 0xC0000064: no account has this name"),
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&fix_second_client, &host_compatibility_policy, &host_rebuild_twin},
        .sources = {"Microsoft: KB5068222",
                    "Microsoft: hardening administrative actions, what IT pros need to know"},
    },
    {
        .id = "rdp-bruteforce-overload",
        .title = "A flood of foreign logon attempts overloads the host.",
        .explains = "A Remote Desktop port that the whole Internet can reach is soon found, and "
                    "machines then try passwords on it without end. The attempts use up the "
                    "host's connections and lock accounts, so that the rightful users are slow "
                    "to get in or refused. It is an attack and not a fault.",
        .separates = "Many different client addresses within a minute in the host's logs, nearly "
                     "all of which stop before event 1149.",
        .tell = "This host is under a flood of logon attempts from the Internet; please take its "
                "RDP port behind a VPN or a gateway and treat this as a security incident.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NLA,
        .evidence =
            {
                {.finding = F_LOG_MANY_SOURCES,
                 .test = AT_LEAST,
                 .value = 30,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.85,
                 .says = "at least thirty different addresses tried to log on within a minute"},
                VALUE(F_LOG_MANY_SOURCES, AT_LEAST, 10, STRONG,
                      "at least ten different addresses tried to log on within a minute"),
                FACT(F_LOG_INCOMPLETE_CONNECTIONS, STRONG,
                     "event 1006 or 1012: many incomplete connections or failed logons"),
                FACT(F_TCP_SLOW_ACCEPT, STRONG, "connections are accepted late or now and then"),
                FACT(F_LOG_ACCOUNT_LOCKED, WEAK, "an account was locked out"),
                FACT(F_LOG_WRONG_CREDENTIALS, WEAK, "wrong passwords are logged"),
                FACT(F_LOG_MANY_REFUSALS, MODERATE,
                     "twenty or more logons were refused in a minute"),
                VALUE(F_LOG_MANY_SOURCES, AT_MOST, 2, -STRONG,
                      "hardly anybody else tried to log on at that time"),
                FACT(F_TCP_REFUSED, -STRONG, "nothing listens on the port"),
                FACT(F_NAME_NOT_FOUND, -STRONG, "the name does not exist"),
                FACT(F_SESSION_STARTED, -MODERATE, "a session was reached"),
            },
        .fixes = {&network_remove_exposure, &fix_firewall_scoped, &fix_nla_on,
                  &host_lockout_policy},
        .sources = {"event manifest TerminalServices-RemoteConnectionManager",
                    "event logs of a real attacked host"},
    },
    {
        .id = "microsoft-account-passwordless",
        .title = "The account has never signed in to the host with a password.",
        .explains =
            "A sign-in to a PC with a PIN, a face or a finger uses a secret that stays in that "
            "PC. Remote Desktop needs the password, and the host can check the password of "
            "a Microsoft account only after it has seen it once. So the right password is "
            "refused although the person signs in at the PC every day.",
        .separates = "The same account signs in at the host with PIN or face but not with the "
                     "password, and after one sign-in there with the password Remote Desktop "
                     "works. Sometimes the sign-in screen has no password field at all.",
        .tell = "My Microsoft account was never used with its password on this PC; please let me "
                "sign in there once with the password instead of the PIN.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_NLA,
        .evidence =
            {
                {.finding = F_ACCOUNT_PASSWORDLESS,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.90,
                 .says = "the account never signed in to this host with a password"},
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC0000371, MODERATE,
                      "event 4625 with 0xC0000371: the host keeps no secret for this account"),
                VALUE(
                    F_LOG_LOGON_FAILURE, IS, 0xC000006D, WEAK,
                    "event 4625 with 0xC000006D: the sign-in was refused without a closer reason"),
                FACT(F_LOG_WRONG_CREDENTIALS, WEAK, "event 140: the credentials were refused"),
                FACT(F_NLA_WORKGROUP, WEAK, "the host is in no domain, as most PCs at home"),
                ONE_ACCOUNT_ONLY,
                VALUE(F_LOG_LOGON_FAILURE, IS, 0xC0000064, -MODERATE,
                      "event 4625 with 0xC0000064: no account has this name"),
                FACT(F_CLIENT_TYPED_PASSWORD_WORKS, REFUTES, "the typed password works"),
                NEVER_GOT_THERE,
                GOT_PAST,
            },
        .fixes = {&host_password_sign_in_once, &host_allow_password_sign_in},
        .sources = {"secondary sources", "meaning of DevicePasswordLessBuildVersion: unverified"},
        .waits = "a way to ask how the person signs in at the host",
    },
    {
        .id = "mfa-provider-blocks",
        .title = "The second-factor product on the host ends the sign-in.",
        .explains =
            "Some companies install a product on the host that asks for a second proof after the "
            "password. If it cannot reach its service, if the person is not enrolled, or if it "
            "cannot show its question inside Remote Desktop, the logon ends after the password "
            "without a clear code.",
        .separates = "At the host's own screen the second factor is asked for, over Remote "
                     "Desktop it is not; the product's own log has an entry at that minute.",
        .tell = "My logon ends after the password, where the second factor should be asked for; "
                "please look in the log of that product on the host.",
        .whose = WHOSE_IDENTITY,
        .stage = STAGE_SESSION,
        .evidence =
            {
                NEEDED(F_ACCOUNT_MFA_PRODUCT, STRONG,
                       "a second-factor product takes part in the logon on the host"),
                FACT(F_LOG_NLA_PASSED, MODERATE,
                     "event 1149: the password was accepted before the logon ended"),
                VALUE(F_SESSION_LOGON_NOTIFY, IS, 2, MODERATE,
                      "the host told the client that the logon failed for another reason than "
                      "the password"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE,
                     "another account, perhaps not enrolled, gets in"),
                FACT(F_LOG_WRONG_CREDENTIALS, -STRONG,
                     "event 140: the password itself was refused"),
                FACT(F_LOG_SHELL_STARTED, REFUTES, "event 22: the desktop was started"),
                FACT(F_LOG_SESSION_LOGON, -STRONG, "event 21: the user was logged on"),
                FACT(F_NEG_CLOSED, -STRONG, "the connection ends before any account is looked at"),
                NEVER_GOT_THERE,
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
            },
        .fixes = {&host_mfa_log, &host_mfa_repair, &host_mfa_bypass},
        .sources = {"secondary sources"},
        .waits = "a reader of the logs of second-factor products",
    },
};

const struct cause_list causes_identity = {.rows = rows, .n = sizeof rows / sizeof *rows};
