/*
 * host - diagnose the computer that refuses people: this one, or one whose disk is mounted at a
 * folder. Both ways in end in one conclusion.
 */
#include "app/host.h"

#include <string.h>

#include "app/commands.h"
#include "app/output.h"
#include "base/text.h"

#define HOSTS_MAX 64

const char *host_shown(const struct host_look *l, const char *path)
{
	char shown[256];

	text_harmless(path, shown, sizeof shown);
	return arena_printf(l->e->arena, "%s%s%s", l->root, text_separator(l->root), shown);
}

void host_warn(struct host_look *l, const char *path, const char *says)
{
	struct files *f = &l->e->files;

	f->warn(f->context, arena_printf(l->e->arena, "%s: %s", host_shown(l, path), says));
}

void host_tell(struct host_look *l, enum finding_id id, enum finding_state state, const char *text,
               const char *path)
{
	struct finding f = finding_of(id, ORIGIN_HOST);

	f.state = state;
	f.text = text;
	f.where = path;
	findings_add(&l->e->findings, &f);
}

/* A computer calls others too, and logs that: the verdict is about those who called it. */
static const char *own_name_in_logs(const struct dossier *e, const char *computer)
{
	const char *hosts[HOSTS_MAX];
	size_t n = computer ? attempts_hosts(&e->files.attempts, hosts, HOSTS_MAX) : 0;

	for (size_t i = 0; i < n; i++) {
		const char *one = arena_copy(e->arena, computer, strcspn(computer, "."));
		const char *other = arena_copy(e->arena, hosts[i], strcspn(hosts[i], "."));

		if (text_same(one, other))
			return hosts[i];
	}
	return NULL;
}

int host_report(struct dossier *e, struct options *options, struct run_frame *frame)
{
	const struct settings_host *known = e->files.known;

	if (!known)
		return dossier_report(e, frame);
	if (!options->host)
		options->host = own_name_in_logs(e, known->computer);
	frame->host = known->computer;
	frame->port = known->port;
	return dossier_report(e, frame);
}

int run_host(const struct options *options)
{
	if (options->n_operands) {
		output_message("host: takes no operand; expected --root DIR or nothing");
		return EXIT_USAGE;
	}
	if (options->root && options->bundle) {
		output_message("host: --bundle and --root together; a bundle holds what this "
		               "computer tells of itself, and a disk can be read as it is");
		return EXIT_USAGE;
	}
	if (options->root)
		return host_of_volume(options);
	return host_live(options, &computer_this);
}
