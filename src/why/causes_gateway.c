/*
 * causes_gateway - gateway, broker, cloud.
 *
 * A healthy RD Gateway answers an unauthenticated request with 401. What it refuses is
 * named by the packet: tunnel (who may come in) or channel (which target, and whether it
 * answers). Codes come bare (0x59DA) or as HRESULT (0x800759DA).
 */
#include "why/fixes.h"
#include "why/rows.h"

#define TS "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define GATEWAYCORE                                                                                \
	"HKLM\\SOFTWARE\\Microsoft\\Windows "                                                      \
	"NT\\CurrentVersion\\TerminalServerGateway\\Config\\Core"
#define LSA "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"

static const struct fix gateway_start = {
    .id = "gateway-service-start",
    .title = "start the gateway service and its web server",
    .where = ON_GATEWAY,
    .risk = RISK_SAFE,
    .minutes = 3,
    .condition = "one of the two is stopped",
    .steps =
        {{.says = "see both services",
          .command = "Get-Service TSGateway,W3SVC",
          .shell = POWERSHELL},
         {.says = "start the web server", .command = "Start-Service W3SVC", .shell = POWERSHELL},
         {.says = "start the gateway", .command = "Start-Service TSGateway", .shell = POWERSHELL}},
    .undo = {{.says = "stop the gateway again",
              .command = "Stop-Service TSGateway -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: RD Gateway overview", "event manifest TerminalServices-Gateway"},
};

static const struct fix gateway_restart = {
    .id = "gateway-service-restart",
    .title = "restart the gateway service",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .restart = RESTART_SESSIONS_LOST,
    .minutes = 3,
    .condition = "the service runs and does not answer",
    .steps = {{.says = "this ends every connection through the gateway",
               .command = "Restart-Service TSGateway -Force",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: users of the gateway reconnect.",
    .sources = {"event manifest TerminalServices-Gateway"},
};

static const struct fix gateway_path = {
    .id = "network-gateway-path",
    .title = "open the way to the gateway",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 15,
    .condition = "the gateway answers from another network",
    .steps = {{.says = "test from the client",
               .command = "Test-NetConnection <gateway> -Port 443",
               .shell = POWERSHELL},
              {.says = "see whether a web proxy stands between",
               .command = "netsh winhttp show proxy",
               .shell = CMD},
              {.says = "admit TCP 443 to the gateway, or exempt its name from the web proxy"}},
    .undo_says = "Remove the rule or the exemption that was added.",
    .sources = {"Microsoft: ports used by Remote Desktop Services"},
};

static const struct fix gateway_certificate = {
    .id = "gateway-certificate-assign",
    .title = "give the gateway a certificate that carries its name and that clients trust",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .restart = RESTART_SESSIONS_LOST,
    .minutes = 15,
    .condition = "the gateway is managed by itself and not by a deployment",
    .steps = {{.says = "note the thumbprint in use",
               .command = "Import-Module RemoteDesktopServices; Get-Item "
                          "RDS:\\GatewayServer\\SSLCertificate\\Thumbprint",
               .shell = POWERSHELL},
              {.says = "list the certificates of the computer; the new one has to carry the name "
                       "that clients dial",
               .command = "Get-ChildItem Cert:\\LocalMachine\\My | Format-List "
                          "Subject,DnsNameList,NotAfter,HasPrivateKey,Thumbprint",
               .shell = POWERSHELL},
              {.says = "assign the new one",
               .command = "Set-Item -Path RDS:\\GatewayServer\\SSLCertificate\\Thumbprint -Value "
                          "<new-thumbprint>",
               .shell = POWERSHELL},
              {.says = "let the gateway use it (this ends its connections)",
               .command = "Restart-Service TSGateway -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "assign the old one again",
              .command = "Import-Module RemoteDesktopServices; Set-Item -Path "
                         "RDS:\\GatewayServer\\SSLCertificate\\Thumbprint -Value <old-thumbprint>",
              .shell = POWERSHELL},
             {.says = "let the gateway use it",
              .command = "Restart-Service TSGateway -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: RD Gateway certificate",
                "secondary sources (RDS: drive in public scripts)"},
};

static const struct fix deployment_certificate = {
    .id = "broker-gateway-certificate-assign",
    .title = "assign the gateway's certificate in the deployment",
    .where = ON_BROKER,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 15,
    .condition = "the gateway belongs to a deployment with a broker",
    .steps = {{.says = "note the certificate in use",
               .command = "Get-RDCertificate -Role RDGateway -ConnectionBroker <broker>",
               .shell = POWERSHELL},
              {.says = "assign the new one",
               .command = "Set-RDCertificate -Role RDGateway -ImportPath <certificate.pfx> "
                          "-Password (Read-Host -AsSecureString) -ConnectionBroker <broker> "
                          "-Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "assign the old one again",
              .command = "Set-RDCertificate -Role RDGateway -ImportPath <old-certificate.pfx> "
                         "-Password (Read-Host -AsSecureString) -ConnectionBroker <broker> -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Set-RDCertificate"},
};

static const struct fix trust_issuer = {
    .id = "client-gateway-issuer-trust",
    .title = "let this user's client trust the company's own issuer",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the certificate comes from a private issuer whose thumbprint was confirmed",
    .steps =
        {{.says = "compare the thumbprint of the issuer with the one that the company gives out",
          .command = "certutil -dump <issuer.cer>",
          .shell = CMD},
         {.says = "add it for this user",
          .command = "certutil -user -addstore Root <issuer.cer>",
          .shell = CMD}},
    .undo = {{.says = "remove it again",
              .command = "certutil -user -delstore Root <thumbprint>",
              .shell = CMD}},
    .sources = {"Microsoft: certutil command"},
};

static const struct fix revocation_path = {
    .id = "network-gateway-revocation-path",
    .title = "let clients reach the revocation list of the gateway's issuer",
    .where = ON_NETWORK,
    .risk = RISK_CAUTION,
    .minutes = 15,
    .condition = "the revocation list cannot be fetched (0x3000002)",
    .steps = {{.says = "fetch everything that the certificate names, from the client",
               .command = "certutil -verify -urlfetch <gateway.cer>",
               .shell = CMD},
              {.says = "admit HTTP to the addresses that failed, or publish the list where "
                       "clients can reach it"}},
    .undo_says = "Remove the rule that was added.",
    .sources = {"Microsoft: certutil command",
                "secondary sources (texts of the client's gateway codes)"},
};

static const struct fix cap_member = {
    .id = "gateway-access-group-member",
    .title = "put the user into a group that the gateway's policies name",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "the person is meant to have access",
    .steps = {{.says = "see which policies exist",
               .command = "Import-Module RemoteDesktopServices; Get-ChildItem "
                          "RDS:\\GatewayServer\\CAP,RDS:\\GatewayServer\\RAP",
               .shell = POWERSHELL},
              {.says = "add the user, by the account name without its domain, to the group of the "
                       "policy",
               .command = "Add-ADGroupMember -Identity '<group>' -Members '<account>'",
               .shell = POWERSHELL},
              {.says = "sign in anew, so that the membership counts"}},
    .undo = {{.says = "take the user out again",
              .command = "Remove-ADGroupMember -Identity '<group>' -Members '<account>'",
              .shell = POWERSHELL}},
    .sources = {"TechNet: RD Gateway Server Connections",
                "secondary sources (RDS: drive in public scripts)"},
};

static const struct fix rap_resource = {
    .id = "gateway-resource-add",
    .title = "add the name that clients dial to the gateway's resource group",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "event 301 names the computer as not permitted",
    .steps = {{.says = "open the manager", .command = "tsgateway.msc", .shell = CMD},
              {.says = "under Resource Authorization Policies add the full name and the short "
                       "name of {host} to the group of computers; the name has to be the dialled "
                       "one"}},
    .undo_says = "Remove the two names from the group of computers.",
    .sources = {"TechNet: RD Gateway Server Connections",
                "public cases (short name against full name)"},
};

static const struct fix lmcompat_raise = {
    .id = "client-ntlmv2-only",
    .title = "let the client use NTLMv2, which carries the channel binding",
    .where = ON_CLIENT,
    .risk = RISK_CAUTION,
    .restart = RESTART_REBOOT,
    .minutes = 5,
    .condition = "LmCompatibilityLevel of the client is below 3; very old servers may then "
                 "refuse it",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" LSA "\" \"%TEMP%\\lsa.reg\" /y",
               .shell = CMD},
              {.says = "send NTLMv2 only",
               .command = "reg add \"" LSA "\" /v LmCompatibilityLevel /t REG_DWORD /d 5 /f",
               .shell = CMD},
              {.says = "restart the client", .command = "shutdown /r /t 60", .shell = CMD}},
    .undo = {{.says = "remove the value, which may not have existed",
              .command = "reg delete \"" LSA "\" /v LmCompatibilityLevel /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\lsa.reg\"",
              .shell = CMD},
             {.says = "restart the client", .command = "shutdown /r /t 60", .shell = CMD}},
    .sources = {"Microsoft: error 0xC000035B with LmCompatibilityLevel"},
};

static const struct fix binding_off = {
    .id = "gateway-channel-binding-off",
    .title = "let the gateway accept sign-ins without channel binding for a short time",
    .where = ON_GATEWAY,
    .risk = RISK_WEAKENS_SECURITY,
    .weakens = "a sign-in can be relayed to the gateway by somebody on the path",
    .temporary = true,
    .restart = RESTART_SESSIONS_LOST,
    .minutes = 5,
    .condition = "a client that cannot be changed at once has to get in",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" GATEWAYCORE "\" \"%TEMP%\\tsgateway.reg\" /y",
               .shell = CMD},
              {.says = "switch the requirement off",
               .command = "reg add \"" GATEWAYCORE
                          "\" /v EnforceChannelBinding /t REG_DWORD /d 0 /f",
               .shell = CMD},
              {.says = "let the service read it (this ends its connections)",
               .command = "Restart-Service TSGateway -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "remove the value",
              .command = "reg delete \"" GATEWAYCORE "\" /v EnforceChannelBinding /f",
              .shell = CMD},
             {.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\tsgateway.reg\"",
              .shell = CMD},
             {.says = "let the service read them",
              .command = "Restart-Service TSGateway -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: error 0xC000035B with LmCompatibilityLevel"},
};

static const struct fix target_from_gateway = {
    .id = "gateway-target-test",
    .title = "find out from the gateway what keeps it from the host",
    .where = ON_GATEWAY,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "see which address the name has there",
               .command = "Resolve-DnsName {host}",
               .shell = POWERSHELL},
              {.says = "test the port from there",
               .command = "Test-NetConnection {host} -Port {port}",
               .shell = POWERSHELL},
              {.says = "when the name fails, correct its record; when the port fails, open it on "
                       "the host for the address of the gateway"}},
    .undo_says = "Nothing was changed.",
    .sources = {"TechNet: RD Gateway Server Connections"},
};

static const struct fix limit_raise = {
    .id = "gateway-connection-limit-raise",
    .title = "raise the gateway's number of connections",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "event 203 stands in the gateway's log and the computer has room for more",
    .steps = {{.says = "note the present limit and the highest one allowed",
               .command =
                   "Import-Module RemoteDesktopServices; Get-Item "
                   "RDS:\\GatewayServer\\MaxConnections,RDS:\\GatewayServer\\MaxConnectionsAllowed",
               .shell = POWERSHELL},
              {.says = "raise it",
               .command = "Set-Item -Path RDS:\\GatewayServer\\MaxConnections -Value <number>",
               .shell = POWERSHELL}},
    .undo = {{.says = "set the noted limit again",
              .command = "Import-Module RemoteDesktopServices; Set-Item -Path "
                         "RDS:\\GatewayServer\\MaxConnections -Value <old-number>",
              .shell = POWERSHELL}},
    .sources = {"TechNet: RD Gateway Server Connections",
                "secondary sources (RDS: drive in public scripts)"},
};

static const struct fix timeout_raise = {
    .id = "gateway-session-timeout-raise",
    .title = "lengthen the gateway's session and idle time-outs",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "connections end after the same time, or at the periodic re-authentication",
    .steps = {{.says = "open the manager", .command = "tsgateway.msc", .shell = CMD},
              {.says = "in the Timeouts tab of the connection authorization policy note the "
                       "values, then lengthen them"}},
    .undo_says = "Set the noted values in the same tab again.",
    .sources = {"TechNet: RD Gateway Server Connections"},
};

static const struct fix udp_port = {
    .id = "gateway-udp-open",
    .title = "open the gateway's UDP port",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .minutes = 10,
    .condition = "better pictures are worth it; everything works without",
    .steps = {{.says = "admit it on the gateway",
               .command = "New-NetFirewallRule -Name rdpwhy-gateway-udp -DisplayName \"RD "
                          "Gateway UDP\" -Direction Inbound -Protocol UDP -LocalPort 3391 "
                          "-Action Allow",
               .shell = POWERSHELL},
              {.says = "forward UDP 3391 on the firewall in front as well"},
              {.says = "see in the Transport Settings tab of the manager that UDP is enabled",
               .command = "tsgateway.msc",
               .shell = CMD}},
    .undo = {{.says = "remove the rule",
              .command = "Remove-NetFirewallRule -Name rdpwhy-gateway-udp",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: ports used by Remote Desktop Services",
                "event manifest TerminalServices-Gateway"},
};

static const struct fix gateway_recover = {
    .id = "gateway-service-recovery",
    .title = "let Windows restart the gateway service when it crashes",
    .where = ON_GATEWAY,
    .risk = RISK_CAUTION,
    .temporary = true,
    .minutes = 5,
    .condition = "the repairing update cannot be installed yet",
    .steps = {{.says = "see the present actions",
               .command = "sc.exe qfailure TSGateway",
               .shell = CMD},
              {.says = "restart it after one minute",
               .command = "sc.exe failure TSGateway reset= 86400 actions= "
                          "restart/60000/restart/60000/restart/60000",
               .shell = CMD}},
    .undo = {{.says = "set no actions; repeat the noted ones instead if there were any",
              .command = "sc.exe failure TSGateway reset= 0 actions= \"\"",
              .shell = CMD}},
    .sources = {"Microsoft: sc failure command"},
};

static const struct fix broker_bypass = {
    .id = "client-broker-bypass",
    .title = "go to a member of the collection without the broker",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .temporary = true,
    .minutes = 1,
    .condition = "the account is an administrator of the member",
    .steps = {{.says = "connect for administration to one member",
               .command = "mstsc /admin /v:<member>",
               .shell = CMD}},
    .undo_says = "Nothing was changed.",
    .sources = {"Microsoft: Remote Desktop server farm is not available"},
};

static const struct fix broker_start = {
    .id = "broker-service-start",
    .title = "start the Connection Broker",
    .where = ON_BROKER,
    .risk = RISK_SAFE,
    .minutes = 2,
    .condition = "the service Tssdis is stopped",
    .steps = {{.says = "see its state", .command = "Get-Service Tssdis", .shell = POWERSHELL},
              {.says = "start it", .command = "Start-Service Tssdis", .shell = POWERSHELL}},
    .undo = {{.says = "stop it again", .command = "Stop-Service Tssdis", .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop server farm is not available"},
};

static const struct fix broker_group = {
    .id = "broker-endpoint-group-member",
    .title = "let the broker speak with the host",
    .where = ON_BROKER,
    .risk = RISK_CAUTION,
    .minutes = 5,
    .condition = "the host is not a member of the group",
    .steps = {{.says = "put the host into the local group RDS Endpoint Servers; its SID is the "
                       "same in every language",
               .command = "Add-LocalGroupMember -SID S-1-5-32-576 -Member \"<domain>\\<host>$\"",
               .shell = POWERSHELL}},
    .undo = {{.says = "take it out again",
              .command = "Remove-LocalGroupMember -SID S-1-5-32-576 -Member \"<domain>\\<host>$\"",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop server farm is not available",
                "[MS-DTYP] 2.4.2.4 well-known SIDs"},
};

static const struct fix redirection_address = {
    .id = "host-redirection-address-correct",
    .title = "correct the address that the broker hands out for the host",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "SessionDirectoryRedirectionIP is not an address of the host",
    .steps = {{.says = "keep the present values",
               .command = "reg export \"" TS "\\ClusterSettings\" \"%TEMP%\\cluster.reg\" /y",
               .shell = CMD},
              {.says = "set the address that clients can reach",
               .command = "reg add \"" TS "\\ClusterSettings\" /v SessionDirectoryRedirectionIP /t "
                          "REG_SZ /d <address> /f",
               .shell = CMD},
              {.says = "let the service read it (this ends every remote session on the host)",
               .command = "Restart-Service TermService -Force",
               .shell = POWERSHELL}},
    .undo = {{.says = "write the kept values back",
              .command = "reg import \"%TEMP%\\cluster.reg\"",
              .shell = CMD},
             {.says = "let the service read them",
              .command = "Restart-Service TermService -Force",
              .shell = POWERSHELL}},
    .sources = {"Microsoft: Remote Desktop server farm is not available",
                "event manifest TerminalServices-RemoteConnectionManager"},
};

static const struct fix workspace_refresh = {
    .id = "client-workspace-refresh",
    .title = "fetch the list of cloud desktops anew",
    .where = ON_CLIENT,
    .risk = RISK_SAFE,
    .minutes = 5,
    .steps = {{.says = "in Windows App or the Remote Desktop client refresh the workspace, or "
                       "unsubscribe and subscribe again"},
              {.says = "sign in when asked, then start the desktop from the new list and not "
                       "from a saved file"}},
    .undo_says = "Nothing to take back: the list is fetched again.",
    .sources = {"Microsoft: Azure Virtual Desktop troubleshooting"},
};

static const struct fix service_diagnostics = {
    .id = "broker-cloud-diagnostics",
    .title = "look the attempt up in the cloud service's own diagnostics",
    .where = ON_BROKER,
    .risk = RISK_SAFE,
    .minutes = 10,
    .steps = {{.says = "note the time and the activity id that the client shows"},
              {.says = "look it up in the connection diagnostics of the service (Azure Virtual "
                       "Desktop Insights or Windows 365); they name the failing step"}},
    .undo_says = "Nothing was changed.",
    .sources = {"Microsoft: Azure Virtual Desktop troubleshooting"},
};

static const struct fix agent_restart = {
    .id = "host-cloud-agent-restart",
    .title = "restart the agent that registers the host with the cloud",
    .where = ON_HOST,
    .risk = RISK_CAUTION,
    .restart = RESTART_SERVICE,
    .minutes = 5,
    .condition = "the service reports the host as unavailable",
    .steps = {{.says = "see whether the side-by-side listener exists; its line begins with rdp-sxs",
               .command = "qwinsta",
               .shell = CMD},
              {.says = "restart the agent loader",
               .command = "Restart-Service RDAgentBootLoader -Force",
               .shell = POWERSHELL}},
    .undo_says = "Nothing to take back: the agent registers again.",
    .sources = {"Microsoft: Azure Virtual Desktop troubleshooting"},
};

static const struct cause rows[] = {
    {
        .id = "rd-gateway-unreachable",
        .title = "The RD Gateway cannot be reached, or does not serve.",
        .explains = "An RD Gateway takes Remote Desktop connections in over HTTPS and passes "
                    "them on inside. When its name is wrong, its port is closed, a web proxy "
                    "stands in the way or its service is stopped, no connection through it "
                    "begins. The host behind it may be quite healthy.",
        .separates = "An answer 401 on the path /remoteDesktopGateway/ means that the gateway is "
                     "there and serves; 404 or 503 means that another web server answers or that "
                     "the service is stopped.",
        .tell = "Your RD Gateway does not answer from here; please check its name, TCP 443 and "
                "the services TSGateway and W3SVC.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                FACT(F_GATEWAY_UNREACHABLE, DECISIVE,
                     "the gateway does not answer on its HTTPS port"),
                FACT(F_GATEWAY_ANSWERS, -STRONG,
                     "a TLS server answers on the gateway's HTTPS port"),
                FACT(F_CLIENT_RDP_FILE_GATEWAY, WEAK,
                     "the connection file leads through a gateway"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300000C,
                      "client code 0x300000C says that the gateway is unreachable or its "
                      "address wrong"),
                {.finding = F_CLIENT_GATEWAY_CODE,
                 .test = IS,
                 .value = 0x3000020,
                 .strength = CODE_DECIDES,
                 .says = "client code 0x3000020 says that a web proxy on the way wants a sign-in "
                         "first",
                 .one_way = true,
                 .whose = WHOSE_NETWORK},
                {.finding = F_CLIENT_GATEWAY_CODE,
                 .test = IS,
                 .value = 0x3000044,
                 .strength = CODE_DECIDES,
                 .says = "client code 0x3000044 says that the setting of a forward proxy cannot "
                         "be used",
                 .one_way = true,
                 .whose = WHOSE_NETWORK},
                {.finding = F_CLIENT_GATEWAY_CODE,
                 .test = IS,
                 .value = 0x300004A,
                 .strength = CODE_DECIDES,
                 .says = "client code 0x300004A says that this network does not let HTTPS out",
                 .one_way = true,
                 .whose = WHOSE_NETWORK},
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 404, STRONG,
                      "the web server answers 404: it has no gateway role"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 503, STRONG,
                      "the web server answers 503: the gateway service is stopped"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 405, STRONG,
                      "the web server answers 405: it has no gateway role, or a proxy blocks "
                      "the request"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 501, STRONG,
                      "the web server answers 501: it has no gateway role, or a proxy blocks "
                      "the request"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 403, WEAK,
                      "the web server answers 403: a rule forbids this address"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 100, STRONG,
                      "gateway event 100: the service could not be started"),
                FACT(F_SESSION_DIRECT_WORKS, WEAK,
                     "a direct connection works where the one through the gateway fails"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 401, REFUTES,
                      "the gateway answers 401, which is healthy"),
                FACT(F_GATEWAY_ERROR, REFUTES,
                     "the gateway itself refused with a code, so it was reached"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 200, REFUTES,
                      "gateway event 200: the user was let in"),
                FACT(F_GATEWAY_CERTIFICATE, -STRONG,
                     "the gateway showed a certificate, so it was reached"),
                {.finding = F_LOG_GATEWAY_CRASHED,
                 .strength = -MODERATE,
                 .says = "the gateway service crashed, which explains the silence by itself",
                 .one_way = true,
                 .blame_only = true},
            },
        .fixes = {&gateway_start, &fix_dns_record, &fix_rdp_file_edit, &gateway_path,
                  &gateway_restart},
        .sources = {"[MS-TSGU] 3.3.5", "secondary sources (texts of the client's gateway codes)",
                    "event manifest TerminalServices-Gateway", "FreeRDP issues 2282 and 5937"},
    },
    {
        .id = "rd-gateway-cert-name-mismatch",
        .title = "The RD Gateway's certificate does not satisfy the client.",
        .explains = "The client insists on verifying the gateway: its certificate has to carry "
                    "the dialled name, be valid in time, come from a trusted issuer and not be "
                    "revoked. Unlike with a host there is no warning that one could click away. "
                    "The connection ends before anybody signs in.",
        .separates = "Compare the name in the gateway setting with the names in the certificate "
                     "on TCP 443, then its dates and its chain; the gateway answers, so it is "
                     "not unreachable.",
        .tell = "The certificate of your RD Gateway does not satisfy clients; please assign one "
                "that carries the dialled name, is valid and comes with its chain.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                {.finding = F_GATEWAY_CERTIFICATE,
                 .test = IS_NOT,
                 .word = "untrusted",
                 .strength = DECISIVE,
                 .one_way = true,
                 .says = "the certificate of the gateway has a fault that clients do not accept"},
                WORD(F_GATEWAY_CERTIFICATE, IS, "untrusted", MODERATE,
                     "this computer does not trust the issuer of the gateway's certificate; the "
                     "client may"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000002,
                      "client code 0x3000002 says that the revocation list could not be checked"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000003,
                      "client code 0x3000003 says that the certificate has another name, has "
                      "expired or is not trusted"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000004,
                      "client code 0x3000004 says that the certificate was revoked"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000005,
                      "client code 0x3000005 says that the identity of the gateway could not "
                      "be verified"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000006,
                      "client code 0x3000006 says that the dialled name is not in the "
                      "certificate"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000007,
                      "client code 0x3000007 says that the certificate has expired or was "
                      "revoked"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000028,
                      "client code 0x3000028 says that the gateway has no certificate"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759EE, DECISIVE,
                      "the gateway answered that it has no certificate available"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59EE, DECISIVE,
                      "the gateway answered that it has no certificate available"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 102, DECISIVE,
                      "gateway event 102: the service lacks a valid certificate"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 103, DECISIVE,
                      "gateway event 103: the service may not read the key of its certificate"),
                FACT(F_GATEWAY_UNREACHABLE, REFUTES,
                     "the gateway does not answer, so no certificate was shown"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 200, REFUTES,
                      "gateway event 200: the client accepted the certificate and signed in"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 201, -STRONG,
                      "gateway event 201: the client accepted the certificate and got as far "
                      "as the policies"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 301, -STRONG,
                      "gateway event 301: the client accepted the certificate and got as far "
                      "as the policies"),
            },
        .fixes = {&fix_rdp_file_edit, &gateway_certificate, &deployment_certificate,
                  &revocation_path, &trust_issuer},
        .sources = {"secondary sources (texts of the client's gateway codes)",
                    "event manifest TerminalServices-Gateway", "RFC 6125 6.4", "[MS-TSGU] 2.2.6"},
    },
    {
        .id = "rd-gateway-cap-rap-denied",
        .title = "The RD Gateway's policies do not permit this user or this target.",
        .explains = "A gateway asks two policies: one says who may come in and how, the other "
                    "says which computers they may reach. A target that is dialled by another "
                    "name than the one in the policy counts as a different computer. The sign-in "
                    "itself was right.",
        .separates = "Gateway event 201 means that the user was refused, event 301 that the "
                     "target was; event 304 comes after both and means that the target did not "
                     "answer.",
        .tell = "The RD Gateway refuses by policy; please see in its events 201 and 301 whether "
                "the user or the target is missing, and add the exact name that is dialled.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300001B,
                      "client code 0x300001B says that the resource policy refuses this "
                      "target or name"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300001C,
                      "client code 0x300001C says that the connection policy refuses user, "
                      "computer or method"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000045,
                      "client code 0x3000045 says that there is no permission for the resource"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759DA, DECISIVE,
                      "the gateway answered that its resource policy denies access"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59DA, DECISIVE,
                      "the gateway answered that its resource policy denies access"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759DB, DECISIVE,
                      "the gateway answered that its connection policy denies access"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59DB, DECISIVE,
                      "the gateway answered that its connection policy denies access"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 201, DECISIVE,
                      "gateway event 201: the connection policy refused the user"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 301, DECISIVE,
                      "gateway event 301: the resource policy refused the target"),
                FACT(F_SESSION_OTHER_ACCOUNT_WORKS, MODERATE, "another account gets through"),
                FACT(F_SESSION_FQDN_WORKS, MODERATE,
                     "the full name of the target is let through, another name is not"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 401, WEAK, "the gateway answers in a healthy way"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 300, REFUTES,
                      "gateway event 300: user and target are permitted"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 302, REFUTES,
                      "gateway event 302: the user was connected to the target"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 304, REFUTES,
                      "gateway event 304: user and target are permitted, the target did not "
                      "answer"),
                FACT(F_GATEWAY_UNREACHABLE, REFUTES,
                     "the gateway does not answer, so no policy was asked"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "the connection reached the host, so the gateway passed it on"),
            },
        .fixes = {&fix_use_fqdn, &cap_member, &rap_resource},
        .sources = {"[MS-TSGU] 2.2.6", "TechNet: RD Gateway Server Connections",
                    "secondary sources (texts of the client's gateway codes)",
                    "mRemoteNG issue 2486"},
    },
    {
        .id = "rd-gateway-auth-method",
        .title = "The RD Gateway expects another way of signing in than the client uses.",
        .explains = "Before it passes anything on, the gateway has the user sign in, with a "
                    "password, a smart card or a token, and it may bind the sign-in to the "
                    "encrypted channel. A client that is set to another method, or that uses an "
                    "old form of NTLM, is refused. Gateway and host sign-ins are separate, so "
                    "the password may be right.",
        .separates = "The refusal comes before any policy event of the gateway; status "
                     "0xC000035B points at channel binding and at LmCompatibilityLevel below 3 "
                     "on the client.",
        .tell = "The RD Gateway does not accept the way in which this client signs in; please "
                "say which method it expects and whether it enforces channel binding.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000037,
                      "client code 0x3000037 says that the gateway expects another "
                      "authentication method"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300000B,
                      "client code 0x300000B says that another way of signing in is required"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300002B,
                      "client code 0x300002B says that a password is needed instead of a "
                      "smart card"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300002C,
                      "client code 0x300002C says that a smart card is needed instead of a "
                      "password"),
                VALUE(F_CLIENT_STATUS, IS, 0xC000035B, STRONG,
                      "status 0xC000035B: the channel binding of the sign-in was wrong or "
                      "missing"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759F9, DECISIVE,
                      "the gateway answered that it does not support this authentication method"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59F9, DECISIVE,
                      "the gateway answered that it does not support this authentication method"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759F8, STRONG,
                      "the gateway refused the token of the sign-in"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59F8, STRONG,
                      "the gateway refused the token of the sign-in"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 401, MODERATE,
                      "the gateway answers and asks for a sign-in"),
                FACT(F_SESSION_OTHER_CLIENT_WORKS, MODERATE,
                     "another client gets in with the same account"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 200, REFUTES,
                      "gateway event 200: the sign-in was accepted"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 300, REFUTES,
                      "gateway event 300: the sign-in was accepted"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 304, REFUTES,
                      "gateway event 304: the sign-in was accepted"),
                FACT(F_GATEWAY_UNREACHABLE, REFUTES,
                     "the gateway does not answer, so nobody signed in"),
                FACT(F_CLIENT_TYPED_PASSWORD_WORKS, -STRONG,
                     "typed credentials work, so the stored ones are wrong and not the method"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG,
                     "the connection reached the host, so the gateway passed it on"),
            },
        .fixes = {&fix_rdp_file_edit, &fix_saved_credentials_delete, &fix_client_update,
                  &lmcompat_raise, &binding_off},
        .sources = {"Microsoft: error 0xC000035B with LmCompatibilityLevel", "[MS-TSGU] 2.2.6",
                    "Microsoft: supported RDP properties",
                    "secondary sources (texts of the client's gateway codes)"},
        .waits = "a finding for the authentication methods that the gateway's 401 answer lists",
    },
    {
        .id = "rd-gateway-target-unreachable",
        .title = "The RD Gateway cannot reach the host behind it.",
        .explains = "The gateway let the user in and permitted the target, then its own "
                    "connection to the target failed. The name may not resolve there, the host "
                    "may be off, or its firewall may not admit the gateway. From outside this "
                    "cannot be seen, because only the gateway talks to the host.",
        .separates = "Gateway event 304 with error 23005 follows event 300; a test of name and "
                     "port has to be made from the gateway itself.",
        .tell = "The RD Gateway lets us in but cannot reach the host; please test its name and "
                "port from the gateway, see event 304.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                VALUE(F_LOG_GATEWAY_EVENT, IS, 304, DECISIVE,
                      "gateway event 304: permitted, but the connection to the target failed"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759DD, DECISIVE,
                      "the gateway answered that it could not connect to the target"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59DD, DECISIVE,
                      "the gateway answered that it could not connect to the target"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000008,
                      "client code 0x3000008 says that an error lies at the target behind the "
                      "gateway"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 300,
                      WEAK, "gateway event 300: the target is permitted"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 401, WEAK, "the gateway answers in a healthy way"),
                FACT(F_HOST_OFF, MODERATE, "the host is switched off, asleep or hibernating"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 302, REFUTES,
                      "gateway event 302: the gateway connected to the target"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 201, REFUTES,
                      "gateway event 201: refused by policy before the target was tried"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 301, REFUTES,
                      "gateway event 301: refused by policy before the target was tried"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 203, REFUTES,
                      "gateway event 203: refused for want of room before the target was tried"),
                FACT(F_LOG_PACKET_ARRIVED, -STRONG, "the connection reached the host"),
                FACT(F_GATEWAY_UNREACHABLE, REFUTES,
                     "the gateway does not answer, so it tried no target"),
            },
        .fixes = {&target_from_gateway, &fix_dns_record, &fix_firewall_scoped, &fix_filter_allow},
        .sources = {"[MS-TSGU] 2.2.6", "TechNet: RD Gateway Server Connections",
                    "event manifest TerminalServices-Gateway",
                    "secondary sources (texts of the client's gateway codes)"},
    },
    {
        .id = "rd-gateway-capacity-or-timeout",
        .title = "The RD Gateway is at its limit, or ends connections after a time.",
        .explains = "A gateway can have a highest number of connections, and it can end "
                    "connections that are idle or have lasted too long, or ask for the sign-in "
                    "again. Then new users are refused at busy hours, or everybody is cut off "
                    "after the same time. The host has nothing to do with it.",
        .separates = "Gateway event 203 or 307, or pairs of 302 and 303 with the same length, "
                     "tell it; a limit of the host leaves events 20515 to 20519 on the host "
                     "instead.",
        .tell = "The RD Gateway has reached its number of connections or a time-out; please see "
                "its events 203 and 307 and the time-outs of the connection policy.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                VALUE(F_LOG_GATEWAY_EVENT, IS, 203, DECISIVE,
                      "gateway event 203: the number of connections has reached its limit"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 307, DECISIVE,
                      "gateway event 307: the session time-out of the gateway was reached"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000022,
                      "client code 0x3000022 says that the gateway has reached its number of "
                      "connections"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300000F,
                      "client code 0x300000F says that the gateway is low on resources"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000032,
                      "client code 0x3000032 says that the gateway ended an idle session"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000033,
                      "client code 0x3000033 says that the time limit of the gateway was "
                      "reached"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000038,
                      "client code 0x3000038 says that the periodic sign-in failed"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000039,
                      "client code 0x3000039 says that the periodic check of the policies "
                      "failed"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59E6, DECISIVE,
                      "the gateway answered that it has reached its number of connections"),
                VALUE(F_GATEWAY_ERROR, IS, 0x800759E6, DECISIVE,
                      "the gateway answered that it has reached its number of connections"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59F6, DECISIVE,
                      "the gateway answered that the session time-out was reached"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59FA, DECISIVE,
                      "the gateway answered that the periodic sign-in failed"),
                VALUE(F_GATEWAY_ERROR, IS, 0x59FB, DECISIVE,
                      "the gateway answered that the periodic check of the connection policy "
                      "failed"),
                FACT(F_SESSION_DROPPED_SAME_TIME, MODERATE,
                     "sessions end after the same time again and again"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 503,
                      WEAK, "the gateway answers 503, as it may under load"),
                {.finding = F_LOG_TIME_LIMIT,
                 .strength = -STRONG,
                 .says = "the host itself ended the session at its time limit",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_GATEWAY_DROPS_TOGETHER, -MODERATE,
                     "all users dropped at the same second, which no limit of one session does"),
                {.finding = F_LOG_GATEWAY_CRASHED,
                 .strength = -STRONG,
                 .says = "the gateway service crashed",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_GATEWAY_UNREACHABLE, -MODERATE, "the gateway does not answer at all"),
            },
        .fixes = {&limit_raise, &timeout_raise},
        .sources = {"TechNet: RD Gateway Server Connections", "[MS-TSGU] 2.2.6",
                    "secondary sources (texts of the client's gateway codes)",
                    "event manifest TerminalServices-Gateway"},
    },
    {
        .id = "rd-gateway-udp",
        .title = "The RD Gateway's UDP transport is off or blocked, so everything goes over HTTPS.",
        .explains = "Besides HTTPS a gateway offers a UDP transport on port 3391 that makes "
                    "pictures and sound smoother. When it is off or blocked, the connection "
                    "works over HTTPS alone. That lowers the quality and is not a reason for a "
                    "failed connection.",
        .separates = "The session works and only the protocol in gateway events 302 and 303 "
                     "differs; silence on UDP 3391 alone is normal, because the port answers to "
                     "sessions only.",
        .tell = "Sessions through the RD Gateway use HTTPS only; if quality matters, please "
                "enable its UDP transport and open UDP 3391.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_UDP,
        .evidence =
            {
                VALUE(F_LOG_GATEWAY_EVENT, IS, 106, DECISIVE,
                      "gateway event 106: the UDP proxy of the gateway is not enabled"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 206, STRONG,
                      "gateway event 206: a connection by the UDP proxy failed"),
                FACT(F_LOG_UDP_NOT_USED, STRONG,
                     "event 136: UDP was not possible, so TCP was used"),
                FACT(F_UDP_SILENT, WEAK, "no answer to the RDP-UDP SYN"),
                FACT(F_SESSION_STARTED, WEAK, "a session was reached without it"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 401,
                      WEAK, "the connection goes through a gateway"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 104, -STRONG,
                      "gateway event 104: the UDP proxy was started"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 205, REFUTES,
                      "gateway event 205: a connection by the UDP proxy was made"),
                FACT(F_UDP_ANSWERED, -STRONG, "the RDP-UDP SYN was answered"),
                {.finding = F_CLIENT_GATEWAY_CODE,
                 .test = SEEN,
                 .strength = -STRONG,
                 .says = "the client showed a gateway error, and missing UDP gives none",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_CLIENT_CODE,
                 .test = SEEN,
                 .strength = -MODERATE,
                 .says = "the client showed an error, and missing UDP alone gives none",
                 .one_way = true,
                 .blame_only = true},
                {.finding = F_GATEWAY_UNREACHABLE,
                 .strength = -STRONG,
                 .says = "the gateway does not answer at all",
                 .one_way = true,
                 .blame_only = true},
            },
        .fixes = {&udp_port},
        .sources = {"event manifest TerminalServices-Gateway",
                    "Microsoft: ports used by Remote Desktop Services",
                    "secondary sources (event numbers of the UDP proxy)"},
        .waits = "a finding for the protocol in gateway events 302 and 303",
    },
    {
        .id = "rd-gateway-service-crash",
        .title = "The RD Gateway's service crashes and takes all its connections with it.",
        .explains = "All connections through a gateway run in one service. When that service "
                    "crashes, everybody is cut off at the same second and can come back when it "
                    "has started again. Updates of July 2024 made it crash when old clients used "
                    "RPC over HTTP.",
        .separates = "Event 1000 with the module aaedge.dll stands at the second of the drops; a "
                     "time-out cuts people off one by one.",
        .tell = "All users of the RD Gateway drop at the same second; please look for "
                "Application event 1000 with aaedge.dll and install the update that repairs it.",
        .whose = WHOSE_GATEWAY,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                FACT(F_LOG_GATEWAY_CRASHED, DECISIVE,
                     "the log shows a crash of the gateway service"),
                WORD(F_LOG_CRASH, IS, "aaedge.dll", DECISIVE,
                     "aaedge.dll crashed, which is the gateway service"),
                FACT(F_GATEWAY_DROPS_TOGETHER, STRONG,
                     "all users of the gateway drop at the same second"),
                FACT(F_LOG_MANY_DROP, MODERATE,
                     "several users dropped at the same second on the host"),
                VALUE(F_LOG_GATEWAY_EVENT, IS, 700, MODERATE, "gateway event 700 (Admin log)"),
                VALUE(F_GATEWAY_HTTP_STATUS, IS, 503, MODERATE,
                      "the gateway answers 503: its service is not there for the moment"),
                FACT(F_SESSION_DROPPED, WEAK, "an established session ended unwanted"),
                FACT(F_SESSION_DROPPED_SAME_TIME, -STRONG,
                     "sessions end after the same time, as a limit does it"),
                {.finding = F_GATEWAY_CERTIFICATE,
                 .test = SEEN,
                 .strength = -MODERATE,
                 .says = "the certificate of the gateway is at fault",
                 .one_way = true,
                 .blame_only = true},
                FACT(F_GATEWAY_ERROR, -STRONG,
                     "the gateway refused with a code, so its service ran"),
                {.finding = F_LOG_TIME_LIMIT,
                 .strength = -STRONG,
                 .says = "the host itself ended the session at its time limit",
                 .one_way = true,
                 .blame_only = true},
            },
        .fixes = {&fix_client_update, &gateway_restart, &gateway_recover, &fix_install_update},
        .sources = {"secondary sources (updates KB5040430, KB5040437, KB5041578, KB5043050)",
                    "event manifest TerminalServices-Gateway"},
    },
    {
        .id = "connection-broker-redirect-unreachable",
        .title = "The Connection Broker sends the client to a target that it cannot reach or "
                 "that does not exist.",
        .explains = "In a farm the first server signs the user in and asks a broker, which sends "
                    "the client on to the host that will carry the session. When the broker does "
                    "not answer, knows no free host, or hands out an address that clients cannot "
                    "reach, the connection ends right after a correct sign-in. A connection file "
                    "of an old collection does the same.",
        .separates = "mstsc /admin to one member goes past the broker and works; a refusal "
                     "before the sign-in is something else.",
        .tell = "After the sign-in the Connection Broker sends us to a target that cannot be "
                "reached; please check its service, the collection and "
                "SessionDirectoryRedirectionIP.",
        .whose = WHOSE_SERVICE,
        .stage = STAGE_SESSION,
        .evidence =
            {
                FACT(F_LOG_BROKER_FAILED, DECISIVE,
                     "the log shows that the broker or the redirection failed"),
                FACT(F_HOST_REDIRECTION_STALE, DECISIVE,
                     "the broker redirects to an address that is not the host's"),
                SHOWN(F_CLIENT_EXTENDED, 0x400,
                      "extended code 0x400 says that the broker does not find the target"),
                SHOWN(F_CLIENT_EXTENDED, 0x402,
                      "extended code 0x402 says that the broker could not load the target"),
                SHOWN(F_CLIENT_EXTENDED, 0x404,
                      "extended code 0x404 says that the redirection to the target failed"),
                SHOWN(F_CLIENT_EXTENDED, 0x405,
                      "extended code 0x405 says that the virtual machine could not be made "
                      "ready"),
                SHOWN(F_CLIENT_EXTENDED, 0x407,
                      "extended code 0x407 says that the address of the virtual machine was "
                      "not found"),
                SHOWN(F_CLIENT_EXTENDED, 0x408,
                      "extended code 0x408 says that no host of the pool is free"),
                SHOWN(F_CLIENT_EXTENDED, 0x410,
                      "extended code 0x410 says that the broker does not accept the settings "
                      "of the file"),
                SHOWN(F_CLIENT_EXTENDED, 0x411,
                      "extended code 0x411 says that the virtual machine did not start in time"),
                SHOWN(F_CLIENT_ERRINFO, 0x400,
                      "the host told the client that the broker does not find the target"),
                SHOWN(F_CLIENT_ERRINFO, 0x404,
                      "the host told the client that the redirection failed"),
                SHOWN(F_CLIENT_ERRINFO, 0x408,
                      "the host told the client that no host of the pool is free"),
                SHOWN(F_CLIENT_ERRINFO, 0x410,
                      "the host told the client that the broker does not accept its settings"),
                FACT(F_SESSION_ADMIN_WORKS, STRONG,
                     "mstsc /admin to a member works, past the broker"),
                FACT(F_LOG_NLA_PASSED, WEAK, "event 1149: the sign-in was passed before it failed"),
                FACT(F_LOG_SHELL_STARTED, -STRONG, "event 22: the session came up on this host"),
                FACT(F_TLS_CLOSED_AFTER_HELLO, -STRONG,
                     "the connection ends at the ClientHello, before the broker is asked"),
                FACT(F_NLA_ERROR, -STRONG,
                     "the host refused inside CredSSP, before the broker is asked"),
            },
        .fixes = {&broker_bypass, &broker_start, &fix_dns_record, &fix_rdp_file_edit, &broker_group,
                  &redirection_address},
        .sources = {"Microsoft: Remote Desktop server farm is not available",
                    "[MS-RDPBCGR] 2.2.5.1.1", "Microsoft: ExtendedDisconnectReasonCode",
                    "event manifest TerminalServices-RemoteConnectionManager"},
        .waits = "a finding for the routing token and the redirection packet",
    },
    {
        .id = "avd-or-windows-app-specific",
        .title = "The connection belongs to a cloud desktop, where the service and not the host "
                 "makes it.",
        .explains = "With Azure Virtual Desktop and Windows 365 nobody dials the host: client "
                    "and host both call the service, which joins them. Nothing listens to the "
                    "outside, so checks of ports say nothing about such a desktop. The service's "
                    "own diagnostics know the failing step.",
        .separates = "The connection file carries armpath, workspaceid or wvd endpoint pool, or "
                     "the list comes from a workspace; a plain address in Windows App is an "
                     "ordinary connection.",
        .tell = "This is a cloud desktop; please look the attempt up in the diagnostics of Azure "
                "Virtual Desktop or Windows 365 and check the agent of the host.",
        .whose = WHOSE_SERVICE,
        .stage = STAGE_GATEWAY,
        .evidence =
            {
                NEEDED(F_CLIENT_AVD_FEED, DECISIVE,
                       "the connection belongs to Azure Virtual Desktop or Windows 365"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x3000046,
                      "client code 0x3000046 says that no desktop of the service is available"),
                SHOWN(F_CLIENT_GATEWAY_CODE, 0x300004B,
                      "client code 0x300004B says that the service is still making desktops "
                      "ready"),
                SHOWN(F_CLIENT_CODE, 0x1608,
                      "code 0x1608 says that the certificate in the connection details of the "
                      "cloud desktop has expired"),
                WORD(F_CLIENT_APP, IS, "windows-app", WEAK, "the client is Windows App"),
                FACT(F_HOST_ENTRA_JOINED, WEAK, "the host is joined to Entra ID"),
                FACT(F_TCP_SILENT, MODERATE,
                     "nothing answers from outside, as session hosts of this service do"),
                FACT(F_NEG_SELECTED, -MODERATE,
                     "a host was dialled directly and answered, which a cloud desktop does "
                     "not need"),
                FACT(F_LOG_GATEWAY_EVENT, -STRONG, "an RD Gateway of one's own took part"),
                FACT(F_GATEWAY_ERROR, -MODERATE, "an RD Gateway of one's own refused"),
            },
        .fixes = {&workspace_refresh, &service_diagnostics, &fix_client_update, &agent_restart},
        .sources = {"Microsoft: supported RDP properties",
                    "Microsoft: Azure Virtual Desktop troubleshooting",
                    "event manifest TerminalServices-ClientActiveXCore",
                    "secondary sources (texts of the client's gateway codes)"},
        .waits = "a reader of the client's feed events (RDPClient 1206, 1209, 1216)",
    },
};

const struct cause_list causes_gateway = {.rows = rows, .n = sizeof rows / sizeof *rows};
