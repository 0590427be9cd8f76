#include <stddef.h>
struct complaints; struct reg_source *hive_open(const void *b, size_t n, const char *name, struct complaints *c);
#include <stddef.h>
