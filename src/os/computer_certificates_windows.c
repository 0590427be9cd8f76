/*
 * The certificates that this computer may show to those who connect, and whether their keys open.
 * has_key is 1 when the key opened, 0 when there is certainly none: the certificate names none, or
 * its file is gone. It is not known otherwise, since NTE_BAD_KEYSET stands for a key without rights
 * too; key_error is what the last try ended with. Nothing is signed, and nobody is asked for a PIN.
 */
#include "os/computer_windows.h"

#include <string.h>

#include <windows.h>

#include <aclapi.h>
#include <ncrypt.h>
#include <sddl.h>
#include <wincrypt.h>

#include "os/wide_windows.h"

#define MY_MAX        50
#define USAGE_BYTES   4096
#define PATH_UNITS    1024
#define DER_BYTES_MAX 65536

/* --- text --- */

static const char *hex_of(struct arena *arena, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_new(arena, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	return out;
}

/* --- the file of a key --- */

/* What is known of one key on the way to its row. */
struct key {
	const wchar_t *provider, *container; /* NULL: the certificate names none */
	const wchar_t *file_name;            /* NULL: not known */
};

static wchar_t *machine_text(struct arena *arena, const wchar_t *key, const wchar_t *name)
{
	wchar_t text[PATH_UNITS];
	DWORD n = sizeof text;

	if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, text, &n) !=
	    ERROR_SUCCESS)
		return NULL;
	return wide_of(arena, utf8_of(arena, text));
}

static wchar_t *joined(struct arena *arena, const wchar_t *a, const wchar_t *b, const wchar_t *c)
{
	size_t n = wcslen(a) + wcslen(b) + wcslen(c) + 1;
	wchar_t *out = arena_new(arena, n * sizeof *out);

	wcscpy(out, a);
	wcscat(out, b);
	wcscat(out, c);
	return out;
}

/*
 * The file of a machine's key is named for its container and the MachineGuid; the self-made
 * certificate of Remote Desktop always has the same container, so that its file is known even
 * where the key does not open.
 */
static const wchar_t *expected_file(struct arena *arena, const wchar_t *container)
{
	wchar_t *guid = NULL;

	if (container && _wcsicmp(container, L"TSSecKeySet1") == 0)
		guid = machine_text(arena, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid");
	return guid ? joined(arena, L"f686aace6942fb7f7ceb231212eef4a4", L"_", guid) : NULL;
}

/* An administrator may read what the rights of the file deny, for a backup. In this thread. */
static bool begin_backup(void)
{
	TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
	HANDLE token;

	wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
	if (!ImpersonateSelf(SecurityImpersonation))
		return false;
	if (!OpenThreadToken(GetCurrentThread(), TOKEN_ADJUST_PRIVILEGES, TRUE, &token))
		return true;
	if (LookupPrivilegeValueW(NULL, L"SeBackupPrivilege", &wanted.Privileges[0].Luid))
		AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
	CloseHandle(token);
	return true;
}

static void tell_rights(struct answers *out, struct answer *row, HANDLE file)
{
	const SECURITY_INFORMATION what = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
	                                  DACL_SECURITY_INFORMATION;
	PSECURITY_DESCRIPTOR rights = NULL;
	wchar_t *text = NULL;

	if (GetSecurityInfo(file, SE_FILE_OBJECT, what, NULL, NULL, NULL, NULL, &rights))
		return;
	if (ConvertSecurityDescriptorToStringSecurityDescriptorW(rights, SDDL_REVISION_1, what,
	                                                         &text, NULL))
		answer_set_text(out, row, "key_rights", utf8_of(out->arena, text));
	LocalFree(text);
	LocalFree(rights);
}

enum file_answer { KEY_THERE, KEY_ABSENT, KEY_UNSURE };

/* The folder tells the size even of a file that may not be opened. */
static enum file_answer tell_file_at(struct answers *out, struct answer *row, const wchar_t *path)
{
	WIN32_FIND_DATAW found;
	HANDLE file, search = FindFirstFileW(path, &found);
	DWORD error = GetLastError();

	if (search == INVALID_HANDLE_VALUE)
		return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? KEY_ABSENT
		                                                                      : KEY_UNSURE;
	FindClose(search);
	answer_set_text(out, row, "key_file", utf8_of(out->arena, path));
	answer_set_number(row, "key_bytes",
	                  (int64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow);
	file = CreateFileW(path, READ_CONTROL,
	                   FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
	                   OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
	if (file != INVALID_HANDLE_VALUE) {
		tell_rights(out, row, file);
		CloseHandle(file);
	}
	return KEY_THERE;
}

static bool is_plain_name(const wchar_t *name)
{
	return name && *name && !wcspbrk(name, L"\\/:*?\"<>|");
}

/* Of the older interface, of the newer one, of LocalSystem, of a TPM. */
static const wchar_t *const key_folders[] = {
    L"\\Microsoft\\Crypto\\RSA\\MachineKeys\\", L"\\Microsoft\\Crypto\\Keys\\",
    L"\\Microsoft\\Crypto\\SystemKeys\\",       L"\\Microsoft\\Crypto\\RSA\\S-1-5-18\\",
    L"\\Microsoft\\Crypto\\PCPKSP\\",
};

/* The row of a key that did not open tells where its file was looked for first. */
static enum file_answer tell_file(struct answers *out, struct answer *row, const wchar_t *name,
                                  bool is_open)
{
	static const wchar_t
	    profiles[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
	const wchar_t *data = machine_text(out->arena, profiles, L"ProgramData");
	enum file_answer answer = KEY_ABSENT;
	bool is_other;

	if (!is_plain_name(name) || !data)
		return KEY_UNSURE;
	if (!is_open)
		answer_set_text(
		    out, row, "key_file",
		    utf8_of(out->arena, joined(out->arena, data, key_folders[0], name)));
	is_other = begin_backup();
	for (size_t i = 0; i < sizeof key_folders / sizeof *key_folders; i++) {
		enum file_answer one = tell_file_at(out, row,
		                                    joined(out->arena, data, key_folders[i], name));

		answer = one == KEY_THERE || answer == KEY_ABSENT ? one : answer;
		if (one == KEY_THERE)
			break;
	}
	if (is_other)
		RevertToSelf();
	return answer;
}

/* --- the key --- */

static const wchar_t *file_of_new(struct arena *arena, NCRYPT_KEY_HANDLE handle)
{
	DWORD n = 0;
	wchar_t *name;

	if (NCryptGetProperty(handle, NCRYPT_UNIQUE_NAME_PROPERTY, NULL, 0, &n,
	                      NCRYPT_SILENT_FLAG) ||
	    n > PATH_UNITS * sizeof *name)
		return NULL;
	name = arena_new(arena, n + sizeof *name);
	if (NCryptGetProperty(handle, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)name, n, &n,
	                      NCRYPT_SILENT_FLAG))
		return NULL;
	return name;
}

static const wchar_t *file_of_old(struct arena *arena, HCRYPTPROV handle)
{
	char name[PATH_UNITS] = "";
	DWORD n = sizeof name - 1;

	return CryptGetProvParam(handle, PP_UNIQUE_CONTAINER, (BYTE *)name, &n, 0)
	           ? wide_of(arena, name)
	           : NULL;
}

static void release(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle, DWORD kind, BOOL is_ours)
{
	if (!is_ours)
		return;
	if (kind == CERT_NCRYPT_KEY_SPEC)
		NCryptFreeObject(handle);
	else
		CryptReleaseContext(handle, 0);
}

/* Opens the key and closes it; the error, or 0. */
static uint32_t open_key(struct arena *arena, PCCERT_CONTEXT cert, DWORD flags, struct key *key)
{
	HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle = 0;
	DWORD kind = 0;
	BOOL is_ours = FALSE;

	SetLastError(0);
	if (!CryptAcquireCertificatePrivateKey(cert, flags | CRYPT_ACQUIRE_SILENT_FLAG, NULL,
	                                       &handle, &kind, &is_ours))
		return GetLastError() ? GetLastError() : (uint32_t)NTE_FAIL;
	key->file_name = kind == CERT_NCRYPT_KEY_SPEC ? file_of_new(arena, handle)
	                                              : file_of_old(arena, handle);
	release(handle, kind, is_ours);
	return 0;
}

static const CRYPT_KEY_PROV_INFO *named_key(struct arena *arena, PCCERT_CONTEXT cert)
{
	CRYPT_KEY_PROV_INFO *info;
	DWORD n = 0;

	if (!CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, NULL, &n) ||
	    n < sizeof *info)
		return NULL;
	info = arena_new(arena, n);
	return CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, info, &n) ? info
	                                                                                     : NULL;
}

/*
 * The newer interface opens keys of the older one too, but not where the provider is of another
 * maker: then the older one is asked. The error of the last tells.
 */
static void tell_key(struct answers *out, struct answer *row, PCCERT_CONTEXT cert)
{
	const CRYPT_KEY_PROV_INFO *info = named_key(out->arena, cert);
	struct key key = {0};
	enum file_answer file;
	uint32_t error;

	if (info) {
		answer_set_text(out, row, "provider", utf8_of(out->arena, info->pwszProvName));
		answer_set_text(out, row, "container",
		                utf8_of(out->arena, info->pwszContainerName));
		key.container = info->pwszContainerName;
	}
	error = open_key(out->arena, cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, &key);
	if (error)
		error = open_key(out->arena, cert, 0, &key);
	file = tell_file(out, row,
	                 key.file_name ? key.file_name : expected_file(out->arena, key.container),
	                 error == 0);
	if (error)
		answer_set_number(row, "key_error", error);
	if (!error || !info || file == KEY_ABSENT)
		answer_set_number(row, "has_key", error == 0);
}

/* --- certificates --- */

static bool thumbprint_of(PCCERT_CONTEXT cert, uint8_t out[20])
{
	DWORD n = 20;

	return CertGetCertificateContextProperty(cert, CERT_HASH_PROP_ID, out, &n) && n == 20;
}

static bool is_chosen(PCCERT_CONTEXT cert, struct arena *arena,
                      const struct computer_question *question)
{
	uint8_t hash[20];

	return question->certificate && thumbprint_of(cert, hash) &&
	       _stricmp(hex_of(arena, hash, sizeof hash), question->certificate) == 0;
}

/* One without usages is good for all of them. */
static bool is_for_servers(struct arena *arena, PCCERT_CONTEXT cert)
{
	static const char *const wanted[] = {szOID_PKIX_KP_SERVER_AUTH,
	                                     "1.3.6.1.4.1.311.54.1.2", /* Remote Desktop */
	                                     szOID_ANY_ENHANCED_KEY_USAGE};
	CERT_ENHKEY_USAGE *usage = arena_new(arena, USAGE_BYTES);
	DWORD n = USAGE_BYTES;

	SetLastError(0);
	if (!CertGetEnhancedKeyUsage(cert, 0, usage, &n))
		return false;
	if (!usage->cUsageIdentifier)
		return GetLastError() == (DWORD)CRYPT_E_NOT_FOUND;
	for (DWORD i = 0; i < usage->cUsageIdentifier; i++)
		for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++)
			if (strcmp(usage->rgpszUsageIdentifier[i], wanted[j]) == 0)
				return true;
	return false;
}

static void tell_certificate(struct answers *out, const char *store, PCCERT_CONTEXT cert,
                             const struct computer_question *question)
{
	struct answer *row = answers_row(out, TOPIC_CERTIFICATE);
	uint8_t hash[20];

	answer_set_text(out, row, "store", store);
	if (thumbprint_of(cert, hash))
		answer_set_text(out, row, "thumbprint", hex_of(out->arena, hash, sizeof hash));
	if (cert->cbCertEncoded <= DER_BYTES_MAX)
		answer_set_text(out, row, "der",
		                hex_of(out->arena, cert->pbCertEncoded, cert->cbCertEncoded));
	if (question->certificate)
		answer_set_number(row, "is_chosen", is_chosen(cert, out->arena, question));
	tell_key(out, row, cert);
}

static HCERTSTORE open_store(const wchar_t *name)
{
	return CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
	                     CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_READONLY_FLAG |
	                         CERT_STORE_OPEN_EXISTING_FLAG,
	                     name);
}

static void tell_store(struct answers *out, const char *name, bool is_own,
                       const struct computer_question *question)
{
	HCERTSTORE store = open_store(wide_of(out->arena, name));
	PCCERT_CONTEXT cert = NULL;
	size_t n = 0;

	if (!store) {
		computer_could_not(out, TOPIC_CERTIFICATE, GetLastError(), name);
		return;
	}
	while ((cert = CertEnumCertificatesInStore(store, cert)))
		if (is_chosen(cert, out->arena, question) ||
		    ((is_own || is_for_servers(out->arena, cert)) && n++ < MY_MAX))
			tell_certificate(out, name, cert, question);
	CertCloseStore(store, 0);
}

void collect_certificate(struct answers *out, const struct computer_question *question)
{
	tell_store(out, "Remote Desktop", true, question);
	tell_store(out, "My", false, question);
}
