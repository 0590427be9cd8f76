/*
 * read - diagnose from evidence alone. The kind of a file is recognised by its content.
 */
#include <string.h>

#include "app/commands.h"
#include "app/host.h"
#include "app/output.h"
#include "base/text.h"
#include "os/os.h"

#define HOSTS_SAID 8

static size_t operands_equal_to(const struct options *options, const char *word)
{
	size_t n = 0;

	for (size_t i = 0; i < options->n_operands; i++)
		n += strcmp(options->operands[i], word) == 0;
	return n;
}

/* False after a message: --host names nobody of whom the evidence tells. */
static bool is_host_known(struct dossier *e)
{
	const struct attempts *set = &e->files.attempts;
	const char *asked = e->options->host, *known[HOSTS_SAID];
	struct buf list = {0};
	size_t n;

	if (!asked || attempts_choose(set, asked, 0))
		return true;
	n = attempts_hosts(set, known, HOSTS_SAID);
	for (size_t i = 0; i < n; i++) {
		char shown[80];

		text_harmless(known[i], shown, sizeof shown);
		buf_printf(&list, "%s%s", i ? ", " : "", shown);
	}
	output_message("--host: no attempt at it in the evidence; expected %s",
	               n ? list.bytes : "evidence with attempts");
	buf_fini(&list);
	return false;
}

int run_read(const struct options *options)
{
	struct arena arena = {0};
	struct dossier e;
	struct options own = *options; /* but for the host in a bundle */
	int status = EXIT_USAGE;

	if (!options->n_operands && !options->code) {
		output_message(
		    "read: no file; expected evidence, for example a capture, or --code");
		return EXIT_USAGE;
	}
	if (operands_equal_to(options, "-") > 1) {
		output_message("read: standard input is named more than once; expected one -");
		return EXIT_USAGE;
	}
	dossier_begin(&e, &own, &arena, os_now_us());
	if (dossier_take_code(&e)) {
		struct run_frame frame = {.input = "(no file)"};

		dossier_read_files(&e, options->operands, options->n_operands);
		if (options->n_operands)
			frame.input = output_joined(options->operands, options->n_operands, &arena);
		if (is_host_known(&e) && (e.files.n_usable || options->code))
			status = e.files.is_gathered ? host_report(&e, &own, &frame)
			                             : dossier_report(&e, &frame);
	}
	dossier_end(&e);
	arena_fini(&arena);
	return status;
}
