#include "finding/stages.h"

#include <assert.h>

static const struct {
	const char *name, *says;
} stages[STAGE_COUNT] = {
    [STAGE_UNKNOWN] = {"unknown", "not tied to one stage"},
    [STAGE_NAME] = {"name", "the client turns the name into an address"},
    [STAGE_PATH] = {"path", "route, tunnel and what they do to packets"},
    [STAGE_TCP] = {"tcp", "the TCP connection is made"},
    [STAGE_NEGOTIATION] = {"negotiation", "X.224 request and confirm choose the security protocol"},
    [STAGE_TLS] = {"tls", "TLS handshake and the host's certificate"},
    [STAGE_NLA] = {"nla", "CredSSP proves who the user is, inside TLS"},
    [STAGE_SETTINGS] = {"settings", "MCS and GCC exchange settings and join channels"},
    [STAGE_LICENSING] = {"licensing", "the host checks the client's licence"},
    [STAGE_SESSION] = {"session", "logon, profile, shell and graphics"},
    [STAGE_UDP] = {"udp", "the optional UDP transport beside TCP"},
    [STAGE_GATEWAY] = {"gateway", "RD Gateway or Connection Broker on the way"},
    [STAGE_CAPTURE] = {"capture", "a packet capture"},
    [STAGE_HOST_LOG] = {"host-log", "the host's event logs"},
    [STAGE_HOST_CONFIG] = {"host-config", "the host's configuration"},
    [STAGE_CLIENT_CONFIG] = {"client-config", "the client program and its configuration"},
};

const char *stage_name(enum stage_id id)
{
	assert(id < STAGE_COUNT);
	return stages[id].name;
}

const char *stage_says(enum stage_id id)
{
	assert(id < STAGE_COUNT);
	return stages[id].says;
}
