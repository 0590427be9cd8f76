/*
 * read - diagnose from evidence alone. The kind of a file is recognised by its content.
 */
#include <string.h>

#include "app/commands.h"
#include "app/dossier.h"
#include "app/output.h"
#include "os/os.h"

static size_t operands_equal_to(const struct options *options, const char *word)
{
	size_t n = 0;

	for (size_t i = 0; i < options->n_operands; i++)
		n += strcmp(options->operands[i], word) == 0;
	return n;
}

int run_read(const struct options *options)
{
	struct arena arena = {0};
	struct dossier e;
	int status = EXIT_USAGE;

	if (!options->n_operands && !options->code) {
		output_message("read: no file; expected findings or a saved report, or --code");
		return EXIT_USAGE;
	}
	if (operands_equal_to(options, "-") > 1) {
		output_message("read: standard input is named more than once; expected one -");
		return EXIT_USAGE;
	}
	dossier_begin(&e, options, &arena, os_now_us());
	if (dossier_take_code(&e)) {
		struct run_frame frame = {.input = "(no file)"};

		for (size_t i = 0; i < options->n_operands; i++)
			dossier_read_file(&e, options->operands[i]);
		if (options->n_operands)
			frame.input = output_joined(options->operands, options->n_operands, &arena);
		if (e.n_usable || options->code)
			status = dossier_report(&e, &frame);
	}
	arena_fini(&arena);
	return status;
}
