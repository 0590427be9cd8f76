#include "os/hive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "os/hive_inside.h"

#define DEPTH_MAX  32
#define PATH_BYTES 1024

struct hive {
	struct reg_source source; /* first: the source is the hive */
	hive_h *h;
	hive_node_h root;
	struct arena arena;
	char path[PATH_BYTES]; /* the key that was asked for last, which is often asked again */
	hive_node_h node;      /* 0: it is not there */
	enum reg_answer answer;
	hive_node_h listed; /* the key whose children were listed last: each is often asked next */
	struct child *children;
	size_t n_children;
};

struct child {
	const char *name;
	hive_node_h node;
};

static struct hive *hive_of(struct reg_source *s)
{
	return (struct hive *)s;
}

/* A value cell of no use is a fault of the file and not of the system. */
static enum reg_answer damage(void)
{
	return errno == 0 || errno == ENOENT ? REG_ABSENT : REG_UNREADABLE;
}

static int by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct child *)a)->name, ((const struct child *)b)->name);
}

/* hivex looks at every child for a name, which takes too long for thousands of them. */
static enum reg_answer listed_child(const struct hive *h, const char *name, hive_node_h *child)
{
	struct child asked = {.name = name};
	const struct child *found = bsearch(&asked, h->children, h->n_children, sizeof *h->children,
	                                    by_name);

	*child = found ? found->node : 0;
	return found ? REG_FOUND : REG_ABSENT;
}

static enum reg_answer child_of(struct hive *h, hive_node_h node, const char *name,
                                hive_node_h *child)
{
	if (node == h->listed && h->n_children)
		return listed_child(h, name, child);
	errno = 0;
	*child = hivex_node_get_child(h->h, node, name);
	return *child ? REG_FOUND : damage();
}

/* Walks down; the parts of a path are short, as key names are. */
static enum reg_answer walk(struct hive *h, const char *path, hive_node_h *node)
{
	char part[256];
	enum reg_answer answer = REG_FOUND;

	*node = h->root;
	for (int depth = 0; *path && answer == REG_FOUND; depth++) {
		size_t n = strcspn(path, "\\");

		if (n >= sizeof part || depth == DEPTH_MAX)
			return REG_ABSENT;
		memcpy(part, path, n);
		part[n] = '\0';
		path += n + (path[n] == '\\');
		if (n)
			answer = child_of(h, *node, part, node);
	}
	return answer;
}

static enum reg_answer find(struct hive *h, const char *path, hive_node_h *node)
{
	if (strlen(path) >= sizeof h->path)
		return REG_ABSENT;
	if (!h->path[0] || strcmp(h->path, path) != 0) {
		h->answer = walk(h, path, &h->node);
		snprintf(h->path, sizeof h->path, "%s", path);
	}
	*node = h->node;
	return h->answer;
}

static enum reg_answer fill(struct hive *h, hive_value_h value, const char *name,
                            struct reg_value *out)
{
	hive_type type;
	size_t n = 0;
	char *bytes = hivex_value_value(h->h, value, &type, &n);

	if (!bytes)
		return REG_UNREADABLE;
	*out = (struct reg_value){.name = arena_copy(&h->arena, name, strlen(name)),
	                          .type = (uint32_t)type,
	                          .bytes = (const uint8_t *)arena_copy(&h->arena, bytes, n),
	                          .n = n};
	free(bytes);
	return REG_FOUND;
}

static enum reg_answer hive_value(struct reg_source *s, const char *path, const char *name,
                                  struct reg_value *out)
{
	struct hive *h = hive_of(s);
	hive_node_h node;
	enum reg_answer answer = find(h, path, &node);

	if (answer != REG_FOUND)
		return answer;
	errno = 0;

	hive_value_h value = hivex_node_get_value(h->h, node, name);

	return value ? fill(h, value, name, out) : damage();
}

/* In the arena, since a callback may list another key meanwhile. */
static bool list_children(struct hive *h, hive_node_h node, const struct child **out, size_t *n)
{
	hive_node_h *nodes;
	size_t n_nodes = 0;

	*n = h->n_children;
	*out = h->children;
	if (node == h->listed)
		return true;
	nodes = hivex_node_children(h->h, node);
	if (!nodes)
		return false;
	while (nodes[n_nodes])
		n_nodes++;
	h->children = arena_new(&h->arena, (n_nodes + 1) * sizeof *h->children);
	h->n_children = 0;
	for (size_t i = 0; i < n_nodes; i++) {
		char *name = hivex_node_name(h->h, nodes[i]);

		if (name)
			h->children[h->n_children++] = (struct child){
			    .name = arena_copy(&h->arena, name, strlen(name)), .node = nodes[i]};
		free(name);
	}
	free(nodes);
	if (h->n_children)
		qsort(h->children, h->n_children, sizeof *h->children, by_name);
	h->listed = node;
	*n = h->n_children;
	*out = h->children;
	return true;
}

static enum reg_answer hive_subkeys(struct reg_source *s, const char *path,
                                    bool (*each)(void *context, const char *name), void *context)
{
	struct hive *h = hive_of(s);
	hive_node_h node;
	enum reg_answer answer = find(h, path, &node);
	const struct child *list;
	bool goes_on = true;
	size_t n;

	if (answer != REG_FOUND)
		return answer;
	if (!list_children(h, node, &list, &n))
		return REG_UNREADABLE;
	for (size_t i = 0; i < n && goes_on; i++)
		goes_on = each(context, list[i].name);
	return REG_FOUND;
}

static enum reg_answer hive_values(struct reg_source *s, const char *path,
                                   bool (*each)(void *context, const struct reg_value *value),
                                   void *context)
{
	struct hive *h = hive_of(s);
	hive_node_h node;
	enum reg_answer answer = find(h, path, &node);
	bool goes_on = true;

	if (answer != REG_FOUND)
		return answer;

	hive_value_h *values = hivex_node_values(h->h, node);

	if (!values)
		return REG_UNREADABLE;
	for (size_t i = 0; values[i] && goes_on; i++) {
		char *name = hivex_value_key(h->h, values[i]);
		struct reg_value value;

		if (name && fill(h, values[i], name, &value) == REG_FOUND)
			goes_on = each(context, &value);
		free(name);
	}
	free(values);
	return REG_FOUND;
}

/* Windows counts tenths of microseconds since 1601. */
static int64_t us_of(int64_t filetime)
{
	return filetime > 116444736000000000LL ? (filetime - 116444736000000000LL) / 10 : 0;
}

static int64_t hive_written_us(struct reg_source *s, const char *path)
{
	struct hive *h = hive_of(s);
	hive_node_h node;

	if (!*path)
		return us_of(hivex_last_modified(h->h));
	if (find(h, path, &node) != REG_FOUND)
		return 0;
	return us_of(hivex_node_timestamp(h->h, node));
}

static void hive_close(struct reg_source *s)
{
	struct hive *h = hive_of(s);

	hivex_close(h->h);
	arena_fini(&h->arena);
	free(h);
}

static const struct reg_source_ops ops = {.value = hive_value,
                                          .subkeys = hive_subkeys,
                                          .values = hive_values,
                                          .written_us = hive_written_us,
                                          .close = hive_close};

struct reg_source *hive_open(const struct buf *bytes, const char *name, const char *note)
{
	struct hive *hive;
	hive_h *h = bytes->n ? hive_of_bytes(bytes) : NULL;
	hive_node_h root = h ? hivex_root(h) : 0;

	if (!root || !(hive = calloc(1, sizeof *hive))) {
		if (h)
			hivex_close(h);
		return NULL;
	}
	*hive = (struct hive){
	    .source = {.ops = &ops, .name = name, .note = note}, .h = h, .root = root};
	return &hive->source;
}
