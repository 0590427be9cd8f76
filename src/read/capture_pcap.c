/* The form with one header for the file and one before each packet. */
#include <inttypes.h>

#include "read/capture_forms.h"

#define PCAP_PACKET_MAX 262144                 /* no recorder keeps more of one packet */
#define FAR_OFF_S       (INT64_C(400) * 86400) /* between neighbours, when one is searched for */

static const struct {
	uint32_t magic;
	bool is_nano;
	size_t record_header;
} pcap_forms[] = {
    {.magic = 0xA1B2C3D4, .record_header = 16},
    {.magic = 0xA1B23C4D, .is_nano = true, .record_header = 16},
    {.magic = 0xA1B2CD34, .record_header = 24},
};

#define N_PCAP_FORMS (sizeof pcap_forms / sizeof *pcap_forms)

bool capture_pcap_knows(struct capture_file *f, const uint8_t *p)
{
	for (size_t i = 0; i < N_PCAP_FORMS; i++) {
		bool is_swapped = be32(p) == pcap_forms[i].magic;

		if (!is_swapped && le32(p) != pcap_forms[i].magic)
			continue;
		f->form = FORM_PCAP;
		f->is_swapped = is_swapped;
		f->is_nano = pcap_forms[i].is_nano;
		f->record_header = pcap_forms[i].record_header;
		return true;
	}
	return false;
}

size_t capture_pcap_header(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	if (n < PCAP_HEADER) {
		if (is_last)
			complain(f->complaints, f->at + n,
			         "file header: cut short, expected %d bytes", PCAP_HEADER);
		return is_last ? n : 0;
	}
	capture_pcap_knows(f, p);
	f->link_type = u32(f, p + 20) & 0xFFFF; /* above it: how long the frame check is */
	return PCAP_HEADER;
}

struct pcap_record {
	int64_t when_us;
	uint32_t n, n_whole, fraction;
};

static struct pcap_record pcap_record(const struct capture_file *f, const uint8_t *p)
{
	struct pcap_record r = {
	    .fraction = u32(f, p + 4), .n = u32(f, p + 8), .n_whole = u32(f, p + 12)};

	r.when_us = (int64_t)u32(f, p) * UNITS_PER_SECOND +
	            (f->is_nano ? r.fraction / 1000 : r.fraction);
	return r;
}

static bool is_plausible(const struct capture_file *f, const uint8_t *p)
{
	struct pcap_record r = pcap_record(f, p);
	int64_t off = (r.when_us - f->last_us) / UNITS_PER_SECOND;

	return r.n > 0 && r.n <= PCAP_PACKET_MAX && r.n <= r.n_whole &&
	       r.n_whole <= PCAP_PACKET_MAX * 4 &&
	       r.fraction < (f->is_nano ? 1000000000u : 1000000u) &&
	       (!f->last_us || (off < FAR_OFF_S && off > -FAR_OFF_S));
}

/* Two good headers one behind the other, or one whose packet ends with the file. */
static bool begins_here(const struct capture_file *f, const uint8_t *p, size_t n)
{
	if (!is_plausible(f, p))
		return false;

	size_t end = f->record_header + u32(f, p + 8);

	return end == n || (end < n && n - end >= f->record_header && is_plausible(f, p + end));
}

/* How far the next good record is; to tell, the longest one must fit behind it. */
static size_t find_record(const struct capture_file *f, const uint8_t *p, size_t n, bool is_last,
                          bool *is_found)
{
	size_t beyond = 2 * f->record_header + PCAP_PACKET_MAX, i = 0;

	*is_found = false;
	for (; n - i >= (is_last ? f->record_header : beyond); i++) {
		*is_found = begins_here(f, p + i, n - i);
		if (*is_found)
			return i;
	}
	return is_last ? n : i;
}

static size_t pass_over_pcap(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	bool is_found;
	size_t skipped = 1 + find_record(f, p + 1, n - 1, is_last, &is_found);

	f->n_skip = is_found ? 0 : UINT64_MAX; /* the search goes on with the next piece */
	return skipped;
}

static size_t cut_packet(struct capture_file *f, const uint8_t *p, size_t n, uint64_t at)
{
	if (n < f->record_header) {
		complain(f->complaints, at,
		         "packet %" PRIu64 ": header cut short by the end of the file",
		         f->n_packets + 1);
		return n;
	}

	struct pcap_record r = pcap_record(f, p);

	complain(f->complaints, at,
	         "packet %" PRIu64 ": %zu of %" PRIu32 " bytes, cut short by the end of the file",
	         f->n_packets + 1, n - f->record_header, r.n);
	tell_packet(f, p + f->record_header, n - f->record_header, r.n_whole, r.when_us,
	            f->link_type);
	return n;
}

/* One record; 0: more is needed. */
static size_t take_pcap_record(struct capture_file *f, const uint8_t *p, size_t n, bool is_last,
                               uint64_t at)
{
	size_t header = f->record_header;

	if (n < header)
		return is_last ? cut_packet(f, p, n, at) : 0;

	struct pcap_record r = pcap_record(f, p);

	if (r.n > PCAP_PACKET_MAX) {
		complain(f->complaints, at,
		         "packet %" PRIu64 ": length %" PRIu32 ", expected at most %d",
		         f->n_packets + 1, r.n, PCAP_PACKET_MAX);
		return pass_over_pcap(f, p, n, is_last);
	}
	if (n - header < r.n)
		return is_last ? cut_packet(f, p, n, at) : 0;
	tell_packet(f, p + header, r.n, r.n_whole, r.when_us, f->link_type);
	return header + r.n;
}

size_t capture_pcap_take(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	size_t used = 0, k;

	if (f->n_skip) { /* still looking for a good record */
		bool is_found;

		used = find_record(f, p, n, is_last, &is_found);
		if (!is_found)
			return used;
		f->n_skip = 0;
	}
	while (used < n && !f->n_skip) {
		k = take_pcap_record(f, p + used, n - used, is_last, f->at + used);
		if (!k)
			break;
		used += k;
	}
	return used;
}
