/*
 * causes_path - network quality and transport.
 *
 * RDP opens on TCP and adds UDP later, beside it: UDP can spoil a running session, never
 * the opening. Setting a session up with NLA takes about 34 kB and some twenty round
 * trips (measured and counted by us), so thin or slow lines alone rarely break it. All
 * thresholds of time and loss in this file are ours.
 */
#include "why/fixes.h"
#include "why/rows.h"

#define POLICY "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"

#define SAVE_RDP_FILE                                                                              \
	{                                                                                          \
		.says = "keep a copy of the connection file",                                      \
		.command = "copy \"<file>.rdp\" \"<file>.rdp.bak\"", .shell = CMD                  \
	}
#define EDIT_RDP_FILE(what)                                                                        \
	{                                                                                          \
		.says = what, .command = "notepad \"<file>.rdp\"", .shell = CMD                    \
	}
#define RESTORE_RDP_FILE                                                                           \
	{                                                                                          \
		.says = "put the kept copy back",                                                  \
		.command = "copy /y \"<file>.rdp.bak\" \"<file>.rdp\"", .shell = CMD               \
	}

static const struct fix udp_rule = {
    .id = "host-udp-firewall-scoped",
    .title = "let the UDP transport in from the networks that use it",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .minutes = 3,
    .condition = "UDP is wanted and the host's own firewall is what drops it; never for the "
                 "whole Internet",
    .steps = {{.says = "add a rule for the client's network only",
               .command = "New-NetFirewallRule -Name rdpwhy-rdp-udp -DisplayName 'RDP UDP "
                          "scoped' -Direction Inbound -Protocol UDP -LocalPort {port} "
                          "-RemoteAddress <cidr> -Action Allow",
               .shell = POWERSHELL}},
    .undo = {{.says = "remove the rule",
              .command = "Remove-NetFirewallRule -Name rdpwhy-rdp-udp",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: ports used by Remote Desktop Services", "[MS-RDPEUDP] 3.1.5.1.1"},
};

static const struct fix udp_path = {
    .id = "network-udp-allow",
    .title = "let UDP pass on the way, or have it refused openly",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 30,
    .condition = "a device on the way carries the first UDP packets and drops later ones, or "
                 "drops all of them",
    .steps = {{.says = "allow UDP to the RDP port of the host from the same source addresses "
                       "that may use TCP"},
              {.says = "let replies leave by the address that was asked, and keep UDP entries of "
                       "the translation table for longer than 65 seconds"}},
    .undo = {{.says = "remove the rule again"}},
    .sources = {"Microsoft: ports used by Remote Desktop Services", "[MS-RDPEUDP] 3.1.5.1.1"},
};

static const struct fix tcp_only = {
    .id = "host-transport-tcp-only",
    .title = "let the host offer TCP only, for all its clients",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .temporary = true,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "many clients are affected; for one client switch UDP off there",
    .steps = {{.says = "keep the present policy values (fails harmlessly when there are none)",
               .command = "reg export \"" POLICY "\" \"%TEMP%\\rdp-policy.reg\" /y",
               .shell = CMD},
              {.says = "choose TCP only",
               .command = "reg add \"" POLICY "\" /v SelectTransport /t REG_DWORD /d 1 /f",
               .shell = CMD},
              {.says = "let the service read it (this ends every remote session on the host)",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "remove the value",
              .command = "reg delete \"" POLICY "\" /v SelectTransport /f",
              .shell = CMD},
             {.says = "write the kept values back, if there were any",
              .command = "reg import \"%TEMP%\\rdp-policy.reg\"",
              .shell = CMD},
             {.says = "let the service read it (this ends every remote session on the host)",
              .command = "Restart-Service TermService -Force",
              .shell = POWERSHELL}},
    .sources = {"TerminalServer.admx: Select RDP transport protocols",
                "unverified: whether new connections use it without a restart"},
};

static const struct fix mss_clamp = {
    .id = "network-mss-clamp",
    .title = "limit the TCP segment size where the tunnel begins",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the path is narrower than 1500 bytes and ICMP cannot be let through; the "
                 "commands are for a Linux router, other makes call it MSS clamping",
    .steps = {{.says = "keep the present rules",
               .command = "iptables-save > /root/iptables-before-rdpwhy.txt",
               .shell = SH},
              {.says = "lower the segment size of connections that are forwarded",
               .command = "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j "
                          "TCPMSS --clamp-mss-to-pmtu",
               .shell = SH}},
    .undo = {{.says = "take the rule out",
              .command = "iptables -t mangle -D FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS "
                         "--clamp-mss-to-pmtu",
              .shell = SH}},
    .sources = {"RFC 2923 2.1", "iptables-extensions(8) TCPMSS"},
};

static const struct fix loss_locate = {
    .id = "network-loss-locate",
    .title = "find the lossy section and go round it",
    .where = ON_NETWORK,
    .risk = RISK_SAFE,
    .minutes = 20,
    .steps =
        {{.says = "connect by cable instead of radio and measure again"},
         {.says = "measure the loss section by section (takes minutes); only loss that goes on "
                  "to the last line counts, a router that answers badly itself does not",
          .command = "pathping -n {host}",
          .shell = CMD},
         {.says = "replace the bad cable, port, access point or line, or use another path"}},
    .undo_says = "Nothing to take back: measuring changes nothing, and a better path is kept.",
    .sources = {"RFC 6298 5", "RFC 1812 4.3.2.8"},
};

static const struct fix autoreconnect = {
    .id = "client-autoreconnect-more",
    .title = "let the client reconnect by itself more often",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 2,
    .condition = "a connection file is used; this bridges short outages and repairs nothing. A "
                 "signature in the file is lost",
    .steps = {SAVE_RDP_FILE,
              EDIT_RDP_FILE("set \"autoreconnection enabled:i:1\" and \"autoreconnect max "
                            "retries:i:20\"")},
    .undo = {RESTORE_RDP_FILE},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix shorter_route = {
    .id = "network-shorter-route",
    .title = "bring client and host nearer to each other on the network",
    .where = ON_NETWORK,
    .risk = RISK_SAFE,
    .minutes = 60,
    .steps =
        {{.says = "compare the round trip by another line or without the tunnel",
          .command = "ping -n 20 {host}",
          .shell = CMD},
         {.says = "use a VPN entry, a gateway or a line that lies near the client or the host, "
                  "so that traffic does not travel round"}},
    .undo_says = "Nothing to take back: the former route stays available.",
    .sources = {"event manifest RdpCoreTS (134, 137)"},
};

static const struct fix split_tunnel = {
    .id = "client-vpn-split-tunnel",
    .title = "send only the company's traffic through the tunnel",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the tunnel is Windows' own VPN, all traffic goes through it, and whoever is "
                 "responsible for the VPN agrees",
    .steps = {{.says = "note the present setting",
               .command = "Get-VpnConnection -Name '<name>' | Select-Object Name, SplitTunneling",
               .shell = POWERSHELL},
              {.says = "keep the host's network in the tunnel",
               .command = "Add-VpnConnectionRoute -ConnectionName '<name>' -DestinationPrefix "
                          "<cidr>",
               .shell = POWERSHELL},
              {.says = "let the rest leave directly, from the next connection on",
               .command = "Set-VpnConnection -Name '<name>' -SplitTunneling $true",
               .shell = POWERSHELL}},
    .undo = {{.says = "send everything through the tunnel again",
              .command = "Set-VpnConnection -Name '<name>' -SplitTunneling $false",
              .shell = POWERSHELL},
             {.says = "remove the route",
              .command = "Remove-VpnConnectionRoute -ConnectionName '<name>' -DestinationPrefix "
                         "<cidr>",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Set-VpnConnection"},
};

static const struct fix lean_session = {
    .id = "client-lean-session",
    .title = "ask for a session that needs little bandwidth",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 3,
    .condition = "a connection file is used; without one the same settings stand on the tab "
                 "Experience of mstsc. A signature in the file is lost",
    .steps = {SAVE_RDP_FILE,
              EDIT_RDP_FILE(
                  "set \"networkautodetect:i:0\", \"bandwidthautodetect:i:0\", \"connection "
                  "type:i:1\" and \"compression:i:1\"; with detection on, the connection type is "
                  "ignored"),
              EDIT_RDP_FILE("set \"disable wallpaper:i:1\" and \"disable themes:i:1\", and leave "
                            "\"drivestoredirect:s:\" empty")},
    .undo = {RESTORE_RDP_FILE},
    .sources = {"Microsoft: supported RDP properties"},
};

static const struct fix without_tunnel = {
    .id = "client-compare-without-tunnel",
    .title = "use the host without the tunnel for a while",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 15,
    .condition = "the host can also be reached from its own network or through an RD Gateway; "
                 "never open the RDP port to the Internet for it",
    .steps =
        {{.says = "look for ends of the tunnel at the minute of the drop (Windows' own VPN)",
          .command = "Get-WinEvent -FilterHashtable @{LogName='Application'; "
                     "ProviderName='RasClient'; Id=20226,20227} -MaxEvents 20 | Format-List "
                     "TimeCreated, Message",
          .shell = POWERSHELL},
         {.says = "work by the other way for as long as it usually takes until a drop; no drop "
                  "there means that the tunnel is at fault"}},
    .undo_says = "Nothing to take back: connect through the tunnel again.",
    .sources = {"secondary sources: RasClient events"},
};

static const struct fix vpn_timers = {
    .id = "network-vpn-tune",
    .title = "correct packet size and timers of the tunnel",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 60,
    .steps = {{.says = "keep a copy of the VPN profile of client and concentrator"},
              {.says = "set the tunnel's MTU so that nothing is fragmented on the outside"},
              {.says = "give both ends the same re-key and idle times and switch the tunnel's "
                       "own keep-alive (dead peer detection) on"},
              {.says = "prefer UDP or DTLS as the tunnel's carrier; TCP inside TCP stalls when "
                       "packets are lost"}},
    .undo = {{.says = "load the kept profiles again"}},
    .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                "secondary sources: VPN vendors' manuals"},
};

static const struct fix idle_timer = {
    .id = "network-idle-timer-raise",
    .title = "raise the idle time of the device that cuts the connection",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 20,
    .condition = "the device is known; keep-alive on the host is the simpler repair",
    .steps =
        {{.says = "note the present idle time for TCP on each firewall, address translator, load "
                  "balancer and VPN concentrator on the way; the one that equals the time of the "
                  "drop is meant"},
         {.says = "raise it for connections to the RDP port of this host only, above the longest "
                  "pause that people make"}},
    .undo = {{.says = "set the noted time again"}},
    .sources = {"RFC 5382 5 (REQ-5)", "Microsoft: troubleshoot Remote Desktop disconnected errors"},
};

static const struct fix other_route = {
    .id = "client-other-route",
    .title = "connect by a route without the suspected device",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 15,
    .steps =
        {{.says = "start a recording on the client, and the same on the host",
          .command = "pktmon start --capture --pkt-size 0 --file-name \"%TEMP%\\rdp.etl\"",
          .shell = CMD},
         {.says = "connect until it fails, then stop both recordings",
          .command = "pktmon stop",
          .shell = CMD},
         {.says = "make both readable and compare the bytes of the RDP connection",
          .command = "pktmon etl2pcap \"%TEMP%\\rdp.etl\" --out \"%TEMP%\\rdp.pcapng\"",
          .shell = CMD},
         {.says = "connect by another line, or without overlay network, accelerator or VPN; if "
                  "that works, keep it until the device is repaired"}},
    .undo_says = "Nothing to take back: delete the recordings, they hold traffic of this computer.",
    .sources = {"Microsoft: Packet Monitor", "public cases"},
};

static const struct fix device_repair = {
    .id = "network-altering-device-repair",
    .title = "take the altering device out of the path or update it",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 60,
    .condition = "recordings or a second route point to the device",
    .steps = {{.says = "note the device's version and settings"},
              {.says = "exempt the RDP port of this host from acceleration, compression and "
                       "inspection"},
              {.says = "if that cures it, update the device's software and try again without the "
                       "exemption"}},
    .undo = {{.says = "remove the exemption"}},
    .sources = {"public cases"},
};

static const struct cause rows[] = {
    {
        .id = "udp-blocked-no-fallback",
        .title = "The network lets Remote Desktop's UDP transport through only in part, or not "
                 "at all.",
        .explains = "A session starts on TCP; when it stands, client and host try to add UDP, "
                    "which draws more smoothly. When UDP is blocked the session simply stays on "
                    "TCP and nobody notices. Trouble comes when a device lets the first UDP "
                    "packets pass and swallows later ones: the picture freezes or the session "
                    "drops. It never explains a connection that fails before the session has "
                    "begun.",
        .separates = "With UDP switched off on the client the fault is gone; if it stays, this "
                     "is not the cause. A cure together with UDP that is answered, and drops "
                     "after the same time, points to udp-negotiation-hang instead.",
        .tell = "Please let UDP to the host's Remote Desktop port pass as TCP does, or block it "
                "completely, because sessions freeze when only part of it gets through.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_UDP,
        .evidence =
            {
                VALUE(F_HOST_TRANSPORT, IS, 1, REFUTES, "the host is set to use TCP alone"),
                FACT(F_CLIENT_UDP_OFF, REFUTES, "the client is told not to use UDP"),
                {.finding = F_UDP_OFF_CURES,
                 .strength = STRONG,
                 .lifts = true,
                 .says = "with UDP switched off on the client the fault is gone"},
                {.finding = F_UDP_SILENT,
                 .strength = MODERATE,
                 .one_way = true,
                 .at_most = 0.50,
                 .says = "the host's UDP port does not answer from here; by itself that is "
                         "ordinary and harmless"},
                FACT(F_SESSION_FROZEN, MODERATE,
                     "the session froze without being closed, as it does when later UDP "
                     "packets are swallowed"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client works from another network"),
                FACT(F_LOG_UDP_LOST, MODERATE, "the UDP transport was established and then lost"),
                FACT(F_UDP_ANSWERED, -STRONG, "the host's UDP port answers from here"),
                {.finding = F_LOG_UDP_NOT_USED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "event 136: the host went on over TCP alone, so the fallback worked"},
                FACT(F_TCP_REFUSED, REFUTES,
                     "the TCP connection is refused, and UDP comes only after TCP"),
                FACT(F_TCP_SILENT, REFUTES,
                     "TCP itself gets no answer, and UDP comes only after TCP"),
                FACT(F_NEG_CLOSED, REFUTES,
                     "the connection ends in the first exchange over TCP, long before UDP is "
                     "tried"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, REFUTES,
                     "the connection ends in the TLS handshake over TCP, before UDP is tried"),
                FACT(F_NLA_ERROR, REFUTES, "the host refuses the sign-in, before UDP is tried"),
            },
        .fixes = {&fix_udp_off, &udp_rule, &udp_path, &tcp_only},
        .sources = {"TerminalServer.admx: Select RDP transport protocols",
                    "event manifest RdpCoreTS (130, 135, 136, 138)", "[MS-RDPEUDP] 3.1.5.1.1",
                    "registry of a real Windows 10"},
    },
    {
        .id = "udp-negotiation-hang",
        .title = "The UDP transport is set up and then dies, because client and host disagree "
                 "about it.",
        .explains = "After sign-in, client and host add a UDP transport beside TCP. Some pairs "
                    "of versions, typically a new Windows 11 or Server 2025 and a Server 2016 or "
                    "older, begin this and then wait for each other. The session freezes or "
                    "drops after a constant time, about 65 seconds. Other hosts and other "
                    "clients work normally.",
        .separates = "The drop comes after the same time in every session and is gone at once "
                     "with UDP off on the client. An idle limit needs an idle session, this does "
                     "not.",
        .tell = "Sessions drop about a minute after sign-in because of the UDP transport between "
                "these two Windows versions; please install the current updates on both and "
                "switch UDP off on the client until then.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_UDP,
        .evidence =
            {
                VALUE(F_HOST_TRANSPORT, IS, 1, REFUTES, "the host is set to use TCP alone"),
                FACT(F_CLIENT_UDP_OFF, REFUTES, "the client is told not to use UDP"),
                NEEDED(F_UDP_OFF_CURES, STRONG,
                       "with UDP switched off on the client the fault is gone"),
                FACT(F_SESSION_DROPPED_SAME_TIME, STRONG,
                     "sessions end after the same time again and again"),
                VALUE(F_SESSION_DROPPED, AT_MOST, 120, MODERATE,
                      "the session dropped within two minutes; known cases take about 65 "
                      "seconds (the threshold is ours)"),
                FACT(F_LOG_UDP_LOST, STRONG, "the UDP transport was established and then lost"),
                FACT(F_CLIENT_KNOWN_BUG, MODERATE,
                     "the client's version is on the list of known regressions"),
                FACT(F_HOST_UPDATE_REGRESSION, MODERATE,
                     "the host's version is on the list of known regressions"),
                FACT(F_UDP_ANSWERED, WEAK, "the host's UDP port answers, so UDP does get used"),
                FACT(F_SESSION_FROZEN, WEAK, "the session froze without being closed"),
                VALUE(F_NLA_BUILD, AT_MOST, 14393, WEAK,
                      "the host is a Server 2016 or older, as in the known cases"),
                VALUE(F_SESSION_DROPPED, AT_LEAST, 600, -MODERATE,
                      "the session lasted ten minutes or more (the threshold is ours)"),
                FACT(F_UDP_SILENT, -STRONG,
                     "the host's UDP port does not answer, so UDP is not used"),
                FACT(F_LOG_UDP_NOT_USED, REFUTES, "event 136: the host used TCP alone"),
                FACT(F_TCP_REFUSED, REFUTES,
                     "the TCP connection is refused, and UDP comes only after TCP"),
                FACT(F_TCP_SILENT, REFUTES,
                     "TCP itself gets no answer, and UDP comes only after TCP"),
                FACT(F_NEG_CLOSED, REFUTES,
                     "the connection ends in the first exchange over TCP, long before UDP is "
                     "tried"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, REFUTES,
                     "the connection ends in the TLS handshake over TCP, before UDP is tried"),
            },
        .fixes = {&fix_udp_off, &fix_client_update, &fix_install_update, &tcp_only},
        .sources = {"secondary sources: reports on Windows 11 24H2 and Server 2016",
                    "public case neutrinolabs/xrdp 2388", "[MS-RDPEUDP] (keep-alive limit 65 s)",
                    "event manifest RdpCoreTS (131, 135, 103)"},
        .waits = "the client's build number (event RDPClient 1030) compared with the host's",
    },
    {
        .id = "mtu-black-hole",
        .title = "A section of the network swallows large packets without saying so.",
        .explains = "Every line carries packets up to a certain size; tunnels carry less. A "
                    "router that has to drop a larger one should say so, and the sender then "
                    "sends smaller ones. Where that message is filtered, small packets pass and "
                    "large ones vanish: the connection opens and then hangs as soon as the host "
                    "sends its certificate or the first picture.",
        .separates = "With a small segment size the same handshake completes. Loss would hit "
                     "small and large packets alike, and a closed connection is not a silent one.",
        .tell = "Large packets between the client and the host vanish; please let ICMP "
                "\"fragmentation needed\" and IPv6 \"packet too big\" through, or limit the TCP "
                "segment size on the tunnel.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TLS,
        .evidence =
            {
                FACT(F_HOST_ADAPTER_MTU, WEAK,
                     "an adapter of the host carries only small packets, so a tunnel is on the "
                     "way"),
                FACT(F_HOST_PMTU_OFF, MODERATE,
                     "the host is set not to look for the size of packets that the path carries"),
                NEEDED(F_PATH_SMALL_SEGMENTS_WORK, DECISIVE,
                       "the handshake that stalls completes with a small segment size"),
                NEEDED(F_PATH_LARGE_PACKETS_LOST, STRONG,
                       "large packets vanish while small ones pass"),
                FACT(F_TLS_STALLS, STRONG,
                     "the handshake stalls in the middle of what the host sends"),
                FACT(F_TLS_SILENT_AFTER_HELLO, MODERATE,
                     "nothing comes back after the ClientHello, where the host's first large "
                     "packet is due"),
                VALUE(F_LOG_READ_FAILED, IS, 121, MODERATE,
                      "event 143 with error 121: the host waited for the client until time "
                      "ran out"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client works from another network"),
                FACT(F_PATH_TUNNEL_UP, WEAK,
                     "the route leaves by a tunnel, and tunnels carry smaller packets"),
                FACT(F_SESSION_BLACK, WEAK, "connected, but the first picture never arrives"),
                FACT(F_TLS_COMPLETED, -MODERATE,
                     "the handshake completes; a small certificate may fit, but most need a "
                     "full packet"),
                FACT(F_SESSION_STARTED, -MODERATE,
                     "a session was reached, which takes many full packets"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the peer closed at once, and lost packets make silence and not a close"),
                FACT(F_NEG_CLOSED, -STRONG,
                     "the peer closed while only small packets had been exchanged"),
                FACT(F_TCP_SILENT, REFUTES,
                     "not even the small packets that open a connection are answered"),
                FACT(F_TCP_REFUSED, REFUTES, "the connection is refused, before any large packet"),
            },
        .fixes = {&fix_mtu_icmp, &mss_clamp, &fix_mtu_client},
        .sources = {"RFC 4821", "RFC 2923 2.1",
                    "Microsoft: a black screen appears while signing in", "RFC 8201 4",
                    "secondary sources: MTU of common tunnels"},
    },
    {
        .id = "packet-loss",
        .title = "The network between client and host loses packets.",
        .explains = "Lost packets are sent again after a pause that grows each time. A little of "
                    "it goes unnoticed; much of it freezes the picture, and in the end one side "
                    "gives up and the session drops. It comes and goes, and it hits other "
                    "programs on the same line as well.",
        .separates = "Repeated connects show retransmissions of one, three and seven seconds, "
                     "and failures at changing places. Large packets only: mtu-black-hole. A "
                     "failure at the same place every time is not loss.",
        .tell = "The line between the client and the host loses packets; please measure it "
                "section by section and replace or avoid the bad part.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_PATH,
        .evidence =
            {
                {.finding = F_PATH_LOSS,
                 .test = AT_LEAST,
                 .value = 5,
                 .strength = STRONG,
                 .says = "at least 5 % of the connection attempts needed a retransmission (the "
                         "threshold is ours)"},
                FACT(F_PATH_LATE_ANSWERS, MODERATE,
                     "some answers come as late as repeated packets do, and others to the same "
                     "question at once"),
                {.finding = F_PATH_RETRANSMITTED,
                 .test = AT_LEAST,
                 .value = 5,
                 .strength = MODERATE,
                 .one_way = true,
                 .says = "at least 5 % of the connection's packets were sent again (the "
                         "threshold is ours)"},
                VALUE(F_LOG_READ_FAILED, IS, 121, STRONG,
                      "event 143 with error 121: the host waited for packets that did not come"),
                FACT(F_PATH_OUTAGES, MODERATE, "the path was interrupted during a longer run"),
                FACT(F_SESSION_FROZEN, WEAK, "the session froze without being closed"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client works from another network"),
                VALUE(F_PATH_LOSS, AT_MOST, 1, -MODERATE,
                      "at most 1 % of the connection attempts needed a retransmission (the "
                      "threshold is ours)"),
                FACT(F_PATH_LARGE_PACKETS_LOST, -MODERATE,
                     "only large packets vanish, and loss does not choose by size"),
                {.finding = F_RUN_REPRODUCED,
                 .test = AT_LEAST,
                 .value = 4,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "every repetition failed in the same way, and loss is irregular"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the peer closed by itself, and lost packets make silence and not a "
                         "close"},
                {.finding = F_NEG_CLOSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the peer closed by itself, and lost packets make silence and not a "
                         "close"},
                {.finding = F_NEG_FAILURE_CODE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host answered and gave its own reason for refusing"},
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the connection is refused by an answer, which loss cannot make"},
                FACT(F_TLS_STALLS, WEAK,
                     "the handshake stalls in the middle of what the host sends"),
                FACT(F_NEG_SILENT, WEAK, "the host's first answer does not arrive"),
                FACT(F_TCP_SLOW_ACCEPT, -WEAK,
                     "connections are accepted late, as by a host that is overloaded"),
            },
        .fixes = {&loss_locate, &autoreconnect},
        .sources = {"RFC 6298 5", "event manifest RdpCoreTS (134, 137, 142, 143)",
                    "event logs of a real host (error 64 is no proof of loss)",
                    "event manifest RDPClient (1013 to 1015)"},
        .waits = "the client's log of automatic reconnects (RDPClient 1013 to 1015)",
    },
    {
        .id = "high-latency",
        .title = "The network makes every answer take very long.",
        .explains = "Signing in takes some twenty questions and answers one after the other, so "
                    "a long way multiplies. At half a second each that is ten seconds of "
                    "waiting, which is tedious and still works. Only very long ways, or a proxy "
                    "with short timers on them, make a connection fail.",
        .separates = "The measured round trip. Below 300 ms it does not explain a failure (the "
                     "threshold is ours); a host that is itself slow answers the TCP connect "
                     "fast and everything later slowly.",
        .tell = "Each answer of the host takes very long to arrive; please look for a shorter "
                "route, a nearer VPN entry or a nearer gateway.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_PATH,
        .evidence =
            {
                {.finding = F_PATH_RTT,
                 .test = AT_LEAST,
                 .value = 300,
                 .strength = STRONG,
                 .one_way = true,
                 .at_most = 0.70,
                 .says = "the round trip takes 300 ms or more (the threshold is ours)"},
                {.finding = F_PATH_RTT,
                 .test = AT_LEAST,
                 .value = 1500,
                 .strength = DECISIVE,
                 .one_way = true,
                 .lifts = true,
                 .says = "the round trip takes 1.5 s or more: twenty of them are half a minute, "
                         "as long as common timers (the threshold is ours)"},
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client works from another network"),
                FACT(F_SESSION_DIRECT_WORKS, WEAK,
                     "a direct connection works where the one through a proxy fails"),
                FACT(F_NLA_SLOW, WEAK, "the answer to the first sign-in message was slow"),
                VALUE(F_PATH_RTT, AT_MOST, 299, REFUTES,
                      "the round trip stays below 300 ms (the threshold is ours)"),
                {.finding = F_SESSION_STARTED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "a session was reached in spite of the long way"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the peer closed by itself, and a long way only delays"},
                {.finding = F_NEG_FAILURE_CODE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host answered and gave its own reason for refusing"},
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the connection is refused, and a long way only delays"},
            },
        .fixes = {&shorter_route, &split_tunnel},
        .sources = {"event manifest RdpCoreTS (134, 137)", "own laboratory capture",
                    "unverified: the threshold of 300 ms"},
        .waits = "a reader of RdpCoreTS 134 and 137 (round trip as the host measures it)",
    },
    {
        .id = "low-bandwidth",
        .title = "The network carries too little data for a smooth session.",
        .explains = "A session start with NLA needs about 34 kB in both directions (measured by "
                    "us), four seconds even at 64 kbit/s. So a thin line does not prevent a "
                    "connection; it makes the picture build up slowly and the mouse lag. Where a "
                    "connection fails outright, look for loss and time-outs instead.",
        .separates = "The connection succeeds and only drawing is slow. A failure before the "
                     "session has another cause.",
        .tell = "The line carries too little for a full desktop; please connect with the "
                "low-speed settings, without drive redirection, or give the line more bandwidth.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_SESSION_STARTED, WEAK, "a session is reached, as it is over a thin line"),
                FACT(F_SESSION_FROZEN, MODERATE, "the session stalls without being closed"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client works well from another network"),
                FACT(F_PATH_TUNNEL_UP, WEAK,
                     "the route leaves by a tunnel, which shares its bandwidth"),
                {.finding = F_SESSION_DROPPED,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the session dropped, and a thin line slows without dropping"},
                {.finding = F_TCP_REFUSED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the connection is refused, which needs no bandwidth"},
                {.finding = F_TCP_SILENT,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "not even the first small packets are answered"},
                {.finding = F_NEG_CLOSED,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the peer closed after a few bytes"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the peer closed after a few hundred bytes"},
                {.finding = F_NLA_ERROR,
                 .strength = REFUTES,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host refused the sign-in and gave its own reason"},
            },
        .fixes = {&lean_session},
        .sources = {"own laboratory capture", "Microsoft: supported RDP properties",
                    "event manifest RdpCoreTS (137)"},
        .waits = "a measurement of throughput, or RdpCoreTS 137; until then it can be excluded "
                 "but not found",
    },
    {
        .id = "vpn-unstable",
        .title = "The VPN between client and host is interrupted again and again.",
        .explains =
            "A tunnel renews its keys from time to time, ends itself when idle, and dies with "
            "the line below it. While it is away, everything inside it stops; if that lasts long "
            "enough, the session drops. The host and its settings are not involved.",
        .separates = "The same host is stable without the tunnel, from its own network or "
                     "through a gateway. Interruptions at the tunnel's own rhythm, or several "
                     "people of one tunnel dropped in the same second, point here and not to "
                     "plain loss.",
        .tell = "The VPN is interrupted while people work; please check its log at the times of "
                "the drops, its packet size, and its re-key and idle times.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_PATH,
        .evidence =
            {
                {.finding = F_PATH_OUTAGES,
                 .test = AT_LEAST,
                 .value = 1,
                 .strength = STRONG,
                 .says = "the path was interrupted during a longer run"},
                NEEDED(F_PATH_TUNNEL_UP, MODERATE, "the route to the host leaves by a tunnel"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, STRONG,
                     "from another network, without the tunnel, it works"),
                FACT(F_LOG_MANY_DROP, MODERATE, "several users dropped in the same second"),
                FACT(F_SESSION_DROPPED_SAME_TIME, MODERATE,
                     "sessions end after the same time again and again, as at a re-key"),
                FACT(F_SESSION_DROPPED, WEAK, "an established session ended unwanted"),
                VALUE(F_LOG_READ_FAILED, IS, 121, MODERATE,
                      "event 143 with error 121: the host waited for packets that did not come"),
                FACT(F_GATEWAY_DROPS_TOGETHER, -MODERATE,
                     "all users of one gateway drop together, so the gateway is what they "
                     "share"),
                {.finding = F_RUN_REPRODUCED,
                 .test = AT_LEAST,
                 .value = 4,
                 .strength = -MODERATE,
                 .one_way = true,
                 .blame_only = true,
                 .says = "every repetition failed in the same way, and a tunnel fails now and "
                         "then"},
                {.finding = F_TLS_CLOSED_AFTER_HELLO,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the peer closed by itself at one fixed step"},
                {.finding = F_NEG_FAILURE_CODE,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the host answered and gave its own reason for refusing"},
                {.finding = F_TCP_REFUSED,
                 .strength = -STRONG,
                 .one_way = true,
                 .blame_only = true,
                 .says = "the connection is refused by an answer, which a broken tunnel cannot "
                         "make"},
                FACT(F_LOG_TIME_LIMIT, -STRONG,
                     "the host logged that a session time limit ended the session"),
                FACT(F_TCP_SILENT, WEAK, "the host does not answer at this moment"),
                FACT(F_TLS_STALLS, WEAK, "the handshake stalls in the middle"),
            },
        .fixes = {&without_tunnel, &vpn_timers, &fix_keepalive},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "event manifest LocalSessionManager (24)",
                    "secondary sources: RasClient 20226 and 20227"},
        .waits = "the client's log of the tunnel (RasClient 20226, 20227)",
    },
    {
        .id = "idle-timeout-by-middlebox",
        .title = "A device on the way forgets connections that are idle.",
        .explains = "Firewalls, address translators and load balancers keep a list of "
                    "connections and strike out those that were idle for long, often 15, 30 or "
                    "60 minutes. Neither end is told. The next key press then meets silence or a "
                    "reset, and the session drops although nobody ended it.",
        .separates = "The drop needs an idle session: constant mouse movement prevents it. The "
                     "host logs no time limit of its own (events 20515 to 20519); if it does, a "
                     "policy ended the session.",
        .tell = "A device on the way forgets idle connections to the host's Remote Desktop port; "
                "please raise its TCP idle time or let the host send keep-alives.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_SESSION,
        .evidence =
            {
                VALUE(F_PATH_IDLE_CUT, AT_LEAST, 180, DECISIVE,
                      "a connection that was left idle was cut on the way (sooner than 180 s "
                      "it could be the host's own limit; the threshold is ours)"),
                FACT(F_SESSION_DROPPED_SAME_TIME, STRONG,
                     "sessions end after the same time again and again"),
                VALUE(F_SESSION_DROPPED, AT_LEAST, 600, MODERATE,
                      "the session ended after ten minutes or more, as idle times do (the "
                      "threshold is ours)"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, MODERATE,
                     "the same client keeps its session from another network"),
                FACT(F_LOG_TIME_LIMIT, REFUTES,
                     "the host logged that its own time limit ended the session"),
                VALUE(F_CLIENT_EXTENDED, IS, 3, REFUTES,
                      "extended code 3: the host itself ended the idle session"),
                VALUE(F_CLIENT_EXTENDED, IS, 4, REFUTES,
                      "extended code 4: the host itself ended the session after its allowed "
                      "time"),
                VALUE(F_CLIENT_GATEWAY_CODE, IS, 0x3000032, REFUTES,
                      "gateway code 0x3000032: the gateway itself ended the idle session"),
                FACT(F_HOST_TIME_LIMIT, -MODERATE,
                     "a policy on the host limits the time of sessions"),
                VALUE(F_SESSION_DROPPED, AT_MOST, 120, -STRONG,
                      "the session dropped within two minutes, sooner than idle times are "
                      "(the threshold is ours)"),
                FACT(F_LOG_MANY_DROP, -MODERATE,
                     "several users dropped in the same second, and each is idle at other "
                     "times"),
                FACT(F_TCP_REFUSED, REFUTES, "the connection is refused from the start"),
                FACT(F_TCP_SILENT, REFUTES, "the host does not answer from the start"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, REFUTES,
                     "the connection ends while it is being made"),
                FACT(F_NEG_CLOSED, REFUTES, "the connection ends while it is being made"),
            },
        .fixes = {&fix_keepalive, &idle_timer},
        .sources = {"Microsoft: troubleshoot Remote Desktop disconnected errors",
                    "event texts of RemoteConnectionManager (20515 to 20519)",
                    "RFC 5382 5 (REQ-5)"},
    },
    {
        .id = "stream-altered-in-path",
        .title = "A device on the way alters the bytes of the connection.",
        .explains = "Remote Desktop protects what it sends with check values, so a single "
                    "changed byte ends the connection. Accelerating routers, overlay networks "
                    "and faulty network hardware sometimes change bytes while ordinary traffic "
                    "seems to work. The client then speaks of a decryption or protocol error.",
        .separates = "Recordings of both ends differ in the same bytes, or the same pair works "
                     "by another route. A device that inspects TLS shows another certificate; "
                     "this does not.",
        .tell = "A device between the client and the host changes the bytes of the connection; "
                "please take it out of the path or update it.",
        .whose = WHOSE_NETWORK,
        .stage = STAGE_TLS,
        .evidence =
            {
                NEEDED(F_PATH_BYTES_ALTERED, DECISIVE,
                       "the bytes that were sent are not the bytes that arrived"),
                VALUE(F_TLS_ALERT, IS, 20, STRONG,
                      "the host ended the handshake with the alert bad_record_mac"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 20, STRONG,
                      "the client ended the handshake with the alert bad_record_mac"),
                VALUE(F_LOG_ALERT_SENT, IS, 20, MODERATE,
                      "the host logged that it sent the alert bad_record_mac"),
                VALUE(F_LOG_ALERT_RECEIVED, IS, 20, MODERATE,
                      "the host logged that it received the alert bad_record_mac"),
                FACT(F_SESSION_OTHER_NETWORK_WORKS, STRONG, "the same pair works by another route"),
                FACT(F_SESSION_DIRECT_WORKS, MODERATE,
                     "a direct connection works where the one through a proxy fails"),
                FACT(F_NEG_MALFORMED, MODERATE, "the host's first answer breaks the specification"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 51, STRONG,
                      "a signature or check value of the handshake does not fit what was sent: "
                      "alert decrypt_error"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 50, MODERATE,
                      "a message of the handshake cannot be read: alert decode_error"),
                VALUE(F_TLS_CLIENT_ALERT, IS, 42, WEAK,
                      "the client cannot use the certificate that arrives: alert bad_certificate"),
                FACT(F_CERT_MALFORMED, STRONG, "the certificate that arrives is damaged"),
                FACT(F_TLS_MALFORMED, WEAK,
                     "the host's part of the handshake breaks the specification"),
                FACT(F_PATH_TUNNEL_UP, WEAK, "the route leaves by a tunnel or overlay network"),
                FACT(F_CERT_DIFFERS_FROM_HOSTS, -MODERATE,
                     "another certificate is shown than the host's: that is interception, "
                     "not damage"),
                FACT(F_TLS_COMPLETED, -MODERATE,
                     "the handshake completes, and its last message proves that no byte of "
                     "it was changed"),
                FACT(F_SESSION_STARTED, -MODERATE,
                     "a session was reached, which takes many unchanged packets"),
                FACT(F_NEG_FAILURE_CODE, -STRONG,
                     "the host answered and gave its own reason for refusing"),
                FACT(F_TCP_REFUSED, REFUTES, "the connection is refused, before a byte was sent"),
                FACT(F_TCP_SILENT, REFUTES, "the host does not answer, so no byte was sent"),
                FACT(F_TLS_CLOSED_AFTER_CERTIFICATE, MODERATE,
                     "the handshake ends after the certificate, when the check values are "
                     "first compared"),
            },
        .fixes = {&other_route, &device_repair},
        .sources = {"public case tailscale/tailscale 5552", "RFC 8446 5.2 and 6.2",
                    "Microsoft: IMsTscAxEvents::OnDisconnected", "secondary sources: public cases"},
    },
};

const struct cause_list causes_path = {.rows = rows, .n = sizeof rows / sizeof *rows};
