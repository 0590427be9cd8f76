/*
 * this_client - the computer that the program runs on as the client: what its policies, its stored
 * credentials, its Default.rdp and its log add to a live check.
 *
 * Input   computer.h; on a system that is not Windows there is nothing
 * Output  findings of ORIGIN_HOST and ORIGIN_FILE, and the client's last failed try to the host
 * Rules   a setting that could hinder a client is evidence only when something fails; when nothing
 *         does, it is shown as client.setting and weighs nothing
 * Errors  what cannot be looked at is left out: the host is what the check is about
 * Limits  THIS_CLIENT_US in all; a log whose turn comes late is left out
 * Owns    nothing: everything lives in the arena of the dossier
 */
#ifndef APP_THIS_CLIENT_H
#define APP_THIS_CLIENT_H

#include "app/dossier.h"

#define THIS_CLIENT_US 300000LL

/* host: as it was dialled. has_file: by a .rdp file, in which case Default.rdp has no part. */
void this_client_take(struct dossier *e, const char *host, bool has_file);

#endif
