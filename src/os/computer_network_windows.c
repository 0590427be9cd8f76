/*
 * The networks that this computer is connected to, and what Windows takes each for.
 */
#define COBJMACROS
#include "os/computer_windows.h"

#include <windows.h>

#include <netlistmgr.h>
#include <objbase.h>

#include "os/computer_text_windows.h"

#define CONNECTIONS_MAX 64

static const GUID class_manager = {
    0xdcb00c01, 0x570f, 0x4a9b, {0x8d, 0x69, 0x19, 0x9f, 0xdb, 0xa5, 0x72, 0x3b}};
static const GUID interface_manager = {
    0xdcb00000, 0x570f, 0x4a9b, {0x8d, 0x69, 0x19, 0x9f, 0xdb, 0xa5, 0x72, 0x3b}};

static const char *const categories[] = {[NLM_NETWORK_CATEGORY_PUBLIC] = "public",
                                         [NLM_NETWORK_CATEGORY_PRIVATE] = "private",
                                         [NLM_NETWORK_CATEGORY_DOMAIN_AUTHENTICATED] = "domain"};

static void set_network(struct answers *a, struct answer *row, INetwork *network)
{
	NLM_NETWORK_CATEGORY category = NLM_NETWORK_CATEGORY_PUBLIC;
	BSTR name = NULL;

	if (SUCCEEDED(INetwork_GetName(network, &name)))
		computer_set(a, row, "name", name);
	SysFreeString(name);
	if (SUCCEEDED(INetwork_GetCategory(network, &category)) &&
	    (size_t)category < sizeof categories / sizeof *categories)
		answer_set_text(a, row, "category", categories[category]);
}

static void set_adapter(struct answers *a, struct answer *row, INetworkConnection *connection)
{
	wchar_t text[40] = L"";
	GUID id;

	if (SUCCEEDED(INetworkConnection_GetAdapterId(connection, &id)) &&
	    StringFromGUID2(&id, text, 40))
		computer_set(a, row, "adapter", text);
}

/* A network that is reached by two adapters is two connections, and two rows. */
static void take_connection(struct answers *a, INetworkConnection *connection)
{
	struct answer *row = answers_row(a, TOPIC_NETWORK);
	VARIANT_BOOL is = VARIANT_FALSE;
	INetwork *network = NULL;

	if (SUCCEEDED(INetworkConnection_GetNetwork(connection, &network)) && network) {
		set_network(a, row, network);
		INetwork_Release(network);
	}
	if (SUCCEEDED(INetworkConnection_get_IsConnected(connection, &is)))
		answer_set_number(row, "is_connected", is != VARIANT_FALSE);
	if (SUCCEEDED(INetworkConnection_get_IsConnectedToInternet(connection, &is)))
		answer_set_number(row, "has_internet", is != VARIANT_FALSE);
	set_adapter(a, row, connection);
}

static void take_connections(struct answers *a, IEnumNetworkConnections *all)
{
	INetworkConnection *one = NULL;
	size_t n = 0;

	while (n < CONNECTIONS_MAX && IEnumNetworkConnections_Next(all, 1, &one, NULL) == S_OK &&
	       one) {
		take_connection(a, one);
		INetworkConnection_Release(one);
		n++;
	}
	if (n == 0)
		answers_could_not(a, TOPIC_NETWORK, ANSWER_NOTHING, 0, "connected to no network");
}

void collect_network(struct answers *a, const struct computer_question *q)
{
	INetworkListManager *manager = NULL;
	IEnumNetworkConnections *all = NULL;
	HRESULT hr = CoCreateInstance(&class_manager, NULL, CLSCTX_ALL, &interface_manager,
	                              (void **)&manager);

	(void)q;
	if (FAILED(hr)) {
		computer_could_not(a, TOPIC_NETWORK, (uint32_t)hr, "the list of networks");
		return;
	}
	hr = INetworkListManager_GetNetworkConnections(manager, &all);
	if (SUCCEEDED(hr) && all) {
		take_connections(a, all);
		IEnumNetworkConnections_Release(all);
	} else {
		computer_could_not(a, TOPIC_NETWORK, (uint32_t)hr, "the list of networks");
	}
	INetworkListManager_Release(manager);
}
