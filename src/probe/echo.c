/*
 * echo - whether anything answers an ICMP echo at the address whose port is silent.
 *
 * An answer is a fact about the address. Silence is hardly one: Windows' own firewall drops echo
 * requests until somebody allows them.
 *
 * Spec    RFC 792, RFC 4443 4.1 and 4.2
 */
#include "base/arena.h"
#include "probe/inside.h"

/* The port is silent for a second by then, and is waited for three. */
#define ECHO_WAIT_US 1800000LL

static const char *where_of(const struct probe *p)
{
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_text(&p->echoed, text);
	return arena_printf(p->found->arena, "icmp %s", text);
}

static void tell(struct probe *p, enum finding_state state, int64_t rtt_us)
{
	struct finding f = probe_found(p, F_PATH_ECHO, where_of(p));

	f.state = state;
	f.number = (rtt_us + 500) / 1000;
	findings_add(p->found, &f);
}

/* A filter that forbids the question, or a computer that does, answers for nobody else. */
static bool is_unheard(const struct net_echo_answer *answer)
{
	return answer->result == ECHO_SILENT ||
	       (answer->result == ECHO_FAILED && answer->why.kind == NET_UNREACHABLE);
}

/* A port that answered after all has said more than an echo can. */
static void told(void *context, const struct net_echo_answer *answer)
{
	struct probe *p = context;

	p->echo = NULL;
	p->n_echoes += (size_t)answer->n_sent;
	if (!p->main && answer->result == ECHO_ANSWERED)
		tell(p, FINDING_SEEN, answer->rtt_us);
	else if (!p->main && is_unheard(answer))
		tell(p, FINDING_ABSENT, 0);
	probe_settle(p);
}

void echo_begin(struct probe *p, const struct net_address *to)
{
	p->echoed = *to;
	p->echo = net_echo(p->net, to, ECHO_WAIT_US, told, p);
}

/* What it would have been is not known, and at least one request is on its way. */
void echo_stop(struct probe *p)
{
	if (!p->echo)
		return;
	net_lookup_cancel(p->echo);
	p->echo = NULL;
	p->n_echoes++;
}
