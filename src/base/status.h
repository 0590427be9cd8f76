/*
 * status - the ways in which we ourselves can fail.
 *
 * What fails outside (a host, a network, a torn file) is a finding and the call
 * succeeds; what fails here is a negative status, passed up unchanged to app/.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_CANNOT_OPEN = -2,
	STATUS_CANNOT_READ = -3,
	STATUS_CANNOT_WRITE = -4,
	STATUS_TOO_LARGE = -5,
	STATUS_READER_GONE = -6, /* a pipe that nobody reads any more */
};

/* Exit statuses of the program; a contract, see the man page. */
enum exit_status {
	EXIT_NOTHING_WRONG = 0, /* explain: known */
	EXIT_CAUSE_NAMED = 1,
	EXIT_UNCERTAIN = 2, /* explain: unknown */
	EXIT_UNTESTED = 3,
	EXIT_USAGE = 64,
	EXIT_OUR_FAULT = 70,
	EXIT_INTERRUPTED = 130,
};

#endif
