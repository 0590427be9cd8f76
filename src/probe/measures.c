#include "probe/measures.h"

#define NO_ANSWER (C_NEG_CLOSED | C_NEG_SILENT)

/* One version at a time: what a host makes of each tells version, suite and path apart. */
#define HELLO(ID, VERSION, SAYS)                                                                   \
	{                                                                                          \
		.id = (ID), .says = (SAYS), .when = C_TLS_STOPPED | C_ALWAYS_FULL,                 \
		.is_urgent = true,                                                                 \
		.gives = {F_TLS_NO_VERSION, F_TLS_VERSION_NOT_OF_CLIENT, F_TLS_NO_COMMON_SUITE},   \
		.keeps = {STAGE_TLS}, .purpose = ASIDE, .requested = MASK_OF_CLIENT,               \
		.hello = (VERSION),                                                                \
	}

static const struct measure rows[] = {
    {.id = "mask-standard",
     .says = "ask for standard RDP security alone",
     .when = C_CONFIRMED | NO_ANSWER,
     .is_base = true,
     .is_urgent = true,
     .gives = {F_NEG_ACCEPTS_STANDARD, F_NEG_SELECTED},
     .keeps = {STAGE_NEGOTIATION},
     .purpose = ASIDE,
     .requested = PROTOCOL_RDP},
    {.id = "mask-tls",
     .says = "ask for TLS alone",
     .when = C_CONFIRMED | NO_ANSWER,
     .is_base = true,
     .is_urgent = true,
     .gives = {F_NEG_ACCEPTS_TLS, F_NEG_SELECTED},
     .keeps = {STAGE_NEGOTIATION},
     .purpose = ASIDE,
     .requested = PROTOCOL_SSL},
    {.id = "mask-nla",
     .says = "ask for TLS and CredSSP, without early user authorization",
     .when = NO_ANSWER | C_NEG_REFUSED | C_NEG_STRANGE | C_ALWAYS_FULL,
     .gives = {F_NEG_ACCEPTS_NLA, F_NEG_SELECTED},
     .keeps = {STAGE_NEGOTIATION},
     .purpose = ASIDE,
     .requested = PROTOCOL_SSL | PROTOCOL_HYBRID},
    {.id = "mask-nla-alone",
     .says = "ask for CredSSP alone",
     .when = C_KIND_OPEN | C_ALWAYS_FULL,
     .is_base = true,
     .gives = {F_NEG_SERVER_KIND, F_NEG_ACCEPTS_NLA},
     .keeps = {STAGE_NEGOTIATION},
     .purpose = ASIDE,
     .requested = PROTOCOL_HYBRID},
    {.id = "listen",
     .says = "connect, say nothing, and see who speaks or closes",
     .when = NO_ANSWER,
     .is_urgent = true,
     .gives = {F_TCP_CLOSED_ON_ACCEPT, F_NEG_NOT_RDP},
     .kind = ATTEMPT_LISTEN,
     .keeps = {STAGE_TCP, STAGE_NEGOTIATION},
     .purpose = AS_CLIENT},
    {.id = "tls-at-once",
     .says = "begin with a ClientHello, as a TLS server without RDP expects it",
     .when = NO_ANSWER,
     .is_urgent = true,
     .gives = {F_NEG_NOT_RDP},
     .kind = ATTEMPT_TLS,
     .keeps = {STAGE_TCP, STAGE_NEGOTIATION},
     .purpose = ASIDE},
    HELLO("hello-1.2", TLS_1_2, "offer TLS 1.2 only, with every cipher suite"),
    HELLO("hello-1.0", TLS_1_0, "offer TLS 1.0 only, with every cipher suite"),
    HELLO("hello-1.3", TLS_1_3, "offer TLS 1.3 only"),
    HELLO("hello-1.1", TLS_1_1, "offer TLS 1.1 only, with every cipher suite"),
    {.id = "small-segments",
     .says = "the same in small segments, which a narrow path lets through",
     .when = C_TLS_SILENT,
     .is_urgent = true,
     .gives = {F_PATH_SMALL_SEGMENTS_WORK, F_PATH_LARGE_PACKETS_LOST},
     .purpose = AS_CLIENT,
     .requested = MASK_OF_CLIENT,
     .most_segment = 536},
    {.id = "again",
     .says = "the same connection again, to see whether it always fails",
     .when = C_CLOSED,
     .gives = {F_RUN_REPEATS, F_RUN_REPRODUCED},
     .purpose = AS_CLIENT,
     .requested = MASK_OF_CLIENT,
     .times = 2},
    {.id = "repeat",
     .says = "the same connection four times more, where a client failed and we do not",
     .when = C_CLEAN,
     .is_by_code = true,
     .gives = {F_RUN_REPEATS, F_RUN_REPRODUCED},
     .purpose = AS_CLIENT,
     .requested = MASK_OF_CLIENT,
     .times = 4},
    {.id = "odd",
     .says = "the same connection three times more, where one beside it broke off",
     .when = C_ODD,
     .is_base = true,
     .gives = {F_RUN_REPEATS, F_RUN_REPRODUCED},
     .purpose = AS_CLIENT,
     .requested = MASK_OF_CLIENT,
     .times = 3},
    {.id = "late",
     .says = "the same connection three times more, where an answer came as late as a lost one",
     .when = C_LATE,
     .is_base = true,
     .gives = {F_PATH_LATE_ANSWERS, F_PATH_LOSS},
     .purpose = AS_CLIENT,
     .requested = MASK_OF_CLIENT,
     .times = 3},
    {.id = "other-ports",
     .says = "knock at other ports of the host that Windows often opens",
     .when = C_PORT_SILENT,
     .is_base = true,
     .is_urgent = true,
     .gives = {F_TCP_OTHER_PORT_OPEN, F_TCP_OTHER_PORTS_SILENT},
     .kind = ATTEMPT_CONNECT,
     .purpose = ASIDE,
     .ports = {445, 135, 5985, 443, 80, 22}},
    {.id = "other-rdp-ports",
     .says = "look for RDP on ports to which it is often moved",
     .when = C_ALWAYS_FULL,
     .gives = {F_TCP_RDP_ON_PORT},
     .purpose = AS_CLIENT,
     .requested = MASK_OF_CLIENT,
     .ports = {3390, 3391, 33890, 33389, 13389}},
};

size_t measure_count(void)
{
	return sizeof rows / sizeof *rows;
}

const struct measure *measure_at(size_t i)
{
	return &rows[i];
}
