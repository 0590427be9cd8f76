/*
 * main - reads the command line and runs the command that it names.
 */
#include "app/commands.h"
#include "app/output.h"
#include "os/computer.h"
#include "os/os.h"

int main(int argc, char **argv)
{
	struct options options = {0};
	struct buf text = {0};
	int status = EXIT_NOTHING_WRONG;

	os_arguments(&argc, &argv);
	os_ignore_broken_pipes();
	if (!options_parse(argc, argv, &options, &text)) {
		output_message("%s", text.bytes);
		status = EXIT_USAGE;
	} else if (options.wants_version) {
		buf_printf(&text, "rdpwhy %s\n", program_version);
		status = output_result(&text, status);
	} else if (options.wants_help) {
		options_help(&text, options.command);
		status = output_result(&text, status);
	} else if (options.command) {
		status = options.command->run(&options);
	} else {
		options_help(&text, NULL);
		os_write_all(2, text.bytes, text.n);
		status = EXIT_USAGE;
	}
	buf_fini(&text);
	computer_leave(status);
	return status;
}
