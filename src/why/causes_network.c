/*
 * causes_network - name, route, port: what fails before the host has said a word of RDP.
 *
 * The host knows nothing of these attempts: its log is silent at their time. A Windows
 * firewall swallows the refusal of a port on which nothing listens (stealth mode), so
 * silence does not prove a filter and only a seen RST proves a closed port.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define HOSTS "$env:SystemRoot\\System32\\drivers\\etc\\hosts"
#define TCP_LISTENER                                                                               \
	"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
#define PORTPROXY_KEY "HKLM\\SYSTEM\\CurrentControlSet\\Services\\PortProxy"
#define TCPIP6_KEY    "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters"

static const struct fix fix_dial_address = {
    .id = "client-dial-address",
    .title = "dial the host's address once, as a test",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 1,
    .condition = "somebody who knows the host can tell its address",
    .steps = {{.says = "dial the address in place of the name; a certificate warning is to be "
                       "expected, and Kerberos is not used",
               .command = "mstsc /v:<address>:{port}",
               .shell = CMD}},
    .undo_says = "Nothing was changed; dial the name again once it is repaired.",
    .sources = {"Microsoft: the Local Security Authority cannot be contacted"},
};

static const struct fix fix_dns_suffix = {
    .id = "client-dns-suffix",
    .title = "let short names be completed with the host's domain",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "a short name is dialled and its full name resolves",
    .steps = {{.says = "keep the present list",
               .command = "Set-Content \"$env:TEMP\\dns-suffixes.txt\" -Value "
                          "@((Get-DnsClientGlobalSetting).SuffixSearchList)",
               .shell = POWERSHELL},
              {.says = "add the domain to it; an empty list also needs this computer's own domain, "
                       "and one set by policy is changed there",
               .command = "Set-DnsClientGlobalSetting -SuffixSearchList (@(Get-Content "
                          "\"$env:TEMP\\dns-suffixes.txt\") + '<domain>')",
               .shell = POWERSHELL},
              {.says = "forget the failed answers", .command = "ipconfig /flushdns", .shell = CMD}},
    .undo = {{.says = "set the kept list again; if the file is empty, give @('') as the list",
              .command = "Set-DnsClientGlobalSetting -SuffixSearchList @(Get-Content "
                         "\"$env:TEMP\\dns-suffixes.txt\")",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: DnsClient module"},
};

static const struct fix fix_hosts_entry_add = {
    .id = "client-hosts-entry-add",
    .title = "write the host's name into the hosts file until DNS is repaired",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .temporary = true,
    .minutes = 3,
    .condition = "the record cannot be repaired at once; a forgotten entry is a later fault",
    .steps = {{.says = "keep the present file",
               .command = "Copy-Item \"" HOSTS "\" \"$env:TEMP\\hosts.before\"",
               .shell = POWERSHELL},
              {.says = "add the line",
               .command = "Add-Content -Path \"" HOSTS "\" -Value \"`r`n<address> {host}\"",
               .shell = POWERSHELL},
              {.says = "forget the failed answers", .command = "ipconfig /flushdns", .shell = CMD}},
    .undo = {{.says = "put the kept file back",
              .command = "Copy-Item \"$env:TEMP\\hosts.before\" \"" HOSTS "\" -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: the Local Security Authority cannot be contacted"},
};

static const struct fix fix_host_wake = {
    .id = "host-wake",
    .title = "wake the host or switch it on",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "switch it on by hand, in the hypervisor or in the cloud's console, and "
                       "see whether its screen shows Windows"},
              {.says = "or send it a wake-up packet from a computer of its own network, with the "
                       "hardware address of its network card",
               .command = "$m = [byte[]]('<mac>' -split '[:-]' | ForEach-Object { "
                          "[Convert]::ToByte($_, 16) }); $p = [byte[]](,0xFF * 6 + $m * 16); $u "
                          "= New-Object Net.Sockets.UdpClient; $u.EnableBroadcast = $true; "
                          "[void]$u.Send($p, $p.Length, '255.255.255.255', 9)",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: the host was meant to be on.",
    .sources = {"Microsoft: Remote Desktop disconnected errors"},
};

static const struct fix fix_host_no_sleep = {
    .id = "host-no-sleep",
    .title = "keep the host from falling asleep on mains power",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the host fell asleep by itself",
    .steps = {{.says = "note the present times; they are shown in seconds, in hexadecimal",
               .command = "powercfg /query SCHEME_CURRENT SUB_SLEEP",
               .shell = CMD},
              {.says = "no sleep after idling",
               .command = "powercfg /change standby-timeout-ac 0",
               .shell = CMD},
              {.says = "no hibernation after idling",
               .command = "powercfg /change hibernate-timeout-ac 0",
               .shell = CMD}},
    .undo = {{.says = "set the noted sleep time again",
              .command = "powercfg /change standby-timeout-ac <minutes>",
              .shell = CMD},
             {.says = "set the noted hibernation time again",
              .command = "powercfg /change hibernate-timeout-ac <minutes>",
              .shell = CMD}},
    .sources = {"Microsoft: Remote Desktop disconnected errors", "Microsoft: powercfg options"},
};

static const struct fix fix_other_remote_tool = {
    .id = "host-other-tool",
    .title = "reach this computer with a remote tool that its edition can run",
    .where = ON_HOST,
    .risk = RISK_SAFE,
    .minutes = 10,
    .steps = {{.says = "open Quick Assist on both computers while somebody sits at the host, or "
                       "use a product that your organisation allows"}},
    .undo_says = "Close the tool; nothing else was changed.",
    .sources = {"Microsoft: Remote Desktop disconnected errors"},
};

static const struct fix fix_edition_upgrade = {
    .id = "host-edition-upgrade",
    .title = "upgrade Windows to an edition with a Remote Desktop host",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 45,
    .condition = "a licence for Pro, Enterprise or Education is at hand",
    .steps = {{.says = "see which edition it is; Core is Home",
               .command = "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows "
                          "NT\\CurrentVersion').EditionID",
               .shell = POWERSHELL},
              {.says = "enter the new key; programs and files stay, the computer restarts",
               .command = "changepk.exe /ProductKey <product-key>",
               .shell = CMD},
              {.says = "after the restart, switch Remote Desktop on"}},
    .undo_says = "There is no way back but a new installation; Remote Desktop itself can be "
                 "switched off again.",
    .sources = {"Microsoft: Remote Desktop disconnected errors"},
};

static const struct fix fix_use_protected_way = {
    .id = "network-protected-way",
    .title = "reach the host through the VPN or an RD Gateway and leave the filter as it is",
    .where = ON_NETWORK,
    .risk = RISK_SAFE,
    .minutes = 10,
    .condition = "there is a VPN or a gateway that leads to the host",
    .steps = {{.says = "connect the VPN, or enter the gateway under Show Options, Advanced, "
                       "Settings; it needs port 443 outwards only"},
              {.says = "dial the host by its inner name",
               .command = "mstsc /v:{host}:{port}",
               .shell = CMD}},
    .undo_says = "Nothing was changed on the filter.",
    .sources = {"Microsoft: ports used by Remote Desktop Services"},
};

static const struct fix fix_cloud_rule = {
    .id = "network-cloud-rule",
    .title = "admit the port in the cloud's rules, from known addresses only",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the host is a virtual machine in Azure or AWS and its rules lack the port",
    .steps = {{.says = "Azure: admit your own addresses, never any source",
               .command = "az network nsg rule create --resource-group <group> --nsg-name <nsg> "
                          "--name rdp-scoped --priority <number> --direction Inbound --access "
                          "Allow --protocol Tcp --source-address-prefixes <cidr> "
                          "--destination-port-ranges {port}",
               .shell = SH},
              {.says = "AWS: the same in the security group",
               .command = "aws ec2 authorize-security-group-ingress --group-id <security-group> "
                          "--protocol tcp --port {port} --cidr <cidr>",
               .shell = SH}},
    .undo = {{.says = "Azure: remove the rule",
              .command = "az network nsg rule delete --resource-group <group> --nsg-name <nsg> "
                         "--name rdp-scoped",
              .shell = SH},
             {.says = "AWS: remove the rule",
              .command = "aws ec2 revoke-security-group-ingress --group-id <security-group> "
                         "--protocol tcp --port {port} --cidr <cidr>",
              .shell = SH}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "Microsoft: cannot connect to an Azure VM by RDP"},
};

static const struct fix fix_firewall_services = {
    .id = "host-firewall-services-start",
    .title = "start the firewall's own services, so that its rules can be applied",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "BFE or MpsSvc does not run on the host",
    .steps = {{.says = "see whether both run",
               .command = "Get-Service BFE, MpsSvc | Select-Object Name, Status, StartType",
               .shell = POWERSHELL},
              {.says = "start them, the filter engine first",
               .command = "Start-Service BFE; Start-Service MpsSvc",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: Windows runs both services from its start.",
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "registry of a real Windows 10"},
};

static const struct fix fix_firewall_block_rule = {
    .id = "host-firewall-block-rule-off",
    .title = "switch the one rule off that blocks the port",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "an active inbound rule with the action Block matches the port; it beats every "
                 "rule that admits. One made by policy is changed in the policy",
    .steps = {{.says = "find the rule whose port is that of RDP, Any or a range around it, and "
                       "ask whoever made it why it is there",
               .command = "Get-NetFirewallRule -PolicyStore ActiveStore -Direction Inbound "
                          "-Action Block -Enabled True | Format-Table Name, DisplayName, "
                          "Profile, PolicyStoreSourceType, @{n='Port'; e={($_ | "
                          "Get-NetFirewallPortFilter).LocalPort}}",
               .shell = POWERSHELL},
              {.says = "switch that rule off",
               .command = "Disable-NetFirewallRule -Name '<rule>'",
               .shell = POWERSHELL}},
    .undo = {{.says = "switch it on again",
              .command = "Enable-NetFirewallRule -Name '<rule>'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "Microsoft: NetSecurity module"},
};

static const struct fix fix_network_redetect = {
    .id = "host-network-redetect",
    .title = "let a domain member find its domain network again",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 3,
    .condition = "the host is a domain member and its network is shown as public; the domain "
                 "category cannot be set by hand, it follows from reaching a domain controller",
    .steps = {{.says = "make sure that a domain controller is found",
               .command = "nltest /dsgetdc:<domain> /force",
               .shell = CMD},
              {.says = "look at the networks again",
               .command = "Restart-Service NlaSvc -Force",
               .shell = POWERSHELL},
              {.says = "see the category",
               .command = "Get-NetConnectionProfile | Select-Object InterfaceIndex, Name, "
                          "NetworkCategory",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: the category was only found out anew.",
    .sources = {"Microsoft: Network Location Awareness",
                "secondary sources for the restart of NlaSvc"},
};

static const struct fix fix_network_private = {
    .id = "host-network-private",
    .title = "declare the host's network private",
    .where = ON_HOST,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "every rule for private networks applies at once, file sharing and discovery "
               "among them; wrong in a hotel, a cafe or any network of strangers",
    .minutes = 2,
    .condition = "the network is your own and only its category is wrong",
    .steps = {{.says = "find the network's number",
               .command = "Get-NetConnectionProfile | Select-Object InterfaceIndex, Name, "
                          "NetworkCategory",
               .shell = POWERSHELL},
              {.says = "set its category",
               .command = "Set-NetConnectionProfile -InterfaceIndex <index> -NetworkCategory "
                          "Private",
               .shell = POWERSHELL}},
    .undo = {{.says = "make it public again",
              .command = "Set-NetConnectionProfile -InterfaceIndex <index> -NetworkCategory Public",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: NetConnection module", "registry of a real Windows 7 and Windows 10"},
};

static const struct fix fix_forward_correct = {
    .id = "network-forward-correct",
    .title = "point the forward at the host's address and port",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .steps = {{.says = "ask the host for its own address",
               .command = "Get-NetIPAddress -AddressFamily IPv4 | Select-Object InterfaceAlias, "
                          "IPAddress",
               .shell = POWERSHELL},
              {.says = "note the present rule of the router or load balancer, then set inner "
                       "address and inner port to the host's; TCP passed through unchanged, no "
                       "HTTP, no TLS ended on the way"},
              {.says = "admit known source addresses only, never the whole Internet"},
              {.says = "compare: from inside and from outside the same certificate must appear"}},
    .undo = {{.says = "enter the noted rule again"}},
    .sources = {"Microsoft: general Remote Desktop troubleshooting",
                "Microsoft: ports used by Remote Desktop Services"},
};

static const struct fix fix_portproxy_correct = {
    .id = "network-portproxy-correct",
    .title = "correct the port proxy of the Windows computer that forwards",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the device that forwards is a Windows computer with a port proxy",
    .steps = {{.says = "see what is forwarded",
               .command = "netsh interface portproxy show all",
               .shell = CMD},
              {.says = "keep it",
               .command = "reg export \"" PORTPROXY_KEY "\" \"%TEMP%\\portproxy.reg\" /y",
               .shell = CMD},
              {.says = "set the right target",
               .command = "netsh interface portproxy set v4tov4 listenport={port} "
                          "listenaddress=<listen-address> connectaddress=<host-address> "
                          "connectport=<host-port>",
               .shell = CMD}},
    .undo = {{.says = "write the kept entries back",
              .command = "reg import \"%TEMP%\\portproxy.reg\"",
              .shell = CMD},
             {.says = "let the proxy read them",
              .command = "Restart-Service iphlpsvc -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: netsh interface portproxy", "registry of a real Windows 10"},
};

static const struct fix fix_dhcp_reserve = {
    .id = "network-address-reserve",
    .title = "reserve the host's address, so that the forward keeps its target",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the host has its address by DHCP",
    .steps = {{.says = "on a Windows DHCP server; on a router the same is found under DHCP or LAN",
               .command = "Add-DhcpServerv4Reservation -ScopeId <scope> -IPAddress "
                          "<host-address> -ClientId <mac> -Name '{host}'",
               .shell = POWERSHELL}},
    .undo = {{.says = "give the address back to the pool",
              .command = "Remove-DhcpServerv4Reservation -IPAddress <host-address>",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: DhcpServer module"},
};

static const struct fix fix_port_owner_move = {
    .id = "host-port-owner-move",
    .title = "move the other program away from the RDP port",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .steps = {{.says = "find the program that owns the port; svchost with TermService is the "
                       "right one",
               .command = "Get-NetTCPConnection -State Listen -LocalPort {port} | ForEach-Object "
                          "{ tasklist /svc /fi \"PID eq $($_.OwningProcess)\" }",
               .shell = POWERSHELL},
              {.says = "give that program another port in its own settings"},
              {.says = "or, if it is a service that nobody needs, stop it and keep it from "
                       "starting",
               .command = "Stop-Service <service>; Set-Service <service> -StartupType Manual",
               .shell = POWERSHELL},
              {.says = "let Remote Desktop take its port; this disconnects every remote session",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "give the other program its former port again, if that was changed"},
             {.says = "let the stopped service start by itself again",
              .command = "Set-Service <service> -StartupType Automatic; Start-Service <service>",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop disconnected errors", "TechNet: TermService event 1036"},
};

static const struct fix fix_port_free = {
    .id = "host-port-free",
    .title = "let Remote Desktop listen on a free port",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 10,
    .condition = "the other program has to keep the port; Microsoft advises against moving RDP",
    .steps = {{.says = "keep the listener's present values",
               .command = "reg export \"" TCP_LISTENER "\" \"%TEMP%\\rdp-tcp.reg\" /y",
               .shell = CMD},
              {.says = "choose a port that nothing uses",
               .command = "reg add \"" TCP_LISTENER "\" /v PortNumber /t REG_DWORD /d <free-port> "
                          "/f",
               .shell = CMD},
              {.says = "admit it in the firewall, from known addresses only",
               .command = "New-NetFirewallRule -Name rdpwhy-port -DisplayName 'RDP other port' "
                          "-Direction Inbound -Protocol TCP -LocalPort <free-port> "
                          "-RemoteAddress '<cidr>' -Action Allow",
               .shell = POWERSHELL},
              {.says = "let the service read it; this disconnects every remote session",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL},
              {.says = "dial the new port",
               .command = "mstsc /v:{host}:<free-port>",
               .shell = CMD}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\rdp-tcp.reg\"",
              .shell = CMD},
             {.says = "remove the rule and let the service read the old port",
              .command = "Remove-NetFirewallRule -Name rdpwhy-port; Restart-Service TermService "
                         "-Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop disconnected errors", "registry of a real Windows 10"},
};

static const struct fix fix_socket_leak = {
    .id = "host-socket-leak",
    .title = "find the program that uses the ports up and restart it",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 15,
    .steps = {{.says = "count the connections of each process",
               .command = "Get-NetTCPConnection | Group-Object OwningProcess -NoElement | "
                          "Sort-Object Count -Descending | Select-Object -First 10",
               .shell = POWERSHELL},
              {.says = "see ports that are bound without a connection too",
               .command = "netstat -anoq",
               .shell = CMD},
              {.says = "see what the first of them is",
               .command = "tasklist /svc /fi \"PID eq <pid>\"",
               .shell = CMD},
              {.says = "restart it if it is a service; close it if it is a program",
               .command = "Restart-Service <service> -Force",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back; the program starts afresh and its maker has to mend the "
                 "leak.",
    .sources = {"Microsoft: Remote Desktop cannot verify the identity of the remote computer"},
};

static const struct fix fix_dynamic_ports = {
    .id = "host-dynamic-ports",
    .title = "give the host more ephemeral ports",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "the load is real and no program leaks",
    .steps = {{.says = "note the present range; Windows starts with 49152 and 16384",
               .command = "netsh int ipv4 show dynamicport tcp",
               .shell = CMD},
              {.says = "enlarge it",
               .command = "netsh int ipv4 set dynamicport tcp start=10000 num=55535",
               .shell = CMD}},
    .undo = {{.says = "set the range of Windows again, or the one noted",
              .command = "netsh int ipv4 set dynamicport tcp start=49152 num=16384",
              .shell = CMD}},
    .sources = {"Microsoft: Remote Desktop cannot verify the identity of the remote computer"},
};

static const struct fix fix_network_connect = {
    .id = "client-network-connect",
    .title = "connect this computer to a network",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .steps = {{.says = "look at cable, wireless network and flight mode; sign in to the network "
                       "if it asks for that in a browser"},
              {.says = "on Windows, see what the adapters say",
               .command = "Get-NetAdapter | Select-Object Name, Status, LinkSpeed",
               .shell = POWERSHELL},
              {.says = "ask for an address again", .command = "ipconfig /renew", .shell = CMD},
              {.says = "on Linux, see addresses and routes",
               .command = "ip -brief address; ip route",
               .shell = SH}},
    .undo_says = "Nothing to take back.",
    .sources = {"general practice"},
};

static const struct fix fix_adapter_enable = {
    .id = "client-adapter-enable",
    .title = "switch the network adapter on",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 2,
    .condition = "an adapter is shown as Disabled",
    .steps = {{.says = "switch it on",
               .command = "Enable-NetAdapter -Name '<adapter>'",
               .shell = POWERSHELL}},
    .undo = {{.says = "switch it off again",
              .command = "Disable-NetAdapter -Name '<adapter>' -Confirm:$false",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: NetAdapter module"},
};

static const struct fix fix_vpn_connect = {
    .id = "client-vpn-connect",
    .title = "connect the VPN and dial again",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 2,
    .steps = {{.says = "with another maker's VPN: open its program and connect there"},
              {.says = "with the VPN of Windows: see its connections",
               .command = "Get-VpnConnection | Select-Object Name, ConnectionStatus",
               .shell = POWERSHELL},
              {.says = "connect", .command = "rasdial \"<connection>\"", .shell = CMD},
              {.says = "dial the host again", .command = "mstsc /v:{host}:{port}", .shell = CMD}},
    .undo = {{.says = "disconnect",
              .command = "rasdial \"<connection>\" /disconnect",
              .shell = CMD}},
    .sources = {"general practice"},
};

static const struct fix fix_dial_ipv4 = {
    .id = "client-dial-ipv4",
    .title = "dial the host's IPv4 address until IPv6 is repaired",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 1,
    .steps = {{.says = "see the IPv4 address",
               .command = "Resolve-DnsName {host} -Type A | Select-Object Name, IPAddress",
               .shell = POWERSHELL},
              {.says = "dial it; a certificate warning is to be expected",
               .command = "mstsc /v:<ipv4-address>:{port}",
               .shell = CMD}},
    .undo_says = "Nothing was changed; dial the name again once IPv6 works.",
    .sources = {"RFC 8305"},
};

static const struct fix fix_ipv6_route = {
    .id = "network-ipv6-repair",
    .title = "repair the IPv6 way to the host",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .steps = {{.says = "find the last router that answers over IPv6",
               .command = "tracert -6 {host}",
               .shell = CMD},
              {.says = "see whether the host has the address that its record gives",
               .command = "Get-NetIPAddress -AddressFamily IPv6 | Select-Object InterfaceAlias, "
                          "IPAddress",
               .shell = POWERSHELL},
              {.says = "note and correct route or filter behind that router; filters need a "
                       "rule for IPv6 of their own, and must let ICMPv6 pass"}},
    .undo = {{.says = "enter the noted route or rule again"}},
    .sources = {"RFC 8305", "RFC 4890"},
};

static const struct fix fix_aaaa_remove = {
    .id = "domain-aaaa-remove",
    .title = "take the wrong IPv6 record out of DNS",
    .where = ON_DOMAIN,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the host does not have the address of the record, or nobody will repair IPv6",
    .steps = {{.says = "see and note the record",
               .command = "Resolve-DnsName {host} -Type AAAA | Select-Object Name, IPAddress",
               .shell = POWERSHELL},
              {.says = "remove it on the DNS server",
               .command = "Remove-DnsServerResourceRecord -ZoneName '<zone>' -Name '<label>' "
                          "-RRType AAAA -RecordData '<ipv6-address>'",
               .shell = POWERSHELL},
              {.says = "forget it on the client", .command = "ipconfig /flushdns", .shell = CMD}},
    .undo = {{.says = "add the record again",
              .command = "Add-DnsServerResourceRecordAAAA -ZoneName '<zone>' -Name '<label>' "
                         "-IPv6Address '<ipv6-address>'",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: DnsServer module"},
};

static const struct fix fix_prefer_ipv4 = {
    .id = "client-prefer-ipv4",
    .title = "let this client prefer IPv4 for a while",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .temporary = true,
    .restart = RESTART_REBOOT,
    .minutes = 10,
    .condition = "the client falls back too late and the way cannot be repaired soon",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" TCPIP6_KEY "\" \"%TEMP%\\tcpip6.reg\" /y",
               .shell = CMD},
              {.says = "prefer IPv4; IPv6 itself stays on",
               .command = "reg add \"" TCPIP6_KEY "\" /v DisabledComponents /t REG_DWORD /d 0x20 "
                          "/f",
               .shell = CMD},
              {.says = "restart the client", .command = "shutdown /r /t 0", .shell = CMD}},
    .undo = {{.says = "remove the value",
              .command = "reg delete \"" TCPIP6_KEY "\" /v DisabledComponents /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\tcpip6.reg\"",
              .shell = CMD},
             {.says = "restart the client", .command = "shutdown /r /t 0", .shell = CMD}},
    .sources = {"Microsoft: configure IPv6 in Windows"},
};

static const struct cause rows[] = {
    {
        .id = "dns-unresolvable",
        .title = "The host's name cannot be turned into an address from this client.",
        .explains =
            "Before anything is sent, the client asks a name server for the address of the name "
            "that was typed. No name server gave one: the name is misspelt, lacks its domain, "
            "has no record, or the server that knows it does not answer. The host itself is not "
            "involved and logs nothing.",
        .separates = "Other names resolve at the same time, so this computer is online; the "
                     "host's address, typed in place of the name, works. If the address fails "
                     "too, the way or the port is at fault.",
        .tell = "The name of this host does not resolve from my computer although other names "
                "do; please check its DNS record or give me its full name.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_NAME,
        .evidence =
            {
                FACT(F_NAME_NOT_FOUND, DECISIVE,
                     "the name server answers that the name does not exist or has no address"),
                FACT(F_NAME_LOOKUP_FAILED, STRONG,
                     "no name server gave a usable answer for the name"),
                FACT(F_NAME_ILLEGAL, DECISIVE,
                     "the name holds characters that no host name may hold"),
                NEEDED(F_NAME_OTHERS_RESOLVE, MODERATE,
                       "another name resolves from here at the same time"),
                FACT(F_SESSION_ADDRESS_WORKS, STRONG,
                     "the host's address works where its name fails"),
                FACT(F_NAME_RESOLVED, REFUTES, "the name resolves"),
                WORD(F_NAME_SOURCE, IS, "literal", REFUTES,
                     "an address was dialled, so no name was asked for"),
                FACT(F_TCP_CONNECTED, REFUTES, "the connection was made, so an address was found"),
                FACT(F_LOCAL_NO_RESOLVER, REFUTES,
                     "this computer has no name server at all, so no name could resolve"),
                FACT(F_LOCAL_LINK_DOWN, REFUTES,
                     "this computer has no network, so no name could resolve"),
                FACT(F_LOCAL_OTHERS_UNREACHABLE, REFUTES,
                     "other addresses cannot be reached from here either"),
                FACT(F_NAME_INTERNAL, -MODERATE,
                     "the name is an inner one, which only the name servers behind the VPN "
                     "may know"),
                FACT(F_PATH_TUNNEL_DOWN, -MODERATE,
                     "a tunnel that may lead to the right name server is down"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: a connection reached the host, so the name was found"),
            },
        .fixes = {&fix_use_fqdn, &fix_dial_address, &fix_dns_flush, &fix_dns_register,
                  &fix_dns_record, &fix_dns_suffix, &fix_hosts_entry_add},
        .sources = {"Microsoft: IMsTscAxEvents::OnDisconnected", "RFC 1035 4.1.1", "RFC 2308 2.2",
                    "Microsoft: the Local Security Authority cannot be contacted",
                    "event manifest RDPClient"},
    },
    {
        .id = "dns-wrong-host",
        .title = "The host's name leads to another computer's address.",
        .explains =
            "The name resolves, but to an address that the intended host does not have: the "
            "record is old, a second record points elsewhere, or an entry in the hosts file "
            "overrides DNS. The client then speaks to another computer, which refuses the "
            "credentials or shows a strange certificate, or to an address where nobody answers.",
        .separates = "The host's real address, typed in place of the name, works. If name and "
                     "address agree and still another computer answers, a forward is wrong.",
        .tell = "The name of this host leads to an address that is not the host's; please "
                "correct its DNS records, the IPv6 ones too.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_NAME,
        .evidence =
            {
                NEEDED(F_NAME_ADDRESS_NOT_HOSTS, DECISIVE,
                       "the name leads to an address that the host does not have"),
                FACT(F_NLA_NAMES_OTHER_HOST, STRONG,
                     "the computer that answers gives itself another name"),
                FACT(F_CERT_NAMES_OTHER_HOST, MODERATE, "the certificate names another computer"),
                FACT(F_CERT_DIFFERS_FROM_HOSTS, MODERATE,
                     "the certificate seen here is not the one that the host has"),
                FACT(F_SESSION_ADDRESS_WORKS, STRONG,
                     "the host's real address works where its name fails"),
                WORD(F_NAME_SOURCE, IS, "hosts-file", WEAK,
                     "the address comes from the hosts file, which nobody keeps up to date"),
                WORD(F_NAME_SOURCE, IS, "literal", REFUTES,
                     "an address was dialled, so no name was asked for"),
                FACT(F_NAME_NOT_FOUND, REFUTES, "the name does not resolve at all"),
                FACT(F_NAME_LOOKUP_FAILED, REFUTES, "the name does not resolve at all"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached by this name"),
                {.finding = F_NAME_IS_THIS_COMPUTER,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the name leads to this very computer, which is a case of its own"},
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: the connection reached the intended host"),
            },
        .fixes = {&fix_dial_address, &fix_dns_flush, &fix_dns_register, &fix_hosts_entry_remove,
                  &fix_dns_record},
        .sources = {"Microsoft: the Local Security Authority cannot be contacted",
                    "Microsoft: Remote Desktop cannot verify the identity of the remote computer",
                    "Microsoft: Remote Desktop server farm not available", "[MS-NLMP] 2.2.2.1"},
    },
    {
        .id = "dns-stale-cache",
        .title = "The client remembers an old address of the host.",
        .explains =
            "A client keeps the answers of name servers for a while. The host's address was "
            "changed, DNS knows it, and this client still uses the old one. It passes by itself "
            "when the kept answer runs out, and other clients are not affected.",
        .separates = "A direct question to the name server gives another address than the one "
                     "that this client uses. If both agree and are wrong, the record itself is "
                     "wrong.",
        .tell = "My computer still uses an old address of the host; please have its DNS cache "
                "flushed.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NAME,
        .evidence =
            {
                NEEDED(F_NAME_ANSWERS_DIFFER, DECISIVE,
                       "the address used here differs from what the name server says now"),
                FACT(F_NAME_ADDRESS_NOT_HOSTS, STRONG,
                     "the address used here is not one of the host's"),
                FACT(F_SESSION_ADDRESS_WORKS, MODERATE,
                     "the host's real address works where its name fails"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, MODERATE,
                     "another client gets in by the same name"),
                WORD(F_NAME_SOURCE, IS, "hosts-file", REFUTES,
                     "the address comes from the hosts file and from no cache"),
                WORD(F_NAME_SOURCE, IS, "literal", REFUTES,
                     "an address was dialled, so no cache was asked"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached by this name"),
                FACT(F_NAME_LOOKUP_FAILED, -STRONG, "no answer was found, neither kept nor new"),
                FACT(F_TCP_CONNECTED, -WEAK, "something answers at this address"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: the connection reached the intended host"),
            },
        .fixes = {&fix_dns_flush, &fix_dial_address, &fix_dns_register},
        .sources = {"Microsoft: the Local Security Authority cannot be contacted",
                    "RFC 1035 3.2.1 (TTL)"},
    },
    {
        .id = "host-offline-or-asleep",
        .title = "The host is switched off, asleep or not on the network.",
        .explains =
            "Nothing at the host's address answers, on no port. A computer that is off, asleep "
            "or hibernating cannot take a connection, and Windows sends an idle computer to "
            "sleep unless told otherwise.",
        .separates = "All ports of the host are dead. When another port answers, the host is "
                     "awake and a filter or the listener is at fault; an ICMP echo that is "
                     "answered says nearly the same, one that is not says nothing. A host whose "
                     "firewall admits nothing looks the same from outside, so look at its screen.",
        .tell = "This host answers on no port at all; please see whether it is switched on, "
                "awake and on the network.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_TCP_SILENT, STRONG, "nothing answers on the port"),
                {.finding = F_HOST_LINK_DOWN,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "no network adapter of the host is up"},
                {.finding = F_TCP_OTHER_PORTS_SILENT,
                 .strength = STRONG,
                 .at_most = 0.75,
                 .says = "the host's other ports are silent too, as they also are behind a "
                         "firewall that admits nothing"},
                {.finding = F_TCP_UNREACHABLE,
                 .strength = STRONG,
                 .one_way = true,
                 .lifts = true,
                 .says = "a router says that the host cannot be reached"},
                {.finding = F_HOST_OFF,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "the host was off or asleep at that time"},
                FACT(F_TCP_CONNECTED, REFUTES, "the host accepts connections"),
                FACT(F_TCP_REFUSED, REFUTES, "the host answers, if only with a refusal"),
                FACT(F_TCP_OTHER_PORT_OPEN, REFUTES, "another port of the host answers"),
                /* Not refuted: a router in front may answer for it, or whoever has its address
                   now. Silence says nothing, Windows' firewall drops echo requests by default. */
                FACT(F_PATH_ECHO, -STRONG, "something at the host's address answers an ICMP echo"),
                FACT(F_TCP_PROHIBITED, -STRONG, "a filter on the way says that it is the reason"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG, "event 131: a connection reached the host"),
                FACT(F_HOST_LOOPBACK_WORKS, -STRONG,
                     "the port answers on the host itself, so the host is awake"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, REFUTES,
                     "another client gets in at the same time"),
                {.finding = F_LOCAL_NO_ROUTE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "this computer has no route, so the host was never asked"},
                {.finding = F_LOCAL_OTHERS_UNREACHABLE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "other addresses cannot be reached from here either"},
                {.finding = F_PATH_TUNNEL_DOWN,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a tunnel that may lead to the host is down"},
            },
        .fixes = {&fix_host_wake, &fix_host_no_sleep},
        .sources = {"Microsoft: Remote Desktop disconnected errors",
                    "event manifest Kernel-Power (42, 107, 187)"},
    },
    {
        .id = "windows-edition-cannot-host",
        .title = "The host's edition of Windows has no Remote Desktop host.",
        .explains = "Home editions of Windows can connect to other computers by Remote Desktop but "
                    "cannot be connected to. The service is there, yet it never opens the port. No "
                    "setting changes that, only another edition.",
        .separates = "The edition in the registry: Core and its variants are Home. With any "
                     "other edition a closed port has another reason.",
        .tell = "This computer runs a Home edition of Windows, which cannot be reached by Remote "
                "Desktop; please upgrade it or offer another tool.",
        .whose = WHOSE_HOST,
        .refines = "tcp-port-refused",
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_LOOPBACK_WORKS, -STRONG, "the port answers on the host itself"),
                NEEDED(F_HOST_EDITION_CANNOT_HOST, DECISIVE,
                       "this edition of Windows has no Remote Desktop host"),
                FACT(F_NEG_SELECTED, REFUTES, "the host answers in RDP"),
                FACT(F_HOST_RDS_ROLE, REFUTES, "the host is a server with the Session Host role"),
                FACT(F_LOG_LISTENER_TOOK, REFUTES, "event 261: the host has a listener"),
                FACT(F_LOG_PACKET_ARRIVED, REFUTES,
                     "event 131: the host's RDP stack took a connection"),
                {.finding = F_HOST_TERMSRV_PATCHED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a patched termsrv.dll makes this edition listen, so the patch is the "
                         "first suspect"},
            },
        .fixes = {&fix_other_remote_tool, &fix_edition_upgrade},
        .sources = {"Microsoft: Remote Desktop disconnected errors",
                    "registry of a real Windows 10 (EditionID)"},
    },
    {
        .id = "tcp-port-filtered",
        .title = "A filter on the way to the host or on it swallows connections to the RDP port.",
        .explains =
            "The client's first packet to the Remote Desktop port gets no answer, while the host "
            "is alive. A firewall on the host, in a router, in the cloud or in the client's own "
            "network drops it. Such a filter is often there on purpose, so the way in may be a "
            "VPN or a gateway.",
        .separates = "Silence instead of a refusal, and another port of the same host answers, "
                     "or the host answers an ICMP echo. "
                     "The host's own log or a try from the host's network tells whether the host "
                     "or the network drops it. With Windows' firewall on, a port on which "
                     "nothing listens is silent too.",
        .tell = "Packets to the Remote Desktop port of this host get no answer although the host "
                "is up; please see which filter drops them and admit my address only.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_TCP_SILENT, STRONG, "nothing answers on the port"),
                FACT(F_TCP_PROHIBITED, DECISIVE,
                     "a router answers that the connection is prohibited"),
                FACT(F_TCP_OTHER_PORT_OPEN, STRONG, "another port of the same host answers"),
                FACT(F_PATH_ECHO, MODERATE,
                     "the host's address answers an ICMP echo and not the port"),
                {.finding = F_TCP_REFUSED_BY_OTHER,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.90,
                 .says = "the refusal was sent by a device on the way and not by the host"},
                FACT(F_HOST_LOOPBACK_WORKS, MODERATE, "the port answers on the host itself"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client gets in from another network"),
                FACT(F_TCP_CONNECTED, REFUTES, "the connection was made"),
                FACT(F_TCP_OTHER_PORTS_SILENT, -WEAK,
                     "the host's other ports are silent too, so the host may be off"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: a connection reached the host's RDP stack"),
                {.finding = F_LOCAL_OTHERS_UNREACHABLE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "other addresses cannot be reached from here either"},
                {.finding = F_PATH_TUNNEL_DOWN,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a tunnel that may lead to the host is down"},
                {.finding = F_HOST_OFF,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host was off or asleep"},
                {.finding = F_HOST_RDP_OFF,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, so nothing would answer anyway"},
                {.finding = F_HOST_EDITION_CANNOT_HOST,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "this edition never opens the port"},
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "stopped",
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the Remote Desktop service does not run, so nothing would answer"},
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "disabled",
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the Remote Desktop service is disabled, so nothing would answer"},
                {.finding = F_TCP_RDP_ON_PORT,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "RDP answers on another port of the host"},
                {.finding = F_HOST_PORT_DIFFERS,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host listens on another port than the one dialled"},
            },
        .fixes = {&fix_use_protected_way, &fix_filter_allow, &fix_cloud_rule, &fix_firewall_scoped},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: ports used by Remote Desktop Services",
                    "RFC 1812 5.2.7.1; RFC 4443 3.1",
                    "Microsoft: disable stealth mode (KB 2586744)"},
    },
    {
        .id = "tcp-port-refused",
        .title = "The host refuses connections on the RDP port because nothing listens there.",
        .explains =
            "The host answers at once that nobody takes calls on this port. It is alive and "
            "reachable, but Remote Desktop is switched off, its service does not run, or it "
            "listens on another port. Now and then a firewall that refuses instead of dropping "
            "says the same.",
        .separates = "A refusal within a round trip and not silence. Whether the host or a "
                     "device in front of it refused is told by the packet's hop count; why "
                     "nothing listens is told by the host's settings only.",
        .tell = "This host is up but refuses its Remote Desktop port; please see whether Remote "
                "Desktop is switched on, its service runs and which port it uses.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_TCP_REFUSED, DECISIVE, "the host answers that nothing listens on the port"),
                FACT(F_TCP_SILENT, MODERATE,
                     "silence: Windows' firewall swallows the refusal of a port on which "
                     "nothing listens"),
                FACT(F_HOST_PORT_CLOSED, STRONG, "no program of the host listens on the RDP port"),
                FACT(F_HOST_NO_LISTENER, STRONG, "qwinsta lists no listener on the host"),
                {.finding = F_HOST_TERMSERVICE,
                 .test = IS,
                 .word = "hung",
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the Remote Desktop service hangs, which is why nothing listens"},
                FACT(F_TCP_CONNECTED, REFUTES, "the connection was made, so something listens"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: a connection reached the host's RDP stack"),
                FACT(F_LOG_LISTENER_TOOK, -STRONG, "event 261: a listener took a connection over"),
                {.finding = F_TCP_REFUSED_BY_OTHER,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the refusal was sent by a device on the way and not by the host"},
                {.finding = F_TCP_PROHIBITED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a router on the way says that it is the reason"},
            },
        .fixes = {&fix_dial_port, &fix_termservice_start, &fix_enable_rdp, &fix_port_default},
        .sources = {"Microsoft: general Remote Desktop troubleshooting", "RFC 9293 3.5.2",
                    "Microsoft: disable stealth mode (KB 2586744)"},
    },
    {
        .id = "host-firewall-blocks",
        .title = "The host's own firewall blocks the RDP port.",
        .explains =
            "Windows brings firewall rules for Remote Desktop, but they are off until Remote "
            "Desktop is switched on in the settings, and they admit the standard port only. A "
            "switched-off rule, a rule that blocks, or a policy keeps connections out although "
            "the service listens. No rule is needed on the client.",
        .separates = "The port answers on the host itself and is silent from its neighbours, and "
                     "the rule or a logged drop on the host shows it. With the host's rules in "
                     "order, the filter is elsewhere.",
        .tell = "The firewall of this host blocks the Remote Desktop port; please switch on its "
                "Remote Desktop rule for my network.",
        .whose = WHOSE_HOST,
        .refines = "tcp-port-filtered",
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_FIREWALL_REMOTE_LIMITED, MODERATE,
                     "the host's firewall admits the port from some addresses only"),
                FACT(F_HOST_FIREWALL_BLOCKS, DECISIVE,
                     "the host's firewall rules do not admit the port"),
                FACT(F_LOG_FIREWALL_DROPPED, STRONG,
                     "event 5152 or 5157: the host's filter dropped the packet"),
                {.finding = F_TCP_PROHIBITED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a router on the way says that it is the reason"},
                {.finding = F_TCP_REFUSED_BY_OTHER,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a device on the way refused, before the host's firewall was asked"},
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused; Windows' firewall drops and does not refuse"),
                FACT(F_LOG_LISTENER_TOOK, -STRONG,
                     "event 261: connections pass the host's firewall"),
            },
        .fixes = {&fix_firewall_scoped, &fix_firewall_group, &fix_firewall_services,
                  &fix_firewall_block_rule, &fix_policy_change},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: cannot connect to an Azure VM by RDP",
                    "registry of a real Windows 10 (FirewallRules)",
                    "event manifest Windows Firewall With Advanced Security",
                    "Microsoft: disable stealth mode (KB 2586744)"},
    },
    {
        .id = "network-profile-public",
        .title = "The host takes its network for a public one, and its RDP rule does not admit "
                 "that.",
        .explains =
            "Windows sorts networks into public, private and domain, and a firewall rule may be "
            "limited to some of them. The host's present network counts as public and the Remote "
            "Desktop rule is limited to the others. The rule that Windows 8 and later bring has "
            "no such limit; that of Windows 7 and rules made by hand or policy may have.",
        .separates = "The active rule names its profiles and public is not among them, or public "
                     "networks are set to block everything. A rule without a limit rules this "
                     "out, whatever the network is called.",
        .tell = "This host treats its network as public, where its Remote Desktop rule does not "
                "apply; please admit the port there for known addresses.",
        .whose = WHOSE_HOST,
        .refines = "host-firewall-blocks",
        .stage = STAGE_TCP,
        .evidence =
            {
                NEEDED(F_HOST_FIREWALL_PROFILE_LIMITED, STRONG,
                       "the active RDP rule is limited to some kinds of network"),
                WORD(F_HOST_NETWORK_CATEGORY, IS, "public", STRONG,
                     "the host takes its network for a public one"),
                WORD(F_HOST_NETWORK_CATEGORY, IS_NOT, "public", REFUTES,
                     "the host's network is not a public one"),
            },
        .fixes = {&fix_firewall_scoped, &fix_network_redetect, &fix_policy_change,
                  &fix_network_private},
        .sources = {"registry of a real Windows 7 and Windows 10 (FirewallRules, NetworkList)",
                    "Microsoft: Network List Manager",
                    "event manifest Windows Firewall With Advanced Security"},
    },
    {
        .id = "nat-or-gateway-misroute",
        .title = "A forward on the way leads to the wrong computer, the wrong port or nowhere.",
        .explains =
            "A router, load balancer or port proxy in front of the host hands connections on to "
            "an inner address. That address or port is wrong, for instance because the host got "
            "another address since, or the device treats the traffic as a web page. So another "
            "computer or service answers, or none.",
        .separates = "Inside the host's network everything works, and the certificate or "
                     "computer name seen from outside is another than inside. The same on both "
                     "sides: the forward is right. Outside silent: forward or filter is missing.",
        .tell = "From outside another computer or nothing answers at the host's address while it "
                "works inside; please check the target of the port forward.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_CERT_DIFFERS_FROM_HOSTS, STRONG,
                     "the certificate seen here is not the one that the host has"),
                FACT(F_NLA_NAMES_OTHER_HOST, STRONG,
                     "the computer that answers gives itself another name"),
                FACT(F_CERT_NAMES_OTHER_HOST, MODERATE, "the certificate names another computer"),
                FACT(F_HOST_PORTPROXY, STRONG, "a port proxy forwards the RDP port"),
                FACT(F_TLS_WORKS_LOCALLY, STRONG,
                     "from the host's own network the same connection works"),
                FACT(F_NEG_NOT_RDP, STRONG, "another service than RDP answers"),
                FACT(F_TCP_REFUSED_BY_OTHER, STRONG,
                     "the refusal was sent by a device on the way and not by the host"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client gets in from another network"),
                FACT(F_TCP_SILENT, MODERATE, "nothing answers on the port"),
                FACT(F_PATH_ECHO, WEAK,
                     "an ICMP echo is answered, as the router that forwards the port would"),
                FACT(F_TCP_CLOSED_ON_ACCEPT, MODERATE,
                     "the connection is accepted and closed at once, as by a forward without "
                     "a target"),
                FACT(F_LOG_ARRIVED_FROM_PROXY, WEAK,
                     "event 131: the connection came from a forwarding device"),
                FACT(F_SESSION_STARTED, -STRONG, "a session was reached through the forward"),
                FACT(F_NAME_NOT_FOUND, REFUTES,
                     "the name does not resolve, so no forward was reached"),
                {.finding = F_HOST_FIREWALL_BLOCKS,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host's own firewall keeps the port closed"},
                {.finding = F_HOST_PORT_TAKEN,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "on the host itself another program owns the port"},
                {.finding = F_HOST_OFF,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host was off or asleep"},
                FACT(F_PATH_TARGET_PRIVATE, -WEAK,
                     "a private address was dialled, which seldom stands for a forward"),
            },
        .fixes = {&fix_use_protected_way, &fix_forward_correct, &fix_portproxy_correct,
                  &fix_dhcp_reserve, &fix_filter_allow},
        .sources = {"Microsoft: general Remote Desktop troubleshooting",
                    "Microsoft: ports used by Remote Desktop Services",
                    "registry of a real Windows 10 (PortProxy)", "[MS-NLMP] 2.2.2.1"},
        .waits = "a comparison of what is seen from inside and from outside",
    },
    {
        .id = "rdp-port-changed",
        .title = "The host listens for RDP on another port than the one dialled.",
        .explains =
            "Remote Desktop uses port 3389 unless somebody changed it on the host. The client "
            "dialled a port on which the host does not listen. The client has to name the port, "
            "or the host has to go back to the standard one, and its firewall rule must match.",
        .separates = "RDP answers on another port of the same host, or the listener's setting "
                     "shows another number. With that number as dialled, something else keeps "
                     "the port closed.",
        .tell = "This host does not listen on the port that I dial; please tell me its Remote "
                "Desktop port or set it back to 3389.",
        .whose = WHOSE_HOST,
        .refines = "tcp-port-refused",
        .stage = STAGE_TCP,
        .evidence =
            {
                NEEDED(F_HOST_PORT_DIFFERS, DECISIVE,
                       "the host is set to listen on another port than the one dialled"),
                {.finding = F_HOST_PORT_NOT_DEFAULT,
                 .strength = DECISIVE,
                 .one_way = true,
                 .at_most = 0.90,
                 .says = "the host listens on another port than 3389, which a client dials that is "
                         "told none"},
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: connections reach the host's RDP stack on the port that is set"),
                FACT(F_TCP_RDP_ON_PORT, DECISIVE, "RDP answers on another port of the same host"),
                FACT(F_HOST_PORT_CLOSED, MODERATE,
                     "no program of the host listens on the RDP port"),
                VALUE(F_HOST_PORT, IS_NOT, 3389, STRONG,
                      "the host is set to another port than the standard one"),
                VALUE(F_HOST_PORT, IS, 3389, -MODERATE, "the host is set to the standard port"),
                {.finding = F_HOST_PORT_TAKEN,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "another program owns the RDP port"},
                {.finding = F_HOST_RDP_OFF,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "Remote Desktop is switched off, so it listens on no port"},
            },
        .fixes = {&fix_dial_port, &fix_rdp_file_edit, &fix_firewall_scoped, &fix_port_default},
        .sources = {"Microsoft: Remote Desktop disconnected errors",
                    "registry of a real Windows 10 (RDP-Tcp PortNumber)",
                    "event manifest RdpCoreTS (129)"},
    },
    {
        .id = "port-conflict",
        .title = "The host's RDP port is taken by another program.",
        .explains =
            "Only one program can listen on a port. Another one on the host, such as a remote "
            "access tool, a web server or a tunnel, took the Remote Desktop port first, so the "
            "listener could not start. Clients reach that program instead, and it does not "
            "understand them.",
        .separates = "The process that owns the listening port is not the one that hosts "
                     "TermService. If it is, and still something else answers, the connection "
                     "goes to another computer.",
        .tell = "On this host another program owns the Remote Desktop port, so Remote Desktop "
                "cannot listen; please move that program or change one of the ports.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                NEEDED(F_HOST_PORT_TAKEN, DECISIVE,
                       "another program owns the RDP port on the host"),
                FACT(F_LOG_LISTENER_FAILED, STRONG,
                     "event 1035, 1036 or 260: the listener could not be started"),
                FACT(F_NEG_NOT_RDP, MODERATE, "another service than RDP answers"),
                FACT(F_TCP_CLOSED_ON_ACCEPT, MODERATE,
                     "the connection is accepted and closed at once"),
                FACT(F_NEG_CLOSED, MODERATE, "what accepts the connection does not answer in RDP"),
                FACT(F_HOST_REMOTE_TOOL, WEAK, "another remote-access product runs on the host"),
                FACT(F_NEG_SELECTED, -STRONG, "RDP answers on the port"),
                FACT(F_NLA_CHALLENGE, REFUTES,
                     "the host's own RDP asks for credentials on the port"),
                FACT(F_LOG_LISTENER_TOOK, REFUTES,
                     "event 261: the RDP listener took the connection"),
                FACT(F_TCP_REFUSED, -STRONG, "nothing at all listens on the port"),
                FACT(F_TLS_WORKS_LOCALLY, REFUTES,
                     "from the host's own network RDP answers on the port"),
            },
        .fixes = {&fix_dial_port, &fix_port_owner_move, &fix_port_free},
        .sources = {"Microsoft: Remote Desktop disconnected errors",
                    "TechNet: TermService event 1036",
                    "event texts of RemoteConnectionManager (secondary sources)"},
    },
    {
        .id = "wrong-service-on-port",
        .title = "A service other than Remote Desktop answers on the host's port.",
        .explains =
            "The connection is accepted, but what answers does not speak RDP: a web server, SSH, "
            "a mail server or a device that only pretends to listen. So the address or the port "
            "is not that of the Remote Desktop host, or something stands in front of it.",
        .separates = "The first bytes of the answer: RDP begins with 03 00, everything else is "
                     "another service. If RDP answers inside the host's network, a forward is "
                     "wrong; if another program owns the port on the host, it is that.",
        .tell = "At the address and port that I dial another service than Remote Desktop "
                "answers; please tell me the right ones or see what listens there.",
        .whose = WHOSE_HOST,
        .stage = STAGE_NEGOTIATION,
        .evidence =
            {
                FACT(F_NEG_NOT_RDP, DECISIVE, "the first bytes of the answer are not RDP"),
                FACT(F_NEG_SILENT, MODERATE, "the connection is accepted and then nothing answers"),
                FACT(F_NEG_CLOSED, MODERATE, "the peer closes instead of answering in RDP"),
                FACT(F_TCP_RDP_ON_PORT, MODERATE, "RDP answers on another port of the same host"),
                FACT(F_NEG_SELECTED, REFUTES, "RDP answers on the port"),
                FACT(F_NEG_FAILURE_CODE, REFUTES,
                     "RDP answers on the port, if only with a refusal"),
                FACT(F_TCP_REFUSED, REFUTES, "nothing at all listens on the port"),
                FACT(F_TCP_SILENT, REFUTES, "nothing at all answers on the port"),
                FACT(F_LOG_LISTENER_TOOK, -STRONG,
                     "event 261: the RDP listener took the connection"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "event 131: the connection reached the host's RDP stack"),
                {.finding = F_HOST_PORT_TAKEN,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "on the host another program took the RDP port, which says more"},
                {.finding = F_TLS_WORKS_LOCALLY,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "from the host's own network RDP answers, so a forward leads elsewhere"},
                {.finding = F_HOST_PORTPROXY,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a port proxy may be what leads elsewhere"},
            },
        .fixes = {&fix_dial_port, &fix_rdp_file_edit, &fix_forward_correct, &fix_port_owner_move},
        .sources = {"[MS-RDPBCGR] 2.2.1.2", "RFC 1006 6 (TPKT)",
                    "event manifest RdpCoreTS; RemoteConnectionManager 261"},
    },
    {
        .id = "ephemeral-port-exhaustion",
        .title = "The host has run out of free TCP ports for its own connections.",
        .explains =
            "For every connection that a computer makes itself, it borrows a port for a while. A "
            "program on the host makes too many or never gives them back, so none is left: the "
            "host can no longer ask a domain controller, and things fail now and then. A restart "
            "helps for some time and hides the reason.",
        .separates = "Other connections that the host makes fail too, at the same times, and its "
                     "log has Tcpip 4227 or 4231. If only the domain controller is out of reach, "
                     "look at that way instead.",
        .tell = "This host has no free TCP ports left; please find the program that holds them "
                "before you restart it.",
        .whose = WHOSE_HOST,
        .stage = STAGE_TCP,
        .evidence =
            {
                FACT(F_HOST_PORTS_EXHAUSTED, DECISIVE, "the host has no free ephemeral ports"),
                FACT(F_LOG_PORTS_EXHAUSTED, STRONG,
                     "event Tcpip 4227 or 4231: the host ran out of ports"),
                FACT(F_TCP_SLOW_ACCEPT, MODERATE,
                     "connections are accepted late or only now and then"),
                FACT(F_HOST_RESTART_CURED, MODERATE,
                     "a restart of the host helped, with nothing else changed"),
                FACT(F_LOG_DC_UNREACHABLE, WEAK,
                     "the host could not reach a domain controller at that time"),
                FACT(F_TCP_REFUSED, -STRONG,
                     "the port is refused at once; listening needs no borrowed port"),
                FACT(F_NEG_NOT_RDP, -STRONG, "another service than RDP answers"),
                FACT(F_NEG_ASIDE_ENDED, -MODERATE,
                     "a connection is accepted and then ended; what lacks ports does not accept"),
                FACT(F_SESSION_STARTED, -MODERATE, "a session was reached"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, -MODERATE,
                     "another client gets in at the same time"),
            },
        .fixes = {&fix_socket_leak, &fix_dynamic_ports, &fix_reboot},
        .sources = {"Microsoft: Remote Desktop cannot verify the identity of the remote computer",
                    "event texts of Tcpip 4227 and 4231"},
    },
    {
        .id = "client-offline",
        .title = "The client is not connected to a working network.",
        .explains =
            "This computer itself has no network: no link, no route, no name server, or nothing "
            "beyond its own network answers. Nothing was sent to the host, so nothing is known "
            "about it.",
        .separates = "Another well-known name and address fail from here as well. If they work, "
                     "the fault lies with this host's name, its way or the host.",
        .tell = "My computer has no working network connection, other addresses fail too; please "
                "help me to get it online first.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NAME,
        .evidence =
            {
                FACT(F_LOCAL_LINK_DOWN, DECISIVE, "no network interface of this computer is up"),
                FACT(F_LOCAL_NO_RESOLVER, DECISIVE,
                     "this computer has no name server it could ask"),
                FACT(F_LOCAL_NO_ROUTE, STRONG, "this computer has no route to the target"),
                FACT(F_LOCAL_OTHERS_UNREACHABLE, STRONG,
                     "other addresses cannot be reached from here either"),
                FACT(F_NAME_LOOKUP_FAILED, STRONG, "no name server gave an answer"),
                FACT(F_NAME_OTHERS_RESOLVE, REFUTES,
                     "another name resolves from here at the same time"),
                FACT(F_NAME_NOT_FOUND, -STRONG,
                     "a name server answered, so this computer is online"),
                FACT(F_LOG_PACKET_ARRIVED, REFUTES, "event 131: a connection reached the host"),
                FACT(F_TCP_CONNECTED, REFUTES, "a connection was made from here"),
                FACT(F_TCP_REFUSED, REFUTES, "the host answered, if only with a refusal"),
                FACT(F_TCP_OTHER_PORT_OPEN, REFUTES, "another port of the host answers"),
                FACT(F_PATH_ECHO, REFUTES, "an ICMP echo was answered from outside"),
                FACT(F_TCP_PROHIBITED, -STRONG,
                     "a router answered, so packets leave this computer"),
                FACT(F_PATH_TUNNEL_UP, -STRONG, "a tunnel from here is up"),
            },
        .fixes = {&fix_network_connect, &fix_adapter_enable},
        .sources = {"general practice", "connect(2) ENETUNREACH"},
    },
    {
        .id = "vpn-not-connected",
        .title = "The client is not connected to the VPN that leads to the host.",
        .explains =
            "The host has an inner name or a private address, which only its own network knows. "
            "From outside it is reached through a VPN, and no tunnel of this computer is up. So "
            "the name is not found, or packets go to the Internet, where nobody knows the "
            "address.",
        .separates = "With the tunnel up the same target answers. If it is up and the target is "
                     "still silent, look for a filter or a host that is off.",
        .tell = "I try to reach a host with an inner address and no VPN is connected; please "
                "tell me which VPN leads there.",
        .whose = WHOSE_CLIENT,
        .stage = STAGE_NAME,
        .evidence =
            {
                FACT(F_PATH_TUNNEL_DOWN, STRONG, "a tunnel adapter of this computer is down"),
                NEEDED(F_NAME_INTERNAL, MODERATE, "the name is an inner one"),
                FACT(F_NAME_NOT_FOUND, STRONG, "the name servers outside do not know the name"),
                NEEDED(F_NAME_OTHERS_RESOLVE, MODERATE,
                       "outer names resolve from here, so this computer is online"),
                NEEDED(F_PATH_TARGET_PRIVATE, MODERATE, "the target's address is private"),
                FACT(F_TCP_SILENT, MODERATE, "nothing answers on the port"),
                FACT(F_TCP_UNREACHABLE, MODERATE, "a router says that it does not know the way"),
                FACT(F_LOCAL_NO_ROUTE, MODERATE, "this computer has no route to the target"),
                FACT(F_NAME_LOOKUP_FAILED, WEAK,
                     "the name server that knows the name did not answer"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client gets in from another network"),
                FACT(F_PATH_TUNNEL_UP, REFUTES,
                     "the way to the target leaves by a tunnel that is up"),
                FACT(F_LOG_PACKET_ARRIVED, REFUTES, "event 131: a connection reached the host"),
                FACT(F_TCP_CONNECTED, REFUTES, "the connection was made without it"),
                FACT(F_TCP_REFUSED, -STRONG, "the host answered, if only with a refusal"),
                FACT(F_TCP_OTHER_PORT_OPEN, -STRONG, "another port of the host answers"),
                /* Networks at home use the same addresses, and every device there answers. */
                FACT(F_PATH_ECHO, -MODERATE,
                     "something at the host's address answers an ICMP echo"),
                {.finding = F_LOCAL_LINK_DOWN,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "this computer has no network at all"},
                FACT(F_NAME_ILLEGAL, REFUTES, "the name could not exist anywhere"),
            },
        .fixes = {&fix_vpn_connect},
        .sources = {"RFC 1918; RFC 6598; RFC 4193", "RFC 6761; RFC 8375",
                    "general practice, unverified"},
        .waits = "a reader of the route: a private target whose packets leave by the default route",
    },
    {
        .id = "ipv6-path-broken",
        .title = "The host can be reached over IPv4 but not over IPv6, which its name offers too.",
        .explains =
            "The host's name has an IPv6 address, clients try that first, and nothing answers "
            "there: a route or filter for IPv6 is wrong, or the record is old. Most clients go "
            "over to IPv4 after a wait; one that does not, fails although the host is well.",
        .separates = "Each address tried by itself: IPv6 silent or unreachable, IPv4 connects. "
                     "If IPv6 is refused and not silent, the listener or a rule of the host is "
                     "to blame.",
        .tell = "This host answers over IPv4 but not over IPv6 although DNS gives an IPv6 "
                "address; please repair that way or remove the record.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TCP,
        .evidence =
            {
                NEEDED(F_TCP_IPV6_FAILS_IPV4_WORKS, DECISIVE,
                       "the host is reached over IPv4 and not over IPv6"),
                FACT(F_SESSION_ADDRESS_WORKS, MODERATE,
                     "the host's address works where its name fails"),
                FACT(F_TCP_UNREACHABLE, WEAK, "a router says that an address cannot be reached"),
                FACT(F_TCP_SILENT, WEAK, "the address that was tried first does not answer"),
                FACT(F_NAME_NOT_FOUND, REFUTES, "the name has no address at all"),
                FACT(F_TCP_ONE_ADDRESS_REFUSED, -STRONG,
                     "one address refuses, so its way is whole"),
                FACT(F_TCP_REFUSED, -STRONG, "the port is refused, so the way is whole"),
                {.finding = F_NEG_CLOSED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "over IPv4 the connection gets further and is closed there"},
                {.finding = F_NEG_FAILURE_CODE,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "over IPv4 the connection gets further and is refused there"},
                {.finding = F_NEG_NOT_RDP,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "over IPv4 something else than RDP answers"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "over IPv4 the connection gets further and is closed there"},
                {.finding = F_TLS_ALERT,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "over IPv4 the connection gets further and TLS fails there"},
                {.finding = F_NLA_ERROR,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "over IPv4 the connection gets further and the logon fails there"},
                {.finding = F_SESSION_STARTED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a session is reached over IPv4, so it costs time and no more"},
            },
        .fixes = {&fix_dial_ipv4, &fix_ipv6_route, &fix_aaaa_remove, &fix_prefer_ipv4},
        .sources = {"RFC 8305", "RFC 3596 2.1", "general practice, unverified"},
    },
};

const struct cause_list causes_network = {.rows = rows, .n = sizeof rows / sizeof *rows};
