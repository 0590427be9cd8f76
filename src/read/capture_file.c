#include "read/capture_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "read/capture_forms.h"

bool capture_file_recognises(const uint8_t *head, size_t n)
{
	struct capture_file f;

	if (n < 4)
		return false;
	if (be32(head) == SECTION_HEADER)
		return n < 12 || be32(head + 8) == BYTE_ORDER_MAGIC ||
		       le32(head + 8) == BYTE_ORDER_MAGIC;
	return capture_pcap_knows(&f, head);
}

struct capture_file *capture_file_new(const struct capture_listener *listener,
                                      struct complaints *complaints)
{
	struct capture_file *f = calloc(1, sizeof *f);

	if (!f) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	f->to = *listener;
	f->complaints = complaints;
	return f;
}

void capture_file_free(struct capture_file *f)
{
	if (!f)
		return;
	free(f->interfaces);
	buf_fini(&f->secrets);
	free(f);
}

static size_t know(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	if (n < 4 && !is_last)
		return 0;
	if (n >= 4 && be32(p) == SECTION_HEADER) {
		f->form = FORM_PCAPNG;
		return 0;
	}
	if (n >= 4 && capture_pcap_knows(f, p)) {
		f->form = FORM_UNKNOWN; /* until its header is whole */
		size_t used = capture_pcap_header(f, p, n, is_last);

		f->form = used == PCAP_HEADER ? FORM_PCAP : used ? FORM_NEITHER : FORM_UNKNOWN;
		return used;
	}
	complain(f->complaints, 0, "this is no packet capture");
	f->form = FORM_NEITHER;
	return n;
}

size_t capture_file_take(struct capture_file *f, const uint8_t *bytes, size_t n, bool is_last)
{
	size_t used = f->form == FORM_UNKNOWN ? know(f, bytes, n, is_last) : 0;

	f->at += used;
	if (f->form == FORM_NEITHER) {
		f->at += n - used;
		return n;
	}
	if (f->form == FORM_UNKNOWN)
		return used;

	size_t more = f->form == FORM_PCAP
	                  ? capture_pcap_take(f, bytes + used, n - used, is_last)
	                  : capture_blocks_take(f, bytes + used, n - used, is_last);

	f->at += more;
	return used + more;
}
