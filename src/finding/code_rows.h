/*
 * code_rows - the rows of every code family, for codes.c.
 */
#ifndef FINDING_CODE_ROWS_H
#define FINDING_CODE_ROWS_H

#include "finding/codes.h"

extern const struct code code_rows_disconnect[];
extern const size_t code_count_disconnect;
extern const struct code code_rows_extended[];
extern const size_t code_count_extended;
extern const struct code code_rows_gateway[];
extern const size_t code_count_gateway;
extern const struct code code_rows_fatal[];
extern const size_t code_count_fatal;
extern const struct code code_rows_freerdp[];
extern const size_t code_count_freerdp;
extern const struct code code_rows_freerdp_exit[];
extern const size_t code_count_freerdp_exit;
extern const struct code code_rows_errinfo[];
extern const size_t code_count_errinfo;
extern const struct code code_rows_neg_failure[];
extern const size_t code_count_neg_failure;
extern const struct code code_rows_neg_protocol[];
extern const size_t code_count_neg_protocol;
extern const struct code code_rows_license_error[];
extern const size_t code_count_license_error;
extern const struct code code_rows_license_state[];
extern const size_t code_count_license_state;
extern const struct code code_rows_logon_notify[];
extern const size_t code_count_logon_notify;
extern const struct code code_rows_early_auth[];
extern const size_t code_count_early_auth;
extern const struct code code_rows_rdstls[];
extern const size_t code_count_rdstls;
extern const struct code code_rows_status_info[];
extern const size_t code_count_status_info;
extern const struct code code_rows_tls_alert[];
extern const size_t code_count_tls_alert;
extern const struct code code_rows_mcs_result[];
extern const size_t code_count_mcs_result;
extern const struct code code_rows_mcs_disconnect[];
extern const size_t code_count_mcs_disconnect;
extern const struct code code_rows_status[];
extern const size_t code_count_status;
extern const struct code code_rows_win32[];
extern const size_t code_count_win32;

#endif
