/*
 * The ports that outgoing connections of this computer take, and how many of them are taken.
 */
#include "os/computer_sockets_windows.h"
#include "os/wmi_windows.h"

#define RANGE_MS 2500

struct range {
	int64_t first, count;
};

/* Every template says the same; one of them, Automatic, says nothing. */
static void take_range(void *context, IWbemClassObject *object)
{
	struct range *r = context;
	int64_t first, count;

	if (r->count || !wmi_number(object, L"DynamicPortRangeStartPort", &first) ||
	    !wmi_number(object, L"DynamicPortRangeNumberOfPorts", &count))
		return;
	if (first > 0 && first <= UINT16_MAX && count > 0 && count <= UINT16_MAX)
		*r = (struct range){.first = first, .count = count};
}

static const struct {
	const char *protocol;
	const wchar_t *query;
} kinds[] = {
    {"tcp", L"SELECT DynamicPortRangeStartPort, DynamicPortRangeNumberOfPorts "
            L"FROM MSFT_NetTCPSetting"},
    {"udp", L"SELECT DynamicPortRangeStartPort, DynamicPortRangeNumberOfPorts "
            L"FROM MSFT_NetUDPSetting"},
};

static void tell_range(struct answers *out, const char *protocol, const struct range *r)
{
	struct answer *row = answers_row(out, TOPIC_PORT_RANGE);
	uint32_t used = 0, error;

	answer_set_text(out, row, "protocol", protocol);
	answer_set_number(row, "first", r->first);
	answer_set_number(row, "count", r->count);
	error = ports_in_use(out->arena, protocol, (uint32_t)r->first, (uint32_t)r->count, &used);
	if (error)
		computer_could_not(out, TOPIC_PORT_RANGE, error, protocol);
	else
		answer_set_number(row, "used", used);
}

void collect_port_range(struct answers *out, const struct computer_question *question)
{
	struct wmi wmi;
	HRESULT hr = wmi_open(&wmi, L"ROOT\\StandardCimv2");

	(void)question;
	if (FAILED(hr)) {
		computer_could_not(out, TOPIC_PORT_RANGE, (uint32_t)hr, NULL);
		return;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct range r = {0};

		hr = wmi_each(&wmi, kinds[i].query, RANGE_MS, take_range, &r);
		if (r.count)
			tell_range(out, kinds[i].protocol, &r);
		else if (hr != S_OK)
			computer_could_not(out, TOPIC_PORT_RANGE, (uint32_t)hr, kinds[i].protocol);
	}
	wmi_close(&wmi);
}
