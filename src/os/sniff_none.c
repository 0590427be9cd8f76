/* For systems without libpcap's header. */
#include "os/sniff.h"

struct sniff *sniff_new(const char **why_not)
{
	*why_not = "this program was built without libpcap";
	return NULL;
}

void sniff_free(struct sniff *s)
{
	(void)s;
}

bool sniff_host(struct sniff *s, const struct net_address *host)
{
	(void)s, (void)host;
	return false;
}

void sniff_drain(struct sniff *s, sniff_packet *packet, void *context)
{
	(void)s, (void)packet, (void)context;
}

uint64_t sniff_missed(struct sniff *s)
{
	(void)s;
	return 0;
}
