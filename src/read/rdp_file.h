/*
 * rdp_file - .rdp files: what the person asked the client to do, judged by the rules of the
 * format and, where it is signed, by its signature.
 *
 * Spec    the table in rdp_properties.c, the rules in rdp_rules.c; for signatures rdp_signature.c
 * Input   a whole file, UTF-16 of both orders, UTF-8 or ANSI; any bytes are safe
 * Output  findings of ORIGIN_FILE, and what a client would connect to
 * Errors  complaints with line
 */
#ifndef READ_RDP_FILE_H
#define READ_RDP_FILE_H

#include "read/evidence.h"

#define RDP_FILE_BYTES_MAX ((size_t)1024 * 1024)

bool rdp_file_recognises(const uint8_t *head, size_t n);

/* What a client would do with it; texts live in the arena, NULL: not said. */
struct rdp_file {
	const char *host;    /* without port, brackets and blanks; NULL: the file names none */
	uint16_t port;       /* 0: not said */
	const char *gateway; /* host of a gateway that would be used */
	uint16_t gateway_port;
	bool uses_gateway_always;
	const char *account;
	bool has_credssp_off, has_negotiation_off, has_entra; /* enablerdsaadauth */
	int authentication_level;                             /* -1: not said */
	const char *load_balance_info;
};

/*
 * False after a complaint when no line of it can be used. Whether a signer's certificate is valid is
 * judged at now_us; 0: not judged.
 */
bool rdp_file_read(const void *bytes, size_t n, int64_t now_us, struct evidence *ev,
                   struct rdp_file *out);

/* client.rdp_file_target_differs when the file leads elsewhere than what the person meant. */
void rdp_file_compare(const struct rdp_file *file, const char *meant, uint16_t meant_port,
                      struct evidence *ev);

#endif
