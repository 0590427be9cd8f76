/*
 * host_this - the computer that the program runs on, as app/host.h wants it.
 */
#include "app/host.h"

static struct reg_source *registry(void *context)
{
	(void)context;
	return computer_registry();
}

static void ask(void *context, struct answers *out, uint64_t topics,
                const struct computer_question *question, int64_t within_us)
{
	(void)context;
	computer_ask(out, topics, question, within_us);
}

static struct os_file *export(void *context, const char *channel, int64_t since_us,
                              enum answer_status *status, uint32_t *error)
{
	(void)context;
	return computer_log(channel, since_us, status, error);
}

static const char *drive(void *context)
{
	(void)context;
	return computer_system_drive();
}

const struct computer_ops computer_this = {
    .registry = registry, .ask = ask, .log = export, .drive = drive, .call = host_call};
