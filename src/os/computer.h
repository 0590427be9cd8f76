/*
 * computer - the computer that the program runs on, asked through its own interfaces: the live
 * side of base/answers.h and base/registry.h. Nothing is changed.
 *
 * Input   topics; each is asked in a thread of its own, since single interfaces may hang
 * Output  rows of cells; a registry; event logs as files
 * Errors  everything that goes wrong is a row with a status: no rights, missing, too late ...
 * Owns    a thread that does not come back in time is left behind with its memory
 * Limits  on systems other than Windows there is no computer: computer_is_windows is false
 */
#ifndef OS_COMPUTER_H
#define OS_COMPUTER_H

#include "base/answers.h"
#include "base/registry.h"
#include "os/os.h"

bool computer_is_windows(void);

struct computer_question {
	uint16_t port;           /* of RDP, for what touches it; 0: 3389 */
	const char *name;        /* for TOPIC_CACHED_NAME and TOPIC_CREDENTIAL; NULL: all */
	const char *certificate; /* thumbprint chosen for RDP, lower-case hex; NULL: none */
};

/* Asks the topics whose bit (1 << topic) is set, all at once, and waits so long at most. */
void computer_ask(struct answers *out, uint64_t topics, const struct computer_question *question,
                  int64_t within_us);

/*
 * Called before main returns: ends the process with that status where a thread was left behind,
 * since to end in good order could mean to wait for it; else nothing is done.
 */
void computer_leave(int status);

/* To be called where a thread is given up that may never end: computer_leave then does not wait. */
void computer_left_behind(void);

/*
 * The registry of this computer; paths begin with HKEY_LOCAL_MACHINE\, HKEY_USERS\ or
 * HKEY_CURRENT_USER\. What may not be read is REG_UNREADABLE. NULL: there is none here.
 */
struct reg_source *computer_registry(void);

/* The drive that Windows is on, "C:\\", for os/volume.h; NULL: there is none here. */
const char *computer_system_drive(void);

/*
 * A channel of the event log, its newest records from since_us on, as the bytes of a .evtx file
 * that vanishes with os_close. NULL: status and error tell why.
 */
struct os_file *computer_log(const char *channel, int64_t since_us, enum answer_status *status,
                             uint32_t *error);

#endif
