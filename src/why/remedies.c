/*
 * remedies - widely repeated advice and assertions, each with its verdict.
 *
 * A1 to A29 and B0 to B36c number the claims of two articles in reading order. A claim that
 * an article repeats has its own row and words, so that it is found in either wording. Rows
 * never offered are here so that whoever asks for them learns why.
 */
#include "why/remedy.h"

#include <assert.h>

#define TCP         "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
#define MACHINEKEYS "%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys"
#define CREDSSP                                                                                    \
	"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\"                   \
	"CredSSP\\Parameters"
#define CLIENT "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\\Client"

static const struct remedy rows[] = {
    {
        .id = "A1",
        .claim = "Expired certificates are a major culprit.",
        .verdict = ADVICE_PARTLY,
        .because = "Windows renews the certificate that it makes itself, so expiry is the sign "
                   "and a renewal that failed (events 1057, 1058, 36870) or an assigned "
                   "certificate that ran out (event 1053) is the fault; an unreadable private "
                   "key is the one cause reproduced for 0x904 with 0x7, and nobody has counted "
                   "how often any of these occurs",
        .instead = "see whether it has expired and whether renewal failed: Get-ChildItem "
                   "'Cert:\\LocalMachine\\Remote Desktop' | Format-List Subject, NotAfter, and "
                   "events 1056 to 1058 in the host's System log",
        .causes = {"rdp-certificate-expired", "machinekeys-inaccessible",
                   "rdp-certificate-binding-broken"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "TechNet: TermService events 1052 to 1058",
                    "public reports of 0x904 with extended 0x7"},
        .words = {"expir|outdated cert culprit|cause|reason|major|common|blame|guilty",
                  "expir cert 0x904"},
    },
    {
        .id = "A2",
        .claim = "Look in certlm.msc on the remote computer, under Remote Desktop and then "
                 "Certificates.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the certificate that the host makes itself lies in the machine's store "
                   "Remote Desktop; one assigned by hand or by policy lies in the machine's "
                   "personal store",
        .causes = {"rdp-certificate-expired"},
        .sources = {"Microsoft: Remote Desktop listener certificate configurations",
                    "Microsoft: remote desktop stuck on securing remote connection",
                    "registry of real Windows 7, 8.1 and 10"},
        .words = {"certlm msc|look|open|remote|cert",
                  "where|look|find|see|check cert store|certlm rdp|remote"},
    },
    {
        .id = "A3",
        .claim = "Delete the certificate of the host if it has expired.",
        .verdict = ADVICE_SUPPORTED,
        .because = "Microsoft's own repair deletes it and the host makes a new one; that holds "
                   "only for the self-made certificate, not for one assigned by policy, by hand "
                   "or by a broker, and not while the key store is unreadable",
        .instead = "delete only the expired self-made one: Get-ChildItem "
                   "'Cert:\\LocalMachine\\Remote Desktop' | Where-Object NotAfter -lt (Get-Date) "
                   "| Remove-Item, then Restart-Service SessionEnv",
        .causes = {"rdp-certificate-expired"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "Microsoft: Azure VM RDP internal error"},
        .words = {"delet|remov cert expir", "delet|remov cert rdp|remote|self"},
    },
    {
        .id = "A4",
        .claim = "Restart Remote Desktop Services (TermService) so that a new certificate is "
                 "generated.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the new certificate is logged as event 1056; restarting SessionEnv makes it "
                   "as well and ends no session, and neither helps while the key store is "
                   "unreadable",
        .instead = "Restart-Service SessionEnv",
        .causes = {"rdp-certificate-expired", "machinekeys-inaccessible"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "Microsoft: Azure VM RDP event ids", "event logs of real hosts"},
        .words = {"restart rds|termservice|sessionenv cert",
                  "restart service termservice|sessionenv", "restart rds|termservice|sessionenv",
                  "restart remote desktop service"},
    },
    {
        .id = "A5",
        .claim = "Use the Remote Desktop app from the Microsoft Store, because it works where "
                 "mstsc fails.",
        .verdict = ADVICE_WRONG,
        .because = "the Store app was withdrawn on 27 May 2025 and its successor makes no plain "
                   "connections to PCs; that a second client works shows a difference worth "
                   "looking at but repairs nothing",
        .instead = "stay with mstsc /v:<host> and use another client only to compare",
        .causes = {"client-wrong-app", "client-outdated"},
        .sources = {"published notices of the app's end (secondary)"},
        .words = {"microsoft store remote|rdp", "store app remote|rdp|mstsc"},
    },
    {
        .id = "A6",
        .claim = "Allow RDP through the firewall on both machines.",
        .verdict = ADVICE_PARTLY,
        .because = "only the host needs a rule for incoming connections; the client's outgoing "
                   "ones are allowed by default, and a blocked port shows as 0x204, not as 0x904",
        .instead = "open the host's own rule group and nothing on the client: "
                   "Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752' | Enable-NetFirewallRule",
        .causes = {"host-firewall-blocks"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: IMsTscAxEvents OnDisconnected",
                    "registry of real Windows 7, 8.1 and 10"},
        .words = {"allow|open|permit|let firewall both|each",
                  "allow|open|permit|need firewall client side|pc|machine|computer"},
    },
    {
        .id = "A7",
        .claim = "Rebuild the RSA MachineKeys folder on an Azure or cloud VM.",
        .verdict = ADVICE_DANGEROUS,
        .because = "the folder holds every RSA key of the machine, those of IIS, applications, "
                   "agents and VPN certificates as well as the one of Remote Desktop; only that "
                   "one is made again",
        .instead = "keep the permissions with icacls \"" MACHINEKEYS
                   "\" /save \"%TEMP%\\mk.acl\" /t /c, then give the one key file "
                   "f686aace6942fb7f7ceb231212eef4a4_<MachineGuid> its rights again: icacls "
                   "\"<file>\" /grant *S-1-5-18:F *S-1-5-20:R *S-1-5-32-544:F; if that fails "
                   "rename this one file only",
        .causes = {"machinekeys-inaccessible"},
        .sources = {"Microsoft: Azure VM RDP internal error",
                    "Microsoft: default permissions of the MachineKeys folders",
                    "names of machine key files, recomputed by us"},
        .words = {"renam|delet|remov|rebuild|recreat|mov|reset|empty|clear|wipe machinekeys",
                  "renam|delet|remov|rebuild|recreat|mov|reset|empty|clear|wipe rsa "
                  "folder|directory|keys|crypto",
                  "delet|rebuild|recreat|reset|empty|clear|renam machine keys folder|directory"},
        .never_offered = true,
    },
    {
        .id = "A8",
        .claim = "The code shows that the transport was made but that the session died in "
                 "routing, in the security negotiation or in the certificate handshake.",
        .verdict = ADVICE_PARTLY,
        .because = "0x904 does mean a socket that closed after it was open, and one reproduced "
                   "case ended in the TLS handshake; but the pair of codes does not carry the "
                   "phase, and a routing fault before the connection gives other codes",
        .instead = "find the stage by a probe from the client, then read the host's System log "
                   "for the same minute",
        .causes = {"machinekeys-inaccessible", "rdp-certificate-binding-broken",
                   "tls-version-mismatch", "proxy-or-bastion-mismatch",
                   "antivirus-or-tls-interception"},
        .sources = {"Microsoft: IMsTscAxEvents OnDisconnected",
                    "Microsoft: ExtendedDisconnectReasonCode", "[MS-RDPBCGR] 2.2.1.2.2"},
        .words =
            {"transport session|connection died|dies|ended|fail|broke negotiat|handshake|routing",
             "0x904 transport|stage|phase|handshake|negotiat"},
    },
    {
        .id = "A9",
        .claim = "Network Level Authentication authenticates users before a full session is "
                 "created.",
        .verdict = ADVICE_SUPPORTED,
        .because = "NLA runs inside TLS before the connection is set up any further, so the host "
                   "spends no session on a caller whom it does not know",
        .causes = {"nla-required-client-lacks"},
        .sources = {"[MS-RDPBCGR] 1.3.1.1", "[MS-RDPBCGR] 5.4.5", "TerminalServer.admx"},
        .words = {"nla authenticat before|prior|first session|creat|logon"},
    },
    {
        .id = "A10",
        .claim = "NLA can cause the extended error 0x7 when there is latency or a mismatch in "
                 "the configuration.",
        .verdict = ADVICE_NOT_CHECKABLE,
        .because = "a mismatch does end the connection but has codes and texts of its own "
                   "(0xB09, the CredSSP message); no source ties latency to it, and NLA bears "
                   "seconds of delay",
        .instead = "measure the round trip first, and read the host's offer: a client that lacks "
                   "NLA gets 0xB09",
        .causes = {"high-latency", "nla-required-client-lacks"},
        .sources = {"Microsoft: IMsTscAxEvents OnDisconnected", "[MS-RDPBCGR] 2.2.1.2.2"},
        .words = {"nla latenc|lag|slow|delay", "nla mismatch|misconfig 0x7|extended"},
    },
    {
        .id = "A11",
        .claim = "Certificate expiry is one of the main reasons for this error.",
        .verdict = ADVICE_PARTLY,
        .because = "Windows renews the certificate that it makes itself, so expiry is the sign "
                   "and a renewal that failed (events 1057, 1058, 36870) or an assigned "
                   "certificate that ran out (event 1053) is the fault; an unreadable private "
                   "key is the one cause reproduced for 0x904 with 0x7, and nobody has counted "
                   "how often any of these occurs",
        .instead = "see whether it has expired and whether renewal failed: Get-ChildItem "
                   "'Cert:\\LocalMachine\\Remote Desktop' | Format-List Subject, NotAfter, and "
                   "events 1056 to 1058 in the host's System log",
        .causes = {"rdp-certificate-expired", "machinekeys-inaccessible",
                   "rdp-certificate-binding-broken"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "TechNet: TermService events 1052 to 1058",
                    "public reports of 0x904 with extended 0x7"},
        .words = {"cert expiry|expiration|expir main|reason|why|explain", "cert ran|run out"},
    },
    {
        .id = "A12",
        .claim = "Type the host's IP address instead of its name.",
        .verdict = ADVICE_SUPPORTED,
        .because = "it shows whether the name is at fault; it repairs nothing, and with an "
                   "address there is no Kerberos, no Remote Credential Guard, and the name in "
                   "the certificate does not match",
        .instead = "use the address as a test, then repair the name: ipconfig /registerdns on "
                   "the host, ipconfig /flushdns on the client",
        .causes = {"dns-wrong-host", "dns-unresolvable", "kerberos-spn-problem"},
        .sources = {"Microsoft: Local Security Authority cannot be contacted",
                    "TerminalServer.admx"},
        .words = {"ip|address instead|rather name|hostname|dns",
                  "type|enter|connect|use ip address name|hostname"},
    },
    {
        .id = "A13",
        .claim = "Configure firewall exceptions for Remote Desktop.",
        .verdict = ADVICE_PARTLY,
        .because = "only the host needs a rule for incoming connections; the client's outgoing "
                   "ones are allowed by default, and a blocked port shows as 0x204, not as 0x904",
        .instead = "open the host's own rule group and nothing on the client: "
                   "Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752' | Enable-NetFirewallRule",
        .causes = {"host-firewall-blocks"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: IMsTscAxEvents OnDisconnected",
                    "registry of real Windows 7, 8.1 and 10"},
        .words = {"firewall exception|exempt rdp|remote|3389|configur|add"},
    },
    {
        .id = "A14",
        .claim = "Restart or redeploy the VM from the portal.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a restart brings the machine into a consistent state and lets the host make "
                   "its certificate anew; unsaved work is lost, a redeploy also loses the "
                   "temporary disk, and the traces of the cause may go with it",
        .instead = "save the event logs first: wevtutil epl System \"%TEMP%\\system.evtx\" in "
                   "the serial console, then restart once",
        .causes = {"pending-reboot-or-servicing", "machinekeys-inaccessible"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: cannot connect with RDP to an Azure VM"},
        .words = {"restart|reboot|redeploy vm|virtual|instance portal|azure|cloud|console"},
    },
    {
        .id = "A15",
        .claim = "Once the keys folder is gone, the OS will reconstruct the MachineKeys "
                 "directory securely upon startup.",
        .verdict = ADVICE_WRONG,
        .dangerous = true,
        .because = "only the directory and the key of Remote Desktop can come back; the keys of "
                   "IIS, applications, agents and certification authorities are lost and their "
                   "certificates become unusable",
        .instead = "keep the permissions with icacls \"" MACHINEKEYS
                   "\" /save \"%TEMP%\\mk.acl\" /t /c, then give the one key file "
                   "f686aace6942fb7f7ceb231212eef4a4_<MachineGuid> its rights again: icacls "
                   "\"<file>\" /grant *S-1-5-18:F *S-1-5-20:R *S-1-5-32-544:F; if that fails "
                   "rename this one file only",
        .causes = {"machinekeys-inaccessible"},
        .sources = {"Microsoft: default permissions of the MachineKeys folders",
                    "names of machine key files, recomputed by us",
                    "TechNet: TermService events 1052 to 1058"},
        .words = {"windows|os|system reconstruct|recreat|rebuild|regenerat|restor "
                  "machinekeys|rsa|keys directory|folder|startup|boot|restart|itself"},
        .never_offered = true,
    },
    {
        .id = "A16",
        .claim = "Adjust the group policy to require the RDP security layer and so force native "
                 "RDP security.",
        .verdict = ADVICE_DANGEROUS,
        .because = "the host is then not authenticated, the encryption is weak and old, NLA "
                   "becomes impossible and modern clients refuse; a symptom may vanish only "
                   "because TLS is no longer used",
        .instead = "reg add \"" TCP "\" /v SecurityLayer /t REG_DWORD /d 2 /f, and repair the "
                   "certificate or the TLS settings that made TLS fail",
        .causes = {"security-layer-mismatch"},
        .sources = {"[MS-RDPBCGR] 5.4.5", "[MS-RDPBCGR] 2.2.1.2.2", "TerminalServer.admx"},
        .words = {"forc|requir|set|polic|switch security layer rdp|native",
                  "native|legacy|classic|standard rdp security", "securitylayer 0|zero|native"},
        .never_offered = true,
    },
    {
        .id = "A17",
        .claim = "Modern clients try to use UDP for better performance.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the transport setting allows both by default, and UDP is added after the TCP "
                   "connection stands",
        .causes = {"udp-blocked-no-fallback"},
        .sources = {"TerminalServer.admx", "Microsoft: supported RDP properties",
                    "registry of real Windows 7, 8.1 and 10"},
        .words = {"client|mstsc|rdp|remote udp perform|faster|speed|quick|better"},
    },
    {
        .id = "A18",
        .claim = "0x904 often comes from UDP failing and a fallback to TCP with a corrupted "
                 "negotiation.",
        .verdict = ADVICE_WRONG,
        .because = "RDP starts on TCP and UDP is an optional later transport; where UDP is not "
                   "possible everything stays on TCP and event 136 says so; the real troubles "
                   "with UDP are hangs of some versions after connecting",
        .instead = "test it: reg add \"" CLIENT
                   "\" /v fClientDisableUDP /t REG_DWORD /d 1 /f on the client; if the error "
                   "stays UDP has no part in it, so take it back with reg delete \"" CLIENT
                   "\" /v fClientDisableUDP /f",
        .causes = {"udp-blocked-no-fallback", "udp-negotiation-hang"},
        .sources = {"TerminalServer.admx", "Windows event manifests (RdpCoreTS, user profiles)"},
        .words = {"udp fallback|falls|falling|back tcp",
                  "udp fail|block|cause|corrupt|disabl 0x904"},
        .never_offered = true,
    },
    {
        .id = "A19",
        .claim = "If mstsc keeps failing, install the Store version of Remote Desktop.",
        .verdict = ADVICE_WRONG,
        .because = "the Store app was withdrawn on 27 May 2025 and its successor makes no plain "
                   "connections to PCs; that a second client works shows a difference worth "
                   "looking at but repairs nothing",
        .instead = "stay with mstsc /v:<host> and use another client only to compare",
        .causes = {"client-wrong-app", "client-outdated"},
        .sources = {"published notices of the app's end (secondary)"},
        .words = {"store version|edition mstsc|remote|rdp",
                  "install|use|try store app|version|client"},
    },
    {
        .id = "A20",
        .claim = "High packet loss, poor VPN throughput or slow ISP routing can time out the "
                 "security negotiation.",
        .verdict = ADVICE_PARTLY,
        .because = "loss and packets too large for the path can do that, because there are time "
                   "limits; little throughput alone cannot, since a whole session start with NLA "
                   "takes about 34 kB",
        .instead = "measure loss and the largest packet that passes: ping -n 50 <host> and ping "
                   "-f -l 1372 <host>",
        .causes = {"packet-loss", "mtu-black-hole", "vpn-unstable", "low-bandwidth"},
        .sources = {"own measurement of a session start",
                    "Windows event manifests (RdpCoreTS, user profiles)"},
        .words = {"packet|high loss time|timeout|negotiat|handshake",
                  "vpn|isp|routing|line slow|poor|bad|throughput time|timeout|negotiat|handshake"},
    },
    {
        .id = "A21",
        .claim = "Windows creates a clean self-signed certificate by itself when the service "
                 "restarts.",
        .verdict = ADVICE_SUPPORTED,
        .because = "it does if the key store can be read and the service SessionEnv is not "
                   "disabled; event 1056 confirms it",
        .causes = {"rdp-certificate-expired"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "event texts of the RemoteConnectionManager"},
        .words = {"self signed cert restart|creat|generat|mak|new|dynamic",
                  "windows creat|generat|mak new cert itself|restart|service"},
    },
    {
        .id = "A22",
        .claim = "If the error persists, look at the security policy.",
        .verdict = ADVICE_PARTLY,
        .because = "true as an order of steps only; an order that follows what was observed "
                   "finds the cause sooner",
        .instead = "let the stage at which the probe stops decide what to look at, then gpresult "
                   "/h report.html for what a policy sets",
        .causes = {"security-layer-mismatch", "group-policy-overrides-local-setting"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting"},
        .words = {"persist|remain|still|continu security polic"},
    },
    {
        .id = "A23",
        .claim = "Set the CredSSP policy Encryption Oracle Remediation to Vulnerable to find a "
                 "patch mismatch.",
        .verdict = ADVICE_DANGEROUS,
        .because = "that opens CVE-2018-0886 again, by which a man in the middle relays the "
                   "credentials; the error text, the CredSSP version in the host's answer or the "
                   "build number shows the mismatch without weakening anything",
        .instead = "compare the builds with winver on both machines and install the updates; if "
                   "the value was changed set it back: reg add \"" CREDSSP
                   "\" /v AllowEncryptionOracle /t REG_DWORD /d 1 /f",
        .causes = {"credssp-encryption-oracle"},
        .sources = {"KB4093492 (CVE-2018-0886)", "CredSsp.admx"},
        .words = {"credssp|oracle|remediation vulnerable",
                  "credssp|oracle set|polic|remediation vulnerable",
                  "allowencryptionoracle 2|vulnerable|set"},
        .never_offered = true,
    },
    {
        .id = "A24",
        .claim = "The Vulnerable setting is only temporary, and the correct fix is to update the "
                 "server.",
        .verdict = ADVICE_SUPPORTED,
        .because = "Microsoft says to update both ends; the better order leaves the temporary "
                   "step out",
        .instead = "update both ends without weakening either; where the host is out of reach "
                   "use its console or the management tool",
        .causes = {"credssp-encryption-oracle"},
        .sources = {"KB4093492 (CVE-2018-0886)"},
        .words = {"vulnerable temporar updat|patch", "credssp|oracle temporar updat|patch"},
    },
    {
        .id = "A25",
        .claim = "NLA makes users prove who they are before the session exists.",
        .verdict = ADVICE_SUPPORTED,
        .because = "NLA runs inside TLS before the connection is set up any further, so the host "
                   "spends no session on a caller whom it does not know",
        .causes = {"nla-required-client-lacks"},
        .sources = {"[MS-RDPBCGR] 1.3.1.1", "[MS-RDPBCGR] 5.4.5", "TerminalServer.admx"},
        .words = {"nla prove|verif|check|identif before|prior|first", "nla before session"},
    },
    {
        .id = "A26",
        .claim = "The fastest fix is to turn off NLA.",
        .verdict = ADVICE_DANGEROUS,
        .because = "it shows the logon screen to every caller before anyone is authenticated; "
                   "Microsoft names it only as a temporary test, and it mends no fault of TLS, "
                   "certificate, firewall or licensing",
        .instead = "leave it on (reg add \"" TCP
                   "\" /v UserAuthentication /t REG_DWORD /d 1 /f); for 0xB09 update the client, "
                   "and for a domain account try a local one as .\\user",
        .causes = {"nla-required-client-lacks", "nla-cannot-reach-dc"},
        .sources = {"Microsoft: Local Security Authority cannot be contacted",
                    "Microsoft: Azure VM RDP internal error", "TerminalServer.admx"},
        .words = {"disabl|deactivat|remov|uncheck|untick nla", "turn|switch|set|put nla off",
                  "userauthentication 0|zero|disabl"},
        .never_offered = true,
    },
    {
        .id = "A27",
        .claim = "Without NLA the connection authenticates at the session layer rather than at "
                 "the network layer.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the logon screen inside the session then does the authentication; the "
                   "wording is loose but the matter is right",
        .causes = {"nla-required-client-lacks"},
        .sources = {"[MS-RDPBCGR] 1.3.1.1", "[MS-RDPBCGR] 5.4.5"},
        .words = {"without|disabl|off nla session|logon layer|authenticat|screen|login"},
    },
    {
        .id = "A28",
        .claim = "Disabling NLA bypasses the handshake that causes 0x904.",
        .verdict = ADVICE_WRONG,
        .because = "with the security layer on negotiate or TLS the TLS handshake takes place "
                   "all the same and only the CredSSP exchange after it is left out",
        .instead = "look for what ends the handshake: Get-WinEvent -FilterHashtable "
                   "@{LogName='System';ProviderName='Schannel';Id=36870,36871,36874} -MaxEvents "
                   "20",
        .causes = {"security-layer-mismatch"},
        .sources = {"[MS-RDPBCGR] 5.4.5", "Microsoft: NegotiateSecurityLayer of the RDP control"},
        .words = {"disabl|without|off nla bypass|skip|avoid|around handshake|tls|negotiat|0x904",
                  "disabl|without nla fix|cure|solv|help 0x904|tls|cert"},
    },
    {
        .id = "A29",
        .claim = "The most common cause is a shaky VPN or low bandwidth.",
        .verdict = ADVICE_NOT_CHECKABLE,
        .because = "no count of causes was found; low bandwidth is refuted as the only cause, "
                   "since a session start takes about 34 kB, and a VPN that drops ends running "
                   "sessions rather than new ones",
        .instead = "compare with and without the VPN, and measure loss: ping -n 50 <host>",
        .causes = {"vpn-unstable", "low-bandwidth"},
        .sources = {"own measurement of a session start",
                    "Microsoft: troubleshoot Remote Desktop disconnected errors"},
        .words = {"common|usual|frequent|main|typical|mostly vpn|bandwidth "
                  "cause|reason|culprit|due|because"},
    },
    {
        .id = "B0",
        .claim = "The code pair 0x904 with extended 0x7 has one specific meaning and one list of "
                 "fixes.",
        .verdict = ADVICE_NOT_CHECKABLE,
        .because = "Microsoft gives no such meaning; the pair stands for a class, a connection "
                   "that was open and that the far side or something between closed, and what "
                   "helps depends on the stage",
        .instead = "find the stage at which the connection ends before changing anything",
        .causes = {"machinekeys-inaccessible", "rdp-certificate-binding-broken",
                   "proxy-or-bastion-mismatch", "tls-version-mismatch", "session-limit"},
        .sources = {"Microsoft: IMsTscAxEvents OnDisconnected",
                    "Microsoft: ExtendedDisconnectReasonCode",
                    "public reports of 0x904 with extended 0x7"},
        .words = {"0x904 0x7 mean|specific|list|fix|cause", "0x904 mean|specific|explain"},
    },
    {
        .id = "B1",
        .claim = "Start mstsc without saved credentials.",
        .verdict = ADVICE_SUPPORTED,
        .because = "stale entries for the host make logons fail or repeat, and the test is "
                   "harmless; it says nothing about 0x904",
        .instead = "mstsc /v:<host> /prompt",
        .causes = {"client-cached-credentials", "credentials-wrong"},
        .sources = {"Microsoft: cannot authenticate or must authenticate twice"},
        .words = {"without saved|stored|cached|remembered credential|password",
                  "mstsc prompt credential|password"},
    },
    {
        .id = "B2",
        .claim = "Run mstsc /v:server /restrictedAdmin.",
        .verdict = ADVICE_PARTLY,
        .because = "the syntax is right, but it works only if the host allows Restricted Admin "
                   "and the user is an administrator there; otherwise the client shows 0xE09",
        .instead = "see first whether the host allows it, which is the value 0: reg query "
                   "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\" /v DisableRestrictedAdmin",
        .causes = {"restricted-admin-disabled"},
        .sources = {"[MS-RDPBCGR] 2.2.1.1.1", "[MS-RDPBCGR] 2.2.1.2.1", "TerminalServer.admx"},
        .words = {"mstsc|run|use|try|connect restrictedadmin",
                  "mstsc|run|use|try|connect restricted admin"},
    },
    {
        .id = "B3",
        .claim = "The restrictedAdmin switch bypasses CredSSP.",
        .verdict = ADVICE_WRONG,
        .because = "Restricted Admin is a flag of the CredSSP request, so NLA still runs and "
                   "only the password is not handed over to the host",
        .instead = "treat a CredSSP fault as one: update both ends, and for a domain account try "
                   "a local one as .\\user",
        .causes = {"restricted-admin-disabled"},
        .sources = {"[MS-RDPBCGR] 2.2.1.1.1", "[MS-RDPBCGR] 5.4.5"},
        .words = {"restrictedadmin bypass|avoid|skip|without|circumvent credssp|nla",
                  "restricted admin bypass|avoid|skip|without|circumvent credssp|nla"},
        .never_offered = true,
    },
    {
        .id = "B4",
        .claim = "Using restrictedAdmin often resolves the extended error 0x7.",
        .verdict = ADVICE_NOT_CHECKABLE,
        .because = "no source was found; at best it changes how the network logon is made, and "
                   "it opens the host to stolen password hashes and takes network access away "
                   "from the session",
        .instead = "leave it out until the stage of the failure is known",
        .causes = {"restricted-admin-disabled"},
        .sources = {"TerminalServer.admx", "public reports of 0x904 with extended 0x7"},
        .words = {"restrictedadmin fix|resolv|solv|cure|help 0x7|0x904|extended|error",
                  "restricted admin fix|resolv|solv|cure|help 0x7|0x904|extended|error"},
    },
    {
        .id = "B5",
        .claim = "Older servers lack modern TLS.",
        .verdict = ADVICE_SUPPORTED,
        .because = "Windows 7 and Server 2008 R2 speak TLS 1.0 by default and need KB3080079 for "
                   "1.1 and 1.2",
        .instead = "install KB3080079 and the current updates on the old host, or replace it",
        .causes = {"tls-version-mismatch"},
        .sources = {"Microsoft: TLS registry settings"},
        .words = {"old|2008|legacy server|host|windows lack|miss|support|without|only tls"},
    },
    {
        .id = "B6",
        .claim = "Force the client to use only the RDP security layer.",
        .verdict = ADVICE_WRONG,
        .dangerous = true,
        .because = "a client cannot choose it against a host that requires TLS or NLA, and with "
                   "CredSSP on, switching negotiation off makes the client go straight to "
                   "CredSSP; where it does succeed the host is not authenticated",
        .instead = "leave the choice to the negotiation and let the host use TLS: reg add \"" TCP
                   "\" /v SecurityLayer /t REG_DWORD /d 2 /f",
        .causes = {"security-layer-mismatch"},
        .sources = {"Microsoft: NegotiateSecurityLayer of the RDP control",
                    "[MS-RDPBCGR] 2.2.1.1.1"},
        .words = {"client|mstsc forc|only|mak|limit security layer",
                  "negotiate security layer 0|disabl|off"},
        .never_offered = true,
    },
    {
        .id = "B7",
        .claim = "A host or network firewall blocks port 3389.",
        .verdict = ADVICE_PARTLY,
        .because = "a blocked port is a real cause, but of another code: the client then shows "
                   "0x204 or 0x108, never 0x904",
        .instead = "Test-NetConnection <host> -Port 3389; if that fails and the host's own rule "
                   "is off: Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752' | "
                   "Enable-NetFirewallRule",
        .causes = {"host-firewall-blocks", "tcp-port-filtered"},
        .sources = {"Microsoft: IMsTscAxEvents OnDisconnected",
                    "Microsoft: general Remote Desktop troubleshooting"},
        .words = {"firewall block|drop|filter 3389|port", "firewall block|drop|caus 0x904"},
    },
    {
        .id = "B8",
        .claim = "A stuck or disconnected session of the same account prevents the new connection.",
        .verdict = ADVICE_PARTLY,
        .because = "it is a real cause of hangs at reconnecting; transport and authentication "
                   "succeed first, so that it gives 0x904 at connecting is unproven",
        .instead = "query user /server:<host>, ask its owner, then logoff <id> /server:<host>",
        .causes = {"stuck-session"},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "Windows event manifests (RdpCoreTS, user profiles)"},
        .words = {"stuck|frozen|hung|hang|orphan session",
                  "disconnected session account|user|prevent|block|old"},
    },
    {
        .id = "B9",
        .claim = "Windows blocks inbound RDP because the network is set to Public instead of "
                 "Private.",
        .verdict = ADVICE_PARTLY,
        .because = "true for the default rule of Windows 7, for rules limited to a profile and "
                   "where everything incoming is blocked; false for the stock rule since Windows "
                   "8, which holds for every profile once it is on",
        .instead = "look before changing the network: Get-NetFirewallRule -Group "
                   "'@FirewallAPI.dll,-28752' | Format-Table Name, Enabled, Profile",
        .causes = {"network-profile-public"},
        .sources = {"registry of real Windows 7, 8.1 and 10", "Microsoft: Network List Manager"},
        .words = {"network|profile|categor public private|block|rdp|remote|inbound"},
    },
    {
        .id = "B10",
        .claim = "Remote Desktop Services on the host have stopped responding.",
        .verdict = ADVICE_PARTLY,
        .because = "a stopped service gives 0x204 and one that hangs can give 0x904 or 0x108, so "
                   "it is a cause, but it needs evidence from the service's events",
        .instead = "sc query TermService and qwinsta on the host: running while qwinsta hangs "
                   "means that it hangs",
        .causes = {"termservice-stopped", "termservice-hung"},
        .sources = {"Microsoft: Remote Desktop Services is currently busy",
                    "event texts of the RemoteConnectionManager"},
        .words = {"rds|termservice respon|hung|hang|frozen|freez|crash",
                  "remote desktop service respon|hung|hang|crash"},
    },
    {
        .id = "B11",
        .claim = "Open or forward TCP 3389 or the configured port.",
        .verdict = ADVICE_PARTLY,
        .dangerous = true,
        .because = "right for a filtered port, but forwarded from the whole Internet it invites "
                   "password guessing: the log of one exposed host holds 1769 connections and 5 "
                   "successful sign-ins",
        .instead = "use a VPN or an RD Gateway, or admit known sources only: New-NetFirewallRule "
                   "-Name rdpwhy-rdp -DisplayName \"RDP scoped\" -Direction Inbound -Protocol "
                   "TCP -LocalPort 3389 -RemoteAddress <cidr> -Action Allow",
        .causes = {"tcp-port-filtered", "nat-or-gateway-misroute", "rdp-bruteforce-overload"},
        .sources = {"event logs of real hosts", "Microsoft: ports used by Remote Desktop Services"},
        .words = {"open|forward|expos 3389", "port forward rdp|remote|router|nat",
                  "expos rdp|remote internet"},
    },
    {
        .id = "B12",
        .claim = "Check the ISP and the cloud security groups.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the rule sets of clouds and the filters of providers are documented causes "
                   "of a silent port",
        .causes = {"tcp-port-filtered"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: cannot connect with RDP to an Azure VM"},
        .words = {"security group cloud|azure|aws|isp|3389",
                  "isp|provider block|filter|check 3389|port|rdp|remote",
                  "nsg rule|3389|port|rdp|block"},
    },
    {
        .id = "B13",
        .claim = "If DNS resolves the wrong host, use the IP address or fix DNS.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a record that names another machine leads to the wrong host; the address "
                   "shows it as a test, and correcting the record repairs it",
        .instead = "ipconfig /registerdns on the host, then compare nslookup <name> with the "
                   "host's ipconfig",
        .causes = {"dns-wrong-host"},
        .sources = {"Microsoft: Local Security Authority cannot be contacted"},
        .words = {"dns wrong|incorrect|another|different host|machine|address|server|computer|ip"},
    },
    {
        .id = "B14",
        .claim = "If the Remote Desktop service is stopped, restart it and reboot if needed.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a stopped service is a cause and starting it the remedy; a restart of the "
                   "service ends all sessions, and a reboot cures without telling why",
        .instead = "Set-Service TermService -StartupType Manual; Start-Service TermService",
        .causes = {"termservice-stopped", "pending-reboot-or-servicing"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting"},
        .words = {"service|rds|termservice stop|down restart|start|reboot",
                  "remote desktop service stop|down restart|start|reboot"},
    },
    {
        .id = "B15",
        .claim = "For a CredSSP or TLS mismatch patch the client and the server.",
        .verdict = ADVICE_SUPPORTED,
        .because = "that is the lasting repair for both kinds of mismatch",
        .causes = {"credssp-encryption-oracle", "tls-version-mismatch"},
        .sources = {"KB4093492 (CVE-2018-0886)", "Microsoft: TLS registry settings"},
        .words = {"credssp|tls mismatch|incompatib|differ patch|updat",
                  "patch client server credssp|tls"},
    },
    {
        .id = "B16",
        .claim = "Make the CredSSP group policies on both sides compatible.",
        .verdict = ADVICE_PARTLY,
        .because = "Mitigated is the right value on both sides; compatible must not come to mean "
                   "Vulnerable",
        .instead = "reg add \"" CREDSSP "\" /v AllowEncryptionOracle /t REG_DWORD /d 1 /f on both, "
                   "and update the one that lags",
        .causes = {"credssp-encryption-oracle", "credential-delegation-blocked"},
        .sources = {"KB4093492 (CVE-2018-0886)", "CredSsp.admx"},
        .words = {"credssp polic|gpo|setting compatib|match|same|align|equal"},
    },
    {
        .id = "B17",
        .claim = "Disable NLA on the server as a temporary test, but not in production.",
        .verdict = ADVICE_PARTLY,
        .because = "a short test with a fixed end is acceptable; it lowers the security of the "
                   "host as long as it lasts and does not help against causes in TLS or the "
                   "certificate",
        .instead = "try a local account as .\\user first; if it must be, for minutes and from a "
                   "trusted network, reg add \"" TCP "\" /v UserAuthentication /t REG_DWORD /d 0 "
                   "/f, and the same with /d 1 right after",
        .causes = {"nla-required-client-lacks", "nla-cannot-reach-dc"},
        .sources = {"TerminalServer.admx", "Microsoft: Azure VM RDP internal error"},
        .words = {"disabl nla production|test|temporar|short|brief|moment",
                  "turn|switch nla off production|test|temporar|short|brief|moment"},
    },
    {
        .id = "B18",
        .claim = "Verify RDS licensing, log off idle sessions or raise the limits.",
        .verdict = ADVICE_SUPPORTED,
        .because = "both are documented causes; licensing has codes of its own (0x808, 0x107, "
                   "extended 0x101 and following), while a reached limit gives the generic text",
        .instead = "qwinsta on the host for the sessions, then logoff <id>; events 1068, 1069 "
                   "and 1128 to 1131 for licensing",
        .causes = {"licensing-grace-expired", "licensing-server-unreachable", "session-limit"},
        .sources = {"Microsoft: cannot connect, no Remote Desktop license server",
                    "Microsoft: troubleshoot Remote Desktop disconnected errors"},
        .words = {"licens rds|remote|rdp|session|server verif|check|problem|cause|expir|grace",
                  "idle session log|logoff|clos|end|limit",
                  "session|connection limit rais|increas|reach|maximum"},
    },
    {
        .id = "B19",
        .claim = "Test with antivirus and VPN off, or adjust their rules.",
        .verdict = ADVICE_PARTLY,
        .because = "interception is real and shows in a certificate of a strange issuer; "
                   "exclusions are better than switching off, and a test must be short and "
                   "otherwise protected",
        .instead = "compare the certificate's thumbprint on the host and from the client, then "
                   "exclude the RDP path in the product; leave the firewall on",
        .causes = {"antivirus-or-tls-interception", "vpn-unstable"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: ports used by Remote Desktop Services"},
        .words = {"antivirus|virus off|disabl|without|paus|uninstall|stop",
                  "vpn off|disabl|without test|try"},
    },
    {
        .id = "B20",
        .claim = "Just reboot the computer.",
        .verdict = ADVICE_PARTLY,
        .because = "it completes pending updates, frees hung services and used-up ports, and it "
                   "hides the cause",
        .instead = "save the log first: wevtutil epl System \"%TEMP%\\system.evtx\", then reboot "
                   "once",
        .causes = {"pending-reboot-or-servicing", "ephemeral-port-exhaustion"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting"},
        .words = {"reboot computer|host|pc|server|machine|just|simply|help|fix|cure|solv",
                  "restart computer|pc|machine|laptop help|fix|cure|solv|just|simply"},
    },
    {
        .id = "B21",
        .claim = "Run Rename-Item on MachineKeys so that it is called MachineKeys_old.",
        .verdict = ADVICE_DANGEROUS,
        .because = "all RSA keys of the machine go out of use with it, those of IIS, "
                   "applications, agents and VPN certificates too, and only the one of Remote "
                   "Desktop is made again",
        .instead = "if it was done move the new folder aside and take it back: Rename-Item "
                   "\"$env:ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys_old\" MachineKeys; "
                   "then repair the permissions of the one file "
                   "f686aace6942fb7f7ceb231212eef4a4_<MachineGuid>: icacls \"<file>\" /grant "
                   "*S-1-5-18:F *S-1-5-20:R *S-1-5-32-544:F",
        .causes = {"machinekeys-inaccessible"},
        .sources = {"Microsoft: Azure VM RDP internal error",
                    "names of machine key files, recomputed by us"},
        .words = {"renam item machinekeys", "renam machinekeys old|bak|folder|directory"},
        .never_offered = true,
    },
    {
        .id = "B22",
        .claim = "Redeploy the virtual machine, or restart it, from the cloud portal.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a restart brings the machine into a consistent state and lets the host make "
                   "its certificate anew; unsaved work is lost, a redeploy also loses the "
                   "temporary disk, and the traces of the cause may go with it",
        .instead = "save the event logs first: wevtutil epl System \"%TEMP%\\system.evtx\" in "
                   "the serial console, then restart once",
        .causes = {"pending-reboot-or-servicing", "machinekeys-inaccessible"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: cannot connect with RDP to an Azure VM"},
        .words = {"redeploy vm|virtual|azure|instance|machine|portal",
                  "redeploy virtual machine portal|cloud|azure"},
    },
    {
        .id = "B23",
        .claim = "Configure exceptions in the firewall and the antivirus.",
        .verdict = ADVICE_PARTLY,
        .because = "exceptions are right and switching off is not; the firewall's needs to be on "
                   "the host only and limited to known sources",
        .instead = "Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752' | "
                   "Enable-NetFirewallRule on the host, and an exclusion for the RDP path in the "
                   "security product",
        .causes = {"host-firewall-blocks", "antivirus-or-tls-interception"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting"},
        .words = {"firewall antivirus|virus exception|exclu|exempt|allow|whitelist",
                  "antivirus|virus exception|exclu|exempt|allow|whitelist rdp|remote|3389|mstsc"},
    },
    {
        .id = "B24",
        .claim = "The local Windows firewall on the host is blocking Remote Desktop.",
        .verdict = ADVICE_PARTLY,
        .because = "a blocked port is a real cause, but of another code: the client then shows "
                   "0x204 or 0x108, never 0x904",
        .instead = "Test-NetConnection <host> -Port 3389; if that fails and the host's own rule "
                   "is off: Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752' | "
                   "Enable-NetFirewallRule",
        .causes = {"host-firewall-blocks", "tcp-port-filtered"},
        .sources = {"Microsoft: IMsTscAxEvents OnDisconnected",
                    "Microsoft: general Remote Desktop troubleshooting"},
        .words = {"firewall block|drop|stop|prevent rdp|remote|mstsc"},
    },
    {
        .id = "B25",
        .claim = "A corrupt NTUSER.DAT stops the session and gives 0x904.",
        .verdict = ADVICE_WRONG,
        .because = "a damaged profile gives a temporary profile or an error inside a session "
                   "that already exists (event 21 is there); no source ties it to 0x904",
        .instead = "look whether it is the profile: Get-WinEvent -FilterHashtable "
                   "@{LogName='Application';ProviderName='Microsoft-Windows-User Profiles "
                   "Service';Id=1508,1511,1515} -MaxEvents 20",
        .causes = {"user-profile-corrupt"},
        .sources = {"Windows event manifests (RdpCoreTS, user profiles)",
                    "Microsoft: general Remote Desktop troubleshooting"},
        .words = {"ntuser corrupt|damag|broken|0x904|cause|delet|renam",
                  "profile corrupt|damag|broken 0x904|session|rdp|remote|connect|user"},
    },
    {
        .id = "B26",
        .claim = "Authentication succeeds, so there is no 0x5 access denied, but creating the "
                 "session fails.",
        .verdict = ADVICE_PARTLY,
        .because = "the order is right for a fault of the profile; but 0x5 belongs to no family "
                   "of RDP codes, and a missing right or a reached limit also refuses after the "
                   "authentication",
        .instead = "read events 21, 41 and 42 of the LocalSessionManager and 1149 of the "
                   "RemoteConnectionManager for the minute of the attempt",
        .causes = {"user-profile-corrupt", "not-in-remote-desktop-users", "session-limit"},
        .sources = {"Microsoft: IMsTscAxEvents OnLogonError",
                    "Microsoft: ExtendedDisconnectReasonCode"},
        .words = {"authenticat|logon|login|password|credential succe|work|right|accepted session "
                  "creat|start fail|not",
                  "0x5 access denied"},
    },
    {
        .id = "B27",
        .claim = "Update the DNS records.",
        .verdict = ADVICE_SUPPORTED,
        .because = "that is the repair when the record names another address than the host has",
        .instead = "ipconfig /registerdns on the host",
        .causes = {"dns-wrong-host"},
        .sources = {"Microsoft: Local Security Authority cannot be contacted"},
        .words = {"updat|correct|repair|chang|fix dns record|entry|entries|zone"},
    },
    {
        .id = "B28",
        .claim = "If connectivity tests fail, fix the routing or the ISP line and talk to the "
                 "network administrators.",
        .verdict = ADVICE_SUPPORTED,
        .because = "that is who can repair a path; what they need is the last hop that answers "
                   "and the place from which it was seen",
        .instead = "tracert <host> and Test-NetConnection <host> -Port 3389 from two networks, "
                   "and hand both over",
        .causes = {"tcp-port-filtered", "nat-or-gateway-misroute", "packet-loss"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting"},
        .words = {"connectivity|ping test|fail routing|route|isp|administrator",
                  "ask|talk|contact network administrator|admin|isp|provider"},
    },
    {
        .id = "B29",
        .claim = "If DNS fails, flush the cache, update the records or use the address.",
        .verdict = ADVICE_SUPPORTED,
        .because = "flushing is safe and helps against a stale answer on this one client only; a "
                   "wrong record has to be corrected where it is kept",
        .instead = "ipconfig /flushdns",
        .causes = {"dns-stale-cache", "dns-unresolvable"},
        .sources = {"Microsoft: Local Security Authority cannot be contacted"},
        .words = {"flush|clear|empty dns", "dns flush|clear cache|resolver record|address|updat",
                  "flushdns ipconfig|run|dns|help|rdp"},
    },
    {
        .id = "B30",
        .claim = "If the port is blocked, open it on all firewalls and NAT rules.",
        .verdict = ADVICE_PARTLY,
        .because = "only the filter that drops it needs opening, for known sources, and UDP of "
                   "the same port wants the same rule; open to the whole Internet it invites "
                   "password guessing",
        .instead = "find the filter with Test-NetConnection <host> -Port 3389 from both sides of "
                   "it, then New-NetFirewallRule -Name rdpwhy-rdp -DisplayName \"RDP scoped\" "
                   "-Direction Inbound -Protocol TCP -LocalPort 3389 -RemoteAddress <cidr> "
                   "-Action Allow",
        .causes = {"tcp-port-filtered", "rd-gateway-udp"},
        .sources = {"Microsoft: ports used by Remote Desktop Services"},
        .words = {"port open|allow all|every firewall|nat"},
    },
    {
        .id = "B31",
        .claim = "Enable Remote Desktop again under System Properties, Remote, see that the "
                 "service runs, and restart.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the tick admits connections and opens the firewall's rule group; a policy "
                   "may override it, and a restart is not needed",
        .instead = "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v "
                   "fDenyTSConnections /t REG_DWORD /d 0 /f, then Get-NetFirewallRule -Group "
                   "'@FirewallAPI.dll,-28752' | Enable-NetFirewallRule",
        .causes = {"listener-disabled", "termservice-stopped"},
        .sources = {"Microsoft: general Remote Desktop troubleshooting", "TerminalServer.admx"},
        .words = {"enabl|reenabl remote|rdp system|propert|setting",
                  "enabl|reenabl remote desktop again|host|pc|computer|server",
                  "sysdm|systempropertiesremote remote|enabl|rdp|run",
                  "fdenytsconnections 0|set|chang|enabl"},
    },
    {
        .id = "B32a",
        .claim = "For an NLA or TLS mismatch, temporarily disable NLA to test.",
        .verdict = ADVICE_PARTLY,
        .because = "a short test with a fixed end is acceptable; it lowers the security of the "
                   "host as long as it lasts and does not help against causes in TLS or the "
                   "certificate",
        .instead = "try a local account as .\\user first; if it must be, for minutes and from a "
                   "trusted network, reg add \"" TCP "\" /v UserAuthentication /t REG_DWORD /d 0 "
                   "/f, and the same with /d 1 right after",
        .causes = {"nla-required-client-lacks", "nla-cannot-reach-dc"},
        .sources = {"TerminalServer.admx", "Microsoft: Azure VM RDP internal error"},
        .words = {"mismatch disabl|without|off nla"},
    },
    {
        .id = "B32b",
        .claim = "Update the client or the server to compatible security protocols.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a shared version of TLS and CredSSP is what both sides need, and current "
                   "updates bring it",
        .causes = {"tls-version-mismatch", "credssp-encryption-oracle"},
        .sources = {"Microsoft: TLS registry settings", "KB4093492 (CVE-2018-0886)"},
        .words =
            {"updat|upgrad client|server|host compatib|security|modern|newer protocol|tls|credssp"},
    },
    {
        .id = "B32c",
        .claim = "Renew or replace expired certificates.",
        .verdict = ADVICE_SUPPORTED,
        .because = "right for both kinds: the host makes its own anew, an assigned one comes "
                   "from the certification authority",
        .instead = "self-made: Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | "
                   "Where-Object NotAfter -lt (Get-Date) | Remove-Item, then Restart-Service "
                   "SessionEnv; assigned: renew it where it was issued and bind the new one",
        .causes = {"rdp-certificate-expired"},
        .sources = {"Microsoft: Remote Desktop listener certificate configurations",
                    "Microsoft: remote desktop stuck on securing remote connection"},
        .words = {"renew|replac cert"},
    },
    {
        .id = "B33a",
        .claim = "With a gateway or NAT in between, correct the forwarding.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a rule that ends at a wrong address or port leads to nothing or to another "
                   "machine",
        .instead = "compare from inside and from outside: the same certificate thumbprint means "
                   "that the forward is right",
        .causes = {"nat-or-gateway-misroute"},
        .sources = {"Microsoft: ports used by Remote Desktop Services",
                    "Microsoft: general Remote Desktop troubleshooting"},
        .words = {"gateway|nat|router correct|wrong|fix|check|repair forward",
                  "forward wrong|correct|fix|check rule|port|machine|address"},
    },
    {
        .id = "B33b",
        .claim = "Use TLS passthrough.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the TLS of RDP starts inside the RDP connection and is not that of the web, "
                   "so a box that terminates it breaks it; an RD Gateway needs port 443 straight "
                   "through",
        .instead = "forward raw TCP, and take RDP out of TLS inspection",
        .causes = {"antivirus-or-tls-interception", "rd-gateway-unreachable"},
        .sources = {"[MS-RDPBCGR] 5.4.5"},
        .words = {"tls|ssl passthrough", "tls|ssl pass through",
                  "tls|ssl terminat|inspect|offload gateway|proxy|balancer|firewall|middlebox"},
    },
    {
        .id = "B33c",
        .claim = "Configure the RD Gateway and make the certificate names match.",
        .verdict = ADVICE_SUPPORTED,
        .because = "the gateway has codes of its own for a name that does not match (0x3000003, "
                   "0x3000006) and for a policy that refuses (0x300001B, 0x300001C)",
        .instead = "compare the gateway's name in the .rdp file with the names in its "
                   "certificate, and add the host's long and short name to the gateway's "
                   "resource group",
        .causes = {"rd-gateway-cert-name-mismatch", "rd-gateway-cap-rap-denied"},
        .sources = {"EricZimmerman/evtx maps of the gateway log",
                    "message texts of mstsc (secondary)"},
        .words = {"gateway cert name|match|mismatch", "rd|remote|rdp gateway config|misconfig"},
    },
    {
        .id = "B34a",
        .claim = "The client is corrupt, so reinstall or update it.",
        .verdict = ADVICE_PARTLY,
        .because = "mstsc is a part of Windows, removable only in late versions, and seldom "
                   "damaged; updating Windows updates it",
        .instead = "install the Windows updates, and sfc /scannow if its files are suspect",
        .causes = {"client-outdated"},
        .sources = {"published notes on removing mstsc (secondary)",
                    "Microsoft: IMsTscAxEvents OnDisconnected"},
        .words = {"reinstall|updat|repair|corrupt client|mstsc reinstall|corrupt|damag|mstsc",
                  "reinstall|uninstall remote|rdp client|app|mstsc|connection"},
    },
    {
        .id = "B34b",
        .claim = "Clear the cached credentials.",
        .verdict = ADVICE_SUPPORTED,
        .because = "a stored password that is out of date is sent again and again until the "
                   "account locks; removing it is safe",
        .instead = "cmdkey /delete:TERMSRV/<host>",
        .causes = {"client-cached-credentials"},
        .sources = {"Microsoft: cannot authenticate or must authenticate twice"},
        .words = {"clear|delet|remov|wipe|forget cached|saved|stored credential|password",
                  "cmdkey delet|termsrv|list|clear", "credential manager clear|delet|remov|entr"},
    },
    {
        .id = "B34c",
        .claim = "Recreate the .rdp file.",
        .verdict = ADVICE_SUPPORTED,
        .because = "damaged files, contradicting lines and signatures that no longer fit are "
                   "real causes",
        .instead = "keep a copy, then mstsc /edit <file.rdp> and save, or mstsc /v:<host> "
                   "without the file",
        .causes = {"rdp-file-corrupt"},
        .sources = {"TerminalServer.admx", "Microsoft: supported RDP properties"},
        .words = {"recreat|rebuild|new|delet|renam|remak|corrupt rdp file",
                  "default rdp delet|renam|recreat|remov"},
    },
    {
        .id = "B35",
        .claim = "For intermittent loss use a better path or replace the hardware.",
        .verdict = ADVICE_SUPPORTED,
        .because = "loss that continues to the last hop is repaired only on the path itself",
        .instead = "ping -n 50 <host> over cable and over the air, and pathping <host>, show "
                   "where it begins",
        .causes = {"packet-loss"},
        .sources = {"Windows event manifests (RdpCoreTS, user profiles)",
                    "Microsoft: general Remote Desktop troubleshooting"},
        .words = {"intermittent|sporadic|random|packet loss|drop|disconnect "
                  "path|hardware|cable|wired|replac"},
    },
    {
        .id = "B36a",
        .claim = "Restart Remote Desktop Services through the Services app.",
        .verdict = ADVICE_SUPPORTED,
        .because = "it makes the host read its settings and make a missing certificate anew, "
                   "which event 1056 confirms; it ends every remote session, and for the "
                   "certificate SessionEnv is enough",
        .instead = "Restart-Service SessionEnv for the certificate alone, otherwise "
                   "Restart-Service TermService -Force",
        .causes = {"rdp-certificate-expired"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection"},
        .words = {"restart rds|termservice services|app|msc|console|through|via",
                  "services msc restart rds|remote|termservice"},
    },
    {
        .id = "B36b",
        .claim = "In PowerShell run restart-service termserv -force.",
        .verdict = ADVICE_WRONG,
        .because = "the service is named TermService; termserv alone names none, so the command "
                   "as it is passed on fails, while with the full name it works",
        .instead = "Restart-Service TermService -Force, which ends every remote session",
        .causes = {"termservice-stopped"},
        .sources = {"registry of real Windows 7, 8.1 and 10", "Azure/azure-support-scripts"},
        .words = {"restart service termserv"},
        .never_offered = true,
    },
    {
        .id = "B36c",
        .claim = "The restart auto-generates a new certificate.",
        .verdict = ADVICE_SUPPORTED,
        .because = "it does if the key store can be read and the service SessionEnv is not "
                   "disabled; event 1056 confirms it",
        .causes = {"rdp-certificate-expired"},
        .sources = {"Microsoft: remote desktop stuck on securing remote connection",
                    "event texts of the RemoteConnectionManager"},
        .words = {"restart auto|generat|creat|mak cert",
                  "auto generat|creat|mak|new cert rdp|remote|restart|new"},
    },
};

size_t remedy_count(void)
{
	return sizeof rows / sizeof *rows;
}

const struct remedy *remedy_at(size_t i)
{
	assert(i < remedy_count());
	return &rows[i];
}
