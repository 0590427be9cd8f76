#include "lab/capture.h"

#include <string.h>

#include "link/pcapng.h"

void capture_begin(struct buf *out)
{
	pcapng_begin(out, "the bytes of TCP as they travelled; all headers are made up");
	pcapng_secrets(out, "", 0); /* readers know from the start that there will be some */
}

static void hold(void *context, int64_t wall_us, const void *bytes, size_t n)
{
	pcapng_packet(context, &(struct pcapng_packet){.wall_us = wall_us, .bytes = bytes, .n = n});
}

static void release(struct capture *c, struct buf *out)
{
	buf_put(out, c->held.bytes, c->held.n);
	c->held.n = 0;
}

static struct packet_flow *flow_of(struct capture *c, const struct lab_event *e)
{
	size_t i = e->connection % CAPTURE_FLOWS;

	if (c->flows[i].connection != e->connection) {
		c->flows[i].connection = e->connection;
		c->flows[i].flow = packet_flow(&e->client, &e->host);
	}
	return &c->flows[i].flow;
}

void capture_event(struct capture *c, const struct lab_event *e, struct buf *out)
{
	struct packet_flow *flow = flow_of(c, e);
	struct packets packets = {.out = hold, .context = &c->held};
	enum packets_from from = e->dir == C2S ? FROM_CLIENT : FROM_HOST;

	release(c, out);
	switch (e->kind) {
	case LAB_OPENED:
		packets_syn(&packets, flow, e->wall_us);
		packets_accept(&packets, flow, e->wall_us);
		break;
	case LAB_BYTES:
		packets_bytes(&packets, flow, from, e->bytes, e->n, e->wall_us);
		break;
	case LAB_FIN:
		packets_fin(&packets, flow, from, e->wall_us);
		break;
	case LAB_RST:
		packets_rst(&packets, flow, from, e->wall_us);
		break;
	}
}

/* In front of the bytes by which it came about: analysers read a file once, from its start. */
void capture_key(const char *line, struct buf *out)
{
	struct buf text = {0};

	buf_printf(&text, "%s\n", line);
	pcapng_secrets(out, text.bytes, text.n);
	buf_fini(&text);
}

void capture_end(struct capture *c, struct buf *out)
{
	release(c, out);
	buf_fini(&c->held);
}
