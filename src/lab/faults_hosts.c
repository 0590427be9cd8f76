/*
 * faults_hosts - hosts in which nothing is wrong: Windows by build, and the servers that are not
 * Windows.
 */
#include "lab/rows.h"

/*
 * What tells builds apart without credentials. Versions of TLS: Microsoft, Protocols in TLS/SSL
 * (Schannel SSP), with the updates that bring 1.1 and 1.2 to Remote Desktop of Windows 7. Suites:
 * Microsoft, TLS Cipher Suites in Windows 8.1 (with update 2919355), those for RSA keys; that
 * Windows 7 has the same ones is general knowledge. Flags of the confirm: [MS-RDPBCGR] 2.2.1.2.1;
 * which version brought which is general knowledge. CredSSP: 5 is version 2 and 6 is 3 or 4 with
 * the update of 2018. That self-made certificates of older versions are signed with SHA-1 is told
 * by administrators; from which update on they are not is not documented.
 */
#define FLAGS_7     0x01
#define FLAGS_8     0x03
#define FLAGS_8_1   0x0f
#define NT_6(minor) .ntlm_major = 6, .ntlm_minor = (minor)

/* WinPR, the library behind FreeRDP's and GNOME's hosts, calls itself Windows 7 in NTLM. */
#define LIKE_WINPR                                                                                 \
	.has_no_src_ref = true, .has_no_target_type = true, NT_6(1), .build = 7601,                \
	.nb_computer = "HOST7", .nb_domain = "HOST7", .dns_computer = "host7",                     \
	.dns_domain = "host7"

static const uint16_t suites_8_1[] = {0xc028, 0xc027, 0xc014, 0xc013, 0x009f, 0x009e, 0x009d,
                                      0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0};
static const uint16_t suites_rsa[] = {0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0};

static const struct scenario rows[] = {
    /* --- nothing is wrong --- */
    {
        .id = "healthy",
        .says = "Windows Server 2022 in a domain, NLA required",
        .stage = STAGE_NLA,
        WINDOWS,
        .expect = {.finding = F_NLA_CHALLENGE},
    },
    {
        .id = "healthy-2025",
        .says = "Windows Server 2025 in a domain, NLA required",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, DOMAIN, .build = 26100},
        .expect = {.finding = F_NLA_BUILD, .number = 26100},
    },
    {
        .id = "healthy-2019",
        .says = "Windows Server 2019 in a domain, NLA required, TLS up to 1.2",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, DOMAIN, .build = 17763},
        TO_TLS_1_2,
        .expect = {.finding = F_NLA_BUILD, .number = 17763},
    },
    {
        .id = "healthy-2016",
        .says = "Windows Server 2016 in a domain, NLA required, TLS up to 1.2",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, DOMAIN, .build = 14393},
        TO_TLS_1_2,
        .expect = {.finding = F_NLA_BUILD, .number = 14393},
    },
    {
        .id = "healthy-2012r2",
        .says = "Windows Server 2012 R2 in a domain, NLA required, TLS up to 1.2",
        .stage = STAGE_NLA,
        .host = {NLA_KNOWN, DOMAIN, .neg_flags = FLAGS_8_1, NT_6(3), .build = 9600},
        .certificate = CERTIFICATE_SHA1,
        .tls = {.least = TLS_1_0, .most = TLS_1_2, .suites = suites_8_1},
        .expect = {.finding = F_NLA_BUILD, .number = 9600},
    },
    {
        .id = "healthy-windows-11",
        .says = "a Windows 11 PC at home, NLA required",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, WORKGROUP, .build = 22631},
        .expect = {.finding = F_NLA_WORKGROUP},
    },
    {
        .id = "healthy-windows-10",
        .says = "a Windows 10 PC at home, NLA required, TLS up to 1.2",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, WORKGROUP, .build = 19045},
        TO_TLS_1_2,
        .expect = {.finding = F_NLA_BUILD, .number = 19045},
    },
    {
        .id = "healthy-nla-optional",
        .says = "NLA is taken but not required",
        .stage = STAGE_NLA,
        .host = {NLA_OPTIONAL, DOMAIN},
        .expect = {.finding = F_NLA_CHALLENGE},
    },
    {
        .id = "healthy-tls-only",
        .says = "NLA is off; TLS alone is taken",
        .stage = STAGE_TLS,
        .host = {.accepts = PROTOCOL_SSL, .neg_flags = 0x1f, DOMAIN},
        .expect = {.finding = F_NEG_SELECTED, .number = PROTOCOL_SSL},
    },
    {
        .id = "healthy-xrdp",
        .says = "like xrdp: TLS or standard RDP security, no NLA",
        .stage = STAGE_TLS,
        .host = {.accepts = PROTOCOL_SSL | ACCEPTS_STANDARD, .neg_flags = 0x01, WORKGROUP},
        .expect = {.finding = F_NEG_SELECTED, .number = PROTOCOL_SSL},
    },
    {
        .id = "healthy-p256",
        .says = "an elliptic curve key in the certificate",
        .stage = STAGE_TLS,
        WINDOWS,
        .certificate = CERTIFICATE_P256,
        .expect = {.finding = F_TLS_COMPLETED},
    },
    {
        .id = "healthy-tls-1.2",
        .says = "TLS 1.2 only",
        .stage = STAGE_TLS,
        WINDOWS,
        ONLY_TLS(TLS_1_2),
        .expect = {.finding = F_TLS_VERSION, .text = "1.2"},
    },
    {
        .id = "healthy-tls-1.3",
        .says = "TLS 1.3 only",
        .stage = STAGE_TLS,
        WINDOWS,
        ONLY_TLS(TLS_1_3),
        .expect = {.finding = F_TLS_VERSION, .text = "1.3"},
    },
    {
        .id = "healthy-tls-rsa",
        .says = "suites without forward secrecy only",
        .stage = STAGE_TLS,
        WINDOWS,
        .tls = {.least = TLS_1_2, .most = TLS_1_2, .suites = suites_rsa},
        .expect = {.finding = F_TLS_COMPLETED},
    },
    {
        .id = "healthy-slow",
        .says = "the first CredSSP token is answered after two seconds",
        .stage = STAGE_NLA,
        WINDOWS,
        .fault = {.when = AT_TOKEN, .delay_ms = 2000},
        .expect = {.finding = F_NLA_CHALLENGE},
    },
    /* --- Windows, by build and defaults --- */
    {
        .id = "healthy-windows-7",
        .says = "a Windows 7 PC at home with its last updates, NLA required",
        .stage = STAGE_NLA,
        .host = {.accepts = PROTOCOL_HYBRID,
                 .neg_flags = FLAGS_7,
                 WORKGROUP,
                 NT_6(1),
                 .build = 7601,
                 .credssp_version = 5},
        .certificate = CERTIFICATE_SHA1,
        .tls = {.least = TLS_1_0, .most = TLS_1_2, .suites = suites_8_1},
        .expect = {.finding = F_NLA_BUILD, .number = 7601},
    },
    {
        .id = "healthy-2008r2",
        .says = "Windows Server 2008 R2 with its last updates, in a domain, NLA required",
        .stage = STAGE_NLA,
        .host = {.accepts = PROTOCOL_HYBRID,
                 .neg_flags = FLAGS_7,
                 DOMAIN,
                 NT_6(1),
                 .build = 7601,
                 .credssp_version = 5},
        .certificate = CERTIFICATE_SHA1,
        .tls = {.least = TLS_1_0, .most = TLS_1_2, .suites = suites_8_1},
        .expect = {.finding = F_NLA_VERSION, .number = 5},
    },
    {
        .id = "healthy-2012",
        .says = "Windows Server 2012 with its last updates, in a domain, NLA required",
        .stage = STAGE_NLA,
        .host = {.accepts = PROTOCOL_HYBRID,
                 .neg_flags = FLAGS_8,
                 DOMAIN,
                 NT_6(2),
                 .build = 9200,
                 .credssp_version = 5},
        .certificate = CERTIFICATE_SHA1,
        .tls = {.least = TLS_1_0, .most = TLS_1_2, .suites = suites_8_1},
        .expect = {.finding = F_NLA_BUILD, .number = 9200},
    },
    {
        .id = "healthy-windows-8.1",
        .says = "a Windows 8.1 PC at home, NLA required, TLS up to 1.2",
        .stage = STAGE_NLA,
        .host = {NLA_KNOWN, WORKGROUP, .neg_flags = FLAGS_8_1, NT_6(3), .build = 9600},
        .certificate = CERTIFICATE_SHA1,
        .tls = {.least = TLS_1_0, .most = TLS_1_2, .suites = suites_8_1},
        .expect = {.finding = F_NEG_FLAGS, .number = FLAGS_8_1},
    },
    {
        .id = "healthy-windows-10-1507",
        .says = "the first Windows 10, before Remote Credential Guard",
        .stage = STAGE_NLA,
        .host = {NLA_KNOWN, WORKGROUP, .neg_flags = FLAGS_8_1, .build = 10240},
        TO_TLS_1_2,
        .expect = {.finding = F_NLA_BUILD, .number = 10240},
    },
    {
        .id = "healthy-windows-10-domain",
        .says = "a Windows 10 PC in a domain, its certificate from the domain's CA",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, DOMAIN, .build = 19045},
        .certificate = CERTIFICATE_ISSUED,
        TO_TLS_1_2,
        .expect = {.finding = F_NLA_DOMAIN, .text = "example.test"},
    },
    {
        .id = "healthy-windows-11-21h2",
        .says = "the first Windows 11, TLS 1.0 to 1.3",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, WORKGROUP, .build = 22000},
        .expect = {.finding = F_NLA_BUILD, .number = 22000},
    },
    {
        .id = "healthy-windows-11-24h2",
        .says = "Windows 11 24H2 with TLS 1.0 and 1.1 switched off",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, WORKGROUP, .build = 26100},
        .tls = {.least = TLS_1_2, .most = TLS_1_3},
        .expect = {.finding = F_TLS_VERSION, .text = "1.3"},
    },

    /* --- hosts that are not Windows, and what stands before hosts --- */
    {
        .id = "healthy-xrdp-tls",
        .says = "like xrdp with security_layer=tls: refuses all but TLS",
        .stage = STAGE_TLS,
        .host = {.accepts = PROTOCOL_SSL, .neg_flags = 0x01, WORKGROUP},
        .certificate = CERTIFICATE_P256,
        .expect = {.finding = F_NEG_SELECTED, .number = PROTOCOL_SSL},
    },
    {
        .id = "healthy-freerdp-shadow",
        .says = "like freerdp-shadow: NLA, and 40 ms of thought before each confirm",
        .stage = STAGE_NLA,
        .host = {.accepts = PROTOCOL_HYBRID, .neg_flags = FLAGS_8, LIKE_WINPR},
        .certificate = CERTIFICATE_P256,
        .fault = {.when = AT_REQUEST, .delay_ms = 40},
        .expect = {.finding = F_NLA_BUILD, .number = 7601},
    },
    {
        .id = "healthy-gnome",
        .says = "like gnome-remote-desktop: libfreerdp, NLA alone",
        .stage = STAGE_NLA,
        .host = {.accepts = PROTOCOL_HYBRID, .neg_flags = FLAGS_8, LIKE_WINPR},
        .certificate = CERTIFICATE_P256,
        .expect = {.finding = F_NLA_WORKGROUP},
    },
    {
        .id = "healthy-weston",
        .says = "like Weston's RDP screen: libfreerdp, TLS without sign-in",
        .stage = STAGE_TLS,
        .host = {.accepts = PROTOCOL_SSL | ACCEPTS_STANDARD, .neg_flags = FLAGS_7, LIKE_WINPR},
        .certificate = CERTIFICATE_P256,
        .expect = {.finding = F_NEG_FLAGS, .number = FLAGS_7},
    },
    {
        .id = "healthy-bastion",
        .says = "a bastion: ends TLS itself with a certificate of its CA, asks who one is later",
        .stage = STAGE_TLS,
        .host = {.accepts = PROTOCOL_SSL, .neg_flags = FLAGS_7, DOMAIN},
        .certificate = CERTIFICATE_ISSUED,
        .expect = {.finding = F_NEG_SELECTED, .number = PROTOCOL_SSL},
    },
    {
        .id = "healthy-wildcard",
        .says = "a certificate for every name of the domain",
        .stage = STAGE_NLA,
        WINDOWS,
        .certificate = CERTIFICATE_WILDCARD,
        .expect = {.finding = F_NLA_CHALLENGE},
    },
    {
        .id = "healthy-clock-45-seconds",
        .says = "the host's clock is 45 seconds ahead, as clocks are",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, DOMAIN, .clock_offset_s = 45},
        .expect = {.finding = F_NLA_CHALLENGE},
    },
    {
        .id = "healthy-clock-workgroup",
        .says = "the clock is ten minutes slow, on a PC that has no domain to mind it",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, WORKGROUP, .build = 22631, .clock_offset_s = -600},
        .expect = {.finding = F_CLOCK_OFFSET, .number = -600},
    },
    {
        .id = "healthy-no-names",
        .says = "an NTLM challenge that names nobody",
        .stage = STAGE_NLA,
        .host = {NLA_REQUIRED, DOMAIN, .has_no_names = true},
        .expect = {.finding = F_NLA_CHALLENGE},
    },
    {
        .id = "healthy-tls-warning",
        .says = "the warning unrecognized_name (112) before the ServerHello",
        .stage = STAGE_TLS,
        WINDOWS,
        .fault = {.when = AT_HELLO, BYTES("\x15\x03\x03\x00\x02\x01\x70"), .then = GO_ON},
        .expect = {.finding = F_TLS_COMPLETED},
    },
    {
        .id = "healthy-tls-slow",
        .says = "the ClientHello is answered after half a second",
        .stage = STAGE_NLA,
        WINDOWS,
        .fault = {.when = AT_HELLO, .delay_ms = 500},
        .expect = {.finding = F_NLA_CHALLENGE},
    },
};

const struct scenario_list faults_hosts = {rows, sizeof rows / sizeof *rows};
