#include "read/skim.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A PDU whose first bytes all lie in this piece; 0: they do not. */
static size_t read_in_place(struct skim *s, const struct skim_reader *r, const uint8_t *bytes,
                            size_t n)
{
	size_t length = r->length(r->context, bytes, n), head;

	if (length == SKIM_NOT_FRAMED) {
		s->is_lost = true;
		return n;
	}
	head = least(length, SKIM_HEAD);
	if (!length || head > n)
		return 0;
	r->pdu(r->context, bytes, head, length);
	s->to_pass = length - least(length, n);
	return least(length, n);
}

static size_t gather(struct skim *s, const struct skim_reader *r, const uint8_t *bytes, size_t n)
{
	size_t take = least(n, SKIM_HEAD - s->n), had = s->n, length, head;

	memcpy(s->head + s->n, bytes, take);
	s->n += take;
	length = r->length(r->context, s->head, s->n);
	if (length == SKIM_NOT_FRAMED || (!length && s->n == SKIM_HEAD)) {
		s->is_lost = true;
		s->n = 0;
		return n;
	}
	head = least(length, SKIM_HEAD);
	if (!length || s->n < head)
		return take;
	r->pdu(r->context, s->head, head, length);
	s->n = 0;
	s->to_pass = length - head;
	return head > had ? head - had : 0; /* what lies behind it is read as the next */
}

void skim_bytes(struct skim *s, const struct skim_reader *r, const uint8_t *bytes, size_t n)
{
	if (s->is_lost) { /* a piece often begins with a PDU */
		size_t length = r->length(r->context, bytes, n);

		if (!length || length == SKIM_NOT_FRAMED)
			return;
		s->is_lost = false;
		s->to_pass = s->n = 0;
	}
	while (n && !s->is_lost) {
		size_t used;

		if (s->to_pass) {
			used = s->to_pass < n ? (size_t)s->to_pass : n;
			s->to_pass -= used;
		} else {
			used = s->n ? 0 : read_in_place(s, r, bytes, n);
			if (!used)
				used = gather(s, r, bytes, n);
		}
		bytes += used;
		n -= used;
	}
}

/* A PDU is told with what there is of it, as long as its length is known. */
static void tell_cut(struct skim *s, const struct skim_reader *r)
{
	size_t length = r->length(r->context, s->head, s->n);

	if (!length || length == SKIM_NOT_FRAMED || length < s->n)
		return;
	r->pdu(r->context, s->head, s->n, length);
	s->to_pass = length - s->n;
	s->n = 0;
}

void skim_gap(struct skim *s, const struct skim_reader *r, uint64_t n)
{
	if (s->n)
		tell_cut(s, r);
	if (!s->n && n <= s->to_pass) {
		s->to_pass -= n;
		return;
	}
	s->is_lost = true;
	s->n = 0;
	s->to_pass = 0;
}

bool skim_is_inside(const struct skim *s)
{
	return s->n || s->to_pass;
}
