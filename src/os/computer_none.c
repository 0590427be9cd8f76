/*
 * A system that is not Windows: nothing of computer.h can be asked here.
 */
#include "os/computer.h"

bool computer_is_windows(void)
{
	return false;
}

void computer_ask(struct answers *out, uint64_t topics, const struct computer_question *question,
                  int64_t within_us)
{
	(void)question;
	(void)within_us;
	for (int i = 0; i < TOPIC_COUNT; i++)
		if (topics >> i & 1)
			answers_could_not(out, (enum topic)i, ANSWER_UNSUPPORTED, 0,
			                  "this computer does not run Windows");
}

void computer_leave(int status)
{
	(void)status;
}

void computer_left_behind(void)
{
}

struct reg_source *computer_registry(void)
{
	return NULL;
}

const char *computer_system_drive(void)
{
	return NULL;
}

struct os_file *computer_log(const char *channel, int64_t since_us, enum answer_status *status,
                             uint32_t *error)
{
	(void)channel;
	(void)since_us;
	*status = ANSWER_UNSUPPORTED;
	*error = 0;
	return NULL;
}
