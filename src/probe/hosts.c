#include "probe/hosts.h"

#include <string.h>

#include "probe/inside.h"

/* What the rows look at: the connection made as a client would, and the asides. */
struct look {
	const struct journey_facts *facts;
	const struct journey_facts
	    *standard;              /* where standard security was asked for; may be NULL */
	bool is_nla_alone_standard; /* CredSSP alone was answered by standard security */
	bool is_nla_alone_refused_for_tls;
	int64_t
	    thought_us; /* the Connection Confirm took so much longer than the way; 0: unknown */
};

#define NTLM_TARGET_TYPES 0x30000u /* [MS-NLMP] 2.2.2.5: TARGET_TYPE_DOMAIN, _SERVER */
#define SRC_REF_WINDOWS   0x1234
#define SSL_REQUIRED      1 /* [MS-RDPBCGR] 2.2.1.2.2 */
#define SHADOW_THINKS_US  25000

/* libfreerdp 2 leaves the source reference zero; Windows and xrdp answer 0x1234. */
static bool is_libfreerdp(const struct look *l)
{
	return l->facts->has_confirm && l->facts->src_ref == 0;
}

static bool is_weston(const struct look *l)
{
	const struct journey_facts *f = l->facts->has_neg_rsp ? l->facts : l->standard;

	return is_libfreerdp(l) && f && f->has_neg_rsp && f->neg_flags == 0x01;
}

/* A refusal has no flags: until another answer shows some, this may be Weston. */
static bool may_be_weston(const struct look *l)
{
	bool has_flags = l->facts->has_neg_rsp || (l->standard && l->standard->has_confirm);

	return is_libfreerdp(l) && !has_flags;
}

/*
 * freerdp-shadow looks at its sockets every 40 ms; gnome-remote-desktop answers within 5. The
 * sign is soft, and decides only how considerate we are.
 */
static bool is_shadow(const struct look *l)
{
	return is_libfreerdp(l) && l->thought_us >= SHADOW_THINKS_US;
}

/* Flags that only Windows sets, or an NTLM challenge that WinPR does not make. */
static bool is_windows(const struct look *l)
{
	const struct journey_facts *f = l->facts;

	if (!f->has_confirm || f->src_ref != SRC_REF_WINDOWS)
		return false;
	return (f->has_neg_rsp && f->neg_flags & 0x1E) ||
	       (f->has_challenge && f->ntlm_flags & NTLM_TARGET_TYPES);
}

static bool is_xrdp(const struct look *l)
{
	const struct journey_facts *f = l->facts;

	if (!f->has_confirm || f->src_ref != SRC_REF_WINDOWS || f->neg_flags & 0x1E)
		return false;
	return l->is_nla_alone_standard || l->is_nla_alone_refused_for_tls;
}

/* The first row that fits; what fits none stays unknown and is never the nearest neighbour. */
static const struct {
	struct host_kind kind;
	bool (*fits)(const struct look *look);
} rows[] = {
    {.kind = {.word = "windows",
              .says = "Connection Confirm with source reference 0x1234 and flags beyond extended "
                      "client data, or an NTLM target type (Windows 7 to Server 2025)"},
     .fits = is_windows},
    {.kind =
         {.word = "xrdp",
          .says = "source reference 0x1234; CredSSP alone is answered as if nothing was asked, or "
                  "refused for lack of TLS (xrdp 0.9.21)"},
     .fits = is_xrdp},
    {.kind = {.word = "weston",
              .says = "source reference 0 and flags 0x01: libfreerdp without graphics (Weston 10); "
                      "it serves one connection at a time",
              .is_serial = true,
              .wedges = true},
     .fits = is_weston},
    {.kind = {.word = "freerdp",
              .says = "source reference 0: libfreerdp 2; without flags it may serve one connection "
                      "at a time",
              .is_serial = true,
              .wedges = true},
     .fits = may_be_weston},
    {.kind = {.word = "freerdp",
              .says = "source reference 0, and the confirm takes 40 ms longer than the way: "
                      "freerdp-shadow 2.11, which stands questions side by side"},
     .fits = is_shadow},
    {.kind =
         {.word = "freerdp",
          .says =
              "source reference 0: libfreerdp 2, as in gnome-remote-desktop 43, which stops answering when a connection follows "
              "the end of another within 2 ms",
          .wedges = true},
     .fits = is_libfreerdp},
};

static const struct attempt_state *state_of_measure(const struct probe *p, const char *id)
{
	for (size_t i = 0; i < p->n_made; i++)
		if (p->made[i].measure && strcmp(p->made[i].measure->id, id) == 0)
			return attempt_state_of(p->made[i].attempt);
	return NULL;
}

/* How long the host thought about the X.224 request, beside the round trip. */
static int64_t thought_us(const struct attempt_state *s)
{
	int64_t asked = s->entered_us[PLACE_NEGOTIATION], answered = s->entered_us[PLACE_HELLO];

	return asked && answered ? answered - asked - s->syn_rtt_us : 0;
}

static struct look look_at(const struct probe *p)
{
	const struct attempt_state *alone = state_of_measure(p, "mask-nla-alone");
	const struct attempt_state *standard = state_of_measure(p, "mask-standard");
	const struct attempt_state *s = attempt_state_of(p->main);
	struct look l = {.facts = &s->facts, .thought_us = thought_us(s)};

	if (standard)
		l.standard = &standard->facts;
	if (alone) {
		l.is_nla_alone_standard = alone->facts.has_neg_rsp && !alone->facts.selected;
		l.is_nla_alone_refused_for_tls = alone->facts.has_failure &&
		                                 alone->facts.failure == SSL_REQUIRED &&
		                                 l.facts->selected == PROTOCOL_SSL;
	}
	return l;
}

const struct host_kind *hosts_recognise(const struct probe *p)
{
	struct look look;

	if (!p->main)
		return NULL;
	look = look_at(p);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].fits(&look))
			return &rows[i].kind;
	return NULL;
}
