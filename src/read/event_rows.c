#include "read/event_rows.h"

#include <string.h>

#include "read/event_sift.h"

#define RDPCORE   "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define RCM       "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define LSM       "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define RDPCLIENT "Microsoft-Windows-TerminalServices-ClientActiveXCore"
#define GATEWAY   "Microsoft-Windows-TerminalServices-Gateway"
#define SECURITY  "Microsoft-Windows-Security-Auditing"
#define SCM       "Service Control Manager"
#define PROFILES  "Microsoft-Windows-User Profiles Service"
#define TIME      "Microsoft-Windows-Time-Service"
#define POLICY    "Microsoft-Windows-GroupPolicy"

/* --- the table --- */

#define VIA_SESSION_MANAGER                                                                        \
	.provider = LSM, .session = "SessionID", .account = "User", .client = "Address"

/* clang-format off */
static const struct event_row rows[] = {
	/* RdpCoreTS: the protocol stack of the host */
	{.provider = RDPCORE, .id = 131, .begins = true, .is_once = true, .window_s = 2,
	 .did = DID_ARRIVE, .reached = STAGE_TCP, .finding = F_LOG_PACKET_ARRIVED,
	 .cures = {F_LOG_LISTENER_FAILED}, .client = "ClientIP", .sift = sift_arrived},
	{.provider = RDPCORE, .id = 65, .window_s = 5, .reached = STAGE_TCP},
	{.provider = RDPCORE, .id = 141, .window_s = 5, .reached = STAGE_NEGOTIATION},
	{.provider = RDPCORE, .id = 66, .did = DID_CHANNELS, .reached = STAGE_LICENSING,
	 .session = "SessionID"},
	{.provider = RDPCORE, .id = 132, .did = DID_CHANNELS, .reached = STAGE_SETTINGS},
	{.provider = RDPCORE, .id = 135, .did = DID_UDP, .reached = STAGE_SETTINGS,
	 .text = "TransportType", .sift = sift_transport},
	{.provider = RDPCORE, .id = 136, .finding = F_LOG_UDP_NOT_USED},
	{.provider = RDPCORE, .id = 139, .did = DID_FAIL_SECURITY, .reached = STAGE_NEGOTIATION,
	 .finding = F_LOG_SECURITY_FAILED, .number = "ResultCode", .client = "IPString",
	 .ended = "the security layer failed", .sift = sift_status},
	{.provider = RDPCORE, .id = 140, .begins = true, .did = DID_REFUSE, .reached = STAGE_NLA,
	 .finding = F_LOG_WRONG_CREDENTIALS, .client = "IPString",
	 .ended = "wrong user name or password", .sift = sift_client_optional},
	{.provider = RDPCORE, .id = 143, .finding = F_LOG_READ_FAILED, .number = "error",
	 .sift = sift_read_failed},
	{.provider = RDPCORE, .id = 102, .did = DID_TERMINATE},
	{.provider = RDPCORE, .id = 129, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_LISTENER_FAILED}},
	{.provider = RDPCORE, .channel = "/Admin", .id = 1, .is_hosts = true, .finding = F_LOG_GRAPHICS_FAILED},
	{.provider = RDPCORE, .channel = "/Admin", .id = 3, .last_id = 4, .is_hosts = true,
	 .finding = F_LOG_GRAPHICS_FAILED},
	{.provider = RDPCORE, .channel = "/Admin", .id = 7, .is_hosts = true, .finding = F_LOG_GRAPHICS_FAILED},

	/* RemoteConnectionManager, in its own logs and as TermService in System */
	{.provider = RCM, .id = 261, .begins = true, .is_once = true, .window_s = 5,
	 .did = DID_TAKE, .reached = STAGE_TCP, .finding = F_LOG_LISTENER_TOOK,
	 .cures = {F_LOG_LISTENER_FAILED}},
	{.provider = RCM, .id = 1149, .begins = true, .is_once = true, .did = DID_PASS,
	 .reached = STAGE_NLA, .finding = F_LOG_NLA_PASSED, .cures = {F_LOG_LISTENER_FAILED},
	 .account = "Param1", .client = "Param3", .sift = sift_client_optional},
	{.provider = RCM, .id = 258, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_LISTENER_FAILED}},
	{.provider = RCM, .id = 260, .is_hosts = true, .finding = F_LOG_LISTENER_FAILED},
	{.provider = RCM, .id = 1003, .last_id = 1004, .is_hosts = true,
	 .finding = F_LOG_LICENSE_CLIENT_INVALID},
	{.provider = RCM, .id = 1006, .is_hosts = true, .finding = F_LOG_INCOMPLETE_CONNECTIONS},
	{.provider = RCM, .id = 1011, .is_hosts = true, .finding = F_LOG_LICENSE_CLIENT_INVALID},
	{.provider = RCM, .id = 1012, .is_hosts = true, .finding = F_LOG_INCOMPLETE_CONNECTIONS},
	{.provider = RCM, .id = 1022, .is_hosts = true, .finding = F_LOG_BROKER_FAILED},
	{.provider = RCM, .id = 1024, .is_hosts = true, .finding = F_LOG_BROKER_FAILED},
	{.provider = RCM, .id = 1028, .is_hosts = true, .finding = F_LOG_LICENSE_CLIENT_INVALID},
	{.provider = RCM, .id = 1035, .last_id = 1036, .is_hosts = true,
	 .finding = F_LOG_LISTENER_FAILED},
	{.provider = RCM, .id = 1043, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_LICENSE_SERVER_FAILED},
	{.provider = RCM, .id = 1046, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_STORE_FAILED},
	{.provider = RCM, .id = 1050, .is_hosts = true, .finding = F_LOG_SETTING_CORRECTED},
	{.provider = RCM, .id = 1051, .is_hosts = true, .finding = F_LOG_CERT_CHOSEN_MISSING},
	{.provider = RCM, .id = 1053, .is_hosts = true, .finding = F_LOG_CERT_CHOSEN_EXPIRED},
	{.provider = RCM, .id = 1054, .is_hosts = true, .finding = F_LOG_CERT_CHOSEN_USAGE},
	{.provider = RCM, .id = 1055, .is_hosts = true, .finding = F_LOG_CERT_CHOSEN_KEY_DENIED},
	{.provider = RCM, .id = 1056, .is_hosts = true, .finding = F_LOG_CERT_CREATED},
	{.provider = RCM, .id = 1057, .is_hosts = true, .finding = F_LOG_CERT_CREATE_FAILED,
	 .number = "#0", .sift = sift_status},
	{.provider = RCM, .id = 1058, .is_hosts = true, .finding = F_LOG_CERT_REPLACE_FAILED,
	 .number = "#0", .sift = sift_status},
	{.provider = RCM, .id = 1059, .is_hosts = true, .finding = F_LOG_CERT_CHOICE_RESET},
	{.provider = RCM, .id = 1060, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_STORE_FAILED},
	{.provider = RCM, .id = 1062, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_CERT_TEMPLATE_FAILED},
	{.provider = RCM, .id = 1063, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_CERT_TEMPLATE_FAILED}},
	{.provider = RCM, .id = 1064, .last_id = 1065, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_CERT_TEMPLATE_FAILED},
	{.provider = RCM, .id = 1067, .is_hosts = true, .finding = F_LOG_SPN_FAILED},
	{.provider = RCM, .id = 1068, .is_hosts = true, .finding = F_LOG_LICENSE_MODE_UNSET},
	{.provider = RCM, .id = 1069, .is_hosts = true, .finding = F_LOG_GRACE_EXPIRED},
	{.provider = RCM, .id = 1070, .last_id = 1071, .is_hosts = true, .finding = F_LOG_DRAIN},
	{.provider = RCM, .id = 1128, .is_hosts = true, .finding = F_LOG_GRACE_EXPIRED},
	{.provider = RCM, .id = 1130, .last_id = 1133, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_LICENSE_SERVER_FAILED},
	{.provider = RCM, .id = 1151, .did = DID_DECLINE, .finding = F_LOG_LOCAL_USER_DECLINED,
	 .reached = STAGE_SESSION, .account = "Param1", .client = "Param3", .begins = true,
	 .ended = "declined by the person at the console", .sift = sift_client_optional},
	{.provider = RCM, .id = 20493, .last_id = 20496, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_STORE_FAILED},
	{.provider = RCM, .id = 20497, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_LICENSE_SERVER_FAILED},
	{.provider = RCM, .id = 20498, .is_hosts = true, .finding = F_LOG_TERMSERVICE_SLOW},
	{.provider = RCM, .id = 20501, .last_id = 20502, .is_hosts = true,
	 .finding = F_LOG_TERMSERVICE_SLOW},
	{.provider = RCM, .id = 20515, .last_id = 20519, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_TIME_LIMIT},

	/* LocalSessionManager: sessions */
	{VIA_SESSION_MANAGER, .id = 21, .begins = true, .window_s = 180, .did = DID_LOG_ON,
	 .reached = STAGE_SESSION, .finding = F_LOG_SESSION_LOGON, .sift = sift_remote},
	{VIA_SESSION_MANAGER, .id = 22, .begins = true, .window_s = 300, .did = DID_SHOW,
	 .reached = STAGE_SESSION, .finding = F_LOG_SHELL_STARTED,
	 .sift = sift_remote},
	{VIA_SESSION_MANAGER, .id = 25, .begins = true, .window_s = 180, .did = DID_SHOW,
	 .reached = STAGE_SESSION, .sift = sift_remote},
	{VIA_SESSION_MANAGER, .id = 24, .by_session = true, .did = DID_LEAVE, .sift = sift_remote},
	{.provider = LSM, .id = 23, .session = "SessionID", .by_session = true, .did = DID_LEAVE,
	 .ended = "logged off"},
	{.provider = LSM, .id = 39, .session = "TargetSession", .by_session = true,
	 .did = DID_LEAVE, .finding = F_LOG_TAKEN_OVER, .ended = "taken over by another connection",
	 .sift = sift_taken_over},
	{.provider = LSM, .id = 40, .session = "Session", .number = "Reason", .by_session = true,
	 .did = DID_LEAVE, .sift = sift_left},
	{.provider = LSM, .id = 41, .session = "SessionID", .account = "User",
	 .reached = STAGE_SESSION},
	{.provider = LSM, .id = 36, .last_id = 37, .session = "SessionId", .did = DID_BREAK,
	 .finding = F_LOG_SESSION_FAILED},
	{.provider = LSM, .id = 34, .window_s = 10, .did = DID_FAIL,
	 .finding = F_LOG_SETUP_RUNNING, .ended = "set-up was running on the host"},
	{.provider = LSM, .id = 17, .is_hosts = true, .finding = F_LOG_TERMSERVICE_SLOW},
	{.provider = LSM, .id = 43, .last_id = 53, .is_hosts = true,
	 .finding = F_LOG_TERMSERVICE_SLOW},

	/* Security */
	{.provider = SECURITY, .id = 4624, .begins = true, .window_s = 60, .did = DID_LOG_ON,
	 .reached = STAGE_SESSION, .finding = F_LOG_SESSION_LOGON, .client = "IpAddress",
	 .account = "TargetUserName", .sift = sift_logon},
	{.provider = SECURITY, .id = 4625, .begins = true, .window_s = 10, .did = DID_REFUSE,
	 .reached = STAGE_NLA, .finding = F_LOG_LOGON_FAILURE, .client = "IpAddress",
	 .account = "TargetUserName", .ended = "the logon was refused",
	 .sift = sift_logon_failure},
	{.provider = SECURITY, .id = 4740, .did = DID_REFUSE, .window_s = 60,
	 .finding = F_LOG_ACCOUNT_LOCKED, .account = "TargetUserName",
	 .ended = "the account was locked out", .sift = sift_lockout},
	{.provider = SECURITY, .id = 4778, .begins = true, .window_s = 180, .did = DID_SHOW,
	 .reached = STAGE_SESSION, .client = "ClientAddress", .account = "AccountName",
	 .sift = sift_remote},
	{.provider = SECURITY, .id = 4825, .begins = true, .did = DID_DENY,
	 .reached = STAGE_SESSION, .finding = F_ACCOUNT_NOT_PERMITTED, .client = "ClientAddress",
	 .account = "AccountName", .ended = "the account may not use Remote Desktop",
	 .sift = sift_client_optional},
	{.provider = SECURITY, .id = 5152, .is_hosts = true, .finding = F_LOG_FIREWALL_DROPPED,
	 .client = "SourceAddress", .sift = sift_dropped},
	{.provider = SECURITY, .id = 5157, .is_hosts = true, .finding = F_LOG_FIREWALL_DROPPED,
	 .client = "SourceAddress", .sift = sift_dropped},

	/* a domain controller: what it says of an account completes what a host says */
	{.provider = SECURITY, .id = 4768, .side = SIDE_DOMAIN, .finding = F_LOG_LOGON_FAILURE,
	 .number = "Status", .client = "IpAddress", .account = "TargetUserName",
	 .sift = sift_kerberos},
	{.provider = SECURITY, .id = 4771, .side = SIDE_DOMAIN, .finding = F_LOG_LOGON_FAILURE,
	 .number = "Status", .client = "IpAddress", .account = "TargetUserName",
	 .sift = sift_kerberos},
	{.provider = SECURITY, .id = 4776, .side = SIDE_DOMAIN, .finding = F_LOG_LOGON_FAILURE,
	 .number = "Status", .account = "TargetUserName", .sift = sift_ntlm},

	/* System: TLS, the older protocol driver, services, network, domain, time */
	{.provider = "Schannel", .id = 36870, .is_hosts = true, .is_flood = true,
	 .finding = F_LOG_KEY_ACCESS_FAILED, .number = "ErrorCode", .sift = sift_key_access},
	{.provider = "Schannel", .id = 36871, .is_hosts = true, .is_flood = true,
	 .finding = F_LOG_TLS_CREDENTIAL_FAILED, .number = "ErrorState",
	 .sift = sift_credential},
	{.provider = "Schannel", .id = 36874, .is_hosts = true, .is_flood = true,
	 .finding = F_LOG_NO_COMMON_CIPHER},
	{.provider = "Schannel", .id = 36887, .is_hosts = true, .is_flood = true,
	 .finding = F_LOG_ALERT_RECEIVED, .number = "AlertDesc", .sift = sift_status},
	{.provider = "Schannel", .id = 36888, .is_hosts = true, .is_flood = true,
	 .finding = F_LOG_ALERT_SENT, .number = "AlertDesc", .sift = sift_status},
	{.provider = "TermDD", .id = 50, .is_hosts = true, .finding = F_LOG_PROTOCOL_ERROR},
	{.provider = "TermDD", .id = 56, .begins = true, .did = DID_FAIL_SECURITY,
	 .reached = STAGE_NEGOTIATION, .finding = F_LOG_SECURITY_FAILED, .client = "#1",
	 .ended = "the security layer failed", .sift = sift_termdd},
	{.provider = SCM, .id = 7000, .last_id = 7001, .is_hosts = true,
	 .finding = F_LOG_SERVICE_FAILED, .text = "param1", .sift = sift_service},
	{.provider = SCM, .id = 7009, .is_hosts = true, .finding = F_LOG_SERVICE_FAILED,
	 .text = "param2", .sift = sift_service},
	{.provider = SCM, .id = 7011, .is_hosts = true, .finding = F_LOG_SERVICE_FAILED,
	 .text = "param2", .sift = sift_service},
	{.provider = SCM, .id = 7022, .last_id = 7024, .is_hosts = true,
	 .finding = F_LOG_SERVICE_FAILED, .text = "param1", .sift = sift_service},
	{.provider = SCM, .id = 7031, .is_hosts = true, .finding = F_LOG_SERVICE_FAILED,
	 .text = "param1", .sift = sift_service},
	{.provider = SCM, .id = 7034, .is_hosts = true, .finding = F_LOG_SERVICE_FAILED,
	 .text = "param1", .sift = sift_service},
	{.provider = SCM, .id = 7036, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_SERVICE_FAILED}, .text = "param1", .sift = sift_service_state},
	{.provider = "Display", .id = 4101, .is_hosts = true, .finding = F_LOG_GRAPHICS_FAILED},
	{.provider = "Tcpip", .id = 4227, .is_hosts = true, .finding = F_LOG_PORTS_EXHAUSTED},
	{.provider = "Tcpip", .id = 4231, .is_hosts = true, .finding = F_LOG_PORTS_EXHAUSTED},
	{.provider = "srv", .id = 2013, .is_hosts = true, .finding = F_LOG_DISK_FULL},
	{.provider = "Microsoft-Windows-Resource-Exhaustion-Detector", .id = 2004,
	 .is_hosts = true, .finding = F_LOG_DISK_FULL},
	{.provider = "NETLOGON", .id = 5719, .is_hosts = true, .finding = F_LOG_DC_UNREACHABLE},
	{.provider = "NETLOGON", .id = 3210, .is_hosts = true, .finding = F_LOG_TRUST_FAILED},
	{.provider = "NETLOGON", .id = 5721, .last_id = 5722, .is_hosts = true,
	 .finding = F_LOG_TRUST_FAILED},
	{.provider = "NETLOGON", .id = 5823, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_TRUST_FAILED, F_LOG_DC_UNREACHABLE}},
	{.provider = POLICY, .id = 1055, .is_hosts = true, .finding = F_LOG_DC_UNREACHABLE},
	{.provider = POLICY, .id = 1129, .is_hosts = true, .finding = F_LOG_DC_UNREACHABLE},
	{.provider = POLICY, .id = 1500, .last_id = 1503, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_DC_UNREACHABLE, F_LOG_TRUST_FAILED}},
	{.provider = "LsaSrv", .id = 6167, .is_hosts = true, .finding = F_LOG_DUPLICATE_SID},
	{.provider = TIME, .id = 36, .is_hosts = true, .finding = F_LOG_TIME_UNSYNCED},
	{.provider = TIME, .id = 47, .is_hosts = true, .finding = F_LOG_TIME_UNSYNCED},
	{.provider = TIME, .id = 50, .is_hosts = true, .finding = F_LOG_TIME_UNSYNCED},
	{.provider = TIME, .id = 129, .is_hosts = true, .finding = F_LOG_TIME_UNSYNCED},
	{.provider = TIME, .id = 134, .is_hosts = true, .finding = F_LOG_TIME_UNSYNCED},
	{.provider = TIME, .id = 35, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_TIME_UNSYNCED}},
	{.provider = TIME, .id = 37, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_TIME_UNSYNCED}},
	{.provider = TIME, .id = 143, .is_hosts = true, .is_cure = true,
	 .cures = {F_LOG_TIME_UNSYNCED}},

	/* Application: profiles and crashes; 1530 only says that a profile was held open */
	{.provider = PROFILES, .id = 1500, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = PROFILES, .id = 1502, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = PROFILES, .id = 1505, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = PROFILES, .id = 1508, .last_id = 1509, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = PROFILES, .id = 1511, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = PROFILES, .id = 1515, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = PROFILES, .id = 1521, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_STORE_FAILED},
	{.provider = PROFILES, .id = 1542, .is_hosts = true, .number_is_id = true,
	 .finding = F_LOG_PROFILE_FAILED},
	{.provider = "Application Error", .id = 1000, .is_hosts = true, .finding = F_LOG_CRASH,
	 .sift = sift_crash},

	/* the client's own log */
	{.provider = RDPCLIENT, .id = 1024, .side = SIDE_CLIENT, .begins = true, .is_once = true,
	 .window_s = 1, .reached = STAGE_NAME, .text = "Value"},
	{.provider = RDPCLIENT, .id = 1102, .side = SIDE_CLIENT, .reached = STAGE_NLA},
	{.provider = RDPCLIENT, .id = 1103, .side = SIDE_CLIENT, .did = DID_UDP},
	{.provider = RDPCLIENT, .id = 1105, .side = SIDE_CLIENT, .finding = F_LOG_UDP_LOST,
	 .by_session = true},
	{.provider = RDPCLIENT, .id = 1025, .side = SIDE_CLIENT, .did = DID_CONNECT,
	 .reached = STAGE_LICENSING},
	{.provider = RDPCLIENT, .id = 1027, .side = SIDE_CLIENT, .did = DID_LOG_ON | DID_SHOW,
	 .reached = STAGE_SESSION},
	{.provider = RDPCLIENT, .id = 1007, .side = SIDE_CLIENT, .did = DID_FAIL,
	 .finding = F_NAME_LOOKUP_FAILED, .ended = "the name was not resolved"},
	{.provider = RDPCLIENT, .id = 1009, .side = SIDE_CLIENT, .did = DID_REFUSE,
	 .reached = STAGE_NLA, .finding = F_CLIENT_STATUS, .number = "ErrorCode",
	 .ended = "the sign-in failed", .sift = sift_status},
	{.provider = RDPCLIENT, .id = 1017, .side = SIDE_CLIENT, .did = DID_FAIL,
	 .reached = STAGE_LICENSING, .finding = F_LOG_CLIENT_LICENSE_ERROR, .number = "ErrorCode",
	 .ended = "licensing failed", .sift = sift_status},
	{.provider = RDPCLIENT, .id = 1026, .side = SIDE_CLIENT, .by_session = true,
	 .did = DID_LEAVE, .finding = F_CLIENT_CODE, .number = "Value",
	 .sift = sift_client_end},

	/* gateway and broker */
	{.provider = GATEWAY, .id = 100, .last_id = 106, .side = SIDE_GATEWAY, .is_hosts = true,
	 .number_is_id = true, .finding = F_LOG_GATEWAY_EVENT},
	{.provider = GATEWAY, .id = 200, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY, .account = "Username",
	 .client = "IpAddress", .text = "Resource"},
	{.provider = GATEWAY, .id = 201, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .did = DID_FAIL, .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY,
	 .account = "Username", .client = "IpAddress", .text = "Resource",
	 .ended = "refused by the connection policy of the gateway"},
	{.provider = GATEWAY, .id = 203, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .did = DID_FAIL, .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY,
	 .account = "Username", .client = "IpAddress", .text = "Resource",
	 .ended = "refused by the gateway"},
	{.provider = GATEWAY, .id = 205, .last_id = 206, .side = SIDE_GATEWAY,
	 .number_is_id = true, .finding = F_LOG_GATEWAY_EVENT, .account = "Username",
	 .client = "IpAddress", .text = "Resource"},
	{.provider = GATEWAY, .id = 300, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY, .account = "Username",
	 .client = "IpAddress", .text = "Resource"},
	{.provider = GATEWAY, .id = 301, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .did = DID_FAIL, .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY,
	 .account = "Username", .client = "IpAddress", .text = "Resource",
	 .ended = "refused by the resource policy of the gateway"},
	{.provider = GATEWAY, .id = 302, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .did = DID_CONNECT, .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY,
	 .account = "Username", .client = "IpAddress", .text = "Resource"},
	{.provider = GATEWAY, .id = 303, .side = SIDE_GATEWAY, .by_session = true,
	 .did = DID_LEAVE, .account = "Username", .client = "IpAddress", .text = "Resource",
	 .ended = "disconnected"},
	{.provider = GATEWAY, .id = 304, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .did = DID_FAIL, .finding = F_LOG_GATEWAY_EVENT, .reached = STAGE_GATEWAY,
	 .account = "Username", .client = "IpAddress", .text = "Resource",
	 .ended = "the gateway could not reach the host"},
	{.provider = GATEWAY, .id = 307, .side = SIDE_GATEWAY, .begins = true, .number_is_id = true,
	 .did = DID_LEAVE, .finding = F_LOG_GATEWAY_EVENT, .account = "Username",
	 .client = "IpAddress", .text = "Resource", .ended = "disconnected by a time limit"},
	{.provider = GATEWAY, .id = 700, .side = SIDE_GATEWAY, .is_hosts = true,
	 .number_is_id = true, .finding = F_LOG_GATEWAY_EVENT},
	{.provider = "Microsoft-Windows-TerminalServices-SessionBroker", .id = 2056,
	 .is_hosts = true, .finding = F_LOG_BROKER_FAILED},
	{.provider = "Microsoft-Windows-TerminalServices-SessionBroker-Client", .id = 1296,
	 .is_hosts = true, .finding = F_LOG_BROKER_FAILED},
};
/* clang-format on */

#define N_ROWS (sizeof rows / sizeof *rows)

size_t event_row_count(void)
{
	return N_ROWS;
}

const struct event_row *event_row_at(size_t i)
{
	return &rows[i];
}

static bool is_provider(const char *of_row, const char *provider)
{
	return *provider && strcmp(of_row, provider) == 0;
}

/* Rows of one provider stand together, the first stands for all. */
const void *event_rows_of(const char *provider, const char *source)
{
	/* before Windows Vista the service itself wrote */
	if (strcmp(provider, "TermService") == 0)
		provider = RCM;
	for (size_t i = 0; i < N_ROWS; i++)
		if (is_provider(rows[i].provider, provider) ||
		    is_provider(rows[i].provider, source))
			return &rows[i];
	return NULL;
}

const struct event_row *event_row(const void *group, uint16_t id)
{
	const struct event_row *first = group;

	for (const struct event_row *r = first; r < rows + N_ROWS; r++) {
		if (r->provider != first->provider && strcmp(r->provider, first->provider) != 0)
			break;
		if (id >= r->id && id <= (r->last_id ? r->last_id : r->id))
			return r;
	}
	return NULL;
}
