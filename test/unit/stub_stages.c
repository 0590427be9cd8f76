/*
 * Stands for the stages certificate and credssp where they are not the subject of a test: a
 * certificate gives one finding, CredSSP is over with the first token of the host.
 */
#include <stdlib.h>

#include "stage/certificate.h"
#include "stage/credssp.h"
#include "stage/found.h"

struct credssp {
	struct journey_plan plan;
};

void certificate_findings(const uint8_t *der, size_t n, const char *dialled,
                          const struct client_profile *profile, struct step *step)
{
	(void)der;
	(void)n;
	(void)dialled;
	(void)profile;
	found_fact(step, F_CERT_SELF_SIGNED);
}

struct credssp *credssp_new(const struct journey_plan *plan)
{
	struct credssp *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	c->plan = *plan;
	return c;
}

void credssp_free(struct credssp *c)
{
	free(c);
}

size_t credssp_frame(const uint8_t *bytes, size_t n)
{
	if (n && bytes[0] != 0x30)
		return STAGE_NOT_FRAMED;
	return n < 2 ? 0 : 2 + (size_t)(bytes[1] & 0x7F);
}

enum next credssp_open(struct credssp *c, struct step *step)
{
	if (c->plan.role == ROLE_CLIENT)
		buf_put(step->out, "\x30\x01T", 3);
	return NEXT_MORE;
}

enum next credssp_feed(struct credssp *c, enum direction dir, struct cur pdu, struct step *step)
{
	(void)pdu;
	if (dir == C2S && c->plan.role == ROLE_SERVER)
		buf_put(step->out, "\x30\x01H", 3);
	return dir == S2C || c->plan.role == ROLE_SERVER ? NEXT_DONE : NEXT_MORE;
}

void credssp_unframed(struct credssp *c, enum direction dir, const uint8_t *bytes, size_t n,
                      struct step *step)
{
	(void)c;
	(void)dir;
	(void)bytes;
	(void)n;
	(void)step;
}

void credssp_ended(struct credssp *c, enum direction who, enum ending how, int waited_ms,
                   struct step *step)
{
	(void)c;
	(void)waited_ms;
	if (who == S2C && how == ENDED_SILENT)
		found_fact(step, F_NLA_SILENT);
}

void credssp_facts(const struct credssp *c, struct journey_facts *facts)
{
	(void)c;
	(void)facts;
}
