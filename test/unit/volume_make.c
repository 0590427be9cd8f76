#include "volume_make.h"

#include <ftw.h>
#include <hivex.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "evtx_make.h"
#include "os/os.h"
#include "read/reg_export.h"

#define BUILD 19045

/* --- an empty hive --- */

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put_filetime(uint8_t *p)
{
	uint64_t t = ((uint64_t)time(NULL) + 11644473600u) * 10000000u;

	put32(p, (uint32_t)t);
	put32(p + 4, (uint32_t)(t >> 32));
}

/* Base block, one bin with a root key and its security record, and free room. */
static void empty_hive(uint8_t out[8192])
{
	uint8_t *bin = out + 4096, *nk = bin + 0x20, *sk = bin + 0x90;
	uint32_t sum = 0;

	memset(out, 0, 8192);
	memcpy(out, "regf", 4);
	put32(out + 4, 1);
	put32(out + 8, 1);
	put_filetime(out + 12);
	put32(out + 20, 1);
	put32(out + 24, 5);
	put32(out + 32, 1);
	put32(out + 36, 0x20);
	put32(out + 40, 0x1000);
	put32(out + 44, 1);
	for (int i = 0; i < 508; i += 4)
		sum ^= out[i] | (uint32_t)out[i + 1] << 8 | (uint32_t)out[i + 2] << 16 |
		       (uint32_t)out[i + 3] << 24;
	put32(out + 508, sum);
	memcpy(bin, "hbin", 4);
	put32(bin + 8, 0x1000);
	put_filetime(bin + 20);
	put32(nk, (uint32_t)-0x70);
	memcpy(nk + 4, "nk\x2c\x00", 4);
	put_filetime(nk + 8);
	put32(nk + 4 + 0x1c, UINT32_MAX);
	put32(nk + 4 + 0x20, UINT32_MAX);
	put32(nk + 4 + 0x28, UINT32_MAX);
	put32(nk + 4 + 0x2c, 0x90);
	put32(nk + 4 + 0x30, UINT32_MAX);
	nk[4 + 0x48] = 4;
	memcpy(nk + 4 + 0x4c, "ROOT", 4);
	put32(sk, (uint32_t)-0x30);
	memcpy(sk + 4, "sk", 2);
	put32(sk + 8, 0x90);
	put32(sk + 12, 0x90);
	put32(sk + 16, 1);
	put32(sk + 20, 20);
	sk[24] = 1;
	put32(bin + 0xc0, 0x1000 - 0xc0);
}

/* --- a hive out of a source --- */

struct node {
	hive_h *h;
	hive_node_h at;
	struct reg_source *from;
	const char *path;
	bool is_good;
};

static bool copy_value(void *context, const struct reg_value *value)
{
	struct node *n = context;
	hive_set_value set = {.key = strdup(value->name),
	                      .t = (hive_type)value->type,
	                      .len = value->n,
	                      .value = malloc(value->n + 1)};

	memcpy(set.value, value->bytes, value->n);
	n->is_good &= hivex_node_set_value(n->h, n->at, &set, 0) == 0;
	free(set.key);
	free(set.value);
	return n->is_good;
}

static bool copy_key(void *context, const char *name)
{
	struct node *n = context, child = *n;
	char path[1024];

	snprintf(path, sizeof path, "%s\\%s", n->path, name);
	child.path = path;
	child.at = hivex_node_add_child(n->h, n->at, name);
	if (!child.at) {
		n->is_good = false;
		return false;
	}
	child.from->ops->values(child.from, path, copy_value, &child);
	child.from->ops->subkeys(child.from, path, copy_key, &child);
	n->is_good &= child.is_good;
	return n->is_good;
}

static bool write_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");
	bool is_good = f && fwrite(bytes, 1, n, f) == n;

	if (f)
		is_good &= fclose(f) == 0;
	if (!is_good)
		perror(path);
	return is_good;
}

static bool write_hive(const char *path, struct reg_source *from, const char *root)
{
	uint8_t empty[8192];
	struct node n = {.from = from, .path = root, .is_good = true};

	empty_hive(empty);
	if (!write_file(path, empty, sizeof empty))
		return false;
	n.h = hivex_open(path, HIVEX_OPEN_WRITE);
	if (!n.h) {
		perror("hivex_open");
		return false;
	}
	n.at = hivex_root(n.h);
	from->ops->values(from, root, copy_value, &n);
	from->ops->subkeys(from, root, copy_key, &n);
	n.is_good &= hivex_commit(n.h, path, 0) == 0;
	hivex_close(n.h);
	if (!n.is_good)
		fprintf(stderr, "%s: cannot be written\n", path);
	return n.is_good;
}

static struct reg_source *source_of(const struct buf *text, struct arena *arena,
                                    struct complaints *complaints)
{
	struct evidence ev = {.arena = arena, .name = "text", .complaints = complaints};
	struct reg_source *source;

	*complaints = (struct complaints){.arena = arena};
	source = reg_export_open(text->bytes, text->n, &ev);
	for (size_t i = 0; i < complaints->n && i < COMPLAINTS_KEPT; i++)
		fprintf(stderr, "line %d: %s\n", (int)complaints->kept[i].at,
		        complaints->kept[i].says);
	return complaints->n ? NULL : source;
}

#define REG_HEAD "Windows Registry Editor Version 5.00\n"

bool hive_make(const char *text, const char *root, struct buf *out)
{
	char path[] = "/tmp/rdpwhy-hive-XXXXXX";
	struct arena arena = {0};
	struct complaints complaints;
	struct buf whole = {0};
	struct reg_source *source;
	int fd = mkstemp(path);
	bool is_good;

	buf_printf(&whole, "%s%s", REG_HEAD, text);
	source = source_of(&whole, &arena, &complaints);
	is_good = fd >= 0 && source && write_hive(path, source, root) &&
	          os_read_all(path, 64 << 20, out) == STATUS_OK;
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	buf_fini(&whole);
	arena_fini(&arena);
	return is_good;
}

/* --- what is healthy --- */

#define CS   "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\"
#define TS   CS "Control\\Terminal Server"
#define SOFT "[HKEY_LOCAL_MACHINE\\SOFTWARE\\"
#define NT   SOFT "Microsoft\\Windows NT\\CurrentVersion"

static const char healthy[] =
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:1\n\"Default\"=dword:1\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\Setup]\n\"SystemSetupInProgress\"=dword:0\n"
    "\"SetupType\"=dword:0\n\"OOBEInProgress\"=dword:0\n\"SetupPhase\"=dword:0\n" TS "]\n"
    "\"fDenyTSConnections\"=dword:0\n\"fSingleSessionPerUser\"=dword:1\n" TS
    "\\Wds\\rdpwd]\n\"StartupPrograms\"=\"rdpclip\"\n" TS
    "\\RCM\\Licensing Core]\n\"LicensingMode\"=dword:1\n" TS "\\WinStations\\RDP-Tcp]\n"
    "\"fEnableWinStation\"=dword:1\n\"fLogonDisabled\"=dword:0\n\"PortNumber\"=dword:d3d\n"
    "\"LanAdapter\"=dword:0\n\"MaxInstanceCount\"=dword:ffffffff\n"
    "\"UserAuthentication\"=dword:1\n\"SecurityLayer\"=dword:2\n\"MinEncryptionLevel\"=dword:2\n"
    "\"fAllowSecProtocolNegotiation\"=dword:1\n\"SelectTransport\"=dword:2\n"
    "\"fPromptForPassword\"=dword:0\n\"fInheritMaxIdleTime\"=dword:1\n"
    "\"LoadableProtocol_Object\"=\"{5828227c-20cf-4408-b73f-73ab70b8849f}\"\n"
    "\"WdName\"=\"Microsoft RDP 8.0\"\n\"WdPrefix\"=\"RDP\"\n\"PdName\"=\"tcp\"\n"
    "\"PdDLL\"=\"tdtcp\"\n\"CfgDll\"=\"RDPCFGEX.DLL\"\n\"WdFlag\"=dword:36\n" CS
    "Control\\Lsa]\n\"LimitBlankPasswordUse\"=dword:1\n\"DisableRestrictedAdmin\"=dword:0\n" CS
    "Control\\SecurityProviders\\SCHANNEL]\n\"EventLogging\"=dword:1\n" CS
    "Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"PC-17\"\n" CS
    "Control\\ProductOptions]\n\"ProductType\"=\"WinNT\"\n" CS
    "Services\\TermService]\n\"Start\"=dword:3\n\"ObjectName\"=\"NT Authority\\\\NetworkService\"\n"
    "\"ImagePath\"=\"%SystemRoot%\\\\System32\\\\svchost.exe -k NetworkService\"\n" CS
    "Services\\TermService\\Parameters]\n"
    "\"ServiceDll\"=\"%SystemRoot%\\\\System32\\\\termsrv.dll\"\n" CS
    "Services\\SessionEnv]\n\"Start\"=dword:3\n\"ObjectName\"=\"LocalSystem\"\n" CS
    "Services\\KeyIso]\n\"Start\"=dword:3\n" CS "Services\\CryptSvc]\n\"Start\"=dword:2\n" CS
    "Services\\LSM]\n\"Start\"=dword:2\n" CS "Services\\UmRdpService]\n\"Start\"=dword:3\n" CS
    "Services\\Tcpip\\Parameters]\n\"Hostname\"=\"PC-17\"\n\"Domain\"=\"\"\n" CS
    "Services\\Tcpip\\Parameters\\Interfaces\\{1}]\n\"DhcpIPAddress\"=\"192.0.2.17\"\n"
    "\"DhcpNameServer\"=\"192.0.2.1\"\n" CS
    "Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\n"
    "\"RemoteDesktop-UserMode-In-TCP\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|"
    "LPort=3389|App=%SystemRoot%\\\\system32\\\\svchost.exe|Svc=termservice|"
    "Name=@FirewallAPI.dll,-28775|\"\n" CS
    "Services\\SharedAccess\\Parameters\\FirewallPolicy\\DomainProfile]\n"
    "\"EnableFirewall\"=dword:1\n" CS
    "Services\\SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile]\n"
    "\"EnableFirewall\"=dword:1\n" CS
    "Services\\SharedAccess\\Parameters\\FirewallPolicy\\PublicProfile]\n"
    "\"EnableFirewall\"=dword:1\n" NT "]\n"
    "\"CurrentBuildNumber\"=\"19045\"\n\"UBR\"=dword:1700\n\"EditionID\"=\"Professional\"\n" NT
    "\\Winlogon]\n\"Shell\"=\"explorer.exe\"\n"
    "\"Userinit\"=\"C:\\\\Windows\\\\system32\\\\userinit.exe,\"\n" NT
    "\\ProfileList\\S-1-5-21-1-2-3-1001]\n\"ProfileImagePath\"=\"C:\\\\Users\\\\alice\"\n" NT
    "\\NetworkList\\Profiles\\{1}]\n\"Category\"=dword:1\n" SOFT
    "Microsoft\\Cryptography]\n\"MachineGuid\"=\"" VOLUME_MACHINE_GUID "\"\n" SOFT
    "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing]\n\"x\"=dword:1\n"
    "[HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\Accounts\\S-1-1-0\\ActSysAc]\n@=hex(0):02,00,00,00\n"
    "[HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\Accounts\\S-1-5-32-544\\ActSysAc]\n"
    "@=hex(0):07,04,00,00\n";

/* --- what is made of numbers --- */

static void put_hex(struct buf *out, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%02x", i ? "," : "", bytes[i]);
}

static void put_value(struct buf *out, const char *name, const uint8_t *bytes, size_t n)
{
	buf_printf(out, "\"%s\"=hex:", name);
	put_hex(out, bytes, n);
	buf_putc(out, '\n');
}

struct ace {
	uint8_t type;
	uint32_t mask, sub[2];
	int n_sub;
};

static void put_ace(struct buf *out, const struct ace *a)
{
	uint8_t bytes[24] = {a->type, 0, (uint8_t)(16 + 4 * a->n_sub)};

	put32(bytes + 4, a->mask);
	bytes[8] = 1;
	bytes[9] = (uint8_t)a->n_sub;
	bytes[15] = 5;
	for (int i = 0; i < a->n_sub; i++)
		put32(bytes + 16 + 4 * i, a->sub[i]);
	buf_put(out, bytes, 16 + 4 * (size_t)a->n_sub);
}

/* The list that Windows sets, but for what the plan changes. */
static void put_rights(struct buf *text, const struct volume_plan *plan)
{
	static const struct ace usual[] = {
	    {0, 0x000f03bf, {18}, 1},      {0, 0x000f0089, {19}, 1}, {0, 0x81, {20}, 1},
	    {0, 0x000f03bf, {32, 544}, 2}, {0, 0x121, {32, 555}, 2},
	};
	static const struct ace denial = {1, 0x121, {32, 555}, 2};
	struct buf list = {0};
	uint8_t head[28] = {1, 0, 4, 0x80};
	size_t n = 5 - (plan->rights_lack_users ? 1 : 0);

	if (plan->rights_deny)
		put_ace(&list, &denial);
	for (size_t i = 0; i < n; i++)
		put_ace(&list, &usual[i]);
	put32(head + 16, 20);
	head[20] = 2;
	head[22] = (uint8_t)(8 + list.n);
	head[24] = (uint8_t)(n + plan->rights_deny);

	struct buf whole = {0};

	buf_put(&whole, head, sizeof head);
	buf_put(&whole, list.bytes, list.n);
	buf_puts(text, TS "\\WinStations]\n");
	put_value(text, "DefaultSecurity", (const uint8_t *)whole.bytes, whole.n);
	put_value(text, "ConsoleSecurity", (const uint8_t *)whole.bytes, whole.n);
	buf_fini(&list);
	buf_fini(&whole);
}

/* A certificate as the Remote Desktop service makes it. */
static size_t make_certificate(const struct volume_plan *plan, uint8_t **der)
{
	static EVP_PKEY *key;
	int from = plan->certificate_from, to = plan->certificate_to;
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	int n;

	if (!key)
		key = EVP_RSA_gen(2048);
	if (!from && !to) {
		from = -30;
		to = 150;
	}
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 0x1234567);
	X509_gmtime_adj(X509_getm_notBefore(x), from * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(x), to * 86400L);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"PC-17", -1, -1,
	                           0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);

	X509_EXTENSION *usage = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, "serverAuth");

	X509_add_ext(x, usage, -1);
	X509_EXTENSION_free(usage);
	X509_sign(x, key, EVP_sha256());
	n = i2d_X509(x, der);
	X509_free(x);
	return n < 0 ? 0 : (size_t)n;
}

static void put_record(struct buf *out, uint32_t property, const void *bytes, size_t n)
{
	uint8_t head[12];

	put32(head, property);
	put32(head + 4, 1);
	put32(head + 8, (uint32_t)n);
	buf_put(out, head, sizeof head);
	buf_put(out, bytes, n);
}

/* CRYPT_KEY_PROV_INFO: seven numbers, then the name of the container. */
static void put_key_record(struct buf *out, const char *container)
{
	uint8_t info[128] = {28};
	size_t n = 28;

	put32(info + 4, 28);
	put32(info + 8, 1);
	for (const char *p = container; *p; p++, n += 2)
		info[n] = (uint8_t)*p;
	put_record(out, 2, info, n + 2);
}

static void put_certificate(struct buf *text, const struct volume_plan *plan)
{
	uint8_t *der = NULL, sum[32];
	size_t n = make_certificate(plan, &der);
	unsigned int n_sum = 0;
	struct buf blob = {0};
	const char *store = plan->is_certificate_chosen ? "My" : "Remote Desktop";

	EVP_Digest(der, n, sum, &n_sum, EVP_sha1(), NULL);
	put_key_record(&blob, plan->is_certificate_chosen ? "Chosen" : "TSSecKeySet1");
	put_record(&blob, 32, der, n);
	buf_printf(text, SOFT "Microsoft\\SystemCertificates\\%s\\Certificates\\", store);
	for (int i = 0; i < 20; i++)
		buf_printf(text, "%02X", sum[i]);
	buf_puts(text, "]\n");
	put_value(text, "Blob", (const uint8_t *)blob.bytes, blob.n);
	buf_puts(text, plan->is_certificate_chosen ? TS "\\WinStations\\RDP-Tcp]\n"
	                                           : TS "\\WinStations]\n");
	put_value(text,
	          plan->is_certificate_chosen ? "SSLCertificateSHA1Hash" : "SelfSignedCertificate",
	          sum, 20);
	buf_fini(&blob);
	OPENSSL_free(der);
}

static size_t put_sid(uint8_t *out, uint32_t rid)
{
	static const uint32_t parts[] = {21, 1, 2, 3};

	memset(out, 0, rid ? 28 : 24);
	out[0] = 1;
	out[1] = rid ? 5 : 4;
	out[7] = 5;
	for (int i = 0; i < 4; i++)
		put32(out + 8 + 4 * i, parts[i]);
	if (rid)
		put32(out + 24, rid);
	return rid ? 28 : 24;
}

static void put_group(struct buf *text, const char *alias, const uint32_t *rids, size_t n)
{
	uint8_t c[0x34 + 4 * 28] = {0};
	size_t used = 0x34;

	for (size_t i = 0; i < n; i++)
		used += put_sid(c + used, rids[i]);
	put32(c + 0x2c, (uint32_t)(used - 0x34));
	put32(c + 0x30, (uint32_t)n);
	buf_printf(text, "[HKEY_LOCAL_MACHINE\\SAM\\SAM\\Domains\\Builtin\\Aliases\\%s]\n", alias);
	put_value(text, "C", c, used);
}

static void put_account(struct buf *text, uint32_t rid, const struct volume_plan *plan)
{
	bool is_person = rid >= 1000;
	uint8_t f[0x50] = {2}, v[0xcc + 0x40] = {0};

	put32(f + 0x20, UINT32_MAX);
	put32(f + 0x24, INT32_MAX);
	if (is_person && plan->account_is_expired) {
		put32(f + 0x20, 0);
		put32(f + 0x24, 0x01d00000); /* in 2014 */
	}
	put32(f + 0x30, rid);
	put32(f + 0x38, !is_person || plan->account_is_disabled ? 0x211 : 0x210);
	put32(v + 0xac, is_person && plan->account_is_blank ? 24 : 56);
	buf_printf(text, "[HKEY_LOCAL_MACHINE\\SAM\\SAM\\Domains\\Account\\Users\\%08X]\n",
	           (unsigned)rid);
	put_value(text, "F", f, sizeof f);
	put_value(text, "V", v, sizeof v);
}

static void put_accounts(struct buf *text, const struct volume_plan *plan)
{
	static const uint32_t admins[] = {500, 1001};
	uint8_t domain[40] = {0};
	uint32_t rights = plan->users_rights ? plan->users_rights : 0x400;

	put_sid(domain + 16, 0);
	buf_puts(text, "[HKEY_LOCAL_MACHINE\\SAM\\SAM\\Domains\\Account]\n");
	put_value(text, "V", domain, sizeof domain);
	put_account(text, 500, plan);
	put_account(text, 1001, plan);
	put_group(text, "00000220", admins, plan->account_is_no_member ? 1 : 2);
	put_group(text, "0000022B", NULL, 0);
	buf_printf(text,
	           "[HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\Accounts\\S-1-5-32-555\\ActSysAc]\n"
	           "@=hex(0):%02x,%02x,00,00\n",
	           (unsigned)(rights & 0xff), (unsigned)(rights >> 8));
}

/* --- files --- */

static bool make_folders(const char *path)
{
	char at[1024];

	snprintf(at, sizeof at, "%s", path);
	for (char *p = at + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(at, 0777);
		*p = '/';
	}
	return mkdir(at, 0777) == 0 || access(at, F_OK) == 0;
}

static const char *const folders[] = {"Windows/System32/config",
                                      "Windows/System32/drivers",
                                      "Windows/System32/winevt/Logs",
                                      VOLUME_KEYS,
                                      "Users/alice",
                                      "Users/Public"};

static const char *const files[] = {
    "Windows/System32/kernel32.dll",
    "Windows/System32/rdpcorets.dll",
    "Windows/System32/drivers/rdpbus.sys",
    "Windows/System32/drivers/rdpdr.sys",
    "Windows/System32/drivers/RdpVideoMiniport.sys",
    "Users/alice/NTUSER.DAT",
    VOLUME_KEYS "/6de9cb26d2b98c01ec4e9e8b34824aa2_" VOLUME_MACHINE_GUID,
    VOLUME_KEY_FILE,
    VOLUME_CHOSEN_KEY,
};

static bool write_library(const char *dir, int build)
{
	uint8_t bytes[64] = {'M', 'Z'};
	char path[1024];

	memcpy(bytes + 24, "\xBD\x04\xEF\xFE\x00\x00\x01\x00", 8);
	bytes[24 + 14] = (uint8_t)build;
	bytes[24 + 15] = (uint8_t)(build >> 8);
	snprintf(path, sizeof path, "%s/Windows/System32/termsrv.dll", dir);
	return write_file(path, bytes, sizeof bytes);
}

static bool write_files(const char *dir, const struct volume_plan *plan)
{
	bool is_good = true;
	char path[1024];

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		is_good &= make_folders(path);
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		is_good &= write_file(path, "regf of a test", 14);
	}
	return is_good & write_library(dir, plan->termsrv_build ? plan->termsrv_build : 19041);
}

static bool change_files(const char *dir, const struct volume_plan *plan)
{
	char path[1024];
	bool is_good = true;

	for (int i = 0; i < 2 && plan->empty[i]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, plan->empty[i]);
		is_good &= write_file(path, "", 0);
	}
	for (int i = 0; i < 4 && plan->remove[i]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, plan->remove[i]);
		is_good &= remove(path) == 0;
	}
	return is_good;
}

/* --- logs --- */

#define ATTEMPT "{F420DD64-0102-0304-0506-0708090A0B0C}"

/* "Microsoft-Windows-X%4Operational.evtx" is of the channel "Microsoft-Windows-X/Operational". */
static const char *channel_of(const char *file)
{
	static char out[200];
	const char *slash = strstr(file, "%4");

	if (slash)
		snprintf(out, sizeof out, "%.*s/%s", (int)(slash - file), file, slash + 2);
	else
		snprintf(out, sizeof out, "%s", file);
	*strrchr(out, '.') = '\0';
	return out;
}

static bool write_log(const char *dir, const struct volume_plan *plan, const char *file)
{
	struct evtx_maker *m = calloc(1, sizeof *m);
	int64_t when = ((int64_t)time(NULL) - 600) * 1000000;
	struct buf bytes;
	char path[1024];
	bool is_good;

	m->computer = "PC-17";
	for (const struct volume_event *e = plan->events; e->log; e++, when += 100000) {
		if (strcmp(e->log, file) != 0)
			continue;
		m->has_user_data = e->has_user_data;
		evtx_make_event_of(m, e->provider, channel_of(file), e->id, when,
		                   e->is_of_attempt ? ATTEMPT : NULL, e->pairs);
	}
	bytes = evtx_make_end(m);
	snprintf(path, sizeof path, "%s/Windows/System32/winevt/Logs/%s", dir, file);
	is_good = write_file(path, bytes.bytes, bytes.n);
	buf_fini(&bytes);
	free(m);
	return is_good;
}

static bool write_logs(const char *dir, const struct volume_plan *plan)
{
	bool is_good = true;

	for (const struct volume_event *e = plan->events; e->log; e++)
		is_good &= write_log(dir, plan, e->log);
	return is_good;
}

static bool write_hives(const char *dir, const struct buf *text)
{
	static const char *const hives[] = {"SYSTEM", "SOFTWARE", "SECURITY", "SAM"};
	struct arena arena = {0};
	struct complaints complaints;
	struct reg_source *source = source_of(text, &arena, &complaints);
	bool is_good = source != NULL;

	for (size_t i = 0; i < 4 && is_good; i++) {
		char path[1024], root[64];

		snprintf(path, sizeof path, "%s/Windows/System32/config/%s", dir, hives[i]);
		snprintf(root, sizeof root, "HKEY_LOCAL_MACHINE\\%s", hives[i]);
		is_good = write_hive(path, source, root);
	}
	arena_fini(&arena);
	return is_good;
}

bool volume_make(const char *dir, const struct volume_plan *plan)
{
	struct buf text = {0};
	bool is_good;

	buf_printf(&text, "%s%s", REG_HEAD, healthy);
	put_rights(&text, plan);
	put_certificate(&text, plan);
	put_accounts(&text, plan);
	if (plan->registry)
		buf_puts(&text, plan->registry);
	is_good = write_files(dir, plan) && write_hives(dir, &text) && write_logs(dir, plan) &&
	          change_files(dir, plan);
	buf_fini(&text);
	return is_good;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void volume_remove(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
