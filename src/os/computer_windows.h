/*
 * computer_windows - what the collectors of the answers of computer.h share. Each asks one topic.
 *
 * Shape   a collector runs in a thread of its own, with an arena of its own behind `out`, in the
 *         multithreaded apartment of COM, and may be left behind there: it changes nothing, and
 *         keeps nothing that another thread could want
 * Input   the question lives as long as the thread
 * Output  rows of its topic, by answers_row; a single thing that could not be asked is a row by
 *         computer_could_not, beside the rows of the others
 * Errors  no row at all is made ANSWER_NOTHING by the one who called
 */
#ifndef OS_COMPUTER_WINDOWS_H
#define OS_COMPUTER_WINDOWS_H

#include "os/computer.h"
#include "os/computer_error.h"

typedef void collector(struct answers *out, const struct computer_question *question);

collector collect_computer;    /* computer_system_windows.c */
collector collect_service;     /* computer_services_windows.c */
collector collect_listener;    /* computer_sockets_windows.c */
collector collect_tcp_state;   /* computer_sockets_windows.c */
collector collect_port_range;  /* computer_ports_windows.c */
collector collect_certificate; /* computer_certificates_windows.c */
collector collect_firewall_profile;
collector collect_firewall_rule;
collector collect_network;
collector collect_adapter; /* computer_adapters_windows.c */
collector collect_session;
collector collect_group_member;
collector collect_right;
collector collect_licensing;
collector collect_tls_suite;
collector collect_domain;
collector collect_time;
collector collect_volume; /* computer_system_windows.c */
collector collect_memory; /* computer_system_windows.c */
collector collect_update; /* computer_updates_windows.c */
collector collect_policy_origin;
collector collect_log; /* computer_logs_windows.c */
collector collect_credential;
collector collect_cached_name;

/* That the topic, or the one thing of it that `what` names, failed with an error of Win32, an
 * HRESULT or an NTSTATUS: computer_error_status says which status that is. */
void computer_could_not(struct answers *out, enum topic topic, uint32_t error, const char *what);

/* Rows of another arena, copied to the end. */
void computer_append(struct answers *out, const struct answers *more);

/* Units of 100 ns since 1601-01-01 UTC as microseconds since 1970; 0: not known. */
int64_t computer_time_us(uint64_t filetime);

/* Of the question, or 3389. */
uint16_t computer_port(const struct computer_question *question);

/* A function that only some systems have: loaded from System32 alone, never freed. NULL: none.
 * Cast to its type by the caller. */
typedef void computer_function(void);
computer_function *computer_find(const wchar_t *library, const char *function);

/* Whether the process runs with the rights of an administrator. */
bool computer_is_elevated(void);

/* "Wine 8.0" when something stands in for Windows; NULL: it is Windows. */
const char *computer_stand_in(struct arena *arena);

#endif
