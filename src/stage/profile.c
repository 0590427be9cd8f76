#include "stage/profile.h"

#include <string.h>

#define NLA_MASK (PROTOCOL_SSL | PROTOCOL_HYBRID)

/*
 * Suites without encryption and those with a pre-shared key, which Microsoft's lists also
 * name, are left out: Schannel offers none of them to a host that it does not share a key with.
 */
static const struct client_profile profiles[] = {
    {
        .id = "win11",
        .title = "mstsc of a current Windows 11",
        .source =
            "suites: Microsoft, TLS Cipher Suites in Windows 11 v22H2 and later, read down to the "
            "first CBC suites, the rest general knowledge; TLS 1.2 as the least: assumed, since "
            "Microsoft announced 1.0 and 1.1 off and its version table still lists them; groups, "
            "signatures and least key: general knowledge",
        .protocols = NLA_MASK | PROTOCOL_HYBRID_EX,
        .tls_least = TLS_1_2,
        .tls_most = TLS_1_3,
        .suites = {0x1302, 0x1301, 0xC02C, 0xC02B, 0xC030, 0xC02F, 0xC024,
                   0xC023, 0xC028, 0xC027, 0xC00A, 0xC009, 0xC014, 0xC013,
                   0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F, 0},
        .groups = {0x001D, 0x0017, 0x0018, 0},
        .signatures = {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203,
                       0x0202, 0x0601, 0x0603, 0},
        .rsa_bits_least = 1024,
        .credssp_least = 5,
    },
    {
        .id = "win10",
        .title = "mstsc of Windows 10 22H2",
        .source =
            "suites: Microsoft, TLS Cipher Suites in Windows 10 v22H2, read down to the GCM suites "
            "with RSA key exchange, the rest general knowledge; groups, signatures and least key: "
            "general knowledge",
        .protocols = NLA_MASK | PROTOCOL_HYBRID_EX,
        .tls_least = TLS_1_0,
        .tls_most = TLS_1_2,
        .suites = {0xC02C, 0xC02B, 0xC030, 0xC02F, 0xC024, 0xC023, 0xC028, 0xC027, 0xC00A, 0xC009,
                   0xC014, 0xC013, 0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F, 0x000A, 0},
        .groups = {0x001D, 0x0017, 0x0018, 0},
        .signatures = {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203,
                       0x0202, 0x0601, 0x0603, 0},
        .rsa_bits_least = 1024,
        .credssp_least = 5,
    },
    {
        .id = "server2016",
        .title = "mstsc of Windows Server 2016",
        .source =
            "suites, groups, signatures: as one Windows client offered them in a capture of 2025 "
            "whose version is not known; that this is the list of Windows 10 v1607 and Server "
            "2016, and the least key: general knowledge",
        .protocols = NLA_MASK | PROTOCOL_HYBRID_EX,
        .tls_least = TLS_1_0,
        .tls_most = TLS_1_2,
        .suites = {0xC02C, 0xC02B, 0xC030, 0xC02F, 0x009F, 0x009E, 0xC024, 0xC023,
                   0xC028, 0xC027, 0xC00A, 0xC009, 0xC014, 0xC013, 0x009D, 0x009C,
                   0x003D, 0x003C, 0x0035, 0x002F, 0x000A, 0},
        .groups = {0x001D, 0x0017, 0x0018, 0},
        .signatures = {0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603, 0},
        .rsa_bits_least = 1024,
        .credssp_least = 5,
    },
    {
        .id = "win7",
        .title = "mstsc of Windows 7 with its last updates",
        .source =
            "general knowledge: Windows 7 with update 3080079, which brings TLS 1.1 and 1.2 to "
            "Remote Desktop; no page was read for this row",
        .protocols = NLA_MASK,
        .tls_least = TLS_1_0,
        .tls_most = TLS_1_2,
        .suites = {0xC028, 0xC027, 0xC014, 0xC013, 0x009F, 0x009E, 0x009D, 0x009C,
                   0x003D, 0x003C, 0x0035, 0x002F, 0xC02C, 0xC02B, 0xC024, 0xC023,
                   0xC00A, 0xC009, 0x0038, 0x0032, 0x000A, 0x0013, 0},
        .groups = {0x0017, 0x0018, 0},
        .signatures = {0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603, 0},
        .rsa_bits_least = 1024,
        .credssp_least = 5,
    },
    {
        .id = "freerdp",
        .title = "FreeRDP 3 with OpenSSL 3",
        .source = "general knowledge: OpenSSL 3 defaults at security level 1, FreeRDP 3 asks "
                  "CredSSP and TLS and accepts TLS 1.2 and 1.3",
        .protocols = NLA_MASK | PROTOCOL_HYBRID_EX,
        .tls_least = TLS_1_2,
        .tls_most = TLS_1_3,
        .suites = {0x1302, 0x1303, 0x1301, 0xC02C, 0xC030, 0x009F, 0xCCA9, 0xCCA8,
                   0xCCAA, 0xC02B, 0xC02F, 0x009E, 0xC024, 0xC028, 0x006B, 0xC023,
                   0xC027, 0x0067, 0xC00A, 0xC014, 0x0039, 0xC009, 0xC013, 0x0033,
                   0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F, 0},
        .groups = {0x001D, 0x0017, 0x001E, 0x0019, 0x0018, 0x0100, 0x0101, 0},
        .signatures = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080A,
                       0x080B, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
                       0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602, 0},
        .rsa_bits_least = 1024,
        .credssp_least = 2,
    },
};

const struct client_profile *profile_at(size_t i)
{
	return i < sizeof profiles / sizeof *profiles ? &profiles[i] : NULL;
}

const struct client_profile *profile_by_id(const char *id)
{
	for (size_t i = 0; profile_at(i); i++)
		if (strcmp(profiles[i].id, id) == 0)
			return &profiles[i];
	return NULL;
}
