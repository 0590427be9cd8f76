#include "base/answers.h"

#include <assert.h>
#include <string.h>

#define TEXT(n)                                                                                    \
	{                                                                                          \
		.name = (n), .is_number = false                                                    \
	}
#define NUMBER(n)                                                                                  \
	{                                                                                          \
		.name = (n), .is_number = true                                                     \
	}

static const struct topic_def topics[TOPIC_COUNT] = {
    [TOPIC_COMPUTER] =
        {.name = "computer",
         .asks = "GetComputerNameExW, NetGetJoinInformation, RtlGetVersion, GetTickCount64",
         .columns = {TEXT("name"), TEXT("domain"), TEXT("join"), /* workgroup, domain */
                     TEXT("product"), NUMBER("build"), NUMBER("revision"), NUMBER("is_elevated"),
                     NUMBER("booted"), NUMBER("now"),
                     TEXT("stand_in"), /* "Wine 8.0": not a real Windows */
                     TEXT("program")}},
    [TOPIC_SERVICE] = {.name = "service",
                       .asks = "EnumServicesStatusExW, QueryServiceConfigW",
                       .columns = {TEXT("name"),
                                   TEXT("state"), /* running, stopped, starting, stopping, paused */
                                   TEXT("start"), /* boot, system, auto, manual, disabled */
                                   NUMBER("pid"), NUMBER("exit"), NUMBER("own_exit"),
                                   TEXT("account"), TEXT("path")}},
    [TOPIC_LISTENER] = {.name = "listener",
                        .asks = "GetExtendedTcpTable, GetExtendedUdpTable",
                        .columns = {TEXT("protocol"), /* tcp, udp */
                                    TEXT("address"), NUMBER("port"), NUMBER("pid"), TEXT("process"),
                                    TEXT("services")}}, /* of that process, with commas */
    [TOPIC_TCP_STATE] = {.name = "tcp_state",
                         .asks = "GetExtendedTcpTable",
                         .columns = {TEXT("state"), /* as netstat writes it: TIME_WAIT */
                                     NUMBER("count"),
                                     NUMBER("count_of_port")}}, /* at the port of RDP */
    [TOPIC_PORT_RANGE] = {.name = "port_range",
                          .asks = "MSFT_NetTCPSetting, MSFT_NetUDPSetting",
                          .columns = {TEXT("protocol"), NUMBER("first"), NUMBER("count"),
                                      NUMBER("used")}},
    [TOPIC_CERTIFICATE] =
        {.name = "certificate",
         .asks = "CertOpenStore, CryptAcquireCertificatePrivateKey, NCryptGetProperty",
         .needs = "the rights on keys",
         .columns = {TEXT("store"), TEXT("thumbprint"), /* lower-case hex */
                     TEXT("der"),                       /* lower-case hex */
                     TEXT("provider"), TEXT("container"), TEXT("key_file"), NUMBER("has_key"),
                     NUMBER("key_error"), TEXT("key_rights"), /* SDDL */
                     NUMBER("key_bytes"),
                     NUMBER("is_chosen")}}, /* for the listener, as the question says */
    [TOPIC_FIREWALL_PROFILE] = {.name = "firewall_profile",
                                .asks = "INetFwPolicy2",
                                .columns = {TEXT("profile"), /* domain, private, public */
                                            NUMBER("is_active"), NUMBER("is_enabled"),
                                            NUMBER("blocks_all"),
                                            TEXT("default_in")}}, /* allow, block */
    [TOPIC_FIREWALL_RULE] =
        {.name = "firewall_rule",
         .asks = "INetFwPolicy2::get_Rules, incoming rules that touch the port of RDP",
         .columns = {TEXT("name"), TEXT("group"), NUMBER("is_enabled"),
                     TEXT("action"),   /* allow, block */
                     TEXT("profiles"), /* domain,private,public or all */
                     NUMBER("protocol"), TEXT("ports"), TEXT("remote"), TEXT("program"),
                     TEXT("service"), TEXT("interfaces"), TEXT("origin")}}, /* local, policy */
    [TOPIC_NETWORK] = {.name = "network",
                       .asks = "INetworkListManager",
                       .columns = {TEXT("name"), TEXT("category"), /* public, private, domain */
                                   NUMBER("is_connected"), NUMBER("has_internet"),
                                   TEXT("adapter")}},
    [TOPIC_ADAPTER] = {.name = "adapter",
                       .asks = "GetAdaptersAddresses",
                       .columns = {TEXT("name"), TEXT("description"), NUMBER("type"),
                                   NUMBER("is_up"), NUMBER("is_tunnel"), NUMBER("mtu"),
                                   TEXT("addresses"), TEXT("gateways"), TEXT("name_servers"),
                                   TEXT("suffix"), NUMBER("metric"), TEXT("guid")}},
    [TOPIC_SESSION] =
        {.name = "session",
         .asks = "WTSEnumerateSessionsExW, WTSQuerySessionInformationW",
         .columns = {NUMBER("id"), TEXT("station"),
                     TEXT("state"), /* active, connected, disconnected, listen, down ... */
                     TEXT("user"), TEXT("domain"), TEXT("client"), TEXT("address"),
                     NUMBER("idle_seconds")}},
    [TOPIC_GROUP_MEMBER] = {.name = "group_member",
                            .asks = "NetLocalGroupGetMembers",
                            .columns = {TEXT("group"), /* SID: S-1-5-32-555 */
                                        TEXT("member"), TEXT("sid"), TEXT("kind")}},
    [TOPIC_RIGHT] = {.name = "right",
                     .asks = "LsaEnumerateAccountsWithUserRight",
                     .needs = "everything",
                     .columns = {TEXT("right"), /* SeRemoteInteractiveLogonRight ... */
                                 TEXT("account"), TEXT("sid")}},
    [TOPIC_LICENSING] = {.name = "licensing",
                         .asks = "Win32_TerminalServiceSetting",
                         .needs = "everything",
                         .columns = {NUMBER("mode"), TEXT("mode_name"), NUMBER("grace_days"),
                                     TEXT("servers"), NUMBER("is_session_host")}},
    [TOPIC_TLS_SUITE] = {.name = "tls_suite",
                         .asks = "BCryptEnumContextFunctions",
                         .columns = {NUMBER("position"), TEXT("name"),
                                     TEXT("origin")}}, /* local, policy */
    [TOPIC_DOMAIN] = {.name = "domain",
                      .asks = "DsGetDcNameW, I_NetLogonControl2, NetRemoteTOD",
                      .needs = "the secure channel",
                      .columns = {TEXT("name"), TEXT("controller"), TEXT("site"),
                                  NUMBER("find_error"), NUMBER("channel_error"),
                                  NUMBER("clock_offset_us")}}, /* ours minus the controller's */
    [TOPIC_TIME] = {.name = "time",
                    .asks = "w32tm /query /status",
                    .columns = {TEXT("source"), NUMBER("stratum"), NUMBER("last_sync"),
                                NUMBER("offset_us"), /* ours minus the source's */
                                NUMBER("is_synced")}},
    [TOPIC_VOLUME] = {.name = "volume",
                      .asks = "GetDiskFreeSpaceExW",
                      .columns = {TEXT("path"), NUMBER("total"), NUMBER("free")}},
    [TOPIC_MEMORY] = {.name = "memory",
                      .asks = "GlobalMemoryStatusEx, GetPerformanceInfo",
                      .columns = {NUMBER("physical"), NUMBER("physical_free"),
                                  NUMBER("commit_limit"), NUMBER("commit_used"),
                                  NUMBER("paged_pool"), NUMBER("nonpaged_pool"), NUMBER("handles"),
                                  NUMBER("processes")}},
    [TOPIC_UPDATE] = {.name = "update",
                      .asks = "Win32_QuickFixEngineering, or the registry's packages",
                      .columns = {TEXT("id"), /* KB5000000 */
                                  TEXT("installed"), TEXT("kind")}},
    [TOPIC_POLICY_ORIGIN] = {.name = "policy_origin",
                             .asks = "RSOP_RegistryPolicySetting, RSOP_GPO",
                             .needs = "everything",
                             .columns = {TEXT("key"), TEXT("value"), TEXT("gpo"),
                                         NUMBER("precedence")}},
    [TOPIC_LOG] = {.name = "log",
                   .asks = "EvtOpenChannelConfig, EvtGetLogInfo, EvtExportLog",
                   .needs = "the Security log",
                   .columns = {TEXT("channel"), NUMBER("is_enabled"), NUMBER("records"),
                               NUMBER("bytes"), NUMBER("oldest"),
                               TEXT("file")}}, /* of the bundle */
    [TOPIC_CREDENTIAL] = {.name = "credential",
                          .asks = "CredEnumerateW, names only",
                          .columns = {TEXT("target"),             /* TERMSRV/host */
                                      TEXT("user"), TEXT("kind"), /* generic, domain password ... */
                                      NUMBER("written")}},
    [TOPIC_CACHED_NAME] = {.name = "cached_name",
                           .asks = "DnsGetCacheDataTable, DnsQuery_W of the cache alone",
                           .columns = {TEXT("name"), NUMBER("type"), TEXT("data"),
                                       NUMBER("ttl_seconds")}},
};

static const char *const status_names[ANSWER_STATUS_COUNT] = {
    [ANSWER_ROW] = "row",
    [ANSWER_NOTHING] = "nothing",
    [ANSWER_NO_RIGHTS] = "no rights",
    [ANSWER_MISSING] = "missing",
    [ANSWER_UNSUPPORTED] = "unsupported",
    [ANSWER_TOO_LATE] = "too late",
    [ANSWER_FAILED] = "failed",
};

const struct topic_def *topic_def(enum topic topic)
{
	assert(topic < TOPIC_COUNT);
	return &topics[topic];
}

bool topic_by_name(const char *name, enum topic *out)
{
	for (int i = 0; i < TOPIC_COUNT; i++)
		if (strcmp(topics[i].name, name) == 0) {
			*out = (enum topic)i;
			return true;
		}
	return false;
}

const char *answer_status_name(enum answer_status status)
{
	assert(status < ANSWER_STATUS_COUNT);
	return status_names[status];
}

bool answer_status_by_name(const char *name, enum answer_status *out)
{
	for (int i = 0; i < ANSWER_STATUS_COUNT; i++)
		if (strcmp(status_names[i], name) == 0) {
			*out = (enum answer_status)i;
			return true;
		}
	return false;
}

/* --- writing --- */

static void grow(struct answers *a)
{
	struct answer **rows;

	a->cap = a->cap ? 2 * a->cap : 64;
	rows = arena_new(a->arena, a->cap * sizeof(struct answer *));
	if (a->n)
		memcpy(rows, a->rows, a->n * sizeof(struct answer *));
	a->rows = rows;
}

struct answer *answers_row(struct answers *a, enum topic topic)
{
	struct answer *row = arena_new(a->arena, sizeof *row);

	row->topic = topic;
	if (a->n == ANSWER_ROWS_MAX)
		return row;
	if (a->n == a->cap)
		grow(a);
	a->rows[a->n++] = row;
	return row;
}

void answers_could_not(struct answers *a, enum topic topic, enum answer_status status,
                       uint32_t error, const char *says)
{
	struct answer *row = answers_row(a, topic);

	assert(status != ANSWER_ROW);
	row->status = status;
	row->error = error;
	row->says = says ? arena_copy(a->arena, says, strlen(says)) : NULL;
}

static size_t column_at(enum topic topic, const char *name, bool is_number)
{
	const struct topic_column *columns = topics[topic].columns;

	for (size_t i = 0; columns[i].name; i++)
		if (strcmp(columns[i].name, name) == 0) {
			assert(columns[i].is_number == is_number);
			(void)is_number;
			return i;
		}
	assert(!"no such column");
	return 0;
}

void answer_set_text(struct answers *a, struct answer *row, const char *column, const char *text)
{
	struct answer_cell *cell = &row->cells[column_at(row->topic, column, false)];

	cell->is_known = text != NULL;
	cell->text = text ? arena_copy(a->arena, text, strlen(text)) : NULL;
}

void answer_set_number(struct answer *row, const char *column, int64_t number)
{
	struct answer_cell *cell = &row->cells[column_at(row->topic, column, true)];

	cell->is_known = true;
	cell->number = number;
}

/* --- reading --- */

const char *answer_text(const struct answer *row, const char *column)
{
	const struct answer_cell *cell = &row->cells[column_at(row->topic, column, false)];

	return cell->is_known ? cell->text : NULL;
}

int64_t answer_number(const struct answer *row, const char *column, int64_t fallback)
{
	const struct answer_cell *cell = &row->cells[column_at(row->topic, column, true)];

	return cell->is_known ? cell->number : fallback;
}

bool answer_has(const struct answer *row, const char *column)
{
	const struct topic_column *columns = topics[row->topic].columns;

	for (size_t i = 0; columns[i].name; i++)
		if (strcmp(columns[i].name, column) == 0)
			return row->cells[i].is_known;
	assert(!"no such column");
	return false;
}

const struct answer *answers_next(const struct answers *a, enum topic topic, size_t *at)
{
	while (*at < a->n) {
		const struct answer *row = a->rows[(*at)++];

		if (row->topic == topic && row->status == ANSWER_ROW)
			return row;
	}
	return NULL;
}

const struct answer *answers_problem(const struct answers *a, enum topic topic)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->rows[i]->topic == topic && a->rows[i]->status != ANSWER_ROW)
			return a->rows[i];
	return NULL;
}
