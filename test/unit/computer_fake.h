/*
 * computer_fake - a Windows computer for tests that is no more than a made volume (volume_make.h):
 * its hives are the live registry, its logs are exported, and its answers are what a test gives.
 *
 * Owns    computer_fake_fini frees it; what a run was given is closed by the run
 */
#ifndef TEST_UNIT_COMPUTER_FAKE_H
#define TEST_UNIT_COMPUTER_FAKE_H

#include "app/host.h"

struct computer_fake {
	const char *dir; /* of the volume */
	void (*answers)(struct answers *out, const struct computer_question *question);
	const char *lines;       /* of a file of answers, behind those; NULL: none */
	const char *denied;      /* a channel that may not be read; NULL: none */
	bool is_security_denied; /* HKEY_LOCAL_MACHINE\SECURITY and SAM may not be read */
	int64_t slow_us;         /* before it answers */
	bool calls_itself;       /* over the loopback interface, as it is here */
};

struct computer_ops computer_fake_ops(struct computer_fake *fake);

/*
 * Runs `host` over it in a process of its own, with the report as JSON in out; options may be
 * NULL. The exit status.
 */
int computer_fake_run(struct computer_fake *fake, const struct options *options, struct buf *out,
                      struct buf *said);

#endif
