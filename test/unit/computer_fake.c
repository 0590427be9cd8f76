#include "computer_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/hive.h"
#include "read/answers_file.h"

#define ROOT    "HKEY_LOCAL_MACHINE\\"
#define CURRENT "CurrentControlSet"
#define N_HIVES 4

/* --- the registry: hives under one root --- */

static const char *const names[N_HIVES] = {"SYSTEM", "SOFTWARE", "SECURITY", "SAM"};

struct fake_registry {
	struct reg_source source; /* first */
	const struct computer_fake *fake;
	struct reg_source *hives[N_HIVES];
	char path[2048];
};

/* The hive of a path, which is left in r->path as it is called in there; NULL: none. */
static struct reg_source *hive_at(struct fake_registry *r, const char *path, enum reg_answer *no)
{
	*no = REG_ABSENT;
	if (strncasecmp(path, ROOT, strlen(ROOT)) != 0)
		return NULL;
	path += strlen(ROOT);
	for (size_t i = 0; i < N_HIVES; i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(path, names[i], n) != 0 || (path[n] && path[n] != '\\'))
			continue;
		path += n + (path[n] == '\\');
		if (i >= 2 && r->fake->is_security_denied) {
			*no = REG_UNREADABLE;
			return NULL;
		}
		if (i == 0 && strncasecmp(path, CURRENT, strlen(CURRENT)) == 0)
			snprintf(r->path, sizeof r->path, "ControlSet001%s",
			         path + strlen(CURRENT));
		else
			snprintf(r->path, sizeof r->path, "%s", path);
		return r->hives[i];
	}
	return NULL;
}

static enum reg_answer fake_value(struct reg_source *s, const char *path, const char *name,
                                  struct reg_value *out)
{
	struct fake_registry *r = (struct fake_registry *)s;
	enum reg_answer no;
	struct reg_source *h = hive_at(r, path, &no);

	return h ? h->ops->value(h, r->path, name, out) : no;
}

static enum reg_answer fake_subkeys(struct reg_source *s, const char *path,
                                    bool (*each)(void *context, const char *name), void *context)
{
	struct fake_registry *r = (struct fake_registry *)s;
	enum reg_answer no;
	struct reg_source *h = hive_at(r, path, &no);

	return h ? h->ops->subkeys(h, r->path, each, context) : no;
}

static enum reg_answer fake_values(struct reg_source *s, const char *path,
                                   bool (*each)(void *context, const struct reg_value *value),
                                   void *context)
{
	struct fake_registry *r = (struct fake_registry *)s;
	enum reg_answer no;
	struct reg_source *h = hive_at(r, path, &no);

	return h ? h->ops->values(h, r->path, each, context) : no;
}

static int64_t fake_written_us(struct reg_source *s, const char *path)
{
	struct fake_registry *r = (struct fake_registry *)s;
	enum reg_answer no;
	struct reg_source *h = hive_at(r, path, &no);

	return h ? h->ops->written_us(h, r->path) : 0;
}

static void fake_close(struct reg_source *s)
{
	struct fake_registry *r = (struct fake_registry *)s;

	for (size_t i = 0; i < N_HIVES; i++)
		if (r->hives[i])
			r->hives[i]->ops->close(r->hives[i]);
	free(r);
}

static const struct reg_source_ops registry_ops = {.value = fake_value,
                                                   .subkeys = fake_subkeys,
                                                   .values = fake_values,
                                                   .written_us = fake_written_us,
                                                   .close = fake_close};

static struct reg_source *fake_hive(const struct computer_fake *fake, const char *name)
{
	struct buf bytes = {0};
	struct reg_source *source = NULL;
	char path[512];

	snprintf(path, sizeof path, "%s/Windows/System32/config/%s", fake->dir, name);
	if (os_read_all(path, 64 << 20, &bytes) == STATUS_OK)
		source = hive_open(&bytes, name, NULL);
	buf_fini(&bytes);
	return source;
}

static struct reg_source *fake_registry(void *context)
{
	struct fake_registry *r = calloc(1, sizeof *r);

	r->source = (struct reg_source){
	    .ops = &registry_ops, .name = "this computer", .is_whole = true};
	r->fake = context;
	for (size_t i = 0; i < N_HIVES; i++)
		r->hives[i] = fake_hive(context, names[i]);
	return &r->source;
}

/* --- the rest --- */

static void take_lines(const char *lines, struct answers *out)
{
	struct complaints complaints = {.arena = out->arena, .unit = "line"};
	struct answers_head head = {0};

	if (!answers_file_read(lines, strlen(lines), out, &head, &complaints) || complaints.n)
		abort();
}

static void fake_ask(void *context, struct answers *out, uint64_t topics,
                     const struct computer_question *question, int64_t within_us)
{
	struct computer_fake *fake = context;

	(void)topics;
	(void)within_us;
	if (fake->slow_us)
		usleep((useconds_t)fake->slow_us);
	if (fake->answers)
		fake->answers(out, question);
	if (fake->lines)
		take_lines(fake->lines, out);
}

static struct os_file *fake_log(void *context, const char *channel, int64_t since_us,
                                enum answer_status *status, uint32_t *error)
{
	const struct computer_fake *fake = context;
	const char *slash = strchr(channel, '/');
	int n = slash ? (int)(slash - channel) : (int)strlen(channel);
	struct os_file *file;
	char path[512];

	(void)since_us;
	*error = 0;
	*status = ANSWER_MISSING;
	if (fake->denied && strcmp(fake->denied, channel) == 0) {
		*status = ANSWER_NO_RIGHTS;
		*error = 5;
		return NULL;
	}
	snprintf(path, sizeof path, "%s/Windows/System32/winevt/Logs/%.*s%s%s.evtx", fake->dir, n,
	         channel, slash ? "%4" : "", slash ? slash + 1 : "");
	file = os_open(path);
	if (file)
		*status = ANSWER_ROW;
	return file;
}

static const char *fake_drive(void *context)
{
	return ((const struct computer_fake *)context)->dir;
}

struct computer_ops computer_fake_ops(struct computer_fake *fake)
{
	return (struct computer_ops){.registry = fake_registry,
	                             .ask = fake_ask,
	                             .log = fake_log,
	                             .drive = fake_drive,
	                             .call = fake->calls_itself ? host_call : NULL,
	                             .context = fake};
}

/* --- a run --- */

static int run_child(struct computer_fake *fake, const struct options *options, int out, int err)
{
	struct computer_ops ops = computer_fake_ops(fake);
	struct options own = options ? *options : (struct options){.is_json = true};

	dup2(out, 1);
	dup2(err, 2);
	own.is_json = !own.is_md;
	return host_live(&own, &ops);
}

static void read_back(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_put(out, piece, (size_t)n);
	buf_putc(out, '\0');
	out->n--;
	close(fd);
}

static int unnamed_file(void)
{
	char path[] = "/tmp/rdpwhy-fake-XXXXXX";
	int fd = mkstemp(path);

	unlink(path);
	return fd;
}

int computer_fake_run(struct computer_fake *fake, const struct options *options, struct buf *out,
                      struct buf *said)
{
	int fd_out = unnamed_file(), fd_said = unnamed_file(), status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		int result = run_child(fake, options, fd_out, fd_said);

		fflush(NULL);
		_exit(result);
	}
	waitpid(child, &status, 0);
	read_back(fd_out, out);
	read_back(fd_said, said);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
