#include "stage/speaker.h"

#include <string.h>

static const struct {
	const char *word;
	const char *bytes;
	size_t n;
} speakers[] = {
    {.word = "http", .bytes = "HTTP/", .n = 5},
    {.word = "http", .bytes = "<", .n = 1}, /* a page without a status line, HTTP 0.9 */
    {.word = "ssh", .bytes = "SSH-", .n = 4},
    {.word = "tls", .bytes = "\x15\x03", .n = 2},
    {.word = "tls", .bytes = "\x16\x03", .n = 2},
    {.word = "rdp", .bytes = "\x03\x00", .n = 2},
    {.word = "vnc", .bytes = "RFB ", .n = 4},
    {.word = "smb", .bytes = "\xFFSMB", .n = 4},
    {.word = "smb", .bytes = "\xFESMB", .n = 4},
    /* NetBIOS session service: message, positive and negative response, RFC 1002 4.3.1 */
    {.word = "smb", .bytes = "\x00\x00", .n = 2},
    {.word = "smb", .bytes = "\x82\x00\x00\x00", .n = 4},
    {.word = "smb", .bytes = "\x83\x00\x00\x01", .n = 4},
    {.word = "smtp", .bytes = "220", .n = 3}, /* FTP greets with the same number */
};

const char *speaker_of(const uint8_t *bytes, size_t n)
{
	const char *word = "other";

	for (size_t i = 0; i < sizeof speakers / sizeof *speakers; i++) {
		size_t least = n < speakers[i].n ? n : speakers[i].n;

		if (least && memcmp(bytes, speakers[i].bytes, least) != 0)
			continue;
		if (n >= speakers[i].n)
			return speakers[i].word;
		word = NULL;
	}
	return word;
}
