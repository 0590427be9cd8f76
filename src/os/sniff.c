#include "os/sniff.h"

#include <dlfcn.h>
#include <pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define HOSTS_MAX   64
#define SNAP_LENGTH 262144
#define BUFFER_SIZE (8 * 1024 * 1024)
#define PIECE_MOST  65536 /* packets a call, so that a flood does not keep us here */

/* --- the library --- */

static const char *const names[] = {"libpcap.so.1", "libpcap.so.0.8", "libpcap.so",
                                    "libpcap.A.dylib"};

static struct {
	void *handle;
	pcap_t *(*create)(const char *, char *);
	int (*set_snaplen)(pcap_t *, int);
	int (*set_timeout)(pcap_t *, int);
	int (*set_buffer_size)(pcap_t *, int);
	int (*activate)(pcap_t *);
	int (*setnonblock)(pcap_t *, int, char *);
	int (*datalink)(pcap_t *);
	int (*compile)(pcap_t *, struct bpf_program *, const char *, int, bpf_u_int32);
	int (*setfilter)(pcap_t *, struct bpf_program *);
	void (*freecode)(struct bpf_program *);
	int (*dispatch)(pcap_t *, int, pcap_handler, u_char *);
	int (*stats)(pcap_t *, struct pcap_stat *);
	const char *(*statustostr)(int);
	void (*close)(pcap_t *);
} lib;

static const struct {
	const char *name;
	void *to; /* a pointer to a function */
} symbols[] = {
    {"pcap_create", &lib.create},           {"pcap_set_snaplen", &lib.set_snaplen},
    {"pcap_set_timeout", &lib.set_timeout}, {"pcap_set_buffer_size", &lib.set_buffer_size},
    {"pcap_activate", &lib.activate},       {"pcap_setnonblock", &lib.setnonblock},
    {"pcap_datalink", &lib.datalink},       {"pcap_compile", &lib.compile},
    {"pcap_setfilter", &lib.setfilter},     {"pcap_freecode", &lib.freecode},
    {"pcap_dispatch", &lib.dispatch},       {"pcap_stats", &lib.stats},
    {"pcap_statustostr", &lib.statustostr}, {"pcap_close", &lib.close},
};

static bool find_symbols(void)
{
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		void *symbol = dlsym(lib.handle, symbols[i].name);

		if (!symbol)
			return false;
		memcpy(symbols[i].to, &symbol, sizeof symbol);
	}
	return true;
}

static bool load(void)
{
	for (size_t i = 0; !lib.handle && i < sizeof names / sizeof *names; i++)
		lib.handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return lib.handle && find_symbols();
}

/* --- the capture --- */

struct sniff {
	pcap_t *pcap;
	struct net_address hosts[HOSTS_MAX];
	size_t n_hosts;
	sniff_packet *packet;
	void *context;
};

static void set_up(pcap_t *pcap)
{
	lib.set_snaplen(pcap, SNAP_LENGTH);
	lib.set_timeout(pcap, SNIFF_LATE_MS);
	lib.set_buffer_size(pcap, BUFFER_SIZE);
}

static pcap_t *activated(const char **why_not)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = lib.create("any", error);
	int status;

	*why_not = "packets cannot be recorded here";
	if (!pcap)
		return NULL;
	set_up(pcap);
	status = lib.activate(pcap);
	if (status < 0)
		*why_not = lib.statustostr(status);
	if (status < 0 || lib.setnonblock(pcap, 1, error) < 0) {
		lib.close(pcap);
		return NULL;
	}
	return pcap;
}

static bool set_filter(struct sniff *s, const char *text)
{
	struct bpf_program program;
	bool is_set;

	if (lib.compile(s->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return false;
	is_set = lib.setfilter(s->pcap, &program) == 0;
	lib.freecode(&program);
	return is_set;
}

struct sniff *sniff_new(const char **why_not)
{
	struct sniff *s = NULL;
	pcap_t *pcap;

	*why_not = "libpcap is not installed";
	pcap = load() ? activated(why_not) : NULL;
	if (pcap)
		s = calloc(1, sizeof *s);
	if (!s) {
		if (pcap)
			lib.close(pcap);
		return NULL;
	}
	*why_not = NULL;
	s->pcap = pcap;
	set_filter(s, "less 1"); /* nothing yet */
	return s;
}

void sniff_free(struct sniff *s)
{
	if (!s)
		return;
	lib.close(s->pcap);
	free(s);
}

/* Errors of ICMP: unreachable, time exceeded, parameter problem; of ICMPv6: all of them. */
#define ROUTERS                                                                                    \
	"icmp[icmptype] == 3 or icmp[icmptype] == 11 or icmp[icmptype] == 12 or "                  \
	"(icmp6 and ip6[40] < 128)"

bool sniff_host(struct sniff *s, const struct net_address *host)
{
	struct buf text = {0};
	char address[NET_ADDRESS_TEXT_MAX];
	bool is_set;

	for (size_t i = 0; i < s->n_hosts; i++)
		if (net_address_same(&s->hosts[i], host))
			return true;
	if (s->n_hosts == HOSTS_MAX)
		return false;
	s->hosts[s->n_hosts++] = *host;
	buf_puts(&text, ROUTERS " or (tcp and (");
	for (size_t i = 0; i < s->n_hosts; i++) {
		net_address_text(&s->hosts[i], address);
		address[strcspn(address, "%")] = '\0'; /* filters know no zones */
		buf_printf(&text, "%shost %s", i ? " or " : "", address);
	}
	buf_puts(&text, "))");
	is_set = set_filter(s, text.bytes);
	buf_fini(&text);
	return is_set;
}

/* --- packets --- */

/* Where IP begins behind the header of the link; 0: not known. */
static size_t n_link_header(int type)
{
	switch (type) {
	case DLT_LINUX_SLL:
		return 16;
	case DLT_EN10MB:
		return 14;
	case DLT_NULL:
	case DLT_LOOP:
		return 4;
	default:
		return 0;
	}
}

static void on_packet(u_char *context, const struct pcap_pkthdr *head, const u_char *bytes)
{
	struct sniff *s = (struct sniff *)(void *)context;
	int type = lib.datalink(s->pcap);
	size_t n_link = n_link_header(type);

	if (head->caplen <= n_link || (!n_link && type != DLT_RAW))
		return;
	s->packet(s->context, (int64_t)head->ts.tv_sec * 1000000 + head->ts.tv_usec, bytes + n_link,
	          head->caplen - n_link, head->len - n_link);
}

void sniff_drain(struct sniff *s, sniff_packet *packet, void *context)
{
	s->packet = packet;
	s->context = context;
	lib.dispatch(s->pcap, PIECE_MOST, on_packet, (u_char *)s);
}

uint64_t sniff_missed(struct sniff *s)
{
	struct pcap_stat stat = {0};

	return lib.stats(s->pcap, &stat) == 0 ? (uint64_t)stat.ps_drop + stat.ps_ifdrop : 0;
}
