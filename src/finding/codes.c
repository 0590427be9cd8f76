#include "finding/codes.h"

#include <string.h>

#include "finding/code_rows.h"

struct family {
	const char *id, *title, *spec;
	const struct code *rows;
	const size_t *n;
};

#define FAMILY(rows_name, family_id, family_title, family_spec)                                    \
	{                                                                                          \
		.id = (family_id), .title = (family_title), .spec = (family_spec),                 \
		.rows = code_rows_##rows_name, .n = &code_count_##rows_name                        \
	}

static const struct family families[CODE_FAMILY_COUNT] = {
    [CODE_DISCONNECT] = FAMILY(disconnect, "disconnect_reason",
                               "disconnect reason (\"Error code\")",
                               "IMsTscAxEvents::OnDisconnected"),
    [CODE_EXTENDED] = FAMILY(extended, "extended_reason",
                             "extended reason (\"Extended error code\")",
                             "ExtendedDisconnectReasonCode"),
    [CODE_ERRINFO] = FAMILY(errinfo, "errinfo", "ERRINFO in a Set Error Info PDU",
                            "[MS-RDPBCGR] 2.2.5.1.1"),
    [CODE_NEG_FAILURE] = FAMILY(neg_failure, "nego_failure", "RDP_NEG_FAILURE code",
                                "[MS-RDPBCGR] 2.2.1.2.2"),
    [CODE_NEG_PROTOCOL] = FAMILY(neg_protocol, "nego_protocol", "RDP security protocol",
                                 "[MS-RDPBCGR] 2.2.1.1.1"),
    [CODE_LICENSE_ERROR] = FAMILY(license_error, "license_error", "licensing error",
                                  "[MS-RDPBCGR] 2.2.1.12.1.3"),
    [CODE_LICENSE_STATE] = FAMILY(license_state, "license_state", "licensing state transition",
                                  "[MS-RDPBCGR] 2.2.1.12.1.3"),
    [CODE_STATUS] = FAMILY(status, "status", "HRESULT or NTSTATUS", "[MS-ERREF] 2.1, 2.3"),
    [CODE_GATEWAY] = FAMILY(gateway, "gateway", "RD Gateway code", "[MS-TSGU] 2.2.6"),
    [CODE_LOGON_NOTIFY] = FAMILY(logon_notify, "logon_notify", "logon notification",
                                 "[MS-RDPBCGR] 2.2.10.1.1.4.1.1"),
    [CODE_EARLY_AUTH] = FAMILY(early_auth, "early_auth", "early user authorization result",
                               "[MS-RDPBCGR] 2.2.10.2"),
    [CODE_RDSTLS] = FAMILY(rdstls, "rdstls_result", "RDSTLS result", "[MS-RDPBCGR] 2.2.17.4"),
    [CODE_STATUS_INFO] = FAMILY(status_info, "status_info", "broker status info",
                                "[MS-RDPBCGR] 2.2.5.2"),
    [CODE_TLS_ALERT] = FAMILY(tls_alert, "tls_alert", "TLS alert", "RFC 8446 6"),
    [CODE_MCS_RESULT] = FAMILY(mcs_result, "mcs_result", "MCS result", "ITU-T T.125 7"),
    [CODE_MCS_DISCONNECT] = FAMILY(mcs_disconnect, "mcs_disconnect_reason", "MCS disconnect reason",
                                   "ITU-T T.125 7"),
    [CODE_FATAL] = FAMILY(fatal, "fatal_error", "fatal error of the client control",
                          "IMsTscAxEvents::OnFatalError"),
    [CODE_FREERDP] = FAMILY(freerdp, "freerdp_error", "FreeRDP error", "FreeRDP error.h"),
    [CODE_FREERDP_EXIT] = FAMILY(freerdp_exit, "freerdp_exit", "xfreerdp exit status",
                                 "FreeRDP xfreerdp.h"),
    [CODE_WIN32] = FAMILY(win32, "win32", "Win32 or Winsock error", "[MS-ERREF] 2.2"),
};

struct code_table code_table(enum code_family family)
{
	if (family == CODE_NONE || family >= CODE_FAMILY_COUNT)
		return (struct code_table){.id = "none", .title = "no code family", .spec = ""};

	const struct family *f = &families[family];

	return (struct code_table){
	    .id = f->id, .title = f->title, .spec = f->spec, .rows = f->rows, .n = *f->n};
}

const struct code *code_find(enum code_family family, uint32_t value)
{
	struct code_table table = code_table(family);
	size_t low = 0, high = table.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table.rows[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table.n && table.rows[low].value == value ? &table.rows[low] : NULL;
}

const struct code *code_by_name(const char *name, enum code_family *family)
{
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++) {
		struct code_table table = code_table(f);

		for (size_t i = 0; i < table.n; i++) {
			if (table.rows[i].name && strcmp(table.rows[i].name, name) == 0) {
				*family = f;
				return &table.rows[i];
			}
		}
	}
	return NULL;
}
