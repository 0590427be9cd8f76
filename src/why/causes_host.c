/*
 * causes_host - listener, services, host state.
 *
 * The port is opened by TermService, and only while Remote Desktop is switched on; the
 * values of the listener stand in WinStations\RDP-Tcp, and a policy of the same name wins
 * over them. A refused port is decisive for tcp-port-refused, so a row here that also
 * refuses, and does not refine that one, counts it as strong to stand its ground.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define TS     "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define TCP    TS "\\WinStations\\RDP-Tcp"
#define POLICY "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"

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
#define SAVE_WINSTATIONS                                                                           \
	{                                                                                          \
		.says = "keep the present rights",                                                 \
		.command = "reg export \"" TS "\\WinStations\" \"%TEMP%\\winstations.reg\" /y",    \
		.shell = CMD                                                                       \
	}
#define RESTORE_WINSTATIONS                                                                        \
	{                                                                                          \
		.says = "write the kept rights back",                                              \
		.command = "reg import \"%TEMP%\\winstations.reg\"", .shell = CMD                  \
	}
#define RESTART_TERMSERVICE                                                                        \
	{                                                                                          \
		.says = "let the service read the values (this ends every remote session on the "  \
		        "host)",                                                                   \
		.command = "Restart-Service TermService -Force", .shell = POWERSHELL               \
	}
#define RESTART_HOST                                                                               \
	{                                                                                          \
		.says = "restart the host (this ends every session on it)",                        \
		.command = "shutdown /r /t 60", .shell = CMD                                       \
	}

static const struct fix listener_on = {
    .id = "host-listener-on",
    .title = "switch the listener on",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "Remote Desktop is allowed, and one of these values keeps the listener off; "
                 "write only the one that was found",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" TS "\" \"%TEMP%\\terminal-server.reg\" /y",
               .shell = CMD},
              {.says = "if fEnableWinStation is 0: enable the listener",
               .command = "reg add \"" TCP "\" /v fEnableWinStation /t REG_DWORD /d 1 /f",
               .shell = CMD},
              {.says = "if fLogonDisabled is 1: admit logons",
               .command = "reg add \"" TCP "\" /v fLogonDisabled /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "if TSEnabled is 0: enable the subsystem",
               .command = "reg add \"" TS "\" /v TSEnabled /t REG_DWORD /d 1 /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\terminal-server.reg\"",
              .shell = CMD},
             RESTART_TERMSERVICE},
    .sources = {"Microsoft: RDP general troubleshooting", "registry of a real Windows 10"},
};

static const struct fix termservice_account = {
    .id = "host-termservice-account",
    .title = "give the Remote Desktop service its own account back",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "the service fails to start with error 1069 (logon failure)",
    .steps = {{.says = "note the present account",
               .command = "sc qc TermService > \"%TEMP%\\termservice.txt\"",
               .shell = CMD},
              {.says = "set the account that Windows sets",
               .command = "sc config TermService obj= \"NT AUTHORITY\\NetworkService\" password= "
                          "\"\"",
               .shell = CMD},
              {.says = "start the service", .command = "net start TermService", .shell = CMD}},
    .undo = {{.says = "set the account that was noted",
              .command = "sc config TermService obj= \"<account before>\" password= \"<password>\"",
              .shell = CMD}},
    .sources = {"Microsoft: Azure support scripts for RDP", "registry of a real Windows 10"},
};

static const struct fix termservice_own_process = {
    .id = "host-termservice-own-process",
    .title = "give the Remote Desktop service a process of its own, to see what hangs",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .restart = RESTART_REBOOT,
    .minutes = 10,
    .condition = "it hangs again and again, and shares its svchost process with other services",
    .steps = {{.says = "note the present type",
               .command = "sc qc TermService > \"%TEMP%\\termservice.txt\"",
               .shell = CMD},
              {.says = "take the service out of the shared process",
               .command = "sc config TermService type= own",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "put it back into the shared process",
              .command = "sc config TermService type= share",
              .shell = CMD},
             RESTART_HOST},
    .sources = {"Microsoft: Remote Desktop Service is currently busy"},
};

static const struct fix termservice_kill = {
    .id = "host-termservice-kill",
    .title = "end the hung service process by force",
    .where = ON_HOST,
    .risk = RISK_DESTRUCTIVE,
    .weakens = "Every remote session on the host ends at once and loses what was not saved; "
               "services that share the process die with it.",
    .restart = RESTART_SESSIONS_LOST,
    .minutes = 3,
    .condition = "the service can neither be restarted nor stopped, and a restart of the host "
                 "has to wait; carry it out at the console and not through a remote session",
    .steps = {{.says = "see what shares the process",
               .command = "tasklist /svc /fi \"SERVICES eq TermService\"",
               .shell = CMD},
              {.says = "end the process",
               .command = "taskkill /f /fi \"SERVICES eq TermService\"",
               .shell = CMD},
              {.says = "start the service again",
               .command = "net start TermService",
               .shell = CMD}},
    .undo_says = "Cannot be taken back: the sessions that ended are gone.",
    .sources = {"Microsoft: Remote Desktop Service is currently busy"},
};

static const struct fix service_dependencies = {
    .id = "host-service-dependencies",
    .title = "find why the service does not run, and start what it depends on",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .condition = "its start type is right and it still does not run",
    .steps = {{.says = "read the latest messages about services",
               .command = "Get-WinEvent -ProviderName 'Service Control Manager' -MaxEvents 50 | "
                          "Format-List TimeCreated, Id, Message",
               .shell = POWERSHELL},
              {.says = "see what it depends on, and the start types",
               .command = "Get-Service -Name <service> -RequiredServices | Select-Object Name, "
                          "Status, StartType",
               .shell = POWERSHELL},
              {.says = "start what it depends on, if that is stopped",
               .command = "Start-Service -Name <service it depends on>",
               .shell = POWERSHELL},
              {.says = "start the service itself",
               .command = "Start-Service -Name <service>",
               .shell = POWERSHELL}},
    .undo = {{.says = "stop what was started",
              .command = "Stop-Service -Name <service>",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Azure VM RDP event log troubleshooting",
                "registry of a real Windows 10"},
};

static const struct fix listener_values = {
    .id = "host-listener-values",
    .title = "write the damaged values of the listener again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .condition = "Windows 8 or Server 2012 or later, and only single values differ; write only "
                 "those that were found (values read on Windows 8.1 and 10, later ones "
                 "unverified)",
    .steps = {SAVE_LISTENER,
              {.says = "the class that carries the protocol",
               .command = "reg add \"" TCP "\" /v LoadableProtocol_Object /t REG_SZ /d "
                          "\"{5828227c-20cf-4408-b73f-73ab70b8849f}\" /f",
               .shell = CMD},
              {.says = "the transport",
               .command = "reg add \"" TCP "\" /v PdName /t REG_SZ /d tcp /f",
               .shell = CMD},
              {.says = "the name of the protocol",
               .command = "reg add \"" TCP "\" /v WdName /t REG_SZ /d \"Microsoft RDP 8.0\" /f",
               .shell = CMD},
              {.says = "the listener itself",
               .command = "reg add \"" TCP "\" /v fEnableWinStation /t REG_DWORD /d 1 /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_LISTENER, RESTART_TERMSERVICE},
    .sources = {"registry of a real Windows 8.1 and 10", "Microsoft: RDP general troubleshooting"},
};

static const struct fix listener_import = {
    .id = "host-listener-import",
    .title = "import the listener of a healthy host with the same Windows build",
    .where = ON_HOST,
    .risk = RISK_DESTRUCTIVE,
    .weakens = "Replaces every value of the listener, certificate choice and limits included; "
               "values of another Windows version stop Remote Desktop altogether.",
    .restart = RESTART_SERVICE,
    .minutes = 20,
    .condition = "single values cannot be repaired, and a healthy host of the very same build is "
                 "at hand",
    .steps = {SAVE_LISTENER,
              {.says = "on the healthy host: write its listener to a file, and carry that over",
               .command = "reg export \"" TCP "\" \"%TEMP%\\rdp-tcp-healthy.reg\" /y",
               .shell = CMD},
              {.says = "remove the damaged listener",
               .command = "reg delete \"" TCP "\" /f",
               .shell = CMD},
              {.says = "import the healthy one",
               .command = "reg import \"<path>\\rdp-tcp-healthy.reg\"",
               .shell = CMD},
              {.says = "drop the other host's choice of certificate, if it had one",
               .command = "reg delete \"" TCP "\" /v SSLCertificateSHA1Hash /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {{.says = "remove the imported listener",
              .command = "reg delete \"" TCP "\" /f",
              .shell = CMD},
             RESTORE_LISTENER,
             RESTART_TERMSERVICE},
    .sources = {"Microsoft: RDP general troubleshooting"},
};

static const struct fix dial_bound_address = {
    .id = "client-dial-bound-address",
    .title = "connect to the address of the host that answers",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 1,
    .condition = "that address can be reached from this client",
    .steps = {{.says = "connect to the address to which the listener is bound",
               .command = "mstsc /v:<address that answers>:{port}",
               .shell = CMD}},
    .undo_says = "Nothing to take back: nothing is changed.",
    .sources = {"Microsoft: RDP general troubleshooting"},
};

static const struct fix lanadapter_all = {
    .id = "host-listen-on-all-adapters",
    .title = "let the listener answer on every network adapter",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "the restriction to one adapter is not wanted, for example to keep Remote "
                 "Desktop off a public network",
    .steps = {SAVE_LISTENER,
              {.says = "listen on all adapters",
               .command = "reg add \"" TCP "\" /v LanAdapter /t REG_DWORD /d 0 /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_LISTENER, RESTART_TERMSERVICE},
    .sources = {"Microsoft: RDP general troubleshooting", "registry of a real Windows 10"},
};

static const struct fix listener_rights_default = {
    .id = "host-listener-rights-default",
    .title = "reset the rights on the listener to the defaults of Windows",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "the listener has rights of its own (value Security under RDP-Tcp); rights that "
                 "were granted on purpose, for shadowing for example, are lost with it",
    .steps = {SAVE_WINSTATIONS,
              {.says = "have Windows write its defaults",
               .command = "Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName "
                          "Win32_TSPermissionsSetting -Filter \"TerminalName='RDP-Tcp'\" | "
                          "Invoke-CimMethod -MethodName RestoreDefaults",
               .shell = POWERSHELL},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_WINSTATIONS, RESTART_TERMSERVICE},
    .sources = {"Microsoft: Win32_TSPermissionsSetting.RestoreDefaults"},
};

static const struct fix winstations_rights = {
    .id = "host-winstations-rights",
    .title = "write the default rights on WinStations again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 15,
    .condition = "DefaultSecurity or ConsoleSecurity differ from those of Windows, and a healthy "
                 "host of the same build is at hand",
    .steps = {SAVE_WINSTATIONS,
              {.says = "on the healthy host: read the value, and the same for ConsoleSecurity",
               .command = "reg query \"" TS "\\WinStations\" /v DefaultSecurity",
               .shell = CMD},
              {.says = "write the default rights",
               .command = "reg add \"" TS "\\WinStations\" /v DefaultSecurity /t REG_BINARY /d "
                          "<hex of the healthy host> /f",
               .shell = CMD},
              {.says = "write the rights on the console",
               .command = "reg add \"" TS "\\WinStations\" /v ConsoleSecurity /t REG_BINARY /d "
                          "<hex of the healthy host> /f",
               .shell = CMD},
              RESTART_TERMSERVICE},
    .undo = {RESTORE_WINSTATIONS, RESTART_TERMSERVICE},
    .sources = {"registry of a real Windows 7, 8.1 and 10"},
};

static const struct fix setup_finish = {
    .id = "host-setup-finish",
    .title = "finish Windows set-up at the console",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 20,
    .steps = {{.says = "open the console of the host (screen, hypervisor or serial console) and "
                       "answer the questions of set-up, or let it run to its end",
               .shell = NO_SHELL},
              {.says = "see that set-up is over: SystemSetupInProgress and OOBEInProgress are 0 "
                       "or absent",
               .command = "reg query HKLM\\SYSTEM\\Setup",
               .shell = CMD}},
    .undo_says = "Nothing to take back: set-up has to be finished once in any case.",
    .sources = {"registry of a real Windows 10", "Microsoft: Azure support scripts for RDP"},
};

static const struct fix setup_flags_offline = {
    .id = "host-setup-flags-offline",
    .title = "clear set-up flags that were left behind, with the disk attached elsewhere",
    .where = ON_HOST,
    .risk = RISK_DESTRUCTIVE,
    .weakens = "Where set-up is really unfinished it is cut off in the middle, and Windows may "
               "not start any more.",
    .restart = RESTART_REBOOT,
    .minutes = 30,
    .condition = "set-up was finished long ago, the console shows nothing of it, and the disk "
                 "can be attached to a rescue system as <drive>",
    .steps = {{.says = "keep a copy of the hive",
               .command = "copy <drive>:\\Windows\\System32\\config\\SYSTEM "
                          "<drive>:\\Windows\\System32\\config\\SYSTEM.before",
               .shell = CMD},
              {.says = "load it",
               .command = "reg load HKLM\\offline <drive>:\\Windows\\System32\\config\\SYSTEM",
               .shell = CMD},
              {.says = "set-up is not in progress",
               .command = "reg add HKLM\\offline\\Setup /v SystemSetupInProgress /t REG_DWORD /d "
                          "0 /f",
               .shell = CMD},
              {.says = "the first-run screens are not in progress",
               .command = "reg add HKLM\\offline\\Setup /v OOBEInProgress /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "unload it, and start the host from its disk",
               .command = "reg unload HKLM\\offline",
               .shell = CMD}},
    .undo = {{.says = "put the copy back",
              .command = "copy /y <drive>:\\Windows\\System32\\config\\SYSTEM.before "
                         "<drive>:\\Windows\\System32\\config\\SYSTEM",
              .shell = CMD}},
    .sources = {"registry of a real Windows 10", "Microsoft: Azure support scripts for RDP"},
};

static const struct fix component_repair = {
    .id = "host-component-repair",
    .title = "let Windows repair its own files",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 45,
    .condition = "a restart alone does not help, or a system file is not the one of Windows",
    .steps = {{.says = "repair the store of components",
               .command = "DISM /Online /Cleanup-Image /RestoreHealth",
               .shell = CMD},
              {.says = "replace system files that differ", .command = "sfc /scannow", .shell = CMD},
              RESTART_HOST},
    .undo_says = "Nothing to take back: only files that differ from those of Windows are "
                 "replaced by those of Windows.",
    .sources = {"Microsoft: RDP general troubleshooting"},
};

static const struct fix known_issue_rollback = {
    .id = "host-known-issue-rollback",
    .title = "switch off the faulty part of the update by the policy that Microsoft offers",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .restart = RESTART_REBOOT,
    .minutes = 20,
    .condition = "Microsoft has published a known-issue rollback for this update; not every "
                 "regression has one",
    .steps = {{.says = "install the policy template that the release notes of the update name",
               .shell = NO_SHELL},
              {.says = "set that policy to Disabled, as its text says, in the Group Policy editor",
               .shell = NO_SHELL},
              {.says = "let the host read it",
               .command = "gpupdate /target:computer",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "set the policy to Not configured once the repairing update is installed",
              .shell = NO_SHELL},
             RESTART_HOST},
    .sources = {"Microsoft: release notes of the update", "secondary sources"},
};

static const struct fix update_remove = {
    .id = "host-update-remove",
    .title = "remove the update, as a last resort and for a short time",
    .where = ON_HOST,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "The security holes that this update closed are open again until its successor is "
               "installed.",
    .temporary = true,
    .restart = RESTART_REBOOT,
    .minutes = 40,
    .condition = "no repairing update, no rollback and no workaround exists, and the failures "
                 "began on the day on which this update was installed",
    .steps = {{.says = "see which updates were installed when",
               .command = "Get-HotFix | Sort-Object InstalledOn",
               .shell = POWERSHELL},
              {.says = "remove the one that began it",
               .command = "wusa /uninstall /kb:<number> /norestart",
               .shell = CMD},
              {.says = "if that is refused, because the update holds a servicing stack: find its "
                       "package",
               .command = "DISM /Online /Get-Packages /Format:Table",
               .shell = CMD},
              {.says = "and remove the package",
               .command = "DISM /Online /Remove-Package /PackageName:<package> /NoRestart",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "install the repairing update, or this one again, from Windows Update",
              .command = "start ms-settings:windowsupdate",
              .shell = CMD}},
    .sources = {"Microsoft: release notes of the update"},
};

static const struct fix policy_origin = {
    .id = "host-policy-origin",
    .title = "find the policy object that sets the value",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "list what policies set for Remote Desktop",
               .command = "reg query \"" POLICY "\" /s",
               .shell = CMD},
              {.says = "write a report that names the winning policy object of each setting",
               .command = "gpresult /scope computer /h \"%TEMP%\\rdp-policy.html\" /f",
               .shell = CMD},
              {.says = "open it, under Remote Desktop Services",
               .command = "start \"\" \"%TEMP%\\rdp-policy.html\"",
               .shell = CMD}},
    .undo_says = "Nothing to take back: it only reads.",
    .sources = {"TerminalServer.admx",
                "Microsoft: Remote Desktop listener certificate configurations"},
};

static const struct fix policy_refresh = {
    .id = "host-policy-refresh",
    .title = "have the host read its policies again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the policy was already changed where it is made, and the host still has the "
                 "old value",
    .steps = {{.says = "read the computer's policies now",
               .command = "gpupdate /target:computer /force",
               .shell = CMD},
              {.says = "see that the value has changed",
               .command = "reg query \"" POLICY "\" /s",
               .shell = CMD}},
    .undo_says = "Nothing to take back: the host reads the same policies by itself within about "
                 "90 minutes.",
    .sources = {"TerminalServer.admx"},
};

static const struct fix remote_tool_update = {
    .id = "host-remote-tool-update",
    .title = "update the other remote-access product",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 15,
    .condition = "its maker offers a newer version",
    .steps = {{.says = "note the present version, then install the newest one from its maker",
               .shell = NO_SHELL}},
    .undo = {{.says = "install the version that was noted", .shell = NO_SHELL}},
    .sources = {"rustdesk/rustdesk issue 10125 (secondary)"},
};

static const struct fix remote_tool_stop = {
    .id = "host-remote-tool-stop",
    .title = "stop the other remote-access product and try again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .minutes = 5,
    .condition = "there is another way into the host, the console for example, than this product",
    .steps = {{.says = "find its service",
               .command = "Get-Service | Where-Object Status -eq Running | Sort-Object Name",
               .shell = POWERSHELL},
              {.says = "stop it; it comes back with the next start of the host",
               .command = "Stop-Service -Name <service> -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "start it again",
              .command = "Start-Service -Name <service>",
              .shell = POWERSHELL}},
    .sources = {"rustdesk/rustdesk issue 10125 (secondary)"},
};

static const struct fix remote_tool_remove = {
    .id = "host-remote-tool-remove",
    .title = "remove the other remote-access product",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 20,
    .condition = "with the product stopped Remote Desktop works, and nobody needs the product",
    .steps = {{.says = "keep its settings, then remove it with its own uninstaller",
               .command = "start ms-settings:appsfeatures",
               .shell = CMD},
              RESTART_HOST},
    .undo = {{.says = "install it again and put its settings back", .shell = NO_SHELL}},
    .sources = {"rustdesk/rustdesk issue 10125 (secondary)"},
};

static const struct fix termsrv_unwrap = {
    .id = "host-termsrv-unwrap",
    .title = "remove the tool that patches Remote Desktop, with its own uninstaller",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 15,
    .condition = "the tool is known and still has its uninstaller",
    .steps = {{.says = "keep the present settings of the service",
               .command = "reg export HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService "
                          "\"%TEMP%\\termservice.reg\" /y",
               .shell = CMD},
              {.says = "run the uninstaller of the tool as administrator", .shell = NO_SHELL},
              RESTART_HOST},
    .undo = {{.says = "only after the tool is installed again, or the service loads a file that is "
                      "gone: write the kept settings back",
              .command = "reg import \"%TEMP%\\termservice.reg\"",
              .shell = CMD}},
    .sources = {"registry of a real Windows 10 (default ServiceDll)", "secondary sources"},
};

static const struct fix termsrv_servicedll = {
    .id = "host-termsrv-servicedll",
    .title = "let the service load the library of Windows again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "ServiceDll names another file than termsrv.dll in System32",
    .steps = {{.says = "keep the present value",
               .command = "reg export "
                          "HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters "
                          "\"%TEMP%\\termservice-parameters.reg\" /y",
               .shell = CMD},
              {.says = "write the value of Windows",
               .command = "Set-ItemProperty "
                          "'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters' "
                          "ServiceDll '%SystemRoot%\\System32\\termsrv.dll' -Type ExpandString",
               .shell = POWERSHELL},
              RESTART_TERMSERVICE},
    .undo = {{.says = "write the kept value back",
              .command = "reg import \"%TEMP%\\termservice-parameters.reg\"",
              .shell = CMD},
             RESTART_TERMSERVICE},
    .sources = {"registry of a real Windows 10 (default ServiceDll)"},
};

static const struct fix server_log = {
    .id = "host-rdp-server-log",
    .title = "read what the RDP server itself says",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "which server holds the port",
               .command = "sudo ss -ltnp 'sport = :{port}'",
               .shell = SH},
              {.says = "the last lines of its journal",
               .command = "sudo journalctl -n 100 -u gnome-remote-desktop -u xrdp -u xrdp-sesman",
               .shell = SH},
              {.says = "the last lines of xrdp's own log, if it is xrdp",
               .command = "sudo tail -n 100 /var/log/xrdp.log /var/log/xrdp-sesman.log",
               .shell = SH}},
    .undo_says = "Nothing to take back: it only reads.",
    .sources = {"xrdp documentation (secondary)", "public case notes on gnome-remote-desktop"},
};

static const struct fix gnome_credentials = {
    .id = "host-gnome-credentials",
    .title = "set the gate user and password of GNOME's remote login",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "gnome-remote-desktop serves the port in system mode, and its status shows an "
                 "empty user name or password",
    .steps = {{.says = "see the present state",
               .command = "sudo grdctl --system status",
               .shell = SH},
              {.says = "set user and password; without arguments it asks for them",
               .command = "sudo grdctl --system rdp set-credentials",
               .shell = SH},
              {.says = "let the service read them (this ends its connections)",
               .command = "sudo systemctl restart gnome-remote-desktop.service",
               .shell = SH}},
    .undo = {{.says = "remove user and password",
              .command = "sudo grdctl --system rdp clear-credentials",
              .shell = SH}},
    .sources = {"public case notes on gnome-remote-desktop"},
};

static const struct fix gnome_key = {
    .id = "host-gnome-tls-key",
    .title = "give GNOME's remote login a certificate and a key that it can read",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .condition = "gnome-remote-desktop serves the port in system mode, and its log complains of "
                 "the certificate or the key",
    .steps = {{.says = "note the present files",
               .command = "sudo grdctl --system status",
               .shell = SH},
              {.says = "see that the service's user can read the key",
               .command = "sudo -u gnome-remote-desktop head -c 1 <key file>",
               .shell = SH},
              {.says = "name the certificate",
               .command = "sudo grdctl --system rdp set-tls-cert <certificate file>",
               .shell = SH},
              {.says = "name the key",
               .command = "sudo grdctl --system rdp set-tls-key <key file>",
               .shell = SH},
              {.says = "let the service read them (this ends its connections)",
               .command = "sudo systemctl restart gnome-remote-desktop.service",
               .shell = SH}},
    .undo = {{.says = "name the certificate that was noted",
              .command = "sudo grdctl --system rdp set-tls-cert <certificate file before>",
              .shell = SH},
             {.says = "name the key that was noted",
              .command = "sudo grdctl --system rdp set-tls-key <key file before>",
              .shell = SH}},
    .sources = {"public case notes on gnome-remote-desktop"},
};

static const struct fix xrdp_key = {
    .id = "host-xrdp-tls-key",
    .title = "let xrdp read its private key",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "xrdp of Debian or Ubuntu serves the port, and its log says that it cannot read "
                 "the key",
    .steps = {{.says = "see whether it can read the key",
               .command = "sudo -u xrdp head -c 1 /etc/xrdp/key.pem",
               .shell = SH},
              {.says = "admit it to the group that may",
               .command = "sudo gpasswd -a xrdp ssl-cert",
               .shell = SH},
              {.says = "start it again (this ends its connections)",
               .command = "sudo systemctl restart xrdp",
               .shell = SH}},
    .undo = {{.says = "take it out of the group",
              .command = "sudo gpasswd -d xrdp ssl-cert",
              .shell = SH},
             {.says = "start it again", .command = "sudo systemctl restart xrdp", .shell = SH}},
    .sources = {"xrdp documentation (secondary)"},
};

static const struct fix xrdp_security_layer = {
    .id = "host-xrdp-security-layer",
    .title = "have xrdp use TLS",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "xrdp serves the port, and security_layer in its settings is rdp",
    .steps = {{.says = "keep the settings",
               .command = "sudo cp -p /etc/xrdp/xrdp.ini /etc/xrdp/xrdp.ini.before",
               .shell = SH},
              {.says = "use TLS, which every current client can",
               .command = "sudo sed -i 's/^security_layer=.*/security_layer=tls/' "
                          "/etc/xrdp/xrdp.ini",
               .shell = SH},
              {.says = "start it again (this ends its connections)",
               .command = "sudo systemctl restart xrdp",
               .shell = SH}},
    .undo = {{.says = "put the kept settings back",
              .command = "sudo cp -p /etc/xrdp/xrdp.ini.before /etc/xrdp/xrdp.ini",
              .shell = SH},
             {.says = "start it again", .command = "sudo systemctl restart xrdp", .shell = SH}},
    .sources = {"xrdp documentation (secondary)"},
};

static const struct fix connect_direct = {
    .id = "client-connect-direct",
    .title = "connect without the proxy",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 2,
    .condition = "the rules of the network admit a direct connection, through a VPN for example",
    .steps = {{.says = "connect straight to the host",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD}},
    .undo_says = "Nothing to take back: nothing is changed; go back to the proxy once it is "
                 "repaired.",
    .sources = {"tp4a/teleport issues 280, 304, 309 (secondary)"},
};

static const struct fix proxy_setting = {
    .id = "network-proxy-security-mode",
    .title = "set the proxy to the security that the host requires",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 15,
    .condition = "the proxy's documentation has a setting for TLS or NLA towards the host",
    .steps = {{.says = "read in the proxy's log which security protocol was refused, and by whom",
               .shell = NO_SHELL},
              {.says = "note the present setting, then set the one that the proxy's "
                       "documentation names for hosts that require TLS or NLA",
               .shell = NO_SHELL}},
    .undo = {{.says = "set what was noted", .shell = NO_SHELL}},
    .sources = {"tp4a/teleport issues 280, 301, 304, 309 (secondary)"},
};

static const struct fix proxy_update = {
    .id = "network-proxy-update",
    .title = "update the proxy",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .restart = RESTART_SESSIONS_LOST,
    .minutes = 30,
    .condition = "a newer version can speak what the host requires",
    .steps = {{.says = "note the present version and keep the settings, then install the newest "
                       "version from its maker; every connection through it ends",
               .shell = NO_SHELL}},
    .undo = {{.says = "install the version that was noted with the kept settings",
              .shell = NO_SHELL}},
    .sources = {"tp4a/teleport issues 280, 301 (secondary)"},
};

static const struct cause rows[] = {
    {
        .id = "listener-disabled",
        .title = "The host has Remote Desktop switched off.",
        .explains = "Windows opens its Remote Desktop port only when Remote Desktop is switched "
                    "on, and on a new installation it is off. It can be off in the settings of "
                    "the host or by a policy; where a policy says so, the switch in the settings "
                    "is grey and a change made there does not last. With it off nothing listens, "
                    "and the connection is refused at once.",
        .separates = "The value fDenyTSConnections is 1, or a listener value is off, while the "
                     "service itself could run. A policy value of that name tells that the "
                     "change belongs into the policy.",
        .tell = "Remote Desktop is switched off on this host; please switch it on, or change the "
                "policy that keeps it off.",
        .whose = WHOSE_HOST,
        .refines = "tcp-port-refused",
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_RDP_OFF, DECISIVE,
                     "Remote Desktop is switched off on the host (fDenyTSConnections 1)"),
                FACT(F_HOST_LISTENER_OFF, DECISIVE, "a setting of the host keeps the listener off"),
                NEEDED(F_HOST_NO_LISTENER, STRONG, "qwinsta lists no listener on the host"),
                NEEDED(F_HOST_PORT_CLOSED, MODERATE,
                       "no program of the host listens on the RDP port"),
                FACT(F_HOST_LOOPBACK_WORKS, REFUTES,
                     "the RDP port answers on the host itself, so a listener is there"),
                FACT(F_HOST_LISTENER_MISSING, REFUTES,
                     "the listener is missing although nothing switches it off"),
                FACT(F_TCP_ONE_ADDRESS_REFUSED, REFUTES,
                     "another address of the host accepts, so a listener is there"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: the connection reached the host's RDP stack"),
                FACT(F_LOG_LISTENER_TOOK, -STRONG,
                     "event 261: a listener took the connection over"),
            },
        .fixes = {&fix_enable_rdp, &listener_on, &fix_policy_change},
        .sources = {"Microsoft: RDP general troubleshooting",
                    "Microsoft: Azure support scripts for RDP", "TerminalServer.admx",
                    "registry of a real Windows 8.1 and 10"},
    },
    {
        .id = "termservice-stopped",
        .title = "The Remote Desktop service of the host does not run.",
        .explains = "The service TermService opens the Remote Desktop port. When it is stopped, "
                    "disabled or has crashed nothing listens, and the connection is refused at "
                    "once. It cannot produce a connection that opens and is then closed, because "
                    "nobody is there to accept it.",
        .separates = "The state and start type of the service: start type 4 means disabled, "
                     "error 1068 a missing dependency, 1069 a wrong account, event 7031 or 7034 "
                     "a crash. With Remote Desktop switched off it is normal that the service "
                     "rests.",
        .tell = "The Remote Desktop service (TermService) does not run on this host; please "
                "start it and look in the System log why it stopped.",
        .whose = WHOSE_HOST,
        .refines = "tcp-port-refused",
        .stage = STAGE_TCP,
        .evidence =
            {
                WORD(F_HOST_SERVICE_CHANGED, IS, "TermService", DECISIVE,
                     "the Remote Desktop service is missing, or has not the account that Windows "
                     "gives it"),
                WORD(F_HOST_FILE_MISSING, IS, "termsrv.dll", DECISIVE,
                     "termsrv.dll, the library of the service, is missing"),
                WORD(F_HOST_TERMSERVICE, IS, "stopped", DECISIVE,
                     "the Remote Desktop service is stopped"),
                WORD(F_HOST_TERMSERVICE, IS, "disabled", DECISIVE,
                     "the Remote Desktop service is disabled"),
                WORD(F_HOST_TERMSERVICE, IS, "crashed", DECISIVE,
                     "the Remote Desktop service has crashed"),
                FACT(F_HOST_NO_LISTENER, WEAK, "qwinsta lists no listener on the host"),
                FACT(F_HOST_PORT_CLOSED, MODERATE,
                     "no program of the host listens on the RDP port"),
                WORD(F_LOG_SERVICE_FAILED, IS, "TermService", STRONG,
                     "the host logged that the Remote Desktop service failed"),
                WORD(F_LOG_CRASH, IS, "termsrv.dll", MODERATE,
                     "a crash in termsrv.dll, the library of the service, was logged"),
                WORD(F_HOST_TERMSERVICE, IS, "running", REFUTES, "the Remote Desktop service runs"),
                WORD(F_HOST_TERMSERVICE, IS, "hung", REFUTES,
                     "the service runs but does not answer, which is another fault"),
                FACT(F_HOST_LOOPBACK_WORKS, REFUTES, "the RDP port answers on the host itself"),
                FACT(F_HOST_RDP_OFF, -STRONG,
                     "Remote Desktop is switched off, and then the service rests normally"),
                {.finding = F_HOST_TERMSRV_PATCHED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "termsrv.dll is not the one of Windows, so a stopped service is an "
                         "effect"},
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: the connection reached the host's RDP stack"),
            },
        .fixes = {&fix_termservice_start, &termservice_account, &service_dependencies},
        .sources = {"Microsoft: RDP general troubleshooting",
                    "Microsoft: Azure support scripts for RDP",
                    "Service Control Manager events 7000 to 7040", "registry of a real Windows 10"},
    },
    {
        .id = "termservice-hung",
        .title = "The Remote Desktop service of the host hangs.",
        .explains =
            "The service is there and the port accepts connections, but the service does not get "
            "round to answering. The client waits for a long time, says that it is configuring "
            "the remote session or that the service is busy, or finds the connection closed. A "
            "service that it waits for, or a lack of processor time or handles, is usually "
            "behind it.",
        .separates =
            "The service is reported as running while qwinsta does not return; events 20498, "
            "20501, 20502 or 43 to 53 name the step that was too slow. A program other than RDP "
            "on the port is silent as well, but leaves no event 131 on the host.",
        .tell = "The Remote Desktop service on this host runs but no longer answers; please "
                "restart it at the console and look for events 20498 to 20502 and 43 to 53.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                WORD(F_HOST_TERMSERVICE, IS, "hung", DECISIVE,
                     "the Remote Desktop service runs but does not answer"),
                FACT(F_LOG_TERMSERVICE_SLOW, STRONG,
                     "the host logged that the Remote Desktop service was too slow"),
                FACT(F_NEG_SILENT, STRONG,
                     "the port accepts, but the first RDP request gets no answer"),
                FACT(F_TLS_SILENT_AFTER_HELLO, WEAK,
                     "the host falls silent at the start of the TLS handshake"),
                FACT(F_NLA_SILENT, WEAK, "the host falls silent at the start of authentication"),
                FACT(F_TLS_STALLS, WEAK, "the host falls silent in the middle of the handshake"),
                FACT(F_TCP_SLOW_ACCEPT, MODERATE,
                     "connections are accepted late or only now and then"),
                FACT(F_HOST_RESTART_CURED, WEAK, "a restart of the host cured it"),
                FACT(F_HOST_PORT_CLOSED, WEAK,
                     "nothing listens on the RDP port, which a service that hangs while it "
                     "starts has not opened"),
                FACT(F_HOST_NO_LISTENER, WEAK,
                     "the host lists no listener, which a service that hangs while it starts "
                     "has not made"),
                WORD(F_HOST_TERMSERVICE, IS, "stopped", REFUTES,
                     "the service is stopped, so it cannot hang"),
                WORD(F_HOST_TERMSERVICE, IS, "disabled", REFUTES,
                     "the service is disabled, so it cannot hang"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused; a service that hangs still holds its port"),
                FACT(F_TCP_SILENT, -STRONG, "nothing answers to the connection request at all"),
                FACT(F_NEG_NOT_RDP, REFUTES, "something other than RDP answers on the port"),
                FACT(F_TLS_COMPLETED, -MODERATE,
                     "the TLS handshake completes, so the service answers this far"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached"),
                {.finding = F_HOST_TERMSRV_PATCHED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "termsrv.dll is not the one of Windows, so a hang may be its effect"},
            },
        .fixes = {&fix_termservice_restart, &termservice_own_process, &fix_reboot,
                  &termservice_kill},
        .sources = {"Microsoft: Remote Desktop Service is currently busy",
                    "event manifest TerminalServices-RemoteConnectionManager",
                    "event manifest TerminalServices-LocalSessionManager",
                    "Microsoft: Azure VM RDP internal error"},
    },
    {
        .id = "rdp-support-service-broken",
        .title = "A service of the host that Remote Desktop needs does not run.",
        .explains =
            "Remote Desktop leans on other services of Windows: SessionEnv makes and renews its "
            "certificate, KeyIso and CryptSvc keep its private key, LSM and ProfSvc make the "
            "session. When one of them is disabled or fails, the connection breaks at the point "
            "at which that service is needed: an internal error, a close during encryption, or a "
            "black screen. UmRdpService only carries printers and drives; without it the "
            "connection still works.",
        .separates =
            "Which service failed. With KeyIso or CryptSvc off, event 36870 appears for other "
            "programs too; with SessionEnv off, neither event 1056 nor 1057 is ever logged. A "
            "damaged key with all services running is a different cause.",
        .tell = "A service that Remote Desktop needs does not run on this host; please check "
                "SessionEnv, KeyIso, CryptSvc and CertPropSvc and their failures in the System "
                "log.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                WORD(F_HOST_SERVICE_CHANGED, IS_NOT, "TermService", STRONG,
                     "a service that Remote Desktop needs has not the account or library that "
                     "Windows gives it"),
                {.finding = F_HOST_SUPPORT_SERVICE,
                 .test = IS_NOT,
                 .word = "UmRdpService",
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "a service that Remote Desktop needs does not run"},
                {.finding = F_HOST_SUPPORT_SERVICE,
                 .test = IS,
                 .word = "UmRdpService",
                 .strength = MODERATE,
                 .one_way = true,
                 .at_most = 0.50,
                 .says = "UmRdpService does not run, which costs only printers and drives"},
                WORD(F_LOG_SERVICE_FAILED, IS_NOT, "TermService", STRONG,
                     "the host logged that a service which Remote Desktop needs failed"),
                FACT(F_LOG_KEY_ACCESS_FAILED_OTHERS, MODERATE,
                     "other services of the host cannot use their private keys either"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, WEAK,
                     "the host closes as soon as encryption begins, as without its key service"),
                VALUE(F_NEG_FAILURE_CODE, IS, 3, WEAK,
                      "the host says that it has no certificate to use"),
                FACT(F_LOG_CERT_CREATED, -MODERATE,
                     "event 1056: the host made a certificate, so SessionEnv and the key "
                     "services work"),
                {.finding = F_TLS_COMPLETED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the handshake completes, so the services that keep its key work"},
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused, which these services do not cause"),
                FACT(F_TCP_SILENT, -STRONG, "nothing answers to the connection request at all"),
                FACT(F_SESSION_STARTED, -MODERATE, "a session was reached"),
            },
        .fixes = {&fix_support_services, &service_dependencies, &component_repair, &fix_reboot},
        .sources = {"Microsoft: Azure VM RDP event log troubleshooting",
                    "Microsoft: Azure VM RDP internal error",
                    "Service Control Manager events 7000 to 7034", "registry of a real Windows 10"},
    },
    {
        .id = "rdp-tcp-listener-corrupt",
        .title = "The settings of the host's RDP listener are damaged.",
        .explains =
            "The listener is described by a set of values in the registry "
            "(WinStations\\RDP-Tcp). When one of them is missing or was changed, by a cleaning "
            "tool or by another remote-access product for example, Windows cannot start the "
            "listener although Remote Desktop is on and its service runs. The port is then "
            "refused, or closed before an answer is given.",
        .separates = "qwinsta shows no rdp-tcp line in state Listen, while Remote Desktop is "
                     "switched on, the service runs and no other program holds the port. From "
                     "outside it cannot be told from a stopped service.",
        .tell =
            "The RDP listener of this host does not start although Remote Desktop is on; please "
            "compare WinStations\\RDP-Tcp with a healthy host and look for events 1035 and 1036.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                WORD(F_HOST_FILE_MISSING, IS_NOT, "termsrv.dll", STRONG,
                     "a driver or library that the listener needs is missing"),
                FACT(F_HOST_LISTENER_DAMAGED, DECISIVE,
                     "a value of the listener is missing or not what Windows sets"),
                FACT(F_HOST_LISTENER_MISSING, DECISIVE,
                     "the host has no RDP listener although nothing switches it off"),
                NEEDED(F_HOST_NO_LISTENER, MODERATE, "qwinsta lists no listener on the host"),
                FACT(F_HOST_PORT_CLOSED, WEAK, "no program of the host listens on the RDP port"),
                FACT(F_LOG_LISTENER_FAILED, STRONG,
                     "event 1035 or 1036: the listener could not be started"),
                FACT(F_TCP_REFUSED, STRONG, "the port is refused, as nothing listens"),
                FACT(F_NEG_CLOSED, MODERATE,
                     "the host closes instead of answering the first RDP request"),
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "stopped",
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the service is stopped, which explains the missing listener"},
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "disabled",
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the service is disabled, which explains the missing listener"},
                {.finding = F_HOST_RDP_OFF,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, which explains the missing listener"},
                {.finding = F_HOST_PORT_TAKEN,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "another program holds the port, which keeps a sound listener from "
                         "starting"},
                FACT(F_LOG_LISTENER_TOOK, REFUTES,
                     "event 261: the listener took the connection over"),
                FACT(F_NEG_SELECTED, REFUTES,
                     "the host answered the first RDP request, so its listener works"),
                FACT(F_TCP_SILENT, -STRONG,
                     "silence instead of a refusal: something on the way drops the packets"),
            },
        .fixes = {&fix_termservice_restart, &listener_values, &listener_import},
        .sources = {"Microsoft: RDP general troubleshooting", "TechNet: TermService event 1036",
                    "event manifest TerminalServices-RemoteConnectionManager",
                    "registry of a real Windows 8.1 and 10"},
    },
    {
        .id = "listener-bound-to-one-adapter",
        .title = "The host's RDP listener is bound to one network adapter.",
        .explains = "The listener can be told to answer on one network adapter only. The host is "
                    "then reached through that network and refuses on its other addresses, so "
                    "that some people connect and others do not. It is sometimes done on "
                    "purpose, to keep Remote Desktop off a network.",
        .separates =
            "One address of the host accepts, another one of the same host refuses; netstat "
            "shows the port at one local address instead of 0.0.0.0, and LanAdapter is not 0.",
        .tell = "Remote Desktop on this host answers on one network adapter only; please set "
                "LanAdapter to 0, or tell us the address to use.",
        .whose = WHOSE_HOST,
        .refines = "tcp-port-refused",
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_LOOPBACK_WORKS, -STRONG, "the port answers on the host itself"),
                NEEDED(F_HOST_BOUND_TO_ADAPTER, DECISIVE,
                       "the listener is bound to one adapter (LanAdapter is not 0)"),
                FACT(F_TCP_ONE_ADDRESS_REFUSED, STRONG,
                     "one address of the host accepts, another refuses"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client gets in from another network"),
                FACT(F_HOST_LISTENER_MISSING, REFUTES, "the host has no listener on any adapter"),
                {.finding = F_HOST_RDP_OFF,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, so no adapter is served"},
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "stopped",
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the service is stopped, so no adapter is served"},
                FACT(F_TCP_REFUSED_BY_OTHER, -STRONG,
                     "the refusal came from another device than the host"),
            },
        .fixes = {&dial_bound_address, &lanadapter_all},
        .sources = {"Microsoft: RDP general troubleshooting", "registry of a real Windows 10"},
    },
    {
        .id = "winstations-permissions",
        .title = "The host's rights on WinStations keep ordinary users out.",
        .explains = "Besides group membership and user rights, Windows keeps a list of who may "
                    "use remote sessions on the WinStations themselves. When an entry for Remote "
                    "Desktop Users is missing there, or one that denies was added, "
                    "administrators still connect and everybody else is turned away after the "
                    "password. Hardening scripts and other products do this at times.",
        .separates = "Group membership and the logon right are in order, yet members of Remote "
                     "Desktop Users are refused while administrators get in; DefaultSecurity or "
                     "ConsoleSecurity differ from the values that Windows sets.",
        .tell = "The permissions on WinStations of this host are not the ones that Windows sets; "
                "please reset them, so that Remote Desktop Users may connect again.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                {.finding = F_HOST_WINSTATIONS_RIGHTS,
                 .strength = DECISIVE,
                 .at_most = 0.70,
                 .says = "the rights on WinStations are not the ones that Windows sets"},
                {.finding = F_SESSION_OTHER_ACCOUNT_WORKS,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "another account signs on at the same time"},
                {.finding = F_LOG_NLA_PASSED,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "event 1149: the host accepted the user before it ended the connection"},
                {.finding = F_ACCOUNT_NOT_PERMITTED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the account is in no group that may connect, which explains the refusal"},
                {.finding = F_ACCOUNT_RIGHT_DENIED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a user right denies the logon, which explains the refusal"},
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, -WEAK,
                     "every account fails, administrators too"),
                FACT(F_LOG_SHELL_STARTED, -STRONG,
                     "event 22: the shell of the session was started"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused, long before rights are asked for"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the host closes during encryption, long before rights are asked for"),
                FACT(F_NEG_CLOSED, -STRONG,
                     "the host closes at the first request, long before rights are asked for"),
            },
        .fixes = {&listener_rights_default, &winstations_rights},
        .sources = {"registry of a real Windows 7, 8.1 and 10",
                    "Microsoft: Win32_TSPermissionsSetting.RestoreDefaults",
                    "event manifest TerminalServices-LocalSessionManager"},
        .waits = "a finding for LocalSessionManager 20 with an access error",
    },
    {
        .id = "setup-or-oobe-in-progress",
        .title = "The set-up of Windows on the host is not finished.",
        .explains = "While Windows is being set up, after imaging or a large upgrade for "
                    "example, or while it waits at its first-run questions, it takes no remote "
                    "sessions. The port is refused, or is accepted and closed at once. It ends "
                    "by itself when set-up ends, unless set-up waits for somebody at the console.",
        .separates = "The values under SYSTEM\\Setup are not 0, or event 34 says that set-up was "
                     "running; the same host answers once set-up is over.",
        .tell = "Windows set-up is not finished on this host; please finish it at the console "
                "before Remote Desktop is used.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_SETUP_RUNNING, DECISIVE,
                     "set-up or the first-run screens of the host are not finished"),
                FACT(F_LOG_SETUP_RUNNING, DECISIVE,
                     "event 34: the host refused because set-up was running"),
                FACT(F_TCP_REFUSED, STRONG, "the port is refused"),
                FACT(F_TCP_CLOSED_ON_ACCEPT, MODERATE, "the host accepts and closes at once"),
                FACT(F_NEG_CLOSED, MODERATE,
                     "the host closes instead of answering the first RDP request"),
                FACT(F_NLA_CHALLENGE, -MODERATE, "the host takes part in authentication"),
                FACT(F_LOG_SESSION_LOGON, -STRONG, "event 21: the host logged a session on"),
                FACT(F_SESSION_STARTED, REFUTES, "a session was reached"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, REFUTES,
                     "another account signs on at the same time"),
            },
        .fixes = {&setup_finish, &setup_flags_offline},
        .sources = {"event manifest TerminalServices-LocalSessionManager",
                    "Microsoft: Azure support scripts for RDP", "registry of a real Windows 10"},
    },
    {
        .id = "pending-reboot-or-servicing",
        .title = "The host has installed updates that still wait for a restart.",
        .explains = "Some updates replace files of Windows only at the next restart. Until then "
                    "old and new parts run side by side, and Remote Desktop may fail at any "
                    "point, often from one hour to the next. Waiting updates alone prove little, "
                    "since many healthy hosts have them; it is the restart that shows whether "
                    "they were to blame.",
        .separates =
            "A restart cures it with nothing else changed, and updates were waiting before. If "
            "it comes back after the restart, the update itself or another cause is at work.",
        .tell = "Updates on this host wait for a restart; please restart it in a maintenance "
                "window and let us try again.",
        .whose = WHOSE_HOST,
        .stage = STAGE_UNKNOWN,
        .evidence =
            {
                FACT(F_HOST_RESTART_CURED, STRONG,
                     "a restart of the host cured it, with nothing else changed"),
                FACT(F_HOST_PENDING_REBOOT, STRONG, "updates on the host wait for a restart"),
                FACT(F_LOG_SERVICE_FAILED, WEAK, "a service that Remote Desktop needs failed"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, -MODERATE,
                     "another client gets in at the same time, so the host works"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, -STRONG,
                     "the same client gets in from another network, so the host works"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, -MODERATE,
                     "another account signs on at the same time, so the host works"),
                FACT(F_TCP_PROHIBITED, -STRONG, "a router on the way prohibits the connection"),
                {.finding = F_HOST_RDP_OFF,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, which explains the failure"},
            },
        .fixes = {&fix_reboot, &component_repair},
        .sources = {"Microsoft: RDP general troubleshooting", "registry of a real Windows 10"},
        .waits = "the time of the last restart against the time of the updates",
    },
    {
        .id = "windows-update-regression",
        .title = "The host has an update installed that is known to break Remote Desktop.",
        .explains =
            "Now and then a monthly update of Windows breaks a part of Remote Desktop: sessions "
            "that freeze or drop after a fixed time, black screens, a second or failing password "
            "prompt, a gateway that crashes, or two ends with different patch levels that refuse "
            "each other. Microsoft mends it with a later or out-of-band update, and sometimes "
            "with a rollback policy. Installing the later update is the remedy; removing the bad "
            "one opens its security holes again and comes last.",
        .separates =
            "It began on the day of the update; hosts of the same build share it and those "
            "without the update do not. The build number alone is not proof: the symptom has to "
            "be the one that is known for this build.",
        .tell = "The Windows build of this host is known for a fault in Remote Desktop; please "
                "install the newest cumulative update and restart.",
        .whose = WHOSE_HOST,
        .stage = STAGE_UNKNOWN,
        .evidence =
            {
                {.finding = F_HOST_UPDATE_REGRESSION,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.70,
                 .says = "an update on the host is on the list of those that break Remote Desktop"},
                {.finding = F_SESSION_FROZEN,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "the session froze without being closed, as several such updates cause"},
                {.finding = F_SESSION_DROPPED_SAME_TIME,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "sessions end after the same time again and again, as one such update "
                         "causes"},
                {.finding = F_LOG_MANY_DROP,
                 .strength = WEAK,
                 .one_way = true,
                 .lifts = true,
                 .says = "several users dropped at the same second, as one such update causes"},
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, WEAK, "every account fails in the same way"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused, which none of the known updates causes"),
                FACT(F_TCP_SILENT, -STRONG, "nothing answers to the connection request at all"),
                FACT(F_NEG_NOT_RDP, REFUTES, "something other than RDP answers on the port"),
                {.finding = F_LOG_WRONG_CREDENTIALS,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "event 140: the user name or password was wrong"},
                {.finding = F_HOST_RDP_OFF,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, which explains the failure"},
            },
        .fixes = {&fix_install_update, &known_issue_rollback, &update_remove},
        .sources = {"Microsoft: CredSSP updates for CVE-2018-0886 (KB4093492)",
                    "Microsoft: duplicate SIDs refused since August 2025 (event LsaSrv 6167)",
                    "release notes of the updates (most single cases: secondary sources)"},
        .waits = "the day of the update against the first failure, and other hosts of the same "
                 "build",
    },
    {
        .id = "group-policy-overrides-local-setting",
        .title = "A policy overrides the Remote Desktop settings of the host.",
        .explains =
            "Group Policy can set almost every value of Remote Desktop, and a policy wins over "
            "what is set on the host itself. The switches are then grey, and a change made "
            "locally has no effect or is gone within about 90 minutes. The failure itself is "
            "that of the enforced setting; this cause says where it has to be changed.",
        .separates = "A value of the same name stands under Policies, or gpresult names a policy "
                     "object for it. When the host acts differently from its local value and no "
                     "policy is there, the service has not been restarted since the change.",
        .tell = "A policy sets the Remote Desktop settings of this host; please change them in "
                "the policy object that gpresult names, since local changes do not last.",
        .whose = WHOSE_HOST,
        .stage = STAGE_UNKNOWN,
        .evidence =
            {
                {.finding = F_HOST_POLICY_DIFFERS,
                 .strength = STRONG,
                 .at_most = 0.85,
                 .says = "a policy sets a value against the local setting"},
                {.finding = F_HOST_RDP_OFF,
                 .test = IS,
                 .word = "local",
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off in the host's own settings"},
                {.finding = F_HOST_RDP_OFF,
                 .test = IS,
                 .word = "policy",
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "what the policy does is known: it switches Remote Desktop off"},
                {.finding = F_NEG_FAILURE_CODE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host itself names the setting by which it refuses"},
                {.finding = F_NAME_NOT_FOUND,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the name does not resolve, which no policy of the host causes"},
                {.finding = F_TCP_SILENT,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "silence at the port, which no Remote Desktop policy causes"},
                {.finding = F_NEG_NOT_RDP,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "something other than RDP answers on the port"},
                {.finding = F_NEG_CLOSED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a close without an answer, where Windows would name its policy"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a close during encryption, which no Remote Desktop policy causes by "
                         "itself"},
                {.finding = F_LOG_KEY_ACCESS_FAILED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "event 36870: a private key could not be used"},
                {.finding = F_LOG_WRONG_CREDENTIALS,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "event 140: the user name or password was wrong"},
                {.finding = F_LOG_LOGON_FAILURE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host logged why it refused the logon"},
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "stopped",
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the Remote Desktop service is stopped, which explains the failure"},
            },
        .fixes = {&policy_origin, &policy_refresh, &fix_policy_change},
        .sources = {"TerminalServer.admx",
                    "Microsoft: Remote Desktop listener certificate configurations"},
        .waits = "findings for a local change that came undone, and for a setting on the wire "
                 "that contradicts the local one",
    },
    {
        .id = "third-party-remote-tool-conflict",
        .title = "A second remote-access product on the host disturbs Remote Desktop.",
        .explains =
            "Products such as RustDesk, a Citrix or VMware agent or other remote-control tools "
            "put drivers and services where Remote Desktop works too. In some versions they "
            "close a Remote Desktop session right after the sign-in or leave it black. Having "
            "such a product is common and harmless in itself; only the trial without it shows "
            "that it is to blame.",
        .separates = "With Microsoft services only (a clean boot), or with that one product "
                     "stopped, the connection works. Everything up to the sign-in is healthy.",
        .tell = "Another remote-access product on this host seems to end the Remote Desktop "
                "session; please stop or update it and let us try again.",
        .whose = WHOSE_HOST,
        .stage = STAGE_SESSION,
        .evidence =
            {
                NEEDED(F_HOST_REMOTE_TOOL, MODERATE,
                       "another remote-access product runs on the host"),
                FACT(F_HOST_CLEAN_BOOT_WORKS, STRONG,
                     "with Microsoft services only the connection works"),
                FACT(F_SESSION_BLACK, WEAK, "connected, but the desktop stays black"),
                VALUE(F_SESSION_DROPPED, AT_MOST, 60, WEAK,
                      "the session ended right after it began"),
                FACT(F_SESSION_EVERY_ACCOUNT_FAILS, WEAK, "every account fails in the same way"),
                FACT(F_TCP_REFUSED, -STRONG, "the port is refused"),
                FACT(F_TCP_SILENT, -STRONG, "nothing answers to the connection request at all"),
                FACT(F_NEG_CLOSED, -STRONG,
                     "the host closes at the first RDP request, before such tools act"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the host closes during encryption, before such tools act"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, -STRONG,
                     "another client gets in at the same time, so the host works"),
            },
        .fixes = {&remote_tool_stop, &remote_tool_update, &remote_tool_remove},
        .sources = {"rustdesk/rustdesk issue 10125 (secondary)"},
    },
    {
        .id = "third-party-termsrv-patch",
        .title = "The Remote Desktop library of the host is replaced or wrapped by a patch.",
        .explains = "Tools such as RDP Wrapper change or wrap termsrv.dll, so that a desktop "
                    "Windows admits several sessions or an edition without a Remote Desktop host "
                    "gets one. They are made for single builds of Windows: after an update, or "
                    "when an antivirus takes the file away, the service crashes, does not start, "
                    "or falls silent. The additional sessions are not covered by the licence of "
                    "a desktop Windows either.",
        .separates = "ServiceDll of TermService names another file than termsrv.dll in System32, "
                     "or the file is not of the installed build or not signed by Microsoft. It "
                     "worked for months and broke with an update.",
        .tell = "The Remote Desktop library on this host was replaced by a patch that an update "
                "broke; please restore the original termsrv.dll and ServiceDll.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_TERMSRV_PATCHED, DECISIVE,
                     "termsrv.dll is replaced, wrapped or of another build than Windows"),
                WORD(F_HOST_TERMSERVICE, IS, "crashed", STRONG,
                     "the Remote Desktop service has crashed"),
                WORD(F_LOG_CRASH, IS, "termsrv.dll", STRONG, "a crash in termsrv.dll was logged"),
                WORD(F_LOG_SERVICE_FAILED, IS, "TermService", MODERATE,
                     "the host logged that the Remote Desktop service failed"),
                FACT(F_TCP_REFUSED, STRONG, "the port is refused, as after a crash of the service"),
                FACT(F_NEG_CLOSED, WEAK, "the connection is closed, as by a service that crashes"),
                FACT(F_NEG_SILENT, MODERATE,
                     "the port accepts, but the first RDP request gets no answer"),
                {.finding = F_NLA_CHALLENGE,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host takes part in authentication, so its library works this far"},
                {.finding = F_SESSION_STARTED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a session was reached"},
                {.finding = F_TCP_SILENT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "silence instead of a refusal: something on the way drops the packets"},
                {.finding = F_HOST_RDP_OFF,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, which explains the failure"},
            },
        .fixes = {&termsrv_unwrap, &termsrv_servicedll, &component_repair},
        .sources = {"registry of a real Windows 10 (default ServiceDll)", "secondary sources"},
    },
    {
        .id = "third-party-rdp-server-misconfigured",
        .title = "The host's RDP server is not the one of Windows and is not set up completely.",
        .explains = "On Linux and some other systems a program such as xrdp, "
                    "gnome-remote-desktop or Weston speaks RDP in place of Windows. Without a "
                    "readable key, a certificate, or the user and password that guard its "
                    "entrance, it accepts the connection and then closes it, and usually sends "
                    "no reason that the client could show. Advice that is written for Windows "
                    "does not apply to it.",
        .separates =
            "The answer to the first request does not look like that of Windows (missing flags, "
            "a certificate named after a desktop or localhost), and the close follows when "
            "certificate, credentials or settings are used. The server's own log names the "
            "reason.",
        .tell = "The RDP server on this host (not Windows) closes connections during their "
                "set-up; please check its log, its certificate and key, and its configured "
                "credentials.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                FACT(F_TLS_CLIENT_CERTIFICATE_ASKED, STRONG,
                     "the server asks for a certificate of the client, as RDP servers do not"),
                FACT(F_NEG_NOT_REQUESTED, MODERATE,
                     "the answer chooses a protocol that was not requested, which Windows "
                     "never does"),
                WORD(F_NEG_SERVER_KIND, IS, "gnome", MODERATE,
                     "the server that answers is gnome-remote-desktop"),
                WORD(F_NEG_SERVER_KIND, IS, "xrdp", MODERATE, "the server that answers is xrdp"),
                WORD(F_NEG_SERVER_KIND, IS, "freerdp", MODERATE,
                     "the server that answers is built on FreeRDP"),
                WORD(F_NEG_SERVER_KIND, IS, "weston", MODERATE,
                     "the server that answers is Weston"),
                WORD(F_NEG_SERVER_KIND, IS, "virtualbox", MODERATE,
                     "the server that answers is the display server of VirtualBox"),
                VALUE(F_NEG_NLA_REFUSED, IS, 5, STRONG,
                      "the server requires NLA and refuses it as well, which Windows never does"),
                FACT(F_NLA_CLOSED, STRONG, "the server closes at the first step of authentication"),
                FACT(F_NLA_SILENT, MODERATE,
                     "the server falls silent at the first step of authentication, as "
                     "gnome-remote-desktop 43 does once it hangs"),
                FACT(F_NLA_MALFORMED, MODERATE,
                     "the server's answer breaks the specification, and TLS lets nobody on the "
                     "way change it"),
                FACT(
                    F_NEG_MALFORMED, MODERATE,
                    "the server's first answer breaks the specification, which Windows never does"),
                FACT(F_TLS_CLOSED_AFTER_CERTIFICATE, MODERATE,
                     "the server closes after it showed its certificate"),
                FACT(F_SETTINGS_CLOSED, STRONG,
                     "the server closes during the exchange of settings"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, MODERATE,
                     "the server closes at the start of encryption"),
                FACT(F_TLS_NOT_TLS, STRONG,
                     "the server chooses encryption and then answers without it, which Windows "
                     "never does"),
                FACT(F_NEG_CLOSED, MODERATE, "the server closes instead of refusing with a reason"),
                WORD(F_NEG_SERVER_KIND, IS, "windows", REFUTES,
                     "the server that answers is the one of Windows"),
                FACT(F_LOG_PACKET_ARRIVED, REFUTES,
                     "event 131: the RDP stack of Windows took the connection"),
                WORD(F_HOST_TERMSERVICE, IS, "running", -STRONG,
                     "the Remote Desktop service of Windows runs on the host"),
                FACT(F_TCP_REFUSED, -STRONG, "the port is refused, so no server answers"),
                FACT(F_TCP_SILENT, -STRONG, "nothing answers to the connection request at all"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached"),
            },
        .fixes = {&server_log, &gnome_credentials, &gnome_key, &xrdp_key, &xrdp_security_layer},
        .sources = {"public case notes on gnome-remote-desktop", "xrdp documentation (secondary)",
                    "[MS-RDPBCGR] 2.2.1.2.1"},
        .waits = "a reader of the logs of xrdp and gnome-remote-desktop",
    },
    {
        .id = "proxy-or-bastion-mismatch",
        .title = "A proxy or bastion on the way cannot speak the security that the host requires.",
        .explains = "A bastion takes the connection, ends its encryption and opens a second "
                    "connection to the host. When it cannot do what the host requires, NLA for "
                    "example, or the host offers only an old protocol that the bastion refuses, "
                    "the second connection fails and the first one is closed without a reason. "
                    "The client sees a closed connection; without the bastion it would work.",
        .separates =
            "The same client connects when it goes straight to the host. Proxy and host, each "
            "asked for itself, choose different security protocols, and the certificate seen "
            "through the proxy is the proxy's.",
        .tell = "The connection fails only through the proxy; please look in the proxy's log "
                "which security protocol it refused, and set it to TLS with NLA towards this "
                "host.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                FACT(F_TCP_SLOW_ACCEPT, STRONG,
                     "some connections fail and others do not, as behind a balancer with a dead "
                     "host"),
                FACT(F_NEG_NOT_REQUESTED, MODERATE,
                     "the answer chooses a protocol that was not requested, which Windows "
                     "never does"),
                FACT(F_SESSION_DIRECT_WORKS, STRONG,
                     "a direct connection works where the one through the proxy fails"),
                WORD(F_NEG_SERVER_KIND, IS, "proxy", STRONG,
                     "what answers has the habits of a proxy"),
                FACT(F_LOG_ARRIVED_FROM_PROXY, STRONG,
                     "event 131: the connection came to the host from a proxy's address"),
                FACT(F_CERT_DIFFERS_FROM_HOSTS, MODERATE,
                     "the certificate seen here is not the one of the host"),
                FACT(F_TCP_CLOSED_ON_ACCEPT, MODERATE,
                     "the peer closes right after it accepted, as a proxy without its target "
                     "does"),
                FACT(F_NEG_CLOSED, MODERATE,
                     "the peer closes instead of answering the first RDP request"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, MODERATE,
                     "the peer closes at the start of encryption"),
                FACT(F_NLA_CLOSED, MODERATE, "the peer closes at the first step of authentication"),
                FACT(F_TLS_WORKS_LOCALLY, MODERATE,
                     "the same handshake succeeds in the host's own network"),
                VALUE(F_HOST_SECURITY_LAYER, IS, 0, WEAK,
                      "the host offers old RDP security only, which many proxies refuse"),
                WORD(F_NEG_SERVER_KIND, IS, "windows", -STRONG,
                     "it is Windows itself that answers, with no proxy in between"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused, so no proxy took the connection"),
                FACT(F_TCP_SILENT, -STRONG, "nothing answers to the connection request at all"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached"),
            },
        .fixes = {&connect_direct, &proxy_setting, &fix_securitylayer_tls, &proxy_update},
        .sources = {"tp4a/teleport issues 280, 301, 304, 309 (secondary)",
                    "[MS-RDPBCGR] 2.2.1.1.1, 2.2.1.2.1"},
        .waits = "the negotiation of the proxy and of the host side by side",
    },
};

const struct cause_list causes_host = {.rows = rows, .n = sizeof rows / sizeof *rows};
