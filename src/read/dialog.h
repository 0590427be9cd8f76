/*
 * dialog - the codes in what people have: a number, a pair, or a pasted error dialog in any
 * language.
 *
 * Input   up to DIALOG_BYTES_MAX bytes; any bytes are safe, text is UTF-8
 * Output  the numbers as written, how they were written, and the dialog's timestamp
 * Rules   no word of a language is relied on: a dialog is known by its shape, lines that end
 *         in a number written with 0x, the first being the code and the next the extended
 *         one. Digits without 0x have two readings. Activity ids, times and dates are no
 *         codes. Full-width digits and letters count as ASCII.
 * Errors  a flaw with the byte at which it stands; nothing is guessed after it
 */
#ifndef READ_DIALOG_H
#define READ_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding/codes.h"

#define DIALOG_BYTES_MAX ((size_t)64 * 1024)

enum notation {
	WRITTEN_HEX,     /* 0x904 */
	WRITTEN_DIGITS,  /* 904: decimal or hexadecimal */
	WRITTEN_LETTERS, /* c000006d: hexadecimal without 0x */
	WRITTEN_NEGATIVE /* -2147467259 */
};

struct code_number {
	uint32_t value;  /* WRITTEN_DIGITS: the decimal reading */
	uint32_t as_hex; /* WRITTEN_DIGITS: the hexadecimal reading */
	bool is_decimal; /* the decimal reading fits in 32 bits */
	bool is_hex;     /* the hexadecimal reading fits in 32 bits */
	enum notation notation;
	size_t at; /* byte offset in the input */
};

enum dialog_kind {
	DIALOG_NOTHING, /* no code in it */
	DIALOG_CODE,    /* one number */
	DIALOG_PAIR,    /* code and extended code */
};

struct dialog {
	enum dialog_kind kind;
	struct code_number code, extended;
	struct code_number status; /* an HRESULT or NTSTATUS in the message, besides the pair */
	bool has_status, has_status_only;
	bool has_more;           /* a second dialog or further codes follow ... */
	size_t more_at;          /* ... from this byte on */
	struct code_number more; /* the first of them */
	int64_t when_us;         /* the timestamp, 0: none */
	bool is_prose;           /* there are words beside the numbers */
	const char *flaw;        /* what is wrong, and was expected; NULL: nothing */
	size_t flaw_at;
};

struct dialog dialog_read(const char *text, size_t n);

#endif
