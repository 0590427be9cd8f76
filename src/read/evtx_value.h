/*
 * evtx_value - typed values of Windows' binary XML, as text and as numbers.
 *
 * Spec    [MS-EVEN6] 2.2.17 for the types
 * Input   bytes as they stand in a log; any bytes are safe
 * Output  UTF-8, cut to fit; what cannot be a character becomes U+FFFD
 * Owns    nothing: a value is a view
 */
#ifndef READ_EVTX_VALUE_H
#define READ_EVTX_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum evtx_type {
	EVTX_NULL = 0x00,
	EVTX_STRING = 0x01, /* UTF-16LE */
	EVTX_ANSI = 0x02,
	EVTX_INT8 = 0x03,
	EVTX_UINT8 = 0x04,
	EVTX_INT16 = 0x05,
	EVTX_UINT16 = 0x06,
	EVTX_INT32 = 0x07,
	EVTX_UINT32 = 0x08,
	EVTX_INT64 = 0x09,
	EVTX_UINT64 = 0x0a,
	EVTX_REAL32 = 0x0b,
	EVTX_REAL64 = 0x0c,
	EVTX_BOOL = 0x0d,
	EVTX_BINARY = 0x0e,
	EVTX_GUID = 0x0f,
	EVTX_SIZE = 0x10,
	EVTX_FILETIME = 0x11,
	EVTX_SYSTEMTIME = 0x12,
	EVTX_SID = 0x13,
	EVTX_HEX32 = 0x14,
	EVTX_HEX64 = 0x15,
	EVTX_XML = 0x21,
	EVTX_UTF8 = 0x40, /* of our own making: text put together from pieces */
	EVTX_ARRAY = 0x80,
};

struct evtx_value {
	uint8_t type;
	uint32_t n;
	const uint8_t *bytes;
};

/* Length of the text; out is always terminated and cut at a whole character. */
size_t evtx_value_text(const struct evtx_value *v, char *out, size_t n);

/* Integers of every kind, and text that is one: "1056", "0x80090304", "%%1058". */
bool evtx_value_number(const struct evtx_value *v, int64_t *out);

/* The next string of an array, whose bytes it takes; false at the end. */
bool evtx_value_next_string(struct evtx_value *array, struct evtx_value *out);

size_t utf16_to_utf8(const uint8_t *bytes, size_t n_bytes, char *out, size_t n);

/* Microseconds since 1970 of a FILETIME; 0 when it lies before that or beyond reason. */
int64_t filetime_us(uint64_t filetime);

/* "{F4201F8A-...}" */
#define GUID_TEXT_MAX 40
void guid_text(const uint8_t guid[16], char out[GUID_TEXT_MAX]);
bool guid_read(const char *s, uint8_t out[16]);

#endif
