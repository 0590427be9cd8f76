/*
 * event_sift - what a row of events cannot say by itself: whether an event counts after a look at
 * several of its values, and what it then is. One function for each kind.
 *
 * Output  false: the event says nothing about Remote Desktop
 */
#ifndef READ_EVENT_SIFT_H
#define READ_EVENT_SIFT_H

#include "read/event_rows.h"

typedef bool event_sift(struct event_note *note, const struct evtx_event *e);

event_sift sift_arrived, sift_client_end, sift_client_optional, sift_crash, sift_credential,
    sift_dropped, sift_kerberos, sift_key_access, sift_left, sift_lockout, sift_logon,
    sift_logon_failure, sift_ntlm, sift_read_failed, sift_remote, sift_service, sift_service_state,
    sift_status, sift_taken_over, sift_termdd, sift_transport;

#endif
