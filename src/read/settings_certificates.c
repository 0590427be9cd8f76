/*
 * settings_certificates - the certificate that the listener is told to show, in the stores of the
 * computer.
 *
 * Spec    a store keeps records: u32 property, u32 1, u32 length, data ([MS-OSHARED] and
 *         wincrypt.h name the properties); 2 is the key, 32 the certificate
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/text.h"
#include "read/settings_inside.h"
#include "stage/certificate.h"
#include "stage/profile.h"

#define STORES  "Microsoft\\SystemCertificates"
#define RECORDS 64
#define SHA1    20

enum { PROPERTY_KEY = 2, PROPERTY_CERTIFICATE = 32 };

struct stored {
	const uint8_t *der;
	size_t n_der;
	bool has_key;
	const char *key_file; /* its name up to the computer's GUID; NULL: not known */
	const char *where;
};

/* The older providers name a key file by the MD5 of the container's name. */
static const char *key_file_of(struct settings *s, const char *container)
{
	char lower[256], hex[33];
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int n_sum = 0;
	size_t n = strlen(container);

	if (!n || n >= sizeof lower)
		return NULL;
	for (size_t i = 0; i <= n; i++)
		lower[i] = container[i] >= 'A' && container[i] <= 'Z' ? (char)(container[i] | 0x20)
		                                                      : container[i];
	if (!EVP_Digest(lower, n + 1, sum, &n_sum, EVP_md5(), NULL))
		return NULL;
	for (unsigned int i = 0; i < 16 && i < n_sum; i++) {
		hex[2 * i] = "0123456789abcdef"[sum[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
	}
	return arena_copy(s->arena, hex, 32);
}

/* CRYPT_KEY_PROV_INFO as it is serialised: offsets of two texts, then the kind of provider. */
static const char *file_of_key(struct settings *s, struct cur info)
{
	struct cur whole = info;
	uint32_t at = cur_u32le(&info, "CRYPT_KEY_PROV_INFO.pwszContainerName");
	struct reg_value text = {.type = REG_TYPE_SZ};
	uint32_t kind;

	cur_take(&info, 4, "CRYPT_KEY_PROV_INFO.pwszProvName");
	kind = cur_u32le(&info, "CRYPT_KEY_PROV_INFO.dwProvType");
	cur_take(&whole, at, "CRYPT_KEY_PROV_INFO.pwszContainerName");
	text.n = cur_left(&whole);
	text.bytes = cur_take(&whole, text.n, "CRYPT_KEY_PROV_INFO.pwszContainerName");
	/* the newer ones, which have no number here, name files by chance */
	return text.bytes && kind ? key_file_of(s, text_of(s, &text)) : NULL;
}

static struct stored records_of(struct settings *s, const struct reg_value *blob)
{
	struct flaw flaw = {0};
	struct cur c = cur_over(blob->bytes, blob->n, &flaw);
	struct stored out = {0};

	for (int i = 0; i < RECORDS && cur_left(&c) >= 12; i++) {
		uint32_t property = cur_u32le(&c, "property"), n;
		struct cur data;

		cur_take(&c, 4, "property.reserved");
		n = cur_u32le(&c, "property.length");
		data = cur_sub(&c, n, "property.data");
		if (!cur_ok(&c))
			break;
		if (property == PROPERTY_KEY) {
			struct flaw own = {0};

			data.flaw = &own;
			out.has_key = true;
			out.key_file = file_of_key(s, data);
		} else if (property == PROPERTY_CERTIFICATE) {
			out.n_der = n;
			out.der = data.p;
		}
	}
	return out;
}

static const char *hex_as(struct settings *s, const struct reg_value *value, const char *digit)
{
	struct buf out = {0};
	const char *text;

	for (size_t i = 0; i < value->n && i < SHA1; i++) {
		buf_putc(&out, digit[value->bytes[i] >> 4]);
		buf_putc(&out, digit[value->bytes[i] & 15]);
	}
	text = arena_copy(s->arena, out.n ? out.bytes : "", out.n);
	buf_fini(&out);
	return text;
}

static const char *hex_of(struct settings *s, const struct reg_value *value)
{
	return hex_as(s, value, "0123456789ABCDEF");
}

static const char *lower_hex_of(struct settings *s, const struct reg_value *value)
{
	return hex_as(s, value, "0123456789abcdef");
}

static bool find_stored(struct settings *s, const char *thumb, struct stored *out)
{
	static const char *const stores[] = {"Remote Desktop", "My"};

	for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
		const char *key = arena_printf(s->arena, STORES "\\%s\\Certificates\\%s", stores[i],
		                               thumb);
		struct asked blob = ask(s, HIVE_SOFTWARE, key, "Blob");

		if (blob.answer != REG_FOUND)
			continue;
		*out = records_of(s, &blob.value);
		out->where = blob.where;
		return true;
	}
	return false;
}

/* Judged at the time of the evidence: the disk may be looked at long after. */
static void look_into(struct settings *s, const struct stored *cert)
{
	struct step step = {
	    .found = s->found, .origin = s->origin, .where = cert->where, .now_us = s->now_us};

	if (cert->der && s->now_us && s->is_host)
		certificate_findings(cert->der, cert->n_der, NULL, profile_at(0), &step);
}

static bool has_stores(struct settings *s)
{
	return ask_key(s, HIVE_SOFTWARE, STORES) == REG_FOUND;
}

/* The certificate that an administrator chose; false when the self-made one is to be shown. */
static bool look_at_chosen(struct settings *s)
{
	struct asked a = ask(s, HIVE_SYSTEM, KEY_LISTENER, "SSLCertificateSHA1Hash");
	struct stored cert;
	const char *thumb;

	if (a.answer != REG_FOUND || a.value.n != SHA1) {
		if (a.answer == REG_ABSENT)
			tell_absent(s, F_HOST_CERTIFICATE_MISSING, a.where);
		return false;
	}
	s->host.chosen = lower_hex_of(s, &a.value);
	if (!has_stores(s))
		return true;
	thumb = hex_of(s, &a.value);
	if (!find_stored(s, thumb, &cert)) {
		tell_text(s, F_HOST_CERTIFICATE_MISSING, thumb, a.where);
		return false;
	}
	look_into(s, &cert);
	if (!cert.has_key) {
		tell_text(s, F_HOST_CERTIFICATE_MISSING,
		          arena_printf(s->arena, "%s has no private key", thumb), cert.where);
		return true;
	}
	tell_absent(s, F_HOST_CERTIFICATE_MISSING, a.where);
	s->host.chosen_key = cert.key_file;
	return true;
}

static void look_at_self_made(struct settings *s, bool is_shown)
{
	struct asked a = ask(s, HIVE_SYSTEM, KEY_STATIONS, "SelfSignedCertificate");
	struct stored cert;

	if (a.answer != REG_FOUND || a.value.n != SHA1)
		return;
	s->host.self_made = lower_hex_of(s, &a.value);
	if (!find_stored(s, hex_of(s, &a.value), &cert))
		return;
	s->host.is_key_expected = true;
	if (is_shown)
		look_into(s, &cert);
}

static bool count_one(void *context, const char *name)
{
	(void)name;
	++*(size_t *)context;
	return true;
}

/* A template that gave nothing: not a single certificate is in the computer's store. */
static void look_at_template(struct settings *s)
{
	const char *where,
	    *name = ask_text(s, HIVE_SOFTWARE, KEY_POLICY, "CertTemplateName", &where);
	size_t n = 0;

	if (!name || !*name || !has_stores(s))
		return;
	each_subkey(s, HIVE_SOFTWARE, STORES "\\My\\Certificates", count_one, &n);
	if (!n)
		tell_text(s, F_HOST_CERT_TEMPLATE_FAILED, name, where);
}

void settings_certificates(struct settings *s)
{
	bool is_chosen = look_at_chosen(s);

	look_at_self_made(s, !is_chosen);
	look_at_template(s);
	s->host.machine_guid = ask_text(s, HIVE_SOFTWARE, "Microsoft\\Cryptography", "MachineGuid",
	                                NULL);
}
