#include "wire/krb_error.h"

#define TAG_ERROR    DER_APPLICATION(30)
#define MSG_TYPE     30
#define CODE_AT      6
#define LENGTH_BYTES 4

bool krb_is_error(const uint8_t *bytes, size_t n, bool is_tcp)
{
	size_t at = is_tcp ? LENGTH_BYTES : 0;

	return n > at && bytes[at] == TAG_ERROR && (!is_tcp || (!bytes[0] && !bytes[1]));
}

static int64_t read_number(struct cur *fields, const char *what)
{
	uint8_t tag;
	struct cur field = der_any(fields, &tag, what);

	return der_integer(&field, DER_INTEGER, what);
}

/* Up to the code, only the client's time may be missing. */
bool krb_read_error(struct cur *c, bool is_tcp, uint32_t *code)
{
	struct cur body, fields;
	int64_t value;

	if (is_tcp)
		cur_take(c, LENGTH_BYTES, "length");
	body = der_body(c, TAG_ERROR, "KRB-ERROR");
	fields = der_body(&body, DER_SEQUENCE, "KRB-ERROR");
	if (read_number(&fields, "pvno") != 5)
		cur_fail(&fields, "pvno");
	if (read_number(&fields, "msg-type") != MSG_TYPE)
		cur_fail(&fields, "msg-type");
	while (cur_ok(&fields) && !der_is_next(&fields, DER_CONTEXT(CODE_AT))) {
		uint8_t tag;

		der_any(&fields, &tag, "stime");
		if (cur_ok(&fields) && tag > DER_CONTEXT(CODE_AT))
			cur_fail(&fields, "error-code");
	}
	value = read_number(&fields, "error-code");
	if (cur_ok(&fields) && (value < 0 || value > UINT16_MAX))
		cur_fail(&fields, "error-code");
	*code = (uint32_t)value;
	return cur_ok(&fields);
}
