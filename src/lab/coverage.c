#include "lab/coverage.h"

#include <assert.h>
#include <string.h>

static const struct coverage rows[] = {
    /* --- name, route, port --- */
    {"dns-unresolvable", BY_NETWORK, "dns-no-such-name", F_NONE},
    {"dns-wrong-host", BY_NETWORK, "dns-other-host", F_NONE},
    {"dns-stale-cache", BY_NETWORK, "hosts-file-stale", F_NONE},
    {"host-offline-or-asleep", BY_NETWORK, "host-off", F_NONE},
    {"windows-edition-cannot-host", BY_HOST_STATE, NULL, F_HOST_EDITION_CANNOT_HOST},
    {"tcp-port-filtered", BY_NETWORK, "filtered", F_NONE},
    {"tcp-port-refused", BY_NETWORK, "refused-by-host", F_NONE},
    {"host-firewall-blocks", BY_NETWORK, "host-firewall-drop", F_NONE},
    {"host-firewall-blocks", BY_HOST_STATE, NULL, F_HOST_FIREWALL_BLOCKS},
    {"host-firewall-blocks", BY_HOST_LOG, NULL, F_LOG_FIREWALL_DROPPED},
    {"network-profile-public", BY_HOST_STATE, NULL, F_HOST_FIREWALL_PROFILE_LIMITED},
    {"nat-or-gateway-misroute", BY_NETWORK, "nat-to-nobody", F_NONE},
    {"nat-or-gateway-misroute", BY_HOST_STATE, NULL, F_HOST_PORTPROXY},
    {"rdp-port-changed", BY_NETWORK, "port-changed", F_NONE},
    {"rdp-port-changed", BY_HOST_STATE, NULL, F_HOST_PORT_NOT_DEFAULT},
    {"port-conflict", BY_HOST_STATE, NULL, F_HOST_PORT_TAKEN},
    {"port-conflict", BY_HOST_LOG, NULL, F_LOG_LISTENER_FAILED},
    {"ephemeral-port-exhaustion", BY_HOST_LOG, NULL, F_LOG_PORTS_EXHAUSTED},
    {"client-offline", BY_NETWORK, "link-down", F_NONE},
    {"vpn-not-connected", BY_NETWORK, "tunnel-down", F_NONE},
    {"ipv6-path-broken", BY_NETWORK, "v6-dead", F_NONE},

    /* --- the host --- */
    {"listener-disabled", BY_HOST_STATE, NULL, F_HOST_RDP_OFF},
    {"termservice-stopped", BY_HOST_STATE, NULL, F_HOST_TERMSERVICE},
    {"termservice-stopped", BY_HOST_LOG, NULL, F_LOG_SERVICE_FAILED},
    {"termservice-hung", BY_HOST_LOG, NULL, F_LOG_TERMSERVICE_SLOW},
    {"rdp-support-service-broken", BY_HOST_STATE, NULL, F_HOST_SUPPORT_SERVICE},
    {"rdp-support-service-broken", BY_HOST_LOG, NULL, F_LOG_SERVICE_FAILED},
    {"rdp-tcp-listener-corrupt", BY_HOST_STATE, NULL, F_HOST_LISTENER_DAMAGED},
    {"listener-bound-to-one-adapter", BY_NETWORK, "bound-to-one-address", F_NONE},
    {"listener-bound-to-one-adapter", BY_HOST_STATE, NULL, F_HOST_BOUND_TO_ADAPTER},
    {"winstations-permissions", BY_HOST_STATE, NULL, F_HOST_WINSTATIONS_RIGHTS},
    {"setup-or-oobe-in-progress", BY_HOST_STATE, NULL, F_HOST_SETUP_RUNNING},
    {"setup-or-oobe-in-progress", BY_HOST_LOG, NULL, F_LOG_SETUP_RUNNING},
    {"pending-reboot-or-servicing", BY_HOST_STATE, NULL, F_HOST_PENDING_REBOOT},
    {"windows-update-regression", BY_HOST_STATE, NULL, F_HOST_UPDATE_REGRESSION},
    {"group-policy-overrides-local-setting", BY_HOST_STATE, NULL, F_HOST_POLICY_DIFFERS},
    {"third-party-remote-tool-conflict", BY_HOST_STATE, NULL, F_HOST_REMOTE_TOOL},
    {"third-party-termsrv-patch", BY_HOST_STATE, NULL, F_HOST_TERMSRV_PATCHED},

    /* --- TLS --- */
    {"rdp-certificate-binding-broken", BY_HOST_STATE, NULL, F_HOST_CERTIFICATE_MISSING},
    {"rdp-certificate-binding-broken", BY_HOST_LOG, NULL, F_LOG_CERT_CHOSEN_MISSING},
    {"machinekeys-inaccessible", BY_HOST_STATE, NULL, F_HOST_KEY_DENIED},
    {"machinekeys-inaccessible", BY_HOST_LOG, NULL, F_LOG_KEY_ACCESS_FAILED},
    {"custom-certificate-key-denied", BY_HOST_STATE, NULL, F_HOST_CUSTOM_KEY_DENIED},
    {"custom-certificate-key-denied", BY_HOST_LOG, NULL, F_LOG_CERT_CHOSEN_KEY_DENIED},
    {"certificate-template-failure", BY_HOST_LOG, NULL, F_LOG_CERT_TEMPLATE_FAILED},
    {"security-layer-mismatch", BY_HOST_STATE, NULL, F_HOST_SECURITY_LAYER},
    {"encryption-level-fips", BY_HOST_STATE, NULL, F_HOST_FIPS},
    {"encryption-level-fips", BY_STAGE, "the exchange of settings, with encryption level FIPS",
     F_NONE},
    {"tls-version-mismatch", BY_HOST_STATE, NULL, F_HOST_TLS_OFF},
    {"cipher-mismatch", BY_HOST_STATE, NULL, F_HOST_CIPHER_POLICY},
    {"schannel-disabled", BY_HOST_STATE, NULL, F_HOST_TLS_ALL_OFF},
    {"schannel-disabled", BY_HOST_LOG, NULL, F_LOG_TLS_CREDENTIAL_FAILED},
    {"ips-resets-connection", BY_NETWORK, "middlebox-reset-at-byte", F_NONE},

    /* --- authentication, accounts, rights --- */
    {"nla-required-client-lacks", BY_CLIENT_STATE, NULL, F_CLIENT_NLA_OFF},
    {"nla-cannot-reach-dc", BY_HOST_LOG, NULL, F_LOG_DC_UNREACHABLE},
    {"domain-trust-broken", BY_HOST_LOG, NULL, F_LOG_TRUST_FAILED},
    {"credssp-encryption-oracle", BY_HOST_STATE, NULL, F_HOST_UNPATCHED_CREDSSP},
    {"credentials-wrong", BY_HOST_LOG, NULL, F_LOG_LOGON_FAILURE},
    {"account-locked", BY_HOST_LOG, NULL, F_LOG_ACCOUNT_LOCKED},
    {"account-restriction-blank-password", BY_HOST_STATE, NULL, F_ACCOUNT_BLANK_PASSWORD},
    {"not-in-remote-desktop-users", BY_HOST_STATE, NULL, F_ACCOUNT_NOT_PERMITTED},
    {"not-in-remote-desktop-users", BY_STAGE, "the early user authorization result, 5", F_NONE},
    {"logon-right-denied", BY_HOST_STATE, NULL, F_ACCOUNT_RIGHT_DENIED},
    {"ntlm-blocked-by-policy", BY_HOST_STATE, NULL, F_HOST_NTLM_RESTRICTED},
    {"kerberos-spn-problem", BY_HOST_LOG, NULL, F_LOG_SPN_FAILED},
    {"credential-delegation-blocked", BY_CLIENT_STATE, NULL, F_CLIENT_DELEGATION_DENIED},
    {"restricted-admin-disabled", BY_HOST_STATE, NULL, F_HOST_RESTRICTED_ADMIN_OFF},
    {"remote-credential-guard", BY_CLIENT_STATE, NULL, F_CLIENT_REMOTE_GUARD},
    {"entra-id-signin-requirements", BY_HOST_STATE, NULL, F_HOST_ENTRA_JOINED},
    {"smartcard-policy", BY_CLIENT_STATE, NULL, F_CLIENT_SMARTCARD_SERVICE_OFF},
    {"clock-skew", BY_HOST_LOG, NULL, F_LOG_TIME_UNSYNCED},
    {"duplicate-sid-after-update", BY_HOST_LOG, NULL, F_LOG_DUPLICATE_SID},
    {"rdp-bruteforce-overload", BY_HOST_LOG, NULL, F_LOG_MANY_SOURCES},
    {"rdp-bruteforce-overload", BY_NETWORK, "rate-limit-reset", F_NONE},
    {"microsoft-account-passwordless", BY_HOST_STATE, NULL, F_ACCOUNT_PASSWORDLESS},
    {"mfa-provider-blocks", BY_HOST_STATE, NULL, F_ACCOUNT_MFA_PRODUCT},

    /* --- sessions --- */
    {"stuck-session", BY_HOST_LOG, NULL, F_LOG_RECONNECTS_ONLY},
    {"stuck-session", BY_STAGE, "a session that starts and shows nothing", F_NONE},
    {"console-session-in-use", BY_HOST_LOG, NULL, F_LOG_LOCAL_USER_DECLINED},
    {"session-limit", BY_HOST_STATE, NULL, F_HOST_SESSIONS_FULL},
    {"session-limit", BY_STAGE, "Set Error Info in place of a session", F_NONE},
    {"drain-mode", BY_HOST_STATE, NULL, F_HOST_DRAIN_MODE},
    {"drain-mode", BY_HOST_LOG, NULL, F_LOG_DRAIN},
    {"session-taken-over", BY_HOST_LOG, NULL, F_LOG_TAKEN_OVER},
    {"session-taken-over", BY_STAGE, "Set Error Info: disconnected by another connection", F_NONE},
    {"session-time-limit", BY_HOST_STATE, NULL, F_HOST_TIME_LIMIT},
    {"session-time-limit", BY_HOST_LOG, NULL, F_LOG_TIME_LIMIT},
    {"session-time-limit", BY_STAGE, "Set Error Info: time limit", F_NONE},
    {"licensing-grace-expired", BY_HOST_LOG, NULL, F_LOG_GRACE_EXPIRED},
    {"licensing-grace-expired", BY_STAGE, "the licensing exchange, refused", F_NONE},
    {"licensing-server-unreachable", BY_HOST_LOG, NULL, F_LOG_LICENSE_SERVER_FAILED},
    {"licensing-server-unreachable", BY_STAGE, "the licensing exchange without a licence server",
     F_NONE},
    {"client-license-store-corrupt", BY_CLIENT_STATE, NULL, F_CLIENT_LICENSE_STORE_DAMAGED},
    {"client-license-store-corrupt", BY_STAGE,
     "the licensing exchange, with a licence that is invalid", F_NONE},
    {"host-license-certificate-corrupt", BY_HOST_STATE, NULL, F_HOST_LICENSE_CERTIFICATE_DAMAGED},
    {"user-profile-corrupt", BY_HOST_STATE, NULL, F_HOST_PROFILE_DAMAGED},
    {"user-profile-corrupt", BY_HOST_LOG, NULL, F_LOG_PROFILE_FAILED},
    {"profile-store-unreachable", BY_HOST_STATE, NULL, F_HOST_PROFILE_STORE_UNREACHABLE},
    {"profile-store-unreachable", BY_HOST_LOG, NULL, F_LOG_PROFILE_STORE_FAILED},
    {"graphics-session-crash", BY_HOST_LOG, NULL, F_LOG_GRAPHICS_FAILED},
    {"graphics-session-crash", BY_STAGE, "Set Error Info of the graphics", F_NONE},
    {"session-black-screen", BY_HOST_STATE, NULL, F_HOST_SHELL_CHANGED},
    {"disk-full-or-resource-exhaustion", BY_HOST_STATE, NULL, F_HOST_DISK_FULL},
    {"disk-full-or-resource-exhaustion", BY_HOST_LOG, NULL, F_LOG_DISK_FULL},

    /* --- the quality of the path --- */
    {"udp-blocked-no-fallback", BY_NETWORK, "udp-blocked", F_NONE},
    {"udp-blocked-no-fallback", BY_STAGE, "a session that waits for UDP", F_NONE},
    {"udp-negotiation-hang", BY_HOST_LOG, NULL, F_LOG_UDP_LOST},
    {"udp-negotiation-hang", BY_STAGE, "UDP that answers and then stays silent", F_NONE},
    {"mtu-black-hole", BY_NETWORK, "mtu-black-hole", F_NONE},
    {"packet-loss", BY_NETWORK, "link-loss-30", F_NONE},
    {"high-latency", BY_NETWORK, "link-delay-600", F_NONE},
    {"low-bandwidth", BY_NETWORK, "link-rate-64", F_NONE},
    {"vpn-unstable", BY_NETWORK, "link-outages", F_NONE},
    {"idle-timeout-by-middlebox", BY_NETWORK, "idle-cut", F_NONE},
    {"stream-altered-in-path", BY_NETWORK, "altered-at-byte", F_NONE},

    /* --- gateway, broker, cloud --- */
    {"rd-gateway-unreachable", BY_CODE, "the codes of its row", F_CLIENT_GATEWAY_CODE},
    {"rd-gateway-unreachable", BY_STAGE, "the gateway's HTTP, from a gateway that is not there",
     F_NONE},
    {"rd-gateway-cert-name-mismatch", BY_CODE, "the codes of its row", F_CLIENT_GATEWAY_CODE},
    {"rd-gateway-cert-name-mismatch", BY_STAGE, "the gateway's TLS", F_NONE},
    {"rd-gateway-cap-rap-denied", BY_HOST_LOG, NULL, F_LOG_GATEWAY_EVENT},
    {"rd-gateway-cap-rap-denied", BY_STAGE, "the gateway's answer to tunnel and channel", F_NONE},
    {"rd-gateway-auth-method", BY_CODE, "the codes of its row", F_CLIENT_GATEWAY_CODE},
    {"rd-gateway-auth-method", BY_STAGE, "the gateway's 401", F_NONE},
    {"rd-gateway-target-unreachable", BY_HOST_LOG, NULL, F_LOG_GATEWAY_EVENT},
    {"rd-gateway-target-unreachable", BY_STAGE, "the gateway's answer to the channel", F_NONE},
    {"rd-gateway-capacity-or-timeout", BY_HOST_LOG, NULL, F_LOG_GATEWAY_EVENT},
    {"rd-gateway-udp", BY_HOST_LOG, NULL, F_LOG_GATEWAY_EVENT},
    {"rd-gateway-service-crash", BY_HOST_LOG, NULL, F_LOG_GATEWAY_CRASHED},
    {"connection-broker-redirect-unreachable", BY_HOST_LOG, NULL, F_LOG_BROKER_FAILED},
    {"connection-broker-redirect-unreachable", BY_HOST_STATE, NULL, F_HOST_REDIRECTION_STALE},
    {"connection-broker-redirect-unreachable", BY_STAGE, "the redirection packet", F_NONE},
    {"avd-or-windows-app-specific", BY_CODE, "the codes of its row", F_CLIENT_GATEWAY_CODE},

    /* --- the client --- */
    {"rdp-file-corrupt", BY_CLIENT_STATE, NULL, F_CLIENT_RDP_FILE_INVALID},
    {"rdp-file-wrong-target", BY_CLIENT_STATE, NULL, F_CLIENT_RDP_FILE_TARGET_DIFFERS},
    {"client-cached-credentials", BY_CLIENT_STATE, NULL, F_CLIENT_SAVED_CREDENTIALS},
    {"client-cached-credentials", BY_SCENARIO, "nla-error-logon-failure", F_NONE},
    {"client-outdated", BY_SCENARIO, "healthy-tls-1.3", F_NONE},
    {"client-wrong-app", BY_NOBODY,
     "which program a person uses is told, and no machine's answer differs by it", F_NONE},
    {"client-policy-restricts", BY_CLIENT_STATE, NULL, F_CLIENT_POLICY},
    {"client-targets-itself", BY_NETWORK, "to-itself", F_NONE},
    {"client-software-bug", BY_NOBODY,
     "a defect in one release of a client: other machines answer as always", F_NONE},
};

static const struct {
	const char *name, *says;
} players[PLAYER_COUNT] = {
    [BY_SCENARIO] = {"scenario", "a scenario, in the eyes of another client"},
    [BY_NETWORK] = {"network", "network namespaces, test/interop/network.py"},
    [BY_HOST_STATE] = {"host-state", "a Windows volume in this state"},
    [BY_HOST_LOG] = {"host-log", "an event log with these entries"},
    [BY_CLIENT_STATE] = {"client-state", "the client's settings or an .rdp file"},
    [BY_CODE] = {"code", "the code that the client shows"},
    [BY_STAGE] = {"stage", "a scenario of a stage behind the sign-in, not built yet"},
    [BY_NOBODY] = {"nobody", "cannot be played"},
};

const struct coverage *coverage_at(size_t i)
{
	return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

const struct coverage *coverage_next(const char *cause, const struct coverage *last)
{
	size_t i = last ? (size_t)(last - rows) + 1 : 0;

	for (; coverage_at(i); i++)
		if (strcmp(rows[i].cause, cause) == 0)
			return &rows[i];
	return NULL;
}

const char *player_name(enum player by)
{
	assert(by < PLAYER_COUNT);
	return players[by].name;
}

const char *player_says(enum player by)
{
	assert(by < PLAYER_COUNT);
	return players[by].says;
}
