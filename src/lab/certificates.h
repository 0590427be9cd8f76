/*
 * certificates - what the played host shows: good ones, and each fault that a finding names.
 *
 * Spec    RFC 5280; [MS-RDPBCGR] 5.4.5.1 for the self-made ones of Windows
 * Input   the host's name for itself, and the time: validity is counted from it
 * Output  PEM texts for link/tls
 * Errors  false when the library cannot make one; nothing is left behind
 * Owns    the two texts, certificate_fini; keys are made when first wanted and kept for the
 *         life of the process, since making an RSA key takes long
 */
#ifndef LAB_CERTIFICATES_H
#define LAB_CERTIFICATES_H

#include <stdbool.h>
#include <stdint.h>

enum certificate_kind {
	CERTIFICATE_WINDOWS,       /* self-made as Windows does: RSA-2048, six months, no SAN */
	CERTIFICATE_EXPIRED,       /* 33 days ago */
	CERTIFICATE_EXPIRED_TODAY, /* two hours ago */
	CERTIFICATE_NOT_YET_VALID, /* in 3 days */
	CERTIFICATE_OTHER_NAME,
	CERTIFICATE_RSA_1024,
	CERTIFICATE_RSA_768,
	CERTIFICATE_SHA1,
	CERTIFICATE_P256,
	CERTIFICATE_CLIENT_ONLY, /* extended key usage clientAuth alone */
	CERTIFICATE_NO_NAME,     /* neither CN nor SAN */
	CERTIFICATE_ISSUED,      /* by a private CA, with the CA's certificate behind it */
	CERTIFICATE_INSPECTED,   /* made on the fly by a device that inspects TLS */
	CERTIFICATE_ESCAPES,     /* terminal escapes and direction marks in the name */
	CERTIFICATE_LONG_NAME,   /* a name of 24 000 characters */
	CERTIFICATE_COMMAND,     /* a name that would be a command line */
	CERTIFICATE_WILDCARD,    /* for every name of the domain, by a private CA */
	CERTIFICATE_EXPIRED_OTHER_NAME,
	CERTIFICATE_ANTIVIRUS,      /* made on the fly by a security product on the client */
	CERTIFICATE_EXPIRED_ISSUED, /* expired, by a private CA: renewal is the CA's */
	CERTIFICATE_KINDS,
};

struct certificate {
	char *certificate_pem, *key_pem;
};

bool certificate_make(enum certificate_kind kind, const char *computer, int64_t now_s,
                      struct certificate *out);
void certificate_fini(struct certificate *c);

#endif
